"""`magwise plan ... --ics FILE`: the plan as a calendar file, from its first dose on.

Comes in: an answer, and the file given out before under this name. Goes out: the same file with every step, weekly
tablet and course; what has changed raises its SEQUENCE, what is gone is cancelled. Where there is no dose, nothing is
written, and reminders given out before are cancelled.
"""

from __future__ import annotations

import datetime
import hashlib
import os
from pathlib import Path
from typing import Any

from magwise import wording
from magwise.adapters.calendar import Reminder, feed, reminder_of, stages_of, stretches, zone_here
from magwise.adapters.cli.day_session import date_of
from magwise.adapters.store import DayStore, write_whole
from magwise.advise import Advice
from magwise.advise.today import calendar_of, gives_doses
from magwise.errors import MagwiseError, WrongUse

__all__ = ["write_calendar"]

LARGEST_CALENDAR = 20_000_000  # bytes
_OURS = b"PRODID:-//Magwise//Plan//EN"


def write_calendar(
    advice: Advice, person: Path, file: Path, *, discreet: bool, zone: str | None, start: str | None
) -> str:
    """The calendar is in the file, whole; returns what was done, in words. Raises when there is no dose."""
    zone = zone or zone_here()
    previous = _given_out_before(file)
    now = datetime.datetime.now(datetime.UTC)
    if not gives_doses(advice):
        headline = wording.headline(advice.decision)
        if previous is None:
            raise MagwiseError(
                "No calendar was written: there is no dose to remind of.", where=str(file), remedy=headline
            )
        write_whole(
            file,
            feed(
                (),
                plan=_name(person),
                zone=zone,
                now=now,
                previous=previous,
                reminder=Reminder(discreet=discreet),
            ),
        )
        return f"All reminders in {file.name} are cancelled: there is no dose. {headline}"
    calendar = calendar_of(advice, _start(advice, person, previous, start))
    reminder = reminder_of(advice, discreet=discreet)
    content = feed(
        stretches(stages_of(calendar)),
        plan=_name(person),
        zone=zone,
        now=now,
        reminder=reminder,
        previous=previous,
    )
    if content == previous:
        return f"Nothing has changed in {file.name}."
    write_whole(file, content)
    return f"Reminders from {calendar.start} on are in {file.name}, at the times of {zone}."


def _name(person: Path) -> str:
    """What tells this person's reminders from another's: a fingerprint, for the file's name says too much."""
    return hashlib.sha256(os.fsencode(person.resolve())).hexdigest()


def _start(advice: Advice, person: Path, previous: bytes | None, given: str | None) -> datetime.date:
    """Day 1: as said, as noted before, as the file has it, or today; noted, so that `magwise day` agrees."""
    store = DayStore(person)
    noted = store.read().start
    start = date_of(given, "--start") if given else noted or _first_day(previous) or advice.today
    if start != noted:
        store.note_start(start)
    return start


def _first_day(previous: bytes | None) -> datetime.date | None:
    """The first day of what the file has and nobody cancelled."""
    from icalendar import Calendar

    if previous is None:
        return None
    try:
        events: list[Any] = list(Calendar.from_ical(previous).walk("VEVENT"))
        days = [one["DTSTART"].dt.date() for one in events if one.get("STATUS") != "CANCELLED"]
    except (ValueError, KeyError, TypeError, AttributeError, IndexError):
        return None  # `feed` says what is wrong with it
    return min(days, default=None)


def _given_out_before(file: Path) -> bytes | None:
    """The calendar in this file. Raises WrongUse for a file that is none of ours: it is not overwritten."""
    try:
        if file.is_dir():
            raise WrongUse("This is a folder.", where=str(file), remedy="Name a file, like plan.ics.")
        with file.open("rb") as opened:
            content = opened.read(LARGEST_CALENDAR + 1)
    except FileNotFoundError:
        return None
    except OSError as refused:
        raise MagwiseError(f"The file cannot be opened: {refused.strerror}.", where=str(file)) from None
    if _OURS not in content or len(content) > LARGEST_CALENDAR:
        raise WrongUse(
            "This file is no calendar of Magwise's, so it is left as it is.",
            where=str(file),
            remedy="Name a new file, like plan.ics.",
        )
    return content
