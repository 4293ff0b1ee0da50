"""A catalogue in, one row out for each row in: every row is in OUT or among the rejects. Decides nothing."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import magwise
from magwise.adapters.catalogue.chunks import Chunk, Done, chunks_of
from magwise.adapters.catalogue.output import Output, Tally, rejects_of
from magwise.adapters.catalogue.work import through_all_cores, through_cluster
from magwise.adapters.importers import rows_of
from magwise.errors import WrongUse

__all__ = ["Job", "Tally", "rejects_of", "screened"]

Progress = Callable[[Tally, float], None]  # rows so far, and the share of the source they are


@dataclass(frozen=True, slots=True)
class Job:
    """What is to be read, and how; `workers` and `cluster` change no row."""

    source: Path
    out: Path
    id_column: str = "id"
    text_column: str = "raw_text"
    price_column: str | None = None
    pieces_column: str | None = None
    encoding: str | None = None
    workers: int | None = None
    cluster: str | None = None

    def mark(self) -> dict[str, Any]:
        """What has to be the same for one run to go on where another stopped."""
        there = self.source.stat() if self.source.exists() else None
        return {
            "IN": str(self.source.resolve()),
            "the size of IN": there.st_size if there else 0,
            "the time of IN": there.st_mtime_ns if there else 0,
            "columns": [self.id_column, self.text_column, self.price_column, self.pieces_column],
            "encoding": self.encoding,
            "the version of Magwise": magwise.__version__,
        }


def screened(job: Job, *, resume: bool = False, progress: Progress | None = None) -> Tally:
    """Every row of the source is in the target or among the rejects; the numbers of both."""
    _check_target(job)
    rows = rows_of(
        job.source,
        id_column=job.id_column,
        text_column=job.text_column,
        price_column=job.price_column,
        pieces_column=job.pieces_column,
        encoding=job.encoding,
    )
    began = time.monotonic()
    with Output(job.out, job.mark(), resume=resume) as output:
        if not output.complete:
            for _ in islice(rows, output.tally.rows):
                pass
            for done in _through(chunks_of(rows), job):
                output.take(done)
                if progress is not None:
                    progress(output.tally, done.share)
        output.tally.seconds += time.monotonic() - began
        output.finish()
    return output.tally


def _through(chunks: Iterator[Chunk], job: Job) -> Iterator[Done]:
    workers = job.workers or os.cpu_count() or 1
    if job.cluster:
        return through_cluster(chunks, job.cluster, workers)
    return through_all_cores(chunks, workers)


def _check_target(job: Job) -> None:
    if job.out.suffix not in (".jsonl", ".ndjson", ".parquet"):
        raise WrongUse(
            f"Rows are not written to {job.out.suffix or 'a file without an ending'}.",
            where=str(job.out),
            remedy="Use .jsonl or .parquet.",
        )
    if job.out.resolve() == job.source.resolve():
        raise WrongUse("IN and OUT are the same file.", where=str(job.out), remedy="Name another OUT.")
    if job.workers is not None and job.workers < 1:
        raise WrongUse("At least one process has to work.", where="--workers")
