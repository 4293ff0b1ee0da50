"""The API by itself, until the tests of the whole server."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace

import httpx
import pytest
from fastapi import FastAPI

from adapters.rest.server import THE_DAY, serving
from magwise.adapters import rest


@pytest.fixture(scope="session")
def app() -> FastAPI:
    outer = FastAPI()
    outer.state.settings = SimpleNamespace(today=lambda: THE_DAY)
    rest.install(outer)
    return outer


@pytest.fixture(scope="session")
def address(app: FastAPI) -> Iterator[str]:
    with serving(app) as at:
        yield at


@pytest.fixture(scope="session")
def api(address: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=f"{address}/api/v1", timeout=60) as client:
        yield client
