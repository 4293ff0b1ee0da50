"""Facts: every figure with who says so and how far it is confirmed; looked for by words, which no address holds."""

from __future__ import annotations

from collections import Counter

from fastapi import APIRouter
from starlette.exceptions import HTTPException
from starlette.responses import Response

from magwise import knowledge
from magwise.adapters.cli.knowledge import behind, fact_json
from magwise.adapters.rest.routes.knowledge import holding
from magwise.adapters.web.render import Told
from magwise.adapters.web.sessions import Form, VisitHere
from magwise.errors import NotFound

__all__ = ["router"]

router = APIRouter()
MOST_SHOWN = 60
_OF_THE_CARD = {"id", "says", "sources", "status", "checked", "does_not_cover", "file"}


@router.get("/facts")
def facts(visit: VisitHere) -> Response:
    """The counts, and where to search."""
    return visit.page("facts.html", standing=_standing(), words="", found=None, more=0)


@router.post("/facts")
def search(visit: VisitHere, form: Form) -> Response:
    words = str(form.get("words") or "").strip()[:200]
    found = list(holding(words)) if words else None
    shown = None if found is None else [fact_json(one) for one in found[:MOST_SHOWN]]
    more = max(0, len(found or ()) - MOST_SHOWN)
    return visit.page("facts.html", standing=_standing(), words=words, found=shown, more=more)


@router.get("/facts/{id}")
def fact(visit: VisitHere, id: str) -> Response:
    """One fact, and the rules that rest on it."""
    try:
        found = fact_json(knowledge.find(id[:200]))
    except NotFound:
        raise HTTPException(404) from None
    values = {
        key: value for key, value in found.items() if key not in _OF_THE_CARD and value not in (None, [], {})
    }
    rules = [Told(one) for one in behind(id) if one["kind"] != "fact"]
    return visit.page("fact.html", fact=found, values=values, rules=rules)


def _standing() -> dict[str, int]:
    """How many facts have which standing."""
    return dict(Counter(one.status.value for one in knowledge.all_facts()))
