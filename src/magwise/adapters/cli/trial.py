"""`magwise trial`: one question, decided before the first day, and judged at the end."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from magwise.adapters.cli.log import Database
from magwise.errors import NotATrial, NotFound, WrongUse

if TYPE_CHECKING:
    import datetime
    from collections.abc import Sequence

    from magwise.adapters.store.store import Store
    from magwise.adapters.store.trials import KeptTrial
    from magwise.diary import Entry
    from magwise.verdict.design import Allocation
    from magwise.verdict.trial import Judged, TrialPlan

__all__ = ["judged_of", "trial"]

trial = typer.Typer(
    add_completion=False,
    rich_markup_mode=None,
    no_args_is_help=True,
    help="Did it help me? A trial of your own: one question and one outcome, an order drawn by chance, and no looking "
    "before its time.\n\nExample: magwise trial start me.toml --outcome sleep",
)
AsJson = Annotated[bool, typer.Option("--json", help="Print the published JSON shape.")]
AsOf = Annotated[
    str | None,
    typer.Option("--today", metavar="YYYY-MM-DD", help="Answer as if it were this day (default: today)."),
]
PersonFile = Annotated[
    Path, typer.Argument(metavar="PERSON.toml", help="The person file: safety is asked first.")
]
OutcomeName = Annotated[
    str, typer.Option("--outcome", help="What to judge by: sleep, bristol, cramps, stress ...")
]


@trial.command()
def start(
    person: PersonFile,
    outcome: OutcomeName,
    question: Annotated[str, typer.Option(help="The question, in your words.")] = "",
    smallest: Annotated[
        float | None,
        typer.Option(help="The smallest change that matters (default: from the facts).", show_default=False),
    ] = None,
    better: Annotated[str | None, typer.Option(help="higher or lower (default: as for most people).")] = None,
    also: Annotated[
        list[str] | None, typer.Option("--also", help="A further outcome; all of them share one error.")
    ] = None,
    design: Annotated[
        str | None,
        typer.Option(help="blocks for what comes within days, wait for filling stores.", show_default=False),
    ] = None,
    power: Annotated[
        float | None,
        typer.Option(help="How likely an effect shall be found (default 0.8).", show_default=False),
    ] = None,
    effect: Annotated[
        float | None,
        typer.Option(help="The effect to look for (default: twice the smallest).", show_default=False),
    ] = None,
    block_days: Annotated[
        int | None, typer.Option(min=1, max=60, help="Days in a block (default 7).", show_default=False)
    ] = None,
    pairs: Annotated[
        int | None,
        typer.Option(min=1, max=60, help="Pairs of blocks (default: from your noise).", show_default=False),
    ] = None,
    looks: Annotated[int, typer.Option(min=1, max=5, help="Planned looks, the one at the end included.")] = 1,
    first_day: Annotated[
        str | None, typer.Option("--first-day", metavar="YYYY-MM-DD", help="Day 1 (default: tomorrow).")
    ] = None,
    helper: Annotated[
        Path | None,
        typer.Option("--helper", help="Blind: write the order into this file, for a second person only."),
    ] = None,
    seed: Annotated[
        int | None,
        typer.Option(help="Draw from this seed, to repeat an order; else by chance.", show_default=False),
    ] = None,
    only_show: Annotated[
        bool, typer.Option("--only-show", help="Show the design and its power; begin nothing.")
    ] = False,
    database: Database = None,
    today: AsOf = None,
    as_json: AsJson = False,
) -> None:
    """Decide everything before the first day, and draw the order.

    Example: magwise trial start me.toml --outcome sleep --looks 2

    Nobody gets a trial who is told to stop or to ask first. With --helper a second person fills your packets by the
    file and you do not see the order; without it you learn each day's turn on its day. The seal that is shown proves in
    the end that the order was not changed.
    """
    from datetime import timedelta

    from magwise.adapters.cli.photo import label_of_photo
    from magwise.adapters.store import LOCAL, DayStore, open_store, write_whole
    from magwise.adapters.trials import allowed, check_climb
    from magwise.diary.vocabulary import outcome as outcome_called
    from magwise.person_file import read_person_file
    from magwise.verdict.trial import Design, noise_before, plan_trial, text_of

    here = _day(today)
    begins = here + timedelta(days=1) if first_day is None else _future(first_day, here)
    chosen = outcome_called(outcome)
    store = open_store(database)
    entries = store.diary(LOCAL).entries()
    advice = allowed(read_person_file(person, read_photo=label_of_photo), entries, here, where=str(person))
    plan, order = plan_trial(
        chosen, start=begins, seed=secrets.randbits(128) if seed is None else seed, question=question[:500],
        smallest=smallest, better=_direction(better), design=_one_of(Design, design),
        noise=noise_before(chosen, entries, begins), wanted=power, effect=effect, block_days=block_days, pairs=pairs,
        looks=looks, also=[outcome_called(one).id for one in also or ()], blinded=helper is not None,
    )  # fmt: skip
    check_climb(plan, advice, DayStore(person).read().start, begins)
    if not only_show:
        if helper is not None and helper.exists():
            raise WrongUse(
                "There is a file of this name already.", where=str(helper), remedy="Name another one."
            )
        text = text_of(order)
        store.trials(LOCAL).add(
            outcome=plan.outcome, seal=plan.seal, allocation=None if helper else text, plan=plan.as_json()
        )
        if helper is not None:
            write_whole(helper, _for_the_helper(plan, order, text).encode(), private=True)
    from magwise.adapters.cli.screen_of_trial import show_plan

    _show(show_plan, as_json, plan, advice, helper=helper, begun=not only_show)


@trial.command()
def status(database: Database = None, today: AsOf = None, as_json: AsJson = False) -> None:
    """How far the trial is, and what today asks for. Nothing of the effect.

    Example: magwise trial status
    """
    from magwise.adapters.cli.screen_of_trial import show_standing
    from magwise.adapters.trials import looked_of, order_of
    from magwise.verdict.trial import standing

    _, kept, plan, entries = _running(database)
    here = _day(today)
    order = order_of(kept, plan)
    stands = standing(plan, order, entries, here, looked=looked_of(kept))
    _show(show_standing, as_json, plan, stands, _seen(entries), state=kept.state)


@trial.command()
def verdict(
    reveal: Annotated[
        Path | None, typer.Option("--reveal", help="The helper's file, where there was a helper.")
    ] = None,
    plot: Annotated[
        Path | None, typer.Option("--plot", help="Draw days and estimate into this .svg or .png.")
    ] = None,
    database: Database = None,
    today: AsOf = None,
    as_json: AsJson = False,
) -> None:
    """Judge the trial from the diary: at a planned look, or at the end.

    Example: magwise trial verdict --plot trial.svg
    """
    from magwise.adapters.cli.screen_of_trial import show_judged

    judged, plan, entries, order = judged_of(database, today, reveal)
    if plot is not None and not judged.goes_on:
        from magwise.adapters.raster import write_drawing
        from magwise.diary import outcomes
        from magwise.verdict.plots import draw
        from magwise.verdict.trial import log_of

        outcome = outcomes()[plan.outcome]
        days = plan.look_days[judged.look - 1]
        write_drawing(
            plot, draw(log_of(plan, order, outcome, entries, days), judged.first, outcome.name.capitalize())
        )
    _show(show_judged, as_json, plan, judged, _seen(entries))


@trial.command()
def stop(
    yes: Annotated[bool, typer.Option("--yes", help="Do it without asking.")] = False,
    database: Database = None,
) -> None:
    """End the trial early: it is not judged, because a trial that ends when it looks good always looks good.

    Example: magwise trial stop
    """
    store, kept, _, _ = _running(database)
    if kept.state != "running":
        raise NotFound("No trial is running.", remedy="magwise trial start PERSON.toml --outcome sleep")
    if not yes and not typer.confirm("This ends the trial without an answer. Go on?", default=False):
        raise WrongUse("Nothing was changed.", remedy="--yes does it without asking.")
    store.trials().change(kept.id, state="stopped")
    print("The trial is ended, without an answer. What you noted stays in the diary.")


def judged_of(
    database: str | None, today: str | None, reveal: Path | None
) -> tuple[Judged, TrialPlan, Sequence[Entry], Allocation]:
    """The newest trial judged; the look is written down as taken before anything of it is shown."""
    from magwise.adapters.store import LOCAL
    from magwise.adapters.trials import judged_now, order_of
    from magwise.verdict.trial import allocation_of

    store, kept, plan, entries = _running(database)
    order = order_of(kept, plan) if reveal is None else allocation_of(_text(reveal), plan)
    if order is None and kept.state != "stopped":
        raise NotATrial(
            "The helper has the order of this trial.",
            remedy="At a planned look: magwise trial verdict --reveal FILE",
        )
    judged = judged_now(store.trials(LOCAL), kept, order, entries, _day(today))
    assert order is not None  # noqa: S101 - for the type checker: nothing is judged without it
    return judged, plan, entries, order


def _for_the_helper(plan: TrialPlan, order: Allocation, text: str) -> str:
    """A file that a person can work by, and that can be read back."""
    import json
    from datetime import timedelta
    from itertools import groupby

    days, lines = iter(range(plan.days)), []
    for number, (phase, run) in enumerate(groupby(order.phases), 1):
        here = [next(days) for _ in run]
        first, last = (plan.start + timedelta(days=day) for day in (here[0], here[-1]))
        holds = "magnesium" if phase == "B" else "the look-alike without magnesium"
        lines.append(f"packet {number}: days {here[0] + 1} to {here[-1] + 1} ({first} to {last}): {holds}")
    told = {
        "for": "the helper only; the one who tries must not see this before the end",
        "do": [
            "Fill one packet for each line, with capsules that look alike, and write only its days on it.",
            "Say nothing, and keep this file. At the end it shows that the order was not changed.",
            "If the one who tries feels ill, tell the doctor what was in the packet: safety comes before the trial.",
        ],
        "packets": lines,
    }
    return json.dumps({**told, **json.loads(text)}, ensure_ascii=False, indent=1)


def _running(database: str | None) -> tuple[Store, KeptTrial, TrialPlan, Sequence[Entry]]:
    """The newest trial, whatever became of it."""
    from magwise.adapters.store import LOCAL, open_store
    from magwise.adapters.trials import plan_of

    store = open_store(database)
    kept = store.trials(LOCAL).newest()
    if kept is None:
        raise NotFound("There is no trial yet.", remedy="magwise trial start PERSON.toml --outcome sleep")
    return store, kept, plan_of(kept), store.diary(LOCAL).entries()


def _seen(entries: Sequence[Entry]) -> Any:
    from magwise.diary.flags import red_flags

    return red_flags(entries)


def _show(show: Any, as_json: bool, *values: Any, **more: Any) -> None:
    if as_json:
        from magwise.adapters.contract import bytes_of
        from magwise.adapters.trial_answer import answer_about

        print(bytes_of(answer_about(*values, **more)))
        return
    show(*values, **more)


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")[:200_000]
    except (OSError, UnicodeDecodeError):
        raise NotFound("The helper's file cannot be opened.", where=str(path)) from None


def _day(text: str | None) -> datetime.date:
    from magwise.adapters.cli.day_session import date_of
    from magwise.adapters.cli.doses import here_and_now

    return here_and_now()[0].date() if text is None else date_of(text, "--today")


def _future(text: str, here: datetime.date) -> datetime.date:
    from magwise.adapters.cli.day_session import date_of

    day = date_of(text, "--first-day")
    if day < here:
        raise NotATrial(
            "A trial cannot begin in the past.", where="--first-day", remedy="Give today or a later day."
        )
    return day


def _direction(word: str | None) -> Any:
    if word not in ("higher", "lower", None):
        raise WrongUse(f"Better is 'higher' or 'lower', not {word!r}.", remedy="--better higher")
    return word


def _one_of(kind: Any, word: str | None) -> Any:
    if word is None:
        return None
    try:
        return kind(word)
    except ValueError:
        raise WrongUse(f"There is no design {word!r}.", remedy="--design blocks, or --design wait") from None
