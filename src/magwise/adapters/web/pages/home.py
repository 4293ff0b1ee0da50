"""The first page: what this is, where to begin or go on; and the demo, one click away."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import RedirectResponse, Response

from magwise.adapters.web.demo import demo, demo_into
from magwise.adapters.web.draft import Draft
from magwise.adapters.web.drawing.weights import weights
from magwise.adapters.web.manner import manner_of
from magwise.adapters.web.sessions import Form, VisitHere, lent_place, session_key
from magwise.label import read_label

__all__ = ["router"]

router = APIRouter()


@router.get("/")
def home(visit: VisitHere) -> Response:
    draft = visit.draft
    manner = manner_of(visit.request.headers.get("accept-language", ""), draft.country)
    bars = weights(read_label(demo().products[0]["label"]), manner.number)
    return visit.page("home.html", onward=_onward(draft), bars=bars)


@router.post("/demo")
def enter_demo(visit: VisitHere, form: Form) -> Response:
    """The made-up person takes a place of their own; answers of one's own stay where they are."""
    place = lent_place(visit.request)
    if place.draft.is_empty:
        demo_into(place, visit.today)
    return RedirectResponse("/plan", 303)


@router.post("/demo/leave")
def leave_demo(visit: VisitHere, form: Form) -> Response:
    if visit.draft.demo:
        visit.request.app.state.lent.give_back(session_key(visit.request))
    return RedirectResponse("/", 303)


def _onward(draft: Draft) -> str:
    return "/label" if draft.pending is None and not draft.products else "/about"
