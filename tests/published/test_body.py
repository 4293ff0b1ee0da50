"""The body against the printed page: what it was fitted to, and what it was not."""

from __future__ import annotations

import numpy as np
import pytest

from magwise.simulate.bodies import draws
from magwise.simulate.calibrate import predictions, rows
from magwise.simulate.validate import validate

# What passes today. A change of this list changes docs/explanation/credibility.md too, and its commit says why.
PASSES = {"H01", "H03", "H04", "H05", "H06", "H13", "H14"}


def test_the_fitted_rows_are_met_within_two_standard_deviations_and_a_laboratory() -> None:
    said = predictions({name: values[:60] for name, values in draws().items() if name != "threshold"})
    for row in rows():
        value, middle = float(str(row.values["value"])), float(np.median(said[row.id]))
        if "sd" in row.values:
            assert abs(middle - value) < 2 * float(str(row.values["sd"]))
        else:
            assert abs(np.log(middle / value)) < 2 * np.hypot(float(str(row.values["log_sd"])), 0.15)


def test_every_published_check_is_run_and_the_passes_are_these() -> None:
    found = validate()

    assert {one.fact.id for one in found if one.passes} == PASSES


def test_the_threshold_comes_out_where_infusion_studies_found_it() -> None:
    """Rude 1980: 1.4 mg per 100 mL of filtrate is 0.576 mmol/L; no calibration row says so."""
    assert np.median(draws()["threshold"]) == pytest.approx(0.576, abs=0.03)
