"""Real sessions with day, took, missed and late, and the plan as a calendar file."""

from __future__ import annotations

import contextlib
import io
import json
import os
import signal
import stat
import subprocess
import sys
import time
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import jsonschema
import pytest
import recurring_ical_events
from icalendar import Calendar

from adapters.session import ROOT, magwise

MONDAY = ("--today", "2026-11-23")
ME = """
[person]
age = 46
sex = "female"
country = "US"
kidney = "normal"
egfr = 88
egfr_date = 2026-09-14
pregnant = "no"
breastfeeding = "no"
goals = ["cramps"]
alcohol = "none"

[routine]
wake = "06:30"
breakfast = "07:30"
lunch = "12:30"
dinner = "19:00"
bed = "22:45"

[[medicines]]
as_written = "Alendronate 70 mg"
times = ["06:30"]
days = ["sun"]

[[supplements]]
as_written = "Zinc 50 mg"
times = ["07:30"]
movable = true

[[products]]
name = "Magnesium citrate"
label = "Supplement Facts. Serving Size 1 capsule. Magnesium (as magnesium citrate) 100 mg"

[diet]
mg_per_day = 210
"""
SENSITIVE = ME.replace('alcohol = "none"', 'alcohol = "none"\nsensitive_stomach = true').replace(
    "100 mg", "50 mg"
)
WEEKLY_TABLET = ME[ME.index("[[medicines]]") : ME.index("[[supplements]]")]
WEEKLY_CALCIUM = """
[[supplements]]
as_written = "Calcium 600 mg"
times = ["12:30"]
days = ["sun"]
"""
COURSE = """
[[medicines]]
as_written = "Ciprofloxacin 500 mg"
times = ["07:00", "13:00", "19:00"]
starts = 2026-12-02
ends = 2026-12-11
"""


@dataclass
class Said:
    out: str
    err: str
    code: int

    @property
    def json(self) -> dict:
        return json.loads(self.out)

    @property
    def words(self) -> str:
        """What stands on the screen, without its line breaks."""
        return " ".join(self.out.split())


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("MAGWISE_HOME", str(tmp_path / "kept"))
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "me.toml").write_text(ME, encoding="utf-8")
    return tmp_path


def say(*words: str) -> Said:
    """One command in this process."""
    from magwise.adapters.cli import main

    out, err, code = io.StringIO(), io.StringIO(), 0
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            main(list(words))
        except SystemExit as left:
            code = int(left.code or 0)
    return Said(out.getvalue(), err.getvalue(), code)


def at(now: str, *words: str, today: tuple[str, str] = MONDAY) -> Said:
    said = say(*words, *today, "--now", now, "--json")
    assert said.code == 0, said.err
    return said


def entries(said: Said) -> list[str]:
    return [f"{one['time']} {one.get('with') or one['take']} {one['state']}" for one in said.json["entries"]]


def kept() -> list[dict]:
    """Everything that stands in the database about days."""
    from magwise.adapters.store import every_store

    return [record for store in every_store() for record in store.records()]


# -- a day ---------------------------------------------------------------------------------------------------


def test_a_day_as_the_issue_writes_it():
    """Zinc at 10:15 instead of 07:30 leaves lunch at 12:30 its two hours; the missed zinc is not taken twice."""
    first = magwise("day", "me.toml", *MONDAY, "--now", "10:15")
    assert first.returncode == 0, first.stderr
    assert (
        "12:30" in first.stdout
        and "19:00" in first.stdout
        and "2026-11-23 as it stands at 10:15" in first.stdout
    )

    took = magwise("took", "zinc", "11:00", *MONDAY, "--now", "11:05")
    assert took.returncode == 0, took.stderr
    text = " ".join(took.stdout.split())
    assert "Taken at 11:00: zinc." in text
    assert (
        "magnesium with snack, planned for 12:30: now 13:15. At least 2 h after zinc, taken at 11:00." in text
    )

    late = magwise("late", "45m", *MONDAY, "--now", "18:00", "--json")
    assert [one["time"] for one in json.loads(late.stdout)["entries"]] == ["11:00", "13:15", "19:45"]
    assert json.loads(late.stdout)["changes"][0]["why"] == "the day runs late"


def test_red_flags_come_first_and_the_disclaimer_last_on_every_output():
    said = [say(*words, *MONDAY, "--now", "14:00") for words in (
        ("day", "me.toml"), ("took", "lunch-dose", "12:40"), ("late", "30m"), ("missed", "zinc"))]  # fmt: skip

    for one in said:
        assert one.code == 0, one.err
        assert one.words.index("emergency number") < one.words.index("as it stands at")
        assert one.words.endswith("because of what you read here.")


