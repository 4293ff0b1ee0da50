"""Ways of saying a thing that no list of phrases can hold: "pulse 38", "heart is beating slowly", "R55".

Comes in: a line that `plain` has made plain, and the room of knowledge to look in. Goes out: the slugs whose
`patterns` or (for symptoms) `icd10` codes stand in it, unless a denial stands right before. Nothing here is
decided about a person; harmless slugs come out like dangerous ones.

A pattern is a sequence of
    word          that word, without apostrophes
    (a|b c|<3-9>) one of these
    <20-49>       a number from 20 to 49, in digits or as "three", "several"
    ..            up to five linking words ("is", "my", "really")
    ...           up to three words of any kind
    ^  $          the line begins or ends here
and a `?` after a word, a number or a bracket lets it be absent. Matching walks sets of places, so its time is
bounded by words times parts, whatever the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from magwise import knowledge
from magwise.errors import BrokenKnowledge

__all__ = ["slugs_by_pattern"]

MOST_WORDS = 300
MOST_LINKING = 5
MOST_BETWEEN = 3

_WORD = re.compile(r"[a-tv-z]\d\d(?:\.\d{1,3})?(?!\w|\.\d)|\d+(?:[.,]\d+)?|[a-z]+|/")
_PART = re.compile(r"\([^()]*\)\??|<[^<>]*>\??|\S+")
_RANGE = re.compile(r"<(\d+(?:\.\d+)?)-(\d+(?:\.\d+)?)>")
_DENIAL = frozenset(
    {"no", "not", "without", "never", "denies", "denied", "none", "nor", "dont", "doesnt", "didnt"}
)
_FILLERS = frozenset({"any", "known", "history", "of", "a", "the", "my", "signs", "had", "has", "have", "or"})
_OTHERS = frozenset(
    {"family", "familial", "fh", "fhx", "mother", "father", "brother", "sister", "wife", "husband"}
)
_LINKING = frozenset(
    re.findall(
        r"\w+",
        """
        a about after again all also always am an any approx approximately are around as at beat beating beats
        became become becoming been being bit by constantly currently day days down ever feel feeling feels felt for
        from gets getting go goes going gone got had has have having he her his i im in into is it its just keep
        keeps known last lately level levels like little lot me more most much my near night now of off often on
        only our over own past please quite rate really roughly run running runs s seem seems she since slightly
        so some sometimes still stay stays suddenly than that the their them then there they this to today too turn
        turned turning turns up usually very was we went were when while with x you your
        """,
    )
)
_SPOKEN_NUMBERS = {
    word: value
    for value, words in (
        *((1, ("one", "single")), (2, ("two", "couple")), (3, ("three", "several", "few", "many"))),
        *((4, ("four",)), (5, ("five",)), (6, ("six",)), (7, ("seven",)), (8, ("eight",)), (9, ("nine",))),
        *((10, ("ten",)), (12, ("twelve", "dozen")), (14, ("fourteen",)), (20, ("twenty", "dozens"))),
        *((30, ("thirty",)), (40, ("forty",)), (50, ("fifty",)), (60, ("sixty",)), (100, ("hundred",))),
    )
    for word in words
}

Unit = tuple[str, ...]  # one alternative: words and ranges, in order


@dataclass(frozen=True, slots=True)
class _Part:
    """One part of a pattern. `most` and `linking` describe a gap; a gap has no alternatives."""

    alternatives: tuple[Unit, ...] = ()
    optional: bool = False
    most: int = 0
    linking: bool = False


@dataclass(frozen=True, slots=True)
class _Pattern:
    """One pattern and what it means. `first` are words of which one must stand in the line."""

    slug: str
    parts: tuple[_Part, ...]
    at_start: bool
    at_end: bool
    first: frozenset[str]


def slugs_by_pattern(text: str, room: str, *, believed: bool = True) -> tuple[str, ...]:
    """Slugs whose patterns stand in this text; `room` is "conditions" (gates included) or "symptoms".

    believed: denials and relatives are taken at their word; otherwise every pattern counts as said.
    """
    words = _WORD.findall(text.replace("'", "")[: MOST_WORDS * 12])[:MOST_WORDS]
    present = frozenset(words)
    found = [
        one.slug
        for one in _patterns(room)
        if (not one.first or not one.first.isdisjoint(present)) and _stands_in(one, words, believed)
    ]
    codes = [slug for code, slug in _codes(room) if any(_is_under(word, code) for word in words)]
    return tuple(dict.fromkeys((*found, *codes)))


def _stands_in(pattern: _Pattern, words: list[str], believed: bool = True) -> bool:
    starts = range(1) if pattern.at_start else range(len(words))
    return any(
        _matches_at(start, pattern, words) and not (believed and _is_denied(words, start)) for start in starts
    )


def _matches_at(start: int, pattern: _Pattern, words: list[str]) -> bool:
    places = {start}
    for part in pattern.parts:
        places = _after(part, places, words)
        if not places:
            return False
    return not pattern.at_end or len(words) in places


def _after(part: _Part, places: set[int], words: list[str]) -> set[int]:
    """Every place that can be reached from these over this part."""
    if part.most:
        return {reached for place in places for reached in _over_gap(part, place, words)}
    ends = {
        place + len(unit)
        for place in places
        for unit in part.alternatives
        if place + len(unit) <= len(words)
        and all(_is_meant(wanted, words[place + at]) for at, wanted in enumerate(unit))
    }
    return ends | places if part.optional else ends


def _over_gap(part: _Part, place: int, words: list[str]) -> Iterator[int]:
    yield place
    for reached in range(place + 1, min(place + part.most, len(words)) + 1):
        if part.linking and words[reached - 1] not in _LINKING:
            return
        yield reached


def _is_meant(wanted: str, word: str) -> bool:
    if wanted[0] != "<":
        return wanted == word
    bounds, value = _bounds(wanted), _number(word)
    return value is not None and bounds[0] <= value <= bounds[1]


@cache
def _bounds(wanted: str) -> tuple[float, float]:
    match = _RANGE.fullmatch(wanted)
    if match is None:
        raise BrokenKnowledge(f"A pattern says {wanted!r}, which is no range.", where="knowledge")
    return float(match[1]), float(match[2])


def _number(word: str) -> float | None:
    return float(word.replace(",", ".")[:15]) if word[0].isdigit() else _SPOKEN_NUMBERS.get(word)


def _is_denied(words: list[str], start: int) -> bool:
    """A denial, or somebody else, up to three words before with nothing but fillers between."""
    for word in reversed(words[max(0, start - 3) : start]):
        if word in _DENIAL or (word in _OTHERS and words[start - 1] in {"of", "had", "has"}):
            return True
        if word not in _FILLERS:
            return False
    return False


def _is_under(word: str, code: str) -> bool:
    """Whether this word is the ICD-10 code or one below it."""
    return word == code or (len(word) >= 3 and word[1:3].isdigit() and word.startswith(code))


# ---- reading the knowledge -------------------------------------------------------------------------------


@cache
def _patterns(room: str) -> tuple[_Pattern, ...]:
    return tuple(_read(slug, text) for slug, texts in _written(room) for text in texts)


def _written(room: str) -> Iterator[tuple[str, list[str]]]:
    for entry in knowledge.entries(room):
        yield str(entry["id"]), entry.get("patterns", [])
    if room == "conditions":
        for gate in knowledge.entries("gates"):
            patterns: Mapping[str, Any] = gate.get("patterns", {})
            yield from patterns.items()


@cache
def _codes(room: str) -> tuple[tuple[str, str], ...]:
    """ICD-10 codes of symptoms; those of conditions are read with their names."""
    if room != "symptoms":
        return ()
    return tuple(
        (str(code).lower(), str(entry["id"]))
        for entry in knowledge.entries(room)
        for code in entry.get("icd10", ())
    )


def _read(slug: str, text: str) -> _Pattern:
    bare = text.removeprefix("^").removesuffix("$").strip()
    parts = tuple(map(_part, _PART.findall(bare)))
    firsts = (
        [] if not parts or parts[0].optional or parts[0].most else [unit[0] for unit in parts[0].alternatives]
    )
    only_words = all(word[0] != "<" for word in firsts)
    return _Pattern(
        slug, parts, text.startswith("^"), text.endswith("$"), frozenset(firsts if only_words else ())
    )


def _part(text: str) -> _Part:
    if text in {"..", "..."}:
        return _Part(most=MOST_LINKING if text == ".." else MOST_BETWEEN, linking=text == "..")
    optional = text.endswith("?")
    inside = text.removesuffix("?").removeprefix("(").removesuffix(")")
    return _Part(tuple(tuple(one.split()) for one in inside.split("|")), optional)
