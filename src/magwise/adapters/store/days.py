"""The days of a person file, for the command line: opens the store when something is asked, and no sooner."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from magwise.adapters.store.places import LOCAL, database_url
from magwise.errors import WrongUse
from magwise.schedule.log import DayLog, Report

if TYPE_CHECKING:
    from magwise.adapters.store.day_rows import Days
    from magwise.adapters.store.store import Store
    from magwise.diary import Entry

__all__ = ["DayStore", "Kept", "every_store", "forget", "remember", "remembered"]


@dataclass(frozen=True, slots=True)
class Kept:
    """`start` is the day of the first dose, where it was noted."""

    start: date | None = None
    logs: dict[date, DayLog] = field(default_factory=dict)

    def log(self, day: date) -> DayLog:
        return self.logs.get(day, DayLog(day))


class DayStore:
    """The reports about the days of one person file."""

    def __init__(self, person: Path) -> None:
        self.person = person.resolve()

    def read(self) -> Kept:
        return self._days.read()

    def note_start(self, start: date) -> None:
        self._days.note_start(start)

    def note(self, day: date, report: Report, entries: Sequence[Entry] = ()) -> None:
        """The report and the diary's entries that follow from it are on the disk."""
        self._days.note(day, report, entries)

    def take_back(self, day: date) -> None:
        """The last report of this day does not count any more, nor what followed from it."""
        self._days.take_back(day)

    def records(self) -> list[dict[str, Any]]:
        return self._days.records()

    def delete(self) -> bool:
        """Nothing of it is left. False when there was nothing."""
        return self._days.delete()

    @property
    def _days(self) -> Days:
        return _store().days(LOCAL, _named(self.person))


def every_store() -> list[DayStore]:
    """One for each person file that days are kept of."""
    from magwise.adapters.store.day_rows import all_people

    return [DayStore(Path(person)) for person in all_people(_store().engine, LOCAL)]


def remember(person: Path) -> None:
    """From now on this is the person file that is meant when none is named."""
    _store().days(LOCAL, _named(person.resolve())).remember()


def remembered() -> Path | None:
    """The person file that `magwise day` saw last."""
    from magwise.adapters.store.day_rows import last_seen

    found = last_seen(_store().engine, LOCAL)
    return None if found is None else Path(found)


def forget() -> None:
    from magwise.adapters.store.day_rows import forget_seen

    forget_seen(_store().engine, LOCAL)


def _store() -> Store:
    return _opened(database_url())


@lru_cache(maxsize=4)
def _opened(url: str) -> Store:
    from magwise.adapters.store import open_store

    return open_store(url)


def _named(person: Path) -> str:
    name = str(person)
    try:
        name.encode()
    except UnicodeEncodeError:
        raise WrongUse(
            "The name of the person file is not text in UTF-8.", remedy="Give the file another name."
        ) from None
    return name
