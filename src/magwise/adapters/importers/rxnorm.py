"""A release of RxNorm (RXNCONSO.RRF, and RXNREL.RRF where it is there) -> names and their ingredients.

Comes in: a file, a folder or a .zip. Goes out: `Release`. Rows are read one by one, and only ingredients and brands are
kept, so that memory does not grow with the release. What cannot be used is counted by its reason, and rows that are
damaged or contradict others go to whoever keeps rejects. Nothing is decided about a medicine here.

Ingredients (IN), precise ingredients (PIN, "levothyroxine sodium"), several at once (MIN) and brands (BN) are taken, in
English, from RxNorm itself, and not suppressed. A brand's ingredients are in RXNREL; without that file they are read
from the names of its products: "atorvastatin 10 MG Oral Tablet [Lipitor]".
"""

from __future__ import annotations

import re
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from magwise.adapters.importers.packed import DAMAGED, members_of
from magwise.errors import MagwiseError, NotFound

__all__ = ["Reject", "Release", "read_release"]

CONSO, REL = "RXNCONSO.RRF", "RXNREL.RRF"
CONSO_COLUMNS, REL_COLUMNS = 18, 16
LONGEST_ROW = 100_000  # bytes; a row of RxNorm has a few hundred, seldom some thousand
CONCEPTS = frozenset({"IN", "PIN", "MIN", "BN"})
PRODUCTS = frozenset({"SBD", "SBDC", "SCD", "SCDC"})
_TRADENAMES = (b"|tradename_of|", b"|has_tradename|")
_FORMS = (b"|form_of|", b"|has_form|")
_BRAND = re.compile(r"\[([^\]]+)\]\s*$")
_STRENGTH = re.compile(r"\s\d[\d.,]*\s.*$|\s\d[\d.,]*$")
EVERY = 20_000  # rows between two words about progress

Show = Callable[[int, float], None]


@dataclass(frozen=True, slots=True)
class Reject:
    """A row or a name that cannot be used, and why."""

    file: str
    row: int
    why: str
    given: str


@dataclass(slots=True)
class Release:
    """names: as printed -> ingredients as printed. left_out: rows that were not meant for us, by reason."""

    names: dict[str, tuple[str, ...]] = field(default_factory=dict)
    rows: int = 0
    brands: int = 0
    ingredients: int = 0
    left_out: Counter[str] = field(default_factory=Counter)
    rejects: int = 0
    with_relations: bool = False


def read_release(source: Path, keep: Callable[[Reject], None], show: Show) -> Release:
    """Everything usable in this release. Raises NotFound or MagwiseError when it is none."""
    with ExitStack() as stack:
        files = _files(source, stack)
        if CONSO not in files:
            raise NotFound(
                f"There is no {CONSO} here.",
                where=str(source),
                remedy=f"Give the release's folder or .zip, or the file {CONSO} itself.",
            )
        reading = _Reading(keep, show, sum(size for _, size in files.values()))
        try:
            reading.concepts(*files[CONSO])
            if REL in files:
                reading.relations(*files[REL])
        except DAMAGED as bad:
            raise MagwiseError(f"The release cannot be read: {bad}.", where=str(source)) from None
    return reading.release()


def _files(source: Path, stack: ExitStack) -> dict[str, tuple[BinaryIO, int]]:
    """The two files that are read, open, with their sizes."""
    if source.is_dir():
        there = {
            path.name.upper(): path for path in sorted(source.rglob("*")) if path.suffix.lower() == ".rrf"
        }
    elif zipfile.is_zipfile(source):
        members = {Path(member.name).name.upper(): member for member in members_of(source)}
        return {
            name: (stack.enter_context(members[name].open()), members[name].size)
            for name in (CONSO, REL)
            if name in members
        }
    elif source.is_file():
        beside = {path.name.upper(): path for path in source.parent.iterdir()}
        there = {CONSO: source, **({REL: beside[REL]} if REL in beside else {})}
    else:
        raise NotFound(f"There is no {source.name} here.", where=str(source))
    return {
        name: (stack.enter_context(there[name].open("rb")), there[name].stat().st_size)
        for name in (CONSO, REL)
        if name in there
    }


