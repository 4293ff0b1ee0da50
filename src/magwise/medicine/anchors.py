"""A line's own words for times ("bid", "hs", "1-0-1") -> clock times in one person's day.

Clock times that were given stand. Words become times by the person's routine, and whoever shows such a time
says that it was assumed. A line without either has no time, and nothing is made up for it.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from magwise import knowledge
from magwise.day import DAY, Routine
from magwise.medicine.model import Medicine

__all__ = ["is_at_bedtime", "times_in_day"]

_EVERY_HOURS = {"q12h": 12, "q8h": 8, "q6h": 6, "q4h": 4}
_AT = {
    "wake": ("wake",),
    "qd": ("wake",),
    "breakfast": ("breakfast",),
    "lunch": ("lunch",),
    "dinner": ("dinner",),
    "bed": ("bed",),
    "bid": ("breakfast", "dinner"),
    "tid": ("breakfast", "lunch", "dinner"),
    "qid": ("breakfast", "lunch", "dinner", "bed"),
}
_MEALS = frozenset({"breakfast", "lunch", "dinner"})


def times_in_day(
    medicine: Medicine, given: tuple[int, ...], routine: Routine
) -> tuple[tuple[int, ...], bool]:
    """Clock times of this medicine, and whether they were assumed from words. () when nothing tells."""
    known = given or medicine.times
    if known:
        return tuple(sorted(set(known))), False
    return tuple(
        sorted({at % DAY for word in medicine.time_words for at in _times_of(word, medicine, routine)})
    ), True


def is_at_bedtime(at: int, routine: Routine) -> bool:
    """Whether this clock time is within an hour of going to bed."""
    return min((at - routine.bed) % DAY, (routine.bed - at) % DAY) <= _minutes("medicine-at-bedtime")


def _times_of(word: str, medicine: Medicine, routine: Routine) -> Iterator[int]:
    if word in _EVERY_HOURS:
        yield from (routine.wake + hours * 60 for hours in range(0, 24, _EVERY_HOURS[word]))
    for anchor in _AT.get(word, ()):
        early = _minutes("before-a-meal") if medicine.before_meal and anchor in _MEALS else 0
        yield routine.time_of(anchor) - early


@cache
def _minutes(id: str) -> int:
    return int(str(knowledge.fact("dosing", id).values["value"]))
