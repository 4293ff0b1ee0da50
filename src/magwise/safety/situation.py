"""Everything that a gate may ask about, in one frozen value.

Comes in: a person, the medicines read from their lines, what their labs said. Goes out: a `Situation`, and
what in it could not be made out. It finds nothing and decides nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from magwise import knowledge
from magwise.findings import Unchecked
from magwise.medicine import Medicine
from magwise.person import Alcohol, Goal, Kidney, Person, Sex, YesNo
from magwise.safety.complaints import Meant, condition_line, says_new, symptom_line

__all__ = ["Situation", "may_be_pregnant", "situation_of", "within_a_year"]


@dataclass(frozen=True, slots=True)
class Situation:
    """What is known of a person. None is "not known", and no gate takes it for healthy.

    pregnant      True, False, or "assumed" when it was not answered and cannot be ruled out
    taking        magnesium is taken already, from any source; since: and the person says since when
    interacting   medicines that count towards "two or more interacting medicines"
    open_marker   questions raised by a medicine and not yet answered: heart, kidney, myasthenia
    ppi_for_a_year  a stomach-acid blocker has been taken for twelve months or more
    serum         very_low | low | within | high, when serum magnesium was measured
    """

    age: int | None = None
    kidney: str = "unanswered"
    egfr: float | None = None
    pregnant: bool | str = False
    breastfeeding: bool = False
    alcohol: str | None = None
    stool: str = "normal"
    serum: str | None = None
    taking: bool = False
    since: bool = False
    prescription: bool = False
    chronic: bool = False
    medicines_answered: bool = True
    interacting: int = 0
    ppi_for_a_year: bool = False
    condition: frozenset[str] = frozenset()
    symptom: frozenset[str] = frozenset()
    medicine: frozenset[str] = frozenset()
    open_marker: frozenset[str] = frozenset()


def situation_of(
    person: Person,
    medicines: tuple[Medicine, ...],
    *,
    today: date,
    egfr: float | None,
    serum: str | None,
    already_taking: bool,
    interacting: int,
    ppi_for_a_year: bool = False,
) -> tuple[Situation, tuple[Unchecked, ...], tuple[Meant, ...]]:
    """The situation, what could not be made out, and the phrases that nobody knew for sure."""
    since = person.taking_since is not None
    lines = tuple(_lines(person, since, already_taking))
    slugs = {slug for one in lines for slug in one.conditions}
    situation = Situation(
        age=person.age,
        kidney=_kidney(person, egfr),
        egfr=egfr,
        pregnant=_pregnant(person),
        breastfeeding=person.breastfeeding is YesNo.YES,
        alcohol=person.alcohol.value if person.alcohol else None,
        stool=person.usual_stool.value,
        serum=serum,
        taking=since or already_taking,
        since=since,
        prescription=any(one.prescription for one in medicines),
        chronic=_is_chronic(slugs, person),
        medicines_answered=person.medicines_answered,
        interacting=interacting,
        ppi_for_a_year=ppi_for_a_year,
        condition=frozenset(slugs),
        symptom=frozenset(slug for one in lines for slug in one.symptoms) - _aims(person),
        medicine=frozenset(name for one in medicines for name in one.classes),
        open_marker=frozenset(_open_markers(person, medicines, slugs, egfr)),
    )
    doubtful = tuple(one for one in lines if not one.is_known)
    return situation, tuple(_unanswered(person)), doubtful


def _lines(person: Person, since: bool, already_taking: bool) -> Iterator[Meant]:
    """Every line of conditions and symptoms as it counts for this person."""
    settled = _ruled_out(person)
    for text in person.conditions:
        yield condition_line(text, since_magnesium=since and says_new(text), settled=settled)
    for text in person.symptoms:
        now = since or (already_taking and says_new(text))
        yield symptom_line(text, since_magnesium=now, settled=settled)


def _ruled_out(person: Person) -> frozenset[str]:
    """Conditions that the person says they do not have."""
    return frozenset(slug for text in person.does_not_have for slug in condition_line(text).conditions)


def _aims(person: Person) -> frozenset[str]:
    """What is named as a goal is no sign of something new (resolution 3)."""
    return frozenset({"maybe-new-tiredness"} if Goal.FATIGUE in person.goals else ())


def within_a_year(when: date | None, today: date) -> bool:
    """Whether a date counts still: no older than twelve months and not in the future."""
    days = knowledge.figure("bounds", "value-counts-for")
    return when is not None and today - timedelta(days=days) < when <= today


def _kidney(person: Person, egfr: float | None) -> str:
    if person.kidney is None:
        return "unanswered"
    if person.kidney is Kidney.NORMAL and egfr is not None and egfr < _low_egfr():
        return Kidney.DISEASE.value  # a low measured eGFR beats "normal" (resolution 7)
    return person.kidney.value


def may_be_pregnant(age: int | None) -> bool:
    """Whether a pregnancy that nobody answered for is possible at this age; at an unknown one it is."""
    first, last = (knowledge.figure("bounds", "may-be-pregnant", end) for end in ("low", "high"))
    return age is None or first <= age <= last


def _low_egfr() -> float:
    return knowledge.figure("bounds", "egfr-low")


def _pregnant(person: Person) -> bool | str:
    if person.pregnant is YesNo.YES:
        return True
    possible = person.sex is not Sex.MALE and may_be_pregnant(person.age)
    return "assumed" if possible and person.pregnant is not YesNo.NO else False


def _is_chronic(slugs: set[str], person: Person) -> bool:
    passing = {"surgery-past", "surgery-planned", "trying-to-conceive", "fit-slow-pulse"}
    passing |= {str(one["id"]) for one in knowledge.entries("conditions") if one.get("illness") is False}
    return bool(slugs - passing) or person.alcohol is Alcohol.HEAVY


def _open_markers(
    person: Person, medicines: tuple[Medicine, ...], conditions: set[str], egfr: float | None
) -> Iterable[str]:
    denied = _ruled_out(person)
    answers = {
        "heart": {"heart-disease", "heart-block", "pacemaker", "bradycardia"},
        "myasthenia": {"myasthenia"},
        "neuromuscular": {"neuromuscular", "myasthenia"},
        "kidney": {"kidney-disease", "dialysis"},
    }
    for marker in {mark for one in medicines for mark in one.markers}:
        if marker not in answers or answers[marker] & (denied | conditions):
            continue
        if marker == "kidney" and (egfr is not None or person.kidney is not Kidney.NORMAL):
            continue  # the kidney gates speak for themselves then
        yield marker


def _unanswered(person: Person) -> Iterable[Unchecked]:
    if _pregnant(person) == "assumed":
        yield Unchecked(
            what="pregnancy",
            why="it was not answered, so the rules for pregnancy are used",
            remedy='Set pregnant = "yes" or "no" in the person file.',
            spec=("B067.1",),
        )
    if person.country is None:
        yield Unchecked(
            what="country",
            why="it was not given, so the strictest common limit is used",
            remedy='Set country to the two letters of your country, like "US".',
            blocks=False,
            spec=("A059.2",),
        )


def red_flag_words() -> tuple[str, ...]:
    """The red flags as a reader sees them, worst first."""
    return tuple(str(gate["says"]) for gate in knowledge.entries("gates") if gate["level"] == "help_now")
