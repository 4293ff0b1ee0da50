"""The solved day: how fast, how sure, and beside brute force and the one peer that claims the job.

`python -m bench.schedule` prints the table. The peer (polars-scheduler 0.2.0, with polars) is measured when it can
be imported; it is never a dependency. Every timetable, ours and theirs, goes through `magwise.schedule.check`.
"""

from __future__ import annotations

import statistics
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import permutations, product
from random import Random
from time import perf_counter

from magwise.day import Meal, Routine, clock
from magwise.schedule import (
    DayProblem,
    Dose,
    Fixed,
    MineralGap,
    Movable,
    Other,
    Outcome,
    Portion,
    Schedule,
    check,
    place,
)

__all__ = ["main", "rows"]

DAY = Routine(390, 450, 750, 1140, 1365)
NIGHT = Routine(960, 1020, 1380, 360, 480)
GAPS = (0, 120, 180, 240, 360, 480)
DOSE = (Portion(0, 2, 122.0),)
DOSES = (Portion(0, 2, 122.0), Portion(0, 1, 61.0))
Row = tuple[str, str, str, str]


def main() -> None:
    print(f"{'days':<44}{'median':>10}{'slowest':>10}  found, refused, objections of the second opinion")
    for what, median, slowest, endings in rows():
        print(f"{what:<44}{median:>10}{slowest:>10}  {endings}")


def rows() -> Iterator[Row]:
    place(DayProblem(DAY), DOSE)  # knowledge is read once
    _load_cp_sat()
    random = Random(1)
    fixed = [_any_day(random, 6, 0, 0) for _ in range(500)]
    yield _timed("ours: 6 fixed medicines", fixed, place)
    yield _timed("brute force: 6 fixed medicines", fixed[:200], _by_trying_all)
    few = [_any_day(random, 2, 3, 0) for _ in range(300)]
    yield _timed("ours: 3 movables at meals", few, place)
    yield _timed("brute force: 3 movables at meals", few[:60], _by_trying_all)
    yield _timed("ours: 15 movables at meals", [_any_day(random, 3, 15, 0) for _ in range(100)], place)
    yield _timed(
        "ours: 15 movables at any quarter hour", [_any_day(random, 3, 15, 15) for _ in range(60)], place
    )
    apart = [_minerals_apart(random, _any_day(random, 2, 5, 0)) for _ in range(200)]
    yield _timed("ours: 5 minerals hours apart", apart, place)
    apart = [_minerals_apart(random, _any_day(random, 2, 15, 0)) for _ in range(60)]
    yield _timed("ours: 15 movables, minerals hours apart", apart, place)
    yield from _beside_the_peer(random)


def _timed(
    what: str, days: list[DayProblem], solve: Callable[[DayProblem, tuple[Portion, ...]], Schedule]
) -> Row:
    taken, found, objections = [], 0, 0
    for index, day in enumerate(days):
        portions = DOSES if index % 2 else DOSE
        start = perf_counter()
        schedule = solve(day, portions)
        taken.append(perf_counter() - start)
        found += schedule.outcome is Outcome.FOUND
        objections += bool(check(day, schedule))
    endings = f"{found}, {len(days) - found}, {objections}"
    return what, f"{1e3 * statistics.median(taken):.2f} ms", f"{1e3 * max(taken):.1f} ms", endings


def _load_cp_sat() -> None:
    import ortools.sat.python.cp_model  # noqa: F401 - its half second is not part of a warm day


def _any_day(random: Random, medicines: int, movables: int, free: int) -> DayProblem:
    return DayProblem(
        random.choice((DAY, NIGHT)),
        tuple(
            Fixed(
                f"medicine {index}", random.randrange(0, 1440, 15), random.choice(GAPS), random.choice(GAPS)
            )
            for index in range(random.randint(1, medicines))
        ),
        tuple(
            Movable(
                f"mineral {index}",
                random.choice((None, 450, 750, 1140, random.randrange(0, 1440, 15))),
                random.choice(("calcium", "iron", "zinc", "")),
                random.choice(GAPS[:4]),
                random.choice(GAPS[:4]),
                with_meal=index >= free,
            )
            for index in range(movables)
        ),
        evening_first=random.random() < 0.5,
    )


