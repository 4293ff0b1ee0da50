"""What a label says, as values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from magwise.units import Compound, Elemental, Interval

__all__ = ["Basis", "FormShare", "Label", "Percent", "Span"]


class Basis(StrEnum):
    """Where the elemental figure comes from."""

    DECLARED = (
        "declared"  # the text says elemental, "of magnesium", "providing", "davon", an ion, mmol with mg
    )
    BY_REGULATION = "by_regulation"  # "Magnesium (as X) N mg" in a facts panel is elemental by rule
    FROM_COMPOUND = "from_compound"  # only the salt is printed
    FROM_MOLAR = "from_molar"  # only mmol or mEq
    FROM_PERCENT = "from_percent"  # only a share of a reference value
    AMBIGUOUS = "ambiguous"  # the text supports two readings equally well
    NOT_DETERMINABLE = "not_determinable"  # "cannot tell" is the right answer


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of the label's text, by character."""

    start: int
    end: int
    text: str
    says: str  # what it was read as: "elemental", "compound", "serving", "percent", "form" ...


@dataclass(frozen=True, slots=True)
class FormShare:
    """One magnesium form on the label; `salt` is the hydrate when the figures single one out."""

    form: str  # a family of knowledge/forms: aspartate, aspartate_hcl, oxide, citrate ...
    salt: str | None = None
    elemental: Elemental | None = None
    compound: Compound | None = None
    confidence: str = "high"  # high | moderate | low


@dataclass(frozen=True, slots=True)
class Percent:
    value: float
    reference: str  # DV420 | DV400 | NRV375 | ...


@dataclass(frozen=True, slots=True)
class Label:
    """Amounts are per serving as printed. None means that the text does not say."""

    text: str
    elemental: Interval | None
    basis: Basis
    serving_amount: float | None = None
    serving_unit: str | None = None
    servings_per_container: float | None = None
    container_count: float | None = None
    min_servings_per_day: float | None = None
    max_servings_per_day: float | None = None
    forms: tuple[FormShare, ...] = ()
    nutrients: Mapping[str, float] = field(
        default_factory=dict
    )  # zinc_mg, vitamin_b6_mg, calcium_mg, iron_mg,
    #   potassium_mg, sodium_mg, vitamin_d_ug ... ; absent is absent, never 0
    percent: Percent | None = None
    proprietary_blend: bool = False
    flags: tuple[str, ...] = ()
    language: str = "en"
    name: str | None = None
    other_ingredients: tuple[str, ...] = ()
    seals: tuple[str, ...] = ()
    scored: bool = False
    spans: tuple[Span, ...] = ()
    why: tuple[str, ...] = ()
