"""What safety finds: a level, the reasons, and which rule and facts stand behind it.

A finding decides and gives its reasons as data; `wording.py` turns it into sentences.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum, StrEnum

__all__ = ["Decision", "Finding", "Level", "Unchecked", "Urgency"]


class Level(IntEnum):
    """How far a finding reaches; a larger one outranks a smaller one."""

    NOTE = 1
    CAUTION = 2
    APART = 3
    ASK_FIRST = 4
    STOP = 5
    HELP_NOW = 6

    @property
    def word(self) -> str:
        return self.name.lower()

    @classmethod
    def of(cls, word: str) -> Level:
        """The level called `word` ('ask_first'). Raises KeyError for any other word."""
        return cls[word.upper()]


class Urgency(StrEnum):
    TODAY = "today"
    NOW = "now"
    EMERGENCY = "emergency number"


class Decision(StrEnum):
    PLAN = "plan"
    NOT_NEEDED = "not_needed"
    ASK_FIRST = "ask_first"
    DO_NOT_START = "do_not_start"
    GET_HELP_NOW = "get_help_now"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing found.

    rule       slug of the rule that found it ("keep-apart-levothyroxine")
    message    one sentence for the reader
    because    the reasons, as short statements of what was seen
    spec       ids of the specification's rules; facts: ids of knowledge entries; sources: citations in words
    cap_mg     most supplemental elemental magnesium a day that this finding allows, if it limits it
    ask        whom to ask ("pharmacist"), and the question to take along, when the level is ask_first
    product    index of the product it is about, if it is about one only
    draft      it rests on a figure not yet confirmed on the primary text
    rejects    the product it is about must not be chosen, though nothing speaks against magnesium itself
    """

    rule: str
    level: Level
    message: str
    because: tuple[str, ...] = ()
    spec: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    urgency: Urgency | None = None
    cap_mg: float | None = None
    ask: str | None = None
    question: str | None = None
    product: int | None = None
    draft: bool = False
    rejects: bool = False


@dataclass(frozen=True, slots=True)
class Unchecked:
    """Something that could not be checked.

    blocks        it concerns safety, so that no plan may be given as if all were clear
    hides_a_time  a medicine's times are unknown, so that no timetable can keep its distance
    """

    what: str
    why: str
    remedy: str
    blocks: bool = True
    hides_a_time: bool = False
    spec: tuple[str, ...] = field(default=())
