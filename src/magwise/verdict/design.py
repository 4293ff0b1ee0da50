"""Before the first day: which days with and which without, and how many are needed.

`allocate` draws an order in randomised blocks from a seed and seals it: the seal shown beforehand proves
afterwards that the order was not changed. `allocate_start` draws the day of one long start instead, because
repletion takes months. `days_needed` takes the noise of the person's own days without magnesium.
"""

from __future__ import annotations

import hashlib
import math
import random
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import repeat
from statistics import NormalDist

import numpy as np

from magwise.errors import WrongUse
from magwise.verdict.log import Log, NotALog, Phase
from magwise.verdict.noise import Values, fits, most_likely

__all__ = [
    "Allocation",
    "Noise",
    "allocate",
    "allocate_start",
    "days_needed",
    "noise_of",
    "power",
    "power_of",
]

_LONGEST = 365
_FEWEST_BASELINE_DAYS = 10


@dataclass(frozen=True, slots=True)
class Allocation:
    """The phases day by day, and the seal that may be shown before they are."""

    phases: tuple[Phase, ...]
    block_days: int
    seed: int
    seal: str

    def holds(self) -> bool:
        """Whether the phases are those that were sealed."""
        return self.seal == _seal(self.seed, self.block_days, self.phases)


@dataclass(frozen=True, slots=True)
class Noise:
    """How much days differ, and how much neighbouring ones resemble each other."""

    spread: float
    rho: float


def allocate(*, seed: int, pairs: int, block_days: int) -> Allocation:
    """Pairs of blocks, one without and one with, in an order drawn for each pair."""
    if pairs < 1 or block_days < 1 or 2 * pairs * block_days > _LONGEST:
        raise WrongUse(
            f"{pairs} pairs of blocks of {block_days} days cannot be planned.",
            remedy=f"Stay within {_LONGEST} days in all.",
        )
    chance = random.Random(seed)  # noqa: S311 - a shuffle that must come out the same again, not a secret
    phases: list[Phase] = []
    for _ in range(pairs):
        order = [Phase.WITHOUT, Phase.WITH]
        chance.shuffle(order)
        for phase in order:
            phases += repeat(phase, block_days)
    return Allocation(tuple(phases), block_days, seed, _seal(seed, block_days, phases))


def allocate_start(*, seed: int, earliest: int, latest: int, with_days: int) -> Allocation:
    """One start: a wait without, of a length drawn between the two, then so many days with."""
    if not 1 <= earliest <= latest or with_days < 1 or latest + with_days > _LONGEST:
        raise WrongUse(
            f"A wait of {earliest} to {latest} days and {with_days} days after it cannot be planned.",
            remedy=f"Stay within {_LONGEST} days in all.",
        )
    wait = random.Random(seed).randint(earliest, latest)  # noqa: S311 - as above
    phases = [*repeat(Phase.WITHOUT, wait), *repeat(Phase.WITH, with_days)]
    return Allocation(tuple(phases), 0, seed, _seal(seed, 0, phases))


def noise_of(baseline: Log) -> Noise:
    """The noise of days of one phase, beside a straight trend."""
    measured = baseline.measured
    if len({day.phase for day in measured}) > 1:
        raise NotALog("A baseline holds one phase only.", remedy="Give the days without magnesium.")
    if len(measured) < _FEWEST_BASELINE_DAYS:
        raise NotALog(
            f"{len(measured)} days are too few to know the noise.",
            remedy=f"Log at least {_FEWEST_BASELINE_DAYS} days without magnesium first.",
        )
    days = np.array([day.number for day in measured], dtype=float)
    y = np.array([day.value for day in measured], dtype=float)
    if np.ptp(y) == 0:
        raise NotALog("Every value is the same.", remedy="Choose a finer measure.")
    x = np.column_stack([np.ones_like(days), days - days.mean()])
    rho = most_likely(days, x, y)
    fitted = fits(days, x, y, np.array([rho]))
    return Noise(float(fitted.se[0, 0] / math.sqrt(fitted.unscaled[0, 0])), rho)


def power(noise: Noise, *, effect: float, smallest: float, pairs: int, block_days: int) -> float:
    """How likely a true effect of this size is found to have worked, in alternating blocks.

    Nearly right only: it takes the noise as known. At an effect equal to the smallest it cannot exceed one half,
    since the estimate falls short of the truth half the time.
    """
    phases = [Phase.WITH if day // block_days % 2 else Phase.WITHOUT for day in range(2 * pairs * block_days)]
    return power_of(noise, phases, effect=effect, smallest=smallest)


def power_of(
    noise: Noise, phases: Sequence[Phase], *, effect: float, smallest: float, level: float = 0.95
) -> float:
    """The same for any order of days; `level` is stricter where several questions or looks share the error."""
    days = np.arange(len(phases), dtype=float)
    treated = np.array([phase is Phase.WITH for phase in phases], dtype=float)
    x: Values = np.column_stack([treated, np.ones_like(days), days - days.mean()])
    fitted = fits(days, x, np.sin(days), np.array([noise.rho]))
    error = noise.spread * math.sqrt(fitted.unscaled[0, 0])
    needed = max(NormalDist().inv_cdf((1 + level) / 2) * error, smallest)
    return 1 - NormalDist().cdf((needed - effect) / error)


def days_needed(
    noise: Noise, *, effect: float, smallest: float, wanted: float = 0.8, block_days: int = 7
) -> int | None:
    """The shortest alternating trial with this power, from three pairs on; None if a year does not do."""
    if not 0 < wanted < 1:
        raise WrongUse(f"A power lies between 0 and 1, not {wanted}.")
    for pairs in range(3, _LONGEST // (2 * block_days) + 1):
        if power(noise, effect=effect, smallest=smallest, pairs=pairs, block_days=block_days) >= wanted:
            return 2 * pairs * block_days
    return None


def _seal(seed: int, block_days: int, phases: list[Phase] | tuple[Phase, ...]) -> str:
    return hashlib.sha256(f"{seed}:{block_days}:{''.join(phases)}".encode()).hexdigest()
