"""What a server needs to know before it answers anybody."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import dataclass

__all__ = ["LOOPBACK", "Settings"]

LOOPBACK = ("127.0.0.1", "localhost", "::1")


def _today() -> datetime.date:
    return datetime.datetime.now().astimezone().date()


@dataclass(frozen=True, slots=True)
class Settings:
    """How this server is reached, and the parts it is given.

    names     hosts by which browsers may ask for it; any other Host header is refused (DNS rebinding)
    secure    it is reached through https, so cookies are marked Secure
    today     the clock, read here and nowhere deeper
    now       the time of day; None is this computer's clock
    database  URL of the store; None keeps everybody apart in a temporary file, until the server stops
    accounts  whoever is not signed in sees nothing; without, everything is of this computer's user
    """

    names: tuple[str, ...] = LOOPBACK
    secure: bool = False
    today: Callable[[], datetime.date] = _today
    now: datetime.time | None = None
    database: str | None = None
    largest_body: int = 26_000_000  # bytes; a photo may have 25 million
    largest_upload: int = 600_000_000  # bytes; a catalogue, on the paths that take one
    upload_paths: tuple[str, ...] = ("/catalogue/", "/api/v1/catalogue")
    quiet: bool = False
    accounts: bool = False
    requests_per_second: float = 50.0  # of one account or address, on the average; four times as many at once
