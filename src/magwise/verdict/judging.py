"""A log and the smallest change that matters in, one of four answers out.

Worked: the whole interval lies above 0 and the estimate reaches the smallest change. Worse: the mirror of it.
Too small: the whole interval lies within the smallest change either way. Anything else: cannot tell, which is
an answer and never half a success. A straight trend and the resemblance of neighbouring days are always part
of the model, so that getting better anyway is not counted as having worked.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from statistics import NormalDist

from magwise.errors import WrongUse
from magwise.knowledge import fact
from magwise.verdict import reasons
from magwise.verdict.answer import Better, Outcome, Verdict
from magwise.verdict.average import Settling
from magwise.verdict.log import Log, Phase
from magwise.verdict.series import Series

__all__ = ["Outcome", "Verdict", "fewest_as_planned", "judge", "outcome_of", "usual_level"]

_FEWEST_FOR_AN_ESTIMATE = 8  # level, trend, effect and noise leave four degrees of freedom


def judge(
    log: Log,
    *,
    smallest: float,
    better: Better,
    unblinded: bool = False,
    felt: bool = False,
    placebo: float | None = None,
    level: float | None = None,
    adherence: float | None = None,
) -> Verdict:
    """Whether magnesium did anything that matters, by this log.

    `placebo` is what an inert pill would do to this outcome, in its own unit; it is taken off only when the
    log was unblinded and the outcome felt. `level` is the interval's; several outcomes or early looks need
    a stricter one (see `caution.py`). `adherence` is the share of days taken as planned (the log's own, when it has a
    column for it): days are judged as they were planned, which only ever makes an effect look smaller.
    """
    _check(smallest, better, placebo, level)
    blank = _blank(log, smallest, better, usual_level() if level is None else level)
    lacking = _nothing_to_compare(log) or _too_little(log)
    if _nothing_to_compare(log) or blank.n < _FEWEST_FOR_AN_ESTIMATE:
        return replace(blank, why=lacking)
    series = Series.of(log, better)
    if not series.has_noise():
        return replace(blank, why=(reasons.no_noise(),))
    takes_off = unblinded and felt
    answer = _estimate(blank, series, _expected_anyway(series, placebo) if takes_off else _NOTHING)
    if lacking:
        return replace(answer, verdict=Outcome.CANNOT_TELL, why=(*lacking, reasons.estimate(answer)))
    answer = _in_the_light_of(answer, log.adherence if adherence is None else adherence)
    return replace(answer, why=reasons.of(answer, taken_off=takes_off, assumed=placebo is None))


def _in_the_light_of(answer: Verdict, adherence: float | None) -> Verdict:
    """ "Too small" says nothing about magnesium that was not taken."""
    answer = replace(answer, adherence=adherence)
    too_few = adherence is not None and adherence < fewest_as_planned()
    if answer.verdict is Outcome.TOO_SMALL and too_few:
        return replace(answer, verdict=Outcome.CANNOT_TELL)
    return answer


def fewest_as_planned() -> float:
    """The share of days taken as planned from which on nothing seen is something said."""
    return _number("verdict-adherence", "share") / 100


def usual_level() -> float:
    """The level of the interval where one question is asked once."""
    return _number("verdict-level", "level") / 100


def outcome_of(effect: float, interval: tuple[float, float], smallest: float) -> Outcome:
    """The four answers (resolution 31)."""
    low, high = interval
    if low > 0 and effect >= smallest:
        return Outcome.WORKED
    if high < 0 and effect <= -smallest:
        return Outcome.WORSE
    if -smallest < low and high < smallest:
        return Outcome.TOO_SMALL
    return Outcome.CANNOT_TELL


def _estimate(blank: Verdict, series: Series, expected: _Expected) -> Verdict:
    found = series.effect(_settlings(), blank.level)
    off = expected.size
    if expected.assumed:
        # what expectation of that size looks like in this very estimate, which allows for slower effects and so runs
        # a little high: taking off the bare size would leave a rest that looks like magnesium
        rest = series.less(expected.size).effect(_settlings(), blank.level)
        off, found = (found.effect - rest.effect) * series.scale, rest
        effect = found.effect * series.scale
    else:
        effect = found.effect * series.scale - off
    # what is assumed is not known exactly: its error joins that of the effect
    unsure = NormalDist().inv_cdf((1 + blank.level) / 2) * expected.error
    low, high = (
        effect
        + math.copysign(math.hypot((bound - found.effect) * series.scale, unsure), bound - found.effect)
        for bound in found.interval
    )
    rho = series.likeliest_rho()
    return replace(
        blank,
        verdict=outcome_of(effect, (low, high), blank.smallest),
        effect=effect,
        interval=(low, high),
        autocorrelation=rho,
        trend_a_week=series.trend_a_week(rho),
        changed_over_time=series.change_over_time(blank.level),
        lagging=found.lagging,
        placebo=off,
    )


def _blank(log: Log, smallest: float, better: Better, level: float) -> Verdict:
    """The answer before anything is known."""
    return Verdict(
        Outcome.CANNOT_TELL, smallest, better, level, len(log.measured),
        days_without=log.count(Phase.WITHOUT), days_with=log.count(Phase.WITH),
        days_missing=len(log.days) - len(log.measured), pairs=log.pairs, unit=log.unit,
    )  # fmt: skip


def _nothing_to_compare(log: Log) -> tuple[str, ...]:
    """Why no difference can be formed at all; empty if one can."""
    without, with_it = log.count(Phase.WITHOUT), log.count(Phase.WITH)
    if without == 0 or with_it == 0:
        return (reasons.one_phase(without, with_it),)
    values = {day.value for day in log.measured}
    return (reasons.constant(values.pop() or 0.0),) if len(values) == 1 else ()


def _too_little(log: Log) -> tuple[str, ...]:
    """Why a difference could be formed but not judged; empty if it can."""
    pairs = int(_number("verdict-fewest-pairs", "pairs"))
    a_phase = int(_number("verdict-fewest-days-a-phase", "days"))
    in_all = int(_number("verdict-fewest-days", "days"))
    if len(log.measured) < in_all:
        return (reasons.too_few(len(log.measured), in_all),)
    without, with_it = log.count(Phase.WITHOUT), log.count(Phase.WITH)
    if log.pairs < pairs and min(without, with_it) < a_phase:
        return (reasons.too_short(log.pairs, pairs, without, with_it, a_phase),)
    return ()


@dataclass(frozen=True, slots=True)
class _Expected:
    """What expectation alone would have done, in the outcome's unit, and its standard error when it is assumed."""

    size: float
    error: float = 0.0
    assumed: bool = False


