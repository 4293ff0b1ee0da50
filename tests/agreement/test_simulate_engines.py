"""Two ways to the same body: numba beside NumPy, the usual mesh beside a fine one, and an independent simulator."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from magwise.simulate import Course, Dose, Subject
from magwise.simulate.engine import Crowd, Records, numpy_engine
from magwise.simulate.people import sample
from magwise.simulate.sbml import to_sbml
from magwise.simulate.timetable import FINE, timetable

fast = pytest.importorskip("magwise.simulate.fast", reason="numba is not installed on this system")

DOSES = (
    Dose(180, (8.0,), "citrate"),
    Dose(110, (13.25,), "oxide"),
    Dose(240, (19.0,), "chloride", last_day=3),
    Dose(70, (22.5,), "aspartate", with_meal=False),
)
SEEN = ("plasma", "urine", "faeces", "uptake")


INFUSED = (*DOSES, Dose(200, (10.0,), route="iv", duration_h=2.0, first_day=2, last_day=2))


def unseen(seed: int, doses: tuple[Dose, ...] = DOSES, **who: object) -> tuple[Crowd, Course]:
    """People whose seeds were not used to choose the mesh (that was seed 11)."""
    course = Course(subject=Subject(**who), doses=doses, days=5, people=200, seed=seed).checked()  # type: ignore[arg-type]
    return sample(course, fast.numba_engine).crowd, course


def strict(ours: Records, truth: Records) -> float:
    """The largest relative error over people, output times and amounts."""
    daily = [np.abs(getattr(ours, name)[1:] / getattr(truth, name)[1:] - 1).max() for name in SEEN]
    stores = [
        np.abs(getattr(ours.end, name) / getattr(truth.end, name) - 1).max()
        for name in ("fast", "cells", "bone")
    ]
    return float(max(*daily, *stores))


def test_numba_and_numpy_agree_to_rounding() -> None:
    crowd, course = unseen(501)
    table = timetable(course)

    assert strict(fast.numba_engine(crowd, table), numpy_engine(crowd, table)) < 1e-11


@pytest.mark.parametrize(
    ("seed", "who"),
    [(601, {}), (602, {"egfr": 22.0, "age": 74.0}), (603, {"weight_kg": 45.0, "covariates": ("ppi", "crohn")}),
     (604, {"weight_kg": 140.0, "serum_mmol_l": 0.7, "urine_mmol_d": 1.5})],
)  # fmt: skip
def test_the_usual_mesh_is_right_to_one_in_ten_thousand(seed: int, who: dict[str, object]) -> None:
    crowd, course = unseen(seed, **who)

    assert (
        strict(
            fast.numba_engine(crowd, timetable(course)),
            fast.numba_engine(crowd, timetable(course, mesh=FINE)),
        )
        < 1e-4
    )


def test_an_infusion_gets_a_mesh_that_is_as_right() -> None:
    crowd, course = unseen(605, INFUSED)
    ours, truth = (fast.numba_engine(crowd, timetable(course, mesh=mesh)) for mesh in (None, FINE))

    assert strict(ours, truth) < 1e-4


def test_one_thread_and_many_give_the_same_bits() -> None:
    crowd, course = unseen(701)
    table = timetable(course)

    assert (
        fast.numba_engine(crowd, table).plasma == fast.numba_engine_single_thread(crowd, table).plasma
    ).all()


def test_event_times_may_differ_between_people() -> None:
    """A person an hour later, alone, is the same person as in a crowd whose times all differ."""
    crowd, course = unseen(801)
    table = timetable(replace(course, every_h=24.0))
    delay = np.where(table.output, 0.0, 0.25)[:, None] * np.linspace(0, 1, len(crowd))
    together = fast.numba_engine(crowd, replace(table, bounds_h=table.bounds_h[:, None] + delay))
    alone = fast.numba_engine(crowd, replace(table, bounds_h=(table.bounds_h[:, None] + delay)[:, 100:101]))

    assert together.plasma[:, 100] == pytest.approx(alone.plasma[:, 100], rel=1e-12)
    assert not (together.plasma == numpy_engine(crowd, table).plasma).all()


@pytest.mark.slow
def test_libroadrunner_finds_the_same_from_the_exported_model() -> None:
    """An independent reader and an adaptive integrator; only the equations are ours."""
    roadrunner = pytest.importorskip("roadrunner", reason="libroadrunner (dev group) is not installed")
    crowd, course = unseen(901)
    table = timetable(course)
    ours = fast.numba_engine(crowd, table)
    for person in (0, 7, 42):
        simulator = roadrunner.RoadRunner(to_sbml(crowd, table, person))
        simulator.integrator.relative_tolerance, simulator.integrator.absolute_tolerance = 1e-9, 1e-11
        simulator.integrator.stiff = False
        simulator.timeCourseSelections = ["time", *SEEN]
        theirs = simulator.simulate(0, course.days * 24, course.days + 1)
        for k, name in enumerate(SEEN, 1):
            assert getattr(ours, name)[1:, person] == pytest.approx(theirs[1:, k], rel=1e-4)


def test_the_exported_model_is_one_formula_for_each_amount() -> None:
    from xml.etree import ElementTree

    crowd, course = unseen(902)
    root = ElementTree.fromstring(to_sbml(crowd, timetable(course)))  # noqa: S314 - our own text
    space = "{http://www.sbml.org/sbml/level3/version1/core}"

    assert len(root.findall(f".//{space}rateRule")) == 11
    assert len(root.findall(f".//{space}event")) == len(timetable(course).fed)
