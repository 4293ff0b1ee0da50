"""Phrases of knowledge/claims/words -> where they stand in a text, token by token.

Comes in: any text. Goes out: its tokens, and for a phrase every stretch of tokens that it covers. Judges nothing.

A phrase is written as people read it: words, `stem~` for any ending, `a|b` for either, `(a)` for maybe, `N` for a
number, `^` for the start of a sentence, `..` for up to two words between, `...` for up to six within the sentence,
`<name>` for any phrase of that list, ` | ` between phrases that share a line. Nothing here backtracks beyond a
phrase's few gaps, so that the time is bounded by the length of the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache, lru_cache

from magwise import knowledge
from magwise.errors import BrokenKnowledge
from magwise.label.text import fold, fold_word

__all__ = [
    "BREAK",
    "Beginnings",
    "Phrase",
    "Reading",
    "Token",
    "beginnings_of",
    "phrase",
    "phrases_of",
    "tokens_of",
]

BREAK = "."  # the token between two sentences, rows or footnote marks
COMMA = ","

_TOKEN = re.compile(
    r"(?P<number>\d+(?:[.,]\d+)*)|(?P<word>[^\W\d_]+(?:\d{1,3}(?!\w))?)|(?P<stop>(?<!\b[A-Za-z])[.!?…]+(?=\s|$|[\"')])|[\n*†‡•|¿¡]+|[!?]+)"
    r"|(?P<comma>[,;:()\[\]/&+–—]+|(?<=\s)-+(?=\s))|(?P<mark>[%#])"
)
_PART = re.compile(r"(?:<[^<>]*>|[^\s<])+")  # the name of a list may hold blanks
START = "^"  # in a phrase: here a sentence begins
_LONGEST_STEM = 40  # letters
_GAPS = {"..": 2, "...": 6}


@dataclass(frozen=True, slots=True)
class Token:
    """A folded word, number or stop, and where it stands in the text."""

    word: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Element:
    """One place of a phrase: exact words, beginnings of words, a list, a number, or a gap."""

    exact: frozenset[str] = frozenset()
    stems: tuple[str, ...] = ()
    lists: tuple[str, ...] = ()
    number: bool = False
    optional: bool = False
    gap: int = 0
    start: bool = False


@dataclass(frozen=True, slots=True)
class Phrase:
    written: str
    elements: tuple[_Element, ...]


def tokens_of(text: str) -> tuple[Token, ...]:
    """The text as folded words, numbers and stops; a contraction comes apart ("isn't" is "is", "not")."""
    folded = fold(text)
    return tuple(_joined(_raw_tokens(text, folded)))


def _raw_tokens(text: str, folded: str) -> Iterator[Token]:
    for found in _TOKEN.finditer(text):
        start, end = found.span()
        kind = found.lastgroup
        if kind == "stop":
            yield Token(BREAK, start, end)
        elif not folded[start:end].strip():
            continue  # markup, which folding has blanked
        elif kind == "comma":
            yield Token("and" if found.group() in ("&", "+") else COMMA, start, end)
        elif kind == "mark":
            yield Token("number" if found.group() == "#" else "%", start, end)
        else:
            yield Token(folded[start:end].strip(), start, end)


def _joined(raw: Iterable[Token]) -> Iterator[Token]:
    """ "isn", "t" as "is", "not": the only contraction that changes what is said."""
    before: Token | None = None
    for token in raw:
        if before is None:
            before = token
        elif token.word == "t" and before.word.endswith("n") and token.start == before.end + 1:
            yield Token(before.word[:-1] or "not", before.start, before.end)
            before = Token("not", token.start, token.end)
        else:
            yield before
            before = token
    if before is not None:
        yield before


@cache
def phrase(written: str) -> Phrase:
    """A phrase of the word lists, taken apart. Raises BrokenKnowledge for an empty one."""
    elements = tuple(_element(part) for part in _PART.findall(written))
    sure = [element for element in elements if not element.optional]
    if not sure or sure[0].gap or sure[-1].gap:
        raise BrokenKnowledge(
            f"A phrase must begin and end with a sure word: {written!r}.", where="knowledge/claims"
        )
    return Phrase(written, elements)


def phrases_of(written: Iterable[object]) -> tuple[Phrase, ...]:
    """Every phrase of these lines; one line may hold several, with ` | ` between."""
    told = (phrase(one) for line in written for one in str(line).split(" | "))
    return tuple(variant for one in told for variant in _beginnings(one))


def _beginnings(one: Phrase) -> Iterator[Phrase]:
    """The phrase with and without its first word where that is optional, so that each begins with a sure word."""
    first, *rest = one.elements
    if not first.optional:
        yield one
        return
    yield Phrase(one.written, (replace(first, optional=False), *rest))
    yield from _beginnings(Phrase(one.written, tuple(rest)))


def _element(part: str) -> _Element:
    if part == START:
        return _Element(start=True)
    if part in _GAPS:
        return _Element(gap=_GAPS[part])
    optional = part.startswith("(") and part.endswith(")")
    choices = (part[1:-1] if optional else part).split("|")
    words = [choice for choice in choices if not choice.startswith("<") and choice != "N"]
    return _Element(
        exact=frozenset(fold_word(word).strip() for word in words if not word.endswith("~")),
        stems=tuple(fold_word(word[:-1]).strip() for word in words if word.endswith("~")),
        lists=tuple(choice[1:-1] for choice in choices if choice.startswith("<")),
        number="N" in choices,
        optional=optional,
    )


@dataclass(frozen=True, slots=True)
class _List:
    """The phrases of one list, found by their first word."""

    by_word: Mapping[str, tuple[Phrase, ...]]
    by_stem: Mapping[str, tuple[Phrase, ...]]
    others: tuple[Phrase, ...]  # they begin with another list, a number or the start of a sentence


@lru_cache(maxsize=100_000)
def _that_may_begin_with(name: str, word: str) -> tuple[Phrase, ...]:
    """The phrases of this list whose first word may be this one."""
    listed = _lists().get(name)
    if listed is None:
        raise BrokenKnowledge(f"There is no list <{name}>.", where="knowledge/claims/words")
    stems = (listed.by_stem.get(word[:length], ()) for length in range(2, min(len(word), _LONGEST_STEM) + 1))
    return (*listed.by_word.get(word, ()), *(one for found in stems for one in found), *listed.others)


@cache
def _lists() -> Mapping[str, _List]:
    gathered: dict[str, list[Phrase]] = {}
    for entry in knowledge.entries("claims/words"):
        gathered.setdefault(entry["list"], []).extend(phrases_of(entry["words"]))
    return {name: _indexed(phrases) for name, phrases in gathered.items()}


def _indexed(phrases: Iterable[Phrase]) -> _List:
    by_word: dict[str, list[Phrase]] = {}
    by_stem: dict[str, list[Phrase]] = {}
    others: list[Phrase] = []
    for one in phrases:
        first = one.elements[0]
        if first.lists or first.number or first.optional or first.start:
            others.append(one)
            continue
        for word in first.exact:
            by_word.setdefault(word, []).append(one)
        for stem in first.stems:
            by_stem.setdefault(stem, []).append(one)
    return _List(
        {word: tuple(found) for word, found in by_word.items()},
        {stem: tuple(found) for stem, found in by_stem.items()},
        tuple(others),
    )


@dataclass(frozen=True, slots=True)
class Beginnings:
    """Words and stems with one of which a phrase must begin; a text without any of them need not be searched."""

    exact: frozenset[str]
    stems: frozenset[str]
    number: bool


def beginnings_of(one: Phrase) -> Beginnings:
    """What this phrase can begin with, the lists that it begins with taken apart."""
    exact: set[str] = set()
    stems: set[str] = set()
    number = False
    for element in _first_elements(one):
        exact |= element.exact
        stems.update(element.stems)
        number = number or element.number
        for name in element.lists:
            of_list = _list_beginnings(name)
            exact |= of_list.exact
            stems |= of_list.stems
            number = number or of_list.number
    return Beginnings(frozenset(exact), frozenset(stems), number)


def _first_elements(one: Phrase) -> Iterator[_Element]:
    """The elements that may cover a phrase's first token: up to the first one that is sure."""
    for element in one.elements:
        if element.start:
            continue
        yield element
        if not element.optional:
            return


