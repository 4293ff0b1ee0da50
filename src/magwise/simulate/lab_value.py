"""What a laboratory value in some week would say of a low serum: did too little come in, or do the kidneys lose it?

The same serum and the same doses are run in two kinds of people: those whose 24-hour urine is half of what speaks for
loss through the kidney, and those whose urine is what their diet makes it. One reading varies from the next, so a
reading's own scatter is added. What comes out is how often one reading would tell the two kinds apart.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from magwise.errors import OutsideTheModel
from magwise.simulate.bodies import number
from magwise.simulate.course import DAY_H, Course
from magwise.simulate.engine import Engine, best_engine
from magwise.simulate.people import sample
from magwise.simulate.timetable import timetable

__all__ = ["Reading", "readings_in_week"]

Array = NDArray[np.float64]
Band = tuple[float, float, float]  # 5, 50 and 95 %


@dataclass(frozen=True, slots=True)
class Reading:
    """One test on one day: what it would show either way, and how often it tells the two apart (0.5 is a coin)."""

    test: str
    unit: str
    day: int
    little_comes_in: Band
    kidneys_lose: Band
    told_apart: float


def readings_in_week(course: Course, week: int, engine: Engine | None = None) -> tuple[Reading, ...]:
    """24-hour urine before the first dose, then serum and urine at the end of the week.

    Raises OutsideTheModel without a measured serum: there is nothing to explain then.
    """
    if course.subject.serum_mmol_l is None:
        raise OutsideTheModel(
            "No serum magnesium is known, so there is no low value to explain.",
            remedy="Give [[labs]] serum magnesium, or serum_mmol_l in the protocol.",
        )
    engine = engine or best_engine()
    cut_off = number("renal_loss_urine")
    little = _shown(course, week, 0.5 * cut_off, engine)
    losing = _shown(course, week, None, engine)
    days = (0, 7 * week, 7 * week)
    names = (("24-hour urine", "mmol/d"), ("serum", "mmol/L"), ("24-hour urine", "mmol/d"))
    return tuple(
        Reading(test, unit, day, _band(a), _band(b), _told_apart(a, b))
        for (test, unit), day, a, b in zip(names, days, little, losing, strict=True)
    )


def _shown(course: Course, week: int, urine: float | None, engine: Engine) -> tuple[Array, Array, Array]:
    """Urine before, serum and urine in that week, as single readings would show them."""
    subject = replace(course.subject, urine_mmol_d=urine)
    course = replace(course, subject=subject, days=7 * week, every_h=DAY_H).checked()
    people = sample(course, engine)
    records = engine(people.crowd, timetable(course))
    serum = records.plasma[-1] * people.crowd.traits.per_plasma_volume
    rng = np.random.default_rng([course.seed, week])
    return (
        _read(people.baseline.urine_mmol_d, "urine_repeat", rng),
        _read(serum, "serum_repeat", rng),
        _read(records.urine[-1] - records.urine[-2], "urine_repeat", rng),
    )


def _read(values: Array, scatter: str, rng: np.random.Generator) -> Array:
    return np.asarray(values * np.exp(number(scatter) * rng.standard_normal(len(values))))


def _band(values: Array) -> Band:
    low, middle, high = np.quantile(values, [0.05, 0.5, 0.95])
    return float(low), float(middle), float(high)


def _told_apart(a: Array, b: Array) -> float:
    """The chance that two readings, one of each kind, lie in the order that is usual for them."""
    below = float((a[:, None] < b[None, :]).mean())
    return max(below, 1.0 - below)
