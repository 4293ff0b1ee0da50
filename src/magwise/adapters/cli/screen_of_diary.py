"""The diary on a terminal: danger first, then what was noted, then the week."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from magwise import wording
from magwise.diary import Entry
from magwise.diary.flags import Seen
from magwise.diary.views import Week, said_of
from magwise.findings import Level

__all__ = ["show_logged", "show_safety", "show_week"]

_WIDEST = 100
_SHORT = "General education, not medical advice."
_STYLE = {Level.HELP_NOW: "bold white on red", Level.STOP: "bold red", Level.ASK_FIRST: "bold yellow"}


def show_logged(kept: Sequence[Entry], seen: Seen, say: Sequence[str], remarks: Sequence[str] = ()) -> None:
    """What one line did; `remarks` are the day's, which speak of the signs on top."""
    console = _console()
    show_safety(console, seen)
    if remarks:
        console.print(f"{wording.RED_FLAGS}\n", style="dim")
    for entry in kept:
        console.print(
            f"Noted for {entry.day.isoformat()} (number {entry.id}): {said_of(entry)}.", markup=False
        )
        if entry.note:
            console.print(f"  {entry.note}", markup=False, style="dim")
    for sentence in (*say, *remarks):
        console.print(sentence, markup=False, style="bold")
    console.print(_SHORT, style="dim")


def show_week(week: Week) -> None:
    console = _console()
    show_safety(console, week.seen)
    if not week.rows and not week.told:
        console.print("Nothing was noted in these seven days. Like: magwise log sleep 7")
    if week.rows:
        console.print(_table(week))
    for entry in week.told:
        console.print(f"{entry.day:%a %d %b}  {said_of(entry)}", markup=False)
    for sentence in week.say:
        console.print(f"\n{sentence}", markup=False, style="bold")
    console.print(f"\n{wording.DISCLAIMER}", style="dim")


def show_safety(console: Console, seen: Seen, *, kept: bool = True) -> None:
    """Red flags, what stops or asks, and what could not be understood. `kept`: they stand in the diary."""
    for one in seen.findings:
        if one.level is Level.HELP_NOW:
            urgency = wording.URGENCIES[one.urgency] if one.urgency else ""
            console.print(Text(f" Get help now. {urgency} ", style=_STYLE[one.level]))
        console.print(Text(one.message, style=_STYLE.get(one.level, "")))
        if one.because:
            over = " When it is over: magwise log WHAT gone" if kept else ""
            console.print(f"  You wrote: {'; '.join(one.because)}.{over}", markup=False)
    for doubt in seen.doubts:
        console.print(
            f"Could not check {doubt.what}: {doubt.why}. {doubt.remedy}", markup=False, style="yellow"
        )
    if seen.findings or seen.doubts:
        console.print()


def _table(week: Week) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("", no_wrap=True)
    for day in week.days:
        table.add_column(f"{day:%a}\n{day:%d %b}", justify="right", no_wrap=True)
    table.add_column("week", justify="right", no_wrap=True)
    for row in week.rows:
        name = f"{row.name} ({row.unit})" if row.unit else row.name
        table.add_row(Text(name), *(Text(cell or "·") for cell in row.cells), row.week)
    return table


def _console() -> Console:
    wide = Console(highlight=False)
    return Console(highlight=False, width=min(wide.width, _WIDEST))
