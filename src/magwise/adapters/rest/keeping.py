"""Routes that keep something: whose it is, and writes that are done once however often they are sent.

A write may carry `Idempotency-Key`. The first request with a key is done and its answer kept for a day; the same
request again gets that answer; another request with the same key is refused; one that comes while the first is still
being answered is told to wait.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Coroutine
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Request, Response
from fastapi.concurrency import run_in_threadpool

from magwise.adapters.rest.problems import BAD_REQUEST, CONFLICT, REUSED, Refused
from magwise.adapters.rest.routing import StrictRequest, StrictRoute
from magwise.adapters.store import LOCAL
from magwise.adapters.store.store import Store

__all__ = ["Key", "Owner", "StoreHere", "keeping_router_of", "owner_of"]

_KEY = "idempotency-key"
_LONGEST_KEY = 200
_REPEATED = ("etag", "location", "link", "content-type")
_WRITES = frozenset({"POST", "PUT", "PATCH", "DELETE"})


def owner_of(request: Request) -> str:
    """Whose rows this request may see: the account that is signed in, or this computer's user."""
    return str(getattr(request.state, "owner", LOCAL))


def _store(request: Request) -> Store:
    store: Store = request.app.state.parts.store
    return store


Owner = Annotated[str, Depends(owner_of)]
StoreHere = Annotated[Store, Depends(_store)]


class _KeepingRoute(StrictRoute):
    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        inner = super().get_route_handler()

        async def handler(request: Request) -> Response:
            key = request.headers.get(_KEY)
            if key is None or request.method not in _WRITES:
                return await inner(request)
            return await _once(key, StrictRequest(request.scope, request.receive), inner)

        return handler


async def _once(
    key: str, request: StrictRequest, inner: Callable[[Request], Coroutine[Any, Any, Response]]
) -> Response:
    if not 1 <= len(key) <= _LONGEST_KEY or not key.isascii() or not key.isprintable():
        raise Refused(
            BAD_REQUEST,
            f"An idempotency key has 1 to {_LONGEST_KEY} plain characters.",
            where="header Idempotency-Key",
            remedy="Send a fresh UUID with each new write.",
        )
    replies = request.app.state.parts.store.replies(owner_of(request))
    asked = await _fingerprint(request)
    first = await run_in_threadpool(replies.begin, key, asked)
    if first is not None:
        return _again(first, asked)
    try:
        response = await inner(request)
    except BaseException:
        await run_in_threadpool(replies.forget, key)  # nothing was done, so the key is free again
        raise
    headers = {name: value for name, value in response.headers.items() if name in _REPEATED}
    await run_in_threadpool(replies.keep, key, response.status_code, headers, bytes(response.body).decode())
    return response


def _again(first: Any, asked: str) -> Response:
    if first.request_hash != asked:
        raise Refused(
            REUSED,
            "This key came with another request before.",
            where="header Idempotency-Key",
            remedy="Send a fresh key with each new write.",
        )
    if first.status is None:
        raise Refused(
            CONFLICT,
            "The first request with this key is still being answered, or was cut off.",
            where="header Idempotency-Key",
            remedy="Try again in a moment; if it stays so, look whether it was done before sending it with a new key.",
            headers={"Retry-After": "2"},
        )
    headers = {**first.headers, "Idempotency-Replayed": "true"}
    return Response(first.body, status_code=first.status, headers=headers)


async def _fingerprint(request: StrictRequest) -> str:
    digest = hashlib.sha256()
    parts = (request.method, request.url.path, request.url.query, request.headers.get("if-match", ""))
    for part in (*(part.encode() for part in parts), await request.body()):
        digest.update(len(part).to_bytes(8, "big") + part)
    return digest.hexdigest()


def _key_header(
    idempotency_key: Annotated[
        str | None,
        Header(
            max_length=_LONGEST_KEY,
            pattern="^[ -~]+$",
            description="The same write with the same key is done once. A fresh UUID is a good key.",
        ),
    ] = None,
) -> None:
    return None


def keeping_router_of(tag: str) -> APIRouter:
    """A router whose writes may carry a key."""
    return APIRouter(route_class=_KeepingRoute, tags=[tag])


Key = Depends(_key_header)
