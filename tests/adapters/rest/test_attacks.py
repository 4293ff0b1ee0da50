"""What strangers send: each is refused in words, nothing falls over, and nothing of it stands in the log."""

from __future__ import annotations

import json
import logging
import socket
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest

from adapters.rest.server import THE_DAY, example, http, serving
from adapters.session import ROOT
from magwise.adapters.accounts import door
from magwise.adapters.web.app import create_app
from magwise.adapters.web.settings import Settings

JSON = {"Content-Type": "application/json"}
PROBLEM = "application/problem+json"


@pytest.fixture(scope="module")
def at() -> Iterator[str]:
    app = create_app(Settings(today=lambda: THE_DAY, requests_per_second=1e6))
    with serving(app) as address:
        yield address


def raw(at: str, request: bytes, *, wait_s: float = 10) -> bytes:
    """What the server answers to these bytes, whatever they are."""
    place = urlsplit(at)
    assert place.hostname and place.port
    with socket.create_connection((place.hostname, place.port), timeout=wait_s) as line:
        line.sendall(request)
        answer = b""
        try:
            while part := line.recv(65536):
                answer += part
        except TimeoutError:
            pass
    return answer


def status(answer: bytes) -> int:
    return int(answer.split(b" ", 2)[1])


# -- bodies

BODIES: dict[str, tuple[bytes, int]] = {
    "no JSON": (b"{", 400),
    "nothing": (b"", 422),
    "a list": (b"[]", 422),
    "a number": (b"3", 422),
    "null": (b"null", 422),
    "NaN": (b'{"person": {"age": NaN}}', 400),
    "Infinity": (b'{"person": {"weight_kg": Infinity}}', 400),
    "infinity by overflow": (b'{"person": {"weight_kg": 1e999}}', 400),
    "a whole number of 5,000 digits": (b'{"person": {"age": ' + b"9" * 5_000 + b"}}", 400),
    "a whole number beyond 64 bits": (b'{"person": {"age": 18446744073709551616}}', 400),
    "a name twice": (b'{"person": {"kidney": "disease", "kidney": "normal"}}', 400),
    "a name twice, once escaped": (b'{"person": {"kidney": "disease", "\\u006bidney": "normal"}}', 400),
    "half of a surrogate pair": (b'{"person": {"conditions": ["\\ud800"]}}', 400),
    "half of a surrogate pair in a name": (b'{"person": {"\\udfff": 1}}', 400),
    "bytes that are no UTF-8": (b'{"person": {"conditions": ["\xff\xfe"]}}', 400),
    "UTF-16": ('{"person": {}}'.encode("utf-16"), 400),
    "a null character": (b'{"person": {"conditions": ["a\\u0000b"]}}', 400),
    "100,000 lists in each other": (b"[" * 100_000, 400),
    "25 objects in each other": (b'{"a":' * 25 + b"1" + b"}" * 25, 400),
    "text for a number": (b'{"person": {"age": "46"}}', 422),
    "true for a number": (b'{"person": {"age": true}}', 422),
    "0 for false": (b'{"person": {"age": 46, "medicines_answered": 0}}', 422),
    "a key of Python's": (b'{"person": {"__class__": "x"}}', 422),
    "a file of the server": (b'{"person": {}, "products": [{"label_file": "/etc/passwd"}]}', 422),
    "a photo of the server": (b'{"person": {}, "products": [{"photo": "/etc/passwd"}]}', 422),
    "control characters": (b'{"person": {"conditions": ["\\u001b[31m"]}}', 422),
    "10,000 medicines": (
        b'{"person": {}, "medicines": [' + b",".join([b'{"as_written": "x"}'] * 10_000) + b"]}",
        422,
    ),
    "more than 2 MB": (b'{"person": {"age": ' + b" " * 2_000_001 + b"46}}", 413),
}


@pytest.mark.parametrize("name", BODIES)
def test_a_body_that_can_be_misread_is_refused(at: str, name: str) -> None:
    body, expected = BODIES[name]
    answer = http("POST", f"{at}/api/v1/plan", content=body, headers=JSON, timeout=30)

    assert answer.status_code == expected, answer.text
    assert answer.headers["content-type"] == PROBLEM
    problem = answer.json()
    assert problem["status"] == expected and problem["detail"] and problem["title"]
    assert b"passwd:" not in answer.content and "root:" not in answer.text