class _Reading:
    """One pass through the files; `read` counts bytes, for the share that is done."""

    def __init__(self, keep: Callable[[Reject], None], show: Show, size: int) -> None:
        self.keep, self.show, self.size, self.read = keep, show, max(size, 1), 0
        self.found = Release()
        self.of_kind: dict[str, dict[str, str]] = {kind: {} for kind in CONCEPTS}  # RXCUI -> name
        self.rows_of: dict[str, int] = {}  # RXCUI -> the row that named it
        self.sold_as: dict[str, set[str]] = {}  # brand's name -> names in its products
        self.parts: dict[str, set[str]] = {}  # RXCUI of a brand or precise ingredient -> RXCUIs

    def concepts(self, file: BinaryIO, size: int) -> None:
        for row, line in self.lines(file, CONSO):
            columns = self.columns(line, row, CONSO, CONSO_COLUMNS)
            if columns is None:
                continue
            cui, language, source, kind, name, suppress = (columns[at] for at in (0, 1, 11, 12, 14, 16))
            why = _why_left_out(language, source, kind, suppress)
            if why:
                self.found.left_out[why] += 1
            elif not cui.isdigit() or not name.strip():
                self.reject(CONSO, row, "no number of a concept, or no name", line)
            elif kind in CONCEPTS:
                self.of_kind[kind].setdefault(cui, name.strip())
                self.rows_of.setdefault(cui, row)
            else:
                self.product(name)

    def product(self, name: str) -> None:
        """'atorvastatin 10 MG Oral Tablet [Lipitor]' tells what the brand holds."""
        brand = _BRAND.search(name)
        if brand is None:
            self.found.left_out["products without a brand"] += 1
            return
        parts = (_STRENGTH.sub("", part.strip()).strip() for part in name[: brand.start()].split(" / "))
        self.sold_as.setdefault(brand[1].strip(), set()).update(part for part in parts if part)
        self.found.left_out["products, read for their brands"] += 1

    def relations(self, file: BinaryIO, size: int) -> None:
        self.found.with_relations = True
        known = {cui: kind for kind, cuis in self.of_kind.items() for cui in cuis}
        for row, line in self.lines(file, REL):
            if not any(mark in line for mark in (*_TRADENAMES, *_FORMS)):
                self.found.left_out["other relations"] += 1
                continue
            columns = self.columns(line, row, REL, REL_COLUMNS)
            if columns is None:
                continue
            for whole, part in ((columns[0], columns[4]), (columns[4], columns[0])):
                if (known.get(whole), known.get(part)) in {
                    ("BN", "IN"),
                    ("BN", "PIN"),
                    ("BN", "MIN"),
                    ("PIN", "IN"),
                }:
                    self.parts.setdefault(whole, set()).add(part)

    def lines(self, file: BinaryIO, name: str) -> Iterator[tuple[int, bytes]]:
        row = 0
        while line := file.readline(LONGEST_ROW):
            row += 1
            self.read += len(line)
            if len(line) >= LONGEST_ROW and not line.endswith(b"\n"):
                self.reject(name, row, "the row is longer than any of RxNorm", line)
                while (more := file.readline(LONGEST_ROW)) and not more.endswith(b"\n"):
                    self.read += len(more)
                continue
            self.found.rows += 1
            if row % EVERY == 0:
                self.show(self.found.rows, min(self.read / self.size, 1.0))
            if line.strip():
                yield row, line
        self.show(self.found.rows, min(self.read / self.size, 1.0))

    def columns(self, line: bytes, row: int, file: str, how_many: int) -> list[str] | None:
        try:
            columns = line.decode("utf-8").rstrip("\r\n").split("|")
        except UnicodeDecodeError:
            self.reject(file, row, "not UTF-8", line)
            return None
        if len(columns) != how_many + 1 or columns[-1]:
            self.reject(file, row, f"not {how_many} columns that each end with |", line)
            return None
        return columns

    def reject(self, file: str, row: int, why: str, given: bytes | str) -> None:
        text = given.decode("utf-8", errors="replace") if isinstance(given, bytes) else given
        self.found.rejects += 1
        self.keep(Reject(file, row, why, text.strip()[:300]))

    def release(self) -> Release:
        """The names with their ingredients. A name that would mean two things is nobody's."""
        names: dict[str, tuple[str, ...]] = {}
        clashing: set[str] = set()
        for name, cui, parts in self.named():
            if not parts:
                self.reject(CONSO, self.rows_of[cui], "nothing tells which ingredients it holds", name)
            elif names.setdefault(name.lower(), parts) != parts and name.lower() not in clashing:
                clashing.add(name.lower())
                self.reject(CONSO, self.rows_of[cui], "the same name means different ingredients", name)
        self.found.names = {name: parts for name, parts in names.items() if name not in clashing}
        self.found.brands = len(self.of_kind["BN"])
        self.found.ingredients = len(self.of_kind["IN"])
        return self.found

    def named(self) -> Iterator[tuple[str, str, tuple[str, ...]]]:
        by_name = {name.lower(): name for name in self.of_kind["IN"].values()}
        for cui, name in self.of_kind["IN"].items():
            yield name, cui, (name,)
        for cui, name in self.of_kind["PIN"].items():
            yield name, cui, self.of_parts(cui) or _base_of(name, by_name)
        for cui, name in self.of_kind["MIN"].items():
            yield name, cui, _sorted(base for part in name.split(" / ") for base in _base_of(part, by_name))
        for cui, name in self.of_kind["BN"].items():
            sold = (base for part in self.sold_as.get(name, ()) for base in _base_of(part, by_name))
            yield name, cui, self.of_parts(cui) or _sorted(sold)

    def of_parts(self, cui: str) -> tuple[str, ...]:
        """The ingredients by RXNREL; a precise one counts as what it is a form of."""
        found: set[str] = set()
        by_name = {name.lower(): name for name in self.of_kind["IN"].values()} if cui in self.parts else {}
        for part in self.parts.get(cui, ()):
            if part in self.of_kind["IN"]:
                found.add(self.of_kind["IN"][part])
            elif part in self.of_kind["PIN"]:
                found |= set(self.of_parts(part) or _base_of(self.of_kind["PIN"][part], by_name))
            else:
                several = self.of_kind["MIN"].get(part, "").split(" / ")
                found |= {base for one in several for base in _base_of(one, by_name)}
        return _sorted(found)


def _why_left_out(language: str, source: str, kind: str, suppress: str) -> str | None:
    if language != "ENG":
        return "other languages"
    if source != "RXNORM":
        return "other sources than RxNorm"
    if suppress not in {"N", ""}:
        return "suppressed or obsolete"
    return None if kind in CONCEPTS | PRODUCTS else "other kinds of name"


def _base_of(name: str, by_name: dict[str, str]) -> tuple[str, ...]:
    """The ingredient that this is, or is a salt of: "levothyroxine sodium" is levothyroxine; () when none is."""
    words = name.lower().strip().split(" ")
    for many in range(len(words), 0, -1):
        base = by_name.get(" ".join(words[:many]))
        if base is not None:
            return (base,)
    return ()


def _sorted(names: Iterator[str] | set[str]) -> tuple[str, ...]:
    return tuple(sorted(dict.fromkeys(names), key=str.lower))
