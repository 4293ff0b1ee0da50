"""`magwise read`: one label, what it really holds and where it says so."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from magwise.errors import NotALabel, NotFound, TooMuchText, WrongUse

__all__ = ["read", "told"]

LARGEST_LABEL = 2_000_000  # bytes read from a file or from standard input; the reader's own bound is lower
LARGEST_FILE = 25_000_001  # bytes taken in before it is known whether they are a text or a picture


def read(
    label: Annotated[
        str, typer.Argument(metavar="FILE", help="A text file or a photo of the label, or - to type it.")
    ],
    as_json: Annotated[bool, typer.Option("--json", help="Print the published JSON shape.")] = False,
    country: Annotated[str | None, typer.Option(help="Two letters; decides which label rules apply.")] = None,
    crop: Annotated[
        Path | None,
        typer.Option("--crop", metavar="FILE", help="Of a photo: save the line about magnesium here."),
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Of a photo: show the reading without asking.")] = False,
) -> None:
    """What a label really holds.

    Example: echo "Magnesium (as magnesium aspartate) 61 mg" | magwise read -
    """
    from magwise.adapters.photo.picture import is_picture
    from magwise.adapters.quality import quality_of
    from magwise.label import read_label
    from magwise.label.json import to_json

    raw, where = _bytes(label)
    if is_picture(raw):
        from magwise.adapters.cli.photo import show_photo

        show_photo(raw, where, country=country, as_json=as_json, crop=crop, yes=yes)
        return
    if crop is not None:
        raise WrongUse(
            "Only a photo has a crop, and this is a text.", where=where, remedy="Leave out --crop."
        )
    text = _text(raw, where)
    found = read_label(text, country=country)
    answer = to_json(found, spans=True) | {"quality": quality_of(found, text)}
    if as_json:
        print(json.dumps(answer, ensure_ascii=False, indent=1))
        return
    for line in told(answer, text):
        print(line)


def _text(raw: bytes, where: str) -> str:
    if len(raw) > LARGEST_LABEL:
        raise TooMuchText(
            f"This is more than {LARGEST_LABEL // 1_000_000} MB of text.",
            where=where,
            remedy="A label is a page. Give one label at a time; `magwise screen` reads a whole catalogue.",
        )
    return raw.decode("utf-8-sig", errors="replace")


def _bytes(source: str) -> tuple[bytes, str]:
    """What stands in this file or on standard input, and what to call it."""
    if source == "-":
        return sys.stdin.buffer.read(LARGEST_FILE), "standard input"
    path = Path(source)
    try:
        if path.is_dir():
            raise NotALabel("This is a folder.", where=str(path), remedy="Give one text file or one photo.")
        with path.open("rb") as file:
            return file.read(LARGEST_FILE), source
    except OSError as missing:
        raise NotFound(f"The file cannot be opened: {missing.strerror}.", where=str(path)) from None


def told(answer: dict[str, Any], text: str) -> list[str]:
    """The reading in lines for a person."""
    lines = [_amount(answer)]
    if answer.get("forms"):
        lines.append(f"Forms: {', '.join(answer['forms']).replace('_', ' ')}")
    serving = answer.get("serving_amount")
    if serving is not None:
        plural = "s" if serving != 1 and answer.get("serving_unit") else ""
        lines.append(f"Serving: {serving:g} {answer.get('serving_unit') or ''}{plural}".rstrip())
    others = ", ".join(
        f"{name.replace('_', ' ')} {value:g}" for name, value in answer.get("nutrients", {}).items()
    )
    lines += [f"Also: {others}"] if others else []
    lines += [f"Flag: {flag.replace('_', ' ')}" for flag in answer.get("flags", [])]
    lines += [f"Why: {why}" for why in answer.get("why", [])]
    lines += _pointers(answer.get("spans", []), text)
    lines += _quality(answer.get("quality", []))
    return lines


def _quality(notes: list[dict[str, Any]]) -> list[str]:
    """Promises that nobody should make first, then what the pack tells of quality."""
    marks = {"caution": "Caution"}
    return [
        f"{marks.get(note['level'], 'Note')}: {note['message']}{' (draft)' if note['draft'] else ''}"
        for note in notes
    ]


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
