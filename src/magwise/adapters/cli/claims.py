"""`magwise claims`: a file of statements in, one object a line out; or one pasted statement, told in words."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TextIO

import typer

from magwise.adapters.cli.lines import Reject, keep, place_for, rows_with
from magwise.errors import NotALabel

if TYPE_CHECKING:
    from magwise.label.claims import ClaimVerdict

__all__ = ["claim_json", "claims"]

TITLES = {
    "disease": "A promise about an illness",
    "exaggerated": "Exaggerated",
    "unsafe": "Unsafe advice",
    "allowed": "Nothing wrong with it",
}
LARGEST = 1_000_000  # bytes of pasted text that are read at all; a statement is far shorter


def claims(
    source: Annotated[
        str,
        typer.Argument(metavar="IN.jsonl", help="One JSON object a line; `-` reads one pasted statement."),
    ],
    text: Annotated[
        str, typer.Option("--text", metavar="KEY", help="The key that holds the statement.")
    ] = "text",
    id_key: Annotated[str, typer.Option("--id", metavar="KEY", help="The key that names the line.")] = "id",
    out: Annotated[
        Path | None, typer.Option("--out", metavar="OUT.jsonl", help="Where to write (default: the screen).")
    ] = None,
    country: Annotated[
        str | None, typer.Option(help="Two letters: whose law holds. Without it the wording decides.")
    ] = None,
    mg_per_day: Annotated[
        float | None, typer.Option("--mg-per-day", help="Elemental magnesium in a day's portion, when known.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the published JSON shape.")] = False,
) -> None:
    """Judge marketing statements: about an illness, exaggerated, unsafe, or allowed.

    Example: echo "The most bioavailable magnesium" | magwise claims -
    """
    if source == "-" and out is None:
        _one(
            sys.stdin.buffer.read(LARGEST + 1).decode("utf-8-sig", errors="replace"),
            country,
            mg_per_day,
            as_json,
        )
        return
    rejects: list[Reject] = []
    answers = _answers(Path(source), text, id_key, country, mg_per_day, rejects)
    if out is None:
        _write(answers, sys.stdout)
    else:
        with place_for(out).open("w", encoding="utf-8") as written:
            _write(answers, written)
    keep(rejects, out)


def _one(told: str, country: str | None, mg_per_day: float | None, as_json: bool) -> None:
    from magwise.label.claims import judge_claim

    verdict = judge_claim(told.strip(), jurisdiction=country, mg_per_day=mg_per_day)
    if as_json:
        print(json.dumps(claim_json(verdict), ensure_ascii=False, indent=1))
        return
    print(f"{TITLES[verdict.label.value]}. {verdict.why}")
    for span in dict.fromkeys(span.text.strip() for span in verdict.spans):
        print(f"  it says: {span}")
    for condition in verdict.conditions:
        print(f"  condition: {condition}")
    for source in _sources(verdict):
        print(f"  source: {source}")


def _answers(
    source: Path,
    text: str,
    id_key: str,
    country: str | None,
    mg_per_day: float | None,
    rejects: list[Reject],
) -> Iterator[dict[str, Any]]:
    from magwise.label.claims import judge_claim

    for number, given in rows_with(source, text, rejects):
        try:
            verdict = judge_claim(given[text], jurisdiction=country, mg_per_day=mg_per_day)
        except NotALabel as unreadable:
            rejects.append({"row": number, "why": unreadable.what, "given": given[text][:2000]})
            continue
        yield {"id": given.get(id_key, number), **_short(verdict)}


def _short(verdict: ClaimVerdict) -> dict[str, Any]:
    return {
        "label": verdict.label.value,
        "why": verdict.why,
        "rules": list(verdict.rules),
        "spec": list(verdict.spec),
        "words": [span.text for span in verdict.spans],
    }


def claim_json(verdict: ClaimVerdict) -> dict[str, Any]:
    """The published shape of one judged statement."""
    return {
        **_short(verdict),
        "conditions": list(verdict.conditions),
        "spans": [{"start": s.start, "end": s.end, "text": s.text, "says": s.says} for s in verdict.spans],
        "sources": _sources(verdict),
    }


def _sources(verdict: ClaimVerdict) -> list[str]:
    from magwise import knowledge

    facts = [knowledge.fact("claims/rules", id) for id in verdict.rules]
    told = (f"{cited}{' (draft)' if fact.is_draft else ''}" for fact in facts for cited in fact.citations)
    return list(dict.fromkeys(told))


def _write(answers: Iterator[dict[str, Any]], to: TextIO) -> None:
    for answer in answers:
        to.write(json.dumps(answer, ensure_ascii=False) + "\n")
