"""Products -> three axes side by side, their prices, and the cheapest day that gives enough.

Comes in: products, what is printed on them, and how much magnesium a day is wanted. Goes out: for each product the
magnesium of a dose, the band of its uptake, how the gut bears it, reasons of quality and prices, as intervals where
they are not known better. It gives no score and no winner; the only order it knows is that of money, among regimens
that give at least what was asked for and stay within the limit. Whether somebody may take them is not asked here.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import combinations

from magwise import knowledge
from magwise.facts import Fact
from magwise.findings import Finding
from magwise.judge import quality_notes
from magwise.label.forms import salts
from magwise.product import Product
from magwise.units import Interval

__all__ = [
    "Band",
    "Compared",
    "Gut",
    "Money",
    "Part",
    "Regimen",
    "band_of",
    "cheapest_regimen",
    "compare",
    "gut_of",
    "price_per_100_mg",
    "price_per_absorbed_mg",
    "price_per_day",
]

MOST_PRODUCTS = 40
MOST_UNITS = 60  # a day; more is no regimen


@dataclass(frozen=True, slots=True)
class Band:
    """How much of a dose is taken up, as shares: salts of one band are not put in an order."""

    name: str
    low: float
    high: float
    facts: tuple[str, ...]
    says: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Gut:
    """How the gut usually bears it; with several forms the roughest speaks."""

    word: str
    facts: tuple[str, ...]
    says: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Money:
    """An amount of money; low and high differ where the magnesium or its uptake is not known exactly."""

    low: float
    best: float | None
    high: float
    currency: str | None


@dataclass(frozen=True, slots=True)
class Part:
    product: int
    units: float


@dataclass(frozen=True, slots=True)
class Regimen:
    """What to take in a day, what it gives and what it costs."""

    parts: tuple[Part, ...]
    per_day: Interval
    cost_per_day: float
    currency: str | None


@dataclass(frozen=True, slots=True)
class Compared:
    """One column of the comparison."""

    product: Product
    per_serving: Interval | None
    band: Band
    gut: Gut
    notes: tuple[Finding, ...]
    per_100_mg: Money | None
    per_day: Money | None
    per_absorbed_mg: Money | None


def compare(
    products: Sequence[tuple[Product, str]], *, mg_per_day: float | None = None
) -> tuple[Compared, ...]:
    """One column for each product and the text of its label, in the order given."""
    return tuple(_column(product, text, mg_per_day) for product, text in products)


def _column(product: Product, text: str, mg_per_day: float | None) -> Compared:
    units = product.units_per_serving or 1.0
    return Compared(
        product=product,
        per_serving=None if product.per_unit is None else product.per_unit * units,
        band=band_of(product),
        gut=gut_of(product),
        notes=quality_notes(product, text),
        per_100_mg=price_per_100_mg(product),
        per_day=None if mg_per_day is None else price_per_day(product, mg_per_day),
        per_absorbed_mg=price_per_absorbed_mg(product),
    )


def band_of(product: Product) -> Band:
    """The band of its salts; of several salts the outer limits, for nobody says which of them is taken up."""
    names = {name for share in product.forms for name in _bands_of_form(share.form, share.salt)}
    facts = [_bands()[name] for name in sorted(names or {"not known"})]
    lowest, highest = min(_value(f, "low") for f in facts), max(_value(f, "high") for f in facts)
    name = next(iter(names)) if len(names) == 1 else "between" if names else "not known"
    return Band(name, lowest, highest, tuple(f.id for f in facts), tuple(f.says for f in facts))


def _bands_of_form(family: str, salt: str | None) -> set[str]:
    if family == "unspecified":
        return {"not known"}
    members = [one for one in salts().values() if one.family == family]
    if salt is not None:
        members = [one for one in members if one.id == salt] or members
    bands = {one.band for one in members} & _bands().keys()
    # a blend sold under the family's name speaks for itself only where the label's figures point to it
    return bands - {"between"} or bands or {"not known"}


def gut_of(product: Product) -> Gut:
    """How the gut bears its roughest form."""
    forms = set(product.families)
    facts = [fact for fact in _gut_facts() if forms & set(_texts(fact.values["families"]))]
    if not facts or "unspecified" in forms:
        return Gut("cannot tell", (), ("The label does not name the form.",))
    worst = max(facts, key=lambda fact: int(str(fact.values["order"])))
    return Gut(str(worst.values["word"]), tuple(f.id for f in facts), tuple(f.says for f in facts))


def price_per_100_mg(product: Product) -> Money | None:
    """What 100 mg of elemental magnesium cost; None when price, pieces or magnesium is not known."""
    unit = _price_of_unit(product)
    if unit is None or product.per_unit is None or product.per_unit.low.mg <= 0:
        return None
    held = product.per_unit
    best = None if held.best is None else 100 * unit / held.best.mg
    return Money(100 * unit / held.high.mg, best, 100 * unit / held.low.mg, product.currency)


def price_per_absorbed_mg(product: Product) -> Money | None:
    """What one milligram that is taken up costs: always an interval, because uptake is one."""
    price, band = price_per_100_mg(product), band_of(product)
    if price is None:
        return None
    return Money(price.low / 100 / band.high, None, price.high / 100 / band.low, product.currency)


def price_per_day(product: Product, mg_per_day: float) -> Money | None:
    """What the whole units cost that come nearest to this dose without going above it."""
    unit = _price_of_unit(product)
    if unit is None or product.per_unit is None or product.per_unit.middle.mg <= 0:
        return None
    cost = unit * _units_within(product, mg_per_day)
    return None if cost == 0 else Money(cost, cost, cost, product.currency)


def cheapest_regimen(
    products: Sequence[Product], *, at_least_mg: float, limit_mg: float, at_most_mg: float | None = None
) -> Regimen | None:
    """The cheapest day of one product, or two, that surely gives `at_least_mg` and surely stays within the limit.

    Enough is tested on the low end of what a unit holds, the limit on the high end, and what a plan aims at
    (`at_most_mg`) on the middle. None when no day does it all, or when prices are missing. Prices in several
    currencies are not compared: then None as well.
    """
    priced = [
        (i, p) for i, p in enumerate(products[:MOST_PRODUCTS]) if p.usable and _price_of_unit(p) is not None
    ]
    if len({product.currency for _, product in priced}) > 1:
        return None
    bounds = _Bounds(at_least_mg, limit_mg, math.inf if at_most_mg is None else at_most_mg)
    days = [
        day for day in (*_days_of_one(priced, bounds), *_days_of_two(priced, bounds)) if bounds.admit(day)
    ]
    return min(
        days, key=lambda day: (round(day.cost_per_day, 6), len(day.parts), day.per_day.high.mg), default=None
    )


@dataclass(frozen=True, slots=True)
class _Bounds:
    """What a day must surely give, must surely stay within, and aims not to exceed."""

    at_least_mg: float
    limit_mg: float
    at_most_mg: float

    def admit(self, day: Regimen) -> bool:
        given = day.per_day
        enough, within = (
            given.low.mg >= self.at_least_mg - _ROUNDING,
            given.high.mg <= self.limit_mg + _ROUNDING,
        )
        return enough and within and given.middle.mg <= self.at_most_mg + _ROUNDING


_ROUNDING = 1e-6  # mg


def _days_of_one(priced: list[tuple[int, Product]], bounds: _Bounds) -> Iterator[Regimen]:
    for index, product in priced:
        units = _units_for(product, bounds.at_least_mg)
        if units:
            yield _regimen([(index, product, units)])


def _days_of_two(priced: list[tuple[int, Product]], bounds: _Bounds) -> Iterator[Regimen]:
    """Each count of one product short of enough, with the fewest units of the other that make it up."""
    for one, other in combinations(priced, 2):
        for count in range(1, MOST_UNITS):
            units = count * one[1].step
            rest = bounds.at_least_mg - units * _low(one[1])
            if rest <= 0 or units * _high(one[1]) > bounds.limit_mg:
                break
            more = _units_for(other[1], rest)
            if more:
                yield _regimen([(*one, units), (*other, more)])


def _regimen(parts: list[tuple[int, Product, float]]) -> Regimen:
    given = [product.per_unit * units for _, product, units in parts if product.per_unit is not None]
    cost = sum((_price_of_unit(product) or 0.0) * units for _, product, units in parts)
    return Regimen(
        parts=tuple(Part(index, units) for index, _, units in parts),
        per_day=given[0] if len(given) == 1 else given[0] + given[1],
        cost_per_day=cost,
        currency=parts[0][1].currency,
    )


def _units_for(product: Product, mg: float) -> float:
    """The fewest units that surely hold this much; 0 when no sensible number does."""
    low = _low(product)
    if low <= 0:
        return 0.0
    units = math.ceil(mg / (low * product.step) - 1e-9) * product.step
    return units if units <= MOST_UNITS else 0.0


def _units_within(product: Product, mg: float) -> float:
    middle = product.per_unit.middle.mg if product.per_unit else 0.0
    return (
        min(MOST_UNITS, math.floor(mg / (middle * product.step) + 1e-9)) * product.step if middle > 0 else 0.0
    )


def _low(product: Product) -> float:
    return product.per_unit.low.mg if product.per_unit else 0.0


def _high(product: Product) -> float:
    return product.per_unit.high.mg if product.per_unit else math.inf


def _price_of_unit(product: Product) -> float | None:
    if product.price is None or not product.pieces or product.pieces <= 0 or product.price < 0:
        return None
    return product.price / product.pieces


@cache
def _bands() -> dict[str, Fact]:
    return {str(f.values["band"]): f for f in knowledge.facts("comparing") if "band" in f.values}


@cache
def _gut_facts() -> tuple[Fact, ...]:
    return tuple(fact for fact in knowledge.facts("comparing") if "families" in fact.values)


def _value(fact: Fact, field: str) -> float:
    given = fact.values[field]
    return float(given["value"]) if isinstance(given, dict) else float(str(given))


def _texts(given: object) -> tuple[str, ...]:
    return tuple(map(str, given)) if isinstance(given, list) else (str(given),)
