"""Today: what is due, what happened, what moved and why; and ten seconds for the diary."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

from adapters.web.conftest import BASE, TODAY
from adapters.web.walk import answer_all, send, take_label, token, words
from magwise.adapters.web.app import create_app
from magwise.adapters.web.settings import Settings


def at(hour: int, minute: int = 0) -> TestClient:
    settings = Settings(today=lambda: TODAY, now=datetime.time(hour, minute), quiet=True)
    return TestClient(create_app(settings), base_url=BASE, headers={"accept-language": "en-GB"})


@pytest.fixture
def evening() -> Iterator[TestClient]:
    with at(19, 0) as server:
        take_label(server)
        answer_all(server)
        yield server


def test_without_a_plan_the_page_says_where_to_begin(server: TestClient):
    assert "There is no day to show yet" in words(server.get("/today").text)


def test_what_is_due_can_be_ticked(evening: TestClient):
    said = words(evening.get("/today").text)
    assert "Day 1 of the plan, 7:00 pm" in said
    assert "7:00 pm Magnesium 183 mg with dinner, 3 capsules now" in said
    after = words(send(evening, "/today/took", at="/today", what="dinner-dose").text)
    assert "7:00 pm Magnesium 183 mg with dinner, 3 capsules taken" in after
    undone = words(send(evening, "/today/undo", at="/today").text)
    assert "7:00 pm Magnesium 183 mg with dinner, 3 capsules now" in undone


def test_red_flags_stand_before_the_day(evening: TestClient):
    said = words(evening.get("/today").text)
    assert said.index("When to get help") < said.index("Levothyroxine")


def test_a_late_day_moves_meals_and_never_medicines():
    with at(11, 0) as server:
        take_label(server)
        answer_all(server)
        before = words(server.get("/today").text)
        assert "6:30 am Levothyroxine" in before
        after = words(send(server, "/today/late", at="/today", by="60").text)
        assert "What moved" in after
        assert "now at 8:00 pm" in after
        assert "6:30 am Levothyroxine" in after


def test_something_else_than_planned_counts_against_the_limit(evening: TestClient):
    after = words(send(evening, "/today/other", at="/today", mg="400").text)
    assert "Magnesium 400 mg" in after
    assert "That may be 400 mg in 24 hours, and the limit leaves 350 mg for it." in after


@pytest.mark.parametrize(
    ("path", "fields"),
    [
        ("/today/other", {"mg": "much"}),
        ("/today/other", {"mg": "1e9"}),
        ("/today/took", {"what": "unicorn"}),
        ("/today/missed", {"what": "dinner-dose"}),  # it can still be taken
        ("/today/late", {"by": "900"}),
        ("/today/log", {"sleep": "11"}),
        ("/today/log", {"bristol": "4.5"}),
    ],
)
def test_what_cannot_be_noted_is_said_and_not_noted(evening: TestClient, path, fields):
    answer = send(evening, path, at="/today", **fields)
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    assert "`magwise" not in words(answer.text)


def test_a_time_that_cannot_be_is_said(evening: TestClient):
    form = {"csrf": token(evening.get("/today").text), "what": "dinner-dose", "at": "25:99"}
    assert evening.post("/today/took", data=form).status_code == 422


def test_what_counts_as_taken_is_confirmed_at_its_own_time(evening: TestClient):
    assert re.search(r'name="at" value="06:30"', evening.get("/today").text)


def test_four_figures_are_kept_and_corrected(evening: TestClient):
    send(evening, "/today/log", at="/today", sleep="7", muscle="5", stress="3", bristol="4")
    shown = evening.get("/today").text
    assert re.search(r'name="sleep" value="7" checked', shown)
    assert "1 of the last 7 days" in words(shown)
    send(evening, "/today/log", at="/today", sleep="6")
    shown = evening.get("/today").text
    assert re.search(r'name="sleep" value="6" checked', shown)
    assert re.search(r'name="stress" value="3" checked', shown)


def test_a_danger_sign_in_the_diary_comes_first_until_it_is_over(evening: TestClient):
    send(evening, "/today/took", at="/today", what="dinner-dose")
    said = words(send(evening, "/today/log", at="/today", felt="fainting").text)
    assert said.index("Get help") < said.index("Levothyroxine")
    over = words(send(evening, "/today/log", at="/today", felt="fainting gone").text)
    assert not over.startswith("Get help")


def test_past_a_stop_there_is_nothing_to_tick():
    with at(19, 0) as server:
        take_label(server)
        answer_all(server, kidney={"kidney": "disease"})
        said = words(server.get("/today").text)
        assert "Do not start magnesium." in said
        assert "183 mg" not in said
