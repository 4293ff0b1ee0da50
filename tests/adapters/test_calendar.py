"""The calendar feed, read back by icalendar and unfolded by recurring-ical-events."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import recurring_ical_events
from dateutil.rrule import rrulestr
from icalendar import Calendar

from magwise.adapters.calendar import Reminder, Stage, feed, stretches
from magwise.adapters.calendar.zones import timezone_component
from magwise.day import Routine, minutes
from magwise.errors import WrongUse
from magwise.schedule import DayProblem, Fixed, Movable, Portion, unfold

ROUTINE = Routine(*map(minutes, ("06:30", "07:30", "12:30", "19:00", "22:45")))
MONDAY = date(2026, 11, 23)
NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
ALENDRONATE = Fixed("alendronate", minutes("06:30"), 240, 240, days=(6,))
CIPROFLOXACIN = tuple(
    Fixed(
        "ciprofloxacin",
        minutes(at),
        360,
        240,
        first=MONDAY + timedelta(days=9),
        last=MONDAY + timedelta(days=18),
    )
    for at in ("06:00", "12:00", "18:00")
)


def stages(*fixed: Fixed, movables: tuple[Movable, ...] = (), start: date = MONDAY) -> tuple[Stage, ...]:
    """Four days of one capsule, then two for good."""
    problem = DayProblem(ROUTINE, fixed, movables, evening_first=True)
    small, full = (Portion(0, 1, 61.0),), (Portion(0, 2, 122.0), Portion(0, 1, 61.0))
    later = start + timedelta(days=4)
    return (
        Stage(start, later - timedelta(days=1), unfold(problem, small, start)),
        Stage(later, None, unfold(problem, full, start)),
    )


def written(*fixed: Fixed, zone: str = "Europe/Berlin", now: datetime = NOW, **how) -> bytes:
    movables = how.pop("movables", ())
    start = how.pop("start", MONDAY)
    plan = how.pop("plan", "plan one")
    return feed(
        stretches(stages(*fixed, movables=movables, start=start)), plan=plan, zone=zone, now=now, **how
    )


def happenings(calendar: bytes, first: date, last: date) -> list[tuple[date, str, str]]:
    """Date, local time and title of everything that is not cancelled."""
    found = recurring_ical_events.of(Calendar.from_ical(calendar)).between(first, last + timedelta(days=1))
    return sorted(
        (event.start.date(), f"{event.start:%H:%M}", str(event["SUMMARY"]))
        for event in found
        if event["STATUS"] != "CANCELLED"
    )


def as_planned(these: tuple[Stage, ...], first: date, last: date) -> list[tuple[date, str, str]]:
    days = [first + timedelta(days=away) for away in range((last - first).days + 1)]
    return sorted(
        (
            day,
            f"{dose.at // 60:02}:{dose.at % 60:02}",
            f"Magnesium {dose.portion.elemental_mg:g} mg with {dose.meal}",
        )
        for day in days
        for stage in these
        if stage.first <= day and (stage.last is None or day <= stage.last)
        for dose in stage.days.on(day).doses
    )


@pytest.mark.parametrize(
    "zone", ["Europe/Berlin", "America/New_York", "Australia/Sydney", "Asia/Kolkata", "UTC"]
)
@pytest.mark.parametrize("fixed", [(), (ALENDRONATE,), CIPROFLOXACIN, (ALENDRONATE, *CIPROFLOXACIN)])
def test_every_day_of_the_feed_is_the_day_of_the_plan(zone: str, fixed: tuple[Fixed, ...]):
    """Titration, weekly tablets and courses included, over half a year and a change of the clocks."""
    until = MONDAY + timedelta(days=180)

    assert happenings(written(*fixed, zone=zone), MONDAY, until) == as_planned(stages(*fixed), MONDAY, until)


def test_magnesium_that_is_paused_stays_paused():
    during = MONDAY + timedelta(days=12)

    assert happenings(written(*CIPROFLOXACIN), during, during) == []


def test_dinner_stays_at_dinner_when_the_clocks_change():
    calendar = written(start=date(2027, 3, 22))
    around = recurring_ical_events.of(Calendar.from_ical(calendar)).between(
        date(2027, 3, 27), date(2027, 3, 30)
    )

    dinners = [event.start for event in around if event.start.hour == 19]

    assert [start.astimezone(UTC).hour for start in sorted(dinners)] == [18, 17, 17]


def test_the_end_of_a_stretch_is_in_utc_and_on_its_last_dose():
    [first_step] = [
        event for event in Calendar.from_ical(written()).walk("VEVENT") if "UNTIL" in event["RRULE"]
    ]

    assert b"UNTIL=20261126T180000Z" in first_step.to_ical()  # 26 November, 19:00 in Berlin


def test_uids_stay_and_an_unchanged_plan_gives_the_same_bytes():
    before = written(ALENDRONATE)
    later = NOW + timedelta(days=2)

    assert written(ALENDRONATE, previous=before, now=later) == before
    assert written(ALENDRONATE) == before


def test_another_plan_has_other_uids():
    assert uids(written()).isdisjoint(uids(written(plan="plan two")))


def test_a_change_raises_the_sequence_and_what_is_gone_is_cancelled():
    before = Calendar.from_ical(written())
    after = Calendar.from_ical(
        written(*CIPROFLOXACIN, previous=before.to_ical(), now=NOW + timedelta(days=1))
    )

    old = {event["UID"]: event for event in before.walk("VEVENT")}
    new = {event["UID"]: event for event in after.walk("VEVENT")}
    assert set(old) <= set(new)
    ended = [uid for uid in old if new[uid]["RRULE"] != old[uid]["RRULE"]]
    assert ended and all(new[uid]["SEQUENCE"] == 1 for uid in ended)
    unchanged = set(old) - set(ended)
    assert unchanged and all(new[uid]["SEQUENCE"] == 0 for uid in unchanged)

    stopped = Calendar.from_ical(
        feed((), plan="plan one", zone="Europe/Berlin", now=NOW, previous=after.to_ical())
    )
    assert stopped["METHOD"] == "CANCEL"
    assert {event["STATUS"] for event in stopped.walk("VEVENT")} == {"CANCELLED"}
    assert not stopped.walk("VALARM")
    assert all(event["SEQUENCE"] == new[event["UID"]]["SEQUENCE"] + 1 for event in stopped.walk("VEVENT"))
    again = feed((), plan="plan one", zone="Europe/Berlin", now=NOW, previous=stopped.to_ical())
    assert again == stopped.to_ical()


def test_a_journey_keeps_the_uids_and_moves_the_times():
    home = written()
    away = written(zone="Asia/Tokyo", previous=home, now=NOW + timedelta(days=1))

    assert uids(away) == uids(home)
    assert {event["SEQUENCE"] for event in Calendar.from_ical(away).walk("VEVENT")} == {1}
    assert happenings(away, MONDAY, MONDAY + timedelta(days=9)) == happenings(
        home, MONDAY, MONDAY + timedelta(days=9)
    )


def test_each_event_rings_once_and_on_the_screen_only():
    for event in Calendar.from_ical(written(reminder=Reminder(rings_min=10))).walk("VEVENT"):
        [alarm] = event.walk("VALARM")
        assert alarm["ACTION"] == "DISPLAY"
        assert alarm["TRIGGER"].dt == -timedelta(minutes=10)
    assert not Calendar.from_ical(written(reminder=Reminder(rings_min=None))).walk("VALARM")


def test_discreet_titles_say_nothing():
    calcium = Movable("calcium", minutes("19:00"), "calcium", 120, 120)
    reminder = Reminder(discreet=True, note="magnesium, 61 mg")

    text = written(movables=(calcium,), reminder=reminder).decode().lower()

    assert "summary:reminder" in text
    for word in ("magnesium", "calcium", " mg", "dinner", "breakfast"):
        assert word not in text


def test_what_was_given_out_openly_says_nothing_once_it_is_discreet_and_cancelled():
    before = written(ALENDRONATE, reminder=Reminder(note="magnesium"))

    text = feed(
        (), plan="plan one", zone="Europe/Berlin", now=NOW, previous=before, reminder=Reminder(discreet=True)
    )

    assert b"CANCELLED" in text
    for word in (b"agnesium", b" mg", b"dinner"):
        assert word not in text


def test_a_mineral_that_moved_is_in_the_feed():
    calcium = Movable("calcium", minutes("19:00"), "calcium", 120, 120)

    assert (MONDAY, "12:30", "Calcium (moved)") in happenings(written(movables=(calcium,)), MONDAY, MONDAY)


def test_the_file_keeps_to_the_format():
    raw = written(ALENDRONATE, *CIPROFLOXACIN, reminder=Reminder(note="a long note " * 20))

    assert raw.endswith(b"END:VCALENDAR\r\n")
    assert all(len(line) <= 75 for line in raw.split(b"\r\n"))
    assert b"\n" not in raw.replace(b"\r\n", b"")
    for event in Calendar.from_ical(raw).walk("VEVENT"):
        assert {"UID", "DTSTAMP", "DTSTART", "SEQUENCE", "CLASS", "STATUS"} <= set(event)


ZONES = ("Europe/Berlin", "Europe/Dublin", "America/New_York", "America/St_Johns", "Australia/Lord_Howe", "Asia/Tokyo",
         "Asia/Kathmandu", "Pacific/Auckland", "America/Santiago", "Africa/Casablanca", "UTC")  # fmt: skip


@pytest.mark.parametrize("name", ZONES)
def test_the_written_zone_changes_its_clocks_when_the_zone_does(name: str):
    zone = ZoneInfo(name)
    component = timezone_component(name, date(2026, 1, 1))
    onsets = sorted(onset for part in component.subcomponents for onset in _onsets(part, 2030))

    for before, after, at in onsets:
        assert (at - timedelta(seconds=1)).astimezone(zone).utcoffset() == before
        assert at.astimezone(zone).utcoffset() == after
    changes = [
        day
        for day in (datetime(2026, 1, 1, tzinfo=UTC) + timedelta(days=away) for away in range(1460))
        if day.astimezone(zone).utcoffset() != (day + timedelta(days=1)).astimezone(zone).utcoffset()
    ]
    assert len(changes) == len(onsets)


def _onsets(part, year: int):
    """Offset before, offset after, and the instant of each change from 2026 until this year."""
    before, after = part["TZOFFSETFROM"].td, part["TZOFFSETTO"].td
    start = part["DTSTART"].dt
    times = [start, *(one.dt for one in part["RDATE"].dts)] if "RDATE" in part else [start]
    if "RRULE" in part:
        times = rrulestr(part["RRULE"].to_ical().decode(), dtstart=start).between(
            datetime(2026, 1, 1),  # noqa: DTZ001 - local time, as VTIMEZONE has it
            datetime(year, 1, 1),  # noqa: DTZ001
        )
    for local in times:
        at = (local - before).replace(tzinfo=UTC)
        if before != after and 2026 <= at.year < year:
            yield before, after, at


def test_a_zone_that_nobody_knows_is_an_error_with_a_remedy():
    for name in ("Europe/Atlantis", "../../etc/passwd", "", "x" * 5000, "a\0b"):
        with pytest.raises(WrongUse):
            written(zone=name)


def test_a_damaged_feed_is_refused_not_guessed_at():
    for damaged in (b"", b"hello", b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n", b"\xff\xfe\x00"):
        with pytest.raises(WrongUse):
            written(previous=damaged)


def test_weekdays_of_a_stretch_begin_on_the_first_of_them():
    these = stretches(stages(replace(ALENDRONATE, days=(0, 2))))

    for stretch in these:
        assert not stretch.weekdays or stretch.first.weekday() in stretch.weekdays


def uids(calendar: bytes) -> set[str]:
    return {str(event["UID"]) for event in Calendar.from_ical(calendar).walk("VEVENT")}
