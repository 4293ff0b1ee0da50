"""The small state of a day: reports in, the day as it stands out."""

from datetime import date, datetime
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agreement.test_schedule import any_day, portions
from magwise.day import Routine, clock, minutes
from magwise.schedule import MAGNESIUM, DayProblem, Fixed, Movable, Outcome, Portion, place
from magwise.schedule.log import (
    DayLog,
    Report,
    Said,
    State,
    Today,
    go_on,
    is_before_this_day,
    latest_min,
    moment_of,
    waking_day,
)

ROUTINE = Routine(*map(minutes, ("06:30", "07:30", "12:30", "19:00", "22:45")))
NIGHT = Routine(*map(minutes, ("16:00", "17:00", "23:00", "06:00", "08:00")))
TODAY = date(2026, 11, 23)
TWO = (Portion(0, 1, 100.0), Portion(0, 1, 100.0))
CALCIUM = Movable("calcium", minutes("07:30"), "calcium", 120, 120)
END = minutes("06:30") + 1439


def took(now: str, what: str, at: str | None = None, mg: float = 0.0, dose: str = "") -> Report:
    return Report(Said.TOOK, minutes(now), what, minutes(at or now), mg, dose)


def missed(now: str, what: str) -> Report:
    return Report(Said.MISSED, minutes(now), what)


def late(now: str, by: int) -> Report:
    return Report(Said.LATE, minutes(now), late_min=by)


def log(*reports: Report) -> DayLog:
    whole = DayLog(TODAY)
    for report in reports:
        whole = whole.saying(report)
    return whole


def day(
    now: str, *reports: Report, problem: DayProblem | None = None, before: Today | None = None, limit=350.0
):
    problem = problem or DayProblem(ROUTINE)
    return go_on(problem, place(problem, TWO), log(*reports), now=minutes(now), limit_mg=limit, before=before)


def shown(today: Today) -> list[str]:
    return [f"{clock(one.when)} {one.name} {one.state}" for one in today.entries]


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


@pytest.mark.parametrize(
    ("at", "before"), [("06:00", False), ("02:38", False), ("02:36", True), ("00:10", True)]
)
def test_the_middle_of_the_night_parts_the_days(at: str, before: bool):
    """In bed at 22:45, up at 06:30: 02:37 is the middle."""
    assert is_before_this_day(ROUTINE, minutes(at)) is before


def test_the_same_report_twice_is_one_report():
    once = log(took("08:00", MAGNESIUM, "07:35", 100), missed("10:00", "lunch"), late("11:00", 45))

    again = once.saying(took("08:10", MAGNESIUM, "07:35", 100)).saying(missed("12:00", "lunch"))
    assert again.saying(late("11:30", 45)) == once


def test_a_day_that_nobody_spoke_of_goes_as_planned():
    assert shown(day("10:00")) == ["07:30 breakfast assumed", "19:00 dinner next"]
    assert shown(day("07:45")) == ["07:30 breakfast due", "19:00 dinner next"]


def test_a_missed_dose_moves_once_and_counts_as_taken_where_it_went():
    """At 10:00 it goes to lunch. At 14:00 nobody has said anything more: it is not offered a third time."""
    for now, states in (
        ("10:00", "next later"),
        ("12:40", "due next"),
        ("14:00", "assumed next"),
        ("20:00", "assumed assumed"),
    ):
        lunch, dinner = states.split()
        assert shown(day(now, missed("10:00", "breakfast"))) == [
            f"12:30 lunch {lunch}",
            f"19:00 dinner {dinner}",
        ]


def test_a_missed_mineral_moves_once_too():
    problem = DayProblem(ROUTINE, (), (CALCIUM,))

    states = [
        [line for line in shown(day(now, missed("10:00", "calcium"), problem=problem)) if "calcium" in line]
        for now in ("10:00", "16:00")
    ]

    assert states[0] != states[1] and [len(one) for one in states] == [1, 1]
    assert states[1] == [states[0][0].rsplit(" ", 1)[0] + " assumed"]


def test_a_dose_that_moved_away_from_zinc_keeps_its_new_time():
    """Zinc at 11:00 instead of 07:30 sends lunch's dose to 13:15, and at 12:45 it is still there."""
    problem = DayProblem(ROUTINE, (), (Movable("zinc", minutes("07:30"), "zinc", 120, 120),))

    moved = day("12:45", took("11:05", "zinc", "11:00"), problem=problem)

    assert shown(moved) == ["11:00 zinc taken", "13:15 snack due", "19:00 dinner next"]
    assert "2 h after zinc, taken at 11:00" in moved.changes[0].why


