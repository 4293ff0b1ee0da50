"""The shipped trials are the tables they were carried over from, and every one can be looked up."""

from __future__ import annotations

import csv
from pathlib import Path

from magwise.evidence.pool.shipped import names, shipped
from magwise.knowledge import facts

SOLE = "single"


def test_all_trials_of_the_fact_table_are_here_with_their_figures(shared: Path):
    """38 trials, each by its author, year and figures."""
    ours = [fact.values for fact in facts("trials") if fact.values.get("set") != "heart-attack"]
    with (shared / "facts" / "trials.csv").open(encoding="utf-8", newline="") as opened:
        expected = list(csv.DictReader(opened))
    columns = {("n", "mg"), ("mean", "mg"), ("sd", "mg"), ("events", "mg")}
    for row in expected:
        found = [
            one
            for one in ours
            if (one["trial"], str(one["year"])) == (row["trial"], row["year"])
            and all(
                not row[f"{name}_{arm}"] or one.get(side, {}).get(name) == float(row[f"{name}_{arm}"])
                for name, _ in columns
                for arm, side in (("mg", "with_magnesium"), ("ctl", "without"))
            )
        ]
        assert found, row

    assert len(ours) == len(expected)


def test_the_heart_attack_trials_are_the_published_counts(shared: Path):
    with (shared / "reference" / "meta" / "dat.li2007.csv").open(encoding="utf-8", newline="") as opened:
        expected = [
            (f"{row['study']} {row['year']}", *(float(row[key]) for key in ("ai", "n1i", "ci", "n2i")))
            for row in csv.DictReader(opened)
        ]
    cells = [(study.name, study.cells) for study in shipped("heart-attack").studies]

    assert [(n, c.events, c.of, c.control_events, c.control_of) for n, c in cells if c] == expected


def test_nothing_secondary_is_called_checked():
    """Only a row read in full in the published text is checked; nobody has reviewed any."""
    for fact in facts("trials"):
        assert fact.status.value in ("draft", "checked")
        assert fact.citations


def test_every_set_has_a_title_a_direction_and_a_measure():
    for name in names():
        found = shipped(name)
        assert found.title and found.better in ("higher", "lower") and found.unit
