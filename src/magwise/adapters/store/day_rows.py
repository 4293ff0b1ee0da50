"""What was reported about the days of one person, in the database."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import UTC, date, datetime
from typing import Any

import sqlalchemy as sa

from magwise.adapters.store import tables
from magwise.adapters.store.days import Kept
from magwise.adapters.store.engine import reading, writing
from magwise.adapters.store.entry_rows import insert
from magwise.diary import Entry
from magwise.schedule.log import DayLog, Report, Said

__all__ = ["Days", "all_people", "forget_seen", "last_seen"]

_D, _R = tables.day_people.c, tables.day_reports.c


class Days:
    """`person` is the path of a person file, or the name of a kept person."""

    def __init__(self, engine: sa.Engine, owner: str, person: str) -> None:
        self.engine = engine
        self.owner = owner
        self.person = person

    def read(self) -> Kept:
        with reading(self.engine) as connection:
            start = connection.execute(sa.select(_D.start).where(*self._mine())).scalar()
            logs: dict[date, DayLog] = {}
            for row in connection.execute(self._reports().where(_R.taken_back.is_(None))).mappings():
                logs[row["day"]] = logs.get(row["day"], DayLog(row["day"])).saying(_report(row))
        return Kept(start, logs)

    def note_start(self, start: date) -> None:
        with writing(self.engine) as connection:
            self._welcome(connection)
            connection.execute(sa.update(tables.day_people).where(*self._mine()).values(start=start))

    def note(self, day: date, report: Report, entries: Sequence[Entry] = ()) -> None:
        """The report, and the diary's entries that follow from it, are on the disk together."""
        now = datetime.now(UTC)
        with writing(self.engine) as connection:
            self._welcome(connection)
            id = connection.execute(
                sa.insert(tables.day_reports)
                .values(owner=self.owner, person=self.person, day=day, noted=now, **asdict(report))
                .returning(_R.id)
            ).scalar_one()
            group = _group(id)
            insert(connection, self.owner, [replace(one, group=group, source="day") for one in entries], now)

    def take_back(self, day: date) -> None:
        """The last report of this day does not count any more, nor what followed from it."""
        now = datetime.now(UTC)
        with writing(self.engine) as connection:
            last = connection.execute(
                sa.select(_R.id)
                .where(*self._reported(), _R.day == day, _R.taken_back.is_(None))
                .order_by(_R.id.desc())
                .limit(1)
            ).scalar()
            if last is None:
                return
            connection.execute(sa.update(tables.day_reports).where(_R.id == last).values(taken_back=now))
            entries = tables.entries
            connection.execute(
                sa.update(entries)
                .where(
                    entries.c.owner == self.owner,
                    entries.c.grouped == _group(last),
                    entries.c.withdrawn.is_(None),
                )
                .values(withdrawn=now)
            )

    def records(self) -> list[dict[str, Any]]:
        """Everything that is kept of this person's days, in the order in which it was said."""
        kept = self.read()
        records: list[dict[str, Any]] = []
        if kept.start:
            records.append({"kind": "start", "start": kept.start.isoformat()})
        with reading(self.engine) as connection:
            for row in connection.execute(self._reports()).mappings():
                plain = {"kind": "report", "day": row["day"].isoformat(), **asdict(_report(row))}
                if row["taken_back"]:
                    plain["taken_back"] = row["taken_back"].isoformat()
                records.append(plain)
        return records

    def delete(self) -> bool:
        """Nothing of this person's days is left; doses that the diary noted from them go too. False: there was none."""
        with writing(self.engine) as connection:
            ids = connection.execute(sa.select(_R.id).where(*self._reported())).scalars().all()
            entries = tables.entries.c
            for id in ids:
                connection.execute(
                    sa.delete(tables.entries).where(
                        entries.owner == self.owner, entries.grouped == _group(id)
                    )
                )
            return connection.execute(sa.delete(tables.day_people).where(*self._mine())).rowcount > 0

    def remember(self) -> None:
        """From now on this is the person that is meant when none is named."""
        if last_seen(self.engine, self.owner) == self.person:
            return
        with writing(self.engine) as connection:
            self._welcome(connection)
            connection.execute(
                sa.update(tables.day_people).where(*self._mine()).values(seen=datetime.now(UTC))
            )

    def _welcome(self, connection: sa.Connection) -> None:
        if connection.execute(sa.select(_D.person).where(*self._mine())).first() is None:
            connection.execute(sa.insert(tables.day_people).values(owner=self.owner, person=self.person))

    def _reports(self) -> sa.Select[Any]:
        return sa.select(tables.day_reports).where(*self._reported()).order_by(_R.id)

    def _mine(self) -> tuple[sa.ColumnElement[bool], ...]:
        return _D.owner == self.owner, _D.person == self.person

    def _reported(self) -> tuple[sa.ColumnElement[bool], ...]:
        return _R.owner == self.owner, _R.person == self.person


def all_people(engine: sa.Engine, owner: str) -> list[str]:
    """Everybody that days are kept of."""
    with reading(engine) as connection:
        query = sa.select(_D.person).where(_D.owner == owner).order_by(_D.person)
        return list(connection.execute(query).scalars())


def last_seen(engine: sa.Engine, owner: str) -> str | None:
    with reading(engine) as connection:
        query = sa.select(_D.person).where(_D.owner == owner, _D.seen.is_not(None))
        return connection.execute(query.order_by(_D.seen.desc()).limit(1)).scalar()


def forget_seen(engine: sa.Engine, owner: str) -> None:
    with writing(engine) as connection:
        connection.execute(sa.update(tables.day_people).where(_D.owner == owner).values(seen=None))


def _group(report: int) -> str:
    """What ties the diary's entries to the report that they come from."""
    return f"{tables.OF_A_REPORT}{report}"


def _report(row: sa.RowMapping) -> Report:
    return Report(
        said=Said(row["said"]),
        now=row["now"],
        what=row["what"],
        at=row["at"],
        elemental_mg=row["elemental_mg"],
        dose=row["dose"],
        yesterday=row["yesterday"],
        late_min=row["late_min"],
    )
