"""What somebody may expect: beside placebo, with the trial's dose and salt, by their own status."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conftest import cases
from magwise import knowledge
from magwise.errors import NotFound
from magwise.evidence import Expectation, expect, goals
from magwise.evidence.expect import AS_TESTED, NOT_TESTED
from magwise.intake import Status, classify_serum, status
from magwise.person import Diet, Goal

CERTAINTY = ("very low", "low", "moderate", "high")


def standing(name: str) -> Status:
    diet = {"short": 200.0, "enough": 400.0, "low": 400.0, "unknown": None, "drained": 400.0}[name]
    serum = classify_serum(0.70, "US", 46) if name == "low" else None
    return status(
        age=46,
        sex="female",
        country="US",
        diet=None if diet is None else Diet(mg_per_day=diet),
        serum=serum,
        medicine_months={"thiazide": None} if name == "drained" else None,
    )


def ask(case: dict[str, Any]) -> tuple[Expectation, ...]:
    return expect(
        case["goal"],
        status=standing(case["status"]),
        age=case.get("age", 46),
        limit_mg=case.get("limit", 350),
        families=case.get("families", ()),
        conditions=case.get("conditions", ()),
        wants=case.get("wants", ()),
        zma=case.get("zma", False),
    )


@pytest.mark.parametrize("case", cases("spec/expectations.yaml"), ids=lambda case: case["case"])
def test_expectation_is_what_the_trials_allow(case: dict[str, Any]) -> None:
    found = ask(case)
    first = found[0]

    if "outcomes" in case:
        assert [one.outcome for one in found] == case["outcomes"]
    for name in ("outcome", "certainty", "likely", "applies"):
        if name in case:
            assert getattr(first, name) == case[name]
    if "trial" in case:
        assert [first.trial.mg_per_day, first.trial.form] == case["trial"]
    if "says" in case:
        assert case["says"] in " ".join(one.words for one in found)


def test_every_goal_of_the_person_file_has_an_answer() -> None:
    assert set(goals()) == {goal.value for goal in Goal}


PEOPLE = st.sampled_from(["short", "enough", "low", "unknown"])
FAMILIES = st.lists(st.sampled_from(["aspartate", "oxide", "citrate", "bisglycinate"]), max_size=2)


@given(st.sampled_from(goals()), PEOPLE, FAMILIES, st.integers(19, 100), st.sampled_from([100, 250, 350]))
def test_every_expectation_names_the_trial_its_certainty_and_its_sources(
    goal: str, who: str, families: list[str], age: int, limit: int
) -> None:
    found = expect(goal, status=standing(who), age=age, limit_mg=limit, families=families)

    assert found
    for one in found:
        assert one.certainty in CERTAINTY
        assert (one.trial.form and one.trial.form in one.words) or one.trial.mg_per_day is None
        assert one.words and one.facts and one.sources and one.spec
        assert "  " not in one.words


@given(st.sampled_from(goals()), FAMILIES, st.integers(19, 100))
def test_whoever_is_replete_is_promised_nothing_but_regularity(
    goal: str, families: list[str], age: int
) -> None:
    found = expect(goal, status=standing("enough"), age=age, limit_mg=350, families=families)

    for one in found:
        helped = one.likely not in {"expect little", "not indicated"}
        assert helped is (goal == "regularity")


@given(st.sampled_from(goals()), PEOPLE, FAMILIES)
def test_a_lower_limit_never_makes_the_answer_surer(goal: str, who: str, families: list[str]) -> None:
    def sure(limit: float) -> int:
        (first, *_) = expect(goal, status=standing(who), age=46, limit_mg=limit, families=families)
        return CERTAINTY.index(first.certainty)

    assert sure(100) <= sure(250) <= sure(350) <= sure(2000)


@given(st.sampled_from(goals()), PEOPLE)
def test_a_trial_above_the_limit_is_never_called_as_tested(goal: str, who: str) -> None:
    for one in expect(goal, status=standing(who), age=60, limit_mg=250, zma=True):
        if one.trial.mg_per_day is not None and one.trial.mg_per_day > 250:
            assert one.applies != AS_TESTED


@given(
    st.sampled_from(goals()), st.sampled_from(["short", "low"]), st.lists(st.text(max_size=20), max_size=3)
)
def test_no_expectation_advises_a_change_of_medicine(goal: str, who: str, conditions: list[str]) -> None:
    for one in expect(goal, status=standing(who), age=60, limit_mg=350, conditions=conditions):
        for forbidden in ("stop your", "reduce your", "instead of your", "replace your", "cure"):
            assert forbidden not in one.words.lower()


def test_placebo_and_smallest_change_stand_beside_what_was_measured() -> None:
    (sleep,) = expect("sleep", status=standing("short"), age=46, limit_mg=350, families=("bisglycinate",))

    assert sleep.placebo and sleep.placebo in sleep.words
    assert sleep.mcid and "6 points" in sleep.mcid and sleep.mcid in sleep.words


def test_a_different_salt_costs_one_step_of_certainty() -> None:
    (same,) = expect("sleep", status=standing("short"), age=46, limit_mg=350, families=("bisglycinate",))
    (other,) = expect("sleep", status=standing("short"), age=46, limit_mg=350, families=("aspartate",))

    assert CERTAINTY.index(other.certainty) == CERTAINTY.index(same.certainty) - 1
    assert NOT_TESTED.capitalize() in other.words


@given(st.sampled_from(goals()), PEOPLE)
def test_no_benefit_is_the_aspartate_s_own(goal: str, who: str) -> None:
    """B017.1: whatever is said of the aspartate is said of another organic salt too, and never less surely."""

    def told(family: str) -> Expectation:
        return expect(goal, status=standing(who), age=46, limit_mg=350, families=(family,))[0]

    aspartate, other = told("aspartate"), told("gluconate")

    assert aspartate.likely == other.likely
    if "ZMA" not in aspartate.words:
        assert CERTAINTY.index(aspartate.certainty) <= CERTAINTY.index(other.certainty)


def test_where_a_trial_gives_an_interval_it_is_shown() -> None:
    """A031.1: nobody is the average, so the figure never stands alone."""
    for fact in knowledge.facts("effects"):
        if fact.values["kind"] == "response" and "interval" in fact.values:
            low, high = fact.values["interval"]
            said = [
                one.words
                for goal in goals()
                for who in ("short", "low", "unknown")
                for condition in (
                    "hypertension",
                    "uncontrolled hypertension",
                    "type 2 diabetes",
                    "prediabetes",
                )
                for one in expect(
                    goal, status=standing(who), age=60, limit_mg=350, conditions=(condition,), zma=True
                )
                if fact.id in one.facts
            ]
            assert said and all(f"from {low:g} to {high:g}" in words for words in said), fact.id


def test_an_unknown_goal_is_an_error_that_lists_the_goals() -> None:
    with pytest.raises(NotFound, match="sleep"):
        expect("levitation", status=standing("short"), age=46, limit_mg=350)


def test_trials_with_potassium_are_not_credited_to_magnesium_aspartate() -> None:
    fatigue = knowledge.fact("effects", "ER19")

    assert "cannot be credited" in str(fatigue.does_not_cover)


def test_every_row_that_a_goal_names_exists_and_every_response_is_used() -> None:
    rows = [row for entry in knowledge.entries("goals") for row in entry["outcomes"]]
    named = {row[key] for row in rows for key in ("response", "placebo", "mcid") if key in row}
    known = {fact.id: fact.values["kind"] for fact in knowledge.facts("effects")}

    assert named <= known.keys()
    assert {id for id, kind in known.items() if kind == "response"} <= named


def test_expect_little_stands_in_the_words_of_somebody_who_eats_enough() -> None:
    (sleep,) = expect("stress", status=standing("enough"), age=46, limit_mg=350)

    assert "expect little" in sleep.words
