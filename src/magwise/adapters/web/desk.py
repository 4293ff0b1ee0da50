"""Where answers, days and diary lie between two requests: the database, or a place that lasts until the stop.

A visitor without a database, and everybody who looks at the demo, gets an owner of their own in a temporary file that
is gone when the server stops. Called from many threads.
"""

from __future__ import annotations

import datetime
import shutil
import tempfile
import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from magwise.adapters.store.places import sqlite_url
from magwise.adapters.web.draft import EMPTY, Draft
from magwise.errors import NotFound

if TYPE_CHECKING:
    from magwise.adapters.store.day_rows import Days
    from magwise.adapters.store.diary import Diary
    from magwise.adapters.store.store import Store
    from magwise.adapters.store.trials import Trials

__all__ = ["Desk", "Lent", "Place", "in_database"]

ME = "me"  # a person of the pages has no other name
MOST_LENT = 500


@dataclass(frozen=True, slots=True)
class Place:
    """What one owner keeps."""

    store: Store
    owner: str

    @property
    def draft(self) -> Draft:
        try:
            kept = self.store.people(self.owner).get(ME)
        except NotFound:
            return EMPTY
        return Draft.from_json(kept.content) if kept.format == "draft" else EMPTY

    def keep(self, draft: Draft) -> None:
        self.store.people(self.owner).save(ME, draft.to_json(), "draft")

    def forget(self) -> None:
        """Nothing of this owner is left."""
        self.store.diary(self.owner).delete_everything()

    @property
    def days(self) -> Days:
        return self.store.days(self.owner, ME)

    @property
    def diary(self) -> Diary:
        return self.store.diary(self.owner)

    @property
    def trials(self) -> Trials:
        return self.store.trials(self.owner)

    @property
    def start(self) -> datetime.date | None:
        """The day of the first dose, where it was noted."""
        return self.days.read().start


class Desk:
    """Opens its store when it is first asked for."""

    def __init__(self, opened: Callable[[], Store]) -> None:
        self._opened = opened
        self._lock = threading.Lock()
        self._store: Store | None = None

    @property
    def store(self) -> Store:
        with self._lock:
            if self._store is None:
                self._store = self._opened()
            return self._store

    def close(self) -> None:
        with self._lock:
            if self._store is not None:
                self._store.close()
                self._store = None


def in_database(url: str) -> Desk:
    def opened() -> Store:
        from magwise.adapters.store import open_store

        return open_store(url)

    return Desk(opened)


class Lent(Desk):
    """A temporary database with an owner for each session; the oldest make room for new ones."""

    def __init__(self) -> None:
        super().__init__(self._in_a_folder)
        self._folder: Path | None = None
        self._owners: OrderedDict[str, str] = OrderedDict()
        self._owning = threading.Lock()

    def place(self, session: str) -> Place:
        store = self.store
        with self._owning:
            if session not in self._owners:
                self._owners[session] = store.accounts().add(session).id
                while len(self._owners) > MOST_LENT:
                    store.accounts().delete(self._owners.popitem(last=False)[1])
            return Place(store, self._owners[session])

    def holds(self, session: str) -> bool:
        return session in self._owners

    def give_back(self, session: str) -> None:
        """Nothing of this session is left."""
        with self._owning:
            owner = self._owners.pop(session, None)
        if owner is not None:
            self.store.accounts().delete(owner)

    def close(self) -> None:
        super().close()
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)

    def _in_a_folder(self) -> Store:
        from magwise.adapters.store.store import Store

        self._folder = Path(tempfile.mkdtemp(prefix="magwise-"))
        return Store(sqlite_url(self._folder / "lent.sqlite3"))
