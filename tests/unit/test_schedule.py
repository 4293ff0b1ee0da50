"""The days that DESIGN.md and the resolutions describe, one by one."""

from magwise.day import Meal, Routine, minutes
from magwise.schedule import (
    DayProblem,
    Fixed,
    Movable,
    Other,
    Outcome,
    Portion,
    Question,
    check,
    openings,
    place,
    questions,
)

ROUTINE = Routine(*map(minutes, ("06:30", "07:30", "12:30", "19:00", "22:45")))
NIGHT_SHIFT = Routine(
    wake=minutes("16:00"),
    breakfast=minutes("17:00"),
    lunch=minutes("23:00"),
    dinner=minutes("06:00"),
    bed=minutes("08:00"),
)
LEVOTHYROXINE = Fixed("levothyroxine", minutes("06:30"), 240, 240)
CALCIUM = Movable("calcium", minutes("19:00"), "calcium", 120, 120)


def portions(*elemental_mg: float) -> tuple[Portion, ...]:
    return tuple(Portion(0, 1, mg) for mg in elemental_mg)


def where(schedule) -> list[tuple[str, float]]:
    return [(dose.meal.value, dose.portion.elemental_mg) for dose in schedule.doses]


def test_the_worked_example_of_the_design():
    problem = DayProblem(ROUTINE, (LEVOTHYROXINE,), (CALCIUM,), evening_first=True)

    schedule = place(problem, portions(183))

    assert [meal.meal for meal in openings(problem).moments] == [Meal.LUNCH, Meal.DINNER]
    assert openings(problem).together == 1
    assert where(schedule) == [("dinner", 183)]
    assert [(other.take, other.at, other.moved_from) for other in schedule.others] == [
        ("levothyroxine", minutes("06:30"), None),
        ("calcium", minutes("12:30"), minutes("19:00")),
    ]
    assert check(problem, schedule, portions(183)) == ()


def test_two_portions_take_breakfast_and_dinner_and_calm_goals_put_the_larger_in_the_evening():
    assert where(place(DayProblem(ROUTINE), portions(120, 60))) == [("breakfast", 120), ("dinner", 60)]
    calm = DayProblem(ROUTINE, evening_first=True)
    assert where(place(calm, portions(120, 60))) == [("breakfast", 60), ("dinner", 120)]


def test_one_portion_takes_breakfast_or_for_calm_goals_dinner():
    assert where(place(DayProblem(ROUTINE), portions(120))) == [("breakfast", 120)]
    assert where(place(DayProblem(ROUTINE, evening_first=True), portions(120))) == [("dinner", 120)]


def test_a_closed_meal_names_everything_that_closes_it():
    iron = Fixed("iron", minutes("08:00"), 120, 120, kind="mineral")

    [closed] = openings(DayProblem(ROUTINE, (LEVOTHYROXINE, iron))).closed

    assert [need.words for need in closed.needs] == [
        "magnesium at least 4 h before and after levothyroxine at 06:30",
        "magnesium at least 2 h before and after iron at 08:00",
    ]


def test_a_gap_reaches_across_midnight():
    """A tablet at 23:30 with 6 h before it and 8 h after it closes dinner at 19:00 and breakfast at 07:00."""
    early = Routine(wake=360, breakfast=420, lunch=750, dinner=1140, bed=1380)
    late_tablet = Fixed("late tablet", minutes("23:30"), 360, 480)

    assert [str(moment) for moment in openings(DayProblem(early, (late_tablet,))).moments] == [
        "12:30 with lunch"
    ]


def test_a_gap_is_kept_to_the_minute():
    for at, is_open in (("08:30", True), ("08:31", False)):  # 4 h before 12:30 is 08:30
        routine = Routine(minutes("06:30"), minutes(at), minutes("12:30"), minutes("19:00"), minutes("22:45"))
        day = DayProblem(routine, (Fixed("tablet", minutes("12:30"), 240, 0),))
        assert (minutes(at) in [moment.at for moment in openings(day).moments]) is is_open


def test_a_night_shift_is_a_day_like_any_other():
    tablet = Fixed("levothyroxine", NIGHT_SHIFT.wake, 240, 240)
    problem = DayProblem(NIGHT_SHIFT, (tablet,), evening_first=True)

    schedule = place(problem, portions(120, 60))

    assert [str(moment) for moment in openings(problem).moments] == ["23:00 with lunch", "06:00 with dinner"]
    assert where(schedule) == [("lunch", 60), ("dinner", 120)]
    assert check(problem, schedule, portions(120, 60)) == ()


