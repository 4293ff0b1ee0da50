"""A catalogue file -> its rows, one at a time, in order.

A row that cannot be read comes out as `Bad` with the reason; a file that cannot be read at all, or has no such
column, raises NotFound with the columns that it has. Memory stays flat: nothing is held but one row.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

from magwise.adapters.importers import dsld_csv
from magwise.adapters.importers.dsld import text_of_label
from magwise.adapters.importers.lines import Lines
from magwise.adapters.importers.packed import DAMAGED, Member, kind_of, members_of, open_bytes
from magwise.catalogue import FORM_LOST
from magwise.errors import NotFound, WrongUse

__all__ = ["Bad", "Columns", "Row", "rows_of"]

_LONGEST_FIELD = 1_000_000  # characters of one CSV field; a longer one is a reject, not a crash
_LARGEST_DOCUMENT = 50_000_000  # bytes of JSON that is no line: it has to be held as a whole
_LONGEST_NAME = 200  # characters of an id
_BATCH = 512
_DELIMITERS = ",;\t|"
_GUESSED = "The line was no UTF-8 and was read as Windows-1252."
_LINES_OF_JSON = (".jsonl", ".ndjson", ".json")
_TABLES = (".csv", ".tsv", ".txt")
_PACKED = (".zip", ".gz", ".7z", ".rar", ".tar", ".bz2", ".xz", ".zst")


class Row(NamedTuple):
    """One label. `share` is how much of the file has been read with it; `notes` and `flags` are the file's own."""

    number: int  # from 1, as a person counts
    id: str
    text: str
    share: float = 0.0
    notes: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()
    price: float | None = None
    pieces: float | None = None


class Bad(NamedTuple):
    """A row that could not be read; `start` is how it begins."""

    number: int
    id: str | None
    why: str
    start: str
    share: float = 0.0


@dataclass(frozen=True, slots=True)
class Columns:
    """Where in a row its parts are."""

    id: str = "id"
    text: str = "raw_text"
    price: str | None = None
    pieces: str | None = None

    @property
    def needed(self) -> tuple[str, ...]:
        return tuple(one for one in (self.text, self.price, self.pieces) if one is not None)


def rows_of(
    path: Path,
    *,
    id_column: str = "id",
    text_column: str = "raw_text",
    price_column: str | None = None,
    pieces_column: str | None = None,
    encoding: str | None = None,
) -> Iterator[Row | Bad]:
    """Every row of this file, archive or folder."""
    columns = Columns(id_column, text_column, price_column, pieces_column)
    if path.is_dir():
        return _folder(path, columns, encoding)
    if not path.exists():
        raise NotFound(
            "There is no such file.",
            where=str(path),
            remedy="Give a .jsonl, .csv or .parquet file, or a folder.",
        )
    kind = kind_of(path)
    if kind == ".parquet":
        return _parquet(path, columns)
    if kind == ".zip":
        return _archive(path, columns, encoding)
    if kind not in (*_LINES_OF_JSON, *_TABLES):
        raise NotFound(
            f"Files ending in {kind or 'nothing'} are not read.",
            where=str(path),
            remedy="Use .jsonl, .csv, .tsv or .parquet (.gz and .zip too), or a folder of DSLD labels in JSON.",
        )
    file, size = open_bytes(path)
    return _of_bytes(file, size, kind, columns, encoding, str(path))


def _of_bytes(
    file: BinaryIO, size: int, kind: str, columns: Columns, encoding: str | None, place: str
) -> Iterator[Row | Bad]:
    """The rows of one open file; its header is looked at now, its rows when they are asked for."""
    lines = Lines(file, size, encoding=encoding)
    try:
        if kind in _TABLES:
            rows = _table(lines, columns, place)
        elif kind == ".json":
            rows = _document(file, size, columns, place)
        else:
            rows = _json_lines(iter(lines), lines, columns)
    except (*DAMAGED, csv.Error) as broken:
        file.close()
        raise NotFound(f"The file cannot be read: {broken or 'it ends too early'}.", where=place) from None
    except BaseException:
        file.close()
        raise
    return _until_damaged(file, rows)


