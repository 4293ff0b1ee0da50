"""Stretches of a plan -> one iCalendar file, and from the file before it what has changed.

An event keeps its UID for as long as it is the same dose of the same stretch; a change raises its SEQUENCE, a
dose that is gone stays in the file as cancelled, and what has not changed is written as it was. Times are local
to the named zone, so that 19:00 stays 19:00 when the clocks change. Titles can be discreet: then no word of
magnesium, amount or meal stands in the file. Decides nothing about doses.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID, uuid5

from magwise.adapters.calendar.stretches import Stretch
from magwise.adapters.calendar.zones import timezone_component, zone_called
from magwise.errors import WrongUse
from magwise.schedule import Dose, Other
from magwise.units import number

__all__ = ["Reminder", "feed"]

_OURS = UUID(
    "0f6c1a52-6f0b-5d0e-9d3b-2a6c1d9c6b11"
)  # any fixed value: the same plan always gives the same UIDs
_DOMAIN = "@magwise.example"
_WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_LASTS = timedelta(minutes=5)
_DISCREET = "Reminder"
_CHANGES_BY_ITSELF = ("DTSTAMP", "SEQUENCE", "LAST-MODIFIED", "CREATED")


def _plain_title(dose: Dose) -> str:
    return f"Magnesium {number(dose.portion.elemental_mg)} mg with {dose.meal}"


@dataclass(frozen=True, slots=True)
class Reminder:
    """How events speak: their titles, a note below, and how many minutes before they ring (None: they do not).

    discreet  titles and notes say nothing of what it is about
    """

    title: Callable[[Dose], str] = _plain_title
    note: str = ""
    rings_min: int | None = 0
    discreet: bool = False


def feed(
    stretches: Sequence[Stretch],
    *,
    plan: str,
    zone: str,
    now: datetime,
    reminder: Reminder | None = None,
    previous: bytes | None = None,
) -> bytes:
    """The calendar of these stretches. `plan` names it for its UIDs; `previous` is the file given out before."""
    from icalendar import Calendar

    zone_called(zone)
    reminder = reminder or Reminder()
    events = {str(event["UID"]): event for event in _events(stretches, plan, zone, reminder)}
    before = _events_of(previous)
    stamp = now.astimezone(UTC).replace(microsecond=0)
    written = [_dated(event, before.get(uid), stamp) for uid, event in events.items()]
    gone = [_cancelled(event, stamp, reminder) for uid, event in before.items() if uid not in events]

    calendar = Calendar()
    calendar.add("prodid", "-//Magwise//Plan//EN")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH" if written else "CANCEL")
    everything = [*written, *(event for event in gone if not _is_over(event, now))]
    if everything:
        first = min(event["DTSTART"].dt for event in everything).date()
        for name in sorted({name for event in everything if (name := _zone_of(event))}):
            calendar.add_component(timezone_component(name, first))
    for event in everything:
        calendar.add_component(event)
    return bytes(calendar.to_ical())


def _events(stretches: Sequence[Stretch], plan: str, zone: str, reminder: Reminder) -> Iterator[Any]:
    for stretch in stretches:
        for dose in stretch.schedule.doses:
            title = _DISCREET if reminder.discreet else reminder.title(dose)
            key = f"{dose.meal}/{dose.portion.product}"
            yield _event(stretch, dose.at, title, f"{plan}/{key}", zone, reminder)
        for other in stretch.schedule.others:
            if other.moved_from is not None:
                title = _DISCREET if reminder.discreet else _moved(other)
                yield _event(stretch, other.at, title, f"{plan}/{other.take}", zone, reminder)


def _moved(other: Other) -> str:
    return f"{other.take[:1].upper()}{other.take[1:]} (moved)"


def _event(stretch: Stretch, at: int, title: str, key: str, zone: str, reminder: Reminder) -> Any:
    from icalendar import Event

    event = Event()
    start = _local(stretch.first, at, zone)
    event.add("uid", f"{uuid5(_OURS, f'{key}/{stretch.first}/{stretch.weekdays}')}{_DOMAIN}")
    event.add("summary", title)
    event.add("dtstart", start)
    event.add("duration", _LASTS)
    if stretch.last != stretch.first:
        event.add("rrule", _recurrence(stretch, at, zone))
    if reminder.note and not reminder.discreet:
        event.add("description", reminder.note)
    event.add("class", "PRIVATE")
    event.add("transp", "TRANSPARENT")
    event.add("status", "CONFIRMED")
    if reminder.rings_min is not None:
        event.add_component(_alarm(title, reminder.rings_min))
    return event


def _recurrence(stretch: Stretch, at: int, zone: str) -> dict[str, Any]:
    rule: dict[str, Any] = {"freq": "daily"}
    if stretch.weekdays:
        rule = {"freq": "weekly", "byday": [_WEEKDAYS[day] for day in stretch.weekdays]}
    if stretch.last is not None:
        rule["until"] = _local(stretch.last, at, zone).astimezone(UTC)
    return rule


def _alarm(title: str, minutes: int) -> Any:
    from icalendar import Alarm

    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", title)
    alarm.add("trigger", -timedelta(minutes=minutes))
    return alarm


def _local(day: date, at: int, zone: str) -> datetime:
    return datetime.combine(day, time(at // 60, at % 60), tzinfo=zone_called(zone))


def _events_of(previous: bytes | None) -> dict[str, Any]:
    """The events of a file that was given out before, by UID; ours only."""
    from icalendar import Calendar

    if previous is None:
        return {}
    try:
        events = [*Calendar.from_ical(previous).walk("VEVENT")]
        return {str(event["UID"]): event for event in events if str(event["UID"]).endswith(_DOMAIN)}
    except (ValueError, KeyError, TypeError, AttributeError, IndexError) as broken:
        raise WrongUse(
            "The calendar given out before cannot be read.", remedy="Write to a new file instead."
        ) from broken


def _dated(event: Any, before: Any | None, stamp: datetime) -> Any:
    """The event with its SEQUENCE: as it was when nothing has changed, one more when something has."""
    if before is not None and _content(before) == _content(event):
        return before
    event.add("dtstamp", stamp)
    event.add("last-modified", stamp)
    event.add("sequence", 0 if before is None else int(before.get("SEQUENCE", 0)) + 1)
    return event


def _cancelled(event: Any, stamp: datetime, reminder: Reminder) -> Any:
    if reminder.discreet:
        event.pop("DESCRIPTION", None)
        event["SUMMARY"] = _DISCREET
    if event.get("STATUS") == "CANCELLED":
        return event
    sequence = int(event.get("SEQUENCE", 0)) + 1
    for name in (*_CHANGES_BY_ITSELF, "STATUS"):
        event.pop(name, None)
    event.subcomponents.clear()  # what is cancelled does not ring
    event.add("status", "CANCELLED")
    event.add("dtstamp", stamp)
    event.add("last-modified", stamp)
    event.add("sequence", sequence)
    return event


def _content(event: Any) -> bytes:
    """What an event says, apart from when it was written."""
    copy = type(event).from_ical(event.to_ical())
    for name in _CHANGES_BY_ITSELF:
        copy.pop(name, None)
    return bytes(copy.to_ical())


def _is_over(event: Any, now: datetime) -> bool:
    """Whether its last time is past, so that nobody needs its cancellation any more."""
    rule = event.get("RRULE")
    last = rule["UNTIL"][0] if rule and "UNTIL" in rule else event["DTSTART"].dt
    return bool((not rule or "UNTIL" in rule) and last < now)


def _zone_of(event: Any) -> str:
    """The zone that its times name; '' for UTC, which needs no spelling out."""
    return str(event["DTSTART"].params.get("TZID", ""))
