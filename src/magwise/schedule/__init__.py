"""A day around what never moves: `openings`, then `place`, then `check` by code of its own."""

from magwise.schedule.check import check
from magwise.schedule.conflict import explain, has_room
from magwise.schedule.model import (
    Closed,
    DayProblem,
    Dose,
    Fixed,
    Movable,
    Need,
    NeedKind,
    Openings,
    Other,
    Outcome,
    Portion,
    Schedule,
)
from magwise.schedule.openings import openings
from magwise.schedule.place import place

__all__ = [
    "Closed",
    "DayProblem",
    "Dose",
    "Fixed",
    "Movable",
    "Need",
    "NeedKind",
    "Openings",
    "Other",
    "Outcome",
    "Portion",
    "Schedule",
    "check",
    "explain",
    "has_room",
    "openings",
    "place",
]
