"""Rules about labels, forms and products, label by label (label_rules.yaml) and as laws."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conftest import cases
from magwise import knowledge
from magwise.label import Label, read_label
from magwise.label.model import Basis, FormShare
from magwise.plan import make_plan, suits_better, wish_for
from magwise.product import Product, product_of
from magwise.units import Interval


def read(case: dict[str, Any]) -> Label:
    if "text" in case:
        return read_label(case["text"])
    serving = case.get("serving", "1 Capsule")
    lines = [
        case.get("front", ""),
        "Supplement Facts",
        f"Serving Size {serving}",
        "Amount Per Serving",
        case["label"],
    ]
    return read_label("\n".join(line for line in lines if line))


@pytest.mark.parametrize(
    "case", cases("spec/label_rules.yaml"), ids=lambda case: f"{case['rule']} {case['case']}"
)
def test_the_label_is_read_as_the_rule_says(case: dict[str, Any]) -> None:
    label = read(case)

    if "forms" in case:
        assert [share.form for share in label.forms] == case["forms"]
    if "salt" in case:
        assert case["salt"] in {share.salt for share in label.forms}
    if "mg" in case:
        assert label.elemental is not None
        best = label.elemental.best
        found = [label.elemental.low.mg, None if best is None else best.mg, label.elemental.high.mg]
        assert found == [None if mg is None else pytest.approx(mg, abs=0.1) for mg in case["mg"]]
    if "unit_mg" in case:
        assert product_of(label).per_unit == Interval.exactly(case["unit_mg"])
    for name, amount in case.get("nutrients", {}).items():
        assert label.nutrients[name] == amount
    assert case.get("flag") is None or case["flag"] in label.flags
    assert case.get("no_flag") is None or case["no_flag"] not in label.flags


def a_product(
    mg: float, form: str = "aspartate", *, alkaline: bool = False, laxative: bool = False
) -> Product:
    return Product(
        name="x",
        unit="capsule",
        per_unit=Interval.exactly(mg),
        basis=Basis.DECLARED,
        forms=(FormShare(form),),
        alkaline=alkaline,
        laxative=laxative,
    )


def test_organic_salts_stand_in_one_band_above_oxide() -> None:
    """A010.3: no order between aspartate, citrate, lactate and bisglycinate; plain salts, no buffered blends."""

    def bands(form: str) -> set[object]:
        salts = [fact.values for fact in knowledge.facts("forms") if fact.values.get("form") == form]
        return {salt["absorption_band"] for salt in salts} - {"between"}

    assert bands("aspartate") == bands("citrate") == bands("lactate") == bands("bisglycinate")
    assert len(bands("aspartate")) == 1 and bands("oxide") != bands("aspartate")


@given(st.floats(10, 200), st.floats(10, 200))
def test_no_product_is_preferred_for_its_percentage_of_magnesium(one: float, other: float) -> None:
    """A011.2, B051.2: strength does not enter the order; an oxide of any strength stands behind an organic salt."""
    assert suits_better(a_product(one), calm=False) == suits_better(a_product(other), calm=False)
    oxide = a_product(one, "oxide", alkaline=True, laxative=True)
    assert suits_better(a_product(other), calm=False) < suits_better(oxide, calm=False)


def test_among_soluble_salts_the_form_does_not_decide() -> None:
    """B051.2"""
    assert suits_better(a_product(61, "citrate"), calm=True) == suits_better(
        a_product(61, "aspartate"), calm=True
    )


@given(st.floats(5, 120), st.integers(1, 3), st.sampled_from([100.0, 250.0, 350.0]))
def test_doses_go_with_meals_and_none_is_large(mg: float, meals: int, limit: float) -> None:
    """B025.4, B040.1: only meals are open to a dose, and no sitting is above 200 mg."""
    plan = make_plan(
        wish_for(gap_mg=300, strong_factor=True, constipated=True, high_end_forbidden=False),
        (a_product(mg),),
        preferred=(0,),
        limit_mg=limit,
        already_low_mg=0,
        already_high_mg=0,
        open_meals=meals,
        sensitive=False,
    )

    for step in plan.steps:
        sittings = [portion.units * mg for portion in step.portions]
        assert max(sittings) <= 200 + 1e-6
        assert sum(sittings) <= min(limit, plan.target_mg) + 1e-6
