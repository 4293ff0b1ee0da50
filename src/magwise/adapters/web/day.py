"""A visit -> this person's day at this moment, through the same parts as `magwise day`."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Any, cast

from magwise.adapters.cli.day_session import Session, moment_now
from magwise.adapters.contract import FindingOut, finding_out
from magwise.adapters.day_answer import DayAnswer, EntryOut
from magwise.adapters.web.answers import answered
from magwise.adapters.web.draft import Draft
from magwise.adapters.web.sessions import Visit
from magwise.advise.days import routine_on
from magwise.advise.named import called
from magwise.advise.today import calendar_of
from magwise.diary.flags import Seen, red_flags

__all__ = ["Row", "rows_of", "session_of", "warnings_of"]


@dataclass(frozen=True, slots=True)
class Row:
    """One thing of the day; `name` is what a report calls it, `can` what may be said of it now."""

    entry: EntryOut
    name: str
    can: tuple[str, ...]


def session_of(visit: Visit, draft: Draft) -> Session:
    """The waking day that holds this moment. The clock is this computer's."""
    person = answered(draft, visit.today).advice.person
    day, minute, ahead = moment_now(
        lambda date: routine_on(person, date), visit.today.isoformat(), _now(visit), whole_day=False
    )
    advice = answered(draft, day).advice
    days = visit.place.days
    kept = days.read()
    return Session(cast(Any, days), kept, advice, calendar_of(advice, kept.start or day), day, minute, ahead)


def rows_of(session: Session, answer: DayAnswer) -> list[Row]:
    """Every entry with what can be said of it."""
    pairs = zip(session.today.entries, answer.entries, strict=True)
    return [Row(shown, called(one), _can(shown)) for one, shown in pairs]


def warnings_of(visit: Visit, draft: Draft) -> tuple[Seen, list[FindingOut]]:
    """What the diary says of safety: red flags come before everything else on a page."""
    age = draft.told("person", "age")
    seen = red_flags(visit.place.diary.entries(), country=draft.country, age=age)
    return seen, [finding_out(one) for one in seen.findings]


def _can(entry: EntryOut) -> tuple[str, ...]:
    if entry.state in ("taken", "left_out", "missed"):
        return ()
    if entry.state == "assumed":
        return ("took", "missed")
    return ("took",) if entry.state in ("due", "next", "later") else ()


def _now(visit: Visit) -> str | None:
    """The time of the settings, where a test gives one."""
    given: datetime.time | None = visit.request.app.state.settings.now
    return None if given is None else f"{given:%H:%M}"
