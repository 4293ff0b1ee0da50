"""An answer on a terminal: red flags first, then what is in the way, how much, when, what to expect."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from magwise.adapters.contract import (
    CheckAnswer,
    CourseOut,
    DatedScheduleOut,
    DoseOut,
    ExpectationOut,
    FindingOut,
    PlanAnswer,
    ProductOut,
    ScheduleOut,
)
from magwise.findings import Level
from magwise.units import number
from magwise.wording import LEVEL_TITLES

__all__ = ["show_check", "show_plan"]

WIDEST = 100  # columns; longer lines are hard to read
_COLOURS = {
    Level.HELP_NOW: "bold white on red",
    Level.STOP: "bold red",
    Level.ASK_FIRST: "bold yellow",
    Level.APART: "bold cyan",
    Level.CAUTION: "yellow",
    Level.NOTE: "dim",
}
_HEADLINE = {
    "plan": "bold green",
    "not_needed": "bold green",
    "ask_first": "bold yellow",
    "do_not_start": "bold red",
    "get_help_now": "bold white on red",
}


def show_plan(
    answer: PlanAnswer, *, show_all: bool = False, course: Callable[[], CourseOut | None] | None = None
) -> None:
    """The whole answer, in the order in which it matters. A `course` takes a moment, so the rest is shown before it."""
    console = _console()
    _top(console, answer)
    _section(console, "What the label holds", [_product(one, show_all=show_all) for one in answer.products])
    _findings(console, answer.findings, show_all=show_all)
    _unchecked(console, answer)
    if answer.questions and answer.decision in {"ask_first", "do_not_start", "get_help_now"}:
        _section(
            console, "Questions to take along", [_bullet(f"{q.ask}: {q.question}") for q in answer.questions]
        )
    _section(console, "How much", list(_how_much(answer)))
    if answer.schedule.doses or answer.schedule.others:
        _section(console, "Your day", [_day(answer.schedule, answer)])
    _section(console, "Other days", [_other_day(one) for one in answer.schedules])
    _section(console, "Why there is no room", [_bullet(need) for need in answer.schedule.conflict])
    _section(console, "Food first", [_foods(answer)] if answer.food_first else [])
    _section(console, "What to expect", [_expectation(one) for one in answer.expect])
    _section(console, "Judge, step back, stop", list(_review(answer)))
    simulated = course() if course is not None else answer.course
    _section(console, "A simulated course", list(_course(simulated)) if simulated else [])
    _bottom(console, answer, show_all=show_all)


def show_check(answer: CheckAnswer, *, show_all: bool = False) -> None:
    """Safety only."""
    console = _console()
    _top(console, answer)
    _findings(console, answer.findings, show_all=show_all)
    _unchecked(console, answer)
    limit = answer.limit
    _section(
        console,
        "Limit",
        [
            _line(
                f"{number(limit.mg_per_day)} mg a day from all supplements ({limit.authority}). {limit.note}"
            )
        ],
    )
    _bottom(console, answer, show_all=show_all)


def _console() -> Console:
    console = Console(highlight=False, soft_wrap=False)
    return Console(highlight=False, width=min(console.width, WIDEST))


def _top(console: Console, answer: PlanAnswer | CheckAnswer) -> None:
    console.print()
    console.print(Text(f" {answer.headline} ", style=_HEADLINE[answer.decision]))
    console.print()
    console.print(Padding(Text(answer.red_flags, style="dim"), (0, 2)))


def _findings(console: Console, findings: list[FindingOut], *, show_all: bool) -> None:
    """Grouped by what to do; notes only when everything is asked for."""
    shown = [one for one in findings if show_all or one.level != "note"]
    table = Table(box=None, show_header=False, padding=(0, 1), expand=False)
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for one in shown:
        level = Level.of(one.level)
        table.add_row(Text(LEVEL_TITLES[level], style=_COLOURS[level]), _finding(one, show_all=show_all))
    if shown:
        ask = Text(f"Why? magwise why {shown[0].rule}", style="dim")
        _section(console, "In the way", [table, Padding(ask, (0, 1))])
    else:
        _section(console, "In the way", [_line("Nothing was found in what you told.")])


def _finding(one: FindingOut, *, show_all: bool) -> RenderableType:
    text = Text(one.message)
    if one.draft:
        text.append(" (draft figure)", style="dim")
    if not show_all:
        return text
    lines = [text, *(Text(f"- {why}", style="dim") for why in one.because)]
    lines += [Text(f"  {one.rule}; {', '.join((*one.facts, *one.spec))}", style="dim")]
    lines += [Text(f"  {source}", style="dim") for source in one.sources]
    return Group(*lines)


def _unchecked(console: Console, answer: PlanAnswer | CheckAnswer) -> None:
    _section(
        console,
        "Could not check",
        [_bullet(f"{one.what}: {one.why}. {one.remedy}") for one in answer.could_not_check],
    )


def _product(one: ProductOut, *, show_all: bool = False) -> RenderableType:
    if one.elemental_high_mg_per_unit is None:
        return _bullet(
            f"{one.name}: cannot tell how much magnesium one {one.unit} holds. {one.why_not or ''}"
        )
    low, high = one.elemental_low_mg_per_unit or 0, one.elemental_high_mg_per_unit
    amount = number(high) if low == high else f"{number(low)} to {number(high)}"
    form = f" as {', '.join(one.forms).replace('_', ' ')}" if one.forms else ""
    lines = [
        _bullet(
            f"{one.name}: {amount} mg of magnesium in one {one.unit}{form} ({one.basis.replace('_', ' ')})."
        )
    ]
    if not one.usable and one.why_not:
        lines.append(Padding(Text(f"Not usable: {one.why_not}", style="yellow"), (0, 0, 0, 4)))
    lines += [Padding(Text(why, style="dim"), (0, 0, 0, 4)) for why in one.why]
    lines += [_quality(note) for note in one.quality if show_all or note.level == "caution"]
    return Group(*lines)


def _quality(note: FindingOut) -> RenderableType:
    """A promise on the label that nobody should make; with --all also what the pack tells of its quality."""
    style = "yellow" if note.level == "caution" else "dim"
    draft = " (draft figure)" if note.draft else ""
    return Padding(Text(f"{note.message}{draft}", style=style), (0, 0, 0, 4))


def _how_much(answer: PlanAnswer) -> Iterable[RenderableType]:
    limit = answer.limit
    if answer.target_mg_per_day is None:
        return
    if answer.margin_mg_per_day is not None:
        yield _line(
            f"None is needed. If you want a margin of safety all the same, {number(answer.margin_mg_per_day)} mg a "
            "day with food is the usual size."
        )
    elif answer.steps:
        yield _line(f"{number(answer.steps[-1].mg_per_day)} mg of elemental magnesium a day.", style="bold")
        for step in answer.steps if len(answer.steps) > 1 else []:
            until = "on" if step.to_day is None else f"to {step.to_day}"
            yield _bullet(f"from day {step.from_day} {until}: {number(step.mg_per_day)} mg a day")
    else:
        yield _line("No dose is given here.", style="bold")
    if answer.wish and answer.margin_mg_per_day is None:
        yield _line(
            f"Aim: {number(answer.target_mg_per_day)} mg ({answer.wish.band}; {'; '.join(answer.wish.because)})."
        )
        if answer.steps and answer.steps[-1].mg_per_day < answer.target_mg_per_day:
            yield _line(_why_less(answer))
    yield _line(f"Limit: {number(limit.mg_per_day)} mg a day from all supplements ({limit.authority}).")
    if limit.others:
        others = ", ".join(f"{one.authority} {number(one.mg_per_day)} mg" for one in limit.others)
        yield _line(f"Others say: {others}.", style="dim")
    yield _line(limit.note, style="dim")
    if answer.already_mg_per_day:
        yield _line(f"Already taken: about {number(answer.already_mg_per_day)} mg a day.")
    if answer.status:
        yield _line(f"{_capital('; '.join(answer.status.because))}. {answer.status.words}", style="dim")
    if answer.supply and answer.supply.days is not None:
        cost = ""
        if answer.supply.per_month is not None:
            cost = f", {answer.supply.per_month:.2f} {answer.supply.currency or ''} a month".rstrip()
        yield _line(f"The pack lasts {number(answer.supply.days)} days{cost}.")


def _why_less(answer: PlanAnswer) -> str:
    """Why the last step stays below the aim."""
    if answer.receipt.person["person"].get("sensitive_stomach"):
        return (
            "With a sensitive stomach the dose rises by 50 mg at a time, or by one unit of up to 75 mg; "
            "whole units of this product reach that much."
        )
    return "Whole units reach that much; nothing is rounded up."


def _day(schedule: ScheduleOut, answer: PlanAnswer) -> RenderableType:
    rows = [(one.time, _dose_words(one, answer), True) for one in schedule.doses]
    for other in schedule.others:
        moved = f" (moved from {other.moved_from})" if other.moved_from else ""
        rows.append((other.time, f"{other.take}{moved}", False))
    table = Table(box=None, show_header=False, padding=(0, 2))
    for time, words, ours in sorted(rows):
        style = "bold green" if ours else ""
        table.add_row(Text(time, style=style), Text(words, style=style))
    return table


def _dose_words(one: DoseOut, answer: PlanAnswer) -> str:
    product = answer.products[one.product]
    plural = "" if one.units == 1 or product.unit.endswith("s") else "s"
    of_which = f" of {product.name}" if len(answer.products) > 1 else ""
    units = f"{number(one.units)} {product.unit}{plural}{of_which}"
    return f"{number(one.elemental_mg)} mg magnesium: {units}, with {one.with_}"


def _other_day(one: DatedScheduleOut) -> RenderableType:
    when = _when(one)
    if one.outcome == "no_room":
        return _bullet(
            f"{when}: pause magnesium; no meal is far enough from the medicines. Ask the pharmacist."
        )
    doses = ", ".join(f"{dose.time} {number(dose.elemental_mg)} mg with {dose.with_}" for dose in one.doses)
    moved = "".join(f", {other.take} {other.time} (moved)" for other in one.others if other.moved_from)
    return _bullet(f"{when}: {doses or 'no magnesium'}{moved}")


def _when(one: DatedScheduleOut) -> str:
    """ "every day from 2026-11-22 to 2026-12-01", "sun", "2026-11-22"."""
    weekdays = "every day" if len(one.days) == 7 else ", ".join(one.days)
    if not (one.from_ or one.to):
        return weekdays
    if one.from_ == one.to:
        return str(one.from_)
    return f"{weekdays} from {one.from_ or 'now'} to {one.to or 'further notice'}"


def _foods(answer: PlanAnswer) -> RenderableType:
    foods = ", ".join(
        f"{one.food} ({one.serving}) adds {number(one.adds_mg)} mg" for one in answer.food_first
    )
    return _line(f"Beside the dose or instead of it: {foods}.")


def _expectation(one: ExpectationOut) -> RenderableType:
    head = Text(f"{one.outcome}: {one.likely}", style="bold")
    head.append(f"  certainty {one.certainty}", style="dim")
    lines: list[RenderableType] = [head, Text(one.words)]
    if one.lowered:
        why = "; ".join(f"{step.domain}: {step.because}" for step in one.lowered)
        lines.append(Text(f"What makes it less sure: {why}.", style="dim"))
    return Padding(Group(*lines), (0, 2, 0, 2))


def _review(answer: PlanAnswer) -> Iterable[RenderableType]:
    if answer.review is None:
        return
    review = answer.review
    yield _line(
        f"Judge from day {review.judge_from_day} on, by how you feel and function; decide by day "
        f"{review.decide_by_day}: keep it, switch the form, or stop."
    )
    yield _line(f"Write down: {', '.join(review.track)}.")
    yield from (_bullet(rule) for rule in review.stop_rules)


def _course(course: CourseOut) -> Iterable[RenderableType]:
    yield _line(course.words)
    if course.serum_mmol_l is None or course.urine_mmol_d is None:
        return
    table = Table(box=None, show_header=True, header_style="dim", padding=(0, 2))
    for head in ("", "serum mmol/L", "24-hour urine mmol"):
        table.add_column(head)
    for k, day in enumerate(course.day):
        serum, urine = (
            f"{band.p50[k]:.{digits}f} ({band.p5[k]:.{digits}f} to {band.p95[k]:.{digits}f})"
            for band, digits in ((course.serum_mmol_l, 2), (course.urine_mmol_d, 1))
        )
        table.add_row("before" if day == 0 else f"day {day}", serum, urine)
    yield table
    yield _line("Middle of the simulated people, 5 to 95 % of them in brackets.", style="dim")


def _bottom(console: Console, answer: PlanAnswer | CheckAnswer, *, show_all: bool) -> None:
    if show_all:
        _section(console, "Sources", [_bullet(source) for source in answer.sources])
    else:
        _section(
            console,
            "Sources",
            [_line(f"{len(answer.sources)} texts; --all names them, --json has everything.")],
        )
    console.print()
    console.print(Padding(Text(answer.disclaimer, style="dim"), (0, 2)))
    console.print()


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _section(console: Console, title: str, parts: list[RenderableType]) -> None:
    if not parts:
        return
    console.print()
    console.print(Text(title, style="bold underline"))
    for part in parts:
        console.print(part)


def _line(text: str, style: str = "") -> RenderableType:
    return Padding(Text(text, style=style), (0, 2, 0, 2), expand=False)


def _bullet(text: str) -> RenderableType:
    table = Table(box=None, show_header=False, padding=0)
    table.add_column(width=4)
    table.add_column(overflow="fold")
    table.add_row("  - ", Text(text))
    return table
