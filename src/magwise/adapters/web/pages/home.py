"""The first page: what this is, where to begin or go on; and the demo, one click away."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import RedirectResponse, Response

from magwise.adapters.web.demo import demo
from magwise.adapters.web.draft import Draft
from magwise.adapters.web.sessions import Form, VisitHere

__all__ = ["router"]

router = APIRouter()


@router.get("/")
def home(visit: VisitHere) -> Response:
    return visit.page("home.html", onward=_onward(visit.draft))


@router.post("/demo")
def enter_demo(visit: VisitHere, form: Form) -> Response:
    """The made-up person takes the empty place; answers of one's own are never overwritten."""
    if visit.draft.is_empty:
        visit.keep(demo())
    return RedirectResponse("/plan", 303)


@router.post("/demo/leave")
def leave_demo(visit: VisitHere, form: Form) -> Response:
    if visit.draft.demo:
        visit.forget()
    return RedirectResponse("/", 303)


def _onward(draft: Draft) -> str:
    return "/label" if draft.pending is None and not draft.products else "/about"
