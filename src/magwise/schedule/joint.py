"""The same search for many movables, by CP-SAT.

Time-indexed: one yes-or-no for each movable and place, one for each arrangement of magnesium's meals. (With
order variables and big-M the same days timed out.) One worker and a fixed seed, so that the same day gives
the same answer; imported only here, since loading OR-Tools takes half a second.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from magwise.day import apart
from magwise.schedule.needs import Pair, Place, spread
from magwise.schedule.search import Arrangement, Choice, Costs, cost_of

__all__ = ["search_with_cp_sat"]

_SEED = 1
_LONGEST = 5.0  # of CP-SAT's own clock, which runs alike on every machine; 15 movables take a tenth


def search_with_cp_sat(arrangements: list[Arrangement], costs: Costs) -> Choice:
    """The cheapest day among these arrangements, proven unless there are far too many movables."""
    from ortools.sat.python import cp_model

    model = cp_model.CpModel()
    at = _places(model, arrangements)
    magnesium = [model.new_bool_var("") for _ in arrangements]
    model.add_exactly_one(magnesium)
    _allow_only_what_the_arrangement_leaves(model, arrangements, at, magnesium)
    for gap in {pair.gap for pair in costs.pairs}:
        _keep_apart(model, at, [pair for pair in costs.pairs if pair.gap == gap])
    model.minimize(_objective(model, arrangements, costs, at, magnesium))

    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = _SEED
    solver.parameters.linearization_level = (
        2  # the whole relaxation: without it 15 movables took 5 s and more
    )
    solver.parameters.max_deterministic_time = _LONGEST
    ending = solver.solve(model)
    if ending not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return _anything(arrangements[0], costs)
    taken = next(one for one, yes in zip(arrangements, magnesium, strict=True) if solver.boolean_value(yes))
    chosen = tuple(next(place for place, yes in places.items() if solver.boolean_value(yes)) for places in at)
    return Choice(taken.order, chosen, cost_of(taken, chosen, costs), proven=ending == cp_model.OPTIMAL)


def _anything(arrangement: Arrangement, costs: Costs) -> Choice:
    """Every movable at a cheap place of its own: a day without fault, though perhaps not the best."""
    cheapest_first = {
        movable: tuple(sorted(places, key=lambda place: costs.alone(movable, place)))
        for movable, places in enumerate(arrangement.places)
    }
    spaced = spread(cheapest_first, costs.pairs)
    assert spaced is not None, "an arrangement leaves each movable a place"  # noqa: S101
    chosen = tuple(spaced[movable] for movable in cheapest_first)
    return Choice(arrangement.order, chosen, cost_of(arrangement, chosen, costs), proven=False)


def _places(model: Any, arrangements: list[Arrangement]) -> list[dict[Place, Any]]:
    """One variable for each movable and each place that some arrangement leaves it."""
    at: list[dict[Place, Any]] = []
    for movable in range(len(arrangements[0].places)):
        everywhere = dict.fromkeys(place for one in arrangements for place in one.places[movable])
        at.append({place: model.new_bool_var("") for place in everywhere})
        model.add_exactly_one(at[-1].values())
    return at


def _keep_apart(model: Any, at: list[dict[Place, Any]], pairs: list[Pair]) -> None:
    """No stretch as long as the gap holds both minerals. Whether it holds one is asked once for all that bring it:
    row by row for each two movables the same days took seconds."""
    one_side = {pair.one for pair in pairs if pair.other in _beside(pairs[0].one, pairs)}
    one_side |= {pair.other for pair in pairs if pair.one in _beside(pairs[0].one, pairs)}
    other_side = _beside(pairs[0].one, pairs)
    minutes = pairs[0].minutes
    for start in sorted({place.at for movable in one_side | other_side for place in at[movable]}):
        held = [
            _whether_any(
                model,
                [
                    here
                    for movable in side
                    for place, here in at[movable].items()
                    if apart(start, place.at) < minutes
                ],
            )
            for side in (one_side, other_side)
        ]
        model.add_at_most_one(held)


def _beside(movable: int, pairs: list[Pair]) -> set[int]:
    return {pair.other for pair in pairs if pair.one == movable} | {
        pair.one for pair in pairs if pair.other == movable
    }


def _allow_only_what_the_arrangement_leaves(
    model: Any, arrangements: list[Arrangement], at: list[dict[Place, Any]], magnesium: list[Any]
) -> None:
    for arrangement, yes in zip(arrangements, magnesium, strict=True):
        for movable, places in enumerate(at):
            left = set(arrangement.places[movable])
            for place, here in places.items():
                if place not in left:
                    model.add_implication(yes, ~here)


def _objective(
    model: Any,
    arrangements: list[Arrangement],
    costs: Costs,
    at: list[dict[Place, Any]],
    magnesium: list[Any],
) -> Any:
    minerals_at: dict[int, list[Any]] = defaultdict(list)
    new_at: dict[int, list[Any]] = defaultdict(list)
    for movable, places in enumerate(at):
        for place, here in places.items():
            if costs.minerals[movable]:
                minerals_at[place.sitting].append(here)
            if costs.is_new(place):
                new_at[place.at].append(here)
    sittings = [_only_if_any(model, here) for here in minerals_at.values()]
    return (
        costs.per_shared_sitting * (sum(costs.minerals) - sum(sittings))
        + costs.per_new_moment * sum(_whether_any(model, here) for here in new_at.values())
        + sum(
            costs.alone(movable, place) * here
            for movable, places in enumerate(at)
            for place, here in places.items()
        )
        + costs.per_unusual_step
        * sum(one.unusual * yes for one, yes in zip(arrangements, magnesium, strict=True))
    )


def _only_if_any(model: Any, here: list[Any]) -> Any:
    """At most whether any of these holds: each sitting counts once, however many minerals share it."""
    yes = model.new_bool_var("")
    model.add_bool_or([*here, ~yes])
    return yes


def _whether_any(model: Any, here: list[Any]) -> Any:
    yes = model.new_bool_var("")
    for one in here:
        model.add_implication(one, yes)
    return yes
