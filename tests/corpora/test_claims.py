"""Statements of our own making (claims.yaml), the dev half of the corpus where it is at hand, and hostile text."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from conftest import TESTS
from magwise import knowledge
from magwise.errors import NotALabel, TooMuchText
from magwise.label.claim_phrases import phrases_of
from magwise.label.claims import LONGEST, ClaimLabel, judge_claim

TABLE = yaml.safe_load((TESTS / "corpora" / "claims.yaml").read_text(encoding="utf-8"))
OURS = [
    (text, label, language) for label in TABLE for language in TABLE[label] for text in TABLE[label][language]
]
GROUPS = {
    "disease_treatment": "disease",
    "exaggerated": "exaggerated",
    "eu_unauthorised_extension": "exaggerated",
    "safety_misleading": "unsafe",
}


UNSEEN = yaml.safe_load((TESTS / "corpora" / "claims_unseen.yaml").read_text(encoding="utf-8"))["batches"]


@pytest.mark.parametrize("batch", UNSEEN, ids=lambda batch: f"batch {batch['batch']}")
def test_lines_written_before_the_checker_saw_them(batch: dict[str, object]) -> None:
    """At least 95 % of each batch are right since its misses were mended, and no harmless line is accused."""
    lines = [(text, label) for label, texts in batch["lines"].items() for text in texts]  # type: ignore[attr-defined]
    wrong = [(text, label) for text, label in lines if judge_claim(text).label.value != label]

    assert len(wrong) <= 0.05 * len(lines), wrong
    assert [text for text, label in wrong if label == "allowed"] == []


@pytest.mark.parametrize("label", list(ClaimLabel))
def test_every_statement_of_the_table_is_judged_as_it_says(label: ClaimLabel) -> None:
    wrong = [
        f"{text} ({language}): {verdict.label}, {verdict.rules}"
        for text, wanted, language in OURS
        if wanted == label and (verdict := judge_claim(text)).label is not label
    ]
    assert wrong == []


def test_the_dev_half_of_the_corpus_is_judged_right(shared: Path) -> None:
    """At least 90 % right and no false alarm; the figures for statements nobody worked on are lower (docs)."""
    file = shared / "data" / "corpora" / "claims_dev.jsonl"
    rows = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    said = {row["id"]: judge_claim(row["text"]).label for row in rows}
    wanted = {row["id"]: ClaimLabel(GROUPS.get(row["label"], "allowed")) for row in rows}

    right = sum(said[id] is wanted[id] for id in said)
    alarms = [id for id in said if wanted[id] is ClaimLabel.ALLOWED and said[id] is not ClaimLabel.ALLOWED]
    assert right >= 0.9 * len(rows)
    assert alarms == []


FLAGGED = [(text, label) for text, label, language in OURS if language == "en" and label == "disease"]


@pytest.mark.parametrize(
    "prefix", ["There is no evidence that it ", "It is not true that it ", "It does not "]
)
@pytest.mark.parametrize(
    "promise",
    ["cure insomnia", "boost testosterone", "prevent migraine", "lower blood pressure", "detoxify you"],
)
def test_a_promise_that_is_denied_is_none(prefix: str, promise: str) -> None:
    """Negation and disclaimers are no offences."""
    assert judge_claim(prefix + promise).label is ClaimLabel.ALLOWED


@pytest.mark.parametrize(("text", "label"), FLAGGED)
def test_a_disclaimer_afterwards_does_not_wash_a_promise_clean(text: str, label: str) -> None:
    disclaimer = "*This statement has not been evaluated by the Food and Drug Administration."
    assert judge_claim(f"{text}.* {disclaimer}").label == label


@pytest.mark.parametrize(
    "change", [str.upper, str.title, lambda text: f"  {text}!  ", lambda text: f"<b>{text}</b>"]
)
def test_shouting_and_markup_change_nothing(change: object) -> None:
    for text, label, language in OURS:
        if language == "en" and label in ("unsafe", "disease"):
            assert judge_claim(change(text)).label == label, text  # type: ignore[operator]


def test_the_authorised_wording_needs_its_amount() -> None:
    """56.25 mg a day are 15 % of 375."""
    text = "Magnesium contributes to normal muscle function"
    assert judge_claim(text, mg_per_day=56.25).label is ClaimLabel.ALLOWED
    assert judge_claim(text, mg_per_day=56.2).label is ClaimLabel.EXAGGERATED
    assert judge_claim(text).conditions


TEN = [
    "a reduction of tiredness and fatigue",
    "electrolyte balance",
    "normal energy-yielding metabolism",
    "normal functioning of the nervous system",
    "normal muscle function",
    "normal protein synthesis",
    "normal psychological function",
    "the maintenance of normal bones",
    "the maintenance of normal teeth",
]


@pytest.mark.parametrize("effect", TEN)
def test_the_ten_authorised_effects_are_allowed_each_by_its_own_rule(effect: str) -> None:
    verdict = judge_claim(f"Magnesium contributes to {effect}", jurisdiction="DE")
    assert verdict.label is ClaimLabel.ALLOWED and verdict.rules[0].startswith("claim-eu-")


def test_the_tenth_has_its_own_words() -> None:
    verdict = judge_claim("Magnesium has a role in the process of cell division", jurisdiction="EU")
    assert verdict.rules == ("claim-eu-cells",)
    assert (
        len({rule["id"] for rule in knowledge.entries("claims/rules") if rule["id"].startswith("claim-eu-")})
        == 10
    )


def test_where_it_is_said_decides_what_the_union_has_not_authorised() -> None:
    """Support for restful sleep: a structure and function statement in the US, not on the list of the Union."""
    text = "Supports restful sleep"
    assert judge_claim(text).label is ClaimLabel.ALLOWED
    assert judge_claim(text, jurisdiction="US").label is ClaimLabel.ALLOWED
    assert judge_claim(text, jurisdiction="fr").label is ClaimLabel.EXAGGERATED
    assert judge_claim(text, jurisdiction="GB").label is ClaimLabel.EXAGGERATED


def test_a_verdict_shows_the_words_it_rests_on_and_why() -> None:
    text = "Our magnesium cures insomnia."
    verdict = judge_claim(text)
    (span,) = verdict.spans[:1]
    assert text[span.start : span.end] == span.text == "cures insomnia"
    assert verdict.why.endswith(".") and knowledge.find(verdict.rules[0]).citations


def test_nothing_and_too_much_are_named_errors() -> None:
    for empty in ("", "   \n"):
        with pytest.raises(NotALabel):
            judge_claim(empty)
    with pytest.raises(TooMuchText):
        judge_claim("a" * (LONGEST + 1))


@given(st.text(min_size=1, max_size=300).filter(str.strip))
def test_any_text_gets_a_verdict_and_never_a_crash(text: str) -> None:
    verdict = judge_claim(text)
    assert verdict.label in ClaimLabel and verdict.why
    assert all(text[span.start : span.end] for span in verdict.spans)


HOSTILE = ["a ", "not ", "cures not ", "magnesium deficient 80 % of ", "no side effects safe for everyone ", ", ", ". ",
           "<b", "&amp;", "\u0301", "9" * 50, "cures insomnia. ", "((((", "no no known known side side "]  # fmt: skip


@pytest.mark.parametrize("piece", HOSTILE)
def test_hostile_text_takes_bounded_time(piece: str) -> None:
    judge_claim("warm")
    text = ("x " + piece * LONGEST)[:LONGEST]
    began = time.perf_counter()
    judge_claim(text)
    assert time.perf_counter() - began < 3


def test_every_phrase_begins_and_ends_with_a_sure_word() -> None:
    for room, key in (("claims/words", "words"), ("claims/rules", "when")):
        for entry in knowledge.entries(room):
            assert phrases_of(entry.get(key, ["x"])), entry["id"]


def test_every_rule_names_lists_that_exist() -> None:
    lists = {entry["list"] for entry in knowledge.entries("claims/words")}
    for entry in knowledge.entries("claims/rules"):
        assert {*entry.get("lifted_by", []), *entry.get("lifted_anywhere", [])} <= lists, entry["id"]
