"""The numbers about moments, from knowledge/dosing: how much one moment holds, and how long one lasts."""

from __future__ import annotations

from functools import cache

from magwise import knowledge

__all__ = ["bedtime_min", "most_at_once_mg", "most_without_food_mg", "same_dose_min", "sitting_min"]


def most_at_once_mg() -> float:
    """The most elemental magnesium at one sitting."""
    return _figure("one-sitting")


def most_without_food_mg() -> float:
    """The most elemental magnesium at once without food."""
    return _figure("without-food")


def sitting_min() -> int:
    """Within so many minutes of a meal is with that meal."""
    return int(_figure("same-sitting"))


def bedtime_min() -> int:
    """Within so many minutes of going to bed is right at bedtime."""
    return int(_figure("right-at-bedtime"))


def same_dose_min() -> int:
    """A dose may come so many minutes late and still be the same daily dose."""
    return int(_figure("same-daily-dose"))


@cache
def _figure(id: str) -> float:
    return float(next(entry for entry in knowledge.entries("dosing") if entry["id"] == id)["value"])
