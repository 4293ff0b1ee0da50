"""`magwise read`: one label, what it really holds and where it says so."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from magwise.errors import MissingExtra, NotALabel, NotFound, TooMuchText

__all__ = ["read", "text_of"]

LARGEST_LABEL = 2_000_000  # bytes read from a file or from standard input; the reader's own bound is lower
PICTURES = frozenset({".jpg", ".jpeg", ".png", ".webp", ".bmp", ".tif", ".tiff", ".heic"})


def read(
    label: Annotated[
        str, typer.Argument(metavar="FILE", help="A text file with the label's text, or - to type it.")
    ],
    as_json: Annotated[bool, typer.Option("--json", help="Print the published JSON shape.")] = False,
    country: Annotated[str | None, typer.Option(help="Two letters; decides which label rules apply.")] = None,
) -> None:
    """What a label really holds.

    Example: echo "Magnesium (as magnesium aspartate) 61 mg" | magwise read -
    """
    from magwise.label import read_label
    from magwise.label.json import to_json

    text = text_of(label)
    found = read_label(text, country=country)
    answer = to_json(found, spans=True)
    if as_json:
        print(json.dumps(answer, ensure_ascii=False, indent=1))
        return
    for line in _told(answer, text):
        print(line)


def text_of(source: str) -> str:
    """The text in this file or on standard input. Raises when it is a picture, too long, or not there."""
    if source == "-":
        raw = sys.stdin.buffer.read(LARGEST_LABEL + 1)
        where = "standard input"
    else:
        raw, where = _bytes(Path(source)), source
    if len(raw) > LARGEST_LABEL:
        raise TooMuchText(
            f"This is more than {LARGEST_LABEL // 1_000_000} MB of text.",
            where=where,
            remedy="A label is a page. Give one label at a time; `magwise screen` reads a whole catalogue.",
        )
    return raw.decode("utf-8-sig", errors="replace")


def _bytes(path: Path) -> bytes:
    if path.suffix.lower() in PICTURES:
        raise MissingExtra(
            "Pictures are not read yet.",
            where=str(path),
            remedy="Type the facts panel into a text file, above all the line that begins with Magnesium.",
        )
    try:
        if path.is_dir():
            raise NotALabel("This is a folder.", where=str(path), remedy="Give one text file.")
        with path.open("rb") as file:
            return file.read(LARGEST_LABEL + 1)
    except OSError as missing:
        raise NotFound(f"The file cannot be opened: {missing.strerror}.", where=str(path)) from None


def _told(answer: dict[str, Any], text: str) -> list[str]:
    lines = [_amount(answer)]
    if answer.get("forms"):
        lines.append(f"Forms: {', '.join(answer['forms'])}")
    serving = answer.get("serving_amount")
    if serving is not None:
        lines.append(f"Serving: {serving:g} {answer.get('serving_unit') or ''}".rstrip())
    others = ", ".join(
        f"{name.replace('_', ' ')} {value:g}" for name, value in answer.get("nutrients", {}).items()
    )
    lines += [f"Also: {others}"] if others else []
    lines += [f"Flag: {flag.replace('_', ' ')}" for flag in answer.get("flags", [])]
    lines += [f"Why: {why}" for why in answer.get("why", [])]
    lines += _pointers(answer.get("spans", []), text)
    return lines


def _amount(answer: dict[str, Any]) -> str:
    best, low, high = (answer[f"elemental_{name}mg"] for name in ("", "low_", "high_"))
    basis = str(answer["basis"]).replace("_", " ")
    if low is None:
        return f"Magnesium: cannot tell ({basis})."
    if best is None:
        return f"Magnesium: between {low:g} and {high:g} mg a serving, no single figure can be defended ({basis})."
    span = "" if low == high else f", between {low:g} and {high:g}"
    return f"Magnesium: {best:g} mg of elemental magnesium a serving{span} ({basis})."


def _pointers(spans: list[dict[str, Any]], text: str) -> list[str]:
    """The line of the label that each reading rests on, with a mark under it."""
    lines = []
    for span in spans:
        start = text.rfind("\n", 0, span["start"]) + 1
        end = text.find("\n", span["start"])
        line = text[start : end if end >= 0 else len(text)].rstrip()
        if len(line) > 100:
            continue
        mark = " " * (span["start"] - start) + "^" * max(
            1, min(span["end"], start + len(line)) - span["start"]
        )
        lines += [f"  {line}", f"  {mark} {span['says']}"]
    return lines
