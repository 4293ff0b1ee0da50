"""A day around what never moves: `openings`, then `place`, then `check` by code of its own.

`magwise.schedule.replan` is for a day that goes otherwise; a plan does not need it, so it is not loaded here.
"""

from magwise.schedule.ask import Question, questions
from magwise.schedule.check import check
from magwise.schedule.conflict import explain, has_room
from magwise.schedule.days import Days, OtherDay, every_day_alike, problem_on, unfold
from magwise.schedule.model import (
    MAGNESIUM,
    Closed,
    DayProblem,
    Dose,
    Fast,
    Fixed,
    MineralGap,
    Movable,
    Need,
    NeedKind,
    Openings,
    Other,
    Outcome,
    Pause,
    Portion,
    Schedule,
)
from magwise.schedule.openings import openings
from magwise.schedule.place import place

__all__ = [
    "MAGNESIUM",
    "Closed",
    "DayProblem",
    "Days",
    "Dose",
    "Fast",
    "Fixed",
    "MineralGap",
    "Movable",
    "Need",
    "NeedKind",
    "Openings",
    "Other",
    "OtherDay",
    "Outcome",
    "Pause",
    "Portion",
    "Question",
    "Schedule",
    "check",
    "every_day_alike",
    "explain",
    "has_room",
    "openings",
    "place",
    "problem_on",
    "questions",
    "unfold",
]
