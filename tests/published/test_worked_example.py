"""The worked example of the design: one person, one answer, to the last field."""

from __future__ import annotations

import datetime
import json
from typing import Any

import pytest

from magwise.adapters.contract import PlanAnswer, answer_of, bytes_of
from magwise.advise import advise
from magwise.person_file import read_person

PERSON = '''
[person]
age = 46
sex = "female"
weight_kg = 68
country = "US"
kidney = "normal"
egfr = 88
pregnant = "no"
breastfeeding = "no"
conditions = ["type 2 diabetes"]
symptoms = []
goals = ["sleep"]
sensitive_stomach = false
usual_stool = "normal"
alcohol = "none"
sweat = "normal"
vitamin_d = "unknown"
avoid = ["gelatin"]
medicines_answered = true

[routine]
wake = "06:30"
breakfast = "07:30"
lunch = "12:30"
dinner = "19:00"
bed = "22:45"

[[medicines]]
as_written = "Synthroid 75 mcg am"
times = ["06:30"]

[[supplements]]
as_written = "Calcium carbonate 600 mg"
times = ["19:00"]
movable = true

[[products]]
label = """Supplement Facts
Serving Size 1 capsule
Magnesium (as Magnesium Aspartate) 61 mg 15%
Other ingredients: vegetable capsule"""
price = 18.99
currency = "USD"
pieces = 90

[[labs]]
what = "serum magnesium"
value = 0.78
unit = "mmol/L"
date = 2026-10-02

[diet]
mg_per_day = 240
'''


@pytest.fixture(scope="module")
def said() -> dict[str, Any]:
    answer = answer_of(advise(read_person(PERSON), today=datetime.date(2026, 11, 22)))
    return dict(json.loads(bytes_of(answer)))


DOSE = {"time": "19:00", "with": "dinner", "product": 0, "units": 3, "elemental_mg": 183}


@pytest.mark.parametrize(
    ("field", "wanted"),
    [
        ("decision", "plan"),
        ("could_not_check", []),
        ("already_mg_per_day", 0),
        ("target_mg_per_day", 200),
        ("steps", [{"from_day": 1, "to_day": None, "mg_per_day": 183, "doses": [DOSE]}]),
        (
            "schedule",
            {
                "outcome": "found",
                "doses": [DOSE],
                "others": [
                    {"time": "06:30", "take": "levothyroxine"},
                    {"time": "12:30", "take": "calcium", "moved_from": "19:00"},
                ],
                "conflict": [],
            },
        ),
        ("schedules", []),
        ("food_first", [{"food": "pumpkin seeds", "serving": "1 oz", "adds_mg": 168}]),
        ("supply", {"days": 30, "per_month": 18.99, "currency": "USD"}),
    ],
)
def test_a_field_is_what_the_design_prints(said: dict[str, Any], field: str, wanted: Any) -> None:
    assert said[field] == wanted


def test_levothyroxine_is_kept_apart_with_its_rule_and_fact(said: dict[str, Any]) -> None:
    one = said["findings"][0]

    assert (one["rule"], one["level"], one["urgency"]) == ("keep-apart-levothyroxine", "apart", None)
    assert "B070.1" in one["spec"]
    assert one["facts"] == ["IX019"]
    assert one["message"] and one["because"] and one["sources"]


def test_the_limit_names_its_authority_and_shows_the_other(said: dict[str, Any]) -> None:
    assert said["limit"]["mg_per_day"] == 350
    assert said["limit"]["authority"]
    assert [other["mg_per_day"] for other in said["limit"]["others"]] == [250]


def test_sleep_is_very_uncertain_and_too_small_to_notice(said: dict[str, Any]) -> None:
    (one,) = said["expect"]

    assert (one["outcome"], one["certainty"], one["likely"]) == ("sleep", "very low", "too small to notice")
    assert one["trial"] == {"mg_per_day": 250, "form": "bisglycinate"}
    assert one["words"]


def test_the_review_counts_from_the_first_dose(said: dict[str, Any]) -> None:
    review = said["review"]

    assert (review["judge_from_day"], review["decide_by_day"], review["step_back_mg"]) == (15, 31, [61])
    assert review["stop_rules"]


def test_the_receipt_names_inputs_day_and_versions(said: dict[str, Any]) -> None:
    receipt = said["receipt"]

    assert receipt["inputs"].startswith("sha256:") and len(receipt["inputs"]) == 71
    assert receipt["today"] == "2026-11-22"
    assert receipt["knowledge"] and receipt["engine"]


def test_nothing_is_printed_that_the_published_shape_does_not_name(said: dict[str, Any]) -> None:
    PlanAnswer.model_validate(said)
