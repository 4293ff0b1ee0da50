"""An answer -> the rows of the one page that somebody takes to the pharmacist or doctor. Arranges; decides nothing."""

from __future__ import annotations

from typing import Any

from magwise.adapters.contract import DoseOut, FindingOut, PlanAnswer
from magwise.findings import Level
from magwise.units import number
from magwise.wording import LEVEL_TITLES

__all__ = ["page_of"]

SHOWN = (Level.HELP_NOW, Level.STOP, Level.ASK_FIRST, Level.APART, Level.CAUTION)


def page_of(answer: PlanAnswer, told: list[tuple[str, str]]) -> dict[str, Any]:
    """Plain values, in the order of the page; the same for print, PDF and screen."""
    return {
        "headline": answer.headline,
        "dose": _dose_line(answer),
        "red_flags": answer.red_flags,
        "told": [list(pair) for pair in told],
        "questions": [[one.ask, one.question] for one in answer.questions],
        "unchecked": [f"{one.what}: {one.why}." for one in answer.could_not_check],
        "findings": [
            [LEVEL_TITLES[level], [_message(one) for one in answer.findings if one.level == level.word]]
            for level in SHOWN
            if any(one.level == level.word for one in answer.findings)
        ],
        "day": sorted(
            [
                *([one.time, _taken(one, answer)] for one in answer.schedule.doses),
                *([one.time, one.take] for one in answer.schedule.others),
            ]
        ),
        "steps": [
            [_days(one.from_day, one.to_day), f"{number(one.mg_per_day)} mg a day"] for one in answer.steps
        ],
        "products": [_product(one) for one in answer.products],
        "limit": f"{number(answer.limit.mg_per_day)} mg a day from supplements, antacids and laxatives "
        f"({answer.limit.authority})",
        "rules": list(answer.review.stop_rules) if answer.review else [],
        "disclaimer": answer.disclaimer,
        "receipt": f"Answered on {answer.receipt.today} by Magwise {answer.receipt.engine}, knowledge "
        f"{answer.receipt.knowledge}, inputs {answer.receipt.inputs[7:23]}. Reviewed by no clinician.",
    }


def _message(one: FindingOut) -> str:
    return f"{one.message} (draft figure)" if one.draft else one.message


def _dose_line(answer: PlanAnswer) -> str:
    if not answer.steps:
        return "No dose is given."
    draft = "A draft to talk about: " if answer.decision == "ask_first" else ""
    return f"{draft}{number(answer.steps[-1].mg_per_day)} mg of elemental magnesium a day."


def _taken(one: DoseOut, answer: PlanAnswer) -> str:
    product = answer.products[one.product]
    plural = "" if one.units == 1 or product.unit.endswith("s") else "s"
    return f"magnesium {number(one.elemental_mg)} mg: {number(one.units)} {product.unit}{plural}, with {one.with_}"


def _product(one: Any) -> str:
    low, high = one.elemental_low_mg_per_unit, one.elemental_high_mg_per_unit
    if high is None:
        return f"{one.name}: amount not known"
    held = number(high) if low == high else f"{number(low)} to {number(high)}"
    forms = f" as {', '.join(one.forms).replace('_', ' ')}" if one.forms else ""
    return f"{one.name}: {held} mg of magnesium in one {one.unit}{forms}"


def _days(first: int, last: int | None) -> str:
    return f"From day {first}" if last is None else f"Days {first} to {last}"
