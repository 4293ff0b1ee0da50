"""A real server in a thread: the API behind a real socket, for clients that talk HTTP."""

from __future__ import annotations

import datetime
import json
import socket
import threading
import time
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import uvicorn

from adapters.session import ROOT

THE_DAY = datetime.date(2026, 11, 22)


def as_json(example: Path) -> dict[str, Any]:
    """A person file as the JSON that the API takes; label files are read in, as the command line does."""
    tables = tomllib.loads(example.read_text(encoding="utf-8"))
    for product in tables.get("products", ()):
        if "label_file" in product:
            product["label"] = (example.parent / product.pop("label_file")).read_text(encoding="utf-8")
    return dict(json.loads(json.dumps(tables, default=str)))


def example(name: str) -> dict[str, Any]:
    return as_json(ROOT / "examples" / f"{name}.toml")


@contextmanager
def serving(app: Any) -> Iterator[str]:
    """The address at which this app is answered until the end of the block."""
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_config=None, access_log=False, server_header=False))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    deadline = time.monotonic() + 20
    while not server.started and time.monotonic() < deadline:
        time.sleep(0.01)
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(10)


def http(method: str, url: str, **given: Any) -> httpx.Response:
    """One request on a connection of its own; other work on the machine may make it slow."""
    return httpx.request(method, url, **{"timeout": 60, **given})
