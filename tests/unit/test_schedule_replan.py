"""When the day goes otherwise: what moved, why, and what never happens."""

from random import Random

from agreement.test_schedule import any_day, portions
from magwise.day import Meal, Routine, minutes
from magwise.schedule import (
    MAGNESIUM,
    DayProblem,
    Fixed,
    Movable,
    Outcome,
    Portion,
    place,
)
from magwise.schedule.replan import Taken, replan

ROUTINE = Routine(*map(minutes, ("06:30", "07:30", "12:30", "19:00", "22:45")))
TWO = (Portion(0, 2, 100.0), Portion(0, 2, 100.0))
ZINC = Movable("zinc", minutes("07:30"), "zinc", 120, 120)


def going_on(problem: DayProblem, asked=TWO, limit_mg: float = 350, **said):
    return replan(problem, place(problem, asked), limit_mg=limit_mg, **said)


def doses(rest) -> list[str]:
    return [str(dose) for dose in rest.doses]


def test_a_day_that_goes_as_planned_just_goes_on():
    rest = going_on(DayProblem(ROUTINE), now=minutes("10:00"))

    assert doses(rest) == ["19:00 with dinner"]
    assert rest.changes == ()


def test_a_missed_dose_goes_to_a_free_meal_and_says_why():
    rest = going_on(DayProblem(ROUTINE), now=minutes("10:00"), missed=("breakfast",))

    assert doses(rest) == ["12:30 with lunch", "19:00 with dinner"]
    [change] = rest.changes
    assert (change.was, change.now) == (minutes("07:30"), minutes("12:30"))
    assert "missed" in change.why


def test_two_doses_are_never_put_together():
    rest = going_on(
        DayProblem(ROUTINE), now=minutes("18:45"), missed=("breakfast",), asked=(Portion(0, 1, 150),) * 2
    )

    assert doses(rest) == ["19:00 with dinner"]
    [change] = rest.changes
    assert change.now is None
    assert "nothing extra" in change.why


def test_a_missed_dose_is_offered_until_halfway_to_the_next():
    """Breakfast's dose at 07:30, dinner's at 19:00: 13:15 is the middle."""
    assert doses(going_on(DayProblem(ROUTINE), now=minutes("13:15"), missed=("breakfast",))) == [
        "13:15 with snack",
        "19:00 with dinner",
    ]
    late = going_on(DayProblem(ROUTINE), now=minutes("13:16"), missed=("breakfast",))
    assert doses(late) == ["19:00 with dinner"]
    assert "the next dose is nearer" in late.changes[0].why


def test_what_nobody_mentioned_is_never_offered_again():
    rest = going_on(DayProblem(ROUTINE), now=minutes("08:00"))

    assert doses(rest) == ["19:00 with dinner"]


def test_zinc_taken_late_moves_the_dose_that_follows():
    """Zinc at 11:00 instead of 07:30 closes lunch at 12:30; 100 mg can go to a snack at 13:00."""
    problem = DayProblem(ROUTINE, (), (ZINC,))
    plan = place(problem, TWO)
    assert [str(dose) for dose in plan.doses] == ["12:30 with lunch", "19:00 with dinner"]

    rest = replan(problem, plan, now=minutes("11:05"), limit_mg=350, taken=(Taken("zinc", minutes("11:00")),))

    assert doses(rest) == ["13:15 with snack", "19:00 with dinner"]  # 13:00 would still be with lunch
    assert "at least 2 h after zinc, taken at 11:00" in rest.changes[0].why


def test_a_large_dose_does_not_go_to_a_snack():
    problem = DayProblem(ROUTINE, (), (ZINC,))
    large = (Portion(0, 2, 120.0), Portion(0, 2, 120.0))

    rest = going_on(problem, large, now=minutes("11:05"), taken=(Taken("zinc", minutes("11:00")),))

    assert doses(rest) == ["19:00 with dinner"]


def test_a_medicine_taken_late_keeps_its_gap_from_when_it_was_taken():
    levothyroxine = Fixed("levothyroxine", minutes("06:30"), 240, 240)
    problem = DayProblem(ROUTINE, (levothyroxine,))

    rest = going_on(problem, now=minutes("09:30"), taken=(Taken("levothyroxine", minutes("09:15")),))

    assert doses(rest) == ["13:15 with snack", "19:00 with dinner"]
    assert "4 h after levothyroxine, taken at 09:15" in rest.changes[0].why


