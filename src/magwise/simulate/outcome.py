"""Run a course: who, how, and what came out, as bands over people.

`run(course)` is the front door of the simulator: people are sampled, settled on their diet, given their doses, and what
is measured in a laboratory (serum, 24-hour urine) or at home (stool) comes back as 5, 50 and 95 % of them.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from magwise.errors import OutsideTheModel
from magwise.simulate.absorbed import absorbed_shares
from magwise.simulate.bodies import number
from magwise.simulate.course import DAY_H, Course, Dose, mmol
from magwise.simulate.engine import Crowd, Engine, Records, best_engine
from magwise.simulate.equations import Rates, Traits
from magwise.simulate.people import Baseline, sample
from magwise.simulate.timetable import timetable

__all__ = ["Band", "DoseTaken", "Outcome", "absorbed_mg", "run"]

Array = NDArray[np.float64]
QUANTILES = (0.05, 0.5, 0.95)
FOLLOWED = (
    400  # most people in whom single doses are followed; more would not move the quantiles that are printed
)


@dataclass(frozen=True, slots=True)
class Band:
    """5, 50 and 95 % of people; one number each, or one for each time."""

    p5: Array
    p50: Array
    p95: Array

    @classmethod
    def of(cls, people_last: Array) -> Band:
        return cls(*np.quantile(people_last, QUANTILES, axis=-1))

    def as_json(self, digits: int = 4) -> dict[str, Any]:
        return {
            name: np.round(values, digits).tolist()
            for name, values in (("p5", self.p5), ("p50", self.p50), ("p95", self.p95))
        }


@dataclass(frozen=True, slots=True)
class DoseTaken:
    """One dose at one moment, and how much of it was taken up."""

    time_h: float
    mg: float
    form: str
    route: str
    absorbed_mg: Band


@dataclass(frozen=True, slots=True)
class Outcome:
    """What happened to the people of a course. `urine` and `stool` are of the stretch before each time."""

    course: Course
    time_h: Array
    serum_mmol_l: Band
    urine_mmol_d: Band
    urine_mmol: Band
    stool_extra_g_d: Band
    stores_mmol: Band  # what tissue, cells and bone have gained since the start
    absorbed_share: Band | None  # of each day's doses; None without oral doses
    doses: tuple[DoseTaken, ...]
    baseline: dict[str, Band]

    def as_json(self) -> dict[str, Any]:
        return {
            "time_h": np.round(self.time_h, 4).tolist(),
            "serum_mmol_l": self.serum_mmol_l.as_json(5),
            "urine_mmol_d": self.urine_mmol_d.as_json(),
            "urine_mmol": self.urine_mmol.as_json(),
            "doses": [
                {
                    "time_h": round(dose.time_h, 4),
                    "mg": dose.mg,
                    "form": dose.form,
                    "route": dose.route,
                    "absorbed_mg": dose.absorbed_mg.as_json(3),
                }
                for dose in self.doses
            ],
            "absorbed_share": None if self.absorbed_share is None else self.absorbed_share.as_json(),
            "stool_extra_g_d": self.stool_extra_g_d.as_json(2),
            "stores_mmol": self.stores_mmol.as_json(2),
            "baseline": {name: band.as_json() for name, band in self.baseline.items()},
            "people": self.course.people,
            "seed": self.course.seed,
            "notes": list(self.course.notes),
        }


def run(course: Course, engine: Engine | None = None) -> Outcome:
    """The course's people, with its doses. Raises OutsideTheModel before anything is computed."""
    course.checked()
    engine = engine or best_engine()
    people = sample(course, engine)
    records = engine(people.crowd, timetable(course))
    if not np.isfinite(records.plasma).all():
        raise OutsideTheModel(
            "The simulation ran away.", remedy="Please report this course; it is a fault of ours."
        )
    doses, share = _doses(course, people.crowd)
    return Outcome(
        course=course,
        time_h=records.time_h,
        serum_mmol_l=Band.of(records.plasma * people.crowd.traits.per_plasma_volume),
        urine_mmol_d=Band.of(_per_day(records.time_h, records.urine, people.baseline.urine_mmol_d)),
        urine_mmol=Band.of(records.urine),
        stool_extra_g_d=Band.of(_stool(records, people.baseline)),
        stores_mmol=Band.of(_stored(course, records, people.crowd)),
        absorbed_share=share,
        doses=doses,
        baseline=_baseline(people.baseline),
    )


def absorbed_mg(
    form: str,
    mg: float,
    *,
    with_meal: bool = True,
    diet_mg: float | None = None,
    people: int = 200,
    seed: int = 1,
) -> tuple[float, float, float]:
    """How many milligrams of a single dose at breakfast are taken up: 5, 50 and 95 % of people."""
    hour = 8.0 if with_meal else 10.5
    course = Course(
        diet_mg=diet_mg,
        doses=(Dose(mg, (hour,), form, with_meal=with_meal),),
        days=1,
        people=people,
        seed=seed,
    )
    course.checked()
    sampled = sample(course, best_engine())
    band = _doses(course, sampled.crowd)[0][0].absorbed_mg
    return float(band.p5), float(band.p50), float(band.p95)


