"""The door: what every request must pass, and what every response must carry.

Comes in: any request. Refused are unknown Host names (DNS rebinding), writes from other origins, and bodies that
are too large. Goes out: a response with a strict Content-Security-Policy, never cached when personal. The log holds
method, route, status and time: no path parameter, query, body, address or header.
"""

from __future__ import annotations

import logging
import time
import traceback
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from magwise.adapters.web.settings import Settings

__all__ = ["CONTENT_SECURITY_POLICY", "Guard", "log"]

log = logging.getLogger("magwise.web")

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_ALWAYS = {
    "content-security-policy": CONTENT_SECURITY_POLICY,
    "x-content-type-options": "nosniff",
    # not `no-referrer`: with that, browsers send `Origin: null` on our own forms, and the check below could not
    # tell them from a stranger's. Nothing leaves the site either way, and no URL here holds anything personal.
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(self), microphone=(), geolocation=(), interest-cohort=()",
}
_WRITES = frozenset({"POST", "PUT", "PATCH", "DELETE"})

Refuse = Callable[[Scope, int, str], Awaitable[ASGIApp]]


class Guard:
    """Wraps the whole app. `refused(scope, status, why)` gives the response for what is not let in."""

    def __init__(self, app: ASGIApp, *, settings: Settings, refused: Callable[..., ASGIApp]) -> None:
        self._app = app
        self._settings = settings
        self._refused = refused

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began = time.perf_counter()
        answer = _Answer(send)
        try:
            await self._admit(scope, receive, answer)
        except Exception as error:
            # the message of an error may hold what somebody typed: only where it happened is logged
            log.error("failed: %s at %s", type(error).__name__, _place(error))
            if answer.status is None:
                await self._refused(scope, 500, "")(scope, receive, answer)
        finally:
            if not self._settings.quiet:
                spent = 1000 * (time.perf_counter() - began)
                log.info("%s %s %s %.0f ms", scope["method"], _route(scope), answer.status, spent)

    async def _admit(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = Headers(scope=scope)
        if not _known_host(headers, self._settings.names):
            await self._refused(scope, 421, "host")(scope, receive, send)
        elif scope["method"] in _WRITES and not _own_origin(headers):
            await self._refused(scope, 403, "origin")(scope, receive, send)
        elif _declared(headers) > (most := self._most(scope)):
            await self._refused(scope, 413, "size")(scope, receive, send)
        else:
            await self._app(scope, _counted(receive, most), send)

    def _most(self, scope: Scope) -> int:
        if scope["path"].startswith(self._settings.upload_paths):
            return self._settings.largest_upload
        return self._settings.largest_body


class _Answer:
    """Adds the headers that every response carries, and remembers the status."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self.status: int | None = None

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            headers = MutableHeaders(raw=list(message.get("headers", [])))
            for name, value in _ALWAYS.items():
                headers.setdefault(name, value)
            headers.setdefault("cache-control", "no-store")
            message = {**message, "headers": headers.raw}
        await self._send(message)


def _known_host(headers: Headers, names: tuple[str, ...]) -> bool:
    given = headers.getlist("host")
    if len(given) != 1:
        return False
    try:
        name = urlsplit(f"//{given[0]}").hostname
    except ValueError:
        return False
    return name is not None and name.lower() in names


def _own_origin(headers: Headers) -> bool:
    """A write comes from a page of this very server, or from a program that is no browser."""
    origin, fetched_from = headers.get("origin"), headers.get("sec-fetch-site")
    if origin is not None:
        return urlsplit(origin).netloc.lower() == headers["host"].lower()
    return fetched_from in (None, "same-origin", "none")


def _declared(headers: Headers) -> int:
    length = headers.get("content-length", "0")
    return int(length) if length.isascii() and length.isdigit() else 0


def _counted(receive: Receive, most: int) -> Receive:
    """The same body; 413 as soon as more of it has come than may."""
    taken = 0

    async def counting() -> Message:
        nonlocal taken
        message = await receive()
        taken += len(message.get("body", b""))
        if taken > most:
            raise HTTPException(413)
        return message

    return counting


def _route(scope: Scope) -> str:
    """The pattern of the route, never the path that was asked for."""
    route: Any = scope.get("route")
    return str(getattr(route, "path", "-"))


def _place(error: BaseException) -> str:
    frames = traceback.extract_tb(error.__traceback__)[-4:]
    return " < ".join(f"{frame.name}:{frame.lineno}" for frame in reversed(frames)) or "?"
