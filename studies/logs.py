"""Made-up logs with a known truth: what a verdict should have said.

Noise is AR(1) of spread 1 (or heavier-tailed, or whole-number ratings), days go missing at random, a straight
trend runs through, and the effect of magnesium may linger after the last dose. Every number is an argument,
chance included, so that a cell of a study can be run again.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from magwise.verdict import Log

__all__ = ["World", "design", "make_log"]

Values = NDArray[np.float64]


@dataclass(frozen=True)
class World:
    """How the logs of one cell come about.

    design   "AB": half without, half with; "7": alternating blocks of 7 days; "r7": each pair in random order
    trend    change over 30 days, in standard deviations
    bend     how far the middle of the log lies off a straight line (what the model does not know)
    weekend  how far two days of each week lie off the others (nor that)
    lingers  share of the effect that is left a day later; in `onset`, the effect also builds up as slowly
    """

    days: int
    design: str
    rho: float
    effect: float = 0.0
    missing: float = 0.1
    trend: float = 0.0
    bend: float = 0.0
    weekend: float = 0.0
    lingers: float = 0.0
    onset: bool = False
    tails: str = "normal"  # normal, heavy (t with 3 df), ratings (whole numbers, 0 to 10)


def design(days: int, kind: str, chance: np.random.Generator) -> Values:
    """1 on days with magnesium."""
    if kind == "AB":
        return (np.arange(days) >= days // 2).astype(float)
    if kind.startswith("r"):
        block = int(kind[1:])
        order = [one for _ in range(days // (2 * block) + 1) for one in chance.permutation([0.0, 1.0])]
        return np.repeat(order, block)[:days]
    return ((np.arange(days) // int(kind)) % 2).astype(float)


def make_log(world: World, chance: np.random.Generator) -> Log:
    treated = design(world.days, world.design, chance)
    y = _noise(world, chance)
    day = np.arange(world.days)
    y += world.effect * _at_work(treated, world) + world.trend * day / 30
    y += world.bend * np.sin(np.pi * day / world.days) + world.weekend * (day % 7 >= 5)
    if world.tails == "ratings":
        y = np.clip(np.round(5 + 1.5 * y), 0, 10) / 1.5
    there = chance.random(world.days) >= world.missing
    return Log.of(
        ["B" if one else "A" for one in treated],
        [float(value) if kept else None for value, kept in zip(y, there, strict=True)],
    )


def _noise(world: World, chance: np.random.Generator) -> Values:
    fresh = chance.standard_normal(world.days)
    if world.tails == "heavy":
        fresh = chance.standard_t(3, world.days) / np.sqrt(3)
    noise = np.empty(world.days)
    noise[0] = fresh[0]
    own = np.sqrt(1 - world.rho**2)
    for day in range(1, world.days):
        noise[day] = world.rho * noise[day - 1] + own * fresh[day]
    return noise


def _at_work(treated: Values, world: World) -> Values:
    now, at_work = 0.0, np.empty(len(treated))
    for day, taken in enumerate(treated):
        if taken and not world.onset:
            now = 1.0
        else:
            now = world.lingers * now + (1 - world.lingers) * taken if world.onset else world.lingers * now
        at_work[day] = now
    return at_work
