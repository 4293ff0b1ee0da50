"""The first page: what this is, where to begin, or where somebody stopped."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import Response

from magwise.adapters.web.render import page
from magwise.adapters.web.sessions import VisitHere

__all__ = ["router"]

router = APIRouter()


@router.get("/")
def home(visit: VisitHere) -> Response:
    return page(visit.request, "home.html", draft=visit.draft)
