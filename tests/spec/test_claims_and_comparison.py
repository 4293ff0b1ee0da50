"""Promises, seals and prices: what the rules on labels and on comparing products ask for, seen at work."""

from __future__ import annotations

from dataclasses import fields

import pytest
from hypothesis import given
from hypothesis import strategies as st

from magwise import knowledge
from magwise.compare import (
    Compared,
    band_of,
    cheapest_regimen,
    compare,
    gut_of,
    price_per_100_mg,
    price_per_absorbed_mg,
)
from magwise.findings import Level
from magwise.judge import claim_notes, quality_notes, seals_on
from magwise.label import read_label
from magwise.label.claims import ClaimLabel, judge_claim
from magwise.label.model import Basis, FormShare
from magwise.product import Product, product_of
from magwise.units import Interval


def a_product(
    mg: float = 100,
    form: str = "aspartate",
    *,
    price: float | None = None,
    pieces: float | None = None,
    unit: str = "capsule",
    salt: str | None = None,
    held: Interval | None = None,
    currency: str | None = "USD",
) -> Product:
    return Product(
        name=f"{form} {mg:g}",
        unit=unit,
        per_unit=held or Interval.exactly(mg),
        basis=Basis.DECLARED,
        forms=(FormShare(form, salt=salt),),
        price=price,
        pieces=pieces,
        currency=currency,
    )


# B051.1 -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "The most bioavailable form of magnesium",
        "Our glycinate is the most absorbable magnesium you can buy",
        "Highest bioavailability of all magnesium supplements",
        "Superior absorption",
        "Höchste Bioverfügbarkeit",
        "La forme la plus assimilable",
        "la forma más biodisponible",
        "la forma più biodisponibile di magnesio",
        "5x better absorbed than oxide",
        "100 % absorption",
    ],
)
def test_calling_a_form_the_most_bioavailable_earns_a_flag(text: str) -> None:
    """B051.1: on a pasted line, and on a whole label."""
    assert judge_claim(text).label is ClaimLabel.EXAGGERATED
    (note,) = claim_notes(f"Magnesium 100 mg\n{text}\nTake one capsule a day.")
    assert note.level is Level.CAUTION and note.facts and note.sources


def test_saying_that_a_form_is_well_absorbed_earns_none() -> None:
    """B051.1: it is the superlative that nothing supports."""
    for text in (
        "Easily absorbed",
        "A well absorbed form of magnesium",
        "There is no most bioavailable form.",
    ):
        assert judge_claim(text).label is ClaimLabel.ALLOWED


# B057.1 -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("verb", ["Cures", "Rapidly cures", "Treats", "Ends", "Helps prevent"])
@pytest.mark.parametrize("illness", ["insomnia", "anxiety", "high blood pressure", "sleeplessness"])
def test_a_promise_to_cure_is_a_red_flag(verb: str, illness: str) -> None:
    """B057.1"""
    verdict = judge_claim(f"{verb} {illness} in days")
    assert verdict.label is ClaimLabel.DISEASE
    assert "B057.1" in verdict.spec


@pytest.mark.parametrize(
    "text", ["Boosts testosterone fast", "Cures low testosterone", "Raises your testosterone naturally"]
)
def test_a_promise_about_testosterone_is_a_red_flag(text: str) -> None:
    """B057.1"""
    verdict = judge_claim(text)
    assert verdict.label is not ClaimLabel.ALLOWED
    assert "B057.1" in verdict.spec


def test_red_flags_on_a_label_are_told_with_the_words_they_rest_on() -> None:
    """B057.1"""
    notes = claim_notes("SUPER MAG\nRapid cure for insomnia!\nBoosts testosterone\nServing size 2 capsules")
    assert len(notes) == 2
    assert any("cure for insomnia" in note.message.lower() for note in notes)
    assert all(note.level is Level.CAUTION and "B057.1" in note.spec for note in notes)


# A052.1, A010.3 ---------------------------------------------------------------------------------------------


def test_products_are_compared_on_three_axes_and_all_are_shown() -> None:
    """A052.1: magnesium per dose, uptake and comfort, for every product; and no score that would hide one of them."""
    label = "Supplement Facts\nServing Size 2 Capsules\nMagnesium (as Magnesium {}) {} mg"
    told = [label.format("Aspartate", 122), label.format("Oxide", 500), label.format("Citrate", 150)]
    columns = compare([(product_of(read_label(text)), text) for text in told])

    assert len(columns) == 3
    for column in columns:
        assert column.per_serving is not None
        assert 0 < column.band.low <= column.band.high <= 1 and column.band.facts
        assert column.gut.word and column.gut.says
    assert [column.per_serving.middle.mg for column in columns if column.per_serving] == [122, 500, 150]
    assert not {"score", "rank", "grade", "rating", "winner"} & {field.name for field in fields(Compared)}


