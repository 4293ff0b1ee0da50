"""A log of one outcome as text in, days with a phase and a value out.

Columns `day` (a number or a date), `phase` (A without magnesium, B with it) and `value`; an empty value is a
missing day. Whatever cannot be what it should be is named with its line: a value guessed here would be a
verdict guessed later. Nothing is sorted, merged or converted for the writer.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import pairwise

from magwise.errors import NotALog
from magwise.rows import rows_of

__all__ = ["Day", "Log", "NotALog", "Phase", "read_log"]

_MOST_DAYS = 5_000
_MOST_TEXT = 1_000_000
_MOST_NOTE = 1_000
_LARGEST = 1e12
_FURTHEST = 10_000_000
_NAMES = {
    "day": ("day", "date", "study_day", "t"),
    "phase": ("phase", "condition"),
    "value": ("value", "outcome", "score", "y"),
    "unit": ("unit", "units"),
    "taken": ("taken", "took", "adherence"),
    "note": ("note", "notes", "remark", "symptom", "symptoms", "side effect", "side effects"),
}
_WITHOUT = {"without", "off", "control", "no"}
_WITH = {"with", "on", "magnesium", "yes"}
_YES, _NO = {"yes", "y", "1", "true", "taken"}, {"no", "n", "0", "false", "skipped"}
_EMPTY = {"", "na", "n/a", "missing"}
_VALUE = re.compile(r"([-+−]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)\s*([^\d\s].*)?", re.DOTALL)
_COLUMNS = "Give the columns day, phase (A without, B with) and value."


class Phase(StrEnum):
    WITHOUT = "A"
    WITH = "B"


@dataclass(frozen=True, slots=True)
class Day:
    """One day: its number (day 1 is the first), its phase as planned, and the value if there is one.

    taken  whether magnesium was taken that day; None: nobody wrote it down
    note   what was written beside it: nothing here reads it, whoever speaks of safety does
    """

    number: int
    phase: Phase
    value: float | None
    taken: bool | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Log:
    """Days in order, no day twice."""

    days: tuple[Day, ...]
    unit: str | None = None

    def __post_init__(self) -> None:
        numbers = [day.number for day in self.days]
        if any(later <= earlier for earlier, later in pairwise(numbers)):
            raise NotALog("Days must rise, each written once.", remedy="Sort the log by day.")
        if any(day.value is not None and not abs(day.value) <= _LARGEST for day in self.days):
            raise NotALog("A value is not a usable number.", remedy="Correct it, or leave the day empty.")

    @property
    def measured(self) -> tuple[Day, ...]:
        return tuple(day for day in self.days if day.value is not None)

    @property
    def blocks(self) -> tuple[Phase, ...]:
        """The phases in turn, each run of measured days once."""
        phases = [day.phase for day in self.measured]
        return tuple(phase for at, phase in enumerate(phases) if at == 0 or phase != phases[at - 1])

    @property
    def pairs(self) -> int:
        """How many blocks without have a block with beside them."""
        return min(self.blocks.count(Phase.WITHOUT), self.blocks.count(Phase.WITH))

    @property
    def adherence(self) -> float | None:
        """The share of days taken as planned, of those that say; None where none does."""
        told = [day.taken is (day.phase is Phase.WITH) for day in self.days if day.taken is not None]
        return sum(told) / len(told) if told else None

    def count(self, phase: Phase) -> int:
        """Measured days of a phase."""
        return sum(day.phase is phase for day in self.measured)

    @classmethod
    def of(cls, phases: Sequence[str], values: Sequence[float | None]) -> Log:
        """A log of consecutive days, from phases and values side by side."""
        paired = enumerate(zip(phases, values, strict=True), start=1)
        return cls(tuple(Day(number, Phase(phase), value) for number, (phase, value) in paired))


@dataclass(frozen=True, slots=True)
class _Row:
    line: int
    day: str
    phase: str
    value: str
    unit: str
    taken: str
    note: str


def read_log(text: str) -> Log:
    """The log in a table separated by commas, semicolons or tabs."""
    rows = _rows(text)
    days = [_day(row) for row in rows]
    _check_order(rows, days)
    values = [_value(row) for row in rows]
    unit = _one_unit(rows, values)
    first = days[0][0]
    return Log(
        tuple(
            Day(day - first + 1 if is_date else day, _phase(row), value, _taken(row), row.note)
            for row, (day, is_date, _), (value, _) in zip(rows, days, values, strict=True)
        ),
        unit,
    )


def _rows(text: str) -> list[_Row]:
    filled = rows_of(text, kind="log", most=_MOST_TEXT, error=NotALog)
    if not filled:
        raise NotALog("The log is empty.", remedy=_COLUMNS)
    header = [name.strip().lower() for name in filled[0][1]]
    place = {
        role: next((header.index(n) for n in names if n in header), None) for role, names in _NAMES.items()
    }
    missing = [role for role in ("day", "phase", "value") if place[role] is None]
    if missing:
        raise NotALog(f"The log lacks the column {' and '.join(missing)}.", where="line 1", remedy=_COLUMNS)
    if len(filled) == 1:
        raise NotALog("The log has a heading and no days.", where="line 1", remedy=_COLUMNS)
    if len(filled) > _MOST_DAYS:
        raise NotALog(f"The log has {len(filled) - 1} days; {_MOST_DAYS} can be read.")
    return [_row(line, cells, place, len(header)) for line, cells in filled[1:]]


def _row(line: int, cells: list[str], place: dict[str, int | None], width: int) -> _Row:
    if len(cells) > width:
        raise NotALog(
            f"The line has {len(cells)} cells and the heading {width}.",
            where=f"line {line}",
            remedy="Write decimals with a point, or separate the cells with semicolons.",
        )
    padded = [*cells, *[""] * (width - len(cells))]

    def cell(role: str) -> str:
        at = place[role]
        return padded[at].strip() if at is not None else ""

    return _Row(
        line,
        cell("day"),
        cell("phase"),
        cell("value"),
        cell("unit").lower(),
        cell("taken").lower(),
        cell("note")[:_MOST_NOTE],
    )


def _day(row: _Row) -> tuple[int, bool, str]:
    """The day's number, whether it was written as a date, and its offset from UTC if it has one."""
    if re.fullmatch(r"[+]?\d{1,9}(?:\.0+)?", row.day):
        number = int(float(row.day))
        if number <= _FURTHEST:
            return number, False, ""
    match = re.fullmatch(r"(\d{4}-\d{2}-\d{2})(?:[T ][\d:.]{4,15}\s*(Z|[+-]\d{2}:?\d{2})?)?", row.day)
    try:
        return date.fromisoformat(match[1]).toordinal(), True, match[2] or "" if match else ""  # type: ignore[index]
    except (TypeError, ValueError):
        raise NotALog(
            f"{row.day[:40]!r} is no day.",
            where=f"line {row.line}",
            remedy="Write a whole number, or a date as 2026-11-22.",
        ) from None


