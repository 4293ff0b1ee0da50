"""What a photo of a pack holds, as values.

Places are pixels (x, y) from the top left. Inside this room they count in the picture as it was turned upright
and brought down in size for reading; `Photo.crop_box` counts in the picture as it was given.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from magwise.label import Label

__all__ = ["Barcode", "Box", "Corner", "Patch", "Photo", "Row", "Seen", "Sight"]

Box = tuple[int, int, int, int]  # left, top, right, bottom
Corner = tuple[float, float]


class Seen(StrEnum):
    """How the reading ended."""

    FOUND = "found"  # a line about magnesium was read; whether it holds a number is the label's `basis`
    NONE_FOUND = "none_found"  # a facts panel was read, and no line of it names magnesium
    NOT_VISIBLE = "panel_not_visible"  # no facts panel in this picture, or not one that can be read


@dataclass(frozen=True, slots=True)
class Patch:
    """One stretch of print as the eye found it: mostly a cell of the panel."""

    text: str
    confidence: float
    corners: tuple[Corner, Corner, Corner, Corner]  # top left, top right, bottom right, bottom left


@dataclass(frozen=True, slots=True)
class Row:
    """Patches that stand beside each other on the pack, joined."""

    text: str
    confidence: float  # of its least certain patch
    box: Box
    height: float = 0.0  # of its smallest print


@dataclass(frozen=True, slots=True)
class Barcode:
    kind: str  # EAN13, UPCA, QRCode ...
    text: str


@dataclass(frozen=True, slots=True)
class Sight:
    """What the worker saw: everything printed, and how the picture was turned and scaled for it."""

    patches: tuple[Patch, ...]
    barcodes: tuple[Barcode, ...]
    size: tuple[int, int]  # width and height of the upright picture
    turns: int  # quarter turns to the left that made it upright
    scale: float  # pixels of the given picture for one of the upright one


@dataclass(frozen=True, slots=True)
class Photo:
    """The reading of one photo. Nothing in it is confirmed: a person has to compare the line with the pack."""

    seen: Seen
    label: Label  # read from `text`; nothing in it when there was no text at all
    text: str
    line: str | None = None  # the row that the figure rests on, as it was read
    confidence: float | None = None
    crop_box: Box | None = None
    crop: bytes | None = None  # that row of the picture, upright, as PNG
    barcodes: tuple[Barcode, ...] = ()
    why: tuple[str, ...] = ()
