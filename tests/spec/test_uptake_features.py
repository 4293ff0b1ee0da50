"""Uptake depends on the five things that the guides name: dose, food, stomach acid, vitamin D and depletion."""

from __future__ import annotations

from typing import Any

import pytest

from magwise.simulate import run
from magwise.simulate.protocol import read_protocol

PLAIN = """
[subject]
sex = "male"
age = 40
weight_kg = 75
covariates = [{covariates}]
deficit_mmol_per_kg = {deficit}
[diet]
mg_per_day = 300
meals = ["08:00", "13:00", "19:00"]
[[doses]]
route = "oral"
form = "{form}"
mg = {mg}
times = ["08:00"]
days = [1, 1]
with_meal = {with_meal}
[run]
days = 2
people = 60
seed = 1
every_h = 24
"""
USUAL: dict[str, Any] = {"covariates": "", "deficit": 0.0, "form": "oxide", "mg": 200, "with_meal": "true"}


def share(**changes: Any) -> float:
    """The median share of the dose that is absorbed."""
    said = run(read_protocol(PLAIN.format(**{**USUAL, **changes}))).as_json()
    dose = said["doses"][0]
    return float(dose["absorbed_mg"]["p50"]) / float(dose["mg"])


@pytest.mark.parametrize(
    ("feature", "changes"),
    [
        ("dose", {"mg": 400}),
        ("food", {"with_meal": "false"}),
        ("stomach acid", {"covariates": '"ppi"'}),
        ("vitamin D", {"covariates": '"vitamin_d_low"'}),
        ("depletion", {"deficit": 0.5}),
    ],
)
def test_uptake_changes_with_each_of_the_five(feature: str, changes: dict[str, Any]) -> None:
    assert share(**changes) != pytest.approx(share(), rel=0.005), feature


def test_the_share_falls_as_the_dose_rises() -> None:
    assert share(mg=400) < share(mg=200) < share(mg=50)


def test_low_vitamin_d_and_less_acid_never_raise_it_and_depletion_never_lowers_it() -> None:
    assert share(covariates='"vitamin_d_low"') < share()
    assert share(covariates='"ppi"') < share()
    assert share(deficit=0.5) > share()
