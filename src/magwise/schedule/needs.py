"""What a day must respect, need by need, and which places each need leaves.

Comes in: a DayProblem. Goes out: `Board`, a table of meals, of places for what may move, and of the needs
that close each of them; `Board.has_room` answers for any selection of needs. All needs about movables
concern one movable and magnesium's meals only, so that a day has room if some set of meals leaves every
movable one place: nothing has to be searched to know that, and a conflict needs no solver.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import combinations

from magwise.day import DAY, QUARTER, Moment, apart, clock
from magwise.schedule.model import MAGNESIUM, DayProblem, Fixed, Movable, Need, NeedKind, Portion
from magwise.schedule.moments import bedtime_min, most_at_once_mg, sitting_min
from magwise.units import number

__all__ = ["Board", "Place", "distance", "hours", "lay_out", "needs_of"]


@dataclass(frozen=True, slots=True)
class Place:
    """A time at which a movable could be taken.

    closed_by  bit i: fixed item i closes it; clashes: bit m: magnesium at meal m is too close
    sitting    what is taken with the same meal shares it; away from meals, the time itself
    """

    at: int
    closed_by: int
    clashes: int
    sitting: int


@dataclass(frozen=True, slots=True)
class Board:
    """Meals in the order of the day, places for each movable, and what closes them.

    closed_by    for each meal, bit i: fixed item i closes it
    at_bedtime   bit m: meal m is eaten right at bedtime
    same_sitting pairs of meals that are one sitting
    """

    meals: tuple[Moment, ...]
    closed_by: tuple[int, ...]
    at_bedtime: int
    same_sitting: frozenset[tuple[int, int]]
    places: tuple[tuple[Place, ...], ...]

    def has_room(self, doses: int, needs: Collection[Need]) -> bool:
        """Whether a day can respect exactly these needs with so many doses (one, without DOSES)."""
        kept = _Kept(needs)
        if kept.too_large:
            return False
        how_many = doses if kept.doses else min(doses, 1)
        return any(
            all(self._has_place(movable, meals, kept.fixed) for movable in kept.movables)
            for meals in self.meal_sets(how_many, kept.fixed, kept.bedtime)
        )

    def meal_sets(self, doses: int, fixed: int = -1, bedtime: bool = True) -> Iterator[tuple[int, ...]]:
        """Sets of so many different sittings that these fixed items and bedtime leave open."""
        is_open = [
            not (closed & fixed) and not (bedtime and self.at_bedtime >> meal & 1)
            for meal, closed in enumerate(self.closed_by)
        ]
        for chosen in combinations([meal for meal, free in enumerate(is_open) if free], doses):
            if not any(pair in self.same_sitting for pair in combinations(chosen, 2)):
                yield chosen

    def places_beside(self, movable: int, meals: Collection[int], fixed: int = -1) -> tuple[Place, ...]:
        """Where this movable can be while magnesium is at these meals."""
        taken = sum(1 << meal for meal in meals)
        return tuple(
            place
            for place in self.places[movable]
            if not (place.closed_by & fixed) and not (place.clashes & taken)
        )

    def _has_place(self, movable: int, meals: Collection[int], fixed: int) -> bool:
        taken = sum(1 << meal for meal in meals)
        return any(
            not (place.closed_by & fixed) and not (place.clashes & taken) for place in self.places[movable]
        )


class _Kept:
    """A selection of needs, as the bits and flags that `has_room` asks for."""

    __slots__ = ("bedtime", "doses", "fixed", "movables", "too_large")

    def __init__(self, needs: Collection[Need]) -> None:
        kinds = {need.kind for need in needs}
        self.fixed = sum(1 << (need.which or 0) for need in needs if need.kind is NeedKind.APART)
        self.movables = [need.which or 0 for need in needs if need.kind is NeedKind.OWN_MEAL]
        self.bedtime = NeedKind.BEDTIME in kinds
        self.doses = NeedKind.DOSES in kinds
        self.too_large = NeedKind.SITTING in kinds


def lay_out(problem: DayProblem) -> Board:
    """The board of this day."""
    meals = problem.routine.meals
    return Board(
        meals=meals,
        closed_by=tuple(_closed_by(problem.fixed, meal.at) for meal in meals),
        at_bedtime=_at_bedtime(problem, meals),
        same_sitting=frozenset(
            (one, other)
            for one, other in combinations(range(len(meals)), 2)
            if distance(meals[one].at, meals[other].at) <= sitting_min()
        ),
        places=tuple(_places(problem, movable, meals) for movable in problem.movables),
    )


def needs_of(problem: DayProblem, portions: tuple[Portion, ...] = ()) -> tuple[Need, ...]:
    """Every need of this day that could be in the way, as data and in words."""
    return (
        *_too_large(portions),
        *(_apart_need(index, item) for index, item in enumerate(problem.fixed) if item.needs_a_gap),
        *(_own_meal_need(index, movable) for index, movable in enumerate(problem.movables)),
        *(() if problem.bedtime_allowed else (Need(NeedKind.BEDTIME, "no magnesium right at bedtime"),)),
        *_doses_need(portions),
    )


def distance(one: int, other: int) -> int:
    """Minutes between two clock times, the shorter way round."""
    return min(apart(one, other), apart(other, one))


def hours(minutes: int) -> str:
    """240 as '4 h', 90 as '1 h 30 min'."""
    whole, rest = divmod(minutes, 60)
    parts = [f"{whole} h"] if whole else []
    return " ".join([*parts, f"{rest} min"] if rest or not whole else parts)


def _closed_by(fixed: tuple[Fixed, ...], at: int) -> int:
    return sum(1 << index for index, item in enumerate(fixed) if item.needs_a_gap and not _keeps(item, at))


def _keeps(item: Fixed, at: int) -> bool:
    """Whether what is taken at this time keeps its gap from the item, yesterday's and tomorrow's too."""
    for day in item.occurs:
        ahead = item.at % DAY + day * DAY - at % DAY
        if 0 <= ahead < item.before_min or 0 <= -ahead < item.after_min:
            return False
    return True


def _at_bedtime(problem: DayProblem, meals: tuple[Moment, ...]) -> int:
    if problem.bedtime_allowed:
        return 0
    bed = problem.routine.bed
    return sum(1 << index for index, meal in enumerate(meals) if apart(meal.at, bed) <= bedtime_min())


def _places(problem: DayProblem, movable: Movable, meals: tuple[Moment, ...]) -> tuple[Place, ...]:
    return tuple(
        Place(
            at=at,
            closed_by=_closed_by(problem.fixed, at),
            clashes=sum(1 << index for index, meal in enumerate(meals) if _clash(movable, at, meal.at)),
            sitting=_sitting(at, meals),
        )
        for at in _times(problem, movable, meals)
    )


def _times(problem: DayProblem, movable: Movable, meals: tuple[Moment, ...]) -> list[int]:
    """Its habit, the meals, and every waking quarter hour if it needs no meal; in the order of the day."""
    routine = problem.routine
    times = {meal.at % DAY for meal in meals}
    if movable.at is not None:
        times.add(movable.at % DAY)
    if not movable.with_meal:
        first = -(-routine.wake // QUARTER) * QUARTER
        last = routine.wake + routine.awake_minutes
        times |= {at % DAY for at in range(first, last + 1, QUARTER)}
    return sorted(times, key=routine.after_waking)


def _clash(movable: Movable, at: int, magnesium: int) -> bool:
    return (
        apart(magnesium, at) < movable.before_min
        or apart(at, magnesium) < movable.after_min
        or distance(at, magnesium) <= sitting_min()
    )


def _sitting(at: int, meals: tuple[Moment, ...]) -> int:
    """The meal it is taken with, by the meal's own time; else its own."""
    nearest = min(meals, key=lambda meal: distance(meal.at, at))
    return nearest.at % DAY if distance(nearest.at, at) <= sitting_min() else at


