"""Catalogues read on the server: an upload, a process of its own that can be killed, progress, and what came of it.

A job belongs to whoever started it and is kept until it is deleted, pushed out by newer ones, or the server stops;
labels are no health data. The process has bounds on memory, time and on what it writes, so that a bomb ends itself.
"""

from __future__ import annotations

import contextlib
import json
import secrets
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections import OrderedDict
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from magwise.adapters.rest.problems import BUSY, NOT_FOUND, Refused

__all__ = ["ENDINGS", "Catalogues", "Job"]

ENDINGS = (".csv", ".tsv", ".jsonl", ".ndjson", ".parquet", ".csv.gz", ".jsonl.gz", ".zip")
AT_ONCE = 2
WAITING = 4
KEPT = 20
OF_ONE_OWNER = 5
LONGEST_S = 900


@dataclass(slots=True)
class Job:
    """`state`: waiting, running, done, failed, stopped."""

    id: str
    owner: str
    folder: Path
    source: Path
    options: dict[str, str]
    state: str = "waiting"
    rows: int = 0
    rejected: int = 0
    share: float = 0.0
    error: dict[str, Any] | None = None
    began: float = field(default_factory=time.time)
    process: subprocess.Popen[str] | None = None

    @property
    def out(self) -> Path:
        return self.folder / "read.jsonl"

    @property
    def is_over(self) -> bool:
        return self.state in {"done", "failed", "stopped"}

    def told(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "state": self.state,
            "rows": self.rows,
            "rejected": self.rejected,
            "share": round(self.share, 4),
            "error": self.error,
        }


class Catalogues:
    """All jobs of this server. Called from many threads."""

    def __init__(self) -> None:
        self._jobs: OrderedDict[str, Job] = OrderedDict()
        self._lock = threading.Lock()
        self._free = threading.BoundedSemaphore(AT_ONCE)
        self._folder: Path | None = None
        self._closed = False

    def folder(self) -> Path:
        """A fresh folder for one upload. Raises Refused when too many jobs wait."""
        with self._lock:
            under_way = sum(not one.is_over for one in self._jobs.values())
            if under_way >= AT_ONCE + WAITING:
                raise Refused(
                    BUSY,
                    "The server is busy with other catalogues.",
                    remedy="Try again later; `magwise screen` reads any number on your own computer.",
                    headers={"Retry-After": "60"},
                )
            if self._folder is None:
                self._folder = Path(tempfile.mkdtemp(prefix="magwise-catalogues-"))
            return Path(tempfile.mkdtemp(dir=self._folder))

    def begin(self, owner: str, folder: Path, source: Path, options: dict[str, str]) -> Job:
        job = Job(secrets.token_urlsafe(16), owner, folder, source, options)
        with self._lock:
            self._jobs[job.id] = job
            self._make_room(owner)
        threading.Thread(target=self._work, args=(job,), daemon=True).start()
        return job

    def of(self, owner: str, id: str) -> Job:
        """Raises Refused: another's job is not there."""
        job = self._jobs.get(id)
        if job is None or job.owner != owner:
            raise Refused(NOT_FOUND, "There is no such job.", remedy="A job is gone when the server stops.")
        return job

    def all(self, owner: str) -> list[Job]:
        with self._lock:
            return [one for one in self._jobs.values() if one.owner == owner]

    def delete(self, job: Job) -> None:
        """Stopped, if it runs, and nothing of it is left."""
        with self._lock:
            self._jobs.pop(job.id, None)
        _stop(job)
        shutil.rmtree(job.folder, ignore_errors=True)

    def delete_all(self, owner: str) -> None:
        for job in self.all(owner):
            self.delete(job)

    def close(self) -> None:
        self._closed = True
        for job in list(self._jobs.values()):
            _stop(job)
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)

    def _make_room(self, owner: str) -> None:
        over = [one for one in self._jobs.values() if one.is_over]
        mine = [one for one in over if one.owner == owner]
        gone = [*mine[: max(0, len(mine) - OF_ONE_OWNER + 1)], *over[: max(0, len(self._jobs) - KEPT)]]
        for one in {job.id: job for job in gone}.values():
            self._jobs.pop(one.id, None)
            shutil.rmtree(one.folder, ignore_errors=True)

    def _work(self, job: Job) -> None:
        with self._free:
            if job.state == "waiting" and not self._closed:
                _run(job)


def _run(job: Job) -> None:
    given = json.dumps({"source": str(job.source), "out": str(job.out), **job.options})
    process = subprocess.Popen(
        (sys.executable, "-P", "-m", "magwise.adapters.rest.job_process"),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    job.process, job.state = process, "running"
    alarm = threading.Timer(LONGEST_S, process.kill)
    alarm.daemon = True
    alarm.start()
    assert process.stdin and process.stdout  # noqa: S101 - opened above
    try:
        with contextlib.suppress(OSError):
            process.stdin.write(given)
            process.stdin.close()
        for line in process.stdout:
            _hear(job, json.loads(line))
        process.wait()
    finally:
        alarm.cancel()
        process.stdout.close()
    job.source.unlink(missing_ok=True)
    if not job.is_over:
        job.state = "failed"
        job.error = {
            "title": "The catalogue could not be read",
            "detail": "Reading it took too long, too much memory or too much room, and was ended.",
            "remedy": "Send a part of it, or use `magwise screen` on your own computer.",
        }


def _hear(job: Job, said: dict[str, Any]) -> None:
    if "error" in said:
        job.error, job.state = said["error"], "failed"
        return
    job.rows, job.rejected, job.share = said["rows"], said["rejected"], said["share"]
    if said.get("done"):
        job.state = "done"


def _stop(job: Job) -> None:
    if not job.is_over:
        job.state = "stopped"
    if job.process is not None and job.process.poll() is None:
        job.process.kill()
