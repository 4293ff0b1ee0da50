"""Sight -> Photo: the text of the pack, its label, and the line that a person has to compare.

The label's reader decides what the text means. Here is decided only whether a facts panel was in the picture at all,
which row the figure rests on, and that a row which was hardly legible gives no figure.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from magwise.adapters.photo.model import Box, Photo, Row, Seen, Sight
from magwise.adapters.photo.rows import rows_of
from magwise.adapters.photo.spelling import spelt
from magwise.label import Basis, Label, read_label

__all__ = ["Reading", "photo_of", "reading_of"]

LEGIBLE = 0.8  # a figure from print that was read with less certainty is no reading
SMALLEST = 10.5  # pixels of a line's height: below it digits were read wrongly with certainty (drawn panels, 200 wide)
MARGIN = 0.5  # of the line's height, around the crop
_AMOUNT = re.compile(r"\d\s?(?:mg|mcg|µg|μg|ug|g|iu|mmol|mval|meq|мг|мкг|kj|kcal)\b", re.IGNORECASE)
_PANEL = frozenset({"facts", "serving_size", "servings_in", "active"})


@dataclass(frozen=True, slots=True)
class Reading:
    """A Photo in the making: the crop is still to come from the worker."""

    seen: Seen
    label: Label
    text: str
    rows: tuple[Row, ...]  # those that the figure rests on
    why: tuple[str, ...]


def reading_of(sight: Sight, *, country: str | None = None) -> Reading:
    """What the picture says."""
    rows = rows_of(sight.patches)
    spelled = [spelt(row.text) for row in rows]
    text = "\n".join(one.text for one in spelled)
    if not text.strip():
        why = ("No print that can be read was found in the picture.",)
        return Reading(Seen.NOT_VISIBLE, Label("", None, Basis.NOT_DETERMINABLE, why=why), "", (), why)
    rows = tuple(replace(row, text=one.text) for row, one in zip(rows, spelled, strict=True))
    label = read_label(text, country=country)
    of_the_figure = _rows_at(label, rows)
    if not of_the_figure and "no_magnesium" not in label.flags:
        of_the_figure = _rows_about_magnesium(rows)
    changes = tuple(
        change
        for row, one in zip(rows, spelled, strict=True)
        if row in of_the_figure
        for change in one.changes
    )
    return _judged(label, text, rows, of_the_figure, changes)


def photo_of(sight: Sight, reading: Reading, crop: bytes | None) -> Photo:
    """The reading with its crop, places counted in the given picture."""
    box = crop_box(sight, reading)
    return Photo(
        seen=reading.seen,
        label=reading.label,
        text=reading.text,
        line="\n".join(row.text for row in reading.rows) or None,
        confidence=min((row.confidence for row in reading.rows), default=None),
        crop_box=_in_the_given_picture(box, sight) if box else None,
        crop=crop,
        barcodes=sight.barcodes,
        why=reading.why,
    )


def crop_box(sight: Sight, reading: Reading) -> Box | None:
    """The part of the upright picture that holds the line, with a little around it."""
    if not reading.rows:
        return None
    boxes = [row.box for row in reading.rows]
    margin = int(MARGIN * min(bottom - top for _, top, _, bottom in boxes)) + 2
    return (
        max(0, min(box[0] for box in boxes) - margin),
        max(0, min(box[1] for box in boxes) - margin),
        min(sight.size[0], max(box[2] for box in boxes) + margin),
        min(sight.size[1], max(box[3] for box in boxes) + margin),
    )


def _judged(
    label: Label, text: str, rows: Sequence[Row], of_the_figure: tuple[Row, ...], changes: tuple[str, ...]
) -> Reading:
    why = [f"In the line, {change}." for change in changes]
    visible = _panel_is_visible(text, rows)
    if label.elemental is None and not (visible and of_the_figure):
        if not visible:
            why = ["No facts panel can be read in this picture: photograph the side with the table."]
            return Reading(Seen.NOT_VISIBLE, label, text, of_the_figure, tuple(why))
        return Reading(Seen.NONE_FOUND, label, text, (), tuple(_of_none(rows)))
    if not visible:
        why.append("No facts panel is visible: the figure stands elsewhere on the pack.")
    unclear = _unclear(of_the_figure)
    if label.elemental is not None and unclear:
        label = replace(
            label,
            elemental=None,
            basis=Basis.NOT_DETERMINABLE,
            flags=(*label.flags, "hardly_legible"),
            why=(*label.why, f"{unclear}: type the line as it stands on the pack, or come closer."),
        )
    return Reading(Seen.FOUND, label, text, of_the_figure, tuple(why))


def _unclear(rows: Sequence[Row]) -> str | None:
    """Why the print of these rows carries no figure; None when it does."""
    sure = min((row.confidence for row in rows), default=0.0)
    if sure < LEGIBLE:
        return f"The print was read with only {sure:.0%} certainty"
    if min(row.height for row in rows) < SMALLEST:
        return "The print is only a few pixels high"
    return None


def _of_none(rows: Sequence[Row]) -> list[str]:
    unclear = sum(1 for row in rows if row.confidence < LEGIBLE)
    said = ["A facts panel was read, and no line of what is visible of it names magnesium."]
    if unclear:
        said.append(f"{unclear} of {len(rows)} lines were hardly legible: look at them yourself.")
    return said


def _panel_is_visible(text: str, rows: Sequence[Row]) -> bool:
    """A table of amounts: three rows of them, or one under words that only a panel has."""
    amounts = sum(1 for row in rows if _AMOUNT.search(row.text))
    return amounts >= 3 or (amounts >= 1 and bool(_cues(text) & _PANEL))


def _cues(text: str) -> frozenset[str]:
    from magwise.label.text import fold, legible
    from magwise.label.tokens import tokens

    text = legible(text)
    return frozenset().union(*[token.cues for token in tokens(fold(text), text)])


def _rows_at(label: Label, rows: Sequence[Row]) -> tuple[Row, ...]:
    """The rows in which the label's reader found its amounts of magnesium."""
    spans = [span for span in label.spans if span.says == "elemental"] or [
        span for span in label.spans if span.says == "compound"
    ]
    found: list[Row] = []
    start = 0
    for row in rows:
        end = start + len(row.text)
        if any(span.start <= end and span.end > start for span in spans):
            found.append(row)
        start = end + 1
    return tuple(found)


def _rows_about_magnesium(rows: Sequence[Row]) -> tuple[Row, ...]:
    """Rows that name magnesium as more than an excipient."""
    return tuple(row for row in rows if row.text.strip() and "no_magnesium" not in read_label(row.text).flags)


def _in_the_given_picture(box: Box, sight: Sight) -> Box:
    """The same part of the picture before it was turned and scaled."""
    left, top, right, bottom = box
    width, _ = sight.size
    height = sight.size[1]
    for _ in range((4 - sight.turns) % 4):  # one quarter to the left: (x, y) -> (y, width - x)
        left, top, right, bottom = top, width - right, bottom, width - left
        width, height = height, width
    return (
        round(left * sight.scale),
        round(top * sight.scale),
        round(right * sight.scale),
        round(bottom * sight.scale),
    )
