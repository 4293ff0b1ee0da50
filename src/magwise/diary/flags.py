"""What in a diary is a danger: said before anything else, on every channel.

Comes in: entries. Goes out: the findings of the same gates that a plan passes, for what was written down since. A red
flag stays until its end is written down ("fainting gone") or a newer reading is ordinary again; time alone lifts none.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache

from magwise import knowledge
from magwise.diary.entries import Confounder, DoseRecord, Entry, LabResult, OutcomeEntry, SideEffect, Taking
from magwise.diary.vocabulary import number_of
from magwise.errors import NotAPerson
from magwise.findings import Finding, Level, Unchecked, Urgency
from magwise.intake.labs import Lab, Marker, classify_serum, read_lab
from magwise.safety.complaints import Meant, symptom_line
from magwise.safety.gates import finding_of, opened
from magwise.safety.situation import Situation

__all__ = ["Seen", "flags_in_notes", "is_alarming", "loose_stools", "red_flags", "symptoms_still_there"]

_ADULT = 19  # years; children have ranges of their own, and no plan
_LOOSE = ("loose-stools", "severe-diarrhoea")


@dataclass(frozen=True, slots=True)
class Seen:
    """What the diary says of safety.

    findings   red flags first; doubts: words that could not be understood and may matter
    step_back  stools are loose by what was written down
    """

    findings: tuple[Finding, ...] = ()
    doubts: tuple[Unchecked, ...] = ()
    step_back: bool = False

    @property
    def is_urgent(self) -> bool:
        return any(one.level is Level.HELP_NOW for one in self.findings)


def red_flags(entries: Sequence[Entry], *, country: str | None = None, age: float | None = None) -> Seen:
    """Everything in these entries (in the order of their days) that calls for somebody."""
    lines = list(_lines(entries))
    since = _first_dose(entries) is not None
    still = symptoms_still_there(entries)
    found = _findings(still, since, serum=_serum(entries, country, age), egfr=_newest(entries, Marker.EGFR))
    found += _pressures(entries)
    return Seen(
        findings=tuple(sorted(found, key=_worst_first)),
        doubts=tuple(_doubts(lines)),
        step_back=loose_stools(entries) or any(slug in still for slug in _LOOSE),
    )


def flags_in_notes(notes: Iterable[tuple[str, str, bool]]) -> Seen:
    """The same for notes beside a log: where each stands, its words, and whether magnesium had been taken by then."""
    still: dict[str, str] = {}
    since = False
    for place, text, taken in notes:
        since = since or taken
        for slug in _symptoms(text, since, guessing=False):
            still[slug] = f"{place}: {text}"
    found = sorted(_findings(still, since), key=_worst_first)
    return Seen(findings=tuple(found), step_back=any(slug in still for slug in _LOOSE))


def _findings(
    still: dict[str, str], since: bool, *, serum: str | None = None, egfr: float | None = None
) -> list[Finding]:
    """The gates that open by what was written, and by nothing else."""
    situation = Situation(
        age=_ADULT, symptom=frozenset(still), taking=since, since=since, serum=serum, egfr=egfr,
        kidney="disease" if egfr is not None and egfr < number_of("kidneys-slow", "below") else "normal",
    )  # fmt: skip
    ordinary = {gate.id for gate in opened(Situation(age=_ADULT, kidney="normal", taking=since, since=since))}
    return [
        finding_of(gate, tuple(still[slug] for slug in _named_in(gate.when) if slug in still))
        for gate in opened(situation)
        if gate.id not in ordinary
    ]


def symptoms_still_there(entries: Sequence[Entry]) -> dict[str, str]:
    """Symptom -> what was written and when, of the newest time; those whose end was written down are gone."""
    still: dict[str, str] = {}
    first_dose = _first_dose(entries)
    for entry in entries:
        since = first_dose is not None and entry.day >= first_dose
        for text in _texts(entry):
            for slug in _symptoms(text, since, guessing=isinstance(entry, SideEffect)):
                if isinstance(entry, SideEffect) and entry.severity == 0:
                    still.pop(slug, None)
                else:
                    still[slug] = f"{entry.day.isoformat()}: {text}"
        if _is_pressure(entry):
            _take_pressure(entry, still)
    return still


def loose_stools(entries: Iterable[Entry]) -> bool:
    """Whether the newest written stools are loose: on so many of so many days, as the fact says."""
    worst: dict[date, float] = {}
    for entry in entries:
        if isinstance(entry, OutcomeEntry) and entry.outcome == "bristol":
            worst[entry.day] = max(entry.value, worst.get(entry.day, 0.0))
    newest = sorted(worst)[-int(number_of("loose-stool", "within_days")) :]
    loose = sum(worst[day] >= number_of("loose-stool", "from") for day in newest)
    return loose >= number_of("loose-stool", "days")


def is_alarming(meant: Meant) -> bool:
    """Whether this line alone is a red flag."""
    situation = Situation(
        age=_ADULT, kidney="normal", symptom=frozenset(meant.symptoms), taking=True, since=True
    )
    return any(gate.level is Level.HELP_NOW for gate in opened(situation))


def _texts(entry: Entry) -> Iterator[str]:
    if isinstance(entry, SideEffect):
        yield entry.what
    elif isinstance(entry, Confounder) and entry.words:
        yield entry.words
    if entry.note and not isinstance(entry, LabResult):
        yield entry.note


@cache
def _symptoms(text: str, since: bool, *, guessing: bool) -> tuple[str, ...]:
    """What the words name; a near name counts only where somebody meant to write a complaint."""
    meant = symptom_line(text, since_magnesium=since)
    return meant.symptoms if guessing or meant.near is None else ()


def _lines(entries: Sequence[Entry]) -> Iterator[tuple[Entry, Meant]]:
    for entry in entries:
        if isinstance(entry, SideEffect) and entry.severity != 0:
            yield entry, symptom_line(entry.what, since_magnesium=True)


def _doubts(lines: Iterable[tuple[Entry, Meant]]) -> Iterator[Unchecked]:
    """Complaints that no list knows are never clear."""
    for entry, meant in lines:
        if meant.is_known:
            continue
        why = "it is not in our lists"
        if meant.near:
            why = f"it was read as {meant.near!r}, the nearest, until you say otherwise"
        elif meant.left_out:
            why = f"we understood a part of it only; {', '.join(map(repr, meant.left_out))} may matter"
        yield Unchecked(
            what=f"{entry.day.isoformat()}: {meant.as_written}",
            why=why,
            remedy="Say it in other words, or ask a pharmacist or doctor.",
            spec=("A062.1",),
        )


def _first_dose(entries: Iterable[Entry]) -> date | None:
    taken = (one.day for one in entries if isinstance(one, DoseRecord) and one.taking is not Taking.SKIPPED)
    return min(taken, default=None)


def _is_pressure(entry: Entry) -> bool:
    return isinstance(entry, OutcomeEntry) and entry.outcome == "systolic"


def _take_pressure(entry: Entry, still: dict[str, str]) -> None:
    """A low upper figure counts as low pressure, by the words of the safety lists; an ordinary one lifts that."""
    assert isinstance(entry, OutcomeEntry)  # noqa: S101 - asked before
    written = f"blood pressure {entry.value:.0f}"
    if "low-pressure" in _symptoms(written, True, guessing=False):
        still["low-pressure"] = f"{entry.day.isoformat()}: {written} mmHg"
    elif still.get("low-pressure", "").endswith("mmHg"):
        del still["low-pressure"]


def _pressures(entries: Sequence[Entry]) -> list[Finding]:
    """The newest reading, where it is dangerously high."""
    newest = {
        one.outcome: one
        for one in entries
        if isinstance(one, OutcomeEntry) and one.outcome in {"systolic", "diastolic"}
    }
    fact = knowledge.fact("diary", "very-high-pressure")
    bounds = {"systolic": number_of(fact.id, "upper"), "diastolic": number_of(fact.id, "lower")}
    high = [one for name, one in newest.items() if one.value >= bounds[name]]
    if not high:
        return []
    return [
        Finding(
            rule=fact.id,
            level=Level.HELP_NOW,
            urgency=Urgency.TODAY,
            message=fact.says,
            because=tuple(f"{one.day.isoformat()}: {one.value:.0f} {one.unit}" for one in high),
            facts=(fact.id,),
            sources=tuple(map(str, fact.citations)),
            ask="doctor",
            draft=fact.is_draft,
        )
    ]


def _serum(entries: Sequence[Entry], country: str | None, age: float | None) -> str | None:
    """What the newest serum magnesium says, in the words of the gates; None without one that can be used."""
    value = _newest(entries, Marker.SERUM)
    if value is None:
        return None
    word = classify_serum(value, country, _ADULT if age is None else age).level.value
    return {"low_severe": "very_low"}.get(word, word)


def _newest(entries: Sequence[Entry], marker: Marker) -> float | None:
    """The newest value of a laboratory marker about which there is no doubt."""
    for entry in reversed(entries):
        lab = _lab(entry) if isinstance(entry, LabResult) else None
        if lab is not None and lab.marker is marker and lab.doubt is None:
            return lab.value
    return None


def _lab(entry: LabResult) -> Lab | None:
    try:
        read = read_lab(entry.what, entry.value, entry.unit, entry.day)
    except NotAPerson:
        return None
    return read if isinstance(read, Lab) else None


def _named_in(when: object) -> Iterator[str]:
    if isinstance(when, list):
        for part in when:
            yield from _named_in(part)
    elif isinstance(when, dict):
        for key, value in when.items():
            if key == "symptom":
                yield from value if isinstance(value, list) else [value]
            else:
                yield from _named_in(value)


_URGENT = {Urgency.EMERGENCY: 0, Urgency.NOW: 1, Urgency.TODAY: 2, None: 3}


def _worst_first(one: Finding) -> tuple[int, int]:
    return -one.level, _URGENT[one.urgency]