def test_what_is_taken_after_all_was_not_missed():
    said = (missed("10:00", "breakfast"), took("11:00", MAGNESIUM, mg=100, dose="breakfast"))

    assert shown(day("11:00", *said)) == ["11:00 breakfast taken", "19:00 dinner next"]


def test_a_dose_that_was_left_out_and_is_taken_all_the_same_is_that_dose():
    """Missed at 14:00, breakfast's dose is left out; 300 mg of something else then stands for dinner's."""
    left_out = missed("14:00", "breakfast")

    assert shown(day("14:00", left_out)) == ["07:30 breakfast left_out", "19:00 dinner next"]
    assert shown(day("15:00", left_out, took("15:00", MAGNESIUM, mg=100, dose="breakfast"))) == [
        "15:00 breakfast taken",
        "19:00 dinner next",
    ]
    assert shown(day("15:00", left_out, took("15:00", MAGNESIUM, mg=300))) == [
        "07:30 breakfast left_out",
        "15:00 dinner taken",
    ]


def test_a_dose_is_the_one_that_was_named():
    """Breakfast's dose at 17:00 is breakfast's, though dinner is nearer."""
    today = day("17:00", missed("10:00", "lunch"), took("17:00", MAGNESIUM, mg=100, dose="breakfast"))

    assert shown(today) == ["17:00 breakfast taken", "19:00 dinner next"]


def test_what_was_not_planned_counts_and_stands_in_the_day():
    today = day(
        "12:00",
        took("08:00", MAGNESIUM, mg=100, dose="breakfast"),
        took("12:00", MAGNESIUM, mg=200, dose="x"),
    )

    assert today.most_24h_mg == 300
    assert [one.state for one in today.entries] == [State.TAKEN, State.TAKEN]  # it stands for dinner's


def test_late_moves_meals_and_the_newest_word_counts():
    assert shown(day("18:00", late("18:00", 45)))[-1] == "19:45 dinner next"
    assert shown(day("18:00", late("17:00", 90), late("18:00", 45)))[-1] == "19:45 dinner next"
    assert shown(day("18:00", late("17:00", 90), late("18:00", 0)))[-1] == "19:00 dinner next"


def test_a_late_day_brings_nothing_back_that_may_have_been_taken():
    """At 07:50 breakfast is still there to be late; at 08:10 it counts as taken, however late the day is."""
    assert shown(day("07:50", late("07:50", 60)))[0] == "08:30 breakfast next"
    assert shown(day("08:10", late("08:10", 60)))[0] == "07:30 breakfast assumed"
    assert shown(day("10:00", late("10:00", 10**9)))[0] == "07:30 breakfast assumed"


def test_a_late_dose_is_taken_when_its_late_time_is_past():
    assert shown(day("19:40", late("18:00", 45)))[-1] == "19:45 dinner due"
    assert shown(day("20:30", late("18:00", 45)))[-1] == "19:45 dinner assumed"


def test_nobody_is_so_late_that_the_night_is_gone():
    assert latest_min(ROUTINE) == 7 * 60 + 44


def test_a_missed_medicine_stays_where_it_is():
    problem = DayProblem(ROUTINE, (Fixed("levothyroxine", minutes("06:30"), 240, 240),))

    today = day("10:00", missed("09:00", "levothyroxine"), problem=problem)

    assert shown(today)[0] == "06:30 levothyroxine missed"
    assert today.changes == ()


def test_a_medicine_that_is_taken_after_all_moves_the_magnesium():
    problem = DayProblem(ROUTINE, (Fixed("levothyroxine", minutes("06:30"), 240, 240),))

    today = day("09:30", missed("09:00", "levothyroxine"), took("09:30", "levothyroxine"), problem=problem)

    assert "06:30" not in shown(today)[0]
    assert today.entries[1].when >= minutes("13:30") - 15


def test_last_night_counts_into_todays_24_hours():
    """300 mg at 23:00 yesterday: breakfast's and dinner's 100 mg are both within 24 hours of it."""
    yesterday = day("23:00", took("23:00", MAGNESIUM, mg=300, dose="dinner"))

    today = day("06:45", before=yesterday)

    assert shown(today) == ["07:30 breakfast left_out", "19:00 dinner left_out"]
    assert "350 mg in 24 hours" in today.changes[0].why
    assert today.most_24h_mg == 400


