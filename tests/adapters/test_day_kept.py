"""What is kept of days: whole, private, to be saved and removed."""

from __future__ import annotations

import json
import os
import signal
import stat
import subprocess
import sys
import time
from datetime import date
from pathlib import Path

import pytest

from adapters.day_sessions import (
    ME,
    MONDAY,
    at,
    entries,
    kept,
    say,
)

pytestmark = pytest.mark.usefixtures("home")

WRITER = """
import sys
from pathlib import Path
from magwise.adapters.store import DayStore
from magwise.schedule.log import Report, Said
import datetime
store = DayStore(Path("me.toml"))
for number in range(int(sys.argv[2])):
    store.note(datetime.date(2026, 11, 23), Report(Said.TOOK, 700, sys.argv[1] + str(number), number % 700))
    print(number, flush=True)
"""


def writer(name: str, many: int) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", WRITER, name, str(many)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def names_kept() -> set[str]:
    from magwise.adapters.store import DayStore

    read = DayStore(Path("me.toml")).read()
    return {one.what for one in read.log(date(2026, 11, 23)).reports}


def test_killed_in_the_middle_of_writing_loses_at_most_the_report_being_written():
    told: set[str] = set()
    for run in range(4):
        process = writer(f"{run}x", 100_000)
        first = os.read(process.stdout.fileno(), 1)  # past Python's own buffer, which would swallow lines
        time.sleep(0.05 + 0.03 * run)
        process.send_signal(signal.SIGKILL)
        told |= {f"{run}x{number}" for number in (first.decode() + process.communicate()[0]).split("\n")[:-1]}

    assert len(told) > 20
    assert told <= names_kept()
    assert len(names_kept()) <= len(told) + 4


def test_two_at_once_wait_for_each_other():
    both = [writer(name, 150) for name in ("a", "b")]
    for process in both:
        assert process.communicate()[1] == ""

    assert names_kept() == {f"{name}{number}" for name in "ab" for number in range(150)}


def test_only_this_user_can_read_what_is_kept_and_nothing_else_is_written(home: Path):
    at("10:30", "day", "me.toml")

    folder = Path(os.environ["MAGWISE_HOME"])
    assert {path.name.split("-")[0] for path in folder.iterdir()} == {"diary.sqlite3"}  # and its journal
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {path.name for path in home.iterdir()} == {"me.toml", "kept"}


def test_everything_can_be_saved_and_removed(home: Path):
    at("10:30", "day", "me.toml")
    at("10:30", "took", "zinc", "07:40")

    assert say("day", "--export", "mine.json").code == 0
    [saved] = json.loads(Path("mine.json").read_text())["days"]
    assert saved["person"] == str(home / "me.toml")
    assert [one["kind"] for one in saved["records"]] == ["start", "report"]
    assert say("day", "--export", "mine.json").code == 2  # it is not overwritten
    assert say("day", "--delete").out == "Removed: the days of 1 person file.\n"
    assert kept() == []
    assert say("took", "zinc").code == 11
    assert say("day", "--export", "more.json").code == 11


def test_one_person_can_be_removed_and_the_other_stays():
    Path("you.toml").write_text(ME, encoding="utf-8")
    at("10:30", "day", "you.toml")
    at("10:30", "day", "me.toml")
    at("10:30", "took", "zinc", "07:40", "--person", "you.toml")

    assert say("day", "me.toml", "--delete").out == "Removed: the days of 1 person file.\n"
    assert "07:40 zinc taken" in entries(at("10:30", "day"))


def test_a_folder_that_cannot_be_written_is_an_error_in_words(monkeypatch: pytest.MonkeyPatch):
    Path("in-the-way").write_text("", encoding="utf-8")
    monkeypatch.setenv("MAGWISE_HOME", "in-the-way")

    said = say("day", "me.toml", *MONDAY)

    assert said.code == 30 and "MAGWISE_HOME" in said.err
