"""Statements and mentions -> the magnesium salts that are in the product.

What a row, an active ingredient or the ingredient list names counts first, then the product's name, then prose
that speaks of this product. Salts that are only talked about, denied, or counter-ions of something else do not.
"""

from __future__ import annotations

from magwise.label.choose import Chosen, same_piece
from magwise.label.forms import Salt, salts, salts_like
from magwise.label.model import FormShare
from magwise.label.said import Mention, Statement, Statements
from magwise.units import Compound, Elemental

__all__ = ["forms_of"]

_TALK = frozenset({"talk", "study", "negation", "reference"})
_BEFORE, _AFTER, _NEXT = 14, 6, 3  # items
_ELSEWHERE = frozenset(
    {"other_ingredients", "in_solution"}
)  # not in the piece: an excipient, or made in the glass


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
        [f for m in _beside_the_figure(said, chosen) if _counts(m) for f in m.forms if f != "hydrochloride"],
    )
    for families in tiers:
        if families:
            return _without_the_general(list(dict.fromkeys(families)))
    return []


def _beside_the_figure(said: Statements, chosen: Chosen) -> list[Mention]:
    """Acids that no substance is named with, near the figure or near such a one; far off they may be another's."""
    if said.elements or not chosen.used:
        return [] if said.elements else said.bare
    near: list[Mention] = []
    place = chosen.used[0].index
    for mention in said.bare:
        listed = bool(near) and mention.index - near[-1].index <= _NEXT
        if listed or -_BEFORE <= mention.index - place <= _AFTER:
            near.append(mention)
    return near


def _without_the_general(families: list[str]) -> list[str]:
    """A named chelate says more than 'chelate'."""
    general = set()
    if {"bisglycinate", "lysinate_glycinate"} & set(families):
        general.add("amino_acid_chelate")
    if "aspartate_hcl" in families:
        general.add("aspartate")  # the front says aspartate, the panel which one
    return [family for family in families if family not in general]


def _by_brand(said: Statements, chosen: Chosen) -> list[str]:
    """A brand tells the salt only when the printed weights agree with it."""
    weights = [s.mass for s in chosen.salts if s.mass]
    if not weights or chosen.elemental is None or chosen.elemental.best is None:
        return []
    return [f for f in said.brands if salts_like(weights[0], chosen.elemental.best.mg, f)][:1]


def _beside(chosen: Chosen) -> list[Statement]:
    """Salts weighed beside the chosen figure, in the same piece."""
    first = chosen.used[0] if chosen.used else None
    return [s for s in chosen.salts if not s.said & _TALK and (first is None or same_piece(s, first))]


def _counts(mention: Mention) -> bool:
    return mention.head and not mention.said & (_TALK | _ELSEWHERE)


def _share(family: str, chosen: Chosen, count: int) -> FormShare:
    compound = _weight_of(family, chosen, count)
    elemental = None
    if count == 1 and chosen.elemental is not None and chosen.elemental.best is not None:
        elemental = chosen.elemental.best.mg
    salt, confidence = None, "high"
    if compound and elemental:
        like = salts_like(compound, elemental, family) or _sold_as(family, compound, elemental)
        if like:
            salt = like[0].id
            confidence = "moderate" if len(like) > 1 or like[0].family != family else "high"
    return FormShare(
        family, salt, Elemental(elemental) if elemental is not None else None,
        Compound(compound) if compound is not None else None, confidence,
    )  # fmt: skip


def _weight_of(family: str, chosen: Chosen, count: int) -> float | None:
    """The salt's printed weight: of this family, of the family it is sold as, or of the only salt there is."""
    names = {family} | {salt.sold_as for salt in salts().values() if salt.family == family}
    own = next((s.mass for s in chosen.salts if s.mass and len(s.forms) == 1 and s.forms[0] in names), None)
    if own is None and count == 1:
        return next((s.mass for s in chosen.salts if not s.forms and s.mass), None)
    return own


def _sold_as(family: str, compound_mg: float, elemental_mg: float) -> tuple[Salt, ...]:
    """Salts of another family that are sold under this name, when only they fit the printed weights."""
    return tuple(
        salt
        for salt in salts_like(compound_mg, elemental_mg)
        if salt.sold_as == family and salt.family != family
    )
