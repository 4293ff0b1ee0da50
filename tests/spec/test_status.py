"""How somebody stands: the gap, the tiers and the risk factors, case by case and as laws."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conftest import cases
from magwise import knowledge
from magwise.errors import NotAPerson
from magwise.intake import Status, classify_serum, food_first, food_named, rich_foods, risks_of, status
from magwise.intake.foods import SIX_GROUPS
from magwise.person import Diet, FoodEaten

BENEFIT = ("low", "medium", "high")
RISKY = {
    "conditions": st.sampled_from(["type 2 diabetes", "coeliac", "malabsorption", "hay fever"]),
    "alcohol": st.sampled_from(["none", "moderate", "heavy"]),
    "sweat": st.sampled_from(["normal", "heavy"]),
    "vitamin_d": st.sampled_from(["low", "unknown", "sufficient"]),
}


def of(person: dict[str, Any]) -> Status:
    told = dict(person)
    diet = told.pop("diet", None)
    serum = told.pop("serum", None)
    medicines = told.pop("medicines", None)
    reading = None if serum is None else classify_serum(serum, told.get("country"), told["age"])
    return status(
        diet=None if diet is None else Diet(mg_per_day=diet), serum=reading, medicine_months=medicines, **told
    )


@pytest.mark.parametrize("case", cases("spec/status.yaml"), ids=lambda case: case["case"])
def test_status_tells_the_gap_and_the_tier(case: dict[str, Any]) -> None:
    found = of(case["person"])

    assert (found.gap_mg, found.tier, found.strong_deficit_factor) == (
        case["gap"],
        case["tier"],
        case["strong"],
    )
    assert found.diet_is_prior is case.get("prior", False)
    assert found.mode == case.get("mode", found.mode)
    if "risks" in case:
        assert sorted(risk.fact for risk in found.risks) == sorted(case["risks"])
    if "refer" in case:
        assert found.refer is case["refer"]


def test_the_age_of_65_is_moderate_and_not_strong() -> None:
    (risk,) = risks_of(age=65)

    assert (risk.fact, risk.strength) == ("RF13", "moderate")
    assert not risks_of(age=64)


@given(st.floats(0, 1000), st.integers(0, 110), st.sampled_from(["female", "male", "unstated"]))
def test_the_gap_is_what_is_missing_and_never_negative(diet: float, age: int, sex: str) -> None:
    found = status(age=age, sex=sex, country="US", diet=Diet(mg_per_day=diet))

    assert found.gap_mg == pytest.approx(max(0, found.reference.mg_per_day - diet), abs=0.051)


@given(st.floats(0, 600), st.floats(0, 600))
def test_more_in_the_diet_never_widens_the_gap(one: float, other: float) -> None:
    less, more = sorted((one, other))

    def gap(diet: float) -> float:
        return status(age=46, sex="female", country="US", diet=Diet(mg_per_day=diet)).gap_mg

    assert gap(more) <= gap(less)


@given(st.fixed_dictionaries(RISKY), st.floats(0.75, 1.1), st.integers(19, 100))
def test_a_normal_serum_alone_never_yields_adequate(risky: dict[str, Any], mmol_l: float, age: int) -> None:
    told = {**risky, "conditions": [risky["conditions"]]}
    found = status(age=age, sex="female", country="US", serum=classify_serum(mmol_l, "US", age), **told)

    assert found.tier != "adequate"


def test_people_who_are_short_are_promised_more_than_people_who_are_not() -> None:
    low = of({"age": 46, "sex": "female", "country": "US", "diet": 200, "serum": 0.7})
    borderline = of({"age": 46, "sex": "female", "country": "US", "diet": 200})
    adequate = of({"age": 46, "sex": "female", "country": "US", "diet": 400})
    steps = [BENEFIT.index(one.benefit) for one in (low, borderline, adequate)]

    assert steps == sorted(steps, reverse=True)
    assert steps[0] > steps[-1]


def test_the_survey_that_stands_in_is_named_and_sourced() -> None:
    found = of({"age": 46, "sex": "male", "country": "US"})

    assert found.diet_is_prior
    assert any("survey stands in" in reason for reason in found.because)
    assert "intake-us-m-19" in found.facts
    assert any("NHANES" in source for source in found.sources)
    assert found.draft  # figures read on a secondary page


def test_the_probability_of_inadequacy_is_half_at_the_average_requirement() -> None:
    """IOM 2000: half of the people need more than the average requirement, 2.5 % more than the allowance."""
    at_ear = of({"age": 46, "sex": "female", "country": "US", "diet": 265})
    at_rda = of({"age": 46, "sex": "female", "country": "US", "diet": 320})

    assert at_ear.inadequacy == 0.5
    assert at_rda.inadequacy == pytest.approx(0.023, abs=0.001)


@pytest.mark.parametrize(
    "person",
    [
        {"age": 46, "sex": "female", "country": "US"},  # a survey's diet is nobody's own
        {"age": 46, "sex": "female", "country": "DE", "diet": 250},  # an adequate intake has no spread
    ],
)
def test_no_probability_is_given_where_it_cannot_be_defended(person: dict[str, Any]) -> None:
    assert of(person).inadequacy is None


# -- foods ---------------------------------------------------------------------------------------------------


def test_listed_foods_are_added_up() -> None:
    """60 g of pumpkin seeds at 592 mg per 100 g, every day: 355 mg."""
    eaten = Diet(foods=(FoodEaten("pumpkin seeds", 60, 7),))
    found = status(age=46, sex="female", country="US", diet=eaten)

    assert found.diet_mg == pytest.approx(355.2)
    assert not found.diet_is_prior


def test_a_short_list_is_part_of_a_diet_and_not_the_whole() -> None:
    """30 g of almonds five times a week give 58 mg a day; nobody lives on that, so the survey stands in."""
    eaten = Diet(foods=(FoodEaten("almonds", 30, 5),))
    found = status(age=46, sex="female", country="US", diet=eaten)

    assert found.diet_is_prior
    assert found.diet_mg == 256
    assert any("58 mg" in reason for reason in found.because)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("almonds", "almonds"),
        ("Almond", "almonds"),
        ("boiled lentils", "lentils"),
        ("pepitas", "pumpkin seeds"),
        ("Dark Chocolate", "dark chocolate, 70-85 %"),
        ("oats", "oats, dry"),
    ],
)
def test_foods_are_known_by_their_names(typed: str, meant: str) -> None:
    assert food_named(typed).values["name"] == meant


def test_an_unknown_food_is_an_error_that_names_the_nearest() -> None:
    with pytest.raises(NotAPerson, match="almonds"):
        food_named("allmonds")


def test_therapeutic_water_is_no_diet() -> None:
    with pytest.raises(NotAPerson, match="supplement"):
        food_named("Donat Mg")


def test_food_first_for_the_worked_example() -> None:
    (first,) = food_first(80, ["gelatin"], "US")

    assert (first.food, first.serving, first.adds_mg) == ("pumpkin seeds", "1 oz", 168)


def test_food_first_goes_on_until_the_gap_is_closed() -> None:
    """168 + 150 = 318 close a gap of 300; 168 alone does not."""
    assert [one.adds_mg for one in food_first(300, country="US")] == [168, 150]
    assert food_first(0, country="US") == ()


def test_suggestions_come_from_six_groups_biggest_first() -> None:
    found = rich_foods(country="DE")

    assert sorted(one.group for one in found) == sorted(SIX_GROUPS)
    assert [one.adds_mg for one in found] == sorted((one.adds_mg for one in found), reverse=True)
    assert all(one.serving.endswith(" g") for one in found)


@pytest.mark.parametrize(
    ("avoid", "never"),
    [
        ("nuts", "nuts"),
        ("seeds", "seeds"),
        ("soya", "soybeans"),
        ("pumpkin seeds", "pumpkin seeds"),
        ("chocolate", "chocolate"),
        ("beans", "beans"),
    ],
)
def test_what_somebody_avoids_is_never_suggested(avoid: str, never: str) -> None:
    assert not any(never in one.food or one.group == never for one in rich_foods([avoid], "US"))


@given(st.lists(st.sampled_from(["nuts", "soy", "seeds", "gluten", "grains", "cocoa", "greens"])))
def test_avoiding_more_never_adds_a_food_group(avoid: list[str]) -> None:
    assert {one.group for one in rich_foods(avoid)} <= {one.group for one in rich_foods()}


@given(st.text(max_size=400))
def test_whatever_is_typed_as_food_is_found_or_refused(text: str) -> None:
    try:
        assert food_named(text).id
    except NotAPerson as refused:
        assert refused.remedy


def test_draft_foods_are_not_suggested() -> None:
    drafts = {fact.id for fact in knowledge.facts("foods") if fact.is_draft}

    assert drafts.isdisjoint(one.fact for one in rich_foods())
