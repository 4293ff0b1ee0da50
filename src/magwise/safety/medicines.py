"""Medicines beside magnesium: each line's rules -> one finding, and the gaps that a day must keep.

Comes in: a medicine that was read, its times, the salt. Goes out: `Beside`, which the day is built from, and
at most one finding a medicine, with all its sources. Only magnesium moves; nothing is said against a medicine.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date

from magwise import knowledge
from magwise.day import Routine
from magwise.errors import BrokenKnowledge
from magwise.findings import Finding, Level, Unchecked
from magwise.medicine import Kind, Medicine, Spacing, default_spacing, read_medicine
from magwise.medicine.anchors import is_at_bedtime

__all__ = ["Beside", "beside", "counts_towards_two", "findings_beside", "minerals_that_move"]

MINERALS = frozenset({"calcium", "iron", "zinc"})

# What the words in a rule's `when` do. A word that is not here stops the program (resolution 1).
_WHEN_STOPS_ALKALINE = frozenset({"stop for alkaline salts", "stop that day for alkaline salts"})
_WHEN_ONLY_AT_BEDTIME = (
    "ask_first with a diuretic, digoxin or symptoms; gap only for a dose taken at bedtime; ask since when"
)
_WHEN_KNOWN = _WHEN_STOPS_ALKALINE | {
    "that day only",
    _WHEN_ONLY_AT_BEDTIME,
    "different meal",
    "counted into the day",
    "kidney disease is stop by itself",
    "planned anaesthesia",
    "aluminium only",
    "alkaline salts only",
    "raises serum magnesium a little",
    "every salt; ask eGFR; loose stools mean pause and ring the prescriber",
    "see resolutions 9 and 10",
}


@dataclass(frozen=True, slots=True)
class Beside:
    """One medicine or mineral in the day, and the hours that magnesium keeps from it.

    times    minutes after midnight; () when nobody knows them
    soft     the gap is a wish, not a need (recognised, no rule)
    far      as far away as the day allows, beyond the gap (unknown)
    pauses_its_days  no magnesium on the days from `starts` to `ends`, and no other restriction
    """

    medicine: Medicine
    times: tuple[int, ...]
    assumed: bool
    level: Level | None
    before_h: float
    after_h: float
    soft: bool = False
    far: bool = False
    movable: bool = False
    given_days: tuple[int, ...] = ()
    since: int | None = None
    starts: date | None = None
    ends: date | None = None
    pauses_its_days: bool = False

    @property
    def name(self) -> str:
        return _name(self.medicine)

    @property
    def days(self) -> tuple[int, ...]:
        return self.given_days or self.medicine.days

    @property
    def needs_a_gap(self) -> bool:
        return not self.soft and (self.before_h > 0 or self.after_h > 0)


def beside(
    medicine: Medicine,
    times: tuple[int, ...],
    *,
    assumed: bool,
    alkaline: bool,
    routine: Routine,
    movable: bool = False,
    days: tuple[int, ...] = (),
    since: int | None = None,
    starts: date | None = None,
    ends: date | None = None,
    today: date | None = None,
) -> Beside:
    """The level and the gaps of one medicine for this salt, strictest over its rules.

    A rule for the day of the medicine alone stops magnesium as long as nobody says which day that is, and on it.
    """
    rules = tuple(_rules_that_count(medicine, alkaline, times, routine))
    another_day = bool(starts and ends and today and not starts <= today <= ends)
    pausing = [rule for rule in rules if rule.holds_that_day_only and _level(rule, alkaline) is Level.STOP]
    pauses = another_day and bool(pausing)
    if pauses:
        rules = tuple(replace(rule, level=Level.APART) if rule in pausing else rule for rule in rules)
    levels = [level for rule in rules if (level := _level(rule, alkaline)) is not None]
    binding = [rule for rule in rules if rule.binds(alkaline=alkaline) and _level(rule, alkaline) is not None]
    before, after = (
        _largest(rule.mg_before_h for rule in binding),
        _largest(rule.mg_after_h for rule in binding),
    )
    soft = medicine.kind is Kind.RECOGNISED and medicine.binds_in_the_gut and not medicine.mineral
    if soft and not before and not after:
        before = after = _default().mg_before_h or 0.0
    return Beside(
        medicine=medicine,
        times=times,
        assumed=assumed,
        level=max(levels, default=None),
        before_h=before,
        after_h=after,
        soft=soft,
        far=medicine.kind is Kind.UNKNOWN,
        movable=movable,
        given_days=days,
        since=since,
        starts=starts,
        ends=ends,
        pauses_its_days=pauses,
    )


def findings_beside(one: Beside, *, alkaline: bool, routine: Routine) -> Iterator[Finding]:
    """The one finding about this medicine, if any: its worst rule speaks, all its sources are named."""
    rules = [
        rule
        for rule in _rules_that_count(one.medicine, alkaline, one.times, routine)
        if _level(rule, alkaline) is not None
    ]
    if not rules or one.level is None:
        return
    if one.pauses_its_days:
        rules = [replace(rule, level=min(rule.level or one.level, one.level)) for rule in rules]
    rules.sort(key=lambda rule: -(_level(rule, alkaline) or 0))
    bound = any(rule.binds(alkaline=alkaline) for rule in rules)
    yield Finding(
        rule=f"{_PREFIX[one.level]}-{_slug(one.name)}",
        level=one.level,
        message=_message(one, rules, bound=bound),
        because=tuple(_because(one, rules)),
        spec=tuple(dict.fromkeys(spec for rule in rules for spec in rule.spec)),
        facts=tuple(dict.fromkeys(rule.id for rule in rules)),
        sources=tuple(dict.fromkeys(source for rule in rules for source in rule.sources)),
        ask=_whom(one.level),
        question=_question(one),
        draft=any(rule.draft for rule in rules),
    )


def unknown_medicine(medicine: Medicine) -> tuple[Finding, Unchecked]:
    """An unknown medicine is never clear: ask first, with the near names that it may have meant."""
    near = f" Did you mean {_or(medicine.near)}?" if medicine.near else ""
    finding = Finding(
        rule="medicine-unknown",
        level=Level.ASK_FIRST,
        message=f"We do not know the medicine {medicine.as_written!r}, so it could not be checked.{near}",
        because=(f"not in our lists: {medicine.as_written}",),
        spec=("B034.1", "A038.1"),
        facts=("IX133",),
        sources=_default().sources,
        ask="pharmacist",
        question=f"Can I take magnesium with {medicine.as_written}, and how many hours apart?",
    )
    return finding, Unchecked(
        what=f"medicine: {medicine.as_written}",
        why="it is not in our lists",
        remedy=near.strip()
        or "Check the spelling, or give the name of the ingredient as the pack prints it.",
        spec=("B034.1",),
    )


def counts_towards_two(medicines: Iterable[Beside], *, alkaline: bool) -> int:
    """How many different medicines interact with this salt; minerals, reflux spacing and defaults never count."""
    return len(
        {
            one.name
            for one in medicines
            if any(
                rule.counts_towards_two and rule.binds(alkaline=alkaline) for rule in _in_reach(one.medicine)
            )
        }
    )


def minerals_that_move(medicine: Medicine) -> bool:
    """Whether this line is a calcium, iron or zinc supplement, which goes to another meal."""
    return medicine.mineral in MINERALS


_PREFIX = {
    Level.NOTE: "note",
    Level.CAUTION: "watch",
    Level.APART: "keep-apart",
    Level.ASK_FIRST: "ask-first",
    Level.STOP: "not-together",
    Level.HELP_NOW: "help-now",
}


def _rules_that_count(
    medicine: Medicine, alkaline: bool, times: tuple[int, ...], routine: Routine
) -> Iterator[Spacing]:
    """The rules in reach of this line: a bedtime-only gap falls away when nothing is taken at bedtime."""
    for rule in _in_reach(medicine):
        if rule.when is not None and rule.when not in _WHEN_KNOWN:
            raise BrokenKnowledge(f"A rule says {rule.when!r}, which nobody knows.", where=rule.id)
        if rule.when == _WHEN_ONLY_AT_BEDTIME and not any(is_at_bedtime(at, routine) for at in times):
            yield replace(rule, mg_before_h=None, mg_after_h=None)
        elif rule.when == "different meal" and _is_small_zinc(medicine):
            yield replace(rule, level=Level.NOTE, mg_before_h=None, mg_after_h=None)
        else:
            yield rule


def _in_reach(medicine: Medicine) -> Iterator[Spacing]:
    for rule in (*medicine.spacings, *_feared(medicine)):
        injected = medicine.route in {"injection", "rectal", "vaginal"}
        if medicine.binds_in_the_gut or (injected and not rule.in_the_gut):
            yield rule


def _feared(medicine: Medicine) -> tuple[Spacing, ...]:
    """For an unknown line: the default gap, and the worst near name if it means stop or four hours."""
    if medicine.kind is not Kind.UNKNOWN:
        return ()
    far = knowledge.figure("bounds", "far-gap")
    candidates = [
        rule
        for name in medicine.near
        for read in read_medicine(name)
        if read.kind is Kind.RULED
        for rule in read.spacings
        if rule.level is Level.STOP or max(rule.mg_before_h or 0, rule.mg_after_h or 0) >= far
    ]
    worst = sorted(candidates, key=lambda rule: -(rule.level or 0))[:1]
    return (*worst, _default())


def _default() -> Spacing:
    return default_spacing()


def _level(rule: Spacing, alkaline: bool) -> Level | None:
    if rule.level is None or rule.salts == "none":
        return None
    if rule.when in _WHEN_STOPS_ALKALINE:
        return Level.STOP if alkaline else rule.level
    return rule.level if rule.binds(alkaline=alkaline) else min(rule.level, Level.CAUTION)


def _largest(hours: Iterable[float | None]) -> float:
    return max((hour for hour in hours if hour is not None), default=0.0)


def _is_small_zinc(medicine: Medicine) -> bool:
    high = knowledge.fact("dosing", "zinc-high").values["value"]
    return (
        medicine.mineral == "zinc"
        and medicine.mineral_mg is not None
        and medicine.mineral_mg < float(str(high))
    )


def _message(one: Beside, rules: list[Spacing], *, bound: bool) -> str:
    says = " ".join(dict.fromkeys(rule.says for rule in rules))
    if one.pauses_its_days and one.starts:
        until = f" to {one.ends}" if one.ends != one.starts else ""
        return f"{says} Yours is {one.starts}{until}: your timetable leaves magnesium out then."
    if not bound and any(rule.salts == "alkaline only" for rule in rules):
        return f"{says} Your product is another salt, so no gap is kept here; mention it to your pharmacist."
    return says


def _because(one: Beside, rules: list[Spacing]) -> Iterator[str]:
    yield f"on your list: {one.medicine.as_written}"
    if one.needs_a_gap:
        yield f"hours kept by magnesium: {one.before_h:g} before, {one.after_h:g} after"
    for rule in rules:
        label, guide = _hours(rule.label_gap_h), _hours(rule.guide_gap_h)
        if label and guide and label != guide:
            yield f"sources differ: labels {label}, guide {guide}; the stricter side is kept"
        if rule.note:
            yield rule.note


def _hours(gap: tuple[float | None, float | None]) -> str | None:
    if gap == (None, None):
        return None
    return " / ".join("none" if hours is None else f"{hours:g} h" for hours in gap)


def _whom(level: Level) -> str | None:
    return "pharmacist or doctor" if level >= Level.ASK_FIRST else None


def _question(one: Beside) -> str | None:
    if one.level is None or one.level < Level.ASK_FIRST:
        return None
    hours = f", {one.before_h:g} h before or {one.after_h:g} h after it" if one.needs_a_gap else ""
    return f"May I take magnesium while I take {one.name}{hours}?"


def _name(medicine: Medicine) -> str:
    """The ingredient; of a mineral supplement the mineral, whatever its salt."""
    if medicine.mineral in MINERALS:
        return str(medicine.mineral)
    return " with ".join(medicine.ingredients) or medicine.as_written


def _slug(text: str) -> str:
    return "-".join("".join(sign if sign.isalnum() else " " for sign in text.lower()).split())


def _or(names: tuple[str, ...]) -> str:
    return " or ".join(names[:3])
