"""A catalogue file -> its rows, one at a time, in order.

A row that cannot be read comes out as `Bad` with the reason; a file that cannot be read at all, or has no such
column, raises NotFound with the columns that it has. Memory stays flat: nothing is held but one row.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO

from magwise.adapters.importers.dsld import text_of_label
from magwise.errors import NotFound

__all__ = ["Bad", "Row", "rows_of"]

_LONGEST_FIELD = 10_000_000  # characters of one CSV field; a longer one is a reject, not a crash
_BATCH = 2048


@dataclass(frozen=True, slots=True)
class Row:
    number: int  # from 1, as a person counts
    id: str
    text: str


@dataclass(frozen=True, slots=True)
class Bad:
    """A row that could not be read; `start` is how it begins."""

    number: int
    id: str | None
    why: str
    start: str


def rows_of(path: Path, *, id_column: str, text_column: str) -> Iterator[Row | Bad]:
    """Every row of this file or folder."""
    if path.is_dir():
        return _dsld_folder(path)
    if not path.exists():
        raise NotFound(
            "There is no such file.",
            where=str(path),
            remedy="Give a .jsonl, .csv or .parquet file, or a folder.",
        )
    kind = path.suffix.lower()
    if kind in (".jsonl", ".ndjson", ".json"):
        return _json_lines(path, id_column, text_column)
    if kind in (".csv", ".tsv"):
        return _csv(path, id_column, text_column, "\t" if kind == ".tsv" else ",")
    if kind == ".parquet":
        return _parquet(path, id_column, text_column)
    raise NotFound(
        f"Files ending in {kind or 'nothing'} are not read.",
        where=str(path),
        remedy="Use .jsonl, .csv, .tsv or .parquet, or a folder of DSLD labels in JSON.",
    )


def _json_lines(path: Path, id_column: str, text_column: str) -> Iterator[Row | Bad]:
    with path.open(encoding="utf-8-sig", errors="replace") as lines:
        number = 0
        for line in lines:
            if not line.strip():
                continue
            number += 1
            try:
                record = json.loads(line)
            except (ValueError, RecursionError) as broken:
                yield Bad(number, None, f"no JSON: {broken}"[:200], line[:80])
                continue
            yield _of_record(record, number, id_column, text_column, line)


def _of_record(record: Any, number: int, id_column: str, text_column: str, line: str) -> Row | Bad:
    if not isinstance(record, dict):
        return Bad(number, None, "no JSON object", line[:80])
    name = record.get(id_column)
    text = record.get(text_column)
    if not isinstance(text, str):
        there = ", ".join(list(map(str, record))[:12])
        return Bad(
            number,
            None if name is None else str(name),
            f"no text under {text_column!r}; keys: {there}",
            line[:80],
        )
    return Row(number, str(number) if name is None else str(name), text)


def _csv(path: Path, id_column: str, text_column: str, sign: str) -> Iterator[Row | Bad]:
    csv.field_size_limit(_LONGEST_FIELD)
    file = path.open(encoding="utf-8-sig", errors="replace", newline="")
    try:
        reader = csv.reader(_without_nul(file), delimiter=sign)
        header = next(reader, [])
        _check_columns(header, (text_column,), path)
    except (csv.Error, NotFound) as broken:
        file.close()
        if isinstance(broken, NotFound):
            raise
        raise NotFound(f"The file cannot be read as CSV: {broken}.", where=str(path)) from None
    return _csv_rows(file, reader, header, id_column, text_column)


def _csv_rows(
    file: TextIO, reader: Any, header: list[str], id_column: str, text_column: str
) -> Iterator[Row | Bad]:
    at_text = header.index(text_column)
    at_id = header.index(id_column) if id_column in header else None
    number = 0
    with file:
        while True:
            number += 1
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error as broken:
                yield Bad(number, None, f"no CSV: {broken}", "")
                continue
            name = cells[at_id] if at_id is not None and at_id < len(cells) else None
            if at_text >= len(cells):
                yield Bad(number, name, f"{len(cells)} cells, {len(header)} columns", sign_free(cells))
                continue
            yield Row(number, name if name else str(number), cells[at_text])


def _without_nul(file: TextIO) -> Iterator[str]:
    return (line.replace("\0", "") for line in file)


def sign_free(cells: list[str]) -> str:
    return " | ".join(cells)[:80]


def _parquet(path: Path, id_column: str, text_column: str) -> Iterator[Row | Bad]:
    import duckdb

    try:
        connection = duckdb.connect()
        source = connection.read_parquet(str(path))
    except duckdb.Error as broken:
        raise NotFound(f"The file cannot be read as Parquet: {str(broken)[:160]}", where=str(path)) from None
    _check_columns(source.columns, (text_column,), path)
    return _parquet_rows(connection, path, source.columns, id_column, text_column)


def _parquet_rows(
    connection: Any, path: Path, columns: list[str], id_column: str, text_column: str
) -> Iterator[Row | Bad]:
    wanted = [_quoted(id_column) if id_column in columns else "NULL", _quoted(text_column)]
    result = connection.execute(f"SELECT {', '.join(wanted)} FROM read_parquet(?)", [str(path)])  # noqa: S608 - quoted
    number = 0
    while batch := result.fetchmany(_BATCH):
        for name, text in batch:
            number += 1
            if text is None:
                yield Bad(number, None if name is None else str(name), "the text is null", "")
            else:
                yield Row(number, str(number) if name is None else str(name), str(text))


def _quoted(column: str) -> str:
    return '"' + column.replace('"', '""') + '"'


def _dsld_folder(path: Path) -> Iterator[Row | Bad]:
    files = sorted(path.glob("*.json"))
    if not files:
        raise NotFound("There is no .json file in this folder.", where=str(path))
    return _dsld_rows(files)


def _dsld_rows(files: list[Path]) -> Iterator[Row | Bad]:
    for number, file in enumerate(files, start=1):
        try:
            record = json.loads(file.read_text(encoding="utf-8-sig", errors="replace"))
            yield Row(number, str(record.get("id", file.stem)), text_of_label(record))
        except (ValueError, AttributeError, TypeError, KeyError, OSError, RecursionError) as broken:
            yield Bad(number, file.stem, f"no DSLD label: {broken}"[:200], "")


def _check_columns(columns: list[str], wanted: tuple[str, ...], path: Path) -> None:
    for column in wanted:
        if column not in columns:
            there = ", ".join(columns[:40]) or "none"
            raise NotFound(
                f"There is no column {column!r}.",
                where=str(path),
                remedy=f"The columns are: {there}. Choose one with --text.",
            )
