"""Medicine names that the user has imported: one small file in the user's folder, looked up name by name.

`in_use` is called when a program starts. It costs nothing where nothing was imported, and a few milliseconds where
something was. The file is written whole or not at all, so that an import that is cut off changes nothing.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import sys
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from magwise.errors import MagwiseError

__all__ = ["RXNORM", "SqliteNames", "forget", "in_use", "kept", "place_of", "rejects_of", "save"]

RXNORM = "rxnorm"
FORMAT = "1"


def place_of(release: str = RXNORM) -> Path:
    """Where the imported names of this release are kept."""
    return _home() / "names" / f"{release}.sqlite"


def _home() -> Path:
    """As `store.places.home` says; asked at every start, so that the store behind it is not loaded for it."""
    given = os.environ.get("MAGWISE_HOME")
    if given:
        return Path(given).expanduser()
    from platformdirs import user_data_path

    return Path(user_data_path("magwise", appauthor=False))


def rejects_of(release: str = RXNORM) -> Path:
    """Where the rows stand that could not be used, with their reasons."""
    return place_of(release).with_suffix(".rejects.jsonl")


class SqliteNames:
    """The names in one such file."""

    def __init__(self, path: Path) -> None:
        import sqlite3

        self._lock = threading.Lock()
        address = f"{path.resolve().as_uri()}?mode=ro&immutable=1"
        self._file = sqlite3.connect(address, uri=True, check_same_thread=False)
        try:
            self.told = dict(self._file.execute("SELECT key, value FROM told"))
        except sqlite3.DatabaseError:
            self._file.close()
            raise

    @property
    def version(self) -> str:
        return f"{RXNORM}.{self.told['digest']}"

    def ingredients_of(self, key: str) -> tuple[str, ...]:
        row = self._one("SELECT ingredients FROM name WHERE key = ?", key)
        return tuple(json.loads(row[0])) if row else ()

    def longest_after(self, word: str) -> int:
        row = self._one("SELECT longest FROM first WHERE word = ?", word)
        return int(row[0]) if row else 0

    def _one(self, query: str, key: str) -> Any:
        with self._lock:
            return self._file.execute(query, (key,)).fetchone()

    def close(self) -> None:
        self._file.close()


def in_use() -> None:
    """From now on the imported names are read, and receipts say so. A damaged file is said, and not used."""
    path = place_of()
    if not path.exists():
        return
    import sqlite3

    from magwise.knowledge.imported import use_imported

    try:
        names = SqliteNames(path)
        if names.told.get("format") != FORMAT or "digest" not in names.told:
            raise sqlite3.DatabaseError("it was written by another version")
    except (sqlite3.Error, OSError) as damaged:
        print(
            f"The imported medicine names cannot be used: {damaged}. They are left aside; import them again "
            "(magwise import rxnorm RRF) or remove them (magwise import rxnorm --forget).",
            file=sys.stderr,
        )
        return
    use_imported(names)


def kept() -> Mapping[str, str] | None:
    """What is told of the names in use; None when none are kept or they cannot be read."""
    import sqlite3

    path = place_of()
    if not path.exists():
        return None
    try:
        names = SqliteNames(path)
    except (sqlite3.Error, OSError):
        return None
    names.close()
    return names.told


@dataclass(frozen=True, slots=True)
class _Saved:
    digest: str
    names: int


def save(names: Mapping[str, tuple[str, ...]], told: Mapping[str, str], release: str = RXNORM) -> _Saved:
    """Keep these names instead of those before. Whoever looks sees the old names or the new ones."""
    import sqlite3

    path = place_of(release)
    beside = path.with_suffix(".part")
    in_order = sorted((key, json.dumps(parts, ensure_ascii=False)) for key, parts in names.items())
    digest = hashlib.sha256(json.dumps(in_order, ensure_ascii=False).encode()).hexdigest()[:8]
    longest: dict[str, int] = {}
    for key, _ in in_order:
        first = key.split(" ", 1)[0]
        longest[first] = max(longest.get(first, 0), key.count(" ") + 1)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        beside.unlink(missing_ok=True)
        file = sqlite3.connect(beside)
        with contextlib.closing(file), file:
            file.execute("CREATE TABLE told (key TEXT PRIMARY KEY, value TEXT) WITHOUT ROWID")
            file.execute("CREATE TABLE name (key TEXT PRIMARY KEY, ingredients TEXT) WITHOUT ROWID")
            file.execute("CREATE TABLE first (word TEXT PRIMARY KEY, longest INTEGER) WITHOUT ROWID")
            file.executemany("INSERT INTO name VALUES (?, ?)", in_order)
            file.executemany("INSERT INTO first VALUES (?, ?)", sorted(longest.items()))
            about = {**told, "format": FORMAT, "digest": digest, "names": str(len(in_order))}
            file.executemany("INSERT INTO told VALUES (?, ?)", sorted(about.items()))
        beside.replace(path)
    except (OSError, sqlite3.Error) as refused:
        raise MagwiseError(
            f"The names could not be kept: {refused}.",
            where=str(path),
            remedy="Is there room, and may you write there? MAGWISE_HOME names another folder.",
        ) from None
    finally:
        beside.unlink(missing_ok=True)
    return _Saved(digest, len(in_order))


def forget(release: str = RXNORM) -> bool:
    """Remove the imported names and their rejects; whether there were any."""
    there = place_of(release).exists()
    for path in (place_of(release), rejects_of(release)):
        path.unlink(missing_ok=True)
    return there
