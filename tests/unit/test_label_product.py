"""What one unit holds, and what keeps a product from carrying a plan."""

from __future__ import annotations

import pytest

from magwise.label import Basis, read_label
from magwise.product import Product, product_of

PANEL = "Supplement Facts\nServing Size {size}\nServings Per Container 45\nMagnesium (as Magnesium Aspartate) {mg} mg"


def product(text: str, **said: object) -> Product:
    return product_of(read_label(text), **said)  # type: ignore[arg-type]


def test_a_unit_holds_the_serving_divided_by_its_units() -> None:
    one = product(PANEL.format(size="2 capsules", mg=122))
    assert one.per_unit is not None and one.per_unit.is_exact
    assert one.per_unit.low.mg == pytest.approx(61)  # 122 / 2
    assert (one.unit, one.units_per_serving, one.pieces) == ("capsule", 2, 90)


def test_615_on_the_front_and_61_in_the_panel_is_the_hydrochloride_trihydrate() -> None:
    one = product("Magnesium Aspartate 615 mg\n" + PANEL.format(size="1 tablet", mg=61))
    assert one.per_unit is not None and one.per_unit.low.mg == 61
    assert [share.salt for share in one.forms] == ["aspartate_hcl_3h2o"]
    assert one.families == ("aspartate",)
    assert "front_is_salt_weight" in one.flags


def test_aspartate_weight_alone_is_an_interval_with_its_reason() -> None:
    one = product("Magnesium aspartate 615 mg, 90 tablets")
    assert one.per_unit is not None and one.per_unit.best is None
    assert one.per_unit.low.mg == pytest.approx(615 * 0.0674, abs=0.1)
    assert one.per_unit.high.mg == pytest.approx(615 * 0.0988, abs=0.1)
    assert one.basis is Basis.FROM_COMPOUND and one.why


def test_half_a_tablet_only_when_the_label_says_scored() -> None:
    plain = PANEL.format(size="1 tablet", mg=100)
    assert product(plain).step == 1
    assert product(plain + "\nScored tablets.").step == 0.5


@pytest.mark.parametrize(
    ("form", "alkaline", "laxative"),
    [("oxide", True, True), ("hydroxide", True, True), ("carbonate", True, False), ("sulfate", False, True),
     ("citrate", False, False), ("aspartate", False, False)],
)  # fmt: skip
def test_alkaline_and_laxative_come_from_the_form(form: str, alkaline: bool, laxative: bool) -> None:
    one = product(f"Each tablet contains magnesium (as magnesium {form}) 100 mg")
    assert (one.alkaline, one.laxative) == (alkaline, laxative)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("Zinc 15 mg per capsule", "no magnesium"),
        ("Magnesium Malate, 120 tablets", "does not say how much"),
        ("Proprietary Sleep Blend 800 mg: magnesium glycinate, valerian. Serving size 2 capsules", "hidden"),
        ("Serving Size: 1 gummy for children, 2 gummies for adults\nMagnesium 84 mg", "several servings"),
        ("Magnesium Citrate 200 mg, 60 capsules", "more than one way"),
    ],
)
def test_a_product_that_cannot_carry_a_plan_says_why(text: str, reason: str) -> None:
    one = product(text)
    assert not one.usable
    assert reason in (one.why_not or "")


def test_potassium_is_seen_with_and_without_its_amount() -> None:
    assert product("Each tablet: potassium aspartate and magnesium aspartate 140 mg").potassium
    assert product("Magnesium 100 mg, Potassium 99 mg per tablet").potassium
    assert not product(
        PANEL.format(size="1 tablet", mg=61) + "\nIodine (as potassium iodide) 150 mcg"
    ).potassium
    assert not product(
        "Magnesium 100 mg per scoop. Ingredients: magnesium citrate, potassium sorbate"
    ).potassium
    assert not product(PANEL.format(size="1 capsule", mg=61)).potassium


def test_zma_brings_its_zinc_and_b6() -> None:
    one = product(
        "ZMA\nServing Size 3 capsules\nVitamin B6 10.5 mg\nMagnesium (as magnesium aspartate) 450 mg\nZinc 30 mg"
    )
    assert one.nutrients == {"vitamin_b6_mg": 3.5, "zinc_mg": 10}  # 10.5 / 3, 30 / 3


@pytest.mark.parametrize(("mg", "confirm"), [(59, True), (60, False), (130, False), (131, True)])
def test_an_odd_amount_in_an_aspartate_capsule_asks_for_a_second_look(mg: int, confirm: bool) -> None:
    assert ("confirm_amount" in product(PANEL.format(size="1 capsule", mg=mg)).flags) is confirm


@pytest.mark.parametrize(("mg", "flagged"), [(175, False), (176, True)])
def test_directions_past_350_mg_a_day_are_a_warning(mg: int, flagged: bool) -> None:
    text = f"Each tablet contains magnesium (as magnesium oxide) {mg} mg. Take 1 tablet twice daily."  # 2 x 175 = 350
    assert ("directions_exceed_350" in product(text).flags) is flagged


def test_price_and_pieces_that_the_person_gives_win() -> None:
    one = product(PANEL.format(size="1 capsule", mg=61), pieces=60, price=18.99, currency="USD", name="Mine")
    assert (one.pieces, one.price, one.currency, one.name) == (60, 18.99, "USD", "Mine")
