"""Limits, reference intakes and doses: every figure beside the authority that says so."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from magwise import knowledge
from magwise.adapters.report.markdown import citations, code, figure, page, standing, table
from magwise.facts import Fact

__all__ = ["pages"]

_TOLD_APART = frozenset({"specific", "unit"})


def pages() -> dict[str, str]:
    """Path under docs/reference -> the page."""
    return {
        "limits.md": _limits(),
        "reference-intakes.md": _references(),
        "doses.md": _doses(),
        "forms.md": _forms(),
    }


def _limits() -> str:
    by_house = _by(knowledge.facts("limits"), "authority")
    return page(
        "Limits",
        "The most magnesium a day from supplements, antacids and laxatives together, in mg of magnesium itself. "
        "Food is not counted. Magwise takes the smallest of what the country's authorities say, the general "
        "ceiling (see [doses](doses.md)), and every cap that a [gate](gates/README.md) sets; without a "
        "country, the strictest level in use.",
        "## Which country listens to whom",
        table(
            ["place", "countries", "limits by", "reference intakes by"],
            [
                (
                    entry["id"].replace("-", " "),
                    " ".join(entry["codes"]) or "any other, or none given",
                    ", ".join(entry["limits"]) or "the strictest in use",
                    ", ".join(entry["references"]),
                )
                for entry in knowledge.entries("countries")
            ],
        ),
        *(part for house, facts in by_house.items() for part in _house(house, facts)),
    )


def _house(house: str, facts: list[Fact]) -> list[str]:
    rows = [
        (
            code(one.id),
            _ages(one.values),
            _limit_figure(one.values),
            one.values["kind"],
            one.values.get("scope"),
            standing(one),
        )
        for one in facts
    ]
    notes = dict.fromkeys(one.does_not_cover for one in facts if one.does_not_cover)
    cited = dict.fromkeys(citations(one.citations) for one in facts)
    return [
        f"## {house}",
        table(["fact", "ages", "mg a day", "kind", "counts", "standing"], rows),
        "Source: " + ". ".join(cited) + ".",
        "\n\n".join(notes),
    ]


def _limit_figure(values: Mapping[str, Any]) -> str:
    if "mg_per_day" in values:
        return figure(values["mg_per_day"])
    return f"{figure(values['mg_per_kg'])} for each kg of body weight"


def _references() -> str:
    by_house = _by(knowledge.facts("references"), "authority")
    parts = []
    for house, facts in by_house.items():
        rows = [
            (
                code(one.id),
                one.values.get("sex", "both"),
                one.values.get("stage", "general"),
                _ages(one.values),
                _intake(one.values),
                figure(one.values["ear_mg"]) if "ear_mg" in one.values else "",
                standing(one),
            )
            for one in facts
        ]
        cited = dict.fromkeys(citations(one.citations) for one in facts)
        kinds = " and ".join(dict.fromkeys(str(one.values["kind"]) for one in facts))
        parts += [
            f"## {house}",
            f"Kind of figure: {kinds}.",
            table(["fact", "sex", "stage", "ages", "mg a day", "EAR", "standing"], rows),
            "Source: " + ". ".join(cited) + ".",
        ]
    return page(
        "Reference intakes",
        "What a healthy person should get in a day in all, food included; the gap is this less the diet. Where "
        "a country listens to several authorities the smallest figure counts, because it leads to the smaller "
        "dose ([why](../decisions/0001-the-smaller-reference.md)).",
        *parts,
    )


def _intake(values: Mapping[str, Any]) -> str:
    if "mg_per_day" in values:
        return figure(values["mg_per_day"])
    return f"{figure(values['adds_mg'])} more"


def _doses() -> str:
    rows = [
        (code(one.id), one.says, _fields(one), one.does_not_cover, citations(one.citations), standing(one))
        for one in knowledge.facts("dosing")
    ]
    return page(
        "Doses",
        "The figures behind bands, steps, sittings and reviews; "
        "[how they work together](../explanation/how-it-decides.md).",
        table(["fact", "says", "figures", "does not cover", "source", "standing"], rows),
    )


def _fields(one: Fact) -> str:
    hidden = _TOLD_APART | {"file", "kind_of_entry"}
    return ", ".join(
        f"{key.replace('_', ' ')} {figure(value)}" for key, value in one.values.items() if key not in hidden
    ) + (f" ({one.values['unit']})" if "unit" in one.values else "")


def _forms() -> str:
    from magwise.label.forms import salts

    rows = [
        (
            one.family,
            one.name,
            one.formula,
            "" if one.fraction is None else f"{100 * one.fraction:.2f} %",
            "yes" if one.alkaline else "",
            one.fact.status.value,
        )
        for one in salts().values()
    ]
    return page(
        "Forms",
        "Every salt that a label may name. The share of magnesium is computed from the formula and the atomic "
        "weights in `knowledge/forms`, never typed. Alkaline salts raise the stomach's pH and meet more "
        "medicines.",
        table(["family", "salt", "formula", "magnesium", "alkaline", "standing"], rows),
    )


def _by(facts: Iterable[Fact], key: str) -> dict[str, list[Fact]]:
    found: dict[str, list[Fact]] = defaultdict(list)
    for one in facts:
        found[str(one.values[key])].append(one)
    return found


def _ages(values: Mapping[str, Any]) -> str:
    low, below = values["from_y"], values.get("below_y")
    if below is None:
        return f"{figure(low)} and over"
    return f"{figure(low)} to under {figure(below)}"
