"""Judging a log, beside what else fits a series with AR(1) noise in Python.

`python -m bench.verdict` prints the table. statsmodels is measured when it can be imported; it is never a dependency.
Its two fits give a point estimate and an interval at one rho (GLSAR ignores gaps, SARIMAX bridges them); ours averages
over rho and over how fast an effect settles, estimates rho, and looks for a change over time.
"""

from __future__ import annotations

import importlib.util
import warnings
from typing import Any

import numpy as np

from bench.timing import Row, median_ms, show
from magwise.verdict import Log, Phase, judge, read_log

__all__ = ["main", "rows"]


def main() -> None:
    show(rows())


def rows() -> list[Row]:
    """(job, our median in ms, peer, its median in ms or None when it is not installed)."""
    found: list[Row] = []
    for days in (28, 70, 365):
        log = _log(days)
        ours = median_ms(lambda log=log: judge(log, smallest=0.5, better="higher"))
        found.append((f"a log of {days} days judged", ours, "statsmodels 0.15, GLSAR", _glsar(log)))
        found.append(
            (f"a log of {days} days judged", ours, "statsmodels 0.15, SARIMAX(1,0,0)", _sarimax(log))
        )
    text = "day,phase,value\n" + "".join(f"{d.number},{d.phase},{d.value}\n" for d in _log(70).days)
    found.append(("a log of 70 days read", median_ms(lambda: read_log(text)), "none", None))
    return found


def _log(days: int) -> Log:
    chance = np.random.default_rng(days)
    phases = ["AB"[day // 7 % 2] for day in range(days)]
    noise = np.zeros(days)
    for day in range(1, days):
        noise[day] = 0.4 * noise[day - 1] + chance.standard_normal()
    return Log.of(phases, [float(n + (p == "B")) for n, p in zip(noise, phases, strict=True)])


def _columns(log: Log) -> tuple[Any, Any]:
    y = np.array([day.value for day in log.measured])
    treated = np.array([float(day.phase is Phase.WITH) for day in log.measured])
    days = np.array([float(day.number) for day in log.measured])
    return y, np.column_stack([np.ones_like(days), treated, days])


def _glsar(log: Log) -> float | None:
    if importlib.util.find_spec("statsmodels") is None:
        return None
    from statsmodels.regression.linear_model import GLSAR

    y, x = _columns(log)
    return median_ms(lambda: GLSAR(y, x, rho=1).iterative_fit(maxiter=10).conf_int())


def _sarimax(log: Log) -> float | None:
    if importlib.util.find_spec("statsmodels") is None:
        return None
    from statsmodels.tsa.statespace.sarimax import SARIMAX

    y, x = _columns(log)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return median_ms(lambda: SARIMAX(y, x, order=(1, 0, 0)).fit(disp=0).conf_int(), times=11)


if __name__ == "__main__":
    main()
