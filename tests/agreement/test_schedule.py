"""Search, brute force and the independent checker agree on thousands of random days; and the laws of days."""

from dataclasses import replace
from datetime import date
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agreement.schedule_by_trying_all import every_day, wishes
from magwise.day import Routine
from magwise.schedule import (
    DayProblem,
    Fixed,
    MineralGap,
    Movable,
    NeedKind,
    Other,
    Outcome,
    Pause,
    Portion,
    Schedule,
    check,
    explain,
    openings,
    place,
)

GAPS = (0, 30, 120, 180, 240, 360, 480, 600)
DAY_SHIFT = Routine(390, 450, 750, 1140, 1365)
NIGHT_SHIFT = Routine(960, 1020, 1380, 360, 480)
TWO_MEALS = Routine(390, None, 750, 1140, 1365)
ONE_MEAL = Routine(390, None, None, 1080, 1365)
FIVE_MEALS = Routine(390, 450, 750, 1140, 1365, small_meals=(615, 945))
FASTING = Routine(280, 280, None, 1085, 1365)


def portions(many: int) -> tuple[Portion, ...]:
    return tuple(Portion(0, 3 - index, 60.0 * (3 - index)) for index in range(many))


def any_day(random: Random, medicines: int = 4, movables: int = 0, free: int = 0) -> DayProblem:
    """A random day: `free` of its movables need no meal."""
    return DayProblem(
        routine=random.choice((DAY_SHIFT, NIGHT_SHIFT, any_routine(random))),
        fixed=tuple(any_fixed(random, index) for index in range(random.randint(0, medicines))),
        movables=tuple(any_movable(random, index, index >= free) for index in range(movables)),
        evening_first=random.random() < 0.5,
        bedtime_allowed=random.random() < 0.7,
    )


def any_day_of_any_shape(random: Random, medicines: int, movables: int, free: int) -> DayProblem:
    """Fewer and more meals, minerals that keep apart from each other, and nothing by day in a fast."""
    day = any_day(random, medicines, movables, free)
    fixed = tuple(replace(item, mineral=random.choice(("", "", "calcium", "iron"))) for item in day.fixed)
    gaps = (MineralGap(frozenset({"calcium", "iron"}), random.choice((60, 120, 300))),)
    day = replace(day, fixed=fixed, mineral_gaps=gaps)
    if random.random() < 0.25:
        return replace(day, routine=FASTING, no_food=(310, 1085))
    return replace(day, routine=random.choice((day.routine, TWO_MEALS, ONE_MEAL, FIVE_MEALS)))


def any_routine(random: Random) -> Routine:
    wake = random.randrange(0, 1440, 5)
    meals = sorted(random.sample(range(0, 900, 5), 3))
    return Routine(wake, *((wake + meal) % 1440 for meal in meals), (wake + 960) % 1440)


def any_fixed(random: Random, index: int) -> Fixed:
    return Fixed(
        f"medicine {index}",
        random.randrange(0, 1440, 15),
        random.choice(GAPS),
        random.choice(GAPS),
        soft=random.random() < 0.15,
        far=random.random() < 0.1,
    )


def any_movable(random: Random, index: int, with_meal: bool) -> Movable:
    return Movable(
        f"mineral {index}",
        random.choice((None, 450, 750, 1140, random.randrange(0, 1440, 5))),
        random.choice(("calcium", "iron", "")),
        random.choice(GAPS[:5]),
        random.choice(GAPS[:5]),
        with_meal,
    )


@pytest.mark.parametrize(
    ("days", "medicines", "movables", "free"),
    [(2500, 5, 0, 0), (1200, 3, 1, 0), (800, 2, 2, 0), (60, 2, 2, 1), (15, 1, 2, 2)],
)
@pytest.mark.parametrize("shape", [any_day, any_day_of_any_shape])
def test_search_brute_force_and_checker_agree(shape, days: int, medicines: int, movables: int, free: int):
    random = Random(days)
    found = 0
    for _ in range(days):
        problem = shape(random, medicines, movables, free)
        asked = portions(random.choice((1, 1, 2, 2, 3)))
        schedule = place(problem, asked)
        best = min((wishes(problem, asked, day) for day in every_day(problem, asked)), default=None)

        if best is None:
            assert schedule.outcome is Outcome.NO_ROOM
            assert schedule.doses == ()
            assert schedule.conflict
        else:
            found += 1
            assert schedule.outcome is Outcome.FOUND, problem
            assert check(problem, schedule, asked) == ()
            assert wishes(problem, asked, schedule) == best, problem
    assert days / 10 < found < days  # both endings were met


