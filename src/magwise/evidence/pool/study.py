"""One trial's effect, and the checks that a set of them must pass before anything is pooled."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from magwise.errors import NotPoolable

__all__ = ["MOST_STUDIES", "Cells", "NotPoolable", "Study", "check"]

MOST_STUDIES = 10_000  # more than any meta-analysis holds; keeps time and memory bounded
_LARGEST = 1e100  # squares of such numbers still fit a float


@dataclass(frozen=True, slots=True)
class Cells:
    """Who had the event and who was in the group, with magnesium and without."""

    events: float
    of: float
    control_events: float
    control_of: float


@dataclass(frozen=True, slots=True)
class Study:
    """The effect a trial found (`yi`, treated minus control) and its variance (`vi`)."""

    name: str
    yi: float
    vi: float
    cells: Cells | None = None

    @property
    def se(self) -> float:
        return math.sqrt(self.vi)


def check(studies: Sequence[Study]) -> None:
    """Nothing to pool, a number that is none, or a variance that is not above 0: each is named."""
    if not studies:
        raise NotPoolable("There is no trial to pool.", remedy="Give at least two rows of trials.")
    if len(studies) > MOST_STUDIES:
        raise NotPoolable(f"{len(studies)} trials are more than the {MOST_STUDIES} this can pool.")
    for study in studies:
        _check_one(study)


def _check_one(study: Study) -> None:
    if not (abs(study.yi) < _LARGEST and abs(study.vi) < _LARGEST):  # also catches NaN
        raise NotPoolable(
            "The effect or its variance is not a usable number.",
            where=study.name,
            remedy="Correct the row, or leave the trial out and say so.",
        )
    if study.vi <= 1 / _LARGEST:
        raise NotPoolable(
            "The variance is zero or negative, so this trial would outweigh all others.",
            where=study.name,
            remedy="Look up the standard error in the paper: its square is the variance.",
        )
