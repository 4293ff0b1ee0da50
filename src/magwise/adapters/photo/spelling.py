"""A row as OCR spelt it -> the row with glued words parted and the commonest confusions undone.

Only what cannot change a number's meaning unseen: every change to a figure or to the word magnesium is reported, and
the row is shown to a person beside its picture in any case.
"""

from __future__ import annotations

import re
from typing import NamedTuple

__all__ = ["Spelt", "spelt"]

_GLUED = (
    (re.compile(r"(?<=[a-zà-ÿ]{2})(?=[A-ZÀ-Þ][a-zà-ÿ])"), " "),  # ServingSize, asMagnesiumCitrate
    (re.compile(r"(?<=[A-Za-zà-ÿ]{3})(?=\()"), " "),  # Magnesium(as
    (re.compile(r"(?<=\))(?=[\w<])"), " "),  # citrate)150
    (re.compile(r"(?<=[Vv]itamin)(?=[A-K]\d{0,2}\b)"), " "),  # VitaminD3
    (re.compile(r"(?<=[a-zà-ÿ]{3})(?=\d)"), " "),  # Size2
    (re.compile(r"(?<=\d)(?=(?!mcg|mmol|meq|mval|kcal|[µμ])[^\W\d_]{4})"), " "),  # 2Capsules, but 150mg
    (re.compile(r"(?<=\d)(?=(?:Caps|Tab|Soft|Gel|Piece|Scoop)[a-z]*\b)"), " "),
    (re.compile(r"(?<=\d(?:mg|ug|µg|μg|IU))(?=[\d<])|(?<=\dmcg)(?=[\d<])|(?<=\d mg)(?=\d)"), " "),  # 150mg36%
    (re.compile(r"\b(as|from|of|per)(?=(?i:magnes))"), r"\1 "),  # asmagnesium
)
_UNIT = re.compile(r"(?<=\d)(\s?)(?:rng|rnq|nng|mq|m9)\b")
_FIGURE = re.compile(
    r"(?<![\w.,])(?=[OoIl\d.,]*\d)(?=[\d.,]*[OoIl])[OoIl\d][OoIl\d.,]*(?=\s?(?:m[cq]?g|µg|mmol|%))"
)
_LETTERS = str.maketrans("OoIl", "0011")
_WORD = re.compile(r"[^\W\d_]{7,11}")


class Spelt(NamedTuple):
    text: str
    changes: tuple[str, ...]


def spelt(text: str) -> Spelt:
    """The row as it was meant, and what was changed beyond spaces."""
    changes: list[str] = []
    for pattern, between in _GLUED:
        text = pattern.sub(between, text)
    text = _UNIT.sub(r"\1mg", text)
    text = _FIGURE.sub(lambda found: _noted(found.group(), found.group().translate(_LETTERS), changes), text)
    text = _WORD.sub(lambda found: _noted(found.group(), _magnesium(found.group()), changes), text)
    return Spelt(text, tuple(changes))


def _noted(before: str, after: str, changes: list[str]) -> str:
    if after != before:
        changes.append(f"{before!r} was read as {after!r}")
    return after


def _magnesium(word: str) -> str:
    """'Nagnesium' and 'agnesium' are magnesium; what begins with 'mag' the label's reader knows by itself."""
    from rapidfuzz.distance import OSA

    low = word.lower()
    if low.startswith(("mag", "man", "mang")) or not low.endswith(("ium", "iurn", "lum", "io")):
        return word
    return "Magnesium" if OSA.distance(low, "magnesium", score_cutoff=2) <= 2 else word
