"""A day on a terminal: red flags first, then what was noted, what moved and why, and the day as it stands."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import Console, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from magwise.adapters.day_answer import ChangeOut, DayAnswer, EntryOut
from magwise.schedule.model import MAGNESIUM
from magwise.units import number

__all__ = ["show_day"]

WIDEST = 100  # columns; longer lines are hard to read
_HEADLINE = {"plan": "bold green", "not_needed": "bold green", "ask_first": "bold yellow"}
_STATE = {
    "taken": ("taken", "green"),
    "assumed": ("as planned", "dim"),
    "missed": ("missed", "yellow"),
    "left_out": ("left out", "yellow"),
    "due": ("now", "bold"),
    "next": ("next", "bold"),
    "later": ("later", ""),
}


def show_day(answer: DayAnswer) -> None:
    """The whole day, in the order in which it matters."""
    wide = Console(highlight=False)
    console = Console(highlight=False, width=min(wide.width, WIDEST))
    style = _HEADLINE.get(answer.decision, "bold white on red")
    console.print()
    console.print(Text(f" {_headline(answer)} ", style=style))
    console.print()
    console.print(_line(answer.red_flags, "dim"))
    if answer.noted:
        _section(console, "Noted", [_line(answer.noted)])
    _section(console, "No magnesium", [_bullet(why) for why in answer.pause])
    _section(
        console, "Questions to take along", [_bullet(f"{q.ask}: {q.question}") for q in answer.questions]
    )
    _section(console, "What moved, and why", [_bullet(_change(one)) for one in answer.changes])
    _section(
        console, _title(answer), [_timetable(answer)] if answer.entries else [_line("Nothing is planned.")]
    )
    _section(console, "Good to know", [_bullet(one) for one in _remarks(answer)])
    _section(
        console,
        "Could not check",
        [_bullet(f"{one.what}: {one.why}. {one.remedy}") for one in answer.could_not_check],
    )
    console.print()
    console.print(_line(answer.disclaimer, "dim"))
    console.print()


def _headline(answer: DayAnswer) -> str:
    """That a plan exists is no news on its days; anything else is."""
    if answer.decision != "plan":
        return answer.headline
    return f"Day {answer.day_of_plan} of your plan" if answer.day_of_plan else "Your plan has not begun"


def _title(answer: DayAnswer) -> str:
    return f"{answer.day} as it stands at {answer.now}"


def _timetable(answer: DayAnswer) -> RenderableType:
    table = Table(box=None, show_header=False, padding=(0, 2))
    for one in answer.entries:
        word, style = _STATE[one.state]
        table.add_row(Text(one.time, style=style), Text(word, style=style), Text(_what(one), style=style))
    return table


def _what(one: EntryOut) -> str:
    words = one.take
    if one.take == MAGNESIUM:
        amount = "" if one.elemental_mg is None else f"{number(one.elemental_mg)} mg "
        words = f"{amount}magnesium"
        if one.units is not None and one.unit:
            plural = "" if one.units == 1 or one.unit.endswith("s") else "s"
            words += f": {number(one.units)} {one.unit}{plural}"
        words += f", with {one.with_}" if one.with_ else ""
    if one.planned and one.planned != one.time:
        words += f" (planned for {one.planned})"
    return words


def _change(one: ChangeOut) -> str:
    to = "left out today" if one.now is None else f"now {one.now}"
    return f"{one.take}, planned for {one.was}: {to}. {one.why[:1].upper()}{one.why[1:]}."


def _remarks(answer: DayAnswer) -> Iterator[str]:
    yield from answer.remarks
    if answer.decision == "plan":
        yield (
            f"At most {number(answer.most_24h_mg)} mg of this magnesium in the last 24 hours; the limit is "
            f"{number(answer.limit_mg_per_day)} mg a day from all supplements."
        )


def _section(console: Console, title: str, parts: list[RenderableType]) -> None:
    if parts:
        console.print()
        console.print(Text(title, style="bold underline"))
        for part in parts:
            console.print(part)


def _line(text: str, style: str = "") -> RenderableType:
    return Padding(Text(text, style=style), (0, 2, 0, 2))


def _bullet(text: str) -> RenderableType:
    table = Table(box=None, show_header=False, padding=0)
    table.add_column(width=4)
    table.add_column(overflow="fold")
    table.add_row("  - ", Text(text))
    return table
