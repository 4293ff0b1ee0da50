"""What a day asks for, and what it is answered with.

Comes in: a routine, what is fixed in it, what may move, portions of magnesium. Goes out: a `Schedule`.
Clock times are whole minutes after midnight. A day repeats: a gap that starts at 23:00 reaches into the
next morning. Nothing here decides anything.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from magwise.day import Meal, Moment, Routine, clock

__all__ = [
    "MAGNESIUM",
    "MOVABLE",
    "Closed",
    "DayProblem",
    "Dose",
    "Fast",
    "Fixed",
    "MineralGap",
    "Movable",
    "Need",
    "NeedKind",
    "Openings",
    "Other",
    "Outcome",
    "Pause",
    "Portion",
    "Schedule",
]

MAGNESIUM = "magnesium"
MOVABLE = "movable"  # the kind of whatever may move, in `Other`


class Outcome(StrEnum):
    """How the search for a day ended."""

    FOUND = "found"
    NO_ROOM = "no_room"
    NO_PRODUCT = "no_product"
    NOT_ASKED = "not_asked"


@dataclass(frozen=True, slots=True)
class Fixed:
    """Something that never moves.

    before_min  least minutes by which magnesium taken EARLIER precedes it; after_min: taken LATER follows it
    take        how the timetable calls it; its name when not given
    days        weekdays 0 (Monday) to 6 on which it is taken; () means every day
    soft        the gaps are a wish: they close no meal, but a meal outside them is preferred
    far         beyond its gaps, magnesium keeps as far away as the day allows (an unknown medicine)
    occurs      the days, seen from the day in question, on which it is taken: -1 yesterday, 0 today,
                1 tomorrow. All three is the ordinary case; `days.py` sets it for weekly tablets and courses
    first, last  dates of a course, both included; None: it has always been taken, or has no end
    mineral     what it brings, where it competes with minerals that may move: calcium, copper ...
    """

    name: str
    at: int
    before_min: int
    after_min: int
    kind: str = "medicine"
    take: str | None = None
    days: tuple[int, ...] = ()
    soft: bool = False
    far: bool = False
    occurs: tuple[int, ...] = (-1, 0, 1)
    first: date | None = None
    last: date | None = None
    mineral: str = ""

    @property
    def needs_a_gap(self) -> bool:
        return not self.soft and (self.before_min > 0 or self.after_min > 0)


@dataclass(frozen=True, slots=True)
class Movable:
    """A mineral or other supplement that may move, never a medicine.

    at          when it is taken by habit; None when there is no habit yet
    mineral     what it brings: calcium, iron, zinc ...; "" when it competes with no mineral
    before_min  least minutes from magnesium to it when magnesium comes first; after_min: when it comes first
    with_meal   it goes to a meal (or stays where it is by habit); else to any quarter hour of the waking day
    """

    name: str
    at: int | None
    mineral: str
    before_min: int
    after_min: int
    with_meal: bool = True


@dataclass(frozen=True, slots=True)
class MineralGap:
    """Two minerals that hinder each other, the minutes that keep them apart, and the fact that says so."""

    minerals: frozenset[str]
    minutes: int
    fact: str = ""

    def __str__(self) -> str:
        return " and ".join(sorted(self.minerals))


@dataclass(frozen=True, slots=True)
class Pause:
    """Dates, both included, on which no magnesium is taken at all, and because of what."""

    name: str
    first: date
    last: date


@dataclass(frozen=True, slots=True)
class Fast:
    """Dates, both included, on which nothing is eaten or swallowed by day, and the routine of these days.

    no_food  from this time to that one, the first excluded from eating and the second not; the routine's meals
             lie outside
    """

    first: date
    last: date
    routine: Routine
    no_food: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Portion:
    """What is taken at one sitting: so many units of one product."""

    product: int
    units: float
    elemental_mg: float


@dataclass(frozen=True, slots=True)
class DayProblem:
    """One day to be solved.

    evening_first    calm goals: the larger part goes to the evening meal
    bedtime_allowed  False: a meal eaten right at bedtime is closed too. (Magnesium goes to meals only, so
                     nobody is ever given a bedtime dose of its own.)
    mineral_gaps     minerals that keep apart from each other: what may move from what may move and from what is fixed
    pauses, fasts    dates that differ; `days.problem_on` leaves those of one date
    no_food          nothing that may move is taken from this time to that one (a fast)
    """

    routine: Routine
    fixed: tuple[Fixed, ...] = ()
    movables: tuple[Movable, ...] = ()
    evening_first: bool = False
    bedtime_allowed: bool = True
    mineral_gaps: tuple[MineralGap, ...] = ()
    pauses: tuple[Pause, ...] = ()
    fasts: tuple[Fast, ...] = ()
    no_food: tuple[int, int] | None = None

    @property
    def fixed_today(self) -> tuple[Fixed, ...]:
        """What is fixed and taken on this day itself, not only on the day before or after."""
        return tuple(item for item in self.fixed if 0 in item.occurs)


class NeedKind(StrEnum):
    APART = "apart"  # magnesium and movables keep their distance from something fixed
    OWN_MEAL = "own meal"  # a movable has a place, away from magnesium
    BEDTIME = "bedtime"  # no magnesium right at bedtime
    DOSES = "doses"  # the doses go to as many different meals
    SITTING = "sitting"  # one sitting holds only so much
    MINERALS = "minerals"  # two minerals keep apart from each other
    PAUSE = "pause"  # no magnesium on this day


@dataclass(frozen=True, slots=True)
class Need:
    """One thing that a day must respect; `which` is the index of the fixed item, movable or mineral gap it is about."""

    kind: NeedKind
    words: str
    which: int | None = None

    def __str__(self) -> str:
        return self.words


@dataclass(frozen=True, slots=True)
class Closed:
    """A meal that cannot hold magnesium, and every need that closes it by itself."""

    moment: Moment
    needs: tuple[Need, ...]

    def __str__(self) -> str:
        return f"{self.moment} is closed: {'; '.join(map(str, self.needs))}"


@dataclass(frozen=True, slots=True)
class Openings:
    """Where magnesium could go, before anybody asks how much.

    moments   meals outside all gaps, in the order of this person's day
    together  the most different meals that can hold magnesium at once while every movable has a place
    closed    the other meals, and what closes them
    """

    moments: tuple[Moment, ...]
    together: int
    closed: tuple[Closed, ...] = ()


@dataclass(frozen=True, slots=True)
class Dose:
    at: int
    meal: Meal
    portion: Portion

    def __str__(self) -> str:
        return f"{clock(self.at)} with {self.meal}"


@dataclass(frozen=True, slots=True)
class Other:
    """Something else taken in the day; `moved_from` is its old time when it had to move."""

    at: int
    take: str
    moved_from: int | None = None
    kind: str = "medicine"


@dataclass(frozen=True, slots=True)
class Schedule:
    """A day's timetable, or why there is none; doses and others in the order of this person's day.

    proven  no better day exists; False only for so many movables that the search had to stop early
    """

    outcome: Outcome
    doses: tuple[Dose, ...] = ()
    others: tuple[Other, ...] = ()
    conflict: tuple[str, ...] = ()
    proven: bool = True
