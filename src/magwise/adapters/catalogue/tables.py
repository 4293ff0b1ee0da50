"""Catalogues that were read, on disk -> their tables, by DuckDB's SQL; memory stays under a bound.

What the tables mean is said in magwise.catalogue; here stands only how a database is asked for them.
"""

from __future__ import annotations

import os
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from magwise.catalogue import (
    CHEAPEST,
    CONTRADICTIONS,
    EXAMPLES,
    HIDDEN_OXIDE,
    Change,
    FormStanding,
    League,
    Priced,
    Said,
    differences,
    said_of,
)
from magwise.errors import NotFound

__all__ = ["Releases", "as_parquet", "changes_between_releases", "is_catalogue", "league_of_file"]

COLUMNS = {
    "id": "VARCHAR",
    "elemental_mg": "DOUBLE",
    "elemental_low_mg": "DOUBLE",
    "elemental_high_mg": "DOUBLE",
    "basis": "VARCHAR",
    "serving_amount": "DOUBLE",
    "serving_unit": "VARCHAR",
    "servings_per_container": "DOUBLE",
    "max_servings_per_day": "DOUBLE",
    "forms": "VARCHAR[]",
    "compound_mg": "MAP(VARCHAR, DOUBLE)",
    "nutrients": "MAP(VARCHAR, DOUBLE)",
    "proprietary_blend": "BOOLEAN",
    "flags": "VARCHAR[]",
    "language": "VARCHAR",
    "price_per_100_mg": "DOUBLE",
    "why": "VARCHAR[]",
}
_ENDINGS = (".parquet", ".jsonl", ".ndjson")
_SAID = (
    "id, elemental_mg, elemental_low_mg, elemental_high_mg, basis, serving_amount, serving_unit, "
    "forms, flags, proprietary_blend, price_per_100_mg"
)
_BATCH = 1000
_LONGEST_ROW = 4_194_304  # bytes; a row of ours has some thousand. DuckDB holds twice as much a thread
_ROWS_IN_GROUP = 20_480  # written at once; smaller groups hold less in memory


def as_parquet(lines: Path, out: Path) -> None:
    """The rows of `magwise screen`, in their order, as Parquet."""
    connection = _database(threads=1)  # side by side it would hold the whole file to keep its order
    target = f"{_text(str(out))} (FORMAT parquet, ROW_GROUP_SIZE {_ROWS_IN_GROUP})"
    connection.execute(f"COPY (SELECT * FROM {_table(lines)}) TO {target}")  # noqa: S608


def is_catalogue(path: Path) -> bool:
    """Its name says that this may be the output of `magwise screen`."""
    return path.suffix.lower() in _ENDINGS


# the league tables


def league_of_file(path: Path) -> League:
    """How forms, contradictions, hidden oxide and prices stand in a catalogue that was read."""
    connection = _opened(path)
    rows, named, numbers, blends = _one(connection, _COUNTS)
    return League(
        rows=rows,
        with_magnesium=named,
        with_number=numbers or 0,
        blends=blends or 0,
        forms=tuple(FormStanding(*row) for row in connection.execute(_FORMS).fetchall()),
        contradictions={
            flag: (count, tuple(ids))
            for flag, count, ids in connection.execute(_FLAGGED, [list(CONTRADICTIONS)]).fetchall()
        },
        hidden_oxide=_hidden(connection),
        cheapest=tuple(
            Priced(name, tuple(forms), mg, price)
            for name, forms, mg, price in connection.execute(_CHEAPEST).fetchall()
        ),
    )


_NAMED = "NOT list_contains(coalesce(flags, []), 'no_magnesium')"
_COUNTS = f"""
SELECT count(*), count(*) FILTER ({_NAMED}), count(elemental_mg) FILTER ({_NAMED}),
       count(*) FILTER ({_NAMED} AND proprietary_blend)
FROM said"""  # noqa: S608 - our own words
_FORMS = f"""
WITH each AS (SELECT unnest(list_distinct(forms)) AS form, len(forms) = 1 AS alone, elemental_mg AS mg,
              price_per_100_mg AS price
              FROM said WHERE {_NAMED})
SELECT form, count(*) AS labels, count(*) FILTER (alone),
       median(mg) FILTER (alone), median(price) FILTER (alone)
FROM each GROUP BY form ORDER BY labels DESC, form"""  # noqa: S608
_FLAGGED = f"""
WITH each AS (SELECT id, unnest(list_distinct(flags)) AS flag FROM said WHERE {_NAMED})
SELECT flag, count(*) AS labels, min(id, {EXAMPLES}) FROM each
WHERE list_contains(?, flag) GROUP BY flag ORDER BY labels DESC, flag"""  # noqa: S608
_HIDDEN = f"""
SELECT count(*), min(id, {EXAMPLES}) FROM said WHERE {_NAMED} AND list_has_any(flags, ?)"""  # noqa: S608
_CHEAPEST = f"""
SELECT id, forms, elemental_mg, price_per_100_mg FROM said
WHERE {_NAMED} AND price_per_100_mg IS NOT NULL AND elemental_mg IS NOT NULL
ORDER BY price_per_100_mg, id LIMIT {CHEAPEST}"""  # noqa: S608


