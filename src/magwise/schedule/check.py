"""A second opinion on a day: does this timetable respect every need?

Comes in: a DayProblem and any Schedule, whoever made it. Goes out: the needs that it breaks, in words; ()
means that it is fine. It shares no code with the search: it lays three days end to end, minute by minute,
and measures. It says nothing about whether a better day exists.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from magwise.day import Meal, clock
from magwise.schedule.model import (
    MOVABLE,
    DayProblem,
    Dose,
    Fixed,
    Movable,
    Other,
    Outcome,
    Portion,
    Schedule,
)
from magwise.schedule.moments import bedtime_min, most_at_once_mg, most_without_food_mg, sitting_min

__all__ = ["check"]

_DAY_LONG = 1440
_EVERY_DAY = (-1, 0, 1)


def check(
    problem: DayProblem, schedule: Schedule, portions: tuple[Portion, ...] | None = None
) -> tuple[str, ...]:
    """Every need that this timetable breaks; with `portions`, also whether exactly these are in it."""
    if schedule.outcome is not Outcome.FOUND:
        return tuple(_without_doses(problem, schedule))
    broken = [
        *(f"magnesium on the day of {one.name}" for one in problem.pauses),
        *_minerals_keep_apart(problem, schedule.others),
        *_nothing_in_a_fast(problem, schedule),
        *_doses_are_at_meals(problem, schedule.doses),
        *_doses_are_not_too_large(schedule.doses),
        *_doses_have_sittings_of_their_own(schedule.doses),
        *_portions_are_all_there(schedule.doses, portions),
        *_medicines_have_not_moved(problem, schedule.others),
    ]
    for dose in schedule.doses:
        broken += _gaps_are_kept("magnesium", dose.at, problem.fixed)
    for movable in problem.movables:
        broken += _movable_is_well_placed(movable, problem, schedule)
    return tuple(broken)


def _without_doses(problem: DayProblem, schedule: Schedule) -> Iterator[str]:
    if schedule.doses:
        yield f"a day that ended with {schedule.outcome} holds doses"
    yield from _medicines_have_not_moved(problem, schedule.others)


def _doses_are_at_meals(problem: DayProblem, doses: tuple[Dose, ...]) -> Iterator[str]:
    routine = problem.routine
    meals = {(Meal.BREAKFAST, routine.breakfast), (Meal.LUNCH, routine.lunch), (Meal.DINNER, routine.dinner)}
    meals |= {(Meal.SNACK, at) for at in routine.small_meals}
    for dose in doses:
        if (dose.meal, dose.at) not in meals:
            yield f"magnesium at {clock(dose.at)} is not at {dose.meal}"
        before_bed = (routine.bed - dose.at) % _DAY_LONG
        if not problem.bedtime_allowed and before_bed <= bedtime_min():
            yield f"magnesium at {clock(dose.at)} is right at bedtime"


def _doses_are_not_too_large(doses: tuple[Dose, ...]) -> Iterator[str]:
    for dose in doses:
        with_food = dose.meal in {Meal.BREAKFAST, Meal.LUNCH, Meal.DINNER, Meal.SNACK}
        most = most_at_once_mg() if with_food else most_without_food_mg()
        if dose.portion.elemental_mg > most:
            amount = f"{dose.portion.elemental_mg:g} mg of magnesium"
            yield f"{amount} at {clock(dose.at)} is too much at one sitting"


def _doses_have_sittings_of_their_own(doses: tuple[Dose, ...]) -> Iterator[str]:
    for index, dose in enumerate(doses):
        for other in doses[:index]:
            if _minutes_between(dose.at, other.at) <= sitting_min():
                yield f"two doses of magnesium at one sitting, {clock(other.at)} and {clock(dose.at)}"


def _portions_are_all_there(doses: tuple[Dose, ...], portions: tuple[Portion, ...] | None) -> Iterator[str]:
    if portions is not None and Counter(dose.portion for dose in doses) != Counter(portions):
        yield "the doses are not the portions that were asked for"


def _medicines_have_not_moved(problem: DayProblem, others: tuple[Other, ...]) -> Iterator[str]:
    asked = Counter(
        (item.take or item.name, item.at, item.kind) for item in problem.fixed if 0 in item.occurs
    )
    given = Counter((other.take, other.at, other.kind) for other in others)
    for name, at, _ in asked - given:
        yield f"{name} at {clock(at)} is not in the day at its own time"
    movable = {item.name for item in problem.movables}
    for name, at, kind in given - asked:
        if not (kind == MOVABLE and name in movable):
            yield f"{name} at {clock(at)} was never asked for"


def _gaps_are_kept(what: str, at: int, fixed: tuple[Fixed, ...]) -> Iterator[str]:
    for item in fixed:
        if item.soft:
            continue
        for day in item.occurs:
            time = item.at + day * _DAY_LONG
            if at <= time and time - at < item.before_min:
                yield f"{what} at {clock(at)} is too soon before {item.name} at {clock(item.at)}"
            if at >= time and at - time < item.after_min:
                yield f"{what} at {clock(at)} is too soon after {item.name} at {clock(item.at)}"


def _movable_is_well_placed(movable: Movable, problem: DayProblem, schedule: Schedule) -> Iterator[str]:
    found = [other for other in schedule.others if other.kind == MOVABLE and other.take == movable.name]
    same_name = sum(item.name == movable.name for item in problem.movables)
    if len(found) != same_name:
        yield f"{movable.name} is in the day {len(found)} times, not {same_name}"
    for other in found:
        yield from _gaps_are_kept(movable.name, other.at, problem.fixed)
        yield from _movable_keeps_from_magnesium(movable, other.at, schedule.doses)
        yield from _movable_is_at_its_kind_of_moment(movable, other, problem)


def _movable_keeps_from_magnesium(movable: Movable, at: int, doses: tuple[Dose, ...]) -> Iterator[str]:
    for dose in doses:
        if _minutes_between(at, dose.at) <= sitting_min():
            yield f"{movable.name} and magnesium are taken together at {clock(dose.at)}"
        for day in _EVERY_DAY:
            magnesium = dose.at + day * _DAY_LONG
            if magnesium <= at and at - magnesium < movable.before_min:
                yield f"magnesium at {clock(dose.at)} is too soon before {movable.name} at {clock(at)}"
            if at <= magnesium and magnesium - at < movable.after_min:
                yield f"magnesium at {clock(dose.at)} is too soon after {movable.name} at {clock(at)}"


def _minerals_keep_apart(problem: DayProblem, others: tuple[Other, ...]) -> Iterator[str]:
    """Two minerals that hinder each other, of which at least one may move, in today and the days beside it."""
    brings = {movable.name: movable.mineral for movable in problem.movables}
    moved = [(other.take, brings[other.take], other.at) for other in others if other.take in brings]
    there: list[tuple[str, str, int, tuple[int, ...]]]
    there = [(name, mineral, at, _EVERY_DAY) for name, mineral, at in moved]
    there += [(item.name, item.mineral, item.at, item.occurs) for item in problem.fixed]
    for gap in problem.mineral_gaps:
        for name, mineral, at in moved:
            for other, other_mineral, other_at, days in there:
                if mineral == other_mineral or {mineral, other_mineral} != gap.minerals:
                    continue
                if any(abs(other_at + day * _DAY_LONG - at) < gap.minutes for day in days):
                    yield f"{name} at {clock(at)} is too near to {other} at {clock(other_at)}"


def _nothing_in_a_fast(problem: DayProblem, schedule: Schedule) -> Iterator[str]:
    if problem.no_food is None:
        return
    begins, ends = problem.no_food
    taken = [("magnesium", dose.at) for dose in schedule.doses]
    taken += [(other.take, other.at) for other in schedule.others if other.kind == MOVABLE]
    for name, at in taken:
        if (at - begins) % _DAY_LONG < (ends - begins) % _DAY_LONG:
            yield f"{name} at {clock(at)} falls into the fast from {clock(begins)} to {clock(ends)}"


def _movable_is_at_its_kind_of_moment(movable: Movable, other: Other, problem: DayProblem) -> Iterator[str]:
    routine = problem.routine
    habits = {item.at for item in problem.movables if item.name == movable.name}
    if other.moved_from is not None and (other.moved_from not in habits or other.moved_from == other.at):
        yield f"{movable.name} was not moved from {clock(other.moved_from)}"
    if other.at in {routine.breakfast, routine.lunch, routine.dinner, *routine.small_meals} | habits:
        return
    awake = (other.at - routine.wake) % _DAY_LONG <= (routine.bed - routine.wake) % _DAY_LONG
    if movable.with_meal:
        yield f"{movable.name} at {clock(other.at)} is not at a meal"
    elif not awake:
        yield f"{movable.name} at {clock(other.at)} falls into the night"


def _minutes_between(one: int, other: int) -> int:
    return min((one - other) % _DAY_LONG, (other - one) % _DAY_LONG)