def test_a_body_of_another_type_is_refused(at: str) -> None:
    body = json.dumps(example("toddler"))
    for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", ""):
        answer = http("POST", f"{at}/api/v1/plan", content=body, headers={"Content-Type": kind})
        assert (answer.status_code, answer.headers["content-type"]) == (415, PROBLEM), kind
    answer = http(
        "POST", f"{at}/api/v1/plan", content=body, headers={"Content-Type": "application/json; charset=utf-8"}
    )
    assert answer.status_code == 200


def test_a_body_that_does_not_say_its_length_is_cut_at_the_bound(at: str) -> None:
    def endless() -> Iterator[bytes]:
        for _ in range(3_000):
            yield b" " * 10_000

    answer = http("POST", f"{at}/api/v1/plan", content=endless(), headers=JSON, timeout=30)

    assert (answer.status_code, answer.headers["content-type"]) == (413, PROBLEM)


@pytest.mark.parametrize(
    "path", ["/api/v1/plan", "/api/v1/read/photo", "/api/v1/people", "/label", "/api/v1/catalogue"]
)
def test_every_address_has_a_bound_on_its_body(at: str, path: str) -> None:
    head = f"POST {path} HTTP/1.1\r\nHost: {urlsplit(at).netloc}\r\nContent-Type: application/json\r\n"
    answer = raw(at, (head + "Content-Length: 999999999999\r\n\r\n").encode())

    assert status(answer) in {413, 415}, answer[:200]


