"""Every rule of the specification is here, and every hard one names a proof that exists."""

from __future__ import annotations

import csv
import re
from functools import cache
from pathlib import Path

import pytest

from magwise import knowledge

ROOT = Path(__file__).resolve().parents[2]
STAGES = {
    *("label", "product", "medicine", "safety", "intake", "plan", "schedule", "simulate", "expect"),
    *("verdict", "advise", "wording", "knowledge"),
}
HARD = [entry for entry in knowledge.entries("rules") if entry["strength"] == "hard"]


@cache
def functions_of(path: Path) -> frozenset[str]:
    return frozenset(re.findall(r"^\s*def (test_\w+)\(", path.read_text(encoding="utf-8"), re.MULTILINE))


@cache
def all_tests() -> str:
    return "".join(path.read_text(encoding="utf-8") for path in sorted((ROOT / "tests").rglob("test_*.py")))


def exists(proof: str, rule: str) -> bool:
    """`tests/kind/test_x.py::test_name`, or a case table `tests/kind/x.yaml` that a test reads.

    A table whose cases name their rules must have a case for this one.
    """
    place, _, name = proof.partition("::")
    path = ROOT / place
    if not path.is_file() or not place.startswith("tests/"):
        return False
    if path.suffix != ".yaml":
        return name in functions_of(path)
    table = path.read_text(encoding="utf-8")
    about_it = "rule: " not in table or f"rule: {rule}," in table
    return not name and about_it and place.removeprefix("tests/") in all_tests()


@pytest.mark.parametrize("rule", HARD, ids=lambda rule: rule["id"])
def test_a_hard_rule_names_a_proof_that_exists(rule: dict[str, list[str]]) -> None:
    proofs = rule.get("proved_by", [])

    assert proofs, f"{rule['id']} has no proof: {rule['says']}"
    assert [proof for proof in proofs if not exists(proof, rule["id"])] == []


def test_a_proof_that_is_not_there_is_noticed() -> None:
    assert not exists("tests/spec/test_status.py::test_of_a_name_that_nobody_wrote", "A039.1")
    assert not exists("tests/spec/no_such_table.yaml", "A039.1")
    assert not exists("tests/spec/test_status.py", "A039.1")
    assert not exists("tests/spec/rules_at_work.yaml", "A999.9")
    assert exists("tests/spec/rules_at_work.yaml", "A037.1")
    assert exists("tests/spec/status.yaml", "A039.1")


def test_every_rule_has_what_a_reader_needs() -> None:
    for entry in knowledge.entries("rules"):
        assert entry["stage"] in STAGES, entry["id"]
        assert entry["strength"] in {"hard", "soft", "info"}
        assert entry["says"].endswith(".")


def test_every_rule_of_the_specification_is_listed_in_our_own_words(shared: Path) -> None:
    with (shared / "spec" / "rules.csv").open(encoding="utf-8", newline="") as file:
        listed = {row["id"]: row for row in csv.DictReader(file)}
    ours = {entry["id"]: entry for entry in knowledge.entries("rules")}

    assert ours.keys() == listed.keys()
    for id, row in listed.items():
        assert (ours[id]["type"], ours[id]["strength"]) == (row["type"], row["strength"])
        assert ours[id]["says"].strip(". ").lower() != row["rule"].strip(". ").lower()
