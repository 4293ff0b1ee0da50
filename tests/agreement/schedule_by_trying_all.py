"""The slow and obvious way to a day: try every way to take everything, and compare wish by wish.

It is the reference for `magwise.schedule.place` and shares with it only the dataclasses; what breaks a need
is told by `magwise.schedule.check`.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from itertools import permutations, product

from magwise.day import Meal
from magwise.schedule import DayProblem, Dose, Movable, Other, Outcome, Portion, Schedule, check

NAMES = (Meal.BREAKFAST, Meal.LUNCH, Meal.DINNER)


def meals_of(problem: DayProblem) -> list[tuple[Meal, int]]:
    routine = problem.routine
    main = zip(NAMES, (routine.breakfast, routine.lunch, routine.dinner), strict=True)
    return [
        *((meal, at) for meal, at in main if at is not None),
        *((Meal.SNACK, at) for at in routine.small_meals),
    ]


def times_of(movable: Movable, problem: DayProblem) -> list[int]:
    times = {at for _, at in meals_of(problem)}
    if movable.at is not None:
        times.add(movable.at)
    if not movable.with_meal:
        awake = (problem.routine.bed - problem.routine.wake) % 1440
        times |= {at for at in range(0, 1440, 15) if (at - problem.routine.wake) % 1440 <= awake}
    return sorted(times)


def every_day(problem: DayProblem, portions: tuple[Portion, ...]) -> Iterator[Schedule]:
    """Every timetable that breaks no need."""
    fixed = [
        Other(item.at, item.take or item.name, None, item.kind) for item in problem.fixed if 0 in item.occurs
    ]
    for chosen in permutations(meals_of(problem), len(portions)):
        doses = tuple(Dose(at, meal, portion) for (meal, at), portion in zip(chosen, portions, strict=True))
        if check(without_movables(problem), Schedule(Outcome.FOUND, doses, tuple(fixed))):
            continue
        for times in product(*(_fitting(movable, problem, doses) for movable in problem.movables)):
            moved = [
                Other(at, movable.name, None if movable.at in (None, at) else movable.at, "movable")
                for movable, at in zip(problem.movables, times, strict=True)
            ]
            day = Schedule(Outcome.FOUND, doses, (*fixed, *moved))
            if not problem.mineral_gaps or not check(problem, day):
                yield day


def _fitting(movable: Movable, problem: DayProblem, doses: tuple[Dose, ...]) -> list[int]:
    """What one movable may do whatever the others do; what ties two of them is asked of the whole day."""
    alone = replace(problem, movables=(movable,))
    fixed = tuple(Other(item.at, item.take or item.name, None, item.kind) for item in problem.fixed)
    return [
        at
        for at in times_of(movable, problem)
        if not check(
            alone, Schedule(Outcome.FOUND, doses, (*fixed, Other(at, movable.name, None, "movable")))
        )
    ]


def without_movables(problem: DayProblem) -> DayProblem:
    return replace(problem, movables=())


def wishes(problem: DayProblem, portions: tuple[Portion, ...], schedule: Schedule) -> tuple[int, ...]:
    """How far a timetable is from each wish, the weightiest first; smaller is better."""
    doses = sorted(schedule.doses, key=lambda dose: -dose.portion.elemental_mg)
    places = [other for other in schedule.others if other.kind == "movable"]
    minerals = {movable.name for movable in problem.movables if movable.mineral}
    by_name = {movable.name: movable for movable in problem.movables}
    return (
        -min(
            (_between(item.at, dose.at) for item in problem.fixed if item.far for dose in doses), default=1440
        ),
        (*NAMES[::-1], Meal.SNACK).index(doses[0].meal) if problem.evening_first else 0,
        sum(_is_within(item, dose.at) for item in problem.fixed if item.soft for dose in doses),
        sum(
            many - 1
            for many in Counter(_sitting(p.at, problem) for p in places if p.take in minerals).values()
        ),
        sum(by_name[place.take].at not in (None, place.at) for place in places),
        _unusual(problem, [dose.meal for dose in doses]),
        -min((_between(a.at, b.at) for a in doses for b in doses if a is not b), default=1440),
        len({place.at for place in places} - _known(problem)),
        sum(
            (place.at - problem.routine.wake) % 1440
            if by_name[place.take].at is None
            else _between(place.at, by_name[place.take].at)
            for place in places
        ),
    )


def _between(one: int, other: int) -> int:
    return min((one - other) % 1440, (other - one) % 1440)


def _is_within(item, at: int) -> bool:
    return any(
        0 <= time - at < item.before_min or 0 <= at - time < item.after_min
        for time in (item.at - 1440, item.at, item.at + 1440)
    )


def _sitting(at: int, problem: DayProblem) -> object:
    near = [meal for _, meal in meals_of(problem) if _between(meal, at) <= 30]
    return ("with a meal", min(near, key=lambda meal: _between(meal, at))) if near else ("alone", at)


def _unusual(problem: DayProblem, meals: list[Meal]) -> int:
    """0 for a portion at its usual meal, else 1 and more, the less usual the meal is."""
    usual = ["breakfast", "dinner", "lunch", "snack"]
    if problem.evening_first:
        usual = ["dinner", "breakfast", "lunch", "snack"]
    return sum(0 if meal == usual[index] else 1 + usual.index(meal) for index, meal in enumerate(meals))


def _known(problem: DayProblem) -> set[int]:
    habits = {movable.at for movable in problem.movables if movable.at is not None}
    return {at for _, at in meals_of(problem)} | {item.at for item in problem.fixed} | habits
