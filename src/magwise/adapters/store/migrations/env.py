"""Run by Alembic: the steps go over the connection that `migrate` hands in, inside its transaction."""

from __future__ import annotations

from alembic import context

from magwise.adapters.store.tables import metadata

context.configure(
    connection=context.config.attributes["connection"], target_metadata=metadata, render_as_batch=True
)
context.run_migrations()