def test_the_shape_is_published_and_holds():
    from magwise.adapters.day_answer import DayAnswer

    schema = DayAnswer.model_json_schema(by_alias=True, mode="serialization")
    for words in (("day", "me.toml"), ("missed", "lunch-dose"), ("took", "zinc", "07:40")):
        jsonschema.validate(at("14:00", *words).json, schema)


def test_a_missed_dose_is_offered_once_more_and_never_a_third_time():
    at("09:00", "day", "me.toml")

    missed = at("14:00", "missed", "lunch-dose")
    [change] = missed.json["changes"]
    assert (change["was"], change["now"]) == ("12:30", "14:00")
    assert entries(at("15:00", "day")) == ["07:30 zinc assumed", "14:00 snack assumed", "19:00 dinner next"]


def test_a_missed_dose_is_left_out_when_the_next_one_is_near():
    at("09:00", "day", "me.toml")

    said = at("18:40", "missed", "lunch-dose")

    assert [one["now"] for one in said.json["changes"]] == [None]
    assert entries(at("18:45", "day")) == ["07:30 zinc assumed", "12:30 lunch left_out", "19:00 dinner due"]


def test_what_was_really_taken_counts_against_the_limit():
    at("09:00", "day", "me.toml")

    said = at("10:00", "took", "magnesium", "09:55", "--mg", "300")

    assert said.json["most_24h_mg"] == 300
    assert [one["state"] for one in said.json["entries"] if one.get("with")] == ["taken", "left_out"]
    over = at("11:00", "took", "magnesium", "--mg", "100")
    assert "Take no more magnesium today" in " ".join(over.json["remarks"])


def test_brands_and_old_names_are_understood():
    (Path("me.toml")).write_text(ME.replace('"Alendronate 70 mg"', '"Fosamax 70 mg"'), encoding="utf-8")
    sunday = ("--today", "2026-11-29")
    at("09:00", "day", "me.toml", today=sunday)

    assert (
        at("09:00", "took", "Fosamax", "06:40", today=sunday).json["noted"]
        == "Taken at 06:40: alendronic acid."
    )
    assert at("09:00", "took", "zink", "07:40", today=sunday).json["noted"].endswith("zinc.")


def test_a_missed_medicine_stays_and_the_leaflet_is_named():
    sunday = ("--today", "2026-11-29")
    at("09:00", "day", "me.toml", today=sunday)

    said = at("09:00", "missed", "alendronate", today=sunday)

    assert "06:30 alendronic acid missed" in entries(said)
    assert any("leaflet" in one for one in said.json["remarks"])


def test_a_report_can_be_taken_back():
    at("09:00", "day", "me.toml")
    at("14:00", "missed", "lunch-dose")

    said = at("14:05", "day", "--undo")

    assert said.json["noted"] == "Taken back: missed lunch."
    assert "12:30 lunch assumed" in entries(said)
    assert say("day", "--undo", *MONDAY).code == 2


def test_last_evening_can_be_told_this_morning():
    at("09:00", "day", "me.toml")
    tuesday = ("--today", "2026-11-24")

    said = at("08:00", "took", "dinner-dose", "21:00", today=tuesday)

    assert said.json["noted"] == "Taken yesterday at 21:00: 100 mg magnesium with dinner."
    assert said.json["most_24h_mg"] == 200  # yesterday's lunch and dinner
    assert say("took", "dinner-dose", "10:00", *tuesday, "--now", "08:00").code == 2
    assert (
        at("08:00", "took", "zinc", "10:00", "--yesterday", today=tuesday)
        .json["noted"]
        .startswith("Taken yesterday")
    )


def test_a_night_worker_is_still_in_the_day_before_at_two():
    nurse = str(ROOT / "examples/thyroid-nurse.toml")
    at("16:00", "day", nurse)

    said = at("02:00", "took", "calcium", "22:10", today=("--today", "2026-11-24"))

    assert said.json["day"] == "2026-11-23"
    assert entries(said)[-1] == "03:30 dinner next"


def test_who_gets_up_early_is_in_the_new_day():
    """Up at 06:30, in bed at 22:45: from 02:38 on it is the new day."""
    assert at("05:00", "day", "me.toml").json["day"] == "2026-11-23"
    assert at("05:00", "took", "zinc", "04:50").json["noted"] == "Taken at 04:50: zinc."
    assert at("02:30", "day").json["day"] == "2026-11-22"


# -- which day it is -----------------------------------------------------------------------------------------


