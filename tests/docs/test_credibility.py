"""The page on the simulator's credibility shows what the code says today, failures included."""

from __future__ import annotations

from pathlib import Path

from magwise.simulate.bodies import bound, draws
from magwise.simulate.calibrate import fit_table, parameter_table
from magwise.simulate.validate import summary, table, validate

PAGE = (Path(__file__).parents[2] / "docs" / "explanation" / "credibility.md").read_text(encoding="utf-8")
LINES = set(PAGE.splitlines())


def test_the_validation_table_is_the_one_that_validate_prints() -> None:
    found = validate()

    assert [line for line in table(found) if line not in LINES] == []
    assert summary(found) in PAGE


def test_the_calibration_tables_are_those_of_the_shipped_draws() -> None:
    assert [line for line in parameter_table(draws()) if line not in LINES] == []
    assert [line for line in fit_table(draws()) if line not in LINES] == []


def test_the_bounds_on_the_page_are_those_that_refuse() -> None:
    assert f"age {bound('age').low:g} to {bound('age').high:g}" in PAGE
    assert f"eGFR {bound('egfr').low:g} to {bound('egfr').high:g}" in PAGE
    assert f"{bound('oral_dose').high:,.0f} mg" in PAGE
