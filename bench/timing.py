"""A job's median time, and the table of ours beside a peer's."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Sequence
from time import perf_counter
from typing import Any

__all__ = ["Row", "median_ms", "show"]

Row = tuple[
    str, float, str, float | None
]  # job, our median in ms, peer, its median or None where it is not here


def median_ms(job: Callable[[], Any], times: int = 101) -> float:
    """The median of so many runs in milliseconds, after one that does not count."""
    job()
    taken = []
    for _ in range(times):
        start = perf_counter()
        job()
        taken.append(perf_counter() - start)
    return 1e3 * statistics.median(taken)


def show(rows: Sequence[Row]) -> None:
    print(f"{'job':<58}{'ours':>10}  {'peer':<34}{'peer takes':>12}{'ratio':>8}")
    for job, ours, peer, theirs in rows:
        beside = f"{theirs:>9.2f} ms{theirs / ours:>7.1f}x" if theirs is not None else f"{'not here':>12}"
        print(f"{job:<58}{ours:>7.2f} ms  {peer:<34}{beside}")
