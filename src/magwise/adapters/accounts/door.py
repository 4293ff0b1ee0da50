"""The door: who may come in, how often, and how slowly a body may arrive.

Stands around pages and API alike. With accounts, whoever is not signed in sees the page that asks for it, or 401;
`scope["state"]["owner"]` names the account from there on. Without accounts everything belongs to this computer's user.
"""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Callable

from fastapi import Request
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from magwise.adapters.accounts.signing_in import SigningIn
from magwise.adapters.accounts.throttle import Throttle

__all__ = ["LOGIN_COOKIE", "Door", "token_of"]

LOGIN_COOKIE = "magwise_login"
_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")
_OPEN = ("/login", "/health", "/health/live", "/health/ready", "/api/v1/session")  # before signing in
_OPEN_FOLDERS = ("/static/",)
_WRITES = frozenset({"POST", "PUT", "PATCH", "DELETE"})

FIRST_S = 20.0  # seconds for the first bytes of a body
SLOWEST = 20_000  # bytes a second, on the average, from then on

Refuse = Callable[[Scope, int, str, dict[str, str]], ASGIApp]


class Door:
    """`signing_in` is None where no accounts are asked for. `refused(scope, status, what, headers)` answers."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        refused: Refuse,
        signing_in: Callable[[], SigningIn] | None,
        throttle: Throttle,
    ) -> None:
        self._app, self._refused, self._signing_in, self._throttle = app, refused, signing_in, throttle

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        answer = await self._not_let_in(scope)
        if answer is not None:
            await answer(scope, receive, send)
            return
        arriving = _Arriving(receive)
        begun = _Begun(send)
        try:
            await self._app(scope, arriving, begun)
        except _TooSlow:
            if begun.yes:
                raise ConnectionResetError("the body stopped coming") from None
            slow = self._refused(scope, 408, "The body stopped coming.", {"Connection": "close"})
            await slow(scope, receive, send)

    async def _not_let_in(self, scope: Scope) -> ASGIApp | None:
        """The answer for whoever may not come in; None for whoever may."""
        who = _place(scope)
        if self._signing_in is not None:
            token = token_of(scope)
            signing_in = self._signing_in()
            login = await run_in_threadpool(signing_in.whose, token) if token else None
            if login is not None:
                scope.setdefault("state", {})["owner"] = login.owner
                who = login.owner
                if _needs_origin(scope):
                    return self._refused(scope, 403, "A write with a cookie needs the header Origin.", {})
            elif not _is_open(scope["path"]):
                return self._ask(scope)
        wait = self._throttle.wait_s(who)
        if wait and not scope["path"].startswith("/health"):
            return self._refused(scope, 429, "Too many requests.", {"Retry-After": str(wait)})
        return None

    def _ask(self, scope: Scope) -> ASGIApp:
        if scope["path"].startswith("/api/") or scope["method"] not in {"GET", "HEAD"}:
            what = "This server answers only those who are signed in."
            return self._refused(scope, 401, what, {"WWW-Authenticate": 'Bearer realm="Magwise"'})
        return RedirectResponse("/login", status_code=303, headers={"Cache-Control": "no-store"})


def token_of(scope: Scope) -> str | None:
    """The token of this request: a bearer's (programs), else the cookie's (browsers)."""
    kind, _, bearer = Headers(scope=scope).get("authorization", "").partition(" ")
    token = bearer.strip() if kind.lower() == "bearer" else Request(scope).cookies.get(LOGIN_COOKIE, "")
    return token if _TOKEN.fullmatch(token) else None


def _needs_origin(scope: Scope) -> bool:
    """Browsers name the page that a write comes from; a cookie that comes without it was sent by something else."""
    headers = Headers(scope=scope)
    by_cookie = not headers.get("authorization", "").lower().startswith("bearer ")
    return by_cookie and scope["method"] in _WRITES and "origin" not in headers


def _is_open(path: str) -> bool:
    return path in _OPEN or (path.startswith(_OPEN_FOLDERS) and ".." not in path)


def _place(scope: Scope) -> str:
    """Where a request comes from. What a proxy says of it is not believed: anybody could say it."""
    client = scope.get("client")
    return f"place:{client[0]}" if client else "place:?"


class _TooSlow(HTTPException):
    """Whatever reads the body passes it on, as any refusal."""

    def __init__(self) -> None:
        super().__init__(408, "The body stopped coming.", {"Connection": "close"})


class _Arriving:
    """The body as it comes, if it comes: a client that holds a connection without sending is let go."""

    def __init__(self, receive: Receive) -> None:
        self._receive = receive
        self._began: float | None = None
        self._taken = 0
        self._whole = False

    async def __call__(self) -> Message:
        if self._whole:
            return await self._receive()
        now = time.monotonic()
        self._began = self._began or now
        left = self._began + FIRST_S + self._taken / SLOWEST - now
        try:
            message = await asyncio.wait_for(self._receive(), max(left, 0.01))
        except TimeoutError:
            raise _TooSlow from None
        self._taken += len(message.get("body", b""))
        self._whole = not message.get("more_body", False)
        return message


class _Begun:
    def __init__(self, send: Send) -> None:
        self._send = send
        self.yes = False

    async def __call__(self, message: Message) -> None:
        self.yes = True
        await self._send(message)
