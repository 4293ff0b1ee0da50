"""Contradictions on a label lower or withdraw its number, and say why."""

from __future__ import annotations

import pytest

from magwise.label import Basis, read_label

CASES = [
    # flag, text, best stays
    ("implausible_mass", "Serving size 1 capsule\nMagnesium (as magnesium aspartate) 450 mg 120% NRV", True),
    ("slip_of_a_factor", "Serving size 1 tablet\nMagnesium (as magnesium oxide) 25 mg 60% DV", False),
    ("slip_of_a_factor", "Serving size 1 tablet\nMagnesium (as magnesium citrate) 300 mcg 71%", False),
    ("percent_disagrees", "Serving size 2 scoops\nMagnesium (as magnesium citrate) 200 mg 90%", True),
    ("percent_fits_the_salt", "Serving size 1 tablet\nMagnesium (as magnesium citrate) 625 mg 24%", False),
    ("mmol_disagrees", "Each tablet contains 5 mmol (150 mg) magnesium as magnesium citrate", True),
    (
        "more_than_the_salt_holds",
        "Each sachet contains magnesium orotate 500 mg equivalent to 120 mg magnesium",
        True,
    ),
    ("buffered", "Each capsule contains magnesium bisglycinate 500 mg equivalent to 90 mg magnesium", True),
    (
        "front_is_salt_weight",
        "Magnesium Citrate 800 mg\nServing size 1 tablet\nMagnesium (as magnesium citrate) 120 mg",
        True,
    ),
]


@pytest.mark.parametrize(("flag", "text", "stays"), CASES, ids=[f"{c[0]}-{i}" for i, c in enumerate(CASES)])
def test_a_contradiction_is_flagged(flag: str, text: str, stays: bool) -> None:
    label = read_label(text)
    assert flag in label.flags
    assert label.elemental is not None
    assert (label.elemental.best is not None) is stays
    assert label.why


CLEAN = [
    "Serving size 2 capsules\nMagnesium (as magnesium citrate) 200 mg 48%",
    "Serving size 1 tablet\nMagnesium (as magnesium oxide) 250 mg 63%",  # the older reference, 400 mg
    "Per 2 capsules: magnesium 187.5 mg 50% NRV",
    "Each sachet contains 5 mmol (121.5 mg) magnesium as magnesium aspartate dihydrate 1623 mg",
]


@pytest.mark.parametrize("text", CLEAN)
def test_a_label_that_agrees_with_itself_has_no_doubts(text: str) -> None:
    label = read_label(text)
    doubts = {case[0] for case in CASES} - {"front_is_salt_weight"}
    assert not doubts & set(label.flags)
    assert label.elemental is not None and label.elemental.is_exact


def test_an_implausible_number_stays_with_lower_limits() -> None:
    """Resolution 32: the declared number is kept, its low end becomes what that weight of salt would hold."""
    label = read_label("Serving size 1 capsule\nMagnesium (as magnesium aspartate) 450 mg 120% NRV")
    assert label.elemental is not None and label.elemental.best is not None
    assert label.elemental.best.mg == 450
    assert label.elemental.low.mg == pytest.approx(450 * 0.0674, abs=0.1)


def test_a_withdrawn_number_is_ambiguous() -> None:
    label = read_label("Serving size 1 tablet\nMagnesium (as magnesium citrate) 300 mcg 71%")
    assert label.basis is Basis.AMBIGUOUS


@pytest.mark.parametrize(
    ("percent", "mg", "reference"),
    [(48, 200, "DV420"), (50, 200, "DV400"), (53, 200, "NRV375"), (77, 200, "IDR_BR260")],
)
def test_a_percentage_finds_its_reference(percent: int, mg: int, reference: str) -> None:
    label = read_label(f"Serving size 1 tablet\nMagnesium (as magnesium oxide) {mg} mg {percent}%")
    assert label.percent is not None and label.percent.reference == reference
