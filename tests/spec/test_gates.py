"""Every gate finds what its own case table says, and the gates are sound as a whole."""

from __future__ import annotations

from typing import Any

import pytest

from magwise import knowledge
from magwise.errors import BrokenKnowledge
from magwise.findings import Level
from magwise.safety.gates import Gate, gates, holds
from magwise.safety.situation import Situation

SETS = ("condition", "symptom", "medicine", "open_marker")
CASES = [(gate, case) for gate in gates() for case in gate.cases]


def situation(given: dict[str, Any]) -> Situation:
    """A healthy adult of 30, changed as a case says."""
    known: dict[str, Any] = {"age": 30, "kidney": "normal"}
    for key, value in given.items():
        known[key] = (
            frozenset(value) if key in SETS else None if value == "unknown" and key == "age" else value
        )
    return Situation(**known)


@pytest.mark.parametrize(("gate", "case"), CASES, ids=[f"{gate.id} {case['given']}" for gate, case in CASES])
def test_a_gate_finds_what_its_case_says(gate: Gate, case: dict[str, Any]) -> None:
    found = gate.level.word if holds(gate.when, situation(case["given"])) else None

    assert found == case["finds"]


@pytest.mark.parametrize("gate", gates(), ids=lambda gate: gate.id)
def test_a_gate_has_a_case_that_opens_it_and_one_that_does_not(gate: Gate) -> None:
    assert {case["finds"] for case in gate.cases} == {gate.level.word, None}


@pytest.mark.parametrize("gate", gates(), ids=lambda gate: gate.id)
def test_a_gate_that_says_ask_or_worse_says_whom(gate: Gate) -> None:
    assert gate.level < Level.ASK_FIRST or gate.ask


def test_every_red_flag_has_an_urgency_and_nothing_else_has() -> None:
    assert all((gate.urgency is not None) == (gate.level is Level.HELP_NOW) for gate in gates())


def test_nobody_healthy_opens_a_gate() -> None:
    assert [gate.id for gate in gates() if holds(gate.when, situation({}))] == []


def test_a_gate_that_asks_what_nobody_knows_fails_the_load() -> None:
    with pytest.raises(BrokenKnowledge, match="shoe_size"):
        holds({"shoe_size": 44}, situation({}))


@pytest.mark.parametrize("kind", ["condition", "symptom"])
def test_every_word_that_a_gate_waits_for_can_be_said(kind: str) -> None:
    """A gate on a condition that no phrase leads to would be silent for ever."""
    named = {slug for gate in knowledge.entries("gates") for slug in gate.get("names", {})}
    named |= {entry["id"] for room in ("conditions", "symptoms") for entry in knowledge.entries(room)}
    named |= {also for entry in knowledge.entries("symptoms") for also in entry.get("also", ())}

    assert set(_waited_for(kind)) <= named


def _waited_for(kind: str) -> Any:
    def walk(part: Any) -> Any:
        if isinstance(part, list):
            for one in part:
                yield from walk(one)
        elif isinstance(part, dict):
            for key, value in part.items():
                if key == kind:
                    yield from value if isinstance(value, list) else [value]
                else:
                    yield from walk(value)

    for gate in gates():
        yield from walk(gate.when)
