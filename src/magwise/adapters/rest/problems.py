"""Every way in which the API says no, on one page: problem details (RFC 9457) that say what to do next.

Comes in: an error of ours, of the framework, or a body that does not fit. Goes out: application/problem+json with
`type`, `title`, `status`, `detail`, `where` and `remedy`. The server's own refusals never repeat what
was sent: it may be about somebody's health.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException

from magwise import errors
from magwise.errors import MagwiseError

__all__ = [
    "BAD_JSON",
    "BAD_REQUEST",
    "BUSY",
    "CHANGED",
    "CONFLICT",
    "FAULT",
    "FORBIDDEN",
    "HOST",
    "IF_MATCH",
    "MEDIA_TYPE",
    "NOT_ALLOWED",
    "NOT_FOUND",
    "NOT_SIGNED_IN",
    "OF_ANY",
    "REUSED",
    "STATUSES",
    "TOO_LARGE",
    "TOO_MANY",
    "TOO_SLOW",
    "UNFIT",
    "WRONG_TYPE",
    "Kind",
    "Problem",
    "Refused",
    "of_error",
    "of_http",
    "of_unfit",
    "response_of",
]

MEDIA_TYPE = "application/problem+json"


@dataclass(frozen=True, slots=True)
class Kind:
    """A refusal of the server's own; those of the product are in magwise.errors."""

    name: str
    status: int
    title: str


BAD_REQUEST = Kind("BadRequest", 400, "The request cannot be read")
BAD_JSON = Kind("BadJson", 400, "The body cannot be read")
NOT_SIGNED_IN = Kind("NotSignedIn", 401, "Sign in first")
FORBIDDEN = Kind("Forbidden", 403, "This is not allowed")
NOT_FOUND = Kind("NotFound", 404, "Not found")
NOT_ALLOWED = Kind("MethodNotAllowed", 405, "This cannot be done here")
TOO_SLOW = Kind("TooSlow", 408, "The request took too long to arrive")
CONFLICT = Kind("Conflict", 409, "This is being done already")
CHANGED = Kind("Changed", 412, "It has changed since you read it")
TOO_LARGE = Kind("TooLarge", 413, "The request is too large")
WRONG_TYPE = Kind("WrongType", 415, "The body is of another type")
HOST = Kind("WrongHost", 421, "This server does not answer to that name")
UNFIT = Kind("Unfit", 422, "The request does not fit")
REUSED = Kind("KeyReused", 422, "The idempotency key belongs to another request")
IF_MATCH = Kind("IfMatchNeeded", 428, "Say which version you are changing")
TOO_MANY = Kind("TooMany", 429, "Too many requests")
FAULT = Kind("Fault", 500, "Magwise made a mistake")
BUSY = Kind("Busy", 503, "Too much to do at this moment")

OF_ANY = {
    400: BAD_REQUEST, 401: NOT_SIGNED_IN, 403: FORBIDDEN, 404: NOT_FOUND, 405: NOT_ALLOWED, 408: TOO_SLOW,
    409: CONFLICT, 412: CHANGED, 413: TOO_LARGE, 415: WRONG_TYPE, 421: HOST, 422: UNFIT, 428: IF_MATCH,
    429: TOO_MANY, 500: FAULT, 503: BUSY,
}  # fmt: skip

STATUSES: Mapping[type[MagwiseError], int] = {
    errors.WrongUse: 422,
    errors.NotFound: 404,
    errors.NotAPerson: 422,
    errors.NotALabel: 422,
    errors.TooMuchText: 413,
    errors.BrokenKnowledge: 500,
    errors.OutsideTheModel: 422,
    errors.MissingExtra: 501,
    errors.NotAReceipt: 422,
    errors.NotPoolable: 422,
    errors.NotALog: 422,
    errors.NotAPicture: 422,
    errors.TooLargePicture: 413,
    errors.PictureTookTooLong: 422,
    errors.DiaryTrouble: 503,
    errors.NotAnEntry: 422,
    errors.NotATrial: 409,
    errors.NotABackup: 422,
    MagwiseError: 500,
}


class UnfitPart(BaseModel):
    """One place in the request that does not fit."""

    where: str
    what: str


