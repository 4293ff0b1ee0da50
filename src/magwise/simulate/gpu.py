"""The engine on an NVIDIA GPU: numba-cuda runs the same equations, one thread a person.

The functions are compiled from the text of `equations`, so there is no second model. Traits and the timetable are read
only; every thread keeps its person's amounts in registers, walks through the segments and writes what is kept at output
times. It needs the extra `gpu` and a device; without one `gpu_engine` raises and says what is missing. It has been run
in numba's simulator only (docs/explanation/performance.md).
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from magwise.errors import MissingExtra
from magwise.simulate.engine import Crowd, Records
from magwise.simulate.equations import Rates
from magwise.simulate.timetable import Timetable

__all__ = ["gpu_engine", "no_gpu", "why_no_gpu"]

Array = NDArray[np.float64]
THREADS = 128  # a block; 11 amounts and 28 traits in double precision leave room for few more
AT_ONCE = 200_000  # people on the device at a time: what is kept of them for a year takes 2.3 GB
KEPT = ("plasma", "urine", "faeces", "uptake")


def why_no_gpu() -> str | None:
    """What is missing, or None when a device can be used."""
    try:
        from numba import cuda
    except ImportError:
        return "numba-cuda is not installed"
    device: Any = cuda  # has no types of its own
    try:
        return None if device.is_available() else "no NVIDIA GPU, or no driver for it, was found"
    except Exception as broken:  # a driver that does not answer raises what it likes
        return f"the GPU's driver does not answer: {type(broken).__name__}"


def no_gpu() -> None:
    """Nothing, where there is a GPU. Raises MissingExtra with what is missing where there is none."""
    missing = why_no_gpu()
    if missing is not None:
        raise MissingExtra(
            f"There is no GPU to simulate on: {missing}.",
            remedy="pip install 'magwise[gpu]' on a machine with an NVIDIA GPU and its driver, or leave --device out.",
        )


def gpu_engine(crowd: Crowd, table: Timetable) -> Records:
    """All people, in batches that fit the device. Raises MissingExtra where there is none."""
    no_gpu()
    parts = [_batch(crowd, table, first, first + AT_ONCE) for first in range(0, len(crowd), AT_ONCE)]
    times = table.bounds_h if table.bounds_h.ndim == 1 else table.bounds_h[:, 0]
    kept = np.concatenate([part[0] for part in parts], axis=2)
    end = np.concatenate([part[1] for part in parts], axis=1)
    plasma, urine, faeces, uptake = kept
    return Records(times[table.output], plasma, urine, faeces, uptake, Rates(*end))


def _batch(crowd: Crowd, table: Timetable, first: int, last: int) -> tuple[Array, Array]:
    """(kept amounts at output times, amounts at the end) of the people from `first` to before `last`."""
    from numba import cuda

    from magwise.simulate.gpu_kernel import walk

    device: Any = cuda  # has no types of its own
    some = slice(first, last)
    amounts = np.array([column[some] for column in crowd.start])
    traits = np.array([column[some] for column in crowd.traits])
    people = amounts.shape[1]
    shares = np.array([crowd.dissolved[form][some] for form in table.forms] or [np.ones(people)])
    bounds = table.bounds_h[:, None] if table.bounds_h.ndim == 1 else table.bounds_h[:, some]
    kept = np.zeros((len(KEPT), int(table.output.sum()), people))
    there = [
        device.to_device(np.ascontiguousarray(one))
        for one in (
            amounts, traits, crowd.diet_mmol_d[some], shares, bounds, table.fractions, table.first_step,
            table.food_share, table.oral_mmol, table.bolus_mmol, table.infusion, table.fed, table.output, kept,
        )
    ]  # fmt: skip
    blocks = -(-people // THREADS)
    walk[blocks, THREADS](*there)
    return there[-1].copy_to_host(), there[0].copy_to_host()