_NOTHING = _Expected(0.0)


def _expected_anyway(series: Series, placebo: float | None) -> _Expected:
    """As given, or by the fact: so many spreads of the days without, a spread known from few and linked days."""
    if placebo is not None:
        return _Expected(abs(placebo))
    spread, rho = series.spread_without(), series.likeliest_rho()
    days = max(2.0, float((series.treated == 0).sum()) * (1 - rho**2) / (1 + rho**2))
    size = _number("verdict-placebo-felt", "effect") * spread
    return _Expected(size, size / math.sqrt(2 * (days - 1)), assumed=True)


def _settlings() -> list[Settling]:
    values = fact("verdict", "verdict-settling").values
    left, weights = values["left_after_a_day"], values["weights"]
    assert isinstance(left, dict) and isinstance(weights, dict)  # noqa: S101 - our own file
    return [Settling(*pair) for pair in zip(left["value"], weights["value"], strict=True)]


def _number(id: str, field: str) -> float:
    quantity = fact("verdict", id).values[field]
    assert isinstance(quantity, dict)  # noqa: S101 - our own file
    return float(quantity["value"])


def _check(smallest: float, better: str, placebo: float | None, level: float | None) -> None:
    if not (math.isfinite(smallest) and smallest > 0):
        raise WrongUse(
            "The smallest change that matters must be a number above 0.",
            where=f"smallest = {smallest}",
            remedy="Decide before looking: how much better would make this worth taking?",
        )
    if better not in ("higher", "lower"):
        raise WrongUse(f"Better is 'higher' or 'lower', not {better!r}.")
    if placebo is not None and not math.isfinite(placebo):
        raise WrongUse("The placebo effect must be a number, in the outcome's own unit.")
    if level is not None and not 0.5 <= level < 1:
        raise WrongUse(f"The level must lie between 0.5 and 1, not {level}.")
