"""One owner's diary in the database."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from itertools import islice
from typing import Any

import sqlalchemy as sa

from magwise.adapters.store import tables
from magwise.adapters.store.engine import reading, writing
from magwise.adapters.store.entry_rows import insert, select
from magwise.diary import Entry, Kind
from magwise.errors import NotFound, WrongUse

__all__ = ["Diary"]

_E = tables.entries.c
_A_BATCH = 500


class Diary:
    """Every method is one transaction: what it answers is on the disk."""

    def __init__(self, engine: sa.Engine, owner: str) -> None:
        self.engine = engine
        self.owner = owner

    def add(self, entry: Entry) -> Entry:
        """The entry as it is kept, with its id."""
        return self.add_all([entry])[0]

    def add_all(self, entries: Sequence[Entry]) -> list[Entry]:
        """All of them, or none. Raises WrongUse for an origin that is there already."""
        now = datetime.now(UTC)
        try:
            with writing(self.engine) as connection:
                ids = insert(connection, self.owner, entries, now)
        except sa.exc.IntegrityError:
            raise WrongUse("An entry of the same origin is there already.") from None
        return [
            replace(entry, id=id, noted=entry.noted or now) for entry, id in zip(entries, ids, strict=True)
        ]

    def add_new(self, entries: Iterable[Entry]) -> int:
        """Those whose origin is not there yet are added; how many they were. One transaction: when the source of the
        entries stumbles, none of them is there.
        """
        added, now = 0, datetime.now(UTC)
        with writing(self.engine) as connection:
            for some in _batches(entries):
                known = self._known_origins(connection, [one.origin for one in some if one.origin])
                fresh = []
                for entry in some:
                    if entry.origin not in known:
                        fresh.append(entry)
                        known |= {entry.origin} - {""}
                added += len(insert(connection, self.owner, fresh, now))
        return added

    def entries(
        self,
        first: date | None = None,
        last: date | None = None,
        kinds: Iterable[Kind] = Kind,
        *,
        withdrawn: bool = False,
    ) -> list[Entry]:
        """Those of these days (both included), by day; with what was taken back where that is asked for."""
        with reading(self.engine) as connection:
            return select(connection, kinds, *self._between(first, last), *([] if withdrawn else [_STANDS]))

    def entry(self, id: int) -> Entry:
        """Raises NotFound."""
        with reading(self.engine) as connection:
            return self._one(connection, id)

    def last(self, day: date | None = None) -> list[Entry]:
        """What was noted last (of this day): one entry, or all that were said in one breath."""
        with reading(self.engine) as connection:
            newest = connection.execute(
                sa.select(_E.id, _E.grouped)
                .where(_E.owner == self.owner, _STANDS, *([] if day is None else [_E.day == day]))
                .order_by(_E.noted.desc(), _E.id.desc())
                .limit(1)
            ).first()
            if newest is None:
                return []
            same = _E.grouped == newest.grouped if newest.grouped else _E.id == newest.id
            return select(connection, Kind, _E.owner == self.owner, _STANDS, same)

    def withdraw(self, ids: Iterable[int]) -> None:
        """These entries do not count any more. Raises NotFound."""
        with writing(self.engine) as connection:
            for id in ids:
                self._withdraw(connection, id)

    def correct(self, id: int, entry: Entry) -> Entry:
        """The new entry in place of the old one, which is withdrawn. Raises NotFound."""
        now = datetime.now(UTC)
        with writing(self.engine) as connection:
            old = self._one(connection, id)
            self._withdraw(connection, id)
            fresh = replace(
                entry,
                replaces=id,
                id=None,
                noted=now,
                withdrawn=None,
                origin="",
                group=entry.group or old.group,
            )
            [new] = insert(connection, self.owner, [fresh], now)
        return replace(fresh, id=new)

    def export(self) -> dict[str, Any]:
        """Everything kept of this owner, not the diary alone: see `archive.py`."""
        from magwise.adapters.store.archive import export

        return export(self.engine, self.owner)

    def restore(self, saved: object) -> int:
        """What was saved stands in place of everything there is; how many entries that are. Raises NotABackup."""
        from magwise.adapters.store.archive import restore

        return restore(self.engine, self.owner, saved)

    def delete_everything(self) -> int:
        """Nothing is left of this owner but the account; how many rows that were."""
        from magwise.adapters.store.archive import delete_everything

        return delete_everything(self.engine, self.owner)

    def count(self) -> int:
        """Standing entries."""
        with reading(self.engine) as connection:
            query = sa.select(sa.func.count()).select_from(tables.entries)
            return connection.execute(query.where(_E.owner == self.owner, _STANDS)).scalar_one()

    def _known_origins(self, connection: sa.Connection, origins: Sequence[str]) -> set[str]:
        known: set[str] = set()
        for at in range(0, len(origins), _A_BATCH):
            asked = origins[at : at + _A_BATCH]
            query = sa.select(_E.origin).where(_E.owner == self.owner, _E.origin.in_(asked))
            known |= {str(origin) for origin in connection.execute(query).scalars()}
        return known

    def _between(self, first: date | None, last: date | None) -> list[sa.ColumnElement[bool]]:
        conditions: list[sa.ColumnElement[bool]] = [_E.owner == self.owner]
        conditions += [] if first is None else [_E.day >= first]
        conditions += [] if last is None else [_E.day <= last]
        return conditions

    def _one(self, connection: sa.Connection, id: int) -> Entry:
        kind = connection.execute(sa.select(_E.kind).where(_E.owner == self.owner, _E.id == id)).scalar()
        if kind is None:
            raise NotFound(
                f"There is no entry {id}.", remedy="`magwise diary show` names each entry's number."
            )
        return select(connection, [Kind(kind)], _E.id == id)[0]

    def _withdraw(self, connection: sa.Connection, id: int) -> None:
        """Its origin goes with it only in name: importing the same file again does not bring it back."""
        changed = connection.execute(
            sa.update(tables.entries)
            .where(_E.owner == self.owner, _E.id == id, _STANDS)
            .values(withdrawn=datetime.now(UTC))
        )
        _take_report_back(connection, self.owner, id)
        if changed.rowcount == 0:
            raise NotFound(
                f"There is no entry {id} that counts.",
                remedy="`magwise diary show` names each entry's number.",
            )


def _take_report_back(connection: sa.Connection, owner: str, entry: int) -> None:
    """An entry that followed from a report of the day takes that report back with it, so that both say the same."""
    group = connection.execute(sa.select(_E.grouped).where(_E.owner == owner, _E.id == entry)).scalar()
    if group and group.startswith(tables.OF_A_REPORT):
        reports = tables.day_reports
        connection.execute(
            sa.update(reports)
            .where(reports.c.owner == owner, reports.c.id == int(group.removeprefix(tables.OF_A_REPORT)))
            .where(reports.c.taken_back.is_(None))
            .values(taken_back=datetime.now(UTC))
        )


def _batches(entries: Iterable[Entry]) -> Iterator[list[Entry]]:
    """So many at a time, so that a long import needs little memory."""
    left = iter(entries)
    while some := list(islice(left, _A_BATCH)):
        yield some


_STANDS = _E.withdrawn.is_(None)
