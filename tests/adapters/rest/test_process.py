"""`magwise serve` as a real process: what it says, what it writes, and what a stop or a kill leaves behind."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from adapters.rest.server import example, http
from magwise.adapters.accounts import passwords
from magwise.adapters.store import open_store
from magwise.adapters.store.places import sqlite_url

ENTRY = {"kind": "outcome", "day": "2026-11-20", "outcome": "sleep", "value": 7}


@contextmanager
def serve(home: Path, *options: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """The process, and what it says it is at; killed at the end of the block if it still runs."""
    command = [sys.executable, "-m", "magwise", "serve", "--no-browser", "--port", "0", *options]
    env = {**os.environ, "MAGWISE_HOME": str(home)}
    env.pop("MAGWISE_DATABASE", None)
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=env)
    try:
        assert process.stdout
        found = re.search(r"https?://[^ ]+?:\d+", process.stdout.readline())
        assert found, process.communicate()
        at = found.group().replace("0.0.0.0", "127.0.0.1")  # noqa: S104
        for _ in range(200):
            try:
                if http("GET", f"{at}/health/ready", verify=False).status_code == 200:
                    break
            except httpx.TransportError:
                time.sleep(0.1)
        yield process, at
    finally:
        process.kill()
        process.communicate()


def writing(at: str, answered: list[int], stop: threading.Event) -> None:
    """Notes entries until the server is gone, and remembers which were acknowledged."""
    with httpx.Client(base_url=f"{at}/api/v1", timeout=10) as client:
        while not stop.is_set():
            try:
                answer = client.post("/diary/entries", json={"entries": [ENTRY]})
            except httpx.TransportError:
                return
            if answer.status_code == 201:
                answered.append(answer.json()["entries"][0]["id"])
            elif answer.status_code == 429:
                time.sleep(0.05)


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM])
def test_whatever_was_answered_is_there_after_the_end(tmp_path: Path, how: signal.Signals) -> None:
    answered: list[int] = []
    stop = threading.Event()
    with serve(tmp_path) as (process, at):
        writers = [threading.Thread(target=writing, args=(at, answered, stop)) for _ in range(3)]
        for one in writers:
            one.start()
        while len(answered) < 25:
            time.sleep(0.01)
        process.send_signal(how)
        process.wait(timeout=20)
        stop.set()
        for one in writers:
            one.join(20)
        assert how is signal.SIGKILL or process.returncode in {0, -how, 128 + how}

    assert len(answered) == len(set(answered)) >= 25
    with serve(tmp_path) as (_, at):
        kept = set()
        page = http("GET", f"{at}/api/v1/diary/entries?limit=200")
        while True:
            kept |= {one["id"] for one in page.json()["entries"]}
            if "next" not in page.links:
                break
            page = http("GET", at + page.links["next"]["url"])
        assert set(answered) <= kept


def test_the_process_writes_no_health_data_anywhere_but_its_database(tmp_path: Path) -> None:
    person = example("thyroid-nurse")
    with serve(tmp_path) as (process, at):
        http("POST", f"{at}/api/v1/plan", json=person)
        http("GET", f"{at}/api/v1/facts/levothyroxine?words=levothyroxine")
        http("POST", f"{at}/api/v1/plan", json={"person": {"kidneyy": "levothyroxine"}})
        http("POST", f"{at}/label", data={"label": "levothyroxine"})
        process.send_signal(signal.SIGTERM)
        said = "".join(process.communicate(timeout=20))

    assert "POST /plan 200" in said  # it does log, by the pattern of the address
    for word in ("levothyroxine", "Synthroid", "kidneyy", "127.0.0.1:4"):
        assert word not in said.replace(at, ""), word
    assert b"levothyroxine" not in b"".join(
        path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()
    )


def test_a_server_for_others_says_what_it_exposes_and_speaks_https_when_given_a_certificate(
    tmp_path: Path,
) -> None:
    with open_store(sqlite_url(tmp_path / "diary.sqlite3")) as store:
        store.accounts().add("Ada", passwords.hashed("correct horse battery"))
    with serve(tmp_path, "--host", "0.0.0.0", "--name", "magwise.lan") as (process, at):  # noqa: S104
        assert http("GET", f"{at}/api/v1/people").status_code == 401
        assert http("GET", f"{at}/api/v1/about", headers={"Host": "evil.example"}).status_code == 421
        assert http("GET", f"{at}/login", headers={"Host": "magwise.lan"}).status_code == 200
        assert process.stdout
        said = "".join(process.stdout.readline() for _ in range(3))
    assert "Exposed: the pages, the API" in said and "magwise.lan" in said
    assert "plain http" in said and "--ssl-certfile" in said

    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    made = subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", str(key), "-out", str(certificate),
         "-days", "2", "-subj", "/CN=127.0.0.1"],
        capture_output=True, check=False,
    )  # fmt: skip
    if made.returncode:
        pytest.skip("needs the program openssl to make a certificate")
    words = ("--host", "0.0.0.0", "--ssl-certfile", str(certificate), "--ssl-keyfile", str(key))  # noqa: S104
    with serve(tmp_path, *words) as (_, at):
        assert at.startswith("https://")
        page = http("GET", f"{at}/login", verify=False)
        assert page.status_code == 200 and "Secure" in page.headers["set-cookie"]


def test_a_certificate_without_its_key_is_wrong_use(tmp_path: Path) -> None:
    from adapters.session import magwise

    said = magwise("serve", "--no-browser", "--ssl-certfile", str(tmp_path / "no.pem"))

    assert said.returncode == 2 and "key" in said.stderr
