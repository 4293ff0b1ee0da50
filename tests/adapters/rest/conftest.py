"""The whole server with its API, on a real socket."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest
from fastapi import FastAPI

from adapters.rest.server import THE_DAY, serving
from magwise.adapters.web.app import create_app
from magwise.adapters.web.settings import Settings


@pytest.fixture(scope="session")
def app() -> FastAPI:
    return create_app(Settings(today=lambda: THE_DAY, quiet=True))


@pytest.fixture(scope="session")
def address(app: FastAPI) -> Iterator[str]:
    with serving(app) as at:
        yield at


@pytest.fixture(scope="session")
def api(address: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=f"{address}/api/v1", timeout=60) as client:
        yield client
