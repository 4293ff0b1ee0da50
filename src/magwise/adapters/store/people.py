"""One owner's people: person files as TOML, or drafts of answers as JSON, saved as the user goes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

import sqlalchemy as sa

from magwise.adapters.store import tables
from magwise.adapters.store.engine import reading, writing
from magwise.errors import DiaryTrouble, NotFound

__all__ = ["KeptPerson", "People", "StalePerson"]

Format = Literal["toml", "draft"]
_P = tables.people.c


class StalePerson(DiaryTrouble):
    """Somebody else (or another tab) saved this person meanwhile; nothing was overwritten."""


@dataclass(frozen=True, slots=True)
class KeptPerson:
    """`format`: toml is a person file, draft is answers so far as JSON text. `version` rises by one with each save."""

    name: str
    format: Format
    content: str
    version: int
    updated: datetime


class People:
    def __init__(self, engine: sa.Engine, owner: str) -> None:
        self.engine = engine
        self.owner = owner

    def all(self) -> list[KeptPerson]:
        """By name."""
        with reading(self.engine) as connection:
            query = sa.select(tables.people).where(_P.owner == self.owner).order_by(_P.name)
            return [_kept(row) for row in connection.execute(query).mappings()]

    def get(self, name: str) -> KeptPerson:
        """Raises NotFound."""
        with reading(self.engine) as connection:
            return self._one(connection, name)

    def save(
        self, name: str, content: str, format: Format = "toml", *, version: int | None = None
    ) -> KeptPerson:
        """Saved under this name. With `version` only if that is still the newest (0: none yet); raises StalePerson."""
        now = datetime.now(UTC)
        with writing(self.engine) as connection:
            found = connection.execute(
                sa.select(_P.version).where(*self._called(name)).with_for_update()
            ).scalar()
            if version is not None and (found or 0) != version:
                raise StalePerson(
                    "These answers were changed elsewhere meanwhile.",
                    remedy="Load them again; what you typed last was not saved.",
                )
            row = {"format": format, "content": content, "version": (found or 0) + 1, "updated": now}
            if found is None:
                try:
                    connection.execute(sa.insert(tables.people).values(owner=self.owner, name=name, **row))
                except sa.exc.IntegrityError:
                    raise StalePerson(
                        "These answers were saved elsewhere at the same moment.", remedy="Load them again."
                    ) from None
            else:
                connection.execute(sa.update(tables.people).where(*self._called(name)).values(**row))
            return self._one(connection, name)

    def delete(self, name: str) -> bool:
        """False when there was none."""
        with writing(self.engine) as connection:
            return connection.execute(sa.delete(tables.people).where(*self._called(name))).rowcount > 0

    def _one(self, connection: sa.Connection, name: str) -> KeptPerson:
        row = connection.execute(sa.select(tables.people).where(*self._called(name))).mappings().first()
        if row is None:
            raise NotFound(f"Nobody is kept under the name {name[:60]!r}.")
        return _kept(row)

    def _called(self, name: str) -> tuple[sa.ColumnElement[bool], ...]:
        return _P.owner == self.owner, _P.name == name


def _kept(row: sa.RowMapping) -> KeptPerson:
    return KeptPerson(row["name"], row["format"], row["content"], row["version"], row["updated"])
