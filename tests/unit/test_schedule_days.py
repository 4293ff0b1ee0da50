"""Weekly tablets, courses, and the days beside them."""

from dataclasses import replace
from datetime import date, timedelta
from random import Random

from agreement.test_schedule import any_day, portions
from magwise.day import Routine, minutes
from magwise.schedule import (
    DayProblem,
    Fixed,
    Movable,
    Outcome,
    check,
    every_day_alike,
    place,
    problem_on,
    unfold,
)

ROUTINE = Routine(*map(minutes, ("06:30", "07:30", "12:30", "19:00", "22:45")))
MONDAY = date(2026, 11, 23)
SUNDAY = 6
ALENDRONATE = Fixed("alendronate", minutes("06:30"), 240, 240, days=(SUNDAY,))


def doses(schedule) -> list[str]:
    return [str(dose) for dose in schedule.doses]


def course(first: int, last: int | None, *times: str) -> tuple[Fixed, ...]:
    """Ciprofloxacin from the first to the last day, counted from Monday the 23rd."""
    end = None if last is None else MONDAY + timedelta(days=last)
    return tuple(
        Fixed("ciprofloxacin", minutes(at), 360, 240, first=MONDAY + timedelta(days=first), last=end)
        for at in times
    )


def test_a_weekly_tablet_changes_its_own_day_only():
    days = unfold(DayProblem(ROUTINE, (ALENDRONATE,)), portions(2), MONDAY)

    assert doses(days.ordinary) == ["07:30 with breakfast", "19:00 with dinner"]
    [sunday] = days.others
    assert (sunday.days, sunday.first, sunday.last) == ((SUNDAY,), None, None)
    assert doses(sunday.schedule) == ["12:30 with lunch", "19:00 with dinner"]
    assert [other.take for other in sunday.schedule.others] == ["alendronate"]
    assert days.ordinary.others == ()


def test_a_weekly_tablet_reaches_into_the_evening_before():
    """Taken on Sunday at 01:00 with 8 h before it, it closes Saturday's dinner at 19:00."""
    early = replace(ALENDRONATE, at=minutes("01:00"), before_min=480, after_min=60)

    days = unfold(DayProblem(ROUTINE, (early,)), portions(2), MONDAY)

    saturday = days.on(date(2026, 11, 28))
    assert doses(saturday) == ["07:30 with breakfast", "12:30 with lunch"]
    assert saturday.others == ()
    assert doses(days.on(date(2026, 11, 29))) == ["07:30 with breakfast", "19:00 with dinner"]


def test_a_course_changes_its_days_and_then_the_old_day_returns():
    problem = DayProblem(ROUTINE, course(2, 11, "08:00", "20:00"))

    days = unfold(problem, portions(2), MONDAY)

    usual = ["07:30 with breakfast", "19:00 with dinner"]
    assert doses(days.ordinary) == usual
    assert doses(days.on(MONDAY + timedelta(days=1))) == usual
    for day in range(2, 12):
        assert doses(days.on(MONDAY + timedelta(days=day))) == ["12:30 with lunch"], day
    assert doses(days.on(MONDAY + timedelta(days=12))) == usual
    [during] = days.others
    assert (during.days, during.first, during.last) == (
        (),
        MONDAY + timedelta(days=2),
        MONDAY + timedelta(days=11),
    )
    assert during.left_out == portions(2)[1:]


def test_the_gap_after_the_last_dose_of_a_course_reaches_into_the_next_day():
    """The last capsule at 23:45 keeps 8 h after it, so the next breakfast at 07:30 is still closed."""
    late = tuple(replace(one, after_min=480) for one in course(0, 3, "23:45"))

    days = unfold(DayProblem(ROUTINE, late), portions(1), MONDAY - timedelta(days=3))

    assert doses(days.on(MONDAY + timedelta(days=4))) == ["19:00 with dinner"]
    assert doses(days.on(MONDAY + timedelta(days=5))) == ["07:30 with breakfast"]


def test_magnesium_pauses_on_days_without_room():
    days = unfold(DayProblem(ROUTINE, course(0, 5, "06:00", "12:00", "18:00")), portions(2), MONDAY)

    during = days.on(MONDAY + timedelta(days=3))
    assert during.outcome is Outcome.NO_ROOM
    assert during.doses == ()
    assert during.conflict
    assert days.on(MONDAY + timedelta(days=9)).outcome is Outcome.FOUND


def test_a_medicine_that_begins_for_good_stays():
    days = unfold(DayProblem(ROUTINE, course(5, None, "08:00", "20:00")), portions(1), MONDAY)

    assert doses(days.on(MONDAY)) == ["07:30 with breakfast"]
    assert doses(days.on(MONDAY + timedelta(days=400))) == ["12:30 with lunch"]
    assert days.others[-1].last is None


def test_a_course_that_is_over_leaves_no_trace():
    over = course(-20, -10, "08:00", "20:00")

    assert unfold(DayProblem(ROUTINE, over), portions(2), MONDAY) == unfold(
        DayProblem(ROUTINE), portions(2), MONDAY
    )


def test_every_date_of_a_random_season_passes_the_second_opinion():
    """Each date is checked with what is taken on it and on the days beside it, minerals of neighbours included."""
    random = Random(21)
    for _ in range(60):
        problem = any_season(random)
        days = unfold(problem, portions(2), MONDAY)
        for day in (MONDAY + timedelta(days=away) for away in range(25)):
            schedule = days.on(day)
            assert check(problem_on(problem, day), schedule) == (), (problem, day)
            assert _minerals_keep_apart_overnight(problem, schedule, days.on(day + timedelta(days=1)))


def test_the_ordinary_day_is_what_place_makes_of_the_day_that_comes_most_often():
    random = Random(22)
    for _ in range(40):
        problem = any_season(random)
        ordinary = unfold(problem, portions(1), MONDAY).ordinary

        assert ordinary == place(every_day_alike(problem, MONDAY), portions(1))


def any_season(random: Random) -> DayProblem:
    problem = any_day(random, 4, random.randint(0, 2))
    fixed = []
    for item in problem.fixed:
        kind = random.choice(("daily", "weekly", "course"))
        first = MONDAY + timedelta(days=random.randint(-5, 12))
        last = first + timedelta(days=random.randint(0, 9))
        fixed.append(
            replace(item, days=tuple(sorted(random.sample(range(7), random.randint(1, 3)))))
            if kind == "weekly"
            else replace(item, first=first, last=last)
            if kind == "course"
            else item
        )
    return replace(problem, fixed=tuple(fixed))


def _minerals_keep_apart_overnight(problem: DayProblem, today, tomorrow) -> bool:
    by_name: dict[str, Movable] = {movable.name: movable for movable in problem.movables}
    if not (today.doses and tomorrow.doses):
        return True
    return all(
        other.at + 1440 - dose.at >= by_name[other.take].before_min
        for dose in today.doses
        for other in tomorrow.others
        if other.kind == "movable"
    ) and all(
        dose.at + 1440 - other.at >= by_name[other.take].after_min
        for dose in tomorrow.doses
        for other in today.others
        if other.kind == "movable"
    )