def _per_day(time_h: Array, total: Array, first: Array) -> Array:
    """Rates over the stretch before each time, per day; the first row is given."""
    stretches = np.diff(time_h)[:, None]
    return np.vstack([first, np.diff(total, axis=0) * DAY_H / stretches])


def _stool(records: Records, baseline: Baseline) -> Array:
    """Grams of stool a day beyond the person's own, from the extra magnesium in it.

    Counted from midnight to midnight and drawn straight between: meals alone make a rhythm within the day.
    """
    hours = records.time_h
    midnights = np.append(np.arange(0.0, hours[-1], DAY_H), hours[-1])
    totals = _between(midnights, hours, records.faeces)
    faeces = _per_day(midnights, totals, baseline.faeces_mmol_d)
    extra = np.maximum(0.0, number("stool_per_mmol") * (faeces - baseline.faeces_mmol_d))
    return extra if len(midnights) == len(hours) else _between(hours, midnights, extra)


def _between(wanted: Array, hours: Array, rows: Array) -> Array:
    """The rows at the wanted hours, on straight lines between the known ones."""
    after = np.clip(np.searchsorted(hours, wanted), 1, len(hours) - 1)
    share = ((wanted - hours[after - 1]) / (hours[after] - hours[after - 1]))[:, None]
    return np.asarray(rows[after - 1] * (1.0 - share) + rows[after] * share)


def _stored(course: Course, records: Records, crowd: Crowd) -> Array:
    """mmol that fast tissue, cells and bone have gained: what came in, less what left and what plasma gained."""
    t = crowd.traits
    lost = (t.secretion + t.sweat) * records.time_h[:, None]
    came = records.uptake + _into_vein(course, records.time_h)[:, None]
    return np.asarray(came - lost - records.urine - (records.plasma - records.plasma[0]))


def _into_vein(course: Course, time_h: Array) -> Array:
    """mmol given into a vein by these times."""
    total = np.zeros(len(time_h))
    for dose in course.doses:
        if dose.route == "iv":
            for day in range(dose.first_day, min(dose.last_day or course.days, course.days) + 1):
                for hour in dose.hours:
                    since = time_h - ((day - 1) * DAY_H + hour)
                    share = np.clip(since / dose.duration_h, 0.0, 1.0) if dose.duration_h else since > 0.0
                    total += mmol(dose.mg) * share
    return total


def _doses(course: Course, crowd: Crowd) -> tuple[tuple[DoseTaken, ...], Band | None]:
    """Every dose with its uptake, and the share of each day's oral doses (a row a day)."""
    oral = any(dose.route == "oral" for dose in course.doses)
    followed = _first(crowd, FOLLOWED)
    shares = absorbed_shares(course, followed) if oral else {}
    taken = []
    of_day = np.zeros((2, course.days, len(followed)))
    for dose in course.doses:
        for day in range(dose.first_day, min(dose.last_day or course.days, course.days) + 1):
            for hour in dose.hours:
                share = shares[(day, hour)][dose.form] if dose.route == "oral" else np.ones(len(followed))
                at = (day - 1) * DAY_H + hour
                taken.append(DoseTaken(at, dose.mg, dose.form if dose.route == "oral" else "iv", dose.route,
                                       Band.of(dose.mg * share)))  # fmt: skip
                if dose.route == "oral":
                    of_day[:, day - 1] += dose.mg * share, dose.mg + 0.0 * share
    with np.errstate(invalid="ignore"):
        daily = np.where(of_day[1] > 0, of_day[0] / of_day[1], 0.0)
    return tuple(sorted(taken, key=lambda one: one.time_h)), Band.of(daily) if oral else None


def _first(crowd: Crowd, n: int) -> Crowd:
    return replace(
        crowd,
        traits=Traits(*(column[:n] for column in crowd.traits)),
        start=Rates(*(column[:n] for column in crowd.start)),
        diet_mmol_d=crowd.diet_mmol_d[:n],
        dissolved={form: share[:n] for form, share in crowd.dissolved.items()},
    )


def _baseline(baseline: Baseline) -> dict[str, Band]:
    return {
        "serum_mmol_l": Band.of(baseline.serum_mmol_l),
        "urine_mmol_d": Band.of(baseline.urine_mmol_d),
        "faeces_mmol_d": Band.of(baseline.faeces_mmol_d),
        "uptake_mmol_d": Band.of(baseline.uptake_mmol_d),
        "diet_mg_d": Band.of(baseline.diet_mg_d),
        "egfr": Band.of(baseline.gfr_ml_min),
    }
