"""Which other answers to one question would change the decision or the dose: asked again, one at a time."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from magwise.adapters.contract import PlanAnswer
from magwise.adapters.web.answers import answered
from magwise.adapters.web.draft import Draft
from magwise.errors import MagwiseError
from magwise.units import number

__all__ = ["Change", "what_would_change"]


@dataclass(frozen=True, slots=True)
class Change:
    """If this were so: what the answer would be instead; `page` is where to say it."""

    condition: str
    decision: str
    dose: str | None
    page: str


def what_would_change(draft: Draft, today: datetime.date) -> tuple[Change, ...]:
    """One row for each other answer that matters; answers that change nothing are left out."""
    now = answered(draft, today).answer
    found = []
    for words, page, other in _others(draft):
        try:
            then = answered(other, today).answer
        except MagwiseError:
            continue
        if _gist(then) != _gist(now):
            found.append(Change(words, _SHORT[then.decision], _dose(then), page))
    return tuple(found)


_SHORT = {
    "plan": "magnesium may be tried",
    "not_needed": "none would be needed",
    "ask_first": "ask first",
    "do_not_start": "do not start magnesium",
    "get_help_now": "get help now",
}


def _gist(answer: PlanAnswer) -> tuple[Any, ...]:
    doses = tuple((one.time, one.elemental_mg) for one in answer.schedule.doses)
    return answer.decision, answer.limit.mg_per_day, answer.target_mg_per_day, doses


def _dose(answer: PlanAnswer) -> str | None:
    return f"{number(answer.steps[-1].mg_per_day)} mg a day" if answer.steps else None


def _others(draft: Draft) -> Iterator[tuple[str, str, Draft]]:
    """Other answers worth asking about, and where to give them."""
    person = draft.inputs.get("person", {})
    for words, id, key, value in _ONE_ANSWER:
        if person.get(key) != value and (key != "pregnant" or person.get("sex") != "male"):
            yield words, f"/about/{id}", draft.with_answers(id, "person", **{key: value})
    yield from _other_products(draft)
    yield from _other_meals(draft)


_ONE_ANSWER: tuple[tuple[str, str, str, Any], ...] = (
    ("If your kidneys were not working well", "kidney", "kidney", "disease"),
    ("If your kidneys were known to be fine", "kidney", "kidney", "normal"),
    ("If you were pregnant", "pregnancy", "pregnant", "yes"),
    ("If you were surely not pregnant", "pregnancy", "pregnant", "no"),
    ("If your stomach were sensitive", "stomach", "sensitive_stomach", True),
    ("If you were constipated", "stomach", "usual_stool", "constipated"),
    ("If you lived in Germany", "country", "country", "DE"),
    ("If you lived in the United States", "country", "country", "US"),
)


def _other_products(draft: Draft) -> Iterator[tuple[str, str, Draft]]:
    products = draft.products
    if len(products) < 2:
        return
    for index, one in enumerate(products):
        name = one.get("name") or f"product {index + 1}"
        yield f"If you only had {name}", "/label", replace(draft, inputs={**draft.inputs, "products": [one]})


def _other_meals(draft: Draft) -> Iterator[tuple[str, str, Draft]]:
    """Dinner an hour later: the meal that most people can move."""
    dinner = draft.told("routine", "dinner")
    if dinner:
        later = f"{(int(dinner[:2]) + 1) % 24:02d}{dinner[2:]}"
        yield (
            "If dinner were an hour later",
            "/about/routine",
            draft.with_answers("routine", "routine", dinner=later),
        )
