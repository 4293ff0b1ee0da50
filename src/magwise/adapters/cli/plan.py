"""`magwise plan` and `magwise check`."""

from __future__ import annotations

import datetime
import json
import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from magwise.errors import MagwiseError, WrongUse

if TYPE_CHECKING:
    from magwise.adapters.contract import CourseOut
    from magwise.advise import Advice

__all__ = ["Today", "check", "day_of", "plan"]

Today = Annotated[
    str | None,
    typer.Option("--today", metavar="YYYY-MM-DD", help="Answer as if it were this day (default: today)."),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print the published JSON shape.")]
PersonFile = Annotated[
    Path, typer.Argument(metavar="PERSON.toml", help="The person file; `magwise start` writes one.")
]
All = Annotated[bool, typer.Option("--all", help="Show every reason and source.")]
Ics = Annotated[
    Path | None,
    typer.Option(
        "--ics", metavar="FILE", help="Write the plan into this calendar file, or bring it up to date."
    ),
]
Discreet = Annotated[
    bool, typer.Option("--discreet", help="With --ics: reminders do not say what they are about.")
]
Zone = Annotated[
    str | None,
    typer.Option("--zone", metavar="ZONE", help="With --ics: like Europe/Berlin (default: this computer's)."),
]
Simulate = Annotated[
    bool | None,
    typer.Option(
        "--course/--no-course",
        help="Simulate what the plan does to serum and urine (default: below a plan on the screen, where a magnesium "
        "result is known; with --json only when asked).",
        show_default=False,
    ),
]
Start = Annotated[
    str | None,
    typer.Option(
        "--start",
        metavar="YYYY-MM-DD",
        help="With --ics: the day of the first dose (default: noted on first use).",
    ),
]


def plan(
    person: PersonFile,
    as_json: AsJson = False,
    today: Today = None,
    show_all: All = False,
    ics: Ics = None,
    discreet: Discreet = False,
    zone: Zone = None,
    start: Start = None,
    course: Simulate = None,
) -> None:
    """From a label, a person and a day to a plan.

    Example: magwise plan me.toml

    \b
    Keys of the person file; a wrong one names the nearest:
      [person]         age or age_months, sex, weight_kg, country, kidney, egfr, egfr_date,
                       pregnant, breastfeeding, conditions, does_not_have, symptoms,
                       taking_since, goals, wants, sensitive_stomach, usual_stool, alcohol,
                       sweat, vitamin_d, avoid, medicines_answered
      [routine]        wake, breakfast, lunch, dinner, bed, small_meals
      [[fasts]]        starts, ends, no_food_from, no_food_until, breakfast, dinner, wake, bed
      [[medicines]]    as_written, times, days, since, starts, ends
      [[supplements]]  as_written, times, days, movable
      [[products]]     label, label_file or photo; name, price, currency, pieces, hardened
      [[labs]]         what, value, unit, date, low, high
      [[clearance]]    what, who, date, limit_mg, monitoring, diagnosed_deficiency
      [diet]           mg_per_day, or foods with food, grams, times_per_week
    """
    from magwise.adapters.cli.photo import label_of_photo
    from magwise.adapters.contract import answer_of, bytes_of
    from magwise.advise import advise
    from magwise.person_file import read_person_file

    advice = advise(read_person_file(person, read_photo=label_of_photo), today=day_of(today))
    if as_json:
        print(bytes_of(answer_of(advice, _course(advice) if course else None)))
    else:
        from magwise.adapters.cli.screen_of_plan import show_plan
        from magwise.adapters.measured import is_status_measured

        simulated = is_status_measured(advice) if course is None else course
        show_plan(
            answer_of(advice), show_all=show_all, course=partial(_course, advice) if simulated else None
        )
    if ics is not None:
        from magwise.adapters.cli.calendar_of_plan import write_calendar

        done = write_calendar(advice, person, ics, discreet=discreet, zone=zone, start=start)
        print(done, file=sys.stderr if as_json else sys.stdout)


def _course(advice: Advice) -> CourseOut | None:
    from magwise.adapters.simulated import forecast_of

    return forecast_of(advice)


def check(person: PersonFile, as_json: AsJson = False, today: Today = None, show_all: All = False) -> None:
    """Safety only: what is in the way, and what could not be checked.

    Example: magwise check me.toml

    The keys of the person file: magwise plan --help
    """
    from magwise.adapters.cli.photo import label_of_photo
    from magwise.adapters.contract import bytes_of, check_of
    from magwise.advise import advise
    from magwise.person_file import read_person_file

    advice = advise(read_person_file(person, read_photo=label_of_photo), today=day_of(today))
    if as_json:
        print(bytes_of(check_of(advice)))
        return
    from magwise.adapters.cli.screen_of_plan import show_check

    show_check(check_of(advice), show_all=show_all)


def day_of(text: str | None) -> datetime.date:
    """The day that was asked for; the clock is read here and nowhere deeper."""
    if text is None:
        return datetime.datetime.now().astimezone().date()
    try:
        return datetime.date.fromisoformat(text)
    except ValueError:
        raise WrongUse(
            f"{text!r} is not a date.", where="--today", remedy="Write it like 2026-11-22."
        ) from None


def load_json(path: Path) -> object:
    """The JSON in this file, or the error that says what it is instead."""
    try:
        if path.stat().st_size > LARGEST_JSON:
            raise MagwiseError("The file is larger than any answer of Magwise's.", where=str(path))
        return json.loads(path.read_bytes())
    except OSError as missing:
        raise MagwiseError(f"The file cannot be opened: {missing.strerror}.", where=str(path)) from None
    except (ValueError, RecursionError):
        raise MagwiseError(
            "The file is not JSON.", where=str(path), remedy="Save one with `--json`."
        ) from None


LARGEST_JSON = 20_000_000  # bytes