class Problem(BaseModel):
    """What happened, where, and what to do next (RFC 9457)."""

    model_config = ConfigDict(
        extra="allow"
    )  # a problem may say more, and readers pass over what they do not know

    type: str = Field(description="urn:magwise:error: and the name of the error")
    title: str
    status: int
    detail: str = Field(description="what happened")
    where: str | None = Field(default=None, description="the place in the request or the answer")
    instance: str | None = Field(default=None, description="what the door of the server calls the place")
    remedy: str | None = Field(default=None, description="what to do next")
    errors: list[UnfitPart] | None = Field(
        default=None, description="every place that does not fit, if several"
    )


class Refused(HTTPException):
    """The server does not do this, and says why."""

    def __init__(
        self,
        kind: Kind,
        what: str,
        *,
        where: str | None = None,
        remedy: str | None = None,
        headers: Mapping[str, str] | None = None,
        parts: list[UnfitPart] | None = None,
    ) -> None:
        super().__init__(kind.status, what, dict(headers) if headers else None)
        self.kind, self.where, self.remedy, self.parts = kind, where, remedy, parts


def response_of(problem: Problem, headers: Mapping[str, str] | None = None) -> Response:
    content = json.dumps(problem.model_dump(exclude_none=True), ensure_ascii=False).encode()
    return Response(content, problem.status, dict(headers or {}), media_type=MEDIA_TYPE)


def of_error(error: MagwiseError) -> Problem:
    """An error of the product's in the API's words: the same name, detail and remedy as on the command line."""
    status = next(STATUSES[kind] for kind in type(error).__mro__ if kind in STATUSES)
    return Problem(
        type=f"urn:magwise:error:{type(error).__name__}",
        title=error.title,
        status=status,
        detail=error.what,
        where=error.where,
        remedy=error.remedy,
    )


def of_http(error: HTTPException) -> Problem:
    """Our own refusals, and those of the framework (unknown path, wrong method)."""
    if isinstance(error, Refused):
        kind, what, where, remedy = error.kind, str(error.detail), error.where, error.remedy
        return _problem(kind, what, where, remedy, error.parts)
    kind = OF_ANY.get(error.status_code, Kind("Refused", error.status_code, "This cannot be done"))
    what, remedy = _WORDS.get(error.status_code, (str(error.detail), "See /api/v1/docs for what there is."))
    return _problem(kind, what, None, remedy)


def of_unfit(error: RequestValidationError) -> Problem:
    """A body or parameter of another shape, place by place."""
    parts = [UnfitPart(where=_place(one["loc"]), what=_words(one)) for one in error.errors()[:_MOST_PARTS]]
    first = parts[0] if parts else UnfitPart(where="request", what="it does not fit")
    return _problem(
        UNFIT,
        f"{first.what[:1].upper()}{first.what[1:]}.",
        first.where,
        "See /api/v1/docs for the shape.",
        parts if len(parts) > 1 else None,
    )


def _problem(
    kind: Kind, what: str, where: str | None, remedy: str | None, parts: list[UnfitPart] | None = None
) -> Problem:
    return Problem(
        type=f"urn:magwise:error:{kind.name}",
        title=kind.title,
        status=kind.status,
        detail=what,
        where=where,
        remedy=remedy,
        errors=parts,
    )


_MOST_PARTS = 20
_WORDS = {
    400: ("The request cannot be read.", "Send it again as /api/v1/docs shows it."),
    404: ("There is nothing at this address.", "See /api/v1/docs for what there is."),
    405: ("This address does not take this method.", "The header Allow says which it takes."),
    413: ("The body is larger than anything that is needed here.", "Send less."),
}


def _place(loc: Iterable[int | str]) -> str:
    """('body', 'lines', 3) as 'body, lines 4': people count from one."""
    words: list[str] = []
    for part in loc:
        if isinstance(part, int):
            words[-1:] = [f"{words[-1] if words else 'item'} {part + 1}"]
        else:
            words.append(_short(str(part)))
    return ", ".join(words)


def _words(one: Any) -> str:
    """The library's sentence; it names bounds and types and not what was sent."""
    if one["type"] == "value_error":
        return "this value cannot be read"
    if one["type"] == "extra_forbidden":
        return "there is no such key"
    if one["type"] == "missing":
        return "this is missing"
    return str(one["msg"]).removeprefix("Value error, ").rstrip(".")[:300]


def _short(text: str) -> str:
    plain = "".join(sign if sign.isprintable() else "?" for sign in text)
    return plain if len(plain) <= 60 else plain[:57] + "..."
