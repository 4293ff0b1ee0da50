"""A line of marketing text -> what kind of promise it is, and the rule that says so.

Comes in: one statement, pasted or from a catalogue. Goes out: `disease` (it speaks of treating, preventing or
lowering an illness), `exaggerated` (more than anybody has shown, or wording stretched beyond what is authorised),
`unsafe` (it would have somebody take too much, or leave out what protects them) or `allowed`, with the rules and
the words they rest on. The rules and their words are knowledge/claims; nothing here names an illness.

What only denies a promise ("does not boost testosterone"), disclaims it, warns, or tells what a licensed
medicine is for, is no offence. It does not judge whether a product works, and it is no legal advice.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Any

from magwise import knowledge
from magwise.errors import NotALabel, TooMuchText
from magwise.facts import Fact
from magwise.label.claim_phrases import Beginnings, Phrase, Reading, beginnings_of, phrases_of
from magwise.label.model import Span

__all__ = ["LONGEST", "ClaimLabel", "ClaimVerdict", "judge_claim"]

LONGEST = 5_000  # characters; a claim is a line or a paragraph


class ClaimLabel(StrEnum):
    """From the one that outranks all others to the one that says nothing is wrong."""

    UNSAFE = "unsafe"
    DISEASE = "disease"
    EXAGGERATED = "exaggerated"
    ALLOWED = "allowed"


@dataclass(frozen=True, slots=True)
class ClaimVerdict:
    """What a statement is, and why.

    why         one sentence a reader can check
    rules       ids of the facts in knowledge/claims that applied, the deciding one first
    spec        ids of the specification's rules behind them
    spans       the words it rests on
    conditions  what must also hold for an allowed claim (amount in a portion, disclaimer)
    """

    label: ClaimLabel
    why: str
    rules: tuple[str, ...] = ()
    spec: tuple[str, ...] = ()
    spans: tuple[Span, ...] = ()
    conditions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Rule:
    """One rule: where it looks, what lifts it, where it applies."""

    fact: Fact
    label: ClaimLabel
    when: tuple[tuple[Phrase, Beginnings], ...]
    lifted_by: tuple[str, ...]  # lists that lift it when they stand in the same sentence
    lifted_anywhere: tuple[str, ...]  # lists that lift it when they stand anywhere in the text
    negated: bool  # a "not" before it turns it into no offence
    only_in: frozenset[str]  # "EU", "US"; empty means everywhere
    not_in: frozenset[str]
    above: float | None  # the number in the phrase must be larger


@dataclass(frozen=True, slots=True)
class _Hit:
    rule: _Rule
    span: tuple[int, int]


def judge_claim(
    text: str, *, jurisdiction: str | None = None, mg_per_day: float | None = None
) -> ClaimVerdict:
    """What kind of statement this is. Raises NotALabel for no text, TooMuchText for more than a page.

    jurisdiction  a country's two letters or "EU"; what it does not authorise is then exaggerated. Without it the
                  wording decides: "contributes to ..." and languages of the Union are held to the Union's list.
    mg_per_day    elemental magnesium in a day's portion, when known: an authorised claim needs a minimum.
    """
    reading = Reading(_checked(text))
    place = _place(jurisdiction)
    hits = [hit for rule in _rules() if _applies(rule, place) for hit in _hits(rule, reading)]
    offences = [hit for hit in hits if hit.rule.label is not ClaimLabel.ALLOWED]
    if not offences:
        return _allowed(reading, hits, mg_per_day)
    order = list(ClaimLabel)
    offences.sort(key=lambda hit: (order.index(hit.rule.label), hit.span))
    return _verdict(reading, offences[0].rule.label, offences)


def _checked(text: str) -> str:
    if len(text) > LONGEST:
        raise TooMuchText(
            f"This text has {len(text):,} characters; one statement has at most {LONGEST:,}.",
            remedy="Give one statement at a time, or one a line in a JSON Lines file.",
        )
    if not text.strip():
        raise NotALabel("There is no text.", remedy="Paste the sentence that the package or page prints.")
    return unicodedata.normalize("NFC", text)


def _place(jurisdiction: str | None) -> str | None:
    if jurisdiction is None:
        return None
    code = jurisdiction.strip().upper()
    held_to = (entry["id"] for entry in knowledge.entries("claims/places") if code in entry["countries"])
    return next(held_to, code)


def _applies(rule: _Rule, place: str | None) -> bool:
    if place is not None and place in rule.not_in:
        return False
    return not rule.only_in or place in rule.only_in


def _hits(rule: _Rule, reading: Reading) -> Iterator[_Hit]:
    """Where this rule applies; what a negation or a caveat lifts is left out."""
    possible = [one for one, beginnings in rule.when if reading.may_hold(beginnings)]
    if not possible or any(reading.spans_of(name) for name in rule.lifted_anywhere):
        return
    for one in possible:
        for span in reading.where(one):
            if rule.above is not None and max(reading.numbers(span), default=0.0) <= rule.above:
                continue
            if not _is_lifted(rule, span, reading):
                yield _Hit(rule, span)


def _is_lifted(rule: _Rule, span: tuple[int, int], reading: Reading) -> bool:
    start, _ = reading.sentence(span[0])
    _, end = reading.sentence(span[1] - 1)
    inside = (
        found
        for name in rule.lifted_by
        for found in reading.spans_of(name)
        if start <= found[0] and found[1] <= end
    )
    return next(inside, None) is not None or (rule.negated and _is_negated(span, start, reading))


def _is_negated(span: tuple[int, int], start: int, reading: Reading) -> bool:
    """A "not" before the end of the match, in its sentence, with no turn of the sentence in between."""
    for at, end in reading.spans_of("negator"):
        if start <= at and end <= span[1] and at >= span[0] - _REACH:
            turned = any(end <= turn < span[0] for turn, _ in reading.spans_of("turn"))
            if not turned and not any(a <= at < b for a, b in reading.spans_of("no negation")):
                return True
    return False


_REACH = 12  # tokens, commas included: a disclaimer lists four verbs before it names the disease


def _allowed(reading: Reading, hits: list[_Hit], mg_per_day: float | None) -> ClaimVerdict:
    if not hits:
        return ClaimVerdict(
            ClaimLabel.ALLOWED,
            "It promises no effect on an illness, nothing out of proportion and nothing unsafe.",
        )
    hits.sort(key=lambda hit: hit.span)
    verdict = _verdict(reading, ClaimLabel.ALLOWED, hits)
    needs = [hit.rule.fact for hit in hits if "least_mg_per_day" in hit.rule.fact.values]
    if needs and mg_per_day is not None and mg_per_day < (least := _least(needs[0])):
        return ClaimVerdict(
            ClaimLabel.EXAGGERATED,
            f"The wording is authorised only with at least {least:g} mg of magnesium in a day's portion; "
            f"this one holds {mg_per_day:g} mg.",
            verdict.rules,
            verdict.spec,
            verdict.spans,
        )
    return verdict


def _least(fact: Fact) -> float:
    given = fact.values["least_mg_per_day"]
    return float(given["value"] if isinstance(given, dict) else str(given))


def _verdict(reading: Reading, label: ClaimLabel, hits: list[_Hit]) -> ClaimVerdict:
    first = {hit.rule.fact.id: hit for hit in reversed(hits) if hit.rule.label is label}
    deciding = [hit for hit in hits if first.get(hit.rule.fact.id) is hit]
    facts = [hit.rule.fact for hit in deciding]
    return ClaimVerdict(
        label=label,
        why=facts[0].says,
        rules=tuple(fact.id for fact in facts),
        spec=tuple(dict.fromkeys(id for fact in facts for id in _texts(fact.values.get("spec")))),
        spans=tuple(_span(reading, hit) for hit in deciding),
        conditions=tuple(
            dict.fromkeys(str(fact.values["needs"]) for fact in facts if "needs" in fact.values)
        ),
    )


def _span(reading: Reading, hit: _Hit) -> Span:
    start, end = reading.characters(hit.span)
    return Span(start, end, reading.text[start:end], hit.rule.fact.id)


@cache
def _rules() -> tuple[_Rule, ...]:
    """Every rule that has words to look for; the others (a condition, a limit) are facts only."""
    return tuple(_rule(fact) for fact in knowledge.facts("claims/rules") if "when" in fact.values)


def _rule(fact: Fact) -> _Rule:
    given: Mapping[str, Any] = fact.values
    above = given.get("above")
    return _Rule(
        fact=fact,
        label=ClaimLabel(given["label"]),
        when=tuple((one, beginnings_of(one)) for one in phrases_of(given["when"])),
        lifted_by=_texts(given.get("lifted_by")),
        lifted_anywhere=_texts(given.get("lifted_anywhere")),
        negated=bool(given.get("negated", True)),
        only_in=frozenset(_texts(given.get("only_in"))),
        not_in=frozenset(_texts(given.get("not_in"))),
        above=float(above["value"]) if isinstance(above, dict) else None,
    )


def _texts(given: object) -> tuple[str, ...]:
    if given is None:
        return ()
    return tuple(map(str, given)) if isinstance(given, list) else (str(given),)
