"""A line as words, and the phrases in it that knowledge/medicines/words knows.

A word keeps what stood before it (`gap`), because "a, b" and "a-b" and "a b" differ. Numbers are words of
their own: "75mcg" is two. In a phrase of the knowledge `#` stands for a number. The longest phrase wins.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

from magwise.knowledge import entries

__all__ = [
    "Phrase",
    "Word",
    "key_of_plain",
    "meaning",
    "phrase_key",
    "phrases_in",
    "plain",
    "plain_words",
    "without_accents",
    "words_of",
]

_WORD = re.compile(r"\d{1,3}(?:,\d{3})+(?![\d.])|\d+(?:[.,]\d+)?|[^\W\d_]+|%")
_WRITTEN_SHORT = (
    (re.compile(r"(?<!\d)1\s?[/⁄]\s?2(?!\d)"), "0.5"),
    (re.compile(r"(?<!\d)1\s?[/⁄]\s?4(?!\d)"), "0.25"),
    (re.compile(r"(?<![\d./])(\d{1,2})/7(?![\d/])"), r"\1 days"),  # British: 5/7 is five days
    (re.compile(r"(?<![\d./])(\d{1,2})/52(?![\d/])"), r"\1 weeks"),
    (re.compile(r"(?<![\d./])([1-4])\s?x\s?1(?![\d.,/]|\s?m?g)"), r"\1 x taglich"),  # German: 2x1
    (re.compile(r"(?<=\d)\s*(?:x|mal)?\s*/\s*(?:day|d|tag|tgl|jour|j|die|24\s?h)\b"), " per day"),
    (re.compile(r"(?<=\d)\s*x?\s*/\s*(?:week|wk|woche|semaine|sem)\b"), " times per week"),
)
_LETTERS = str.maketrans({"ß": "ss", "µ": "u", "μ": "u", "ø": "o", "æ": "ae", "œ": "oe", "’": "'", "‘": "'"})


@dataclass(frozen=True, slots=True)
class Word:
    """One word, and where it stands; `gap` is what separates it from the word before."""

    text: str
    gap: str
    start: int
    end: int

    @property
    def is_number(self) -> bool:
        return self.text[0].isdigit()

    @property
    def value(self) -> float:
        whole = self.text.replace(",", "") if re.fullmatch(r"\d{1,3}(,\d{3})+", self.text) else self.text
        return float(whole.replace(",", ".")[:15])


@dataclass(frozen=True, slots=True)
class Phrase:
    """A stretch of words that means something; `numbers` are those that its # stood for."""

    entry: Mapping[str, Any]
    start: int
    end: int
    numbers: tuple[float, ...]

    @property
    def kind(self) -> str:
        return str(self.entry["kind"])

    @property
    def id(self) -> str:
        return str(self.entry["id"])


@lru_cache(maxsize=4096)
def plain(text: str) -> str:
    """Small letters without accents; halves as 0.5; "2/day" as "2 per day"."""
    bare = without_accents(text)
    for written, meant in _WRITTEN_SHORT:
        bare = written.sub(meant, bare)
    return bare


def without_accents(text: str) -> str:
    """Small letters without accents."""
    small = text.lower()
    if small.isascii():
        return small
    apart = unicodedata.normalize("NFKD", small.translate(_LETTERS))
    return "".join(letter for letter in apart if not unicodedata.combining(letter))


def words_of(text: str) -> tuple[Word, ...]:
    """The words of a text that `plain` has made plain."""
    found = []
    last = 0
    for match in _WORD.finditer(text):
        found.append(Word(match.group(), text[last : match.start()], match.start(), match.end()))
        last = match.end()
    return tuple(found)


def phrase_key(name: str) -> str:
    """How a name is looked up: its plain words, one space between them."""
    return key_of_plain(plain(name))


def key_of_plain(text: str) -> str:
    """The same for a text that `plain` has made plain."""
    return " ".join(_WORD.findall(text))


def phrases_in(words: tuple[Word, ...], taken: frozenset[int] = frozenset()) -> list[Phrase]:
    """Every known phrase, longest first from each place; words in `taken` belong to a name already.

    A phrase may have several meanings ("with breakfast" is a time and says with food); all are given.
    """
    known = _known_phrases()
    found: list[Phrase] = []
    at = 0
    while at < len(words):
        length = _longest(words, at, taken, known)
        if length == 0:
            at += 1
            continue
        end = at + length
        numbers = tuple(word.value for word in words[at:end] if word.is_number)
        found.extend(Phrase(entry, at, end, numbers) for entry in known[_key_at(words, at, end, known)])
        at = end
    return found


@cache
def plain_words() -> frozenset[str]:
    """Words that are neither medicine nor time."""
    listed = (entry["words"] for entry in entries("medicines/words") if entry["kind"] == "plain")
    return frozenset(str(word) for words in listed for word in words)


def meaning(words: tuple[Word, ...], place: int, kind: str) -> Mapping[str, Any] | None:
    """What the word at this place means as this kind ("mg" as a weight), or None."""
    if place >= len(words):
        return None
    for length in (1, 2):
        key = " ".join(word.text for word in words[place : place + length])
        for entry in _known_phrases().get(key, ()):
            if entry["kind"] == kind:
                return entry
    return None


def _longest(
    words: tuple[Word, ...], at: int, taken: frozenset[int], known: Mapping[str, list[Mapping[str, Any]]]
) -> int:
    longest = _longest_after().get("#" if words[at].is_number else words[at].text, 0)
    if words[at].is_number:
        longest = max(longest, _longest_after().get(words[at].text, 0))
    for length in range(min(longest, len(words) - at), 0, -1):
        if taken and any(place in taken for place in range(at, at + length)):
            continue
        if _key_at(words, at, at + length, known):
            return length
    return 0


@cache
def _longest_after() -> Mapping[str, int]:
    """How many words the longest phrase has that begins with this one."""
    longest: dict[str, int] = {}
    for key in _known_phrases():
        first, length = key.split(" ", 1)[0], key.count(" ") + 1
        longest[first] = max(longest.get(first, 0), length)
    return longest


def _key_at(
    words: tuple[Word, ...], start: int, end: int, known: Mapping[str, list[Mapping[str, Any]]]
) -> str:
    exact = " ".join([word.text for word in words[start:end]])
    if exact in known:
        return exact
    general = " ".join(["#" if word.is_number else word.text for word in words[start:end]])
    if general in known and not _is_a_stray_letter(words, start, end, general):
        return general
    return ""


def _is_a_stray_letter(words: tuple[Word, ...], start: int, end: int, key: str) -> bool:
    """'10d' is ten days; in 'calcium 600 D 400' the letter belongs to a vitamin."""
    return key in {"# d", "# j"} and words[end - 1].gap != ""


@cache
def _known_phrases() -> Mapping[str, list[Mapping[str, Any]]]:
    known: dict[str, list[Mapping[str, Any]]] = {}
    for entry in entries("medicines/words"):
        if entry["kind"] not in {"plain", "none_filler", "salt_ending"}:
            for phrase in entry["words"]:
                known.setdefault(_phrase(str(phrase)), []).append(entry)
    return known


def _phrase(text: str) -> str:
    return " ".join(_split_phrase(text))


def _split_phrase(text: str) -> list[str]:
    return re.findall(r"#|%|\d+(?:\.\d+)?|[^\W\d_]+", text)
