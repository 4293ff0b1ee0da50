"""A server in a thread, and a real Chromium that reports whatever a page should not do."""

from __future__ import annotations

import logging
import os
import threading
import time
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

import pytest

from browser.chromium import ARGUMENTS, HOW_AXE, HOW_CHROMIUM, axe, chromium

PHONE, DESK = (360, 740), (1280, 900)


def _absent(what: str) -> None:
    """Absent is a failure where it is required, as in continuous integration, and a skip with its reason elsewhere."""
    if os.environ.get("MAGWISE_BROWSER") == "required":
        pytest.fail(what)
    pytest.skip(what)


@pytest.fixture(scope="session")
def address() -> Iterator[str]:
    import socket

    import uvicorn

    from magwise.adapters.web.app import create_app
    from magwise.adapters.web.settings import Settings

    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    listening.listen(64)
    config = uvicorn.Config(
        create_app(Settings(quiet=True, requests_per_second=10_000)), log_config=None, access_log=False
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    server.should_exit = True
    thread.join(10)


@pytest.fixture(scope="session")
def browser() -> Iterator:
    from playwright.sync_api import sync_playwright

    path = chromium()
    if path is None:
        _absent(f"There is no Chromium. {HOW_CHROMIUM}")
    logging.getLogger("asyncio").setLevel(logging.CRITICAL)
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=path, args=list(ARGUMENTS))
        yield opened
        opened.close()


@pytest.fixture(scope="session")
def axe_source() -> str:
    source = axe()
    if source is None:
        _absent(f"There is no axe-core. {HOW_AXE}")
        raise AssertionError
    return source


@pytest.fixture
def visit(browser, address: str) -> Iterator[Callable]:
    """`visit(size=..., js=..., scheme=...)` opens a page at the start; at the end nothing may have gone wrong in any."""
    contexts, wrong = [], []

    def opened(
        size=DESK, *, js: bool = True, scheme: str = "light", locale: str = "en-GB", demo: bool = False
    ):
        context = browser.new_context(
            viewport={"width": size[0], "height": size[1]},
            java_script_enabled=js,
            color_scheme=scheme,
            locale=locale,
            reduced_motion="reduce",
            base_url=address,
            accept_downloads=True,
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(15_000)
        page.on(
            "console", lambda said: wrong.append(f"console: {said.text}") if said.type == "error" else None
        )
        page.on("pageerror", lambda error: wrong.append(f"script: {error}"))
        page.on("request", lambda asked: _only_ours(asked.url, address, wrong))
        page.on(
            "response",
            lambda given: wrong.append(f"{given.status} {given.url}") if given.status >= 500 else None,
        )
        page.goto("/")
        if demo:
            page.get_by_role("button", name="Look at a demo first").click()
            page.wait_for_url("**/plan")
        return page

    opened.wrong = wrong  # type: ignore[attr-defined]
    yield opened
    for context in contexts:
        context.close()
    assert not wrong, wrong


def _only_ours(url: str, address: str, wrong: list[str]) -> None:
    scheme, place = urlsplit(url)[:2]
    if scheme not in ("data", "blob") and place != urlsplit(address).netloc:
        wrong.append(f"asked another server: {url}")
