"""Statements -> what else is in a serving: zinc_mg, vitamin_b6_mg, vitamin_d_ug ... An absent one is absent."""

from __future__ import annotations

from collections.abc import Mapping

from magwise.label.said import Statement

__all__ = ["nutrients_of"]

_IN_MG = frozenset(
    {
        "zinc", "calcium", "iron", "potassium", "sodium", "vitamin_b6", "melatonin", "manganese", "copper",
        "phosphorus", "vitamin_c", "caffeine", "chloride",
    }
)  # fmt: skip
_SALTED = frozenset({"zinc", "calcium", "iron", "potassium", "sodium", "manganese", "copper"})
_UG_PER_IU_OF_D = 1 / 40  # the definition of the international unit of vitamin D


def nutrients_of(said: list[Statement]) -> Mapping[str, float]:
    """The first figure printed for each; a range is no figure."""
    found: dict[str, float] = {}
    for statement in said:
        if statement.ranged or statement.said & {"reference", "up_to"}:
            continue
        if statement.element in _IN_MG and statement.mass:
            name = f"{statement.element}_mg"
            if not (statement.forms and statement.element in _SALTED):  # a salt's weight is not the element's
                found.setdefault(name, round(statement.mass, 6))
        elif statement.forms == ("chloride",) and not statement.element and statement.mass:
            found.setdefault("chloride_mg", round(statement.mass, 6))
        elif statement.element == "vitamin_d":
            if statement.mass:
                found["vitamin_d_ug"] = round(statement.mass * 1000, 6)
            elif statement.unit == "iu":
                found.setdefault("vitamin_d_ug", round(statement.value * _UG_PER_IU_OF_D, 6))
    return found
