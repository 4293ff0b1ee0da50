"""One line as somebody types it -> the entries that it means.

`sleep 3`, `bp 132/84`, `lab "serum magnesium" 0.78 mmol/L`, `coffee 3`, `dose 200 mg`, `loose stools`. The longest
known words at its beginning say what it is; what follows is the value, and its unit if there is one. A value that
cannot be true, a unit that is not this thing's, and words that nobody knows are refused with what would be right;
nothing is guessed or rounded.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache

from magwise import knowledge
from magwise.diary.entries import Confounder, DoseRecord, Entry, LabResult, OutcomeEntry, SideEffect, Taking
from magwise.diary.flags import is_alarming
from magwise.diary.vocabulary import Influence, Outcome, influences, number_of, outcomes, plain
from magwise.errors import NotAnEntry, NotAPerson
from magwise.findings import Unchecked
from magwise.intake.labs import Marker, read_lab
from magwise.safety.complaints import symptom_line
from magwise.units import number

__all__ = ["PRESSURE", "When", "code_of_lab", "read_line", "value_of"]

LONGEST = 500
_LONGEST_NAME = 120  # characters of a laboratory value's name
_DIGITS = 1  # of a converted value
PRESSURE = ("bp", "blood pressure", "pressure")
_PRESSURES = ("systolic", "diastolic")
_DOSE = ("dose", "magnesium", "mg", "tablet", "capsule", "took dose", "took magnesium")
_LAB = ("lab", "labs", "blood test")
_SIDE_EFFECT = ("side effect", "symptom", "side effects", "complaint")
_OVER = ("gone", "over", "no more", "ended")
_TAKING = {
    "taken": Taking.TAKEN, "took": Taking.TAKEN, "yes": Taking.TAKEN, "late": Taking.LATE,
    "skipped": Taking.SKIPPED, "skip": Taking.SKIPPED, "missed": Taking.SKIPPED, "no": Taking.SKIPPED,
    "other": Taking.OTHER,
}  # fmt: skip
_SEVERITY = {"mild": 1, "moderate": 2, "severe": 3, "bad": 3, "slight": 1, "strong": 3}
_MEALS = ("breakfast", "lunch", "dinner", "snack", "water")
_NUMBER = re.compile(r"([-+−]?\d+(?:[.,]\d+)?)\s*(.*)", re.DOTALL)
_PRESSURE = re.compile(r"(\d{2,3}(?:[.,]\d)?)\s*(?:/|over)\s*(\d{2,3}(?:[.,]\d)?)\s*(.*)")


@dataclass(frozen=True, slots=True)
class When:
    """The day an entry belongs to, and the moment and zone where they are known."""

    day: date
    at: datetime | None = None
    zone: str = ""


def read_line(words: Sequence[str], when: When) -> tuple[Entry, ...]:
    """The entries of one line: two for a blood pressure, else one. Raises NotAnEntry."""
    text = " ".join(" ".join(words).split())
    if not text or len(text) > LONGEST:
        raise NotAnEntry(
            "Nothing was said." if not text else "That is too long for one line.", remedy=_EXAMPLES
        )
    try:
        return _read(text, when)
    except NotAnEntry:
        meant = symptom_line(text, since_magnesium=True)
        in_words = meant.near is None and not re.search(r"\d", text)
        if in_words and is_alarming(meant):  # "pressure on the chest" is no blood pressure
            return (SideEffect(day=when.day, at=when.at, zone=when.zone, what=text),)
        raise


def _read(text: str, when: When) -> tuple[Entry, ...]:
    kind, what, rest = _begins(text)
    match kind:
        case "pressure":
            return _pressure(rest, when)
        case "dose":
            return (_dose(rest, when),)
        case "lab":
            return (_lab(rest, when),)
        case "outcome":
            return (_outcome(outcomes()[what], rest, when),)
        case "influence":
            return (_influence(influences()[what], rest, when, text),)
        case _:
            return (_side_effect(rest, when, said_so=kind == "side effect"),)


def value_of(one: Outcome, text: str) -> float:
    """The value in the outcome's own unit. Raises NotAnEntry with its name and range."""
    match = _NUMBER.fullmatch(text.strip())
    if match is None:
        raise NotAnEntry(
            f"{text[:40]!r} is no value of {one.name}." if text else f"Which value of {one.name}?",
            remedy=f"{one.asks} For example: magwise log {one.words[0]} {number(_usual(one))}",
        )
    value, unit = _plain_number(match[1]), match[2]
    factor = one.units.get(_unit(unit)) if unit else 1.0
    if factor is None:
        raise NotAnEntry(
            f"{unit[:30]!r} is no unit of {one.name}.", remedy=f"Use {' or '.join(dict.fromkeys(one.units))}."
        )
    return _in_range(one, value if factor == 1 else round(value * factor, _DIGITS))


