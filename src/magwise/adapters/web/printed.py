"""The text of a label with what was read from it marked, in pieces that a template can show."""

from __future__ import annotations

from dataclasses import dataclass

from magwise.label import Label

__all__ = ["MARKS", "Piece", "pieces"]

MARKS = {
    "elemental": "magnesium itself",
    "compound": "weight of the salt",
    "serving": "serving",
    "percent": "share of the daily value",
    "form": "form",
}


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of the label; `says` is None where nothing was read from it."""

    text: str
    says: str | None = None


def pieces(label: Label) -> tuple[Piece, ...]:
    """The whole text, in order and without a gap. Where readings overlap, the first of them is marked."""
    found: list[Piece] = []
    at = 0
    for span in sorted(label.spans, key=lambda one: (one.start, one.end)):
        if span.start < at or span.end > len(label.text) or span.end <= span.start:
            continue
        if span.start > at:
            found.append(Piece(label.text[at : span.start]))
        found.append(Piece(label.text[span.start : span.end], span.says))
        at = span.end
    if at < len(label.text):
        found.append(Piece(label.text[at:]))
    return tuple(found)
