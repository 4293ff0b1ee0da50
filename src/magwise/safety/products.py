"""What a product brings besides magnesium, and whether it may be used by this person.

A finding here is about one product (`product` is its index); others may serve.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from magwise import knowledge
from magwise.findings import Finding, Level, Unchecked
from magwise.label.forms import salts
from magwise.person import Goal, Person, ProductLine
from magwise.product import Product
from magwise.safety.complaints import plain
from magwise.safety.situation import Situation

__all__ = [
    "CALM_GOALS",
    "findings_of_product",
    "is_alkaline_family",
    "is_alkaline_or_unknown",
    "potassium_is_dangerous",
]

CALM_GOALS = frozenset({Goal.SLEEP, Goal.STRESS, Goal.MUSCLE, Goal.CRAMPS, Goal.MOOD})
_AVOIDED_WITH = {"phenylketonuria": "aspartame", "sugar-intolerance": "sugar"}
_RETAINS_POTASSIUM = frozenset(
    {"ace_inhibitor", "arb", "arni", "potassium_sparing", "finerenone", "trimethoprim", "potassium"}
)


def is_alkaline_or_unknown(product: Product) -> bool:
    """Whether the salt neutralises acid, or may: a form that the label does not name could be oxide."""
    return product.alkaline or not product.families or any(map(is_alkaline_family, product.families))


def is_alkaline_family(family: str) -> bool:
    """Whether this family of salts neutralises acid, or may; an unnamed one may."""
    kinds = [salt.alkaline for salt in salts().values() if salt.family == family]
    return family == "unspecified" or not kinds or any(kinds)


def potassium_is_dangerous(situation: Situation) -> bool:
    """Whether extra potassium must be kept from this person (resolution 5)."""
    kidneys = situation.kidney != "normal"  # a low eGFR has made it "disease" already
    conditions = {"potassium-high", "kidney-disease", "dialysis", "acute-kidney"}
    return kidneys or bool(situation.condition & conditions) or bool(situation.medicine & _RETAINS_POTASSIUM)


def findings_of_product(
    index: int, product: Product, line: ProductLine, person: Person, situation: Situation, limit_mg: float
) -> Iterator[Finding | Unchecked]:
    """Everything to be said about one product, worst first."""
    yield from _potassium(index, product, situation)
    yield from _avoided(index, product, line, _wishes(person, situation))
    yield from _label(index, product, limit_mg)
    yield from _laxative(index, product, person)
    yield from _companions(index, product)
    if line.hardened:
        yield _product_finding(
            index,
            "product-hardened",
            Level.CAUTION,
            f"{product.name} has taken up water and hardened. Its doses can no longer be trusted; replace it.",
            spec=("B053.2", "B053.3"),
        )


def _potassium(index: int, product: Product, situation: Situation) -> Iterator[Finding]:
    if not product.potassium:
        return
    if potassium_is_dangerous(situation):
        yield _product_finding(
            index,
            "product-potassium",
            Level.STOP,
            f"{product.name} also holds potassium, which can rise too high with your kidneys or medicines. "
            "Do not use this product; a plain magnesium may serve.",
            because=(*_why_potassium(situation), "the label lists a potassium salt"),
            spec=("A006.2", "A025.2"),
            ask="pharmacist",
        )
        return
    yield _product_finding(
        index,
        "product-potassium-noted",
        Level.CAUTION,
        f"{product.name} also holds potassium. Tell your pharmacist, above all with heart or kidney trouble.",
        spec=("A006.2",),
    )


def _why_potassium(situation: Situation) -> Iterator[str]:
    if situation.kidney != "normal":
        yield f"kidney: {situation.kidney}"
    yield from (f"medicine of the kind: {name}" for name in sorted(situation.medicine & _RETAINS_POTASSIUM))
    yield from (
        f"condition: {name}" for name in sorted(situation.condition & {"potassium-high", "kidney-disease"})
    )


def _wishes(person: Person, situation: Situation) -> tuple[str, ...]:
    """What the person avoids, and what a condition makes them avoid."""
    by_condition = [wish for slug, wish in _AVOIDED_WITH.items() if slug in situation.condition]
    return tuple(dict.fromkeys((*person.avoid, *by_condition)))


def _avoided(
    index: int, product: Product, line: ProductLine, wishes: tuple[str, ...]
) -> Iterator[Finding | Unchecked]:
    text = f" {plain(line.label)} "
    for wish in wishes:
        entry = _entry_for(wish)
        words = entry.words if entry else (plain(wish),)
        hits = [word for word in words if word in text]
        if hits:
            yield _product_finding(
                index,
                f"product-avoid-{plain(wish).replace(' ', '-')}",
                Level.CAUTION,
                f"{product.name} lists {hits[0]}, which you avoid ({wish}). Choose another product, or a powder.",
                because=(f"on the label: {hits[0]}",),
                spec=("B075.1", "B075.2", "B075.3"),
                facts=("C40",),
                rejects=True,
            )
        elif not (product.other_ingredients or " ingredients" in text) or (
            entry
            and any(word in text for word in entry.unclear)
            and not any(word in text for word in entry.sure)
        ):
            yield Unchecked(
                what=f"{product.name}: {wish}",
                why="the label does not say what the capsule or the other ingredients are made of",
                remedy="Look for the full list of ingredients, or ask the maker.",
                blocks=False,
                spec=("B075.1", "B075.2"),
            )


@dataclass(frozen=True, slots=True)
class _Avoided:
    words: tuple[str, ...]
    unclear: tuple[str, ...]
    sure: tuple[str, ...]


def _entry_for(wish: str) -> _Avoided | None:
    for entry in knowledge.entries("avoided"):
        if plain(wish) in {plain(name) for name in entry["names"]}:
            return _Avoided(
                words=tuple(map(plain, entry["words"])),
                unclear=tuple(map(plain, entry.get("unclear", ()))),
                sure=tuple(map(plain, entry.get("sure", ()))),
            )
    return None


def _label(index: int, product: Product, limit_mg: float) -> Iterator[Finding]:
    if product.proprietary_blend:
        yield _product_finding(
            index,
            "product-blend",
            Level.CAUTION,
            f"{product.name} is a blend that hides its amounts. What cannot be counted cannot be dosed.",
            spec=("B056.1",),
        )
    directed = _directed_high_mg(product)
    if directed is not None and directed > limit_mg:
        yield _product_finding(
            index,
            "product-directions-above-limit",
            Level.CAUTION,
            f"The label of {product.name} directs up to {directed:g} mg a day, above the limit of {limit_mg:g} mg.",
            because=(f"units a day on the label: {product.max_units_per_day:g}",),
            spec=("B055.1",),
            facts=("general-limit",),
        )


def _directed_high_mg(product: Product) -> float | None:
    if product.per_unit is None or product.max_units_per_day is None:
        return None
    return round(product.per_unit.high.mg * product.max_units_per_day, 1)


def _laxative(index: int, product: Product, person: Person) -> Iterator[Finding]:
    calm = CALM_GOALS & set(person.goals)
    if product.laxative and calm:
        yield _product_finding(
            index,
            "product-laxative",
            Level.CAUTION,
            f"{product.name} is mostly a form that loosens stools. For {_goals(calm)} choose a gentler one, "
            "such as glycinate, citrate or aspartate.",
            spec=("B052.1", "B022.3"),
        )
    elif product.laxative and Goal.REGULARITY in person.goals:
        yield _product_finding(
            index,
            "product-laxative-wanted",
            Level.NOTE,
            f"{product.name} loosens stools, which is what you are after; higher doses can bring urgency.",
            spec=("B052.2",),
        )


def _companions(index: int, product: Product) -> Iterator[Finding]:
    zinc, b6 = product.nutrients.get("zinc_mg"), product.nutrients.get("vitamin_b6_mg")
    high = knowledge.figure("dosing", "zinc-high")
    most_zinc = knowledge.figure("dosing", "zinc-upper")
    per_serving = product.units_per_serving or 1
    if zinc is not None and zinc * per_serving >= high:
        yield _product_finding(
            index,
            "product-zinc",
            Level.CAUTION,
            f"{product.name} brings {zinc * per_serving:g} mg of zinc in the same serving. That much zinc belongs "
            f"to another meal, and adults should stay below {most_zinc:g} mg a day in all.",
            spec=("B002.4", "B034.8", "B050.1"),
            facts=("zinc-high", "zinc-upper"),
            draft=True,
        )
    upper = knowledge.figure("dosing", "b6-upper")
    if b6 is not None and b6 * per_serving > upper:
        yield _product_finding(
            index,
            "product-b6",
            Level.CAUTION,
            f"{product.name} brings {b6 * per_serving:g} mg of vitamin B6 a serving, above the European limit of "
            f"{upper:g} mg a day.",
            spec=("B002.4",),
            facts=("b6-upper",),
        )


def _goals(goals: frozenset[Goal]) -> str:
    return " and ".join(sorted(goal.value for goal in goals))


def _product_finding(
    index: int,
    rule: str,
    level: Level,
    message: str,
    *,
    because: tuple[str, ...] = (),
    spec: tuple[str, ...] = (),
    facts: tuple[str, ...] = (),
    ask: str | None = None,
    draft: bool = False,
    rejects: bool = False,
) -> Finding:
    sources = tuple(dict.fromkeys(str(citation) for id in facts for citation in _fact_sources(id)))
    return Finding(
        rule=rule,
        level=level,
        message=message,
        because=because,
        spec=spec,
        facts=facts,
        sources=sources,
        ask=ask,
        product=index,
        draft=draft,
        rejects=rejects,
    )


def _fact_sources(id: str) -> tuple[object, ...]:
    for room in ("dosing", "gates"):
        for fact in knowledge.facts(room):
            if fact.id == id:
                return fact.citations
    return ()
