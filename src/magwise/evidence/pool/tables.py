"""A table of trials as text in, studies out.

The columns decide what is in it: `yi` with `vi` (or `se`) is an effect ready-made; means, standard
deviations and numbers, or events and numbers, of both arms are turned into one. Plain names and those of
metafor are understood, and commas, semicolons or tabs between cells. A row that cannot be used stops the
reading with its line number: a trial silently dropped would change the answer.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from magwise.evidence.pool.effects import Measure, of_events, of_means
from magwise.evidence.pool.slips import Arm, Figure, Printed
from magwise.evidence.pool.study import MOST_STUDIES, Cells, NotPoolable, Study
from magwise.rows import Row, rows_of

__all__ = ["Trials", "read_printed", "read_trials"]

_MOST_TEXT = 5_000_000
_EMPTY = {"", "na", "n/a", ".", "-"}

_NAMES = {
    "study": ("study", "trial", "author", "name", "id"),
    "year": ("year",),
    "yi": ("yi", "effect", "te"),
    "vi": ("vi", "variance"),
    "se": ("se", "sei", "sete", "standard_error"),
    "events": ("events_mg", "events_treated", "events", "ai", "tpos"),
    "non_events": ("bi", "tneg"),
    "control_events": ("events_ctl", "events_control", "control_events", "ci", "cpos"),
    "control_non_events": ("di", "cneg"),
    "n": ("n_mg", "n_treated", "n", "n1i", "n1"),
    "control_n": ("n_ctl", "n_control", "control_n", "n2i", "n2"),
    "mean": ("mean_mg", "mean_treated", "mean", "m1i", "mean1"),
    "control_mean": ("mean_ctl", "mean_control", "control_mean", "m2i", "mean2"),
    "sd": ("sd_mg", "sd_treated", "sd", "sd1i", "sd1"),
    "control_sd": ("sd_ctl", "sd_control", "control_sd", "sd2i", "sd2"),
}
# What else a page may print of a trial; none of it is needed to pool.
_PRINTED = {
    "percent": ("percent_mg", "percent_treated", "percent"),
    "control_percent": ("percent_ctl", "percent_control", "control_percent"),
    "p": ("p", "p_value", "pval", "p-value"),
    "claimed": ("participants", "people_quoted", "n_quoted"),
    "pooled_people": ("people_pooled", "n_pooled"),
    "pooled_trials": ("k", "k_trials", "trials"),
    "outcome": ("outcome",),
    "people": ("people", "population"),
    "unit": ("unit", "units"),
    "journal": ("journal",),
    "salt": ("salt", "form", "mg_form"),
    "test": ("test", "tau2_test"),
}
_MEANS = ("mean", "sd", "n", "control_mean", "control_sd", "control_n")
_EVENTS = ("events", "n", "control_events", "control_n")
_CELLS = ("events", "non_events", "control_events", "control_non_events")
_REMEDY = "Give the columns study, yi, vi; or means, sds and ns of both arms; or events and ns of both arms."


@dataclass(frozen=True, slots=True)
class Trials:
    """The studies, what kind of effect they hold, and the table's other columns."""

    studies: tuple[Study, ...]
    measure: Measure
    columns: Mapping[str, tuple[str, ...]]

    def moderator(self, name: str) -> tuple[float, ...]:
        """A column as numbers, for a meta-regression."""
        if name not in self.columns:
            raise NotPoolable(f"There is no column {name!r}.", remedy=f"Columns: {', '.join(self.columns)}.")
        return tuple(
            _number(cell, f"{study.name}, column {name}")
            for study, cell in zip(self.studies, self.columns[name], strict=True)
        )


def read_trials(text: str, measure: Measure | None = None) -> Trials:
    """The trials in a table. Means default to MD and events to OR; nothing is guessed beyond that."""
    header, rows = _rows(text)
    place = {role: _find(header, names) for role, names in _NAMES.items()}
    has = {role for role, at in place.items() if at is not None}
    chosen = _measure(has, measure)
    studies = tuple(_study(number, row, place, has, chosen) for number, row in rows)
    columns = {name: tuple(row[at].strip() for _, row in rows) for at, name in enumerate(header)}
    return Trials(studies, chosen, columns)


def read_printed(text: str) -> tuple[Printed, ...]:
    """The same table as it is printed, to look for slips in; a cell that holds no number is left out."""
    header, rows = _rows(text)
    place = {role: _find(header, names) for role, names in {**_NAMES, **_PRINTED}.items()}
    return tuple(_printed(number, row, place) for number, row in rows)


