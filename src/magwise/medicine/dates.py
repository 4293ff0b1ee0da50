"""Dates in a line, and what they say of a course: "from 22.11.2026 to 1.12.2026", "Xofluza 2026-11-25".

A date that could be read two ways (4/5/2026) is none. What a date without a word about it means is decided by
whoever knows the medicine: it may be the day of a prescription.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

__all__ = ["Dates", "read_dates"]

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january jan januar janvier",
            "february feb februar fevrier",
            "march mar marz maerz mars",
            "april apr avril",
            "may mai",
            "june jun juni juin",
            "july jul juli juillet",
            "august aug aout",
            "september sep sept septembre",
            "october oct oktober okt octobre",
            "november nov novembre",
            "december dec dezember dez decembre",
        ),
        1,
    )
    for name in names.split()
}
_MONTH = "|".join(sorted(_MONTHS, key=len, reverse=True))
_YEAR = r"(?:19|20)\d\d"
_DATE = re.compile(
    rf"(?<![\d./-])(?:(?P<iso>{_YEAR})-(?P<iso_m>\d\d?)-(?P<iso_d>\d\d?)"
    rf"|(?P<dot_d>\d\d?)\.\s?(?P<dot_m>\d\d?)\.\s?(?P<dot_y>{_YEAR})"
    rf"|(?P<slash_a>\d\d?)/(?P<slash_b>\d\d?)/(?P<slash_y>{_YEAR})"
    rf"|(?P<day>\d\d?)(?:st|nd|rd|th|er|\.)?\s(?:of\s)?(?P<month>{_MONTH})\.?,?\s(?P<year>{_YEAR})"
    rf"|(?P<us_month>{_MONTH})\.?\s(?P<us_day>\d\d?)(?:st|nd|rd|th)?,?\s(?P<us_year>{_YEAR}))(?![\d/-])"
)
_TO = re.compile(
    r"(?:\b(?:until|till|til|through|thru|to|up to|bis|bis zum|au|jusqu'?\s?au|ends?|ending|stops?|last day)\b"
    r"(?:\s(?:on|the|am|den|le))?|[-–—])\s*:?\s*$"
)
_FROM = re.compile(
    r"\b(?:from|starts?|starting|started|begins?|beginning|began|begun|ab|vom|von|seit|since|depuis|du|a partir du|"
    r"first day)\b(?:\s(?:on|the|am|dem|den|le))?\s*:?\s*$"
)


@dataclass(frozen=True, slots=True)
class Dates:
    """Dates of one line. `bare` stands there without a word; `stretches` are the places in the text."""

    starts: date | None = None
    ends: date | None = None
    bare: date | None = None
    stretches: tuple[tuple[int, int], ...] = ()


def read_dates(text: str) -> Dates:
    """The dates in a plain text."""
    starts = ends = bare = None
    stretches = []
    for start, end, day in _found(text):
        before = text[:start]
        stretches.append((start, end))
        if _TO.search(before) and (starts or bare or not before.rstrip().endswith(("-", "–", "—"))):
            ends = ends or day
        elif _FROM.search(before):
            starts = starts or day
        else:
            bare = bare or day
    if ends and bare and not starts:
        starts, bare = bare, None
    if starts and ends and ends < starts:
        starts = ends = None
    return Dates(starts, ends, bare, tuple(stretches))


def _found(text: str) -> Iterator[tuple[int, int, date]]:
    for match in _DATE.finditer(text):
        day = _date(match)
        if day is not None:
            yield match.start(), match.end(), day


def _date(match: re.Match[str]) -> date | None:
    part = match.groupdict()
    if part["slash_a"]:
        first, second = int(part["slash_a"]), int(part["slash_b"])
        if first <= 12 and second <= 12 and first != second:
            return None
        month, day = (first, second) if second > 12 else (second, first)
        return _real(part["slash_y"], month, day)
    if part["iso"]:
        return _real(part["iso"], int(part["iso_m"]), int(part["iso_d"]))
    if part["dot_y"]:
        return _real(part["dot_y"], int(part["dot_m"]), int(part["dot_d"]))
    if part["month"]:
        return _real(part["year"], _MONTHS[part["month"]], int(part["day"]))
    return _real(part["us_year"], _MONTHS[part["us_month"]], int(part["us_day"]))


def _real(year: str, month: int, day: int) -> date | None:
    try:
        return date(int(year), month, day)
    except ValueError:
        return None
