"""One YAML file as plain values.

YAML 1.1 turns `no` into False, `06:30` into 390 and `2026-11-22` into a date; here a word stays a word,
so only true, false, null and plain numbers are read as such.

YAML is for the people who review it and slow for a machine: reading all of it took 0.2 s of a cold start. So
what was parsed is kept as JSON in the user's cache folder, under the hash of the file's bytes. A changed file
has another hash, a damaged or missing copy is parsed again, and a folder that cannot be written is left alone.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

from magwise.errors import BrokenKnowledge

__all__ = ["parse"]


@cache
def parse(path: Path) -> dict[str, Any]:
    """The mapping in this file. Raises BrokenKnowledge naming the line that is no YAML."""
    text = path.read_bytes()
    kept = _folder() / f"{path.stem}-{hashlib.sha256(text).hexdigest()[:32]}.json"
    with contextlib.suppress(OSError, ValueError):
        content = json.loads(kept.read_bytes())
        if isinstance(content, dict):
            return content
    content = _parsed(text, path)
    with contextlib.suppress(OSError):
        _keep(content, kept)
    return content


def _parsed(text: bytes, path: Path) -> dict[str, Any]:
    import yaml

    try:
        content = yaml.load(text, _plain_loader())  # noqa: S506 - a subclass of the safe loader
    except yaml.YAMLError as broken:
        raise BrokenKnowledge(f"Not YAML: {broken}", where=path.name) from broken
    if not isinstance(content, dict):
        raise BrokenKnowledge("A knowledge file must hold a mapping.", where=path.name)
    words_as_keys: dict[str, Any] = json.loads(json.dumps(content))  # as the kept copy will give it back
    return words_as_keys


@cache
def _plain_loader() -> Any:
    """The safe loader (libyaml's where there is one) with only the readings that we want."""
    import yaml

    class Plain(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
        pass

    Plain.yaml_implicit_resolvers = {}
    for tag, pattern, first in (
        ("bool", r"^(?:true|false)$", ["t", "f"]),
        ("null", r"^(?:~|null|)$", ["~", "n", ""]),
        ("int", r"^[-+]?(?:0|[1-9][0-9]*)$", list("-+0123456789")),
        ("float", r"^[-+]?(?:[0-9]+\.[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?$", list("-+.0123456789")),
    ):
        Plain.add_implicit_resolver(f"tag:yaml.org,2002:{tag}", re.compile(pattern), first)
    return Plain


@cache
def _folder() -> Path:
    from platformdirs import user_cache_path

    return user_cache_path("magwise") / "knowledge"


def _keep(content: dict[str, Any], kept: Path) -> None:
    """Write beside and rename, so that nobody ever reads half a file; drop what this file was before."""
    kept.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=kept.parent, suffix=".part")
    with os.fdopen(handle, "w", encoding="utf-8") as part:
        json.dump(content, part, ensure_ascii=False)
    Path(name).replace(kept)
    stem = kept.name[:-37]
    for other in kept.parent.glob(f"{stem}-*.json"):
        if other != kept and other.name[:-37] == stem and _is_old(other):
            other.unlink(missing_ok=True)


def _is_old(path: Path) -> bool:
    """Older than a month: another installed version may still use a younger one."""
    import time

    return time.time() - path.stat().st_mtime > 30 * 24 * 3600
