"""`magwise day`, `took`, `missed` and `late`: today, and what really happened."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from magwise.adapters.cli.plan import Today
from magwise.errors import NotFound, WrongUse

if TYPE_CHECKING:
    from magwise.adapters.cli.day_session import Session
    from magwise.adapters.store import DayStore
    from magwise.schedule.log import Entry, Report

__all__ = [
    "being_late",
    "day",
    "late",
    "missed",
    "missing",
    "note",
    "refuse_unless_missable",
    "reports_of_taking",
    "taken_back",
    "taking",
    "took",
]

MOST_MG = 100_000  # a report above this is a slip of the keyboard

SEEN_LAST = "the one that `magwise day` saw last"
MaybePerson = Annotated[
    Path | None, typer.Argument(metavar="[PERSON.toml]", help=f"The person file (default: {SEEN_LAST}).")
]
ForPerson = Annotated[
    Path | None,
    typer.Option("--person", metavar="PERSON.toml", help=f"The person file (default: {SEEN_LAST})."),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print the published JSON shape.")]
AtTime = Annotated[
    str | None, typer.Option("--now", metavar="HH:MM", help="Answer as if it were this time (default: now).")
]


def day(
    person: MaybePerson = None,
    as_json: AsJson = False,
    today: Today = None,
    now: AtTime = None,
    start: Annotated[
        str | None,
        typer.Option(
            "--start", metavar="YYYY-MM-DD", help="The day of the first dose (default: noted on first use)."
        ),
    ] = None,
    undo: Annotated[bool, typer.Option("--undo", help="Take the last report of today back.")] = False,
    export: Annotated[
        Path | None,
        typer.Option("--export", metavar="FILE", help="Save everything kept about days, and stop."),
    ] = None,
    delete: Annotated[
        bool, typer.Option("--delete", help="Remove everything kept about days, and stop.")
    ] = False,
) -> None:
    """Today: what has been taken, what is due, what is next.

    Example: magwise day me.toml

    What you report with took, missed and late stays on this computer. --export and --delete are about the person
    file that is named, or about everything when none is.
    """
    if export is not None or delete:
        _export_and_delete(person, export, delete=delete)
        return
    from magwise.adapters.cli.day_session import date_of, open_session
    from magwise.adapters.store import remember

    session = open_session(person, today, now, whole_day=True)
    remember(session.store.person)  # type: ignore[arg-type]  # a person file, on the command line
    if start is not None:
        session.store.note_start(date_of(start, "--start"))
    else:
        session.begin()
    noted = taken_back(session) if undo else None
    _show(session.again(), noted, as_json=as_json)


def took(
    what: Annotated[
        list[str],
        typer.Argument(metavar="WHAT [AT]", help="A name of the day, or breakfast-dose; then the time."),
    ],
    person: ForPerson = None,
    mg: Annotated[
        float | None, typer.Option("--mg", help="Elemental magnesium, when it was not the planned dose.")
    ] = None,
    yesterday: Annotated[bool, typer.Option("--yesterday", help="The time was yesterday's.")] = False,
    as_json: AsJson = False,
    today: Today = None,
    now: AtTime = None,
) -> None:
    """Note what was taken, and re-plan the rest of today.

    Example: magwise took zinc 10:15
    """
    from magwise.adapters.cli.day_session import open_session, split_time

    _check_mg(mg)
    session = open_session(person, today, now)
    words, time = split_time(what)
    _note(session, taking(session, words, time, mg, yesterday=yesterday), as_json=as_json)


def missed(
    what: Annotated[list[str], typer.Argument(metavar="WHAT", help="A name of the day, or breakfast-dose.")],
    person: ForPerson = None,
    as_json: AsJson = False,
    today: Today = None,
    now: AtTime = None,
) -> None:
    """Note what was missed, and re-plan the rest of today; nothing is ever doubled.

    Example: magwise missed breakfast-dose
    """
    from magwise.adapters.cli.day_session import open_session

    session = open_session(person, today, now)
    _note(session, missing(session, " ".join(what)), as_json=as_json)


def late(
    by: Annotated[
        list[str], typer.Argument(metavar="HOW-LONG", help="Like 45m, 1h or 1h30; 0 when back in time.")
    ],
    person: ForPerson = None,
    as_json: AsJson = False,
    today: Today = None,
    now: AtTime = None,
) -> None:
    """The day runs late by so much in all: meals still to come move, medicines do not.

    Example: magwise late 45m
    """
    from magwise.adapters.cli.day_session import late_minutes, open_session

    by_min = late_minutes("".join(by))
    session = open_session(person, today, now)
    _note(session, being_late(session, by_min), as_json=as_json)


# -- what is said, as reports and in words; the REST API says it with the same functions

_Told = tuple[list["Report"], str]


def taking(session: Session, words: str, time: str | None, mg: float | None, *, yesterday: bool) -> _Told:
    """Raises WrongUse when the day has nothing of this name, or it was reported already."""
    from magwise.schedule.log import is_before_this_day

    _check_mg(mg)
    at = session.moment(time, yesterday=yesterday)
    before = is_before_this_day(session.routine, at)
    reports = reports_of_taking(session, words, at, mg, before=before)
    when = f"{'yesterday ' if before else ''}at {_clock(at)}"
    return reports, f"Taken {when}: {', '.join(map(_words, reports))}."


def missing(session: Session, words: str) -> _Told:
    """Raises WrongUse when it was taken, or can still be."""
    from magwise.advise.named import called
    from magwise.schedule.log import Report, Said

    meant = session.meant(words, session.now)
    for one in meant:
        refuse_unless_missable(one, session.now)
    reports = [Report(Said.MISSED, session.now, one.name) for one in meant]
    return reports, f"Missed: {', '.join(map(called, meant))}."


def being_late(session: Session, by_min: int) -> _Told:
    """Raises WrongUse when no night would be left."""
    from magwise.schedule.log import Report, Said, latest_min

    if by_min > latest_min(session.routine):
        raise WrongUse(
            "A day that runs so late has no night left.",
            where=f"{by_min} minutes",
            remedy="Write the times of such a day into [routine] of the person file.",
        )
    noted = f"The day runs {by_min} minutes late." if by_min else "The day is back in time."
    return [Report(Said.LATE, session.now, late_min=by_min)], noted


def note(session: Session, reports: list[Report]) -> Session:
    """The reports, and what the diary has of them, are on the disk; the session with them."""
    from magwise.adapters.cli.doses import records_of

    session.begin()
    for report in reports:
        session.store.note(session.day, report, records_of(session, report))
    return session.again()


def _check_mg(mg: float | None) -> None:
    if mg is not None and not (math.isfinite(mg) and 0 < mg <= MOST_MG):
        raise WrongUse(f"{mg:g} mg cannot be taken.", where="--mg", remedy="Give milligrams, like 61.")


def reports_of_taking(
    session: Session, words: str, at: int, mg: float | None, *, before: bool
) -> list[Report]:
    """What is to be noted when this was taken. Raises WrongUse for what cannot be, or stands there already."""
    from magwise.schedule.log import Report, Said, State
    from magwise.schedule.model import MAGNESIUM

    if mg is not None and words.casefold() == MAGNESIUM and not _has_an_open_dose(session, before=before):
        return [Report(Said.TOOK, session.now, MAGNESIUM, at, mg, yesterday=before)]
    reports = []
    for one in session.meant(words, at, before=before):
        if one.take != MAGNESIUM and mg is not None:
            raise WrongUse(
                "--mg is for magnesium.", where="--mg", remedy=f"Without it: magwise took {one.take}"
            )
        if one.dose and one.state is State.TAKEN and one.at != at:
            raise WrongUse(
                f"The dose with {one.name} was reported already, at {_clock(one.when)}.",
                remedy="Was the time wrong? `magwise day --undo` takes the last report back. "
                "Was it one more? magwise took magnesium AT --mg AMOUNT",
            )
        planned = one.dose.portion.elemental_mg if one.dose else 0.0
        dose = one.name if one.dose else ""
        reports.append(
            Report(
                Said.TOOK, session.now, one.take, at, planned if mg is None else mg, dose, yesterday=before
            )
        )
    return reports


def _has_an_open_dose(session: Session, *, before: bool) -> bool:
    """Whether magnesium of another amount still stands for a dose of the day: one that nobody has reported."""
    from magwise.schedule.log import State

    entries = (session.yesterday if before else session.today).entries
    return any(one.dose and one.state is not State.TAKEN for one in entries)


def refuse_unless_missable(one: Entry, now: int) -> None:
    """Raises WrongUse for what was taken, or can still be."""
    from magwise.advise.named import called
    from magwise.schedule.log import State

    if one.state is State.TAKEN:
        raise WrongUse(
            f"{called(one)} was reported as taken at {_clock(one.when)}.",
            remedy="If that was a mistake: magwise day --undo",
        )
    if one.state in {State.NEXT, State.LATER} or (one.state is State.DUE and one.when >= now):
        raise WrongUse(
            f"{called(one)} is planned for {_clock(one.when)} and can still be taken.",
            remedy="Say that it was missed when its time is past.",
        )


def _note(session: Session, said: _Told, *, as_json: bool) -> None:
    """The reports are on the disk before anything is said about them."""
    from magwise.adapters.store import remember

    reports, noted = said
    after = note(session, reports)
    remember(session.store.person)  # type: ignore[arg-type]  # a person file, on the command line
    _show(after, noted, as_json=as_json)


def taken_back(session: Session) -> str:
    """The last report of today does not count any more. Raises WrongUse when there is none."""
    reports = session.kept.log(session.day).reports
    if not reports:
        raise WrongUse("There is no report of today to take back.", where="--undo")
    session.store.take_back(session.day)
    last = reports[-1]
    return f"Taken back: {last.said} {_words(last)}".rstrip() + "."


def _show(session: Session, noted: str | None, *, as_json: bool) -> None:
    answer = session.answer(noted)
    if as_json:
        from magwise.adapters.contract import bytes_of

        print(bytes_of(answer))
        return
    from magwise.adapters.cli.screen_of_day import show_day

    show_day(answer)


def _words(report: Report) -> str:
    from magwise.units import number

    if report.late_min:
        return f"{report.late_min} min"
    amount = f"{number(report.elemental_mg)} mg " if report.elemental_mg else ""
    return f"{amount}{report.what}{f' with {report.dose}' if report.dose else ''}"


def _clock(at: int) -> str:
    from magwise.day import clock

    return clock(at)


def _export_and_delete(person: Path | None, export: Path | None, *, delete: bool) -> None:
    """Everything kept is saved first, and removed only then."""
    from magwise.adapters.store import DayStore, every_store, forget

    stores = every_store() if person is None else [DayStore(person)]
    if export is not None:
        _export(stores, export)
    if delete:
        removed = sum(store.delete() for store in stores)
        if person is None:
            forget()
        print(f"Removed: the days of {removed} person file{'' if removed == 1 else 's'}.")


def _export(stores: list[DayStore], export: Path) -> None:
    from magwise.adapters.store import write_whole

    if export.exists():
        raise WrongUse("There is a file of this name already.", where=str(export), remedy="Name another one.")
    everything = []
    for store in stores:
        records = store.records()
        if records:
            everything.append({"person": str(store.person), "records": records})
    if not everything:
        raise NotFound("Nothing is kept about days.", remedy="`magwise day PERSON.toml` begins.")
    write_whole(export, json.dumps({"days": everything}, ensure_ascii=False, indent=1).encode(), private=True)
    print(f"Saved to {export}.")
