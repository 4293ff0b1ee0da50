"""What the API keeps: people, the diary, everything; writes that are done once; versions against lost changes."""

from __future__ import annotations

import concurrent.futures
import uuid
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from adapters.rest.server import THE_DAY, example, serving
from magwise.adapters.web.app import create_app
from magwise.adapters.web.settings import Settings

SLEPT = {"kind": "outcome", "day": "2026-11-20", "outcome": "sleep", "value": 7, "unit": "points"}


@pytest.fixture
def kept(database: str) -> Iterator[httpx.Client]:
    """A server with an empty database, once of each kind."""
    app = create_app(Settings(today=lambda: THE_DAY, quiet=True, database=database, requests_per_second=1e6))
    with serving(app) as at, httpx.Client(base_url=f"{at}/api/v1", timeout=60) as client:
        yield client


def a_person(api: httpx.Client, name: str = "Ada", who: str = "thyroid-nurse") -> httpx.Response:
    return api.post("/people", json={"name": name, "person": example(who)})


def test_a_person_is_kept_read_planned_changed_and_deleted(kept: httpx.Client) -> None:
    made = a_person(kept)
    assert made.status_code == 201, made.text
    at = made.headers["location"].removeprefix("/api/v1")

    read = kept.get(at)
    assert read.json()["person"] == example("thyroid-nurse")
    assert read.json()["name"] == "Ada"
    assert kept.get(f"{at}/plan").text == kept.post("/plan", json=example("thyroid-nurse")).text
    assert kept.get(f"{at}/check").text == kept.post("/check", json=example("thyroid-nurse")).text
    assert kept.get(f"{at}/course").json() == kept.post("/course", json=example("thyroid-nurse")).json()
    assert kept.post(f"{at}/changes", json={"change": "kidney=disease"}).json()["changes"]

    changed = kept.put(at, json={"person": example("toddler")}, headers={"If-Match": read.headers["etag"]})
    assert changed.status_code == 200, changed.text
    assert kept.get(f"{at}/plan").json()["decision"] == "do_not_start"
    assert [one["name"] for one in kept.get("/people").json()["people"]] == ["Ada"]

    assert kept.delete(at).status_code == 204
    assert kept.get(at).status_code == 404
    assert kept.get("/people").json() == {"people": [], "next": None}


def test_the_address_of_a_person_says_nothing_of_the_name(kept: httpx.Client) -> None:
    made = a_person(kept, "Grandma, kidneys")

    assert "kidney" not in made.headers["location"].lower()
    assert made.headers["location"].rsplit("/", 1)[1] == made.json()["id"]


def test_a_person_that_cannot_be_read_is_not_kept(kept: httpx.Client) -> None:
    answer = kept.post("/people", json={"name": "Ada", "person": {"person": {"agee": 4}}})

    assert (answer.status_code, answer.json()["type"]) == (422, "urn:magwise:error:NotAPerson")
    assert kept.get("/people").json()["people"] == []


def test_the_same_name_twice_is_a_conflict(kept: httpx.Client) -> None:
    a_person(kept)

    assert a_person(kept).status_code == 409


@pytest.mark.parametrize(
    "name", ["Zoë", "李小龍", "👩‍⚕️", "a" * 100, "\u202eevil", "'; DROP TABLE people; --", "../../etc"]
)
def test_names_are_whatever_people_are_called(kept: httpx.Client, name: str) -> None:
    made = a_person(kept, name)

    assert made.status_code == 201, made.text
    assert kept.get(made.headers["location"].removeprefix("/api/v1")).json()["name"] == name


def test_no_change_is_lost_between_two_who_edit(kept: httpx.Client) -> None:
    at = a_person(kept).headers["location"].removeprefix("/api/v1")
    tag = kept.get(at).headers["etag"]
    wish = {"person": example("pregnancy")}

    assert kept.put(at, json=wish).status_code == 428
    assert kept.put(at, json=wish, headers={"If-Match": tag}).status_code == 200
    late = kept.put(at, json=wish, headers={"If-Match": tag})
    assert (late.status_code, late.json()["type"]) == (412, "urn:magwise:error:Changed")
    assert kept.put(at, json=wish, headers={"If-Match": "*"}).status_code == 200
    assert kept.delete(at, headers={"If-Match": tag}).status_code == 412
    assert kept.delete(at, headers={"If-Match": kept.get(at).headers["etag"]}).status_code == 204


