"""What holds for any text at all."""

from __future__ import annotations

import time

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from magwise.medicine import Kind, Medicine, read_medicine, to_json
from magwise.medicine.line import LONGEST_LINE
from magwise.medicine.names import known_names, may_be, product_named
from magwise.medicine.words import _known_phrases, phrase_key, plain_words

KNOWN = (
    "lisinopril 10 mg daily",
    "Synthroid 75 mcg am",
    "metformin 500 bid w meals",
    "zinc 50 mg nightly",
    "cipro 500 bid x 7 days",
    "raltegravir 400 bid",
    "MOM 30 ml hs prn",
)
known_lines = st.sampled_from(KNOWN)
scraps = st.sampled_from(
    [
        "mg",
        "1-0-1",
        "(",
        ")",
        "[",
        ",",
        ";",
        "+",
        "and",
        "/",
        "prn",
        "for",
        "8am",
        "q",
        "-",
        "Mg",
        "400",
        "bid",
        "½",
    ]
)
messy = st.lists(st.one_of(known_lines, scraps, st.text(max_size=8)), max_size=12).map(" ".join)


def _is_strange(word: str) -> bool:
    key = phrase_key(word)
    return bool(
        key == word
        and key not in plain_words()
        and key not in _known_phrases()
        and not product_named(key)
        and not may_be(key)
        and not any(name.startswith(key) for name in known_names())
    )


strange_words = st.text("bcdfghjklmnpqrstvwxz", min_size=6, max_size=14).filter(_is_strange)


@given(st.text(max_size=10_000))
@settings(max_examples=60, deadline=None)
def test_any_text_is_read(text: str) -> None:
    found = read_medicine(text)
    to_json(found)

    assert all(isinstance(one, Medicine) for one in found)


@given(messy)
@settings(max_examples=300, deadline=None)
def test_messy_lines_are_read(text: str) -> None:
    row = to_json(read_medicine(text))

    assert row["relevant"] in (True, False, None)
    assert row["known"] or row["relevant"] is not False


@given(known_lines, strange_words, st.booleans(), st.sampled_from([" ", ", ", " and ", "; ", " + ", "-"]))
@settings(max_examples=300, deadline=None)
def test_a_strange_word_beside_a_known_medicine_is_never_dropped(
    line: str, word: str, before: bool, between: str
) -> None:
    """Only right after 'prn' or 'for' may a strange word be what the medicine is taken for."""
    assume(before or not line.endswith("prn"))
    text = f"{word}{between}{line}" if before else f"{line}{between}{word}"
    row = to_json(read_medicine(text))

    assert not row["known"]
    assert row["relevant"] is not False


@given(known_lines, known_lines)
@settings(deadline=None)
def test_another_medicine_never_lowers_the_action(one: str, other: str) -> None:
    alone = _worst(read_medicine(one))
    both = _worst(read_medicine(f"{one}; {other}"))

    assert both >= alone


def _worst(found: tuple[Medicine, ...]) -> int:
    return max((int(rule.level) for one in found for rule in one.spacings if rule.level), default=0)


@given(known_lines)
def test_capitals_do_not_matter(line: str) -> None:
    assert to_json(read_medicine(line.upper())) == to_json(read_medicine(line.lower()))


def test_an_unknown_name_is_never_acted_on_as_if_it_were_meant() -> None:
    for line in ("raltegavir 400", "synthyrox", "cyproflux 500"):
        for one in read_medicine(line):
            assert one.kind is Kind.UNKNOWN
            assert (one.ingredients, one.spacings, one.markers) == ((), (), ())


def test_a_line_as_long_as_we_read_takes_seconds_at_most() -> None:
    """The limit is generous: it is there to catch work that grows with the square, not a slow machine."""
    for piece in ("blorptex 20, ", "lisinopril 10 ", "((((", "1-0-1 ", "zorblax"):
        text = (piece * LONGEST_LINE)[:LONGEST_LINE]
        start = time.perf_counter()
        read_medicine(text)

        assert time.perf_counter() - start < 20, piece


def test_what_stands_beyond_the_longest_line_is_not_clear() -> None:
    found = read_medicine("lisinopril 10 mg daily " + " " * 10_000 + "raltegravir 400")

    assert any(one.kind is Kind.UNKNOWN for one in found)
