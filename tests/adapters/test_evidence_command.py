"""`magwise evidence` as its users meet it: the table, a page, a person, a drawing, the check of what is cited."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import jsonschema
import pytest
import typer
from typer.testing import CliRunner

from magwise.adapters.cli.about import schema
from magwise.adapters.cli.evidence import evidence
from magwise.errors import NotFound, WrongUse
from magwise.evidence.outcomes import topics

EXAMPLES = Path(__file__).parents[2] / "examples"
NURSE, KIDNEY = EXAMPLES / "thyroid-nurse.toml", EXAMPLES / "kidney-stage-3.toml"
REGISTER = (
    "Record ID,Title,OriginalPaperDOI,OriginalPaperPubMedID,RetractionNature\n"
    '7,"A review",10.3389/fnut.2022.1020327,0,Retraction\n'
    '8,"Another",10.9999/elsewhere,0,Retraction\n'
)


def run(*given: str | Path, command: Any = evidence):
    app = typer.Typer(add_completion=False)
    app.command()(command)
    return CliRunner().invoke(app, [*map(str, given)])


def asked(*given: str | Path) -> dict[str, Any]:
    done = run(*given, "--today", "2026-11-22", "--json")
    assert done.exit_code == 0, done.output
    return json.loads(done.output)


@pytest.mark.parametrize(
    ("given", "shape"), [((), "evidence"), (("sleep",), "outcome"), (("--check",), "sources")]
)
def test_an_answer_has_the_published_shape(given: tuple[str, ...], shape: str) -> None:
    published = json.loads(run(shape, command=schema).output)

    jsonschema.validate(asked(*given), published)


@pytest.mark.parametrize("topic", topics())
def test_every_page_is_shown_whole(topic: str) -> None:
    shown = run(topic).output

    for heading in (
        "What trials found",
        "What would change this",
        "How the texts stand",
        "Certainty",
        "Given",
    ):
        assert heading in shown
    assert "not personal medical advice" in shown
    assert "None" not in shown and "{" not in shown


def test_the_table_names_effect_trials_certainty_and_what_matters() -> None:
    shown = " ".join(run().output.split())

    assert "systolic pressure: all comers −2.8 mmHg (−4.3 to −1.3) 38 / 2,709 low 5 mmHg" in shown
    assert all(topic in shown for topic in topics())


def test_each_downgrade_names_the_row_behind_it() -> None:
    for effect in asked("blood pressure")["effects"]:
        assert effect["lowered"], effect["outcome"]
        for step in effect["lowered"]:
            assert step["facts"] and step["because"] and step["domain"]


def test_a_person_is_told_their_own_certainty_beside_their_decision() -> None:
    plain, mine = asked("sleep"), asked("sleep", "--person", NURSE)

    assert plain["for_you"] == [] and plain["decision"] is None
    assert mine["decision"] == "plan" and mine["for_you"][0]["certainty"] == "very low"
    assert mine["effects"][0]["certainty"] == "very low" and plain["effects"][0]["certainty"] == "low"
    assert any("another salt" in one for one in mine["effects"][0]["differs"])


def test_past_a_stop_the_stop_comes_first_and_nothing_is_said_for_the_person() -> None:
    answer, shown = asked("sleep", "--person", KIDNEY), run("sleep", "--person", KIDNEY).output
    table = asked("--person", KIDNEY)

    assert answer["decision"] == "do_not_start"
    assert answer["for_you"] == [] and table["for_person"] is False
    assert all(not effect["differs"] for effect in answer["effects"])
    assert shown.index("Do not start magnesium") < shown.index("What trials found")
    assert "not about you" in shown


def test_the_plan_and_the_page_agree_on_what_to_expect() -> None:
    from magwise.adapters.cli.plan import plan

    planned = json.loads(run(NURSE, "--today", "2026-11-22", "--json", command=plan).output)["expect"]
    pages = [
        one for topic in ("sleep", "stress", "cramps") for one in asked(topic, "--person", NURSE)["for_you"]
    ]

    assert planned
    assert all(one in pages for one in planned if one["outcome"] in {page["outcome"] for page in pages})
    assert all(one["lowered"] for one in planned)


def test_the_trials_are_drawn_as_svg_and_png(tmp_path: Path) -> None:
    drawn, picture = tmp_path / "cramps.svg", tmp_path / "cramps.png"
    run("cramps", "--plot", drawn)
    run("cramps", "--plot", picture)

    assert "smallest change that matters" in drawn.read_text(encoding="utf-8")
    assert ElementTree.parse(drawn).getroot().tag.endswith("svg")  # noqa: S314 - our own file
    assert picture.read_bytes().startswith(b"\x89PNG") and picture.stat().st_size > 10_000


def test_without_a_register_every_text_is_unknown_and_that_is_said() -> None:
    answer = asked("--check")

    assert answer["register_rows"] is None
    assert len(answer["unknown"]) == len(answer["sources"])
    assert "Unknown is not clear" in run("--check").output
    assert answer["replaced"] == ["cochrane-cramps-2012"]


def test_a_register_names_what_was_retracted(tmp_path: Path) -> None:
    path = tmp_path / "register.csv"
    path.write_text(REGISTER, encoding="utf-8")
    answer = asked("--check", "--retractions", path)

    assert answer["retracted"] == ["t2d-metas", "xu-2023"]  # the first names that review and another
    assert answer["register_rows"] == 2
    unknown = {one["id"] for one in answer["sources"] if not one["doi"] and not one["pmid"]}
    assert set(answer["unknown"]) == unknown
    assert "Xu and others" in run("--check", "--retractions", path).output


@pytest.mark.parametrize(
    ("given", "error"),
    [
        (("levitation",), NotFound),
        (("sleep", "--plot", "sleep.svg"), NotFound),
        (("cramps", "--plot", "cramps.pdf"), WrongUse),
        (("cramps", "--plot", "/no/such/folder/cramps.svg"), WrongUse),
        (("--plot", "all.svg"), WrongUse),
        (("sleep", "--check"), WrongUse),
        (("sleep", "--retractions", "x.csv"), WrongUse),
        (("--check", "--retractions", "no-such-file.csv"), NotFound),
        (("sleep", "--today", "yesterday"), WrongUse),
    ],
)
def test_what_is_wrong_is_named_and_nothing_else_is_printed(
    given: tuple[str, ...], error: type[Exception]
) -> None:
    done = run(*given)

    assert isinstance(done.exception, error)
    assert done.output == ""
