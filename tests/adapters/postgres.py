"""A real PostgreSQL server for the tests, in a folder of its own, on a socket of its own.

Debian's package is used. As root the server runs as the user `postgres`, since it refuses to run as root; where the
package is missing and we are root, it is installed. Where neither is possible, the reason says what to do.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

MISSING = "needs a PostgreSQL server: install Debian's package `postgresql`, or run the tests as root once"


class NoServer(Exception):
    """Why there can be none here."""


@contextlib.contextmanager
def server() -> Iterator[str]:
    """The URL of an empty server; it is gone afterwards. Raises NoServer."""
    programs = _programs()
    folder = Path(tempfile.mkdtemp(prefix="magwise-postgres-", dir="/tmp"))
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres")
    data = folder / "data"
    try:
        _run([str(programs / "initdb"), "-D", str(data), "-U", "magwise", "-A", "trust", "-N"])
        settings = f"-c listen_addresses='' -c unix_socket_directories={folder} -c fsync=off"
        _run(
            [
                str(programs / "pg_ctl"),
                "-D",
                str(data),
                "-w",
                "-l",
                str(folder / "log"),
                "-o",
                settings,
                "start",
            ]
        )
        try:
            yield f"postgresql://magwise@/postgres?host={folder}"
        finally:
            _run([str(programs / "pg_ctl"), "-D", str(data), "-m", "immediate", "stop"])
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _programs() -> Path:
    found = _installed()
    if found is None and os.geteuid() == 0 and shutil.which("apt-get"):
        quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        for words in (("update", "-qq"), ("install", "-y", "-qq", "postgresql")):
            subprocess.run(["apt-get", *words], env=quiet, check=False, capture_output=True, timeout=300)
        found = _installed()
    if found is None:
        raise NoServer(MISSING)
    if os.geteuid() == 0 and not shutil.which("runuser"):
        raise NoServer("needs `runuser`, since PostgreSQL refuses to run as root")
    return found


def _installed() -> Path | None:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if found:
        return found[-1].parent
    elsewhere = shutil.which("initdb")
    return Path(elsewhere).parent if elsewhere else None


def _run(words: list[str]) -> None:
    as_user = ["runuser", "-u", "postgres", "--", *words] if os.geteuid() == 0 else words
    done = subprocess.run(as_user, capture_output=True, text=True, timeout=120, check=False, cwd="/tmp")  # noqa: S108
    if done.returncode:
        raise NoServer(f"{words[0]} failed: {(done.stderr or done.stdout).strip()[-300:]}")
