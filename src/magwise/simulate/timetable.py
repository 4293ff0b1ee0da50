"""A course as segments of time: what happens at the start of each, and the mesh inside it.

Between two events nothing jumps, so a segment is where an engine may take steps. Steps are short after an event and
grow with the time since it (`Mesh`); the mesh was chosen by its error on people it was not tuned on
(bench/simulation.py).
"""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from magwise.simulate.bodies import number
from magwise.simulate.course import DAY_H, Course, mmol

__all__ = ["FINE", "USUAL", "Given", "Mesh", "Timetable", "timetable"]


@dataclass(frozen=True, slots=True)
class Mesh:
    """A step is `first_h` long just after an event, and grows by `growth` per hour up to `longest_h`."""

    first_h: float
    growth: float
    longest_h: float

    def fractions(self, since_h: float, length_h: float) -> list[float]:
        """Steps that fill a segment, as shares of its length."""
        marks = self._mark(since_h), self._mark(since_h + length_h)
        count = max(1, math.ceil(marks[1] - marks[0] - 1e-9))
        inner = [self._time(marks[0] + (marks[1] - marks[0]) * k / count) - since_h for k in range(1, count)]
        edges = [0.0, *inner, length_h]
        return [(later - earlier) / length_h for earlier, later in pairwise(edges)]

    def _mark(self, since_h: float) -> float:
        """How many steps of the ideal mesh fit before this time."""
        bend = (self.longest_h - self.first_h) / self.growth
        early = min(since_h, bend)
        return (
            math.log1p(self.growth * early / self.first_h) / self.growth
            + max(0.0, since_h - bend) / self.longest_h
        )

    def _time(self, mark: float) -> float:
        bend = (self.longest_h - self.first_h) / self.growth
        at_bend = math.log1p(self.growth * bend / self.first_h) / self.growth
        if mark <= at_bend:
            return self.first_h * math.expm1(self.growth * mark) / self.growth
        return bend + (mark - at_bend) * self.longest_h


USUAL = Mesh(first_h=0.04, growth=0.3, longest_h=0.5)
BETWEEN = Mesh(first_h=0.02, growth=0.1, longest_h=0.25)
FINE = Mesh(first_h=0.008, growth=0.04, longest_h=0.12)


@dataclass(slots=True)
class Given:
    """What happens at one moment."""

    food_share: float = 0.0  # of the day's food magnesium
    oral: dict[str, float] = field(default_factory=lambda: defaultdict(float))  # form -> mmol
    bolus_mmol: float = 0.0
    infusion_change: float = 0.0  # mmol/h
    fed: bool | None = None  # None: as before


@dataclass(frozen=True, slots=True)
class Timetable:
    """Segments; arrays have one entry a segment, `bounds` one more. `bounds` may have a column for each person."""

    bounds_h: NDArray[np.float64]  # (segments + 1,) or (segments + 1, people)
    fractions: NDArray[np.float64]  # steps as shares of their segment
    first_step: NDArray[np.int64]  # (segments + 1,)
    food_share: NDArray[np.float64]
    forms: tuple[str, ...]
    oral_mmol: NDArray[np.float64]  # (segments, forms)
    bolus_mmol: NDArray[np.float64]
    infusion: NDArray[np.float64]  # mmol/h
    fed: NDArray[np.bool_]
    output: NDArray[np.bool_]  # (segments + 1,): is this bound an output time?

    @property
    def steps(self) -> int:
        return len(self.fractions)


def timetable(course: Course, *, mesh: Mesh | None = None, outputs: bool = True) -> Timetable:
    """The course from midnight before day 1 to midnight after its last day.

    An infusion drives plasma through the kidney's threshold within minutes: it gets a finer mesh than meals need.
    """
    mesh = mesh or (BETWEEN if any(dose.route == "iv" for dose in course.doses) else USUAL)
    end = course.days * DAY_H
    given = _given(course, end)
    times = _output_times(course) if outputs else np.array([0.0, end])
    bounds = np.union1d(times, [hour for hour in given if hour < end])
    forms = tuple(sorted({dose.form for dose in course.doses if dose.route == "oral"}))
    return _filled(bounds, set(times.tolist()), given, forms, mesh)


def _output_times(course: Course) -> NDArray[np.float64]:
    end = course.days * DAY_H
    count = math.floor(end / course.every_h + 1e-9)
    times = np.round(np.arange(count + 1) * course.every_h, 6)
    return times if math.isclose(times[-1], end) else np.append(times, end)


def _given(course: Course, end: float) -> dict[float, Given]:
    given: dict[float, Given] = defaultdict(Given)
    meals = course.meal_hours
    flags: dict[float, bool] = {}  # what the doses say of a moment outranks the clock
    fasting = course.fasting
    for day in range(course.days):
        for hour in meals:
            put_off = any(one.hour == hour and one.on(day + 1) for one in fasting)
            here = given[_at(day, _later(hour) if put_off else hour)]
            here.food_share += 1 / len(meals)
            here.fed = True
    for dose in course.doses:
        for day in range(dose.first_day - 1, min(dose.last_day or course.days, course.days)):
            for hour in dose.hours:
                at = _at(day, hour)
                here = given[at]
                if dose.route == "iv":
                    _into_vein(given, at, mmol(dose.mg), dose.duration_h)
                else:
                    here.oral[dose.form] += mmol(dose.mg)
                    flags[at] = flags.get(at, False) or dose.with_meal
    for at, fed in flags.items():
        given[at].fed = fed
    return given


def _later(hour: float) -> float:
    """When a meal is eaten that was put off, on the same day."""
    return min(hour + number("meal_put_off"), DAY_H - 0.25)


def _into_vein(given: dict[float, Given], at: float, amount: float, duration_h: float) -> None:
    if duration_h == 0:
        given[at].bolus_mmol += amount
        return
    given[at].infusion_change += amount / duration_h
    given[round(at + duration_h, 6)].infusion_change -= amount / duration_h


def _at(day: int, hour: float) -> float:
    return round(day * DAY_H + hour, 6)


def _filled(
    bounds: NDArray[np.float64],
    times: set[float],
    given: dict[float, Given],
    forms: tuple[str, ...],
    mesh: Mesh,
) -> Timetable:
    segments = len(bounds) - 1
    oral = np.zeros((segments, max(1, len(forms))))
    food, bolus, infusion = np.zeros(segments), np.zeros(segments), np.zeros(segments)
    fed = np.zeros(segments, dtype=np.bool_)
    fractions: list[float] = []
    first = [0]
    now_fed, rate, last_event = True, 0.0, -DAY_H
    for s, (start, stop) in enumerate(zip(bounds[:-1].tolist(), bounds[1:].tolist(), strict=True)):
        here = given.get(start)
        if here is not None:
            last_event = start
            now_fed = now_fed if here.fed is None else here.fed
            rate += here.infusion_change
            food[s], bolus[s] = here.food_share, here.bolus_mmol
            for k, name in enumerate(forms):
                oral[s, k] = here.oral.get(name, 0.0)
        fed[s], infusion[s] = now_fed, rate
        fractions += mesh.fractions(start - last_event, stop - start)
        first.append(len(fractions))
    return Timetable(
        bounds_h=bounds,
        fractions=np.array(fractions),
        first_step=np.array(first),
        food_share=food,
        forms=forms,
        oral_mmol=oral,
        bolus_mmol=bolus,
        infusion=infusion,
        fed=fed,
        output=np.array([bound in times for bound in bounds.tolist()]),
    )
