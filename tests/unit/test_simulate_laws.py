"""Laws of the body model that hold whatever its numbers are, and closed forms of its linear parts."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from magwise.simulate import Course, Dose, Subject, absorbed_mg, run
from magwise.simulate.bodies import parameters
from magwise.simulate.course import changed, mmol
from magwise.simulate.engine import Crowd, best_engine, numpy_engine
from magwise.simulate.equations import Rates, excretion, hinge, hinge_inverse
from magwise.simulate.people import reference_people, sample
from magwise.simulate.population import CHUNK, count_chunk, simulate_population
from magwise.simulate.timetable import FINE, USUAL, Mesh, timetable

TWICE = (Dose(150, (8.0, 19.0), "citrate"),)


def someone(**traits: float) -> Crowd:
    """The reference adult with some traits replaced."""
    own = {name: np.array([one.value]) for name, one in parameters().items()}
    crowd = reference_people(Course(diet_mg=300, days=1), own, None, numpy_engine).crowd
    return replace(crowd, traits=crowd.traits._replace(**{name: np.array([v]) for name, v in traits.items()}))


def empty() -> Rates:
    return Rates(*(np.zeros(1) for _ in Rates._fields))


@given(st.floats(-0.5, 0.5), st.floats(0.001, 0.1))
def test_the_threshold_is_smooth_and_can_be_turned_round(above: float, width: float) -> None:
    value = hinge(above, width)

    assert value > 0
    assert hinge_inverse(value, width) == pytest.approx(above, abs=1e-9 + 1e-9 / value)


def test_nothing_is_lost_and_nothing_comes_from_nowhere() -> None:
    """What is in the body, the stool and the urine at the end is what was there and what was swallowed."""
    course = Course(diet_mg=320, doses=(*TWICE, Dose(90, (13.0,), "oxide")), days=5, people=40).checked()
    people = sample(course, best_engine())
    end = best_engine()(people.crowd, timetable(course)).end
    inside = lambda y: y.stomach + y.solid + y.intestine + y.colon + y.plasma + y.fast + y.cells + y.bone  # noqa: E731
    swallowed = 5 * (people.crowd.diet_mmol_d + mmol(390))
    sweat = 5 * 24 * people.crowd.traits.sweat

    balance = inside(people.crowd.start) + swallowed - inside(end) - end.urine - end.faeces - sweat

    assert np.abs(balance).max() < 1e-9 * 1000


def test_the_stores_gain_what_their_amounts_gain() -> None:
    """Counted from outside, what came in less what left; and inside, the amounts of tissue, cells and bone."""
    doses = (*TWICE, Dose(200, (10.0,), route="iv", duration_h=2.0, first_day=2, last_day=2))
    course = Course(diet_mg=320, doses=doses, days=5, people=40).checked()
    people = sample(course, best_engine())
    end = best_engine()(people.crowd, timetable(course)).end
    gained = sum(getattr(end, name) - getattr(people.crowd.start, name) for name in ("fast", "cells", "bone"))

    assert run(course).stores_mmol.p50[-1] == pytest.approx(np.median(gained), abs=1e-6)


@pytest.mark.parametrize("every_h", [0.5, 6.0, 7.5, 24.0, 48.0])
def test_meals_alone_add_nothing_to_the_stool(every_h: float) -> None:
    plain = run(Course(diet_mg=300, days=4, people=40, every_h=every_h))
    dosed = run(Course(diet_mg=300, days=4, people=40, every_h=every_h, doses=TWICE))

    assert plain.stool_extra_g_d.p95.max() < 1.0  # of about 130
    assert dosed.stool_extra_g_d.p50[-1] > 10
    assert len(dosed.stool_extra_g_d.p50) == len(dosed.time_h)


def test_the_stomach_empties_by_its_closed_form() -> None:
    course = Course(
        diet_mg=0, meals_h=(), doses=(Dose(100, (0.0,), "acetate", with_meal=True),), days=1, every_h=1.0
    )
    crowd = replace(someone(), start=empty(), diet_mmol_d=np.zeros(1), dissolved={"acetate": np.ones(1)})
    table = timetable(replace(course, every_h=24.0), mesh=Mesh(0.02, 0.1, 0.2))
    one_hour = replace(
        table,
        bounds_h=np.array([0.0, 1.0]),
        fractions=np.full(20, 0.05),
        first_step=np.array([0, 20]),
        output=np.array([True, True]),
    )

    left = numpy_engine(crowd, one_hour).end.stomach[0]

    assert left == pytest.approx(mmol(100) * np.exp(-crowd.traits.emptying_fed[0]), rel=1e-8)


def test_plasma_and_fast_tissue_exchange_by_their_closed_form() -> None:
    """Two compartments alone: the difference decays with the sum of both rates."""
    crowd = someone(gfr=0.0, secretion=0.0, sweat=0.0, cells_rate=0.0, bone_rate=0.0)
    t = crowd.traits
    start = empty()._replace(plasma=np.array([20.0]))
    course = Course(diet_mg=0, meals_h=(), days=1, every_h=6.0)

    plasma = numpy_engine(
        replace(crowd, start=start, diet_mmol_d=np.zeros(1)), timetable(course, mesh=FINE)
    ).plasma

    to, back = t.fast_flow * t.per_plasma_volume, t.fast_flow * t.per_fast_volume
    hours = np.array([0.0, 6.0, 12.0, 18.0, 24.0])
    exact = 20.0 * (back + to * np.exp(-(to + back) * hours)) / (to + back)
    assert plasma[:, 0] == pytest.approx(exact, rel=1e-6)


def test_far_above_the_threshold_the_kidney_clears_by_filtration() -> None:
    """d(urine)/d(plasma concentration) is GFR times the filtered fraction."""
    crowd = someone()
    t = crowd.traits
    high, higher = 5.0 / t.per_plasma_volume, 6.0 / t.per_plasma_volume

    slope = excretion(higher, t) - excretion(high, t)

    assert slope == pytest.approx(t.gfr * t.filterable, rel=1e-3)


@settings(max_examples=12, deadline=None)
@given(
    st.sampled_from(["citrate", "oxide", "aspartate_hcl", "unspecified"]),
    st.floats(10, 500),
    st.floats(1.1, 2.0),
)
def test_more_is_taken_up_of_more_but_a_smaller_share(form: str, mg: float, factor: float) -> None:
    small, large = (absorbed_mg(form, dose, people=20, diet_mg=300) for dose in (mg, mg * factor))

    assert large[1] >= small[1] - 1e-9
    assert large[1] / (mg * factor) <= small[1] / mg + 1e-9


def test_a_dose_without_food_meets_no_meal() -> None:
    """Breakfast at eight is put off, in the run with the dose and in the one without it."""
    fed, fasting = (
        Course(diet_mg=300, doses=(Dose(150, (8.0,), with_meal=with_meal, last_day=1),), days=2, people=40)
        for with_meal in (True, False)
    )
    food = lambda course: [  # noqa: E731
        round(float(at), 2)
        for at, share in zip(timetable(course).bounds_h, timetable(course).food_share, strict=False)
        if share
    ]

    assert food(fed)[:3] == [8.0, 13.0, 19.0]
    assert food(fasting)[:3] == [12.0, 13.0, 19.0]
    assert food(fasting.without_doses()) == food(fasting)
    assert food(fasting)[3:] == food(fed)[3:]  # the next day's breakfast is where it was
    assert timetable(fasting).food_share.sum() == pytest.approx(2.0)


def test_a_urine_without_a_diet_is_explained_by_diet_and_gut_alike() -> None:
    usual, high = (
        sample(
            Course(subject=Subject(sex="male", urine_mmol_d=urine), days=1, people=200).checked(),
            best_engine(),
        )
        for urine in (None, 6.5)
    )
    ate, took = (
        np.median(high.baseline.diet_mg_d / usual.baseline.diet_mg_d),
        np.median(high.crowd.traits.uptake_most / usual.crowd.traits.uptake_most),
    )

    assert ate > 1.1
    assert took > 1.1
    assert high.baseline.urine_mmol_d == pytest.approx(6.5, rel=0.02)


def test_people_whose_kidneys_filter_little_differ_more_in_serum() -> None:
    widths = []
    for egfr in (100.0, 60.0, 45.0, 30.0):
        serum = sample(
            Course(subject=Subject(egfr=egfr), diet_mg=300, people=400).checked(), best_engine()
        ).baseline
        widths.append(float(np.std(serum.serum_mmol_l)))

    assert widths[0] == pytest.approx(widths[1], rel=0.1)
    assert widths[1] < widths[2] < widths[3]


def test_splitting_takes_up_more() -> None:
    once, thrice = (
        run(Course(diet_mg=300, doses=(dose,), days=3, people=40))
        for dose in (Dose(300, (8.0,)), Dose(100, (8.0, 13.0, 19.0)))
    )

    taken = [
        sum(float(dose.absorbed_mg.p50) for dose in one.doses[-n:]) for one, n in ((once, 1), (thrice, 3))
    ]
    assert taken[1] > taken[0]


def test_the_same_seed_is_the_same_people_with_or_without_doses() -> None:
    course = Course(doses=TWICE, days=2, people=30).checked()
    given_, plain = (sample(one, numpy_engine) for one in (course, course.without_doses()))

    assert all((a == b).all() for a, b in zip(given_.crowd.traits, plain.crowd.traits, strict=True))
    assert run(course).as_json() == run(course).as_json()


def test_without_doses_nothing_drifts() -> None:
    outcome = run(Course(diet_mg=300, days=60, people=60))

    assert np.ptp(outcome.serum_mmol_l.p50[1:]) < 0.002
    assert np.ptp(outcome.urine_mmol_d.p50[1:]) < 0.05


def test_a_measured_serum_and_urine_are_met() -> None:
    who = Subject(serum_mmol_l=0.78, urine_mmol_d=2.4)
    outcome = run(Course(subject=who, diet_mg=300, days=3, people=60))

    assert float(outcome.baseline["urine_mmol_d"].p50) == pytest.approx(2.4, rel=0.03)
    assert outcome.serum_mmol_l.p50[-1] == pytest.approx(0.78, abs=0.02)


def test_a_diet_that_cannot_explain_the_urine_is_a_new_diet() -> None:
    """Serum and urine of an ordinary life, then 10 mg a day: urine falls within days, serum for months (Shils 1964)."""
    who = Subject(serum_mmol_l=0.85, urine_mmol_d=4.0)
    course = run(Course(subject=who, diet_mg=10, days=100, people=40))

    assert float(course.baseline["urine_mmol_d"].p50) == pytest.approx(4.0, rel=0.01)
    assert course.serum_mmol_l.p50[0] == pytest.approx(0.85, abs=0.005)
    assert course.urine_mmol_d.p50[7] < 0.5 * 4.0
    assert course.serum_mmol_l.p50[100] < course.serum_mmol_l.p50[30] < course.serum_mmol_l.p50[7] < 0.85


def test_low_through_intake_climbs_further_than_low_through_the_kidney() -> None:
    """The 24-hour urine tells the two apart: the same serum, the same dose."""
    rises = []
    for urine in (0.6, 5.0):
        course = Course(
            subject=Subject(serum_mmol_l=0.68, urine_mmol_d=urine),
            doses=TWICE,
            days=28,
            people=60,
        )
        rises.append(float((run(course).serum_mmol_l.p50 - run(course.without_doses()).serum_mmol_l.p50)[-1]))

    assert rises[0] > 2 * rises[1]


def middle(what: str, **told: object) -> float:
    """One figure of a hundred people given 150 mg twice a day for three weeks: before, or what the doses add."""
    doses = (Dose(**({"mg": 150, "hours": (8.0, 19.0), "form": "citrate"} | told.pop("dose", {}))),)  # type: ignore[arg-type]
    diet = told.pop("diet_mg", 300)
    phytate = bool(told.pop("phytate_rich", False))
    course = Course(
        subject=Subject(**told), diet_mg=diet, phytate_rich=phytate, doses=doses, days=21, people=100  # type: ignore[arg-type]
    )  # fmt: skip
    with_, without = run(course), run(course.without_doses())
    figures = {
        "serum before": with_.baseline["serum_mmol_l"].p50,
        "urine before": with_.baseline["urine_mmol_d"].p50,
        "uptake before": with_.baseline["uptake_mmol_d"].p50,
        "serum added": with_.serum_mmol_l.p50[-1] - without.serum_mmol_l.p50[-1],
        "urine added": with_.urine_mmol_d.p50[-1] - without.urine_mmol_d.p50[-1],
        "absorbed": sum(dose.absorbed_mg.p50 for dose in with_.doses),
        "egfr": with_.baseline["egfr"].p50,
        "stored after": with_.stores_mmol.p50[-1],
    }
    return float(figures[what])


@pytest.mark.parametrize(
    ("what", "who", "sign"),
    [
        ("serum before", {"covariates": ("thiazide",)}, -1),
        (
            "serum before",
            {"covariates": ("loop",)},
            -1,
        ),  # weak, and its range reaches above zero: covariates.yaml
        ("serum before", {"covariates": ("sglt2",)}, 1),
        ("serum before", {"covariates": ("t2d",)}, -1),
        ("serum before", {"covariates": ("alcohol",)}, -1),
        ("serum before", {"covariates": ("ppi",)}, -1),
        ("uptake before", {"covariates": ("ppi",)}, -1),
        ("uptake before", {"covariates": ("vitamin_d_low",)}, -1),
        ("uptake before", {"covariates": ("coeliac",)}, -1),
        ("uptake before", {"covariates": ("crohn",)}, -1),
        ("uptake before", {"covariates": ("resection",)}, -1),
        ("uptake before", {"age": 75.0}, -1),
        ("egfr", {"age": 75.0}, -1),
        ("uptake before", {"phytate_rich": True}, -1),
        ("uptake before", {"egfr": 22.0}, -1),
        ("serum before", {"egfr": 22.0}, 1),
        ("uptake before", {"diet_mg": 450}, 1),
        ("urine before", {"diet_mg": 450}, 1),
        ("serum added", {"weight_kg": 140.0}, -1),  # larger kidneys and spaces
        ("stored after", {"deficit_mmol_per_kg": 0.5}, 1),
        ("absorbed", {"dose": {"form": "oxide"}}, -1),
        ("absorbed", {"dose": {"mg": 250}}, 1),
        ("absorbed", {"dose": {"mg": 300, "hours": (8.0,)}}, -1),  # the same day's dose at once
        ("absorbed", {"diet_mg": 600}, -1),  # food in the same gut competes
        ("urine added", {"serum_mmol_l": 0.66, "urine_mmol_d": 0.5}, -1),  # short of it: kept
        ("serum added", {"serum_mmol_l": 0.66, "urine_mmol_d": 0.5}, 1),
    ],
    ids=lambda value: str(value).replace(" ", "-") if not isinstance(value, int) else f"{value:+d}",
)
def test_every_covariate_moves_things_the_way_it_was_seen(
    what: str, who: dict[str, object], sign: int
) -> None:
    assert sign * (middle(what, **who) - middle(what)) > 0


def test_women_and_men_eat_what_surveys_say_when_no_diet_is_known() -> None:
    ate = [middle("urine before", sex=sex, diet_mg=None) for sex in ("female", "male")]

    assert ate[0] < ate[1]


def test_a_ppi_holds_back_oxide_more_than_citrate() -> None:
    def kept(form: str) -> float:
        return middle("absorbed", covariates=("ppi",), dose={"form": form}) / middle(
            "absorbed", dose={"form": form}
        )

    assert kept("oxide") < kept("citrate") < 1


def test_serum_rises_more_the_less_the_kidneys_filter() -> None:
    rises = []
    for egfr in (110, 60, 30, 15):
        course = Course(subject=Subject(egfr=egfr), diet_mg=300, doses=TWICE, days=28, people=80)
        rises.append(float((run(course).serum_mmol_l.p50 - run(course.without_doses()).serum_mmol_l.p50)[-1]))

    assert rises == sorted(rises)


def test_a_deficit_is_filled_over_weeks() -> None:
    course = Course(subject=Subject(deficit_mmol_per_kg=0.5), diet_mg=300, doses=TWICE, days=60, people=60)
    full = replace(course, subject=Subject())

    assert run(course).urine_mmol_d.p50[7] < run(full).urine_mmol_d.p50[7]


def test_a_population_is_the_same_however_it_is_split() -> None:
    course = Course(doses=TWICE, days=2, people=CHUNK)
    whole = simulate_population(course, 2 * CHUNK)
    backwards = simulate_population(
        course, 2 * CHUNK, mapper=lambda f, chunks: [f(k) for k in reversed(list(chunks))]
    )

    assert all((whole.counts.bins[name] == backwards.counts.bins[name]).all() for name in whole.counts.bins)


def test_counted_quantiles_are_the_sorted_ones_to_a_bin() -> None:
    course = Course(doses=TWICE, days=2, people=CHUNK, every_h=24.0)
    counted = count_chunk(course, 0).band("serum_mmol_l")
    exact = run(replace(course, people=CHUNK))

    assert exact.serum_mmol_l.p50 == pytest.approx(counted.p50, abs=0.004)  # other people, 5000 of them


def test_the_mesh_fills_a_segment_whatever_its_length() -> None:
    for since, length in ((0.0, 0.25), (0.0, 24.0), (3.0, 5.5), (40.0, 1.0), (0.0, 1e-6)):
        fractions = USUAL.fractions(since, length)

        assert sum(fractions) == pytest.approx(1.0)
        assert min(fractions) > 0


def test_a_what_if_changes_one_thing() -> None:
    course = Course(subject=Subject(egfr=90, serum_mmol_l=0.8), doses=TWICE, days=10)

    assert {dose.form for dose in changed(course, "form=oxide").doses} == {"oxide"}
    assert sum(dose.mg * len(dose.hours) for dose in changed(course, "dose=400").doses) == pytest.approx(400)
    assert changed(course, "egfr=25").subject == Subject(egfr=25)  # a serum from other kidneys says nothing
