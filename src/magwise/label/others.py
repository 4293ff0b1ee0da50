"""Items -> what else the label tells of the product: its other ingredients, its seals, its name.

The words are given back as printed; whether somebody should avoid one of them is for `safety`.
"""

from __future__ import annotations

import re

from magwise.label.items import Amount, Item, Noun
from magwise.label.tokens import Token as Mark

__all__ = ["name_of", "other_ingredients", "seals_of"]

_LONGEST = 900  # characters of an ingredient list that are looked at
_SPLIT = re.compile(r"[,;•·|\n、()\[\]]")
_END = re.compile(
    r"\.\s+(?=[A-Z0-9])|\.\s*\n|\n\s*\n|"
    r"(?i:\b(?:direction|suggested use|warning|caution|dosage|storage|keep out|manufactured))"
)
_MOST = 40


def other_ingredients(found: list[Item], text: str) -> tuple[str, ...]:
    """Each ingredient after 'Other ingredients:' (or, without that heading, after 'Ingredients:')."""
    start = _start(found, "other_ingredients") or _start(found, "ingredients")
    if start is None:
        return ()
    stretch = text[start : start + _LONGEST].lstrip(" :\n\t")
    end = _END.search(stretch)
    stretch = stretch[: end.start()] if end else stretch
    names = (part.strip(" .:*—-\t").removeprefix("and ") for part in _SPLIT.split(stretch))
    return tuple(dict.fromkeys(name.lower() for name in names if 2 < len(name) < 60))[:_MOST]


def seals_of(found: list[Item]) -> tuple[str, ...]:
    """The certification seals that are named: nsf, usp, informed-choice ..."""
    return tuple(
        dict.fromkeys(item.value for item in found if isinstance(item, Mark) and item.kind == "seal")
    )


def name_of(found: list[Item], text: str) -> str | None:
    """The first line, when it is short and no row of the panel."""
    line = next((one.strip() for one in text.splitlines() if one.strip()), "")
    if not 3 <= len(line) <= 80 or line.endswith((":", ".")):
        return None
    end = text.find(line) + len(line)
    head = [item for item in found if item.start < end]
    rows = any(
        isinstance(item, Mark) and item.cues & {"facts", "serving_size", "active", "each", "contains"}
        for item in head
    )
    panel = any(isinstance(item, Amount) for item in head) and any(
        isinstance(item, Mark) and item.kind == "(" for item in head
    )
    named = any(isinstance(item, Noun) for item in head)
    return None if rows or panel or not named else line


def _start(found: list[Item], cue: str) -> int | None:
    return next((item.end for item in found if isinstance(item, Mark) and cue in item.cues), None)
