"""Label -> Product: what one unit holds, as an interval with its reason, and what else comes with it.

Takes a read label and what the person said of price and pieces. Does not know the person's medicines,
conditions or dose.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from magwise.label.model import Basis, FormShare
from magwise.units import Interval

__all__ = ["Product"]


@dataclass(frozen=True, slots=True)
class Product:
    """One product on the table.

    per_unit   elemental magnesium in one unit (capsule, tablet, scoop, mL); None when it cannot be told
    step       smallest part of a unit that can be taken: 1, or 0.5 when the label says scored
    forms      families of knowledge/forms, with their shares where known
    alkaline   it holds oxide, hydroxide, carbonate or trisilicate: stomach acid is neutralised
    laxative   it holds a form that mainly loosens stools (oxide, hydroxide, sulfate)
    nutrients  per unit: zinc_mg, vitamin_b6_mg, calcium_mg, iron_mg, potassium_mg ...
    potassium  it lists a potassium salt, whether or not the amount is printed
    usable     it can carry a plan: magnesium on it, amount known, no hiding blend
    why_not    when not usable: the reason, in words
    """

    name: str
    unit: str
    per_unit: Interval | None
    basis: Basis
    units_per_serving: float | None = None
    step: float = 1.0
    forms: tuple[FormShare, ...] = ()
    alkaline: bool = False
    laxative: bool = False
    nutrients: Mapping[str, float] = field(default_factory=dict)
    potassium: bool = False
    proprietary_blend: bool = False
    flags: tuple[str, ...] = ()
    other_ingredients: tuple[str, ...] = ()
    seals: tuple[str, ...] = ()
    max_units_per_day: float | None = None
    pieces: float | None = None
    price: float | None = None
    currency: str | None = None
    usable: bool = True
    why_not: str | None = None
    why: tuple[str, ...] = ()

    @property
    def families(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(share.form for share in self.forms))
