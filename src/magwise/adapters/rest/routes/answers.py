"""Plan, check, and what another answer would change: the engine of `magwise plan`, over HTTP."""

from __future__ import annotations

from fastapi import Response

from magwise.adapters.cli.change import what_would_change_for
from magwise.adapters.contract import CheckAnswer, PlanAnswer, answer_of, bytes_of, check_of
from magwise.adapters.rest.routing import Today, given_json, plain_json, refusals, router_of
from magwise.adapters.rest.shapes import Changes, ChangeWish, PersonFile
from magwise.advise import advise
from magwise.person_file import from_inputs

__all__ = ["router"]

router = router_of("answers")


@router.post("/plan", response_model=PlanAnswer, responses=refusals())
def plan(person: PersonFile, today: Today) -> Response:
    """From a label, a person and a day to a plan. Nothing is kept.

    Look at `decision` first: with `do_not_start` and `get_help_now` there is no dose anywhere; with `ask_first` the
    dose is a draft for a conversation.
    """
    return given_json(bytes_of(answer_of(advise(from_inputs(person.root, place="body"), today=today))))


@router.post("/check", response_model=CheckAnswer, responses=refusals())
def check(person: PersonFile, today: Today) -> Response:
    """Safety only: what is in the way, and what could not be checked. Nothing is kept."""
    return given_json(bytes_of(check_of(advise(from_inputs(person.root, place="body"), today=today))))


@router.post("/changes", response_model=Changes, responses=refusals())
def changes(wish: ChangeWish, today: Today) -> Response:
    """What another answer to one question would change: `kidney=normal`, `egfr=88`, `bed=23:30`."""
    person = from_inputs(wish.person.root, place="person")
    return plain_json({"change": wish.change, "changes": what_would_change_for(person, wish.change, today)})