def test_cp_sat_and_the_plain_search_agree():
    random = Random(11)
    found = 0
    for index in range(120):
        shape = any_day_of_any_shape if index % 2 else any_day
        problem = shape(random, 3, random.randint(3, 5), random.choice((0, 0, 1)))
        asked = portions(random.choice((1, 2)))
        plain = place(problem, asked, plain_steps=10**6)
        joint = place(problem, asked, plain_steps=0)

        assert joint.outcome is plain.outcome
        if plain.outcome is Outcome.FOUND:
            found += 1
            assert plain.proven and joint.proven
            assert check(problem, joint, asked) == ()
            assert wishes(problem, asked, joint) == wishes(problem, asked, plain), problem
    assert found > 25


def test_fifteen_movables_are_placed_to_proof_and_the_same_day_gives_the_same_answer():
    random = Random(12)
    for _ in range(4):
        problem = any_day(random, 2, 15, 15)
        schedule = place(problem, portions(1))

        assert check(problem, schedule) == ()
        assert schedule.proven
        assert place(problem, portions(1)) == schedule


def test_the_most_meals_together_is_what_brute_force_finds():
    random = Random(7)
    for index in range(400):
        shape = any_day_of_any_shape if index % 2 else any_day
        problem = shape(random, 3, random.randint(0, 2), 0)
        fits = [
            many
            for many in range(1, 6)
            if any(True for _ in every_day(problem, (Portion(0, 1, 30.0),) * many))
        ]

        assert openings(problem).together == max(fits, default=0)


def test_a_meal_is_open_exactly_when_one_dose_can_be_taken_there():
    random = Random(8)
    for _ in range(400):
        problem = any_day(random, 5)
        possible = {day.doses[0].meal for day in every_day(problem, portions(1))}

        assert {moment.meal for moment in openings(problem).moments} == possible
        assert {closed.moment.meal for closed in openings(problem).closed}.isdisjoint(possible)


def test_every_conflict_is_minimal():
    """All of its needs leave no room; without any one of them there is some. Brute force says so."""
    random = Random(9)
    seen = 0
    for index in range(700):
        shape = any_day_of_any_shape if index % 2 else any_day
        problem = shape(random, 6, random.randint(0, 2), 0)
        asked = portions(random.choice((1, 2, 3)))
        conflict = explain(problem, asked)
        if not conflict:
            assert any(True for _ in every_day(problem, asked))
            continue
        seen += 1
        assert not any(True for _ in every_day(*only(conflict, problem, asked)))
        for need in conflict:
            rest = tuple(other for other in conflict if other is not need)
            assert any(True for _ in every_day(*only(rest, problem, asked))), (need, problem)
    assert seen > 100


def only(needs, problem: DayProblem, asked: tuple[Portion, ...]):
    """The day and the portions with these needs and no other."""
    of = {kind: {need.which for need in needs if need.kind is kind} for kind in NeedKind}
    return (
        replace(
            problem,
            fixed=tuple(
                item if index in of[NeedKind.APART] or item.soft else replace(item, before_min=0, after_min=0)
                for index, item in enumerate(problem.fixed)
            ),
            movables=tuple(
                item for index, item in enumerate(problem.movables) if index in of[NeedKind.OWN_MEAL]
            ),
            bedtime_allowed=not of[NeedKind.BEDTIME],
            mineral_gaps=tuple(
                gap for index, gap in enumerate(problem.mineral_gaps) if index in of[NeedKind.MINERALS]
            ),
        ),
        asked if of[NeedKind.DOSES] else asked[:1],
    )


fixed_items = st.builds(
    Fixed,
    name=st.just("medicine"),
    at=st.integers(0, 1439),
    before_min=st.sampled_from(GAPS),
    after_min=st.sampled_from(GAPS),
)
movable_items = st.builds(
    Movable,
    name=st.uuids().map(str),
    at=st.none() | st.integers(0, 1439),
    mineral=st.sampled_from(("calcium", "iron", "zinc", "")),
    before_min=st.sampled_from(GAPS[:5]),
    after_min=st.sampled_from(GAPS[:5]),
    with_meal=st.booleans(),
)
routines = st.sampled_from((DAY_SHIFT, NIGHT_SHIFT)) | st.randoms(use_true_random=False).map(any_routine)


def days(movables: int = 0):
    return st.builds(
        DayProblem,
        routine=routines,
        fixed=st.lists(fixed_items, max_size=4).map(tuple),
        movables=st.lists(movable_items, max_size=movables).map(tuple),
        evening_first=st.booleans(),
        bedtime_allowed=st.booleans(),
    )


@given(days(), fixed_items)
@settings(max_examples=300, deadline=None)
def test_another_medicine_never_opens_a_closed_meal(problem: DayProblem, medicine: Fixed):
    more = replace(problem, fixed=(*problem.fixed, medicine))

    assert set(openings(more).moments) <= set(openings(problem).moments)
    assert openings(more).together <= openings(problem).together


