"""`magwise screen`: a catalogue in, one row out for each row in. Decides nothing; adapters/catalogue does the work."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from types import TracebackType
from typing import Annotated, Any

import typer

from magwise.adapters.catalogue import Job, Tally, rejects_of, screened

__all__ = ["Progress", "screen"]


def screen(
    source: Annotated[
        Path,
        typer.Argument(
            metavar="IN",
            help="A .jsonl, .csv, .tsv or .parquet file (.gz, .zip too), or a folder of DSLD labels.",
        ),
    ],
    out: Annotated[Path, typer.Option("--out", help="Where the rows go: .jsonl or .parquet.")],
    id_column: Annotated[str, typer.Option("--id", help="The column that names a row.")] = "id",
    text_column: Annotated[
        str, typer.Option("--text", help="The column that holds the label's text.")
    ] = "raw_text",
    price: Annotated[str | None, typer.Option("--price", help="The column of what a pack costs.")] = None,
    pieces: Annotated[
        str | None, typer.Option("--pieces", help="The column of how many pieces a pack holds.")
    ] = None,
    encoding: Annotated[
        str | None, typer.Option("--encoding", help="The file's encoding, when it is not UTF-8.")
    ] = None,
    workers: Annotated[int | None, typer.Option(help="Processes to use; all cores when not said.")] = None,
    cluster: Annotated[
        str | None, typer.Option("--cluster", help="Use Dask: local, or the scheduler's tcp://host:port.")
    ] = None,
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on where a run that was cut off stopped.")
    ] = False,
) -> None:
    """Read a whole catalogue of labels.

    Example: magwise screen labels.csv --id sku --text label --out read.jsonl
    """
    job = Job(source, out, id_column, text_column, price, pieces, encoding, workers, cluster)
    try:
        with Progress() as progress:
            tally = screened(job, resume=resume, progress=progress.show)
    except KeyboardInterrupt:
        print("\nWhat was read is kept: repeat the command with --resume to go on.", file=sys.stderr)
        raise
    for line in _in_words(tally, out):
        print(line, file=sys.stderr)


def _in_words(tally: Tally, out: Path) -> list[str]:
    fresh = tally.rows - tally.resumed
    rate = f" ({fresh / tally.seconds:,.0f} a second)" if tally.seconds and fresh else ""
    said = [f"{_rows(tally.read)} read in {tally.seconds:.1f} s{rate}."]
    if tally.resumed:
        said.append(f"{tally.resumed:,} of the rows are from the run before.")
    if tally.guessed:
        said.append(
            f"{_rows(tally.guessed)} no UTF-8, read as Windows-1252: `why` says where. "
            "If that is wrong, say --encoding."
        )
    if tally.rejected:
        said.append(f"{_rows(tally.rejected)} rejected, with reasons: {rejects_of(out)}")
    return said


def _rows(count: int) -> str:
    return f"{count:,} row" + ("" if count == 1 else "s")


class Progress:
    """A bar with rate and time left on a terminal; a plain line now and then anywhere else."""

    EVERY = 10.0  # seconds between plain lines

    def __init__(self) -> None:
        self._bar: Any = None
        self._began = self._said = time.monotonic()
        self._first: tuple[int, float] | None = None

    def __enter__(self) -> Progress:
        if sys.stderr.isatty():
            self._bar = _bar()
            self._task = self._bar.add_task("reading", total=1.0, rows="0 rows", rate="", left="")
            self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bar is not None:
            self._bar.stop()

    def show(self, tally: Tally, share: float) -> None:
        now = time.monotonic()
        if self._first is None:
            self._first = (tally.resumed, share if tally.resumed else 0.0)
        seconds = max(now - self._began, 1e-3)
        rate = f"{(tally.rows - self._first[0]) / seconds:,.0f} a second"
        left = _left(share - self._first[1], 1.0 - share, seconds)
        rejected = f", {tally.rejected:,} rejected" if tally.rejected else ""
        rows = f"{tally.rows:,} rows{rejected}"
        if self._bar is not None:
            self._bar.update(
                self._task, completed=share, rows=rows, rate=rate, left=left, refresh=now - self._said > 0.1
            )
            self._said = now if now - self._said > 0.1 else self._said
        elif now - self._said >= self.EVERY:
            self._said = now
            print(
                f"{rows}, {share:.0%}, {rate}, {left or 'time left not known yet'}",
                file=sys.stderr,
                flush=True,
            )


def _bar() -> Any:
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn

    texts = (TextColumn("{task.fields[" + name + "]}") for name in ("rows", "rate", "left"))
    return Progress(
        BarColumn(), TaskProgressColumn(), *texts, console=Console(stderr=True), auto_refresh=False
    )


def _left(done: float, rest: float, seconds: float) -> str:
    """The time left at the pace so far; nothing before there is a pace."""
    if done <= 0 or seconds < 0.5:
        return ""
    whole = round(seconds * rest / done)
    minutes, secs = divmod(whole, 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours} h {minutes} min left"
    return f"{minutes} min {secs} s left" if minutes else f"{secs} s left"
