"""The salts of magnesium: their share of magnesium, computed, and what kind of salt each is.

Reads knowledge/forms. Gives `Salt` values, the share that a family may hold, and the salts that a printed
pair of figures (salt, magnesium) is consistent with. It does not say which salt is better.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from magwise.facts import Fact
from magwise.knowledge import facts

__all__ = [
    "Salt",
    "Share",
    "daily_references",
    "families",
    "figure",
    "magnesium_of_mmol",
    "piece_holds_mg",
    "references_as_printed",
    "salts",
    "salts_like",
    "share_of",
]

_ELEMENT = re.compile(r"([A-Z][a-z]?)(\d*)")


@dataclass(frozen=True, slots=True)
class Share:
    """How much of a salt's weight is magnesium, as fractions between 0 and 1."""

    low: float
    high: float

    @property
    def exact(self) -> bool:
        return self.high - self.low < 1e-6


@dataclass(frozen=True, slots=True)
class Salt:
    """One definite substance of a family, its hydrate included.

    fraction   share of magnesium, computed from the formula; None for mixtures without a formula
    kind       organic | inorganic | chelate | blend | excipient
    band       salts of one band are absorbed about equally well: higher | between | lower | not counted
    label      share that labels of the traded powder show, where it is known
    sold_as    the family whose plain name labels use for it
    """

    id: str
    family: str
    name: str
    formula: str | None
    molar_mass: float | None
    fraction: float | None
    waters: int
    counter_ion: str
    kind: str
    alkaline: bool
    laxative: bool
    band: str
    label: Share | None
    sold_as: str
    potassium: bool
    fact: Fact


def salts() -> Mapping[str, Salt]:
    """Every salt by id."""
    return _salts()


def families() -> tuple[str, ...]:
    """The families that a label's `forms` may name; excipients are none."""
    return tuple(dict.fromkeys(salt.family for salt in salts().values() if salt.kind != "excipient"))


@cache
def share_of(family: str, waters: int | None = None) -> Share | None:
    """What a salt of this family may hold; None when knowledge has no figure.

    A named hydrate (`waters`) narrows it. Blends do not widen it: a label that means one says so.
    """
    members = [
        s
        for s in salts().values()
        if family in (s.family, s.sold_as) and s.kind not in ("blend", "excipient")
    ]
    named = [s for s in members if waters is not None and s.waters == waters and s.fraction is not None]
    shares = [share for salt in named or members for share in _shares(salt, with_label=not named)]
    if not shares:
        return None
    return Share(min(s.low for s in shares), max(s.high for s in shares))


def salts_like(compound_mg: float, elemental_mg: float, family: str | None = None) -> tuple[Salt, ...]:
    """Salts that hold `elemental_mg` in `compound_mg` within 1.5 %, nearest first."""
    if compound_mg <= 0:
        return ()
    printed = elemental_mg / compound_mg
    near = [
        (abs(salt.fraction / printed - 1), salt.id, salt)
        for salt in salts().values()
        if salt.fraction and (family is None or family in (salt.family, salt.sold_as))
    ]
    return tuple(salt for off, _, salt in sorted(near) if off <= 0.015)


@cache
def millimole_mg() -> float:
    """Milligrams of magnesium in one millimole."""
    return next(_value(f.values["weight"]) for f in facts("forms") if f.values.get("symbol") == "Mg")


def magnesium_of_mmol(mmol: float) -> float:
    """Milligrams of magnesium in so many millimoles."""
    return mmol * millimole_mg()


@cache
def figure(id: str, field: str) -> float:
    """The number under `field` of one entry of knowledge/forms/panels.yaml."""
    for fact in facts("forms"):
        if fact.id == id:
            return _value(fact.values[field])
    raise KeyError(id)


@cache
def daily_references() -> Mapping[str, float]:
    """mg a day behind each printed percentage: DV420, DV400, NRV375 ..."""
    return {
        str(f.values["reference"]): _value(f.values["per_day"])
        for f in facts("forms")
        if "reference" in f.values
    }


@cache
def references_as_printed() -> Mapping[str, tuple[float, ...]]:
    """'dv', 'nrv', 'vnr' ... -> the mg a day that it may stand for, newest first."""
    found: dict[str, tuple[float, ...]] = {}
    for fact in facts("forms"):
        words: Any = fact.values.get("printed_as", ())
        for word in words:
            found[word] = (*found.get(word, ()), _value(fact.values["per_day"]))
    return found


@cache
def piece_holds_mg(unit: str) -> float | None:
    """The most that one piece can weigh in actives; None for scoops, sachets and liquids."""
    for fact in facts("forms"):
        if fact.values.get("one_piece") == unit:
            return 1000 * _value(fact.values["holds"])
    return None


@cache
def _salts() -> Mapping[str, Salt]:
    weights = _weights()
    return {
        salt.id: salt for salt in (_salt(fact, weights) for fact in facts("forms") if "salt" in fact.values)
    }


@cache
def _weights() -> Mapping[str, float]:
    return {
        str(f.values["symbol"]): _value(f.values["weight"]) for f in facts("forms") if "symbol" in f.values
    }


def _salt(fact: Fact, weights: Mapping[str, float]) -> Salt:
    given: Mapping[str, Any] = fact.values
    formula = given.get("formula")
    atoms = _atoms(formula) if formula else {}
    mass = sum(weights[symbol] * count for symbol, count in atoms.items()) if atoms else None
    label = given.get("label_share")
    return Salt(
        id=str(given["salt"]),
        family=_family(given),
        name=str(given["name"]),
        formula=formula,
        molar_mass=mass,
        fraction=atoms["Mg"] * weights["Mg"] / mass if mass else None,
        waters=int(given["waters"]),
        counter_ion=str(given["counter_ion"]),
        kind=str(given["class"]),
        alkaline=bool(given["alkaline"]),
        laxative=bool(given["laxative"]),
        band=str(given["absorption_band"]),
        label=Share(label["low"] / 100, label["high"] / 100) if label else None,
        sold_as=str(given.get("sold_as", _family(given))),
        potassium=bool(given.get("potassium", False)),
        fact=fact,
    )


def _family(given: Mapping[str, Any]) -> str:
    return str(given["form"])


def _atoms(formula: str) -> dict[str, int]:
    counted: dict[str, int] = {}
    for symbol, count in _ELEMENT.findall(formula):
        counted[symbol] = counted.get(symbol, 0) + int(count or 1)
    return counted


def _shares(salt: Salt, *, with_label: bool) -> list[Share]:
    found = [Share(salt.fraction, salt.fraction)] if salt.fraction else []
    if salt.label and (with_label or not found):
        found.append(salt.label)
    return found


def _value(given: Any) -> float:
    return float(given["value"]) if isinstance(given, dict) else float(given)
