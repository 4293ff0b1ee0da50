"""One page to take along: printed, as a PDF, or as reminders in a calendar."""

from __future__ import annotations

import datetime

from fastapi import APIRouter
from starlette.responses import RedirectResponse, Response

from magwise.adapters.report.page import page_of
from magwise.adapters.web import spoken
from magwise.adapters.web.answers import answered
from magwise.adapters.web.manner import manner_of
from magwise.adapters.web.questions import asked
from magwise.adapters.web.sessions import Visit, VisitHere, session_key

__all__ = ["router"]

router = APIRouter()


@router.get("/report")
def report(visit: VisitHere) -> Response:
    draft = visit.draft
    if draft.is_empty:
        return RedirectResponse("/plan", 303)
    answer = answered(draft, visit.today).answer
    return visit.page("report.html", page=page_of(answer, _told(visit)), answer=answer)


@router.get("/report.pdf")
def pdf(visit: VisitHere) -> Response:
    """The same page, made on this computer."""
    if visit.draft.is_empty:
        return RedirectResponse("/plan", 303)
    from magwise.adapters.report.pdf import pdf_of

    draft = visit.draft
    content = pdf_of(answered(draft, visit.today).answer, _told(visit), demo=draft.demo)
    return Response(
        content,
        media_type="application/pdf",
        headers={"content-disposition": 'inline; filename="magnesium-plan.pdf"'},
    )


@router.get("/plan.ics")
def reminders(visit: VisitHere, discreet: bool = False) -> Response:
    """The plan from today on, for a calendar. Where there is no dose there is nothing to remind of."""
    from magwise.adapters.calendar import feed, reminder_of, stages_of, stretches, zone_here
    from magwise.advise.today import calendar_of, gives_doses

    draft = visit.draft
    advice = answered(draft, visit.today).advice if not draft.is_empty else None
    if advice is None or not gives_doses(advice):
        return RedirectResponse("/plan", 303)
    content = feed(
        stretches(stages_of(calendar_of(advice, visit.place.start or visit.today))),
        plan=session_key(visit.request),
        zone=zone_here(),
        now=datetime.datetime.now(datetime.UTC),
        reminder=reminder_of(advice, discreet=discreet),
    )
    return Response(
        content,
        media_type="text/calendar; charset=utf-8",
        headers={"content-disposition": 'attachment; filename="reminders.ics"'},
    )


def _told(visit: Visit) -> list[tuple[str, str]]:
    """What the person answered, in short."""
    draft = visit.draft
    manner = manner_of(visit.request.headers.get("accept-language", ""), draft.country)
    rows = [(_SHORT[one.id], spoken.told(draft, one.id, manner)) for one in asked(draft)]
    return [(name, words or "not told") for name, words in rows]


_SHORT = {
    "age": "Age",
    "sex": "Sex",
    "pregnancy": "Pregnancy",
    "country": "Country",
    "kidney": "Weak kidneys",
    "conditions": "Conditions",
    "medicines": "Medicines",
    "supplements": "Supplements",
    "symptoms": "Complaints now",
    "goals": "Hopes for",
    "stomach": "Gut",
    "habits": "Habits",
    "diet": "Magnesium eaten",
    "avoid": "Avoids",
    "routine": "Day",
    "markers": "Asked because of a medicine",
    "labs": "Results",
    "clearance": "Cleared",
}
