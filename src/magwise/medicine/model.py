"""What is known of a line of a medicine list, as frozen values.

These are read by `safety`, `plan` and `schedule`; nothing here decides whether a person may take magnesium.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from magwise.findings import Level

__all__ = ["Kind", "MagnesiumLoad", "Medicine", "Spacing"]


class Kind(StrEnum):
    RULED = "ruled"  # known, and a rule in knowledge/spacings speaks about it
    RECOGNISED = "recognised"  # known, no rule in our sources
    UNKNOWN = "unknown"  # not known: could not check, never clear


@dataclass(frozen=True, slots=True)
class Spacing:
    """One rule of knowledge/spacings: magnesium beside one medicine, gaps from magnesium's side.

    mg_before_h  least hours when magnesium is taken before the medicine; None: no gap is given
    mg_after_h   least hours when magnesium is taken after it
    salts        "all", or "alkaline only" (then other salts get a caution, without a gap); "none": no magnesium salt
    when         the condition on the rule, exactly as knowledge/spacings words it
    in_the_gut   it works where both are swallowed; False: also when the medicine is injected
    background   small at ordinary oral doses: told when asked for, no reason to flag the medicine
    """

    id: str
    drug: str
    drug_class: str
    level: Level | None  # None: no restriction in any source
    when: str | None
    salts: str
    mg_before_h: float | None
    mg_after_h: float | None
    counts_towards_two: bool
    action: str
    says: str
    sources: tuple[str, ...]
    label_gap_h: tuple[float | None, float | None] = (None, None)
    guide_gap_h: tuple[float | None, float | None] = (None, None)
    spec: tuple[str, ...] = ()
    draft: bool = False
    severity: str = ""
    in_the_gut: bool = True
    background: bool = False
    note: str | None = None

    @property
    def matters(self) -> bool:
        """Whether somebody who takes magnesium must know of it."""
        return self.level is not None and self.level >= Level.CAUTION and not self.background

    @property
    def holds_that_day_only(self) -> bool:
        """It speaks of the day on which the medicine is taken, and of no other."""
        return self.when is not None and "that day" in self.when

    def binds(self, *, alkaline: bool) -> bool:
        """Whether it takes its full level for this salt; when not, it is a caution without a gap."""
        return self.salts == "all" or (self.salts == "alkaline only" and alkaline)


@dataclass(frozen=True, slots=True)
class MagnesiumLoad:
    """Elemental magnesium that a medicine or supplement line itself brings in a day; None: amount unknown.

    mg_per_day is the larger figure when the line can be read two ways; low_mg_per_day then holds the smaller.
    per_take_mg is what one take brings, when that is known though not how often; whoever knows the times of the
    day can count on from there.
    """

    mg_per_day: float | None
    family: str
    why: str
    low_mg_per_day: float | None = None
    per_take_mg: float | None = None


@dataclass(frozen=True, slots=True)
class Medicine:
    """One line of a medicine or supplement list, read.

    times          minutes after midnight when the line tells a clock time; () when not told
    time_words     what it says instead: "wake", "lunch", "dinner", "bed", "bid", "tid", "qid", "q12h" ... as
                   anchors that `schedule` turns into times with the person's routine (resolution 22)
    before_meal    taken 30 min before the meal (ac); empty_stomach: wants an empty stomach
    days           weekdays 0 (Monday) to 6; () means every day
    course_days    length of a course in days ("10d"), if told
    starts, ends   dates of a course, both included, if told
    since_year     when long-term use began, if told; long_term: the line says so
    markers        questions that it raises: "kidney", "heart", "myasthenia", "neuromuscular", "gabapentin-kidney"
    given_for      those of them that come from what it is given for; beside magnesium the medicine itself is quiet
    near           near names that it could have meant, worst first: never acted on as if they were meant
    """

    as_written: str
    kind: Kind
    ingredients: tuple[str, ...] = ()
    spacings: tuple[Spacing, ...] = ()
    classes: tuple[str, ...] = ()
    route: str = "oral"  # oral | eye | ear | nose | skin | inhaled | injection | rectal | vaginal | unknown
    dose: str | None = None
    mineral: str | None = None  # calcium | iron | zinc | magnesium | multivitamin ... when it is one
    mineral_mg: float | None = None
    times: tuple[int, ...] = ()
    time_words: tuple[str, ...] = ()
    before_meal: bool = False
    empty_stomach: bool = False
    as_needed: bool = False
    days: tuple[int, ...] = ()
    course_days: int | None = None
    since_year: int | None = None
    long_term: bool = False
    prescription: bool = True
    magnesium: MagnesiumLoad | None = None
    markers: tuple[str, ...] = ()
    near: tuple[str, ...] = ()
    why: tuple[str, ...] = ()
    every_days: int | None = None  # 7 for "weekly", 30 for "monthly"; None: daily, or not told
    with_food: bool = False
    given_for: tuple[str, ...] = ()
    starts: date | None = None
    ends: date | None = None

    @property
    def binds_in_the_gut(self) -> bool:
        """Only what is swallowed meets magnesium in the gut; an unknown route counts as swallowed."""
        return self.route in {"oral", "unknown"}
