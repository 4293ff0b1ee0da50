"""Engines: the same equations and the same mesh, run by NumPy (the reference) or by numba (fast).

In come people (`Crowd`) and a `Timetable`; out come their amounts at the output times. An engine knows nothing of
medicine: what is dissolved, eaten or infused was decided before.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from magwise.errors import WrongUse
from magwise.simulate.equations import Rates, Traits, advance
from magwise.simulate.timetable import Timetable

__all__ = ["Crowd", "Engine", "Records", "Trace", "best_engine", "engine_on", "numpy_engine", "trace"]

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Crowd:
    """People as arrays: traits, where they start, and what they eat; one entry a person."""

    traits: Traits
    start: Rates
    diet_mmol_d: Array
    dissolved: dict[str, Array]  # form -> share of a dose that is dissolved at once

    def __len__(self) -> int:
        return len(self.diet_mmol_d)


@dataclass(frozen=True, slots=True)
class Records:
    """Amounts (mmol) at the output times: arrays of (times, people)."""

    time_h: Array
    plasma: Array
    urine: Array  # since the start
    faeces: Array
    uptake: Array
    end: Rates


Engine = Callable[[Crowd, Timetable], Records]


def best_engine(*, single_precision: bool = False, one_thread: bool = False) -> Engine:
    """The fast engine where numba is installed, else the reference (which knows double precision and one thread only).

    `one_thread` is for callers that already run one chunk a core.
    """
    try:
        from magwise.simulate.fast import numba_engine_of
    except ImportError:  # numba has no wheel for this system: slower, same answers
        return numpy_engine
    return numba_engine_of(single_precision=single_precision, one_thread=one_thread)


def engine_on(device: str, *, single_precision: bool = False, one_thread: bool = False) -> Engine:
    """The engine of "cpu" or "gpu". Raises MissingExtra where there is no GPU, WrongUse for another word."""
    if device == "cpu":
        return best_engine(single_precision=single_precision, one_thread=one_thread)
    if device != "gpu":
        raise WrongUse(f"There is no device {device!r}.", remedy="Known: cpu, gpu.")
    if single_precision:
        raise WrongUse("A GPU runs in double precision here.", remedy="Leave --float32 out.")
    from magwise.simulate.gpu import gpu_engine, no_gpu

    no_gpu()
    return gpu_engine


def numpy_engine(crowd: Crowd, table: Timetable) -> Records:
    """Every step for all people at once. The reference that other engines are checked against."""
    return _run(crowd, table, None)


@dataclass(frozen=True, slots=True)
class Trace:
    """The intestine at every step, for following single doses: arrays of (steps + 1, people)."""

    time_h: Array
    intestine: Array
    emptying: Array
    passing: Array
    step_of_segment: NDArray[np.int64]


def trace(crowd: Crowd, table: Timetable) -> Trace:
    """What the small intestine holds after every step, and how fast the gut moves then."""
    kept: list[tuple[Array, Array, Array, Array]] = []
    _run(crowd, table, kept)
    times, intestine, emptying, passing = (np.array(column) for column in zip(*kept, strict=True))
    return Trace(times, intestine, emptying, passing, table.first_step)


def _run(crowd: Crowd, table: Timetable, kept: list[tuple[Array, Array, Array, Array]] | None) -> Records:
    y, traits = crowd.start, crowd.traits
    rows = [_row(y)] if table.output[0] else []
    for s in range(len(table.fed)):
        y = _given(y, crowd, table, s)
        width = table.bounds_h[s + 1] - table.bounds_h[s]
        at = table.bounds_h[s] + np.zeros(len(crowd))
        emptying = traits.emptying_fed if table.fed[s] else traits.emptying_fasting
        passing = traits.transit if table.fed[s] else traits.transit * traits.transit_fasting
        for fraction in table.fractions[table.first_step[s] : table.first_step[s + 1]]:
            if kept is not None:
                kept.append((at, y.intestine, emptying, passing))
            y = advance(y, fraction * width, emptying, passing, table.infusion[s], traits)
            at = at + fraction * width
        if table.output[s + 1]:
            rows.append(_row(y))
    if kept is not None:
        kept.append((at, y.intestine, emptying, passing))
    times = table.bounds_h if table.bounds_h.ndim == 1 else table.bounds_h[:, 0]
    plasma, urine, faeces, uptake = (np.array(column) for column in zip(*rows, strict=True))
    return Records(times[table.output], plasma, urine, faeces, uptake, y)


def _given(y: Rates, crowd: Crowd, table: Timetable, s: int) -> Rates:
    """The amounts just after what is eaten, swallowed or injected at the start of a segment."""
    dissolved = crowd.diet_mmol_d * table.food_share[s]
    solid: Array | float = 0.0
    for k, form in enumerate(table.forms):
        amount = table.oral_mmol[s, k]
        dissolved = dissolved + crowd.dissolved[form] * amount
        solid = solid + (1.0 - crowd.dissolved[form]) * amount
    return y._replace(
        stomach=y.stomach + dissolved, solid=y.solid + solid, plasma=y.plasma + table.bolus_mmol[s]
    )


def _row(y: Rates) -> tuple[Array, Array, Array, Array]:
    return y.plasma, y.urine, y.faeces, y.uptake
