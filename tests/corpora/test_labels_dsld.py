"""US ingredient lines and whole labels of the national database: nothing is taken for magnesium that is none."""

from __future__ import annotations

import csv
import json

import pytest

from magwise.adapters.importers.dsld import text_of_label
from magwise.label import read_label


@pytest.fixture(scope="module")
def lines(shared) -> list[dict[str, str]]:
    path = shared / "data" / "labels" / "dsld2016_magnesium_strings_dev.csv"
    with path.open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_a_line_without_an_amount_gives_no_amount(lines) -> None:
    plain = [
        row["label_ingredient_text"]
        for row in lines
        if not any(c.isdigit() for c in row["label_ingredient_text"])
    ]
    wrong = [text for text in plain if read_label(text).elemental is not None]
    assert len(plain) > 500
    assert wrong == []


def test_magnesium_ascorbate_under_vitamin_c_is_no_magnesium_dose(lines) -> None:
    vitamin_c = [
        row["label_ingredient_text"]
        for row in lines
        if row["label_ingredient_text"].lower().startswith("vitamin c")
    ]
    assert len(vitamin_c) > 10
    assert [text for text in vitamin_c if read_label(text).elemental is not None] == []


def test_named_forms_of_the_commonest_lines_are_read(lines) -> None:
    wanted = {
        "citrate": "citrate",
        "oxide": "oxide",
        "aspartate": "aspartate",
        "gluconate": "gluconate",
        "taurate": "taurate",
    }
    for row in lines[:120]:
        text = row["label_ingredient_text"].lower()
        if not text.startswith("magnesium (") or "stearate" in text:
            continue
        read = {share.form for share in read_label(row["label_ingredient_text"]).forms}
        for word, family in wanted.items():
            if f"magnesium {word}" in text.replace("{", "").replace("}", ""):
                assert family in read, text


EXPECTED = {
    "276336": 40, "49495": 50, "249664": 40, "246811": 20, "261967": 96, "220884": 50,
    "179343": None, "264116": None, "330088": None,
}  # fmt: skip


@pytest.mark.parametrize(("label", "mg"), EXPECTED.items())
def test_a_label_of_the_database(shared, label: str, mg: float | None) -> None:
    record = json.loads(
        (shared / "data" / "labels" / "dsld_v9_json" / f"{label}.json").read_text(encoding="utf-8")
    )
    read = read_label(text_of_label(record))
    assert (read.elemental.best.mg if read.elemental and read.elemental.best else None) == mg
