"""Whole answers, case by case, from tests/spec/people.yaml."""

from __future__ import annotations

from typing import Any

import pytest

from conftest import cases
from magwise.advise import Advice
from magwise.day import clock
from magwise.person_file import WEEKDAYS
from magwise.schedule import Schedule
from magwise.units import number
from people import answer

TABLE = cases("spec/people.yaml")


@pytest.mark.parametrize("case", TABLE, ids=[case["case"] for case in TABLE])
def test_the_answer_is_what_the_table_says(case: dict[str, Any]) -> None:
    said = answer(case)

    wanted = {key: case[key] for key in READS if key in case}
    assert {key: READS[key](said, case) for key in wanted} == wanted


def _doses(schedule: Schedule) -> list[str]:
    return [f"{clock(dose.at)} {number(dose.portion.elemental_mg)}" for dose in schedule.doses]


def _found(said: Advice, case: dict[str, Any]) -> dict[str, str]:
    levels: dict[str, str] = {}
    for one in said.findings:
        if one.rule in case["finds"]:
            levels[one.rule] = one.level.word
    return levels


def _ladder(said: Advice) -> list[str]:
    return [
        f"{one.step.from_day}-{one.step.to_day or ''} {number(one.step.mg_per_day)}" for one in said.steps
    ]


def _other_days(said: Advice) -> list[str]:
    return [
        f"{' '.join(WEEKDAYS[day] for day in one.days)}: {', '.join(_doses(one.schedule))}"
        for one in said.schedules
    ]


READS: dict[str, Any] = {
    "decision": lambda said, case: said.decision.value,
    "target": lambda said, case: said.plan.target_mg if said.plan else None,
    "limit": lambda said, case: said.limit.mg_per_day,
    "already": lambda said, case: said.already_mg,
    "steps": lambda said, case: len(said.steps),
    "outcome": lambda said, case: said.schedule.outcome.value,
    "doses": lambda said, case: _doses(said.schedule),
    "units": lambda said, case: [dose.portion.units for dose in said.schedule.doses],
    "finds": _found,
    "not": lambda said, case: [] if _rules(said) & set(case["not"]) else case["not"],
    "unchecked": lambda said, case: [
        one for one in case["unchecked"] if one in {u.what for u in said.unchecked}
    ],
    "urgency": lambda said, case: next((one.urgency.value for one in said.findings if one.urgency), None),
    "ladder": lambda said, case: _ladder(said),
    "judge": lambda said, case: said.plan.review.judge_from_day,
    "decide": lambda said, case: said.plan.review.decide_by_day,
    "other_days": lambda said, case: _other_days(said),
}


def _rules(said: Advice) -> set[str]:
    return {one.rule for one in said.findings}
