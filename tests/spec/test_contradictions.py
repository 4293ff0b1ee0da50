"""Where sources disagree the strictest side is kept, and all of them stay to be shown (notes on gap semantics)."""

from __future__ import annotations

from typing import Any

import pytest

from conftest import cases
from magwise.findings import Level
from magwise.medicine import Spacing, spacings, spacings_of


def strictest(rules: tuple[Spacing, ...]) -> Spacing:
    return max(rules, key=lambda rule: ((rule.mg_before_h or 0) + (rule.mg_after_h or 0), rule.id))


@pytest.mark.parametrize("case", cases("spec/contradictions.yaml"), ids=lambda case: case["drug"])
def test_the_strict_side_is_kept_and_the_others_are_shown(case: dict[str, Any]) -> None:
    rule = strictest(spacings_of(case["drug"]))

    assert [rule.mg_before_h, rule.mg_after_h] == case["strict"]
    assert list(rule.label_gap_h) == case["label"]
    assert list(rule.guide_gap_h) == case["guide"]
    assert rule.level is Level.of(case.get("level", "apart"))


def test_a_kept_gap_is_never_shorter_than_a_label_or_a_guide() -> None:
    """Polystyrene sulfonate has hours in its label and none here, because it is a stop."""
    for rule in spacings():
        if rule.level is Level.STOP:
            continue
        for kept, label, guide in zip(
            (rule.mg_before_h, rule.mg_after_h), rule.label_gap_h, rule.guide_gap_h, strict=True
        ):
            if kept is not None:
                assert kept >= max(label or 0, guide or 0), rule.id
            else:
                assert label is None and guide is None, rule.id
