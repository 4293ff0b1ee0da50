"""Products side by side, on several axes and in money. No single score, and no price past a hard stop."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import Response

from magwise.adapters.cli.compare import compared, empty_table, lay_out
from magwise.adapters.web.answers import answered
from magwise.adapters.web.sessions import VisitHere

__all__ = ["router"]

router = APIRouter()


@router.get("/compare")
def compare(visit: VisitHere) -> Response:
    draft = visit.draft
    if not draft.products:
        return visit.page("compare.html", table=None)
    table = empty_table(draft.country)
    lay_out(answered(draft, visit.today).advice, table)
    return visit.page("compare.html", table=compared(table, None))
