"""The rooms behind limits, references, labs, risks, foods and effects hold what they must."""

from __future__ import annotations

import csv
import itertools
from collections import defaultdict
from pathlib import Path

import pytest

from magwise import knowledge
from magwise.facts import Fact

ROOMS = ("limits", "references", "labs", "risks", "diet_priors", "foods", "effects")


def rows(shared: Path, name: str) -> list[dict[str, str]]:
    with (shared / "facts" / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("room", ROOMS)
def test_every_fact_has_a_sentence_a_source_and_a_date(room: str) -> None:
    for fact in knowledge.facts(room):
        assert fact.says.endswith("."), fact.id
        assert fact.citations and fact.checked.year >= 2026


@pytest.mark.parametrize("room", ["limits", "references"])
def test_age_brackets_touch_without_gap_or_overlap(room: str) -> None:
    bands: dict[tuple[object, ...], list[Fact]] = defaultdict(list)
    for fact in knowledge.facts(room):
        if fact.values["kind"] == "label" or "fed" in fact.values:
            continue
        for sex in ("female", "male"):
            if fact.values.get("sex", sex) == sex:
                bands[fact.values["by"], fact.values.get("stage", "general"), sex].append(fact)
    assert bands
    for key, found in bands.items():
        found.sort(key=lambda fact: float(str(fact.values["from_y"])))
        for one, following in itertools.pairwise(found):
            assert one.values.get("below_y") == following.values["from_y"], (key, one.id, following.id)
        if "general" in key:
            assert "below_y" not in found[-1].values, key


@pytest.mark.parametrize("room", ["limits", "references"])
def test_a_band_for_adults_never_begins_under_nineteen(room: str) -> None:
    """Resolution 8. A band that ends with adulthood ends at 19, so 18 is never read from an adult band."""
    for fact in knowledge.facts(room):
        below = fact.values.get("below_y")
        assert below != 18, fact.id
        if below is None and float(str(fact.values["from_y"])) >= 10 and fact.values["by"] != "who":
            assert float(str(fact.values["from_y"])) >= 19, fact.id


def test_every_country_names_authorities_that_exist() -> None:
    limits = {fact.values["by"] for fact in knowledge.facts("limits")}
    references = {fact.values["by"] for fact in knowledge.facts("references")}
    seen: set[str] = set()
    for entry in knowledge.entries("countries"):
        assert set(entry["limits"]) <= limits
        assert set(entry["references"]) <= references and entry["references"]
        for code in entry["codes"]:
            assert len(code) == 2 and code.isupper() and code not in seen
            seen.add(code)


def test_the_norwegian_code_is_a_word_and_no_denial() -> None:
    assert any("NO" in entry["codes"] for entry in knowledge.entries("countries"))


def test_the_unit_of_a_laboratory_is_computed_from_one_conversion() -> None:
    """1 mg/dL is 10 / 24.305 = 0.4114 mmol/L and 0.8228 mEq/L."""
    one = knowledge.fact("labs", "L37").values

    assert 10 / float(str(one["mg_per_mmol"])) == pytest.approx(0.4114, abs=5e-5)
    assert 20 / float(str(one["mg_per_mmol"])) == pytest.approx(0.8228, abs=1e-4)


def test_no_ladder_of_poisoning_signs_takes_part_in_a_decision() -> None:
    ladders = [fact for fact in knowledge.facts("labs") if fact.values["use"] == "ladder"]

    assert len(ladders) == 15
    assert not any("gate" in str(fact.values["use"]) for fact in ladders)


def test_every_prior_can_stand_in() -> None:
    for fact in knowledge.facts("diet_priors"):
        if fact.values["prior"]:
            share = fact.values.get("below_percent", 0)
            assert "p50_mg" in fact.values or "mean_mg" in fact.values or float(str(share)) < 50


def test_strong_factors_are_those_of_the_guides() -> None:
    strong = {fact.id for fact in knowledge.facts("risks") if fact.values["strength"] == "strong"}

    assert strong == {"RF01", "RF04", "RF05", "RF06", "RF08", "RF09", "RF10", "RF11", "RF14"}


# -- against the reference material --------------------------------------------------------------------------


def test_every_reference_intake_of_the_reference_table_is_carried(shared: Path) -> None:
    known = {str(fact.values["authority"]) for fact in knowledge.facts("references")}
    listed = rows(shared, "reference_intakes.csv")
    with_figure = [row for row in listed if row["RDA_RNI_mg"] or row["AI_mg"]]
    adults = [row for row in with_figure if row["authority"] not in {"FDA label DV", "EU NRV", "Codex NRV"}]

    # one more than the table has: the French figure for women stands in its note
    assert (
        len([fact for fact in knowledge.facts("references") if fact.values["kind"] != "label"])
        == len(adults) + 1
    )
    assert len(known) == len({row["authority"] for row in with_figure})


def test_every_figure_of_the_reference_table_is_the_one_carried(shared: Path) -> None:
    figures: dict[float, int] = defaultdict(int)
    for fact in knowledge.facts("references"):
        if fact.values["kind"] != "label" and fact.id != "anses-f-19":
            figures[float(str(fact.values.get("mg_per_day", fact.values.get("adds_mg"))))] += 1
    expected: dict[float, int] = defaultdict(int)
    for row in rows(shared, "reference_intakes.csv"):
        text = row["RDA_RNI_mg"] or row["AI_mg"]
        if text and row["authority"] not in {"FDA label DV", "EU NRV", "Codex NRV"}:
            expected[float(text)] += 1

    assert figures == expected


@pytest.mark.parametrize(
    ("room", "file", "kind"),
    [
        ("labs", "labs.csv", None),
        ("risks", "risk_factors.csv", None),
        ("effects", "expected_response.csv", "response"),
        ("effects", "placebo_response.csv", "placebo"),
        ("effects", "mcid.csv", "mcid"),
        ("diet_priors", "intake_distributions.csv", None),
        ("foods", "foods.csv", None),
    ],
)
def test_every_row_of_the_reference_table_is_carried(
    shared: Path, room: str, file: str, kind: str | None
) -> None:
    listed = rows(shared, file)
    ids = {row["id"] for row in listed if "id" in row}
    carried = [fact for fact in knowledge.facts(room) if kind is None or fact.values.get("kind") == kind]

    if ids:
        assert ids <= {fact.id for fact in carried}
    else:
        assert len(carried) == len(listed)


def test_every_food_holds_what_the_table_says(shared: Path) -> None:
    listed = [(float(row["mg_per_100g"]), float(row["serving_g"])) for row in rows(shared, "foods.csv")]
    carried = [
        (float(str(fact.values["mg_per_100g"])), float(str(fact.values["grams"])))
        for fact in knowledge.facts("foods")
    ]

    assert sorted(carried) == sorted(listed)


@pytest.mark.parametrize(("room", "file"), [("labs", "labs.csv"), ("risks", "risk_factors.csv")])
def test_what_the_table_has_not_confirmed_ships_as_draft(shared: Path, room: str, file: str) -> None:
    for row in rows(shared, file):
        if row["status"] != "confirmed":
            assert knowledge.fact(room, row["id"]).is_draft, row["id"]
