"""A topic, and perhaps a person -> the page on it: what trials found beside placebo, how sure, where they disagree.

`overview` is the table of all topics, `outcome` one page. Both are values for a screen, a web page or JSON to show;
nothing here prints. Every figure comes from a fact, and trials that came along are pooled anew each time.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import TYPE_CHECKING, Any

from magwise import knowledge
from magwise.errors import NotFound
from magwise.evidence.expect import (
    Apart,
    Expectation,
    Reader,
    Trial,
    apart,
    expect_for,
    graded_for,
    likely_for,
    trial_of,
)
from magwise.evidence.grade import Grade, body_of
from magwise.evidence.standing import Standing, standing_of
from magwise.facts import Fact

if TYPE_CHECKING:
    from magwise.evidence.pool import Pooled

__all__ = [
    "Cited",
    "Effect",
    "Line",
    "Outcome",
    "PooledSet",
    "figure_of",
    "forest_of",
    "outcome",
    "overview",
    "smallest_of_set",
    "topic_of",
    "topics",
]

_NEAR = 75  # of 100, by rapidfuzz: a slip or two of the fingers


@dataclass(frozen=True, slots=True)
class Cited:
    """A fact as a reader sees it."""

    id: str
    says: str
    but: str | None
    sources: tuple[str, ...]
    draft: bool


@dataclass(frozen=True, slots=True)
class Effect:
    """One answer, in one kind of people, with its certainty for whoever asks.

    figure    the difference from placebo with its 95 % interval, in words
    smallest  the smallest change that matters; placebo: what a dummy pill does
    apart     in what the trials differ from this person; empty without one
    """

    id: str
    outcome: str
    who: str
    figure: str
    says: str
    but: str | None
    trials: int | None
    people: int | None
    trial: Trial
    likely: str | None
    grade: Grade
    apart: Apart
    placebo: Cited | None
    smallest: Cited | None
    smallest_figure: str | None
    rests_on: tuple[Cited, ...]
    sources: tuple[str, ...]
    draft: bool

    @property
    def certainty(self) -> str:
        return self.grade.certainty


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the overview."""

    topic: str
    title: str
    in_short: str
    effect: Effect


@dataclass(frozen=True, slots=True)
class PooledSet:
    """Trials that came along, pooled today.

    figure      by `method`, with its interval; equal_effects: as if trials differed by chance only
    prediction  where the next trial may fall; None below three trials, which cannot tell
    agree       whether all methods give the same answer about no effect
    systematic  whether the set is that of a systematic search; else the trials whose figures we could read
    left_out    trials on file whose figures cannot be right
    """

    name: str
    title: str
    k: int
    unit: str
    figure: str
    equal_effects: str
    prediction: str | None
    i2: float
    method: str
    agree: bool
    systematic: bool
    left_out: tuple[Cited, ...]
    trials: tuple[Cited, ...]
    smallest: float | None
    draft: bool


@dataclass(frozen=True, slots=True)
class Outcome:
    """The page on one topic; `for_you` is empty without a person, or where nothing may be started."""

    id: str
    title: str
    in_short: str
    for_you: tuple[Expectation, ...]
    effects: tuple[Effect, ...]
    reviews: tuple[Cited, ...]
    trials: tuple[Cited, ...]
    sets: tuple[PooledSet, ...]
    disagreements: tuple[Cited, ...]
    conflicts: tuple[Cited, ...]
    regulators: tuple[Cited, ...]
    would_change: tuple[str, ...]
    standings: tuple[Standing, ...]

    @property
    def draft(self) -> bool:
        facts = any(one.draft for one in (*self.reviews, *self.trials))
        return facts or any(one.draft for one in self.effects) or any(one.draft for one in self.sets)


def topics() -> tuple[str, ...]:
    """The names of all pages."""
    return tuple(str(one["id"]) for one in knowledge.entries("outcomes"))


def topic_of(name: str) -> str:
    """The page for this word, another word for it, or a slip of the fingers. Raises NotFound naming near ones."""
    words, plain = _words(), _plain(name)
    if plain in words:
        return words[plain]
    from rapidfuzz import process

    near = process.extract(plain, list(words), limit=3)
    if near and near[0][1] >= _NEAR:
        raise NotFound(
            f"There is no outcome called {name!r}.",
            remedy=f"Did you mean {', '.join(dict.fromkeys(words[one[0]] for one in near))}?",
        )
    raise NotFound(f"There is no outcome called {name!r}.", remedy=f"There are: {', '.join(topics())}.")


def overview(reader: Reader | None = None) -> tuple[Line, ...]:
    """One row for each answer of each topic; with a person, as sure as it is for them."""
    return tuple(
        Line(entry["id"], entry["title"], entry["in_short"], _effect(one, reader))
        for entry in knowledge.entries("outcomes")
        for one in entry["effects"]
    )


