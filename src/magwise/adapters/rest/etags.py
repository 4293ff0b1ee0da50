"""Versions of what is kept: a client that has the newest is told so, and one that has an old one changes nothing."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from fastapi import Request

from magwise.adapters.rest.problems import CHANGED, IF_MATCH, Refused

__all__ = ["etag_of", "is_known", "must_match"]


def etag_of(*parts: str | bytes) -> str:
    """A strong tag: the same parts, the same tag."""
    digest = hashlib.sha256()
    for part in parts:
        raw = part.encode() if isinstance(part, str) else part
        digest.update(len(raw).to_bytes(8, "big") + raw)
    return f'"{digest.hexdigest()[:32]}"'


def is_known(request: Request, tag: str) -> bool:
    """Whether the client holds this version already (If-None-Match, compared weakly as RFC 9110 wants)."""
    return any(one in {"*", tag} for one in _tags(request, "if-none-match", weak=True))


def must_match(request: Request, tag: str, *, needed: bool) -> None:
    """Raises Refused when the client would change another version than it has seen."""
    given = list(_tags(request, "if-match", weak=False))
    if not given:
        if needed:
            raise Refused(
                IF_MATCH,
                "A change needs the header If-Match.",
                where="header If-Match",
                remedy="Read it first and send its ETag; `If-Match: *` changes whatever is there.",
            )
        return
    if tag not in given and "*" not in given:
        raise Refused(
            CHANGED,
            "Somebody changed it since you read it, so nothing was changed.",
            where="header If-Match",
            remedy="Read it again, and repeat the change if it is still wanted.",
        )


def _tags(request: Request, name: str, *, weak: bool) -> Iterator[str]:
    for line in request.headers.getlist(name):
        for one in line.split(","):
            tag = one.strip()
            if weak:
                tag = tag.removeprefix("W/")
            if tag:
                yield tag
