"""Pooled trials on a terminal: every method side by side, then what speaks for caution."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.console import RenderableType

    from magwise.evidence.pool import Measure
    from magwise.evidence.pool.estimate import Pooled

__all__ = ["show_pooled", "show_slips"]

_MOST_SHOWN_AGAIN = 200


def show_pooled(measure: Measure, answers: Sequence[Pooled], result: dict[str, Any]) -> None:
    from rich import box
    from rich.console import Console
    from rich.table import Table

    console = Console(highlight=False, soft_wrap=True)
    says = _Figures(measure.is_log)
    console.print(f"{result['title']}: {result['k']} trials, {measure.as_drawn}", style="bold", markup=False)
    table = Table(box=box.SIMPLE)
    for name in ("tau² by", "test", "estimate", "95 % interval", "next trial", "tau²", "I²"):
        table.add_column(name, justify="left" if name in ("tau² by", "test") else "right", no_wrap=True)
    for one in answers:
        table.add_row(
            one.tau2_method, one.test, says.figure(one.estimate), says.span(one.ci),
            says.span(one.pi) if one.pi else "", f"{one.tau2:.3f}", f"{one.i2:.0f} %",
        )  # fmt: skip
    _print_whole(table)
    console.print(
        f"Q {answers[0].q:.2f} (p {answers[0].q_p:.3g}). I² rests on each row's own tau², for EE on Q."
    )
    console.print("Next trial: prediction interval by the row's own test (normal, or t with k−1).")
    about = (*_about_answers(answers), *_about_bias(result["bias"], says), *_about_more(result, says))
    for line in (*about, *_about_slips(result["slips"])):
        console.print(line, markup=False)
    if result.get("left_out"):
        console.print(f"Left out, because their figures cannot be right: {', '.join(result['left_out'])}.")
    if result["draft"]:
        console.print("Some of these figures are drafts, not yet confirmed on the primary text.")


def show_slips(rows: int, slips: Sequence[dict[str, str]]) -> None:
    """What was found in the rows of a table; nothing found is no proof that all is right."""
    from rich.console import Console

    console = Console(highlight=False, soft_wrap=True)
    many = "1 row" if rows == 1 else f"{rows} rows"
    if not slips:
        console.print(f"{many}: no slip of the kinds we know. That is no proof that the figures are right.")
        return
    console.print(f"{many}, {len(slips)} to look up again:", style="bold")
    for line in _about_slips(slips):
        console.print(line, markup=False)


def _about_slips(slips: Sequence[dict[str, str]]) -> list[str]:
    return [f"Look again at {one['where']} ({one['kind']}): {one['says']} {one['look_up']}" for one in slips]


def _print_whole(table: RenderableType) -> None:
    """A table is never cut: on a narrow screen or into a pipe it keeps the width it needs."""
    from rich.console import Console
    from rich.measure import Measurement

    endless = Console(highlight=False, width=1_000)
    needed = Measurement.get(endless, endless.options, table).maximum
    Console(highlight=False, width=needed).print(table)


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
    for fitted in result.get("regressions", []):
        lines += _about_regression(fitted)
        if result["k"] < 10 * (len(fitted["coefficients"]) - 1):
            lines.append("With fewer than ten trials a column this shows next to nothing, and never a cause.")
    return lines


def _about_regression(fitted: dict[str, Any]) -> list[str]:
    by = f"{fitted['tau2_method']}, {fitted['test']}"
    lines = [
        f"{one['name']} ({by}): {one['estimate']:.4g} ({one['ci'][0]:.4g} to {one['ci'][1]:.4g}), p {one['p']:.3g}"
        for one in fitted["coefficients"]
    ]
    explained = "" if fitted["r2"] is None else f", {fitted['r2']:.0f} % of what lay between trials explained"
    return [*lines, f"Left between trials: tau² {fitted['tau2']:.3g}, I² {fitted['i2']:.0f} %{explained}."]
