"""What was said about a day, as a value, and the day as it stands after it: behind `day`, `took`, `missed`, `late`.

Comes in: a day's problem and timetable, and one report after another, each with the time at which it was made.
Goes out: `Today`, every entry with its state. Where a log is kept is the business of an adapter.

Each report is answered on the timetable that stood when it was made, and what moved then stays moved: a dose that
went from breakfast to lunch counts as taken at lunch unless somebody says otherwise, so that it is never offered a
third time. A day begins when this person gets up: at 02:00 a night worker is still in the day before, and so is
somebody who cannot sleep.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum

from magwise.day import DAY, Routine, apart
from magwise.schedule.model import MAGNESIUM, MOVABLE, DayProblem, Dose, Other, Schedule
from magwise.schedule.moments import sitting_min
from magwise.schedule.replan import Change, Taken, is_still_to_come, replan

__all__ = [
    "DayLog",
    "Entry",
    "Report",
    "Said",
    "State",
    "Today",
    "go_on",
    "is_before_this_day",
    "latest_min",
    "moment_of",
    "waking_day",
]


class Said(StrEnum):
    TOOK = "took"
    MISSED = "missed"
    LATE = "late"


@dataclass(frozen=True, slots=True)
class Report:
    """One thing that was said; times as in `replan`, from the midnight before getting up.

    now        when it was said
    what       MAGNESIUM, or a name of the day; of a missed dose its meal
    at         when it was taken; dose: the meal whose dose it was; yesterday: it belongs to the day before
    late_min   by how much the day runs late in all; the newest word counts
    """

    said: Said
    now: int
    what: str = ""
    at: int = 0
    elemental_mg: float = 0.0
    dose: str = ""
    yesterday: bool = False
    late_min: int = 0

    @property
    def name(self) -> str:
        """How the day calls what it is about: of a dose its meal."""
        return self.dose or self.what

    @property
    def taken(self) -> Taken:
        return Taken(self.what, self.at, self.elemental_mg, self.dose, self.yesterday)


@dataclass(frozen=True, slots=True)
class DayLog:
    """One waking day as reported."""

    day: date
    reports: tuple[Report, ...] = ()

    def saying(self, report: Report) -> DayLog:
        """The same report twice is one report."""
        known = any(replace(one, now=report.now) == report for one in self.reports)
        return self if known else replace(self, reports=(*self.reports, report))

    @property
    def standing(self) -> tuple[Report, ...]:
        """What still holds: something that was called missed and is taken after all was not missed."""
        return tuple(
            one
            for index, one in enumerate(self.reports)
            if one.said is not Said.MISSED
            or not any(
                later.said is Said.TOOK and later.name == one.what and not later.yesterday
                for later in self.reports[index + 1 :]
            )
        )


class State(StrEnum):
    TAKEN = "taken"  # somebody said so
    ASSUMED = "assumed"  # its time is past and nobody said anything: it counts as taken
    MISSED = "missed"  # a medicine that was said to be missed; it does not move
    LEFT_OUT = "left_out"  # no more today
    DUE = "due"  # its moment is now
    NEXT = "next"
    LATER = "later"


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing of today.

    planned  when the timetable had it; None: it was not planned
    at       when it was taken, or when it comes now; None: left out
    dose     the dose, when it is planned magnesium (its meal as it is now)
    """

    take: str
    kind: str
    state: State
    planned: int | None
    at: int | None
    dose: Dose | None = None
    elemental_mg: float = 0.0

    @property
    def name(self) -> str:
        return str(self.dose.meal) if self.dose else self.take

    @property
    def when(self) -> int:
        return self.at if self.at is not None else self.planned or 0


@dataclass(frozen=True, slots=True)
class Today:
    """The day as it stands.

    changes      what the last report moved, and why
    unknown      names in reports that are not part of this day (any more): they could not be followed
    most_24h_mg  magnesium in the 24 hours up to now, counting as taken what was planned and nobody spoke about
    """

    entries: tuple[Entry, ...]
    changes: tuple[Change, ...] = ()
    unknown: tuple[str, ...] = ()
    most_24h_mg: float = 0.0


def waking_day(routine: Routine, local: datetime) -> tuple[date, int]:
    """The day that a local time belongs to, by the date on which this person got up, and its minutes."""
    clock_time = local.hour * 60 + local.minute
    before_waking = clock_time < routine.wake
    return local.date() - timedelta(days=before_waking), clock_time + DAY * before_waking


