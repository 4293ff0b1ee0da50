"""How often somebody may knock: a bucket that fills slowly, for each knocker; the oldest are forgotten."""

from __future__ import annotations

import math
import threading
import time
from collections import OrderedDict
from collections.abc import Callable

__all__ = ["Throttle"]


class Throttle:
    """`burst` at once, and `per_second` on the average. At most `remembered` knockers are kept in memory."""

    def __init__(
        self,
        *,
        per_second: float,
        burst: float,
        remembered: int = 10_000,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._per_second, self._burst, self._remembered, self._clock = per_second, burst, remembered, clock
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()  # what is left, and when
        self._lock = threading.Lock()

    def wait_s(self, who: str, *, cost: float = 1.0) -> int:
        """0: come in. Else the whole seconds until it is worth knocking again."""
        now = self._clock()
        with self._lock:
            left, then = self._buckets.pop(who, (self._burst, now))
            left = min(self._burst, left + (now - then) * self._per_second)
            allowed = left >= cost
            self._buckets[who] = (left - cost if allowed else left, now)
            while len(self._buckets) > self._remembered:
                self._buckets.popitem(last=False)
        return 0 if allowed else max(1, math.ceil((cost - left) / self._per_second))

    def forgive(self, who: str) -> None:
        """As if they had never knocked."""
        with self._lock:
            self._buckets.pop(who, None)

    def __len__(self) -> int:
        return len(self._buckets)
