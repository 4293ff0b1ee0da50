"""What one sees while a catalogue is read: a bar with rate and time left on a terminal, plain lines elsewhere."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from magwise.adapters.catalogue import Tally
from magwise.adapters.cli import screen as module

pty = pytest.importorskip("pty", reason="needs a terminal of its own, which this system cannot make")


def test_on_a_terminal_there_is_a_bar_with_rows_rate_and_time_left(tmp_path: Path) -> None:
    with (tmp_path / "in.jsonl").open("w") as file:
        for i in range(3000):
            file.write(
                json.dumps({"id": i, "raw_text": f"Serving size 1 tablet\nMagnesium (as citrate) {i} mg"})
                + "\n"
            )
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "magwise", "screen", "in.jsonl", "--out", "out.jsonl", "--workers", "1"]
    run = subprocess.Popen(
        command, cwd=tmp_path, stderr=theirs, env={**os.environ, "COLUMNS": "120", "TERM": "xterm"}
    )
    os.close(theirs)
    seen = b""
    while block := _read(ours):
        seen += block
    os.close(ours)

    assert run.wait() == 0
    text = seen.decode()
    assert re.search(r"\d+%.*[\d,]+ rows.*[\d,]+ a second", text), text[-500:]
    assert re.search(r"\d+ s left", text), text[-500:]
    assert "3,000 rows read in" in text


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 65_536)
    except OSError:  # Linux says so when the other side has gone
        return b""


def test_elsewhere_there_is_a_plain_line_now_and_then(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    clock = iter([0.0, 5.0, 12.0, 14.0, 30.0])
    monkeypatch.setattr(module.time, "monotonic", lambda: next(clock))
    monkeypatch.setattr("sys.stderr.isatty", lambda: False, raising=False)
    with module.Progress() as progress:
        for rows, share in ((500, 0.1), (1200, 0.25), (1400, 0.3), (3000, 0.5)):
            progress.show(Tally(read=rows, rejected=7), share)

    assert capsys.readouterr().err.splitlines() == [
        "1,207 rows, 7 rejected, 25%, 101 a second, 36 s left",
        "3,007 rows, 7 rejected, 50%, 100 a second, 30 s left",
    ]


@pytest.mark.parametrize(
    ("done", "rest", "seconds", "words"),
    [
        (0.0, 1.0, 5.0, ""),
        (0.5, 0.5, 40.0, "40 s left"),
        (0.1, 0.9, 10.0, "1 min 30 s left"),
        (0.01, 0.99, 100.0, "2 h 45 min left"),
    ],
)
def test_time_left_is_at_the_pace_so_far(done: float, rest: float, seconds: float, words: str) -> None:
    assert module._left(done, rest, seconds) == words
