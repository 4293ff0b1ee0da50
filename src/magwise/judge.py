"""A product and the text of its label -> what can be said of its quality, each with its fact.

Comes in: a Product and what is printed. Goes out: findings of level note or caution: seals and what they do not
show, lot, expiry, storage, shape, how far labels may be off, and promises that no evidence carries. It knows no
person, gives no score, and never says that a product is good: a seal shows what it shows and no more.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

from magwise import knowledge
from magwise.errors import NotALabel
from magwise.facts import Fact
from magwise.findings import Finding, Level
from magwise.label.claims import LONGEST, ClaimLabel, ClaimVerdict, judge_claim
from magwise.label.text import fold, fold_word
from magwise.product import Product

__all__ = ["claim_notes", "quality_notes", "seals_on"]

_LINE = re.compile(r"[^\n]+")
_SENTENCE = re.compile(r"(?<=[.!?])\s+")
_LONGEST_TEXT = 20_000  # characters of a label that are searched for promises


def quality_notes(product: Product, text: str) -> tuple[Finding, ...]:
    """Everything to be said about the quality of one product, cautions first."""
    notes = (
        *_seals(product, text),
        *_lot_and_expiry(product, text),
        *_shape(product),
        *claim_notes(text),
        _note("label-accuracy", "label-accuracy", Level.NOTE, ("B046.2",)),
        _note("lead-limits-differ", "lead-limits", Level.NOTE, ("B046.2",)),
        _note("keep-it-dry", "keep-dry", Level.NOTE, ("B053.1",)),
    )
    return tuple(sorted(notes, key=lambda note: -note.level))


def seals_on(text: str) -> tuple[Fact, ...]:
    """The seals that this text names; one that includes another stands alone."""
    folded = " ".join(re.split(r"[\s-]+", fold(text[:200_000])))
    found = [fact for fact in _all_seals() if any(pattern.search(folded) for pattern in _patterns(fact.id))]
    included = {str(fact.values["includes"]) for fact in found if "includes" in fact.values}
    return tuple(fact for fact in found if fact.id not in included)


def _seals(product: Product, text: str) -> Iterator[Finding]:
    found = seals_on("\n".join((text, *product.seals)))
    for fact in found:
        not_proven = fact.does_not_cover or ""
        yield Finding(
            rule=fact.id,
            level=Level.NOTE,
            message=f"{fact.says} {not_proven}".strip(),
            because=(f"named on the label: {fact.values['seal']}",),
            spec=("B046.1", "B046.2"),
            facts=(fact.id,),
            sources=tuple(map(str, fact.citations)),
            draft=fact.is_draft,
        )
    if not any(fact.values["independent"] for fact in found):
        yield _note("no-independent-seal", "seal-preferred", Level.NOTE, ("B046.1",))


def _lot_and_expiry(product: Product, text: str) -> Iterator[Finding]:
    """What is missing is only remarked: a photo of the panel rarely shows the lot."""
    missing = [id for id in ("lot-and-maker", "expiry") if not _says(text, id)]
    if "lot-and-maker" in missing and not any(fact.values["independent"] for fact in seals_on(text)):
        yield _note("no-lot-seen", "lot-and-maker", Level.NOTE, ("B046.3",), "no lot number in this text")
    if "expiry" in missing:
        yield _note("no-expiry-seen", "expiry", Level.NOTE, ("B046.3",), "no date of expiry in this text")


def _shape(product: Product) -> Iterator[Finding]:
    for id, spec in (("suits-routine", "B048.1"), ("suits-small-steps", "B049.1")):
        if product.unit.lower() in _fact(id).values["shapes"]:  # type: ignore[operator]
            yield _note(id, id, Level.NOTE, (spec,), f"counted by the {product.unit}")
    above: Any = _fact("large-unit").values["above"]
    if product.per_unit is not None and product.step * product.per_unit.high.mg > float(above["value"]):
        held = f"one {product.unit}: {product.per_unit}"
        yield _note("large-unit", "large-unit", Level.NOTE, ("B049.1", "B031.1"), held)


def claim_notes(text: str) -> tuple[Finding, ...]:
    """The promises printed in this text that nobody should make, each once."""
    found: dict[str, Finding] = {}
    for statement in _statements(text[:_LONGEST_TEXT]):
        try:
            verdict = judge_claim(statement)
        except NotALabel:
            continue
        if verdict.label is not ClaimLabel.ALLOWED:
            found.setdefault(verdict.rules[0], _claim_note(verdict))
    return tuple(found.values())


def _statements(text: str) -> Iterator[str]:
    """Each row, which may ask in one sentence and answer in the next, and each sentence of a row by itself."""
    for line in _LINE.findall(text):
        yield from (line[start : start + LONGEST] for start in range(0, len(line), LONGEST))
        sentences = _SENTENCE.split(line[:LONGEST])
        yield from sentences if len(sentences) > 1 else ()


def _claim_note(verdict: ClaimVerdict) -> Finding:
    fact = knowledge.fact("claims/rules", verdict.rules[0])
    return Finding(
        rule=fact.id,
        level=Level.CAUTION,
        message=f"The text says “{verdict.spans[0].text.strip()}”. {verdict.why}",
        because=(f"kind of statement: {verdict.label}",),
        spec=verdict.spec or ("B057.1",),
        facts=(fact.id,),
        sources=tuple(map(str, fact.citations)),
        draft=fact.is_draft,
    )


def _note(rule: str, fact_id: str, level: Level, spec: tuple[str, ...], *because: str) -> Finding:
    fact = _fact(fact_id)
    message = f"{fact.says} {fact.does_not_cover}" if fact.does_not_cover else fact.says
    return Finding(
        rule=rule,
        level=level,
        message=message,
        because=because,
        spec=spec,
        facts=(fact.id,),
        sources=tuple(map(str, fact.citations)),
        draft=fact.is_draft,
    )


def _says(text: str, id: str) -> bool:
    """Whether the text prints one of the words by which packs announce this."""
    folded = fold(text[:200_000])
    return any(pattern.search(folded) for pattern in _patterns(id))


@cache
def _patterns(id: str) -> tuple[re.Pattern[str], ...]:
    seal = next((fact for fact in _all_seals() if fact.id == id), None)
    words: Any = seal.values["names"] if seal else _fact(id).values["words"]
    spaced = (r"[\s-]+".join(map(re.escape, re.split(r"[\s-]+", fold_word(str(word))))) for word in words)
    return tuple(re.compile(rf"(?<!\w){word}(?!\w)") for word in spaced)


@cache
def _all_seals() -> tuple[Fact, ...]:
    return knowledge.facts("seals")


def _fact(id: str) -> Fact:
    return knowledge.fact("quality", id)