def _until_damaged(file: BinaryIO, rows: Iterator[Row | Bad]) -> Iterator[Row | Bad]:
    """A file that breaks off gives what is before the break, and a reject that says so."""
    number = 0
    with file:
        try:
            for row in rows:
                number = row.number
                yield row
        except DAMAGED as broken:
            why = f"the file is damaged from here on: {broken or 'it ends too early'}"
            yield Bad(number + 1, None, why[:200], "", 1.0)


# JSON


def _json_lines(each: Iterator[str], lines: Lines, columns: Columns) -> Iterator[Row | Bad]:
    number = 0
    for line in each:
        if not line.strip():
            lines.fresh()
            continue
        number += 1
        yield _marked(_of_line(line, number, columns), lines)


def _of_line(line: str, number: int, columns: Columns) -> Row | Bad:
    try:
        record = json.loads(line)
    except (ValueError, RecursionError) as broken:
        return Bad(number, None, f"no JSON: {broken}"[:200], line[:80])
    return _of_record(record, number, columns, line[:80])


def _of_record(record: Any, number: int, columns: Columns, start: str) -> Row | Bad:
    if not isinstance(record, dict):
        return Bad(number, None, "no JSON object", start)
    name = record.get(columns.id)
    text = record.get(columns.text)
    if text is None and "ingredientRows" in record:
        return _dsld_label(record, number, start)
    if not isinstance(text, str):
        there = ", ".join(list(map(str, record))[:12])
        why = f"no text under {columns.text!r}; keys: {there}"
        return Bad(number, None if name is None else str(name)[:_LONGEST_NAME], why, start)
    row = Row(number, str(number) if name is None else str(name)[:_LONGEST_NAME], text)
    return _priced(row, record.get(columns.price or ""), record.get(columns.pieces or ""))


def _dsld_label(record: Any, number: int, start: str, name: str | None = None) -> Row | Bad:
    try:
        return Row(number, str(record.get("id", name or number)), text_of_label(record))
    except (ValueError, AttributeError, TypeError, KeyError, RecursionError) as broken:
        return Bad(number, name, f"no DSLD label: {broken}"[:200], start)


def _document(file: BinaryIO, size: int, columns: Columns, place: str) -> Iterator[Row | Bad]:
    """A .json file: a list of records, one label of DSLD, or JSON Lines under another name."""
    if size > _LARGEST_DOCUMENT:
        raise WrongUse(
            f"A .json file of more than {_LARGEST_DOCUMENT // 1_000_000} MB is not held in memory.",
            where=place,
            remedy="Write one record a line, and call it .jsonl.",
        )
    content = file.read(_LARGEST_DOCUMENT)
    try:
        found = json.loads(content)
    except (ValueError, RecursionError):
        lines = Lines(io.BytesIO(content), len(content))
        return _json_lines(iter(lines), lines, columns)
    records = found if isinstance(found, list) else [found]
    return (
        _of_record(record, number, columns, str(record)[:80])._replace(share=number / len(records))
        for number, record in enumerate(records, start=1)
    )


# tables


def _table(lines: Lines, columns: Columns, place: str) -> Iterator[Row | Bad]:
    csv.field_size_limit(_LONGEST_FIELD)
    each = iter(lines)
    first = next(each, "")
    sign, header = _header(first, columns)
    reader = csv.reader(each, delimiter=sign)
    if set(dsld_csv.FACTS) <= set(header):
        return _dsld_table(reader, header, lines)
    if set(dsld_csv.LABELS) <= set(header) and columns.text not in header:
        raise NotFound(
            "This is the overview of DSLD's export; it names no ingredients.",
            where=place,
            remedy="Give the file of DietarySupplementFacts.",
        )
    _check_columns(header, columns.needed, place)
    return _table_rows(reader, header, lines, columns)


def _header(first: str, columns: Columns) -> tuple[str, list[str]]:
    """The sign between the columns is the one that gives the column asked for, else most columns."""
    cut = {sign: next(csv.reader([first], delimiter=sign), []) for sign in _DELIMITERS}
    for sign, header in cut.items():
        if columns.text in header and len(header) > 1:
            return sign, header
    return max(cut.items(), key=lambda one: len(one[1]))


