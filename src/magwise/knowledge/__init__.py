"""What Magwise knows, as data, and the one reader of it.

A room is a YAML file or a folder of them (`limits`, `spacings` ...). A file holds `facts` (each with id,
value, source, date checked and status), or `entries` (words and lists that are no medical figures).
`defaults` fills what a file's entries share. Everything is checked on load: an id twice, a source that
nobody registered, a status we do not know stop the program with the file and the entry named.

Reads files inside this package only; never the network, never the user's files.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from magwise.errors import BrokenKnowledge, NotFound
from magwise.facts import Citation, Fact, Source, Status
from magwise.knowledge.imported import imported
from magwise.knowledge.parse import parse

__all__ = ["HERE", "all_facts", "entries", "fact", "facts", "figure", "find", "rooms", "sources", "version"]

HERE = Path(__file__).parent

Entry = Mapping[str, Any]
_OF_EVERY_FACT = {"id", "says", "not", "source", "checked", "status"}


@cache
def entries(room: str) -> tuple[Entry, ...]:
    """Every entry of a room, in file order, with its file's defaults filled in and `file` named."""
    found = tuple(entry for path in _files(room) for entry in _entries_of(path))
    _no_id_twice(room, found)
    return found


@cache
def facts(room: str) -> tuple[Fact, ...]:
    """Every fact of a room. Raises BrokenKnowledge for an entry that lacks what a fact must have."""
    return tuple(_as_fact(entry) for entry in entries(room))


def fact(room: str, id: str) -> Fact:
    """The fact with this id in this room. A missing one is a fault of ours, not of the reader."""
    for one in facts(room):
        if one.id == id:
            return one
    raise BrokenKnowledge(f"There is no fact {id!r} in knowledge/{room}.")


@cache
def figure(room: str, id: str, field: str = "value") -> float:
    """One number of one fact. A field that is no number is a fault of ours."""
    value = fact(room, id).values.get(field)
    if isinstance(value, int | float):
        return float(value)
    raise BrokenKnowledge(f"The fact {id!r} has no number called {field!r}.", where=f"knowledge/{room}")


@cache
def all_facts() -> tuple[Fact, ...]:
    """Every fact of every file, in the order of the files."""
    paths = sorted(path for path in HERE.rglob("*.yaml") if "facts" in parse(path))
    return tuple(_as_fact(entry) for path in paths for entry in _entries_of(path))


def find(id: str) -> Fact:
    """The fact with this id, wherever it stands; raises NotFound naming the nearest ids."""
    everything = {one.id.lower(): one for one in all_facts()}
    if id.lower() in everything:
        return everything[id.lower()]
    from rapidfuzz import process

    near = [match[0] for match in process.extract(id.lower(), list(everything), limit=3)]
    raise NotFound(
        f"There is no fact called {id!r}.",
        remedy=f"Near ones: {', '.join(everything[name].id for name in near)}. `magwise facts` lists all.",
    )


@cache
def sources() -> Mapping[str, Source]:
    """Every published text that a fact may cite, by id."""
    return {
        entry["id"]: Source(entry["id"], str(entry["title"]), _text(entry.get("year")), entry.get("url"))
        for entry in entries("sources")
    }


@cache
def rooms() -> tuple[str, ...]:
    """The names of all rooms: top-level YAML files and folders."""
    names = {path.relative_to(HERE).parts[0].removesuffix(".yaml") for path in HERE.rglob("*.yaml")}
    return tuple(sorted(names))


def version() -> str:
    """Changes when any knowledge file or imported name does: "1f0a9c2b3d4e", "1f0a9c2b3d4e+rxnorm.0a1b2c3d"."""
    more = imported()
    return _own_version() if more is None else f"{_own_version()}+{more.version}"


@cache
def _own_version() -> str:
    """The first twelve hex digits of the common SHA-256 of the knowledge files."""
    digest = hashlib.sha256()
    for path in sorted(HERE.rglob("*.yaml")):
        digest.update(path.relative_to(HERE).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:12]


def _files(room: str) -> list[Path]:
    single = HERE / f"{room}.yaml"
    found = [single] if single.exists() else sorted((HERE / room).rglob("*.yaml"))
    if not found:
        raise BrokenKnowledge(f"There is no room knowledge/{room}.")
    return found


def _entries_of(path: Path) -> Iterator[Entry]:
    content = parse(path)
    shared = content.get("defaults", {})
    name = path.relative_to(HERE).as_posix()
    kind = "facts" if "facts" in content else "entries"
    for entry in content.get(kind, ()):
        if not isinstance(entry, dict) or "id" not in entry:
            raise BrokenKnowledge(f"An entry without an id: {str(entry)[:80]}", where=f"knowledge/{name}")
        yield {**shared, **entry, "file": name, "kind_of_entry": kind}


def _no_id_twice(room: str, found: tuple[Entry, ...]) -> None:
    seen: set[str] = set()
    for entry in found:
        if entry["id"] in seen:
            raise BrokenKnowledge(f"The id {entry['id']!r} stands twice.", where=f"knowledge/{entry['file']}")
        seen.add(entry["id"])


def _as_fact(entry: Entry) -> Fact:
    where = f"knowledge/{entry['file']}, {entry['id']}"
    try:
        return Fact(
            id=str(entry["id"]),
            says=str(entry["says"]),
            values={key: value for key, value in entry.items() if key not in _OF_EVERY_FACT},
            citations=_citations(entry["source"], where),
            checked=date.fromisoformat(str(entry["checked"])),
            status=Status(entry["status"]),
            does_not_cover=entry.get("not"),
            file=str(entry["file"]),
        )
    except (KeyError, ValueError) as lacking:
        raise BrokenKnowledge(f"A fact lacks or misspells {lacking}.", where=where) from lacking


def _citations(given: Any, where: str) -> tuple[Citation, ...]:
    cited = given if isinstance(given, list) else [given]
    known = sources()
    for one in cited:
        if not isinstance(one, dict) or one.get("id") not in known:
            raise BrokenKnowledge(f"The source {one!r} is not registered in knowledge/sources.", where=where)
    return tuple(Citation(known[one["id"]], _text(one.get("where"))) for one in cited)


def _text(value: object) -> str | None:
    return None if value is None else str(value)
