"""What a label says of a substance, as values: statements of an amount, and salts named without one."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from magwise.label.items import Count, Noun

__all__ = ["Mention", "Role", "Statement", "Statements"]


class Role(StrEnum):
    PLAIN = "plain"  # "Magnesium (as X) 61 mg": elemental by the rules of panels
    ELEMENTAL = "elemental"  # the text says that it is the magnesium
    SALT = "salt"  # "Magnesium citrate 500 mg"
    AS_SALT = "as_salt"  # "25 mg as magnesium oxide"
    LOOSE = "loose"  # an amount whose substance is not named


@dataclass(slots=True)
class Statement:
    """element   magnesium, zinc ...; "" when not named
    forms      acids named with the amount; waters: their hydrate when named
    said       cues around it; linked: it stands in brackets or after "=", "equivalent to", "of which" of another
    """

    element: str
    role: Role
    start: int
    end: int
    mass: float | None
    molar: float | None
    unit: str
    value: float
    ranged: bool
    forms: tuple[str, ...]
    waters: int | None
    said: frozenset[str]
    linked: int | None = None
    percent: float | None = None
    per: Count | None = None
    index: int = 0
    in_bracket: bool = False
    total: bool = False
    before: Noun | None = None
    line: int = 0
    registry: bool = False  # "253 mg/1", "241.3 mg/1000mg": the strength of a registry record
    ratio_of_weights: bool = False


@dataclass(slots=True)
class Mention:
    """A magnesium salt named without an amount of its own, and what is said around it."""

    forms: tuple[str, ...]
    start: int
    end: int
    said: frozenset[str]
    index: int
    line: int
    head: bool  # of "Magnesium (as X)" or a name of its own; not a counter-ion of something else
    listed: bool = False


@dataclass(slots=True)
class Statements:
    said: list[Statement] = field(default_factory=list)
    mentions: list[Mention] = field(default_factory=list)
    bare: list[Mention] = field(default_factory=list)  # "citrate" with no substance named before or after it
    shares: list[tuple[float, str]] = field(default_factory=list)  # "48 % DV" of magnesium without a weight
    elements: set[str] = field(default_factory=set)  # other substances that are in the product
    magnesium: bool = False  # it is named at all
    brands: list[str] = field(default_factory=list)  # families that a named brand is known to use
