"""Pooling 22 trials, beside the two Python packages that do part of it.

`python -m bench.pooling` prints the table. statsmodels and PyMARE are measured when they can be imported; neither is
ever a dependency. Each row does on both sides what is named; "all methods" has no peer, since neither has more than
four of the nine estimators, prediction intervals or tests of a funnel.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator
from typing import Any

from bench.timing import Row, median_ms, show
from magwise.evidence.pool import Study, examine_bias, leave_one_out, mantel_haenszel, peto, pool
from magwise.evidence.pool.shipped import shipped

__all__ = ["main", "rows"]


def main() -> None:
    show(rows())


def rows() -> list[Row]:
    """(job, our median in ms, peer, its median in ms or None when it is not installed)."""
    trials = shipped("heart-attack").studies
    return [*_rows(trials)]


def _rows(trials: tuple[Study, ...]) -> Iterator[Row]:
    yield (
        "22 trials, 9 estimators, Wald and Hartung-Knapp",
        median_ms(lambda: pool(trials)),
        "none does it",
        None,
    )
    yield (
        "22 trials, everything that `magwise pool` answers",
        median_ms(lambda: (pool(trials), mantel_haenszel(trials), peto(trials), examine_bias(trials))),
        "none does it",
        None,
    )
    yield (
        "Egger, Begg, trim-and-fill by three models",
        median_ms(lambda: examine_bias(trials)),
        "none does it",
        None,
    )
    yield "22 trials, each left out, REML", median_ms(lambda: leave_one_out(trials)), "none does it", None
    moments = median_ms(lambda: pool(trials, ("DL",)))
    yield "22 trials, DL, Wald and Hartung-Knapp", moments, "statsmodels 0.15", _statsmodels(trials, "dl")
    paule = median_ms(lambda: pool(trials, ("PM",)))
    yield "22 trials, PM, Wald and Hartung-Knapp", paule, "statsmodels 0.15", _statsmodels(trials, "iterated")
    likelihood = median_ms(lambda: pool(trials, ("REML",)))
    yield "22 trials, REML with its interval for tau2", likelihood, "PyMARE 0.0.13", _pymare(trials)


def _statsmodels(trials: tuple[Study, ...], method: str) -> float | None:
    if importlib.util.find_spec("statsmodels") is None:
        return None
    import numpy as np
    from statsmodels.stats.meta_analysis import combine_effects

    y, v = np.array([s.yi for s in trials]), np.array([s.vi for s in trials])
    return median_ms(lambda: combine_effects(y, v, method_re=method).summary_frame())


def _pymare(trials: tuple[Study, ...]) -> float | None:
    if importlib.util.find_spec("pymare") is None:
        return None
    import numpy as np
    from pymare import Dataset
    from pymare.estimators import VarianceBasedLikelihoodEstimator

    y, v = np.array([[s.yi] for s in trials]), np.array([[s.vi] for s in trials])

    def fit() -> Any:
        fitted = VarianceBasedLikelihoodEstimator(method="REML").fit_dataset(Dataset(y, v)).summary()
        return fitted.get_fe_stats(), fitted.get_re_stats()

    return median_ms(fit, times=21)


if __name__ == "__main__":
    main()
