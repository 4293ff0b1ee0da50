"""Are the small trials telling another story than the large ones? Egger, Begg, trim-and-fill, fail-safe N.

A funnel can lean for other reasons than unpublished trials, and with fewer than ten trials these tests say
next to nothing; both are for whoever words the answer.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from magwise.evidence.pool.chance import kendall_p, normal_p, normal_quantile, t_p, t_quantile
from magwise.evidence.pool.estimate import WALD, Pooled, arrays, pool_one_way
from magwise.evidence.pool.heterogeneity import ESTIMATORS, Values, weigh
from magwise.evidence.pool.study import NotPoolable, Study, check

__all__ = [
    "Bias",
    "Egger",
    "Filled",
    "Test",
    "begg",
    "egger",
    "egger_mixed",
    "examine_bias",
    "fail_safe",
    "trim_and_fill",
]

_MOST_FOR_EXACT = 50  # beyond this the normal approximation to Kendall's tau is as good
_MOST_FILLED = 2_000
_FILLED_BY = ("EE", "DL", "REML")


@dataclass(frozen=True, slots=True)
class Test:
    statistic: float
    p: float


@dataclass(frozen=True, slots=True)
class Egger:
    """`intercept` is the lean of the funnel; `limit` the effect a trial of no error would show."""

    intercept: float
    intercept_ci: tuple[float, float]
    statistic: float
    df: int
    p: float
    limit: float
    limit_ci: tuple[float, float]


@dataclass(frozen=True, slots=True)
class Filled:
    """How many trials are imputed, on which side, and the answer with them."""

    imputed: int
    side: str
    pooled: Pooled
    mirrored: tuple[Study, ...]


@dataclass(frozen=True, slots=True)
class Bias:
    egger: Egger | None
    egger_mixed: Test | None
    begg: Test
    trim_and_fill: dict[str, Filled]
    fail_safe_n: int


def examine_bias(studies: Sequence[Study]) -> Bias:
    """All tests at once. Those that need variances to differ are None when they do not."""
    check(studies)
    if len(studies) < 3:
        raise NotPoolable(f"{len(studies)} trials cannot show a leaning funnel; at least 3 are needed.")
    differ = len({study.vi for study in studies}) > 1
    fillable = len(studies) <= _MOST_FILLED
    return Bias(
        egger=egger(studies) if differ else None,
        egger_mixed=egger_mixed(studies) if differ and len(studies) > 3 else None,
        begg=begg(studies),
        trim_and_fill={method: trim_and_fill(studies, method) for method in _FILLED_BY} if fillable else {},
        fail_safe_n=fail_safe(studies),
    )


def egger(studies: Sequence[Study]) -> Egger:
    """Egger's regression of the effect over its error on precision, as first published (1997)."""
    y, v, ones = arrays(studies)
    se = np.sqrt(v)
    fit = weigh(y, np.column_stack([ones, se]), 1 / v)
    df = len(y) - 2
    covariance = fit.inverse * fit.q / df
    far = t_quantile(0.975, df)
    (limit, lean), (limit_se, lean_se) = fit.beta, np.sqrt(np.diag(covariance))
    statistic = float(lean / lean_se) if lean_se > 0 else math.inf
    return Egger(
        float(lean), _bounds(lean, far * lean_se), statistic, df, t_p(statistic, df),
        float(limit), _bounds(limit, far * limit_se),
    )  # fmt: skip


def egger_mixed(studies: Sequence[Study], method: str = "REML") -> Test:
    """The same question asked of a random-effects regression on the standard error."""
    y, v, ones = arrays(studies)
    x = np.column_stack([ones, np.sqrt(v)])
    fit = weigh(y, x, 1 / (v + ESTIMATORS[method](y, v, x)))
    statistic = float(fit.beta[1] / math.sqrt(fit.inverse[1, 1]))
    return Test(statistic, normal_p(statistic))


def begg(studies: Sequence[Study]) -> Test:
    """Begg and Mazumdar's rank correlation between effects and variances (1994)."""
    y, v, x = arrays(studies)
    fit = weigh(y, x, 1 / v)
    spread = v - 1 / (1 / v).sum()
    standing = fit.left / np.sqrt(np.maximum(spread, np.finfo(float).tiny))
    return _kendall(standing, v)


def fail_safe(studies: Sequence[Study], p: float = 0.05) -> int:
    """Rosenthal's count of null trials that would undo significance; shown because readers ask for it."""
    z = sum(study.yi / study.se for study in studies)
    missing = (z / normal_quantile(1 - p)) ** 2 - len(studies)
    return max(0, math.ceil(missing))


