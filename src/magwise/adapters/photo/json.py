"""Photo -> the object that `magwise read photo.jpg --json` prints: that of a label, and where it was seen."""

from __future__ import annotations

from typing import Any

from magwise.adapters.photo.model import Photo
from magwise.adapters.quality import quality_of
from magwise.label.json import to_json

__all__ = ["photo_json"]


def photo_json(photo: Photo) -> dict[str, Any]:
    """The published fields of `read`; `confirmed` is false, because a program cannot hold the pack."""
    return to_json(photo.label, spans=True) | {
        "confirmed": False,
        "ocr": {
            "seen": str(photo.seen),
            "line": photo.line,
            "confidence": photo.confidence,
            "crop_box": list(photo.crop_box) if photo.crop_box else None,
            "text": photo.text,
            "why": list(photo.why),
        },
        "barcodes": [{"kind": code.kind, "text": code.text} for code in photo.barcodes],
        "quality": quality_of(photo.label, photo.text),
    }
