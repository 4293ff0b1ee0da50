"""What can be noted, from knowledge/diary: outcomes and other influences, each with its words, unit and range."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Literal, TypeVar

from magwise import knowledge
from magwise.errors import NotFound
from magwise.facts import Fact

__all__ = ["Influence", "Outcome", "influence", "influences", "number_of", "outcome", "outcomes", "plain"]

_T = TypeVar("_T")
_OUTCOME, _INFLUENCE = "outcome-", "influence-"


@dataclass(frozen=True, slots=True)
class Outcome:
    """Something that a diary can hold a value of.

    units     what may be written -> factor to `unit`
    low, high the values that can be true; whole: only whole numbers can
    felt      judged by feeling; otherwise counted or measured
    comes     days | weeks: how fast magnesium could move it
    smallest  the smallest change that matters, where a fact gives one in this unit
    placebo   what an inert pill does, always as a size (Hedges g where `placebo_is_relative`)
    guide     which of the guides' four outcomes it is
    night     it is written down in the morning, and tells what the day before did
    counted   several entries of a day add up; of others their mean counts
    """

    id: str
    name: str
    asks: str
    words: tuple[str, ...]
    unit: str
    units: Mapping[str, float]
    low: float
    high: float
    whole: bool
    better: Literal["higher", "lower"]
    felt: bool
    comes: Literal["days", "weeks"]
    fact: Fact
    smallest: float | None = None
    placebo: float | None = None
    placebo_is_relative: bool = False
    behind: tuple[Fact, ...] = ()
    guide: str | None = None
    night: bool = False
    counted: bool = False


@dataclass(frozen=True, slots=True)
class Influence:
    """Something else that may move an outcome; `text`: it is told in words and has no amount."""

    id: str
    name: str
    words: tuple[str, ...]
    text: bool
    fact: Fact
    unit: str = ""
    units: Mapping[str, float] = field(default_factory=dict)
    other_units: Mapping[str, float] = field(default_factory=dict)
    low: float = 0.0
    high: float = 0.0


@cache
def outcomes() -> Mapping[str, Outcome]:
    """Every outcome by its id."""
    return {one.id: one for one in map(_outcome, _of("outcome"))}


@cache
def influences() -> Mapping[str, Influence]:
    """Every other influence by its id."""
    return {one.id: one for one in map(_influence, _of("influence"))}


def outcome(name: str) -> Outcome:
    """The outcome of this id or word. Raises NotFound with the nearest names."""
    known = {word: one for one in outcomes().values() for word in (one.id, one.name, *one.words)}
    return _called(name, {plain(word): one for word, one in known.items()}, "outcome")


def influence(name: str) -> Influence:
    """The influence of this id or word. Raises NotFound with the nearest names."""
    known = {word: one for one in influences().values() for word in (one.id, one.name, *one.words)}
    return _called(name, {plain(word): one for word, one in known.items()}, "influence")


def number_of(id: str, key: str = "value") -> float:
    """A figure of a fact of this room."""
    value = knowledge.fact("diary", id).values[key]
    assert isinstance(value, int | float)  # noqa: S101 - our own file
    return float(value)


def plain(words: str) -> str:
    """How words are compared: small letters, single spaces, no hyphens."""
    return " ".join(words[:200].casefold().replace("-", " ").replace("_", " ").split())


def _called(name: str, known: Mapping[str, _T], kind: str) -> _T:
    found = known.get(plain(name))
    if found is not None:
        return found
    from rapidfuzz import process

    near = process.extract(plain(name), list(known), limit=3, score_cutoff=60)
    named = ", ".join(match[0] for match in near)
    raise NotFound(
        f"There is no {kind} called {name[:60]!r}.",
        remedy=f"Did you mean {named}?" if near else "`magwise log --list` shows all of them.",
    )


def _of(use: str) -> list[Fact]:
    return [fact for fact in knowledge.facts("diary") if fact.values.get("use") == use]


def _outcome(fact: Fact) -> Outcome:
    given: Mapping[str, Any] = fact.values
    unit = str(given["unit"])
    mcid = knowledge.find(given["mcid"]) if "mcid" in given else None
    placebo = knowledge.find(given["placebo"]) if "placebo" in given else None
    return Outcome(
        id=fact.id.removeprefix(_OUTCOME),
        name=str(given["name"]),
        asks=str(given["asks"]),
        words=tuple(map(str, given["words"])),
        unit=unit,
        units={str(name): float(factor) for name, factor in given.get("units", {plain(unit): 1}).items()},
        low=float(given["low"]),
        high=float(given["high"]),
        whole=bool(given["whole"]),
        better=given["better"],
        felt=bool(given["felt"]),
        comes=given["comes"],
        fact=fact,
        smallest=_size(mcid, given.get("mcid_over", 1)) if mcid else given.get("smallest"),
        placebo=_size(placebo, given.get("placebo_over", 1)) if placebo else None,
        placebo_is_relative=placebo is not None and "Hedges" in str(placebo.values["unit"]),
        behind=tuple(one for one in (fact, mcid, placebo) if one is not None),
        guide=given.get("guide"),
        night=bool(given.get("night", False)),
        counted=bool(given.get("counted", False)),
    )


def _size(fact: Fact, over: float) -> float:
    value = fact.values["value"]
    assert isinstance(value, int | float)  # noqa: S101 - our own file
    return abs(float(value)) / over


def _influence(fact: Fact) -> Influence:
    given: Mapping[str, Any] = fact.values
    return Influence(
        id=fact.id.removeprefix(_INFLUENCE),
        name=str(given["name"]),
        words=tuple(map(str, given["words"])),
        text=bool(given.get("text", False)),
        fact=fact,
        unit=str(given.get("unit", "")),
        units={str(name): float(factor) for name, factor in given.get("units", {}).items()},
        other_units={str(name): float(most) for name, most in given.get("other_units", {}).items()},
        low=float(given.get("low", 0)),
        high=float(given.get("high", 0)),
    )
