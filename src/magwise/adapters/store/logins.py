"""Who is signed in. Tokens are random and kept as hashes; a login ends by time, by idleness, or when it is revoked."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa

from magwise.adapters.store import tables
from magwise.adapters.store.engine import reading, writing

__all__ = ["Login", "Logins"]

_L = tables.logins.c
_NOTED_EVERY = timedelta(minutes=5)
MOST = 50  # logins of one account at a time; the oldest make room


@dataclass(frozen=True, slots=True)
class Login:
    owner: str
    created: datetime
    seen: datetime
    ends: datetime


class Logins:
    def __init__(self, engine: sa.Engine) -> None:
        self.engine = engine

    def begin(self, token: str, owner: str, *, lasts: timedelta, now: datetime | None = None) -> Login:
        """From now on this token speaks for this account. Raises IntegrityError when there is no such account."""
        now = now or datetime.now(UTC)
        login = Login(owner, now, now, now + lasts)
        with writing(self.engine) as connection:
            connection.execute(sa.delete(tables.logins).where(_L.ends <= now))
            connection.execute(
                sa.insert(tables.logins).values(
                    token_hash=_hash(token), owner=owner, created=now, seen=now, ends=login.ends
                )
            )
            newest = sa.select(_L.token_hash).where(_L.owner == owner).order_by(_L.created.desc()).limit(MOST)
            kept = connection.execute(newest).scalars().all()
            connection.execute(sa.delete(tables.logins).where(_L.owner == owner, _L.token_hash.not_in(kept)))
        return login

    def of(self, token: str, *, idle: timedelta, now: datetime | None = None) -> Login | None:
        """Whose token this is; None when it is nobody's, or its time is up, or it was not used for long."""
        now = now or datetime.now(UTC)
        with reading(self.engine) as connection:
            row = connection.execute(
                sa.select(_L.owner, _L.created, _L.seen, _L.ends).where(_L.token_hash == _hash(token))
            ).first()
        if row is None:
            return None
        login = Login(*row)
        if now >= login.ends or now - login.seen >= idle:
            self.end(token)
            return None
        if now - login.seen >= _NOTED_EVERY:
            with writing(self.engine) as connection:
                connection.execute(
                    sa.update(tables.logins).where(_L.token_hash == _hash(token)).values(seen=now)
                )
        return login

    def end(self, token: str) -> bool:
        """The token speaks for nobody. False when it did so already."""
        with writing(self.engine) as connection:
            gone = connection.execute(sa.delete(tables.logins).where(_L.token_hash == _hash(token)))
            return gone.rowcount > 0

    def end_all(self, owner: str) -> int:
        """Every login of this account is over; how many there were."""
        with writing(self.engine) as connection:
            return connection.execute(sa.delete(tables.logins).where(_L.owner == owner)).rowcount


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", errors="replace")).hexdigest()
