"""`magwise log`: one line into the diary."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from magwise.errors import MagwiseError, NotAnEntry, WrongUse

if TYPE_CHECKING:
    import datetime
    from collections.abc import Sequence

    from magwise.adapters.cli.day_session import Session
    from magwise.adapters.store.diary import Diary
    from magwise.diary import DoseRecord, Entry, When
    from magwise.schedule.log import Report

__all__ = ["Database", "log", "told_day"]

Database = Annotated[
    str | None,
    typer.Option(
        "--database", metavar="URL", help="Another diary: sqlite:////path or postgresql://user@host/name.",
        show_default=False,
    ),
]  # fmt: skip


def log(
    words: Annotated[
        list[str] | None, typer.Argument(metavar="WHAT [VALUE] [UNIT]", help="What to note, in plain words.")
    ] = None,
    day: Annotated[
        str | None,
        typer.Option("--day", metavar="YYYY-MM-DD", help="The day it belongs to (default: today)."),
    ] = None,
    at: Annotated[str | None, typer.Option("--at", metavar="HH:MM", help="At what time that day.")] = None,
    note: Annotated[str, typer.Option("--note", help="A remark to keep with it.")] = "",
    list_words: Annotated[
        bool, typer.Option("--list", help="Show everything that can be noted, and stop.")
    ] = False,
    database: Database = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the published JSON shape.")] = False,
) -> None:
    """Note one thing in the diary.

    Examples: magwise log sleep 7 · log bristol 4 · log bp 132/84 · log cramps 2 --day 2026-11-20 · log coffee 3 ·
    log lab "serum magnesium" 0.78 mmol/L · log dose · log dose skipped · log loose stools · log fainting gone

    What is noted stays on this computer. A red flag in the diary is said before anything else.
    """
    if list_words:
        _show_words()
        return
    from magwise.diary import Kind, read_line
    from magwise.diary.flags import red_flags
    from magwise.diary.views import said_of, step_back_words

    if not words:
        raise WrongUse(
            "What shall be noted?", remedy="Like: magwise log sleep 7. `magwise log --list` shows all words."
        )
    when = _when(day, at)
    entries = [_with_note(one, note) for one in read_line(words, when)]
    diary = _diary(database)
    kept, remarks = _keep(
        diary, entries, on_another_day=day is not None or at is not None or database is not None
    )
    seen = red_flags(diary.entries())
    about_stools = any(
        one.kind in {Kind.DOSE, Kind.SIDE_EFFECT} or said_of(one).startswith("stool") for one in kept
    )
    say = [step_back_words()] if seen.step_back and about_stools and not seen.is_urgent else []
    if as_json:
        from magwise.adapters.contract import bytes_of
        from magwise.adapters.diary_answer import log_answer

        print(bytes_of(log_answer(kept, seen, [*say, *remarks])))
        return
    from magwise.adapters.cli.screen_of_diary import show_logged

    show_logged(kept, seen, say, remarks)


def told_day(text: str | None, here: datetime.date) -> datetime.date:
    """The day that was given, or today. Raises NotAnEntry for one that is still to come or long past."""
    from datetime import timedelta

    from magwise.adapters.cli.day_session import date_of
    from magwise.diary.vocabulary import number_of

    day = here if text is None else date_of(text, "--day")
    ahead, back = (
        timedelta(days=number_of("late-entry", f"furthest_{way}_days")) for way in ("ahead", "back")
    )
    if not here - back <= day <= here + ahead:
        raise NotAnEntry(
            f"{day.isoformat()} is {'still to come' if day > here else 'too long ago'}; today is {here.isoformat()}.",
            where="--day",
            remedy="Give a day that is past, or leave it out.",
        )
    return day


def _when(day: str | None, at: str | None) -> When:
    """The day and, today or with --at, the moment; the clock is read here and nowhere deeper."""
    import datetime

    from magwise.adapters.cli.doses import here_and_now
    from magwise.day import minutes
    from magwise.diary import When

    now, zone = here_and_now()
    date = told_day(day, now.date())
    if at is None:
        return When(date, now if day is None else None, zone)
    try:
        minute = minutes(at)
    except ValueError as bad:
        raise NotAnEntry(
            f"{str(bad)[:1].upper()}{str(bad)[1:]}.", where="--at", remedy="--at 22:15"
        ) from None
    moment = datetime.datetime.combine(date, datetime.time(minute // 60, minute % 60)).astimezone()
    if moment > now:
        raise NotAnEntry(f"{at} is still to come.", where="--at", remedy="Add --day for an earlier day.")
    return When(date, moment, zone)


def _with_note(entry: Entry, note: str) -> Entry:
    from dataclasses import replace

    text = " ".join(part for part in (entry.note, note.strip()[:1000]) if part)
    return replace(entry, note=text) if text != entry.note else entry


def _keep(
    diary: Diary, entries: Sequence[Entry], *, on_another_day: bool
) -> tuple[list[Entry], tuple[str, ...]]:
    """The entries with their numbers, and remarks; a dose of today is told to the day, too, so that both agree."""
    from magwise.diary import DoseRecord

    if len(entries) == 1 and isinstance(entries[0], DoseRecord) and not on_another_day:
        told = _told_to_the_day(diary, entries[0])
        if told is not None:
            return told
    return diary.add_all(entries), ()


def _told_to_the_day(diary: Diary, dose: DoseRecord) -> tuple[list[Entry], tuple[str, ...]] | None:
    """The dose as `magwise took` and `missed` would note it; None without a plan that gives doses."""
    from magwise.adapters.cli.day_session import open_session
    from magwise.adapters.cli.doses import records_of
    from magwise.adapters.store import remembered
    from magwise.advise.today import gives_doses

    if remembered() is None:
        return None
    try:
        session = open_session(None, None, None)
    except MagwiseError:
        return None  # the person file is gone or broken: the dose is noted all the same
    if not gives_doses(session.advice):
        return None
    report = _report_of(session, dose)
    session.begin()
    session.store.note(session.day, report, records_of(session, report))
    return diary.last(), tuple(session.again().answer().remarks)


def _report_of(session: Session, dose: DoseRecord) -> Report:
    """What was said, for the day. Raises NotAnEntry where the plan has no such dose any more."""
    from magwise.diary import Taking
    from magwise.schedule.log import Report, Said, State
    from magwise.schedule.model import MAGNESIUM

    if dose.elemental_mg and not dose.meal:
        return Report(Said.TOOK, session.now, MAGNESIUM, session.now, dose.elemental_mg)
    [meant] = session.meant(f"{dose.meal}-dose" if dose.meal else MAGNESIUM, session.now)
    if meant.state is State.TAKEN:
        raise NotAnEntry(
            "The planned magnesium of today was noted already.",
            remedy="Was it one more? Say how much: magwise log dose 100 mg",
        )
    if dose.taking is Taking.SKIPPED:
        return Report(Said.MISSED, session.now, meant.name)
    mg = meant.elemental_mg if dose.elemental_mg is None else dose.elemental_mg
    return Report(Said.TOOK, session.now, MAGNESIUM, session.now, mg, meant.name)


def _diary(database: str | None) -> Diary:
    from magwise.adapters.store import LOCAL, open_store

    return open_store(database).diary(LOCAL)


def _show_words() -> None:
    from rich.console import Console
    from rich.table import Table

    from magwise.diary import influences, outcomes
    from magwise.units import number

    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("say", "also", "from", "to", "unit"):
        table.add_column(heading)
    for one in outcomes().values():
        also = ", ".join(word for word in one.words[1:3])
        table.add_row(one.words[0], also, number(one.low), number(one.high), one.unit)
    table.add_row("bp", "blood pressure", "", "", "both figures: 132/84")
    for other in influences().values():
        bounds = ("", "", "in words") if other.text else (number(other.low), number(other.high), other.unit)
        table.add_row(other.words[0], ", ".join(other.words[1:3]), *bounds)
    table.add_row("dose", "dose skipped, dose late", "", "", "mg of magnesium, or none for the planned one")
    table.add_row("lab", "", "", "", 'name, value, unit: lab "serum magnesium" 0.78 mmol/L')
    table.add_row("side effect", "or just the words", "", "", "mild, moderate, severe; WORDS gone")
    Console(highlight=False).print(table)
