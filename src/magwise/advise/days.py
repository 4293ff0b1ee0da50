"""What stands in a person's day -> the problem that `schedule` solves: gaps, meals, what may move."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache

from magwise import knowledge
from magwise.advise.model import DatedSchedule
from magwise.day import DAY, USUAL, Routine
from magwise.person import FastLine, Goal, Person
from magwise.safety import Beside
from magwise.safety.medicines import minerals_that_move
from magwise.safety.situation import Situation
from magwise.schedule import (
    DayProblem,
    Fast,
    Fixed,
    MineralGap,
    Movable,
    Outcome,
    Pause,
    Portion,
    Schedule,
    check,
    place,
)
from magwise.schedule.days import every_day_alike, unfold

__all__ = ["course_of", "mineral_gaps", "ordinary", "problem_of", "routine_on", "timetable", "unusual_days"]

CALM = frozenset({Goal.SLEEP, Goal.STRESS})
_NO_BEDTIME_DOSE = frozenset({"ppi", "h2_blocker", "antacid", "alginate", "thyroid_hormone"})


def problem_of(
    person: Person, lines: tuple[Beside, ...], situation: Situation, routine: Routine, today: date
) -> DayProblem:
    """Everything that a day may hold; weekly tablets carry their weekdays, courses their dates."""

    wired = "wired" in situation.symptom
    return DayProblem(
        routine=routine,
        fixed=tuple(_fixed(lines, today)),
        movables=tuple(_movables(lines)),
        evening_first=bool(CALM & set(person.goals)) and not wired,
        bedtime_allowed=not (_NO_BEDTIME_DOSE & situation.medicine),
        mineral_gaps=mineral_gaps(),
        pauses=tuple(_pauses(lines)),
        fasts=tuple(_fast(one, routine) for one in person.fasts),
    )


@cache
def mineral_gaps() -> tuple[MineralGap, ...]:
    """Minerals that keep hours apart from each other, by knowledge/mineral_gaps."""
    return tuple(
        MineralGap(frozenset(entry["minerals"]), round(entry["apart_h"] * 60), entry["id"])
        for entry in knowledge.entries("mineral_gaps")
        if entry.get("apart_h")
    )


@cache
def _away_from_meals() -> frozenset[str]:
    return frozenset(
        entry["away_from_meals"] for entry in knowledge.entries("mineral_gaps") if "away_from_meals" in entry
    )


def _pauses(lines: tuple[Beside, ...]) -> Iterator[Pause]:
    """The days of a medicine beside which no magnesium is taken at all."""
    for line in lines:
        if line.pauses_its_days and line.starts and line.ends:
            yield Pause(line.name, line.starts, line.ends)


def routine_on(person: Person, day: date) -> Routine:
    """When this person gets up, eats and sleeps on a date; a fast has times of its own."""
    routine = person.routine or USUAL
    fast = next((one for one in person.fasts if one.starts <= day <= one.ends), None)
    return routine if fast is None else _fast(fast, routine).routine


def _fast(line: FastLine, routine: Routine) -> Fast:
    """The routine of a fast: a meal before it begins and one that ends it; sleep as usual where that can be."""
    early = int(str(knowledge.fact("dosing", "meal-before-a-fast").values["value"]))
    before = (line.no_food_from - early) % DAY if line.breakfast is None else line.breakfast
    after = line.no_food_until if line.dinner is None else line.dinner
    up = routine.after_waking(before) <= routine.awake_minutes
    wake = line.wake if line.wake is not None else routine.wake if up else before
    bed = line.bed if line.bed is not None else routine.bed
    fasting = Routine(wake, before, None, after, bed, line.small_meals)
    return Fast(line.starts, line.ends, fasting, (line.no_food_from, line.no_food_until))


def _fixed(lines: tuple[Beside, ...], today: date) -> Iterator[Fixed]:
    for line in lines:
        if _moves(line):
            continue
        for at in line.times:
            first, last = course_of(line, today)
            passing_wish = line.soft and bool(line.days or first or last)  # a mere wish moves no other day
            yield Fixed(
                name=line.name,
                at=at,
                before_min=0 if passing_wish else round(line.before_h * 60),
                after_min=0 if passing_wish else round(line.after_h * 60),
                kind="supplement" if line.medicine.mineral else "medicine",
                take=line.name,
                days=line.days,
                soft=line.soft,
                far=line.far,
                first=first,
                last=last,
                mineral=line.medicine.mineral or "",
            )


def _moves(line: Beside) -> bool:
    """Whether it may be moved: a mineral that the person lets move, and that is taken every day."""
    return line.movable and minerals_that_move(line.medicine) and not line.days


def _movables(lines: tuple[Beside, ...]) -> Iterator[Movable]:
    for line in lines:
        if not _moves(line):
            continue
        for at in line.times or (None,):
            yield Movable(
                name=line.name,
                at=at,
                mineral=line.medicine.mineral or "",
                before_min=round(line.before_h * 60),
                after_min=round(line.after_h * 60),
                with_meal=line.medicine.mineral not in _away_from_meals(),
            )


def timetable(problem: DayProblem, portions: tuple[Portion, ...]) -> Schedule:
    """The solved day, after a second opinion by code that shares nothing with the solver."""
    solved = place(problem, portions)
    faults = check(problem, solved)
    if faults:
        return Schedule(Outcome.NO_ROOM, others=place(problem, ()).others, conflict=faults)
    return solved


def ordinary(problem: DayProblem, today: date) -> DayProblem:
    """The day that comes most often once all courses are over."""
    return every_day_alike(problem, today)


def unusual_days(
    problem: DayProblem, portions: tuple[Portion, ...], today: date
) -> tuple[Schedule, tuple[DatedSchedule, ...]]:
    """The ordinary day beside its neighbours, and the days that differ: weekly tablets and courses."""
    days = unfold(problem, portions, today)
    others = (
        DatedSchedule(one.days or tuple(range(7)), one.first, one.last, one.schedule) for one in days.others
    )
    return days.ordinary, tuple(others)


def course_of(line: Beside, today: date) -> tuple[date | None, date | None]:
    """First and last day of a course; one whose start nobody told is taken to start today."""
    if line.starts or line.ends:
        length = line.medicine.course_days
        last = line.ends or (line.starts + timedelta(days=length - 1) if line.starts and length else None)
        return line.starts, last
    if line.medicine.course_days:
        return today, today + timedelta(days=line.medicine.course_days - 1)
    return None, None
