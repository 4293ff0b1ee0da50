"""Answers to writes that carried a key: the same request with the same key is answered again, and done once."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from magwise.adapters.store import tables
from magwise.adapters.store.engine import writing

__all__ = ["Replies", "Reply"]

_R = tables.replies.c
KEPT_FOR = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Reply:
    """`status` is None while the first request is still being answered, or was cut off."""

    request_hash: str
    status: int | None
    headers: dict[str, Any]
    body: str
    created: datetime


class Replies:
    def __init__(self, engine: sa.Engine, owner: str) -> None:
        self.engine = engine
        self.owner = owner

    def begin(self, key: str, request_hash: str) -> Reply | None:
        """None: this request is the first with its key, and is to be done. Else what is known of the first."""
        now = datetime.now(UTC)
        with writing(self.engine) as connection:
            connection.execute(
                sa.delete(tables.replies).where(_R.owner == self.owner, _R.created < now - KEPT_FOR)
            )
            found = connection.execute(sa.select(tables.replies).where(*self._mine(key))).mappings().first()
            if found is None:
                try:
                    with connection.begin_nested():
                        connection.execute(
                            sa.insert(tables.replies).values(
                                owner=self.owner, key_hash=_hash(key), request_hash=request_hash, created=now
                            )
                        )
                    return None
                except sa.exc.IntegrityError:  # another one was first at this very moment
                    return Reply(request_hash, None, {}, "", now)
        return Reply(
            found["request_hash"],
            found["status"],
            found["headers"] or {},
            found["body"] or "",
            found["created"],
        )

    def keep(self, key: str, status: int, headers: dict[str, str], body: str) -> None:
        """The answer that this key has from now on."""
        with writing(self.engine) as connection:
            connection.execute(
                sa.update(tables.replies)
                .where(*self._mine(key))
                .values(status=status, headers=headers, body=body)
            )

    def forget(self, key: str) -> None:
        """Nothing was done, so the key is free again."""
        with writing(self.engine) as connection:
            connection.execute(sa.delete(tables.replies).where(*self._mine(key)))

    def _mine(self, key: str) -> tuple[sa.ColumnElement[bool], ...]:
        return _R.owner == self.owner, _R.key_hash == _hash(key)


def _hash(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()
