"""Every row of the evidence tables is a fact with its figures and its standing; and what stands alone holds together."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from magwise import knowledge
from magwise.evidence.grade import DOMAINS, bodies, body_of, grade
from magwise.evidence.pool import examine_bias, pool_one_way, trim_and_fill
from magwise.evidence.pool.shipped import shipped
from magwise.evidence.standing import Retraction, evidence_sources, standing_of
from magwise.facts import Fact

RESPONSES = [fact for fact in knowledge.facts("effects") if fact.values["kind"] == "response"]


def rows(shared: Path, name: str) -> list[dict[str, str]]:
    with (shared / "facts" / f"{name}.csv").open(encoding="utf-8", newline="") as opened:
        return list(csv.DictReader(opened))


def is_open(status: str) -> bool:
    """What the table does not call confirmed in full is a draft here."""
    return status not in ("confirmed", "confirmed (list)")


# -- against the tables --------------------------------------------------------------------------------------


def test_every_pooled_figure_of_the_table_is_a_fact_with_its_figures(shared: Path) -> None:
    ours = {fact.id: fact for fact in knowledge.facts("reviews")}
    table = rows(shared, "meta_analyses")

    assert len(table) == len(ours) == 53
    for row in table:
        values: Any = ours[row["id"]].values
        assert str(values["year"]) == row["year"], row
        for column, key in (("k_trials", "trials"), ("n_participants", "people"), ("estimate", "estimate")):
            assert not row[column] or float(values[key]) == float(row[column]), (row, key)
        if row["ci_lb"]:
            assert values["interval"] == [float(row["ci_lb"]), float(row["ci_ub"])], row
        if row["I2_pct"]:
            i2 = values["i2"]
            assert (
                "-".join(map(str, i2)) == row["I2_pct"]
                if isinstance(i2, list)
                else i2 == float(row["I2_pct"])
            )
        assert ours[row["id"]].is_draft is is_open(row["status"]), row


def test_every_placebo_response_and_smallest_change_is_a_fact(shared: Path) -> None:
    for table, prefix in (("placebo_response", "PL"), ("mcid", "MC")):
        for at, row in enumerate(rows(shared, table), start=1):
            fact = knowledge.fact("effects", f"{prefix}{at:02}")
            figures = set(figures_of(fact))
            printed = [
                part for part in row["value"].replace("<", "").replace("/", " ").split() if is_figure(part)
            ]
            assert {float(part) for part in printed} <= figures, (row, figures)
            assert fact.is_draft or not is_open(row["status"]), row


def test_every_expected_response_is_a_fact_with_its_difference(shared: Path) -> None:
    table = rows(shared, "expected_response")

    assert len(table) == len(RESPONSES) == 20
    for at, row in enumerate(table, start=1):
        fact = knowledge.fact("effects", f"ER{at:02}")
        printed = row["difference"].split()[0].lstrip("+") if row["difference"] else ""
        if is_figure(printed):
            stated = float(printed)
            assert any(abs(stated - one) < 0.06 for one in figures_of(fact)), (row, fact.values)
        assert fact.values["certainty"] in row["certainty_proposed"], row


def test_every_statement_of_a_regulator_is_a_fact_with_its_verdict(shared: Path) -> None:
    table = rows(shared, "efsa_claims")
    ours = knowledge.facts("regulators")

    assert len(table) == len(ours) == 23
    for row, fact in zip(table, ours, strict=True):
        values: Any = fact.values
        numbers = [int(one) for one in row["efsa_id"].split(", ") if one.isdigit()]
        assert values["efsa_ids"] == numbers, row
        verdict = row["verdict"]
        assert (values["verdict"] == "authorised") is verdict.startswith("established"), row
        assert (values["verdict"] == "not established") is (verdict == "not established"), row
        assert fact.is_draft is is_open(row["status"]), row


def is_figure(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def figures_of(fact: Fact) -> Iterator[float]:
    """Every number that stands anywhere in a fact."""
    waiting: list[Any] = [fact.values]
    while waiting:
        one = waiting.pop()
        if isinstance(one, dict):
            waiting += one.values()
        elif isinstance(one, list):
            waiting += one
        elif isinstance(one, int | float) and not isinstance(one, bool):
            yield float(one)
        elif isinstance(one, str):
            yield from (float(part) for part in one.replace("-", " ").split() if is_figure(part))


# -- alone ---------------------------------------------------------------------------------------------------


def test_every_answer_says_what_it_rests_on_and_every_row_it_names_is_there() -> None:
    known = {fact.id for fact in knowledge.all_facts()}
    graded = {fact.id for fact in RESPONSES} | {
        row["fact"] for entry in knowledge.entries("outcomes") for row in entry["effects"]
    }

    assert graded <= bodies().keys()
    for body in bodies().values():
        named = {body.of, *body.rows, *(row for step in body.judged for row in step.rows)}
        named |= set(body.disagree[1]) if body.disagree else set()
        named |= set(body.spread.rows) if body.spread else set()
        assert named <= known, body.fact
        assert body.rows, body.fact
        assert all(step.domain in DOMAINS and step.rows for step in body.judged)


@pytest.mark.parametrize("response", RESPONSES, ids=lambda fact: fact.id)
def test_the_rules_come_to_the_certainty_that_was_proposed(response: Fact) -> None:
    """Two ways to one answer: the table's own judgement, and the rules with their rows."""
    assert grade(body_of(response.id)).certainty == response.values["certainty"]


