"""About you: one short question a screen, saved as you go."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse, RedirectResponse, Response

from magwise.adapters.web import spoken
from magwise.adapters.web.manner import manner_of
from magwise.adapters.web.numbers import Unreadable
from magwise.adapters.web.questions import Question, asked, first_open, markers_of, neighbours, question
from magwise.adapters.web.recognised import recognised
from magwise.adapters.web.render import Told
from magwise.adapters.web.sessions import Form, Visit, VisitHere
from magwise.errors import NotAPerson

__all__ = ["router"]

router = APIRouter()
SEE_OTHER = 303


@router.get("/about")
def about(visit: VisitHere) -> Response:
    """What was told, each with a way to change it; the way on is the first open question."""
    draft = visit.draft
    manner = manner_of(visit.request.headers.get("accept-language", ""), draft.country)
    rows = [(one, spoken.told(draft, one.id, manner), one.id in draft.answered) for one in asked(draft)]
    if not any(passed for *_, passed in rows) and not draft.inputs.get("person"):
        return RedirectResponse("/about/age", SEE_OTHER)
    return visit.page("about.html", rows=rows, onward=first_open(draft))


@router.post("/about/medicines/look")
def look(visit: VisitHere, form: Form) -> Response:
    """What one line is known as, while it is typed. In the body, so that no address holds it."""
    said = recognised(str(form.get("line", ""))[:2000])
    return HTMLResponse(visit.page("recognised.html", said=said).body)


@router.get("/about/{id}")
def ask(visit: VisitHere, id: str) -> Response:
    return _screen(visit, _known(id), {})


@router.post("/about/{id}")
def answer(visit: VisitHere, form: Form, id: str) -> Response:
    """Kept at once; then the next question, or the same one again with what could not be read."""
    one = _known(id)
    if form.get("more"):
        return _screen(visit, one, {}, lines=_typed_lines(form, one.id), extra=3)
    try:
        draft = one.read(visit.draft, form)
        draft.person()  # refuses what no person file may hold
    except Unreadable as wrong:
        return _screen(visit, one, {"wrong": str(wrong), "field": wrong.field}, lines=_typed_lines(form, id))
    except NotAPerson as wrong:
        return _screen(visit, one, {"wrong": wrong.what, "field": None}, lines=_typed_lines(form, id))
    visit.keep(draft)
    if form.get("check"):
        return RedirectResponse(f"/about/{id}", SEE_OTHER)
    _, onward = neighbours(draft, id)
    return RedirectResponse(f"/about/{onward.id}" if onward else "/about", SEE_OTHER)


def _known(id: str) -> Question:
    found = question(id)
    if found is None:
        raise HTTPException(404)
    return found


def _screen(
    visit: Visit,
    one: Question,
    said: dict[str, Any],
    *,
    lines: list[dict[str, Any]] | None = None,
    extra: int = 1,
) -> Response:
    draft = visit.draft
    before, _ = neighbours(draft, one.id)
    every = asked(draft)
    if lines is None:
        lines = (
            [dict(row) for row in draft.inputs.get(one.id, ())]
            if one.id in ("medicines", "supplements")
            else []
        )
    known = [(row, recognised(row["as_written"]) if row["as_written"] else None) for row in lines]
    return visit.page(
        f"about/{one.id}.html",
        status=422 if said else 200,
        question=one,
        before=before,
        every=every,
        place=[other.id for other in every].index(one.id) + 1 if one in every else 1,
        told=Told(draft.inputs.get("person", {})),
        lines=[*known, *[({"as_written": ""}, None)] * (extra if known else 3)],
        spoken=spoken,
        markers=markers_of(draft) if one.id == "markers" else (),
        **({"wrong": None, "field": None} | said),
    )


def _typed_lines(form: Any, id: str) -> list[dict[str, Any]]:
    """What stood in the lines, so that nothing has to be typed twice."""
    name = {"medicines": "medicine", "supplements": "supplement"}.get(id)
    if name is None:
        return []
    times = [str(one) for one in form.getlist(f"{name}_times")]
    rows = [str(one)[:2000] for one in form.getlist(name)][:60]
    return [
        {"as_written": row, "times": (times[at] if at < len(times) else "").split()}
        for at, row in enumerate(rows)
        if row.strip()
    ]
