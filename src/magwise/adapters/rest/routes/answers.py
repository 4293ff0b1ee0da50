"""Plan, check, and what another answer would change: the engine of `magwise plan`, over HTTP."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query, Request, Response

from magwise.adapters.cli.change import what_would_change_for
from magwise.adapters.contract import CheckAnswer, CourseOut, PlanAnswer, answer_of, bytes_of, check_of
from magwise.adapters.rest.routing import Today, given_json, plain_json, refusals, router_of
from magwise.adapters.rest.shapes import Changes, ChangeWish, PersonFile
from magwise.adapters.simulated import forecast_of
from magwise.advise import Advice, advise
from magwise.errors import OutsideTheModel
from magwise.person_file import from_json

__all__ = ["router"]

router = router_of("answers")


@router.post("/plan", response_model=PlanAnswer, responses=refusals(503))
def plan(
    request: Request,
    person: PersonFile,
    today: Today,
    course: Annotated[
        bool,
        Query(description="With a simulated course; `/course` gives it by itself."),
    ] = False,
) -> Response:
    """From a label, a person and a day to a plan. Nothing is kept.

    Look at `decision` first: with `do_not_start` and `get_help_now` there is no dose anywhere; with `ask_first` the
    dose is a draft for a conversation.
    """
    advice = advise(from_json(person.root, place="body"), today=today)
    return given_json(bytes_of(answer_of(advice, _course(request, advice) if course else None)))


@router.post("/course", response_model=CourseOut, responses=refusals(503))
def course(request: Request, person: PersonFile, today: Today) -> Response:
    """What serum and urine magnesium would do under this plan: the part of `plan` that takes longest, by itself."""
    advice = advise(from_json(person.root, place="body"), today=today)
    found = _course(request, advice)
    if found is None:
        raise OutsideTheModel(
            "This plan holds no dose to simulate.", where="body", remedy="POST /plan says why there is none."
        )
    return plain_json(found)


def _course(request: Request, advice: Advice) -> CourseOut | None:
    with request.app.state.parts.heavy.passed():
        return forecast_of(advice)


@router.post("/check", response_model=CheckAnswer, responses=refusals())
def check(person: PersonFile, today: Today) -> Response:
    """Safety only: what is in the way, and what could not be checked. Nothing is kept."""
    return given_json(bytes_of(check_of(advise(from_json(person.root, place="body"), today=today))))


@router.post("/changes", response_model=Changes, responses=refusals())
def changes(wish: ChangeWish, today: Today) -> Response:
    """What another answer to one question would change: `kidney=normal`, `egfr=88`, `bed=23:30`; or one more
    medicine: `also Ciprofloxacin 500 mg bid`. `without Synthroid` shows what comes from a line; it is no advice."""
    person = from_json(wish.person.root, place="person")
    return plain_json(what_would_change_for(person, wish.change, today))
