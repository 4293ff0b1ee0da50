"""The pooled effect, by each method: estimate, interval, prediction, heterogeneity.

The interval says where the mean of such trials lies; the prediction interval says what the next trial may
show. Three conventions are in use for the latter and all three are given, the first being what `pi` holds:
"matched" takes the test's own distribution (normal under Wald, t with k-1 under Hartung-Knapp, as metafor
does), "t, k-2" is Higgins and Riley's, "t, k-1" the later one. I-squared and H-squared rest on the named
estimator's tau-squared, for equal effects on Q. Hartung-Knapp is never used with two trials.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np

from magwise.evidence.pool.chance import chi2_upper, normal_p, normal_quantile, t_p, t_quantile
from magwise.evidence.pool.heterogeneity import ESTIMATORS, Values, interval, typical_variance, weigh
from magwise.evidence.pool.study import NotPoolable, Study, check

__all__ = ["HARTUNG_KNAPP", "METHODS", "WALD", "Pooled", "pool", "pool_one_way"]

METHODS = tuple(ESTIMATORS)
WALD, HARTUNG_KNAPP = "Wald-z", "HKSJ-t"
_FEWEST_FOR_HARTUNG_KNAPP = 3  # with two trials its interval is absurdly wide (Röver 2015)
_HALF = 0.975

Bounds = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Pooled:
    """One method's answer. `tau2_ci` is the Q-profile interval, the same for every estimator."""

    tau2_method: str
    test: str
    k: int
    estimate: float
    se: float
    statistic: float
    p: float
    ci: Bounds
    tau2: float
    i2: float
    h2: float
    q: float
    q_p: float
    pi: Bounds | None = None
    pi_convention: str | None = None
    pis: dict[str, Bounds] = field(default_factory=dict)
    tau2_ci: Bounds | None = None
    i2_from: str = ""


def pool(
    studies: Sequence[Study],
    methods: Iterable[str] = METHODS,
    tests: Iterable[str] = (WALD, HARTUNG_KNAPP),
) -> tuple[Pooled, ...]:
    """The pooled effect by every method and test asked for that these trials allow."""
    check(studies)
    if len(studies) < 2:
        raise NotPoolable(
            "There is one trial only; pooling needs two.",
            remedy="Report that trial's own effect and interval.",
        )
    y, v, x = arrays(studies)
    wanted = tuple(tests)
    trials = _Trials.of(y, v, x)
    return tuple(
        _answer(method, test, tau2, trials)
        for method in methods
        for tau2 in (_tau2(method, y, v, x),)
        for test in wanted
        if _allowed(method, test, len(studies))
    )


def pool_one_way(studies: Sequence[Study], method: str = "REML", test: str = WALD) -> Pooled:
    """The pooled effect by one method; Wald where Hartung-Knapp may not be used."""
    usable = test if _allowed(method, test, len(studies)) else WALD
    return pool(studies, (method,), (usable,))[0]


def arrays(studies: Sequence[Study]) -> tuple[Values, Values, Values]:
    """Effects, variances and a column of ones."""
    y = np.array([study.yi for study in studies])
    v = np.array([study.vi for study in studies])
    return y, v, np.ones((len(y), 1))


@dataclass(frozen=True, slots=True)
class _Trials:
    """The trials, and what all methods share."""

    y: Values
    v: Values
    x: Values
    q: float
    q_p: float
    typical: float
    tau2_ci: Bounds

    @classmethod
    def of(cls, y: Values, v: Values, x: Values) -> _Trials:
        q = weigh(y, x, 1 / v).q
        return cls(y, v, x, q, chi2_upper(q, len(y) - 1), typical_variance(v, x), interval(y, v, x))


def _allowed(method: str, test: str, k: int) -> bool:
    return test == WALD or (method != "EE" and k >= _FEWEST_FOR_HARTUNG_KNAPP)


def _tau2(method: str, y: Values, v: Values, x: Values) -> float:
    if method not in ESTIMATORS:
        raise NotPoolable(f"There is no method {method!r}.", remedy=f"Choose from {', '.join(METHODS)}.")
    return ESTIMATORS[method](y, v, x)


def _answer(method: str, test: str, tau2: float, trials: _Trials) -> Pooled:
    k = len(trials.y)
    fit = weigh(trials.y, trials.x, 1 / (trials.v + tau2))
    estimate, se = float(fit.beta[0]), math.sqrt(fit.inverse[0, 0])
    if test == HARTUNG_KNAPP:
        se *= math.sqrt(fit.q / (k - 1))
    statistic = estimate / se if se > 0 else math.copysign(math.inf, estimate)
    far = t_quantile(_HALF, k - 1) if test == HARTUNG_KNAPP else normal_quantile(_HALF)
    p = t_p(statistic, k - 1) if test == HARTUNG_KNAPP else normal_p(statistic)
    i2, h2 = _shares(method, tau2, k, trials)
    pis = {} if method == "EE" else _predictions(test, estimate, math.sqrt(se * se + tau2), k)
    first = next(iter(pis), None)
    return Pooled(
        tau2_method=method, test=test, k=k, estimate=estimate, se=se, statistic=statistic, p=p,
        ci=_around(estimate, far * se), tau2=tau2, i2=i2, h2=h2, q=trials.q, q_p=trials.q_p,
        pi=pis[first] if first else None, pi_convention=first, pis=pis,
        tau2_ci=None if method == "EE" else trials.tau2_ci,
        i2_from="Q" if method == "EE" else f"tau2 by {method}",
    )  # fmt: skip


def _shares(method: str, tau2: float, k: int, trials: _Trials) -> tuple[float, float]:
    """I-squared (in per cent) and H-squared."""
    if method == "EE":
        df = k - 1
        i2 = max(0.0, 100 * (trials.q - df) / trials.q) if trials.q else 0.0
        return i2, trials.q / df
    total = tau2 + trials.typical
    return 100 * tau2 / total, total / trials.typical


def _predictions(test: str, estimate: float, spread: float, k: int) -> dict[str, Bounds]:
    matched = t_quantile(_HALF, k - 1) if test == HARTUNG_KNAPP else normal_quantile(_HALF)
    name = "t, k-1 (matches the test)" if test == HARTUNG_KNAPP else "normal (matches the test)"
    found = {name: _around(estimate, matched * spread)}
    if k > 2:
        found["t, k-2 (Higgins and Riley 2009)"] = _around(estimate, t_quantile(_HALF, k - 2) * spread)
    found["t, k-1"] = _around(estimate, t_quantile(_HALF, k - 1) * spread)
    return found


def _around(middle: float, half: float) -> Bounds:
    return middle - half, middle + half