def test_one_of_two_tablets_taken_late_leaves_the_other_where_it_is():
    """Taken at 08:40, the 08:00 tablet counts from then; the one at 20:00 still closes dinner."""
    twice = tuple(Fixed("tablet", minutes(at), 120, 240) for at in ("08:00", "20:00"))

    rest = going_on(
        DayProblem(ROUTINE, twice),
        (Portion(0, 1, 120),),
        now=minutes("09:00"),
        taken=(Taken("tablet", minutes("08:40")),),
    )

    assert rest.doses == ()
    assert "4 h after tablet, taken at 08:40" in rest.changes[0].why
    assert [other.at for other in rest.others] == [minutes("20:00")]


def test_one_of_two_calcium_tablets_taken_leaves_the_other_to_be_taken():
    twice = tuple(Movable("calcium", minutes(at), "calcium", 120, 120) for at in ("07:30", "19:00"))

    rest = going_on(
        DayProblem(ROUTINE, (), twice),
        (Portion(0, 1, 120),),
        now=minutes("08:00"),
        taken=(Taken("calcium", minutes("07:40")),),
    )

    assert doses(rest) == ["12:30 with lunch"]
    assert [(other.take, other.at) for other in rest.others] == [("calcium", minutes("19:00"))]


def test_a_late_day_moves_meals_and_never_a_medicine():
    problem = DayProblem(ROUTINE, (Fixed("tablet", minutes("20:00"), 0, 120),))

    rest = going_on(problem, now=minutes("18:00"), late_min=45)

    assert doses(rest) == ["19:45 with dinner"]
    assert [(other.take, other.at) for other in rest.others] == [("tablet", minutes("20:00"))]
    assert rest.changes[0].why == "the day runs late"


def test_a_late_meal_that_runs_into_a_gap_loses_its_dose():
    problem = DayProblem(ROUTINE, (Fixed("tablet", minutes("19:30"), 30, 180),))

    rest = going_on(problem, (Portion(0, 1, 150), Portion(0, 1, 150)), now=minutes("18:00"), late_min=45)

    assert rest.doses == ()
    assert "tablet, at 19:30" in rest.changes[0].why


def test_the_limit_holds_in_every_24_hours():
    """150 + 150 a day under 350: breakfast's dose at lunch would make 450 up to tomorrow's breakfast."""
    large = (Portion(0, 1, 150), Portion(0, 1, 150))
    missed = {"now": minutes("10:00"), "missed": ("breakfast",)}

    assert doses(going_on(DayProblem(ROUTINE), large, **missed)) == ["19:00 with dinner"]
    assert doses(going_on(DayProblem(ROUTINE), large, limit_mg=450, **missed)) == [
        "12:30 with lunch",
        "19:00 with dinner",
    ]


def test_a_dose_up_to_an_hour_late_does_not_cost_the_next_one_and_a_later_one_does():
    """Yesterday's 150 mg at 20:00 and at 20:01; today's dinner is at 19:00 and the limit 350."""
    large = (Portion(0, 1, 150), Portion(0, 1, 150))
    for at, is_left in (("20:00", True), ("20:01", False)):
        late = Taken(MAGNESIUM, minutes(at) - 1440, 150.0)
        rest = going_on(DayProblem(ROUTINE), large, now=minutes("10:00"), taken=(late,))
        assert bool(rest.doses) is is_left, at


def test_whoever_took_too_much_takes_no_more():
    taken = (Taken(MAGNESIUM, minutes("08:00"), 300.0),)

    rest = going_on(DayProblem(ROUTINE), now=minutes("10:00"), taken=taken)

    assert rest.doses == ()
    assert rest.last_24h_mg == 400  # and yesterday's dinner, as planned


def test_what_comes_on_top_does_not_stand_for_yesterdays_dose():
    taken = (
        Taken(MAGNESIUM, minutes("07:30"), 100.0),
        Taken(MAGNESIUM, minutes("19:00"), 100.0),
        Taken(MAGNESIUM, minutes("19:30"), 60.0),
    )

    assert going_on(DayProblem(ROUTINE), now=minutes("19:30"), taken=taken).last_24h_mg == 260
    early = going_on(
        DayProblem(ROUTINE),
        now=minutes("07:00"),
        taken=tuple(Taken(MAGNESIUM, minutes(at), 100.0) for at in ("06:40", "06:45", "06:50")),
    )
    assert early.last_24h_mg == 500  # three of today, and yesterday's two


