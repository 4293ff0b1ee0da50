"""A line that surely names no magnesium is answered without being read; it gets the same bytes as if it were."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from magwise.adapters.catalogue.chunks import read_chunk
from magwise.adapters.importers import Row
from magwise.errors import MagwiseError
from magwise.label import names_no_magnesium, read_label
from magwise.label.json import to_json

LINES = [
    "L-Alanine",
    "Zinc (as zinc oxide)",
    "Vitamin C 500 mg",
    "Calcium, K2 & D3",
    "x" * 299,
    "<b>Iron</b>",
    "M agnesium",
]


@pytest.mark.parametrize("text", LINES)
def test_both_ways_give_the_same_line(text: str) -> None:
    ((_, line),) = read_chunk([Row(1, "A1", text)]).lines

    assert json.loads(line) == {"id": "A1", **to_json(read_label(text))}


@given(
    st.text(alphabet=st.characters(codec="ascii"), max_size=120)
    | st.sampled_from(["mag", "Mg", "MAGNESIA", "mga"])
)
def test_what_is_passed_over_names_no_magnesium(text: str) -> None:
    if names_no_magnesium(text):
        try:
            assert "no_magnesium" in read_label(text).flags
        except MagwiseError:  # pragma: no cover - a line without letters is no label either way
            raise AssertionError(text) from None


@pytest.mark.parametrize(
    "text", ["Magnesium", "mag oxide", "Mg 5", "Magnésium", "Hořčík", "", "  ", "Zinc\tMg", "z" * 400]
)
def test_what_may_name_it_is_read(text: str) -> None:
    assert not names_no_magnesium(text)
