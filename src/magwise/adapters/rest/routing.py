"""What every route of the API has in common: bodies are read strictly, and refusals are documented."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Coroutine, Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response
from fastapi.routing import APIRoute
from pydantic import BaseModel

from magwise.adapters.rest.problems import MEDIA_TYPE, OF_ANY, TOO_LARGE, UNFIT, WRONG_TYPE, Problem, Refused
from magwise.adapters.rest.strict_json import parsed

__all__ = [
    "LARGEST_JSON",
    "StrictRequest",
    "StrictRoute",
    "Today",
    "TodayGiven",
    "given_json",
    "plain_json",
    "refusals",
    "router_of",
]


LARGEST_JSON = 2_000_000  # bytes; a person file with forty labels has about 60,000


LARGEST_BACKUP = 25_000_000


class StrictRequest(Request):
    """A request whose JSON is read by `strict_json`, and never more of it than LARGEST_JSON."""

    async def body(self) -> bytes:
        if not hasattr(self, "_body"):
            parts, taken = [], 0
            async for part in self.stream():
                taken += len(part)
                if taken > (most := _most(self)):
                    raise Refused(
                        TOO_LARGE,
                        f"The body has more than {most // 1_000_000} MB.",
                        where="body",
                        remedy="A person file is a page of text. Send less.",
                    )
                parts.append(part)
            self._body = b"".join(parts)
        return self._body

    async def json(self) -> Any:
        if not hasattr(self, "_strict"):
            self._strict = parsed(await self.body())
        return self._strict


def _most(request: Request) -> int:
    """A backup of years is larger than any other body."""
    return LARGEST_BACKUP if request.scope["path"].endswith("/everything") else LARGEST_JSON


class StrictRoute(APIRoute):
    """A route whose JSON body can be understood in one way only, and says so when it is no JSON at all."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        inner = super().get_route_handler()
        wants = _wanted(self)

        async def handler(request: Request) -> Response:
            if wants is not None:
                _check_type(request, wants)
            if not isinstance(request, StrictRequest):
                request = StrictRequest(request.scope, request.receive)
            return await inner(request)

        return handler


def router_of(tag: str) -> APIRouter:
    """A router of this part of the API."""
    return APIRouter(route_class=StrictRoute, tags=[tag])


def refusals(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """These refusals, and those that every route can give, for the description of the API."""
    every = sorted({*statuses, *_ANY})
    return {
        status: {
            "description": OF_ANY[status].title if status in OF_ANY else "An optional part is not installed",
            "content": {MEDIA_TYPE: {"schema": {"$ref": f"#/components/schemas/{Problem.__name__}"}}},
        }
        for status in every
    }


_ANY = (400, 401, 403, 413, 421, 422, 429)


def _wanted(route: APIRoute) -> str | None:
    """The kind of body that this route takes; None where it takes none."""
    from fastapi import params

    if route.body_field is None:
        return None  # a body that nobody reads is not looked at
    return (
        "multipart/form-data" if isinstance(route.body_field.field_info, params.Form) else "application/json"
    )


def _check_type(request: Request, wanted: str) -> None:
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != wanted and not (wanted == "application/json" and kind.endswith("+json")):
        raise Refused(
            WRONG_TYPE,
            f"This takes {wanted}.",
            where="header Content-Type",
            remedy=f"Send Content-Type: {wanted}.",
            headers={"Accept-Post": wanted} if request.method == "POST" else None,
        )


TodayGiven = Annotated[
    str | None,
    Query(
        alias="today",
        pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$",
        description="Answer as if it were this day (2026-11-22). Default: today, by the server's clock.",
    ),
]


def _today(request: Request, today: TodayGiven = None) -> datetime.date:
    if today is None:
        now: datetime.date = request.app.state.settings.today()
        return now
    try:
        day = datetime.date.fromisoformat(today)
    except ValueError:
        day = datetime.date.min
    if not _FIRST <= day <= _LAST:
        raise Refused(
            UNFIT,
            "This is not a day that can be answered for.",
            where="query, today",
            remedy="Write it like 2026-11-22.",
        )
    return day


_FIRST, _LAST = datetime.date(1990, 1, 1), datetime.date(2200, 1, 1)


Today = Annotated[datetime.date, Depends(_today)]


def given_json(text: str, headers: Mapping[str, str] | None = None) -> Response:
    """This JSON text as the answer, byte for byte as the command line prints it."""
    return Response(text, media_type="application/json", headers=dict(headers or {}))


def plain_json(value: Any, headers: Mapping[str, str] | None = None) -> Response:
    """This value as the answer, with the numbers that `--json` prints."""
    import json

    if isinstance(value, BaseModel):
        value = value.model_dump(mode="json", by_alias=True)
    return given_json(json.dumps(value, ensure_ascii=False, allow_nan=False), headers)