def _hidden(connection: Any) -> tuple[int, tuple[str, ...]]:
    count, ids = _one(connection, _HIDDEN, [list(HIDDEN_OXIDE)])
    return count, tuple(ids or ())


# two releases


@dataclass(frozen=True, slots=True)
class Releases:
    """What changed between two releases: labels in each, changes by kind, and the first few of each kind."""

    was: int
    now: int
    same: int
    kinds: dict[str, int]
    examples: dict[str, tuple[Change, ...]]


def changes_between_releases(old: Path, new: Path, *, most: int = EXAMPLES) -> Releases:
    """The same label is the same id; where an id comes twice, the first is held against the first."""
    connection = _opened(old, "was")
    _view(connection, new, "now")
    kinds: Counter[str] = Counter()
    examples: dict[str, list[Change]] = {}
    differing = 0
    for was, now in _pairs(connection):
        found = list(differences(was, now))
        differing += bool(found) and was is not None and now is not None
        for change in found:
            kinds[change.kind] += 1
            kept = examples.setdefault(change.kind, [])
            if len(kept) < most:
                kept.append(change)
    before, after = _one(connection, "SELECT (SELECT count(*) FROM was), (SELECT count(*) FROM now)")
    return Releases(
        was=before,
        now=after,
        same=before - kinds["label gone"] - differing,
        kinds=dict(sorted(kinds.items(), key=lambda one: (-one[1], one[0]))),
        examples={kind: tuple(kept) for kind, kept in examples.items()},
    )


def _pairs(connection: Any) -> Iterator[tuple[Said | None, Said | None]]:
    """Labels that differ in any column we look at, by id; the rest never leaves the database."""
    names = _SAID.split(", ")
    either = ", ".join(f"{side}.{name}" for side in ("w", "n") for name in names)
    differ = " OR ".join(f"w.{name} IS DISTINCT FROM n.{name}" for name in names)
    numbered = "SELECT *, row_number() OVER (PARTITION BY id ORDER BY place) AS nth FROM {}"
    result = connection.execute(
        f"SELECT {either} FROM ({numbered.format('was')}) w FULL JOIN ({numbered.format('now')}) n "  # noqa: S608
        f"ON w.id = n.id AND w.nth = n.nth WHERE {differ} ORDER BY coalesce(n.id, w.id), coalesce(n.nth, w.nth)"
    )
    while batch := result.fetchmany(_BATCH):
        for row in batch:
            cells = iter(row)
            sides = [dict(zip(names, islice(cells, len(names)), strict=True)) for _ in range(2)]
            was, now = (said_of(side) if side["id"] is not None else None for side in sides)
            yield was, now


# DuckDB


def _opened(path: Path, name: str = "said") -> Any:
    connection = _database()
    _view(connection, path, name)
    return connection


def _database(threads: int | None = None) -> Any:
    import duckdb

    spill = Path(tempfile.gettempdir()) / f"magwise-{os.getpid()}"
    settings: dict[str, Any] = {
        "memory_limit": "1GB",
        "temp_directory": str(spill),  # the default would be the folder that one stands in
        "autoinstall_known_extensions": False,
    }
    return duckdb.connect(config=settings | ({"threads": threads} if threads else {}))


def _view(connection: Any, path: Path, name: str) -> None:
    import duckdb

    if not path.is_file():
        raise NotFound("There is no such file.", where=str(path), remedy="Write one with `magwise screen`.")
    if not is_catalogue(path):
        raise NotFound(
            f"Files ending in {path.suffix or 'nothing'} are not read.",
            where=str(path),
            remedy="Give what `magwise screen` wrote: .parquet or .jsonl.",
        )
    source = f"SELECT {_SAID}, row_number() OVER () AS place FROM {_table(path)}"  # noqa: S608
    try:
        connection.execute(f"CREATE TEMP TABLE {name} AS {source}")
    except duckdb.Error as broken:
        raise NotFound(
            "This is no catalogue that `magwise screen` wrote.",
            where=str(path),
            remedy=str(broken).splitlines()[0][:200],
        ) from None
    if _one(connection, f"SELECT count(*) FROM {name} WHERE id IS NULL OR basis IS NULL")[0]:  # noqa: S608
        raise NotFound(
            "This is no catalogue that `magwise screen` wrote: rows have no id or basis.", where=str(path)
        )


def _table(path: Path) -> str:
    if path.suffix.lower() == ".parquet":
        return f"read_parquet({_text(str(path))})"
    columns = ", ".join(f"{name}: '{kind}'" for name, kind in COLUMNS.items())
    return (
        f"read_json({_text(str(path))}, format = 'newline_delimited', columns = {{{columns}}}, "
        f"maximum_object_size = {_LONGEST_ROW})"
    )


def _one(connection: Any, question: str, given: list[Any] | None = None) -> Any:
    return connection.execute(question, given or []).fetchone()


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"
