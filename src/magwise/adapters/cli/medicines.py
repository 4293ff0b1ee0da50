"""`magwise medicines`: a file of medicine lines in, one object a line out. Decides nothing."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, TextIO

import typer

from magwise.errors import NotFound, WrongUse

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
    rejects: list[dict[str, Any]] = []
    answers = _answers(_rows(lines), text, id_key, rejects)
    if out is None:
        _write(answers, sys.stdout)
    else:
        _check_place(out)
        with out.open("w", encoding="utf-8") as written:
            _write(answers, written)
    _keep(rejects, out)


def _rows(lines: Path) -> Iterator[tuple[int, str]]:
    if str(lines) == "-":
        yield from enumerate(sys.stdin, start=1)
        return
    if not lines.is_file():
        raise NotFound(f"There is no file {lines}.", remedy="Give a file with one JSON object a line.")
    with lines.open(encoding="utf-8", errors="replace") as given:
        yield from enumerate(given, start=1)


def _answers(
    rows: Iterator[tuple[int, str]], text: str, id_key: str, rejects: list[dict[str, Any]]
) -> Iterator[dict[str, Any]]:
    from magwise.medicine import read_medicine, to_json

    for number, row in rows:
        if not row.strip():
            continue
        given = _parsed(row)
        if given is None or not isinstance(given.get(text), str):
            why = (
                'not a JSON object, like {"line": "Ramipril 5 mg"}'
                if given is None
                else f"no text under {text!r}"
            )
            rejects.append({"row": number, "why": why, "given": row.rstrip("\n")[:2000]})
            continue
        if not given[text].strip():
            rejects.append({"row": number, "why": "the line is empty", "given": row.rstrip("\n")[:2000]})
            continue
        yield {"id": given.get(id_key, number), **to_json(read_medicine(given[text]))}


def _parsed(row: str) -> dict[str, Any] | None:
    try:
        given = json.loads(row)
    except (ValueError, RecursionError):
        return None
    return given if isinstance(given, dict) else None


def _write(answers: Iterator[dict[str, Any]], to: TextIO) -> None:
    for answer in answers:
        to.write(json.dumps(answer, ensure_ascii=False) + "\n")


def _check_place(out: Path) -> None:
    if not out.resolve().parent.is_dir():
        raise WrongUse(f"There is no folder {out.resolve().parent}.", remedy="Make it, or write elsewhere.")


def _keep(rejects: list[dict[str, Any]], out: Path | None) -> None:
    if not rejects:
        return
    kept = ""
    if out is not None:
        place = out.with_suffix(".rejects.jsonl")
        place.write_text(
            "".join(json.dumps(one, ensure_ascii=False) + "\n" for one in rejects), encoding="utf-8"
        )
        kept = f" They are in {place} with the reason."
    rows = ", ".join(str(one["row"]) for one in rejects[:5])
    typer.echo(f"{len(rejects)} lines could not be read (rows {rows} ...).{kept}", err=True)
