"""A time zone's present rule as a VTIMEZONE: two yearly recurrences, or one fixed offset.

Calendars want the zone spelt out beside every zoned time. Long lists of single transitions break some of them,
and a list that ends is wrong afterwards, so the rule itself is written: the last line of the zone's file says it
in POSIX form ("CET-1CEST,M3.5.0,M10.5.0/3").
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from importlib import resources
from typing import Any
from zoneinfo import ZoneInfo

from magwise.errors import WrongUse

__all__ = ["timezone_component", "zone_called"]

_OFFSET = r"[-+]?\d{1,2}(?::\d{2}){0,2}"
_NAME = r"<[^>]+>|[A-Za-z]+"
_CHANGE = r"M(\d{1,2})\.(\d)\.(\d)(?:/(\d{1,2})(?::(\d{2}))?)?"
_RULE = re.compile(rf"({_NAME})({_OFFSET})(?:({_NAME})({_OFFSET})?,{_CHANGE},{_CHANGE})?\Z")
_WEEKDAYS = ("SU", "MO", "TU", "WE", "TH", "FR", "SA")
_YEARS_AHEAD = 10
_LAST = 5  # POSIX: the fifth Sunday means the last


def zone_called(name: str) -> ZoneInfo:
    """The time zone with this name. Raises WrongUse for any other text."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError) as unknown:
        raise WrongUse(
            f"There is no time zone called {name[:60]!r}.",
            remedy="Write it like Europe/Berlin or America/New_York.",
        ) from unknown


def timezone_component(name: str, first: date) -> Any:
    """The VTIMEZONE of this zone from `first` on: its rule, or ten years of changes where no rule says them."""
    from icalendar import Timezone

    zone = Timezone()
    zone.add("tzid", name)
    changes = list(_changes(name, first))
    rule = _RULE.match(_present_rule(name))
    for part in _by_rule(rule, changes) if rule and _says(rule, changes) else _by_list(name, first, changes):
        zone.add_component(part)
    return zone


@dataclass(frozen=True, slots=True)
class _Change:
    """One change of the clocks: the local time at which it comes, still counted in the old offset."""

    at: datetime
    before: timedelta
    after: timedelta
    name: str


def _changes(name: str, first: date) -> Iterator[_Change]:
    """Every change of the clocks in the years ahead, found by asking the zone day by day."""
    zone = zone_called(name)
    day = datetime(first.year, first.month, first.day, tzinfo=UTC)
    for _ in range(_YEARS_AHEAD * 366):
        later = day + timedelta(days=1)
        if _offset(day, zone) != _offset(later, zone):
            yield _change_between(day, later, zone)
        day = later


def _change_between(start: datetime, end: datetime, zone: ZoneInfo) -> _Change:
    before = _offset(start, zone)
    while end - start > timedelta(minutes=1):
        middle = start + timedelta(minutes=(end - start) // timedelta(minutes=2))
        start, end = (middle, end) if _offset(middle, zone) == before else (start, middle)
    local = (end + before).replace(tzinfo=None)
    return _Change(local, before, _offset(end, zone), end.astimezone(zone).tzname() or "")


def _offset(at: datetime, zone: ZoneInfo) -> timedelta:
    return at.astimezone(zone).utcoffset() or timedelta()


def _says(rule: re.Match[str], changes: list[_Change]) -> bool:
    """Whether the rule says exactly these changes (some zones follow a table that no rule can say)."""
    if rule[3] is None:
        return not changes
    said = {(int(rule[5]), _time(rule[8], rule[9])), (int(rule[10]), _time(rule[13], rule[14]))}
    seen = {(change.at.month, (change.at.hour, change.at.minute)) for change in changes}
    return said == seen


def _by_rule(rule: re.Match[str], changes: list[_Change]) -> Iterator[Any]:
    standard = _east(rule[2])
    if rule[3] is None:
        yield _part("STANDARD", rule[1], standard, standard, datetime(1970, 1, 1))  # noqa: DTZ001 - local time
        return
    summer = _east(rule[4]) if rule[4] else standard + timedelta(hours=1)
    yield _yearly("DAYLIGHT", rule[3], standard, summer, rule.groups()[4:9])
    yield _yearly("STANDARD", rule[1], summer, standard, rule.groups()[9:14])


def _by_list(name: str, first: date, changes: list[_Change]) -> Iterator[Any]:
    start = datetime(first.year, first.month, first.day, tzinfo=zone_called(name))
    offset = start.utcoffset() or timedelta()
    yield _part("STANDARD", start.tzname() or name, offset, offset, start.replace(tzinfo=None))
    for change in changes:
        kind = "DAYLIGHT" if change.after > change.before else "STANDARD"
        yield _part(kind, change.name, change.before, change.after, change.at)


def _present_rule(name: str) -> str:
    """The POSIX line at the end of the zone's file; '' when there is none."""
    zone_called(name)
    try:
        file = resources.files("tzdata").joinpath("zoneinfo", *name.split("/"))
        return file.read_bytes().rstrip(b"\n").rpartition(b"\n")[2].decode("ascii")
    except (OSError, UnicodeDecodeError):
        return ""


def _east(posix: str) -> timedelta:
    """POSIX counts offsets to the west: 'CET-1' is one hour east."""
    hours, *smaller = posix.lstrip("+-").split(":")
    minutes, seconds = [*map(int, smaller), 0, 0][:2]
    west = timedelta(hours=int(hours), minutes=minutes, seconds=seconds)
    return west if posix.startswith("-") else -west


def _time(hour: str | None, minute: str | None) -> tuple[int, int]:
    """POSIX: at two o'clock when nothing is said."""
    return (2 if hour is None else int(hour)), int(minute or 0)


def _yearly(kind: str, name: str, before: timedelta, after: timedelta, said: tuple[Any, ...]) -> Any:
    month, week, weekday = map(int, said[:3])
    start = datetime.combine(_first_in_1970(month, week, weekday), time(*_time(*said[3:])))
    part = _part(kind, name, before, after, start)
    which = -1 if week == _LAST else week
    part.add("rrule", {"freq": "yearly", "bymonth": month, "byday": f"{which}{_WEEKDAYS[weekday]}"})
    return part


def _part(kind: str, name: str, before: timedelta, after: timedelta, start: datetime) -> Any:
    from icalendar import TimezoneDaylight, TimezoneStandard

    part = TimezoneDaylight() if kind == "DAYLIGHT" else TimezoneStandard()
    part.add("dtstart", start)
    part.add("tzname", name.strip("<>"))
    part.add("tzoffsetfrom", before)
    part.add("tzoffsetto", after)
    return part


def _first_in_1970(month: int, week: int, weekday: int) -> date:
    """The first, second ... or last such weekday (0 is Sunday) of this month in 1970."""
    days = [
        day
        for day in (date(1970, month, 1) + timedelta(days=away) for away in range(31))
        if day.month == month and day.isoweekday() % 7 == weekday
    ]
    return days[min(week, len(days)) - 1]
