"""A label -> what its text tells of quality and of promises, in the shape that `read` and `compare` print.

Run beside the decision and not inside it: no note of quality moves a dose, and a page of marketing takes some
milliseconds to judge.
"""

from __future__ import annotations

from typing import Any

from magwise.findings import Finding
from magwise.judge import claim_notes, quality_notes
from magwise.label.model import Label
from magwise.product import product_of

__all__ = ["note_json", "quality_of"]


def quality_of(label: Label, text: str) -> list[dict[str, Any]]:
    """The notes on one label, cautions first; of a text without magnesium only its promises are judged."""
    bare = "no_magnesium" in label.flags
    return [
        note_json(note) for note in (claim_notes(text) if bare else quality_notes(product_of(label), text))
    ]


def note_json(note: Finding) -> dict[str, Any]:
    return {
        "rule": note.rule,
        "level": note.level.word,
        "message": note.message,
        "because": list(note.because),
        "facts": list(note.facts),
        "spec": list(note.spec),
        "sources": list(note.sources),
        "draft": note.draft,
    }