def _usual(one: Outcome) -> float:
    """A value for an example: the middle of a scale, a small count otherwise."""
    return (one.low + one.high) // 2 if one.high <= 10 else one.low + (one.high - one.low) // 20


def code_of_lab(marker: str, unit: str) -> str:
    """The LOINC code of a laboratory value, which depends on its unit; empty where none is known for sure."""
    squeezed = "".join(unit.casefold().split())
    for fact in knowledge.facts("diary"):
        given = fact.values
        if given.get("use") == "code" and given["marker"] == marker and squeezed in given["units"]:  # type: ignore[operator]
            return str(given["code"])
    return ""


def _in_range(one: Outcome, value: float) -> float:
    if not one.low <= value <= one.high:
        raise NotAnEntry(
            f"{number(value)} cannot be {one.name}: it lies between {number(one.low)} and {number(one.high)} "
            f"{one.unit}.",
            remedy=one.fact.says if one.id in _PRESSURES else one.asks,
        )
    if one.whole and value != int(value):
        raise NotAnEntry(f"{one.name.capitalize()} is a whole number, not {number(value)}.", remedy=one.asks)
    return value


def _begins(text: str) -> tuple[str, str, str]:
    """What kind of line this is, of what, and what follows the words that said so."""
    words = text.split(" ")
    for length in range(min(len(words), _longest()), 0, -1):
        found = _words().get(plain(" ".join(words[:length])))
        if found:
            return (*found, " ".join(words[length:]))
    return "complaint", "", text


@cache
def _words() -> Mapping[str, tuple[str, str]]:
    known: dict[str, tuple[str, str]] = {}
    for kind, named in (
        ("pressure", PRESSURE),
        ("dose", _DOSE),
        ("lab", _LAB),
        ("side effect", _SIDE_EFFECT),
    ):
        known |= {plain(word): (kind, "") for word in named}
    for other in influences().values():
        known |= {plain(word): ("influence", other.id) for word in (other.id, other.name, *other.words)}
    for one in outcomes().values():
        known |= {plain(word): ("outcome", one.id) for word in (one.id, one.name, *one.words)}
    return known


@cache
def _longest() -> int:
    return max(len(word.split()) for word in _words())


def _outcome(one: Outcome, rest: str, when: When) -> OutcomeEntry:
    return OutcomeEntry(
        day=when.day, at=when.at, zone=when.zone, outcome=one.id, value=value_of(one, rest), unit=one.unit
    )


def _pressure(rest: str, when: When) -> tuple[Entry, ...]:
    match = _PRESSURE.fullmatch(rest.strip())
    if match is None:
        raise NotAnEntry(
            f"{rest[:40]!r} is no blood pressure." if rest else "Which blood pressure?",
            remedy="Both figures, like: magwise log bp 132/84",
        )
    upper, lower = outcomes()["systolic"], outcomes()["diastolic"]
    values = [
        value_of(one, f"{part} {match[3]}".strip()) for one, part in ((upper, match[1]), (lower, match[2]))
    ]
    if values[0] <= values[1]:
        raise NotAnEntry(
            f"{rest}: the upper figure must be above the lower one.", remedy="Like: magwise log bp 132/84"
        )
    group = f"pressure:{when.day.isoformat()}:{when.at.isoformat() if when.at else ''}:{rest}"
    return tuple(
        OutcomeEntry(
            day=when.day, at=when.at, zone=when.zone, outcome=one.id, value=value, unit=one.unit, group=group[:190]
        )
        for one, value in zip((upper, lower), values, strict=True)
    )  # fmt: skip


