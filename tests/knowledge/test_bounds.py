"""Numbers in somebody's own words: each that medicine decides is a fact, and every such fact is used."""

from __future__ import annotations

import re

from magwise import knowledge
from magwise.safety import patterns

# Language, not medicine: stages and degrees, calendar years, hours of the night, and how far off a day is.
OF_LANGUAGE = {
    "<1-5>", "<5-5>", "<1-3>", "<1-6>", "<1-30>", "<1-80>", "<0.1-9>",
    "<1940-2025>", "<2026-2040>", "<1980-2040>", "<1950-2040>",
}  # fmt: skip
RANGES = {
    part
    for room in ("conditions", "symptoms")
    for _, written in patterns._written(room)
    for pattern in written
    for part in re.findall(r"<[^<>]+>", pattern)
}


def test_a_number_that_medicine_decides_has_a_name() -> None:
    assert {one for one in RANGES if one[1].isdigit()} <= OF_LANGUAGE


def test_every_name_is_a_fact_and_every_fact_about_words_is_used() -> None:
    named = {f"said-{one.strip('<>')}" for one in RANGES if not one[1].isdigit()}

    assert named == {
        str(one["id"]) for one in knowledge.entries("bounds") if str(one["id"]).startswith("said-")
    }


def test_the_ends_of_a_range_belong_to_it() -> None:
    for one in RANGES:
        low, high = patterns._bounds(one)

        assert low <= high
