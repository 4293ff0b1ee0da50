"""What the server lets in, what every response carries, and what the log may say."""

from __future__ import annotations

import logging
import re

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from magwise.adapters.web.app import create_app
from magwise.adapters.web.settings import Settings

BASE = "http://127.0.0.1:8765"


def test_it_says_that_it_is_well(server: TestClient):
    assert server.get("/health").json()["status"] == "ok"


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1.evil.example", "evil.example:8765", "", "[", "localhost.evil.example"]
)
def test_another_host_name_is_refused(server: TestClient, host: str):
    assert server.get("/", headers={"host": host}).status_code == 421


@pytest.mark.parametrize("host", ["127.0.0.1:8765", "localhost:8765", "LOCALHOST", "[::1]:8765"])
def test_our_own_names_are_answered(server: TestClient, host: str):
    assert server.get("/", headers={"host": host}).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "http://evil.example"},
        {"origin": "null"},
        {"origin": "http://127.0.0.1:9999"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
    ],
)
def test_a_write_from_elsewhere_is_refused(server: TestClient, headers: dict[str, str]):
    assert server.post("/", headers=headers).status_code == 403


def test_every_response_carries_the_strict_policy(server: TestClient):
    for path in ("/", "/health", "/nowhere", "/static/magwise.css"):
        headers = server.get(path).headers
        assert headers["content-security-policy"].startswith("default-src 'none';")
        assert "unsafe" not in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "same-origin"


def test_pages_are_not_stored_and_our_files_are(server: TestClient):
    assert server.get("/").headers["cache-control"] == "no-store"
    assert "immutable" in server.get("/static/magwise.css").headers["cache-control"]


def test_the_session_cookie_cannot_be_read_by_scripts_or_sent_by_strangers(server: TestClient):
    cookie = server.get("/").headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    assert "secure" not in cookie
    with TestClient(create_app(Settings(secure=True, quiet=True)), base_url=BASE) as safe:
        assert "secure" in safe.get("/").headers["set-cookie"].lower()


def test_a_body_that_is_too_large_is_refused_before_and_while_it_comes():
    app = create_app(Settings(largest_body=1000, quiet=True))

    @app.post("/swallow")
    async def swallow(body: dict[str, str]) -> dict[str, str]:
        return body

    def chunks():
        yield from (b"x" * 400 for _ in range(5))

    with TestClient(app, base_url=BASE) as client:
        assert client.post("/swallow", content=b"x" * 2000).status_code == 413
        assert client.post("/swallow", content=chunks()).status_code == 413


@pytest.fixture
def failing() -> TestClient:
    app: FastAPI = create_app(Settings())

    @app.get("/fails/{disease}")
    def fails(disease: str) -> None:
        raise ValueError(f"somebody typed {disease}")

    return TestClient(app, base_url=BASE, raise_server_exceptions=False)


def test_a_failure_is_a_page_and_tells_nobody_what_was_typed(
    failing: TestClient, caplog: pytest.LogCaptureFixture
):
    with caplog.at_level(logging.DEBUG):
        answer = failing.get("/fails/porphyria?lab=0.41")
    assert answer.status_code == 500
    assert "Nothing you told was lost" in answer.text
    ours = [
        record.getMessage() for record in caplog.records if record.name.startswith(("magwise", "uvicorn"))
    ]
    assert any("ValueError" in line for line in ours)
    assert not re.search("porphyria|0.41", answer.text + " ".join(ours))


def test_a_page_that_is_not_there_says_so(server: TestClient):
    answer = server.get("/nowhere")
    assert answer.status_code == 404
    assert "There is no such page." in answer.text
