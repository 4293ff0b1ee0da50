"""What `day`, `took`, `missed` and `late` answer: one published shape, built here and nowhere else.

Comes in: an `Advice`, its calendar, and today as it stands. Goes out: `DayAnswer`, in which magnesium that is paused
or refused has no dose. The shape only grows.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from magwise.adapters.contract import (
    Clock,
    Day,
    DecisionWord,
    Number,
    QuestionOut,
    UncheckedOut,
    With,
    answer_of,
)
from magwise.advise import Advice
from magwise.advise.today import Calendar, gives_doses
from magwise.day import clock
from magwise.findings import Level
from magwise.schedule.log import DayLog, Entry, Said, State, Today
from magwise.schedule.model import MAGNESIUM, Outcome
from magwise.schedule.replan import Change
from magwise.units import number

__all__ = ["ChangeOut", "DayAnswer", "EntryOut", "day_answer_of"]

StateWord = Literal["taken", "assumed", "missed", "left_out", "due", "next", "later"]


class _Shape(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class EntryOut(_Shape):
    """One thing of the day."""

    time: Clock = Field(
        description="when it was taken, or when it comes now; of what is left out, its old time"
    )
    take: str
    state: StateWord = Field(
        description="assumed: its time is past and nobody said anything, so it counts as taken"
    )
    planned: Clock | None = Field(description="when the day's timetable had it; null when it was not planned")
    with_: With | None = Field(default=None, alias="with", serialization_alias="with")
    product: int | None = None
    units: Number | None = None
    unit: str | None = None
    elemental_mg: Number | None = None


class ChangeOut(_Shape):
    """What the last report moved."""

    take: str
    was: Clock
    now: Clock | None = Field(description="null: left out today, and not made up for")
    why: str


class DayAnswer(_Shape):
    """What `magwise day PERSON.toml --json` prints, and `took`, `missed` and `late` with --json."""

    decision: DecisionWord
    headline: str
    red_flags: str
    day: Day = Field(description="the date on which this waking day began")
    now: Clock
    day_of_plan: int | None = Field(description="1 on the day of the first dose; null when no dose is given")
    noted: str | None = Field(default=None, description="what this command wrote down")
    entries: list[EntryOut]
    changes: list[ChangeOut]
    pause: list[str] = Field(description="why there is no magnesium today, where it pauses or is refused")
    remarks: list[str]
    could_not_check: list[UncheckedOut]
    questions: list[QuestionOut]
    limit_mg_per_day: Number
    most_24h_mg: Number = Field(
        description="magnesium in the 24 hours up to now, counting as taken what was planned and nobody spoke about"
    )
    disclaimer: str


def day_answer_of(
    advice: Advice,
    calendar: Calendar,
    log: DayLog,
    today: Today,
    now: int,
    *,
    noted: str | None = None,
    remarks: tuple[str, ...] = (),
) -> DayAnswer:
    """The whole answer of a day."""
    whole = answer_of(advice)
    return DayAnswer(
        decision=whole.decision,
        headline=whole.headline,
        red_flags=whole.red_flags,
        day=log.day.isoformat(),
        now=clock(now),
        day_of_plan=calendar.number(log.day),
        noted=noted,
        entries=[_entry(one, advice) for one in today.entries],
        changes=[_change(one, today) for one in today.changes],
        pause=list(_pause(advice, calendar, log.day)),
        remarks=[*remarks, *_remarks(advice, calendar, log, today)],
        could_not_check=whole.could_not_check,
        questions=[] if gives_doses(advice) else whole.questions,
        limit_mg_per_day=advice.limit.mg_per_day,
        most_24h_mg=today.most_24h_mg,
        disclaimer=whole.disclaimer,
    )


def _entry(one: Entry, advice: Advice) -> EntryOut:
    portion = one.dose.portion if one.dose else None
    as_planned = portion is not None and portion.elemental_mg == one.elemental_mg
    return EntryOut(
        time=clock(one.when),
        take=one.take,
        state=one.state.value,
        planned=None if one.planned is None else clock(one.planned),
        with_=one.dose.meal.value if one.dose else None,
        product=portion.product if portion else None,
        units=portion.units if portion and as_planned else None,
        unit=advice.products[portion.product].unit if portion and as_planned else None,
        elemental_mg=one.elemental_mg if one.take == MAGNESIUM else None,
    )


def _change(one: Change, today: Today) -> ChangeOut:
    meal = next((entry.name for entry in today.entries if _is_it(entry, one)), None)
    take = f"{one.what} with {meal}" if meal and one.what == MAGNESIUM else one.what
    return ChangeOut(
        take=take, was=clock(one.was), now=None if one.now is None else clock(one.now), why=one.why
    )


def _is_it(entry: Entry, change: Change) -> bool:
    now = entry.at if change.now is not None else entry.planned
    wanted = change.now if change.now is not None else change.was
    return entry.dose is not None and now is not None and clock(now) == clock(wanted)


def _pause(advice: Advice, calendar: Calendar, day: date) -> Iterator[str]:
    """Why there is no magnesium today."""
    if not gives_doses(advice):
        yield from (one.message for one in advice.findings if one.level >= Level.ASK_FIRST)
        yield from (f"Could not check {one.what}: {one.why}." for one in advice.unchecked if one.blocks)
        return
    if calendar.start and day < calendar.start:
        yield f"The first dose is on {calendar.start.isoformat()}; no magnesium before."
    elif calendar.on(day).outcome is Outcome.NO_ROOM:
        yield "Pause magnesium today: no meal is far enough from the medicines. Ask the pharmacist."
        yield from calendar.on(day).conflict


def _remarks(advice: Advice, calendar: Calendar, log: DayLog, today: Today) -> Iterator[str]:
    yield from _less_than_usual(calendar, log.day)
    yield from _missed_medicines(log, today)
    if today.most_24h_mg > advice.room_mg:
        yield (
            f"That may be {number(today.most_24h_mg)} mg in 24 hours, and the limit leaves "
            f"{number(advice.room_mg)} mg for it. Take no more magnesium today, and watch for the signs named on top."
        )
    extra = [one for one in today.entries if one.planned is None and one.state is State.TAKEN]
    for one in extra:
        yield (
            f"{_capital(one.take)} at {clock(one.when)} was not planned today, or was reported before. It counts too; "
            "if it is a mistake, `magwise day --undo` takes the last report back."
        )
    for name in today.unknown:
        yield f"{_capital(name)} was reported but is not part of this day any more; nothing could be moved for it."
    yield from _assumed_courses(advice)


def _less_than_usual(calendar: Calendar, day: date) -> Iterator[str]:
    step, planned = calendar.step_on(day), calendar.on(day)
    mg = sum(dose.portion.elemental_mg for dose in planned.doses)
    if step and planned.doses and mg < step.mg_per_day - 0.05:
        yield (
            f"Today has room for {number(mg)} of {number(step.mg_per_day)} mg. What has no room is left out and not "
            "made up for."
        )


def _missed_medicines(log: DayLog, today: Today) -> Iterator[str]:
    missed = {one.what for one in log.standing if one.said is Said.MISSED}
    for name in dict.fromkeys(
        one.take for one in today.entries if one.kind == "medicine" and one.take in missed
    ):
        yield (
            f"{_capital(name)} is not moved here: its leaflet or the pharmacist says what to do about a missed one. "
            f'When it is taken after all, say "magwise took", so that magnesium keeps away from it.'
        )


def _assumed_courses(advice: Advice) -> Iterator[str]:
    """A course whose first day nobody told begins today, every day anew."""
    told = {day for line in advice.person.medicines for day in (line.starts, line.ends)}
    problem = advice.problem
    names = (
        {one.name for one in problem.fixed if one.last and one.first == advice.today} if problem else set()
    )
    if advice.today not in told:
        for name in sorted(names):
            yield f"Nobody said when the course of {name} begins, so it counts as beginning today. Give `starts`."


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