def test_yesterdays_report_of_this_morning_replaces_what_was_assumed():
    at = minutes("21:00") - 1440
    said = Report(Said.TOOK, minutes("08:00"), MAGNESIUM, at, 100, "dinner", yesterday=True)
    yesterday = go_on(
        DayProblem(ROUTINE), place(DayProblem(ROUTINE), TWO), DayLog(TODAY), now=END, limit_mg=350
    )

    assert day("08:00", said, before=yesterday).most_24h_mg == 200


def test_whatever_is_said_no_dose_is_doubled_and_medicines_stay():
    """Random days with random reports in their order, looked at by code of the test's own."""
    random = Random(33)
    moved = 0
    for _ in range(600):
        problem = any_day(random, 3, random.randint(0, 2))
        asked = portions(random.choice((1, 2)))
        plan = place(problem, asked)
        if plan.outcome is not Outcome.FOUND:
            continue
        wake, reports, offered = problem.routine.wake, [], []
        now = wake
        for _ in range(random.randint(1, 4)):
            now = min(now + random.randrange(15, 300), wake + 1400)
            entries = go_on(problem, plan, DayLog(TODAY, tuple(reports)), now=now, limit_mg=350).entries
            reports.append(_anything(random, entries, now, problem.routine))
            today = go_on(problem, plan, DayLog(TODAY, tuple(reports)), now=now, limit_mg=350)
            moved += bool(today.changes)
            doses = [one for one in today.entries if one.dose]
            assert len(doses) == len(plan.doses)
            offered = [one for one in doses if one.state in {State.DUE, State.NEXT, State.LATER}]
            times = [one.at for one in doses if one.at is not None and one.state is not State.TAKEN]
            assert len(set(times)) == len(times)
            for one in offered:
                for item in problem.fixed:
                    if one.at > now and not item.soft and not any(r.what == item.name for r in reports):
                        assert _is_apart(one.at, item.at, item.before_min, item.after_min), (problem, reports)
            fixed = sorted((item.take or item.name, item.at) for item in problem.fixed if 0 in item.occurs)
            known = [one for one in today.entries if one.kind not in {"movable", MAGNESIUM, "extra"}]
            assert sorted((one.take, one.planned % 1440) for one in known) == fixed
        later = go_on(problem, plan, DayLog(TODAY, tuple(reports)), now=wake + 1439, limit_mg=350)
        before_bed = [one.at for one in later.entries if one.dose and one.state is not State.TAKEN]
        assert all(one.at in before_bed for one in offered)
    assert moved > 100


def test_whatever_is_said_no_23_hours_with_an_offered_dose_hold_more_than_the_limit():
    """Counted plainly; the 24th hour is for doses that come a little late."""
    random = Random(34)
    offered = 0
    for _ in range(900):
        problem = any_day(random, 2)
        plan = place(problem, portions(random.choice((1, 2))))
        if plan.outcome is not Outcome.FOUND:
            continue
        now, reports = problem.routine.wake, []
        for _ in range(random.randint(1, 4)):
            now = min(now + random.randrange(15, 300), problem.routine.wake + 1400)
            entries = go_on(problem, plan, DayLog(TODAY, tuple(reports)), now=now, limit_mg=300).entries
            extra = Report(
                Said.TOOK, now, MAGNESIUM, now - random.randrange(0, 90), random.choice((60.0, 180.0, 300.0))
            )
            reports.append(random.choice((extra, _anything(random, entries, now, problem.routine))))
        entries = go_on(problem, plan, DayLog(TODAY, tuple(reports)), now=now, limit_mg=300).entries
        had = [one for one in entries if one.at is not None and one.elemental_mg]
        new = [one for one in had if one.state is not State.TAKEN and one.at > now]
        offered += len(new)
        for start in had:
            window = [one for one in had if start.at <= one.at < start.at + 1380]
            if any(one in new for one in window):
                assert sum(one.elemental_mg for one in window) <= 300, (reports, entries)
    assert offered > 80


def _anything(random: Random, entries, now: int, routine: Routine) -> Report:
    gone = [one for one in entries if one.when < now and one.state is State.ASSUMED]
    kind = random.choice(("took", "missed", "late"))
    if kind == "late" or not gone:
        return Report(Said.LATE, now, late_min=random.randrange(0, min(120, latest_min(routine)) + 1))
    one = random.choice(gone)
    if kind == "missed":
        return Report(Said.MISSED, now, one.name)
    at = now - random.randrange(0, 60)
    return Report(Said.TOOK, now, one.take, at, one.elemental_mg, one.name if one.dose else "")


def _is_apart(magnesium: int, clock_time: int, before: int, after: int) -> bool:
    times = [clock_time + 1440 * day for day in range(-2, 4)]
    return not any(0 <= time - magnesium < before or 0 <= magnesium - time < after for time in times)
