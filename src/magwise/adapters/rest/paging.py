"""Long lists in pages: an opaque cursor says where the next page begins, and `Link` names its address."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Annotated, Generic, TypeVar

from fastapi import Query, Request, Response

from magwise.adapters.rest.problems import BAD_REQUEST, Refused

__all__ = ["Cursor", "Limit", "Page", "cursor_of", "key_of", "linked", "page_of"]

One = TypeVar("One")

MOST = 200
Limit = Annotated[int, Query(ge=1, le=MOST, description="how many at most")]
Cursor = Annotated[str | None, Query(max_length=200, description="`next` of the page before")]


@dataclass(frozen=True, slots=True)
class Page(Generic[One]):
    items: Sequence[One]
    next: str | None


def cursor_of(key: str) -> str:
    """The key of the last item shown, in an alphabet that needs no escaping."""
    return base64.urlsafe_b64encode(key.encode()).decode().rstrip("=")


def key_of(cursor: str | None) -> str | None:
    """What `cursor_of` was given. Raises Refused for anything else."""
    if cursor is None:
        return None
    try:
        raw = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        return raw.decode()
    except (binascii.Error, ValueError):
        raise Refused(
            BAD_REQUEST,
            "This cursor is none of ours.",
            where="query, cursor",
            remedy="Take `next` from the page before, or leave it out.",
        ) from None


def page_of(every: Sequence[One], name: Callable[[One], str], limit: int, cursor: str | None) -> Page[One]:
    """The items after the cursor's; an item that is gone since ends the list, and nothing comes twice."""
    after = key_of(cursor)
    start = 0
    if after is not None:
        start = next((at + 1 for at, one in enumerate(every) if name(one) == after), len(every))
    items = every[start : start + limit]
    more = start + limit < len(every)
    return Page(items, cursor_of(name(items[-1])) if more and items else None)


def linked(request: Request, response: Response, next_cursor: str | None, limit: int) -> None:
    """Name the next page in the header (RFC 8288), as a path on this server."""
    if next_cursor is not None:
        response.headers["Link"] = f'<{request.url.path}?limit={limit}&cursor={next_cursor}>; rel="next"'