def test_each_day_shows_its_own_step_weekday_and_course():
    Path("me.toml").write_text(
        SENSITIVE.replace(WEEKLY_TABLET, "") + WEEKLY_CALCIUM + COURSE, encoding="utf-8"
    )
    doses = {
        day: [one["elemental_mg"] for one in said.json["entries"] if one.get("with")]
        for day in ("2026-11-23", "2026-11-27", "2026-12-01", "2026-12-05", "2026-12-14")
        for said in [at("06:45", "day", "me.toml", today=("--today", day))]
    }

    assert (
        sum(doses["2026-11-23"]) == 100
        and sum(doses["2026-11-27"]) == 150
        and sum(doses["2026-12-14"]) == 200
    )
    assert doses["2026-12-05"] == []
    during = at("06:45", "day", today=("--today", "2026-12-05"))
    assert "Pause magnesium today" in during.json["pause"][0]
    sunday = at("06:40", "day", today=("--today", "2026-11-29"))
    assert "12:30 calcium later" in entries(sunday)


def test_day_one_is_noted_on_first_use_and_can_be_said():
    assert at("09:00", "day", "me.toml").json["day_of_plan"] == 1
    assert at("09:00", "day", today=("--today", "2026-11-25")).json["day_of_plan"] == 3
    assert (
        at("09:00", "day", "--start", "2026-11-24", today=("--today", "2026-11-25")).json["day_of_plan"] == 2
    )
    early = at("09:00", "day", "--start", "2026-12-01")
    assert early.json["day_of_plan"] is None
    assert "no magnesium before" in early.json["pause"][0]
    assert not any(one.get("with") for one in early.json["entries"])


def test_to_look_at_another_day_does_not_begin_the_plan():
    assert say("day", "me.toml", "--today", "2031-01-01").code == 0

    assert at("09:00", "day").json["day_of_plan"] == 1


def test_a_course_without_a_first_day_is_told_of():
    Path("me.toml").write_text(ME + COURSE.replace("starts", "# ").replace("ends", "# ").replace(
        '500 mg"', '500 mg for 10 days"'), encoding="utf-8")  # fmt: skip

    assert "Give `starts`" in " ".join(at("09:00", "day", "me.toml").json["remarks"])


# -- refused and paused --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("example", "decision"),
    [("raltegravir", "do_not_start"), ("kidney-stage-3", "do_not_start"), ("lifter-zma", "ask_first"),
     ("toddler", "do_not_start"), ("pregnancy", "ask_first"), ("replete-testosterone", "not_needed")],
)  # fmt: skip
def test_what_is_refused_has_no_dose_on_any_day(example: str, decision: str):
    person = str(ROOT / "examples" / f"{example}.toml")
    said = at("09:00", "day", person)
    shown = say("day", *MONDAY, "--now", "09:00")

    assert said.json["decision"] == decision
    assert said.json["day_of_plan"] is None
    assert not any(one.get("units") or one["take"] == "magnesium" for one in said.json["entries"])
    assert shown.words.startswith(said.json["headline"]) and "emergency number" in shown.words
    if decision != "not_needed":
        assert said.json["pause"]
    assert "start" not in kept_kinds()


def kept_kinds() -> set[str]:
    return {record["kind"] for record in kept()}


def test_a_red_flag_says_so_first_and_nothing_else_matters():
    Path("me.toml").write_text(
        ME.replace("[routine]", 'symptoms = ["slow breathing"]\n[routine]'), encoding="utf-8"
    )

    said = say("day", "me.toml", *MONDAY, "--now", "09:00")

    assert said.words.startswith("Get help now.")
    assert "mg magnesium" not in said.out


def test_a_plan_that_is_refused_later_stays_without_doses_whatever_is_reported():
    at("09:00", "day", "me.toml")
    Path("me.toml").write_text(ME.replace('kidney = "normal"', 'kidney = "dialysis"'), encoding="utf-8")

    took = at("14:00", "took", "zinc", "07:40")
    extra = at("14:00", "took", "magnesium", "13:00", "--mg", "100")

    for said in (took, extra):
        assert said.json["decision"] == "do_not_start"
        assert not any(one.get("units") for one in said.json["entries"])
    assert "13:00 magnesium taken" in entries(extra)