def moment_of(routine: Routine, at: int, now: int) -> int:
    """The last time before now at which the clock showed this: nobody reports what is still to come."""
    linear = routine.wake + routine.after_waking(at)
    return linear if linear <= now else linear - DAY


def is_before_this_day(routine: Routine, at: int) -> bool:
    """Whether a moment belongs to the day before: it is nearer to the last bedtime than to getting up."""
    return at < routine.wake - apart(routine.bed, routine.wake) // 2


def latest_min(routine: Routine) -> int:
    """The most by which a day can run late: then bedtime has come to the next getting up."""
    return DAY - routine.awake_minutes - 1


def go_on(
    problem: DayProblem,
    schedule: Schedule,
    log: DayLog,
    *,
    now: int,
    limit_mg: float,
    before: Today | None = None,
) -> Today:
    """The day after everything in the log, and after what was said about `before`, the day before it."""
    day = _Standing(problem, schedule, limit_mg, tuple(_items(problem.routine, schedule)))
    carried = tuple(_carried(before)) if before else ()
    if carried:
        day = day.after(problem.routine.wake, taken=carried)
    for report in log.standing:
        day = day.hearing(report)
    entries = tuple(sorted(day.entries(now), key=lambda one: one.when))
    return Today(entries, day.changes, day.unknown, _most_24h(entries, day.taken, before, now))


@dataclass(frozen=True, slots=True)
class _Item:
    """A planned dose or other thing, and when it comes now (None: left out)."""

    planned: int
    at: int | None
    dose: Dose | None = None
    other: Other | None = None

    @property
    def take(self) -> str:
        return self.other.take if self.other else MAGNESIUM

    @property
    def name(self) -> str:
        return str(self.dose.meal) if self.dose else self.take

    @property
    def moves(self) -> bool:
        return self.other is None or self.other.kind == MOVABLE


@dataclass(frozen=True, slots=True)
class _Standing:
    """The day between two reports."""

    problem: DayProblem
    usual: Schedule
    limit_mg: float
    items: tuple[_Item, ...]
    taken: tuple[Taken, ...] = ()
    missed: tuple[str, ...] = ()
    late: int = 0
    changes: tuple[Change, ...] = ()
    unknown: tuple[str, ...] = ()

    def hearing(self, report: Report) -> _Standing:
        if report.said is Said.TOOK:
            return self.with_again(report).after(report.now, taken=(report.taken,))
        if report.said is Said.MISSED:
            return self.after(report.now, missed=(report.what,))
        return self.running_late(report)

    def with_again(self, report: Report) -> _Standing:
        """What had been left out and was taken all the same is part of the day again."""
        named = [one for one in self.items if one.name == report.name]
        if report.yesterday or not named or any(one.at is not None for one in named):
            return self
        again = replace(named[0], at=named[0].planned)
        return replace(self, items=tuple(again if one is named[0] else one for one in self.items))

    def after(
        self, now: int, taken: tuple[Taken, ...] = (), missed: tuple[str, ...] = (), late: int = 0
    ) -> _Standing:
        rest = replan(
            self.problem,
            self.schedule(),
            now=now,
            limit_mg=self.limit_mg,
            taken=(*self.taken, *taken),
            missed=missed,
            late_min=late,
            usual=self.usual,
        )
        items = self.items
        for change in rest.changes:
            items = _moved(items, change, rest.doses, self.problem.routine)
        return replace(
            self,
            items=items,
            taken=(*self.taken, *taken),
            missed=(*self.missed, *missed),
            changes=rest.changes,
            unknown=tuple(dict.fromkeys((*self.unknown, *rest.unknown))),
        )

    def running_late(self, report: Report) -> _Standing:
        """Bedtime and the meals still to come move; wake and what is past stay."""
        routine = self.problem.routine
        late = min(max(report.late_min, 0), latest_min(routine) + self.late)
        by = late - self.late
        in_bed_later = replace(routine, bed=(routine.bed + by) % DAY)
        problem = replace(self.problem, routine=in_bed_later)
        moved = replace(self, problem=problem, late=late).after(report.now, late=by)
        return replace(moved, problem=replace(problem, routine=_eating_later(in_bed_later, by, report.now)))

    def schedule(self) -> Schedule:
        here = sorted((one for one in self.items if one.at is not None), key=lambda one: one.at or 0)
        return replace(
            self.usual,
            doses=tuple(replace(one.dose, at=(one.at or 0) % DAY) for one in here if one.dose),
            others=tuple(replace(one.other, at=(one.at or 0) % DAY) for one in here if one.other),
        )

    def entries(self, now: int) -> Iterator[Entry]:
        given = [one for one in self.taken if not one.yesterday]
        taken = _matched(self.items, given)
        still_to_come = [
            one.at
            for index, one in enumerate(self.items)
            if index not in taken and one.at is not None and one.at > now + sitting_min()
        ]
        first = min(still_to_come, default=None)
        for index, item in enumerate(self.items):
            mg = item.dose.portion.elemental_mg if item.dose else 0.0
            kind = item.other.kind if item.other else MAGNESIUM
            if index in taken:
                really = taken[index]
                mg = really.elemental_mg if item.dose else 0.0
                yield Entry(item.take, kind, State.TAKEN, item.planned, really.at, item.dose, mg)
            else:
                yield Entry(
                    item.take, kind, self._state(item, now, first), item.planned, item.at, item.dose, mg
                )
        for one in given:
            if not any(one is really for really in taken.values()):
                yield Entry(one.what, "extra", State.TAKEN, None, one.at, None, one.elemental_mg)

    def _state(self, item: _Item, now: int, first: int | None) -> State:
        if item.at is None:
            return State.LEFT_OUT
        if item.at < now and not item.moves and item.take in self.missed:
            return State.MISSED
        if item.at < now - sitting_min():
            return State.ASSUMED
        if item.at <= now + sitting_min():
            return State.DUE
        return State.NEXT if item.at == first else State.LATER


