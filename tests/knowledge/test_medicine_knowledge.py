"""The rooms of medicines: complete, consistent, and refusing what the code does not know."""

from __future__ import annotations

import csv
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from magwise.errors import BrokenKnowledge
from magwise.facts import Fact, Status
from magwise.findings import Level
from magwise.knowledge import HERE, entries, facts
from magwise.medicine import default_spacing, read_medicine, spacing, spacings, spacings_of
from magwise.medicine.load import magnesium_sources
from magwise.medicine.names import _ingredients, _lay, known_names, product_named
from magwise.medicine.rules import _as_spacing
from magwise.medicine.words import phrase_key

ROOMS = sorted(path.stem for path in (HERE / "spacings").glob("*.yaml"))


def test_there_are_136_spacings_each_once() -> None:
    ids = [rule.id for rule in spacings()]

    assert len(ids) == len(set(ids)) == 136


def test_every_spacing_is_the_row_of_the_facts(shared: Path) -> None:
    with (shared / "facts/interactions.csv").open(encoding="utf-8") as table:
        rows = {row["id"]: row for row in csv.DictReader(table)}

    assert set(rows) == {rule.id for rule in spacings()}
    for rule in spacings():
        row = rows[rule.id]
        assert (rule.level.word if rule.level else "none") == row["level"], rule.id
        assert (rule.when or "") == row["when"], rule.id
        assert rule.salts == row["salts"], rule.id
        assert rule.counts_towards_two == (row["counts_towards_two"] == "yes"), rule.id
        assert rule.draft == (row["status"] != "confirmed"), rule.id
        hours = [
            (rule.mg_before_h, row["strict_mg_before_h"]),
            (rule.mg_after_h, row["strict_mg_after_h"]),
            (rule.label_gap_h[0], row["label_mg_before_h"]),
            (rule.label_gap_h[1], row["label_mg_after_h"]),
            (rule.guide_gap_h[0], row["guide_mg_before_h"]),
            (rule.guide_gap_h[1], row["guide_mg_after_h"]),
        ]
        assert all(ours == (float(theirs) if theirs else None) for ours, theirs in hours), rule.id


def test_every_magnesium_source_of_the_facts_is_known(shared: Path) -> None:
    with (shared / "facts/magnesium_sources.csv").open(encoding="utf-8") as table:
        amounts = Counter(float(row["elemental_mg_per_unit"]) for row in csv.DictReader(table))
    ours = Counter(float(str(fact.values["elemental_mg"])) for fact in magnesium_sources())

    assert not amounts - ours


def test_every_name_of_the_drug_index_leads_to_its_rule(shared: Path) -> None:
    """'any other', 'barbiturates' and the like are kinds, not names that somebody types."""
    kinds = {"any other oral medicine", "barbiturates", "other magnesium sources"}
    missed = []
    with (shared / "facts/drug_index.csv").open(encoding="utf-8") as table:
        for row in csv.DictReader(table):
            name = row["name"].split("(")[0].strip()
            if name not in kinds and row["interaction_id"] not in _rules_of(name):
                missed.append(row["name"])

    assert missed == []


def _rules_of(name: str) -> set[str]:
    words = (
        name.replace(" EC", "")
        .replace(" ER", "")
        .replace(" capsules", "")
        .replace("liotrix / LT4+LT3", "liotrix")
    )
    return {rule.id for one in read_medicine(words) for rule in one.spacings} | {
        rule.id for rule in spacings_of(name)
    }


def test_every_rule_but_the_default_is_reached_by_a_name() -> None:
    reached = {rule for one in _ingredients().values() for rule in one.rules}
    reached |= {rule for product in known_names().values() for rule in product.rules}

    assert {rule.id for rule in spacings()} - reached == {default_spacing().id}


def test_the_default_is_two_hours_on_both_sides() -> None:
    assert (default_spacing().id, default_spacing().mg_before_h, default_spacing().mg_after_h) == (
        "IX133",
        2,
        2,
    )


def test_every_name_points_to_rules_that_exist() -> None:
    for product in set(known_names().values()):
        for one in product.ingredients:
            assert len(one.spacings) == len(one.rules)
        assert len(product.own_spacings) == len(product.rules)


def test_at_least_400_common_ingredients_without_a_rule_are_recognised() -> None:
    assert sum(1 for one in _ingredients().values() if not one.rules) >= 400


def test_lay_words_propose_known_medicines_only_and_are_no_names() -> None:
    for words, candidates in _lay().items():
        assert words not in known_names()
        assert all(product_named(phrase_key(name)) for name in candidates), words


def test_a_listed_name_means_one_thing() -> None:
    """Two entries may share a name only when they mean the same ingredients."""
    meant: dict[str, set[str]] = {}
    for entry in entries("medicines/names"):
        for name, also in {**entry.get("medicines", {}), **entry.get("combinations", {})}.items():
            for written in (also or "").split(","):
                if phrase_key(written):
                    meant.setdefault(phrase_key(written), set()).add(name)

    shared_names = {name: sorted(several) for name, several in meant.items() if len(several) > 1}
    assert shared_names == {}


