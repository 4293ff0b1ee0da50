"""What knowledge says of the forms hangs together."""

from __future__ import annotations

import csv

import pytest

from magwise.label.forms import families, salts, share_of

FAMILIES = {
    "aspartate", "aspartate_hcl", "oxide", "hydroxide", "carbonate", "citrate", "malate", "bisglycinate",
    "lysinate_glycinate", "amino_acid_chelate", "lactate", "gluconate", "chloride", "sulfate", "phosphate",
    "glycerophosphate", "orotate", "taurate", "acetyl_taurate", "threonate", "pidolate", "picolinate", "ascorbate",
    "alpha_ketoglutarate", "succinate", "fumarate", "liposomal", "unspecified",
}  # fmt: skip


def test_every_family_that_a_label_may_name_is_there() -> None:
    assert set(families()) == FAMILIES


def test_every_row_of_the_table_of_forms_is_there(shared) -> None:
    with (shared / "facts" / "forms.csv").open(encoding="utf-8") as file:
        wanted = {row["form_id"].lower() for row in csv.DictReader(file)}
    assert wanted <= set(salts())


def test_no_share_is_typed() -> None:
    for salt in salts().values():
        assert not {"fraction", "share", "percent", "molar_mass"} & set(salt.fact.values)


def test_soluble_organic_salts_share_one_band_and_oxide_stands_below() -> None:
    bands = {
        salts()[name].band
        for name in (
            "aspartate_2h2o",
            "aspartate_hcl_3h2o",
            "citrate_tri_anh",
            "lactate_2h2o",
            "bisglycinate",
            "malate",
        )
    }
    assert bands == {"higher"}
    assert salts()["oxide"].band == "lower"


def test_stearate_is_an_excipient_and_no_form() -> None:
    assert salts()["stearate"].kind == "excipient"
    assert "excipient" not in families()


def test_alkaline_salts_are_the_four_that_neutralise_acid() -> None:
    alkaline = {
        salt.family if salt.id != "trisilicate" else "trisilicate"
        for salt in salts().values()
        if salt.alkaline
    }
    assert alkaline == {"oxide", "hydroxide", "carbonate", "trisilicate"}


@pytest.mark.parametrize(("family", "low", "high"), [("aspartate", 0.0674, 0.0988), ("oxide", 0.603, 0.603)])
def test_the_share_of_a_plain_name_covers_every_real_salt(family: str, low: float, high: float) -> None:
    share = share_of(family)
    assert share is not None
    assert share.low == pytest.approx(low, abs=1e-4)
    assert share.high == pytest.approx(high, abs=1e-4)


def test_a_named_hydrate_leaves_one_share() -> None:
    share = share_of("aspartate", 2)
    assert share is not None and share.exact
