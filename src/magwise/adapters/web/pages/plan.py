"""The plan: the decision first, then what is in the way, the day, what to expect, when to judge."""

from __future__ import annotations

import datetime
import json
from functools import lru_cache
from typing import Any

from fastapi import APIRouter
from starlette.responses import RedirectResponse, Response

from magwise.adapters.contract import bytes_of
from magwise.adapters.web import planview
from magwise.adapters.web.answers import Answered, answered
from magwise.adapters.web.changes import what_would_change
from magwise.adapters.web.draft import Draft
from magwise.adapters.web.drawing.course import bands
from magwise.adapters.web.drawing.day import ring
from magwise.adapters.web.sessions import Visit, VisitHere
from magwise.day import USUAL, clock
from magwise.errors import NotALabel, NotAPerson, OutsideTheModel

__all__ = ["router"]

router = APIRouter()


@router.get("/plan")
def plan(visit: VisitHere) -> Response:
    draft = visit.draft
    if draft.is_empty:
        return visit.page("plan_empty.html", wrong=None, remedy=None)
    try:
        found = answered(draft, visit.today)
    except (NotAPerson, NotALabel) as wrong:
        return visit.page("plan_empty.html", status=422, wrong=wrong.what, remedy=wrong.remedy)
    return visit.page("plan.html", **shown(found))


@router.get("/plan/course")
def course(visit: VisitHere) -> Response:
    """What the body would do with it: asked for by the page once it stands, or by a plain link."""
    draft = visit.draft
    if draft.is_empty:
        return RedirectResponse("/plan", 303)
    template = "course_part.html" if _is_fragment(visit) else "course.html"
    try:
        found = _course(json.dumps(draft.tables, sort_keys=True), visit.today)
    except OutsideTheModel as outside:
        return visit.page(template, course=None, why=outside, bands=bands)
    return visit.page(template, course=found, why=None, bands=bands)


@router.get("/plan/changes")
def changes(visit: VisitHere) -> Response:
    """Which other answers would change this one, and how."""
    draft = visit.draft
    if draft.is_empty:
        return RedirectResponse("/plan", 303)
    template = "changes_part.html" if _is_fragment(visit) else "changes.html"
    return visit.page(template, changes=what_would_change(draft, visit.today))


@router.get("/plan.json")
def plan_json(visit: VisitHere) -> Response:
    """The answer as data, with its receipt: `magwise replay` gives the same bytes."""
    if visit.draft.is_empty:
        return RedirectResponse("/plan", 303)
    content = bytes_of(answered(visit.draft, visit.today).answer)
    return Response(
        content + "\n",
        media_type="application/json",
        headers={"content-disposition": 'attachment; filename="magwise-plan.json"'},
    )


def shown(found: Answered) -> dict[str, Any]:
    """Everything that the plan page, and the report, show of an answer."""
    answer = found.answer
    routine = found.advice.person.routine or USUAL
    return {
        "answer": answer,
        "advice": found.advice,
        "tone": planview.tone(answer.decision),
        "groups": planview.groups(answer),
        "timetable": planview.timetable(answer, clock(routine.wake)),
        "people_of": planview.people_of,
        "ring": ring,
        "routine": routine,
    }


def _is_fragment(visit: Visit) -> bool:
    return visit.request.headers.get("x-fragment") == "1"


@lru_cache(maxsize=64)
def _course(tables: str, today: datetime.date) -> dict[str, Any]:
    """The course of two hundred people like this one over ninety days, and the same people without the doses."""
    from magwise.adapters.simulated import course_of
    from magwise.simulate import run

    wanted = course_of(answered(Draft(inputs=json.loads(tables)), today).advice)
    taken, without = run(wanted), run(wanted.without_doses())
    return {
        "days": [float(hour) / 24 for hour in taken.time_h],
        "people": wanted.people,
        "taken": taken,
        "without": without,
        "last": taken.doses[-1] if taken.doses else None,
    }
