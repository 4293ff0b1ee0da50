"""knowledge/spacings -> Spacing. A level, salt, condition or hour that the code does not know fails the load.

A room of spacings is one class of medicines; `room_of` reads one class only, so that a plan loads what it needs.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from magwise.errors import BrokenKnowledge
from magwise.facts import Fact
from magwise.findings import Level
from magwise.knowledge import HERE, facts
from magwise.medicine.model import Spacing

__all__ = ["default_spacing", "room_of", "spacing", "spacings"]

SALTS = frozenset({"all", "alkaline only", "none"})
CONDITIONS = frozenset(
    {
        "alkaline salts only",
        "aluminium only",
        "ask_first with a diuretic, digoxin or symptoms; gap only for a dose taken at bedtime; ask since when",
        "counted into the day",
        "different meal",
        "every salt; ask eGFR; loose stools mean pause and ring the prescriber",
        "kidney disease is stop by itself",
        "planned anaesthesia",
        "raises serum magnesium a little",
        "see resolutions 9 and 10",
        "stop for alkaline salts",
        "stop that day for alkaline salts",
        "that day only",
    }
)
NO_GAP: tuple[float | None, float | None] = (None, None)


def spacings() -> tuple[Spacing, ...]:
    """Every rule, class by class. Raises BrokenKnowledge for one that cannot be understood."""
    classes = sorted(path.stem for path in (HERE / "spacings").glob("*.yaml"))
    return tuple(rule for name in classes for rule in room_of(name).values())


def spacing(id: str) -> Spacing:
    """The rule with this id ("IX019")."""
    for rule in spacings():
        if rule.id == id:
            return rule
    raise BrokenKnowledge(f"There is no spacing {id!r}.", where="knowledge/spacings")


def default_spacing() -> Spacing:
    """What holds for any oral medicine that no other rule speaks about."""
    (only,) = room_of("default").values()
    return only


@cache
def room_of(name: str) -> Mapping[str, Spacing]:
    """The rules of one class ("thyroid"), by id."""
    return {fact.id: _as_spacing(fact) for fact in facts(f"spacings/{name}")}


def _as_spacing(fact: Fact) -> Spacing:
    values = fact.values
    return Spacing(
        id=fact.id,
        drug=_text(fact, "drug"),
        drug_class=_text(fact, "class"),
        level=_level(fact),
        when=_one_of(fact, "when", CONDITIONS) if values.get("when") else None,
        salts=_one_of(fact, "salts", SALTS),
        mg_before_h=_hours(fact, "strict_h")[0],
        mg_after_h=_hours(fact, "strict_h")[1],
        counts_towards_two=_flag(fact, "counts_towards_two"),
        action=_text(fact, "action"),
        says=fact.says,
        sources=tuple(str(citation) for citation in fact.citations),
        label_gap_h=_hours(fact, "label_h"),
        guide_gap_h=_hours(fact, "guide_h"),
        spec=tuple(_list(fact, "spec")),
        draft=fact.is_draft,
        severity=_text(fact, "severity"),
        in_the_gut=_flag(fact, "in_the_gut"),
        background=_flag(fact, "background", default=False),
        note=_text(fact, "note") if values.get("note") else None,
    )


def _level(fact: Fact) -> Level | None:
    word = _text(fact, "level")
    if word == "none":
        return None
    try:
        return Level.of(word)
    except KeyError:
        raise _broken(fact, "level", word) from None


def _one_of(fact: Fact, key: str, known: frozenset[str]) -> str:
    word = _text(fact, key)
    if word not in known:
        raise _broken(fact, key, word)
    return word


def _hours(fact: Fact, key: str) -> tuple[float | None, float | None]:
    given = fact.values.get(key)
    if given is None:
        return NO_GAP
    if not (isinstance(given, list) and len(given) == 2 and all(map(_is_hours, given))):
        raise _broken(fact, key, given)
    before, after = given
    return before, after


def _is_hours(value: object) -> bool:
    if value is None:
        return True
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 < value <= 24


def _flag(fact: Fact, key: str, *, default: bool | None = None) -> bool:
    value = fact.values.get(key, default)
    if not isinstance(value, bool):
        raise _broken(fact, key, value)
    return value


def _text(fact: Fact, key: str) -> str:
    value = fact.values.get(key)
    if not isinstance(value, str) or not value:
        raise _broken(fact, key, value)
    return value


def _list(fact: Fact, key: str) -> list[str]:
    value = fact.values.get(key) or []
    if not isinstance(value, list):
        raise _broken(fact, key, value)
    return [str(one) for one in value]


def _broken(fact: Fact, key: str, value: Any) -> BrokenKnowledge:
    return BrokenKnowledge(f"{key}: {value!r} is not understood.", where=f"knowledge/{fact.file}, {fact.id}")
