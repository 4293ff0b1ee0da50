"""Real sessions with `magwise log` and `magwise diary`."""

from __future__ import annotations

import csv
import json
import stat
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import jsonschema
import pytest

from adapters.day_sessions import Said, say
from adapters.session import ROOT
from magwise.adapters.store import LOCAL, open_store

TODAY = datetime.now().astimezone().date()
NURSE = str(ROOT / "examples/thyroid-nurse.toml")


@dataclass
class Home:
    folder: Path

    def __truediv__(self, name: str) -> Path:
        return self.folder / name


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    monkeypatch.setenv("MAGWISE_HOME", str(tmp_path / "kept"))
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.chdir(tmp_path)
    return Home(tmp_path)


def log(line: str, *more: str) -> Said:
    said = say("log", *line.split(), *more)
    assert said.code == 0, said.err
    return said


def kept() -> list[str]:
    from magwise.diary.views import said_of

    with open_store() as store:
        return [said_of(one) for one in store.diary(LOCAL).entries()]


def test_one_line_is_noted_with_its_number_and_day():
    said = log("sleep 7")

    assert said.words.startswith(f"Noted for {TODAY.isoformat()} (number 1): sleep 7 points.")
    assert said.words.endswith("General education, not medical advice.")
    assert kept() == ["sleep 7 points"]


def test_red_flags_come_before_everything_also_in_later_answers():
    log("sleep 7")
    for said in (log("fainted"), log("coffee 2"), say("diary"), say("diary", "show", "--each")):
        assert said.words.startswith("Get help now. Seek medical care now. Fainting or an unexplained low"), (
            said.out
        )
    assert log("fainting gone").words.startswith("Noted for")