def outcome(name: str, reader: Reader | None, today: date) -> Outcome:
    """The page on one topic, as it stands on a day. Raises NotFound for a topic that we do not have."""
    topic = topic_of(name)
    entry = next(one for one in knowledge.entries("outcomes") if one["id"] == topic)
    effects = tuple(_effect(one, reader) for one in entry["effects"])
    reviews, beside = _of_topic("reviews", topic), _of_topic("disagreements", topic)
    single = tuple(knowledge.fact("trials", id) for id in entry.get("trials", ()))
    sets = tuple(_set(one) for one in entry.get("sets", ()))
    shown = (*reviews, *beside, *single, *_facts_of(entry))
    return Outcome(
        id=topic,
        title=entry["title"],
        in_short=entry["in_short"],
        for_you=expect_for(entry["goal"], reader) if reader is not None and "goal" in entry else (),
        effects=effects,
        reviews=tuple(map(_cited, reviews)),
        trials=tuple(map(_cited, single)),
        sets=sets,
        disagreements=tuple(_cited(one) for one in beside if one.values["kind"] == "disagreement"),
        conflicts=tuple(_cited(one) for one in beside if one.values["kind"] == "conflict"),
        regulators=tuple(_cited(one) for one in knowledge.facts("regulators") if topic in _topics(one)),
        would_change=tuple(entry["would_change"]),
        standings=standing_of((c.source.id for fact in shown for c in fact.citations), today),
    )


def forest_of(name: str, *, inline: str | None = None) -> str:
    """The forest of one of a page's sets as SVG: a file, or for inside a page under an id that is unique there."""
    from magwise.evidence.pool import pool
    from magwise.evidence.pool.plots import forest_drawing, shown_in_forest
    from magwise.evidence.pool.shipped import shipped

    found = shipped(name)
    drawing = forest_drawing(
        found.studies,
        shown_in_forest(pool(found.studies)),
        measure=found.measure,
        title=found.title,
        matters=smallest_of_set(name),
    )
    return drawing.svg if inline is None else drawing.inline(inline)


def smallest_of_set(name: str) -> float | None:
    """The smallest change that matters, in the unit of a shipped set; None where none is known in it."""
    rows = [one for entry in knowledge.entries("outcomes") for one in entry.get("sets", ())]
    return next((_smallest_of(row) for row in rows if row["name"] == name), None)


# -- one answer ----------------------------------------------------------------------------------------------


def _effect(row: Mapping[str, Any], reader: Reader | None) -> Effect:
    fact, body = _graded(row["fact"]), body_of(row["fact"])
    lies = Apart() if reader is None else apart(fact, body, reader)
    return Effect(
        id=fact.id,
        outcome=str(fact.values["outcome"]),
        who=str(fact.values["who"]),
        figure=figure_of(fact),
        says=fact.says,
        but=fact.does_not_cover,
        trials=body.trials,
        people=body.people,
        trial=trial_of(fact),
        likely=_likely(fact, reader),
        grade=graded_for(body, fact.id, lies),
        apart=lies,
        placebo=_cited_or_none(row.get("placebo")),
        smallest=_cited_or_none(row.get("mcid")),
        smallest_figure=_smallest_figure(row.get("mcid")),
        rests_on=tuple(_cited(knowledge.find(id)) for id in body.rows if id != fact.id),
        sources=tuple(map(str, fact.citations)),
        draft=fact.is_draft,
    )


def _likely(fact: Fact, reader: Reader | None) -> str | None:
    """None for a review's figure, which advises nobody."""
    if "likely" not in fact.values:
        return None
    return str(fact.values["likely"]) if reader is None else likely_for(fact, reader)


def _graded(id: str) -> Fact:
    for room in ("effects", "reviews"):
        for one in knowledge.facts(room):
            if one.id == id:
                return one
    return knowledge.fact("reviews", id)  # raises, naming what is missing


def figure_of(fact: Fact) -> str:
    """The figure of an answer or review in words: the difference with its interval, or what there is instead."""
    values: Mapping[str, Any] = fact.values
    unit = _unit(str(values.get("unit", "")))
    if str(values.get("measure", "")).startswith("log "):
        return _ratio(values)
    for key in ("difference", "estimate", "smd", "beta"):
        if key in values:
            return f"{signed(values[key])}{unit}{_interval(values.get('interval'))}"
    if "estimates" in values:
        several = " or ".join(signed(one) for one in values["estimates"])
        return f"{several}{unit}{_interval(values.get('interval'))}"
    return _by_arm(values)


def _by_arm(values: Mapping[str, Any]) -> str:
    """What each arm showed, where nobody gives a difference."""
    if "with_of" in values:
        return (
            f"{values['with']} of {values['with_of']} against {values['without']} of {values['without_of']}"
        )
    if "with_percent_change" in values:
        one, other = values["with_percent_change"], values["without_percent_change"]
        return f"{signed(one)} % against {signed(other)} %"
    if "both_arms_percent" in values:
        return "no placebo arm"
    return "no sure difference" if values.get("kind") == "response" else "not pooled"


