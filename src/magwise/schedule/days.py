"""Weekly tablets, courses, fasts and pauses: the ordinary day, and every day that differs from it.

Comes in: one DayProblem in which fixed items carry weekdays (`days`) and the dates of a course (`first`,
`last`), the portions of an ordinary day, and today. Goes out: the ordinary day and the others, each with the
weekdays and dates on which it holds. A tablet taken on Sunday reaches into Saturday evening and Monday
morning, so the days beside it are solved with it too; and a day that differs keeps its distance from what its
neighbours hold across midnight. Every day is given to the second opinion.

Where an unusual day has less room, portions are left out, the smallest first; they are never taken together
or made up for on another day. When a course ends, the ordinary day returns.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

from magwise.schedule.check import check
from magwise.schedule.model import MOVABLE, DayProblem, Fixed, Movable, Outcome, Portion, Schedule
from magwise.schedule.place import place

__all__ = ["Days", "OtherDay", "every_day_alike", "problem_on", "unfold"]

_WEEK = range(7)
_ONE = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class OtherDay:
    """A day that is not the ordinary one.

    days       weekdays 0 (Monday) to 6 on which it holds; () is every day of the span
    first, last  the span, both included; None is without a beginning, or without an end
    left_out   portions of the ordinary day that have no room on this one
    """

    days: tuple[int, ...]
    first: date | None
    last: date | None
    schedule: Schedule
    left_out: tuple[Portion, ...] = ()

    def holds_on(self, day: date) -> bool:
        inside = (self.first is None or self.first <= day) and (self.last is None or day <= self.last)
        return inside and (not self.days or day.weekday() in self.days)


@dataclass(frozen=True, slots=True)
class Days:
    """Every day from today on: the ordinary one, and the others, of which the first that holds counts."""

    ordinary: Schedule
    others: tuple[OtherDay, ...] = ()

    def on(self, day: date) -> Schedule:
        return next((other.schedule for other in self.others if other.holds_on(day)), self.ordinary)


def unfold(problem: DayProblem, portions: tuple[Portion, ...], today: date) -> Days:
    """The ordinary day and every other day from today on."""
    solved = _Solver(problem.movables, portions)
    ordinary = solved.day(every_day_alike(problem, today))
    week = {weekday: solved.day(_on_weekday(problem, weekday, today)) for weekday in _WEEK}
    others: list[OtherDay] = []
    for first, last in _spans(problem, today):
        span = {day.weekday(): solved.day(problem_on(problem, day)) for day in _dates(first, last)}
        different = {weekday: found for weekday, found in span.items() if found != week[weekday]}
        others += _by_schedule(different, first, last, whole=len(span))
    different = {weekday: found for weekday, found in week.items() if found != ordinary}
    return Days(ordinary[0], (*_joined(others), *_by_schedule(different, None, None, whole=len(week))))


def every_day_alike(problem: DayProblem, today: date) -> DayProblem:
    """The day that comes most often in a week without courses (of equals, the earliest in the week)."""
    week = [_on_weekday(problem, weekday, today) for weekday in _WEEK]
    times_taken = Counter(one.fixed_today for one in week)
    return max(week, key=lambda one: (times_taken[one.fixed_today], week.count(one)))


def problem_on(problem: DayProblem, day: date) -> DayProblem:
    """The problem of one date: only what is taken on it, on the day before or on the day after."""
    of_the_date = _only(problem, lambda item, away: _runs(item, day + away * _ONE))
    pauses = tuple(one for one in problem.pauses if one.first <= day <= one.last)
    fast = next((one for one in problem.fasts if one.first <= day <= one.last), None)
    if fast is None:
        return replace(of_the_date, pauses=pauses)
    return replace(of_the_date, pauses=pauses, routine=fast.routine, no_food=fast.no_food)


_Found = tuple[Schedule, tuple[Portion, ...]]


class _Solver:
    """Solves each different day once, beside the days that it has already solved."""

    def __init__(self, movables: tuple[Movable, ...], portions: tuple[Portion, ...]) -> None:
        self.movables = {movable.name: movable for movable in movables}
        self.portions = portions
        self.solved: dict[DayProblem, _Found] = {}

    def day(self, problem: DayProblem) -> _Found:
        """The best day for as many portions as have room, and the portions that have none."""
        if problem not in self.solved:
            self.solved[problem] = self._solve(problem)
        return self.solved[problem]

    def _solve(self, problem: DayProblem) -> _Found:
        beside = replace(problem, fixed=(*problem.fixed, *dict.fromkeys(self._neighbours())))
        for many in range(len(self.portions), 0, -1):
            schedule = _checked(beside, self.portions[:many])
            if schedule.outcome is Outcome.FOUND:
                return schedule, self.portions[many:]
        return _checked(beside, self.portions[:1]), self.portions

    def _neighbours(self) -> Iterator[Fixed]:
        """What the days solved so far hold, as yesterday's or tomorrow's: minerals and magnesium keep apart."""
        if not self.movables:
            return
        before = max(movable.after_min for movable in self.movables.values())
        after = max(movable.before_min for movable in self.movables.values())
        for schedule, _ in self.solved.values():
            for dose in schedule.doses:
                yield Fixed("the neighbouring day's magnesium", dose.at, before, after, occurs=(-1, 1))
            for other in schedule.others:
                if other.kind == MOVABLE:
                    gaps = self.movables[other.take]
                    name = f"the neighbouring day's {other.take}"
                    yield Fixed(
                        name,
                        other.at,
                        gaps.before_min,
                        gaps.after_min,
                        occurs=(-1, 1),
                        mineral=gaps.mineral,
                    )


def _checked(problem: DayProblem, portions: tuple[Portion, ...]) -> Schedule:
    """The best day, unless the second opinion objects: then none."""
    schedule = place(problem, portions)
    faults = check(problem, schedule)
    return (
        Schedule(Outcome.NO_ROOM, others=place(problem, ()).others, conflict=faults) if faults else schedule
    )


def _joined(days: list[OtherDay]) -> Iterator[OtherDay]:
    """Spans that follow each other and look alike are one span."""
    waiting: OtherDay | None = None
    for one in days:
        if waiting and _follows(waiting, one):
            waiting = replace(waiting, last=one.last)
        else:
            if waiting:
                yield waiting
            waiting = one
    if waiting:
        yield waiting


def _follows(one: OtherDay, other: OtherDay) -> bool:
    in_time = one.last is not None and other.first == one.last + _ONE
    return in_time and replace(one, first=None, last=None) == replace(other, first=None, last=None)


def _spans(problem: DayProblem, today: date) -> Iterator[tuple[date, date | None]]:
    """Stretches of dates from today on in which the same courses run today, yesterday and tomorrow."""
    edges = {today}
    for item in problem.fixed:
        if item.first:
            edges |= {item.first + away * _ONE for away in (-1, 0, 1)}
        if item.last:
            edges |= {item.last + away * _ONE for away in (0, 1, 2)}
    spans = [(one.first, one.last) for one in problem.pauses]
    spans += [(one.first, one.last) for one in problem.fasts]
    edges |= {edge for first, last in spans for edge in (first, last + _ONE)}
    starts = sorted(edge for edge in edges if edge >= today)
    yield from zip(starts, [*(start - _ONE for start in starts[1:]), None], strict=True)


def _dates(first: date, last: date | None) -> Iterator[date]:
    """The dates of a span, at most one for each weekday."""
    for away in _WEEK:
        if last is None or first + away * _ONE <= last:
            yield first + away * _ONE


def _on_weekday(problem: DayProblem, weekday: int, today: date) -> DayProblem:
    """This weekday in a week without courses."""
    return _only(problem, lambda item, away: _is_lasting(item, today) and _on_day(item, weekday + away))


def _only(problem: DayProblem, taken: Callable[[Fixed, int], bool]) -> DayProblem:
    fixed = (
        replace(item, occurs=tuple(away for away in item.occurs if taken(item, away)), days=())
        for item in problem.fixed
    )
    return replace(problem, fixed=tuple(item for item in fixed if item.occurs), pauses=(), fasts=())


def _is_lasting(item: Fixed, today: date) -> bool:
    """It is taken already, and has no end."""
    return item.last is None and (item.first is None or item.first <= today)


def _runs(item: Fixed, day: date) -> bool:
    begun = item.first is None or item.first <= day
    return begun and (item.last is None or day <= item.last) and _on_day(item, day.weekday())


def _on_day(item: Fixed, weekday: int) -> bool:
    return not item.days or weekday % 7 in item.days


def _by_schedule(
    found: Mapping[int, _Found], first: date | None, last: date | None, whole: int
) -> Iterator[OtherDay]:
    """One entry for all weekdays that look the same; no weekdays are named where they fill the span."""
    for schedule, left_out in dict.fromkeys(found.values()):
        days = tuple(sorted(day for day, one in found.items() if one == (schedule, left_out)))
        yield OtherDay(() if len(days) == whole else days, first, last, schedule, left_out)
