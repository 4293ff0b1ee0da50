"""Does the effect depend on something known about each trial: a dose, a year, the people's status?

A weighted regression of effects on moderators, with what is left between trials as tau-squared. It cannot
prove a cause: trials were not randomised to their moderators.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from magwise.evidence.pool.chance import chi2_upper, f_upper, normal_p, normal_quantile, t_p, t_quantile
from magwise.evidence.pool.estimate import HARTUNG_KNAPP, WALD, arrays
from magwise.evidence.pool.heterogeneity import ESTIMATORS, Values, weigh
from magwise.evidence.pool.study import NotPoolable, Study, check

__all__ = ["Coefficient", "Regression", "regress"]


@dataclass(frozen=True, slots=True)
class Coefficient:
    name: str
    estimate: float
    se: float
    statistic: float
    p: float
    ci: tuple[float, float]


@dataclass(frozen=True, slots=True)
class Regression:
    """Coefficients, what is left between trials, and the share of tau-squared explained (per cent)."""

    tau2_method: str
    test: str
    k: int
    coefficients: tuple[Coefficient, ...]
    tau2: float
    r2: float | None
    qm: float
    qm_p: float
    qe: float
    qe_p: float
    i2: float


def regress(
    studies: Sequence[Study],
    moderators: Mapping[str, Sequence[float]],
    method: str = "REML",
    test: str = WALD,
) -> Regression:
    """The effects regressed on the moderators, with an intercept."""
    check(studies)
    y, v, ones = arrays(studies)
    x = _design(ones, moderators)
    k, p = x.shape
    if method not in ESTIMATORS:
        raise NotPoolable(f"There is no method {method!r}.", remedy=f"Choose from {', '.join(ESTIMATORS)}.")
    if k <= p + 1:
        raise NotPoolable(f"{k} trials are too few for {p - 1} moderators.", remedy="Use fewer moderators.")
    tau2 = ESTIMATORS[method](y, v, x)
    fit = weigh(y, x, 1 / (v + tau2))
    scale = fit.q / (k - p) if test == HARTUNG_KNAPP else 1.0
    covariance = fit.inverse * scale
    qm = float(fit.beta[1:] @ np.linalg.solve(covariance[1:, 1:], fit.beta[1:]))
    by_t = test == HARTUNG_KNAPP
    if by_t:
        qm /= p - 1
    within = weigh(y, x, 1 / v)
    return Regression(
        tau2_method=method, test=test, k=k,
        coefficients=_coefficients(("intercept", *moderators), fit.beta, covariance, k - p if by_t else None),
        tau2=tau2, qm=qm,
        r2=_explained(method, y, v, ones, tau2=tau2, left_per_df=within.q / (k - p)),
        qm_p=f_upper(qm, p - 1, k - p) if by_t else chi2_upper(qm, p - 1),
        qe=within.q, qe_p=chi2_upper(within.q, k - p), i2=_i2(method, tau2, within.q, within.trace, k - p),
    )  # fmt: skip


def _design(ones: Values, moderators: Mapping[str, Sequence[float]]) -> Values:
    if not moderators:
        raise NotPoolable("There is no moderator to regress on.")
    columns = [np.asarray(values, dtype=float) for values in moderators.values()]
    if any(len(column) != len(ones) for column in columns):
        raise NotPoolable("A moderator has not one value for each trial.")
    x = np.column_stack([ones, *columns])
    if not np.isfinite(x).all():
        raise NotPoolable("A moderator holds something that is not a number.")
    spread = x / np.maximum(np.abs(x).max(axis=0), 1e-300)
    if np.linalg.matrix_rank(spread) < x.shape[1]:
        raise NotPoolable(
            "The moderators say the same thing twice, or do not vary.", remedy="Drop one of them."
        )
    return x


def _coefficients(
    names: Sequence[str], beta: Values, covariance: Values, df: int | None
) -> tuple[Coefficient, ...]:
    far = t_quantile(0.975, df) if df else normal_quantile(0.975)
    found = []
    for at, name in enumerate(names):
        estimate, se = float(beta[at]), math.sqrt(covariance[at, at])
        statistic = estimate / se
        p = t_p(statistic, df) if df else normal_p(statistic)
        found.append(
            Coefficient(name, estimate, se, statistic, p, (estimate - far * se, estimate + far * se))
        )
    return tuple(found)


def _explained(
    method: str, y: Values, v: Values, ones: Values, *, tau2: float, left_per_df: float
) -> float | None:
    """Share of the variance between trials that the moderators take away; for equal effects, of Q."""
    if method == "EE":
        before, after = weigh(y, ones, 1 / v).q / (len(y) - 1), left_per_df
    else:
        before, after = ESTIMATORS[method](y, v, ones), tau2
    return max(0.0, 100 * (before - after) / before) if before > 0 else None


def _i2(method: str, tau2: float, q: float, trace: float, df: int) -> float:
    if method == "EE":
        return max(0.0, 100 * (q - df) / q) if q > 0 else 0.0
    return 100 * tau2 / (tau2 + df / trace)
