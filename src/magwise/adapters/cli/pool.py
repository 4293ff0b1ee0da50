"""`magwise pool`: trials from a file, or a set that came with Magwise, pooled by every method at once."""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from magwise.errors import NotFound, NotPoolable, WrongUse

if TYPE_CHECKING:
    from magwise.evidence.pool import Measure, Study
    from magwise.evidence.pool.estimate import Pooled

__all__ = ["Asked", "asked_of", "measure_of", "pool", "pooled"]

_MOST_SHOWN_AGAIN = 200


@dataclass(frozen=True)
class Asked:
    """What is pooled, from wherever it came."""

    title: str
    studies: Sequence[Study]
    measure: Measure
    columns: Any = None
    draft: bool = False
    left_out: tuple[str, ...] = ()


def pool(
    trials: Annotated[
        str, typer.Argument(metavar="TRIALS", help="A CSV file, - for standard input, or a shipped set.")
    ],
    measure: Annotated[
        str | None, typer.Option(help="MD or SMD from means; RR, OR or RD from events.", show_default=False)
    ] = None,
    method: Annotated[
        list[str] | None,
        typer.Option(help="Only this estimator of tau² (repeat for more).", show_default=False),
    ] = None,
    by: Annotated[
        list[str] | None,
        typer.Option(help="Regress the effects on this column (repeat).", show_default=False),
    ] = None,
    leave_one_out: Annotated[bool, typer.Option(help="Also the answer without each trial.")] = False,
    cumulative: Annotated[
        bool, typer.Option(help="Also the answer after each trial, in file order.")
    ] = False,
    forest: Annotated[Path | None, typer.Option(help="Draw the trials into this SVG file.")] = None,
    funnel: Annotated[
        Path | None, typer.Option(help="Draw effects against errors into this SVG file.")
    ] = None,
    matters: Annotated[float | None, typer.Option(help="The smallest change that matters, drawn in.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print as JSON.")] = False,
) -> None:
    """Pool trials by every method, with heterogeneity, prediction and tests of a leaning funnel.

    Example: magwise pool heart-attack

    Columns of a file: study, yi, vi; or means, standard deviations and numbers of both arms (mean_mg, sd_mg,
    n_mg, mean_ctl, sd_ctl, n_ctl); or events and numbers (events_mg, n_mg, events_ctl, n_ctl).
    """
    asked = _asked(trials, measure)
    answers, result = pooled(asked, method, by, leave_one_out=leave_one_out, cumulative=cumulative)
    _draw(asked, answers, forest, funnel, matters)
    if as_json:
        print(json.dumps(result, ensure_ascii=False, indent=1))
    else:
        _show(asked, answers, result)


def pooled(
    asked: Asked,
    method: list[str] | None,
    by: list[str] | None,
    *,
    leave_one_out: bool,
    cumulative: bool,
) -> tuple[list[Pooled], dict[str, Any]]:
    """The answers of all methods, and the published shape of them with what else was asked."""
    from magwise.evidence.pool import METHODS
    from magwise.evidence.pool import pool as pool_all

    answers = [*pool_all(asked.studies, tuple(method) if method else METHODS), *_classical(asked, method)]
    more = _more(asked, by or [], leave_one_out=leave_one_out, cumulative=cumulative)
    return answers, _result(asked, answers) | more


def _asked(trials: str, measure: str | None) -> Asked:
    from magwise.evidence.pool.shipped import names

    wanted = measure_of(measure)
    if trials in names() and not Path(trials).exists():
        return asked_of(trials, None, wanted)
    title = "Trials" if trials == "-" else Path(trials).name
    return asked_of(None, _text(trials, names()), wanted, title)


def asked_of(
    shipped_set: str | None, table_text: str | None, wanted: Measure | None, title: str = "Trials"
) -> Asked:
    """A set that came with Magwise, or the trials of a table."""
    from magwise.evidence.pool import Measure
    from magwise.evidence.pool.shipped import shipped
    from magwise.evidence.pool.tables import read_trials

    if shipped_set is not None:
        found = shipped(shipped_set, wanted)
        left_out = tuple(fact.id for fact in found.left_out)
        return Asked(found.title, found.studies, found.measure, None, found.is_draft, left_out)
    table = read_trials(table_text or "", wanted)
    assert isinstance(table.measure, Measure)  # noqa: S101 - for the type checker
    return Asked(title, table.studies, table.measure, table)


def measure_of(name: str | None) -> Measure | None:
    from magwise.evidence.pool import Measure

    if name is None:
        return None
    try:
        return Measure(name.upper())
    except ValueError:
        raise WrongUse(f"There is no measure {name!r}.", remedy="Choose MD, SMD, RR, OR or RD.") from None


