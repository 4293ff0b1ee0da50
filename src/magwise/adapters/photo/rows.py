"""Patches -> rows, as a person reads the pack: cells of one line side by side, blocks one after the other.

Geometry only. Tilt is taken out first; a row may bend, as on a round bottle, because each cell is compared with the
end of the row so far and not with its beginning. Print that stands across the rest comes last, by itself.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median

from magwise.adapters.photo.model import Box, Patch, Row

__all__ = ["rows_of"]

ACROSS = 1.5  # times as high as wide: print that runs up or down
SAME_LINE = 0.55  # of a line's height: centres nearer than this stand on one line
OVERLAP = 0.3  # of the narrower cell: more than this above each other, and they are no neighbours
PARTS_OF_TILT = (1.0, 0.75, 0.5, 0.25, 0.0)  # on a bend long cells lean more than the row: fewest rows decide
MOST_WRAPPED = 4  # lines over which one name may run
GUTTER = 1.2  # line heights of empty space between two blocks of text
_FIGURE = re.compile(r"\d\s*(?:%|[a-zµμ]{1,4}\b)|^[<†‡*\d.,%\s]+$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Cell:
    """A patch with the tilt taken out."""

    patch: Patch
    left: float
    right: float
    middle: float
    height: float
    slope: float  # how much it still falls to the right: what bends on a round pack


def rows_of(patches: Iterable[Patch]) -> tuple[Row, ...]:
    """Rows from top to bottom, block by block."""
    everything = list(patches)
    level = [patch for patch in everything if not _runs_across(patch)]
    across = [patch for patch in everything if _runs_across(patch)]
    tilt = _tilt(level)
    lines = _unwrapped(min((_lines_at(level, part * tilt) for part in PARTS_OF_TILT), key=len))
    return (*(_row(line) for line in lines), *(_row([_cell(patch, 0.0)]) for patch in across))


def _lines_at(patches: Sequence[Patch], tilt: float) -> list[list[_Cell]]:
    cells = [_cell(patch, tilt) for patch in patches]
    return [line for block in _blocks(cells) for line in _lines(block)]


def _runs_across(patch: Patch) -> bool:
    return _length(patch, 0, 3) > ACROSS * _length(patch, 0, 1)


def _length(patch: Patch, one: int, other: int) -> float:
    return math.dist(patch.corners[one], patch.corners[other])


def _tilt(patches: Sequence[Patch]) -> float:
    """The angle of most of the print; long cells know it best."""
    longest = sorted(patches, key=lambda patch: -_length(patch, 0, 1))[: max(5, len(patches) // 2)]
    angles = [_angle(patch) for patch in longest if _length(patch, 0, 1) > 2 * _length(patch, 0, 3)]
    return median(angles) if angles else 0.0


def _angle(patch: Patch) -> float:
    (x0, y0), (x1, y1) = patch.corners[0], patch.corners[1]
    (x3, y3), (x2, y2) = patch.corners[3], patch.corners[2]
    return math.atan2(y1 - y0 + y2 - y3, max(1e-6, x1 - x0 + x2 - x3))


def _cell(patch: Patch, tilt: float) -> _Cell:
    across, down = math.cos(-tilt), math.sin(-tilt)
    points = [(x * across - y * down, x * down + y * across) for x, y in patch.corners]
    width = max(1.0, _length(patch, 0, 1))
    return _Cell(
        patch,
        left=min(x for x, _ in points),
        right=max(x for x, _ in points),
        middle=sum(y for _, y in points) / 4,
        height=max(1.0, _length(patch, 0, 3)),
        slope=math.tan(_angle(patch) - tilt) if width > 3 * _length(patch, 0, 3) else 0.0,
    )


def _lines(cells: Sequence[_Cell]) -> list[list[_Cell]]:
    """Cells joined into lines: from the left, each goes to the line whose end it continues best."""
    lines: list[list[_Cell]] = []
    for cell in sorted(cells, key=lambda one: one.left):
        near = [(off, line) for line in lines if (off := _off(line, cell)) is not None]
        if near:
            min(near, key=lambda pair: pair[0])[1].append(cell)
        else:
            lines.append([cell])
    return sorted(lines, key=lambda line: line[0].middle)


def _unwrapped(lines: Sequence[list[_Cell]]) -> list[list[_Cell]]:
    """A name whose bracket closes in a later line is one row: its parts first, then the figures beside them."""
    whole: list[list[_Cell]] = []
    at = 0
    while at < len(lines):
        count = _lines_of_the_name(lines[at : at + MOST_WRAPPED])
        parts = lines[at : at + count]
        whole.append([*(line[0] for line in parts), *(cell for line in parts for cell in line[1:])])
        at += count
    return whole


def _lines_of_the_name(lines: Sequence[list[_Cell]]) -> int:
    """How many of these lines the name that begins the first of them runs over."""
    names = [line[0].patch.text for line in lines]
    still_open = names[0].count("(") - names[0].count(")")
    for count, name in enumerate(names[1:], 2):
        if still_open != 1 or "(" in name:
            return 1
        if ")" in name:
            return count
    return 1


def _off(line: Sequence[_Cell], cell: _Cell) -> float | None:
    """How far this cell's middle is from where the line leads, in line heights; None when it is no neighbour."""
    last = line[-1]
    shared = min(last.right, cell.right) - cell.left
    if shared > OVERLAP * min(last.right - last.left, cell.right - cell.left):
        return None
    end = last.middle + last.slope * (last.right - last.left) / 2
    begin = cell.middle - cell.slope * (cell.right - cell.left) / 2
    height = min(last.height, cell.height)
    off = min(abs(begin - end), abs(cell.middle - last.middle)) / height
    return off if off <= SAME_LINE else None


def _blocks(cells: Sequence[_Cell]) -> list[Sequence[_Cell]]:
    """Text that stands in a column of its own is read after the one to its left; a column of figures is not."""
    if len(cells) < 6:
        return [cells]
    for edge in _gutters(cells):
        left = [cell for cell in cells if cell.right <= edge]
        right = [cell for cell in cells if cell.left >= edge]
        if len(left) >= 3 and len(right) >= 3 and _is_prose(right):
            return [*_blocks(left), *_blocks(right)]
    return [cells]


def _gutters(cells: Sequence[_Cell]) -> list[float]:
    """Places that no cell crosses, with a little empty space around them."""
    space = GUTTER * median(cell.height for cell in cells)
    edges = []
    reach = -math.inf
    for cell in sorted(cells, key=lambda one: one.left):
        if cell.left - reach > space and reach > -math.inf:
            edges.append((cell.left + reach) / 2)
        reach = max(reach, cell.right)
    return edges


def _is_prose(cells: Sequence[_Cell]) -> bool:
    """Mostly words: not the amounts and percentages that belong to the names on their left."""
    figures = sum(1 for cell in cells if _FIGURE.search(cell.patch.text) and len(cell.patch.text) < 16)
    return figures * 3 < len(cells)


def _row(line: Sequence[_Cell]) -> Row:
    patches = [cell.patch for cell in line]
    return Row(
        " ".join(patch.text for patch in patches),
        min(patch.confidence for patch in patches),
        _around(patches),
        min(cell.height for cell in line),
    )


def _around(patches: Iterable[Patch]) -> Box:
    corners = [corner for patch in patches for corner in patch.corners]
    return (
        math.floor(min(x for x, _ in corners)),
        math.floor(min(y for _, y in corners)),
        math.ceil(max(x for x, _ in corners)),
        math.ceil(max(y for _, y in corners)),
    )
