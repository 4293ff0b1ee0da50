"""Whose rows they are. One account is always there: LOCAL, without a password."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import UTC, datetime

import sqlalchemy as sa

from magwise.adapters.store import tables
from magwise.adapters.store.engine import reading, writing
from magwise.adapters.store.places import LOCAL
from magwise.errors import NotFound, WrongUse

__all__ = ["Account", "Accounts"]

_A = tables.accounts.c


@dataclass(frozen=True, slots=True)
class Account:
    """`id` is what other rows belong to; `password_hash` is whatever the web app's hasher wrote."""

    id: str
    name: str
    password_hash: str | None
    created: datetime


class Accounts:
    def __init__(self, engine: sa.Engine) -> None:
        self.engine = engine

    def add(self, name: str, password_hash: str | None = None) -> Account:
        """Raises WrongUse when the name is taken (LOCAL's own name always is)."""
        id = uuid.uuid4().hex
        try:
            with writing(self.engine) as connection:
                connection.execute(
                    sa.insert(tables.accounts).values(
                        id=id, name=name, password_hash=password_hash, created=datetime.now(UTC)
                    )
                )
        except sa.exc.IntegrityError:
            raise WrongUse(
                "There is an account of this name already.", remedy="Choose another name."
            ) from None
        return self.get(id)

    def get(self, id: str) -> Account:
        """Raises NotFound."""
        found = self._where(_A.id == id)
        if found is None:
            raise NotFound("There is no such account.")
        return found

    def named(self, name: str) -> Account | None:
        return self._where(_A.name == name)

    def all(self) -> list[Account]:
        with reading(self.engine) as connection:
            rows = connection.execute(sa.select(tables.accounts).order_by(_A.created, _A.name))
            return [Account(*row) for row in rows]

    def set_password(self, id: str, password_hash: str | None) -> None:
        """Raises NotFound."""
        with writing(self.engine) as connection:
            changed = connection.execute(
                sa.update(tables.accounts).where(_A.id == id).values(password_hash=password_hash)
            )
            if changed.rowcount == 0:
                raise NotFound("There is no such account.")

    def delete(self, id: str) -> bool:
        """The account and everything that belongs to it. LOCAL stays."""
        if id == LOCAL:
            raise WrongUse("The local owner stays.", remedy="`delete_everything` removes what it owns.")
        with writing(self.engine) as connection:
            return connection.execute(sa.delete(tables.accounts).where(_A.id == id)).rowcount > 0

    def _where(self, condition: sa.ColumnElement[bool]) -> Account | None:
        with reading(self.engine) as connection:
            row = connection.execute(sa.select(tables.accounts).where(condition)).first()
            return None if row is None else Account(*row)
