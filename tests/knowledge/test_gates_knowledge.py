"""Every row of the table of conditions is a gate with its level, its urgency and its cap (resolution 1)."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import pytest

from magwise import knowledge

# What a row of the table became where it is no gate of the same id: the rule that carries it, or the reason for none.
ELSEWHERE = {
    "C40": "product-avoid",  # an allergy is held against each label
}


def test_every_condition_of_the_table_is_a_gate_with_its_level_urgency_and_cap(shared: Path) -> None:
    with (shared / "facts" / "conditions.csv").open(encoding="utf-8", newline="") as table:
        rows = [row for row in csv.DictReader(table) if row["id"] not in ELSEWHERE]
    gates = {str(gate["id"]): gate for gate in knowledge.entries("gates")}

    assert [row["id"] for row in rows if row["id"] not in gates] == []
    differing = {row["id"]: (_of_row(row), _of_gate(gates[row["id"]])) for row in rows}
    assert {id: pair for id, pair in differing.items() if pair[0] != pair[1]} == {}


def test_what_became_another_thing_is_explained() -> None:
    rules = {str(one["id"]) for one in knowledge.entries("findings")}

    assert set(ELSEWHERE.values()) <= rules


def _of_row(row: dict[str, str]) -> tuple[str, str | None, float | None]:
    return (
        row["decision_level"],
        row["urgency"] or None,
        float(row["dose_cap_mg"]) if row["dose_cap_mg"] else None,
    )


def _of_gate(gate: Any) -> tuple[str, str | None, float | None]:
    cap = gate.get("cap_mg")
    return str(gate["level"]), gate.get("urgency"), None if cap is None else float(cap)


STOPS = ["C01", "C04", "C06", "C07", "C10", "C12", "C13", "C19", "C32", "C36", "C57"]  # the guides' own


@pytest.mark.parametrize("id", STOPS)
def test_the_guides_own_stops_stop(id: str) -> None:
    """In a clone without the table this still holds."""
    gate = next(one for one in knowledge.entries("gates") if one["id"] == id)

    assert _of_gate(gate) == ("stop", None, 65.0 if id == "C13" else 0.0)
