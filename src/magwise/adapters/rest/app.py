"""The API as an app of its own: its routes, its refusals, its description."""

from __future__ import annotations

import logging
import traceback
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.openapi.utils import get_openapi
from starlette.exceptions import HTTPException
from starlette.routing import Match
from starlette.types import ASGIApp, Message, Receive, Scope, Send

import magwise
from magwise.adapters.rest import problems
from magwise.adapters.rest.docs_page import add_docs
from magwise.adapters.rest.routes import routers
from magwise.errors import MagwiseError

__all__ = ["api_of", "description_of"]

log = logging.getLogger("magwise.api")

ABOUT = """Reads magnesium labels, checks them against a person, plans a dose and a day, and says what to expect. It
is general education, not medical advice: show `red_flags` and `disclaimer` wherever you show an answer, and
`could_not_check` wherever you show `findings`.

The same engine as the command line: `POST /plan` gives the bytes of `magwise plan --json`. Shapes only grow. Refusals
are problem details (RFC 9457) with `remedy`, what to do next. Nothing about a person ever stands in an address."""


def api_of(outer: FastAPI) -> FastAPI:
    """The API, with the settings and the parts of the server around it."""
    api = FastAPI(
        title="Magwise",
        version=magwise.__version__,
        summary="From a magnesium label to a decision you can check.",
        description=ABOUT,
        docs_url=None,  # the ready-made pages load scripts from elsewhere
        redoc_url=None,
        openapi_url=None,
        redirect_slashes=False,
        exception_handlers={
            HTTPException: _on_http,
            RequestValidationError: _on_unfit,
            MagwiseError: _on_error,
        },
    )
    api.state.settings = outer.state.settings
    api.state.outer = outer
    api.state.parts = outer.state.parts
    for router in routers():
        api.include_router(router)
    add_docs(api)
    api.openapi = lambda: description_of(api)  # type: ignore[method-assign]
    api.add_middleware(_Quiet)
    return api


def description_of(api: FastAPI) -> dict[str, Any]:
    """OpenAPI 3.1, with the shape of problems, made once."""
    if api.openapi_schema is None:
        made = get_openapi(
            title=api.title,
            version=api.version,
            summary=api.summary,
            description=api.description,
            routes=api.routes,
            servers=[{"url": "/api/v1"}],
        )
        shapes = made.setdefault("components", {}).setdefault("schemas", {})
        shapes["Problem"] = _inlined(problems.Problem.model_json_schema(mode="serialization"))
        for unused in ("HTTPValidationError", "ValidationError"):
            shapes.pop(unused, None)
        api.openapi_schema = made
    return api.openapi_schema


def _inlined(schema: dict[str, Any]) -> dict[str, Any]:
    """The same schema with its one inner shape written out."""
    inner = schema.pop("$defs", {})
    text = schema["properties"]["errors"]
    text["anyOf"][0]["items"] = next(iter(inner.values()))
    return schema


class _Quiet:
    """An error that nobody foresaw becomes a problem; its message, which may hold what somebody told, goes nowhere."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        begun = False

        async def sending(message: Message) -> None:
            nonlocal begun
            begun = begun or message["type"] == "http.response.start"
            await send(message)

        try:
            await self._app(scope, receive, sending)
        except Exception as error:
            log.error("failed: %s at %s", type(error).__name__, _place(error))
            if begun:
                raise ConnectionResetError("the answer was cut off") from None
            fault = problems.of_http(
                problems.Refused(
                    problems.FAULT,
                    "Something went wrong on our side.",
                    remedy="Try again; if it happens twice, please report it without your own data.",
                )
            )
            await problems.response_of(fault)(scope, receive, send)


async def _on_http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101 - registered for it
    headers = dict(error.headers or {})
    if error.status_code == 405:
        headers["Allow"] = ", ".join(_allowed(request)) or headers.get("Allow", "")
    return problems.response_of(problems.of_http(error), headers)


async def _on_unfit(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)  # noqa: S101
    return problems.response_of(problems.of_unfit(error))


async def _on_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, MagwiseError)  # noqa: S101
    return problems.response_of(problems.of_error(error))


def _allowed(request: Request) -> list[str]:
    """Every method of this address; the framework names those of the first route only."""
    found: set[str] = set()
    for router in routers():
        for route in router.routes:
            match, _ = route.matches(request.scope)
            if match is not Match.NONE:
                found |= set(getattr(route, "methods", None) or ())
    return sorted(found)


def _place(error: BaseException) -> str:
    frames = traceback.extract_tb(error.__traceback__)[-4:]
    return " < ".join(f"{frame.name}:{frame.lineno}" for frame in reversed(frames)) or "?"
