"""The small state of a day: reports in, the rest of the day out."""

from datetime import date, datetime

from hypothesis import given
from hypothesis import strategies as st

from magwise.day import Routine, clock, minutes
from magwise.schedule import MAGNESIUM, DayProblem, Portion, place
from magwise.schedule.log import DayLog, go_on, moment_of, waking_day

ROUTINE = Routine(*map(minutes, ("06:30", "07:30", "12:30", "19:00", "22:45")))
NIGHT = Routine(*map(minutes, ("16:00", "17:00", "23:00", "06:00", "08:00")))
TODAY = date(2026, 11, 23)
TWO = (Portion(0, 1, 100.0), Portion(0, 1, 100.0))


def rest_of(log: DayLog, now: str, yesterday: DayLog | None = None):
    problem = DayProblem(ROUTINE)
    return go_on(problem, place(problem, TWO), log, now=minutes(now), limit_mg=350, yesterday=yesterday)


def test_a_day_begins_when_somebody_gets_up():
    assert waking_day(NIGHT, datetime(2026, 11, 24, 2, 0)) == (TODAY, 24 * 60 + 120)  # noqa: DTZ001
    assert waking_day(NIGHT, datetime(2026, 11, 23, 16, 0)) == (TODAY, 16 * 60)  # noqa: DTZ001
    assert waking_day(ROUTINE, datetime(2026, 11, 23, 6, 29))[0] == date(2026, 11, 22)  # noqa: DTZ001


@given(st.sampled_from((ROUTINE, NIGHT)), st.integers(0, 1439), st.integers(0, 1439))
def test_a_reported_time_is_the_last_one_that_the_clock_showed(routine: Routine, at: int, after_waking: int):
    now = routine.wake + after_waking
    said = moment_of(routine, at, now)

    assert now - 1440 < said <= now
    assert clock(said) == clock(at)


def test_the_same_report_twice_is_one_report():
    once = DayLog(TODAY).took(MAGNESIUM, minutes("07:35"), 100).missing("dinner").running_late(45)

    assert once.took(MAGNESIUM, minutes("07:35"), 100).missing("dinner").running_late(45) == once


def test_what_is_taken_after_all_was_not_missed():
    assert DayLog(TODAY).missing("calcium").took("calcium", minutes("20:00")).missed == ()


def test_nobody_is_early_or_a_whole_day_late():
    assert DayLog(TODAY).running_late(-30).late_min == 0
    assert DayLog(TODAY).running_late(10**9).late_min == 720


def test_last_night_counts_into_todays_24_hours():
    """300 mg at 23:00 yesterday: breakfast's and dinner's 100 mg are both within 24 hours of it."""
    yesterday = DayLog(date(2026, 11, 22)).took(MAGNESIUM, minutes("23:00"), 300)

    rest = rest_of(DayLog(TODAY), "06:45", yesterday)

    assert [dose.at for dose in rest.doses] == []
    assert "350 mg in 24 hours" in rest.changes[0].why


def test_a_report_changes_the_rest_of_the_day():
    assert [str(dose) for dose in rest_of(DayLog(TODAY).missing("breakfast"), "10:00").doses] == [
        "12:30 with lunch",
        "19:00 with dinner",
    ]
    late = rest_of(DayLog(TODAY).running_late(45), "18:00")
    assert [str(dose) for dose in late.doses] == ["19:45 with dinner"]