# -- bad input -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("took", "zimc"), "Did you mean zinc?"),
        (("took", "breakfast-dose"), "In this day: zinc, lunch-dose, dinner-dose."),
        (("took", "\x00\x1b[31m" * 50), "There is no"),
        (("took", "z" * 100_000), "There is no"),
        (("took", "zinc", "25:00"), "the last one is 23:59"),
        (("took", "zinc", "10:75"), "the last one is 23:59"),
        (("took", "zinc", "99"), "not a time of day"),
        (("took", "zinc", "10:31"), "10:31 is still to come; it is 10:30."),
        (("took", "zinc", "--mg", "15"), "--mg is for magnesium"),
        (("took", "magnesium", "--mg", "nan"), "cannot be taken"),
        (("took", "magnesium", "--mg", "-5"), "cannot be taken"),
        (("took", "zinc", "--yesterday"), "At what time yesterday?"),
        (("missed", "lunch-dose"), "can still be taken"),
        (("missed", "everything"), "There is no"),
        (("late", "soon"), "is no length of time"),
        (("late", "20h"), "has no night left"),
        (("late", "99999999999h"), "is no length of time"),
        (("day", "--start", "tomorrow"), "is not a date"),
        (("day", "nobody.toml"), "There is no file nobody.toml"),
    ],
)  # fmt: skip
def test_bad_input_is_told_of_and_nothing_is_noted(words: tuple[str, ...], told: str):
    at("10:30", "day", "me.toml")
    before = kept()

    said = say(*words, *MONDAY, "--now", "10:30")

    assert said.code in {2, 11}
    assert told in " ".join(said.err.split())
    assert "Traceback" not in said.err
    assert kept() == before


def test_nothing_planned_says_where_to_begin():
    for words in (("day",), ("took", "zinc"), ("missed", "zinc"), ("late", "45m")):
        said = say(*words)
        assert said.code == 11
        assert "magwise day PERSON.toml" in said.err


def test_a_dose_reported_twice_is_asked_about():
    at("10:30", "day", "me.toml")
    at("13:00", "took", "lunch-dose", "12:40")

    again = say("took", "lunch-dose", "12:50", *MONDAY, "--now", "13:00")

    assert again.code == 2 and "already, at 12:40" in again.err
    assert at("13:00", "took", "lunch-dose", "12:40").json["most_24h_mg"] == 100


def test_a_person_file_that_is_gone_is_told_of():
    at("10:30", "day", "me.toml")
    Path("me.toml").unlink()

    assert say("took", "zinc").code == 11


# -- what is kept --------------------------------------------------------------------------------------------

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


# -- the calendar --------------------------------------------------------------------------------------------

BERLIN = ("--zone", "Europe/Berlin")


def happenings(first: date, days: int, file: str = "plan.ics") -> list[tuple[date, str, float]]:
    found = recurring_ical_events.of(Calendar.from_ical(Path(file).read_bytes())).between(
        first, first + timedelta(days=days)
    )
    return sorted(
        (event.start.date(), f"{event.start:%H:%M}", float(str(event["SUMMARY"]).split()[1]))
        for event in found
        if event["STATUS"] != "CANCELLED" and str(event["SUMMARY"]).startswith("Magnesium")
    )


def test_the_calendar_is_the_plan_with_its_steps_weekly_tablet_and_course(home: Path):
    """Every date of sixty, as `day` would show it."""
    from magwise.advise import advise
    from magwise.advise.today import calendar_of
    from magwise.day import clock
    from magwise.person_file import read_person_file

    Path("me.toml").write_text(
        SENSITIVE.replace(WEEKLY_TABLET, "") + WEEKLY_CALCIUM + COURSE, encoding="utf-8"
    )
    written = magwise("plan", "me.toml", "--ics", "plan.ics", *BERLIN, *MONDAY)
    assert written.returncode == 0, written.stderr
    assert "Reminders from 2026-11-23 on are in plan.ics" in written.stdout

    first = date(2026, 11, 23)
    planned = calendar_of(advise(read_person_file(Path("me.toml")), today=first), first)
    assert happenings(first, 60) == sorted(
        (day, clock(dose.at), dose.portion.elemental_mg)
        for day in (first + timedelta(days=away) for away in range(60))
        for dose in planned.on(day).doses
    )
    amounts = {day: sum(mg for when, _, mg in happenings(first, 60) if when == day) for day in (
        first, first + timedelta(days=4), date(2026, 12, 5), date(2026, 12, 14))}  # fmt: skip
    assert list(amounts.values()) == [100, 150, 0, 200]


def events(file: str = "plan.ics") -> dict[str, tuple[int, str]]:
    return {
        str(event["UID"]): (int(event["SEQUENCE"]), str(event["STATUS"]))
        for event in Calendar.from_ical(Path(file).read_bytes()).walk("VEVENT")
    }


