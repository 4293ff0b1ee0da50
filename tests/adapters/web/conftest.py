"""A server in this process, and a browser without a screen that keeps its cookies."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

import pytest
from starlette.testclient import TestClient

from magwise.adapters.web.app import create_app
from magwise.adapters.web.settings import Settings

BASE = "http://127.0.0.1:8765"
TODAY = date(2026, 11, 22)


@pytest.fixture
def server() -> Iterator[TestClient]:
    app = create_app(Settings(today=lambda: TODAY, quiet=True, requests_per_second=10_000))
    with TestClient(
        app, base_url=BASE, raise_server_exceptions=False, headers={"accept-language": "en-GB"}
    ) as client:
        yield client


def csrf_in(html: str) -> str:
    """The form token of this page."""
    found = re.search(r'name="csrf" value="([0-9a-f]{64})"', html)
    assert found, "no form on this page carries a token"
    return found.group(1)
