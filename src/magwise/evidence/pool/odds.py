"""Two classical ways of pooling two-by-two tables: Mantel-Haenszel and Peto.

Both assume equal effects. They need the tables themselves, not effect and variance. Empty cells are left as
they are; only the test of heterogeneity adds a half where a trial's own effect would be undefined.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from magwise.evidence.pool.chance import chi2_upper, normal_p, normal_quantile
from magwise.evidence.pool.effects import Measure, of_events
from magwise.evidence.pool.estimate import WALD, Pooled
from magwise.evidence.pool.study import Cells, NotPoolable, Study, check

__all__ = ["mantel_haenszel", "peto"]

Values = NDArray[np.float64]


def mantel_haenszel(studies: Sequence[Study], measure: Measure = Measure.OR) -> Pooled:
    """The Mantel-Haenszel log odds ratio, log risk ratio or risk difference."""
    tables = _tables(studies)
    ways = {Measure.OR: _odds_ratio, Measure.RR: _risk_ratio, Measure.RD: _risk_difference}
    if measure not in ways:
        raise NotPoolable(f"Mantel-Haenszel does not pool a {measure.words}.")
    estimate, se = ways[measure](*(np.array(column) for column in zip(*map(_row, tables), strict=True)))
    singles = [of_events(study.name, measure, cells) for study, cells in zip(studies, tables, strict=True)]
    q = sum((one.yi - estimate) ** 2 / one.vi for one in singles)
    return _pooled("MH", estimate, se, q, len(singles))


def peto(studies: Sequence[Study]) -> Pooled:
    """Peto's one-step log odds ratio."""
    observed_less_expected, variance = [], []
    for cells in _tables(studies):
        people, events = cells.of + cells.control_of, cells.events + cells.control_events
        share = events / people
        observed_less_expected.append(cells.events - cells.of * share)
        variance.append(cells.of * cells.control_of * share * (1 - share) / (people - 1))
    weight = math.fsum(variance)
    estimate = math.fsum(observed_less_expected) / weight
    q = (
        math.fsum(o * o / v for o, v in zip(observed_less_expected, variance, strict=True))
        - weight * estimate**2
    )
    return _pooled("Peto", estimate, math.sqrt(1 / weight), q, len(variance))


def _tables(studies: Sequence[Study]) -> list[Cells]:
    check(studies)
    tables = [study.cells for study in studies if study.cells is not None]
    if len(tables) < 2 or len(tables) < len(studies):
        raise NotPoolable("This way of pooling needs the two-by-two table of two trials or more.")
    return tables


def _row(cells: Cells) -> tuple[float, float, float, float]:
    return cells.events, cells.of, cells.control_events, cells.control_of


def _odds_ratio(a: Values, n1: Values, c: Values, n2: Values) -> tuple[float, float]:
    """Variance by Robins, Breslow and Greenland (1986)."""
    b, d, n = n1 - a, n2 - c, n1 + n2
    p, q, r, s = (a + d) / n, (b + c) / n, a * d / n, b * c / n
    total_r, total_s = r.sum(), s.sum()
    if total_r == 0 or total_s == 0:
        raise NotPoolable("All events are in one arm: there is no finite odds ratio.")
    variance = (
        (p * r).sum() / total_r**2 + (p * s + q * r).sum() / (total_r * total_s) + (q * s).sum() / total_s**2
    ) / 2
    return float(np.log(total_r / total_s)), float(np.sqrt(variance))


def _risk_ratio(a: Values, n1: Values, c: Values, n2: Values) -> tuple[float, float]:
    """Variance by Greenland and Robins (1985)."""
    n = n1 + n2
    r, s = (a * n2 / n).sum(), (c * n1 / n).sum()
    if r == 0 or s == 0:
        raise NotPoolable("All events are in one arm: there is no finite risk ratio.")
    variance = (n1 * n2 * (a + c) / n**2 - a * c / n).sum() / (r * s)
    return float(np.log(r / s)), float(np.sqrt(variance))


def _risk_difference(a: Values, n1: Values, c: Values, n2: Values) -> tuple[float, float]:
    """Variance by Sato, Greenland and Robins (1989)."""
    n = n1 + n2
    weight = (n1 * n2 / n).sum()
    difference = float((a * n2 / n - c * n1 / n).sum() / weight)
    first = (c * (n1 / n) ** 2 - a * (n2 / n) ** 2 + (n1 * n2 / n**2) * (n2 - n1) / 2).sum()
    second = (a * (n2 - c) / n + c * (n1 - a) / n).sum() / 2
    return difference, float(np.sqrt((difference * first + second) / weight**2))


def _pooled(method: str, estimate: float, se: float, q: float, k: int) -> Pooled:
    far = normal_quantile(0.975) * se
    return Pooled(
        tau2_method=method, test=WALD, k=k, estimate=estimate, se=se, statistic=estimate / se,
        p=normal_p(estimate / se), ci=(estimate - far, estimate + far), tau2=0.0,
        i2=max(0.0, 100 * (q - (k - 1)) / q) if q > 0 else 0.0, h2=q / (k - 1),
        q=q, q_p=chi2_upper(q, k - 1), i2_from="Q",
    )  # fmt: skip
