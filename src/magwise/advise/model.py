"""The answer: everything that was decided, before it is worded for a screen or a machine."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from magwise.evidence.expect import Expectation
from magwise.findings import Decision, Finding, Unchecked
from magwise.intake import FoodSuggestion, Limit, Status
from magwise.person import Person
from magwise.plan import Plan, Step
from magwise.product import Product
from magwise.schedule import DayProblem, Schedule

__all__ = ["Advice", "DatedSchedule", "EffectiveLimit", "ScheduledStep"]


@dataclass(frozen=True, slots=True)
class EffectiveLimit:
    """Most supplemental magnesium a day for this person, who says so, and what others say."""

    mg_per_day: float
    authority: str
    published: Limit


@dataclass(frozen=True, slots=True)
class ScheduledStep:
    """One step of the titration with its own timetable."""

    step: Step
    schedule: Schedule


@dataclass(frozen=True, slots=True)
class DatedSchedule:
    """A day that is not the ordinary one: weekdays, or a span of dates (both ends included)."""

    days: tuple[int, ...]
    first: date | None
    last: date | None
    schedule: Schedule


@dataclass(frozen=True, slots=True)
class Advice:
    """One person's answer. `plan` is None when nothing may be started.

    problem  what every day of this person may hold, weekly tablets and courses included
    room_mg  what the limit leaves for the magnesium in question, beside what is taken already
    """

    person: Person
    today: date
    decision: Decision
    findings: tuple[Finding, ...]
    unchecked: tuple[Unchecked, ...]
    products: tuple[Product, ...]
    limit: EffectiveLimit
    already_mg: float
    status: Status | None
    plan: Plan | None
    steps: tuple[ScheduledStep, ...]
    schedule: Schedule
    schedules: tuple[DatedSchedule, ...] = ()
    food_first: tuple[FoodSuggestion, ...] = ()
    expectations: tuple[Expectation, ...] = ()
    margin_mg: float | None = None
    reasons: tuple[str, ...] = field(default=())
    problem: DayProblem | None = None
    room_mg: float = 0.0
