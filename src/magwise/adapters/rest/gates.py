"""Heavy work waits in a short line: when the line is full, the server says so at once instead of falling over."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from magwise.adapters.rest.problems import BUSY, Refused

__all__ = ["Gate"]


class Gate:
    """At most `at_once` run, at most `waiting` wait, and none of them longer than `patience_s`."""

    def __init__(self, name: str, *, at_once: int, waiting: int, patience_s: float) -> None:
        self.name = name
        self._patience = patience_s
        self._free = threading.BoundedSemaphore(at_once)
        self._places = threading.BoundedSemaphore(at_once + waiting)

    @contextmanager
    def passed(self) -> Iterator[None]:
        """Raises Refused with `Retry-After` when there is no place."""
        if not self._places.acquire(blocking=False):
            raise self._busy()
        try:
            if not self._free.acquire(timeout=self._patience):
                raise self._busy()
            try:
                yield
            finally:
                self._free.release()
        finally:
            self._places.release()

    def _busy(self) -> Refused:
        return Refused(
            BUSY,
            f"The server is busy with {self.name}.",
            remedy="Try again after the seconds in the header Retry-After.",
            headers={"Retry-After": str(max(1, round(self._patience)))},
        )
