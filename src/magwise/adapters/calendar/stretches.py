"""Steps of a plan and days that differ -> stretches of dates on which every listed weekday is alike.

Comes in: stages (a step of the titration from its first to its last date, with its `Days`). Goes out: stretches
that a recurrence rule can say, in order, without overlap. Days on which magnesium pauses stay empty.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from magwise.schedule import Days, Schedule

__all__ = ["Stage", "Stretch", "stretches"]

_ONE = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Stage:
    """A step of the plan: its dates, both included (last None: until further notice), and its days."""

    first: date
    last: date | None
    days: Days


@dataclass(frozen=True, slots=True)
class Stretch:
    """One timetable on every date from first to last that falls on one of `weekdays` (() is every day)."""

    first: date
    last: date | None
    weekdays: tuple[int, ...]
    schedule: Schedule


def stretches(stages: Iterable[Stage]) -> tuple[Stretch, ...]:
    """Every stretch of every stage, in the order of their dates."""
    return tuple(stretch for stage in stages for stretch in _of_stage(stage))


def _of_stage(stage: Stage) -> Iterator[Stretch]:
    edges = {stage.first}
    for other in stage.days.others:
        edges |= {other.first} if other.first else set()
        edges |= {other.last + _ONE} if other.last else set()
    starts = sorted(
        edge for edge in edges if edge >= stage.first and (stage.last is None or edge <= stage.last)
    )
    for start, end in zip(starts, [*(later - _ONE for later in starts[1:]), stage.last], strict=True):
        yield from _of_span(stage.days, start, end)


def _of_span(days: Days, first: date, last: date | None) -> Iterator[Stretch]:
    dates = [first + away * _ONE for away in range(7) if last is None or first + away * _ONE <= last]
    by_schedule: dict[Schedule, list[date]] = {}
    for day in dates:
        by_schedule.setdefault(days.on(day), []).append(day)
    for schedule, alike in by_schedule.items():
        everyday = len(alike) == len(dates)
        yield Stretch(
            alike[0], last, () if everyday else tuple(sorted(day.weekday() for day in alike)), schedule
        )
