"""How much magnesium a line itself brings in a day: knowledge/magnesium_sources times what the line tells.

As needed counts the most that the label allows; so does a product named without an amount. A line that tells
the amount of one take and not how often gives that take alone. What goes into a vein counts, and we cannot
count it. When the amount cannot be told the answer is None: never a guess, and never 0.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cache

from magwise.errors import BrokenKnowledge
from magwise.facts import Fact
from magwise.knowledge import facts
from magwise.medicine.model import MagnesiumLoad
from magwise.medicine.names import Product
from magwise.medicine.sig import Sig
from magwise.medicine.words import phrase_key
from magwise.units import number

__all__ = ["load_of", "magnesium_sources"]

BRINGS_MAGNESIUM = frozenset({"magnesium", "multivitamin"})
WEIGHED_IN_GRAMS = 1000  # milligrams: "5 g of Epsom salt" is an amount, "Mag-Ox 400 mg" a strength
_SWALLOWED = frozenset({"oral", "unknown"})
_STAYS_OUTSIDE = frozenset({"skin", "eye", "ear", "nose", "vaginal"})


def load_of(product: Product, keys: tuple[str, ...], sig: Sig, route: str) -> MagnesiumLoad | None:
    """The magnesium in this line, or None when the product holds none. `keys` are the names as written."""
    if not _brings_magnesium(product):
        return None
    source = _source(product, keys, sig)
    family = str(source.values["family"]) if source else _family(product)
    if source and _amount(source, "elemental_mg") == 0:
        return MagnesiumLoad(0.0, family, source.says, per_take_mg=0.0)
    if route not in _SWALLOWED:
        return _not_swallowed(route, family)
    if source:
        return _load_of_a_known_product(source, sig, family)
    load = _in_a_day(_as_stated(product, sig), None, sig, family)
    return replace(load, low_mg_per_day=_if_it_is_the_salt(load.mg_per_day, family))


def _not_swallowed(route: str, family: str) -> MagnesiumLoad:
    """Baths and oils are never counted; what goes into a vein counts, and nobody says how much."""
    if route in _STAYS_OUTSIDE:
        return MagnesiumLoad(0.0, family, "what is not swallowed is not counted", per_take_mg=0.0)
    return MagnesiumLoad(
        None, family, f"what is given by {route} reaches the blood, and nobody says how much"
    )


def _load_of_a_known_product(source: Fact, sig: Sig, family: str) -> MagnesiumLoad:
    if _is_another_shape(source, sig):
        return MagnesiumLoad(
            None, family, "what is known of this name is its liquid, and the line speaks of pieces"
        )
    return _in_a_day(_of_a_known_product(source, sig), source, sig, family)


@cache
def magnesium_sources() -> tuple[Fact, ...]:
    """Every product whose magnesium is known. Raises BrokenKnowledge for an amount without a unit."""
    found = facts("magnesium_sources")
    for fact in found:
        per = fact.values.get("per")
        if not (
            isinstance(per, dict) and per.get("unit") in {"mL", "g", "piece", "any"} and per.get("amount")
        ):
            raise BrokenKnowledge(
                f"per: {per!r} is not understood.", where=f"knowledge/{fact.file}, {fact.id}"
            )
        _amount(fact, "elemental_mg")
    return found


def _brings_magnesium(product: Product) -> bool:
    minerals = {product.mineral, *(one.mineral for one in product.ingredients)}
    return bool(minerals & BRINGS_MAGNESIUM)


def _source(product: Product, keys: tuple[str, ...], sig: Sig) -> Fact | None:
    """The known product of this name; an ingredient in a bottle or in millilitres is its solution."""
    named = _by_name()
    for key in sorted(keys, key=len, reverse=True):
        if key in named:
            return named[key]
    liquid = sig.ml is not None or sig.bottles is not None
    solutions = {fact.values.get("solution_of"): fact for fact in magnesium_sources()}
    return next((solutions[name] for name in product.names if name in solutions), None) if liquid else None


@cache
def _by_name() -> Mapping[str, Fact]:
    return {
        phrase_key(str(name)): fact
        for fact in magnesium_sources()
        for name in _strings(fact.values.get("names"))
    }


def _of_a_known_product(source: Fact, sig: Sig) -> float | None:
    """Elemental milligrams in one take; one piece when no number is said, never a volume that is not said."""
    taken = _taken_in(str(_per(source)["unit"]), source, sig)
    return None if taken is None else taken / float(_per(source)["amount"]) * _amount(source, "elemental_mg")


def _is_another_shape(source: Fact, sig: Sig) -> bool:
    """Pieces of something that we know as a liquid only."""
    return _per(source)["unit"] == "mL" and sig.ml is None and not sig.bottles and sig.in_pieces


def _taken_in(unit: str, source: Fact, sig: Sig) -> float | None:
    if unit == "mL":
        bottle = source.values.get("bottle_ml")
        if sig.ml is None and sig.bottles and isinstance(bottle, int | float):
            return sig.bottles * float(bottle)
        return sig.ml
    if unit == "g":
        return sig.dose_mg / 1000 if sig.dose_mg else None
    if sig.ml is not None:
        return None
    return sig.pieces or (None if float(_per(source)["amount"]) > 1 else 1.0)


def _as_stated(product: Product, sig: Sig) -> float | None:
    """The milligrams printed, read as magnesium itself: the larger reading where the salt is named."""
    if product.mineral == "multivitamin" or "multivitamin" in {one.mineral for one in product.ingredients}:
        return None
    stated = sig.magnesium_mg or sig.dose_mg or sig.bare
    if stated is None or sig.ml is not None or len(product.ingredients) > 1:
        return None
    return stated * (sig.pieces or 1.0)


def _if_it_is_the_salt(mg_per_day: float | None, family: str) -> float | None:
    """The smaller reading: the milligrams printed are the weight of the salt that is named."""
    if mg_per_day is None or family == "unspecified":
        return None
    from magwise.label.forms import share_of

    share = share_of(family)
    return None if share is None else mg_per_day * share.low


def _in_a_day(per_take: float | None, source: Fact | None, sig: Sig, family: str) -> MagnesiumLoad:
    takes, most = sig.per_day, _most_in_a_day(source)
    if per_take is not None and sig.pieces_per_day:
        daily = per_take / (sig.pieces or 1.0) * sig.pieces_per_day
        return MagnesiumLoad(
            daily, family, _why(source, "by the pieces a day that it tells"), per_take_mg=per_take
        )
    if per_take is not None and takes is not None:
        return MagnesiumLoad(
            per_take * takes, family, _why(source, f"{number(takes)} times a day"), per_take_mg=per_take
        )
    if most is not None and (sig.as_needed or not _tells_how_much(sig)):
        return MagnesiumLoad(
            most, family, _why(source, "the most that its label allows in a day"), per_take_mg=per_take
        )
    if sig.as_needed and not _tells_how_much(sig):
        return MagnesiumLoad(None, family, "it is taken as needed, and the line does not tell how much")
    missing = "how much" if per_take is None else "how often"
    return MagnesiumLoad(None, family, f"the line does not tell {missing}", per_take_mg=per_take)


def _tells_how_much(sig: Sig) -> bool:
    """Whether the line itself says how much one take is, beyond the strength in the name."""
    return bool(sig.pieces or sig.ml or sig.bottles or (sig.dose_mg and sig.dose_mg >= WEIGHED_IN_GRAMS))


def _why(source: Fact | None, how: str) -> str:
    return f"{source.says} Counted {how}." if source else f"Counted as magnesium itself, {how}."


def _most_in_a_day(source: Fact | None) -> float | None:
    most = source.values.get("most_per_day") if source else None
    if source is None or not isinstance(most, dict):
        return None
    return float(most["amount"]) / float(_per(source)["amount"]) * _amount(source, "elemental_mg")


def _family(product: Product) -> str:
    """The family of knowledge/forms that the ingredient is, as its name gives it away."""
    for one in product.ingredients:
        if one.family:
            return one.family
        if one.name.startswith("magnesium "):
            return one.name.removeprefix("magnesium ").replace(" ", "_")
    return "unspecified"


def _per(source: Fact) -> Mapping[str, float | str]:
    per = source.values["per"]
    assert isinstance(per, dict)  # noqa: S101 - checked by magnesium_sources
    return per


def _amount(fact: Fact, key: str) -> float:
    value = fact.values.get(key)
    if not isinstance(value, int | float) or isinstance(value, bool) or value < 0:
        raise BrokenKnowledge(f"{key}: {value!r} is no amount.", where=f"knowledge/{fact.file}, {fact.id}")
    return float(value)


def _strings(given: object) -> list[str]:
    return [str(one) for one in given] if isinstance(given, list) else []
