"""The tables brought to this version's shape, or back; everything in one transaction, one program at a time."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa

from magwise.adapters.store import migrations
from magwise.adapters.store.engine import writing
from magwise.errors import DiaryTrouble

__all__ = ["bring_up_to_date", "take_back", "version_of"]

_LOCK = 0x4D_41_47_57  # "MAGW": two programs that start at once do this one after the other


def bring_up_to_date(engine: sa.Engine) -> None:
    """The newest tables are there. Alembic is imported only when something is to be done."""
    if version_of(engine) == migrations.HEAD:
        return
    with writing(engine) as connection:
        _one_at_a_time(connection)
        found = _version(connection)
        if found == migrations.HEAD:
            return
        if found is not None and found > migrations.HEAD:
            raise DiaryTrouble(
                f"This diary was written by a newer Magwise (tables {found}; this one knows {migrations.HEAD}).",
                where=str(engine.url.database),
                remedy="Install the newer Magwise again; nothing was changed.",
            )
        _run(connection, migrations.HEAD, up=True)


def take_back(engine: sa.Engine, revision: str) -> None:
    """The tables as that step left them; "base" leaves none. What only newer tables hold is lost."""
    with writing(engine) as connection:
        _one_at_a_time(connection)
        _run(connection, revision, up=False)


def version_of(engine: sa.Engine) -> str | None:
    """The number of the last step done; None: no tables yet."""
    with writing(engine) as connection:
        return _version(connection)


def _version(connection: sa.Connection) -> str | None:
    if not sa.inspect(connection).has_table("alembic_version"):
        return None
    found = connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalar()
    return None if found is None else str(found)


def _run(connection: sa.Connection, revision: str, *, up: bool) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(migrations.__file__).parent).replace("%", "%%"))
    config.attributes["connection"] = connection
    (command.upgrade if up else command.downgrade)(config, revision)


def _one_at_a_time(connection: sa.Connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_LOCK)))
