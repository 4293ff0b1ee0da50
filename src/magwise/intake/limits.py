"""A country, an age -> the most magnesium from supplements, and what the person should get in all.

Ages are completed years. Where a country listens to several authorities the strictest counts: the smallest
limit, and the smallest reference intake, because it makes the gap and with it the dose smaller. What others
say is listed beside it. Caps for pregnancy, illness or medicines are for `safety`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from magwise import knowledge
from magwise.facts import Fact

__all__ = ["Limit", "OtherLimit", "Reference", "reference_intake", "supplement_limit", "writes_ounces"]


@dataclass(frozen=True, slots=True)
class OtherLimit:
    """What another authority says for the same age."""

    authority: str
    mg_per_day: float
    fact: str


@dataclass(frozen=True, slots=True)
class Limit:
    """The most supplemental elemental magnesium a day, food not counted.

    others           upper levels of other authorities, one per figure
    assumed_country  no country was given, or none of its authorities sets a level: the strictest in use holds
    """

    mg_per_day: float
    authority: str
    others: tuple[OtherLimit, ...]
    facts: tuple[str, ...]
    sources: tuple[str, ...]
    assumed_country: bool = False
    draft: bool = False
    because: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reference:
    """What a healthy person of this age and sex should get in a day, food included.

    ear_mg  enough for half of such people, where the authority says so
    others  what the country's other authorities say
    """

    mg_per_day: float
    kind: str
    authority: str
    fact: str
    sources: tuple[str, ...]
    ear_mg: float | None = None
    others: tuple[OtherLimit, ...] = ()
    assumed_country: bool = False
    draft: bool = False
    because: tuple[str, ...] = ()


def supplement_limit(country: str | None, age: int, weight_kg: float | None = None) -> Limit:
    """The smallest of what the country's authorities allow at this age and of the ceiling for everyone."""
    place = _place(country)
    own = _levels(place["limits"], age, weight_kg)
    general = _levels(("ceiling",), age, weight_kg) if own else _strictest_in_use(age, weight_kg)
    best, mg = min([*own, *general], key=lambda pair: pair[1])
    others_used = own or [pair for pair in general if pair[0].id == "without-country"]
    used = (best, *(fact for fact, _ in others_used if fact is not best))
    return Limit(
        mg_per_day=mg,
        authority=str(best.values["authority"]),
        others=_others(mg, own, age, weight_kg),
        facts=tuple(fact.id for fact in used),
        sources=_cited(used),
        assumed_country=not place["limits"],
        draft=best.is_draft,
        because=_why_limit(place, own, mg),
    )


def reference_intake(
    country: str | None,
    age: int,
    sex: str,
    pregnant: bool | None = False,
    breastfeeding: bool | None = False,
) -> Reference:
    """The smallest reference intake that may be this person's.

    Sex unstated, or pregnancy unknown (None), leaves several figures; the smallest one counts, because it
    leads to the smallest supplemental dose. Without a country the European table speaks, as for the limit.
    """
    place = _place(country)
    own = _references(place["references"], age, sex, pregnant, breastfeeding)
    assumed = place["id"] == "anywhere"
    found = own or _references(("efsa",), age, sex, pregnant, breastfeeding)
    found = found or _references(("iom",), age, sex, pregnant, breastfeeding)
    best = min(found, key=lambda one: one.mg)
    others = {one.fact.values["authority"]: one for one in found if one.fact.values["by"] != best.by}
    return Reference(
        mg_per_day=best.mg,
        kind=str(best.fact.values["kind"]),
        authority=str(best.fact.values["authority"]),
        fact=best.fact.id,
        sources=_cited((best.fact,)),
        ear_mg=best.ear_mg,
        others=tuple(OtherLimit(str(name), one.mg, one.fact.id) for name, one in others.items()),
        assumed_country=assumed,
        draft=best.fact.is_draft,
        because=_why_reference(place, bool(own), sex, pregnant, breastfeeding),
    )


def writes_ounces(country: str | None) -> bool:
    """Whether servings are written in ounces and cups there."""
    return bool(_place(country)["units"] == "us")


# -- the country ---------------------------------------------------------------------------------------------


@cache
def _places() -> Mapping[str, Mapping[str, Any]]:
    found: dict[str, Mapping[str, Any]] = {}
    for entry in knowledge.entries("countries"):
        found[str(entry["id"])] = entry
        found.update({str(code): entry for code in entry["codes"]})
    return found


def _place(country: str | None) -> Mapping[str, Any]:
    code = (country or "").strip().upper()
    return _places().get(code) or _places()["anywhere"]


# -- limits --------------------------------------------------------------------------------------------------


def _covers(fact: Fact, age: float) -> bool:
    below = fact.values.get("below_y")
    return _number(fact.values["from_y"]) <= age and (below is None or age < _number(below))


def _mg(fact: Fact, weight_kg: float | None = None) -> float:
    """The fact's figure in mg; a figure by weight without a weight says nothing (infinite)."""
    if "mg_per_day" in fact.values:
        return _number(fact.values["mg_per_day"])
    return float("inf") if weight_kg is None else _number(fact.values["mg_per_kg"]) * weight_kg


