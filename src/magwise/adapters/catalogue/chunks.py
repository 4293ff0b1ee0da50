"""Rows -> chunks of rows -> lines of JSON: what one core, or one machine of a cluster, does by itself.

A chunk is a piece of work that travels; it knows nothing of files, so that it gives the same lines anywhere.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from magwise.adapters.importers import Bad, Row
from magwise.errors import MagwiseError

__all__ = ["Chunk", "Done", "chunks_of", "read_chunk"]

ROWS = 500  # that travel together
CHARACTERS = 1_000_000  # of text in them, so that a chunk of monsters stays small too

Chunk = list[Row | Bad]
_encode = json.JSONEncoder(ensure_ascii=False).encode  # one encoder: json.dumps would make one for each row


@dataclass(frozen=True, slots=True)
class Done:
    """The lines of a chunk in its order: whether the row was read, and what is to be written."""

    lines: tuple[tuple[bool, str], ...]
    guessed: int = 0  # rows whose encoding was guessed
    share: float = 0.0  # of the source, with the last row


def chunks_of(rows: Iterable[Row | Bad]) -> Iterator[Chunk]:
    """The rows in the same order, some hundred at a time."""
    chunk: Chunk = []
    held = 0
    for row in rows:
        chunk.append(row)
        held += len(row.text) if isinstance(row, Row) else 0
        if len(chunk) >= ROWS or held >= CHARACTERS:
            yield chunk
            chunk, held = [], 0
    if chunk:
        yield chunk


def read_chunk(chunk: Chunk) -> Done:
    """Each row as a line of JSON."""
    from magwise.label import names_no_magnesium

    nothing = _rest_of_nothing()
    lines = tuple(
        (True, f'{{"id": {_encode(row.id)}, {nothing}')
        if isinstance(row, Row) and row.id.isascii() and _is_plain(row) and names_no_magnesium(row.text)
        else _read(row)
        for row in chunk
    )
    return Done(
        lines,
        sum(1 for row in chunk if isinstance(row, Row) and row.notes and _is_guessed(row)),
        chunk[-1].share if chunk else 0.0,
    )


def _is_plain(row: Row) -> bool:
    """Its answer depends on nothing but its text."""
    return row.price is None and not row.notes and not row.flags


def _is_guessed(row: Row) -> bool:
    return any("Windows-1252" in note for note in row.notes)


@cache
def _rest_of_nothing() -> str:
    """What follows the id where no magnesium is named: most lines of a catalogue, and always the same."""
    from magwise.label import read_label
    from magwise.label.json import to_json

    return _line(to_json(read_label("Zinc")))[1:]


def _read(row: Row | Bad) -> tuple[bool, str]:
    from magwise.catalogue import flags_of, price_per_100_mg
    from magwise.label import read_label
    from magwise.label.json import to_json

    if isinstance(row, Bad):
        return False, _rejected(row)
    try:
        label = read_label(row.text)
    except MagwiseError as refused:
        return False, _rejected(Bad(row.number, row.id, refused.what, row.text[:80]))
    said = {"id": row.id, **to_json(label)}
    if row.flags:
        said["flags"] = list(flags_of(label, row.flags))
    if row.notes:
        said["why"] = [*said["why"], *row.notes]
    if row.price is not None:
        said["price_per_100_mg"] = price_per_100_mg(label, row.price, row.pieces)
    return True, _line(said)


def _rejected(row: Bad) -> str:
    return _line({"number": row.number, "id": row.id, "why": row.why, "start": row.start})


def _line(record: dict[str, Any]) -> str:
    # a lone surrogate in the JSON of others has no bytes; it is written as its escape
    written = _encode(record) + "\n"
    return written if written.isascii() else written.encode("utf-8", "backslashreplace").decode()