def test_what_is_not_known_of_an_axis_is_said_and_not_left_out() -> None:
    """A052.1"""
    (column,) = compare([(product_of(read_label("Magnesium 100 mg")), "Magnesium 100 mg")])
    assert column.band.name == "not known" and column.gut.word == "cannot tell"


ORGANIC = [
    "aspartate",
    "aspartate_hcl",
    "citrate",
    "lactate",
    "malate",
    "bisglycinate",
    "gluconate",
    "taurate",
]


@given(st.sampled_from(ORGANIC), st.sampled_from(ORGANIC), st.floats(20, 200))
def test_organic_salts_share_one_band_of_uptake(one: str, other: str, mg: float) -> None:
    """A010.3, A011.2, B051.2: neither the salt nor its strength puts one before the other."""
    assert band_of(a_product(mg, one)) == band_of(a_product(100, other))


def test_oxide_stands_below_and_a_blend_between() -> None:
    """A010.2, A010.3"""
    oxide, citrate = band_of(a_product(form="oxide")), band_of(a_product(form="citrate"))
    buffered = band_of(a_product(form="aspartate", salt="aspartate_1to1"))
    assert oxide.low < citrate.low and oxide.high < citrate.high
    assert (buffered.low, buffered.high) == (oxide.low, citrate.high)


def test_the_roughest_form_speaks_for_comfort() -> None:
    """A052.1"""
    both = Product(
        "x",
        "capsule",
        Interval.exactly(100),
        Basis.DECLARED,
        forms=(FormShare("bisglycinate"), FormShare("oxide")),
    )
    assert gut_of(both).word == gut_of(a_product(form="oxide")).word


# B058.1 -----------------------------------------------------------------------------------------------------


def test_the_price_compared_is_that_of_magnesium_itself() -> None:
    """B058.1: 1000 mg of aspartate with 75 mg of magnesium cost more for 100 mg than 500 mg of oxide with 300 mg."""
    aspartate = a_product(75, price=10.0, pieces=100)  # 0.10 a piece / 75 mg
    oxide = a_product(300, "oxide", price=15.0, pieces=100)  # 0.15 a piece / 300 mg

    one, other = price_per_100_mg(aspartate), price_per_100_mg(oxide)
    assert one is not None and one.best == pytest.approx(0.1333, abs=1e-4)
    assert other is not None and other.best == pytest.approx(0.05)


@given(st.floats(20, 300), st.floats(1, 60), st.integers(10, 365))
def test_neither_the_weight_of_the_salt_nor_the_size_of_the_pack_moves_the_price(
    mg: float, price: float, pieces: int
) -> None:
    """B058.1: twice the pack at twice the price is the same price."""
    small = price_per_100_mg(a_product(mg, price=price, pieces=pieces))
    large = price_per_100_mg(a_product(mg, "citrate", price=2 * price, pieces=2 * pieces))
    assert small is not None and large is not None
    assert small.best == pytest.approx(large.best)


def test_an_uncertain_amount_gives_an_interval_of_prices() -> None:
    """B058.1: 60 to 75 mg a piece of 0.15 cost 0.20 to 0.25 for 100 mg."""
    price = price_per_100_mg(a_product(held=Interval.between(60, 75), price=15.0, pieces=100))
    assert price is not None
    assert (price.low, price.best, price.high) == (pytest.approx(0.20), None, pytest.approx(0.25))


def test_without_a_price_or_an_amount_there_is_no_price() -> None:
    assert price_per_100_mg(a_product(price=None, pieces=90)) is None
    assert (
        price_per_100_mg(product_of(read_label("Proprietary blend 800 mg: magnesium oxide, L-theanine")))
        is None
    )


def test_the_price_of_what_is_absorbed_is_always_an_interval() -> None:
    """At 0.10 for 100 mg, a quarter to a half taken up: 0.002 to 0.004 for a milligram."""
    price = price_per_absorbed_mg(a_product(100, price=10.0, pieces=100))
    assert price is not None and price.best is None
    assert (price.low, price.high) == (pytest.approx(0.002), pytest.approx(0.004))


