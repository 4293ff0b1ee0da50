"""Probabilities and quantiles of the distributions that tests use: normal, t, F, chi-square, Kendall.

Written out here because they are the whole of what we would want from SciPy, which alone takes longer
to import than everything else together. Agreement with printed tables is in tests/published.
"""

from __future__ import annotations

import math
from functools import cache
from statistics import NormalDist

__all__ = [
    "chi2_quantile",
    "chi2_upper",
    "f_upper",
    "kendall_p",
    "normal_p",
    "normal_quantile",
    "t_p",
    "t_quantile",
]

_TINY = 1e-300
_ENOUGH = 1e-15
_MOST_STEPS = 10_000


def normal_p(z: float) -> float:
    """Two-sided probability of a standard normal value at least as far out as z."""
    return math.erfc(abs(z) / math.sqrt(2))


def normal_quantile(p: float) -> float:
    return NormalDist().inv_cdf(p)


def t_p(t: float, df: float) -> float:
    """Two-sided probability of Student's t at least as far out as t."""
    return _beta_share(df / 2, 0.5, df / (df + t * t))


@cache
def t_quantile(p: float, df: float) -> float:
    """Student's t below which the share p lies (p above one half)."""
    return _where_falls(lambda t: t_p(t, df), 2 * (1 - p))


def f_upper(f: float, df1: float, df2: float) -> float:
    """Probability of a larger F."""
    return _beta_share(df2 / 2, df1 / 2, df2 / (df2 + df1 * f)) if f > 0 else 1.0


def chi2_upper(x: float, df: float) -> float:
    """Probability of a larger chi-square."""
    if x <= 0:
        return 1.0
    half, shape = x / 2, df / 2
    front = math.exp(shape * math.log(half) - half - math.lgamma(shape))
    if half < shape + 1:
        return 1.0 - front * _gamma_series(shape, half)
    return front * _gamma_fraction(shape, half)


@cache
def chi2_quantile(p: float, df: float) -> float:
    """Chi-square below which the share p lies."""
    return _where_falls(lambda x: chi2_upper(x, df), 1 - p)


def kendall_p(tau: float, n: int) -> float:
    """Two-sided exact probability of Kendall's tau at least this far from 0 among n pairs without ties."""
    pairs = n * (n - 1) // 2
    concordant = round((tau + 1) / 2 * pairs)
    ways = _orders_by_inversions(n)
    total = math.factorial(n)
    below = sum(ways[: concordant + 1]) / total
    above = sum(ways[concordant:]) / total
    return min(1.0, 2 * min(below, above))


@cache
def _orders_by_inversions(n: int) -> tuple[int, ...]:
    """How many orders of n things have 0, 1, 2 ... pairs the wrong way round."""
    ways = [1]
    for size in range(2, n + 1):
        longer = [0] * (len(ways) + size - 1)
        for inversions, count in enumerate(ways):
            for more in range(size):
                longer[inversions + more] += count
        ways = longer
    return tuple(ways)


def _where_falls(falling, target: float) -> float:  # type: ignore[no-untyped-def]
    """Where a falling function on [0, ∞) reaches the target, by doubling and halving."""
    high = 1.0
    while falling(high) > target and high < 1e12:
        high *= 2
    low = 0.0 if high == 1.0 else high / 2
    for _ in range(200):
        middle = (low + high) / 2
        if middle in (low, high):
            break
        low, high = (middle, high) if falling(middle) > target else (low, middle)
    return (low + high) / 2


def _beta_share(a: float, b: float, x: float) -> float:
    """The regularised incomplete beta function, by its continued fraction."""
    if x <= 0:
        return 0.0
    if x >= 1:
        return 1.0
    front = math.exp(
        math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b) + a * math.log(x) + b * math.log1p(-x)
    )
    if x < (a + 1) / (a + b + 2):
        return front * _beta_fraction(a, b, x) / a
    return 1.0 - front * _beta_fraction(b, a, 1 - x) / b


def _beta_fraction(a: float, b: float, x: float) -> float:
    """Lentz's evaluation of the fraction in Abramowitz and Stegun 26.5.8."""
    c, d = 1.0, 1 / _away_from_zero(1 - (a + b) * x / (a + 1))
    value = d
    for m in range(1, _MOST_STEPS):
        even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        change = 1.0
        for term in (even, odd):
            d = 1 / _away_from_zero(1 + term * d)
            c = _away_from_zero(1 + term / c)
            change = c * d
            value *= change
        if abs(change - 1) < _ENOUGH:
            break
    return value


def _gamma_series(shape: float, x: float) -> float:
    """The sum that, times the front factor, is the lower incomplete gamma share."""
    term = total = 1 / shape
    for step in range(1, _MOST_STEPS):
        term *= x / (shape + step)
        total += term
        if term < total * _ENOUGH:
            break
    return total


def _gamma_fraction(shape: float, x: float) -> float:
    """The fraction that, times the front factor, is the upper incomplete gamma share."""
    b = x + 1 - shape
    c, d = 1 / _TINY, 1 / b
    value = d
    for step in range(1, _MOST_STEPS):
        term = -step * (step - shape)
        b += 2
        d = 1 / _away_from_zero(term * d + b)
        c = _away_from_zero(b + term / c)
        value *= c * d
        if abs(c * d - 1) < _ENOUGH:
            break
    return value


def _away_from_zero(value: float) -> float:
    return value if abs(value) > _TINY else _TINY