def _printed(number: int, row: list[str], place: Mapping[str, int | None]) -> Printed:
    def cell(role: str) -> str:
        at = place[role]
        return "" if at is None else row[at].strip()

    def figure(role: str) -> Figure | None:
        return Figure.of(cell(role))

    def arm(prefix: str) -> Arm:
        return Arm(*(figure(f"{prefix}{role}") for role in ("n", "mean", "sd", "events", "percent")))

    name = _name(number, row, place)
    return Printed(
        name=name,
        where=f"line {number}, {name}",
        author=cell("study").split(" ")[0].rstrip(",") if cell("study") else "",
        year=cell("year"),
        treated=arm(""),
        control=arm("control_"),
        difference=figure("yi"),
        se=figure("se"),
        p=figure("p"),
        claimed=figure("claimed"),
        pooled_people=figure("pooled_people"),
        pooled_trials=figure("pooled_trials"),
        texts={role: cell(role).lower() for role in ("outcome", "people", "unit", "journal", "salt", "test")},
    )


def _rows(text: str) -> tuple[list[str], list[Row]]:
    filled = rows_of(text, kind="table", most=_MOST_TEXT, error=NotPoolable)
    if not filled:
        raise NotPoolable("The table is empty.", remedy=_REMEDY)
    (_, header), *rows = filled
    if len(header) < 2:
        raise NotPoolable("The table has one column only.", where="line 1", remedy=_REMEDY)
    if not rows:
        raise NotPoolable("The table has a heading and no trials.", where="line 1", remedy=_REMEDY)
    if len(rows) > MOST_STUDIES:
        raise NotPoolable(f"{len(rows)} trials are more than the {MOST_STUDIES} this can pool.")
    for number, row in rows:
        if len(row) != len(header):
            raise NotPoolable(
                f"The row has {len(row)} cells and the heading {len(header)}.",
                where=f"line {number}",
                remedy="Put text that holds the separator between double quotes.",
            )
    return [_plain(name) for name in header], rows


def _plain(name: str) -> str:
    return name.strip().lower().replace(" ", "_").replace(".", "_")


def _find(header: list[str], names: tuple[str, ...]) -> int | None:
    return next((header.index(name) for name in names if name in header), None)


def _measure(has: set[str], wanted: Measure | None) -> Measure:
    ready = "yi" in has and bool(has & {"vi", "se"})
    means = has.issuperset(_MEANS)
    events = has.issuperset(_EVENTS) or has.issuperset(_CELLS)
    if wanted in (Measure.MD, Measure.SMD) and means:
        return wanted
    if wanted in (Measure.RR, Measure.OR, Measure.RD) and events:
        return wanted
    if wanted not in (None, Measure.GIVEN):
        raise NotPoolable(
            f"The columns do not hold what a {wanted.words} needs.", where="line 1", remedy=_REMEDY
        )
    if ready:
        return Measure.GIVEN
    if means or events:
        return Measure.MD if means else Measure.OR
    missing = "a variance (vi) or standard error (se)" if "yi" in has else "effects or arms"
    raise NotPoolable(f"The table lacks {missing}.", where="line 1", remedy=_REMEDY)


def _study(
    number: int, row: list[str], place: Mapping[str, int | None], has: set[str], measure: Measure
) -> Study:
    name = _name(number, row, place)
    where = f"line {number}, {name}"

    def value(role: str) -> float:
        at = place[role]
        return _number(row[at], f"{where}, {role.replace('_', ' ')}") if at is not None else math.nan

    if measure is Measure.GIVEN:
        variance = value("vi") if "vi" in has else value("se") ** 2
        return _checked(Study(name, value("yi"), variance), where)
    if measure in (Measure.MD, Measure.SMD):
        treated, control = (value("mean"), value("sd"), value("n")), tuple(map(value, _MEANS[3:]))
        return _checked(of_means(where, measure, treated, control), where, name)  # type: ignore[arg-type]
    events, control_events = value("events"), value("control_events")
    people = value("n") if "n" in has else events + value("non_events")
    control_people = (
        value("control_n") if "control_n" in has else control_events + value("control_non_events")
    )
    return _checked(
        of_events(where, measure, Cells(events, people, control_events, control_people)), where, name
    )


def _checked(study: Study, where: str, name: str | None = None) -> Study:
    if study.vi <= 0:
        raise NotPoolable(
            "The variance is zero or negative.",
            where=where,
            remedy="Look up the standard error in the paper: its square is the variance.",
        )
    return Study(name or study.name, study.yi, study.vi, study.cells)


def _name(number: int, row: list[str], place: Mapping[str, int | None]) -> str:
    at, year = place["study"], place["year"]
    name = row[at].strip()[:80] if at is not None else ""
    if not name:
        return f"trial of line {number}"
    return f"{name} {row[year].strip()}" if year is not None and row[year].strip()[:4].isdigit() else name


def _number(cell: str, where: str) -> float:
    text = cell.strip().replace("−", "-")
    if text.lower() in _EMPTY:
        raise NotPoolable(
            "A number is missing.", where=where, remedy="Fill it in, or delete the row and say so."
        )
    try:
        value = float(text)
    except ValueError:
        raise NotPoolable(
            f"{text[:40]!r} is not a number.",
            where=where,
            remedy="Write a plain number with a decimal point.",
        ) from None
    if not math.isfinite(value):
        raise NotPoolable(f"{text[:40]!r} is not a finite number.", where=where, remedy="Correct the cell.")
    return value
