"""Laboratory results: units, ranges and the traps that published pages have fallen into."""

from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conftest import cases
from magwise.errors import NotAPerson
from magwise.findings import Unchecked
from magwise.intake import Lab, Marker, SerumLevel, classify_serum, read_lab


@pytest.mark.parametrize(
    "case", cases("published/labs.yaml"), ids=lambda case: f"{case['value']} {case['unit']} {case['country']}"
)
def test_a_serum_result_stands_where_the_laboratory_says(case: dict[str, Any]) -> None:
    lab = read_lab(case["what"], case["value"], case["unit"])
    assert isinstance(lab, Lab)
    reading = classify_serum(lab.value, case["country"], case.get("age", 46), *case.get("printed", ()))

    assert lab.marker is Marker.SERUM
    assert lab.value == pytest.approx(case["mmol"], abs=5e-4)
    assert reading.level == case["level"]
    if "below_research" in case:
        assert reading.below_research is case["below_research"]


@pytest.mark.parametrize("unit", ["", "  ", None])
def test_a_result_without_a_unit_is_an_error_that_names_the_line(unit: str | None) -> None:
    with pytest.raises(NotAPerson) as said:
        read_lab("serum magnesium", 0.78, unit, where="[[labs]] 1")

    assert said.value.where == "[[labs]] 1"
    assert "unit" in str(said.value)


@pytest.mark.parametrize(
    ("what", "value", "unit"),
    [
        ("urine magnesium", 82.3, "mmol/24h"),  # a nursing handbook: ten times too high
        ("serum magnesium", 19, "mmol/L"),  # mg/L taken for mmol/L
        ("serum magnesium", 0.78, "furlong"),
        ("serum magnesium", math.nan, "mmol/L"),
        ("serum magnesium", math.inf, "mmol/L"),
        ("serum magnesium", -0.8, "mmol/L"),
        ("egfr", 880, "mL/min/1.73 m2"),
    ],
)
def test_what_cannot_be_right_is_not_checked_and_blocks(what: str, value: float, unit: str) -> None:
    read = read_lab(what, value, unit)

    assert isinstance(read, Unchecked)
    assert read.blocks


def test_the_handbook_s_own_milligrams_are_believed() -> None:
    """L38: 200 mg in 24 h is 8.2 mmol, not 82.3."""
    lab = read_lab("urine magnesium", 200, "mg/24h")

    assert isinstance(lab, Lab)
    assert lab.value == pytest.approx(8.2, abs=0.05)


@pytest.mark.parametrize(
    ("value", "unit"), [(1.9, "mmol/L"), (0.78, "mg/dL"), (7.8, "mmol/L"), (21, "mg/dL")]
)
def test_a_slip_of_unit_or_point_is_asked_about_and_still_counts(value: float, unit: str) -> None:
    """The figure keeps its danger until it is corrected: doubt never lowers a level."""
    lab = read_lab("serum magnesium", value, unit)

    assert isinstance(lab, Lab)
    assert lab.doubt is not None and lab.doubt.blocks
    assert classify_serum(lab.value, "US", 46).level in {SerumLevel.LOW_SEVERE, SerumLevel.HIGH}


@pytest.mark.parametrize(("what", "unit"), [("ferritin", "ug/L"), ("HbA1c", "%"), ("vitamin D", "ng/mL")])
def test_a_lab_that_has_no_bearing_on_magnesium_does_not_block(what: str, unit: str) -> None:
    read = read_lab(what, 4.0, unit)

    assert isinstance(read, Unchecked)
    assert not read.blocks


@pytest.mark.parametrize(
    ("what", "unit"), [("potassium", "mmol/L"), ("creatinine", "umol/L"), ("zorbin", "g/L")]
)
def test_a_lab_that_may_have_a_bearing_and_cannot_be_read_blocks(what: str, unit: str) -> None:
    read = read_lab(what, 4.0, unit)

    assert isinstance(read, Unchecked)
    assert read.blocks


def test_a_normal_level_says_that_stores_may_still_be_low() -> None:
    reading = classify_serum(0.9, "US", 46)

    assert reading.level is SerumLevel.WITHIN
    assert any("stores" in reason for reason in reading.because)


@given(st.floats(0.1, 15), st.sampled_from(["mmol/L", "mg/dL", "mEq/L", "mg/L", "umol/L"]))
def test_every_unit_leads_to_the_same_level(mmol: float, unit: str) -> None:
    """Two ways: classify the mmol directly, or write it in another unit and read it back."""
    per = {"mmol/L": 1.0, "mg/dL": 2.4305, "mEq/L": 2.0, "mg/L": 24.305, "umol/L": 1000.0}[unit]
    lab = read_lab("serum magnesium", mmol * per, unit)

    if isinstance(lab, Lab):
        assert lab.value == pytest.approx(mmol, rel=1e-9)
    else:
        assert min(mmol - 0.1, 15 - mmol) < 1e-9  # only rounding at the very edge may refuse it


@given(st.text(max_size=300), st.floats(), st.text(max_size=300))
def test_whatever_is_typed_is_read_or_refused(what: str, value: float, unit: str) -> None:
    try:
        assert isinstance(read_lab(what, value, unit), Lab | Unchecked)
    except NotAPerson as refused:
        assert not unit.strip() and refused.remedy


@given(st.floats(0.1, 15), st.floats(0.1, 15))
def test_levels_follow_the_figure(one: float, other: float) -> None:
    order = [SerumLevel.LOW_SEVERE, SerumLevel.LOW, SerumLevel.WITHIN, SerumLevel.HIGH]
    low, high = sorted((one, other))

    assert order.index(classify_serum(low, "US", 46).level) <= order.index(
        classify_serum(high, "US", 46).level
    )
