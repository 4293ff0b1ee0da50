"""Foods that somebody eats -> magnesium in a day; a gap -> foods that close it.

Names are matched exactly, by other names, or by all their words; anything else is an error that names the
nearest foods. A water that works like a medicine is no diet: it counts with the supplements.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from magwise import knowledge
from magwise.errors import NotAPerson
from magwise.facts import Fact
from magwise.intake.limits import writes_ounces
from magwise.person import FoodEaten

__all__ = [
    "SIX_GROUPS",
    "FoodDiet",
    "FoodSuggestion",
    "diet_of_foods",
    "food_first",
    "food_named",
    "rich_foods",
]

SIX_GROUPS = ("leafy greens", "beans and soy", "nuts", "seeds", "grains", "cocoa")


@dataclass(frozen=True, slots=True)
class FoodSuggestion:
    """A serving of a food and the magnesium it adds, in whole milligrams."""

    food: str
    serving: str
    adds_mg: int
    group: str
    fact: str
    spec: tuple[str, ...] = ("B036.1", "B067.2")


@dataclass(frozen=True, slots=True)
class FoodDiet:
    """What the listed foods give in a day."""

    mg_per_day: float
    because: tuple[str, ...]
    facts: tuple[str, ...]
    sources: tuple[str, ...]
    draft: bool


def diet_of_foods(foods: Iterable[FoodEaten]) -> FoodDiet:
    """Magnesium a day from foods with their grams and times a week. Raises NotAPerson for an unknown food."""
    known = [(one, food_named(one.food, where=f"[diet] foods, {one.food}")) for one in foods]
    daily = [
        (fact, _number(fact.values["mg_per_100g"]) * one.grams / 100 * one.times_per_week / 7)
        for one, fact in known
    ]
    total = sum(mg for _, mg in daily)
    largest = sorted(daily, key=lambda pair: -pair[1])[:3]
    named = ", ".join(f"{fact.values['name']} {mg:.0f} mg" for fact, mg in largest)
    return FoodDiet(
        mg_per_day=total,
        because=(f"foods listed give {total:.0f} mg a day: {named}",),
        facts=tuple(fact.id for fact, _ in daily),
        sources=tuple(dict.fromkeys(str(citation) for fact, _ in daily for citation in fact.citations)),
        draft=any(fact.is_draft for fact, _ in daily),
    )


def food_first(
    gap_mg: float, avoid: Iterable[str] = (), country: str | None = None
) -> tuple[FoodSuggestion, ...]:
    """The richest food of as many groups as it takes to close the gap; nothing when there is no gap."""
    return tuple(_until_closed(rich_foods(avoid, country), gap_mg))


def rich_foods(avoid: Iterable[str] = (), country: str | None = None) -> tuple[FoodSuggestion, ...]:
    """The richest sensible food of each of the six groups, biggest first; what the person avoids is left out."""
    avoided = {_plain(word) for word in avoid}
    best: dict[str, FoodSuggestion] = {}
    for fact in knowledge.facts("foods"):
        if fact.values.get("suggest") and not fact.is_draft and not _is_avoided(fact, avoided):
            one = _suggestion(fact, country)
            if one.group not in best or one.adds_mg > best[one.group].adds_mg:
                best[one.group] = one
    return tuple(sorted(best.values(), key=lambda one: -one.adds_mg))


def food_named(name: str, *, where: str = "[diet] foods") -> Fact:
    """The food that is meant. Raises NotAPerson with the nearest names."""
    wanted = _plain(name[:80])
    fact = _by_name().get(wanted) or _by_words(wanted)
    if fact is None:
        raise NotAPerson(f"We do not know the food {name[:80]!r}.", where=where, remedy=_near(wanted))
    if fact.values.get("counts_as"):
        raise NotAPerson(
            f"{fact.values['name']} counts as a supplement, not as diet.",
            where=where,
            remedy="List it under [[supplements]] with the amount you drink.",
        )
    return fact


def _until_closed(foods: Iterable[FoodSuggestion], gap_mg: float) -> Iterator[FoodSuggestion]:
    left = gap_mg
    for one in foods:
        if left <= 0:
            return
        yield one
        left -= one.adds_mg


def _suggestion(fact: Fact, country: str | None) -> FoodSuggestion:
    grams = _number(fact.values["grams"])
    return FoodSuggestion(
        food=str(fact.values["name"]),
        serving=str(fact.values["serving"]) if writes_ounces(country) else f"{grams:.0f} g",
        adds_mg=round(_number(fact.values["mg_per_100g"]) * grams / 100),
        group=str(fact.values["group"]),
        fact=fact.id,
    )


def _is_avoided(fact: Fact, avoided: set[str]) -> bool:
    """Whether it is, holds or belongs to something avoided: "nuts", "soya", "pumpkin seeds", "chocolate"."""
    contains = fact.values.get("contains")
    own = [*(contains if isinstance(contains, list) else []), fact.values["group"], *_names(fact)]
    words = {_singular(word) for text in own for word in _plain(str(text)).split()}
    whole = {_plain(str(text)) for text in own}
    return any(
        avoid in whole or {_singular(_ALSO.get(word, word)) for word in avoid.split()} <= words
        for avoid in avoided
        if avoid
    )


_ALSO = {"soya": "soy", "lactose": "dairy", "milk": "dairy", "wheat": "gluten", "coeliac": "gluten"}


@cache
def _by_name() -> Mapping[str, Fact]:
    return {_plain(name): fact for fact in reversed(knowledge.facts("foods")) for name in _names(fact)}


def _by_words(wanted: str) -> Fact | None:
    """The first food that has every word asked for: "boiled lentils" finds "lentils boiled"."""
    words = {_singular(word) for word in wanted.split()}
    if not words:
        return None
    for fact in knowledge.facts("foods"):
        if any(words <= {_singular(word) for word in _plain(name).split()} for name in _names(fact)):
            return fact
    return None


def _near(wanted: str) -> str:
    from rapidfuzz import process

    near = process.extract(wanted, list(_by_name()), limit=3)
    names = dict.fromkeys(str(_by_name()[match[0]].values["name"]) for match in near)
    return f"Near ones: {', '.join(names)}. Or give `mg_per_day` instead."


def _names(fact: Fact) -> list[str]:
    aka = fact.values.get("aka")
    return [str(fact.values["name"]), *(str(name) for name in (aka if isinstance(aka, list) else []))]


def _plain(text: str) -> str:
    return " ".join("".join(c if c.isalnum() else " " for c in text.lower()).split())


def _singular(word: str) -> str:
    if word.endswith("oes"):
        return word[:-2]
    if word.endswith("ies"):
        return word[:-3] + "y"
    return word[:-1] if word.endswith("s") and len(word) > 3 else word


def _number(value: object) -> float:
    if isinstance(value, int | float):
        return float(value)
    raise TypeError(f"{value!r} is not a number")
