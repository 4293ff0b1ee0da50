"""`magwise evidence`: what trials found, outcome by outcome, and how the texts behind it stand."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from magwise.adapters.cli.plan import Today, day_of
from magwise.errors import NotFound, WrongUse

if TYPE_CHECKING:
    from magwise.advise import Advice
    from magwise.evidence.standing import Register

__all__ = ["evidence"]

LARGEST_REGISTER = 200_000_000  # bytes; the whole register has some 60,000 rows


def evidence(
    outcome: Annotated[
        str | None,
        typer.Argument(metavar="[OUTCOME]", help="sleep, cramps, blood_pressure ...; none: all of them."),
    ] = None,
    person: Annotated[
        Path | None,
        typer.Option(
            "--person", metavar="PERSON.toml", help="As sure as it is for this person.", show_default=False
        ),
    ] = None,
    plot: Annotated[
        Path | None,
        typer.Option(
            "--plot", metavar="FILE", help="Draw the trials into this .svg or .png file.", show_default=False
        ),
    ] = None,
    check: Annotated[
        bool, typer.Option("--check", help="Which cited texts are old, replaced or retracted.")
    ] = False,
    retractions: Annotated[
        Path | None,
        typer.Option(
            "--retractions",
            metavar="FILE",
            help="With --check: a register, as the Retraction Watch CSV.",
            show_default=False,
        ),
    ] = None,
    today: Today = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the published JSON shape.")] = False,
) -> None:
    """What trials found, beside placebo and beside the smallest change that matters, and how sure that is.

    Example: magwise evidence sleep --person me.toml
    """
    _check_options(outcome, plot, retractions, check=check)
    day = day_of(today)
    if check:
        _checked(day, None if retractions is None else _register(retractions), as_json=as_json)
        return
    advice = None if person is None else _advice(person, day)
    if outcome is None:
        _overview(advice, as_json=as_json)
        return
    if plot is not None:
        _draw(outcome, plot, day)
    _page(outcome, advice, day, as_json=as_json)


def _check_options(outcome: str | None, plot: Path | None, retractions: Path | None, *, check: bool) -> None:
    if retractions is not None and not check:
        raise WrongUse("A register of retractions is for --check.", remedy="Add --check.")
    if check and outcome is not None:
        raise WrongUse("The check is of all texts together.", remedy="Leave the outcome away.")
    if plot is not None and (outcome is None or check):
        raise WrongUse(
            "There is nothing to draw without an outcome.", remedy="magwise evidence cramps --plot cramps.svg"
        )


def _advice(person: Path, today: date) -> Advice:
    from magwise.adapters.cli.photo import label_of_photo
    from magwise.advise import advise
    from magwise.person_file import read_person_file

    return advise(read_person_file(person, read_photo=label_of_photo), today=today)


def _overview(advice: Advice | None, *, as_json: bool) -> None:
    from magwise.adapters.contract import bytes_of
    from magwise.adapters.evidence_answer import evidence_of

    answer = evidence_of(advice)
    if as_json:
        print(bytes_of(answer))
        return
    from magwise.adapters.cli.screen_of_evidence import show_overview

    show_overview(answer)


def _page(name: str, advice: Advice | None, today: date, *, as_json: bool) -> None:
    from magwise.adapters.contract import bytes_of
    from magwise.adapters.evidence_answer import outcome_of

    answer = outcome_of(name, advice, today)
    if as_json:
        print(bytes_of(answer))
        return
    from magwise.adapters.cli.screen_of_evidence import show_outcome

    show_outcome(answer)


def _checked(today: date, register: Register | None, *, as_json: bool) -> None:
    from magwise.adapters.contract import bytes_of
    from magwise.adapters.evidence_answer import check_of_sources

    answer = check_of_sources(today, register)
    if as_json:
        print(bytes_of(answer))
        return
    from magwise.adapters.cli.screen_of_evidence import show_check_of_sources

    show_check_of_sources(answer)


def _draw(name: str, path: Path, today: date) -> None:
    """The first set of the page; where there are more, the others are named for `magwise pool`."""
    import sys

    from magwise.adapters.raster import write_drawing
    from magwise.evidence.outcomes import forest_of, outcome

    sets = outcome(name, None, today).sets
    if not sets:
        raise NotFound(
            "There are no single trials to draw for this outcome.", remedy="Reviews are listed on its page."
        )
    write_drawing(path, forest_of(sets[0].name))
    for other in sets[1:]:
        print(f"Also: magwise pool {other.name} --forest {other.name}.svg", file=sys.stderr)


def _register(path: Path) -> Register:
    from magwise.evidence.standing import read_register

    try:
        if path.stat().st_size > LARGEST_REGISTER:
            raise WrongUse("The file is larger than any register of retractions.", where=str(path))
        text = path.read_bytes()
    except OSError as missing:
        raise NotFound(f"{path} cannot be read: {missing.strerror}.") from missing
    return read_register(text.decode("utf-8-sig", errors="replace"))
