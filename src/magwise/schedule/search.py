"""The best places for what may move, beside each arrangement of magnesium's meals.

Comes in: arrangements (magnesium's meals, and for each movable the places it may take beside them) and
`Costs`. Goes out: the cheapest `Choice`, proven. It knows nothing about medicine.

A cost is one whole number whose digits are the wishes, the weightiest first, so that a smaller number is
a day that is better by the first wish on which they differ.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace

from magwise.day import DAY
from magwise.schedule.needs import Pair, Place, distance

__all__ = [
    "STEPS",
    "Arrangement",
    "Choice",
    "Costs",
    "OutOfSteps",
    "best_choice",
    "cost_of",
    "search_plainly",
]

STEPS = 10_000  # about 20 ms of plain search; past that, loading CP-SAT pays


@dataclass(frozen=True, slots=True)
class Arrangement:
    """Magnesium's meals (portion by portion), the places left beside them, and how usual the meals are."""

    order: tuple[int, ...]
    places: tuple[tuple[Place, ...], ...]
    unusual: int


@dataclass(frozen=True, slots=True)
class Choice:
    """A solved day: which arrangement's meals, and the place of each movable."""

    order: tuple[int, ...]
    places: tuple[Place, ...]
    cost: int
    proven: bool = True


@dataclass(frozen=True, slots=True)
class Costs:
    """What each wish about the movables costs; entry i of every tuple is about movable i.

    minerals  whether it competes with the others for a meal of its own
    shifts    minutes by which a time is away from where it would like to be
    known     times that need no new moment
    pairs     movables that must keep apart from each other: no wish, and never given up
    """

    habits: tuple[int | None, ...]
    minerals: tuple[bool, ...]
    shifts: tuple[Callable[[int], int], ...]
    known: frozenset[int]
    pairs: tuple[Pair, ...] = ()
    arrangements: int = 6

    @property
    def per_new_moment(self) -> int:
        return DAY * (len(self.habits) + 1)

    @property
    def per_unusual_step(self) -> int:
        return self.per_new_moment * (len(self.habits) + 1)

    @property
    def per_move(self) -> int:
        return self.per_unusual_step * (self.arrangements + 1)

    @property
    def per_shared_sitting(self) -> int:
        return self.per_move * (len(self.habits) + 1)

    def alone(self, movable: int, place: Place) -> int:
        """What this place costs whatever the others do."""
        habit = self.habits[movable]
        moves = habit is not None and place.at != habit % DAY
        return moves * self.per_move + self.shifts[movable](place.at)

    def is_new(self, place: Place) -> bool:
        return place.at not in self.known


class OutOfSteps(Exception):
    """The plain search has used up its budget."""


def worth_a_look(arrangement: Arrangement, costs: Costs) -> Arrangement:
    """The same arrangement without places that no best day needs.

    A movable that shares its sitting at a cost with n - 1 others finds one of its n cheapest sittings free,
    whatever they do; so a place that costs more than the dearest of these n, even with company, can go.
    Each round makes company rarer for the next. One that must keep apart from another keeps all its places: the
    other may stand in the way of the cheapest.
    """
    tied = {movable for pair in costs.pairs for movable in (pair.one, pair.other)}
    for _ in range(2):
        places = arrangement.places
        arrangement = replace(
            arrangement,
            places=tuple(
                places[movable]
                if movable in tied
                else _worth_a_look(movable, places[movable], costs, _company(movable, places, costs))
                for movable in range(len(places))
            ),
        )
    return arrangement


def _company(movable: int, places: tuple[tuple[Place, ...], ...], costs: Costs) -> set[int]:
    """Times at which another would share the price of a new moment; two minerals would pay more than that."""
    return {
        place.at
        for other, there in enumerate(places)
        if other != movable and not (costs.minerals[movable] and costs.minerals[other])
        for place in there
    }


def _worth_a_look(
    movable: int, places: tuple[Place, ...], costs: Costs, company: set[int]
) -> tuple[Place, ...]:
    rivals = sum(costs.minerals) if costs.minerals[movable] else 1
    at_most = {
        place: costs.alone(movable, place) + costs.is_new(place) * costs.per_new_moment for place in places
    }
    cheapest: dict[int, Place] = {}
    for place in sorted(places, key=at_most.__getitem__):
        cheapest.setdefault(place.sitting, place)
    if len(cheapest) < rivals:
        return places
    kept = list(cheapest.values())[:rivals]
    dearest = at_most[kept[-1]]
    return tuple(
        place
        for place in places
        if place in kept or (place.at in company and costs.alone(movable, place) < dearest)
    )


