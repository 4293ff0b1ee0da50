"""Whose request it is: a random cookie, the draft that belongs to it, and the token that its forms carry.

The cookie is the only thing a browser keeps; nothing personal stands in it or in any URL.
"""

from __future__ import annotations

import datetime
import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Depends, Request
from starlette.datastructures import FormData, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from magwise.adapters.store.places import LOCAL
from magwise.adapters.web.desk import Lent, Place
from magwise.adapters.web.draft import Draft

__all__ = [
    "COOKIE",
    "Form",
    "Sessions",
    "Visit",
    "VisitHere",
    "csrf_of",
    "lent_place",
    "place_of",
    "session_key",
]

COOKIE = "magwise_session"
_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")
_A_YEAR = 365 * 24 * 3600
MOST_FIELDS = 400
LARGEST_FIELD = 1_000_000  # bytes


class Sessions:
    """Gives every browser a random cookie; `scope["state"]["session"]` holds it."""

    def __init__(self, app: ASGIApp, *, secure: bool) -> None:
        self._app = app
        self._secure = secure

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"].startswith(("/static/", "/api/", "/health")):
            await self._app(scope, receive, send)
            return
        given = Request(scope).cookies.get(COOKIE, "")
        known = _TOKEN.fullmatch(given) is not None
        token = given if known else secrets.token_urlsafe(32)
        scope.setdefault("state", {})["session"] = token
        await self._app(scope, receive, send if known else self._with_cookie(send, token))

    def _with_cookie(self, send: Send, token: str) -> Send:
        baker = Response()
        baker.set_cookie(
            COOKIE, token, max_age=_A_YEAR, secure=self._secure, httponly=True, samesite="strict"
        )

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(raw=list(message.get("headers", [])))
                headers.append("set-cookie", baker.headers["set-cookie"])
                message = {**message, "headers": headers.raw}
            await send(message)

        return sending


def place_of(request: Request) -> Place:
    """What this request may touch: the signed-in user's rows, this computer's own, or a place lent to the session.

    The store never learns the cookie itself, so a copy of the database opens no session.
    """
    state = request.app.state
    if state.desk is None or state.lent.holds(session_key(request)):
        return lent_place(request)
    signed_in = getattr(request.state, "owner", None)
    if state.settings.accounts and not signed_in:
        raise HTTPException(403)  # the door asks for a login first; whoever got past it owns nothing here
    return Place(state.desk.store, signed_in or LOCAL)


def lent_place(request: Request) -> Place:
    """A place of this session alone, until the server stops: for the demo, and without a database."""
    lent: Lent = request.app.state.lent
    return lent.place(session_key(request))


def session_key(request: Request) -> str:
    """What the server calls this session: it follows from the cookie, and does not tell it."""
    return hashlib.sha256(request.state.session.encode()).hexdigest()


def csrf_of(request: Request) -> str:
    """The token of this session's forms. It follows from the cookie, so that a restart invalidates no open form."""
    return hashlib.sha256(b"magwise form " + request.state.session.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Visit:
    """One request of one person: what they told so far, and where to keep more."""

    request: Request
    place: Place

    @property
    def owner(self) -> str:
        return self.place.owner

    @property
    def draft(self) -> Draft:
        return self.place.draft

    def page(self, template: str, *, status: int = 200, **values: Any) -> Response:
        """This template for this person, in the manner of their country."""
        from magwise.adapters.web.manner import manner_of
        from magwise.adapters.web.render import page

        draft = values.pop("draft", None) or self.draft
        manner = manner_of(self.request.headers.get("accept-language", ""), draft.country)
        return page(
            self.request, template, status=status, draft=draft, demo=draft.demo, manner=manner, **values
        )

    @property
    def today(self) -> datetime.date:
        today: datetime.date = self.request.app.state.settings.today()
        return today

    def keep(self, draft: Draft) -> None:
        self.place.keep(draft)

    def forget(self) -> None:
        """Nothing that was told is left."""
        self.place.forget()


def _visit(request: Request) -> Visit:
    return Visit(request, place_of(request))


async def _form(request: Request) -> FormData:
    """The form of this request. 403 when it does not carry this session's token."""
    form = await request.form(max_files=4, max_fields=MOST_FIELDS, max_part_size=LARGEST_FIELD)
    if not hmac.compare_digest(str(form.get("csrf", "")).encode(), csrf_of(request).encode()):
        raise HTTPException(403, "form")
    return form


VisitHere = Annotated[Visit, Depends(_visit)]
Form = Annotated[FormData, Depends(_form)]
