"""`magwise diary`: show, correct, undo, export, import, backup, restore, delete."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from magwise.adapters.cli.log import Database, told_day
from magwise.errors import NotABackup, NotFound, WrongUse

if TYPE_CHECKING:
    from collections.abc import Sequence

    from magwise.adapters.importers.rejects import Rejects
    from magwise.adapters.store.diary import Diary
    from magwise.diary import Entry
    from magwise.diary.flags import Seen

__all__ = ["diary"]

LARGEST_BACKUP = 500_000_000  # bytes

diary = typer.Typer(
    add_completion=False,
    rich_markup_mode=None,
    no_args_is_help=False,
    invoke_without_command=True,
    help="What was noted: shown, corrected, saved, read in, removed.\n\nExample: magwise diary show --days 14",
)
AsJson = Annotated[bool, typer.Option("--json", help="Print the published JSON shape.")]
Yes = Annotated[bool, typer.Option("--yes", help="Do it without asking.")]


@diary.callback(invoke_without_command=True)
def _week(context: typer.Context) -> None:
    if context.invoked_subcommand is None:
        show(day=None, days=7, each=False, database=None, as_json=False)


@diary.command()
def show(
    day: Annotated[
        str | None, typer.Option("--day", metavar="YYYY-MM-DD", help="The last day (default: today).")
    ] = None,
    days: Annotated[int, typer.Option("--days", min=1, max=3660, help="How many days, with --each.")] = 7,
    each: Annotated[
        bool, typer.Option("--each", help="Every entry with its number, instead of the table.")
    ] = False,
    database: Database = None,
    as_json: AsJson = False,
) -> None:
    """The week as a table, or every entry with its number.

    Example: magwise diary show --each
    """
    from datetime import timedelta

    from magwise.adapters.cli.doses import here_and_now
    from magwise.diary.views import week_view

    last = told_day(day, here_and_now()[0].date())
    everything = _open(database).entries()
    week = week_view(everything, last)
    here = [one for one in everything if last - timedelta(days=days) < one.day <= last]
    if as_json:
        from magwise.adapters.contract import bytes_of
        from magwise.adapters.diary_answer import week_answer

        print(bytes_of(week_answer(week, here)))
        return
    from rich.console import Console

    from magwise.adapters.cli.screen_of_diary import show_safety, show_week
    from magwise.diary.views import said_of

    if not each:
        show_week(week)
        return
    console = Console(highlight=False)
    show_safety(console, week.seen)
    for one in here:
        remark = f" · {one.note}" if one.note else ""
        time = f" {one.at:%H:%M}" if one.at else ""
        console.print(f"{one.id:>6}  {one.day.isoformat()}{time}  {said_of(one)}{remark}", markup=False)
    if not here:
        console.print("Nothing was noted in these days.")


@diary.command()
def undo(
    number: Annotated[
        int | None, typer.Argument(metavar="[NUMBER]", help="The entry (default: what was noted last).")
    ] = None,
    database: Database = None,
) -> None:
    """Take an entry back: it does not count any more.

    Example: magwise diary undo
    """
    from magwise.diary.views import said_of

    book = _open(database)
    entries = [book.entry(number)] if number is not None else book.last()
    if not entries:
        raise NotFound("Nothing has been noted yet.", remedy="Like: magwise log sleep 7")
    book.withdraw(one.id for one in entries if one.id is not None)
    for one in entries:
        print(f"Taken back: {one.day.isoformat()}, {said_of(one)}.")


@diary.command()
def correct(
    number: Annotated[int, typer.Argument(help="The entry, as `magwise diary show --each` names it.")],
    words: Annotated[list[str], typer.Argument(metavar="WHAT [VALUE] [UNIT]", help="What is right.")],
    day: Annotated[
        str | None, typer.Option("--day", metavar="YYYY-MM-DD", help="The right day (default: as it was).")
    ] = None,
    database: Database = None,
) -> None:
    """Put a right entry in the place of a wrong one; the wrong one is kept as withdrawn.

    Example: magwise diary correct 17 sleep 4
    """
    from magwise.adapters.cli.doses import here_and_now
    from magwise.diary import When, read_line
    from magwise.diary.flags import red_flags

    book = _open(database)
    old = book.entry(number)
    right = old.day if day is None else told_day(day, here_and_now()[0].date())
    entries = read_line(words, When(right, old.at if right == old.day else None, old.zone))
    if len(entries) != 1:
        raise WrongUse(
            "One entry is corrected at a time.",
            remedy="For a blood pressure: magwise diary undo NUMBER, then log it.",
        )
    from magwise.adapters.cli.screen_of_diary import show_logged

    kept = book.correct(number, entries[0])
    show_logged([kept], red_flags(book.entries()), [])


@diary.command()
def export(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="diary.csv, or diary.json for everything that is kept.")
    ],
    database: Database = None,
) -> None:
    """Save what is kept: .csv holds the entries that count, .json everything, also people, days and trials.

    Example: magwise diary export diary.csv
    """
    book = _open(database)
    if file.suffix.lower() == ".csv":
        entries = book.entries()
        _save(file, _csv(entries).encode("utf-8-sig"))
        print(f"Saved {_many(len(entries))} to {file}.")
    elif file.suffix.lower() == ".json":
        _backup(book, file)
    else:
        raise WrongUse(
            f"{file.suffix or 'No ending'!s} is no kind of export.", remedy="End the name in .csv or .json."
        )


@diary.command("import")
def import_(
    file: Annotated[
        Path,
        typer.Argument(metavar="FILE", help="A .csv table, or export.xml or export.zip of Apple Health."),
    ],
    mapped: Annotated[
        list[str] | None,
        typer.Option("--map", metavar="WHAT=COLUMN", help='Which column holds what: "sleep=Sleep score".'),
    ] = None,
    date_format: Annotated[
        str | None, typer.Option("--date-format", metavar="FORM", help="How days are written, like %d.%m.%Y.")
    ] = None,
    database: Database = None,
) -> None:
    """Read entries in: all of a file or none of it; what cannot be read is kept beside it with the reason.

    Example: magwise diary import sleep.csv --map "sleep=Sleep score" --map day=Date

    The same file read twice adds nothing. A night belongs to the day on which it ended.
    """
    from magwise.adapters.importers.rejects import Rejects
    from magwise.diary.flags import red_flags

    rejects = Rejects()
    unknown: tuple[str, ...] = ()
    if file.suffix.lower() in {".xml", ".zip"}:
        from magwise.adapters.importers.apple_health import read_export

        entries = read_export(file, rejects)
    else:
        from magwise.adapters.importers.diary_csv import columns_of, read_table

        named = _mapped(mapped)
        entries = read_table(file, rejects, mapped=named, date_format=date_format)
        unknown = () if _is_our_export(file) else columns_of(file, named)[1]
    book = _open(database)
    added = book.add_new(entries)
    _show_import(added, rejects, rejects.write(file), unknown, red_flags(book.entries()))


@diary.command()
def backup(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Where to save it; it is never overwritten.")],
    database: Database = None,
) -> None:
    """Save everything that is kept, with a sum that shows damage. `restore` reads it, into any database.

    Example: magwise diary backup diary-2026-11-22.json
    """
    _backup(_open(database), file)


@diary.command()
def restore(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="What `magwise diary backup` saved.")],
    yes: Yes = False,
    database: Database = None,
) -> None:
    """Put a backup in the place of everything that is kept now.

    Example: magwise diary restore diary-2026-11-22.json
    """
    saved = _read_backup(file)
    book = _open(database)
    if book.count() and not yes:
        _ask(f"This replaces {_many(book.count())} of the diary with the backup. Go on?")
    print(f"Restored {_many(book.restore(saved))}.")


@diary.command()
def delete(yes: Yes = False, database: Database = None) -> None:
    """Remove everything that is kept: entries, days, people, trials. Asks once.

    Example: magwise diary delete
    """
    from magwise.adapters.store import home
    from magwise.adapters.store.old_days import forget_rejects

    book = _open(database)
    if not yes:
        _ask(f"This removes {_many(book.count())}, and every day, person and trial that is kept. Go on?")
    book.delete_everything()
    forget_rejects(home())
    print("Everything is removed.")


def _mapped(given: list[str] | None) -> dict[str, str]:
    named = {}
    for one in given or ():
        what, equals, column = one.partition("=")
        if not (what.strip() and equals and column.strip()):
            raise WrongUse(
                f"{one[:60]!r} maps nothing.", where="--map", remedy='Like: --map "sleep=Sleep score"'
            )
        named[what.strip()] = column.strip()
    return named


def _is_our_export(file: Path) -> bool:
    try:
        with file.open(encoding="utf-8-sig") as opened:
            return opened.readline().startswith("id,kind,day,")
    except (OSError, UnicodeDecodeError):
        return False


def _show_import(
    added: int, rejects: Rejects, place: Path | None, unknown: Sequence[str], seen: Seen
) -> None:
    from rich.console import Console

    from magwise.adapters.cli.screen_of_diary import show_safety

    console = Console(highlight=False)
    show_safety(console, seen)
    console.print(f"Added {_many(added)}; what was there already is there once.", markup=False)
    if unknown:
        console.print(f"Left out, because the diary knows no such thing: {', '.join(unknown)}.", markup=False)
    if rejects.count:
        first = rejects.kept[0]
        console.print(
            f"{rejects.count} could not be read (line {first['line']}: {first['why']}). They are in {place}, each with "
            "its reason.",
            markup=False,
            style="yellow",
        )
    console.print("General education, not medical advice.", style="dim")


def _backup(book: Diary, file: Path) -> None:
    saved = book.export()
    _save(file, json.dumps(saved, ensure_ascii=False, indent=1).encode())
    print(f"Saved {_many(len(saved['entries']))}, with everything else that is kept, to {file}.")


def _read_backup(file: Path) -> object:
    try:
        if file.stat().st_size > LARGEST_BACKUP:
            raise NotABackup("This file is larger than any diary.", where=str(file))
        return json.loads(file.read_bytes())
    except OSError as missing:
        raise NotFound(f"The file cannot be opened: {missing.strerror}.", where=str(file)) from None
    except (ValueError, RecursionError):
        raise NotABackup(
            "This file is no backup, or was cut off.",
            where=str(file),
            remedy="Take an earlier one; nothing was changed.",
        ) from None


def _save(file: Path, content: bytes) -> None:
    from magwise.adapters.store import write_whole

    if file.exists():
        raise WrongUse("There is a file of this name already.", where=str(file), remedy="Name another one.")
    write_whole(file, content, private=True)


def _csv(entries: Sequence[Entry]) -> str:
    """One line an entry; a cell that a spreadsheet would run as a formula is kept as text."""
    from magwise.adapters.diary_answer import DiaryEntryOut, entry_out

    out = io.StringIO()
    writer = csv.DictWriter(out, list(DiaryEntryOut.model_fields))
    writer.writeheader()
    for entry in entries:
        row = entry_out(entry).model_dump(mode="json")
        writer.writerow({key: _harmless(value) for key, value in row.items()})
    return out.getvalue()


def _harmless(value: object) -> object:
    return f"'{value}" if isinstance(value, str) and value[:1] in {"=", "+", "-", "@", "\t", "\r"} else value


def _ask(question: str) -> None:
    if not typer.confirm(question, default=False):
        raise WrongUse("Nothing was changed.", remedy="--yes does it without asking.")


def _many(entries: int) -> str:
    return f"{entries} entr{'y' if entries == 1 else 'ies'}"


def _open(database: str | None) -> Diary:
    from magwise.adapters.store import LOCAL, open_store

    return open_store(database).diary(LOCAL)
