"""A table as text in, its rows with their line numbers out.

Commas, semicolons or tabs separate; the heading decides which. What is no table is refused with the error of whoever
asks, so that a log and a list of trials are refused in their own words.
"""

from __future__ import annotations

import csv
import io

from magwise.errors import MagwiseError

__all__ = ["Row", "rows_of"]

Row = tuple[int, list[str]]  # line number, cells


def rows_of(text: str, *, kind: str, most: int, error: type[MagwiseError]) -> list[Row]:
    """Rows that hold something. `kind` names what it should have been: "table", "log"."""
    if len(text) > most:
        raise error(f"The {kind} has {len(text)} characters; {most} can be read.")
    if "\0" in text:
        raise error("This is no text: it holds null characters.", remedy=f"Save the {kind} as CSV in UTF-8.")
    lines = text.lstrip("\ufeff").splitlines()
    heading = next((line for line in lines if line.strip()), "")
    reader = csv.reader(io.StringIO("\n".join(lines)), delimiter=max(",;\t", key=heading.count))
    found: list[Row] = []
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                found.append((reader.line_num, cells))
    except csv.Error as broken:
        after = found[-1][0] if found else 0
        raise error(f"The {kind} cannot be read: {broken}.", where=f"after line {after}") from broken
    return found
