"""`magwise medicines`: a file of medicine lines in, one object a line out. Decides nothing."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, TextIO

import typer

from magwise.adapters.cli.lines import KEPT, Reject, keep, place_for, rows_with

__all__ = ["medicines"]

Lines = Annotated[
    Path, typer.Argument(metavar="IN.jsonl", help="One JSON object a line; `-` reads standard input.")
]
Text = Annotated[str, typer.Option("--text", metavar="KEY", help="The key that holds the medicine line.")]
Id = Annotated[str, typer.Option("--id", metavar="KEY", help="The key that names the line.")]
Out = Annotated[
    Path | None, typer.Option("--out", metavar="OUT.jsonl", help="Where to write (default: the screen).")
]


def medicines(lines: Lines, text: Text = "line", id_key: Id = "id", out: Out = None) -> None:
    """What medicine lines mean, and whether they matter to somebody who takes magnesium.

    Example: magwise medicines list.jsonl --text line --out read.jsonl

    A line that is no JSON object with that key is kept in OUT.rejects.jsonl with the reason; nothing is lost.
    """
    rejects: list[Reject] = []
    answers = _answers(lines, text, id_key, rejects)
    if out is None:
        _write(answers, sys.stdout)
    else:
        with place_for(out).open("w", encoding="utf-8") as written:
            _write(answers, written)
    keep(rejects, out)


def _answers(lines: Path, text: str, id_key: str, rejects: list[Reject]) -> Iterator[dict[str, Any]]:
    from magwise.medicine import read_medicine, to_json

    for number, given in rows_with(lines, text, rejects):
        if not given[text].strip():
            told = json.dumps(given, ensure_ascii=False)[:KEPT]
            rejects.append({"row": number, "why": "the line is empty", "given": told})
            continue
        yield {"id": given.get(id_key, number), **to_json(read_medicine(given[text]))}


def _write(answers: Iterator[dict[str, Any]], to: TextIO) -> None:
    for answer in answers:
        to.write(json.dumps(answer, ensure_ascii=False) + "\n")
