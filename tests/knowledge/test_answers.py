"""The pages that answer the key questions, and the sentences that explain, stand on facts and rules that exist."""

from __future__ import annotations

import pytest

from magwise import knowledge

RULES = {entry["id"]: entry for entry in knowledge.entries("rules")}
PAGES = [entry for entry in knowledge.entries("answers") if "question" in entry]
EXPLAINERS = [entry for entry in knowledge.entries("answers") if "layer" in entry]


def test_the_five_key_questions_have_a_page() -> None:
    assert {page["id"] for page in PAGES} == {"other-forms", "aspartic-acid", "dosage", "status", "medicines"}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page["id"])
def test_a_page_stands_on_facts_with_sources_and_on_rules(page: dict[str, list[str]]) -> None:
    assert page["facts"] and set(page["spec"]) <= RULES.keys()
    assert all(knowledge.find(id).citations for id in page["facts"])
    assert str(page["short"]).endswith(".") and all(point.endswith(".") for point in page["points"])


def test_the_figures_of_the_status_page_are_those_of_its_facts() -> None:
    (page,) = [page for page in PAGES if page["id"] == "status"]
    said = " ".join(page["points"])

    for id, field in (
        ("intake-us-m-19", "mean_mg"),
        ("intake-us-f-19", "mean_mg"),
        ("iom-m-31", "mg_per_day"),
    ):
        assert str(knowledge.find(id).values[field]) in said


@pytest.mark.parametrize("sentence", EXPLAINERS, ids=lambda sentence: sentence["id"])
def test_an_explainer_tells_its_layer_and_its_rules(sentence: dict[str, list[str]]) -> None:
    """A007.1: what any magnesium does, and what its partner may change, are kept apart."""
    assert sentence["layer"] in {"magnesium", "carrier"}
    assert set(sentence["spec"]) <= RULES.keys()


def test_a_mechanism_is_never_said_as_an_effect() -> None:
    hedges = ("could", "may", "mechanism", "theoretical", "no promise")
    for sentence in EXPLAINERS:
        if sentence["mechanism"]:
            assert any(hedge in sentence["says"] for hedge in hedges), sentence["id"]


def test_the_reassurance_about_aspartate_is_bound_to_usual_doses() -> None:
    """B018.1"""
    for sentence in EXPLAINERS:
        if "B018.1" in sentence["spec"] or "B018.3" in sentence["spec"]:
            assert sentence["when"] == "dose within the limit"
            assert "usual doses" in sentence["says"]


@pytest.mark.parametrize(
    ("rule", "must_say", "never_says"),
    [
        ("B046.2", ("lowers the risk", "proves neither"), "guarantee"),
        ("B050.2", ("does not activate", "only if you need"), "boost"),
        ("B060.1", ("large single dose", "empty stomach", "oxide"), "harmless"),
    ],
)
def test_what_is_explained_keeps_its_bounds(rule: str, must_say: tuple[str, ...], never_says: str) -> None:
    said = [sentence["says"] for sentence in EXPLAINERS if rule in sentence["spec"]]

    assert any(all(words in one for words in must_say) for one in said)
    assert not any(never_says in one for one in said)


def test_every_rule_that_only_explains_is_said_somewhere() -> None:
    said = {id for entry in knowledge.entries("answers") for id in entry["spec"]}
    said |= {id for entry in knowledge.entries("goals") for id in entry["spec"]}

    assert {id for id, rule in RULES.items() if rule["strength"] == "info"} <= said
