"""What somebody calls a thing of their day -> which thing it is.

Comes in: a few typed words ("zinc", "Synthroid", "breakfast-dose", "magnesium") and the entries of a day. Goes out: the
entries that they mean, or the nearest names. A near name only proposes; it is never acted on.
"""

from __future__ import annotations

from collections.abc import Sequence

from magwise.day import Meal
from magwise.medicine import read_medicine
from magwise.schedule.log import Entry, State
from magwise.schedule.model import MAGNESIUM

__all__ = ["called", "meant_by", "nearest_name"]

LONGEST = 200
_DOSE = "dose"
_SURE_ENOUGH = 50  # of 100; a proposal may be far off, for it is only proposed


def called(entry: Entry) -> str:
    """How a command calls it."""
    return f"{entry.name}-{_DOSE}" if entry.dose else entry.take


def meant_by(words: str, entries: Sequence[Entry], at: int) -> tuple[Entry, ...]:
    """The entries that are meant: one, or one for each ingredient of a combined tablet; () when there is none."""
    text = _plain(words)
    here = [one for one in entries if one.planned is not None]
    named = [one for one in here if _plain(called(one)) == text or _plain(one.name) == text]
    if not named and text in {MAGNESIUM, "mg", _DOSE}:
        named = [one for one in here if one.dose]
    if named:
        return (_nearest(named, at),)
    if _meal_in(text):
        return ()
    names = dict.fromkeys(one.take for one in here if not one.dose and _is_one_of(one.take, words))
    return tuple(_nearest([one for one in here if one.take == name], at) for name in names)


def nearest_name(words: str, entries: Sequence[Entry]) -> str | None:
    """The name of the day that looks most like it."""
    from rapidfuzz import process

    names = {_plain(called(one)): called(one) for one in entries if one.planned is not None}
    found = process.extractOne(_plain(words), list(names), score_cutoff=_SURE_ENOUGH)
    return names[found[0]] if found else None


def _plain(words: str) -> str:
    return " ".join(words[:LONGEST].casefold().replace("-", " ").replace("_", " ").split())


def _meal_in(text: str) -> bool:
    return text.removesuffix(f" {_DOSE}") in set(Meal)


def _nearest(entries: Sequence[Entry], at: int) -> Entry:
    """What has not been reported yet comes before what has, and the nearer before the farther."""
    return min(entries, key=lambda one: (one.state is State.TAKEN, abs(one.when - at)))


def _is_one_of(take: str, words: str) -> bool:
    """Whether the medicine reader finds this ingredient, or this combination, in the words."""
    found = read_medicine(words[:LONGEST])
    return any(take in (medicine.mineral, " with ".join(medicine.ingredients)) for medicine in found)
