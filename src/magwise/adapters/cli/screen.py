"""`magwise screen`: a catalogue in, one row out for each row in. Decides nothing.

Rows are read, sent to all cores in chunks and written in order; at most a few chunks are in memory. What cannot
be read is kept in OUT.rejects.jsonl with its reason. A run that was cut off goes on where it stopped (--resume).
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path
from typing import IO, Annotated, Any

import typer

from magwise.adapters.importers import Bad, Row, rows_of
from magwise.errors import MagwiseError, WrongUse

__all__ = ["screen", "screened"]

_CHUNK = 500  # rows that travel together
_AHEAD = 3  # chunks in flight for each core


@dataclass(slots=True)
class Tally:
    read: int = 0
    rejected: int = 0
    seconds: float = 0.0


def screen(
    source: Annotated[
        Path,
        typer.Argument(
            metavar="IN", help="A .jsonl, .csv, .tsv or .parquet file, or a folder of DSLD labels."
        ),
    ],
    out: Annotated[Path, typer.Option("--out", help="Where the rows go: .jsonl or .parquet.")],
    id_column: Annotated[str, typer.Option("--id", help="The column that names a row.")] = "id",
    text_column: Annotated[
        str, typer.Option("--text", help="The column that holds the label's text.")
    ] = "raw_text",
    workers: Annotated[int | None, typer.Option(help="Processes to use; all cores when not said.")] = None,
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on where a run that was cut off stopped.")
    ] = False,
) -> None:
    """Read a whole catalogue of labels.

    Example: magwise screen labels.csv --id sku --text label --out read.jsonl
    """
    tally = screened(
        source, out, id_column=id_column, text_column=text_column, workers=workers, resume=resume
    )
    rate = tally.read / tally.seconds if tally.seconds else 0.0
    note = f", {tally.rejected} rejected: see {rejects_of(out)}" if tally.rejected else ""
    print(f"{tally.read} rows read in {tally.seconds:.1f} s ({rate:,.0f} a second){note}.", file=sys.stderr)


def screened(
    source: Path,
    out: Path,
    *,
    id_column: str = "id",
    text_column: str = "raw_text",
    workers: int | None = None,
    resume: bool = False,
) -> Tally:
    """Every row of `source` is in `out` or among the rejects; the numbers of both."""
    _check_target(source, out)
    rows = rows_of(source, id_column=id_column, text_column=text_column)
    lines = out.with_suffix(".jsonl.part") if out.suffix == ".parquet" else out.with_name(out.name + ".part")
    began = time.monotonic()
    with _Output(lines, rejects_of(out), resume=resume) as output:
        for _ in islice(rows, output.tally.read + output.tally.rejected):
            pass
        for results in _through_all_cores(_chunks(rows), workers or os.cpu_count() or 1):
            output.take(results)
    output.tally.seconds = time.monotonic() - began
    _finish(lines, out)
    output.forget()
    return output.tally


def rejects_of(out: Path) -> Path:
    return out.with_name(out.name + ".rejects.jsonl")


def read_chunk(chunk: list[Row | Bad]) -> list[tuple[bool, str]]:
    """Each row as a line of JSON, and whether it was read."""
    from magwise.label import read_label
    from magwise.label.json import to_json

    results = []
    for row in chunk:
        if isinstance(row, Bad):
            results.append((False, _line(asdict(row))))
            continue
        try:
            results.append((True, _line({"id": row.id, **to_json(read_label(row.text))})))
        except MagwiseError as refused:
            results.append((False, _line(asdict(Bad(row.number, row.id, refused.what, row.text[:80])))))
    return results


class _Output:
    """The two files, and a note of how far they are right; after a cut they are shortened to the note."""

    def __init__(self, lines: Path, rejects: Path, *, resume: bool) -> None:
        self.lines, self.rejects = lines, rejects
        self.note = lines.with_name(lines.name + ".note")
        self.tally = Tally()
        self.resume = resume
        self.progress = _Progress()

    def __enter__(self) -> _Output:
        sizes = self._noted() if self.resume else (0, 0)
        self.good = _shortened(self.lines, sizes[0])
        self.bad = _shortened(self.rejects, sizes[1])
        return self

    def __exit__(self, *_: object) -> None:
        self.good.close()
        self.bad.close()
        self.progress.end()

    def take(self, results: Iterable[tuple[bool, str]]) -> None:
        for read, line in results:
            (self.good if read else self.bad).write(line.encode())
            if read:
                self.tally.read += 1
            else:
                self.tally.rejected += 1
        self.good.flush()
        self.bad.flush()
        self._write_note()
        self.progress.show(self.tally)

    def forget(self) -> None:
        self.note.unlink(missing_ok=True)
        if not self.tally.rejected:
            self.rejects.unlink(missing_ok=True)

    def _write_note(self) -> None:
        fresh = self.note.with_name(self.note.name + ".new")
        fresh.write_text(
            json.dumps([self.tally.read, self.tally.rejected, self.good.tell(), self.bad.tell()])
        )
        fresh.replace(self.note)

    def _noted(self) -> tuple[int, int]:
        try:
            read, rejected, good, bad = json.loads(self.note.read_text())
        except (OSError, ValueError):
            return 0, 0
        self.tally = Tally(read, rejected)
        return good, bad


class _Progress:
    """One line on the terminal, at most five times a second; silent anywhere else."""

    def __init__(self) -> None:
        self.shown = 0.0
        self.began = time.monotonic()
        self.loud = sys.stderr.isatty()

    def show(self, tally: Tally) -> None:
        now = time.monotonic()
        if self.loud and now - self.shown > 0.2:
            self.shown = now
            rows = tally.read + tally.rejected
            print(
                f"\r{rows:,} rows, {rows / max(now - self.began, 0.01):,.0f} a second",
                end="",
                file=sys.stderr,
            )

    def end(self) -> None:
        if self.loud and self.shown:
            print(file=sys.stderr)


def _through_all_cores(chunks: Iterator[list[Row | Bad]], workers: int) -> Iterator[list[tuple[bool, str]]]:
    """The results in the order of the rows. A small file is read here, without starting processes."""
    first = list(islice(chunks, 2))
    if workers < 2 or len(first) < 2:
        for chunk in (*first, *chunks):
            yield read_chunk(chunk)
        return
    from concurrent.futures import Future, ProcessPoolExecutor

    with ProcessPoolExecutor(workers) as pool:
        waiting: deque[Future[list[tuple[bool, str]]]] = deque(
            pool.submit(read_chunk, chunk) for chunk in first
        )
        for chunk in chunks:
            waiting.append(pool.submit(read_chunk, chunk))
            if len(waiting) >= workers * _AHEAD:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


def _chunks(rows: Iterator[Row | Bad]) -> Iterator[list[Row | Bad]]:
    while chunk := list(islice(rows, _CHUNK)):
        yield chunk


def _shortened(path: Path, size: int) -> IO[bytes]:
    path.parent.mkdir(parents=True, exist_ok=True)
    file = path.open("r+b" if path.exists() else "w+b")
    file.truncate(size)
    file.seek(size)
    return file


def _finish(lines: Path, out: Path) -> None:
    if out.suffix != ".parquet":
        lines.replace(out)
        return
    import duckdb

    fresh = out.with_name(out.name + ".new")
    connection = duckdb.connect()
    source = f"read_json(?, format = 'newline_delimited', columns = {_COLUMNS})"
    connection.execute(f"COPY (SELECT * FROM {source}) TO '{_quoted(fresh)}' (FORMAT parquet)", [str(lines)])  # noqa: S608
    fresh.replace(out)
    lines.unlink()


_COLUMNS = (
    "{id: 'VARCHAR', elemental_mg: 'DOUBLE', elemental_low_mg: 'DOUBLE', elemental_high_mg: 'DOUBLE', "
    "basis: 'VARCHAR', serving_amount: 'DOUBLE', serving_unit: 'VARCHAR', servings_per_container: 'DOUBLE', "
    "max_servings_per_day: 'DOUBLE', forms: 'VARCHAR[]', compound_mg: 'MAP(VARCHAR, DOUBLE)', "
    "nutrients: 'MAP(VARCHAR, DOUBLE)', proprietary_blend: 'BOOLEAN', "
    "flags: 'VARCHAR[]', language: 'VARCHAR', price_per_100_mg: 'DOUBLE', why: 'VARCHAR[]'}"
)


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")


def _check_target(source: Path, out: Path) -> None:
    if out.suffix not in (".jsonl", ".ndjson", ".parquet"):
        raise WrongUse(
            f"Rows are not written to {out.suffix or 'a file without an ending'}.",
            where=str(out),
            remedy="Use .jsonl or .parquet.",
        )
    if out.resolve() == source.resolve():
        raise WrongUse("IN and OUT are the same file.", where=str(out), remedy="Name another OUT.")


def _line(record: dict[str, Any]) -> str:
    return json.dumps(record, ensure_ascii=False) + "\n"
