"""The effect with its interval, averaged over everything the log leaves open.

Two things cannot be known from a few weeks and both decide how sure one may be: how much one day resembles
the next, and how quickly the effect comes and goes. Picking the likeliest value of either and then pretending
to know it is what makes intervals too narrow. So each pair of values gives an estimate with Student's t around
it, each weighs by its likelihood times a prior, and the effect is read off the mixture. The prior leans to
strong resemblance (1 / (1 - rho)), which is the cautious side. studies/verdict.py shows how often this errs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np

from magwise.verdict.noise import Values, fits

__all__ = ["Averaged", "Settling", "average"]

_RHO = np.concatenate([np.arange(-0.3, 0.85, 0.1), [0.85, 0.9, 0.94, 0.97, 0.99]])
_LOG_PRIOR = np.log(np.gradient(_RHO) / (1 - _RHO))
_NEGLIGIBLE = 1e-8
_FAR = 1e4  # standard errors from the centre that surely hold any quantile asked for
_HALVINGS = 70


@dataclass(frozen=True, slots=True)
class Settling:
    """How quickly the effect comes and goes: the share of yesterday's that is left, and its prior weight."""

    left_after_a_day: float
    weight: float

    @property
    def days(self) -> float:
        """The mean time an effect takes to come, in days."""
        return self.left_after_a_day / (1 - self.left_after_a_day)


@dataclass(frozen=True, slots=True)
class Averaged:
    """The median of the mixture, its interval, and the share of weight on an effect that lags behind."""

    effect: float
    interval: tuple[float, float]
    lagging: float


def average(
    days: Values, exposures: Sequence[tuple[Settling, Values]], others: Values, y: Values, level: float
) -> Averaged:
    """The mixture for the coefficient of exposure beside the other columns.

    Each exposure column is what is still at work that day, for one speed of settling; the first is at once.
    """
    fitted = [fits(days, np.column_stack([column, others]), y, _RHO) for _, column in exposures]
    at_once = np.log(fitted[0].unscaled[:, 0])
    # A flat prior on the effect would favour the speed about which the log knows least; dividing by the
    # column's own precision, relative to the first, takes that away.
    weights = np.concatenate(
        [
            one.log_likelihood
            + _LOG_PRIOR
            + np.log(settling.weight)
            + (at_once - np.log(one.unscaled[:, 0])) / 2
            for (settling, _), one in zip(exposures, fitted, strict=True)
        ]
    )
    weight = np.exp(weights - weights.max())
    weight /= weight.sum()
    lags = np.repeat([settling.left_after_a_day > 0 for settling, _ in exposures], len(_RHO))
    mixture = _Mixture(
        np.concatenate([one.beta[:, 0] for one in fitted]),
        np.concatenate([one.se[:, 0] for one in fitted]),
        weight,
        fitted[0].df,
    )
    low, middle, high = mixture.quantiles(np.array([(1 - level) / 2, 0.5, (1 + level) / 2]))
    return Averaged(float(middle), (float(low), float(high)), float(weight @ lags))


@dataclass(frozen=True, slots=True)
class _Mixture:
    """Student's t distributions of one number of degrees of freedom, each with a weight."""

    centre: Values
    spread: Values
    weight: Values
    df: int

    def quantiles(self, shares: Values) -> Values:
        """Where each share of the mixture lies below, by halving."""
        kept = self.weight > _NEGLIGIBLE
        centre, spread, weight = (
            self.centre[kept],
            self.spread[kept],
            self.weight[kept] / self.weight[kept].sum(),
        )
        low = np.full(len(shares), (centre - _FAR * spread).min())
        high = np.full(len(shares), (centre + _FAR * spread).max())
        for _ in range(_HALVINGS):
            middle = (low + high) / 2
            below = _t_share((middle[:, None] - centre) / spread, self.df) @ weight < shares
            low, high = np.where(below, middle, low), np.where(below, high, middle)
        return np.asarray((low + high) / 2)


def _t_share(t: Values, df: int) -> Values:
    """Student's t distribution function, read off a table: its angle atan(t / sqrt(df)) has density cos^(df-1)."""
    angles, shares = _t_table(df)
    return np.asarray(np.interp(np.arctan(t / np.sqrt(df)), angles, shares))


@cache
def _t_table(df: int) -> tuple[Values, Values]:
    angles = np.linspace(-np.pi / 2, np.pi / 2, 8193)
    density = np.maximum(np.cos(angles), 0.0) ** (df - 1)
    shares = np.concatenate([[0.0], np.cumsum(density[1:] + density[:-1])])
    return angles, shares / shares[-1]
