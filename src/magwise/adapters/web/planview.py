"""An answer -> what the plan page shows, in the order in which it matters. Arranges; decides nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from magwise import knowledge
from magwise.adapters.contract import ExpectationOut, FindingOut, PlanAnswer
from magwise.adapters.web.drawing.people import hundred
from magwise.findings import Level
from magwise.wording import LEVEL_TITLES

__all__ = ["Entry", "Group", "People", "groups", "people_of", "timetable", "tone"]


@dataclass(frozen=True, slots=True)
class Group:
    """Findings that ask for the same thing."""

    level: str
    title: str
    findings: tuple[FindingOut, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """One row of the day's table; `ours` is magnesium."""

    time: str
    words: str
    ours: bool
    moved_from: str | None = None


@dataclass(frozen=True, slots=True)
class People:
    """A hundred people with magnesium, a hundred without; each with its words."""

    with_: Markup
    with_words: str
    without: Markup
    without_words: str


def tone(decision: str) -> str:
    return {"get_help_now": "help", "do_not_start": "stop", "ask_first": "ask"}.get(decision, "calm")


def groups(answer: PlanAnswer) -> tuple[Group, ...]:
    """Findings by what to do, worst first; notes come last."""
    levels = [level.word for level in sorted(Level, reverse=True)]
    found = {word: tuple(one for one in answer.findings if one.level == word) for word in levels}
    return tuple(Group(word, LEVEL_TITLES[Level.of(word)], some) for word, some in found.items() if some)


def timetable(answer: PlanAnswer, start: str) -> tuple[Entry, ...]:
    """Everything in the day from getting up on, magnesium among it."""
    rows = [Entry(one.time, _dose(one, answer), True) for one in answer.schedule.doses]
    rows += [Entry(one.time, one.take, False, one.moved_from) for one in answer.schedule.others]
    return tuple(sorted(rows, key=lambda row: (row.time < start, row.time)))


def _dose(one: Any, answer: PlanAnswer) -> str:
    product = answer.products[one.product]
    plural = "" if one.units == 1 or product.unit.endswith("s") else "s"
    of_which = f" of {product.name}" if len(answer.products) > 1 else ""
    return f"{one.units:g} {product.unit}{plural}{of_which}, with {one.with_}"


def people_of(one: ExpectationOut) -> People | None:
    """The trial's people as two pictures, where it counted people at all."""
    effects = {fact.id: fact for fact in knowledge.facts("effects")}
    response = effects.get(one.facts[0]) if one.facts else None
    if response is None:
        return None
    with_, without = (_share(response.values.get(key)) for key in ("with_percent", "without_percent"))
    if with_ is None or without is None:
        return None
    return People(
        hundred(*with_, title=f"{_counted(with_)} of 100 with magnesium"),
        _counted(with_),
        hundred(*without, title=f"{_counted(without)} of 100 with a dummy pill"),
        _counted(without),
    )


def _share(given: Any) -> tuple[float, float] | None:
    if isinstance(given, int | float):
        return float(given), float(given)
    if isinstance(given, list) and len(given) == 2:
        return float(min(given)), float(max(given))
    return None


def _counted(share: tuple[float, float]) -> str:
    low, high = round(share[0]), round(share[1])
    return f"{low}" if low == high else f"{low} to {high}"
