"""Against lines that we did not write. The texts stay in the reference folder; none is copied here."""

from __future__ import annotations

import csv
import json
from pathlib import Path

from magwise.medicine import Kind, read_medicine, to_json


def test_no_relevant_line_is_missed_and_names_are_found(shared: Path) -> None:
    lines = (shared / "data/corpora/meds_dev.jsonl").read_text(encoding="utf-8").splitlines()
    rows = [json.loads(line) for line in lines]
    answers = {row["id"]: to_json(read_medicine(row["line"])) for row in rows}

    missed, extra, named = [], [], 0
    for row in rows:
        truth, answer = row["truth"], answers[row["id"]]
        wanted, got = (
            {name.lower() for name in truth["ingredients"]},
            {n.lower() for n in answer["ingredients"]},
        )
        named += wanted <= got if wanted else not got
        if truth["magnesium_relevant"] and not answer["relevant"] and answer["known"]:
            missed.append(row["id"])
        if truth["magnesium_relevant"] is False and answer["relevant"]:
            extra.append(row["id"])

    assert missed == []
    assert len(extra) <= 1
    assert named / len(rows) >= 0.95


def test_every_line_of_the_sample_patients_is_one_known_medicine(shared: Path) -> None:
    with (shared / "data/fhir/smart_sample_patients/meds.txt").open(encoding="utf-8") as table:
        lines = sorted({f"{row['Name']} {row['SIG'] or ''}" for row in csv.DictReader(table, delimiter="\t")})
    odd = [line for line in lines if _is_odd(line)]

    assert len(lines) > 250
    assert odd == []


def _is_odd(line: str) -> bool:
    found = read_medicine(line)
    return len(found) != 1 or found[0].kind is Kind.UNKNOWN


def test_a_synonym_that_we_know_means_what_the_public_list_says(shared: Path) -> None:
    """A public list of 23,000 synonyms is partly wrong itself, so a handful may differ; none may grow."""
    from magwise.medicine.names import product_named
    from magwise.medicine.words import phrase_key

    differ, agree = [], 0
    with (shared / "data/drugs/drug_synonyms_drugstandards.csv").open(encoding="utf-8") as table:
        for row in csv.DictReader(table):
            ours, theirs = (
                product_named(phrase_key(row["synonym"])),
                product_named(phrase_key(row["generic"])),
            )
            if ours and theirs:
                agree += bool(set(ours.names) & set(theirs.names))
                if not set(ours.names) & set(theirs.names):
                    differ.append(row["synonym"])

    assert agree > 1800
    assert len(differ) <= agree * 0.015, differ