def _dose(rest: str, when: When) -> DoseRecord:
    """`dose`, `dose late`, `dose skipped`, `dose 200 mg`, `dose lunch`; an amount is elemental magnesium."""
    taking, meal, amount = Taking.TAKEN, "", None
    words = rest.split()
    while words:
        word = plain(words.pop(0))
        match = _NUMBER.fullmatch(word)
        if word in _TAKING:
            taking = _TAKING[word]
        elif word in _MEALS:
            meal = word
        elif match:
            unit = match[2] or (
                words.pop(0) if words and plain(words[0]) in {"mg", "g", "milligrams"} else "mg"
            )
            amount = _milligrams(_plain_number(match[1]), plain(unit))
        elif word not in {"with", "at", "the", "dose", "of", "magnesium", "was", "taken"}:
            raise NotAnEntry(
                f"{word[:40]!r} says nothing about a dose.",
                remedy="Like: magwise log dose, magwise log dose skipped, magwise log dose 200 mg with dinner",
            )
    if taking is Taking.SKIPPED:
        amount = 0.0
    elif amount == 0:
        taking = Taking.SKIPPED
    return DoseRecord(
        day=when.day, at=when.at, zone=when.zone, taking=taking, meal=meal,
        elemental_mg=amount, elemental_low_mg=amount, elemental_high_mg=amount,
    )  # fmt: skip


def _milligrams(amount: float, unit: str) -> float:
    factors = {"mg": 1.0, "milligrams": 1.0, "g": 1000.0}
    if unit not in factors:
        raise NotAnEntry(
            f"{unit[:20]!r} is no unit of a dose.", remedy="Give milligrams of magnesium itself."
        )
    mg = amount * factors[unit]
    low, high = number_of("dose-at-once", "low"), number_of("dose-at-once", "high")
    if not low <= mg <= high:
        raise NotAnEntry(
            f"{number(mg)} mg cannot be a dose: it lies between {number(low)} and {number(high)} mg.",
            remedy="If so much was really taken, call the poison centre now.",
        )
    return mg


def _lab(rest: str, when: When) -> LabResult:
    match = re.fullmatch(r"(?P<what>.*?\D)\s+(?P<value>[-+−]?\d+(?:[.,]\d+)?)\s*(?P<unit>\S.*)?", rest)
    if match is None or len(match["what"]) > _LONGEST_NAME:
        raise NotAnEntry(
            f"{rest[:60]!r} is no laboratory value." if rest else "Which laboratory value?",
            remedy='Name, value and unit, like: magwise log lab "serum magnesium" 0.78 mmol/L',
        )
    what, value, unit = match["what"].strip(), _plain_number(match["value"]), (match["unit"] or "").strip()
    if not unit:
        raise NotAnEntry(
            f"{what} {value:g} has no unit; mg/dL and mmol/L differ by more than two.",
            remedy="Copy the unit from the report.",
        )
    try:
        read = read_lab(what, value, unit, when.day)
    except NotAPerson as bad:
        raise NotAnEntry(bad.what, remedy=bad.remedy) from None
    if isinstance(read, Unchecked):
        if read.blocks:
            raise NotAnEntry(f"{read.what}: {read.why}.", remedy=read.remedy)
        return LabResult(day=when.day, at=when.at, zone=when.zone, what=what, value=value, unit=unit)
    named = "eGFR" if read.marker is Marker.EGFR else f"{read.marker} magnesium"
    return LabResult(
        day=when.day, at=when.at, zone=when.zone, what=named, value=value, unit=unit,
        loinc=code_of_lab(read.marker, unit), note=f"{read.doubt.why}. {read.doubt.remedy}" if read.doubt else "",
    )  # fmt: skip