def _levels(houses: Iterable[str], age: int, weight_kg: float | None) -> list[tuple[Fact, float]]:
    wanted = list(houses)
    found = [
        (fact, _mg(fact, weight_kg))
        for fact in knowledge.facts("limits")
        if fact.values["by"] in wanted and _covers(fact, age)
    ]
    found.sort(key=lambda pair: wanted.index(str(pair[0].values["by"])))
    return [pair for pair in found if pair[1] < float("inf")]


def _strictest_in_use(age: int, weight_kg: float | None) -> list[tuple[Fact, float]]:
    """Every upper level for this age, of whatever country, and what holds for everyone."""
    houses = dict.fromkeys(
        str(fact.values["by"]) for fact in knowledge.facts("limits") if fact.values["kind"] in _UPPER
    )
    return _levels(dict.fromkeys((*_NAMED_FIRST, *houses)), age, weight_kg)


_UPPER = {"upper level", "general"}
_NAMED_FIRST = ("scf", "iom", "without-country")  # where several say the same figure


def _others(
    mg: float, own: list[tuple[Fact, float]], age: int, weight_kg: float | None
) -> tuple[OtherLimit, ...]:
    """One line per other figure: whatever the own country says, then upper levels of every authority."""
    figures: dict[float, OtherLimit] = {}
    for fact, figure in [*own, *_strictest_in_use(age, weight_kg)]:
        if figure != mg and fact.values["kind"] != "general":
            figures.setdefault(figure, OtherLimit(str(fact.values["authority"]), figure, fact.id))
    return tuple(figures[figure] for figure in sorted(figures))


def _why_limit(place: Mapping[str, Any], own: list[tuple[Fact, float]], mg: float) -> tuple[str, ...]:
    if place["id"] == "anywhere":
        return ("no country given, or one that we do not know: the strictest level in use",)
    if not own:
        said = place.get("limits_note", "no authority of the country sets a level for this age")
        return (f"{said}: the strictest level in use",)
    figures = [figure for _, figure in own]
    if min(figures) > mg:
        return ("the country's own figure is above the ceiling that holds for everyone",)
    return ("the strictest of the country's authorities",) if max(figures) > mg else ()


# -- reference intakes ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Candidate:
    fact: Fact
    mg: float
    ear_mg: float | None

    @property
    def by(self) -> object:
        return self.fact.values["by"]


def _references(
    houses: Iterable[str], age: int, sex: str, pregnant: bool | None, breastfeeding: bool | None
) -> list[_Candidate]:
    return [
        candidate
        for house in houses
        for stage in _stages(pregnant, breastfeeding)
        for one_sex in _sexes(sex, stage)
        for candidate in _of_house(house, age, one_sex, stage)
    ]


def _stages(pregnant: bool | None, breastfeeding: bool | None) -> tuple[str, ...]:
    """The life stages that may be meant; the plain one too when nothing is known for sure."""
    maybe = [
        name for name, said in (("pregnant", pregnant), ("breastfeeding", breastfeeding)) if said is not False
    ]
    certain = pregnant is True or breastfeeding is True
    return tuple(maybe) if certain else ("general", *maybe)


def _sexes(sex: str, stage: str) -> tuple[str, ...]:
    if stage != "general":
        return ("female",)
    return (sex,) if sex in {"female", "male"} else ("female", "male")


def _of_house(house: str, age: int, sex: str, stage: str) -> list[_Candidate]:
    """What one authority says; a stage that it has no figure for gets the plain one."""
    base = [_plain(fact) for fact in _rows(house, age, sex, "general")]
    if stage == "general":
        return base
    special = [_on_top(fact, base) for fact in _rows(house, age, sex, stage)]
    return special or base


def _rows(house: str, age: int, sex: str, stage: str) -> list[Fact]:
    return [
        fact
        for fact in knowledge.facts("references")
        if fact.values["by"] == house
        and fact.values.get("stage", "general") == stage
        and fact.values.get("sex", sex) == sex
        and "fed" not in fact.values
        and _covers(fact, age)
    ]


def _plain(fact: Fact) -> _Candidate:
    ear = fact.values.get("ear_mg")
    return _Candidate(fact, _number(fact.values["mg_per_day"]), None if ear is None else _number(ear))


def _on_top(fact: Fact, base: list[_Candidate]) -> _Candidate:
    if "adds_mg" not in fact.values:
        return _plain(fact)
    under = base[0]
    ear = None if under.ear_mg is None else under.ear_mg + _number(fact.values.get("adds_ear_mg", 0))
    return _Candidate(fact, under.mg + _number(fact.values["adds_mg"]), ear)


def _why_reference(
    place: Mapping[str, Any], has_own: bool, sex: str, pregnant: bool | None, breastfeeding: bool | None
) -> tuple[str, ...]:
    reasons = []
    if not has_own:
        reasons.append("the country's table is silent at this age: the European one, else the US one")
    if place.get("references_note"):
        reasons.append(str(place["references_note"]))
    if sex not in {"female", "male"}:
        reasons.append("sex unstated: the smaller figure, which leads to the smaller dose")
    if pregnant is None or breastfeeding is None:
        reasons.append("pregnancy or breastfeeding unknown: the smaller figure")
    return tuple(reasons)


# -- small words ---------------------------------------------------------------------------------------------


def _number(value: object) -> float:
    if isinstance(value, int | float):
        return float(value)
    raise TypeError(f"{value!r} is not a number")


def _cited(facts: Iterable[Fact]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(str(citation) for fact in facts for citation in fact.citations))
