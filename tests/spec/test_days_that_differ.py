"""Weekly tablets, courses, fasts, meals and minerals: what each date holds. The table is for a pharmacist."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from magwise.advise.today import calendar_of
from people import TODAY, answer

CASES = yaml.safe_load((Path(__file__).parent / "days_that_differ.yaml").read_text(encoding="utf-8"))["cases"]

ORDINARY = {
    "diet": {"mg_per_day": 330},
    "label": "Serving Size 1 tablet\nMagnesium (as magnesium citrate) 100 mg",
}


@pytest.mark.parametrize("case", CASES, ids=[one["case"] for one in CASES])
def test_each_date_holds_what_it_should(case: dict[str, Any]):
    advice = answer({**ORDINARY, **case})
    calendar = calendar_of(advice, TODAY)

    for day, expected in case["holds"].items():
        assert _held(calendar.on(day), expected) == expected, day


@pytest.mark.parametrize("case", CASES, ids=[one["case"] for one in CASES])
def test_each_case_finds_what_it_should(case: dict[str, Any]):
    advice = answer({**ORDINARY, **case})
    rules = {one.rule for one in advice.findings}

    assert advice.decision == case.get("decision", "plan")
    assert case.get("finds") is None or case["finds"] in rules
    assert case.get("finds_not") not in rules


def test_the_table_covers_dates_before_and_after():
    assert sum(len(case["holds"]) for case in CASES) > 40
    assert all(isinstance(day, datetime.date) for case in CASES for day in case["holds"])


def _held(schedule: Any, expected: str) -> str:
    """The day in the words of the table, with the other things that the table names."""
    doses = [f"{_clock(one.at)} {one.portion.elemental_mg:g}" for one in schedule.doses]
    named = [part.split(" ")[0] for part in expected.split(", ") if part[:1].isalpha()]
    others = {one.take: one for one in schedule.others}
    return ", ".join([*doses, *(f"{name} {_clock(others[name].at)}" for name in named)])


def _clock(at: int) -> str:
    return f"{at // 60:02d}:{at % 60:02d}"
