"""Evidence: what trials found, beside placebo and beside what matters, how sure that is, and where they disagree."""

from __future__ import annotations

from itertools import groupby

from fastapi import APIRouter
from fastapi.responses import PlainTextResponse
from markupsafe import Markup
from starlette.exceptions import HTTPException
from starlette.responses import Response

from magwise.adapters.evidence_answer import evidence_of, outcome_of
from magwise.adapters.web.answers import answered
from magwise.adapters.web.sessions import Visit, VisitHere
from magwise.advise import Advice
from magwise.errors import MagwiseError
from magwise.evidence.outcomes import forest_of, topics

__all__ = ["router"]

router = APIRouter()


@router.get("/evidence")
def overview(visit: VisitHere) -> Response:
    table = evidence_of(_advice(visit))
    by_topic = [list(lines) for _, lines in groupby(table.outcomes, key=lambda line: line.topic)]
    return visit.page("evidence.html", table=table, by_topic=by_topic)


@router.get("/evidence/{topic}")
def one(visit: VisitHere, topic: str) -> Response:
    if topic not in topics():
        raise HTTPException(404)
    shown = outcome_of(topic, _advice(visit), visit.today)
    forests = {one.name: Markup(forest_of(one.name, inline=f"forest-{one.name}")) for one in shown.sets}  # noqa: S704
    return visit.page("evidence_topic.html", shown=shown, forests=forests)


@router.get("/charts.css")
def charts() -> Response:
    """The style of charts that stand inside pages, from whoever draws them."""
    from magwise.evidence.pool.drawing import STYLESHEET

    return PlainTextResponse(
        STYLESHEET, media_type="text/css", headers={"cache-control": "public, max-age=3600"}
    )


def _advice(visit: Visit) -> Advice | None:
    """For whom the certainty is told: whoever has answered, where the answers can be used."""
    draft = visit.draft
    if draft.is_empty:
        return None
    try:
        return answered(draft, visit.today).advice
    except MagwiseError:
        return None