def _minerals_apart(random: Random, day: DayProblem) -> DayProblem:
    """The same day with minerals that keep two hours from each other; iron may go between meals."""
    minerals = ("calcium", "iron", "zinc", "copper", "", "")
    named = [(one, random.choice(minerals)) for one in day.movables]
    return replace(
        day,
        movables=tuple(replace(one, mineral=name, with_meal=name != "iron") for one, name in named),
        mineral_gaps=(
            MineralGap(frozenset({"calcium", "iron"}), 120),
            MineralGap(frozenset({"copper", "zinc"}), 120),
        ),
    )


def _by_trying_all(problem: DayProblem, portions: tuple[Portion, ...]) -> Schedule:
    """The first way to take everything that the second opinion accepts."""
    routine = problem.routine
    meals = tuple((meal.meal, meal.at) for meal in routine.meals)
    fixed = tuple(Other(item.at, item.name, None, item.kind) for item in problem.fixed)
    times = [
        sorted({at for _, at in meals} | ({movable.at} if movable.at is not None else set()))
        for movable in problem.movables
    ]
    for chosen, places in product(permutations(meals, len(portions)), product(*times)):
        doses = tuple(Dose(at, meal, portion) for (meal, at), portion in zip(chosen, portions, strict=True))
        moved = (
            Other(at, movable.name, None if movable.at in (None, at) else movable.at, "movable")
            for movable, at in zip(problem.movables, places, strict=True)
        )
        schedule = Schedule(Outcome.FOUND, doses, (*fixed, *moved))
        if not check(problem, schedule):
            return schedule
    return Schedule(Outcome.NO_ROOM, others=fixed, conflict=("brute force does not say why",))


def _beside_the_peer(random: Random) -> Iterator[Row]:
    """The same days of one dose and a few medicines through both."""
    days = [_peer_day(random) for _ in range(40)]
    try:
        import polars
        import polars_scheduler  # noqa: F401 - registers itself with polars
    except ImportError:
        yield (
            "polars-scheduler 0.2.0",
            "-",
            "-",
            "not installed here: pip install polars polars-scheduler==0.2.0",
        )
        return
    yield _timed("ours: the days given to the peer", days, place)
    yield _timed(
        "polars-scheduler 0.2.0: the same days", days, lambda day, _: _by_the_peer(polars, day, DOSE)
    )


def _peer_day(random: Random) -> DayProblem:
    """Medicines in the waking day with gaps in whole hours, which is what the peer can be told."""
    medicines = ("levothyroxine", "ciprofloxacin", "alendronate")
    return DayProblem(
        DAY,
        tuple(
            Fixed(
                name,
                random.randrange(390, 1350, 30),
                random.choice((120, 240, 360)),
                random.choice((120, 240)),
            )
            for name in random.sample(medicines, random.randint(1, 3))
        ),
    )


def _by_the_peer(polars: object, problem: DayProblem, portions: tuple[Portion, ...]) -> Schedule:
    """Its own words for the same needs: each medicine at its time, magnesium at a meal and away from each."""
    table = polars.DataFrame().scheduler.new()  # type: ignore[attr-defined]
    for item in problem.fixed:
        table = table.scheduler.add(
            event=item.name,
            category="medication",
            unit="pill",
            frequency="1x daily",
            windows=[clock(item.at)],
        )
    routine = problem.routine
    meals = {meal.at: meal.meal for meal in routine.meals}
    needs = [
        f"≥{gap // 60}h {side} {item.name}"
        for item in problem.fixed
        for gap, side in ((item.before_min, "before"), (item.after_min, "after"))
    ]
    table = table.scheduler.add(
        event="magnesium",
        category="supplement",
        unit="capsule",
        frequency="1x daily",
        constraints=needs,
        windows=[clock(at) for at in meals],
    )
    try:
        solved = table.scheduler.schedule(
            strategy="earliest", day_start=clock(routine.wake), day_end=clock(routine.bed)
        )
    except Exception:
        return Schedule(Outcome.NO_ROOM)
    at = {row["entity_name"]: row["time_minutes"] for row in solved.to_dicts()}
    if at.get("magnesium") is None:
        return Schedule(Outcome.NO_ROOM)
    others = tuple(Other(at.get(item.name, -1), item.name, None, item.kind) for item in problem.fixed)
    dose = Dose(at["magnesium"], meals.get(at["magnesium"], Meal.WATER), portions[0])
    return Schedule(Outcome.FOUND, (dose,), others)


if __name__ == "__main__":
    sys.exit(main())
