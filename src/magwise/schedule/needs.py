"""What a day must respect, need by need, and which places each need leaves.

Comes in: a DayProblem. Goes out: `Board`, a table of meals, of places for what may move, and of the needs
that close each of them; `Board.has_room` answers for any selection of needs. Most needs about movables
concern one movable and magnesium's meals only, so that trying the few sets of meals tells whether a day has room.
Two minerals that hinder each other tie two movables together; for these few a small search goes on (`spread`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations

from magwise.day import DAY, QUARTER, Moment, apart, clock
from magwise.schedule.model import MAGNESIUM, DayProblem, Fixed, Movable, Need, NeedKind, Portion
from magwise.schedule.moments import bedtime_min, most_at_once_mg, sitting_min
from magwise.units import number

__all__ = ["Board", "Pair", "Place", "distance", "hours", "in_the_fast", "lay_out", "needs_of", "spread"]


@dataclass(frozen=True, slots=True)
class Place:
    """A time at which a movable could be taken.

    closed_by  bit i: fixed item i closes it; clashes: bit m: magnesium at meal m is too close
    sitting    what is taken with the same meal shares it; away from meals, the time itself
    hindered   bit g: something fixed of another mineral is too close for mineral gap g
    """

    at: int
    closed_by: int
    clashes: int
    sitting: int
    hindered: int = 0


@dataclass(frozen=True, slots=True)
class Pair:
    """Two movables, by index, that keep minutes apart from each other because of mineral gap `gap`."""

    one: int
    other: int
    minutes: int
    gap: int


@dataclass(frozen=True, slots=True)
class Board:
    """Meals in the order of the day, places for each movable, and what closes them.

    closed_by    for each meal, bit i: fixed item i closes it
    at_bedtime   bit m: meal m is eaten right at bedtime
    same_sitting pairs of meals that are one sitting
    pairs        movables that keep apart from each other
    paused       no magnesium on this day at all
    """

    meals: tuple[Moment, ...]
    closed_by: tuple[int, ...]
    at_bedtime: int
    same_sitting: frozenset[tuple[int, int]]
    places: tuple[tuple[Place, ...], ...]
    pairs: tuple[Pair, ...] = ()
    paused: bool = False

    def has_room(self, doses: int, needs: Collection[Need]) -> bool:
        """Whether a day can respect exactly these needs with so many doses (one, without DOSES)."""
        kept = _Kept(needs)
        if kept.too_large or kept.paused:
            return False
        how_many = doses if kept.doses else min(doses, 1)
        return any(
            self.all_have_a_place(meals, kept.movables, kept.fixed, kept.gaps)
            for meals in self.meal_sets(how_many, kept.fixed, kept.bedtime)
        )

    def all_have_a_place(
        self, meals: Collection[int], movables: Collection[int], fixed: int = -1, gaps: int = -1
    ) -> bool:
        """Whether these movables can all be placed while magnesium is at these meals."""
        places = {}
        for movable in movables:
            places[movable] = self.places_beside(movable, meals, fixed, gaps)
            if not places[movable]:
                return False
        return not self.pairs or spread(places, self._pairs_of(gaps)) is not None

    def _pairs_of(self, gaps: int) -> tuple[Pair, ...]:
        return tuple(pair for pair in self.pairs if gaps >> pair.gap & 1)

    def meal_sets(self, doses: int, fixed: int = -1, bedtime: bool = True) -> Iterator[tuple[int, ...]]:
        """Sets of so many different sittings that these fixed items and bedtime leave open."""
        is_open = [
            not (closed & fixed) and not (bedtime and self.at_bedtime >> meal & 1)
            for meal, closed in enumerate(self.closed_by)
        ]
        for chosen in combinations([meal for meal, free in enumerate(is_open) if free], doses):
            if not any(pair in self.same_sitting for pair in combinations(chosen, 2)):
                yield chosen

    def places_beside(
        self, movable: int, meals: Collection[int], fixed: int = -1, gaps: int = -1
    ) -> tuple[Place, ...]:
        """Where this movable can be while magnesium is at these meals, whatever the other movables do."""
        taken = sum(1 << meal for meal in meals)
        return tuple(
            place
            for place in self.places[movable]
            if not (place.closed_by & fixed) and not (place.clashes & taken) and not (place.hindered & gaps)
        )


class _Kept:
    """A selection of needs, as the bits and flags that `has_room` asks for."""

    __slots__ = ("bedtime", "doses", "fixed", "gaps", "movables", "paused", "too_large")

    def __init__(self, needs: Collection[Need]) -> None:
        kinds = {need.kind for need in needs}
        self.fixed = sum(1 << (need.which or 0) for need in needs if need.kind is NeedKind.APART)
        self.movables = [need.which or 0 for need in needs if need.kind is NeedKind.OWN_MEAL]
        self.bedtime = NeedKind.BEDTIME in kinds
        self.doses = NeedKind.DOSES in kinds
        self.too_large = NeedKind.SITTING in kinds
        self.paused = NeedKind.PAUSE in kinds
        self.gaps = sum(1 << (need.which or 0) for need in needs if need.kind is NeedKind.MINERALS)


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
        pairs=tuple(_pairs(problem)),
        paused=bool(problem.pauses),
    )


def spread(places: Mapping[int, tuple[Place, ...]], pairs: Collection[Pair]) -> Mapping[int, Place] | None:
    """A place for each of these movables with every pair far enough apart; None when there is no such choice."""
    tied = {
        movable: places[movable]
        for pair in pairs
        if pair.one in places and pair.other in places
        for movable in (pair.one, pair.other)
    }
    chosen = _spread(tied, pairs)
    if chosen is None:
        return None
    return {movable: chosen.get(movable, there[0]) for movable, there in places.items()}


def _spread(left: Mapping[int, tuple[Place, ...]], pairs: Collection[Pair]) -> dict[int, Place] | None:
    if not left:
        return {}
    movable = min(left, key=lambda one: len(left[one]))
    for place in left[movable]:
        others = {
            other: tuple(there for there in left[other] if _far(movable, place, other, there, pairs))
            for other in left
            if other != movable
        }
        rest = _spread(others, pairs) if all(others.values()) else None
        if rest is not None:
            return {movable: place, **rest}
    return None


def _far(one: int, place: Place, other: int, there: Place, pairs: Collection[Pair]) -> bool:
    return all(
        distance(place.at, there.at) >= pair.minutes
        for pair in pairs
        if {pair.one, pair.other} == {one, other}
    )


def _pairs(problem: DayProblem) -> Iterator[Pair]:
    for index, gap in enumerate(problem.mineral_gaps):
        for one, other in combinations(range(len(problem.movables)), 2):
            if {problem.movables[one].mineral, problem.movables[other].mineral} == gap.minerals:
                yield Pair(one, other, gap.minutes, index)


def needs_of(problem: DayProblem, portions: tuple[Portion, ...] = ()) -> tuple[Need, ...]:
    """Every need of this day that could be in the way, as data and in words."""
    return (
        *(Need(NeedKind.PAUSE, f"no magnesium on the day of {one.name}") for one in problem.pauses),
        *_too_large(portions),
        *(_apart_need(index, item) for index, item in enumerate(problem.fixed) if item.needs_a_gap),
        *(_own_meal_need(index, movable) for index, movable in enumerate(problem.movables)),
        *_mineral_needs(problem),
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
            hindered=_hindered(problem, movable, at),
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
    return sorted((at for at in times if not in_the_fast(problem, at)), key=routine.after_waking)


def in_the_fast(problem: DayProblem, at: int) -> bool:
    """Whether nothing is swallowed at this time because somebody fasts."""
    if problem.no_food is None:
        return False
    begins, ends = problem.no_food
    return apart(begins, at) < apart(begins, ends)


def _hindered(problem: DayProblem, movable: Movable, at: int) -> int:
    """The mineral gaps that something fixed closes here: bit g for gap g."""
    return sum(
        1 << index
        for index, gap in enumerate(problem.mineral_gaps)
        if movable.mineral in gap.minerals
        and any(
            item.mineral in gap.minerals - {movable.mineral} and _is_near(item, at, gap.minutes)
            for item in problem.fixed
        )
    )


def _is_near(item: Fixed, at: int, minutes: int) -> bool:
    return any(abs(item.at % DAY + day * DAY - at % DAY) < minutes for day in item.occurs)


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


def _mineral_needs(problem: DayProblem) -> Iterator[Need]:
    """The mineral gaps that bind anything of this day."""
    moving = {movable.mineral for movable in problem.movables}
    there = moving | {item.mineral for item in problem.fixed}
    for index, gap in enumerate(problem.mineral_gaps):
        if gap.minerals <= there and gap.minerals & moving:
            yield Need(NeedKind.MINERALS, f"{gap} at least {hours(gap.minutes)} apart", index)


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
