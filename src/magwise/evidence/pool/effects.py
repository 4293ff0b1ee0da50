"""What each arm showed in, an effect with its variance out.

Means give a mean difference (MD) or a standardised one with the small-sample correction (SMD); events give
a log risk ratio (RR), a log odds ratio (OR) or a risk difference (RD). Treated minus control, always. A
half is added to all four cells of a trial in which one of them is empty, and to no other trial.
"""

from __future__ import annotations

import math
from enum import StrEnum

from magwise.evidence.pool.study import Cells, NotPoolable, Study

__all__ = ["Measure", "of_events", "of_means"]


Arm = tuple[float, float, float]  # mean, standard deviation, people


class Measure(StrEnum):
    MD = "MD"
    SMD = "SMD"
    RR = "RR"
    OR = "OR"
    RD = "RD"
    GIVEN = "GEN"  # effect and variance came ready-made

    @property
    def is_log(self) -> bool:
        return self in (Measure.RR, Measure.OR)

    @property
    def words(self) -> str:
        return _WORDS[self]

    @property
    def as_drawn(self) -> str:
        """What an axis shows: a logarithm of a ratio is labelled as the ratio."""
        return self.words.removeprefix("log ")


_WORDS = {
    Measure.MD: "mean difference",
    Measure.SMD: "standardised mean difference (Hedges)",
    Measure.RR: "log risk ratio",
    Measure.OR: "log odds ratio",
    Measure.RD: "risk difference",
    Measure.GIVEN: "effect as given",
}


def of_means(
    name: str,
    measure: Measure,
    treated: Arm,
    control: Arm,
) -> Study:
    """The effect from (mean, standard deviation, people) of each arm."""
    for arm in (treated, control):
        _check_mean_arm(name, arm)
    effect = _standardised if measure is Measure.SMD else _difference
    return Study(name, *effect(treated, control))


def of_events(name: str, measure: Measure, cells: Cells) -> Study:
    """The effect from a two-by-two table."""
    _check_cells(name, cells, ratio=measure is not Measure.RD)
    a, n1, c, n2 = _without_empty_cells(cells)
    if measure is Measure.RR:
        yi, vi = math.log(a / n1) - math.log(c / n2), 1 / a - 1 / n1 + 1 / c - 1 / n2
    elif measure is Measure.RD:
        p, q = a / n1, c / n2
        yi, vi = p - q, p * (1 - p) / n1 + q * (1 - q) / n2
    else:
        b, d = n1 - a, n2 - c
        yi, vi = math.log(a * d / (b * c)), 1 / a + 1 / b + 1 / c + 1 / d
    return Study(name, yi, vi, cells)


def _difference(treated: Arm, control: Arm) -> tuple[float, float]:
    (mean1, sd1, n1), (mean2, sd2, n2) = treated, control
    return mean1 - mean2, sd1 * sd1 / n1 + sd2 * sd2 / n2


def _standardised(treated: Arm, control: Arm) -> tuple[float, float]:
    """Hedges' g with the exact correction, and its large-sample variance."""
    (mean1, sd1, n1), (mean2, sd2, n2) = treated, control
    df = n1 + n2 - 2
    pooled_sd = math.sqrt(((n1 - 1) * sd1 * sd1 + (n2 - 1) * sd2 * sd2) / df)
    g = _small_sample_correction(df) * (mean1 - mean2) / pooled_sd
    return g, 1 / n1 + 1 / n2 + g * g / (2 * (n1 + n2))


def _small_sample_correction(df: float) -> float:
    return math.exp(math.lgamma(df / 2) - math.log(math.sqrt(df / 2)) - math.lgamma((df - 1) / 2))


def _without_empty_cells(cells: Cells) -> tuple[float, float, float, float]:
    a, n1, c, n2 = cells.events, cells.of, cells.control_events, cells.control_of
    if 0 in (a, c, n1 - a, n2 - c):
        return a + 0.5, n1 + 1, c + 0.5, n2 + 1
    return a, n1, c, n2


def _check_mean_arm(name: str, arm: Arm) -> None:
    mean, sd, people = arm
    if not (math.isfinite(mean) and math.isfinite(sd) and math.isfinite(people)):
        raise NotPoolable("A mean, standard deviation or number of people is not a number.", where=name)
    if people < 2 or sd <= 0:
        raise NotPoolable(
            "An arm needs at least 2 people and a standard deviation above 0.",
            where=name,
            remedy="A printed 'standard error' must be multiplied by the root of the number of people.",
        )


def _check_cells(name: str, cells: Cells, *, ratio: bool) -> None:
    arms = ((cells.events, cells.of), (cells.control_events, cells.control_of))
    if any(not (math.isfinite(events) and 0 <= events <= of and 0 < of < math.inf) for events, of in arms):
        raise NotPoolable("Events must lie between 0 and the number of people in the arm.", where=name)
    nobody, everybody = all(events == 0 for events, _ in arms), all(events == of for events, of in arms)
    if ratio and (nobody or everybody):
        raise NotPoolable(
            "Nobody, or everybody, had the event in both arms: this trial says nothing about a ratio.",
            where=name,
            remedy="Leave it out and say so.",
        )
