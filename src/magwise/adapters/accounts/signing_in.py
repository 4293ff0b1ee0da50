"""Name and password -> a token that speaks for the account. Tries are counted by name and by place."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from magwise.adapters.accounts import passwords
from magwise.adapters.accounts.throttle import Throttle

if TYPE_CHECKING:
    from magwise.adapters.store.logins import Login
    from magwise.adapters.store.store import Store

__all__ = ["IDLE", "LASTS", "Signed", "SigningIn", "TooMany"]

LASTS = timedelta(days=14)  # of a login, whatever happens
IDLE = timedelta(days=3)  # without a request
_LONGEST_NAME = 200


class TooMany(Exception):
    """Too many tries: `wait_s` says when the next one is looked at."""

    def __init__(self, wait_s: int) -> None:
        super().__init__(wait_s)
        self.wait_s = wait_s


@dataclass(frozen=True, slots=True)
class Signed:
    token: str
    owner: str
    name: str
    ends: datetime


class SigningIn:
    """Shared by threads. A name that does not exist and a wrong password are answered alike, and as slowly."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._by_name = Throttle(per_second=1 / 30, burst=8)
        self._by_place = Throttle(per_second=1 / 5, burst=30)

    def try_it(self, name: str, password: str, place: str) -> Signed | None:
        """None: wrong. Raises TooMany."""
        known = name.strip()[:_LONGEST_NAME].casefold()
        wait = max(self._by_place.wait_s(place), self._by_name.wait_s(known))
        if wait:
            raise TooMany(wait)
        account = self._account(name)
        right = passwords.is_right(password, account.password_hash if account else None)
        if account is None or not right:
            return None
        self._by_name.forgive(known)
        token = secrets.token_urlsafe(32)
        login = self._store.logins().begin(token, account.id, lasts=LASTS)
        return Signed(token, account.id, account.name, login.ends)

    def wait_s(self, name: str) -> int:
        """Counts one more try for this name; 0, or the seconds until the next one is looked at."""
        return self._by_name.wait_s(name.strip()[:_LONGEST_NAME].casefold())

    def whose(self, token: str) -> Login | None:
        return self._store.logins().of(token, idle=IDLE)

    def end(self, token: str) -> None:
        self._store.logins().end(token)

    def _account(self, name: str):  # type: ignore[no-untyped-def]  # its type would import SQLAlchemy
        from magwise.errors import WrongUse

        try:
            return self._store.accounts().named(passwords.checked_name(name))
        except WrongUse:
            return None
