"""`magwise pool`: trials from a file, or a set that came with Magwise, pooled by every method at once."""

from __future__ import annotations

import json
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
    from magwise.evidence.pool.regression import Regression
    from magwise.evidence.pool.slips import Printed, Slip

__all__ = ["Asked", "asked_of", "measure_of", "pool", "pooled"]


@dataclass(frozen=True)
class Asked:
    """What is pooled, from wherever it came."""

    title: str
    studies: Sequence[Study]
    measure: Measure
    columns: Any = None
    draft: bool = False
    left_out: tuple[str, ...] = ()
    printed: tuple[Printed, ...] = ()
    matters: float | None = None


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
    forest: Annotated[Path | None, typer.Option(help="Draw the trials into this .svg or .png file.")] = None,
    funnel: Annotated[
        Path | None, typer.Option(help="Draw effects against errors into this .svg or .png file.")
    ] = None,
    matters: Annotated[
        float | None,
        typer.Option(help="The smallest change that matters, drawn in; a shipped set may bring its own."),
    ] = None,
    lint: Annotated[
        bool, typer.Option("--lint", help="Pool nothing; only look for slips in what is printed.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print as JSON.")] = False,
) -> None:
    """Pool trials by every method, with heterogeneity, prediction and tests of a leaning funnel.

    Example: magwise pool heart-attack

    Columns of a file: study, yi, vi; or means, standard deviations and numbers of both arms (mean_mg, sd_mg,
    n_mg, mean_ctl, sd_ctl, n_ctl); or events and numbers (events_mg, n_mg, events_ctl, n_ctl). What else a
    row prints (p, percent_mg, outcome, people, participants) helps to find slips.
    """
    if lint:
        _lint(trials, as_json=as_json)
        return
    asked = _asked(trials, measure)
    matters = asked.matters if matters is None else matters
    answers, result = pooled(asked, method, by, leave_one_out=leave_one_out, cumulative=cumulative)
    _draw(asked, answers, forest, funnel, matters)
    if as_json:
        print(json.dumps(result, ensure_ascii=False, indent=1))
    else:
        from magwise.adapters.cli.screen_of_pool import show_pooled

        show_pooled(asked.measure, answers, result)


def _lint(trials: str, *, as_json: bool) -> None:
    """Slips in a table, or in a set that came with Magwise, what it leaves out included."""
    from magwise.evidence.pool.shipped import names, shipped
    from magwise.evidence.pool.slips import find_slips, printed_of
    from magwise.evidence.pool.tables import read_printed

    if trials in names() and not Path(trials).exists():
        found = shipped(trials)
        rows = tuple(printed_of(fact) for fact in (*found.facts, *found.left_out))
    else:
        rows = read_printed(_text(trials, names()))
    slips = [_slip(one) for one in find_slips(rows)]
    if as_json:
        print(json.dumps({"rows": len(rows), "slips": slips}, ensure_ascii=False, indent=1))
        return
    from magwise.adapters.cli.screen_of_pool import show_slips

    show_slips(len(rows), slips)


def _slip(one: Slip) -> dict[str, str]:
    return {"kind": one.kind, "where": one.where, "says": one.says, "look_up": one.look_up}


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
    more = _more(asked, method, by or [], leave_one_out=leave_one_out, cumulative=cumulative)
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
    from magwise.evidence.outcomes import smallest_of_set
    from magwise.evidence.pool import Measure
    from magwise.evidence.pool.shipped import shipped
    from magwise.evidence.pool.slips import printed_of
    from magwise.evidence.pool.tables import read_printed, read_trials

    if shipped_set is not None:
        found = shipped(shipped_set, wanted)
        left_out = tuple(fact.id for fact in found.left_out)
        printed = tuple(map(printed_of, found.facts))
        matters = None if wanted not in (None, found.measure) else smallest_of_set(shipped_set)
        return Asked(
            found.title, found.studies, found.measure, found, found.is_draft, left_out, printed, matters
        )
    table = read_trials(table_text or "", wanted)
    assert isinstance(table.measure, Measure)  # noqa: S101 - for the type checker
    return Asked(title, table.studies, table.measure, table, printed=read_printed(table_text or ""))


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
    from magwise.evidence.pool.slips import contradictions

    result: dict[str, Any] = {
        "k": len(asked.studies),
        "title": asked.title,
        "measure": asked.measure.value,
        "measure_in_words": asked.measure.words,
        "methods": [_method(answer) for answer in answers],
        "bias": _bias(asked.studies),
        "draft": asked.draft,
        "slips": [_slip(one) for one in contradictions(asked.printed)],
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


def _more(
    asked: Asked, method: Sequence[str] | None, by: Sequence[str], *, leave_one_out: bool, cumulative: bool
) -> dict[str, Any]:
    """What the answer hangs on, by the first estimator asked for, else restricted likelihood."""
    from magwise.evidence import pool as room

    chosen = method[0] if method else "REML"
    found: dict[str, Any] = {}
    if leave_one_out:
        found["leave_one_out"] = [
            {"without": study.name, **_method(answer)}
            for study, answer in room.leave_one_out(asked.studies, chosen)
        ]
    if cumulative:
        found["cumulative"] = [
            {"up_to": study.name, **_method(answer)} for study, answer in room.cumulate(asked.studies, chosen)
        ]
    if by:
        found |= _regressions(asked, method or ("REML",), by)
    return found


def _regressions(asked: Asked, methods: Sequence[str], by: Sequence[str]) -> dict[str, Any]:
    """By each estimator asked for, under both tests; `regression` is the first of them."""
    from magwise.evidence.pool import regress
    from magwise.evidence.pool.estimate import HARTUNG_KNAPP, WALD

    columns = {name: asked.columns.moderator(name) for name in by}
    fitted = [
        _regression(regress(asked.studies, columns, method, test))
        for method in methods
        for test in (WALD, HARTUNG_KNAPP)
    ]
    return {"regression": fitted[0], "regressions": fitted}


def _regression(fitted: Regression) -> dict[str, Any]:
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
    from magwise.adapters.raster import write_drawing
    from magwise.evidence.pool import plots, trim_and_fill

    if forest:
        svg = plots.forest(
            asked.studies,
            plots.shown_in_forest(answers),
            measure=asked.measure,
            title=asked.title,
            matters=matters,
        )
        write_drawing(forest, svg)
    if funnel:
        filled = trim_and_fill(asked.studies, "EE").mirrored if len(asked.studies) > 2 else ()
        write_drawing(
            funnel, plots.funnel(asked.studies, filled=filled, measure=asked.measure, matters=matters)
        )
