"""What a person notes, as values: doses, outcomes, side effects, other influences, labs.

Comes in: what somebody said, already read. Goes out: frozen entries that know their day. Nothing here touches a disk
(that is `adapters/store`), and nothing judges (that is `verdict`).
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

__all__ = ["Confounder", "DoseRecord", "Entry", "Kind", "LabResult", "OutcomeEntry", "SideEffect", "Taking"]
