"""When there is no room: what somebody could ask the pharmacist or prescriber about.

Comes in: a DayProblem and portions without room. Goes out: for each medicine of the conflict that could make
room all by itself, the clock time nearest to its own at which magnesium would have room. These are questions
to take along and never advice: no timetable is ever built on them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from magwise.day import DAY, QUARTER
from magwise.schedule.conflict import explain
from magwise.schedule.model import DayProblem, Fixed, NeedKind, Portion
from magwise.schedule.needs import distance, lay_out, needs_of

__all__ = ["Question", "questions"]


@dataclass(frozen=True, slots=True)
class Question:
    """Whether this medicine, now taken at `at`, could be taken at `at_instead`: for a professional to answer."""

    name: str
    at: int
    at_instead: int


def questions(problem: DayProblem, portions: tuple[Portion, ...]) -> tuple[Question, ...]:
    """The smallest change to one medicine's time that would make room, for each that could; () when there is room."""
    return tuple(_questions(problem, portions))


def _questions(problem: DayProblem, portions: tuple[Portion, ...]) -> Iterator[Question]:
    for need in explain(problem, portions):
        if need.kind is NeedKind.APART and need.which is not None:
            item = problem.fixed[need.which]
            instead = _nearest_with_room(problem, portions, need.which)
            if instead is not None:
                yield Question(item.name, item.at, instead)


def _nearest_with_room(problem: DayProblem, portions: tuple[Portion, ...], which: int) -> int | None:
    item = problem.fixed[which]
    waking = range(problem.routine.wake, problem.routine.wake + problem.routine.awake_minutes + 1)
    times = (at % DAY for at in waking if at % QUARTER == 0)
    return next(
        (
            at
            for at in sorted(times, key=lambda at: distance(at, item.at))
            if _has_room(problem, portions, which, at)
        ),
        None,
    )


def _has_room(problem: DayProblem, portions: tuple[Portion, ...], which: int, at: int) -> bool:
    moved: tuple[Fixed, ...] = tuple(
        replace(item, at=at) if index == which else item for index, item in enumerate(problem.fixed)
    )
    other = replace(problem, fixed=moved)
    return lay_out(other).has_room(len(portions), needs_of(other, portions))
