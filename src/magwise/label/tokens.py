"""Text and its folded twin -> tokens: numbers, words with what they mean, and the marks between them.

One pass, no backtracking over the text: the time grows with its length and with nothing else.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from magwise.label.words import cjk_pattern, meaning, phrases, remembered

__all__ = ["Token", "tokens"]

_PIECES = re.compile(
    r"([^\W\d_]+)|(\d{1,12}(?:[.,]\d{1,6}){0,4})|([\n()\[\]:;|=%½¼¾⅓⅔/,.+?!\"-])"  # word, number, mark
)
_VULGAR = {"½": "0.5", "¼": "0.25", "¾": "0.75", "⅓": "0.333", "⅔": "0.667"}
_SIMPLE = frozenset("\n(),:;|=%/")
_SAME_MARK = {"[": "(", "]": ")"}
_GLUED_UNITS = ("mg", "mcg", "ug", "iu", "g")
_WORDY = frozenset({"word", "piece", "other", "magnesium", "form"})
_NONE: frozenset[str] = frozenset()
_LONGEST_PHRASE = 6


class Token(NamedTuple):
    """kind: number | word | a kind of words.Meaning | stop (end of a sentence) | the mark itself."""

    kind: str
    value: str
    cues: frozenset[str]
    start: int
    end: int
    text: str


def tokens(folded: str, text: str) -> list[Token]:
    """All tokens in order, expressions of several words as one."""
    return _with_phrases(_single(folded, text))


def _single(folded: str, text: str) -> list[Token]:
    found: list[Token] = []
    add = found.append
    known = remembered()
    number_end = -1
    made = tuple.__new__  # half the time of the class's own constructor, in the busiest loop there is
    for match in _PIECES.finditer(folded):
        kind = match.lastindex
        start, end = match.span()
        piece = match[0]
        if kind == 1:
            if piece > "\u2e80" or piece[-1] > "\u2e80":
                _cjk(piece, start, found)
                continue
            if start == number_end and (cut := _glued(piece)):
                add(_word(piece[:cut], start, start + cut))
                piece, start = piece[cut:], start + cut
            what = known[piece] if piece in known else meaning(piece)
            if what is None:
                add(made(Token, ("word", piece, _NONE, start, end, piece)))
            else:
                add(made(Token, (what[0], what[1], what[2], start, end, piece)))
        elif kind == 2:
            number_end = end
            add(made(Token, ("number", piece, _NONE, start, end, piece)))
        elif piece in _SIMPLE:
            add(made(Token, (piece, piece, _NONE, start, end, piece)))
        else:
            mark = _mark(piece, start, folded, text, found)
            if mark is not None:
                add(mark)
    return found


def _mark(piece: str, start: int, folded: str, text: str, before: list[Token]) -> Token | None:
    """The token of a mark; None for a dash or point that is part of a word."""
    end = start + 1
    if piece in _VULGAR:
        return Token("number", _VULGAR[piece], _NONE, start, end, piece)
    if piece == "-":
        return Token("-", "-", _NONE, start, end, "-") if _stands_alone(folded, start) else None
    if piece in "?!":
        return Token("stop", piece, _NONE, start, end, piece) if folded[end : end + 1].isspace() else None
    if piece == ".":
        return Token("stop", ".", _NONE, start, end, ".") if _ends_sentence(text, end, before) else None
    mark = _SAME_MARK.get(piece, piece)
    return Token(mark, mark, _NONE, start, end, piece)


def _glued(piece: str) -> int:
    """'200mgVitamin': how many letters of the word are the unit of the number before it."""
    if meaning(piece) is not None and "magnes" not in piece:
        return 0
    for unit in _GLUED_UNITS:
        rest = piece[len(unit) :] if piece.startswith(unit) else ""
        if len(rest) > 3 and (meaning(rest) is not None or rest in phrases()):
            return len(unit)
    return 0


def _word(piece: str, start: int, end: int) -> Token:
    what = meaning(piece)
    if what is None:
        return Token("word", piece, _NONE, start, end, piece)
    return Token(what.kind, what.value, what.cues, start, end, piece)


def _cjk(run: str, start: int, found: list[Token]) -> None:
    """Words of a run without spaces; what no list knows is gathered into one word."""
    for part in cjk_pattern().finditer(run):
        piece, at = part.group(), start + part.start()
        last = found[-1] if found else None
        if len(piece) == 1 and meaning(piece) is None and last and last.kind == "word" and last.end == at:
            found[-1] = Token("word", last.value + piece, _NONE, last.start, at + 1, last.text + piece)
        else:
            found.append(_word(piece, at, at + len(piece)))


def _stands_alone(folded: str, at: int) -> bool:
    """A dash between numbers or blanks; within a word it is nothing."""
    before = folded[at - 1] if at else "\n"
    after = folded[at + 1] if at + 1 < len(folded) else "\n"
    return (before.isspace() or before.isdigit()) and (after.isspace() or after.isdigit())


def _ends_sentence(text: str, after: int, before: list[Token]) -> bool:
    """A point before a blank and a capital ends a sentence, unless it shortens a word."""
    rest = text[after : after + 3]
    if not rest or rest[0] == "\n":
        return True
    if text[max(0, after - 2) : after] == "..":
        return False  # dots that lead the eye to the amount
    if not rest[0].isspace():
        return False
    following = rest.strip()
    if following[:1].isdigit():
        return bool(before) and (
            before[-1].kind in (")", "%") or (before[-1].kind in _WORDY and len(before[-1].text) > 3)
        )
    capital = not following or following[0].isupper() or not following[0].isascii() or following[0] in "-*("
    return capital and not (before and "abbreviation" in before[-1].cues)


def _with_phrases(single: list[Token]) -> list[Token]:
    starts = phrases()
    merged: list[Token] = []
    at = 0
    for i in [i for i, token in enumerate(single) if token.text in starts]:
        if i < at:
            continue  # inside an expression already taken
        token = single[i]
        following = tuple(t.text for t in single[i + 1 : i + 1 + _LONGEST_PHRASE])
        for phrase in starts[token.text]:
            size = len(phrase.rest)
            if following[:size] == phrase.rest:
                what, last = phrase.meaning, single[i + size]
                spelt = " ".join((token.text, *phrase.rest))
                merged += single[at:i]
                merged.append(Token(what.kind, what.value, what.cues, token.start, last.end, spelt))
                at = i + size + 1
                break
    return merged + single[at:]
