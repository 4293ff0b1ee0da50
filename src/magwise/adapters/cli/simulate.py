"""`magwise simulate`: what a course of magnesium does to serum, urine and stool, in people like the one described."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from magwise.errors import WrongUse

if TYPE_CHECKING:
    from magwise.simulate import Band, Course, Outcome
    from magwise.simulate.lab_value import Reading

__all__ = ["simulate"]

_SHOWN_TIMES = 14
_FOOTER = (
    "Middle of the simulated people, with 5 to 95 % of them in brackets: what is unknown about the model and what",
    "differs between people. How far to trust it: docs/explanation/credibility.md.",
    "General education, not medical advice.",
)


def simulate(
    person: Annotated[
        Path | None, typer.Argument(metavar="[PERSON.toml]", help="The person file whose plan is simulated.")
    ] = None,
    changes: Annotated[
        list[str] | None,
        typer.Argument(metavar="[KEY=VALUE]...", help="More changes for --what-if.", show_default=False),
    ] = None,
    protocol: Annotated[
        Path | None, typer.Option(help="A protocol file: what a paper did.", show_default=False)
    ] = None,
    days: Annotated[
        int | None, typer.Option(help="How many days (a person: 90).", show_default=False)
    ] = None,
    people: Annotated[
        int | None, typer.Option(help="How many people (a person: 200).", show_default=False)
    ] = None,
    seed: Annotated[int | None, typer.Option(help="Another seed, other people.", show_default=False)] = None,
    no_dose: Annotated[bool, typer.Option("--no-dose", help="The same people without the doses.")] = False,
    what_if: Annotated[
        list[str] | None,
        typer.Option(
            "--what-if", metavar="KEY=VALUE", help="Change form, dose, egfr, diet or with_meal (repeat)."
        ),
    ] = None,
    figure: Annotated[
        Path | None,
        typer.Option(
            "--figure", "--svg", help="Draw serum, urine, stores and stool into this .svg or .png file."
        ),
    ] = None,
    lab_week: Annotated[
        int | None,
        typer.Option(
            metavar="K",
            help="What a laboratory value in week K would say of a low serum.",
            show_default=False,
            min=1,
        ),
    ] = None,
    today: Annotated[
        str | None,
        typer.Option(metavar="YYYY-MM-DD", help="Plan as if it were this day.", show_default=False),
    ] = None,
    population: Annotated[
        int | None,
        typer.Option(metavar="N", help="Daily quantiles of this many people, in chunks.", show_default=False),
    ] = None,
    single_precision: Annotated[
        bool, typer.Option("--float32", help="A population in single precision, in half the time.")
    ] = False,
    cluster: Annotated[
        str | None,
        typer.Option(
            metavar="ADDRESS", help="Share a population's chunks over a Dask cluster.", show_default=False
        ),
    ] = None,
    device: Annotated[str, typer.Option(help="cpu, or gpu where there is an NVIDIA GPU.")] = "cpu",
    as_json: Annotated[bool, typer.Option("--json", help="Print the published JSON shape.")] = False,
) -> None:
    """What a course does to serum and urine magnesium, and to the stool.

    Example: magwise simulate me.toml --days 90 --what-if form=oxide dose=400
    """
    from dataclasses import replace

    from magwise.simulate import read_protocol_file, run
    from magwise.simulate.course import changed
    from magwise.simulate.engine import engine_on

    wishes = [*(what_if or ()), *(changes or ())]
    if person is not None and what_if and protocol is not None and "=" in person.name:
        wishes, person = [*wishes, str(person)], None  # the second of `--what-if form=oxide dose=400`
    if (person is None) == (protocol is None):
        raise WrongUse("Give one of the two: a person file, or --protocol FILE.")
    if changes and not what_if:
        raise WrongUse(f"{changes[0]!r} is one file or word too many.", remedy="Changes go behind --what-if.")
    limit = None
    if protocol is not None:
        course = read_protocol_file(protocol)
    else:
        assert person is not None  # noqa: S101 - for the type checker
        course, limit = _course_of(person, today)
    course = replace(
        course,
        days=course.days if days is None else days,
        people=course.people if people is None else people,
        seed=course.seed if seed is None else seed,
    )
    for wish in wishes:
        course = changed(course, wish)
    notes = [*course.notes, *_over(course, limit)]
    course = course.without_doses() if no_dose else course
    if lab_week is not None:
        _lab_value(course, lab_week, as_json=as_json)
        return
    if population is not None:
        _population(
            course,
            population,
            single_precision=single_precision,
            cluster=cluster,
            device=device,
            as_json=as_json,
        )
        return
    outcome = run(course, engine_on(device))
    if figure is not None:
        from magwise.adapters.raster import write_drawing
        from magwise.simulate.figure import draw

        write_drawing(figure, draw(outcome))
    if as_json:
        print(json.dumps({**outcome.as_json(), "notes": notes}, ensure_ascii=False))
    else:
        _show(outcome, notes)


def _lab_value(course: Course, week: int, *, as_json: bool) -> None:
    """What each test would show if too little came in, and if the kidneys lost it."""
    from rich.console import Console
    from rich.table import Table

    from magwise.simulate.lab_value import readings_in_week

    found = readings_in_week(course, week)
    if as_json:
        print(json.dumps({"week": week, "readings": [_reading(one) for one in found]}, ensure_ascii=False))
        return
    table = Table(
        title=f"One low serum, two causes: what a test would show (week {week})", header_style="bold"
    )
    for name in ("test", "if too little comes in", "if the kidneys lose it", "told apart"):
        table.add_column(name)
    for one in found:
        shown = [f"{b[1]:.2f} ({b[0]:.2f} to {b[2]:.2f})" for b in (one.little_comes_in, one.kidneys_lose)]
        table.add_row(f"{one.test}, {_when(one)}, {one.unit}", *shown, f"{100 * one.told_apart:.0f} of 100")
    console = Console()
    console.print(table)
    best = max(found, key=lambda one: one.told_apart)
    console.print(
        f"Best told apart by: {best.test} {_when(best)}; 50 of 100 would be a coin. "
        "Which test to take is for whoever treats you.",
        highlight=False,
    )
    console.print("\n".join(_FOOTER), highlight=False, soft_wrap=True)


def _when(one: Reading) -> str:
    return "before the first dose" if one.day == 0 else f"on day {one.day}"


def _reading(one: Reading) -> dict[str, object]:
    bands = {
        name: dict(zip(("p5", "p50", "p95"), (round(x, 3) for x in band), strict=True))
        for name, band in (("little_comes_in", one.little_comes_in), ("kidneys_lose", one.kidneys_lose))
    }
    return {
        "test": one.test,
        "unit": one.unit,
        "day": one.day,
        **bands,
        "told_apart": round(one.told_apart, 2),
    }


def _over(course: Course, limit_mg: float | None) -> list[str]:
    """A simulated dose above the person's limit is named: it is no plan."""
    if limit_mg is None or course.fullest_day_mg <= limit_mg:
        return []
    return [
        f"{course.fullest_day_mg:g} mg a day is above this person's limit of {limit_mg:g} mg from supplements: a "
        "simulation, not a plan."
    ]


