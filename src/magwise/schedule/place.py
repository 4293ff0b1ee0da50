"""Portions of magnesium and what may move, placed into a day: the best day there is, or why there is none.

Comes in: a DayProblem and portions in descending size. Goes out: a `Schedule`. Medicines never move, a
portion is never changed, and nothing is placed when not everything has a place.

What is best, in this order; a later wish never costs an earlier one:

1. as far as the day allows from a medicine that nobody could name;
2. calm goals: the larger part at the evening meal, or as near to it as can be;
3. outside the gaps that are only wished for;
4. no two minerals with the same meal;
5. habits kept: as few movables as possible leave their time;
6. the usual meals: the largest portion at breakfast, the next at dinner (calm goals: the other way round),
   then doses far apart;
7. no moment that is not already a meal, a medicine's time or a habit;
8. what must move, moves as little as possible; what has no habit comes early in the day.

Small meals beside the main ones count as the least usual. What must hold (gaps to medicines and between minerals,
nothing while somebody fasts) is no wish: it is kept, or there is no room.

Wishes 1 to 3 and 6 depend on magnesium's meals alone, of which there are few arrangements. The rest is a search
over the movables: plain branch and bound, and CP-SAT when its budget of steps runs out. Both are exact and share
`Costs`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import permutations

from magwise.day import DAY, Meal
from magwise.schedule.conflict import explain
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
from magwise.schedule.needs import Board, Place, distance, in_the_fast, lay_out, needs_of, spread
from magwise.schedule.search import STEPS, Arrangement, Choice, Costs, best_choice

__all__ = ["place"]


def place(problem: DayProblem, portions: tuple[Portion, ...], *, plain_steps: int = STEPS) -> Schedule:
    """The best day for these portions; NO_ROOM with a smallest conflict when there is none.

    plain_steps  how long the plain search may go on before CP-SAT takes over; the answer is as good
    """
    if not portions:
        return Schedule(Outcome.NOT_ASKED, others=_unmoved(problem))
    board = lay_out(problem)
    if not board.has_room(len(portions), needs_of(problem, portions)):
        conflict = tuple(str(need) for need in explain(problem, portions))
        return Schedule(Outcome.NO_ROOM, others=_unmoved(problem), conflict=conflict)
    arrangements = list(_arrangements(problem, board, len(portions)))
    best = best_choice(arrangements, _costs(problem, board, len(arrangements)), plain_steps)
    return _as_schedule(problem, board, portions, best)


def _arrangements(problem: DayProblem, board: Board, doses: int) -> Iterator[Arrangement]:
    """Every way to give the portions their meals that no other way beats on wishes 1 to 3."""
    possible = [
        (_first_wishes(problem, board, order), order, places)
        for meals in board.meal_sets(doses)
        if board.all_have_a_place(meals, range(len(problem.movables)))
        for places in [tuple(board.places_beside(index, meals) for index in range(len(problem.movables)))]
        for order in permutations(meals)
    ]
    best = min(wishes for wishes, _, _ in possible)
    level = [
        (_usual_meals(problem, board, order), order, places)
        for wishes, order, places in possible
        if wishes == best
    ]
    ranks = sorted({usual for usual, _, _ in level})
    for usual, order, places in sorted(level, key=lambda one: one[:2]):
        yield Arrangement(order, places, ranks.index(usual))


def _first_wishes(problem: DayProblem, board: Board, order: tuple[int, ...]) -> tuple[int, int, int]:
    times = [board.meals[meal].at for meal in order]
    far = min((distance(item.at, at) for item in problem.fixed if item.far for at in times), default=DAY)
    evening = _from_the_evening(board.meals[order[0]].meal) if problem.evening_first else 0
    wished = sum(_within(item, at) for item in problem.fixed if item.soft for at in times)
    return -far, evening, wished


def _from_the_evening(meal: Meal) -> int:
    return (Meal.DINNER, Meal.LUNCH, Meal.BREAKFAST, Meal.SNACK).index(meal)


def _within(item: Fixed, at: int) -> bool:
    """Whether this time lies inside the gaps that are wished for."""
    after = (at - item.at) % DAY
    return after < item.after_min or (DAY - after) % DAY < item.before_min


def _usual_meals(problem: DayProblem, board: Board, order: tuple[int, ...]) -> tuple[int, int]:
    usual = [Meal.BREAKFAST, Meal.DINNER, Meal.LUNCH, Meal.SNACK]
    if problem.evening_first:
        usual = [Meal.DINNER, Meal.BREAKFAST, Meal.LUNCH, Meal.SNACK]
    unusual = sum(
        0 if meal is usual[min(index, len(usual) - 1)] else 1 + usual.index(meal)
        for index, meal in enumerate(board.meals[meal].meal for meal in order)
    )
    times = [board.meals[meal].at for meal in order]
    closest = min((distance(a, b) for i, a in enumerate(times) for b in times[:i]), default=DAY)
    return unusual, -closest


def _costs(problem: DayProblem, board: Board, arrangements: int) -> Costs:
    known = {meal.at % DAY for meal in problem.routine.meals}
    known |= {item.at % DAY for item in problem.fixed}
    known |= {movable.at % DAY for movable in problem.movables if movable.at is not None}
    return Costs(
        habits=tuple(movable.at for movable in problem.movables),
        minerals=tuple(bool(movable.mineral) for movable in problem.movables),
        shifts=tuple(_shift(movable, problem) for movable in problem.movables),
        known=frozenset(known),
        pairs=board.pairs,
        arrangements=arrangements,
    )


def _shift(movable: Movable, problem: DayProblem) -> Callable[[int], int]:
    """How far a time is from where this movable would like to be: its habit or, without one, waking."""
    habit = movable.at
    return problem.routine.after_waking if habit is None else lambda at: distance(habit, at)


def _as_schedule(problem: DayProblem, board: Board, portions: tuple[Portion, ...], best: Choice) -> Schedule:
    after_waking = problem.routine.after_waking
    doses = (
        Dose(board.meals[meal].at, board.meals[meal].meal, portion)
        for meal, portion in zip(best.order, portions, strict=True)
    )
    moved = (_moved(movable, place) for movable, place in zip(problem.movables, best.places, strict=True))
    others = (*map(_fixed_as_other, problem.fixed_today), *moved)
    return Schedule(
        Outcome.FOUND,
        doses=tuple(sorted(doses, key=lambda dose: after_waking(dose.at))),
        others=tuple(sorted(others, key=lambda other: after_waking(other.at))),
        proven=best.proven,
    )


def _moved(movable: Movable, place: Place) -> Other:
    stays = movable.at is None or place.at == movable.at % DAY
    return Other(place.at, movable.name, None if stays else movable.at, kind=MOVABLE)


def _unmoved(problem: DayProblem) -> tuple[Other, ...]:
    """The day as it is without magnesium: everything at its own time; what has none is left out.

    In a fast, what may move and would fall into it has its nearest place outside.
    """
    others = (*map(_fixed_as_other, problem.fixed_today), *_minerals_alone(problem))
    return tuple(sorted(others, key=lambda other: problem.routine.after_waking(other.at)))


def _minerals_alone(problem: DayProblem) -> Iterator[Other]:
    habits = [(movable, movable.at) for movable in problem.movables if movable.at is not None]
    if not any(in_the_fast(problem, at) for _, at in habits):
        yield from (Other(at, movable.name, kind=MOVABLE) for movable, at in habits)
        return
    board = lay_out(problem)
    nearest = {
        index: tuple(
            sorted(board.places_beside(index, ()), key=lambda place: _shift(movable, problem)(place.at))
        )
        for index, movable in enumerate(problem.movables)
        if movable.at is not None
    }
    for index, place in (spread(nearest, board.pairs) or {} if all(nearest.values()) else {}).items():
        yield _moved(problem.movables[index], place)


def _fixed_as_other(item: Fixed) -> Other:
    return Other(item.at, item.take or item.name, kind=item.kind)