def _text(trials: str, sets: Sequence[str]) -> str:
    try:
        raw = sys.stdin.buffer.read() if trials == "-" else Path(trials).read_bytes()
    except OSError as missing:
        raise NotFound(
            f"{trials} cannot be read: {missing.strerror}.",
            remedy=f"Give a CSV file, or one of the sets: {', '.join(sets)}.",
        ) from missing
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise NotPoolable(f"{trials} is no UTF-8 text.", remedy="Save the table as CSV in UTF-8.") from None


def _classical(asked: Asked, method: list[str] | None) -> list[Pooled]:
    """Mantel-Haenszel and Peto, where there are tables to pool."""
    from magwise.evidence.pool import Measure, mantel_haenszel, peto

    if method or any(study.cells is None for study in asked.studies):
        return []
    found = [mantel_haenszel(asked.studies, asked.measure)]
    return [*found, peto(asked.studies)] if asked.measure is Measure.OR else found


def _result(asked: Asked, answers: Sequence[Pooled]) -> dict[str, Any]:
    result: dict[str, Any] = {
        "k": len(asked.studies),
        "title": asked.title,
        "measure": asked.measure.value,
        "measure_in_words": asked.measure.words,
        "methods": [_method(answer) for answer in answers],
        "bias": _bias(asked.studies),
        "draft": asked.draft,
    }
    if asked.left_out:
        result["left_out"] = list(asked.left_out)
    return result


def _method(answer: Pooled) -> dict[str, Any]:
    return {
        "tau2_method": answer.tau2_method,
        "test": answer.test,
        "estimate": answer.estimate,
        "se": answer.se,
        "statistic": answer.statistic,
        "p": answer.p,
        "ci": list(answer.ci),
        "pi": list(answer.pi) if answer.pi else None,
        "pi_convention": answer.pi_convention,
        "pi_by_convention": {name: list(bounds) for name, bounds in answer.pis.items()},
        "tau2": answer.tau2,
        "tau2_ci": list(answer.tau2_ci) if answer.tau2_ci else None,
        "i2": answer.i2,
        "i2_from": answer.i2_from,
        "q": answer.q,
        "q_p": answer.q_p,
        "h2": answer.h2,
    }


def _bias(studies: Sequence[Study]) -> dict[str, Any] | None:
    """The tests as they are; None below three trials."""
    from magwise.evidence.pool import examine_bias

    if len(studies) < 3:
        return None
    found = examine_bias(studies)
    egger = found.egger and {
        "intercept": found.egger.intercept,
        "intercept_ci": list(found.egger.intercept_ci),
        "t": found.egger.statistic,
        "df": found.egger.df,
        "p": found.egger.p,
        "limit": found.egger.limit,
        "limit_ci": list(found.egger.limit_ci),
    }
    mixed = found.egger_mixed and {"z": found.egger_mixed.statistic, "p": found.egger_mixed.p}
    filled = {
        way: {
            "imputed": one.imputed,
            "side": one.side,
            "estimate": one.pooled.estimate,
            "ci": list(one.pooled.ci),
        }
        for way, one in found.trim_and_fill.items()
    }
    return {
        "egger": egger,
        "egger_mixed": mixed,
        "begg": {"tau": found.begg.statistic, "p": found.begg.p},
        "trim_and_fill": filled,
        "fail_safe_n": found.fail_safe_n,
        "few_trials": len(studies) < 10,
    }


def _more(asked: Asked, by: Sequence[str], *, leave_one_out: bool, cumulative: bool) -> dict[str, Any]:
    from magwise.evidence import pool as room

    found: dict[str, Any] = {}
    if leave_one_out:
        found["leave_one_out"] = [
            {"without": study.name, **_method(answer)} for study, answer in room.leave_one_out(asked.studies)
        ]
    if cumulative:
        found["cumulative"] = [
            {"up_to": study.name, **_method(answer)} for study, answer in room.cumulate(asked.studies)
        ]
    if by:
        found["regression"] = _regression(asked, by)
    return found


def _regression(asked: Asked, by: Sequence[str]) -> dict[str, Any]:
    from magwise.evidence.pool import regress

    if asked.columns is None:
        raise WrongUse("A shipped set has no columns to regress on.", remedy="Give a file with the column.")
    fitted = regress(asked.studies, {name: asked.columns.moderator(name) for name in by})
    return {
        "tau2_method": fitted.tau2_method,
        "test": fitted.test,
        "coefficients": [
            {"name": one.name, "estimate": one.estimate, "se": one.se, "p": one.p, "ci": list(one.ci)}
            for one in fitted.coefficients
        ],
        "tau2": fitted.tau2,
        "r2": fitted.r2,
        "qm": fitted.qm,
        "qm_p": fitted.qm_p,
        "qe": fitted.qe,
        "qe_p": fitted.qe_p,
        "i2": fitted.i2,
    }


