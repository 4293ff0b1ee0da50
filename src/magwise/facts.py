"""A fact: a value with its unit, its source and the place in it, the day it was checked, its standing.

Every number that medicine knows comes through here; Python holds none. `Status.DRAFT` means that
nobody has yet confirmed the figure on the primary text, and whoever shows it says so.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

__all__ = ["Citation", "Fact", "Source", "Status"]


class Status(StrEnum):
    DRAFT = "draft"  # not yet confirmed on the primary text
    CHECKED = "checked"  # read in the published text
    REVIEWED = "reviewed"  # and signed off by a clinician or pharmacist


@dataclass(frozen=True, slots=True)
class Source:
    """A published text: an entry of knowledge/sources."""

    id: str
    title: str
    year: str | None = None
    url: str | None = None

    def __str__(self) -> str:
        year = f", {self.year}" if self.year else ""
        return f"{self.title}{year}"


@dataclass(frozen=True, slots=True)
class Citation:
    """A source and the place in it."""

    source: Source
    where: str | None = None

    def __str__(self) -> str:
        return f"{self.source}: {self.where}" if self.where else str(self.source)


@dataclass(frozen=True, slots=True)
class Fact:
    """One entry of knowledge: what it says, what it does not cover, and who says so.

    `values` holds the entry's own fields (numbers with their units) as they stand in the file.
    """

    id: str
    says: str
    values: Mapping[str, object]
    citations: tuple[Citation, ...]
    checked: date
    status: Status
    does_not_cover: str | None = None
    file: str = ""

    @property
    def is_draft(self) -> bool:
        return self.status is Status.DRAFT
