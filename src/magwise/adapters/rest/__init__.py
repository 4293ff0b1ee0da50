"""The REST API under /api/v1: everything the product does, as JSON. It talks, and decides nothing.

`install(app)` mounts it into the server's app; the same functions answer here and on the command line, so that the two
cannot disagree. The address holds the version: under it fields and routes are only ever added.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

from fastapi import FastAPI, Request, Response

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Scope

    from magwise.adapters.rest.parts import Parts

__all__ = ["PREFIX", "install"]

PREFIX = "/api/v1"


def install(app: FastAPI) -> None:
    """Everything under PREFIX is answered by the API from here on, and the door of accounts stands before all pages."""
    from magwise.adapters.accounts.door import Door
    from magwise.adapters.accounts.throttle import Throttle
    from magwise.adapters.rest.app import api_of
    from magwise.adapters.rest.parts import Parts

    settings = app.state.settings
    app.state.parts = parts = Parts(settings, getattr(app.state, "eye", None))
    app.state.api = api_of(app)
    app.mount(PREFIX, app.state.api, name="api")
    app.add_api_route("/health/live", _live, include_in_schema=False)
    app.add_api_route("/health/ready", _ready, include_in_schema=False)
    app.router.lifespan_context = _closing(parts, app.router.lifespan_context)
    app.add_middleware(
        Door,
        refused=_refused,
        signing_in=(lambda: parts.signing_in) if settings.accounts else None,
        throttle=Throttle(per_second=settings.requests_per_second, burst=4 * settings.requests_per_second),
    )


def _closing(parts: Parts, inner: Any) -> Any:
    """The same life of the server, with our parts closed at its end."""

    @asynccontextmanager
    async def life(app: FastAPI) -> AsyncIterator[Any]:
        async with inner(app) as state:
            try:
                yield state
            finally:
                parts.close()

    return life


def _live() -> Response:
    """The program answers."""
    return Response('{"status": "ok"}', media_type="application/json")


def _ready(request: Request) -> Response:
    """It answers, and its database does."""
    from magwise.errors import MagwiseError

    try:
        request.app.state.parts.ask_the_database()
    except MagwiseError:
        return Response('{"status": "no database"}', status_code=503, media_type="application/json")
    return _live()


def _refused(scope: Scope, status: int, what: str, headers: dict[str, str]) -> ASGIApp:
    """What the door answers: a problem to programs, a page to people."""
    from magwise.adapters.rest import problems

    if scope["path"].startswith("/api/"):
        refused = problems.Refused(problems.OF_ANY[status], what, remedy=_NEXT.get(status))
        return problems.response_of(problems.of_http(refused), headers)
    from magwise.adapters.web.problems import refused as page

    return _With(page(scope, status, ""), headers)


class _With:
    """The same answer with these headers."""

    def __init__(self, app: ASGIApp, headers: dict[str, str]) -> None:
        self._app, self._headers = app, headers

    async def __call__(self, scope, receive, send):  # type: ignore[no-untyped-def]
        from starlette.datastructures import MutableHeaders

        async def sending(message):  # type: ignore[no-untyped-def]
            if message["type"] == "http.response.start":
                raw = MutableHeaders(raw=list(message.get("headers", [])))
                raw.update(self._headers)
                message = {**message, "headers": raw.raw}
            await send(message)

        await self._app(scope, receive, sending)


_NEXT = {
    401: "POST /api/v1/session with name and password gives a token; send it as Authorization: Bearer.",
    403: "Send Authorization: Bearer, or the write from a page of this server.",
    408: "Send the whole body without pauses.",
    429: "Wait for the seconds in the header Retry-After.",
}
