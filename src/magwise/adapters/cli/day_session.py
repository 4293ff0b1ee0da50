"""One person's day at one moment, as the commands about days see it: what is kept, the plan, names and times."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from magwise.adapters.cli.photo import label_of_photo
from magwise.adapters.cli.plan import day_of
from magwise.adapters.day_answer import DayAnswer, day_answer_of
from magwise.adapters.store import DayStore, Kept, remembered
from magwise.advise import Advice, advise
from magwise.advise.days import routine_on
from magwise.advise.named import called, meant_by, nearest_name
from magwise.advise.today import Calendar, calendar_of, gives_doses, today_of
from magwise.day import DAY, Routine, clock, minutes
from magwise.errors import NotFound, WrongUse
from magwise.person_file import read_person_file
from magwise.schedule.log import Entry, Today, is_before_this_day, moment_of, waking_day

if TYPE_CHECKING:
    from magwise.adapters.store.day_rows import Days
    from magwise.person import Person

__all__ = [
    "Session",
    "date_of",
    "late_minutes",
    "moment_now",
    "open_session",
    "session_of",
    "split_time",
]

_ONE = datetime.timedelta(days=1)
_TIME = re.compile(r"\d{1,4}([:.h]\d*)?|\d*:\d*")
_CLOCK = re.compile(r"\d{1,2}:\d{2}")
_LATE = re.compile(r"(?:(\d{1,3})(?:h|:|hours?|hrs?))?(?:(\d{1,4})(?:m|min|mins|minutes?)?)?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Session:
    """`day` is the date on which this waking day began, `now` counts in minutes from its midnight.

    is_a_look_ahead  another date was asked for, so that nothing begins by it
    """

    store: DayStore | Days
    kept: Kept
    advice: Advice
    calendar: Calendar
    day: datetime.date
    now: int
    is_a_look_ahead: bool = False

    @property
    def routine(self) -> Routine:
        return self.calendar.routine_on(self.day)

    @property
    def today(self) -> Today:
        return self._standing(self.day, self.now)

    @property
    def yesterday(self) -> Today:
        before = self.day - _ONE
        return self._standing(before, self.calendar.routine_on(before).wake + DAY - 1)

    def _standing(self, day: datetime.date, now: int) -> Today:
        return today_of(self.advice, self.calendar, self.kept.log(day), self.kept.log(day - _ONE), now)

    def again(self) -> Session:
        """The same moment with what has been noted since."""
        kept = self.store.read()
        start = kept.start or self.day
        return replace(self, kept=kept, calendar=calendar_of(self.advice, start))

    def begin(self) -> None:
        """The first day with a dose that somebody looks at is day 1."""
        if self.kept.start is None and gives_doses(self.advice) and not self.is_a_look_ahead:
            self.store.note_start(self.day)

    def answer(self, noted: str | None = None) -> DayAnswer:
        log, today = self.kept.log(self.day), self.today
        return day_answer_of(
            self.advice,
            self.calendar,
            log,
            today,
            self.now,
            noted=noted,
        )

    def moment(self, text: str | None, *, yesterday: bool) -> int:
        """When something was taken. A time is the nearest one; what is still to come cannot be reported."""
        if text is None:
            if yesterday:
                raise WrongUse("At what time yesterday?", remedy="magwise took zinc 22:00 --yesterday")
            return self.now
        try:
            at = minutes(text.replace(".", ":"))
        except ValueError as bad:
            raise WrongUse(f"{_capital(str(bad))}.", where="AT", remedy="magwise took zinc 10:15") from None
        past = moment_of(self.routine, at, self.now)
        if yesterday:
            return self._day_before(past)
        ahead = past + DAY - self.now
        if ahead < self.now - past:
            raise WrongUse(
                f"{clock(at)} is still to come; it is {clock(self.now)}.",
                where="AT",
                remedy="Say it when it has been taken, or add --yesterday.",
            )
        return past

    def _day_before(self, past: int) -> int:
        """Yesterday by the calendar: the last such time that does not fall on today's date."""
        today_began = self.now - self.now % DAY
        return past if past < today_began else past - DAY

    def meant(self, words: str, at: int, *, before: bool = False) -> tuple[Entry, ...]:
        """The entries of the day that these words mean. Raises WrongUse with the nearest name."""
        entries = (self.yesterday if before else self.today).entries
        found = meant_by(words, entries, at)
        if found:
            return found
        names = ", ".join(dict.fromkeys(called(one) for one in entries if one.planned is not None))
        near = nearest_name(words, entries)
        raise WrongUse(
            f"There is no {words[:60]!r} in this day.",
            where="WHAT",
            remedy=f"{f'Did you mean {near}? ' if near else ''}In this day: {names or 'nothing'}.",
        )