def _table_rows(reader: Any, header: list[str], lines: Lines, columns: Columns) -> Iterator[Row | Bad]:
    at = {name: place for place, name in reversed(list(enumerate(header)))}
    for number, cells in enumerate(_cells(reader, lines), start=1):
        if isinstance(cells, str):
            yield _marked(Bad(number, None, cells, ""), lines)
        else:
            yield _marked(_of_cells(cells, at, len(header), number, columns), lines)


def _cells(reader: Any, lines: Lines) -> Iterator[list[str] | str]:
    """The cells of each row, or why there are none."""
    while True:
        begun = lines.number + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as broken:
            yield f"no CSV, lines {begun} to {lines.number}: {broken}; is a quote left open?"
            continue
        if cells:
            yield cells


def _of_cells(cells: list[str], at: dict[str, int], width: int, number: int, columns: Columns) -> Row | Bad:
    named = _at(cells, at.get(columns.id))
    text = _at(cells, at[columns.text])
    if text is None or any(cells[width:]):
        # a comma in a text without quotes would cut "Magnesium 1,000 mg" to 1
        return Bad(
            number, named, f"{len(cells)} cells, {width} columns: is a text not quoted?", _start(cells)
        )
    row = Row(number, (named or str(number))[:_LONGEST_NAME], text)
    price, pieces = (_at(cells, at[column]) if column else None for column in (columns.price, columns.pieces))
    return _priced(row, price, pieces)


def _at(cells: Sequence[str], place: int | None) -> str | None:
    return cells[place] if place is not None and place < len(cells) else None


def _start(cells: list[str]) -> str:
    return " | ".join(cells)[:80]


def _dsld_table(reader: Any, header: list[str], lines: Lines) -> Iterator[Row | Bad]:
    """Rows that are no CSV come out as they are met; the label they belonged to is told apart by its rest."""
    torn: list[str] = []

    def good() -> Iterator[tuple[list[str], float]]:
        for cells in _cells(reader, lines):
            if isinstance(cells, str) or lines.trouble:
                torn.append(str(lines.trouble or cells))
            else:
                yield cells, lines.share
            lines.fresh()

    number = 0
    for label in dsld_csv.labels_of(header, good()):
        number += 1
        why = label.why_not or (f"a row beside this label cannot be read: {torn[0]}" if torn else None)
        torn.clear()
        if why:
            yield Bad(number, label.id or None, why, label.text[:80], label.share)
        else:
            yield Row(number, label.id, label.text, label.share, (dsld_csv.LOST,), (FORM_LOST,))
    if torn:
        yield Bad(number + 1, None, torn[0], "", 1.0)


# Parquet, archives, folders


def _parquet(path: Path, columns: Columns) -> Iterator[Row | Bad]:
    import duckdb

    try:
        connection = duckdb.connect(config={"memory_limit": "1GB", "threads": 1})
        there = connection.read_parquet(str(path)).columns
        found = connection.execute("SELECT num_rows FROM parquet_file_metadata(?)", [str(path)]).fetchone()
    except duckdb.Error as broken:
        raise NotFound(f"The file cannot be read as Parquet: {str(broken)[:160]}", where=str(path)) from None
    _check_columns(there, columns.needed, str(path))
    return _parquet_rows(connection, path, there, columns, found[0] if found else 1)


def _parquet_rows(
    connection: Any, path: Path, there: list[str], columns: Columns, total: int
) -> Iterator[Row | Bad]:
    names = (columns.id if columns.id in there else None, columns.text, columns.price, columns.pieces)
    wanted = ", ".join(_quoted(one) if one else "NULL" for one in names)
    result = connection.execute(f"SELECT {wanted} FROM read_parquet(?)", [str(path)])  # noqa: S608 - quoted
    number = 0
    while batch := result.fetchmany(_BATCH):
        for name, text, price, pieces in batch:
            number += 1
            if text is None:
                yield Bad(number, None if name is None else str(name), "the text is null", "", number / total)
                continue
            row = Row(
                number, str(number if name is None else name)[:_LONGEST_NAME], str(text), number / total
            )
            yield _priced(row, price, pieces)


def _archive(path: Path, columns: Columns, encoding: str | None) -> Iterator[Row | Bad]:
    members = list(members_of(path))
    if not members:
        raise NotFound("There is no file in this archive.", where=str(path))
    return _counted(_of_member(member, columns, encoding) for member in members)


