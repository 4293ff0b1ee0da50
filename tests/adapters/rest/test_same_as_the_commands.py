"""The API and the command line are two doors to one engine: what --json prints is what the API answers."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import httpx
import pytest

from adapters.rest.server import as_json, example
from adapters.session import EXAMPLES, ROOT, magwise

DAY = ("--today", "2026-11-22")
PHOTO = ROOT / "examples" / "bottle.jpg"


def said(*arguments: str, typed: str = "") -> Any:
    done = magwise(*arguments, typed=typed)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_plan_is_the_same_to_the_byte(api: httpx.Client, path: Path) -> None:
    answer = api.post("/plan", json=as_json(path))

    assert answer.status_code == 200, answer.text
    assert answer.text == magwise("plan", str(path), "--json", *DAY).stdout.rstrip("\n")


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_check_is_the_same_to_the_byte(api: httpx.Client, path: Path) -> None:
    answer = api.post("/check", json=as_json(path))

    assert answer.text == magwise("check", str(path), "--json", *DAY).stdout.rstrip("\n")


def test_another_day_is_asked_for_as_on_the_command_line(api: httpx.Client) -> None:
    path = ROOT / "examples" / "ciprofloxacin-twice-a-day.toml"
    answer = api.post("/plan", params={"today": "2027-03-01"}, json=as_json(path))

    assert answer.json() == said("plan", str(path), "--json", "--today", "2027-03-01")


def test_the_course_is_the_one_of_the_plan(api: httpx.Client) -> None:
    person = example("thyroid-nurse")
    with_course = api.post("/plan", params={"course": True}, json=person).json()

    assert "course" not in api.post("/plan", json=person).json()
    assert with_course == said("plan", "examples/thyroid-nurse.toml", "--course", "--json", *DAY)
    assert api.post("/course", json=person).json() == with_course["course"]


def test_a_stopped_plan_has_no_course(api: httpx.Client) -> None:
    answer = api.post("/course", json=example("kidney-stage-3"))

    assert (answer.status_code, answer.json()["type"]) == (422, "urn:magwise:error:OutsideTheModel")


def test_labels_are_read_the_same(api: httpx.Client) -> None:
    for path in EXAMPLES:
        for product in as_json(path).get("products", ()):
            answer = api.post("/read", json={"text": product["label"]}).json()
            assert answer == said("read", "-", "--json", typed=product["label"])


def test_a_photo_is_read_the_same(api: httpx.Client) -> None:
    answer = api.post("/read/photo", files={"photo": ("bottle.jpg", PHOTO.read_bytes(), "image/jpeg")})

    assert answer.status_code == 200, answer.text
    assert answer.json() == said("read", str(PHOTO), "--json")
    assert answer.json()["confirmed"] is False


def test_medicine_lines_mean_the_same(api: httpx.Client, tmp_path: Path) -> None:
    lines = [one["as_written"] for path in EXAMPLES for one in as_json(path).get("medicines", ())]
    given = tmp_path / "lines.jsonl"
    given.write_text("".join(json.dumps({"line": line}) + "\n" for line in lines), encoding="utf-8")
    printed = magwise("medicines", str(given)).stdout.splitlines()

    answers = api.post("/medicines", json={"lines": lines}).json()["medicines"]

    assert len(answers) == len(lines) >= 5
    assert [
        {key: value for key, value in json.loads(one).items() if key != "id"} for one in printed
    ] == answers


@pytest.mark.parametrize("claim", ["Cures insomnia", "The most bioavailable magnesium", "Contains magnesium"])
def test_statements_are_judged_the_same(api: httpx.Client, claim: str) -> None:
    answer = api.post("/claims", json={"claims": [claim]}).json()["claims"][0]

    assert answer == said("claims", "-", "--json", typed=claim)


@pytest.mark.parametrize("name", ["thyroid-nurse", "kidney-stage-3", "lifter-zma"])
def test_products_are_compared_the_same(api: httpx.Client, name: str) -> None:
    answer = api.post("/compare", json={"person": example(name)}).json()

    assert answer == said("compare", f"examples/{name}.toml", "--json", *DAY)


@pytest.mark.parametrize("rule", ["keep-apart-levothyroxine", "IX019", "B070.1"])
def test_reasons_are_the_same(api: httpx.Client, rule: str) -> None:
    assert api.post("/why", json={"rule": rule}).json() == said("why", rule, "--json")


def test_a_change_changes_the_same(api: httpx.Client) -> None:
    wish = {"person": example("kidney-stage-3"), "change": "kidney=normal"}
    path = "examples/kidney-stage-3.toml"

    assert api.post("/changes", json=wish).json() == said(
        "why", path, "--change", "kidney=normal", "--json", *DAY
    )


def test_a_course_is_simulated_the_same(api: httpx.Client) -> None:
    wish = {"person": example("thyroid-nurse"), "days": 20, "people": 50, "what_if": ["form=oxide"]}
    of_command = said(
        "simulate", "examples/thyroid-nurse.toml", "--days", "20", "--people", "50", "--what-if", "form=oxide",
        "--json", *DAY,
    )  # fmt: skip

    assert api.post("/simulate", json=wish).json() == of_command


def test_trials_are_pooled_the_same(api: httpx.Client, tmp_path: Path) -> None:
    table = "study,yi,vi\nA,0.1,0.04\nB,0.3,0.02\nC,-0.1,0.09\nD,0.2,0.05\n"
    (tmp_path / "trials.csv").write_text(table, encoding="utf-8")
    of_set = api.post("/pool", json={"set": "heart-attack", "leave_one_out": True}).json()
    of_table = api.post("/pool", json={"trials": table, "methods": ["REML"]}).json()

    assert of_set == said("pool", "heart-attack", "--leave-one-out", "--json")
    assert {**of_table, "title": ""} == {
        **said("pool", str(tmp_path / "trials.csv"), "--method", "REML", "--json"),
        "title": "",
    }


def test_a_log_is_judged_the_same(api: httpx.Client, tmp_path: Path) -> None:
    days = [
        (day, "AB"[(day - 1) // 7 % 2], 5 + 2 * ((day - 1) // 7 % 2) + day % 3 * 0.3) for day in range(1, 57)
    ]
    log = "day,phase,value\n" + "".join(f"{day},{phase},{value:.1f}\n" for day, phase, value in days)
    (tmp_path / "log.csv").write_text(log, encoding="utf-8")
    answer = api.post("/verdict", json={"log": log, "smallest": 0.5, "better": "higher"}).json()

    assert answer == said(
        "verdict", str(tmp_path / "log.csv"), "--smallest", "0.5", "--better", "higher", "--json"
    )
    assert answer["verdict"] in {"worked", "too_small", "worse", "cannot_tell"}


@pytest.mark.parametrize("name", ["plan", "check"])
def test_the_published_shapes_are_the_same(api: httpx.Client, name: str) -> None:
    assert api.get(f"/schema/{name}").json() == said("schema", name)


def test_the_facts_are_the_same(api: httpx.Client) -> None:
    found, cursor = [], None
    while True:
        page = api.get("/facts", params={"limit": 200} | ({"cursor": cursor} if cursor else {}))
        found += page.json()["facts"]
        cursor = page.json()["next"]
        assert ("next" in page.links) == (cursor is not None)
        if cursor is None:
            break

    assert found == said("facts", "--json")
    assert api.get("/facts/IX019").json() == said("facts", "IX019", "--json")


def test_errors_have_the_same_names_and_words(api: httpx.Client, tmp_path: Path) -> None:
    (tmp_path / "me.toml").write_text("[person]\nkidneys = 3\n", encoding="utf-8")
    on_command_line = json.loads(magwise("plan", str(tmp_path / "me.toml"), "--json").stderr)
    answer = api.post("/plan", json={"person": {"kidneys": 3}})

    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    for key in ("type", "title", "detail", "remedy"):
        assert problem[key] == on_command_line[key]
    assert problem["status"] == answer.status_code == 422
