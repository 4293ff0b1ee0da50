"""Everything of one owner as one value, to be saved, read back, or removed.

The value is plain JSON with a sum over its contents, so that a damaged or edited file is refused before anything is
touched. It does not depend on the database: what was saved from SQLite can be restored into PostgreSQL.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import sqlalchemy as sa

from magwise.adapters.store import tables
from magwise.adapters.store.engine import writing
from magwise.adapters.store.entry_rows import insert, json_of, of_json, select
from magwise.diary import Kind
from magwise.errors import NotABackup, NotAnEntry

__all__ = ["delete_everything", "export", "restore"]

_FORMAT = 1
_TABLES = {
    "people": tables.people,
    "day_people": tables.day_people,
    "day_reports": tables.day_reports,
    "trials": tables.trials,
}


def export(engine: sa.Engine, owner: str) -> dict[str, Any]:
    """All entries, those taken back included, and every person, day and trial."""
    with writing(engine) as connection:
        kept: dict[str, Any] = {
            "entries": [json_of(one) for one in select(connection, Kind, tables.entries.c.owner == owner)]
        }
        for name, table in _TABLES.items():
            query = sa.select(table).where(table.c.owner == owner).order_by(*table.primary_key)
            kept[name] = [_plain(row) for row in connection.execute(query).mappings()]
    return {"magwise_diary": _FORMAT, "saved": datetime.now(UTC).isoformat(), "sha256": _sum(kept), **kept}


def restore(engine: sa.Engine, owner: str, saved: object) -> int:
    """What was saved replaces everything of this owner, or nothing changes. Raises NotABackup."""
    kept = _checked(saved)
    try:
        entries = sorted((of_json(one) for one in kept["entries"]), key=lambda one: one.id or 0)
        rows = {name: [_row(table, owner, one) for one in kept[name]] for name, table in _TABLES.items()}
    except (NotAnEntry, KeyError, TypeError, ValueError) as bad:
        raise NotABackup(f"The backup holds something that Magwise did not write: {bad}.") from None
    with writing(engine) as connection:
        _remove(connection, owner)
        new: dict[str, str] = {}
        for name, table in _TABLES.items():
            if table is tables.day_reports:
                new = _insert_reports(connection, kept[name], rows[name])
            elif rows[name]:
                connection.execute(sa.insert(table), rows[name])
        entries = [replace(one, group=new.get(one.group, one.group)) for one in entries]
        ids = insert(connection, owner, entries, datetime.now(UTC))
        _renumber(connection, dict(zip((one.id for one in entries), ids, strict=True)), entries, ids)
    return len(ids)


def _insert_reports(connection: sa.Connection, saved: Any, rows: list[dict[str, Any]]) -> dict[str, str]:
    """Reports have new numbers here: the group of each one's entries, old -> new."""
    table, new = tables.day_reports, {}
    for old, row in zip(saved, rows, strict=True):
        number = connection.execute(sa.insert(table).values(row).returning(table.c.id)).scalar_one()
        new[f"{tables.OF_A_REPORT}{old.get('id')}"] = f"{tables.OF_A_REPORT}{number}"
    return new


def delete_everything(engine: sa.Engine, owner: str) -> int:
    """The rows are gone, and from the file of an SQLite database also what they were written over."""
    with writing(engine) as connection:
        removed = _remove(connection, owner)
    if engine.dialect.name == "sqlite":
        with engine.connect() as connection:
            raw = connection.connection.cursor()
            raw.execute("VACUUM")
            raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return removed


def _remove(connection: sa.Connection, owner: str) -> int:
    removed = 0
    # answers that were kept for a second asking hold what they answered
    for table in (tables.trials, tables.day_people, tables.people, tables.entries, tables.replies):
        removed += connection.execute(sa.delete(table).where(table.c.owner == owner)).rowcount
    return removed


def _renumber(connection: sa.Connection, new: dict[int | None, int], entries: Any, ids: list[int]) -> None:
    """Corrections name the entry that they replaced, by its number here."""
    for id, entry in zip(ids, entries, strict=True):
        if entry.replaces is not None:
            connection.execute(
                sa.update(tables.entries)
                .where(tables.entries.c.id == id)
                .values(replaces=new.get(entry.replaces))
            )


def _plain(row: sa.RowMapping) -> dict[str, Any]:
    return {
        key: value.isoformat() if isinstance(value, date | datetime) else value
        for key, value in row.items()
        if key != "owner" and value is not None
    }


def _row(table: sa.Table, owner: str, plain: dict[str, Any]) -> dict[str, Any]:
    """A row as the table wants it; a column that is not there is nothing."""
    row: dict[str, Any] = {"owner": owner}
    for column in table.c:
        if column.name in {"owner", "id"}:
            continue
        value = plain.get(column.name)
        if value is not None and isinstance(column.type, tables.Instant):
            value = datetime.fromisoformat(value)
        elif value is not None and isinstance(column.type, sa.Date):
            value = date.fromisoformat(value)
        elif value is not None and isinstance(column.type, sa.String) and not isinstance(value, str):
            raise ValueError(f"{column.name} is no text")
        if value is None and not column.nullable:
            raise KeyError(column.name)
        row[column.name] = value
    return row


def _checked(saved: object) -> dict[str, Any]:
    if not isinstance(saved, dict) or "magwise_diary" not in saved:
        raise NotABackup(
            "This is no backup of a Magwise diary.", remedy="`magwise diary backup FILE` writes one."
        )
    if saved["magwise_diary"] != _FORMAT:
        raise NotABackup("This backup was written by a newer Magwise.", remedy="Install that one first.")
    kept = {name: saved.get(name) for name in ("entries", *_TABLES)}
    if not all(isinstance(rows, list) and all(isinstance(r, dict) for r in rows) for rows in kept.values()):
        raise NotABackup(
            "A part of this backup is missing.", remedy="Take an earlier one; nothing was changed."
        )
    if saved.get("sha256") != _sum(kept):
        raise NotABackup(
            "This backup is damaged or was edited: its sum does not fit its contents.",
            remedy="Take an earlier one; nothing was changed.",
        )
    return kept


def _sum(kept: dict[str, Any]) -> str:
    text = json.dumps(kept, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8", errors="surrogatepass")).hexdigest()