def _check_order(rows: list[_Row], days: list[tuple[int, bool, str]]) -> None:
    for (earlier, later), (row_before, row) in zip(pairwise(days), pairwise(rows), strict=True):
        if later[1] != earlier[1]:
            raise NotALog(
                "Day numbers and dates are mixed.", where=f"line {row.line}", remedy="Use one of them."
            )
        if later[2] != earlier[2]:
            raise NotALog(
                "The time zone changes.",
                where=f"line {row.line}",
                remedy="Write the day of your own calendar, without a time zone.",
            )
        if later[0] == earlier[0]:
            raise NotALog(
                f"The day {row.day} is there twice.",
                where=f"lines {row_before.line} and {row.line}",
                remedy="Keep one value a day: the first, or the day's mean, but the same way for all days.",
            )
        if later[0] < earlier[0]:
            seen = next((r.line for r, d in zip(rows, days, strict=True) if d[0] == later[0]), row.line)
            twice = f" and was already on line {seen}" if seen < row.line else ""
            raise NotALog(
                f"The day {row.day} comes after {row_before.day}{twice}.",
                where=f"line {row.line}",
                remedy="Sort the log by day, each day once.",
            )


def _phase(row: _Row) -> Phase:
    word = row.phase.lower()
    if re.fullmatch(r"a\d{0,3}", word) or word in _WITHOUT:
        return Phase.WITHOUT
    if re.fullmatch(r"b\d{0,3}", word) or word in _WITH:
        return Phase.WITH
    raise NotALog(
        f"{row.phase[:40]!r} is no phase." if row.phase else "The phase is missing.",
        where=f"line {row.line}",
        remedy="Write A for a day without magnesium and B for a day with it.",
    )


def _taken(row: _Row) -> bool | None:
    if row.taken in _EMPTY:
        return None
    if row.taken in _YES | _NO:
        return row.taken in _YES
    raise NotALog(
        f"{row.taken[:40]!r} does not say whether magnesium was taken.",
        where=f"line {row.line}",
        remedy="Write yes or no, or leave it empty.",
    )


def _value(row: _Row) -> tuple[float | None, str]:
    if row.value.lower() in _EMPTY:
        return None, ""
    match = _VALUE.fullmatch(row.value)
    number = float(match[1].replace("−", "-")) if match else math.nan
    if match is None or not abs(number) <= _LARGEST:
        raise NotALog(
            f"{row.value[:40]!r} is not a number.",
            where=f"line {row.line}",
            remedy="Write a plain number with a decimal point; leave a missing day empty.",
        )
    return number, (match[2] or row.unit).strip().lower()


def _one_unit(rows: list[_Row], values: list[tuple[float | None, str]]) -> str | None:
    first: tuple[int, str] | None = None
    for row, (value, unit) in zip(rows, values, strict=True):
        if value is None:
            continue
        if first is None:
            first = (row.line, unit)
        elif unit != first[1]:
            raise NotALog(
                f"Units are mixed: {first[1] or 'none'!r} on line {first[0]}, {unit[:20] or 'none'!r} here.",
                where=f"line {row.line}",
                remedy="Convert all values to one unit before judging.",
            )
    return first[1] or None if first else None
