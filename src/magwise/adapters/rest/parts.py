"""What the routes share while the server runs: the database, a warm reader of photos, the lines before heavy work."""

from __future__ import annotations

import tempfile
import threading
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

from magwise.adapters.photo import Reader
from magwise.adapters.rest.gates import Gate
from magwise.adapters.rest.jobs import Catalogues

if TYPE_CHECKING:
    from magwise.adapters.accounts.signing_in import SigningIn
    from magwise.adapters.store.store import Store
    from magwise.adapters.web.settings import Settings

__all__ = ["Parts"]


class Parts:
    """Started when first asked for, and closed with the server. A database that was named is opened at once."""

    def __init__(self, settings: Settings, reader: Reader | None = None) -> None:
        self._settings = settings
        self._closing = ExitStack()
        self._lock = threading.RLock()
        self._reader = reader  # whoever lends one closes it
        self._store: Store | None = None
        self._signing_in: SigningIn | None = None
        self.photos = Gate("photos", at_once=1, waiting=3, patience_s=20)
        self.catalogues = Catalogues()
        self._closing.callback(self.catalogues.close)
        self.heavy = Gate("long calculations", at_once=2, waiting=6, patience_s=10)
        if settings.database is not None:
            _ = self.store

    @property
    def store(self) -> Store:
        with self._lock:
            if self._store is None:
                from magwise.adapters.store import open_store

                self._store = open_store(self._settings.database or self._until_the_end())
                self._closing.callback(self._store.close)
            return self._store

    @property
    def signing_in(self) -> SigningIn:
        with self._lock:
            if self._signing_in is None:
                from magwise.adapters.accounts.signing_in import SigningIn

                self._signing_in = SigningIn(self.store)
            return self._signing_in

    @property
    def reader(self) -> Reader:
        with self._lock:
            if self._reader is None:
                self._reader = Reader()
                self._closing.callback(self._reader.close)
            return self._reader

    def ask_the_database(self) -> None:
        """It answers. Raises DiaryTrouble."""
        from sqlalchemy import text

        from magwise.adapters.store.engine import reading

        with reading(self.store.engine) as connection:
            connection.execute(text("SELECT 1"))

    def close(self) -> None:
        """Everything that was started is ended; nothing that was answered is lost by it."""
        self._closing.close()

    def _until_the_end(self) -> str:
        """A database that nobody named lives as long as the server."""
        from magwise.adapters.store.places import sqlite_url

        folder = self._closing.enter_context(tempfile.TemporaryDirectory(prefix="magwise-"))
        return sqlite_url(Path(folder) / "kept.sqlite3")
