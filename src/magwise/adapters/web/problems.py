"""What a reader is told when something cannot be done: pages here, problem+json under /api.

Nothing that was typed is said back: an error page may be seen over a shoulder, or be sent to somebody for help.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Scope

from magwise import errors
from magwise.adapters.web.render import page

__all__ = ["PROBLEM", "on_http", "on_ours", "on_unreadable", "refused", "status_of"]

PROBLEM = "application/problem+json"

# status: what happened, and what to do next
_SAID = {
    400: ("This request cannot be read.", "Go back, reload the page and try once more."),
    403: (
        "This form was not filled in here, or it is too old.",
        "Open the page again and send it from there. Nothing was changed.",
    ),
    404: ("There is no such page.", "The address may be old. Everything can be reached from the start page."),
    405: ("This page cannot be used that way.", "Go back and use the buttons on the page."),
    413: (
        "That is too large.",
        "A photo may have 25 MB. One photo of the facts panel, about 2,000 pixels wide, is plenty.",
    ),
    415: ("This kind of file cannot be read.", "Use a photo as JPEG or PNG, or type the label."),
    421: (
        "This server does not answer to that name.",
        "Open the address that `magwise serve` printed when it started.",
    ),
    422: ("Something in the form cannot be read.", "Go back and look at the field that is marked."),
    429: ("Too many tries in a short time.", "Wait a minute, then try again."),
    500: (
        "Something went wrong on our side.",
        "Nothing you told was lost. Go back and try again; if it happens twice, report it without your own data.",
    ),
    503: ("The server is busy or about to stop.", "Try again in a moment. Nothing you told was lost."),
}
_OURS = {
    errors.NotFound: 404,
    errors.TooLargePicture: 413,
    errors.TooMuchText: 413,
    errors.PictureTookTooLong: 503,
    errors.MissingExtra: 501,
    errors.BrokenKnowledge: 500,
}


def status_of(error: errors.MagwiseError) -> int:
    """The HTTP status of one of our own errors; what was given is at fault unless the list above knows better."""
    return next((status for kind, status in _OURS.items() if isinstance(error, kind)), 422)


async def on_http(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    headers = dict(getattr(error, "headers", None) or {})
    answer = _answer(request, status)
    answer.headers.update(headers)
    return answer


async def on_unreadable(request: Request, error: Exception) -> Response:
    """A request that does not fit its shape. Where is said, what was typed is not."""
    places = error.errors() if isinstance(error, RequestValidationError) else []
    where = ", ".join(sorted({".".join(map(str, one["loc"])) for one in places}))
    return _answer(request, 422, where=where or None)


async def on_ours(request: Request, error: Exception) -> Response:
    """One of Magwise's own errors. Its sentence may quote what was typed, so pages show the title and the remedy."""
    if not isinstance(error, errors.MagwiseError):
        return _answer(request, 500)
    status = status_of(error)
    if _is_api(request.scope):
        return _problem(status, type(error).__name__, error.title, error.what, error.where, error.remedy)
    return page(
        request, "error.html", status=status, code=status, what=f"{error.title}.", remedy=error.remedy or ""
    )


def refused(scope: Scope, status: int, why: str) -> ASGIApp:
    """The response for what the door does not let in."""
    return _answer(Request(scope), status, where=why or None)


def _answer(request: Request, status: int, *, where: str | None = None) -> Response:
    what, remedy = _SAID.get(status, (f"{HTTPStatus(status).phrase}.", "Go back and try again."))
    if _is_api(request.scope):
        return _problem(status, HTTPStatus(status).phrase.replace(" ", ""), what, what, where, remedy)
    return page(request, "error.html", status=status, code=status, what=what, remedy=remedy)


def _problem(
    status: int, kind: str, title: str, detail: str, where: str | None, remedy: str | None
) -> Response:
    content: dict[str, Any] = {
        "type": f"urn:magwise:error:{kind}",
        "title": title,
        "status": status,
        "detail": detail,
        "instance": where,
        "remedy": remedy,
    }
    return JSONResponse(content, status_code=status, media_type=PROBLEM)


def _is_api(scope: Scope) -> bool:
    return str(scope["path"]).startswith("/api/")
