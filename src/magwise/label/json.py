"""Label -> the object that `magwise screen` and `magwise read --json` print (DESIGN.md)."""

from __future__ import annotations

from typing import Any

from magwise.label.model import Label

__all__ = ["to_json"]


def to_json(label: Label, *, spans: bool = False) -> dict[str, Any]:
    """The contract of `screen`; with `spans` that of `read`."""
    interval = label.elemental
    printed: dict[str, Any] = {
        "elemental_mg": _tidy(interval.best.mg) if interval and interval.best else None,
        "elemental_low_mg": _tidy(interval.low.mg) if interval else None,
        "elemental_high_mg": _tidy(interval.high.mg) if interval else None,
        "basis": str(label.basis),
        "serving_amount": _tidy(label.serving_amount),
        "serving_unit": label.serving_unit,
        "servings_per_container": _tidy(label.servings_per_container),
        "max_servings_per_day": _tidy(label.max_servings_per_day),
        "forms": list(dict.fromkeys(share.form for share in label.forms)),
        "compound_mg": {s.form: _tidy(s.compound.mg) for s in label.forms if s.compound is not None},
        "nutrients": {name: _tidy(value) for name, value in label.nutrients.items()},
        "proprietary_blend": label.proprietary_blend,
        "flags": list(label.flags),
        "language": label.language,
        "price_per_100_mg": None,
        "why": list(label.why),
    }
    if spans:
        printed["spans"] = [
            {"start": s.start, "end": s.end, "text": s.text, "says": s.says} for s in label.spans
        ]
    return printed


def _tidy(value: float | None) -> float | int | None:
    """Whole numbers without a point; others to a thousandth."""
    if value is None:
        return None
    rounded = round(value, 3)
    return int(rounded) if rounded == int(rounded) else rounded