def _ratio(values: Mapping[str, Any]) -> str:
    """A logarithm is shown as the ratio that it stands for."""
    low, high = map(_as_ratio, values["interval"])
    return f"{str(values['unit']).removeprefix('log ')} {_as_ratio(values['estimate'])} ({low} to {high})"


def signed(value: float) -> str:
    """A difference as people write it, with a true minus sign."""
    text = f"{abs(value):.3g}"
    return f"−{text}" if value < 0 else f"+{text}" if value > 0 else text


def _unit(unit: str) -> str:
    return "" if unit in ("", "none") else f" {unit}"


def _interval(bounds: Any) -> str:
    return "" if bounds is None else f" ({signed(bounds[0])} to {signed(bounds[1])})"


# -- what stands beside it -----------------------------------------------------------------------------------


def _facts_of(entry: Mapping[str, Any]) -> Iterator[Fact]:
    for row in entry["effects"]:
        yield _graded(row["fact"])
        for key in ("placebo", "mcid"):
            if key in row:
                yield knowledge.fact("effects", row[key])
    names = {one["name"] for one in entry.get("sets", ())}
    yield from (one for one in knowledge.facts("trials") if one.values.get("set") in names)


def _of_topic(room: str, topic: str) -> tuple[Fact, ...]:
    return tuple(one for one in knowledge.facts(room) if one.values["topic"] == topic)


def _topics(fact: Fact) -> tuple[str, ...]:
    said: Any = fact.values["topics"]
    return tuple(said)


def _cited(fact: Fact) -> Cited:
    return Cited(fact.id, fact.says, fact.does_not_cover, tuple(map(str, fact.citations)), fact.is_draft)


def _cited_or_none(id: str | None) -> Cited | None:
    return None if id is None else _cited(knowledge.fact("effects", id))


def _smallest_figure(id: str | None) -> str | None:
    """The smallest change that matters as a figure with its unit."""
    if id is None:
        return None
    values: Mapping[str, Any] = knowledge.fact("effects", id).values
    unit = str(values["unit"])
    if "value" not in values:
        return f"{values['from']:g} to {values['to']:g}{_unit(unit)}"
    first, *others = unit.split(" ")
    singular = " ".join((first.removesuffix("s"), *others)) if values["value"] == 1 else unit
    return f"{values['value']:g}{_unit(singular)}"


def _set(row: Mapping[str, Any]) -> PooledSet:
    """The set pooled by restricted likelihood, with Hartung and Knapp's interval from three trials on."""
    from magwise.evidence.pool import pool, pool_one_way
    from magwise.evidence.pool.estimate import HARTUNG_KNAPP
    from magwise.evidence.pool.shipped import shipped

    found = shipped(row["name"])
    answer = pool_one_way(found.studies, "REML", HARTUNG_KNAPP)
    clear = {(one.ci[0] > 0) - (one.ci[1] < 0) for one in pool(found.studies)}
    says = _as_ratio if found.measure.is_log else signed
    unit = found.measure.as_drawn if found.measure.is_log else found.unit

    def figure(one: Pooled) -> str:
        middle = f"{unit} {says(one.estimate)}" if found.measure.is_log else f"{says(one.estimate)} {unit}"
        return f"{middle} ({says(one.ci[0])} to {says(one.ci[1])})"

    return PooledSet(
        name=found.name,
        title=found.title,
        k=len(found.studies),
        unit=unit,
        figure=figure(answer),
        equal_effects=figure(pool_one_way(found.studies, "EE")),
        prediction=f"{says(answer.pi[0])} to {says(answer.pi[1])}" if answer.pi and answer.k > 2 else None,
        i2=answer.i2,
        method=f"{answer.tau2_method}, {answer.test}",
        agree=len(clear) == 1,
        systematic=bool(row.get("systematic", False)),
        left_out=tuple(map(_cited, found.left_out)),
        trials=tuple(map(_cited, found.facts)),
        smallest=_smallest_of(row),
        draft=found.is_draft,
    )


def _as_ratio(value: float) -> str:
    return f"{math.exp(value):.2f}"


def _smallest_of(row: Mapping[str, Any]) -> float | None:
    """The smallest change that matters, where it is in the unit of the set."""
    value = knowledge.fact("effects", row["mcid"]).values.get("value") if "mcid" in row else None
    return float(value) if isinstance(value, int | float) else None


# -- names ---------------------------------------------------------------------------------------------------


@cache
def _words() -> Mapping[str, str]:
    """Every word for a page."""
    found: dict[str, str] = {}
    for entry in knowledge.entries("outcomes"):
        for word in (entry["id"], entry["title"], *entry.get("also", ())):
            found.setdefault(_plain(str(word)), str(entry["id"]))
    return found


def _plain(text: str) -> str:
    return " ".join(text.lower().replace("-", " ").replace("_", " ").split())