@given(
    st.lists(st.tuples(st.floats(20, 200), st.floats(1, 40), st.integers(30, 200)), min_size=1, max_size=4),
    st.sampled_from([100.0, 150.0, 200.0]),
    st.sampled_from([250.0, 350.0]),
)
def test_the_cheapest_regimen_gives_enough_and_stays_within_the_limit(
    shelf: list[tuple[float, float, int]], wanted: float, limit: float
) -> None:
    """Checked against trying every number of units of every one or two products."""
    products = [a_product(mg, price=price, pieces=pieces) for mg, price, pieces in shelf]
    found = cheapest_regimen(products, at_least_mg=wanted, limit_mg=limit)

    def all_days() -> list[float]:
        costs = []
        for i, (mg, price, pieces) in enumerate(shelf):
            for n in range(0, 19):
                for other_mg, other_price, other_pieces in shelf[i + 1 :] or [(0.0, 0.0, 1)]:
                    for m in range(0, 19):
                        total = n * mg + m * other_mg
                        if wanted - 1e-9 <= total <= limit + 1e-9:
                            costs.append(n * price / pieces + m * other_price / other_pieces)
        return costs

    if found is None:
        assert not all_days()
        return
    assert wanted - 1e-6 <= found.per_day.low.mg and found.per_day.high.mg <= limit + 1e-6
    assert found.cost_per_day == pytest.approx(min(all_days()))


def test_prices_in_two_currencies_are_not_compared() -> None:
    dear, cheap = a_product(price=10, pieces=90), a_product(price=9, pieces=90, currency="EUR")
    assert cheapest_regimen([dear, cheap], at_least_mg=100, limit_mg=350) is None


# B046, B048, B049, B053: quality ----------------------------------------------------------------------------


@pytest.mark.parametrize("seal", list(knowledge.facts("seals")), ids=lambda fact: fact.id)
def test_a_seal_is_recognised_and_proves_no_more_than_it_shows(seal: object) -> None:
    """B046.2"""
    for name in seal.values["names"]:  # type: ignore[attr-defined]
        found = seals_on(f"Magnesium 100 mg. {name.upper()}. 90 capsules")
        assert seal.id in {fact.id for fact in found}, name  # type: ignore[attr-defined]
    (note,) = [n for n in quality_notes(a_product(), str(seal.values["names"][0])) if n.rule == seal.id]  # type: ignore[attr-defined]
    assert "neither effect nor safety" in note.message and note.level is Level.NOTE


def test_a_seal_that_includes_another_is_told_once() -> None:
    assert [fact.id for fact in seals_on("NSF Certified for Sport")] == ["seal-nsf-sport"]
    assert [fact.id for fact in seals_on("Informed-Sport tested")] == ["seal-informed-sport"]
    assert not seals_on("Made in the USA. 120 capsules. Vegan.")


def test_an_independent_seal_is_preferred_and_its_absence_is_said() -> None:
    """B046.1, B046.3: what the law asks of everybody, and a test that nobody can look up, is no seal."""

    def rules(text: str) -> set[str]:
        return {note.rule for note in quality_notes(a_product(), text)}

    assert "no-independent-seal" in rules("Magnesium 100 mg")
    assert "no-independent-seal" in rules("Made in a GMP facility, third-party tested")
    assert "no-independent-seal" not in rules("USP Verified")
    assert "no-lot-seen" in rules("Magnesium 100 mg") and "no-lot-seen" not in rules("Lot 20391 EXP 06/2028")
    assert "no-expiry-seen" not in rules("Lot 20391 EXP 06/2028")


@pytest.mark.parametrize(
    ("unit", "rule"),
    [("capsule", "suits-routine"), ("tablet", "suits-routine"), ("scoop", "suits-small-steps")],
)
def test_the_shape_is_advised_on(unit: str, rule: str) -> None:
    """B048.1, B049.1"""
    assert rule in {note.rule for note in quality_notes(a_product(unit=unit), "")}


def test_a_large_unit_cannot_go_in_small_steps() -> None:
    """B049.1"""
    assert "large-unit" in {note.rule for note in quality_notes(a_product(200), "")}
    assert "large-unit" not in {note.rule for note in quality_notes(a_product(100), "")}


def test_storage_is_told_for_every_product() -> None:
    """B053.1"""
    (note,) = [note for note in quality_notes(a_product(), "") if note.rule == "keep-it-dry"]
    assert "dry" in note.message and "bathroom" in note.message and note.spec == ("B053.1",)


@pytest.mark.parametrize(
    "text", ["Zinc activates magnesium", "Activated with zinc for more power", "B6 unlocks your magnesium"]
)
def test_zinc_that_activates_magnesium_is_rejected(text: str) -> None:
    """B050.2"""
    verdict = judge_claim(text)
    assert verdict.label is ClaimLabel.EXAGGERATED and "B050.2" in verdict.spec


def test_every_note_stands_on_a_fact() -> None:
    for note in quality_notes(a_product(200), "Cures insomnia. USP Verified. Third-party tested."):
        assert note.facts and note.sources and note.spec
        assert all(knowledge.find(id) for id in note.facts)