def test_who_has_the_newest_version_is_told_so(kept: httpx.Client) -> None:
    at = a_person(kept).headers["location"].removeprefix("/api/v1")
    tag = kept.get(at).headers["etag"]

    for given in (tag, f"W/{tag}", f'"other", {tag}', "*"):
        again = kept.get(at, headers={"If-None-Match": given})
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
    assert kept.get(at, headers={"If-None-Match": '"other"'}).status_code == 200


def test_a_list_comes_in_pages_and_nothing_comes_twice(kept: httpx.Client) -> None:
    names = sorted(f"person {n:02}" for n in range(7))
    for name in names:
        a_person(kept, name)

    found, page = [], kept.get("/people", params={"limit": 3})
    while True:
        found += [one["name"] for one in page.json()["people"]]
        if "next" not in page.links:
            break
        page = kept.get(page.links["next"]["url"].removeprefix("/api/v1"))

    assert found == names
    assert kept.get("/people", params={"limit": 0}).status_code == 422
    assert kept.get("/people", params={"cursor": "%%%"}).status_code == 400


# -- once


def test_the_same_write_with_the_same_key_is_done_once(kept: httpx.Client) -> None:
    key = {"Idempotency-Key": str(uuid.uuid4())}
    wish = {"name": "Ada", "person": example("thyroid-nurse")}

    first = kept.post("/people", json=wish, headers=key)
    second = kept.post("/people", json=wish, headers=key)

    assert first.status_code == second.status_code == 201
    assert second.content == first.content
    assert second.headers["location"] == first.headers["location"]
    assert second.headers["etag"] == first.headers["etag"]
    assert second.headers["idempotency-replayed"] == "true"
    assert len(kept.get("/people").json()["people"]) == 1


def test_another_write_with_the_same_key_is_refused(kept: httpx.Client) -> None:
    key = {"Idempotency-Key": "k"}
    kept.post("/diary/entries", json={"entries": [SLEPT]}, headers=key)
    other = kept.post("/diary/entries", json={"entries": [SLEPT, SLEPT]}, headers=key)

    assert (other.status_code, other.json()["type"]) == (422, "urn:magwise:error:KeyReused")
    assert len(kept.get("/diary/entries").json()["entries"]) == 1


def test_a_write_that_was_refused_leaves_its_key_free(kept: httpx.Client) -> None:
    key = {"Idempotency-Key": "k"}
    assert kept.post("/people", json={"name": "Ada", "person": {}}, headers=key).status_code == 422

    assert (
        kept.post("/people", json={"name": "Ada", "person": example("toddler")}, headers=key).status_code
        == 201
    )


def test_many_at_once_with_one_key_are_done_once(kept: httpx.Client) -> None:
    def send(_: int) -> httpx.Response:
        return kept.post("/diary/entries", json={"entries": [SLEPT]}, headers={"Idempotency-Key": "k"})

    with concurrent.futures.ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(send, range(16)))

    assert {one.status_code for one in answers} <= {201, 409}
    assert any(one.status_code == 201 for one in answers)
    assert all("retry-after" in one.headers for one in answers if one.status_code == 409)
    assert len(kept.get("/diary/entries").json()["entries"]) == 1


@pytest.mark.parametrize("key", ["", "x" * 201])
def test_a_key_is_a_key(kept: httpx.Client, key: str) -> None:
    answer = kept.post("/diary/entries", json={"entries": [SLEPT]}, headers={"Idempotency-Key": key})

    assert answer.status_code in {400, 422}
    assert kept.get("/diary/entries").json()["entries"] == []


# -- the diary