@pytest.mark.parametrize(
    "member, expected",
    [
        ("lisinopril", "ace_inhibitor"),
        ("ramipril", "ace_inhibitor"),
        ("perindopril", "ace_inhibitor"),
        ("losartan", "arb"),
        ("candesartan", "arb"),
        ("sacubitril", "arni"),
        ("finerenone", "finerenone"),
        ("eplerenone", "potassium_sparing"),
        ("triamterene", "potassium_sparing"),
        ("trimethoprim", "trimethoprim"),
        ("potassium chloride", "potassium"),
        ("salt substitute", "potassium"),
        ("torasemide", "loop_diuretic"),
        ("indapamide", "thiazide"),
        ("dexlansoprazole", "ppi"),
        ("nizatidine", "h2_blocker"),
        ("gliclazide", "sulfonylurea"),
        ("insulin degludec", "insulin"),
        ("tapentadol", "opioid"),
        ("methadone", "opioid"),
        ("oxybutynin", "strong_anticholinergic"),
        ("amitriptyline", "strong_anticholinergic"),
        ("diphenhydramine", "strong_anticholinergic"),
        ("clozapine", "clozapine"),
        ("etoricoxib", "nsaid"),
        ("naproxen", "nsaid"),
        ("bisoprolol", "beta_blocker"),
        ("diltiazem", "verapamil_diltiazem"),
        ("apixaban", "anticoagulant"),
        ("acenocoumarol", "anticoagulant"),
        ("ciclosporin", "calcineurin_inhibitor"),
        ("senna", "laxative"),
        ("doxazosin", "bp_medicine"),
        ("ertugliflozin", "sglt2"),
    ],
)
def test_common_members_of_a_class_carry_its_slug(member: str, expected: str) -> None:
    assert expected in _ingredients()[member].classes


@pytest.mark.parametrize(
    "field, value",
    [
        ("level", "perhaps"),
        ("salts", "some"),
        ("when", "at full moon"),
        ("strict_h", [2]),
        ("strict_h", ["two", 2]),
        ("strict_h", [-2, 2]),
        ("strict_h", [48, 2]),
        ("counts_towards_two", "yes"),
        ("in_the_gut", None),
        ("severity", None),
    ],
)
def test_a_value_that_the_code_does_not_know_fails_the_load(field: str, value: Any) -> None:
    fact = _some_fact()

    with pytest.raises(BrokenKnowledge, match=field):
        _as_spacing(replace(fact, values={**fact.values, field: value}))


def test_an_unknown_status_fails_the_load() -> None:
    with pytest.raises(ValueError, match="guessed"):
        Status("guessed")


def _some_fact() -> Fact:
    return next(fact for fact in facts("spacings/thyroid") if fact.id == "IX019")


def test_an_unknown_id_names_the_room() -> None:
    with pytest.raises(BrokenKnowledge, match="IX999"):
        spacing("IX999")


def test_unconfirmed_rows_ship_as_drafts_and_nothing_is_reviewed() -> None:
    every = [fact for room in ROOMS for fact in facts(f"spacings/{room}")]

    assert {fact.status for fact in every} == {Status.DRAFT, Status.CHECKED}
    assert all(fact.status is Status.DRAFT for fact in every if _rests_on_nothing_read(fact))


def _rests_on_nothing_read(fact: Fact) -> bool:
    return {citation.source.id for citation in fact.citations} == {"label-not-read"}


def test_integrase_inhibitors_are_all_stops() -> None:
    rules = [rule for rule in spacings() if rule.drug_class == "HIV integrase inhibitors"]

    assert len(rules) == 6
    assert all(rule.level is Level.STOP for rule in rules)


def test_minerals_reflux_and_the_default_never_count_towards_two() -> None:
    never = {"minerals", "proton pump inhibitors", "H2 blockers/other reflux", "default"}

    assert not any(rule.counts_towards_two for rule in spacings() if rule.drug_class in never)


def test_a_brand_by_country_is_given_as_its_ingredient_is():
    """A shape of its own (Vigamox, for the eye) stands among the combinations with its route; a brand has none."""
    ingredients = _ingredients()
    checked = 0
    for entry in entries("medicines/names"):
        for parts, brands in entry.get("brands", {}).items():
            for brand in brands.split(","):
                product = product_named(phrase_key(brand))
                assert product is not None, brand
                if " + " not in parts and product.names == (parts,):
                    assert product.route in (None, ingredients[parts].route), brand
                    checked += 1
    assert checked > 90


def test_comp_and_co_mean_a_thiazide_and_plus_alone_means_and():
    for line in ("Diovan comp 80/12.5", "Co-Aprovel 150", "Metoprolol comp", "Atacand plus 16/12.5"):
        assert "hydrochlorothiazide" in [name for one in read_medicine(line) for name in one.ingredients], (
            line
        )
    found = [name for one in read_medicine("Zestril plus aspirin") for name in one.ingredients]
    assert found == ["lisinopril", "acetylsalicylic acid"]
