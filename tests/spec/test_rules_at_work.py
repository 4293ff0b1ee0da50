"""Rules of the specification, each seen at work in a whole answer (rules_at_work.yaml)."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from conftest import cases
from magwise import knowledge
from magwise.adapters.contract import answer_of
from magwise.advise import advise
from magwise.day import minutes
from magwise.findings import Level
from magwise.person_file import from_inputs

TODAY = date(2026, 11, 22)
BASE = {
    "age": 46,
    "sex": "female",
    "weight_kg": 68,
    "country": "US",
    "kidney": "normal",
    "egfr": 88,
    "pregnant": "no",
    "breastfeeding": "no",
    "goals": ["general"],
    "alcohol": "none",
    "medicines_answered": True,
}
ROUTINE = {"wake": "06:30", "breakfast": "07:30", "lunch": "12:30", "dinner": "19:00", "bed": "22:45"}


def panel(line: str, *more: str) -> str:
    head = ("Supplement Facts", "Serving Size 1 capsule", "Servings Per Container 90", "Amount Per Serving")
    return "\n".join((*head, line, *more))


LABELS = {
    "plain": panel("Magnesium (as Magnesium Aspartate) 61 mg 15%"),
    "strong": panel("Magnesium (as Magnesium Aspartate) 110 mg 26%"),
    "oxide": panel("Magnesium (as Magnesium Oxide) 61 mg 15%"),
    "mixture": panel(
        "Magnesium (as Magnesium Aspartate) 61 mg 15%", "Potassium (as Potassium Aspartate) 99 mg 2%"
    ),
    "blend": panel("Proprietary Calm Blend 800 mg", "Magnesium Aspartate, Magnesium Oxide, L-Theanine"),
    "gelatin": panel("Magnesium (as Magnesium Aspartate) 61 mg 15%", "Other ingredients: gelatin, cellulose"),
    "directions": panel(
        "Magnesium (as Magnesium Aspartate) 100 mg 24%", "Directions: take 4 capsules daily with food."
    ),
}


def answer(case: dict[str, Any]) -> dict[str, Any]:
    told = {**BASE, **case.get("person", {})}
    person = from_inputs(
        {
            "person": {key: value for key, value in told.items() if value is not None},
            "routine": ROUTINE,
            "medicines": [{"as_written": text} for text in case.get("medicines", ())],
            "supplements": [{"as_written": text, "movable": True} for text in case.get("supplements", ())],
            "products": [{"label": LABELS[case.get("label", "plain")], **case.get("product", {})}],
            "labs": case.get("labs", ()),
            "clearance": case.get("clearance", ()),
            "diet": {"mg_per_day": case.get("diet", 240)},
        }
    )
    return answer_of(advise(person, today=TODAY)).model_dump(by_alias=True, mode="json")


def level_of(found: dict[str, Any], rule: str) -> str | None:
    levels = [finding["level"] for finding in found["findings"] if rule in finding["spec"]]
    return max(levels, key=Level.of, default=None)


def hours_between(one: str, other: str) -> float:
    apart = abs(minutes(one) - minutes(other))
    return min(apart, 24 * 60 - apart) / 60


def keeps_apart(found: dict[str, Any], hours: float) -> bool:
    doses = [dose["time"] for dose in found["schedule"]["doses"]]
    others = [other["time"] for other in found["schedule"]["others"]]
    return bool(doses and others) and all(hours_between(a, b) >= hours for a in doses for b in others)


def meals(found: dict[str, Any]) -> list[str]:
    return [dose["with"] for dose in found["schedule"]["doses"]]


SEEN = {
    "decision": lambda found, _: found["decision"],
    "finds": lambda found, case: level_of(found, case["rule"]),
    "limit": lambda found, _: found["limit"]["mg_per_day"],
    "target": lambda found, _: found["target_mg_per_day"],
    "steps": lambda found, _: [step["mg_per_day"] for step in found["steps"]],
    "from_days": lambda found, _: [step["from_day"] for step in found["steps"]],
    "with": lambda found, _: meals(found),
    "judge": lambda found, _: found["review"]["judge_from_day"],
    "decide": lambda found, _: found["review"]["decide_by_day"],
}
HOLDS = {
    "apart_h": keeps_apart,
    "never_with": lambda found, never: bool(meals(found)) and set(meals(found)).isdisjoint(never),
    "could_not_check": lambda found, what: any(what in one["what"] for one in found["could_not_check"]),
    "says": lambda found, words: words in str(found),
}


@pytest.mark.parametrize(
    "case", cases("spec/rules_at_work.yaml"), ids=lambda case: f"{case['rule']} {case['case']}"
)
def test_the_rule_is_seen_in_the_whole_answer(case: dict[str, Any]) -> None:
    found = answer(case)

    assert {name: see(found, case) for name, see in SEEN.items() if name in case} == {
        name: case[name] for name in SEEN if name in case
    }
    for name, holds in HOLDS.items():
        assert name not in case or holds(found, case[name]), name


def test_a_case_asks_only_what_is_looked_at() -> None:
    told = {
        "rule",
        "case",
        "person",
        "diet",
        "medicines",
        "supplements",
        "label",
        "product",
        "labs",
        "clearance",
    }

    for case in cases("spec/rules_at_work.yaml"):
        assert case.keys() <= told | SEEN.keys() | HOLDS.keys()
        assert case.keys() & (SEEN.keys() | HOLDS.keys())


def test_every_case_names_a_rule_of_the_specification() -> None:
    known = {entry["id"] for entry in knowledge.entries("rules")}

    assert {case["rule"] for case in cases("spec/rules_at_work.yaml")} <= known
