"""The words of labels in all languages, as data: knowledge/words.

`meaning(word)` says what one folded word means to the reader, `phrases()` the expressions of several words.
Compounds ("Magnesiumcitrat", "Trimagnesiumdicitrat") are taken apart. Unknown words mean None.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import NamedTuple

from magwise.knowledge import entries
from magwise.label.text import fold_word

__all__ = [
    "Meaning",
    "Phrase",
    "cjk_pattern",
    "form_inside",
    "language_words",
    "magnesium_hint",
    "meaning",
    "phrases",
    "remembered",
]

_ORDER = {
    "magnesium": 0,
    "form": 1,
    "water": 2,
    "other": 3,
    "brand": 3,
    "seal": 3,
    "measure": 4,
    "numeral": 5,
    "piece": 6,
    "cue": 7,
    "language": 8,
}
_PART = re.compile(r"[^\W\d_]+|\d+")
_MAGNESIUM = re.compile(r"magnes+i?(?:um|un|om)?|магни[яюийем]*|マグネシウム")
_LONG = 8  # letters; shorter words of other meanings are too near ("folate", "nitrate")
_LONG_PIECE = 6  # letters
_COUNTED = frozenset({"capsule", "tablet", "sachet"})
_ENDINGS = ("ate", "at", "ato", "ide", "id")
_LEXICON_LIMIT = 50_000  # words remembered; a catalogue has many, memory must stay flat


class Meaning(NamedTuple):
    """kind: magnesium | form | water | other | measure | piece | cue; cues: all cue meanings of the word."""

    kind: str
    value: str
    cues: frozenset[str] = frozenset()


class Phrase(NamedTuple):
    rest: tuple[str, ...]
    meaning: Meaning


_seen: dict[str, Meaning | None] = {}


def meaning(word: str) -> Meaning | None:
    """What a folded word means; None for a word that no list has."""
    try:
        return _seen[word]
    except KeyError:
        found = _classify(word)
        if len(_seen) < _LEXICON_LIMIT:
            _seen[word] = found
        return found


def remembered() -> Mapping[str, Meaning | None]:
    """Words already looked up."""
    return _seen


@cache
def phrases() -> Mapping[str, tuple[Phrase, ...]]:
    """First word -> expressions that start with it, longest first."""
    found: dict[str, list[Phrase]] = {}
    for parts, what in _lexicon().items():
        if len(parts) > 1:
            found.setdefault(parts[0], []).append(Phrase(parts[1:], what))
    return {first: tuple(sorted(many, key=lambda p: -len(p.rest))) for first, many in found.items()}


@cache
def cjk_pattern() -> re.Pattern[str]:
    """Splits a run of Chinese characters and kana into known words and the rest."""
    known = sorted(
        {parts[0] for parts in _lexicon() if len(parts) == 1 and ord(parts[0][0]) > 0x2E80},
        key=lambda w: -len(w),
    )
    return re.compile("|".join([*map(re.escape, known), "[a-z]+", "."]), re.DOTALL)


@cache
def _lexicon() -> Mapping[tuple[str, ...], Meaning]:
    """Every word and expression without a star."""
    found: dict[tuple[str, ...], Meaning] = {}
    for kind, value, word in _words():
        if not word.endswith("*"):
            parts = tuple(_PART.findall(fold_word(word)))
            found[parts] = _merge(found.get(parts), kind, value)
    return found


@cache
def _stems() -> Mapping[str, tuple[tuple[str, Meaning], ...]]:
    """First three letters -> stems that start with them, longest first."""
    merged: dict[str, Meaning] = {}
    for kind, value, word in _words():
        if word.endswith("*"):
            stem = fold_word(word[:-1])
            merged[stem] = _merge(merged.get(stem), kind, value)
    found: dict[str, list[tuple[str, Meaning]]] = {}
    for stem, what in merged.items():
        found.setdefault(stem[:3], []).append((stem, what))
    return {start: tuple(sorted(many, key=lambda s: -len(s[0]))) for start, many in found.items()}


@cache
def _form_parts() -> tuple[tuple[str, str], ...]:
    """Stems of form words that may stand inside a compound, longest first, with their family."""
    parts: dict[str, str] = {}
    for kind, value, word in _words():
        stem = fold_word(word.rstrip("*"))
        if kind == "form" and len(stem) > 3 and " " not in stem:
            parts[stem] = value
    return tuple(sorted(parts.items(), key=lambda pair: -len(pair[0])))


def _words() -> tuple[tuple[str, str, str], ...]:
    return tuple(
        (str(entry["kind"]), str(value), str(word))
        for entry in entries("words")
        if "words" in entry and entry["kind"] != "language"
        for value, words in entry["words"].items()
        for word in words
    )


@cache
def magnesium_hint() -> re.Pattern[str]:
    """Finds how any word for magnesium begins. Where it finds nothing, no magnesium is named."""
    starts = {fold_word(word)[:5] for kind, _, word in _words() if kind == "magnesium"}
    return re.compile("|".join(["mag", "mga", "mg", "mangn", *map(re.escape, sorted(starts))]))


@cache
def language_words() -> Mapping[str, tuple[str, ...]]:
    """Common little words -> the languages that they speak for."""
    found: dict[str, tuple[str, ...]] = {}
    for entry in entries("words"):
        if entry.get("kind") == "language":
            for word in entry["words"]["common"]:
                folded = fold_word(str(word))
                found[folded] = (*found.get(folded, ()), str(entry["language"]))
    return found


def _merge(before: Meaning | None, kind: str, value: str) -> Meaning:
    cues = frozenset({value}) if kind == "cue" else frozenset()
    if before is None:
        return Meaning(kind, value, cues)
    first = before if _ORDER[before.kind] <= _ORDER[kind] else Meaning(kind, value)
    return Meaning(first.kind, first.value, before.cues | cues)


def _classify(word: str) -> Meaning | None:
    known = _lexicon().get((word,))
    if known:
        return known
    if "magnes" in word or "магни" in word or "マグネシウム" in word:
        return _compound(word)
    stem = _by_stem(word)
    if stem is not None:
        return stem
    if len(word) > 6:
        if word.startswith(("mag", "mga", "mangn")) and _misspelt(word):
            return Meaning("magnesium", "element")
        return form_inside(word) or _piece_inside(word) or _misspelt_form(word)
    return None


def _compound(word: str) -> Meaning:
    """'magnesiumcitrat' is magnesium with a form; what follows that is no form is kept as the value."""
    match = _MAGNESIUM.search(word)
    if match is None:
        return Meaning("magnesium", "element")
    rest = word[match.end() :]
    for part, family in _form_parts():
        if part in rest or (not rest and part in word[: match.start()]):
            return Meaning("magnesium", f"form:{family}")
    if len(rest) < 3:
        return Meaning("magnesium", "element")
    before = word[: match.start()]
    suffix = _lexicon().get((rest,)) or _by_stem(rest)
    prefix = _lexicon().get((before,)) or _by_stem(before)
    cues = (suffix.cues if suffix else frozenset()) | (prefix.cues if prefix else frozenset())
    if suffix and suffix.kind == "piece":
        return Meaning("magnesium", "element")
    return Meaning("magnesium", "element" if cues & {"content", "ion"} else "other", cues)


def _by_stem(word: str) -> Meaning | None:
    return next((what for stem, what in _stems().get(word[:3], ()) if word.startswith(stem)), None)


def form_inside(word: str) -> Meaning | None:
    """'hydrogenaspartat' holds 'aspartat'; the longest part decides, so that 'hydroxid' is no 'oxid'."""
    families, sizes = _form_endings()
    for size in sizes:
        family = families.get(word[-size:])
        if family is not None and size <= len(word):
            return Meaning("form", family)
    return None


@cache
def _form_endings() -> tuple[dict[str, str], tuple[int, ...]]:
    """Form words that may end a compound, with their family; and their lengths, longest first."""
    families = {part: family for part, family in _form_parts() if len(part) > 5}
    return families, tuple(sorted({len(part) for part in families}, reverse=True))


def _piece_inside(word: str) -> Meaning | None:
    """'granulatbeutel', 'weichkapseln': the end says what is counted."""
    for part, piece in _piece_parts():
        if word.endswith(part):
            return Meaning("piece", piece)
    return None


@cache
def _piece_parts() -> tuple[tuple[str, str], ...]:
    parts = {
        fold_word(word): value
        for kind, value, word in _words()
        if kind == "piece" and " " not in word and len(word) >= _LONG_PIECE and value in _COUNTED
    }
    return tuple(sorted(parts.items(), key=lambda pair: -len(pair[0])))


def _misspelt_form(word: str) -> Meaning | None:
    """'bysglicinate', 'aspertate': one letter off, in a long word two."""
    if len(word) < _LONG or not word.endswith(_ENDINGS):
        return None
    from rapidfuzz import process
    from rapidfuzz.distance import OSA

    allowed = 2 if len(word) >= _LONG + 3 else 1
    names = {stem: family for stem, family in _form_parts() if len(stem) >= _LONG - 1}
    near = process.extractOne(word, names.keys(), scorer=OSA.distance, score_cutoff=allowed)
    return Meaning("form", names[near[0]]) if near else None


def _misspelt(word: str) -> bool:
    from rapidfuzz.distance import OSA

    off = OSA.distance(word, "magnesium", score_cutoff=2)
    return len(word) <= 11 and off <= 2 and off < OSA.distance(word, "manganese")