@given(days(movables=2), st.integers(1, 3))
@settings(max_examples=300, deadline=None)
def test_splitting_never_breaks_a_gap(problem: DayProblem, many: int):
    schedule = place(problem, portions(many))
    split = place(problem, portions(many)[:-1] + tuple(Portion(0, 0.5, 30) for _ in range(2)))

    for day in (schedule, split):
        assert check(problem, day) == ()
        assert {dose.at for dose in day.doses} <= {moment.at for moment in openings(problem).moments}
    if split.outcome is Outcome.FOUND:
        assert schedule.outcome is Outcome.FOUND  # fewer doses fit wherever more do


@given(days(movables=2), st.integers(1, 2), st.integers(0, 95))
@settings(max_examples=300, deadline=None)
def test_turning_the_clock_turns_the_answer(problem: DayProblem, many: int, quarters: int):
    """Everything later by as many quarter hours, and so is the answer: midnight is no wall."""

    def turn(at: int | None) -> int | None:
        return None if at is None else (at + 15 * quarters) % 1440

    routine = problem.routine
    turned = replace(
        problem,
        routine=Routine(
            *map(turn, (routine.wake, routine.breakfast, routine.lunch, routine.dinner, routine.bed))
        ),
        fixed=tuple(replace(item, at=turn(item.at)) for item in problem.fixed),
        movables=tuple(replace(item, at=turn(item.at)) for item in problem.movables),
    )
    before, after = place(problem, portions(many)), place(turned, portions(many))

    assert after.outcome is before.outcome
    assert after.doses == tuple(replace(dose, at=turn(dose.at)) for dose in before.doses)
    assert sorted((other.take, other.at) for other in after.others) == sorted(
        (other.take, turn(other.at)) for other in before.others
    )


@given(days(movables=2), st.data())
@settings(max_examples=300, deadline=None)
def test_the_checker_notices_whatever_is_moved(problem: DayProblem, data: st.DataObject):
    """Move any medicine of a good day by any number of minutes, and the second opinion objects."""
    schedule = place(problem, portions(1))
    medicines = [index for index, other in enumerate(schedule.others) if other.kind == "medicine"]
    if not medicines:
        return
    which = data.draw(st.sampled_from(medicines))
    shift = data.draw(st.integers(1, 1439))
    others = list(schedule.others)
    others[which] = replace(others[which], at=(others[which].at + shift) % 1440)

    assert check(problem, replace(schedule, others=tuple(others)))


def test_the_checker_objects_to_each_kind_of_broken_need():
    tablet = Fixed("tablet", 390, 240, 240)
    calcium = Movable("calcium", 1140, "calcium", 120, 120)
    problem = DayProblem(DAY_SHIFT, (tablet,), (calcium,), bedtime_allowed=False)
    good = place(replace(problem, evening_first=True), portions(1))
    dose = good.doses[0]
    broken = {
        "too soon after tablet": replace(good, doses=(replace(dose, at=450, meal="breakfast"),)),
        "not at dinner": replace(good, doses=(replace(dose, at=1141),)),
        "too much at one sitting": replace(good, doses=(replace(dose, portion=Portion(0, 1, 201)),)),
        "taken together": replace(
            good, others=(good.others[0], replace(good.others[1], at=1140, moved_from=None))
        ),
        "0 times": replace(good, others=good.others[:1]),
        "not at a meal": replace(good, others=(good.others[0], replace(good.others[1], at=900))),
        "never asked for": replace(good, others=(*good.others, replace(good.others[0], take="surprise"))),
        "was not moved from": replace(good, others=(good.others[0], replace(good.others[1], moved_from=5))),
        "not the portions": replace(good, doses=()),
        "holds doses": replace(good, outcome=Outcome.NO_ROOM),
    }
    with_iron = replace(
        problem,
        fixed=(tablet, Fixed("iron", 780, 0, 0, kind="supplement", mineral="iron")),
        mineral_gaps=(MineralGap(frozenset({"calcium", "iron"}), 120),),
    )
    near = replace(good, others=(*good.others, Other(780, "iron", kind="supplement")))
    assert "calcium at 12:30 is too near to iron at 13:00" in check(with_iron, near)
    fasting = replace(problem, no_food=(310, 1080))
    assert "calcium at 12:30 falls into the fast from 05:10 to 18:00" in check(fasting, good)
    pausing = replace(problem, pauses=(Pause("baloxavir", date(2026, 11, 25), date(2026, 11, 25)),))
    assert "magnesium on the day of baloxavir" in check(pausing, good)

    assert check(problem, good, portions(1)) == ()
    for words, schedule in broken.items():
        assert any(words in one for one in check(problem, schedule, portions(1))), words
    late = DayProblem(replace(DAY_SHIFT, bed=1150), bedtime_allowed=False)
    assert check(late, Schedule(Outcome.FOUND, (dose,))) == ("magnesium at 19:00 is right at bedtime",)
