"""How much true effects differ between trials: tau-squared, by the nine estimators in use.

Each takes the effects, their variances and the design (one column of ones, or moderators beside it), and
returns a value that is never below 0. The formulas are Viechtbauer's (J Educ Behav Stat 2005;30:261) in
the form for any design, written with sums only, so that time and memory grow with the number of trials.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from magwise.evidence.pool.chance import chi2_quantile

__all__ = ["ESTIMATORS", "Fit", "interval", "typical_variance", "weigh"]

Values = NDArray[np.float64]
_CLOSE = 1e-12
_MOST_STEPS = 200


@dataclass(frozen=True, slots=True)
class Fit:
    """A weighted fit: coefficients, what is left over, and the inverse of X'WX."""

    w: Values
    x: Values
    beta: Values
    left: Values
    inverse: Values

    @property
    def q(self) -> float:
        """Weighted sum of squares of what is left: Cochran's Q when the weights are 1/variance."""
        return float(self.w @ (self.left * self.left))

    @property
    def trace(self) -> float:
        """tr P, with P = W - WX(X'WX)^-1 X'W."""
        if self.x.shape[1] == 1:  # the common case, without the machinery of matrices
            return float(self.w.sum() - self.inverse[0, 0] * self._of_one(self.w))
        return float(self.w.sum() - np.sum(self.inverse * self._cross(self.w * self.w)))

    @property
    def trace_of_square(self) -> float:
        """tr PP."""
        w2 = self.w * self.w
        if self.x.shape[1] == 1:
            one = self.inverse[0, 0]
            squares_of_one = one * self._of_one(self.w)
            return float(w2.sum() - 2 * one * self._of_one(w2) + squares_of_one**2)
        squares = self.inverse @ self._cross(w2)
        cubes = self.inverse * self._cross(w2 * self.w)
        return float(w2.sum() - 2 * cubes.sum() + np.sum(squares * squares.T))

    @property
    def square(self) -> float:
        """y'PPy."""
        weighted = self.w * self.left
        return float(weighted @ weighted)

    def _of_one(self, weights: Values) -> float:
        """x'W(weights)x for a single column."""
        column = self.x[:, 0]
        return float((weights * column) @ (self.w * column))

    def _cross(self, weights: Values) -> Values:
        return (self.x.T * weights) @ self.x


def weigh(y: Values, x: Values, w: Values) -> Fit:
    """Weighted least squares."""
    crossed = x.T * w
    if x.shape[1] == 1:  # the common case, without the machinery of matrices
        inverse = np.array([[1.0 / crossed.sum()]])
        beta = np.array([crossed[0] @ y * inverse[0, 0]])
    else:
        inverse = np.linalg.inv(crossed @ x)
        beta = inverse @ (crossed @ y)
    return Fit(w, x, beta, y - x @ beta, inverse)


def typical_variance(v: Values, x: Values) -> float:
    """The variance a typical trial has within itself (Higgins and Thompson 2002)."""
    return float((len(v) - x.shape[1]) / weigh(v, x, 1 / v).trace)


def none(y: Values, v: Values, x: Values) -> float:
    """Equal effects: trials differ by chance only."""
    return 0.0


def dersimonian_laird(y: Values, v: Values, x: Values) -> float:
    fit = weigh(y, x, 1 / v)
    return max(0.0, (fit.q - _freedom(y, x)) / fit.trace)


def hunter_schmidt(y: Values, v: Values, x: Values) -> float:
    fit = weigh(y, x, 1 / v)
    return max(0.0, (fit.q - len(y)) / float(fit.w.sum()))


def hedges(y: Values, v: Values, x: Values) -> float:
    fit = weigh(y, x, np.ones_like(y))
    within = float(v.sum() - np.sum(fit.inverse * ((x.T * v) @ x)))
    return max(0.0, (fit.q - within) / _freedom(y, x))


def sidik_jonkman(y: Values, v: Values, x: Values) -> float:
    start = float(y.var())
    if start <= 0:
        return 0.0
    fit = weigh(y, x, 1 / (v + start))
    return max(0.0, start * fit.q / _freedom(y, x))


def paule_mandel(y: Values, v: Values, x: Values) -> float:
    """Where the generalised Q equals its degrees of freedom. Empirical Bayes has the same solution."""
    return _where_q_is(_freedom(y, x), y, v, x)


def restricted_likelihood(y: Values, v: Values, x: Values) -> float:
    def slope(tau2: float) -> tuple[float, float]:
        fit = weigh(y, x, 1 / (v + tau2))
        return fit.square - fit.trace, fit.trace_of_square

    return _climb(slope, hedges(y, v, x))


def maximum_likelihood(y: Values, v: Values, x: Values) -> float:
    def slope(tau2: float) -> tuple[float, float]:
        fit = weigh(y, x, 1 / (v + tau2))
        return fit.square - float(fit.w.sum()), float(fit.w @ fit.w)

    return _climb(slope, hedges(y, v, x))


ESTIMATORS: dict[str, Callable[[Values, Values, Values], float]] = {
    "EE": none,
    "DL": dersimonian_laird,
    "REML": restricted_likelihood,
    "PM": paule_mandel,
    "ML": maximum_likelihood,
    "HS": hunter_schmidt,
    "HE": hedges,
    "SJ": sidik_jonkman,
    "EB": paule_mandel,
}


def interval(y: Values, v: Values, x: Values, level: float = 0.95) -> tuple[float, float]:
    """The Q-profile interval for tau-squared (Viechtbauer 2007)."""
    df = _freedom(y, x)
    half = (1 - level) / 2
    return _where_q_is(chi2_quantile(1 - half, df), y, v, x), _where_q_is(chi2_quantile(half, df), y, v, x)


def _freedom(y: Values, x: Values) -> int:
    trials, coefficients = x.shape
    return int(trials - coefficients)


def _climb(slope: Callable[[float], tuple[float, float]], start: float) -> float:
    """Fisher scoring up a likelihood, kept at or above 0; halved when a step overshoots the top."""
    tau2, last, share = max(start, 0.0), 0.0, 1.0
    for _ in range(_MOST_STEPS):
        rise, curvature = slope(tau2)
        if rise * last < 0:
            share = max(share / 2, 1 / 64)
        last = rise
        moved = max(0.0, tau2 + share * rise / curvature)
        if abs(moved - tau2) <= _CLOSE * (1e-6 + tau2):
            return moved
        tau2 = moved
    return tau2


def _where_q_is(target: float, y: Values, v: Values, x: Values) -> float:
    """The tau-squared at which the generalised Q, which falls and is convex, has this value; 0 if never.

    Newton from the left never overshoots a convex falling function, so it needs no bracket.
    """
    tau2 = 0.0
    for _ in range(_MOST_STEPS):
        fit = weigh(y, x, 1 / (v + tau2))
        above = fit.q - target
        if above <= 0:
            return tau2
        step = above / fit.square
        tau2 += step
        if step <= _CLOSE * tau2:
            return tau2
    return tau2
