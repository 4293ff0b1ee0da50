"""Magnesium shares are computed from formulas; here they meet figures that were printed by others."""

from __future__ import annotations

import csv

import pytest

from magwise.label.forms import salts, salts_like

# compound mg, elemental mg, salt; as printed on packages and in product information
PRINTED = [
    (1803.0, 121.5, "aspartate_4h2o"),  # chewable tablet, package leaflet, Germany
    (737.6, 72.9, "aspartate_hcl_3h2o"),  # 3 mmol, product information, Germany
    (614.75, 60.76, "aspartate_hcl_3h2o"),  # film tablet, 2.5 mmol, product information, Germany
    (1844.0, 182.3, "aspartate_hcl_3h2o"),  # sachet, 7.5 mmol
    (404.85, 48.62, "lactate_anh"),  # tablet, technical data sheet, Spain
    (1623.0, 121.5, "aspartate_2h2o"),  # effervescent tablet, 5 mmol, Austria
    (175.0, 11.8, "aspartate_4h2o"),  # coated tablet beside potassium aspartate
    (400.0, 241.3, "oxide"),  # tablet, drug facts, United States
    (1200.0, 500.0, "hydroxide"),  # 15 mL suspension, United States
    (500.0, 32.8, "orotate_2h2o"),  # tablet, package leaflet, Germany
]


@pytest.mark.parametrize(("compound", "elemental", "salt"), PRINTED)
def test_a_printed_pair_follows_from_the_formula(compound: float, elemental: float, salt: str) -> None:
    fraction = salts()[salt].fraction
    assert fraction is not None
    assert compound * fraction == pytest.approx(elemental, rel=0.004)


def test_a_615_mg_label_with_61_mg_is_the_hydrochloride_trihydrate_and_no_other_aspartate() -> None:
    assert [salt.id for salt in salts_like(615, 61, "aspartate")] == ["aspartate_hcl_3h2o"]


def test_every_share_agrees_with_the_table_of_forms(shared) -> None:
    with (shared / "facts" / "forms.csv").open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["theoretical_Mg_percent"]]
    off = {
        row["form_id"]: (100 * salts()[row["form_id"].lower()].fraction, row["theoretical_Mg_percent"])
        for row in rows
        if abs(100 * salts()[row["form_id"].lower()].fraction - float(row["theoretical_Mg_percent"])) > 0.011
    }
    assert len(rows) > 35
    assert off == {}
