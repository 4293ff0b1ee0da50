"""Every request that the page about the API shows is made to a real server, and answered."""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterator

import httpx
import pytest

from adapters.rest.server import serving
from docs.shown import ROOT, blocks
from magwise.adapters.web.app import create_app
from magwise.adapters.web.settings import Settings

PAGE = ROOT / "docs/how-to/use-the-api.md"
SHOWN_AT = "http://127.0.0.1:8765"


def _commands() -> list[list[str]]:
    """Each `curl` of the page as words; one may go over several lines."""
    found: list[list[str]] = []
    for block in blocks(PAGE, "sh"):
        waiting = ""
        for line in block.splitlines():
            waiting += line + "\n"
            try:
                words = shlex.split(waiting)
            except ValueError:  # the quote is not closed yet
                continue
            if words:
                found.append(words)
            waiting = ""
    return found


@pytest.fixture(scope="module")
def at() -> Iterator[str]:
    with serving(create_app(Settings(quiet=True))) as address:
        yield address


def test_every_request_that_is_shown_is_answered(at: str) -> None:
    commands = _commands()
    assert len(commands) >= 9
    for words in commands:
        assert words[0] == "curl"
        url = words[1].replace(SHOWN_AT, at)
        headers = dict(words[k + 1].split(": ") for k, word in enumerate(words) if word == "-H")
        body = next((words[k + 1] for k, word in enumerate(words) if word == "-d"), None)
        answer = httpx.request("POST" if body else "GET", url, content=body, headers=headers, timeout=60)
        assert answer.status_code in {200, 201}, (words[:2], answer.text)
        if words[1].endswith("/plan"):
            assert answer.json()["decision"] == "plan"


def test_the_refusal_that_is_shown_is_what_is_answered(at: str) -> None:
    [shown] = [json.loads(one) for one in blocks(PAGE, "json")]
    answer = httpx.post(f"{at}/api/v1/plan", json={"person": {"kidneys": 3}}, timeout=60).json()

    assert {**answer, "remedy": ""} == {**shown, "remedy": ""}
    assert answer["remedy"].startswith(shown["remedy"].removesuffix("..."))
