"""Limits and reference intakes against the authorities' own tables."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conftest import cases
from magwise import knowledge
from magwise.intake import reference_intake, supplement_limit

COUNTRIES = [code for entry in knowledge.entries("countries") for code in entry["codes"]]


@pytest.mark.parametrize(
    "case", cases("published/limits.yaml"), ids=lambda case: f"{case['country']}-{case['age']}"
)
def test_the_supplement_limit_is_the_strictest_of_the_country(case: dict[str, Any]) -> None:
    limit = supplement_limit(case["country"], case["age"], case.get("weight_kg"))

    assert limit.mg_per_day == case["allows"]
    assert limit.assumed_country is case.get("assumed", False)
    assert limit.draft is case.get("draft", False)
    if "others" in case:
        assert [other.mg_per_day for other in limit.others] == case["others"]
    if "authority" in case:
        assert limit.authority == case["authority"]


@pytest.mark.parametrize("case", cases("published/references.yaml"), ids=lambda case: case["page"])
def test_the_reference_intake_is_the_printed_one(case: dict[str, Any]) -> None:
    reference = reference_intake(
        case["country"],
        case["age"],
        case["sex"],
        case.get("pregnant", False),
        case.get("breastfeeding", False),
    )

    assert (reference.mg_per_day, reference.kind) == (case["is"], case["kind"])
    assert reference.draft is case.get("draft", False)
    if "ear" in case:
        assert reference.ear_mg == case["ear"]


@given(st.sampled_from([*COUNTRIES, None, "", "ZZ"]), st.integers(0, 120))
def test_nobody_is_allowed_more_than_the_ceiling_for_everyone(country: str | None, age: int) -> None:
    limit = supplement_limit(country, age)

    assert 0 <= limit.mg_per_day <= 350
    assert limit.facts and limit.sources


@given(st.sampled_from([*COUNTRIES, None]), st.integers(0, 18))
def test_nobody_under_nineteen_is_allowed_more_than_an_adult(country: str | None, age: int) -> None:
    assert supplement_limit(country, age).mg_per_day <= supplement_limit(country, 46).mg_per_day


@given(
    st.sampled_from([*COUNTRIES, None]),
    st.integers(0, 120),
    st.sampled_from([True, False, None]),
    st.sampled_from([True, False, None]),
)
def test_an_unstated_sex_never_raises_the_reference(
    country: str | None, age: int, pregnant: bool | None, breastfeeding: bool | None
) -> None:
    def figure(sex: str) -> float:
        return reference_intake(country, age, sex, pregnant, breastfeeding).mg_per_day

    assert figure("unstated") <= min(figure("female"), figure("male"))


@given(st.sampled_from([*COUNTRIES, None]), st.integers(0, 120), st.sampled_from(["female", "unstated"]))
def test_an_unknown_pregnancy_never_raises_the_reference(country: str | None, age: int, sex: str) -> None:
    unknown = reference_intake(country, age, sex, None, None).mg_per_day

    assert unknown <= reference_intake(country, age, sex, True, False).mg_per_day
    assert unknown <= reference_intake(country, age, sex, False, False).mg_per_day


def test_every_member_of_the_eu_has_the_limit_of_the_eu() -> None:
    members = {
        *("AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU"),
        *("IE", "IT", "LT", "LU", "LV", "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK"),
    }

    assert {supplement_limit(code, 46).mg_per_day for code in members} == {250}
    assert not any(supplement_limit(code, 46).assumed_country for code in members)
