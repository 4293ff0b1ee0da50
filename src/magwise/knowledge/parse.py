"""One YAML file as plain values.

YAML 1.1 turns `no` into False, `06:30` into 390 and `2026-11-22` into a date; here a word stays a word,
so only true, false, null and plain numbers are read as such.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from magwise.errors import BrokenKnowledge

try:
    from yaml import CSafeLoader as _Loader
except ImportError:  # PyYAML built without libyaml: slower, same result
    from yaml import SafeLoader as _Loader  # type: ignore[assignment]


class _Plain(_Loader):
    """The safe loader with only the readings that we want."""


_Plain.yaml_implicit_resolvers = {}
for _tag, _pattern, _first in (
    ("bool", r"^(?:true|false)$", "tf"),
    ("null", r"^(?:~|null|)$", ["~", "n", ""]),
    ("int", r"^[-+]?(?:0|[1-9][0-9]*)$", "-+0123456789"),
    ("float", r"^[-+]?(?:[0-9]+\.[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?$", "-+.0123456789"),
):
    _Plain.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", re.compile(_pattern), list(_first))


@cache
def parse(path: Path) -> dict[str, Any]:
    """The mapping in this file. Raises BrokenKnowledge naming the line that is no YAML."""
    try:
        content = yaml.load(path.read_bytes(), _Plain)  # noqa: S506 - a subclass of the safe loader
    except yaml.YAMLError as broken:
        raise BrokenKnowledge(f"Not YAML: {broken}", where=path.name) from broken
    if not isinstance(content, dict):
        raise BrokenKnowledge("A knowledge file must hold a mapping.", where=path.name)
    return content
