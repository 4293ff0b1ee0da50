"""Real sessions with plan, check, replay, diff, schema, why, facts, about and start."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

from adapters.session import EXAMPLES, magwise

DAY = ("--today", "2026-11-22")
DECISIONS = {
    "ciprofloxacin-twice-a-day": "plan",
    "diabetes-metformin-ppi": "plan",
    "germany-sensitive-stomach": "plan",
    "kidney-stage-3": "do_not_start",
    "lifter-zma": "ask_first",
    "pregnancy": "ask_first",
    "raltegravir": "do_not_start",
    "replete-testosterone": "not_needed",
    "thyroid-nurse": "plan",
    "toddler": "do_not_start",
}


@pytest.fixture(scope="module")
def schema() -> dict[str, object]:
    return dict(json.loads(magwise("schema", "plan").stdout))


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.stem)
def test_every_example_answers_in_the_published_shape(example: Path, schema: dict[str, object]) -> None:
    said = magwise("plan", str(example), "--json", *DAY)

    assert said.returncode == 0, said.stderr
    answer = json.loads(said.stdout)
    jsonschema.validate(answer, schema)
    assert answer["decision"] == DECISIONS[example.stem]


def test_every_decision_but_help_is_shown_by_an_example() -> None:
    assert {example.stem for example in EXAMPLES} == set(DECISIONS)
    assert set(DECISIONS.values()) == {"plan", "not_needed", "ask_first", "do_not_start"}


def test_a_person_reads_red_flags_first_and_the_disclaimer_last() -> None:
    text = magwise("plan", "examples/thyroid-nurse.toml", *DAY).stdout

    assert text.index("emergency number") < text.index("What the label holds")
    assert "general education" in text.rstrip()[-700:]
    assert "03:30" in text


def test_a_saved_plan_replays_to_the_same_bytes_and_an_edited_one_does_not(tmp_path: Path) -> None:
    saved = tmp_path / "plan.json"
    saved.write_text(magwise("plan", "examples/thyroid-nurse.toml", "--json", *DAY).stdout, encoding="utf-8")

    again = magwise("replay", str(saved), "--json")
    assert (again.returncode, again.stdout) == (0, saved.read_text(encoding="utf-8"))

    saved.write_text(saved.read_text(encoding="utf-8").replace('"age": 46', '"age": 47'), encoding="utf-8")
    edited = magwise("replay", str(saved))
    assert edited.returncode == 18
    assert "inputs were edited" in edited.stderr


def test_diff_says_what_changed(tmp_path: Path) -> None:
    old, new = tmp_path / "old.json", tmp_path / "new.json"
    person = Path("examples/thyroid-nurse.toml").read_text(encoding="utf-8")
    changed = tmp_path / "changed.toml"
    changed.write_text(person.replace("egfr = 88", "egfr = 55"), encoding="utf-8")
    old.write_text(magwise("plan", "examples/thyroid-nurse.toml", "--json", *DAY).stdout, encoding="utf-8")
    new.write_text(magwise("plan", str(changed), "--json", *DAY).stdout, encoding="utf-8")

    said = json.loads(magwise("diff", str(old), str(new), "--json").stdout)

    changes = {one["what"]: (one["was"], one["now"]) for one in said["changes"]}
    assert changes["decision"] == ("plan", "do_not_start")
    assert changes["finding kidney-egfr-30-59"] == ("none", "stop")
    assert magwise("diff", str(old), str(old)).stdout == "Nothing changed.\n"


def test_check_is_safety_without_a_dose() -> None:
    said = json.loads(magwise("check", "examples/raltegravir.toml", "--json", *DAY).stdout)

    assert said["decision"] == "do_not_start"
    assert "steps" not in said and "schedule" not in said


@pytest.mark.parametrize("asked", ["keep-apart-levothyroxine", "IX019", "B070.1", "C03", "kidney-egfr-30-59"])
def test_why_takes_a_finding_a_fact_or_a_rule_of_the_spec(asked: str) -> None:
    said = json.loads(magwise("why", asked, "--json").stdout)

    assert said["behind"]
    assert any(one.get("sources") for one in said["behind"])


def test_a_fact_shows_source_standing_and_what_it_does_not_cover() -> None:
    said = json.loads(magwise("facts", "C39", "--json").stdout)

    assert said["status"] == "draft" and said["sources"] and said["does_not_cover"]


def test_facts_lists_all_and_counts_the_drafts() -> None:
    assert "are drafts" in magwise("facts").stdout


def test_about_says_what_it_does_not_do() -> None:
    said = magwise("about").stdout

    assert "What it does not do" in said and "general education" in said


def test_start_asks_and_writes_a_file_that_plans(tmp_path: Path) -> None:
    typed = "\n".join(
        ["46", "female", "US", "normal", "88", "no", "no", "migraine", "", "", "sleep", "no", "normal", "normal", "", "none", "",
         "Synthroid 75 mcg at 06:30", "", "Calcium 600 mg", "", "yes", "06:30", "07:30", "12:30", "19:00", "22:45",
         "Supplement Facts", "Magnesium (as glycinate) 100 mg per capsule", ".", "240", ""]
    )  # fmt: skip
    written = magwise("start", "me.toml", typed=typed, cwd=tmp_path)
    assert written.returncode == 0, written.stderr

    said = json.loads(magwise("plan", "me.toml", "--json", *DAY, cwd=tmp_path).stdout)

    assert said["decision"] == "plan"
    assert said["schedule"]["others"][0] == {"time": "06:30", "take": "levothyroxine"}


def test_start_does_not_overwrite(tmp_path: Path) -> None:
    (tmp_path / "me.toml").write_text("mine", encoding="utf-8")

    refused = magwise("start", "me.toml", cwd=tmp_path)

    assert refused.returncode == 2
    assert (tmp_path / "me.toml").read_text(encoding="utf-8") == "mine"


def test_reading_a_label_points_at_what_it_read() -> None:
    said = magwise(
        "read", "-", typed="Magnesium Aspartate 615 mg\nServing size 1 capsule\nMagnesium 61 mg 15%\n"
    )

    assert "61 mg of elemental magnesium" in said.stdout
    assert "^^^" in said.stdout


def test_why_shows_what_another_answer_would_change() -> None:
    said = magwise("why", "examples/raltegravir.toml", "--change", 'goals=["cramps"]', "--json", *DAY)
    assert json.loads(said.stdout) == {"change": 'goals=["cramps"]', "changes": []}

    said = magwise(
        "why", "examples/thyroid-nurse.toml", "--change", "conditions=heart block, asthma", "--json", *DAY
    )
    changes = {one["what"]: one["now"] for one in json.loads(said.stdout)["changes"]}
    assert changes["finding heart-block"] == "stop"

    said = magwise("why", "examples/thyroid-nurse.toml", "--change", "egfr=40", "--json", *DAY)
    changes = {one["what"]: one["now"] for one in json.loads(said.stdout)["changes"]}
    assert changes["decision"] == "do_not_start"


def test_why_shows_what_one_more_medicine_would_change_and_advises_nothing() -> None:
    cipro = "also Ciprofloxacin 500 mg at 08:00 and 20:00 for 10 days"
    said = magwise("why", "examples/germany-sensitive-stomach.toml", "--change", cipro, "--json", *DAY)
    found = json.loads(said.stdout)
    changes = {one["what"]: one["now"] for one in found["changes"]}

    assert changes["finding keep-apart-ciprofloxacin"] == "apart"
    assert changes["other days"].startswith("from 2026-11-22 to 2026-12-01: ")
    assert found["note"].startswith("A question, no advice to take it.")

    said = magwise(
        "why", "examples/thyroid-nurse.toml", "--change", "also raltegravir 400 bid", "--json", *DAY
    )
    assert {one["what"]: one["now"] for one in json.loads(said.stdout)["changes"]}[
        "decision"
    ] == "do_not_start"


def test_why_without_a_medicine_says_that_it_is_no_reason_to_leave_it_out() -> None:
    said = magwise("why", "examples/thyroid-nurse.toml", "--change", "without levothyroxine", *DAY)

    assert "finding keep-apart-levothyroxine: apart -> none" in said.stdout  # the line says Synthroid
    assert "It is no reason to leave it out, lower it or move it" in said.stdout

    said = magwise("why", "examples/thyroid-nurse.toml", "--change", "without warfarin", *DAY)
    assert said.returncode == 2
    assert "Its lines: Synthroid 75 mcg; Calcium carbonate 600 mg." in said.stderr


def test_why_answers_for_every_finding_of_every_example() -> None:
    """In one process, through the same function that the command calls."""
    import datetime

    from magwise.adapters.cli.knowledge import behind
    from magwise.advise import advise
    from magwise.person_file import read_person_file

    for example in EXAMPLES:
        for one in advise(read_person_file(example), today=datetime.date(2026, 11, 22)).findings:
            assert list(behind(one.rule)), one.rule
