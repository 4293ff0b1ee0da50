"""The front door: one database, and what each owner keeps in it."""

from __future__ import annotations

from datetime import UTC, datetime

import sqlalchemy as sa

from magwise.adapters.store import migrate, tables
from magwise.adapters.store.accounts import Accounts
from magwise.adapters.store.day_rows import Days
from magwise.adapters.store.diary import Diary
from magwise.adapters.store.engine import engine_at, reading, told, writing
from magwise.adapters.store.logins import Logins
from magwise.adapters.store.people import People
from magwise.adapters.store.places import LOCAL
from magwise.adapters.store.replies import Replies
from magwise.adapters.store.trials import Trials

__all__ = ["Store"]


class Store:
    """An open database at its newest tables, with LOCAL in it. Close it, or use it in a `with`."""

    def __init__(self, url: str) -> None:
        self.engine: sa.Engine = engine_at(url)
        with told(self.engine):
            migrate.bring_up_to_date(self.engine)
            self._welcome_local()

    def accounts(self) -> Accounts:
        return Accounts(self.engine)

    def people(self, owner: str = LOCAL) -> People:
        return People(self.engine, owner)

    def diary(self, owner: str = LOCAL) -> Diary:
        return Diary(self.engine, owner)

    def days(self, owner: str, person: str) -> Days:
        return Days(self.engine, owner, person)

    def trials(self, owner: str = LOCAL) -> Trials:
        return Trials(self.engine, owner)

    def logins(self) -> Logins:
        return Logins(self.engine)

    def replies(self, owner: str = LOCAL) -> Replies:
        return Replies(self.engine, owner)

    def close(self) -> None:
        self.engine.dispose()

    def __enter__(self) -> Store:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _welcome_local(self) -> None:
        there = sa.select(tables.accounts.c.id).where(tables.accounts.c.id == LOCAL)
        with reading(self.engine) as connection:
            if connection.execute(there).first():
                return
        try:
            with writing(self.engine) as connection:
                connection.execute(
                    sa.insert(tables.accounts).values(id=LOCAL, name=LOCAL, created=datetime.now(UTC))
                )
        except sa.exc.IntegrityError:
            return  # another program did it at this moment