def _draw(
    asked: Asked, answers: Sequence[Pooled], forest: Path | None, funnel: Path | None, matters: float | None
) -> None:
    from magwise.evidence.pool import plots, trim_and_fill

    if forest:
        svg = plots.forest(
            asked.studies,
            plots.shown_in_forest(answers),
            measure=asked.measure,
            title=asked.title,
            matters=matters,
        )
        _write(forest, svg)
    if funnel:
        filled = trim_and_fill(asked.studies, "EE").mirrored if len(asked.studies) > 2 else ()
        _write(funnel, plots.funnel(asked.studies, filled=filled, measure=asked.measure, matters=matters))


def _write(path: Path, svg: str) -> None:
    try:
        path.write_text(svg, encoding="utf-8")
    except OSError as refused:
        raise WrongUse(f"{path} cannot be written: {refused.strerror}.") from refused


def _show(asked: Asked, answers: Sequence[Pooled], result: dict[str, Any]) -> None:
    from rich import box
    from rich.console import Console
    from rich.table import Table

    console = Console(highlight=False, soft_wrap=True)
    says = _Figures(asked.measure.is_log)
    heading = f"{asked.title}: {len(asked.studies)} trials, {asked.measure.as_drawn}"
    console.print(heading, style="bold", markup=False)
    table = Table(box=box.SIMPLE)
    for name in ("tau² by", "test", "estimate", "95 % interval", "next trial", "tau²", "I²"):
        table.add_column(name, justify="left" if name in ("tau² by", "test") else "right", no_wrap=True)
    for one in answers:
        table.add_row(
            one.tau2_method, one.test, says.figure(one.estimate), says.span(one.ci),
            says.span(one.pi) if one.pi else "", f"{one.tau2:.3f}", f"{one.i2:.0f} %",
        )  # fmt: skip
    console.print(table)
    console.print(
        f"Q {answers[0].q:.2f} (p {answers[0].q_p:.3g}). I² rests on each row's own tau², for EE on Q."
    )
    console.print("Next trial: prediction interval by the row's own test (normal, or t with k−1).")
    for line in (*_about_answers(answers), *_about_bias(result["bias"], says)):
        console.print(line, markup=False)
    for line in _about_more(result, says):
        console.print(line, markup=False)
    if asked.draft:
        console.print("Some of these figures are drafts, not yet confirmed on the primary text.")


@dataclass(frozen=True)
class _Figures:
    """Figures for people: the logarithm of a ratio is shown as the ratio."""

    ratio: bool

    def figure(self, value: float) -> str:
        shown = math.exp(min(value, 700)) if self.ratio else value
        return f"{shown:.3f}"

    def span(self, bounds: Sequence[float]) -> str:
        return f"{self.figure(bounds[0])} to {self.figure(bounds[1])}"


def _about_answers(answers: Sequence[Pooled]) -> list[str]:
    """Whether the choice of method decides the answer, and why Hartung-Knapp may be missing."""
    clear = {"lower" if one.ci[1] < 0 else "higher" for one in answers if one.ci[1] < 0 or one.ci[0] > 0}
    unclear = any(one.ci[0] <= 0 <= one.ci[1] for one in answers)
    lines = []
    if len(clear) + unclear > 1:
        lines.append("The methods do not agree: some exclude no effect and some do not. Read them together.")
    if answers[0].k == 2:
        lines.append("With two trials Hartung-Knapp is not used: its interval would mean nothing.")
    return lines


def _about_bias(bias: dict[str, Any] | None, says: _Figures) -> list[str]:
    if bias is None:
        return ["Two trials cannot show a leaning funnel."]
    lines = [f"Begg: tau {bias['begg']['tau']:.2f} (p {bias['begg']['p']:.3g})."]
    if bias["egger"]:
        lines.insert(0, f"Egger: intercept {bias['egger']['intercept']:.2f} (p {bias['egger']['p']:.2g}).")
    filled = bias["trim_and_fill"].get("EE")
    if filled:
        lines.append(_about_filled(filled, says))
    if bias["few_trials"]:
        lines.append("With fewer than ten trials these tests say next to nothing.")
    return lines


def _about_filled(filled: dict[str, Any], says: _Figures) -> str:
    return (
        f"Trim and fill (EE): {filled['imputed']} trials seem missing on the {filled['side']}; "
        f"with them {says.figure(filled['estimate'])} ({says.span(filled['ci'])})."
    )


def _about_more(result: dict[str, Any], says: _Figures) -> list[str]:
    lines = []
    for key, named in (("leave_one_out", "without"), ("cumulative", "up_to")):
        for row in result.get(key, [])[:_MOST_SHOWN_AGAIN]:
            figures = f"{says.figure(row['estimate'])} ({says.span(row['ci'])})"
            lines.append(f"{named.replace('_', ' ')} {row[named]}: {figures}")
    for one in result.get("regression", {}).get("coefficients", []):
        lines.append(
            f"{one['name']}: {one['estimate']:.4g} ({one['ci'][0]:.4g} to {one['ci'][1]:.4g}), p {one['p']:.3g}"
        )
    return lines
