"""The demo person's made-up diary: eight weeks of a trial that is over and not yet looked at, the same every time."""

from __future__ import annotations

import datetime
import random
from collections.abc import Iterator

from magwise.adapters.web.desk import Place
from magwise.diary import DoseRecord, Entry, OutcomeEntry, Taking, outcomes
from magwise.verdict.design import Allocation
from magwise.verdict.log import Phase
from magwise.verdict.trial import plan_trial, text_of

__all__ = ["log_into"]

PAIRS, BLOCK = 4, 7
SEED = 20261122
HELPS = {"sleep": 1.9, "muscle": 0.3, "stress": 0.0, "bristol": 0.4}  # made up, in the outcome's own unit
USUAL = {"sleep": 5.2, "muscle": 6.5, "stress": 4.5, "bristol": 3.2}
SPREAD = 0.8


def log_into(place: Place, today: datetime.date, *, mg: float) -> None:
    """The trial and its days lie in this place."""
    start = today - datetime.timedelta(days=2 * PAIRS * BLOCK)
    plan, order = plan_trial(
        outcomes()["sleep"], start=start, seed=SEED, question="Do I sleep better with magnesium?", pairs=PAIRS,
        block_days=BLOCK,
    )  # fmt: skip
    place.diary.add_all(list(_entries(order, start, mg)))
    place.trials.add(outcome=plan.outcome, seal=plan.seal, allocation=text_of(order), plan=plan.as_json())
    place.days.note_start(start)


def _entries(order: Allocation, start: datetime.date, mg: float) -> Iterator[Entry]:
    chance = random.Random(SEED)  # noqa: S311 - a made-up log that is the same every time, not a secret
    for number, phase in enumerate(order.phases):
        day, with_it = start + datetime.timedelta(days=number), phase is Phase.WITH
        taking = Taking.TAKEN if with_it else Taking.SKIPPED
        yield DoseRecord(day=day, taking=taking, elemental_mg=mg if with_it else 0.0, source="demo")
        for id, usual in USUAL.items():
            one = outcomes()[id]
            value = usual + HELPS[id] * with_it + chance.gauss(0, SPREAD)
            kept = min(one.high, max(one.low, round(value)))
            night = datetime.timedelta(days=1) if one.night else datetime.timedelta()
            yield OutcomeEntry(day=day + night, outcome=id, value=float(kept), unit=one.unit, source="demo")
