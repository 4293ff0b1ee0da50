"""An answer on one of its days: which step holds, which timetable, and the day as it stands.

Comes in: an `Advice`, the day of the first dose, and what was said. Goes out: the timetable of a date, or `Today`.
Magnesium that is paused or refused has no doses on any day.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from magwise.advise.model import Advice
from magwise.day import DAY, Routine
from magwise.findings import Decision
from magwise.plan import Step
from magwise.schedule.days import Days, problem_on, unfold
from magwise.schedule.log import DayLog, Today, go_on
from magwise.schedule.model import DayProblem, Schedule

__all__ = ["Calendar", "calendar_of", "gives_doses", "today_of"]

_ONE = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Calendar:
    """Every day of a plan from its first dose on: each step, and its days.

    start   day 1; None when there is no dose
    without the days without magnesium: before the start, or on all days of a refused plan
    """

    problem: DayProblem
    start: date | None
    steps: tuple[tuple[Step, Days], ...]
    without: Days

    def number(self, day: date) -> int | None:
        """Which day of the plan this is; None before the first dose, and without any."""
        return (day - self.start).days + 1 if self.start and day >= self.start else None

    def step_on(self, day: date) -> Step | None:
        found = self._on(day)
        return found[0] if found else None

    def on(self, day: date) -> Schedule:
        found = self._on(day)
        return (found[1] if found else self.without).on(day)

    def routine_on(self, day: date) -> Routine:
        """When this person gets up, eats and sleeps on this date: a fast has times of its own."""
        return problem_on(self.problem, day).routine

    def dates_of(self, step: Step) -> tuple[date, date | None]:
        """First and last date of a step. Only where there is a start."""
        first = (self.start or date.min) + (step.from_day - 1) * _ONE
        return first, None if step.to_day is None else first + (step.to_day - step.from_day) * _ONE

    def _on(self, day: date) -> tuple[Step, Days] | None:
        number = self.number(day)
        if number is None:
            return None
        return next(
            (
                one
                for one in self.steps
                if one[0].from_day <= number and (one[0].to_day is None or number <= one[0].to_day)
            ),
            None,
        )


def gives_doses(advice: Advice) -> bool:
    """Whether there is anything to take: a draft to ask about is no plan."""
    return advice.decision is Decision.PLAN and bool(advice.steps)


def calendar_of(advice: Advice, start: date) -> Calendar:
    """Every day of this answer, with day 1 on `start`."""
    problem = _problem(advice)
    steps = advice.steps if gives_doses(advice) else ()
    return Calendar(
        problem=problem,
        start=start if steps else None,
        steps=tuple((one.step, unfold(problem, one.step.portions, start)) for one in steps),
        without=unfold(problem, (), min(start, advice.today)),
    )


def today_of(advice: Advice, calendar: Calendar, log: DayLog, yesterday: DayLog, now: int) -> Today:
    """The day of this log after everything that was said about it and about the day before."""
    limit = _limit_mg(advice)
    day_before = problem_on(calendar.problem, yesterday.day)
    before = go_on(
        day_before,
        calendar.on(yesterday.day),
        yesterday,
        now=day_before.routine.wake + DAY - 1,
        limit_mg=limit,
    )
    return go_on(
        problem_on(calendar.problem, log.day),
        calendar.on(log.day),
        log,
        now=now,
        limit_mg=limit,
        before=before,
    )


def _problem(advice: Advice) -> DayProblem:
    if advice.problem is None:
        raise ValueError("an answer without its days")
    return advice.problem


def _limit_mg(advice: Advice) -> float:
    """What the limit leaves, counted in the amounts of doses: limits are tested on a product's high value."""
    product = advice.plan.product if advice.plan else None
    per_unit = advice.products[product].per_unit if product is not None else None
    if per_unit is None or per_unit.high.mg <= 0:
        return advice.room_mg
    counted = (per_unit.best or per_unit.high).mg
    return advice.room_mg * counted / per_unit.high.mg
