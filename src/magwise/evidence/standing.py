"""Is what an answer cites old, replaced or withdrawn? What is not known is said to be unknown.

A review counts as old once half of all reviews of its age have a sign that they need renewal; trials do not age.
Whether a text was retracted stands beside it in knowledge/sources with the day it was looked up; `compare` holds
the sources against a register of retractions that somebody has at hand. Nothing here asks the network.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from typing import Any

from magwise import knowledge
from magwise.errors import WrongUse
from magwise.evidence.grade import threshold
from magwise.facts import Fact

__all__ = [
    "Register",
    "Retraction",
    "Standing",
    "compare",
    "evidence_sources",
    "read_register",
    "standing_of",
]

_ROOMS = ("reviews", "trials", "effects", "disagreements")  # texts of regulators are repealed, not retracted
_DOI = re.compile(r"10\.\d{4,9}/[^\s,;\"]+")
_PMID = re.compile(r"PMID[ :]*(\d{5,9})", re.IGNORECASE)
_NOT_PUBLISHED = frozenset({"magwise", "guide-a", "guide-b"})


class Retraction(StrEnum):
    UNKNOWN = "unknown"
    NONE_FOUND = "none found"
    CONCERN = "expression of concern"
    CORRECTED = "corrected"
    RETRACTED = "retracted"


@dataclass(frozen=True, slots=True)
class Standing:
    """How one cited text stands on a day.

    old        None for texts that do not age, such as a trial
    replaced   the id of the fact that replaces the one cited, where there is one
    looked_up  the day on which retraction was looked up; None where nobody has
    """

    id: str
    title: str
    year: int | None
    old: bool | None
    replaced: str | None
    retraction: Retraction
    looked_up: str | None
    dois: tuple[str, ...]
    pmids: tuple[str, ...]

    @property
    def can_be_looked_up(self) -> bool:
        return bool(self.dois or self.pmids)


@dataclass(frozen=True, slots=True)
class Register:
    """A register of retractions: what it says of a DOI (lower case) or PubMed number."""

    by_doi: Mapping[str, Retraction]
    by_pmid: Mapping[str, Retraction]
    rows: int


def evidence_sources() -> tuple[str, ...]:
    """Every text that a fact of the evidence rooms cites, our own computations and the two guides aside."""
    found = {
        citation.source.id: None
        for room in _ROOMS
        for fact in knowledge.facts(room)
        for citation in fact.citations
        if citation.source.id not in _NOT_PUBLISHED
    }
    return tuple(sorted(found))


def standing_of(ids: Iterable[str], today: date) -> tuple[Standing, ...]:
    """How these texts stand on this day."""
    return tuple(_standing(_entry(id), today) for id in dict.fromkeys(ids) if id not in _NOT_PUBLISHED)


def compare(standings: Iterable[Standing], register: Register) -> Iterator[tuple[Standing, Retraction]]:
    """What the register says of each text; unknown for texts without a number to look up."""
    for one in standings:
        if not one.can_be_looked_up:
            yield one, Retraction.UNKNOWN
            continue
        found = [register.by_doi.get(doi) for doi in one.dois] + [register.by_pmid.get(n) for n in one.pmids]
        yield one, max(filter(None, found), key=list(Retraction).index, default=Retraction.NONE_FOUND)


def read_register(text: str) -> Register:
    """A register in the columns of the Retraction Watch data that Crossref publishes."""
    rows = csv.DictReader(io.StringIO(text.lstrip("\ufeff")))
    needed = {"OriginalPaperDOI", "OriginalPaperPubMedID", "RetractionNature"}
    if not needed <= set(rows.fieldnames or ()):
        raise WrongUse(
            f"A register of retractions needs the columns {', '.join(sorted(needed))}.",
            where="line 1",
            remedy="Download the Retraction Watch data that Crossref publishes as CSV.",
        )
    by_doi: dict[str, Retraction] = {}
    by_pmid: dict[str, Retraction] = {}
    count = 0
    for row in rows:
        count += 1
        said = _nature(row["RetractionNature"] or "")
        if said is None:
            continue
        _keep_worst(by_doi, (row["OriginalPaperDOI"] or "").strip().lower(), said)
        _keep_worst(by_pmid, (row["OriginalPaperPubMedID"] or "").strip(), said)
    return Register(by_doi, by_pmid, count)


def _nature(text: str) -> Retraction | None:
    plain = text.strip().lower()
    if plain == "retraction":
        return Retraction.RETRACTED
    if plain == "expression of concern":
        return Retraction.CONCERN
    return Retraction.CORRECTED if plain == "correction" else None


def _keep_worst(found: dict[str, Retraction], number: str, said: Retraction) -> None:
    order = list(Retraction)
    if number not in ("", "0", "unavailable"):
        found[number] = max(found.get(number, said), said, key=order.index)


def _standing(entry: Mapping[str, Any], today: date) -> Standing:
    said: Mapping[str, Any] = entry.get("retraction") or {}
    year = entry.get("year")
    return Standing(
        id=str(entry["id"]),
        title=str(entry["title"]),
        year=int(year) if isinstance(year, int) else None,
        old=_is_old(entry, today),
        replaced=_replaced(str(entry["id"])),
        retraction=Retraction(said.get("status", "unknown")),
        looked_up=said.get("looked_up"),
        dois=_dois(entry),
        pmids=_pmids(entry),
    )


def _is_old(entry: Mapping[str, Any], today: date) -> bool | None:
    """Years since the last search where the review tells it, else since it was published."""
    since = entry.get("searched", entry.get("year"))
    if str(entry["id"]) not in _reviews() or not isinstance(since, int):
        return None
    return today.year - since > threshold("review-ages", "years")


@cache
def _reviews() -> Mapping[str, tuple[Fact, ...]]:
    """The pooled figures that each source gives."""
    found: dict[str, tuple[Fact, ...]] = {}
    for fact in knowledge.facts("reviews"):
        for citation in fact.citations:
            found[citation.source.id] = (*found.get(citation.source.id, ()), fact)
    return found


def _replaced(source: str) -> str | None:
    said = (fact.values.get("superseded_by") for fact in _reviews().get(source, ()))
    return next((str(one) for one in said if one is not None), None)


@cache
def _entries() -> Mapping[str, Mapping[str, Any]]:
    return {str(one["id"]): one for one in knowledge.entries("sources")}


def _entry(id: str) -> Mapping[str, Any]:
    return _entries()[id]


def _dois(entry: Mapping[str, Any]) -> tuple[str, ...]:
    """Of an entry that names several papers, all."""
    found = _DOI.findall(f"{entry.get('url', '')} {entry['title']}")
    return tuple(dict.fromkeys(one.rstrip(".)").lower() for one in found))


def _pmids(entry: Mapping[str, Any]) -> tuple[str, ...]:
    told = (str(entry["pmid"]),) if "pmid" in entry else ()
    return tuple(dict.fromkeys((*told, *_PMID.findall(str(entry["title"])))))
