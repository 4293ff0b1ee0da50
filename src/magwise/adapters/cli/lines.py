"""Files in: the readable rows of JSON Lines, with what could not be read kept and its reason; the text of a label."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import typer

from magwise.errors import NotALabel, NotFound, TooMuchText, WrongUse

__all__ = ["KEPT", "Reject", "keep", "label_text", "place_for", "rows_with"]

Reject = dict[str, Any]
KEPT = 2_000  # characters of a rejected row
LARGEST_LABEL = 2_000_000  # bytes


def rows_with(source: Path, key: str, rejects: list[Reject]) -> Iterator[tuple[int, dict[str, Any]]]:
    """Each row that is a JSON object with text under `key`, with its number; the others go to `rejects`."""
    for number, row in _rows(source):
        if not row.strip():
            continue
        given = _parsed(row)
        if given is None or not isinstance(given.get(key), str):
            why = (
                "not a JSON object"
                if given is None
                else f"no text under {key!r}; it has {', '.join(given) or 'no key'}"
            )
            rejects.append({"row": number, "why": why[:300], "given": row.rstrip("\n")[:KEPT]})
            continue
        yield number, given


def label_text(path: Path) -> str:
    """The text of one label file. Raises NotFound, NotALabel or TooMuchText, each with the file named."""
    try:
        if path.is_dir():
            raise NotALabel(
                "This is a folder.", where=str(path), remedy="Give one text file for each product."
            )
        with path.open("rb") as file:
            raw = file.read(LARGEST_LABEL + 1)
    except OSError as missing:
        raise NotFound(f"The file cannot be opened: {missing.strerror}.", where=str(path)) from None
    if len(raw) > LARGEST_LABEL:
        raise TooMuchText(
            "This file is larger than a label.", where=str(path), remedy="A label is a page of text."
        )
    return raw.decode("utf-8-sig", errors="replace")


def place_for(out: Path) -> Path:
    """`out`, where its folder exists. Raises WrongUse where it does not."""
    if not out.resolve().parent.is_dir():
        raise WrongUse(f"There is no folder {out.resolve().parent}.", remedy="Make it, or write elsewhere.")
    return out


def keep(rejects: list[Reject], out: Path | None) -> None:
    """Say how many rows could not be read, and keep them beside `out`."""
    if not rejects:
        return
    kept = ""
    if out is not None:
        place = out.with_suffix(".rejects.jsonl")
        told = "".join(json.dumps(one, ensure_ascii=False) + "\n" for one in rejects)
        place.write_text(told, encoding="utf-8")
        kept = f" They are in {place} with the reason."
    rows = ", ".join(str(one["row"]) for one in rejects[:5]) + (" ..." if len(rejects) > 5 else "")
    many = "1 line" if len(rejects) == 1 else f"{len(rejects)} lines"
    typer.echo(f"{many} could not be read (rows {rows}; {rejects[0]['why']}).{kept}", err=True)


def _rows(source: Path) -> Iterator[tuple[int, str]]:
    if str(source) == "-":
        yield from enumerate(sys.stdin, start=1)
        return
    if not source.is_file():
        raise NotFound(f"There is no file {source}.", remedy="Give a file with one JSON object a line.")
    with source.open(encoding="utf-8-sig", errors="replace") as given:
        yield from enumerate(given, start=1)


def _parsed(row: str) -> dict[str, Any] | None:
    try:
        given = json.loads(row)
    except (ValueError, RecursionError):
        return None
    return given if isinstance(given, dict) else None
