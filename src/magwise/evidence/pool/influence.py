"""What the pooled answer hangs on: each trial left out in turn, and trials added one by one."""

from __future__ import annotations

from collections.abc import Sequence

from magwise.evidence.pool.estimate import WALD, Pooled, pool_one_way
from magwise.evidence.pool.study import NotPoolable, Study, check

__all__ = ["cumulate", "leave_one_out"]

_MOST_REFITS = 500  # each refit costs as much as the whole


def leave_one_out(
    studies: Sequence[Study], method: str = "REML", test: str = WALD
) -> tuple[tuple[Study, Pooled], ...]:
    """For each trial, the answer without it."""
    _check_size(studies, fewest=3)
    return tuple(
        (left_out, pool_one_way([*studies[:at], *studies[at + 1 :]], method, test))
        for at, left_out in enumerate(studies)
    )


def cumulate(
    studies: Sequence[Study], method: str = "REML", test: str = WALD
) -> tuple[tuple[Study, Pooled], ...]:
    """The answer as it stood after each trial from the second on, in the order given."""
    _check_size(studies, fewest=2)
    return tuple(
        (studies[so_far - 1], pool_one_way(studies[:so_far], method, test))
        for so_far in range(2, len(studies) + 1)
    )


def _check_size(studies: Sequence[Study], fewest: int) -> None:
    check(studies)
    if not fewest <= len(studies) <= _MOST_REFITS:
        raise NotPoolable(f"This needs {fewest} to {_MOST_REFITS} trials; there are {len(studies)}.")