def _influence(one: Influence, rest: str, when: When, text: str) -> Confounder:
    if one.text:
        if one.id in {"new-medicine", "stopped-medicine"} and not rest.strip():
            raise NotAnEntry("Which medicine?", remedy="Like: magwise log new medicine amlodipine 5 mg")
        return Confounder(day=when.day, at=when.at, zone=when.zone, what=one.id, words=rest.strip())
    match = _NUMBER.fullmatch(rest.strip() or "1") if one.unit != "min" else _NUMBER.fullmatch(rest.strip())
    if match is None:
        raise NotAnEntry(
            f"{text[:60]!r} has no amount.",
            remedy=f"How many {one.unit}? Like: magwise log {one.words[0]} 30",
        )
    value, unit = _plain_number(match[1]), _unit(match[2])
    if unit in one.other_units:
        high, unit_kept = one.other_units[unit], unit
    elif not unit or unit in one.units:
        value, high, unit_kept = value * one.units.get(unit, 1.0), one.high, one.unit
    else:
        allowed = dict.fromkeys((*one.units, *one.other_units))
        raise NotAnEntry(
            f"{match[2][:30]!r} is no unit of {one.name}.", remedy=f"Use {' or '.join(allowed)}."
        )
    if not one.low <= value <= high:
        raise NotAnEntry(
            f"{number(value)} {unit_kept} cannot be {one.name}: it lies between {number(one.low)} and {number(high)} "
            f"{unit_kept} a day."
        )
    return Confounder(day=when.day, at=when.at, zone=when.zone, what=one.id, amount=value, unit=unit_kept)


def _side_effect(rest: str, when: When, *, said_so: bool) -> SideEffect:
    """A complaint in words. What no list knows is taken only where somebody said that it is one."""
    words = rest.split()
    severity = None
    if words and plain(words[0]) in _SEVERITY:
        severity = _SEVERITY[plain(words.pop(0))]
    elif words and re.fullmatch(r"[1-3]", words[-1]) and len(words) > 1:
        severity = int(words.pop())
    text = " ".join(words)
    for word in _OVER:
        if plain(text).endswith(f" {word}") or plain(text).startswith(f"{word} "):
            severity, text = 0, re.sub(rf"\b{word}\b", "", text, count=1, flags=re.IGNORECASE).strip(" :,")
            break
    if not text:
        raise NotAnEntry("Which complaint?", remedy="Like: magwise log side effect loose stools")
    meant = symptom_line(text, since_magnesium=True)
    if not said_so and not (meant.symptoms or meant.left_out or meant.near):
        raise _unknown(text)
    if not said_so and meant.near and not meant.left_out and _near_word(text):
        raise _unknown(text)
    return SideEffect(day=when.day, at=when.at, zone=when.zone, what=text, severity=severity)


def _unknown(text: str) -> NotAnEntry:
    near = _near_word(text)
    hint = f"Did you mean {near}? " if near else ""
    return NotAnEntry(
        f"{text[:60]!r} is nothing that the diary knows.",
        remedy=f"{hint}{_EXAMPLES} `magwise log --list` shows all words; a complaint in your own words: "
        "magwise log side effect WORDS",
    )


def _near_word(text: str) -> str | None:
    from rapidfuzz import process

    beginning = plain(re.split(r"\s+[-+]?\d", text)[0])
    found = process.extractOne(beginning, list(_words()), score_cutoff=70)
    return str(found[0]) if found else None


_EXAMPLES = "Like: magwise log sleep 7, magwise log bp 132/84, magwise log coffee 2."


def _unit(text: str) -> str:
    return " ".join(text.casefold().replace(".", "").split())


def _plain_number(text: str) -> float:
    return float(text.replace("−", "-").replace(",", "."))
