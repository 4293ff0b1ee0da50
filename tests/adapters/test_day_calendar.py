"""The plan as a calendar file: its days, its changes, and what it never overwrites."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
import recurring_ical_events
from icalendar import Calendar

from adapters.day_sessions import (
    COURSE,
    ME,
    MONDAY,
    SENSITIVE,
    WEEKLY_CALCIUM,
    WEEKLY_TABLET,
    at,
    say,
)
from adapters.session import magwise

pytestmark = pytest.mark.usefixtures("home")

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
