"""Your data: take everything along, or delete it; and how the pages look."""

from __future__ import annotations

import json

from fastapi import APIRouter
from starlette.responses import RedirectResponse, Response

from magwise.adapters.web.render import THEME
from magwise.adapters.web.sessions import Form, VisitHere

__all__ = ["router"]

router = APIRouter()
_A_YEAR = 365 * 24 * 3600


@router.get("/yours")
def yours(visit: VisitHere) -> Response:
    return visit.page("yours.html", said=None)


@router.post("/yours/export")
def export(visit: VisitHere, form: Form) -> Response:
    """Everything kept of this owner, as one file that can be restored."""
    content = json.dumps(visit.place.diary.export(), ensure_ascii=False, indent=1)
    return Response(
        content,
        media_type="application/json",
        headers={"content-disposition": 'attachment; filename="magwise-everything.json"'},
    )


@router.post("/yours/delete")
def delete(visit: VisitHere, form: Form) -> Response:
    """Deletes only when it was asked for twice: the box has to be ticked."""
    if not form.get("sure"):
        return visit.page(
            "yours.html", status=422, said="Tick the box first, so that nothing is deleted by mistake."
        )
    visit.forget()
    return RedirectResponse("/", 303)


@router.post("/yours/theme")
def theme(visit: VisitHere, form: Form) -> Response:
    """Light, dark, or as the system has it. The browser keeps it; it says nothing about anybody."""
    wanted = str(form.get("theme", ""))
    answer = RedirectResponse("/yours", 303)
    if wanted in ("light", "dark"):
        secure = visit.request.app.state.settings.secure
        answer.set_cookie(THEME, wanted, max_age=_A_YEAR, secure=secure, httponly=True, samesite="strict")
    else:
        answer.delete_cookie(THEME)
    return answer