def open_session(
    person: Path | None, today: str | None, now: str | None, *, whole_day: bool = False
) -> Session:
    """The day of this person file, or of the one seen last. With `whole_day` another date begins with getting up."""
    path = person or remembered()
    if path is None:
        raise NotFound(
            "No day has been looked at yet, so it is not known whose day is meant.",
            remedy="Begin with: magwise day PERSON.toml",
        )
    read = read_person_file(path, read_photo=label_of_photo)
    return session_of(DayStore(path), read, today, now, whole_day=whole_day)


def session_of(
    store: DayStore | Days, read: Person, today: str | None, now: str | None, *, whole_day: bool = False
) -> Session:
    """The day of a person who has been read, with what is kept of their days."""
    day, minute, ahead = moment_now(lambda date: routine_on(read, date), today, now, whole_day=whole_day)
    kept = store.read()
    advice = advise(read, today=day)
    return Session(store, kept, advice, calendar_of(advice, kept.start or day), day, minute, ahead)


def moment_now(
    routine_on: Callable[[datetime.date], Routine], today: str | None, now: str | None, *, whole_day: bool
) -> tuple[datetime.date, int, bool]:
    """The waking day, the minute in it, and whether it is only looked at; the clock is read here and nowhere deeper."""
    here = datetime.datetime.now().astimezone()
    date = day_of(today) if today else here.date()
    if now is None and whole_day and date != here.date():
        return date, routine_on(date).wake, True
    time = here.time()
    if now is not None:
        try:
            at = minutes(now)
        except ValueError as bad:
            raise WrongUse(f"{_capital(str(bad))}.", where="--now", remedy="--now 10:15") from None
        time = datetime.time(at // 60, at % 60)
    day, minute = waking_day(routine_on(date), datetime.datetime.combine(date, time))
    if minute >= DAY and not is_before_this_day(
        routine_on(date), minute - DAY
    ):  # up early: the new day has begun
        return day + _ONE, minute - DAY, False
    return day, minute, False


def date_of(text: str, where: str) -> datetime.date:
    try:
        return datetime.date.fromisoformat(text)
    except ValueError:
        raise WrongUse(f"{text!r} is not a date.", where=where, remedy="Write it like 2026-11-22.") from None


def split_time(words: list[str]) -> tuple[str, str | None]:
    """'zinc 10:15' as its name and its time; without a time, None.

    Raises WrongUse for a person file among the words and for a time of day before the end: passed over in silence,
    a moment would be noted at which nothing was taken.
    """
    *name, last = words
    if any(word.lower().endswith(".toml") for word in words):
        raise WrongUse(
            "A person file is no name of the day.", where="WHAT", remedy="Write --person before the file."
        )
    if any(_CLOCK.fullmatch(word) for word in name):
        raise WrongUse(
            "The time stands before other words.",
            where="WHAT",
            remedy="Write the time last: magwise took zinc 10:15.",
        )
    if name and _TIME.fullmatch(last):
        return " ".join(name), last
    return " ".join(words), None


def late_minutes(text: str) -> int:
    """'45m', '1h', '1h30' or '1:30' in minutes. Raises WrongUse for other words."""
    found = _LATE.fullmatch(text.strip())
    if not found or not any(found.groups()):
        raise WrongUse(
            f"{text[:40]!r} is no length of time.", where="HOW-LONG", remedy="Write it like 45m, 1h or 1h30."
        )
    hours, rest = (int(part or 0) for part in found.groups())
    return hours * 60 + rest


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
