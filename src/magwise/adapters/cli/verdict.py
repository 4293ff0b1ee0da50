"""`magwise verdict`: one person's log of one outcome, judged."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from magwise.errors import NotALog, NotFound, WrongUse

if TYPE_CHECKING:
    from magwise.diary.flags import Seen
    from magwise.verdict import Verdict

__all__ = ["HEADINGS", "as_json", "level_of", "verdict"]

HEADINGS = {
    "worked": ("It worked, by this log.", "bold green"),
    "too_small": ("Too small to matter.", "bold yellow"),
    "worse": ("Worse with magnesium.", "bold red"),
    "cannot_tell": ("Cannot tell.", "bold"),
}


def verdict(
    log: Annotated[
        str | None,
        typer.Argument(metavar="[LOG]", help="A CSV file with day, phase and value; - for standard input."),
    ] = None,
    smallest: Annotated[
        float | None,
        typer.Option(
            help="The smallest change that matters to you, in the outcome's unit.", show_default=False
        ),
    ] = None,
    better: Annotated[
        str | None, typer.Option(help="Whether higher or lower values are better.", show_default=False)
    ] = None,
    trial: Annotated[
        bool, typer.Option("--trial", help="Judge your own trial from the diary: magwise trial verdict.")
    ] = False,
    unblinded: Annotated[bool, typer.Option(help="You knew which days had magnesium.")] = False,
    felt: Annotated[bool, typer.Option(help="The outcome is a feeling, not a measurement.")] = False,
    placebo: Annotated[
        float | None,
        typer.Option(help="What an inert pill does to this outcome, in its unit.", show_default=False),
    ] = None,
    outcomes: Annotated[int, typer.Option(help="How many outcomes you judge from these days.")] = 1,
    look: Annotated[
        str | None, typer.Option(help="Which planned look this is, as 2/4.", show_default=False)
    ] = None,
    plot: Annotated[
        Path | None, typer.Option(help="Draw the log and the estimate into this .svg or .png file.")
    ] = None,
    json_wanted: Annotated[bool, typer.Option("--json", help="Print as JSON.")] = False,
) -> None:
    """Did it help me? Worked, too small to matter, worse, or cannot tell.

    Example: magwise verdict sleep.csv --smallest 0.5 --better higher

    Phase A is without magnesium, B with it; an empty value is a missing day. Decide the smallest change that
    matters before you look. A column `taken` (yes or no) tells which days went as planned, a column `note` what else
    was felt: a red flag in it is said first.
    """
    if trial:
        _of_the_trial(plot, as_json=json_wanted)
        return
    if log is None or smallest is None or better is None:
        raise WrongUse(
            "A log is judged with its smallest change and its direction.",
            remedy="magwise verdict sleep.csv --smallest 0.5 --better higher, or magwise verdict --trial",
        )
    from magwise.diary.flags import flags_in_notes
    from magwise.verdict import Phase, judge, read_log

    direction = _direction(better)
    diary = read_log(_text(log))
    seen = flags_in_notes(
        (f"day {day.number}", day.note, day.phase is Phase.WITH) for day in diary.days if day.note
    )
    answer = judge(
        diary, smallest=smallest, better=direction, unblinded=unblinded, felt=felt, placebo=placebo,
        level=level_of(outcomes, look),
    )  # fmt: skip
    if plot:
        from magwise.adapters.raster import write_drawing
        from magwise.verdict.plots import draw

        write_drawing(plot, draw(diary, answer))
    if json_wanted:
        print(json.dumps(as_json(answer, seen), ensure_ascii=False, indent=1))
    else:
        _show(answer, seen)


def _of_the_trial(plot: Path | None, *, as_json: bool) -> None:
    from magwise.adapters.cli.trial import verdict as judge_the_trial

    judge_the_trial(reveal=None, plot=plot, database=None, today=None, as_json=as_json)


def as_json(answer: Verdict, seen: Seen | None = None) -> dict[str, Any]:
    """The published shape of a verdict; `effect` is a change for the better, whichever way that is."""
    from magwise.adapters.contract import finding_out

    return {
        "red_flags": [finding_out(one).model_dump(mode="json") for one in (seen.findings if seen else ())],
        "verdict": answer.verdict.value,
        "effect": answer.effect,
        "interval": list(answer.interval) if answer.interval else None,
        "autocorrelation": answer.autocorrelation,
        "n": answer.n,
        "why": list(answer.why),
        "smallest": answer.smallest,
        "better": answer.better,
        "level": answer.level,
        "days": {"without": answer.days_without, "with": answer.days_with, "missing": answer.days_missing},
        "pairs": answer.pairs,
        "unit": answer.unit,
        "trend_a_week": answer.trend_a_week,
        "changed_over_time": answer.changed_over_time,
        "lagging": answer.lagging,
        "placebo": answer.placebo,
        "adherence": answer.adherence,
    }


def _direction(word: str) -> Any:
    if word not in ("higher", "lower"):
        raise WrongUse(f"Better is 'higher' or 'lower', not {word!r}.", remedy="--better higher")
    return word


def level_of(outcomes: int, look: str | None) -> float | None:
    """A stricter level where more than one question is asked; None leaves it as it is."""
    from magwise.verdict.caution import stricter
    from magwise.verdict.judging import usual_level

    if outcomes == 1 and look is None:
        return None
    parts = re.fullmatch(r"(\d{1,3})/(\d{1,3})", look or "1/1")
    if parts is None:
        raise WrongUse(
            f"{look!r} is no look.", remedy="Write which look this is of how many planned: --look 2/4"
        )
    return stricter(usual_level(), outcomes=outcomes, look=int(parts[1]), of_looks=int(parts[2]))


def _text(log: str) -> str:
    try:
        raw = sys.stdin.buffer.read() if log == "-" else Path(log).read_bytes()
    except OSError as missing:
        raise NotFound(
            f"{log} cannot be read: {missing.strerror}.", remedy="Give a CSV file of days."
        ) from missing
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise NotALog(f"{log} is no UTF-8 text.", remedy="Save the log as CSV in UTF-8.") from None


def _show(answer: Verdict, seen: Seen) -> None:
    from rich.console import Console

    from magwise.adapters.cli.screen_of_diary import show_safety

    console = Console(highlight=False)
    show_safety(console, seen, kept=False)
    if seen.step_back and not seen.is_urgent:
        from magwise.diary.views import step_back_words

        console.print(step_back_words(), markup=False, style="bold")
    heading, style = HEADINGS[answer.verdict.value]
    console.print(heading, style=style)
    for reason in answer.why:
        console.print(f"· {reason}", markup=False)
    console.print(
        "This judges one log of one person. It is general education, not medical advice.", style="dim"
    )
