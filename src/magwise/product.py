"""Label -> Product: what one unit holds, as an interval with its reason, and what else comes with it.

Takes a read label and what the person said of price and pieces. Does not know the person's medicines,
conditions or dose.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from magwise.label.forms import figure, salts
from magwise.label.model import Basis, FormShare, Label
from magwise.units import Interval, number

__all__ = ["Product", "product_of"]


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


def product_of(
    label: Label,
    *,
    name: str | None = None,
    pieces: float | None = None,
    price: float | None = None,
    currency: str | None = None,
) -> Product:
    """What one unit of this product holds. Amounts per serving are divided by the units of the serving."""
    units = label.serving_amount or 1.0
    per_unit = label.elemental * (1 / units) if label.elemental is not None else None
    why_not = _why_not(label, per_unit)
    families = {share.form for share in label.forms}
    return Product(
        name=name or label.name or _plain_name(label),
        unit=label.serving_unit or "serving",
        per_unit=per_unit,
        basis=label.basis,
        units_per_serving=units,
        step=0.5 if label.scored else 1.0,
        forms=label.forms,
        alkaline=any(
            s.alkaline for s in salts().values() if s.family in families and s.family != "unspecified"
        ),
        laxative=any(s.laxative for s in salts().values() if s.family in families),
        nutrients={what: amount / units for what, amount in label.nutrients.items()},
        potassium="potassium_mg" in label.nutrients or "potassium" in label.flags,
        proprietary_blend=label.proprietary_blend,
        flags=tuple(dict.fromkeys((*label.flags, *_doubts(label, per_unit)))),
        other_ingredients=label.other_ingredients,
        seals=label.seals,
        max_units_per_day=label.max_servings_per_day * units if label.max_servings_per_day else None,
        pieces=pieces if pieces is not None else label.container_count,
        price=price,
        currency=currency,
        usable=why_not is None,
        why_not=why_not,
        why=label.why,
    )


def _why_not(label: Label, per_unit: Interval | None) -> str | None:
    """Why no plan can stand on this label; None when one can."""
    if "no_magnesium" in label.flags:
        return "There is no magnesium on this label."
    if per_unit is None and label.proprietary_blend:
        return "Its magnesium is hidden in a proprietary blend, so the amount is not known."
    if per_unit is None:
        return "The label does not say how much magnesium it holds."
    if per_unit.high.mg <= 0:
        return "The label gives no magnesium to count."
    return _why_unsure(label)


def _why_unsure(label: Label) -> str | None:
    if label.basis in (Basis.AMBIGUOUS, Basis.NOT_DETERMINABLE):
        return "The label can be read in more than one way, so the amount of magnesium is not known."
    if "serving_alternatives" in label.flags:
        return "The label gives several servings and does not say which of them its amounts are for."
    return None


def _doubts(label: Label, per_unit: Interval | None) -> Iterator[str]:
    """Flags that need the amount of one unit, or of a whole day."""
    if per_unit is None:
        return
    only_aspartate = {share.form for share in label.forms} in ({"aspartate"}, {"aspartate_hcl"})
    if only_aspartate and label.serving_unit in ("capsule", "tablet", "caplet"):
        low, high = (figure("aspartate-capsule-plausible", side) for side in ("low", "high"))
        if per_unit.middle.mg < low or per_unit.middle.mg > high:
            yield "confirm_amount"
    if label.max_servings_per_day and label.elemental is not None:
        directed = label.elemental.high.mg * label.max_servings_per_day
        if directed > figure("directed-daily-red-flag", "per_day"):
            yield "directions_exceed_350"


def _plain_name(label: Label) -> str:
    families = [share.form.replace("_", " ") for share in label.forms if share.form != "unspecified"]
    form = f" {' and '.join(families)}" if families else ""
    amount = f", {number(label.elemental.middle.mg)} mg" if label.elemental is not None else ""
    return f"Magnesium{form}{amount}"
