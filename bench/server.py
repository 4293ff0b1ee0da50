"""The server under load: a real `magwise serve`, twenty plans a second, half as pages and half by the API.

Requests leave by the clock and not when the one before has come back, and each is timed from the moment it was due: a
server that falls behind cannot hide it. The simulated course is a request of its own and is left out, as on the page.
The server's own processor time for a request is told too, since it does not depend on who else works here. `python
-m bench.server --seconds 600` watches memory for ten minutes.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

__all__ = ["main"]

ROOT = Path(__file__).parents[1]
EXAMPLES = (
    "thyroid-nurse",
    "germany-sensitive-stomach",
    "diabetes-metformin-ppi",
    "lifter-zma",
    "kidney-stage-3",
)
AIM_MS = 150
WARM_S = 3


@dataclass
class Heard:
    """Milliseconds from due to answered, by what was asked; and what was no answer."""

    pages: list[float] = field(default_factory=list)
    plans: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    memory: list[tuple[float, float]] = field(default_factory=list)
    worked_s: float = 0.0


def main() -> None:
    asked = argparse.ArgumentParser()
    asked.add_argument("--seconds", type=int, default=20)
    asked.add_argument("--rate", type=float, default=20.0, help="requests a second in all")
    asked.add_argument("--address", help="of a server that runs already")
    given = asked.parse_args()
    with tempfile.TemporaryDirectory(prefix="magwise-bench-") as home:
        process, address = (None, given.address) if given.address else _served(Path(home))
        try:
            heard = asyncio.run(_load(address, process, given.rate, given.seconds))
        finally:
            if process is not None:
                process.terminate()
                process.communicate(timeout=20)
    _say(heard, given.rate, given.seconds)


def _served(home: Path) -> tuple[subprocess.Popen[str], str]:
    command = [sys.executable, "-m", "magwise", "serve", "--no-browser", "--port", "0"]
    env = {**os.environ, "MAGWISE_HOME": str(home)}
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=env, cwd=ROOT
    )
    assert process.stdout
    found = re.search(r"http://\S+:\d+", process.stdout.readline())
    assert found, "the server did not start"
    for _ in range(300):
        try:
            httpx.get(f"{found.group()}/health/ready")
            break
        except httpx.TransportError:
            time.sleep(0.1)
    return process, found.group()


async def _load(address: str, process: subprocess.Popen[str] | None, rate: float, seconds: int) -> Heard:
    heard = Heard()
    people = [_person(name) for name in EXAMPLES]
    limits = httpx.Limits(max_connections=100)
    async with httpx.AsyncClient(base_url=address, timeout=30, limits=limits) as client:
        await _begin(client)
        await _stretch(client, people, rate, WARM_S, Heard(), None)
        began, worked = time.perf_counter(), _worked_s(process)
        await _stretch(client, people, rate, seconds, heard, process)
        heard.worked_s = _worked_s(process) - worked
        heard.memory.append((time.perf_counter() - began, _megabytes(process)))
    return heard


async def _begin(client: httpx.AsyncClient) -> None:
    """The made-up person that visitors may look at, so that /plan has something to show."""
    page = await client.get("/")
    token = re.search(r'name="csrf" value="([^"]+)"', page.text)
    assert token
    await client.post("/demo", data={"csrf": token.group(1)}, follow_redirects=True)
    page = await client.get("/plan", follow_redirects=True)
    assert page.status_code == 200 and "mg" in page.text, "the page shows no plan"


async def _stretch(
    client: httpx.AsyncClient,
    people: list[dict[str, Any]],
    rate: float,
    seconds: float,
    heard: Heard,
    process: subprocess.Popen[str] | None,
) -> None:
    began = time.perf_counter()
    under_way: set[asyncio.Task[None]] = set()
    for number in range(int(rate * seconds)):
        due = began + number / rate
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        if number % max(1, int(rate * seconds / 10)) == 0:
            heard.memory.append((due - began, _megabytes(process)))
        task = asyncio.create_task(
            _ask(client, people[number // 2 % len(people)], due, heard, page=number % 2 == 0)
        )
        under_way.add(task)
        task.add_done_callback(under_way.discard)
    if under_way:
        await asyncio.wait(under_way)


async def _ask(
    client: httpx.AsyncClient, person: dict[str, Any], due: float, heard: Heard, *, page: bool
) -> None:
    try:
        answer = await (
            client.get("/plan") if page else client.post("/api/v1/plan?course=false", json=person)
        )
    except httpx.HTTPError as lost:
        heard.errors.append(type(lost).__name__)
        return
    (heard.pages if page else heard.plans).append(1000 * (time.perf_counter() - due))
    if answer.status_code != 200:
        heard.errors.append(str(answer.status_code))


def _person(name: str) -> dict[str, Any]:
    tables = tomllib.loads((ROOT / "examples" / f"{name}.toml").read_text(encoding="utf-8"))
    return dict(json.loads(json.dumps(tables, default=str)))


def _megabytes(process: subprocess.Popen[str] | None) -> float:
    """Resident memory of the server, where the system tells it."""
    status = Path(f"/proc/{process.pid}/status") if process else Path("/nowhere")
    if not status.exists():
        return float("nan")
    found = re.search(r"VmRSS:\s+(\d+)", status.read_text())
    return int(found.group(1)) / 1024 if found else float("nan")


def _worked_s(process: subprocess.Popen[str] | None) -> float:
    """Processor seconds of the server so far, where the system tells them."""
    stat = Path(f"/proc/{process.pid}/stat") if process else Path("/nowhere")
    if not stat.exists():
        return float("nan")
    fields = stat.read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _say(heard: Heard, rate: float, seconds: int) -> None:
    print(
        f"{rate:g} requests a second for {seconds} s, timed from the moment each was due; machines are shared"
    )
    print(f"{'what':<16}{'answers':>9}{'p50':>10}{'p95':>10}{'p99':>10}{'slowest':>10}   aim p95 {AIM_MS} ms")
    for name, spent in (("plan page", heard.pages), ("POST plan", heard.plans)):
        if len(spent) < 2:
            continue
        cuts = statistics.quantiles(spent, n=100, method="inclusive")
        figures = (statistics.median(spent), cuts[94], cuts[98], max(spent))
        met = "met" if cuts[94] <= AIM_MS else "missed"
        print(f"{name:<16}{len(spent):>9}" + "".join(f"{one:>7.0f} ms" for one in figures) + f"   {met}")
    answers = len(heard.pages) + len(heard.plans)
    if answers:
        each, share = 1000 * heard.worked_s / answers, 100 * heard.worked_s / seconds
        print(f"processor time of the server: {each:.1f} ms a request, {share:.0f} % of one core")
    load = ", ".join(f"{one:.1f}" for one in os.getloadavg())
    print(f"load of the machine: {load} on {os.cpu_count()} cores")
    kinds = {kind: heard.errors.count(kind) for kind in dict.fromkeys(heard.errors)}
    print(f"errors: {len(heard.errors)} {kinds or ''}".rstrip())
    held = ", ".join(f"{megabytes:.0f}" for _, megabytes in heard.memory)
    print(f"memory of the server over time, MB: {held}")


if __name__ == "__main__":
    main()