def trim_and_fill(studies: Sequence[Study], method: str = "REML", estimator: str = "L0") -> Filled:
    """Duval and Tweedie's trials that seem to be missing, and the answer with them (2000)."""
    check(studies)
    if not 3 <= len(studies) <= _MOST_FILLED:
        raise NotPoolable(f"Trim-and-fill needs 3 to {_MOST_FILLED} trials; there are {len(studies)}.")
    side = "left" if _lean(studies) >= 0 else "right"
    turn = 1.0 if side == "left" else -1.0
    y, v, _ = arrays(studies)
    order = np.argsort(turn * y, kind="stable")
    centre, missing = _trim(turn * y[order], v[order], method, estimator)
    mirrored = tuple(
        Study(f"filled: {studies[at].name}", float(turn * (2 * centre - turn * y[at])), float(v[at]))
        for at in (order[len(order) - missing :] if missing else ())
    )
    return Filled(missing, side, pool_one_way([*studies, *mirrored], method, WALD), mirrored)


def _lean(studies: Sequence[Study]) -> float:
    """Slope of effects on their standard errors, by equal-effects weights: its sign says which side lacks."""
    y, v, ones = arrays(studies)
    se = np.sqrt(v)
    if np.ptp(se) == 0:
        return 0.0
    return float(weigh(y, np.column_stack([ones, se]), 1 / v).beta[1])


def _trim(y: Values, v: Values, method: str, estimator: str) -> tuple[float, int]:
    """Cut the largest effects, find the centre of the rest, count again, until the count stands still."""
    k, missing, before = len(y), 0, -1
    centre = 0.0
    for _ in range(100):
        if missing == before:
            break
        before = missing
        kept = slice(0, k - missing)
        x = np.ones((k - missing, 1))
        tau2 = ESTIMATORS[method](y[kept], v[kept], x) if k - missing > 1 else 0.0
        centre = float(weigh(y[kept], x, 1 / (v[kept] + tau2)).beta[0])
        away = y - centre
        ranks = _ranks(np.abs(away)) * np.sign(away)
        count = _by_ranks(ranks, k) if estimator == "L0" else _by_run(ranks, k)
        missing = min(max(0, round(count)), k - 1)
    return centre, missing


def _by_ranks(ranks: Values, k: int) -> float:
    wilcoxon = float(ranks[ranks > 0].sum())
    return (4 * wilcoxon - k * (k + 1)) / (2 * k - 1)


def _by_run(ranks: Values, k: int) -> float:
    negative = np.abs(ranks[ranks < 0])
    return k - (float(negative.max()) if len(negative) else 0.0) - 1


def _ranks(values: Values) -> Values:
    """Ranks from 1; ties keep the order they came in."""
    ranks = np.empty(len(values))
    ranks[np.argsort(values, kind="stable")] = np.arange(1, len(values) + 1)
    return ranks


def _kendall(a: Values, b: Values) -> Test:
    """Kendall's tau-b; exact without ties among few, else normal."""
    n = len(a)
    # row by row, so that memory stays small however many trials there are
    score = sum(float(np.sign(a[at] - a[:at]) @ np.sign(b[at] - b[:at])) for at in range(1, n))
    pairs = n * (n - 1) / 2
    ties = [np.unique(one, return_counts=True)[1].astype(float) for one in (a, b)]
    tied = [float((count * (count - 1)).sum()) / 2 for count in ties]
    room = math.sqrt((pairs - tied[0]) * (pairs - tied[1]))
    if room == 0:
        return Test(0.0, 1.0)
    tau = score / room
    if not any(tied) and n < _MOST_FOR_EXACT:
        return Test(tau, kendall_p(tau, n))
    return Test(tau, normal_p(score / math.sqrt(_kendall_variance(n, ties))))


def _kendall_variance(n: int, ties: list[Values]) -> float:
    """Variance of the score with ties (Kendall 1970)."""
    t, u = ties

    def third(c: Values) -> float:
        return float((c * (c - 1) * (2 * c + 5)).sum())

    def pairs(c: Values) -> float:
        return float((c * (c - 1)).sum())

    def triples(c: Values) -> float:
        return float((c * (c - 1) * (c - 2)).sum())

    base = (n * (n - 1) * (2 * n + 5) - third(t) - third(u)) / 18
    return (
        base + pairs(t) * pairs(u) / (2 * n * (n - 1)) + triples(t) * triples(u) / (9 * n * (n - 1) * (n - 2))
    )


def _bounds(middle: float, half: float) -> tuple[float, float]:
    return float(middle - half), float(middle + half)