def best_choice(arrangements: list[Arrangement], costs: Costs, steps: int) -> Choice:
    """The cheapest day among these arrangements."""
    arrangements = [worth_a_look(one, costs) for one in arrangements]
    try:
        return search_plainly(arrangements, costs, steps)
    except OutOfSteps:
        from magwise.schedule.joint import search_with_cp_sat

        return search_with_cp_sat(arrangements, costs)


def cost_of(arrangement: Arrangement, places: tuple[Place, ...], costs: Costs) -> int:
    """What a finished day costs, wish by wish."""
    sittings = Counter(
        place.sitting for place, mineral in zip(places, costs.minerals, strict=True) if mineral
    )
    new = {place.at for place in places if costs.is_new(place)}
    return (
        sum(many - 1 for many in sittings.values()) * costs.per_shared_sitting
        + arrangement.unusual * costs.per_unusual_step
        + len(new) * costs.per_new_moment
        + sum(costs.alone(movable, place) for movable, place in enumerate(places))
    )


def search_plainly(arrangements: list[Arrangement], costs: Costs, steps: int | None = None) -> Choice:
    """Branch and bound over every place of every movable. Raises OutOfSteps when the budget is used up."""
    search = _Search(costs, steps)
    for arrangement in arrangements:
        search.through(arrangement)
    assert search.best is not None, "every arrangement leaves each movable a place"  # noqa: S101
    return search.best


class _Search:
    """One search: the best day so far, and the steps that are left."""

    def __init__(self, costs: Costs, steps: int | None) -> None:
        self.costs = costs
        self.left = steps
        self.best: Choice | None = None
        self.tied: dict[int, list[tuple[int, int]]] = {}
        for pair in costs.pairs:
            self.tied.setdefault(pair.one, []).append((pair.other, pair.minutes))
            self.tied.setdefault(pair.other, []).append((pair.one, pair.minutes))

    def through(self, arrangement: Arrangement) -> None:
        self.arrangement = arrangement
        alone = self.costs.alone
        priced = [
            (movable, sorted(((alone(movable, place), place) for place in places), key=lambda one: one[0]))
            for movable, places in enumerate(arrangement.places)
        ]
        self.order = sorted(priced, key=lambda one: len(one[1]))
        self.rest = [0] * (len(self.order) + 1)  # least that the movables from here on will cost
        for depth in range(len(self.order) - 1, -1, -1):
            self.rest[depth] = self.rest[depth + 1] + self.order[depth][1][0][0]
        self._descend(0, arrangement.unusual * self.costs.per_unusual_step, {}, Counter(), Counter())

    def _descend(
        self, depth: int, cost: int, chosen: dict[int, Place], sittings: Counter[int], new: Counter[int]
    ) -> None:
        if depth == len(self.order):
            self._keep(cost, chosen)
            return
        movable, priced = self.order[depth]
        mineral = self.costs.minerals[movable]
        for own, place in priced:
            if self._hopeless(cost + own + self.rest[depth + 1]):
                return  # the places are sorted: the next ones cost no less
            self._step()
            if any(
                other in chosen and distance(chosen[other].at, place.at) < minutes
                for other, minutes in self.tied.get(movable, ())
            ):
                continue
            fresh = self.costs.is_new(place)
            total = cost + own
            total += self.costs.per_shared_sitting if mineral and sittings[place.sitting] else 0
            total += self.costs.per_new_moment if fresh and not new[place.at] else 0
            if self._hopeless(total + self.rest[depth + 1]):
                continue
            chosen[movable] = place
            sittings[place.sitting] += mineral
            new[place.at] += fresh
            self._descend(depth + 1, total, chosen, sittings, new)
            del chosen[movable]
            sittings[place.sitting] -= mineral
            new[place.at] -= fresh

    def _hopeless(self, at_least: int) -> bool:
        return self.best is not None and at_least >= self.best.cost

    def _keep(self, cost: int, chosen: dict[int, Place]) -> None:
        if not self._hopeless(cost):
            places = tuple(chosen[movable] for movable in range(len(self.order)))
            self.best = Choice(self.arrangement.order, places, cost)

    def _step(self) -> None:
        if self.left is not None:
            self.left -= 1
            if self.left < 0:
                raise OutOfSteps
