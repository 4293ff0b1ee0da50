"""What people and pharmacists write -> the decision and the rule behind it, from tests/spec/words_of_people.yaml."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from magwise import knowledge
from magwise.errors import BrokenKnowledge
from magwise.safety import patterns
from magwise.safety.complaints import condition_line, symptom_line
from people import answer

TABLE = Path(__file__).with_name("words_of_people.yaml")
BLOCKS: list[dict[str, Any]] = yaml.safe_load(TABLE.read_text(encoding="utf-8"))["blocks"]
ROWS = [
    pytest.param(block, kind, str(text), id=f"{block.get('rule', block['decision'])}: {text}")
    for block in BLOCKS
    for kind in ("conditions", "symptoms")
    for text in block.get(kind, ())
]


@pytest.mark.parametrize(("block", "kind", "text"), ROWS)
def test_what_somebody_writes_opens_the_rule_that_it_means(
    block: dict[str, Any], kind: str, text: str
) -> None:
    said = answer({"person": {kind: [text]}})
    rules = {one.rule for one in said.findings}

    assert said.decision.value == block["decision"]
    if "rule" in block:
        assert block["rule"] in rules
    else:
        assert rules <= set(block["may"])
    if "urgency" in block:
        assert block["urgency"] in {one.urgency.value for one in said.findings if one.urgency}


def test_every_gate_on_a_condition_or_a_symptom_has_its_words_in_the_table() -> None:
    by_words = {
        str(gate["rule"])
        for gate in knowledge.entries("gates")
        if gate.get("names") or gate["level"] == "help_now"
    }
    by_words -= {"serum-very-low", "diabetes-with-insulin"}  # a laboratory value; a medicine's table
    by_words -= {"tired-while-taking"}  # only while magnesium is taken: people.yaml

    assert by_words <= {block.get("rule") for block in BLOCKS}


@pytest.mark.parametrize("room", ["conditions", "symptoms"])
def test_every_pattern_can_be_read(room: str) -> None:
    for slug, written in patterns._written(room):
        for pattern in written:
            inside = [part.strip("()?") for part in patterns._PART.findall(pattern.strip("^$"))]
            assert not any(sign in part for part in inside for sign in "()"), (slug, pattern)
            assert patterns._read(slug, pattern).parts, (slug, pattern)


PATTERN_CASES = [
    ("pulse .. <20-49>", "my pulse is only 38", True),
    ("pulse .. <20-49>", "my pulse is only 49", True),
    ("pulse .. <20-49>", "my pulse is only 50", False),
    ("pulse .. <20-49>", "pulse elephant 38", False),  # not a linking word
    ("pulse ... <20-49>", "pulse elephant 38", True),
    ("took <10-99> (tablets|pills)", "took twenty pills", True),
    ("took <10-99> (tablets|pills)", "took nine pills", False),
    ("^mg$", "mg", True),
    ("^mg$", "took 400 mg", False),
    ("low (blood)? pressure", "low pressure", True),
    ("low (blood)? pressure", "low blood pressure", True),
    ("low (blood)? pressure", "low air pressure", False),
    ("cant breathe", "I can't breathe", True),
]


@pytest.mark.parametrize(("pattern", "text", "stands"), PATTERN_CASES)
def test_a_pattern_stands_where_it_says(pattern: str, text: str, stands: bool) -> None:
    words = [token for word in text.lower().split() for token in patterns.words_of(word)]

    found = patterns._stretch(patterns._read("slug", pattern), words, lambda start: False)
    assert (found is not None) is stands


def test_a_range_that_is_none_fails_the_load() -> None:
    with pytest.raises(BrokenKnowledge, match="no range"):
        patterns._stretch(patterns._read("slug", "pulse <fast>"), ["pulse", "38"], lambda start: False)


@given(st.text(max_size=3000))
@settings(max_examples=50, deadline=None)
def test_any_text_is_read(text: str) -> None:
    assert condition_line(text).as_written == text == symptom_line(text).as_written


def test_a_long_line_is_searched_in_a_moment() -> None:
    """The limit is generous: it catches work that grows with the square, not a slow machine."""
    start = time.perf_counter()
    symptom_line("heart is a my the not " * 50_000)

    assert time.perf_counter() - start < 10
