"""Untrusted text: bounded time, no traceback, and an error that says what to do."""

from __future__ import annotations

import random
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from magwise.errors import NotALabel, TooMuchText
from magwise.label import read_label
from magwise.label.json import to_json

HOSTILE = {
    "open brackets": "Magnesium " + "(" * 50_000,
    "nested brackets": "Magnesium (as " * 10_000,
    "numbers": "1,000." * 30_000,
    "digits": "9" * 190_000,
    "amounts": "Magnesium 100 mg " * 11_000,
    "equal signs": "magnesium 5 mmol = " * 10_000,
    "forms": "magnesium citrate, " * 10_000,
    "newlines": "magnesium\n" * 19_000,
    "tags": "<td" * 60_000,
    "half tags": "<a " * 60_000 + "magnesium 5 mg",
    "entities": "&amp" * 45_000,
    "one word": "magnesium" * 20_000,
    "slashes": "100 mg/" * 25_000,
    "dashes": "1-" * 90_000,
    "each": "each capsule contains " * 9_000,
    "take": "take 1 capsule " * 12_000,
    "points": "a. A" * 45_000,
    "kana": "マグネシウム酸化" * 20_000,
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_time_stays_bounded(text: str) -> None:
    began = time.perf_counter()
    read_label(text[:200_000])
    assert time.perf_counter() - began < 8


def test_time_grows_with_the_length_and_not_faster() -> None:
    text = "Magnesium (as citrate, oxide) 100 mg 24% Zinc 15 mg. Take 2 capsules daily.\n"

    def seconds(times: int) -> float:
        began = time.process_time()
        read_label(text * times)
        return time.process_time() - began

    def least(times: int) -> float:
        """Of five: Python looks for garbage among all that the other tests hold, and counts it to whoever runs."""
        return min(seconds(times) for _ in range(5))

    seconds(10)
    assert least(1600) < 40 * max(least(100), 0.01)  # sixteen times the text; by its square it would be 256


@pytest.mark.parametrize("nothing", ["", "   ", "\n\t\r\n", "\ufeff", "\x00\x00\x00\x00"])
def test_nothing_is_no_label(nothing: str) -> None:
    with pytest.raises(NotALabel) as refused:
        read_label(nothing)
    assert refused.value.remedy


def test_binary_is_no_label() -> None:
    junk = "".join(chr(random.Random(1).randrange(0, 9)) for _ in range(3000)) + "PNG"
    with pytest.raises(NotALabel):
        read_label(junk)


def test_a_book_is_too_much() -> None:
    with pytest.raises(TooMuchText):
        read_label("magnesium " * 30_000)


@given(st.text(min_size=1, max_size=300))
@settings(max_examples=150, deadline=None)
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        label = read_label(text)
    except NotALabel:
        return
    for span in label.spans:
        assert label.text[span.start : span.end] == span.text
    to_json(label, spans=True)


PIECES = [
    "Magnesium", "(as", ")", "(", "citrate", "oxide", "61 mg", "400 mg", "15%", "=", "5 mmol", "each capsule contains",
    "\n", ".", ",", "elemental", "of", "Serving Size", "2 capsules", "magnesium stearate", "Zinc", "davon", "per", "/1",
    "Proprietary Blend", "no", "or", "1.000", "g", "3-4", "take", "daily", "酸化マグネシウム", "магния", "½",
]  # fmt: skip


@given(st.lists(st.sampled_from(PIECES), min_size=1, max_size=25))
@settings(max_examples=250, deadline=None)
def test_any_order_of_label_words_gives_an_interval_in_order(words: list[str]) -> None:
    try:
        label = read_label(" ".join(words))
    except NotALabel:
        assert not "".join(words).strip()
        return
    if label.elemental is not None:
        assert 0 <= label.elemental.low.mg <= label.elemental.high.mg


@given(st.floats(min_value=1, max_value=900).map(lambda mg: round(mg, 1)), st.integers(1, 4))
@settings(max_examples=60, deadline=None)
def test_a_plain_panel_is_read_to_the_milligram(mg: float, pieces: int) -> None:
    label = read_label(
        f"Supplement Facts\nServing Size {pieces} tablets\nMagnesium (as magnesium oxide) {mg} mg"
    )
    assert label.elemental is not None and label.elemental.best is not None
    assert label.elemental.best.mg == pytest.approx(mg)
    assert label.serving_amount == pieces


def test_accents_lost_in_a_wrong_encoding_are_found_again() -> None:
    right = "Pour 2 gélules : magnésium (citrate de magnésium) 120 mg"
    assert to_json(read_label(right.encode().decode("cp1252", "replace")))["elemental_mg"] == 120
