"""Did it help: decided beforehand, nothing shown before the plan says so, and refused to whom it must be."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from adapters.web.conftest import BASE
from adapters.web.walk import answer_all, send, take_label, words
from magwise.adapters.store.places import sqlite_url
from magwise.adapters.web.app import create_app
from magwise.adapters.web.settings import Settings

FIRST = datetime.date(2026, 9, 1)


class Clock:
    """A calendar that a test can turn."""

    def __init__(self) -> None:
        self.day = FIRST

    def __call__(self) -> datetime.date:
        return self.day


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def tried(tmp_path: Path, clock: Clock):
    settings = Settings(
        today=clock, now=datetime.time(20), quiet=True, database=sqlite_url(tmp_path / "kept.sqlite3"),
        requests_per_second=10_000,
    )  # fmt: skip
    with TestClient(create_app(settings), base_url=BASE, headers={"accept-language": "en-GB"}) as server:
        take_label(server)
        answer_all(server)
        yield server


CHOSEN = {"outcome": "sleep", "smallest": "1", "looks": "1", "question": "Do I sleep better?"}
VERDICTS = ("It helped.", "Too small to matter.", "It was worse with magnesium.", "It cannot be told.")


def test_the_design_is_shown_before_anything_begins(tried: TestClient):
    said = words(send(tried, "/helped/design", at="/helped", **CHOSEN).text)
    assert "The trial would be this" in said and "Seal of the order" in said
    assert "2026-09-02" in said
    assert "Judge by" in words(tried.get("/helped").text)  # still nothing begun


def test_nothing_of_the_effect_is_shown_before_the_plan_says_so(tried: TestClient, clock: Clock):
    begun = words(send(tried, "/helped/design", at="/helped", begin="1", **CHOSEN).text)
    assert "It begins on 2026-09-02" in begun
    clock.day = FIRST + datetime.timedelta(days=10)
    for _ in range(3):
        send(tried, "/today/log", at="/today", sleep="7")
        clock.day += datetime.timedelta(days=1)
    page = tried.get("/helped")
    said = words(page.text)
    assert "stays closed until" in said
    assert "3 of 13 days have a value" in said or "of 13 days have a value" in said
    assert not any(one in said for one in VERDICTS)
    assert 'class="chart"' not in page.text
    early = send(tried, "/helped/look", at="/helped")
    assert early.status_code == 422
    assert not any(one in words(early.text) for one in VERDICTS)


def test_the_end_of_a_trial_opens_its_answer_once_and_for_all(server: TestClient):
    send(server, "/demo", at="/")
    said = words(server.get("/helped").text)
    assert "All 56 days are over" in said and "may be looked at now" in said
    assert not any(one in said for one in VERDICTS)
    page = send(server, "/helped/look", at="/helped").text
    assert "It helped." in words(page)
    assert "The order was the sealed one" in words(page)
    assert 'class="chart"' in page
    assert words(server.get("/helped").text) == words(page)


@pytest.mark.parametrize(
    "other",
    [
        {"kidney": {"kidney": "disease"}},
        {"medicines": {"medicine": ["foobarol 5 mg"], "medicine_times": [""]}},
    ],
    ids=["stop", "ask first"],
)
def test_no_trial_for_whoever_must_not_start(server: TestClient, other):
    take_label(server)
    answer_all(server, **other)
    refused = send(server, "/helped/design", at="/helped", begin="1", **CHOSEN)
    assert refused.status_code == 422
    assert "No trial for now" in words(refused.text)
    assert "Judge by" in words(server.get("/helped").text)


def test_a_danger_sign_comes_before_any_trial(tried: TestClient):
    send(tried, "/today/took", at="/today", what="dinner-dose")
    send(tried, "/today/log", at="/today", felt="fainting")
    page = words(tried.get("/helped").text)
    assert page.startswith("Get help")
    assert send(tried, "/helped/design", at="/helped", begin="1", **CHOSEN).status_code == 422


def test_a_trial_that_was_ended_early_is_never_judged(tried: TestClient, clock: Clock):
    send(tried, "/helped/design", at="/helped", begin="1", **CHOSEN)
    send(tried, "/helped/stop", at="/helped")
    assert "It begins on" in words(tried.get("/helped").text)  # the box was not ticked
    said = words(send(tried, "/helped/stop", at="/helped", sure="1").text)
    assert "ended early, without an answer" in said
    clock.day += datetime.timedelta(days=400)
    assert not any(one in words(tried.get("/helped").text) for one in VERDICTS)


@pytest.mark.parametrize(
    "typed", [{"outcome": "wealth"}, {"smallest": "lots"}, {"looks": "9"}, {"smallest": "99"}], ids=str
)
def test_a_design_that_cannot_be_is_said(tried: TestClient, typed):
    answer = send(tried, "/helped/design", at="/helped", **(CHOSEN | typed))
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
