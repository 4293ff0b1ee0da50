"""The CSV export of the NIH Dietary Supplement Label Database -> one text for each label.

The export has a row for each ingredient. It leaves out the bracket "(as magnesium citrate)", so the form is
unknown here although the label names it; the label's JSON has it. Nothing is interpreted.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

__all__ = ["FACTS", "LABELS", "LOST", "CsvLabel", "labels_of"]

FACTS = ("DSLD ID", "Ingredient", "Amount Per Serving", "Amount Per Serving Unit")
LABELS = ("DSLD ID", "Net Contents", "Suggested Use")  # the overview: no ingredients in it
LOST = "The DSLD CSV leaves out the form behind the ingredient's name; the label's JSON has it."
_MOST_ROWS = 2_000  # of one label; the longest in the database has a few hundred


@dataclass(slots=True)
class CsvLabel:
    """Rows of one label; `why_not` when they cannot stand as one."""

    id: str
    lines: list[str] = field(default_factory=list)
    why_not: str | None = None
    share: float = 0.0

    @property
    def text(self) -> str:
        return "\n".join(self.lines)


def labels_of(header: Sequence[str], rows: Iterable[tuple[list[str], float]]) -> Iterator[CsvLabel]:
    """Labels in the order of the file; one whose rows are torn apart is told, not doubled."""
    at = {name: place for place, name in enumerate(header)}
    seen: set[str] = set()
    now: CsvLabel | None = None
    said: set[tuple[str, str]] = set()
    size = ""
    for cells, share in rows:
        name, serving = _cell(cells, at, "DSLD ID"), _cell(cells, at, "Serving Size")
        if now is None or name != now.id:
            if now is not None:
                yield now
            now, said, size = _begun(name, cells, at, seen), set(), serving
        now.share = share
        ingredient, amount = _ingredient(cells, at)
        if serving != size or (ingredient, amount) in said:
            continue  # the same for children, or another serving: the first column of the panel counts
        said.add((ingredient, amount))
        if len(now.lines) < _MOST_ROWS:
            now.lines.append(_printed(ingredient, amount, cells, at))
        else:
            now.why_not = f"more than {_MOST_ROWS:,} ingredients"
    if now is not None:
        yield now


def _begun(name: str, cells: list[str], at: dict[str, int], seen: set[str]) -> CsvLabel:
    label = CsvLabel(name)
    if not name:
        label.why_not = "no DSLD ID"
    elif name in seen:
        label.why_not = "the rows of this label do not stand together; sort the file by DSLD ID"
    seen.add(name)
    label.lines.append(_cell(cells, at, "Product Name"))
    label.lines.append("Supplement Facts")
    if serving := _cell(cells, at, "Serving Size"):
        label.lines.append(f"Serving Size: {_plain(serving)}")
    label.lines.append("Amount Per Serving")
    return label


def _ingredient(cells: list[str], at: dict[str, int]) -> tuple[str, str]:
    amount, unit = _cell(cells, at, "Amount Per Serving"), _plain(_cell(cells, at, "Amount Per Serving Unit"))
    written = f"{amount} {unit}" if amount and unit not in ("", "NP") else ""
    return _plain(_cell(cells, at, "Ingredient")), written


def _printed(ingredient: str, amount: str, cells: list[str], at: dict[str, int]) -> str:
    percent = _cell(cells, at, "% Daily Value per Serving")
    kind = "Proprietary Blend: " if _cell(cells, at, "DSLD Ingredient Categories") == "blend" else ""
    return f"{kind}{ingredient} {amount}".strip() + (f" {percent.removesuffix('%')}%" if percent else "")


def _cell(cells: list[str], at: dict[str, int], name: str) -> str:
    place = at.get(name)
    return " ".join(cells[place].split()) if place is not None and place < len(cells) else ""


def _plain(text: str) -> str:
    """'Tablet(s)' as 'Tablets'; braces are notation of the database."""
    return text.replace("(s)", "s").replace("{", "").replace("}", "").strip()
