"""`magwise serve` as a process: it starts, says where it is, and stops when asked."""

from __future__ import annotations

import re
import signal
import socket
import subprocess
import sys
import time

import httpx
import pytest


def _serve(*options: str) -> subprocess.Popen[str]:
    command = [
        sys.executable,
        "-c",
        "from magwise.adapters.cli import main; main()",
        "serve",
        "--no-browser",
        *options,
    ]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def test_it_serves_on_a_free_port_and_ends_cleanly_when_asked():
    server = _serve("--port", "0")
    try:
        assert server.stdout
        address = re.search(r"http://127\.0\.0\.1:\d+", server.stdout.readline())
        assert address
        for _ in range(100):
            try:
                assert httpx.get(f"{address.group()}/health").json()["status"] == "ok"
                break
            except httpx.TransportError:
                time.sleep(0.1)
        else:
            pytest.fail("it did not answer within ten seconds")
        server.send_signal(signal.SIGTERM)
        assert server.wait(timeout=15) in (0, -signal.SIGTERM, 143)
    finally:
        server.kill()
        server.communicate()


def test_a_taken_port_is_said_with_what_to_do():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        server = _serve("--port", str(taken.getsockname()[1]))
        _, said = server.communicate(timeout=30)
    assert server.returncode == 2
    assert "--port 0" in said
    assert "Traceback" not in said
