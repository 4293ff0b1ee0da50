"""A clinician's recorded word lifts one stop, and no other.

It must be dated within twelve months and not in the future. Kidney, child and high-magnesium clearances need
a limit and the monitoring. A lifted stop becomes "ask first", under a ceiling; a ceiling is never a target.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from magwise import knowledge
from magwise.findings import Finding, Level, Unchecked
from magwise.person import Clearance
from magwise.safety.complaints import condition_line, plain
from magwise.safety.gates import Gate, finding_of
from magwise.safety.situation import within_a_year

__all__ = ["Order", "after_clearance", "order_above_the_limit", "unused"]


@dataclass(frozen=True, slots=True)
class Order:
    """A clinician's order above the general limit: who, how much, how it is watched."""

    limit_mg: float
    who: str


def after_clearance(
    gate: Gate, clearances: tuple[Clearance, ...], today: date, conditions: tuple[str, ...] = ()
) -> Finding:
    """What the gate finds, with a valid clearance taken into account.

    `conditions` are the person's own words: a clearance for one disease of a gate lifts no other one.
    """
    finding = finding_of(gate)
    meant = [one for one in clearances if _is_about(one, gate) and _covers(one, gate, conditions)]
    if not meant or gate.level is not Level.STOP:
        return finding
    faults = [fault for one in meant for fault in (_fault(one, gate, today),) if fault]
    valid = [one for one in meant if _fault(one, gate, today) is None]
    if not valid or not gate.can_be_lifted:
        return replace(finding, because=(*finding.because, *faults))
    word = min(valid, key=lambda one: _ceiling(one, gate))
    return replace(
        finding,
        level=Level.ASK_FIRST,
        message=f"{gate.says} Cleared by {word.who or 'a clinician'} on {word.date}: go through this plan with them.",
        because=(*finding.because, f"clearance of {word.date} by {word.who or 'a clinician'}"),
        cap_mg=_ceiling(word, gate),
        question=finding.question or "Is this dose still right for me?",
        facts=(*finding.facts, "clearance-without-limit") if word.limit_mg is None else finding.facts,
    )


def order_above_the_limit(
    clearances: tuple[Clearance, ...], *, deficiency: bool, has_labs: bool, today: date
) -> Order | None:
    """A clinician's order above the general limit: only with a name, monitoring, a diagnosed deficiency and labs."""
    general = _number("general-limit")
    for one in clearances:
        diagnosed = one.diagnosed_deficiency or deficiency
        enough = one.who and one.monitoring and diagnosed and has_labs and within_a_year(one.date, today)
        if enough and one.limit_mg is not None and one.limit_mg > general:
            return Order(one.limit_mg, str(one.who))
    return None


def unused(clearances: tuple[Clearance, ...], gates: Iterable[Gate], today: date) -> tuple[Unchecked, ...]:
    """Clearances that lift nothing, each with the reason: silence would look like acceptance."""
    opened = tuple(gates)
    return tuple(
        Unchecked(
            what=f"clearance: {one.what}",
            why=_why_unused(one, opened, today),
            remedy="Give what it clears, who cleared it, the date, limit_mg and monitoring.",
            blocks=False,
        )
        for one in clearances
        if _why_unused(one, opened, today)
    )


def _why_unused(one: Clearance, opened: tuple[Gate, ...], today: date) -> str:
    about = [gate for gate in opened if _is_about(one, gate)]
    if not about:
        return "" if one.diagnosed_deficiency else "it names nothing that was found here"
    return next((fault for gate in about if (fault := _fault(one, gate, today))), "")


def _is_about(one: Clearance, gate: Gate) -> bool:
    names = {gate.id.casefold(), gate.rule.casefold(), *map(plain, gate.lift_names)}
    return one.what.casefold() in names or plain(one.what) in names


def _covers(one: Clearance, gate: Gate, conditions: tuple[str, ...]) -> bool:
    """Whether it names the gate as a whole, or each of the person's conditions that opened it."""
    whole = {gate.id.casefold(), gate.rule.casefold(), *map(plain, gate.lift_whole)}
    if one.what.casefold() in whole or plain(one.what) in whole:
        return True
    opened_by = [
        text for text in conditions if not set(condition_line(text).conditions).isdisjoint(gate.slugs)
    ]
    return all(plain(one.what) in plain(text) for text in opened_by)


def _fault(one: Clearance, gate: Gate, today: date) -> str | None:
    if one.date is None:
        return "the clearance has no date"
    if not within_a_year(one.date, today):
        return f"the clearance of {one.date} is not from the last twelve months"
    lacking = [name for name in gate.lift_needs if getattr(one, name) is None]
    return f"the clearance lacks {' and '.join(lacking)}" if lacking else None


def _ceiling(one: Clearance, gate: Gate) -> float:
    """The smallest of the clinician's limit, the condition's own cap above zero, and the general limit."""
    given = _number("clearance-without-limit") if one.limit_mg is None else one.limit_mg
    own = gate.cap_mg if gate.cap_mg else given
    return min(given, own, _number("general-limit"))


def _number(id: str) -> float:
    return float(str(knowledge.fact("dosing", id).values["value"]))
