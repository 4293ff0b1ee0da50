"""Numbers as people type them in a form."""

from __future__ import annotations

__all__ = ["Unreadable", "amount"]


class Unreadable(ValueError):
    """What was typed in one field cannot be used; the sentence is for the reader and quotes nothing."""

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(sentence)
        self.field = field


def amount(typed: str, field: str, called: str, *, least: float, most: float) -> float:
    """18.99 or 18,99 as a number. Raises Unreadable with the bounds that hold."""
    try:
        value = float(typed.replace(" ", "").replace(",", "."))
    except ValueError:
        raise Unreadable(field, f"{called} must be a number, like 60 or 18.99.") from None
    if not least <= value <= most:  # also false for nan
        raise Unreadable(field, f"{called} must lie between {least:g} and {most:,.0f}.")
    return value