def test_the_json_of_log_and_diary_is_as_published():
    from magwise.adapters.diary_answer import LogAnswer, WeekAnswer

    log("fainted")
    for words, shape in (
        (("log", "bp", "132/84", "--json"), LogAnswer),
        (("diary", "show", "--json"), WeekAnswer),
    ):
        said = say(*words)
        jsonschema.validate(said.json, shape.model_json_schema(by_alias=True, mode="serialization"))
        assert said.json["safety"]["findings"][0]["urgency"] == "now"
        assert json.loads(say("schema", words[0]).out)["title"] == shape.__name__
    assert [one["what"] for one in say("diary", "show", "--json").json["entries"]] == [
        "fainted",
        "systolic",
        "diastolic",
    ]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("log",), "What shall be noted?"),
        (("log", "sleap", "3"), "Did you mean sleep?"),
        (("log", "bristol", "8"), "between 1 and 7"),
        (("log", "sleep", "7", "--day", "tomorrow"), "is not a date"),
        (("log", "sleep", "7", "--day", "2999-01-01"), "still to come"),
        (("log", "sleep", "7", "--day", "1812-01-01"), "too long ago"),
        (("log", "sleep", "7", "--at", "25:00"), "the last one is 23:59"),
        (("log", "lab", "serum magnesium", "0.78"), "no unit"),
        (("log", "sleep", "7", "--database", "mysql://x"), "no database that can be used"),
        (("diary", "undo", "99"), "There is no entry 99"),
        (("diary", "undo"), "Nothing has been noted"),
        (("diary", "correct", "99", "sleep", "7"), "There is no entry 99"),
        (("diary", "export", "diary.txt"), "no kind of export"),
        (("diary", "restore", "nothing.json"), "cannot be opened"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_told_of_and_nothing_is_noted(words: tuple[str, ...], told: str):
    said = say(*words)

    assert said.code in {2, 11, 31}
    assert told in " ".join(said.err.split()), said.err
    assert "Traceback" not in said.err
    assert kept() == []


def test_an_entry_is_corrected_and_taken_back():
    log("sleep 3")
    log("bp 132/84")

    assert "number 4" in say("diary", "correct", "1", "sleep", "4").out
    assert sorted(kept()) == ["lower pressure 84 mmHg", "sleep 4 points", "upper pressure 132 mmHg"]
    assert "sleep 4" in say("diary", "undo").out
    assert say("diary", "undo").out.count("Taken back") == 2
    assert kept() == []


def test_a_dose_is_one_truth_for_day_and_diary():
    assert say("day", NURSE, "--now", "20:00").code == 0
    first = say("took", "dinner-dose", "19:10", "--now", "20:00")
    assert first.code == 0, first.err
    [dose] = entries_of_kind("dose")
    assert (dose["what"], dose["value"]) == ("taken", 183) and len(dose["label_sha256"]) == 64
    assert dose["product"] == "Harbor Magnesium Aspartate"

    assert "Taken back" in say("diary", "undo").out
    assert "taken" not in say("day", "--now", "20:05").out.split("Good to know")[0].split("stands at")[1]
    assert say("took", "dinner-dose", "19:10", "--now", "20:00").code == 0
    assert say("day", "--undo", "--now", "20:10").code == 0
    assert entries_of_kind("dose") == []


def entries_of_kind(kind: str) -> list[dict]:
    found = say("diary", "show", "--json").json["entries"]
    return [one for one in found if one["kind"] == kind]


def test_a_dose_that_is_logged_is_known_to_the_day():
    say("day", NURSE)
    said = log("dose")

    assert "183 mg Harbor Magnesium Aspartate" in said.words
    again = say("log", "dose")
    assert again.code == 31 and "was noted already" in again.err
    more = log("dose 300 mg")
    assert "Take no more magnesium today" in more.words  # 183 + 300 is above 350
    assert more.words.index("emergency number") < more.words.index("Noted for")


def test_without_a_plan_a_dose_is_just_noted():
    assert "magnesium taken 200 mg with dinner" in log("dose 200 mg with dinner").out
    assert "magnesium skipped" in log("dose skipped").out


def test_a_csv_holds_every_entry_and_no_formula():
    log("sleep 7", "--note", "=HYPERLINK(1)")
    log("side effect @purple ears")
    assert say("diary", "export", "diary.csv").code == 0

    with Path("diary.csv").open(encoding="utf-8-sig", newline="") as opened:
        rows = list(csv.DictReader(opened))
    assert [row["what"] for row in rows] == ["sleep", "'@purple ears"]
    assert rows[0]["note"] == "'=HYPERLINK(1)"
    assert stat.S_IMODE(Path("diary.csv").stat().st_mode) == 0o600
    assert say("diary", "export", "diary.csv").code == 2  # never overwritten


def test_a_backup_brings_everything_back_and_a_damaged_one_changes_nothing(home: Home):
    log("sleep 7")
    log("bp 132/84")
    assert say("diary", "backup", "b.json").code == 0
    before = kept()
    log("sleep 1")

    (home / "cut.json").write_bytes((home / "b.json").read_bytes()[:-40])
    edited = (home / "b.json").read_text().replace("132", "133")
    (home / "edited.json").write_text(edited)
    for bad in ("cut.json", "edited.json"):
        said = say("diary", "restore", bad, "--yes")
        assert said.code == 33 and len(kept()) == 4, said.err
    assert say("diary", "restore", "b.json", "--yes").out == "Restored 3 entries.\n"
    assert kept() == before
    other = f"sqlite:///{home / 'other.sqlite3'}"
    assert say("diary", "restore", "b.json", "--database", other).code == 0


def test_to_delete_asks_once(monkeypatch: pytest.MonkeyPatch):
    import typer

    log("sleep 7")
    asked: list[str] = []

    def confirm(question: str, default: bool) -> bool:
        asked.append(question)
        return len(asked) > 1

    monkeypatch.setattr(typer, "confirm", confirm)
    assert say("diary", "delete").code == 2 and kept() == ["sleep 7 points"]
    assert say("diary", "delete").out == "Everything is removed.\n"
    assert "1 entry" in asked[0] and kept() == []
    log("sleep 7")
    old = Path("kept/days/lines-that-could-not-be-read.jsonl")
    old.parent.mkdir()
    old.write_text("{}")
    assert say("diary", "delete", "--yes").code == 0 and len(asked) == 2
    assert not old.parent.exists()


def test_the_week_is_a_table_with_its_days():
    today = TODAY
    for away in (0, 3, 6, 7):
        log(f"cramps {away}", "--day", (today - timedelta(days=away)).isoformat())

    shown = say("diary")
    assert "cramps (a day)" in shown.out and "9 a week" in shown.out  # 0 + 3 + 6; the eighth day is not in it
    assert f"{today:%d %b}" in shown.out
    assert say("diary", "show", "--each", "--days", "30").out.count("cramps") == 4


def test_what_can_be_noted_is_listed():
    listed = say("log", "--list").out

    assert all(
        word in listed
        for word in ("sleep", "bristol", "muscle", "stress", "bp", "coffee", "lab", "isi", "psqi")
    )


def test_a_new_medicine_is_read_back_in_words():
    assert "new medicine amlodipine 5 mg" in log("new medicine amlodipine 5 mg").out


def test_nothing_of_health_goes_to_a_log(caplog: pytest.LogCaptureFixture):
    """No logger hears what is noted, whatever its level."""
    import logging

    caplog.set_level(logging.DEBUG)
    log("side effect a most private complaint")
    say("diary")

    assert "private" not in caplog.text
