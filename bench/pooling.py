"""Pooling 22 trials, beside the two Python packages that do part of it.

`python -m bench.pooling` prints the table. statsmodels and PyMARE are measured when they can be imported; neither is
ever a dependency. Each row does on both sides what is named; "all methods" has no peer, since neither has more than
four of the nine estimators, prediction intervals or tests of a funnel.
"""

from __future__ import annotations

import importlib.util
import statistics
from collections.abc import Callable, Iterator
from time import perf_counter
from typing import Any

from magwise.evidence.pool import Study, examine_bias, leave_one_out, pool
from magwise.evidence.pool.shipped import shipped

__all__ = ["main", "rows"]

Row = tuple[str, float, str, float | None]
_TIMES = 101


def main() -> None:
    print(f"{'job':<58}{'ours':>10}  {'peer':<24}{'peer takes':>12}{'ratio':>8}")
    for job, ours, peer, theirs in rows():
        beside = f"{theirs:>9.2f} ms{theirs / ours:>7.1f}x" if theirs is not None else f"{'not here':>12}"
        print(f"{job:<58}{ours:>7.2f} ms  {peer:<24}{beside}")


def rows() -> list[Row]:
    """(job, our median in ms, peer, its median in ms or None when it is not installed)."""
    trials = shipped("heart-attack").studies
    return [*_rows(trials)]


def _rows(trials: tuple[Study, ...]) -> Iterator[Row]:
    yield (
        "22 trials, 9 estimators, Wald and Hartung-Knapp",
        _median(lambda: pool(trials)),
        "none does it",
        None,
    )
    yield (
        "Egger, Begg, trim-and-fill by three models",
        _median(lambda: examine_bias(trials)),
        "none does it",
        None,
    )
    yield "22 trials, each left out, REML", _median(lambda: leave_one_out(trials)), "none does it", None
    moments = _median(lambda: pool(trials, ("DL",)))
    yield "22 trials, DL, Wald and Hartung-Knapp", moments, "statsmodels 0.15", _statsmodels(trials, "dl")
    paule = _median(lambda: pool(trials, ("PM",)))
    yield "22 trials, PM, Wald and Hartung-Knapp", paule, "statsmodels 0.15", _statsmodels(trials, "iterated")
    likelihood = _median(lambda: pool(trials, ("REML",)))
    yield "22 trials, REML with its interval for tau2", likelihood, "PyMARE 0.0.13", _pymare(trials)


def _statsmodels(trials: tuple[Study, ...], method: str) -> float | None:
    if importlib.util.find_spec("statsmodels") is None:
        return None
    import numpy as np
    from statsmodels.stats.meta_analysis import combine_effects

    y, v = np.array([s.yi for s in trials]), np.array([s.vi for s in trials])
    return _median(lambda: combine_effects(y, v, method_re=method).summary_frame())


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

    return _median(fit, times=21)


def _median(job: Callable[[], Any], times: int = _TIMES) -> float:
    job()
    taken = []
    for _ in range(times):
        start = perf_counter()
        job()
        taken.append(perf_counter() - start)
    return 1e3 * statistics.median(taken)


if __name__ == "__main__":
    main()