def _apart_need(index: int, item: Fixed) -> Need:
    return Need(
        NeedKind.APART,
        f"{MAGNESIUM} {_gap(item.before_min, item.after_min)} {item.name} at {clock(item.at)}",
        index,
    )


def _own_meal_need(index: int, movable: Movable) -> Need:
    place = "at a meal" if movable.with_meal else "at a time"
    gap = _gap(movable.after_min, movable.before_min)
    words = f"{movable.name} {place} other than magnesium's"
    return Need(
        NeedKind.OWN_MEAL, f"{words}, {gap} it" if movable.before_min or movable.after_min else words, index
    )


def _gap(before: int, after: int) -> str:
    if before == after:
        return f"at least {hours(before)} before and after"
    sides = [f"{hours(before)} before"] if before else []
    sides += [f"{hours(after)} after"] if after else []
    return f"at least {' and '.join(sides)}"


def _doses_need(portions: tuple[Portion, ...]) -> tuple[Need, ...]:
    if len(portions) < 2:
        return ()
    return (Need(NeedKind.DOSES, f"{len(portions)} doses of magnesium at as many different meals"),)


def _too_large(portions: tuple[Portion, ...]) -> tuple[Need, ...]:
    most = most_at_once_mg()
    largest = max((portion.elemental_mg for portion in portions), default=0.0)
    if largest <= most:
        return ()
    words = f"at most {number(most)} mg of magnesium at one sitting, where {number(largest)} mg was asked for"
    return (Need(NeedKind.SITTING, words),)
