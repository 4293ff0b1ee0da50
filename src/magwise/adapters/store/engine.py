"""The connection: SQLite with its journal beside it, readable by this user only; or PostgreSQL through psycopg.

SQLite keeps a write-ahead journal and syncs at each commit, so that a program killed at any moment, or a computer
without power, loses at most the entry being written. Writers wait for each other.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from magwise.adapters.store.places import SQLITE
from magwise.errors import DiaryTrouble, MissingExtra

__all__ = ["engine_at", "file_of", "reading", "told", "writing"]

_PATIENCE_S = 30
_WRITES = "magwise_writes"


def engine_at(url: str) -> sa.Engine:
    """An engine for this URL; the file of a new SQLite database is made here, for this user's eyes only."""
    path = file_of(url)
    if path is None:
        return _postgres(url)
    with _words_for(path):
        _private(path)
    engine = sa.create_engine(url, connect_args={"timeout": _PATIENCE_S})
    sa.event.listen(engine, "connect", _settle)
    sa.event.listen(engine, "begin", _begin)
    return engine


def file_of(url: str) -> Path | None:
    """The file of an SQLite database."""
    return Path(url.removeprefix(SQLITE)) if url.startswith(SQLITE) else None


@contextlib.contextmanager
def writing(engine: sa.Engine) -> Iterator[sa.Connection]:
    """One transaction that may write: all of it is on the disk afterwards, or nothing."""
    with (
        told(engine),
        engine.connect().execution_options(**{_WRITES: True}) as connection,
        connection.begin(),
    ):
        yield connection


@contextlib.contextmanager
def reading(engine: sa.Engine) -> Iterator[sa.Connection]:
    """One consistent view."""
    with told(engine), engine.connect() as connection, connection.begin():
        yield connection


@contextlib.contextmanager
def told(engine: sa.Engine) -> Iterator[None]:
    """Troubles of the database in words, without what stands in it."""
    place = engine.url.database or engine.url.get_backend_name()
    try:
        yield
    except sa.exc.IntegrityError:
        raise
    except sa.exc.DBAPIError as refused:
        raise _trouble(str(place), refused.orig) from None


def _trouble(place: str, refused: BaseException | None) -> DiaryTrouble:
    said = str(refused).splitlines()[0] if refused and str(refused) else "no reason given"
    if isinstance(refused, sqlite3.DatabaseError) and ("not a database" in said or "malformed" in said):
        return DiaryTrouble(
            "The diary's file is damaged.",
            where=place,
            remedy="Move it away, then read the last backup in: magwise diary restore FILE.",
        )
    if isinstance(refused, sqlite3.OperationalError) and "locked" in said:
        return DiaryTrouble(
            f"Another program has been writing for {_PATIENCE_S} seconds.",
            where=place,
            remedy="Close it and say it again; nothing was written.",
        )
    return DiaryTrouble(
        f"The diary cannot be read or written: {said}.",
        where=place,
        remedy="Is there room, and may you write there? MAGWISE_HOME or MAGWISE_DATABASE names another place.",
    )


def _postgres(url: str) -> sa.Engine:
    try:
        import psycopg  # noqa: F401 - SQLAlchemy would find out later, and less kindly
    except ImportError:
        raise MissingExtra(
            "A PostgreSQL diary needs the driver psycopg.", remedy="pip install 'magwise[postgres]'"
        ) from None
    return sa.create_engine(url, pool_pre_ping=True)


def _private(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with contextlib.suppress(FileExistsError):
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))


@contextlib.contextmanager
def _words_for(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as refused:
        raise DiaryTrouble(
            f"The diary's folder cannot be made or written: {refused.strerror}.",
            where=str(path.parent),
            remedy="Set MAGWISE_HOME to a folder that you may write to.",
        ) from None


def _settle(connection: Any, _: object) -> None:
    """Each SQLite connection: we begin transactions ourselves, keys are checked, commits reach the disk."""
    connection.isolation_level = None
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON"):
        connection.execute(f"PRAGMA {pragma}")


def _begin(connection: sa.Connection) -> None:
    writes = connection.get_execution_options().get(_WRITES)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
