"""The command line: one command, one module, imported only when it is called.

`main` turns errors into one paragraph (or problem+json under --json) and an exit code; see errors.py. What a
person writes in a file never appears in a log, because there is none.
"""

from __future__ import annotations

import atexit
import contextlib
import gc
import importlib
import io
import json
import os
import sys
import threading
from typing import Any, NoReturn

import typer
from typer.core import TyperGroup

import magwise
from magwise.errors import MagwiseError

__all__ = ["COMMANDS", "app", "main", "run"]

_BETWEEN_LOOKS_FOR_GARBAGE = 100_000  # objects; Python begins with 700

# name: (module under this package, function, one line of help)
COMMANDS: dict[str, tuple[str, str, str]] = {
    "plan": ("plan", "plan", "From a label, a person and a day to a plan."),
    "check": ("plan", "check", "Safety only: what is in the way, and what could not be checked."),
    "read": ("read", "read", "What a label really holds."),
    "screen": ("screen", "screen", "A whole catalogue of labels: a row out for each row in."),
    "league": ("league", "league", "Tables of a catalogue: forms, contradictions, hidden oxide, prices."),
    "medicines": ("medicines", "medicines", "Medicine lines as people type them, read and checked."),
    "day": ("day", "day", "Today: what has been taken, what is due, what is next."),
    "took": ("day", "took", "Note what was taken, and re-plan the rest of today."),
    "missed": ("day", "missed", "Note what was missed; nothing is ever doubled."),
    "late": ("day", "late", "The day runs late; meals move, medicines do not."),
    "log": ("log", "log", "One line into the diary: sleep 7, bp 132/84, coffee 2, loose stools."),
    "diary": ("diary", "diary", "The diary: a week as a table, export, import, backup, delete."),
    "import": ("imports", "import_names", "Names of medicines from an RxNorm release that you have."),
    "trial": ("trial", "trial", "A trial of your own: planned beforehand, sealed, judged at its end."),
    "claims": (
        "claims",
        "claims",
        "Marketing statements: about an illness, exaggerated, unsafe, or allowed.",
    ),
    "compare": ("compare", "compare", "Products side by side: magnesium, uptake, comfort, quality, price."),
    "simulate": ("simulate", "simulate", "What the body does with a dose, in one person or in many."),
    "evidence": ("evidence", "evidence", "What trials found, outcome by outcome, and how sure that is."),
    "pool": ("pool", "pool", "Pool trials: every common method, side by side, with bias tests."),
    "verdict": ("verdict", "verdict", "Did it help? One person's own log, judged without fooling them."),
    "serve": ("serve", "serve", "The web app, on this computer."),
    "account": ("account", "account", "Who may sign in to a server that others can reach."),
    "start": ("start", "start", "Ask the questions and write the person file."),
    "why": ("knowledge", "why", "Why a rule decides as it does, its sources and its cases."),
    "facts": ("knowledge", "facts", "Any fact with its source and standing."),
    "diff": ("receipts", "diff", "What changed between two plans."),
    "replay": ("receipts", "replay", "Answer a saved plan again: the same bytes, or what differs."),
    "schema": ("about", "schema", "The published shape of an answer, as JSON Schema."),
    "about": ("about", "about", "What Magwise is for, and what it does not do."),
}


class _Commands(TyperGroup):
    """Looks a command up by name and imports its module only then."""

    def list_commands(self, ctx: Any) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        if cmd_name not in COMMANDS:
            return None
        module, function, short = COMMANDS[cmd_name]
        called = getattr(importlib.import_module(f"magwise.adapters.cli.{module}"), function)
        if isinstance(called, typer.Typer):  # a command with commands of its own
            return typer.main.get_group(called)
        single = typer.Typer(add_completion=False, rich_markup_mode=None)
        single.command(name=cmd_name, short_help=short)(called)
        return typer.main.get_command(single)

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """The list of commands from the table alone, so that `--help` imports nothing."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, short) for name, (_, _, short) in COMMANDS.items()])


app = typer.Typer(
    cls=_Commands,
    add_completion=True,
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    help="From a magnesium label to a decision you can check.\n\nBegin with: magwise start, then magwise plan me.toml",
)


@app.callback()
def _options(
    version: bool = typer.Option(False, "--version", help="Print the version and stop.", is_eager=True),
) -> None:
    if version:
        print(magwise.__version__)
        raise typer.Exit
    from magwise.adapters.imported_names import in_use

    in_use()


def run() -> NoReturn:
    """`main` for a process of its own, which is given back to the system as it stands once everything is said.

    Python would spend a tenth of a second of each command on looking for rings of garbage among what was only just
    loaded, and as much again on taking everything apart at the end.
    """
    gc.set_threshold(_BETWEEN_LOOKS_FOR_GARBAGE)
    try:
        main()
    except SystemExit as leaving:
        code = leaving.code or 0
    else:
        code = 0
    if not isinstance(code, int) or threading.active_count() > 1:
        sys.exit(code)
    atexit._run_exitfuncs()  # what a library has left to do at the end is done
    with contextlib.suppress(OSError):  # the reader has gone
        sys.stdout.flush()
        sys.stderr.flush()
    os._exit(code)


def main(arguments: list[str] | None = None) -> None:
    """Run the command line and leave with its exit code."""
    given = sys.argv[1:] if arguments is None else arguments
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")  # an old terminal shows ? for what it cannot print
    try:
        app(args=given, prog_name="magwise")
    except MagwiseError as error:
        _say(error, as_json="--json" in given)
        sys.exit(error.exit_code)
    except BrokenPipeError:
        # the reader (head, less) has gone; nothing is wrong
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    except OSError as refused:
        _say(_as_ours(refused), as_json="--json" in given)
        with contextlib.suppress(OSError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(MagwiseError.exit_code)
    except KeyboardInterrupt:
        print("\nStopped.", file=sys.stderr)
        sys.exit(130)


def _as_ours(refused: OSError) -> MagwiseError:
    """A full disk, a folder where a file should be, a place that may not be written: one line, no traceback."""
    return MagwiseError(
        f"Something could not be read or written: {refused.strerror or refused}.",
        where=None if refused.filename is None else str(refused.filename),
        remedy="Give another place, or free this one; nothing was written half.",
    )


def _say(error: MagwiseError, *, as_json: bool) -> None:
    if as_json:
        problem = {
            "type": f"urn:magwise:error:{type(error).__name__}",
            "title": error.title,
            "status": error.exit_code,
            "detail": error.what,
            "instance": error.where,
            "remedy": error.remedy,
        }
        print(json.dumps(problem, ensure_ascii=False), file=sys.stderr)
        return
    where = f"\n  where: {error.where}" if error.where else ""
    remedy = f"\n  next:  {error.remedy}" if error.remedy else ""
    print(f"{error.title}: {error.what}{where}{remedy}", file=sys.stderr)
