"""What stands in a person's day -> the problem that `schedule` solves: gaps, meals, what may move."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from magwise.day import Routine
from magwise.person import Goal, Person
from magwise.safety import Beside
from magwise.safety.medicines import minerals_that_move
from magwise.safety.situation import Situation
from magwise.advise.model import DatedSchedule
from magwise.schedule import DayProblem, Fixed, Movable, Outcome, Portion, Schedule, check, place

__all__ = ["problem_of", "timetable", "unusual_days"]

CALM = frozenset({Goal.SLEEP, Goal.STRESS})
_NO_BEDTIME_DOSE = frozenset({"ppi", "h2_blocker", "antacid", "alginate", "thyroid_hormone"})


def problem_of(
    person: Person, lines: tuple[Beside, ...], situation: Situation, routine: Routine
) -> DayProblem:
    """The ordinary day with everything in it; weekly tablets and courses carry their days."""

    wired = "wired" in situation.symptom
    return DayProblem(
        routine=routine,
        fixed=tuple(_fixed(lines)),
        movables=tuple(_movables(lines)),
        evening_first=bool(CALM & set(person.goals)) and not wired,
        bedtime_allowed=not (_NO_BEDTIME_DOSE & situation.medicine),
    )


def _fixed(lines: tuple[Beside, ...]) -> Iterator[Fixed]:
    for line in lines:
        if line.movable and minerals_that_move(line.medicine):
            continue
        for at in line.times:
            yield Fixed(
                name=line.name,
                at=at,
                before_min=round(line.before_h * 60),
                after_min=round(line.after_h * 60),
                kind="supplement" if line.medicine.mineral else "medicine",
                take=line.name,
                days=line.days,
                soft=line.soft,
                far=line.far,
            )


def _movables(lines: tuple[Beside, ...]) -> Iterator[Movable]:
    for line in lines:
        if not (line.movable and minerals_that_move(line.medicine)):
            continue
        for at in line.times or (None,):
            yield Movable(
                name=line.name,
                at=at,
                mineral=line.medicine.mineral or "",
                before_min=round(line.before_h * 60),
                after_min=round(line.after_h * 60),
            )


def timetable(problem: DayProblem, portions: tuple[Portion, ...]) -> Schedule:
    """The solved day, after a second opinion by code that shares nothing with the solver."""
    solved = place(problem, portions)
    faults = check(problem, solved)
    if faults:
        return Schedule(Outcome.NO_ROOM, others=place(problem, ()).others, conflict=faults)
    return solved


def unusual_days(problem: DayProblem, portions: tuple[Portion, ...], today: date) -> tuple[DatedSchedule, ...]:
    """Days that differ from the ordinary one: weekly tablets and courses."""
    return ()
