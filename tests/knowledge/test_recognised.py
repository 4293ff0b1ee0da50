"""Conditions that we know by name and have no rule about: many, and none of them hides a condition that means stop."""

from __future__ import annotations

import pytest
from rapidfuzz import fuzz

from magwise import knowledge
from magwise.safety.complaints import NEAR_ENOUGH, condition_line
from magwise.safety.vocabulary import (
    condition_names,
    organs,
    plain,
    recognised,
    stopping_names,
)

ENTRIES = knowledge.entries("recognised")
NAMES = [(str(entry["id"]), str(name)) for entry in ENTRIES for name in entry["names"]]

# Looked at one by one: both are common words of their own, and nobody writes the one for the other.
ALIKE_BUT_ANOTHER_THING = {
    ("basal cell carcinoma", "renal cell carcinoma"),
    ("chronic venous insufficiency", "chronic renal insufficiency"),
    ("cornea transplant", "organ transplant"),
    ("cornea transplant", "renal transplant"),
    ("corneal transplant", "organ transplant"),
    ("corneal transplant", "renal transplant"),
    ("diverticulosis", "diverticulitis"),
    ("hair transplant", "had a transplant"),
    ("hair transplant", "heart transplant"),
    ("hypoglycaemia", "hypocalcaemia"),
    ("hypoglycaemic", "hypocalcaemic"),
    ("hypoglycemia", "hypocalcemia"),
    ("hypoglycemic", "hypocalcemic"),
    ("knee problems", "kidney problems"),
    ("knee trouble", "kidney trouble"),
    ("melasma", "melas"),
    ("neuropathy", "nephropathy"),
    ("ocular hypertension", "pulmonary hypertension"),
    ("pain syndrome", "dumping syndrome"),
    ("parkinson's disease", "addison's disease"),
    ("parkinsons disease", "addisons disease"),
    ("skin cancer", "kidney cancer"),
    ("venous insufficiency", "renal insufficiency"),
    ("wilson disease", "addison disease"),
    ("wilson's disease", "addison's disease"),
}
# An organ's word stands in them, and they say themselves that the organ is well or that it is another thing.
NAMES_AN_ORGAN = {
    "innocent heart murmur", "innocent murmur", "innocent heart murmur as a child", "harmless heart murmur", "harmless murmur",
    "functional heart murmur", "functional murmur", "flow murmur", "childhood innocent murmur", "benign heart murmur",
    "corneal transplant", "cornea transplant", "hair transplant",
}  # fmt: skip


def test_there_are_at_least_250() -> None:
    assert len(ENTRIES) >= 250
    assert len({plain(name) for _, name in NAMES}) > 1000


def test_a_name_means_one_thing() -> None:
    assert len({plain(name) for _, name in NAMES}) == len({(slug, plain(name)) for slug, name in NAMES})


def test_no_gate_and_no_reason_for_loss_has_the_same_name() -> None:
    """A name in two lists would be read as the stricter one, and the entry here would be dead."""
    elsewhere = {name for name, slug in condition_names().items() if slug not in recognised()}

    assert not {plain(name) for _, name in NAMES} & elsewhere


@pytest.mark.parametrize(("slug", "name"), NAMES)
def test_no_name_is_near_one_that_means_stop(slug: str, name: str) -> None:
    """What would be taken for a stop condition if it were not listed must not be listed without a look."""
    near = {one for one in stopping_names() if fuzz.ratio(plain(name), one) >= NEAR_ENOUGH}

    assert near <= {stop for mine, stop in ALIKE_BUT_ANOTHER_THING if mine == name}


def test_no_name_speaks_of_an_organ_that_may_never_stay_unclear() -> None:
    named = {
        name
        for _, name in NAMES
        if any(one.is_named_by(word) for one in organs() for word in plain(name).split())
    }

    assert named == NAMES_AN_ORGAN


@pytest.mark.parametrize("slug", [str(entry["id"]) for entry in ENTRIES])
def test_each_is_read_as_itself_and_nothing_is_left(slug: str) -> None:
    for name in (one for of, one in NAMES if of == slug):
        meant = condition_line(name)

        assert slug in meant.conditions or meant.symptoms, name
        assert meant.near is None, name
        assert meant.counts_as is None, name
        assert not meant.left_out, name
