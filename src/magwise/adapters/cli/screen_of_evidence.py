"""The pages on evidence on a terminal: red flags first where a person is told, then the answer, how sure, and why."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from magwise.adapters.contract import ExpectationOut
from magwise.adapters.evidence_answer import (
    CheckOfSources,
    CitedOut,
    EffectOut,
    EvidenceAnswer,
    OutcomeAnswer,
    OutcomeLineOut,
    SetOut,
    SourceOut,
)
from magwise.units import number

__all__ = ["show_check_of_sources", "show_outcome", "show_overview"]

WIDEST = 110  # columns
_URGENT = {"do_not_start": "bold red", "get_help_now": "bold white on red", "ask_first": "bold yellow"}
_STOPPED = {"do_not_start", "get_help_now"}


def show_overview(answer: EvidenceAnswer) -> None:
    """All outcomes, one row for each answer that trials give."""
    console = _console()
    _for_whom(console, answer.decision, answer.headline, answer.red_flags, known=answer.for_person)
    console.print()
    console.print(
        _row(
            ("outcome, in whom", "effect (95 % interval)", "trials / people", "certainty", "what matters"),
            "dim",
        )
    )
    for topic, lines in groupby(answer.outcomes, key=lambda line: line.topic):
        rows = list(lines)
        console.print()
        console.print(Text.assemble((topic, "bold"), f"  {rows[0].in_short}"))
        for line in rows:
            console.print(_row(_cells(line)))
    console.print()
    whose = (
        "for this person"
        if answer.for_person
        else "for people as in the trials; --person says how sure it is for one"
    )
    console.print(
        Text(
            f"How sure: {whose}. *: draft figures. One of them: magwise evidence {answer.outcomes[0].topic}",
            style="dim",
        )
    )
    _bottom(console, answer.disclaimer)


def show_outcome(answer: OutcomeAnswer) -> None:
    """The whole page on one outcome."""
    console = _console()
    console.print()
    console.print(Text(answer.title, style="bold"))
    console.print(_line(answer.in_short))
    known = bool(answer.for_you) or answer.decision is None
    _for_whom(console, answer.decision, answer.headline, answer.red_flags, known=known)
    _section(console, "For you", [_for_you(one) for one in answer.for_you])
    _section(console, "What trials found", [_effect(one) for one in answer.effects])
    _section(console, "Where they disagree", _cited(answer.disagreements))
    _section(console, "Who earned from the answer", _cited(answer.conflicts_of_interest))
    _section(console, "Trials pooled anew", [_set(one) for one in answer.sets])
    _section(console, "Reviews", _cited(answer.reviews))
    _section(console, "Single trials", _cited(answer.trials))
    _section(console, "What may be said of it on a label", _cited(answer.regulators))
    _section(console, "What would change this", [_bullet(one) for one in answer.would_change])
    _section(console, f"How the texts stand on {answer.today}", list(_standing(answer.sources)))
    if answer.draft:
        console.print()
        console.print(_line("*: a draft figure, not yet confirmed on the primary text.", "dim"))
    _bottom(console, answer.disclaimer)


def show_check_of_sources(answer: CheckOfSources) -> None:
    """Old, replaced and retracted texts; what nobody has looked up is counted, never passed over."""
    console = _console()
    looked = len(answer.sources) - len(answer.unknown)
    console.print(f"{len(answer.sources)} texts are cited by evidence.")
    if answer.register_rows is None:
        console.print(f"Retraction: {looked} looked up, {len(answer.unknown)} unknown.")
        console.print(
            "Unknown is not clear. Hold them against a register: magwise evidence --check --retractions FILE.csv"
        )
    else:
        console.print(
            f"Held against {answer.register_rows:,} rows of a register: {len(answer.retracted)} retracted, "
            f"{looked - len(answer.retracted)} otherwise known, {len(answer.unknown)} without a number to look up."
        )
    _section(
        console,
        "Retracted",
        [_bullet(_named(one)) for one in answer.sources if one.retraction == "retracted"],
    )
    doubted = [one for one in answer.sources if one.retraction in ("expression of concern", "corrected")]
    _section(
        console, "Corrected or doubted", [_bullet(f"{_named(one)}: {one.retraction}") for one in doubted]
    )
    _section(
        console,
        "Replaced by a newer edition",
        [_bullet(f"{_named(one)}: see {one.replaced_by}") for one in answer.sources if one.replaced_by],
    )
    _section(
        console,
        "Reviews old enough to need renewal",
        [_bullet(_named(one)) for one in answer.sources if one.old and not one.replaced_by],
    )
    _section(console, "Unknown", [_line(", ".join(answer.unknown))] if answer.unknown else [])


# -- parts ---------------------------------------------------------------------------------------------------


def _console() -> Console:
    console = Console(highlight=False, soft_wrap=False)
    return Console(highlight=False, width=min(console.width, WIDEST) if console.is_terminal else WIDEST)


def _for_whom(
    console: Console, decision: str | None, headline: str | None, red_flags: str, *, known: bool
) -> None:
    """What stands in the way of this person comes before any figure."""
    if decision is None:
        return
    console.print()
    console.print(Text(f" {headline} ", style=_URGENT.get(decision, "bold green")))
    console.print(Padding(Text(red_flags, style="dim"), (0, 2)))
    if decision in _STOPPED or not known:
        console.print(_line("What follows is about the people in the trials, not about you.", "bold"))


_SHARES = (30, 26, 14, 9, 16)  # of a line


def _row(cells: Sequence[str], style: str = "") -> RenderableType:
    table = Table(box=None, show_header=False, padding=(0, 1), expand=True)
    for share in _SHARES:
        table.add_column(overflow="fold", ratio=share)
    table.add_row(*(Text(cell, style=style) for cell in cells))
    return table


def _cells(line: OutcomeLineOut) -> tuple[str, ...]:
    counted = f"{_count(line.trials)} / {_count(line.people)}"
    draft = "*" if line.draft else ""
    return (
        f"{line.outcome}: {line.who}",
        f"{line.figure}{draft}",
        counted,
        line.certainty,
        line.smallest_that_matters or "none known",
    )


def _count(value: int | None) -> str:
    return "?" if value is None else f"{value:,}"


def _for_you(one: ExpectationOut) -> RenderableType:
    head = Text(f"{one.outcome}: {one.likely}", style="bold")
    head.append(f"  certainty {one.certainty}", style="dim")
    return Padding(Group(head, Text(one.words)), (0, 2, 1, 2))


def _effect(one: EffectOut) -> RenderableType:
    head = Text(f"{one.outcome}, {one.given.who}: {one.figure}{'*' if one.draft else ''}", style="bold")
    lines: list[RenderableType] = [head, Text(one.says)]
    if one.but:
        lines.append(Text(one.but, style="dim"))
    weeks = (
        ""
        if one.given.weeks is None
        else f", {number(one.given.weeks)} {'week' if one.given.weeks == 1 else 'weeks'}"
    )
    if one.given.mg_per_day is None:
        given = f"{one.given.form}, no single dose"
    else:
        given = f"{number(one.given.mg_per_day)} mg a day as {one.given.form}"
    lines.append(_fact("Given", f"{given}{weeks}."))
    if one.placebo:
        lines.append(_fact("Placebo", one.placebo.says))
    matters = (
        one.smallest_that_matters.says
        if one.smallest_that_matters
        else "Nobody has agreed on it in this unit."
    )
    lines.append(_fact("Matters", matters))
    lines.append(_fact("Certainty", f"{one.certainty}. {one.certainty_in_words}"))
    lines += [
        _fact("", f"{step.domain} −{step.steps}: {step.because} ({', '.join(step.facts)})")
        for step in one.lowered
    ]
    if one.unjudged:
        lines.append(
            _fact("Not judged", "; ".join(f"{open.domain}: {open.why}" for open in one.unjudged) + ".")
        )
    if one.differs:
        lines.append(_fact("You", "; ".join(one.differs) + "."))
    return Padding(Group(*lines), (0, 2, 1, 2))


def _fact(name: str, text: str) -> RenderableType:
    table = Table(box=None, show_header=False, padding=0)
    table.add_column(width=11)
    table.add_column(overflow="fold")
    table.add_row(Text(name, style="dim"), Text(text))
    return table


def _cited(facts: Sequence[CitedOut]) -> list[RenderableType]:
    return [
        _bullet(f"{one.id}{'*' if one.draft else ''}  {one.says}{' ' + one.but if one.but else ''}")
        for one in facts
    ]


def _set(one: SetOut) -> RenderableType:
    lines = [f"{one.title}: {one.k} trials, {one.figure} by {one.method}; I² {one.i2:.0f} %."]
    lines.append(f"As if they differed by chance only: {one.equal_effects}.")
    if one.prediction:
        lines.append(f"The next trial may find {one.prediction}.")
    if not one.methods_agree:
        lines.append("The methods do not agree on whether there is an effect.")
    lines += [f"Left out, because its figures cannot be right: {out.id}." for out in one.left_out]
    lines.append("" if one.systematic_search else "Not a systematic search.")
    lines.append(f"All methods: magwise pool {one.name}")
    return _bullet(" ".join(filter(None, lines)))


def _standing(sources: Sequence[SourceOut]) -> Iterable[RenderableType]:
    old = [f"{one.id} ({one.year})" for one in sources if one.old and not one.replaced_by]
    replaced = [f"{one.id}: see {one.replaced_by}" for one in sources if one.replaced_by]
    told = [one for one in sources if one.retraction != "unknown"]
    yield _line(
        f"{len(sources)} texts. Retraction: {len(told)} looked up, {len(sources) - len(told)} unknown."
    )
    for one in told:
        if one.retraction != "none found":
            yield _line(f"{one.id}: {one.retraction} ({one.looked_up}).", "bold red")
    if old:
        yield _line(f"Old enough to need renewal, as half of all reviews then do: {', '.join(old)}.")
    if replaced:
        yield _line(f"Replaced: {', '.join(replaced)}.")


def _named(one: SourceOut) -> str:
    return f"{one.id}, {one.title}{f', {one.year}' if one.year else ''}"


def _section(console: Console, title: str, parts: Sequence[RenderableType]) -> None:
    if not parts:
        return
    console.print()
    console.print(Text(title, style="bold underline"))
    for part in parts:
        console.print(part)


def _bottom(console: Console, disclaimer: str) -> None:
    console.print()
    console.print(Padding(Text(disclaimer, style="dim"), (0, 2)))
    console.print()


def _line(text: str, style: str = "") -> RenderableType:
    return Padding(Text(text, style=style), (0, 2, 0, 2), expand=False)


def _bullet(text: str) -> RenderableType:
    table = Table(box=None, show_header=False, padding=0)
    table.add_column(width=4)
    table.add_column(overflow="fold")
    table.add_row("  - ", Text(text))
    return table