def _of_member(member: Member, columns: Columns, encoding: str | None) -> Iterator[Row | Bad]:
    if member.kind in _PACKED:
        yield Bad(1, member.name, "an archive inside an archive is not opened", "")
        return
    if member.kind not in (*_LINES_OF_JSON, *_TABLES):
        yield Bad(1, member.name, f"files ending in {member.kind or 'nothing'} are not read", "")
        return
    try:
        yield from _of_bytes(member.open(), member.size, member.kind, columns, encoding, member.name)
    except (NotFound, WrongUse, *DAMAGED) as broken:
        yield Bad(1, member.name, str(broken)[:200], "")


def _folder(path: Path, columns: Columns, encoding: str | None) -> Iterator[Row | Bad]:
    files = sorted(path.glob("*.json"))
    if not files:
        raise NotFound(
            "There is no .json file in this folder.", where=str(path), remedy="Give a file of it by name."
        )
    return _counted(_of_file(file, columns) for file in files)


def _of_file(file: Path, columns: Columns) -> Iterator[Row | Bad]:
    try:
        record = json.loads(file.read_bytes()[: _LARGEST_DOCUMENT + 1])
    except (ValueError, OSError, RecursionError) as broken:
        yield Bad(1, file.stem, f"no DSLD label: {broken}"[:200], "")
        return
    if isinstance(record, dict) and columns.text not in record:
        yield _dsld_label(record, 1, "", file.stem)
    elif isinstance(record, dict):
        yield _of_record(record, 1, columns, str(record)[:80])
    else:
        yield Bad(1, file.stem, "no DSLD label: no JSON object", str(record)[:80])


def _counted(parts: Iterator[Iterator[Row | Bad]]) -> Iterator[Row | Bad]:
    """The rows of several files, numbered through."""
    number = 0
    for part in parts:
        for row in part:
            number += 1
            yield row._replace(number=number)


# what all have in common


def _marked(row: Row | Bad, lines: Lines) -> Row | Bad:
    """The row with what its lines were: where in the file, another encoding, no text at all."""
    trouble, guessed = lines.trouble, lines.guessed
    if trouble or guessed:
        lines.fresh()
    if trouble:
        start = row.start if isinstance(row, Bad) else row.text[:80]
        return Bad(row.number, row.id, trouble, start, lines.share)
    if isinstance(row, Bad):
        return row._replace(share=lines.share)
    # written out, since _replace takes as long as reading the line
    notes = (*row.notes, _GUESSED) if guessed else row.notes
    return Row(row.number, row.id, row.text, lines.share, notes, row.flags, row.price, row.pieces)


def _priced(row: Row, price: object, pieces: object) -> Row:
    if price is None and pieces is None:
        return row
    amounts = [_amount(price), _amount(pieces)]
    notes = tuple(
        f"{what} {str(given)[:40]!r} is no number."
        for what, given, amount in zip(("Price", "Pieces"), (price, pieces), amounts, strict=True)
        if given not in (None, "") and amount is None
    )
    return row._replace(price=amounts[0], pieces=amounts[1], notes=(*row.notes, *notes))


def _amount(given: object) -> float | None:
    """12.5 and '12,50' and '$12.50'; None for anything else, and for what is not above 0."""
    text = str(given if given is not None else "").strip().strip("$€£ ")
    if text.count(",") == 1 and "." not in text and len(text) - text.index(",") <= 3:
        text = text.replace(",", ".")
    try:
        amount = float(text)
    except ValueError:
        return None
    return amount if 0 < amount < 1e9 else None


def _quoted(column: str) -> str:
    return '"' + column.replace('"', '""') + '"'


def _check_columns(there: Sequence[str], wanted: tuple[str, ...], place: str) -> None:
    options = dict(zip(wanted, ("--text", "--price or --pieces", "--pieces"), strict=False))
    for column in wanted:
        if column not in there:
            named = ", ".join(one[:60] for one in there[:40]) or "none"
            raise NotFound(
                f"There is no column {column!r}.",
                where=place,
                remedy=f"The columns are: {named}. Choose one with {options[column]}.",
            )
