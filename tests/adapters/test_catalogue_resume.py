"""A run that is killed in the middle goes on, and no row is lost or doubled. The kill is a real one."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from adapters.session import magwise
from magwise.adapters.catalogue import Job, screened
from magwise.errors import WrongUse

LABEL = "Serving size 1 tablet\nMagnesium (as magnesium oxide) {} mg"
ROWS = 6_000


def catalogue(path: Path, count: int) -> Path:
    """Every hundredth row is one that has to be rejected."""
    with path.open("w", encoding="utf-8") as file:
        for i in range(count):
            text = LABEL.format(i % 700 + 1) if i % 100 else ""
            file.write(json.dumps({"id": f"L{i}", "raw_text": text}) + "\n")
    return path


def ids(path: Path) -> list[str]:
    return [json.loads(line)["id"] for line in path.read_text(encoding="utf-8").splitlines()]


def started(*arguments: str, cwd: Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-m", "magwise", *arguments], cwd=cwd, stderr=subprocess.DEVNULL)


def wait_for(what: object, seconds: float = 30) -> None:
    end = time.monotonic() + seconds
    while not what():  # type: ignore[operator]
        assert time.monotonic() < end, "it did not come to that in time"
        time.sleep(0.01)


def children_of(pid: int) -> list[int]:
    return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


@pytest.mark.skipif(
    not Path("/proc/self/task").is_dir(), reason="sees processes through /proc, which Linux has"
)
def test_killed_twice_in_the_middle_no_row_is_lost_or_doubled_and_no_worker_stays(tmp_path: Path) -> None:
    catalogue(tmp_path / "in.jsonl", ROWS)
    command = ("screen", "in.jsonl", "--out", "out.jsonl", "--workers", "2", "--resume")
    part = tmp_path / "out.jsonl.part"
    before = 0
    for _ in range(2):
        run = started(*command, cwd=tmp_path)
        wait_for(lambda: part.exists() and part.stat().st_size > before + 150_000)  # noqa: B023
        workers = children_of(run.pid)
        run.send_signal(signal.SIGKILL)
        assert run.wait() == -signal.SIGKILL
        before = part.stat().st_size
        assert workers
        wait_for(lambda: not any(alive(one) for one in workers), seconds=10)  # noqa: B023
    assert not (tmp_path / "out.jsonl").exists()

    said = magwise(*command, cwd=tmp_path)

    assert said.returncode == 0, said.stderr
    assert "from the run before" in said.stderr
    assert ids(tmp_path / "out.jsonl") == [f"L{i}" for i in range(ROWS) if i % 100]
    assert ids(tmp_path / "out.jsonl.rejects.jsonl") == [f"L{i}" for i in range(0, ROWS, 100)]
    assert {one.name for one in tmp_path.iterdir()} == {"in.jsonl", "out.jsonl", "out.jsonl.rejects.jsonl"}


def alive(pid: int) -> bool:
    try:
        return "\nState:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return False


def cut_off(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at: str) -> Job:
    """A run that stops where `at` says: while rows come, or while the target is put in place."""
    from magwise.adapters.catalogue import chunks, output, work

    job = Job(catalogue(tmp_path / "in.jsonl", 600), tmp_path / "out.jsonl", workers=1)
    calls = iter([False, True])
    honest = work.read_chunk

    def cut(*given: object) -> object:
        if at != "rows" or next(calls):
            raise KeyboardInterrupt
        return honest(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(chunks, "ROWS", 200)
    place = (work, "read_chunk") if at == "rows" else (output, "_put")
    with monkeypatch.context() as patched:
        patched.setattr(*place, cut)
        with pytest.raises(KeyboardInterrupt):
            screened(job)
    return job


def test_a_run_cut_off_before_the_target_was_put_in_place_is_finished(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = cut_off(tmp_path, monkeypatch, at="the end")
    assert not job.out.exists()

    assert screened(job, resume=True).rows == 600
    assert ids(job.out) == [f"L{i}" for i in range(600) if i % 100]


def test_a_run_cut_off_after_the_target_was_put_in_place_is_not_repeated(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = cut_off(tmp_path, monkeypatch, at="the end")
    (tmp_path / "out.jsonl.part").rename(job.out)

    assert screened(job, resume=True).rows == 600
    assert ids(job.out) == [f"L{i}" for i in range(600) if i % 100]
    assert not (tmp_path / "out.jsonl.note").exists()


def test_a_catalogue_that_has_changed_is_not_gone_on_with(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = cut_off(tmp_path, monkeypatch, at="rows")
    catalogue(job.source, 700)

    with pytest.raises(WrongUse, match="size of IN"):
        screened(job, resume=True)


@pytest.mark.parametrize("harm", ["short rows", "torn note", "no rows"])
def test_what_was_lost_on_disk_is_read_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, harm: str
) -> None:
    job = cut_off(tmp_path, monkeypatch, at="rows")
    part, note = tmp_path / "out.jsonl.part", tmp_path / "out.jsonl.note"
    if harm == "short rows":
        os.truncate(part, 100)
    elif harm == "torn note":
        note.write_text('{"job": ')
    else:
        part.unlink()

    assert screened(job, resume=True).rows == 600
    assert ids(job.out) == [f"L{i}" for i in range(600) if i % 100]