def test_entries_are_noted_listed_corrected_and_taken_back(kept: httpx.Client) -> None:
    dose = {
        "kind": "dose", "day": "2026-11-21", "at": "2026-11-21T19:05:00+01:00", "taking": "late",
        "elemental_mg": 183, "product": "a capsule", "note": "with dinner",
    }  # fmt: skip
    made = kept.post("/diary/entries", json={"entries": [SLEPT, dose]})
    assert made.status_code == 201, made.text
    slept, taken = made.json()["entries"]

    listed = kept.get("/diary/entries").json()["entries"]
    assert [one["id"] for one in listed] == [slept["id"], taken["id"]]
    assert taken["at"] == "2026-11-21T19:05:00+01:00"
    assert kept.get("/diary/entries", params={"kind": "dose"}).json()["entries"] == [taken]
    assert kept.get("/diary/entries", params={"first": "2026-11-21"}).json()["entries"] == [taken]
    assert kept.get("/diary/entries", params={"last": "2026-11-20"}).json()["entries"] == [slept]

    right = kept.put(f"/diary/entries/{slept['id']}", json=SLEPT | {"value": 6}).json()
    assert (right["replaces"], right["value"]) == (slept["id"], 6)
    assert kept.get(f"/diary/entries/{slept['id']}").json()["withdrawn"]

    assert kept.delete(f"/diary/entries/{taken['id']}").status_code == 204
    assert kept.delete(f"/diary/entries/{taken['id']}").status_code == 404
    assert kept.get("/diary/entries").json()["entries"] == [right]


@pytest.mark.parametrize(
    "wrong",
    [
        {"day": "2026-02-30"}, {"day": "0001-01-01"}, {"kind": "mood"}, {"taking": "taken"}, {"value": None},
        {"at": "2026-11-20T07:00"}, {"value": 1e300}, {"value": "7"}, {"id": 3}, {"outcome": "a\0b"},
        {"outcome": "slepe"}, {"value": 11}, {"value": -1}, {"unit": "furlongs"},
    ],
)  # fmt: skip
def test_what_is_no_entry_is_not_noted_nor_what_came_with_it(
    kept: httpx.Client, wrong: dict[str, Any]
) -> None:
    answer = kept.post("/diary/entries", json={"entries": [SLEPT, SLEPT | wrong]})

    assert answer.status_code in {400, 422}, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert kept.get("/diary/entries").json()["entries"] == []


def test_a_complaint_is_weighed_beside_the_magnesium_of_earlier_days(kept: httpx.Client) -> None:
    dose = {"kind": "dose", "day": "2026-11-10", "taking": "taken", "elemental_mg": 183}
    tired = {"kind": "side_effect", "day": "2026-11-20", "what": "tired"}

    before = kept.post("/diary/entries", json={"entries": [SLEPT]}).json()["safety"]
    kept.post("/diary/entries", json={"entries": [dose]})
    after = kept.post("/diary/entries", json={"entries": [tired]}).json()["safety"]

    assert before["findings"] == []
    assert [one["rule"] for one in after["findings"]] == ["tired-while-taking"]


def test_everything_is_taken_along_brought_back_and_removed(kept: httpx.Client) -> None:
    a_person(kept)
    kept.post("/diary/entries", json={"entries": [SLEPT]}, headers={"Idempotency-Key": "k"})
    saved = kept.get("/everything").json()

    assert kept.delete("/everything").json()["removed"] >= 2
    assert kept.get("/people").json()["people"] == kept.get("/diary/entries").json()["entries"] == []
    damaged = {**saved, "entries": []}
    assert kept.put("/everything", json=damaged).status_code == 422
    assert kept.put("/everything", json=saved).json() == {"entries": 1}
    assert [one["name"] for one in kept.get("/people").json()["people"]] == ["Ada"]
    assert kept.get("/diary/entries").json()["entries"][0]["value"] == 7


def test_the_server_says_whether_its_database_answers(kept: httpx.Client) -> None:
    at = kept.base_url.copy_with(path="")

    assert kept.get(f"{at}/health/live").json() == {"status": "ok"}
    assert kept.get(f"{at}/health/ready").json() == {"status": "ok"}
