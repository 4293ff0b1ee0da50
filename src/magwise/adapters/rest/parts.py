"""What the routes share while the server runs: a warm reader of photos, and the lines before heavy work."""

from __future__ import annotations

import threading

from fastapi import FastAPI

from magwise.adapters.photo import Reader
from magwise.adapters.rest.gates import Gate

__all__ = ["Parts"]


class Parts:
    """Started when first asked for, and closed with the server."""

    def __init__(self, outer: FastAPI) -> None:
        self._outer = outer
        self._lock = threading.Lock()
        self._reader: Reader | None = None
        self.photos = Gate("photos", at_once=1, waiting=3, patience_s=20)
        self.heavy = Gate("long calculations", at_once=2, waiting=6, patience_s=10)

    @property
    def reader(self) -> Reader:
        with self._lock:
            if self._reader is None:
                self._reader = Reader()
                closing = getattr(self._outer.state, "closing", None)
                if closing is not None:
                    closing.callback(self._reader.close)
            return self._reader
