"""Today: tick what was taken, say what went otherwise, and the rest of the day is planned anew at once."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any

from fastapi import APIRouter
from starlette.datastructures import FormData
from starlette.responses import RedirectResponse, Response

from magwise.adapters.cli.day import refuse_unless_missable, reports_of_taking
from magwise.adapters.cli.day_session import Session
from magwise.adapters.cli.doses import here_and_now, records_of
from magwise.adapters.web.day import rows_of, session_of, warnings_of
from magwise.adapters.web.numbers import Unreadable, amount
from magwise.adapters.web.sessions import Form, Visit, VisitHere
from magwise.diary import Entry, OutcomeEntry, When, read_line
from magwise.diary.views import step_back_words
from magwise.diary.vocabulary import outcomes
from magwise.errors import MagwiseError, NotALabel, NotAPerson
from magwise.schedule.log import Report, Said, is_before_this_day, latest_min

__all__ = ["router"]

router = APIRouter()
SEE_OTHER = 303
MOST_MG = 100_000
FOUR = ("sleep", "muscle", "stress", "bristol")  # what the guides ask everybody to write down
LATE = (15, 30, 45, 60, 90, 120)

Say = Callable[[Session], list[Report]]


@router.get("/today")
def today(visit: VisitHere) -> Response:
    return _page(visit)


@router.post("/today/took")
def took(visit: VisitHere, form: Form) -> Response:
    """Taken now, or at the time that was given."""

    def say(session: Session) -> list[Report]:
        at = session.moment(_text(form, "at") or None, yesterday=False)
        before = is_before_this_day(session.routine, at)
        return reports_of_taking(session, _text(form, "what"), at, None, before=before)

    return _noted(visit, say)


@router.post("/today/other")
def other(visit: VisitHere, form: Form) -> Response:
    """Magnesium that was not the planned dose."""

    def say(session: Session) -> list[Report]:
        mg = amount(_text(form, "mg"), "mg", "The amount", least=1, most=MOST_MG)
        at = session.moment(_text(form, "at") or None, yesterday=False)
        return [Report(Said.TOOK, session.now, "magnesium", at, mg)]

    return _noted(visit, say)


@router.post("/today/missed")
def missed(visit: VisitHere, form: Form) -> Response:
    def say(session: Session) -> list[Report]:
        meant = session.meant(_text(form, "what"), session.now)
        for one in meant:
            refuse_unless_missable(one, session.now)
        return [Report(Said.MISSED, session.now, one.name) for one in meant]

    return _noted(visit, say)


@router.post("/today/late")
def late(visit: VisitHere, form: Form) -> Response:
    """The day runs late by so much in all; meals still to come move, medicines do not."""

    def say(session: Session) -> list[Report]:
        by = int(amount(_text(form, "by"), "by", "The delay", least=0, most=latest_min(session.routine)))
        return [Report(Said.LATE, session.now, late_min=by)]

    return _noted(visit, say)


@router.post("/today/undo")
def undo(visit: VisitHere, form: Form) -> Response:
    draft = visit.draft
    if not draft.is_empty:
        session = session_of(visit, draft)
        if session.kept.log(session.day).reports:
            session.store.take_back(session.day)
    return RedirectResponse("/today", SEE_OTHER)


@router.post("/today/log")
def log(visit: VisitHere, form: Form) -> Response:
    """Four figures and a few words into the diary; a second figure of the same day takes the first one's place."""
    now, zone = here_and_now()
    when = When(visit.today, now, zone)
    try:
        said = [read_line([id, value], when)[0] for id in FOUR if (value := _text(form, id))]
        felt = _text(form, "felt")
        words = list(read_line([felt], when)) if felt else []
    except MagwiseError as wrong:
        return _page(visit, wrong=_plain(wrong), status=422)
    for entry in said:
        _put(visit, entry)
    if words:
        visit.place.diary.add_all(words)
    return RedirectResponse("/today#log", SEE_OTHER)


def _put(visit: Visit, entry: Entry) -> None:
    diary = visit.place.diary
    before = _of_today(visit).get(getattr(entry, "outcome", ""))
    if before is None or before.id is None:
        diary.add(entry)
    elif before.value != getattr(entry, "value", None):
        diary.correct(before.id, entry)


def _of_today(visit: Visit) -> dict[str, OutcomeEntry]:
    entries = visit.place.diary.entries(visit.today, visit.today)
    return {one.outcome: one for one in entries if isinstance(one, OutcomeEntry)}


def _noted(visit: Visit, say: Say) -> Response:
    """The reports are on the disk before the page says anything about them."""
    draft = visit.draft
    if draft.is_empty:
        return RedirectResponse("/today", SEE_OTHER)
    try:
        session = session_of(visit, draft)
        reports = say(session)
        session.begin()
        for report in reports:
            session.store.note(session.day, report, records_of(session, report))
    except (MagwiseError, Unreadable) as wrong:
        return _page(visit, wrong=_plain(wrong), status=422)
    return RedirectResponse("/today", SEE_OTHER)


def _page(visit: Visit, *, wrong: str | None = None, status: int = 200) -> Response:
    draft = visit.draft
    if draft.is_empty:
        return visit.page("today_empty.html", wrong=None)
    try:
        session = session_of(visit, draft)
    except (NotAPerson, NotALabel) as error:
        return visit.page("today_empty.html", status=422, wrong=error.what)
    answer = session.answer()
    seen, flags = warnings_of(visit, draft)
    return visit.page(
        "today.html",
        status=status,
        wrong=wrong,
        answer=answer,
        rows=rows_of(session, answer),
        flags=flags,
        doubts=seen.doubts,
        step_back=step_back_words() if seen.step_back and not seen.is_urgent else None,
        said=bool(session.kept.log(session.day).reports),
        late=LATE,
        **_log(visit),
    )


def _log(visit: Visit) -> dict[str, Any]:
    """The four figures, with what was written down today."""
    kept = {id: one.value for id, one in _of_today(visit).items()}
    week = visit.place.diary.entries(visit.today - datetime.timedelta(days=6), visit.today)
    days = {one.day for one in week if isinstance(one, OutcomeEntry) and one.outcome in FOUR}
    return {"four": [outcomes()[id] for id in FOUR], "kept": kept, "days_logged": len(days)}


def _text(form: FormData, name: str) -> str:
    return str(form.get(name) or "").strip()[:500]


def _plain(wrong: MagwiseError | Unreadable) -> str:
    """The sentence, with its remedy where that is not a command line's."""
    if isinstance(wrong, Unreadable):
        return str(wrong)
    remedy = wrong.remedy if wrong.remedy and "magwise" not in wrong.remedy else ""
    return f"{wrong.what} {remedy}".strip()