def _course_of(person: Path, today: str | None) -> tuple[Course, float]:
    """The plan of this person as a course, for the people who are like them, and their limit in mg a day."""
    from magwise.adapters.cli.photo import label_of_photo
    from magwise.adapters.cli.plan import day_of
    from magwise.adapters.simulated import course_of
    from magwise.advise import advise
    from magwise.person_file import read_person_file

    advice = advise(read_person_file(person, read_photo=label_of_photo), today=day_of(today))
    return course_of(advice), advice.limit.mg_per_day


def _population(
    course: Course,
    people: int,
    *,
    single_precision: bool,
    cluster: str | None,
    device: str,
    as_json: bool,
) -> None:
    """Chunk by chunk, with a bar on standard error."""
    from rich.console import Console
    from rich.progress import Progress

    from magwise.adapters.cluster import mapper_of
    from magwise.simulate.population import simulate_population

    with Progress(console=Console(stderr=True), transient=True) as progress, mapper_of(cluster) as mapper:
        task = progress.add_task("people", total=people)
        found = simulate_population(
            course,
            people,
            mapper=mapper,
            told=lambda done: progress.update(task, completed=done),
            single_precision=single_precision,
            device=device,
        )
    if as_json:
        print(json.dumps(found.as_json(), ensure_ascii=False))
        return
    bands = [found.band(name) for name in ("serum_mmol_l", "urine_mmol_d", "stool_extra_g_d")]
    _print_table(
        f"{found.people:,} people, seed {course.seed}",
        [24.0 * k for k in range(course.days + 1)],
        24.0,
        bands,
    )


def _show(outcome: Outcome, notes: list[str]) -> None:
    from rich.console import Console

    console = Console()
    for note in notes:
        console.print(note, style="yellow", highlight=False)
    _print_table(
        f"{outcome.course.people} people, seed {outcome.course.seed}",
        outcome.time_h.tolist(),
        outcome.course.every_h,
        [outcome.serum_mmol_l, outcome.urine_mmol_d, outcome.stool_extra_g_d],
    )
    if outcome.doses:
        dose = outcome.doses[-1]
        band = dose.absorbed_mg
        console.print(
            f"Of a dose of {dose.mg:g} mg as {dose.form}, {float(band.p50):.0f} mg "
            f"({float(band.p5):.0f} to {float(band.p95):.0f}) are taken up.",
            highlight=False,
        )
    console.print("\n".join(_FOOTER), highlight=False, soft_wrap=True)


def _print_table(title: str, hours: list[float], every_h: float, bands: list[Band]) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table(title=title, header_style="bold")
    for name in ("time", "serum mmol/L", "urine mmol/d", "stool extra g/d"):
        table.add_column(name, justify="right", no_wrap=True)
    for k in _rows(len(hours)):
        row = [_band(band, k, digits) for band, digits in zip(bands, (3, 2, 0), strict=True)]
        table.add_row(_moment(hours[k], every_h), *row)
    Console().print(table)


def _rows(count: int) -> list[int]:
    """Evenly spread rows, first and last among them."""
    step = max(1, math.ceil((count - 1) / (_SHOWN_TIMES - 1)))
    return sorted({*range(0, count, step), count - 1})


def _moment(hours: float, every_h: float) -> str:
    if every_h >= 24:
        return f"day {hours / 24:.0f}"
    return f"day {int(hours // 24) + 1}, {int(hours % 24):02d}:{round(hours % 1 * 60):02d}"


def _band(band: Band, k: int, digits: int) -> str:
    return f"{band.p50[k]:.{digits}f} ({band.p5[k]:.{digits}f} to {band.p95[k]:.{digits}f})"
