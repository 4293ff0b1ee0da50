"""A medicine line as typed -> what to say of it at once: known, known without a rule, or not recognised."""

from __future__ import annotations

from dataclasses import dataclass

from magwise.medicine import Kind, read_medicine
from magwise.medicine.row import to_json
from magwise.units import number

__all__ = ["Recognised", "recognised"]


@dataclass(frozen=True, slots=True)
class Recognised:
    """kind: known, plain (known, no rule in our sources) or unknown; near: what it could have meant."""

    kind: str
    names: tuple[str, ...]
    hours: str | None = None
    near: tuple[str, ...] = ()


def recognised(line: str) -> Recognised | None:
    """None for an empty line."""
    if not line.strip():
        return None
    medicines = read_medicine(line)
    row = to_json(medicines)
    if any(one.kind is Kind.UNKNOWN for one in medicines):
        return Recognised("unknown", tuple(row["ingredients"]), near=tuple(row["near"]))
    ruled = any(one.kind is Kind.RULED for one in medicines)
    return Recognised("known" if ruled else "plain", tuple(row["ingredients"]), _hours(row))


def _hours(row: dict[str, float | None]) -> str | None:
    """The longer of the two gaps that magnesium keeps, in words."""
    gaps = [gap for gap in (row["mg_before_h"], row["mg_after_h"]) if gap]
    return f"{number(max(gaps))} h" if gaps else None
