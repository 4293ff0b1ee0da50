"""A040.1, A005.2, A010.2: what the share absorbed depends on, and in which direction."""

from __future__ import annotations

from typing import Any

from magwise.simulate import Course, Dose, Subject, run


def share(mg: float = 100, **told: Any) -> float:
    """The middle person's share of one dose with lunch, in one woman's body sampled sixty times."""
    subject = Subject(
        sex="female",
        age=46,
        weight_kg=68,
        covariates=told.get("covariates", ()),
    )
    dose = Dose(
        mg=mg, hours=(13.0,), form=told.get("form", "aspartate"), with_meal=told.get("with_meal", True)
    )
    outcome = run(
        Course(subject=subject, diet_mg=told.get("diet_mg"), doses=(dose,), days=1, people=60, seed=1)
    )
    return float(outcome.doses[0].absorbed_mg.p50) / mg


def test_the_share_absorbed_falls_as_the_dose_grows() -> None:
    """A040.1"""
    shares = [share(mg) for mg in (25, 50, 100, 200, 300)]

    assert shares == sorted(shares, reverse=True)
    assert shares[0] > shares[-1]


def test_absorption_depends_on_dose_food_acid_vitamin_d_and_what_the_diet_brings() -> None:
    """Towards B016.3: how depleted the body is does not enter here, only how little is eaten."""
    usual = share()

    assert share(200) < usual
    assert share(with_meal=False) != usual  # the meal's own magnesium competes, its slow emptying helps
    assert share(with_meal=False, diet_mg=0) < share(diet_mg=0)  # the emptying alone
    assert share(covariates=("ppi",)) < usual
    assert share(covariates=("vitamin_d_low",)) < usual
    assert share(diet_mg=120) > usual


def test_an_organic_salt_is_absorbed_better_than_oxide() -> None:
    """A005.2, A010.2"""
    assert share(form="aspartate") > share(form="oxide")
