"""Medicines -> the object that `magwise medicines` prints for a line. A contract: it only grows."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from magwise.day import clock
from magwise.findings import Level
from magwise.medicine.model import Kind, Medicine, Spacing
from magwise.medicine.names import spacings_of
from magwise.medicine.rules import default_spacing

__all__ = ["is_relevant", "to_json"]

WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def to_json(medicines: tuple[Medicine, ...]) -> dict[str, Any]:
    """One line of a medicine list, read. `relevant` is null when something on it could not be checked."""
    rules = [rule for one in medicines for rule in _rules(one)]
    unknown = any(one.kind is Kind.UNKNOWN for one in medicines)
    relevant = any(is_relevant(one) for one in medicines)
    before, after = _strictest(rules)
    return {
        "known": not unknown,
        "ingredients": _each_once(name for one in medicines for name in one.ingredients),
        "classes": _each_once(name for one in medicines for name in one.classes),
        "route": _route(medicines),
        "relevant": True if relevant else None if unknown else False,
        "action": _action(medicines, rules),
        "mg_before_h": before,
        "mg_after_h": after,
        "times": _times(medicines),
        "days": [WEEK[day] for day in sorted({day for one in medicines for day in one.days})],
        "magnesium_mg_per_day": _magnesium(medicines, unknown),
        "questions": _each_once(mark for one in medicines for mark in one.markers),
        "near": _each_once(name for one in medicines for name in one.near),
    }


def is_relevant(medicine: Medicine) -> bool:
    """Whether somebody who takes magnesium must know that this is taken too."""
    if any(rule.matters for rule in medicine.spacings) or _own_markers(medicine):
        return True
    return medicine.magnesium is not None and medicine.magnesium.mg_per_day != 0


def _own_markers(medicine: Medicine) -> set[str]:
    """Questions about the medicine itself; what it is given for is the person's, and stands under `questions`."""
    return set(medicine.markers) - set(medicine.given_for)


def _rules(medicine: Medicine) -> tuple[Spacing, ...]:
    """The rules that speak; for an unknown name the worst that it could be, at least the general rule."""
    if medicine.kind is not Kind.UNKNOWN:
        return tuple(rule for rule in medicine.spacings if rule.matters)
    near = [rule for name in medicine.near for rule in spacings_of(name) if _is_grave(rule)]
    return (default_spacing(), *near)


def _is_grave(rule: Spacing) -> bool:
    """A near name counts when it would mean a stop or a gap of hours that the general rule does not keep."""
    gap = max(rule.mg_before_h or 0, rule.mg_after_h or 0)
    general = default_spacing()
    return rule.level is Level.STOP or gap >= 2 * max(general.mg_before_h or 0, general.mg_after_h or 0)


def _strictest(rules: Iterable[Spacing]) -> tuple[float | None, float | None]:
    gaps = [rule for rule in rules if rule.level is not None and rule.level >= Level.APART]
    before = [rule.mg_before_h for rule in gaps if rule.mg_before_h is not None]
    after = [rule.mg_after_h for rule in gaps if rule.mg_after_h is not None]
    return max(before, default=None), max(after, default=None)


def _action(medicines: tuple[Medicine, ...], rules: Iterable[Spacing]) -> str:
    levels = [rule.level for rule in rules if rule.level is not None]
    levels += [Level.ASK_FIRST for one in medicines if _own_markers(one)]
    return max(levels).word if levels else "none"


def _route(medicines: tuple[Medicine, ...]) -> str | None:
    """The route; where a line tells several, the one that meets magnesium in the gut."""
    routes = [one.route for one in medicines]
    return "oral" if "oral" in routes else routes[0] if routes else None


def _times(medicines: tuple[Medicine, ...]) -> list[str]:
    clocks = sorted({at for one in medicines for at in one.times})
    return [*map(clock, clocks), *_each_once(word for one in medicines for word in one.time_words)]


def _magnesium(medicines: tuple[Medicine, ...], unknown: bool) -> float | None:
    loads = [one.magnesium.mg_per_day for one in medicines if one.magnesium]
    if unknown or None in loads:
        return None
    return round(sum(load for load in loads if load), 1)


def _each_once(names: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(names))
