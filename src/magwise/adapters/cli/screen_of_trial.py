"""A trial on a terminal: danger first, then where it stands or what it says."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from rich.console import Console

from magwise import wording
from magwise.adapters.cli.screen_of_diary import show_safety
from magwise.adapters.cli.verdict import HEADINGS
from magwise.advise import Advice
from magwise.diary import outcomes
from magwise.diary.flags import Seen
from magwise.units import number
from magwise.verdict.log import Phase
from magwise.verdict.trial import Design, Judged, Standing, TrialPlan

__all__ = ["show_judged", "show_plan", "show_standing"]

_WIDEST = 100


def show_plan(plan: TrialPlan, advice: Advice, *, helper: Path | None, begun: bool) -> None:
    console = _console()
    console.print(wording.RED_FLAGS, style="dim")
    console.print()
    outcome = outcomes()[plan.outcome]
    console.print("The trial has begun." if begun else "The trial would be this.", style="bold")
    _bullet(console, plan.question)
    matters = f"{_figure(plan.smallest)} {outcome.unit}"
    _bullet(
        console,
        f"Judged by {outcome.name}; {plan.better} is better, and a change of {matters} or more matters.",
    )
    if plan.also:
        _bullet(
            console,
            f"Also looked at: {', '.join(outcomes()[id].name for id in plan.also)}; they share one error.",
        )
    _bullet(console, _design_words(plan))
    _bullet(console, f"From {plan.start} to {plan.last}, {plan.days} days. {_look_words(plan)}")
    _bullet(console, _power_words(plan))
    steps = advice.steps[-1].step if advice.steps else None
    if steps:
        _bullet(
            console,
            f"On days with magnesium: {number(steps.mg_per_day)} mg, as `magwise plan` shows. Never more.",
        )
    if helper is not None:
        _bullet(console, f"The order is in {helper}. Give it to your helper unopened, and do not look.")
    elif begun:
        _bullet(console, "`magwise trial status` tells each day's turn on its day.")
    if begun:
        _bullet(console, f"Seal of the order: {plan.seal}")
    _bullet(console, f"Each day: magwise log {outcome.words[0]} ..., and magwise log dose, or dose skipped.")
    console.print(f"\n{wording.DISCLAIMER}", style="dim")


def show_standing(plan: TrialPlan, stands: Standing, seen: Seen, *, state: str) -> None:
    console = _console()
    show_safety(console, seen)
    console.print(_where(plan, stands, state), style="bold")
    if seen.is_urgent:
        _bullet(console, "Take no magnesium until this is clear. The trial can wait.")
    elif stands.phase is not None:
        _bullet(console, "Today: with magnesium." if stands.phase is Phase.WITH else "Today: no magnesium.")
    elif plan.blinded and 1 <= stands.day <= stands.of:
        _bullet(console, "Today: the packet that your helper filled for this day.")
    if stands.expected:
        _bullet(console, f"{stands.measured} of {stands.expected} days so far have a value.")
    if stands.adherence is not None and not plan.blinded:
        _bullet(console, f"{stands.adherence:.0%} of them went as planned.")
    for sentence in stands.beside:
        _bullet(console, sentence)
    if stands.look is not None:
        _bullet(console, f"Look {stands.look} of {plan.looks} may be taken: magwise trial verdict")
    elif stands.next_look is not None:
        when = plan.start + timedelta(days=stands.next_look - 1)
        _bullet(console, f"The next planned look is on {when}. Until then nothing of the effect is shown.")
    console.print(f"\n{wording.DISCLAIMER}", style="dim")


def show_judged(plan: TrialPlan, judged: Judged, seen: Seen) -> None:
    console = _console()
    show_safety(console, seen)
    if judged.goes_on:
        console.print(f"Look {judged.look} of {judged.of_looks}: go on.", style="bold")
    else:
        heading, style = HEADINGS[judged.first.verdict.value]
        console.print(f"{outcomes()[plan.outcome].name.capitalize()}: {heading}", style=style)
        for reason in judged.first.why:
            _bullet(console, reason)
        for id, answer in judged.others:
            kind = "felt" if outcomes()[id].felt else "counted or measured"
            console.print(f"{outcomes()[id].name.capitalize()} ({kind}): {HEADINGS[answer.verdict.value][0]}")
            _bullet(console, answer.why[1] if len(answer.why) > 1 else answer.why[0])
        for sentence in judged.beside:
            _bullet(console, sentence)
    for sentence in judged.says:
        console.print(sentence, markup=False)
    if not judged.goes_on:
        console.print(f"The order was the sealed one ({plan.seal[:16]}...).", style="dim")
    console.print("\nThis judges one trial of one person.", style="dim")
    console.print(wording.DISCLAIMER, style="dim")


def _where(plan: TrialPlan, stands: Standing, state: str) -> str:
    if state == "stopped":
        return f"Ended early, without an answer: {plan.question}"
    if stands.day == 0:
        return f"Begins on {plan.start}: {plan.question}"
    if stands.is_over:
        return f"All {stands.of} days are over: {plan.question}"
    return f"Day {stands.day} of {stands.of}: {plan.question}"


def _design_words(plan: TrialPlan) -> str:
    if plan.design is Design.BLOCKS:
        return (
            f"{plan.pairs} pairs of blocks of {plan.block_days} days, one with and one without, each pair in an order "
            "drawn by chance."
        )
    return (
        "One start, after a wait of a length drawn by chance: stores fill over about twenty weeks and a washout is "
        "never clean. One start cannot tell magnesium from whatever else changes then, so only a large effect shows."
    )


def _look_words(plan: TrialPlan) -> str:
    if plan.looks == 1:
        return "One look, at the end."
    days = ", ".join(map(str, plan.look_days))
    return f"{plan.looks} planned looks, after days {days}; early ones need a clearer answer."


def _power_words(plan: TrialPlan) -> str:
    unit = outcomes()[plan.outcome].unit
    effect = f"{_figure(plan.effect or 0)} {unit}"
    if plan.power is None:
        return (
            f"How likely an effect of {effect} is found is not known: fewer than ten days without magnesium are in the "
            "diary. Ten days noted before the start would tell, and set the length."
        )
    return f"By how much your days differ, an effect of {effect} is found with a chance of {plan.power:.0%}."


def _figure(value: float) -> str:
    return f"{value:.3g}"


def _bullet(console: Console, sentence: str) -> None:
    console.print(f"· {sentence}", markup=False)


def _console() -> Console:
    wide = Console(highlight=False)
    return Console(highlight=False, width=min(wide.width, _WIDEST))
