"""A line as people type it -> what it means. The tables are for a pharmacist: one row, one line, one expectation."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from magwise.medicine import Kind, Medicine, read_medicine, to_json

TABLES = Path(__file__).parent / "medicines"


def rows() -> list[Any]:
    return [
        pytest.param(case, id=f"{table.stem}: {case['line'] or '(empty)'}")
        for table in sorted(TABLES.glob("*.yaml"))
        for case in yaml.safe_load(table.read_text(encoding="utf-8"))["cases"]
    ]


def union(found: tuple[Medicine, ...], field: str) -> list[Any]:
    return list(dict.fromkeys(one for medicine in found for one in getattr(medicine, field)))


def level(found: tuple[Medicine, ...]) -> str | None:
    levels = [rule.level for medicine in found for rule in medicine.spacings if rule.level]
    return max(levels).word if levels else None


def load(found: tuple[Medicine, ...]) -> object:
    loads = [medicine.magnesium for medicine in found if medicine.magnesium]
    if not loads:
        return "none"
    return "unknown" if loads[0].mg_per_day is None else pytest.approx(loads[0].mg_per_day, abs=0.05)


def per_take(found: tuple[Medicine, ...]) -> object:
    known = next((one.magnesium.per_take_mg for one in found if one.magnesium), None)
    return None if known is None else pytest.approx(known, abs=0.05)


READ = {
    "is": lambda found, row: row["ingredients"],
    "count": lambda found, row: len(found),
    "known": lambda found, row: row["known"],
    "kind": lambda found, row: found[0].kind.value,
    "level": lambda found, row: level(found),
    "gap": lambda found, row: [row["mg_before_h"], row["mg_after_h"]],
    "action": lambda found, row: row["action"],
    "relevant": lambda found, row: row["relevant"],
    "route": lambda found, row: row["route"],
    "classes": lambda found, row: union(found, "classes"),
    "markers": lambda found, row: union(found, "markers"),
    "when": lambda found, row: union(found, "time_words"),
    "at": lambda found, row: union(found, "times"),
    "days": lambda found, row: union(found, "days"),
    "every_days": lambda found, row: found[0].every_days,
    "course": lambda found, row: found[0].course_days,
    "since": lambda found, row: found[0].since_year,
    "long_term": lambda found, row: found[0].long_term,
    "before_meal": lambda found, row: found[0].before_meal,
    "with_food": lambda found, row: found[0].with_food,
    "empty_stomach": lambda found, row: found[0].empty_stomach,
    "as_needed": lambda found, row: found[0].as_needed,
    "mineral": lambda found, row: found[0].mineral,
    "mineral_mg": lambda found, row: found[0].mineral_mg,
    "mg": lambda found, row: load(found),
    "per_take": lambda found, row: per_take(found),
}


@pytest.mark.parametrize("case", rows())
def test_a_line_means_what_a_pharmacist_reads(case: dict[str, Any]) -> None:
    found = read_medicine(case["line"])
    row = to_json(found)
    for key, expected in case.items():
        if key == "near":
            assert expected in row["near"]
        elif key != "line":
            assert READ[key](found, row) == expected, key


def test_the_worst_near_name_is_named_first() -> None:
    (unknown,) = read_medicine("raltegavir 400")

    assert unknown.kind is Kind.UNKNOWN
    assert unknown.near[0] == "raltegravir"
    assert unknown.spacings == ()  # proposed, not decided


def test_what_an_unknown_name_could_mean_is_never_milder_than_any_oral_medicine() -> None:
    row = to_json(read_medicine("metphorminn 500"))

    assert row["near"] and (row["mg_before_h"], row["mg_after_h"]) == (2, 2)
    assert row["relevant"] is None
