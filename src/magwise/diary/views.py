"""Entries -> what to show: today's questions, and a week as a table.

The same values for terminal, page and JSON. Danger stands first in each of them; a day without an entry is empty, never
nought. Cramps of days are also summed over the week, as the trials count them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from magwise import knowledge
from magwise.diary.entries import Confounder, DoseRecord, Entry, LabResult, OutcomeEntry, SideEffect, Taking
from magwise.diary.flags import Seen, red_flags
from magwise.diary.vocabulary import Outcome, influences, outcomes
from magwise.units import number

__all__ = ["Ask", "DiaryDay", "Row", "Week", "day_view", "said_of", "step_back_words", "week_view"]

_DAYS = 7
_MAGNESIUM = "magnesium"


@dataclass(frozen=True, slots=True)
class Ask:
    """One of the questions of a day, and what was answered so far."""

    outcome: Outcome
    answer: OutcomeEntry | None


@dataclass(frozen=True, slots=True)
class DiaryDay:
    """What a page called Today shows.

    seen       of everything that was written up to this day; its red flags come first
    asks       the four outcomes of the guides, that of a trial before them, and any other that was noted this week
    noted      what was noted for this day, in order
    say        sentences that follow from the diary: the step back
    """

    day: date
    seen: Seen
    asks: tuple[Ask, ...]
    noted: tuple[Entry, ...]
    say: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Row:
    """One thing over seven days: the text of each day, and of the whole week where that means something."""

    name: str
    unit: str
    cells: tuple[str, ...]
    week: str = ""


@dataclass(frozen=True, slots=True)
class Week:
    """`rows` are figures; `told` are complaints, laboratory values and words, which have no column."""

    days: tuple[date, ...]
    rows: tuple[Row, ...]
    told: tuple[Entry, ...]
    seen: Seen
    say: tuple[str, ...] = ()


def day_view(entries: Sequence[Entry], day: date, *, trial_outcome: str | None = None) -> DiaryDay:
    """Today, from entries in the order of their days; later ones are left aside."""
    known = [one for one in entries if one.day <= day]
    seen = red_flags(known)
    of_the_guides = [one.id for one in outcomes().values() if one.guide]
    lately = [
        one.outcome
        for one in known
        if isinstance(one, OutcomeEntry) and one.day > day - timedelta(days=_DAYS)
    ]
    asked = dict.fromkeys([*([trial_outcome] if trial_outcome else []), *of_the_guides, *lately])
    noted = tuple(one for one in known if one.day == day)
    answers = {one.outcome: one for one in noted if isinstance(one, OutcomeEntry)}
    asks = tuple(Ask(outcomes()[id], answers.get(id)) for id in asked if id in outcomes())
    return DiaryDay(day, seen, asks, noted, _say(seen))


def week_view(entries: Sequence[Entry], last: date) -> Week:
    """The seven days up to this one; red flags from everything before, too."""
    days = tuple(last - timedelta(days=away) for away in range(_DAYS - 1, -1, -1))
    known = [one for one in entries if one.day <= last]
    here = [one for one in known if one.day >= days[0]]
    seen = red_flags(known)
    rows = [*_doses(here, days), *_outcomes(here, days), *_influences(here, days)]
    told = (
        one
        for one in here
        if isinstance(one, SideEffect | LabResult) or (isinstance(one, Confounder) and one.amount is None)
    )
    return Week(days, tuple(rows), tuple(told), seen, _say(seen))


def said_of(entry: Entry) -> str:
    """An entry in a few words."""
    match entry:
        case DoseRecord():
            amount = f" {number(entry.elemental_mg)} mg" if entry.elemental_mg else ""
            what = f" {entry.product}" if entry.product else ""
            return (
                f"magnesium {entry.taking.value}{amount}{what}{f' with {entry.meal}' if entry.meal else ''}"
            )
        case OutcomeEntry():
            known = outcomes().get(entry.outcome)
            return f"{known.name if known else entry.outcome} {_figure(entry.value)} {entry.unit}".rstrip()
        case Confounder():
            other = influences().get(entry.what)
            amount = f" {_figure(entry.amount)} {entry.unit}" if entry.amount is not None else ""
            return f"{other.name if other else entry.what}{amount} {entry.words}".rstrip()
        case LabResult():
            code = f" (LOINC {entry.loinc})" if entry.loinc else ""
            return f"{entry.what} {_figure(entry.value)} {entry.unit}{code}"
        case SideEffect():
            grade = {1: ": mild", 2: ": moderate", 3: ": severe"}.get(entry.severity or -1, "")
            return f"{entry.what}{': over' if entry.severity == 0 else grade}"
    return entry.kind.value


def step_back_words(amounts: Iterable[float] = ()) -> str:
    """What loose stools ask for; `amounts` are the plan's own, where there is one."""
    by = " or ".join(f"{number(mg)} mg" for mg in amounts)
    if not by:
        fact = knowledge.fact("dosing", "step-back").values
        by = f"{number(_number(fact['low']))} to {number(_number(fact['high']))} mg"
    return f"Stools are loose: step back by {by}; if they persist, pause magnesium, then restart lower."


def _say(seen: Seen) -> tuple[str, ...]:
    return (step_back_words(),) if seen.step_back and not seen.is_urgent else ()


def _doses(entries: Sequence[Entry], days: Sequence[date]) -> list[Row]:
    doses = [one for one in entries if isinstance(one, DoseRecord)]
    if not doses:
        return []
    cells = []
    for day in days:
        mine = [one for one in doses if one.day == day]
        taken = [one for one in mine if one.taking is not Taking.SKIPPED]
        amount = sum(one.elemental_mg or 0.0 for one in taken)
        unknown = any(one.elemental_mg is None for one in taken)
        cells.append("" if not mine else "skipped" if not taken else "taken" if unknown else number(amount))
    return [Row(_MAGNESIUM, "mg", tuple(cells))]


def _outcomes(entries: Sequence[Entry], days: Sequence[date]) -> list[Row]:
    rows = []
    for one in outcomes().values():
        mine = [e for e in entries if isinstance(e, OutcomeEntry) and e.outcome == one.id]
        if mine:
            cells = tuple(" ".join(_figure(e.value) for e in mine if e.day == day) for day in days)
            total = _figure(sum(e.value for e in mine)) if one.id == "cramps" else ""
            rows.append(Row(one.name, one.unit, cells, total and f"{total} a week"))
    return rows


def _influences(entries: Sequence[Entry], days: Sequence[date]) -> list[Row]:
    rows = []
    for one in influences().values():
        mine = [e for e in entries if isinstance(e, Confounder) and e.what == one.id and e.amount is not None]
        for unit in dict.fromkeys(e.unit for e in mine):
            amounts = [[e.amount or 0.0 for e in mine if e.unit == unit and e.day == day] for day in days]
            rows.append(Row(one.name, unit, tuple(_figure(sum(a)) if a else "" for a in amounts)))
    return rows


def _figure(value: float) -> str:
    return f"{value:.4g}" if abs(value) < 10_000 else f"{value:.0f}"


def _number(value: object) -> float:
    given = value["value"] if isinstance(value, dict) else value
    assert isinstance(given, int | float)  # noqa: S101 - our own file
    return float(given)