@cache
def _list_beginnings(name: str) -> Beginnings:
    listed = _lists().get(name)
    if listed is None:
        raise BrokenKnowledge(f"There is no list <{name}>.", where="knowledge/claims/words")
    inner = [beginnings_of(one) for one in listed.others]
    exact = frozenset(listed.by_word).union(*(one.exact for one in inner))
    stems = frozenset(listed.by_stem).union(*(one.stems for one in inner))
    return Beginnings(exact, stems, any(one.number for one in inner))


class Reading:
    """One text with what has been found in it so far; a list is looked for once at each token."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = tokens_of(text)
        self._words = tuple(token.word for token in self.tokens)
        self._at: dict[str, list[int]] = {}
        for at, word in enumerate(self._words):
            self._at.setdefault(word, []).append(at)
        self._prefixes = {
            word[:size] for word in self._at for size in range(2, min(len(word), _LONGEST_STEM) + 1)
        }
        self._numbered = any(word[:1].isdigit() for word in self._at)
        self._ends: dict[tuple[str, int], tuple[int, ...]] = {}
        self._spans: dict[str, tuple[tuple[int, int], ...]] = {}

    def may_hold(self, beginnings: Beginnings) -> bool:
        """Whether any word of the text can begin such a phrase."""
        return (
            not beginnings.exact.isdisjoint(self._at)
            or not beginnings.stems.isdisjoint(self._prefixes)
            or (beginnings.number and self._numbered)
        )

    def spans_of(self, name: str) -> tuple[tuple[int, int], ...]:
        """Every stretch (first token, one past the last) that a phrase of this list covers."""
        if name not in self._spans and not self.may_hold(_list_beginnings(name)):
            self._spans[name] = ()
        if name not in self._spans:
            self._spans[name] = tuple(
                (at, end) for at in range(len(self._words)) for end in self._list_ends(name, at)
            )
        return self._spans[name]

    def where(self, one: Phrase) -> Iterator[tuple[int, int]]:
        """Every stretch that this phrase covers."""
        for at in self._starts(one.elements[0]):
            for end in self._phrase_ends(one, at):
                yield at, end

    def _starts(self, first: _Element) -> Iterable[int]:
        """The tokens at which a phrase with this first element can begin."""
        if first.start:
            return (at for at in range(len(self._words)) if at == 0 or self._words[at - 1] == BREAK)
        starts = {at for name in first.lists for at, _ in self.spans_of(name)}
        starts |= {at for word in first.exact & self._at.keys() for at in self._at[word]}
        if first.number:
            starts |= {at for word, places in self._at.items() if word[:1].isdigit() for at in places}
        if first.stems:
            starts |= {
                at for word, places in self._at.items() if word.startswith(first.stems) for at in places
            }
        return sorted(starts)

    def sentence(self, at: int) -> tuple[int, int]:
        """The sentence around this token: first token, one past the last."""
        start, end = at, at
        while start > 0 and self._words[start - 1] != BREAK:
            start -= 1
        while end < len(self._words) and self._words[end] != BREAK:
            end += 1
        return start, end

    def characters(self, span: tuple[int, int]) -> tuple[int, int]:
        return self.tokens[span[0]].start, self.tokens[span[1] - 1].end

    def numbers(self, span: tuple[int, int]) -> tuple[float, ...]:
        """The numbers inside this stretch, with a thousands point taken out."""
        return tuple(
            _as_number(word)
            for word in self._words[span[0] : span[1]]
            if word[:1].isdigit() and word[:1].isascii()
        )

    def _list_ends(self, name: str, at: int) -> tuple[int, ...]:
        key = (name, at)
        if key not in self._ends:
            self._ends[key] = ()  # a list that leads back to itself finds nothing
            found = _that_may_begin_with(name, self._words[at])
            self._ends[key] = tuple(dict.fromkeys(end for one in found for end in self._phrase_ends(one, at)))
        return self._ends[key]

    def _phrase_ends(self, one: Phrase, at: int) -> tuple[int, ...]:
        reached = {at}
        for element in one.elements:
            reached = {end for start in reached for end in self._element_ends(element, start)}
            if not reached:
                return ()
        return tuple(sorted(end for end in reached if end > at))

    def _element_ends(self, element: _Element, at: int) -> Iterator[int]:
        if element.gap:
            yield from self._gap_ends(element.gap, at)
            return
        if element.optional or (element.start and (at == 0 or self._words[at - 1] == BREAK)):
            yield at
        if at >= len(self._words):
            return
        word = self._words[at]
        known = word in element.exact or (element.stems and word.startswith(element.stems))
        if known or (element.number and word[:1].isdigit()):
            yield at + 1
        for name in element.lists:
            yield from self._list_ends(name, at)

    def _gap_ends(self, longest: int, at: int) -> Iterator[int]:
        yield at
        passed = 0
        while at < len(self._words) and self._words[at] != BREAK:
            passed += self._words[at] != COMMA
            if passed > longest:
                return
            at += 1
            yield at


def _as_number(word: str) -> float:
    plain = re.sub(r"[.,](?=\d{3}(?:\D|$))", "", word).replace(",", ".")
    try:
        return float(plain)
    except ValueError:
        return 0.0
