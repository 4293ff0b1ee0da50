"""Where drafts lie between two requests. In memory here; `store` keeps them in the database."""

from __future__ import annotations

import threading
from collections import OrderedDict
from typing import Protocol

from magwise.adapters.web.draft import EMPTY, Draft

__all__ = ["Desk", "MemoryDesk"]


class Desk(Protocol):
    """Keeps one draft for each owner. Called from many threads."""

    def get(self, owner: str) -> Draft: ...

    def put(self, owner: str, draft: Draft) -> None: ...

    def drop(self, owner: str) -> None: ...


class MemoryDesk:
    """Drafts until the server stops; the ones not touched for longest make room for new ones."""

    def __init__(self, *, most: int = 2_000) -> None:
        self._most = most
        self._drafts: OrderedDict[str, Draft] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, owner: str) -> Draft:
        with self._lock:
            if owner not in self._drafts:
                return EMPTY
            self._drafts.move_to_end(owner)
            return self._drafts[owner]

    def put(self, owner: str, draft: Draft) -> None:
        with self._lock:
            self._drafts[owner] = draft
            self._drafts.move_to_end(owner)
            while len(self._drafts) > self._most:
                self._drafts.popitem(last=False)

    def drop(self, owner: str) -> None:
        with self._lock:
            self._drafts.pop(owner, None)
