"""Entries of the diary as rows, and back: a header in `entries`, the rest in the table of its kind."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import sqlalchemy as sa

from magwise.adapters.store import tables
from magwise.diary import Confounder, DoseRecord, Entry, Kind, LabResult, OutcomeEntry, SideEffect, Taking
from magwise.errors import NotAnEntry

__all__ = ["entry_of", "insert", "json_of", "of_json", "select"]

_TYPES: dict[Kind, type[Entry]] = {
    one.kind: one for one in (DoseRecord, OutcomeEntry, Confounder, LabResult, SideEffect)
}
_HEADER = {field.name for field in fields(Entry)}
_E = tables.entries.c


def insert(connection: sa.Connection, owner: str, given: Iterable[Entry], now: datetime) -> list[int]:
    """The ids of the entries, in their order; each is noted now unless it brings its own time."""
    entries = list(given)
    if not entries:
        return []
    added = connection.execute(
        sa.insert(tables.entries).returning(_E.id, sort_by_parameter_order=True),
        [_header(owner, entry, now) for entry in entries],
    )
    ids = [int(row.id) for row in added]
    by_kind: dict[Kind, list[dict[str, Any]]] = {}
    for id, entry in zip(ids, entries, strict=True):
        by_kind.setdefault(entry.kind, []).append({"entry_id": id, **_details(entry)})
    for kind, rows in by_kind.items():
        connection.execute(sa.insert(tables.DETAILS[kind]), rows)
    return ids


def select(
    connection: sa.Connection, kinds: Iterable[Kind], *conditions: sa.ColumnElement[bool]
) -> list[Entry]:
    """Entries of these kinds that meet the conditions, by day, then by time, then as noted."""
    found: list[Entry] = []
    for kind in kinds:
        detail = tables.DETAILS[kind]
        query = sa.select(tables.entries, detail).join(detail, detail.c.entry_id == _E.id).where(*conditions)
        found += [entry_of(row) for row in connection.execute(query).mappings()]
    return sorted(found, key=_order)


def entry_of(row: sa.RowMapping) -> Entry:
    kind = Kind(row["kind"])
    own = {field.name: row[field.name] for field in fields(_TYPES[kind]) if field.name not in _HEADER}
    if "taking" in own:
        own["taking"] = Taking(own["taking"])
    at = row["at"]
    if at is not None and row["offset_s"] is not None:
        at = at.astimezone(timezone(timedelta(seconds=row["offset_s"])))
    return _TYPES[kind](
        day=row["day"], at=at, zone=row["zone"], note=row["note"], source=row["source"],
        origin=row["origin"] or "", group=row["grouped"], id=row["id"], noted=row["noted"],
        withdrawn=row["withdrawn"], replaces=row["replaces"], **own,
    )  # fmt: skip


def json_of(entry: Entry) -> dict[str, Any]:
    """Everything about an entry, in plain values; `of_json` reads it back."""
    plain: dict[str, Any] = {"kind": entry.kind.value}
    for field in fields(entry):
        value = getattr(entry, field.name)
        if value not in (None, ""):
            plain[field.name] = value.isoformat() if hasattr(value, "isoformat") else value
    return plain


def of_json(given: dict[str, Any]) -> Entry:
    """Raises NotAnEntry for what `json_of` never wrote."""
    plain = dict(given)
    try:
        kind = _TYPES[Kind(plain.pop("kind"))]
        plain["day"] = date.fromisoformat(plain["day"])
        for name in ("at", "noted", "withdrawn"):
            if name in plain:
                plain[name] = datetime.fromisoformat(plain[name])
        if kind is DoseRecord:
            plain["taking"] = Taking(plain["taking"])
        return _checked(kind(**plain))
    except (KeyError, TypeError, ValueError) as bad:
        raise NotAnEntry(f"This is no entry of a diary: {str(bad)[:80]}.") from None


def _checked(entry: Entry) -> Entry:
    """Texts are texts and numbers are numbers: a file may have been edited by hand."""
    for field in fields(entry):
        value, kind = getattr(entry, field.name), str(field.type)
        if kind == "str" and not isinstance(value, str):
            raise ValueError(f"{field.name} is no text")
        if kind.startswith("float") and value is not None and not _is_number(value):
            raise ValueError(f"{field.name} is no number")
        if (
            kind.startswith("int")
            and value is not None
            and (isinstance(value, bool) or not isinstance(value, int))
        ):
            raise ValueError(f"{field.name} is no whole number")
    return entry


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < float("inf")


def _header(owner: str, entry: Entry, now: datetime) -> dict[str, Any]:
    offset = entry.at.utcoffset() if entry.at else None
    return {
        "owner": owner,
        "kind": entry.kind.value,
        "day": entry.day,
        "at": entry.at,
        "offset_s": None if offset is None else int(offset.total_seconds()),
        "zone": entry.zone,
        "note": entry.note,
        "source": entry.source,
        "origin": entry.origin or None,
        "grouped": entry.group,
        "noted": entry.noted or now,
        "withdrawn": entry.withdrawn,
        "replaces": entry.replaces,
    }


def _details(entry: Entry) -> dict[str, Any]:
    return {field.name: getattr(entry, field.name) for field in fields(entry) if field.name not in _HEADER}


_EARLIEST = datetime.min.replace(tzinfo=UTC)


def _order(entry: Entry) -> tuple[Any, ...]:
    return entry.day, entry.at or _EARLIEST, entry.id or 0
