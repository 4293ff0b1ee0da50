"""One thing that was noted about one day.

`day` is a day of the person's own calendar; `at` is the moment, with its offset from UTC, where one is known. `id`,
`noted` and `withdrawn` belong to whoever keeps the entry: a fresh one has none. An entry is never changed: a correction
is a new entry that `replaces` the old one, and the old one is withdrawn.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import ClassVar

__all__ = ["Confounder", "DoseRecord", "Entry", "Kind", "LabResult", "OutcomeEntry", "SideEffect", "Taking"]


class Kind(StrEnum):
    DOSE = "dose"
    OUTCOME = "outcome"
    CONFOUNDER = "confounder"
    LAB = "lab"
    SIDE_EFFECT = "side_effect"


class Taking(StrEnum):
    """What became of a dose."""

    TAKEN = "taken"
    LATE = "late"  # taken, but not when it was planned
    SKIPPED = "skipped"
    OTHER = "other"  # something else than planned: another amount or another product


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What every entry has.

    day        the day it belongs to; a night belongs to the day on which it ended
    at         when, with its offset; None: some time that day
    zone       the IANA name of the time zone, where it is known
    source     who noted it: typed, web, day, csv, apple-health
    origin     the same thing imported twice has the same origin; empty: none
    group      entries that were said in one breath (both figures of a blood pressure)
    """

    kind: ClassVar[Kind]

    day: date
    at: datetime | None = None
    zone: str = ""
    note: str = ""
    source: str = "typed"
    origin: str = ""
    group: str = ""
    id: int | None = None
    noted: datetime | None = None
    withdrawn: datetime | None = None
    replaces: int | None = None

    def __post_init__(self) -> None:
        if self.at is not None and self.at.tzinfo is None:
            raise ValueError("a moment needs its offset from UTC")


@dataclass(frozen=True, slots=True, kw_only=True)
class DoseRecord(Entry):
    """A dose of magnesium, and what the label said that day.

    elemental_mg  what was taken in all; 0 when skipped; None: the label does not tell
    product       its name; label: the printed text; form: the family of the salt
    meal          which dose of the plan it was; empty: none
    """

    kind: ClassVar[Kind] = Kind.DOSE

    taking: Taking
    elemental_mg: float | None = None
    elemental_low_mg: float | None = None
    elemental_high_mg: float | None = None
    units: float | None = None
    product: str = ""
    form: str = ""
    label: str = ""
    meal: str = ""

    @property
    def label_sha256(self) -> str:
        """Which version of the label this was; empty without a label."""
        return hashlib.sha256(self.label.encode()).hexdigest() if self.label else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomeEntry(Entry):
    """A value of one outcome: `outcome` is its id in knowledge/diary."""

    kind: ClassVar[Kind] = Kind.OUTCOME

    outcome: str
    value: float
    unit: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Confounder(Entry):
    """Something else that may have moved an outcome that day."""

    kind: ClassVar[Kind] = Kind.CONFOUNDER

    what: str
    amount: float | None = None
    unit: str = ""
    words: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LabResult(Entry):
    """A laboratory value as printed, with its LOINC code where it is known."""

    kind: ClassVar[Kind] = Kind.LAB

    what: str
    value: float
    unit: str
    loinc: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SideEffect(Entry):
    """A complaint in the person's own words; `severity` from 1 (noticed) to 3 (hard to bear)."""

    kind: ClassVar[Kind] = Kind.SIDE_EFFECT

    what: str
    severity: int | None = None
