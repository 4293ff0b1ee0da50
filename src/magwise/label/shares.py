"""Statements and mentions -> the magnesium salts that are in the product.

What a row, an active ingredient or the ingredient list names counts first, then the product's name, then prose
that speaks of this product. Salts that are only talked about, denied, or counter-ions of something else do not.
"""

from __future__ import annotations

from magwise.label.choose import Chosen
from magwise.label.forms import salts_like
from magwise.label.model import FormShare
from magwise.label.statements import Mention, Statement, Statements
from magwise.units import Compound, Elemental

__all__ = ["forms_of"]

_TALK = frozenset({"talk", "study", "negation", "reference"})


def forms_of(said: Statements, chosen: Chosen) -> tuple[FormShare, ...]:
    """The families on the label, each with its printed weights where they are its own."""
    families = _families(said, chosen) or _by_brand(said, chosen)
    shares = tuple(_share(family, chosen, len(families)) for family in families)
    return shares or ((FormShare("unspecified"),) if chosen.elemental is not None else ())


def _families(said: Statements, chosen: Chosen) -> list[str]:
    tiers = (
        [f for s in (*chosen.used, *chosen.parts, *_beside(chosen)) for f in s.forms],
        [f for m in said.mentions if m.listed and _counts(m) for f in m.forms],
        [f for m in said.mentions if "ingredients" in m.said and _counts(m) for f in m.forms],
        [f for m in said.mentions if m.line <= 1 and _counts(m) for f in m.forms],
        [f for m in said.mentions if "formulated" in m.said and _counts(m) for f in m.forms],
        [f for m in said.mentions if _counts(m) for f in m.forms],
    )
    for families in tiers:
        if families:
            return _without_the_general(list(dict.fromkeys(families)))
    return []


def _without_the_general(families: list[str]) -> list[str]:
    """A named chelate says more than 'chelate'."""
    if {"bisglycinate", "lysinate_glycinate"} & set(families):
        return [family for family in families if family != "amino_acid_chelate"]
    return families


def _by_brand(said: Statements, chosen: Chosen) -> list[str]:
    """A brand tells the salt only when the printed weights agree with it."""
    weights = [s.mass for s in chosen.salts if s.mass]
    if not weights or chosen.elemental is None or chosen.elemental.best is None:
        return []
    return [f for f in said.brands if salts_like(weights[0], chosen.elemental.best.mg, f)][:1]


def _beside(chosen: Chosen) -> list[Statement]:
    return [s for s in chosen.salts if not s.said & _TALK]


def _counts(mention: Mention) -> bool:
    return mention.head and not mention.said & _TALK and "other_ingredients" not in mention.said


def _share(family: str, chosen: Chosen, count: int) -> FormShare:
    compound = next((s.mass for s in chosen.salts if s.forms == (family,) and s.mass), None)
    if compound is None and count == 1:
        compound = next((s.mass for s in chosen.salts if not s.forms and s.mass), None)
    elemental = None
    if count == 1 and chosen.elemental is not None and chosen.elemental.best is not None:
        elemental = chosen.elemental.best.mg
    salt, confidence = None, "high"
    if compound and elemental:
        like = salts_like(compound, elemental, family)
        if like:
            salt, confidence = like[0].id, "moderate" if len(like) > 1 else "high"
    return FormShare(
        family, salt, Elemental(elemental) if elemental is not None else None,
        Compound(compound) if compound is not None else None, confidence,
    )  # fmt: skip
