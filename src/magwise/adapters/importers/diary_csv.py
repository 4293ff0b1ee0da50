"""A table of days, or our own export, -> entries of the diary.

A table has a column of days and further columns that the diary knows by name, or that are mapped to one: `--map
"sleep=Sleep score"`. A cell is read as the same words would be on the command line. What cannot be read is kept with
its line and its reason; a date that can be read in two ways is not read at all.
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

from magwise.adapters.importers.rejects import Rejects
from magwise.diary import DoseRecord, Entry, SideEffect, Taking, When, read_line
from magwise.diary.vocabulary import Influence, Outcome, influences, outcomes, plain
from magwise.errors import MagwiseError, NotAnEntry, NotFound

__all__ = ["SOURCE", "columns_of", "read_table"]

SOURCE = "csv"
LARGEST = 100_000_000  # bytes
_DAY = ("day", "date", "datum", "time", "timestamp", "when")
_OWN = {"kind", "day", "what", "value", "unit"}
_EMPTY = {"", "na", "n/a", "-", "missing", "null", "none"}
_OTHERS = ("bp", "dose", "side effect", "note")


def columns_of(path: Path, mapped: Mapping[str, str]) -> tuple[dict[str, str], tuple[str, ...]]:
    """Column -> what it holds, and the columns that nobody knows. Raises NotAnEntry without a column of days."""
    header = next(_rows(path), (1, []))[1]
    known = _known()
    found: dict[str, str] = {}
    for what, column in mapped.items():
        if column not in header:
            raise NotAnEntry(
                f"There is no column {column!r}.", where="line 1", remedy=f"There are: {', '.join(header)}."
            )
        if plain(what) not in known and plain(what) not in _DAY:
            raise NotAnEntry(
                f"{what!r} is nothing that the diary knows.",
                where="--map",
                remedy="`magwise log --list` shows all.",
            )
        found[column] = "day" if plain(what) in _DAY else known[plain(what)]
    for column in header:
        name = plain(column)
        if column not in found and name in known:
            found[column] = known[name]
        elif column not in found and name in _DAY and "day" not in found.values():
            found[column] = "day"
    if "day" not in found.values():
        raise NotAnEntry(
            "There is no column of days.", where="line 1", remedy='Name it: --map "day=NAME OF THE COLUMN"'
        )
    return found, tuple(column for column in header if column and column not in found)


def read_table(
    path: Path, rejects: Rejects, *, mapped: Mapping[str, str] | None = None, date_format: str | None = None
) -> Iterator[Entry]:
    """The entries of a table, in its order."""
    rows = _rows(path)
    header = next(rows, (1, []))[1]
    if set(header) >= _OWN:
        yield from _own(header, rows, rejects)
        return
    holds, _ = columns_of(path, mapped or {})
    if len(holds) == 1:
        raise NotAnEntry(
            "No column holds anything that the diary knows.",
            where="line 1",
            remedy='Name one: --map "sleep=NAME OF THE COLUMN"',
        )
    day_column = next(column for column, what in holds.items() if what == "day")
    times: Counter[str] = Counter()
    for line, cells in rows:
        row = dict(zip(header, cells, strict=False))
        if len(cells) > len(header):
            rejects.add(
                line,
                f"{len(cells)} cells under {len(header)} headings; write decimals with a point",
                ";".join(cells),
            )
            continue
        try:
            when = _when(row.get(day_column, ""), date_format)
        except NotAnEntry as refused:
            rejects.add(line, refused.what, row.get(day_column, ""))
            continue
        for column, what in holds.items():
            cell = row.get(column, "").strip()
            if what != "day" and cell.casefold() not in _EMPTY:
                yield from _cell(line, column, what, cell, when, times, rejects)


def _cell(
    line: int, column: str, what: str, cell: str, when: When, times: Counter[str], rejects: Rejects
) -> Iterator[Entry]:
    try:
        entries = read_line([what, cell], when)
    except MagwiseError as refused:
        rejects.add(line, refused.what, f"{column}: {cell}")
        return
    for number, entry in enumerate(entries):
        name = f"{SOURCE}:{what}:{number}:{when.day.isoformat()}:{when.at.isoformat() if when.at else ''}:{cell[:60]}"
        times[name] += 1  # the same twice in one file is twice; the same file again is not
        yield replace(entry, source=SOURCE, origin=f"{name}:{times[name]}"[:200])


def _own(header: Sequence[str], rows: Iterator[tuple[int, list[str]]], rejects: Rejects) -> Iterator[Entry]:
    """What `magwise diary export diary.csv` wrote."""
    for line, cells in rows:
        row = dict(zip(header, cells, strict=False))
        try:
            entry = _of_own(row)
        except (MagwiseError, ValueError, KeyError) as refused:
            why = refused.what if isinstance(refused, MagwiseError) else str(refused)
            rejects.add(line, why, ",".join(cells))
            continue
        yield from entry


def _of_own(row: Mapping[str, str]) -> Iterator[Entry]:
    at = datetime.fromisoformat(row["at"]) if row.get("at") else None
    when = When(date.fromisoformat(row["day"]), at, row.get("zone", ""))
    what, value, unit = _unquoted(row["what"]), row["value"], row["unit"]
    match row["kind"]:
        case "outcome":
            entries: tuple[Entry, ...] = read_line([outcomes()[what].words[0], value], when)
        case "lab":
            entries = read_line(["lab", what, value, unit], when)
        case "confounder":
            id, _, words = what.partition(": ")
            entries = read_line([influences()[id].words[0], words or f"{value} {unit}".strip()], when)
        case "side_effect":
            severity = int(row["severity"]) if row.get("severity") else None
            entries = (SideEffect(day=when.day, at=at, zone=when.zone, what=what, severity=severity),)
        case "dose":
            mg = float(value) if value else None
            product = _unquoted(row.get("product", ""))
            entries = (
                DoseRecord(
                    day=when.day, at=at, zone=when.zone, taking=Taking(what), elemental_mg=mg, product=product
                ),
            )
        case other:
            raise NotAnEntry(f"{other[:40]!r} is no kind of entry.")
    note = _unquoted(row.get("note", ""))
    origin = f"{SOURCE}:own:{row['kind']}:{what}:{row['day']}:{row.get('at', '')}:{value}:{row.get('id', '')}"
    for one in entries:
        yield replace(one, note=note, source=SOURCE, origin=origin[:200])


def _unquoted(text: str) -> str:
    """An export puts a mark before what a spreadsheet would run as a formula."""
    return text[1:] if text[:1] == "'" and text[1:2] in {"=", "+", "-", "@"} else text


def _when(text: str, date_format: str | None) -> When:
    written = text.strip()
    if not written:
        raise NotAnEntry("The day is missing.")
    if date_format:
        try:
            return When(datetime.strptime(written, date_format).date())  # noqa: DTZ007 - a day has no zone
        except ValueError:
            raise NotAnEntry(f"{written[:40]!r} is no day in the form {date_format}.") from None
    try:
        moment = datetime.fromisoformat(written)
    except ValueError:
        raise NotAnEntry(
            f"{written[:40]!r} is no day, or can be read in two ways: write 2026-11-22, or name its form with "
            "--date-format."
        ) from None
    if len(written) <= len("2026-11-22"):
        return When(moment.date())
    return When(moment.date(), moment.astimezone() if moment.tzinfo is None else moment)


def _known() -> dict[str, str]:
    """Name of a column -> the words that begin a line about it."""
    known = {plain(name): name for name in (*_OTHERS[:3], "blood pressure")}
    things: tuple[Outcome | Influence, ...] = (*outcomes().values(), *influences().values())
    for thing in things:
        known |= {plain(word): thing.words[0] for word in (thing.id, thing.name, *thing.words)}
    return known


def _rows(path: Path) -> Iterator[tuple[int, list[str]]]:
    """Lines with their numbers, the first of them the heading."""
    try:
        if path.stat().st_size > LARGEST:
            raise NotAnEntry(
                f"This table is larger than {LARGEST // 1_000_000} MB.",
                where=str(path),
                remedy="Cut it in parts.",
            )
        with path.open(encoding="utf-8-sig", newline="") as file:
            first = file.readline()
            file.seek(0)
            if "\0" in first:
                raise NotAnEntry(
                    "This is no text.", where=str(path), remedy="Save the table as CSV in UTF-8."
                )
            mark = max(",;\t", key=first.count)
            reader = csv.reader(file, delimiter=mark)
            for cells in reader:
                if any(cell.strip() for cell in cells):
                    yield reader.line_num, [cell.strip() for cell in cells]
    except OSError as missing:
        raise NotFound(f"The file cannot be opened: {missing.strerror}.", where=str(path)) from None
    except (UnicodeDecodeError, csv.Error) as bad:
        raise NotAnEntry(
            f"This table cannot be read: {str(bad)[:80]}.", where=str(path), remedy="Save it as CSV in UTF-8."
        ) from None
