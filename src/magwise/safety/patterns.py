"""Ways of saying a thing that no list of phrases can hold: "pulse 38", "heart is beating slowly", "R55".

Comes in: the words of a line, and the room of knowledge to look in. Goes out: the stretches of words in which a
pattern or (for symptoms) an `icd10` code stands, each with its slug and whether it is taken back. Nothing here is
decided about a person; harmless slugs come out like dangerous ones.

A pattern is a sequence of
    word          that word, without apostrophes
    (a|b c|<3-9>) one of these
    <20-49>       a number from 20 to 49, in digits or as "three", "several"
    <pulse-slow>  a number in the range of the fact `said-pulse-slow` of knowledge/bounds: all that medicine decides
    ..            up to five linking words ("is", "my", "really")
    ...           up to three words of any kind
    ^  $          the line begins or ends here
and a `?` after a word, a number or a bracket lets it be absent. Matching walks sets of places, so its time is
bounded by words times parts, whatever the text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from magwise import knowledge
from magwise.errors import BrokenKnowledge

__all__ = ["Stretch", "standing_in", "words_of"]

MOST_WORDS = 300
MOST_LINKING = 5
MOST_BETWEEN = 3

_WORD = re.compile(r"[a-tv-z]\d\d(?:\.\d{1,3})?(?!\w|\.\d)|\d+(?:[.,]\d+)?|[a-z]+|/")
_PART = re.compile(r"\([^()]*\)\??|<[^<>]*>\??|\S+")
_RANGE = re.compile(r"<(\d+(?:\.\d+)?)-(\d+(?:\.\d+)?)>")
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
    """One pattern and what it means.

    first       words of which one must stand in the line
    vocabulary  every word that it names
    """

    slug: str
    parts: tuple[_Part, ...]
    at_start: bool
    at_end: bool
    first: frozenset[str]
    vocabulary: frozenset[str]


@dataclass(frozen=True, slots=True)
class Stretch:
    """Where a pattern stands. `spoken` are the places of the words that it names itself, gaps left out."""

    slug: str
    start: int
    end: int
    spoken: tuple[int, ...]
    denied: bool


def words_of(word: str) -> list[str]:
    """One written word as patterns see it: "a-fib" is "a", "fib", and "can't" is "cant"."""
    return _WORD.findall(word.replace("'", "")[:200])


def standing_in(
    words: Sequence[str], room: str, is_denied: Callable[[int], bool] = lambda start: False
) -> tuple[Stretch, ...]:
    """Every pattern that stands in these words; `room` is "conditions" (gates included) or "symptoms".

    is_denied says whether what begins at a place is taken back, or said of somebody else.
    """
    looked_at = list(words[:MOST_WORDS])
    present = frozenset(looked_at)
    found = [
        stretch
        for one in _patterns(room)
        if (not one.first or not one.first.isdisjoint(present))
        and (stretch := _stretch(one, looked_at, is_denied))
    ]
    coded = [
        Stretch(slug, at, at + 1, (at,), denied=is_denied(at))
        for code, slug in _codes(room)
        for at, word in enumerate(looked_at)
        if _is_under(word, code)
    ]
    return (*found, *coded)


def _stretch(pattern: _Pattern, words: list[str], is_denied: Callable[[int], bool]) -> Stretch | None:
    """Where it stands and nobody takes it back; else where it stands and is taken back."""
    taken_back = None
    for start in range(1) if pattern.at_start else range(len(words)):
        end = _end_of_match(start, pattern, words)
        if end is None:
            continue
        spoken = tuple(at for at in range(start, end) if words[at] in pattern.vocabulary)
        found = Stretch(pattern.slug, start, end, spoken, denied=is_denied(start))
        if not found.denied:
            return found
        taken_back = taken_back or found
    return taken_back


def _end_of_match(start: int, pattern: _Pattern, words: list[str]) -> int | None:
    places = {start}
    for part in pattern.parts:
        places = _after(part, places, words)
        if not places:
            return None
    if pattern.at_end:
        return len(words) if len(words) in places else None
    return max(places)


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
        if part.linking and words[reached - 1] not in _linking():
            return
        yield reached


def _is_meant(wanted: str, word: str) -> bool:
    if wanted[0] != "<":
        return wanted == word
    bounds, value = _bounds(wanted), _number(word)
    return value is not None and bounds[0] <= value <= bounds[1]


@cache
def _bounds(wanted: str) -> tuple[float, float]:
    """The range that is written in the pattern, or that a fact of knowledge/bounds holds."""
    match = _RANGE.fullmatch(wanted)
    if match:
        return float(match[1]), float(match[2])
    named = f"said-{wanted.strip('<>')}"
    if named not in {one["id"] for one in knowledge.entries("bounds")}:
        raise BrokenKnowledge(f"A pattern says {wanted!r}, which is no range.", where="knowledge")
    return knowledge.figure("bounds", named, "low"), knowledge.figure("bounds", named, "high")


def _number(word: str) -> float | None:
    return float(word.replace(",", ".")[:15]) if word[0].isdigit() else _SPOKEN_NUMBERS.get(word)


def _is_under(word: str, code: str) -> bool:
    """Whether this word is the ICD-10 code or one below it."""
    return word == code or (len(word) >= 3 and word[1:3].isdigit() and word.startswith(code))


# ---- reading the knowledge -------------------------------------------------------------------------------


@cache
def _linking() -> frozenset[str]:
    entry = next(one for one in knowledge.entries("denials") if one["id"] == "linking")
    return frozenset(map(str, entry["words"]))


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
        slug=slug,
        parts=parts,
        at_start=text.startswith("^"),
        at_end=text.endswith("$"),
        first=frozenset(firsts if only_words else ()),
        vocabulary=frozenset(word for part in parts for unit in part.alternatives for word in unit),
    )


def _part(text: str) -> _Part:
    if text in {"..", "..."}:
        return _Part(most=MOST_LINKING if text == ".." else MOST_BETWEEN, linking=text == "..")
    optional = text.endswith("?")
    inside = text.removesuffix("?").removeprefix("(").removesuffix(")")
    return _Part(tuple(tuple(one.split()) for one in inside.split("|")), optional)