def test_a_body_that_stops_coming_is_let_go(at: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(door, "FIRST_S", 0.5)
    head = f"POST /api/v1/plan HTTP/1.1\r\nHost: {urlsplit(at).netloc}\r\nContent-Type: application/json\r\n"
    began = time.monotonic()
    answer = raw(at, (head + 'Content-Length: 1000\r\n\r\n{"person"').encode())

    assert status(answer) == 408 and PROBLEM.encode() in answer
    assert time.monotonic() - began < 8
    assert http("GET", f"{at}/health/live").status_code == 200


# -- photos

BOTTLE = (ROOT / "examples" / "bottle.jpg").read_bytes()
PHOTOS: dict[str, tuple[bytes, set[int]]] = {
    "a text": (b"Magnesium 100 mg", {415}),
    "a page": (b"<html><script>alert(1)</script></html>", {415}),
    "nothing": (b"", {415}),
    "the beginning of a photo": (BOTTLE[:2_000], {422}),
    "a photo with garbage in it": (BOTTLE[:5_000] + b"\0" * 5_000, {422}),
    "a photo that says it is huge": (
        b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x01\x86\xa0\x00\x01\x86\xa0\x08\x02\x00\x00\x00" + b"\0" * 50, {413, 422},
    ),
    "more than 25 MB": (b"\xff\xd8\xff" + b"0" * 25_000_001, {413}),
}  # fmt: skip


@pytest.mark.parametrize("name", PHOTOS)
def test_what_is_no_photo_is_refused(at: str, name: str) -> None:
    content, expected = PHOTOS[name]
    answer = http(
        "POST", f"{at}/api/v1/read/photo", files={"photo": ("x.jpg", content, "image/jpeg")}, timeout=90
    )

    assert answer.status_code in expected, answer.text
    assert answer.headers["content-type"] == PROBLEM


def test_a_form_that_is_cut_off_is_refused(at: str) -> None:
    for body in (b"--x\r\nContent-Disposition: form-data; name=", b"--x", b"", b"--y\r\n\r\n--y--"):
        headers = {"Content-Type": "multipart/form-data; boundary=x"}
        answer = http("POST", f"{at}/api/v1/read/photo", content=body, headers=headers)
        assert answer.status_code in {400, 422}, (body, answer.text)
        assert answer.headers["content-type"] == PROBLEM
    answer = http(
        "POST", f"{at}/api/v1/read/photo", content=b"x", headers={"Content-Type": "multipart/form-data"}
    )
    assert answer.status_code == 400


# -- addresses and methods


@pytest.mark.parametrize(
    "path",
    [
        "/static/../../../etc/passwd", "/static/%2e%2e/%2e%2e/etc/passwd", "/static/..%2f..%2fetc%2fpasswd",
        "/api/v1/../../etc/passwd", "/api/v1/schema/..%2f..%2fplan", "/api/v1/facts/%2e%2e%2f%2e%2e%2fetc%2fpasswd",
        "/api/v1/facts/%00", "/api/v1/people/%ff%fe", "//evil.example/", "/api/v1//plan", "/api/v1/plan/",
        "/api/v2/plan", "/.git/config", "/.env", "/api/v1/facts/" + "a" * 5_000,
    ],
)  # fmt: skip
def test_no_address_leads_out_of_the_house(at: str, path: str) -> None:
    answer = raw(
        at, f"GET {path} HTTP/1.1\r\nHost: {urlsplit(at).netloc}\r\nConnection: close\r\n\r\n".encode()
    )

    assert status(answer) in {400, 404, 405, 422}, answer[:300]
    assert b"root:" not in answer and b"Traceback" not in answer


def test_unknown_methods_and_overridden_ones_do_nothing(at: str) -> None:
    for method in ("PUT", "PATCH", "DELETE", "TRACE", "OPTIONS", "BREW"):
        answer = http(method, f"{at}/api/v1/plan")
        assert (answer.status_code, answer.headers["allow"]) == (405, "POST"), method
        assert answer.headers["content-type"] == PROBLEM
    assert http("PUT", f"{at}/api/v1/pool").headers["allow"] == "GET, POST"
    made = http("POST", f"{at}/api/v1/people", json={"name": "x", "person": example("toddler")})
    for name in ("X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override"):
        answer = http("POST", f"{at}{made.headers['location']}", headers={name: "DELETE"})
        assert answer.status_code == 405
    assert http("POST", f"{at}{made.headers['location']}?_method=DELETE").status_code == 405
    assert http("GET", f"{at}{made.headers['location']}").status_code == 200


# -- headers


@pytest.mark.parametrize(
    "host",
    ["evil.example", "127.0.0.1.evil.example", "localhost.evil.example", "evil.example:8765", "", "a b", "[::1",
     "127.0.0.1@evil.example", "evil.example#127.0.0.1"],
)  # fmt: skip
def test_another_name_is_not_answered(at: str, host: str) -> None:
    """DNS rebinding: a page of evil.example that has its name point here reads nothing."""
    for path in ("/", "/api/v1/about", "/api/v1/people", "/health"):
        answer = raw(at, f"GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode())
        assert status(answer) in {400, 421}, (path, answer[:200])


def test_two_hosts_and_none_are_not_answered(at: str) -> None:
    own = urlsplit(at).netloc
    for hosts in (f"Host: {own}\r\nHost: evil.example\r\n", ""):
        answer = raw(at, f"GET /api/v1/about HTTP/1.1\r\n{hosts}Connection: close\r\n\r\n".encode())
        assert status(answer) in {400, 421}


@pytest.mark.parametrize(
    "origin", ["http://evil.example", "null", "https://127.0.0.1", "http://127.0.0.1:1", "file://"]
)
def test_another_page_cannot_write(at: str, origin: str) -> None:
    for path, body in (
        ("/api/v1/people", {"name": "y", "person": example("toddler")}),
        ("/api/v1/plan", example("toddler")),
    ):
        answer = http("POST", f"{at}{path}", json=body, headers={"Origin": origin})
        assert answer.status_code == 403, answer.text
    assert (
        "access-control-allow-origin"
        not in http("GET", f"{at}/api/v1/about", headers={"Origin": origin}).headers
    )


def test_no_header_can_be_put_into_an_answer(at: str) -> None:
    for path in ("/api/v1/facts?limit=1%0d%0aSet-Cookie:%20a=b", "/api/v1/facts?cursor=%0d%0aSet-Cookie:a=b"):
        answer = raw(
            at, f"GET {path} HTTP/1.1\r\nHost: {urlsplit(at).netloc}\r\nConnection: close\r\n\r\n".encode()
        )
        head = answer.split(b"\r\n\r\n")[0].lower()
        assert status(answer) in {400, 422} and b"set-cookie" not in head
    made = http(
        "POST", f"{at}/api/v1/people", json={"name": "a\r\nSet-Cookie: a=b", "person": example("toddler")}
    )
    assert made.status_code == 422
    key = {"Idempotency-Key": "é\x01".encode("latin-1")}
    assert http("POST", f"{at}/api/v1/diary/entries", json={"entries": []}, headers=key).status_code in {
        400,
        422,
    }


def test_every_answer_is_strict_about_what_a_browser_may_do(at: str) -> None:
    for path in ("/", "/api/v1/about", "/api/v1/docs", "/api/v1/nowhere", "/nowhere", "/api/v1/docs.css"):
        headers = http("GET", f"{at}{path}").headers
        policy = headers["content-security-policy"]
        assert "default-src 'none'" in policy and "unsafe" not in policy and "http" not in policy, path
        assert headers["x-content-type-options"] == "nosniff"
        assert "server" not in headers


def test_the_page_of_the_api_asks_nobody_else_for_anything(at: str) -> None:
    page = http("GET", f"{at}/api/v1/docs").text

    assert "<script" not in page and "style=" not in page and "http://" not in page and "https://" not in page
    for path in json.loads(http("GET", f"{at}/api/v1/openapi.json").text)["paths"]:
        assert f"/api/v1{path}" in page


def test_what_is_asked_again_and_has_not_changed_is_not_sent_again(at: str) -> None:
    for path in ("/facts?limit=3", "/facts/IX019", "/schema/plan", "/about", "/docs", "/openapi.json"):
        first = http("GET", f"{at}/api/v1{path}")
        again = http("GET", f"{at}/api/v1{path}", headers={"If-None-Match": first.headers["etag"]})
        assert (again.status_code, again.content) == (304, b""), path
    for path in ("/people", "/diary/entries", "/everything"):
        assert http("GET", f"{at}/api/v1{path}").headers["cache-control"] == "no-store"


# -- what is written down

PRIVATE = ("Synthroid", "levothyroxine", "thyroid", "kidney", "Zyzzyva", "2026-11-20", "nurse")


def test_nothing_about_health_stands_in_the_log(at: str, caplog: pytest.LogCaptureFixture) -> None:
    person = example("thyroid-nurse")
    person["products"][0]["name"] = "Zyzzyva"
    slept: dict[str, Any] = {"kind": "outcome", "day": "2026-11-20", "outcome": "sleep", "value": 7}
    with caplog.at_level(logging.DEBUG):
        logging.getLogger("httpx").setLevel(logging.ERROR)
        logging.getLogger("httpcore").setLevel(logging.ERROR)
        made = http("POST", f"{at}/api/v1/people", json={"name": "Zyzzyva", "person": person})
        where = made.headers["location"]
        http("GET", f"{at}{where}/plan?today=2026-11-20")
        http("POST", f"{at}{where}/day/took", json={"what": "Synthroid"})
        http("POST", f"{at}/api/v1/plan", json={"person": {"kidneyy": "Zyzzyva"}})
        http("POST", f"{at}/api/v1/plan", content=b'{"person": "Zyzzyva', headers=JSON)
        http("POST", f"{at}/api/v1/why", json={"rule": "keep-apart-levothyroxine"})
        http("POST", f"{at}/api/v1/facts/search", json={"words": "levothyroxine"})
        http("GET", f"{at}/api/v1/facts/levothyroxine")
        http("POST", f"{at}/api/v1/diary/entries", json={"entries": [slept]})
        http("GET", f"{at}/nowhere/Zyzzyva?kidney=disease")

    # `magwise serve` has no access log (a test with the real process looks); pytest gives uvicorn's a handler here
    ours = [record for record in caplog.records if record.name != "uvicorn.access"]
    logged = "\n".join(record.getMessage() + str(record.exc_text or "") for record in ours)
    assert "/api/v1" in logged or "/people/{id}" in logged or "201" in logged  # it does log
    for word in (*PRIVATE, where.rsplit("/", 1)[1]):
        assert word not in logged, word


def test_a_mistake_of_ours_says_nothing_of_what_was_told(
    at: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("Zyzzyva takes Synthroid")

    monkeypatch.setattr("magwise.adapters.rest.routes.answers.advise", broken)
    with caplog.at_level(logging.DEBUG):
        answer = http("POST", f"{at}/api/v1/plan", json=example("toddler"))

    assert (answer.status_code, answer.headers["content-type"]) == (500, PROBLEM)
    assert "Zyzzyva" not in answer.text
    logged = "\n".join(f"{one.getMessage()} {one.exc_text} {one.exc_info}" for one in caplog.records)
    assert "RuntimeError" in logged and "Zyzzyva" not in logged and "Synthroid" not in logged
