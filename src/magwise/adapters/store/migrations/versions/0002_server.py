"""What a server with accounts remembers: who is signed in, and answers that may be asked for twice."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "logins",
        sa.Column("token_hash", sa.String(64), nullable=False),
        _owner("logins"),
        sa.Column("created", sa.DateTime, nullable=False),
        sa.Column("seen", sa.DateTime, nullable=False),
        sa.Column("ends", sa.DateTime, nullable=False),
        sa.PrimaryKeyConstraint("token_hash", name="pk_logins"),
    )
    op.create_index("ix_logins_owner", "logins", ["owner"])
    op.create_table(
        "replies",
        _owner("replies"),
        sa.Column("key_hash", sa.String(64), nullable=False),
        sa.Column("request_hash", sa.String(64), nullable=False),
        sa.Column("status", sa.Integer),
        sa.Column("headers", sa.JSON),
        sa.Column("body", sa.Text),
        sa.Column("created", sa.DateTime, nullable=False),
        sa.PrimaryKeyConstraint("owner", "key_hash", name="pk_replies"),
    )


def downgrade() -> None:
    op.drop_table("replies")
    op.drop_table("logins")


def _owner(table: str) -> sa.Column[str]:
    key = sa.ForeignKey("accounts.id", name=f"fk_{table}_owner_accounts", ondelete="CASCADE")
    return sa.Column("owner", sa.String(200), key, nullable=False)
