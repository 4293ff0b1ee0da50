"""What share of each dose is taken up: what an isotope in that dose would show.

A labelled particle is followed backwards in time: how likely it is to be taken up from where it is now. That depends
on how full the intestine is, so on food and on other doses; it does not depend on the body.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from magwise.simulate.course import DAY_H, Course
from magwise.simulate.engine import Crowd, Trace, trace
from magwise.simulate.equations import Traits
from magwise.simulate.timetable import Mesh, Timetable, timetable

__all__ = ["absorbed_shares", "shares_on_entry"]

Array = NDArray[np.float64]
FOLLOWING = Mesh(first_h=0.08, growth=0.12, longest_h=0.5)
TAIL_DAYS = 2
RUN_KEPT = 5  # days of an unchanging regimen that are followed one by one; the rest are like the last


def absorbed_shares(course: Course, crowd: Crowd) -> dict[tuple[int, float], dict[str, Array]]:
    """(day, hour) -> form -> share of that dose taken up, for every oral dose of the course."""
    days, stands_for = _compressed(course)
    short = replace(course, days=len(days) + TAIL_DAYS, every_h=DAY_H, doses=_moved(course, days))
    table = timetable(short, mesh=FOLLOWING, outputs=False)
    entry = shares_on_entry(crowd, table)
    starts = {round(float(at), 6): s for s, at in enumerate(table.bounds_h[:-1])}
    result: dict[tuple[int, float], dict[str, Array]] = {}
    for dose in course.doses:
        if dose.route != "oral":
            continue
        for day in range(dose.first_day, min(dose.last_day or course.days, course.days) + 1):
            for hour in dose.hours:
                dissolved, solid = (side[starts[round(stands_for[day] * DAY_H + hour, 6)]] for side in entry)
                share = crowd.dissolved[dose.form]
                result.setdefault((day, hour), {})[dose.form] = share * dissolved + (1.0 - share) * solid
    return result


def _compressed(course: Course) -> tuple[list[int], dict[int, int]]:
    """The days that are followed, and for every day of the course which of them stands for it."""
    kept: list[int] = []
    stands_for: dict[int, int] = {}
    length, before = 0, None
    for day in range(1, course.days + 1):
        pattern = tuple(
            k
            for k, dose in enumerate(course.doses)
            if dose.first_day <= day <= (dose.last_day or course.days)
        )
        length = length + 1 if pattern == before else 1
        before = pattern
        if length <= RUN_KEPT:
            kept.append(day)
        stands_for[day] = len(kept) - 1
    return kept, stands_for


def _moved(course: Course, days: list[int]) -> tuple:  # type: ignore[type-arg]
    """The doses on the compressed calendar."""
    moved = []
    for dose in course.doses:
        inside = [
            k for k, day in enumerate(days, 1) if dose.first_day <= day <= (dose.last_day or course.days)
        ]
        if inside and dose.route == "oral":
            moved.append(replace(dose, first_day=inside[0], last_day=inside[-1]))
    return tuple(moved)


def shares_on_entry(crowd: Crowd, table: Timetable) -> tuple[Array, Array]:
    """Chance of uptake for a particle swallowed at the start of each segment: (dissolved, solid)."""
    seen = trace(crowd, table)
    t = crowd.traits
    segments = len(table.fed)
    dissolved, solid = np.empty((segments, len(crowd))), np.empty((segments, len(crowd)))
    late = t.colon_uptake / (t.colon_uptake + t.colon_transit)
    chance = np.stack([np.zeros(len(crowd)) + late, np.zeros(len(crowd)) + late, np.zeros(len(crowd)) + late])
    for s in range(segments - 1, -1, -1):
        for k in range(table.first_step[s + 1] - 1, table.first_step[s] - 1, -1):
            width = table.bounds_h[s + 1] - table.bounds_h[s]
            chance = _one_step_back(chance, late, seen, k, table.fractions[k] * width, t)
        dissolved[s], solid[s] = chance[0], chance[2]
    return dissolved, solid


def _one_step_back(chance: Array, late: Array, seen: Trace, k: int, step: float, t: Traits) -> Array:
    """Runge-Kutta backwards over one step; the intestine in the middle is taken as its mean."""
    emptying, passing = seen.emptying[k], seen.passing[k]
    before, after = seen.intestine[k], seen.intestine[k + 1]

    def slope(p: Array, intestine: Array) -> Array:
        caught = t.uptake_most / (t.uptake_half + intestine) + t.uptake_linear
        passes = passing * (1.0 + t.hurry * intestine)
        stomach = emptying * (p[1] - p[0])
        inside = caught * (1.0 - p[1]) + passes * (late - p[1])
        salt = t.dissolving * (p[1] - p[2]) + t.solid_transit * (late - p[2])
        return np.stack([stomach, inside, salt])

    middle = 0.5 * (before + after)
    a = slope(chance, after)
    b = slope(chance + 0.5 * step * a, middle)
    c = slope(chance + 0.5 * step * b, middle)
    d = slope(chance + step * c, before)
    return chance + step / 6.0 * (a + 2.0 * (b + c) + d)
