"""What a person notes, as values: doses, outcomes, side effects, other influences, labs.

Comes in: a line as it was typed. Goes out: frozen entries that know their day, and what in them is a danger. Nothing
here touches a disk (that is `adapters/store`), and nothing judges whether it helped (that is `verdict`).
"""

from magwise.diary.entries import (
    Confounder,
    DoseRecord,
    Entry,
    Kind,
    LabResult,
    OutcomeEntry,
    SideEffect,
    Taking,
)
from magwise.diary.reading import When, read_line
from magwise.diary.vocabulary import Influence, Outcome, influences, outcome, outcomes

__all__ = [
    "Confounder",
    "DoseRecord",
    "Entry",
    "Influence",
    "Kind",
    "LabResult",
    "Outcome",
    "OutcomeEntry",
    "SideEffect",
    "Taking",
    "When",
    "influences",
    "outcome",
    "outcomes",
    "read_line",
]
