"""What was told stays, belongs to its owner, can be taken along, and goes when it is asked to."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from adapters.web.conftest import BASE, TODAY
from adapters.web.walk import answer_all, send, take_label, words
from magwise.adapters.store.places import sqlite_url
from magwise.adapters.web.app import create_app
from magwise.adapters.web.settings import Settings


@pytest.fixture
def kept(tmp_path: Path) -> Settings:
    return Settings(today=lambda: TODAY, quiet=True, database=sqlite_url(tmp_path / "kept.sqlite3"))


def test_answers_outlive_the_server_and_the_browser(kept: Settings):
    with TestClient(create_app(kept), base_url=BASE) as first:
        take_label(first)
        send(first, "/about/age", at="/about/age", age="46")
    with TestClient(create_app(kept), base_url=BASE) as second:
        assert "46" in words(second.get("/about").text)
        assert "Harbor" in words(second.get("/label").text) or "HARBOR" in words(second.get("/label").text)


def test_the_demo_never_touches_what_is_kept(kept: Settings):
    with TestClient(create_app(kept), base_url=BASE) as browser:
        send(browser, "/about/age", at="/about/age", age="71")
        assert "made-up" in send(browser, "/demo", at="/label").text
        assert "71" not in words(browser.get("/about").text)
        send(browser, "/demo/leave", at="/label")
        assert "71" in words(browser.get("/about").text)


def test_everything_can_be_taken_along_and_deleted(kept: Settings):
    with TestClient(create_app(kept), base_url=BASE) as browser:
        take_label(browser)
        saved = send(browser, "/yours/export", at="/yours")
        assert "Aspartate" in saved.text and json.loads(saved.text)
        assert send(browser, "/yours/delete", at="/yours").status_code == 422  # not without the box
        assert "61 mg" in words(browser.get("/label").text)
        send(browser, "/yours/delete", at="/yours", sure="1")
        assert "None yet" in words(browser.get("/label").text)
        assert "Aspartate" not in send(browser, "/yours/export", at="/yours").text


def test_the_page_to_take_along_holds_what_matters(server: TestClient):
    take_label(server)
    answer_all(server)
    said = words(server.get("/report").text)
    for expected in (
        "183 mg of elemental magnesium a day",
        "When to get help",
        "Synthroid 75 mcg",
        "4 h away from levothyroxine",
    ):
        assert expected in said
    assert said.index("When to get help") < said.index("What to mind")


def test_the_pdf_is_a_pdf_and_runs_nothing_of_what_was_typed(server: TestClient):
    take_label(server, name='#read("/etc/passwd") $x$ *bold*')
    answer_all(server, conditions={"others": "#eval(1) \\ asthma"})
    made = server.get("/report.pdf")
    assert made.content.startswith(b"%PDF-")
    assert made.headers["cache-control"] == "no-store"
    assert len(made.content) > 10_000


def test_reminders_start_today_and_can_be_discreet(server: TestClient):
    take_label(server)
    answer_all(server)
    plain = server.get("/plan.ics")
    assert plain.headers["content-type"].startswith("text/calendar")
    assert "Magnesium 183 mg" in plain.text
    discreet = server.get("/plan.ics?discreet=true").text
    assert "agnesium" not in discreet.replace("PRODID:-//Magwise//Plan//EN", "")


def test_a_refused_plan_has_no_reminders(server: TestClient):
    take_label(server)
    answer_all(server, kidney={"kidney": "disease"})
    assert server.get("/plan.ics", follow_redirects=False).status_code == 303


def test_products_stand_side_by_side_without_a_score(server: TestClient):
    send(server, "/demo", at="/")
    said = words(server.get("/compare").text)
    assert "61 mg in one capsule" in said and "250 mg in one tablet" in said
    assert "so there is no score" in said
    assert "Cheapest day" in said


def test_no_price_past_a_hard_stop(server: TestClient):
    take_label(server, price="10", pieces="60", currency="EUR")
    answer_all(server, kidney={"kidney": "dialysis"})
    said = words(server.get("/compare").text)
    assert "No price is shown" in said
    assert "EUR" not in said


def test_the_look_is_chosen_and_kept_in_the_browser(server: TestClient):
    chosen = send(server, "/yours/theme", at="/yours", theme="dark")
    assert 'data-theme="dark"' in chosen.text
    assert "data-theme" not in send(server, "/yours/theme", at="/yours", theme="pink").text


def test_the_pdf_of_the_demo_says_that_it_is_one(server: TestClient):
    """Its text is compressed, so the two are told apart by their size: the mark is in one of them only."""
    from magwise.adapters.report.pdf import pdf_of
    from magwise.adapters.web.answers import answered
    from magwise.adapters.web.demo import demo

    answer = answered(demo(), TODAY).answer
    assert len(pdf_of(answer, [], demo=True)) > len(pdf_of(answer, []))
    send(server, "/demo", at="/")
    assert server.get("/report.pdf").status_code == 200
