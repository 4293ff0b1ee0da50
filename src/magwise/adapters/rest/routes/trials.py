"""One person's own trial: decided before its first day, counted while it runs, judged when its plan says so."""

from __future__ import annotations

import datetime
import secrets
from collections.abc import Sequence
from typing import Annotated, Literal

from fastapi import Response
from pydantic import Field

from magwise.adapters.contract import bytes_of
from magwise.adapters.rest.keeping import Key, Owner, StoreHere, keeping_router_of
from magwise.adapters.rest.problems import NOT_FOUND, Refused
from magwise.adapters.rest.routes.people import Id, kept_person, person_of
from magwise.adapters.rest.routing import Today, given_json, refusals
from magwise.adapters.rest.shapes import Given
from magwise.adapters.store.store import Store
from magwise.adapters.store.trials import KeptTrial
from magwise.adapters.trial_answer import TrialAnswer, answer_about
from magwise.adapters.trials import allowed, check_climb, judged_now, looked_of, order_of, plan_of
from magwise.diary import Entry
from magwise.diary.flags import red_flags
from magwise.diary.vocabulary import outcome as outcome_called
from magwise.verdict.trial import noise_before, plan_trial, standing, text_of

__all__ = ["router"]

router = keeping_router_of("trials")


class TrialWish(Given):
    outcome: str = Field(min_length=1, max_length=100, examples=["sleep"])
    question: str = Field(default="", max_length=300, pattern=r"^[^\u0000]*$")
    smallest: float | None = Field(
        default=None, gt=0, le=10_000, description="the smallest change that matters"
    )
    better: Literal["higher", "lower"] | None = None
    looks: Annotated[int, Field(ge=1, le=3)] = 1


@router.post(
    "/people/{id}/trials", status_code=201, response_model=TrialAnswer, responses=refusals(404, 409),
    dependencies=[Key],
)  # fmt: skip
def begin(id: Id, wish: TrialWish, owner: Owner, store: StoreHere, today: Today) -> Response:
    """Begin a trial tomorrow. Nobody gets one who is told to stop or to ask first; one runs at a time."""
    kept = kept_person(store, owner, id)
    entries = store.diary(owner).entries()
    advice = allowed(person_of(store, owner, id), entries, today, where="person")
    chosen, begins = outcome_called(wish.outcome), today + datetime.timedelta(days=1)
    plan, order = plan_trial(
        chosen, start=begins, seed=secrets.randbits(128), question=wish.question, smallest=wish.smallest,
        better=wish.better, noise=noise_before(chosen, entries, begins), looks=wish.looks,
    )  # fmt: skip
    check_climb(plan, advice, store.days(owner, kept.name).read().start, begins)
    store.trials(owner).add(
        outcome=plan.outcome, seal=plan.seal, allocation=text_of(order), plan=plan.as_json()
    )
    response = given_json(bytes_of(answer_about(plan, begun=True)))
    response.status_code = 201
    return response


@router.get("/trial", response_model=TrialAnswer, responses=refusals(404))
def status(owner: Owner, store: StoreHere, today: Today) -> Response:
    """How far the newest trial is, and what today asks for. Nothing of the effect, nor of the days to come."""
    kept, entries = _newest(store, owner)
    plan = plan_of(kept)
    stands = standing(plan, order_of(kept, plan), entries, today, looked=looked_of(kept))
    return given_json(bytes_of(answer_about(plan, stands, red_flags(entries), state=kept.state)))


@router.post("/trial/look", response_model=TrialAnswer, responses=refusals(404, 409), dependencies=[Key])
def look(owner: Owner, store: StoreHere, today: Today) -> Response:
    """Judge it at a planned look, or at the end. The look counts, whatever it shows."""
    kept, entries = _newest(store, owner)
    plan = plan_of(kept)
    judged = judged_now(store.trials(owner), kept, order_of(kept, plan), entries, today)
    return given_json(
        bytes_of(answer_about(plan, judged, red_flags(entries), state=_newest(store, owner)[0].state))
    )


@router.post("/trial/stop", response_model=TrialAnswer, responses=refusals(404, 409), dependencies=[Key])
def stop(owner: Owner, store: StoreHere) -> Response:
    """End it early, without an answer: a trial that ends when it looks good always looks good."""
    running = store.trials(owner).running()
    if running is None:
        raise Refused(NOT_FOUND, "No trial is running.")
    return given_json(
        bytes_of(
            answer_about(
                plan_of(running), state=store.trials(owner).change(running.id, state="stopped").state
            )
        )
    )


def _newest(store: Store, owner: str) -> tuple[KeptTrial, Sequence[Entry]]:
    kept = store.trials(owner).newest()
    if kept is None:
        raise Refused(
            NOT_FOUND, "There is no trial yet.", remedy="POST /api/v1/people/{id}/trials begins one."
        )
    return kept, store.diary(owner).entries()
