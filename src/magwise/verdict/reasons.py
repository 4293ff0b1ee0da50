"""The reasons of a verdict, one sentence each: what was seen, and what follows from it.

Plain statements for whoever words the whole answer. They never say that magnesium helped unless the verdict is
"worked", and never that it did nothing when the log simply could not show it.
"""

from __future__ import annotations

from magwise.verdict.answer import Outcome, Verdict

__all__ = ["constant", "estimate", "no_noise", "of", "one_phase", "too_few", "too_short"]

_NOTABLE_RHO = 0.2
_NOTABLE_LAG = 0.93  # before the log is read it is 0.6; this takes evidence of nine to one
_STRONG_RHO = 0.9
_ALL_BUT = 0.995  # what is shown as 100 %


def one_phase(without: int, with_it: int) -> str:
    if without == 0 and with_it == 0:
        return "No day has a value."
    missing = "without" if without == 0 else "with"
    return f"No day {missing} magnesium has a value, so there is nothing to compare with."


def constant(value: float) -> str:
    return f"Every value is {_figure(value)}: this measure cannot show a change. Choose a finer one."


def no_noise() -> str:
    return (
        "Values do not vary but by phase or along a straight line, so chance cannot be measured. "
        "Check that they were written down each day and not filled in afterwards."
    )


def too_few(days: int, fewest: int) -> str:
    return f"{days} measured days are too few; at least {fewest} are needed."


def too_short(pairs: int, fewest_pairs: int, without: int, with_it: int, fewest_days: int) -> str:
    return (
        f"{without} days without and {with_it} with, in {pairs} {'pair' if pairs == 1 else 'pairs'} of blocks: "
        f"at least {fewest_pairs} pairs of blocks, or {fewest_days} measured days of each, are needed."
    )


def of(answer: Verdict, *, taken_off: bool, assumed: bool) -> tuple[str, ...]:
    """The reasons of an answer that has an estimate."""
    lines = [_main(answer), estimate(answer)]
    lines += _about_noise(answer)
    lines += _about_time(answer)
    if taken_off:
        lines.append(_about_placebo(answer, assumed))
    lines += _about_taking(answer)
    if answer.days_missing:
        lines.append(f"{answer.days_missing} of {answer.n + answer.days_missing} days have no value.")
    return tuple(lines)


def _main(answer: Verdict) -> str:
    smallest = _figure(answer.smallest)
    match answer.verdict:
        case Outcome.WORKED:
            return (
                f"Days with magnesium were better by at least {smallest}, and chance alone rarely does that."
            )
        case Outcome.WORSE:
            return (
                f"Days with magnesium were worse by at least {smallest}, and chance alone rarely does that."
            )
        case Outcome.TOO_SMALL:
            return f"Whatever magnesium did, it was less than the {smallest} that matters, either way."
        case _:
            return _why_not(answer)


def _why_not(answer: Verdict) -> str:
    low, high = answer.interval or (0.0, 0.0)
    effect = answer.effect or 0.0
    if -answer.smallest < low and high < answer.smallest:
        return "Nothing that matters was seen, but too few days were taken as planned to say that there is nothing."
    if low > 0:
        return (
            "Days with magnesium were somewhat better, but the estimate does not reach what matters, "
            "and more than that is not ruled out."
        )
    if high < 0:
        return (
            "Days with magnesium were somewhat worse, but the estimate does not reach what matters, "
            "and more than that is not ruled out."
        )
    if abs(effect) < answer.smallest:
        return "The log fits no effect, and also one that matters: it is too short or too noisy to say which."
    return f"A difference of this size also comes about by chance{_and_why(answer)}."


def _and_why(answer: Verdict) -> str:
    if answer.pairs < 2:
        return ", and one block of each cannot tell magnesium from whatever else changed at that time"
    if (answer.autocorrelation or 0.0) > _STRONG_RHO:
        return " when good and bad times last as long as here"
    return ""


def estimate(answer: Verdict) -> str:
    low, high = answer.interval or (0.0, 0.0)
    unit = f" {answer.unit}" if answer.unit else ""
    return (
        f"Change for the better: {_figure(answer.effect or 0.0)}{unit} "
        f"({answer.level * 100:g} % interval {_figure(low)} to {_figure(high)}), "
        f"from {answer.days_without} days without and {answer.days_with} with."
    )


def _about_noise(answer: Verdict) -> list[str]:
    rho = answer.autocorrelation or 0.0
    if rho < _NOTABLE_RHO:
        return []
    return [
        f"Good and bad days come in runs (autocorrelation {rho:.2f}), so the days count for fewer than they are."
    ]


def _about_time(answer: Verdict) -> list[str]:
    lines = []
    if answer.changed_over_time is not None:
        way = "grew" if answer.changed_over_time > 0 else "faded or turned"
        lines.append(
            f"The effect {way} over the weeks, by {_figure(abs(answer.changed_over_time))}: one figure for all of "
            "them hides that."
        )
    if answer.verdict is not Outcome.CANNOT_TELL and (answer.lagging or 0.0) > _NOTABLE_LAG:
        lines.append("The effect seems to come and go over days rather than at once.")
    return lines


def _about_taking(answer: Verdict) -> list[str]:
    if answer.adherence is None or answer.adherence >= _ALL_BUT:
        return []
    return [
        f"{answer.adherence:.0%} of the days were taken as planned. All days count as they were planned, so the effect "
        "of taking it every time may be larger."
    ]


def _about_placebo(answer: Verdict, assumed: bool) -> str:
    source = "assumed, as no figure was given" if assumed else "as given"
    return (
        f"{_figure(answer.placebo)} were taken off for expectation ({source}), "
        "because you knew what you took and judged by feeling."
    )


def _figure(value: float) -> str:
    """Three digits, in plain writing, with a true minus sign."""
    text = f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"
    plain = f"{value:.6f}".rstrip("0").rstrip(".") if "e" in text else text
    return plain.replace("-", "−")
