"""What people call their conditions and symptoms -> the words that the gates use.

Exact phrases decide, word by word, the longest first; "no ..." before a phrase takes it back. A near name
of a condition that means stop counts as that condition until the person says otherwise; anything else that
nobody recognises is unknown, which is never clear.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from magwise import knowledge
from magwise.findings import Level

__all__ = ["Meant", "conditions_meant", "plain", "symptoms_meant"]

NEAR_ENOUGH = 82  # percent of letters in common; "hart block" to "heart block" is 95
SHORTEST_NEAR = 5  # letters; below that almost any word is near another
_DENIAL = frozenset({"no", "not", "without", "never", "denies", "none"})


@dataclass(frozen=True, slots=True)
class Meant:
    """What one phrase was read as. `near` is a name that it may have been meant for; then nothing is sure."""

    as_written: str
    slugs: tuple[str, ...] = ()
    near: str | None = None

    @property
    def is_known(self) -> bool:
        return bool(self.slugs) and self.near is None


@cache
def plain(text: str) -> str:
    """Lower case, no accents, single spaces: how phrases are compared."""
    bare = unicodedata.normalize("NFKD", text.casefold().replace("\u2019", "'"))  # a curly apostrophe
    kept = "".join(sign for sign in bare if not unicodedata.combining(sign))
    return " ".join(re.findall(r"[a-z0-9'/&.+-]+", kept)).strip(" .-")


def conditions_meant(text: str) -> Meant:
    """The conditions named in this text; a near name of one that means stop counts as it."""
    names = _condition_names()
    slugs = tuple(_found(plain(text), names))
    if slugs or _is_denied(plain(text)):
        return Meant(text, slugs)
    near = _nearest(plain(text), _stopping_names())
    return Meant(text, (names[near],) if near else (), near)


def symptoms_meant(text: str, *, since_magnesium: bool) -> Meant:
    """The symptoms named in this text. Some count only when new or worse since magnesium is taken."""
    words = _symptom_words()
    found = tuple(_found(plain(text), words))
    near = None
    if not found and not _is_denied(plain(text)):
        near = _nearest(plain(text), _alarming_words())
        found = (words[near],) if near else ()
    slugs = dict.fromkeys(_in_context(slug, since_magnesium) for slug in found if slug != "words-for-new")
    more = [also for slug in slugs for also in _entry(slug).get("also", ())]
    return Meant(text, (*slugs, *more), near)


def says_new(text: str) -> bool:
    """Whether the words themselves say that something is new or getting worse."""
    return "words-for-new" in _found(plain(text), _symptom_words())


def _found(text: str, names: Mapping[str, str]) -> Iterator[str]:
    """Slugs of the names in this text, whole words only, a name inside a longer one left out."""
    words = text.split()
    taken = [False] * len(words)
    for length in range(min(len(words), _longest(frozenset(names))), 0, -1):
        for start in range(len(words) - length + 1):
            phrase = " ".join(words[start : start + length]).strip(",.")
            if phrase not in names or any(taken[start : start + length]):
                continue
            taken[start : start + length] = [True] * length
            if start == 0 or words[start - 1] not in _DENIAL:
                yield names[phrase]


@cache
def _longest(names: frozenset[str]) -> int:
    return max(len(name.split()) for name in names)


def _is_denied(text: str) -> bool:
    return not text or text.split(maxsplit=1)[0] in _DENIAL


def _nearest(text: str, names: tuple[str, ...]) -> str | None:
    from rapidfuzz import fuzz, process

    if len(text) < SHORTEST_NEAR:
        return None
    match = process.extractOne(text, names, scorer=fuzz.ratio, score_cutoff=NEAR_ENOUGH)
    return match[0] if match else None


def _in_context(slug: str, since_magnesium: bool) -> str:
    entry = _entry(slug)
    return str(entry["otherwise"]) if entry.get("since") and not since_magnesium else slug


@cache
def _entry(slug: str) -> Mapping[str, Any]:
    return next((one for one in knowledge.entries("symptoms") if one["id"] == slug), {})


@cache
def _condition_names() -> dict[str, str]:
    known = {plain(name): one["id"] for one in knowledge.entries("conditions") for name in one["names"]}
    for gate in knowledge.entries("gates"):
        for slug, names in gate.get("names", {}).items():
            known |= {plain(name): slug for name in names}
    return known


@cache
def _stopping_names() -> tuple[str, ...]:
    stops = {
        slug
        for gate in knowledge.entries("gates")
        if Level.of(gate["level"]) is Level.STOP
        for slug in gate.get("names", {})
    }
    return tuple(
        name for name, slug in _condition_names().items() if slug in stops and len(name) >= SHORTEST_NEAR
    )


@cache
def _symptom_words() -> dict[str, str]:
    return {plain(word): one["id"] for one in knowledge.entries("symptoms") for word in one["words"]}


@cache
def _alarming_words() -> tuple[str, ...]:
    alarming = {
        slug
        for gate in knowledge.entries("gates")
        if gate["level"] == "help_now"
        for slug in _symptoms_in(gate["when"])
    }
    return tuple(
        word for word, slug in _symptom_words().items() if slug in alarming and len(word) >= SHORTEST_NEAR
    )


def _symptoms_in(when: object) -> Iterator[str]:
    if isinstance(when, list):
        for part in when:
            yield from _symptoms_in(part)
    elif isinstance(when, dict):
        for key, value in when.items():
            if key == "symptom":
                yield from value if isinstance(value, list) else [value]
            else:
                yield from _symptoms_in(value)