def test_no_room_keeps_everything_else_and_names_what_clashes():
    doxycycline = tuple(
        Fixed("tetracycline", minutes(at), 360, 240) for at in ("06:00", "12:00", "18:00", "23:30")
    )

    schedule = place(DayProblem(ROUTINE, doxycycline), portions(120))

    assert schedule.outcome is Outcome.NO_ROOM
    assert schedule.doses == ()
    assert len(schedule.others) == 4
    assert "magnesium at least 6 h before and 4 h after tetracycline at 12:00" in schedule.conflict


def test_two_doses_with_one_open_meal_clash_over_their_number():
    both = (LEVOTHYROXINE, Fixed("tablet", minutes("13:00"), 120, 120))

    schedule = place(DayProblem(ROUTINE, both), portions(100, 100))

    assert schedule.outcome is Outcome.NO_ROOM
    assert "2 doses of magnesium at as many different meals" in schedule.conflict
    assert place(DayProblem(ROUTINE, both), portions(200)).outcome is Outcome.FOUND


def test_a_habit_is_kept_when_magnesium_can_go_elsewhere():
    schedule = place(DayProblem(ROUTINE, (), (CALCIUM,)), portions(120))

    assert where(schedule) == [("breakfast", 120)]
    assert schedule.others == (Other(minutes("19:00"), "calcium", None, "movable"),)


def test_a_mineral_leaves_a_medicine_that_it_sat_too_close_to():
    calcium = Movable("calcium", minutes("07:30"), "calcium", 120, 120)

    schedule = place(DayProblem(ROUTINE, (LEVOTHYROXINE,), (calcium,)), portions(120))

    assert [(other.take, other.moved_from) for other in schedule.others if other.kind == "movable"] == [
        ("calcium", minutes("07:30"))
    ]


def test_more_than_one_sitting_holds_is_refused():
    assert place(DayProblem(ROUTINE), portions(200)).outcome is Outcome.FOUND
    assert place(DayProblem(ROUTINE), portions(201)).outcome is Outcome.NO_ROOM


def test_a_meal_right_at_bedtime_is_closed_for_whoever_may_not_have_a_bedtime_dose():
    late = Routine(minutes("06:30"), minutes("07:30"), minutes("12:30"), minutes("22:15"), minutes("22:45"))

    assert len(openings(DayProblem(late)).moments) == 3
    assert [moment.meal for moment in openings(DayProblem(late, bedtime_allowed=False)).moments] == [
        Meal.BREAKFAST,
        Meal.LUNCH,
    ]


def test_a_wished_gap_closes_nothing_but_another_meal_is_preferred():
    lisinopril = Fixed("lisinopril", minutes("07:00"), 120, 120, soft=True)
    problem = DayProblem(ROUTINE, (lisinopril,))

    assert len(openings(problem).moments) == 3
    assert where(place(problem, portions(120))) == [("dinner", 120)]
    assert len(place(problem, portions(100, 100, 100)).doses) == 3


def test_an_unnamed_medicine_is_kept_as_far_away_as_the_day_allows():
    unknown = Fixed("zorvaxil", minutes("07:00"), 120, 120, far=True)

    assert where(place(DayProblem(ROUTINE, (unknown,)), portions(120))) == [("dinner", 120)]


def test_a_conflict_says_that_a_gap_binds_the_mineral_too():
    """Only dinner is open, and both calcium and magnesium need it."""
    problem = DayProblem(ROUTINE, (Fixed("tablet", minutes("10:00"), 240, 240),), (CALCIUM,))

    schedule = place(problem, portions(120))

    assert schedule.conflict == (
        "magnesium (calcium too) at least 4 h before and after tablet at 10:00",
        "calcium at a meal other than magnesium's, at least 2 h before and after it",
    )


def test_without_room_there_is_something_to_ask_and_nothing_is_built_on_it():
    """Ciprofloxacin at 08:00 and 18:00 leaves no meal; the second at 18:30 would leave lunch at 12:30."""
    twice = tuple(Fixed("ciprofloxacin", minutes(at), 360, 240) for at in ("08:00", "18:00"))
    problem = DayProblem(ROUTINE, twice)

    schedule = place(problem, portions(120))

    assert schedule.outcome is Outcome.NO_ROOM
    assert Question("ciprofloxacin", minutes("18:00"), minutes("18:30")) in questions(problem, portions(120))
    assert [other.at for other in schedule.others] == [minutes("08:00"), minutes("18:00")]
    assert questions(DayProblem(ROUTINE), portions(120)) == ()