def test_a_name_that_is_not_part_of_the_day_is_handed_back():
    rest = going_on(DayProblem(ROUTINE), now=minutes("10:00"), taken=(Taken("ibuprofen", minutes("09:00")),))

    assert rest.unknown == ("ibuprofen",)


def test_a_night_worker_misses_a_dose_across_midnight():
    night = Routine(*map(minutes, ("16:00", "17:00", "23:00", "06:00", "08:00")))

    rest = going_on(DayProblem(night), now=minutes("23:30"), missed=("breakfast",))

    assert doses(rest)[-1] == "06:00 with dinner"
    assert rest.doses[0].meal is Meal.SNACK


def test_whatever_happens_gaps_limits_and_medicines_hold():
    """Random days that go wrong in random ways, looked at by code of the test's own."""
    random = Random(31)
    moved = 0
    for _ in range(1500):
        problem = any_day(random, 3, random.randint(0, 2))
        asked = portions(random.choice((1, 2)))
        plan = place(problem, asked)
        if plan.outcome is not Outcome.FOUND:
            continue
        routine = problem.routine
        now = routine.wake + random.randrange(0, 960)
        taken = []
        if problem.movables and random.random() < 0.6:
            taken.append(Taken(random.choice(problem.movables).name, now - random.randrange(0, 60)))
        missed = tuple(str(dose.meal) for dose in plan.doses if random.random() < 0.4)
        late = random.choice((0, 0, 30, 90))
        rest = replan(problem, plan, now=now, limit_mg=350, taken=tuple(taken), missed=missed, late_min=late)
        moved += bool(rest.changes)

        assert sum(dose.portion.elemental_mg for dose in rest.doses) <= sum(
            portion.elemental_mg for portion in asked
        )
        assert len({dose.at for dose in rest.doses}) == len(rest.doses)
        for dose in rest.doses:
            at = routine.wake + (dose.at - routine.wake) % 1440
            assert at >= now
            assert dose.meal is not Meal.SNACK or dose.portion.elemental_mg <= 100
            for item in problem.fixed:
                if not item.soft:
                    assert _is_apart(at, item.at, item.before_min, item.after_min), (problem, dose)
            for one in taken:
                movable = next(movable for movable in problem.movables if movable.name == one.what)
                assert not (0 <= one.at - at < movable.before_min) and not (
                    0 <= at - one.at < movable.after_min
                )
            for other in rest.others:
                if other.kind == "movable":
                    movable = next(one for one in problem.movables if one.name == other.take)
                    assert _is_apart(at, other.at, movable.before_min, movable.after_min)
        for other in rest.others:
            if other.kind != "movable":
                assert any(item.at == other.at for item in problem.fixed)
    assert moved > 200


def _is_apart(magnesium: int, clock: int, before: int, after: int) -> bool:
    """Whether magnesium keeps these gaps from something taken every day at this clock time."""
    times = [clock + 1440 * day for day in range(-2, 4)]
    return not any(0 <= time - magnesium < before or 0 <= magnesium - time < after for time in times)


def test_no_23_hours_with_a_new_dose_in_them_ever_hold_more_than_the_limit():
    """Whatever was taken and reported, counted plainly; the 24th hour is for doses that come a little late."""
    random = Random(32)
    offered = 0
    for _ in range(1500):
        problem = any_day(random, 2)
        asked = portions(random.choice((1, 2)))
        plan = place(problem, asked)
        if plan.outcome is not Outcome.FOUND:
            continue
        wake = problem.routine.wake
        now = wake + random.randrange(0, 960)
        taken = tuple(
            Taken(MAGNESIUM, now - random.randrange(0, 1500), random.choice((60.0, 120.0, 180.0, 300.0)))
            for _ in range(random.randint(0, 3))
        )
        missed = tuple(str(dose.meal) for dose in plan.doses if random.random() < 0.5)
        rest = replan(
            problem, plan, now=now, limit_mg=300, taken=taken, missed=missed, late_min=random.choice((0, 40))
        )
        new = [(wake + (dose.at - wake) % 1440, dose.portion.elemental_mg) for dose in rest.doses]
        offered += len(new)
        everything = [*new, *((one.at, one.elemental_mg) for one in taken)]

        for start, _ in everything:
            window = [one for one in everything if start <= one[0] < start + 1380]
            if any(one in new for one in window):
                assert sum(mg for _, mg in window) <= 300
    assert offered > 300
