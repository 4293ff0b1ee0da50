"""The first tables: accounts, people, the diary, days and trials."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "accounts",
        sa.Column("id", sa.String(200), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("password_hash", sa.String(2000)),
        sa.Column("created", sa.DateTime, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_accounts"),
        sa.UniqueConstraint("name", name="uq_accounts_name"),
    )
    op.create_table(
        "people",
        _owner("people"),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("format", sa.String(10), nullable=False),
        sa.Column("content", sa.Text, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("updated", sa.DateTime, nullable=False),
        sa.PrimaryKeyConstraint("owner", "name", name="pk_people"),
    )
    _the_diary()
    _the_days()
    op.create_table(
        "trials",
        sa.Column("id", sa.Integer, nullable=False, autoincrement=True),
        _owner("trials"),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("outcome", sa.String(200), nullable=False),
        sa.Column("seal", sa.String(200), nullable=False),
        sa.Column("allocation", sa.Text),
        sa.Column("plan", sa.JSON, nullable=False),
        sa.Column("created", sa.DateTime, nullable=False),
        sa.Column("updated", sa.DateTime, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_trials"),
        sqlite_autoincrement=True,
    )


def downgrade() -> None:
    for table in (
        "trials", "day_reports", "day_people", "side_effects", "labs", "confounders", "outcome_entries",
        "dose_records", "entries", "people", "accounts",
    ):  # fmt: skip
        op.drop_table(table)


def _the_diary() -> None:
    op.create_table(
        "entries",
        sa.Column("id", sa.Integer, nullable=False, autoincrement=True),
        _owner("entries"),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("at", sa.DateTime),
        sa.Column("offset_s", sa.Integer),
        sa.Column("zone", sa.String(200), nullable=False),
        sa.Column("note", sa.String(2000), nullable=False),
        sa.Column("source", sa.String(200), nullable=False),
        sa.Column("origin", sa.String(200)),
        sa.Column("grouped", sa.String(200), nullable=False),
        sa.Column("noted", sa.DateTime, nullable=False),
        sa.Column("withdrawn", sa.DateTime),
        sa.Column("replaces", sa.Integer),
        sa.PrimaryKeyConstraint("id", name="pk_entries"),
        sa.UniqueConstraint("owner", "origin", name="uq_entries_owner_origin"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_entries_owner_day", "entries", ["owner", "day"])
    _detail(
        "dose_records",
        sa.Column("taking", sa.String(20), nullable=False),
        sa.Column("elemental_mg", sa.Float),
        sa.Column("elemental_low_mg", sa.Float),
        sa.Column("elemental_high_mg", sa.Float),
        sa.Column("units", sa.Float),
        sa.Column("product", sa.String(200), nullable=False),
        sa.Column("form", sa.String(200), nullable=False),
        sa.Column("label", sa.Text, nullable=False),
        sa.Column("meal", sa.String(200), nullable=False),
    )
    _detail(
        "outcome_entries",
        sa.Column("outcome", sa.String(200), nullable=False),
        sa.Column("value", sa.Float, nullable=False),
        sa.Column("unit", sa.String(200), nullable=False),
    )
    op.create_index("ix_outcome_entries_outcome", "outcome_entries", ["outcome"])
    _detail(
        "confounders",
        sa.Column("what", sa.String(200), nullable=False),
        sa.Column("amount", sa.Float),
        sa.Column("unit", sa.String(200), nullable=False),
        sa.Column("words", sa.String(2000), nullable=False),
    )
    _detail(
        "labs",
        sa.Column("what", sa.String(200), nullable=False),
        sa.Column("value", sa.Float, nullable=False),
        sa.Column("unit", sa.String(200), nullable=False),
        sa.Column("loinc", sa.String(20), nullable=False),
    )
    _detail(
        "side_effects",
        sa.Column("what", sa.String(2000), nullable=False),
        sa.Column("severity", sa.Integer),
    )


def _the_days() -> None:
    op.create_table(
        "day_people",
        _owner("day_people"),
        sa.Column("person", sa.String(2000), nullable=False),
        sa.Column("start", sa.Date),
        sa.Column("seen", sa.DateTime),
        sa.PrimaryKeyConstraint("owner", "person", name="pk_day_people"),
    )
    op.create_table(
        "day_reports",
        sa.Column("id", sa.Integer, nullable=False, autoincrement=True),
        _owner("day_reports"),
        sa.Column("person", sa.String(2000), nullable=False),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("said", sa.String(20), nullable=False),
        sa.Column("now", sa.Integer, nullable=False),
        sa.Column("what", sa.String(2000), nullable=False),
        sa.Column("at", sa.Integer, nullable=False),
        sa.Column("elemental_mg", sa.Float, nullable=False),
        sa.Column("dose", sa.String(200), nullable=False),
        sa.Column("yesterday", sa.Boolean, nullable=False),
        sa.Column("late_min", sa.Integer, nullable=False),
        sa.Column("noted", sa.DateTime, nullable=False),
        sa.Column("taken_back", sa.DateTime),
        sa.PrimaryKeyConstraint("id", name="pk_day_reports"),
        sa.ForeignKeyConstraint(
            ["owner", "person"], ["day_people.owner", "day_people.person"],
            name="fk_day_reports_owner_day_people", ondelete="CASCADE",
        ),
        sqlite_autoincrement=True,
    )  # fmt: skip
    op.create_index("ix_day_reports_owner_person_day", "day_reports", ["owner", "person", "day"])


def _owner(table: str) -> sa.Column[str]:
    key = sa.ForeignKey("accounts.id", name=f"fk_{table}_owner_accounts", ondelete="CASCADE")
    return sa.Column("owner", sa.String(200), key, nullable=False)


def _detail(table: str, *columns: sa.Column[object]) -> None:
    key = sa.ForeignKey("entries.id", name=f"fk_{table}_entry_id_entries", ondelete="CASCADE")
    op.create_table(
        table,
        sa.Column("entry_id", sa.Integer, key, nullable=False),
        *columns,
        sa.PrimaryKeyConstraint("entry_id", name=f"pk_{table}"),
    )
