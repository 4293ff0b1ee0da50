"""What a judged log says: the answer, the estimate behind it, and the reasons."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

__all__ = ["Better", "Outcome", "Verdict"]

Better = Literal["higher", "lower"]


class Outcome(StrEnum):
    WORKED = "worked"
    TOO_SMALL = "too_small"
    WORSE = "worse"
    CANNOT_TELL = "cannot_tell"


@dataclass(frozen=True, slots=True)
class Verdict:
    """The answer and what it rests on.

    effect             change for the better with magnesium (below 0: for the worse), placebo taken off if it was
    interval           where the effect lies, at `level`
    autocorrelation    how much a day resembles the one before (REML estimate beside phase and trend)
    n                  measured days
    why                the reasons, one sentence each
    trend_a_week       change for the better that went on with or without magnesium
    changed_over_time  change of the effect from the first to the last day with magnesium, where it is clear
    lagging            share of belief that the effect comes and goes over days rather than at once
    placebo            what was taken off for expectation
    adherence          share of days taken as planned; None: nobody wrote it down
    """

    verdict: Outcome
    smallest: float
    better: Better
    level: float
    n: int
    days_without: int
    days_with: int
    days_missing: int
    pairs: int
    unit: str | None = None
    effect: float | None = None
    interval: tuple[float, float] | None = None
    autocorrelation: float | None = None
    trend_a_week: float | None = None
    changed_over_time: float | None = None
    lagging: float | None = None
    placebo: float = 0.0
    adherence: float | None = None
    why: tuple[str, ...] = ()
