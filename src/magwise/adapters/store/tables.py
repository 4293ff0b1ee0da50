"""The tables as the newest migration leaves them. Every row belongs to an owner and goes when the owner goes.

Instants are kept in UTC without a zone, and beside them the offset that was in force; days are plain dates of the
person's own calendar.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

__all__ = [
    "DETAILS",
    "Instant",
    "accounts",
    "confounders",
    "day_people",
    "day_reports",
    "dose_records",
    "entries",
    "labs",
    "logins",
    "metadata",
    "outcome_entries",
    "people",
    "replies",
    "side_effects",
    "trials",
]

OF_A_REPORT = "day-report:"  # group of the entries that follow from a report of the day, before its number
NAME = 200
WORDS = 2_000

metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(column_0_label)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class Instant(sa.types.TypeDecorator[datetime]):
    """An aware datetime in Python, UTC without a zone in the database."""

    impl = sa.DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs its offset from UTC")
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        return None if value is None else value.replace(tzinfo=UTC)


def _owner(**more: Any) -> sa.Column[str]:
    return sa.Column(
        "owner", sa.String(NAME), sa.ForeignKey("accounts.id", ondelete="CASCADE"), nullable=False, **more
    )


def _entry() -> sa.Column[int]:
    return sa.Column(
        "entry_id", sa.Integer, sa.ForeignKey("entries.id", ondelete="CASCADE"), primary_key=True
    )


accounts = sa.Table(
    "accounts",
    metadata,
    sa.Column("id", sa.String(NAME), primary_key=True),
    sa.Column("name", sa.String(NAME), nullable=False, unique=True),
    sa.Column("password_hash", sa.String(WORDS)),
    sa.Column("created", Instant, nullable=False),
)

people = sa.Table(
    "people",
    metadata,
    _owner(primary_key=True),
    sa.Column("name", sa.String(NAME), primary_key=True),
    sa.Column("format", sa.String(10), nullable=False),  # toml: a person file; draft: answers so far, as JSON
    sa.Column("content", sa.Text, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("updated", Instant, nullable=False),
)

entries = sa.Table(
    "entries",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
    _owner(),
    sa.Column("kind", sa.String(20), nullable=False),
    sa.Column("day", sa.Date, nullable=False),
    sa.Column("at", Instant),
    sa.Column("offset_s", sa.Integer),
    sa.Column("zone", sa.String(NAME), nullable=False),
    sa.Column("note", sa.String(WORDS), nullable=False),
    sa.Column("source", sa.String(NAME), nullable=False),
    sa.Column("origin", sa.String(NAME)),
    sa.Column("grouped", sa.String(NAME), nullable=False),
    sa.Column("noted", Instant, nullable=False),
    sa.Column("withdrawn", Instant),
    sa.Column("replaces", sa.Integer),
    sa.UniqueConstraint("owner", "origin"),
    sa.Index("ix_entries_owner_day", "owner", "day"),
    sqlite_autoincrement=True,  # an id that was deleted never names something else
)

dose_records = sa.Table(
    "dose_records",
    metadata,
    _entry(),
    sa.Column("taking", sa.String(20), nullable=False),
    sa.Column("elemental_mg", sa.Float),
    sa.Column("elemental_low_mg", sa.Float),
    sa.Column("elemental_high_mg", sa.Float),
    sa.Column("units", sa.Float),
    sa.Column("product", sa.String(NAME), nullable=False),
    sa.Column("form", sa.String(NAME), nullable=False),
    sa.Column("label", sa.Text, nullable=False),
    sa.Column("meal", sa.String(NAME), nullable=False),
)

outcome_entries = sa.Table(
    "outcome_entries",
    metadata,
    _entry(),
    sa.Column("outcome", sa.String(NAME), nullable=False, index=True),
    sa.Column("value", sa.Float, nullable=False),
    sa.Column("unit", sa.String(NAME), nullable=False),
)

confounders = sa.Table(
    "confounders",
    metadata,
    _entry(),
    sa.Column("what", sa.String(NAME), nullable=False),
    sa.Column("amount", sa.Float),
    sa.Column("unit", sa.String(NAME), nullable=False),
    sa.Column("words", sa.String(WORDS), nullable=False),
)

labs = sa.Table(
    "labs",
    metadata,
    _entry(),
    sa.Column("what", sa.String(NAME), nullable=False),
    sa.Column("value", sa.Float, nullable=False),
    sa.Column("unit", sa.String(NAME), nullable=False),
    sa.Column("loinc", sa.String(20), nullable=False),
)

side_effects = sa.Table(
    "side_effects",
    metadata,
    _entry(),
    sa.Column("what", sa.String(WORDS), nullable=False),
    sa.Column("severity", sa.Integer),
)

DETAILS = {
    "dose": dose_records,
    "outcome": outcome_entries,
    "confounder": confounders,
    "lab": labs,
    "side_effect": side_effects,
}

day_people = sa.Table(
    "day_people",
    metadata,
    _owner(primary_key=True),
    sa.Column("person", sa.String(WORDS), primary_key=True),  # the path of a person file, or a person's name
    sa.Column("start", sa.Date),
    sa.Column("seen", Instant),
)

day_reports = sa.Table(
    "day_reports",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
    _owner(),
    sa.Column("person", sa.String(WORDS), nullable=False),
    sa.Column("day", sa.Date, nullable=False),
    sa.Column("said", sa.String(20), nullable=False),
    sa.Column("now", sa.Integer, nullable=False),
    sa.Column("what", sa.String(WORDS), nullable=False),
    sa.Column("at", sa.Integer, nullable=False),
    sa.Column("elemental_mg", sa.Float, nullable=False),
    sa.Column("dose", sa.String(NAME), nullable=False),
    sa.Column("yesterday", sa.Boolean, nullable=False),
    sa.Column("late_min", sa.Integer, nullable=False),
    sa.Column("noted", Instant, nullable=False),
    sa.Column("taken_back", Instant),
    sa.ForeignKeyConstraint(
        ["owner", "person"], ["day_people.owner", "day_people.person"], ondelete="CASCADE"
    ),
    sa.Index("ix_day_reports_owner_person_day", "owner", "person", "day"),
    sqlite_autoincrement=True,
)

trials = sa.Table(
    "trials",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
    _owner(),
    sa.Column("state", sa.String(20), nullable=False),
    sa.Column("outcome", sa.String(NAME), nullable=False),
    sa.Column("seal", sa.String(NAME), nullable=False),
    sa.Column("allocation", sa.Text),  # absent while a helper has it
    sa.Column("plan", sa.JSON, nullable=False),
    sa.Column("created", Instant, nullable=False),
    sa.Column("updated", Instant, nullable=False),
    sqlite_autoincrement=True,
)

logins = sa.Table(
    "logins",
    metadata,
    sa.Column("token_hash", sa.String(64), primary_key=True),  # a copy of the database opens no session
    _owner(index=True),
    sa.Column("created", Instant, nullable=False),
    sa.Column("seen", Instant, nullable=False),
    sa.Column("ends", Instant, nullable=False),
)

replies = sa.Table(
    "replies",
    metadata,
    _owner(primary_key=True),
    sa.Column("key_hash", sa.String(64), primary_key=True),
    sa.Column("request_hash", sa.String(64), nullable=False),
    sa.Column("status", sa.Integer),  # absent while the request is being answered
    sa.Column("headers", sa.JSON),
    sa.Column("body", sa.Text),
    sa.Column("created", Instant, nullable=False),
)
