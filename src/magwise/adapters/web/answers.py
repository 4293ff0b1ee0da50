"""A draft -> the answer of `advise`, and the same in its published shape. Pages of one visit share one computation."""

from __future__ import annotations

import datetime
import json
from dataclasses import dataclass
from functools import lru_cache

from magwise.adapters.contract import PlanAnswer, answer_of
from magwise.adapters.web.draft import Draft
from magwise.advise import Advice, advise
from magwise.person_file import from_inputs

__all__ = ["Answered", "answered"]


@dataclass(frozen=True, slots=True)
class Answered:
    advice: Advice
    answer: PlanAnswer


def answered(draft: Draft, today: datetime.date) -> Answered:
    """The whole answer on this day. Raises NotAPerson or NotALabel when something told cannot be."""
    return _answered(json.dumps(draft.tables, sort_keys=True), today)


@lru_cache(maxsize=128)
def _answered(tables: str, today: datetime.date) -> Answered:
    advice = advise(from_inputs(json.loads(tables), place="your answers"), today=today)
    return Answered(advice, answer_of(advice))