def test_the_same_plan_leaves_the_file_as_it_is_and_a_change_raises_the_sequence():
    assert say("plan", "me.toml", "--ics", "plan.ics", *BERLIN, *MONDAY).code == 0
    before, was = Path("plan.ics").read_bytes(), events()
    again = say("plan", "me.toml", "--ics", "plan.ics", *BERLIN, "--today", "2026-11-27")
    assert "Nothing has changed" in again.out and Path("plan.ics").read_bytes() == before

    Path("me.toml").write_text(ME.replace('dinner = "19:00"', 'dinner = "18:00"'), encoding="utf-8")
    assert say("plan", "me.toml", "--ics", "plan.ics", *BERLIN, "--today", "2026-11-27").code == 0
    moved = events()
    assert set(moved) == set(was) and sorted({sequence for sequence, _ in moved.values()}) == [0, 1]

    Path("me.toml").write_text(ME.replace("[[medicines]]", "[[medicines]]\n#"), encoding="utf-8")
    Path("me.toml").write_text(ME.replace('days = ["sun"]', 'days = ["wed"]'), encoding="utf-8")
    assert say("plan", "me.toml", "--ics", "plan.ics", *BERLIN, "--today", "2026-11-27").code == 0
    gone = [status for uid, (_, status) in events().items() if status == "CANCELLED"]
    assert gone and len(events()) > len(was)


def test_a_plan_that_is_refused_cancels_what_was_given_out_and_writes_nothing_new():
    say("plan", "me.toml", "--ics", "plan.ics", *BERLIN, *MONDAY)
    Path("me.toml").write_text(ME.replace('kidney = "normal"', 'kidney = "dialysis"'), encoding="utf-8")

    new = say("plan", "me.toml", "--ics", "new.ics", *BERLIN, *MONDAY)
    assert (
        new.code == 10 and "there is no dose to remind of" in new.err and "Do not start magnesium." in new.err
    )
    assert not Path("new.ics").exists()
    old = say("plan", "me.toml", "--ics", "plan.ics", *BERLIN, *MONDAY)
    assert "All reminders in plan.ics are cancelled" in old.words
    assert {status for _, status in events().values()} == {"CANCELLED"}
    assert happenings(date(2026, 11, 23), 30) == []


def test_discreet_reminders_say_nothing():
    say("plan", "me.toml", "--ics", "plan.ics", "--discreet", *BERLIN, *MONDAY)

    text = Path("plan.ics").read_text(encoding="utf-8").lower()
    assert "summary:reminder" in text
    for word in ("magnesium ", " mg", "zinc", "dinner", "emergency"):
        assert word not in text.replace("prodid:-//magwise", "")


def test_another_file_is_never_overwritten():
    for content in (b"my notes", b"BEGIN:VCALENDAR\r\nPRODID:-//Other//EN\r\nEND:VCALENDAR\r\n"):
        Path("mine.ics").write_bytes(content)
        said = say("plan", "me.toml", "--ics", "mine.ics", *BERLIN, *MONDAY)
        assert said.code == 2 and "left as it is" in said.err
        assert Path("mine.ics").read_bytes() == content
    assert say("plan", "me.toml", "--ics", "no/such/folder/x.ics", *BERLIN, *MONDAY).code == 10
    assert say("plan", "me.toml", "--ics", "x.ics", "--zone", "Europe/Atlantis", *MONDAY).code == 2
    assert sorted(path.name for path in Path().iterdir() if path.suffix != ".toml") == ["kept", "mine.ics"]


def test_calendar_and_day_agree_on_day_one():
    say("plan", "me.toml", "--ics", "plan.ics", *BERLIN, *MONDAY)
    assert at("09:00", "day", "me.toml", today=("--today", "2026-11-26")).json["day_of_plan"] == 4

    say("day", "--delete")
    say("plan", "me.toml", "--ics", "plan.ics", *BERLIN, "--today", "2026-11-26")
    assert (
        at("09:00", "day", "me.toml", today=("--today", "2026-11-26")).json["day_of_plan"] == 4
    )  # as the file has it


def test_the_zone_is_this_computers_when_none_is_given(monkeypatch: pytest.MonkeyPatch):
    import tzlocal.unix

    monkeypatch.setenv("TZ", "America/New_York")
    monkeypatch.setattr(tzlocal.unix, "_cache_tz_name", None)  # an earlier command may have asked

    assert "at the times of America/New_York" in say("plan", "me.toml", "--ics", "plan.ics", *MONDAY).words


def test_json_and_calendar_together_keep_the_answer_clean():
    said = say("plan", "me.toml", "--ics", "plan.ics", *BERLIN, *MONDAY, "--json")

    assert said.json["decision"] == "plan"
    assert "plan.ics" in said.err
