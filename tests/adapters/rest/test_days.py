"""A day by the API is the day of the command line: the same reports, the same words, the same answers."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from adapters.rest.server import THE_DAY, example, serving
from adapters.session import magwise
from magwise.adapters.web.app import create_app
from magwise.adapters.web.settings import Settings

WITH_METFORMIN = "examples/diabetes-metformin-ppi.toml"
NURSE = "examples/thyroid-nurse.toml"


@pytest.fixture
def api(database: str) -> Iterator[httpx.Client]:
    app = create_app(Settings(today=lambda: THE_DAY, quiet=True, database=database, requests_per_second=1e6))
    with serving(app) as at, httpx.Client(base_url=f"{at}/api/v1", timeout=60) as client:
        yield client


@pytest.fixture
def nurse(api: httpx.Client) -> str:
    made = api.post("/people", json={"name": "nurse", "person": example("thyroid-nurse")})
    return str(made.headers["location"]).removeprefix("/api/v1")


def said(*words: str) -> Any:
    done = magwise(*words, "--today", "2026-11-22", "--json")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_a_day_goes_as_on_the_command_line(
    api: httpx.Client, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MAGWISE_HOME", str(tmp_path / "home"))
    made = api.post("/people", json={"name": "him", "person": example("diabetes-metformin-ppi")})
    him = made.headers["location"].removeprefix("/api/v1")
    steps: list[tuple[str, dict[str, Any], str, tuple[str, ...]]] = [
        ("took", {"what": "metformin", "at": "07:40"}, "08:00", ("took", "metformin", "07:40", "--person", WITH_METFORMIN)),
        ("late", {"minutes": 45}, "11:00", ("late", "45m", "--person", WITH_METFORMIN)),
        ("took", {"what": "lunch-dose"}, "13:20", ("took", "lunch-dose", "--person", WITH_METFORMIN)),
        ("took", {"what": "magnesium", "mg": 61}, "20:00", ("took", "magnesium", "--mg", "61", "--person", WITH_METFORMIN)),
        ("undo", {}, "20:05", ("day", WITH_METFORMIN, "--undo")),
        ("missed", {"what": "dinner-dose"}, "23:00", ("missed", "dinner-dose", "--person", WITH_METFORMIN)),
    ]  # fmt: skip
    for verb, wish, now, command in steps:
        answer = api.post(f"{him}/day/{verb}", params={"now": now}, json=wish)
        assert answer.status_code == 200, (verb, answer.text)
        assert answer.json() == said(*command, "--now", now), verb
    assert api.get(f"{him}/day", params={"now": "23:30"}).json() == said(
        "day", WITH_METFORMIN, "--now", "23:30"
    )

    doses = api.get("/diary/entries", params={"kind": "dose"}).json()["entries"]
    assert [one["taking"] for one in doses] == ["late", "skipped"]  # what was taken back does not count


def test_what_is_not_in_the_day_is_said_and_nothing_is_noted(api: httpx.Client, nurse: str) -> None:
    answer = api.post(f"{nurse}/day/took", params={"now": "12:00"}, json={"what": "unicorn"})

    assert (answer.status_code, answer.json()["type"]) == (422, "urn:magwise:error:WrongUse")
    assert "In this day:" in answer.json()["remedy"]
    assert api.get("/diary/entries").json()["entries"] == []


def test_a_report_sent_twice_with_one_key_is_noted_once(api: httpx.Client, nurse: str) -> None:
    for _ in range(3):
        answer = api.post(
            f"{nurse}/day/took",
            params={"now": "20:00"},
            json={"what": "magnesium", "mg": 61},
            headers={"Idempotency-Key": "evening"},
        )
        assert answer.status_code == 200

    assert len(api.get("/diary/entries").json()["entries"]) == 1


def test_reminders_are_a_calendar_and_a_stopped_plan_has_none(api: httpx.Client, nurse: str) -> None:
    answer = api.get(f"{nurse}/plan.ics", params={"zone": "Europe/Berlin", "discreet": "true"})
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    assert "BEGIN:VEVENT" in answer.text and "agnesium" not in answer.text
    assert api.get(f"{nurse}/plan.ics", params={"zone": "Mars/Olympus"}).status_code == 422

    stopped = api.post("/people", json={"name": "s", "person": example("kidney-stage-3")}).json()["id"]
    assert api.get(f"/people/{stopped}/plan.ics", params={"zone": "Europe/Berlin"}).status_code == 409


def test_the_page_to_take_along_is_a_pdf(api: httpx.Client, nurse: str) -> None:
    answer = api.get(f"{nurse}/report.pdf")

    assert answer.headers["content-type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF-")


def test_evidence_is_that_of_the_command(api: httpx.Client) -> None:
    assert api.get("/evidence").json() == said("evidence")
    assert api.get("/evidence/sleep").json() == said("evidence", "sleep")
    assert api.post("/evidence", json=example("thyroid-nurse")).json() == said("evidence", "--person", NURSE)
    assert api.post("/evidence/sleep", json=example("thyroid-nurse")).json() == said(
        "evidence", "sleep", "--person", NURSE
    )
    assert api.get("/evidence/nothing").status_code == 404


def test_a_trial_is_begun_counted_and_stopped_and_its_order_is_not_told(api: httpx.Client) -> None:
    made = api.post("/people", json={"name": "him", "person": example("diabetes-metformin-ppi")})
    him = made.headers["location"].removeprefix("/api/v1")
    assert api.get("/trial").status_code == 404
    begun = api.post(f"{him}/trials", json={"outcome": "sleep", "smallest": 1})

    assert begun.status_code == 201, begun.text
    assert begun.json()["state"] == "running" and begun.json()["plan"]["seal"]
    assert "allocation" not in begun.text and "phases" not in begun.text
    assert api.post(f"{him}/trials", json={"outcome": "sleep"}).status_code in {409, 422}  # one at a time
    stands = api.get("/trial").json()
    assert stands["standing"]["day"] <= 1 and stands["judged"] is None
    assert api.post("/trial/look").status_code == 409  # nothing before the plan allows it
    assert api.post("/trial/stop").json()["state"] == "stopped"
    assert api.post("/trial/stop").status_code == 404

    stopped = api.post("/people", json={"name": "s", "person": example("kidney-stage-3")}).json()["id"]
    refused = api.post(f"/people/{stopped}/trials", json={"outcome": "sleep"})
    assert (refused.status_code, refused.json()["type"]) == (409, "urn:magwise:error:NotATrial")


def test_a_complaint_that_is_a_red_flag_is_answered_as_one(api: httpx.Client) -> None:
    calm = {"kind": "outcome", "day": "2026-11-20", "outcome": "sleep", "value": 7}
    flag = {"kind": "side_effect", "day": "2026-11-20", "what": "fainted, very slow heartbeat"}

    assert api.post("/diary/entries", json={"entries": [calm]}).json()["safety"]["findings"] == []
    safety = api.post("/diary/entries", json={"entries": [flag]}).json()["safety"]
    assert [one["level"] for one in safety["findings"]][:1] == ["help_now"]