@pytest.mark.parametrize(
    "fact", [one for one in knowledge.facts("grading") if "spread" in one.values], ids=lambda fact: fact.id
)
def test_how_far_trials_lie_apart_is_what_the_shipped_set_gives_today(fact: Fact) -> None:
    spread: Any = fact.values["spread"]
    studies = shipped(spread["set"]).studies
    found = pool_one_way(studies, "REML")

    assert found.i2 == pytest.approx(spread["i2"], abs=0.06)
    assert found.pi == pytest.approx(spread["prediction"], abs=6e-4)
    assert min(one.yi for one in studies) == pytest.approx(spread["from"], abs=6e-3)
    assert max(one.yi for one in studies) == pytest.approx(spread["to"], abs=6e-3)


def test_the_funnel_of_the_heart_attack_trials_is_todays() -> None:
    body = body_of("AMI1")
    studies = shipped("heart-attack").studies
    egger = examine_bias(studies).egger
    before, after = pool_one_way(studies, "EE").estimate, trim_and_fill(studies, "EE").pooled.estimate

    assert body.funnel is not None and egger is not None
    assert body.funnel[0] == pytest.approx(egger.p, abs=1e-5)
    assert body.funnel[1] is (before < 0 < after)
    assert body.people == sum(one.cells.of + one.cells.control_of for one in studies if one.cells)
    assert body.events == sum(one.cells.events + one.cells.control_events for one in studies if one.cells)


def test_people_and_events_of_small_bodies_are_those_of_their_trials() -> None:
    """Arms added up, where an answer rests on trials of ours only."""
    trials = {fact.id: fact.values for fact in knowledge.facts("trials")}
    compared = 0
    for body in bodies().values():
        arms: list[Any] = [
            trials[row][arm] for row in body.rows if row in trials for arm in ("with_magnesium", "without")
        ]
        if len(arms) != 2 * len(body.rows) or not all("n" in arm for arm in arms):
            continue
        assert body.people == sum(arm["n"] for arm in arms), body.fact
        if all("events" in arm for arm in arms):
            assert body.events == sum(arm["events"] for arm in arms), body.fact
        compared += 1

    assert compared >= 4


def test_every_topic_shows_what_is_known_of_it() -> None:
    entries = knowledge.entries("outcomes")
    topics = {entry["id"] for entry in entries}
    goals = {entry["id"] for entry in knowledge.entries("goals")}
    shown = {row["fact"] for entry in entries for row in entry["effects"]}

    assert goals == {entry["goal"] for entry in entries if "goal" in entry}
    assert {fact.id for fact in RESPONSES} <= shown
    for room in ("reviews", "disagreements"):
        assert {fact.values["topic"] for fact in knowledge.facts(room)} <= topics
    sets = {one["name"] for entry in entries for one in entry.get("sets", ())}
    single = {id for entry in entries for id in entry.get("trials", ())}
    for trial in knowledge.facts("trials"):
        assert trial.values.get("set") in sets or trial.id in single, trial.id


def test_every_disagreement_names_rows_that_are_there() -> None:
    known = {fact.id for fact in knowledge.all_facts()}
    for fact in knowledge.facts("disagreements"):
        stated: Any = fact.values["rows"]
        assert stated and set(stated) <= known, fact.id


def test_what_is_said_of_the_one_trial_that_carries_the_mean_is_todays() -> None:
    says = knowledge.fact("disagreements", "DG03").says
    studies = shipped("systolic-pressure").studies
    without = [one for one in studies if one.name != "Guerrero-Romero & Rodriguez-Moran 2009"]

    assert len(studies) == 6 and len(without) == 5
    assert f"{-pool_one_way(studies, 'REML').estimate:.1f} mmHg with it" in says
    assert f"{-pool_one_way(without, 'REML').estimate:.1f} mmHg without" in says


def test_the_seller_among_the_authors_is_shown() -> None:
    conflicts = [one for one in knowledge.facts("disagreements") if one.values["kind"] == "conflict"]

    assert any("Brilla" in one.says and one.values["topic"] == "performance" for one in conflicts)


# -- old, replaced, withdrawn --------------------------------------------------------------------------------


def test_every_text_that_evidence_cites_has_a_field_for_retraction() -> None:
    entries = {entry["id"]: entry for entry in knowledge.entries("sources")}
    for id in evidence_sources():
        assert "retraction" in entries[id], id
        assert {"status", "looked_up"} <= entries[id]["retraction"].keys(), id
        assert entries[id]["retraction"]["status"] in set(Retraction), id


def test_nobody_is_told_that_a_text_is_clear_unless_somebody_looked() -> None:
    for one in standing_of(evidence_sources(), date(2026, 11, 22)):
        assert (one.retraction is Retraction.UNKNOWN) is (one.looked_up is None), one.id


def test_no_retracted_text_carries_an_answer() -> None:
    for one in standing_of(evidence_sources(), date(2026, 11, 22)):
        assert one.retraction is not Retraction.RETRACTED, one.id
