"""Many people, in chunks that are counted and forgotten: quantiles of a million without keeping a million.

Every chunk has its own random stream, named by the seed and the chunk's number, and is counted into histograms of whole
numbers. So the answer is the same however the chunks are shared out, on one core or on many machines, and memory does
not grow with the number of people. Quantiles are read from the histograms, to one bin (`_SCALES`).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from magwise.simulate.bodies import bound, number
from magwise.simulate.course import DAY_H, Course
from magwise.simulate.engine import engine_on
from magwise.simulate.outcome import Band
from magwise.simulate.people import sample
from magwise.simulate.timetable import timetable

__all__ = ["CHUNK", "Counts", "Mapper", "Population", "count_chunk", "overlapping", "simulate_population"]

CHUNK = 5_000
AT_ONCE = 3
Array = NDArray[np.float64]
_SCALES = {
    "serum_mmol_l": (0.0005, 5_000),
    "urine_mmol_d": (0.01, 4_000),
    "stool_extra_g_d": (0.25, 3_000),
}  # bin, bins


class Mapper(Protocol):
    """Applies a function to many chunks; `map`, a pool's map, or a cluster's."""

    def __call__(self, function: Callable[[int], Counts], chunks: Iterable[int], /) -> Iterable[Counts]: ...


@dataclass(frozen=True, slots=True)
class Counts:
    """People in every bin of every day: arrays of (days + 1, bins)."""

    people: int
    bins: dict[str, NDArray[np.int64]]

    def __add__(self, other: Counts) -> Counts:
        return Counts(
            self.people + other.people, {name: self.bins[name] + other.bins[name] for name in self.bins}
        )

    def band(self, name: str) -> Band:
        """5, 50 and 95 % of every day, to one bin."""
        width, _ = _SCALES[name]
        below = np.cumsum(self.bins[name], axis=1)
        at = [width * (np.argmax(below >= q * self.people, axis=1) + 0.5) for q in (0.05, 0.5, 0.95)]
        return Band(*at)


@dataclass(frozen=True, slots=True)
class Population:
    """A whole population's course, day by day."""

    course: Course
    people: int
    counts: Counts

    def as_json(self) -> dict[str, Any]:
        """Daily quantiles under the names that one run uses."""
        days = np.arange(self.course.days + 1) * DAY_H
        bands = {name: self.band(name).as_json() for name in _SCALES}
        return {"time_h": days.tolist(), **bands, "people": self.people, "seed": self.course.seed}

    def band(self, name: str) -> Band:
        return self.counts.band(name)


def overlapping(function: Callable[[int], Counts], chunks: Iterable[int]) -> Iterator[Counts]:
    """`map` with a few chunks at once, so that one is sampled while another is simulated; never more in memory."""
    waiting: deque[Future[Counts]] = deque()
    with ThreadPoolExecutor(AT_ONCE) as pool:
        for chunk in chunks:
            waiting.append(pool.submit(function, chunk))
            if len(waiting) > AT_ONCE:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


def simulate_population(
    course: Course,
    people: int,
    *,
    mapper: Mapper = overlapping,
    told: Callable[[int], None] | None = None,
    single_precision: bool = False,
    device: str = "cpu",
) -> Population:
    """The course in so many people (rounded up to whole chunks). `told` hears how many are done."""
    bound("population").check(people, "The population")
    course = replace(course, every_h=DAY_H, people=CHUNK).checked()
    chunks = -(-people // CHUNK)
    total: Counts | None = None
    engine_on(device, single_precision=single_precision)  # what is missing is said before any worker starts
    work = partial(count_chunk, course, single_precision=single_precision, device=device)
    for counted in mapper(work, range(chunks)):
        total = counted if total is None else total + counted
        if told is not None:
            told(total.people)
    if total is None:
        raise ValueError("a population needs at least one person")
    return Population(course, total.people, total)


def count_chunk(course: Course, chunk: int, *, single_precision: bool = False, device: str = "cpu") -> Counts:
    """One chunk, simulated and counted; nothing else of it is kept."""
    people = sample(
        course, engine_on("cpu", one_thread=True), chunk=chunk, people=CHUNK
    )  # alike on every device
    engine = engine_on(
        device, single_precision=single_precision, one_thread=True
    )  # chunks share the cores already
    records = engine(people.crowd, timetable(course))
    base = people.baseline
    urine = np.vstack([base.urine_mmol_d, np.diff(records.urine, axis=0)])
    faeces = np.vstack([base.faeces_mmol_d, np.diff(records.faeces, axis=0)])
    return Counts(
        CHUNK,
        dict(
            _counted(
                {
                    "serum_mmol_l": records.plasma * people.crowd.traits.per_plasma_volume,
                    "urine_mmol_d": urine,
                    "stool_extra_g_d": number("stool_per_mmol") * (faeces - base.faeces_mmol_d),
                }
            )
        ),
    )


def _counted(values: dict[str, Array]) -> Iterator[tuple[str, NDArray[np.int64]]]:
    for name, rows in values.items():
        width, bins = _SCALES[name]
        at = np.clip(rows / width, 0, bins - 1).astype(np.int64)
        at += np.arange(len(rows))[:, None] * bins
        yield name, np.bincount(at.ravel(), minlength=len(rows) * bins).reshape(len(rows), bins)