def _eating_later(routine: Routine, by: int, now: int) -> Routine:
    """The routine with the meals still to come later by so much."""

    def later(at: int | None) -> int | None:
        if at is None or not is_still_to_come(routine.wake + routine.after_waking(at), by, now):
            return at
        return (at + by) % DAY

    return replace(
        routine,
        breakfast=later(routine.breakfast),
        lunch=later(routine.lunch),
        dinner=later(routine.dinner),
        small_meals=tuple(at for meal in routine.small_meals if (at := later(meal)) is not None),
    )


def _items(routine: Routine, schedule: Schedule) -> Iterator[_Item]:
    for dose in schedule.doses:
        at = routine.wake + routine.after_waking(dose.at)
        yield _Item(at, at, dose=dose)
    for other in schedule.others:
        at = routine.wake + routine.after_waking(other.at)
        yield _Item(at, at, other=other)


def _moved(
    items: tuple[_Item, ...], change: Change, doses: tuple[Dose, ...], routine: Routine
) -> tuple[_Item, ...]:
    """The items with the one that changed at its new time; a dose with the meal that it goes to."""
    for index, item in enumerate(items):
        if item.at is not None and item.moves and (item.take, item.at % DAY) == (change.what, change.was):
            at = None if change.now is None else routine.wake + routine.after_waking(change.now)
            dose = next((one for one in doses if one.at == change.now), item.dose) if item.dose else None
            return (*items[:index], replace(item, at=at, dose=dose), *items[index + 1 :])
    return items


def _matched(items: tuple[_Item, ...], taken: Iterable[Taken]) -> dict[int, Taken]:
    """Each report stands for the nearest item of its name, each item once."""
    found: dict[int, Taken] = {}
    for one in sorted(taken, key=lambda one: not one.dose):
        left = [
            (one.dose != item.name, abs(item.at - one.at), index)
            for index, item in enumerate(items)
            if item.take == one.what and item.at is not None and index not in found
        ]
        if left:
            found[min(left)[2]] = one
    return found


def _carried(before: Today) -> Iterator[Taken]:
    """What was said to be taken the day before, seen from today."""
    for entry in before.entries:
        if entry.state is State.TAKEN and entry.at is not None:
            dose = entry.name if entry.dose else ""
            yield Taken(entry.take, entry.at - DAY, entry.elemental_mg, dose, yesterday=True)


def _most_24h(entries: tuple[Entry, ...], taken: tuple[Taken, ...], before: Today | None, now: int) -> float:
    """All magnesium that may have been taken in the 24 hours up to now."""
    earlier = (
        [replace(one, at=one.when - DAY) for one in before.entries if one.at is not None] if before else []
    )
    said = [one for one in taken if one.yesterday and one.what == MAGNESIUM]
    known = {(one.at, one.elemental_mg) for one in said}
    for one in said:
        meant = [
            entry
            for entry in earlier
            if entry.state is not State.TAKEN and entry.dose and entry.name == one.dose
        ]
        for entry in meant[:1]:
            earlier.remove(entry)
    had = [(one.when, one.elemental_mg) for one in (*earlier, *entries) if one.at is not None]
    known |= {pair for pair in had if pair[1]}
    return sum(mg for at, mg in known if now - DAY < at <= now)
