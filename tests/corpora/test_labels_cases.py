"""Labels in our own words, by kind of difficulty (label_cases.yaml)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from magwise.label import read_label
from magwise.label.json import to_json

CASES = yaml.safe_load((Path(__file__).parent / "label_cases.yaml").read_text(encoding="utf-8"))["cases"]
LANGUAGES = {"de", "fr", "it", "es", "pt", "nl", "da", "sv", "fi", "pl", "cs", "sk", "ru", "ja"}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_a_label_is_read_as_a_pharmacist_would(case: dict[str, Any]) -> None:
    said = to_json(read_label(case["text"]))

    if case["mg"] is None:
        assert said["elemental_mg"] is None
    else:
        assert said["elemental_mg"] == pytest.approx(case["mg"], abs=max(0.6, 0.012 * case["mg"]))
    assert set(said["forms"]) - {"unspecified"} == set(case["forms"])
    assert said["proprietary_blend"] is case.get("blend", False)
    if "serving" in case:
        assert said["serving_amount"] == case["serving"]
    if "low" in case:
        assert said["elemental_low_mg"] == pytest.approx(case["low"], abs=0.1)
        assert said["elemental_high_mg"] == pytest.approx(case["high"], abs=0.1)


@pytest.mark.parametrize(
    "case",
    [c for c in CASES if c["id"].split("-")[-2:-1] and c["id"].split("-")[-2] in LANGUAGES],
    ids=lambda case: case["id"],
)
def test_the_language_is_recognised(case: dict[str, Any]) -> None:
    assert read_label(case["text"]).language == case["id"].split("-")[-2]


def test_every_language_has_cases() -> None:
    assert {c["id"].split("-")[-2] for c in CASES if "-" in c["id"]} >= LANGUAGES
