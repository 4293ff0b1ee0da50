"""`magwise league`: a catalogue that was read -> its tables; and what `magwise diff` prints of two of them."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from magwise.adapters.catalogue.tables import Releases
    from magwise.catalogue import League

__all__ = ["diff_of_catalogues", "league"]


def league(
    catalogue: Annotated[
        Path, typer.Argument(metavar="READ", help="What `magwise screen` wrote: .parquet or .jsonl.")
    ],
    as_json: Annotated[bool, typer.Option("--json", help="Print the tables as JSON.")] = False,
) -> None:
    """Forms, contradictions, hidden oxide and prices of a whole catalogue.

    Example: magwise screen labels.csv --text label --out read.parquet && magwise league read.parquet
    """
    from magwise.adapters.catalogue.tables import league_of_file

    found = league_of_file(catalogue)
    if as_json:
        print(json.dumps(asdict(found), ensure_ascii=False, indent=1))
        return
    _show_league(found)


def diff_of_catalogues(old: Path, new: Path, *, as_json: bool) -> None:
    """What changed between two releases of a catalogue, by kind, with the first few ids of each."""
    from magwise.adapters.catalogue.tables import changes_between_releases

    found = changes_between_releases(old, new)
    if as_json:
        print(json.dumps(asdict(found), ensure_ascii=False, indent=1))
        return
    _show_diff(found)


def _show_league(found: League) -> None:
    print(
        f"{found.rows:,} rows; {found.with_magnesium:,} name magnesium, "
        f"{found.with_number:,} of them with one defensible figure, {found.blends:,} with a proprietary blend."
    )
    if found.forms:
        table = _table("Form", "labels", "alone", "median mg", "per 100 mg")
        for one in found.forms:
            table.add_row(
                one.form,
                f"{one.labels:,}",
                f"{one.alone:,}",
                _figure(one.median_mg),
                _figure(one.median_price, 4),
            )
        _print(table)
        print("Median: elemental mg a serving, and price, of labels with this form alone.")
    if found.contradictions:
        table = _table("Contradiction", "labels", "", last="for example")
        for flag, (count, ids) in found.contradictions.items():
            table.add_row(flag, f"{count:,}", _share(count, found.with_magnesium), _named(ids, count))
        _print(table)
    count, ids = found.hidden_oxide
    print(f"Oxide hidden among other forms: {count:,}" + (f" ({_named(ids, count)})" if count else ""))
    if found.cheapest:
        table = _table("Cheapest per 100 mg", "price", "mg a serving", last="forms")
        for row in found.cheapest:
            table.add_row(
                _short(row.id),
                _figure(row.price_per_100_mg, 4),
                _figure(row.elemental_mg),
                ", ".join(row.forms),
            )
        _print(table)
    else:
        print("No prices: `magwise screen` takes them from the columns named by --price and --pieces.")


def _show_diff(found: Releases) -> None:
    print(f"{found.was:,} rows before, {found.now:,} now; {found.same:,} read the same.")
    if not found.kinds:
        return
    table = _table("What changed", "labels", last="for example")
    for kind, count in found.kinds.items():
        first = found.examples[kind][0]
        table.add_row(kind, f"{count:,}", f"{_short(first.id)}: {first.was} -> {first.now}")
    _print(table)


def _table(first: str, *numbers: str, last: str | None = None) -> Any:
    from rich import box
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column(first, overflow="fold")
    for name in numbers:
        table.add_column(name, justify="right", no_wrap=True)
    if last is not None:
        table.add_column(last, overflow="fold")
    return table


def _print(table: Any) -> None:
    from rich.console import Console

    Console(file=sys.stdout, width=None if sys.stdout.isatty() else 110, highlight=False, markup=False).print(
        table
    )


def _figure(value: float | None, places: int = 1) -> str:
    return "" if value is None else f"{value:,.{places}f}"


def _share(count: int, of: int) -> str:
    return f"{count / of:.1%}" if of else ""


def _named(ids: tuple[str, ...], count: int) -> str:
    return ", ".join(map(_short, ids)) + (", ..." if count > len(ids) else "")


def _short(name: str) -> str:
    """An id as printed: no line ends, no signs that steer a terminal."""
    plain = "".join(one if one.isprintable() else " " for one in name)
    return plain if len(plain) <= 40 else plain[:37] + "..."
