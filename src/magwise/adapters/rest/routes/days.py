"""A kept person's day: what was taken, missed or late, reminders for a calendar, and the page to take along."""

from __future__ import annotations

import datetime
from typing import Annotated, Any

from fastapi import Query, Request, Response
from pydantic import Field

from magwise.adapters.cli.day import being_late, missing, note, taken_back, taking
from magwise.adapters.cli.day_session import Session, session_of
from magwise.adapters.contract import answer_of, bytes_of
from magwise.adapters.day_answer import DayAnswer
from magwise.adapters.rest.keeping import Key, Owner, StoreHere, keeping_router_of
from magwise.adapters.rest.problems import CONFLICT, Refused
from magwise.adapters.rest.routes.people import Id, kept_person, person_of
from magwise.adapters.rest.routing import Today, TodayGiven, given_json, refusals
from magwise.adapters.rest.shapes import Given
from magwise.adapters.store.store import Store
from magwise.advise import advise

__all__ = ["router"]

router = keeping_router_of("days")

CLOCK = "^([01][0-9]|2[0-3]):[0-5][0-9]$"
Now = Annotated[
    str | None, Query(pattern=CLOCK, description="Answer as if it were this time (10:15). Default: now.")
]
What = Annotated[str, Field(min_length=1, max_length=200, examples=["zinc", "breakfast-dose"])]


class TookWish(Given):
    what: What
    at: str | None = Field(default=None, pattern=CLOCK, description="default: now")
    mg: float | None = Field(default=None, gt=0, le=100_000, description="when it was not the planned dose")
    yesterday: bool = False


class MissedWish(Given):
    what: What


class LateWish(Given):
    minutes: int = Field(ge=0, le=24 * 60, description="0: back in time")


@router.get("/people/{id}/day", response_model=DayAnswer, responses=refusals(404))
def day(
    request: Request, id: Id, owner: Owner, store: StoreHere, today: TodayGiven = None, now: Now = None
) -> Response:
    """Today: what has been taken, what is due, what is next. Day 1 is the day of the first report."""
    return given_json(bytes_of(_session(request, store, owner, id, today, now, whole_day=True).answer()))


@router.post("/people/{id}/day/took", response_model=DayAnswer, responses=refusals(404), dependencies=[Key])
def took(
    request: Request, id: Id, wish: TookWish, owner: Owner, store: StoreHere,
    today: TodayGiven = None, now: Now = None,
) -> Response:  # fmt: skip
    """Note what was taken, and re-plan the rest of today."""
    session = _session(request, store, owner, id, today, now)
    reports, noted = taking(session, wish.what, wish.at, wish.mg, yesterday=wish.yesterday)
    return given_json(bytes_of(note(session, reports).answer(noted)))


@router.post("/people/{id}/day/missed", response_model=DayAnswer, responses=refusals(404), dependencies=[Key])
def missed(
    request: Request, id: Id, wish: MissedWish, owner: Owner, store: StoreHere,
    today: TodayGiven = None, now: Now = None,
) -> Response:  # fmt: skip
    """Note what was missed, and re-plan the rest of today; nothing is ever doubled."""
    session = _session(request, store, owner, id, today, now)
    reports, noted = missing(session, wish.what)
    return given_json(bytes_of(note(session, reports).answer(noted)))


@router.post("/people/{id}/day/late", response_model=DayAnswer, responses=refusals(404), dependencies=[Key])
def late(
    request: Request, id: Id, wish: LateWish, owner: Owner, store: StoreHere,
    today: TodayGiven = None, now: Now = None,
) -> Response:  # fmt: skip
    """The day runs late by so much in all: meals still to come move, medicines do not."""
    session = _session(request, store, owner, id, today, now)
    reports, noted = being_late(session, wish.minutes)
    return given_json(bytes_of(note(session, reports).answer(noted)))


@router.post("/people/{id}/day/undo", response_model=DayAnswer, responses=refusals(404), dependencies=[Key])
def undo(
    request: Request, id: Id, owner: Owner, store: StoreHere, today: TodayGiven = None, now: Now = None
) -> Response:
    """Take the last report of today back, and what the diary had of it."""
    session = _session(request, store, owner, id, today, now)
    noted = taken_back(session)
    return given_json(bytes_of(session.again().answer(noted)))


@router.get(
    "/people/{id}/plan.ics",
    response_class=Response,
    responses={**refusals(404, 409), 200: {"content": {"text/calendar": {"schema": {"type": "string"}}}}},
)
def reminders(
    id: Id, owner: Owner, store: StoreHere, today: Today,
    discreet: Annotated[bool, Query(description="Reminders do not say what they are about.")] = False,
    zone: Annotated[str | None, Query(max_length=60, pattern="^[A-Za-z0-9_+/-]+$", examples=["Europe/Berlin"])] = None,
) -> Response:  # fmt: skip
    """The plan from its first dose on, for a calendar."""
    from magwise.adapters.calendar import feed, reminder_of, stages_of, stretches, zone_here
    from magwise.advise.today import calendar_of, gives_doses

    kept = kept_person(store, owner, id)
    advice = advise(person_of(store, owner, id), today=today)
    if not gives_doses(advice):
        raise Refused(CONFLICT, "There is no dose to remind of.", remedy="The plan says why there is none.")
    start = store.days(owner, kept.name).read().start or today
    content = feed(
        stretches(stages_of(calendar_of(advice, start))),
        plan=id,
        zone=zone or zone_here(),
        now=datetime.datetime.now(datetime.UTC),
        reminder=reminder_of(advice, discreet=discreet),
    )
    return _file(content, "text/calendar; charset=utf-8", "reminders.ics")


@router.get(
    "/people/{id}/report.pdf",
    response_class=Response,
    responses={
        **refusals(404, 503),
        200: {"content": {"application/pdf": {"schema": {"type": "string", "format": "binary"}}}},
    },
)
def report(request: Request, id: Id, owner: Owner, store: StoreHere, today: Today) -> Response:
    """One page for the pharmacist or doctor, as a PDF."""
    from magwise.adapters.report.pdf import pdf_of

    kept = kept_person(store, owner, id)
    answer = answer_of(advise(person_of(store, owner, id), today=today))
    with request.app.state.parts.heavy.passed():
        return _file(
            pdf_of(answer, _told(kept.name, answer.receipt.person)), "application/pdf", "magnesium-plan.pdf"
        )


def _session(
    request: Request,
    store: Store,
    owner: str,
    id: str,
    today: str | None,
    now: str | None,
    *,
    whole_day: bool = False,
) -> Session:
    kept = kept_person(store, owner, id)
    day = today or request.app.state.settings.today().isoformat()
    return session_of(
        store.days(owner, kept.name), person_of(store, owner, id), day, now, whole_day=whole_day
    )


def _told(name: str, person: dict[str, Any]) -> list[tuple[str, str]]:
    """What was told, in short, for the page."""
    rows = [("Name", name)]
    for key, value in person.get("person", {}).items():
        said = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
        rows.append((key.replace("_", " ").capitalize(), said))
    medicines = [one["as_written"] for one in person.get("medicines", ())]
    return [*rows, ("Medicines", "; ".join(medicines) or "none told")]


def _file(content: bytes, kind: str, name: str) -> Response:
    return Response(
        content, media_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )
