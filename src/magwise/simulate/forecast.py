"""A short course in a few figures: where serum and 24-hour urine stand now and after some weeks of the doses.

The same people are run with and without the doses, so that a rise is the doses' own. Figures are rounded here: they go
into answers that are compared byte by byte.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from magwise.simulate.course import DAY_H, Course
from magwise.simulate.engine import Engine, best_engine
from magwise.simulate.outcome import QUANTILES
from magwise.simulate.people import sample
from magwise.simulate.timetable import timetable

__all__ = ["FORECAST_DAYS", "Figures", "Forecast", "forecast"]

Array = NDArray[np.float64]
FORECAST_DAYS = (0, 14, 28, 56, 84)
A_WEEK = 7  # a figure is the mean of the week before its day: one midnight says little


class Figures(NamedTuple):
    """5, 50 and 95 % of people, one figure for each of the forecast's days."""

    p5: list[float]
    p50: list[float]
    p95: list[float]


@dataclass(frozen=True, slots=True)
class Forecast:
    """`days` counts from the first dose; 0 is before it. Rises are over the same people without doses."""

    days: tuple[int, ...]
    serum_mmol_l: Figures
    urine_mmol_d: Figures
    serum_rise_mmol_l: Figures
    urine_rise_mmol_d: Figures
    people: int
    seed: int


def forecast(
    course: Course, *, days: tuple[int, ...] = FORECAST_DAYS, engine: Engine | None = None
) -> Forecast:
    """The course's people on these days. Raises OutsideTheModel before anything is computed."""
    course = replace(course, days=days[-1], every_h=DAY_H).checked()
    engine = engine or best_engine()
    people = sample(course, engine)
    given, plain = (engine(people.crowd, timetable(one)) for one in (course, course.without_doses()))
    per_volume = people.crowd.traits.per_plasma_volume
    serum, plain_serum = (
        np.array([_week_before(run.plasma, day) * per_volume for day in days]) for run in (given, plain)
    )
    start = people.baseline.urine_mmol_d
    urine, plain_urine = (np.array([_a_day(run.urine, day, start) for day in days]) for run in (given, plain))
    return Forecast(
        days=days,
        serum_mmol_l=_figures(serum, 3),
        urine_mmol_d=_figures(urine, 2),
        serum_rise_mmol_l=_figures(serum - plain_serum, 3),
        urine_rise_mmol_d=_figures(urine - plain_urine, 2),
        people=course.people,
        seed=course.seed,
    )


def _week_before(rows: Array, day: int) -> Array:
    return np.asarray(rows[max(0, day - A_WEEK + 1) : day + 1].mean(axis=0) if day else rows[0])


def _a_day(total: Array, day: int, start: Array) -> Array:
    first = max(0, day - A_WEEK)
    return np.asarray((total[day] - total[first]) / (day - first)) if day else start


def _figures(rows: Array, digits: int) -> Figures:
    low, middle, high = (np.round(row, digits) + 0.0 for row in np.quantile(rows, QUANTILES, axis=1))
    return Figures(low.tolist(), middle.tolist(), high.tolist())
