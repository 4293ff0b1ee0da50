"""What `trial` answers: published shapes, built here and nowhere else. They only grow."""

from __future__ import annotations

from functools import singledispatch
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from magwise import wording
from magwise.adapters.contract import Day, Number
from magwise.adapters.diary_answer import SafetyOut, safety_out
from magwise.advise import Advice
from magwise.diary.flags import Seen
from magwise.verdict.answer import Verdict
from magwise.verdict.trial import Judged, Standing, TrialPlan

__all__ = ["TrialAnswer", "answer_about"]


class _Shape(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class TrialPlanOut(_Shape):
    """What was decided before the first day."""

    question: str
    outcome: str
    also: list[str]
    smallest: Number
    better: str
    design: str = Field(
        description="blocks: pairs in random order; wait: one start after a wait drawn by chance"
    )
    start: Day
    days: int
    block_days: int
    pairs: int
    looks: list[int] = Field(description="the days of the trial after which somebody may look")
    blinded: bool
    power: Number | None = Field(
        description="how likely `effect` is found; null: your noise is not known yet"
    )
    effect: Number | None
    seal: str = Field(description="proves in the end that the order of days was not changed")


class StandingOut(_Shape):
    """How far it is; nothing of the effect."""

    day: int
    of: int
    phase: str | None = Field(description="A without, B with magnesium; null where a helper has the order")
    measured: int
    expected: int
    adherence: Number | None
    look: int | None
    next_look_day: int | None
    is_over: bool
    beside: list[str]


class JudgedOut(_Shape):
    """The answer at a planned look. `first` is null while it goes on: what was seen stays unopened."""

    goes_on: bool
    look: int
    of_looks: int
    level: Number
    first: dict[str, Any] | None
    others: dict[str, dict[str, Any]]
    adherence: Number | None
    beside: list[str]
    says: list[str]


class TrialAnswer(_Shape):
    """What `magwise trial ... --json` prints."""

    safety: SafetyOut | None = None
    plan: TrialPlanOut
    state: str | None = None
    standing: StandingOut | None = None
    judged: JudgedOut | None = None
    disclaimer: str


@singledispatch
def _part(value: object) -> dict[str, Any]:
    raise TypeError(type(value).__name__)


@_part.register
def _(value: Standing) -> dict[str, Any]:
    return {
        "standing": StandingOut(
            day=value.day, of=value.of, phase=value.phase.value if value.phase else None, measured=value.measured,
            expected=value.expected, adherence=value.adherence, look=value.look, next_look_day=value.next_look,
            is_over=value.is_over, beside=list(value.beside),
        )
    }  # fmt: skip


@_part.register
def _(value: Judged) -> dict[str, Any]:
    hidden = value.goes_on
    return {
        "judged": JudgedOut(
            goes_on=value.goes_on, look=value.look, of_looks=value.of_looks, level=value.level,
            first=None if hidden else _verdict(value.first),
            others={} if hidden else {id: _verdict(one) for id, one in value.others},
            adherence=value.adherence, beside=list(value.beside), says=list(value.says),
        )
    }  # fmt: skip


@_part.register
def _(value: Seen) -> dict[str, Any]:
    return {"safety": safety_out(value)}


@_part.register
def _(value: Advice) -> dict[str, Any]:
    return {}


def answer_about(
    plan: TrialPlan,
    *parts: object,
    state: str | None = None,
    helper: Path | None = None,
    begun: bool | None = None,
) -> TrialAnswer:
    """The plan with whatever is to be told of it."""
    fields: dict[str, Any] = {}
    for one in parts:
        fields |= _part(one)
    told = state if begun is None else "running" if begun else "not begun"
    return TrialAnswer(plan=_plan(plan), state=told, disclaimer=wording.DISCLAIMER, **fields)


def _plan(plan: TrialPlan) -> TrialPlanOut:
    return TrialPlanOut(
        question=plan.question, outcome=plan.outcome, also=list(plan.also), smallest=plan.smallest,
        better=plan.better, design=plan.design.value, start=plan.start.isoformat(), days=plan.days,
        block_days=plan.block_days, pairs=plan.pairs, looks=list(plan.look_days), blinded=plan.blinded,
        power=plan.power, effect=plan.effect, seal=plan.seal,
    )  # fmt: skip


def _verdict(answer: Verdict) -> dict[str, Any]:
    from magwise.adapters.cli.verdict import as_json

    return as_json(answer)
