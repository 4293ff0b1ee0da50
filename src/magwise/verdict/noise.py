"""Straight-line models of a series whose days resemble each other: AR(1), with days missing.

Two days that lie g days apart correlate by rho to the power g, so that a missing day is simply a longer gap.
`fits` solves the model by generalised least squares for many rho at once, with the restricted likelihood of
each; `most_likely` is the rho that R's nlme would report.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["Fits", "Values", "fits", "most_likely"]

Values = NDArray[np.float64]

_SEARCHED = np.linspace(-0.96, 0.99, 40)
_NARROWER = (0.05, 0.0025, 0.000125)  # half-widths of the finer searches around the best so far


@dataclass(frozen=True, slots=True)
class Fits:
    """For each rho: the coefficients, their standard errors, and the restricted log likelihood.

    `unscaled` is the variance of the coefficients for noise of variance 1.
    """

    rho: Values
    beta: Values
    se: Values
    unscaled: Values
    log_likelihood: Values
    df: int


def fits(days: Values, x: Values, y: Values, rho: Values) -> Fits:
    """The model solved for each rho, after making the days independent."""
    n, p = x.shape
    linked, scale = _links(np.diff(days), rho)
    table = np.column_stack([x, y])
    free = np.empty((len(rho), n, p + 1))
    free[:, 0] = table[0]
    free[:, 1:] = (table[None, 1:] - linked[:, :, None] * table[None, :-1]) / scale[:, :, None]
    crossed = np.matmul(free.transpose(0, 2, 1), free)
    xx, xy, yy = crossed[:, :p, :p], crossed[:, :p, p], crossed[:, p, p]
    inverse = np.linalg.inv(xx)
    beta = np.matmul(inverse, xy[:, :, None])[:, :, 0]
    left = np.maximum(yy - (beta * xy).sum(axis=1), np.finfo(float).tiny)
    unscaled = np.einsum("rii->ri", inverse)
    spread = np.sqrt(unscaled * left[:, None] / (n - p))
    likelihood = -np.log(scale).sum(axis=1) - (np.linalg.slogdet(xx)[1] + (n - p) * np.log(left)) / 2
    return Fits(rho, beta, spread, unscaled, likelihood, n - p)


def most_likely(days: Values, x: Values, y: Values) -> float:
    """The rho of the highest restricted likelihood."""
    rho = _SEARCHED
    best = 0.0
    for narrower in (*_NARROWER, None):
        best = float(rho[np.argmax(fits(days, x, y, rho).log_likelihood)])
        if narrower is not None:
            rho = np.clip(np.linspace(best - narrower, best + narrower, 41), -0.99, 0.999)
    return best


def _links(gaps: Values, rho: Values) -> tuple[Values, Values]:
    """How much each day hangs on the one before, and the spread that is its own."""
    power = np.abs(rho)[:, None] ** gaps[None, :]
    odd = gaps[None, :] % 2 == 1
    linked = np.where(odd, np.sign(rho)[:, None] * power, power)
    return linked, np.sqrt(1 - linked * linked)
