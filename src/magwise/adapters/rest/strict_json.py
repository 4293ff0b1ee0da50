"""The bytes of a request's body -> plain values, read in one way only.

What two readers of JSON could understand differently is refused: a name twice, NaN and infinities, half of a
surrogate pair, a null character, bytes that are no UTF-8; so is nesting deeper than any of our shapes.
"""

from __future__ import annotations

import json
import math
from typing import Any

from magwise.adapters.rest.problems import BAD_JSON, Refused

__all__ = ["DEEPEST", "parsed"]

DEEPEST = 24  # lists and objects inside each other; a person file has five


def parsed(body: bytes) -> Any:
    """The value in this text. Raises Refused, which says what is off and never repeats the text."""
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError as bad:
        raise _refused(f"Byte {bad.start + 1} of the body is not UTF-8.") from None
    try:
        value = json.loads(
            text, object_pairs_hook=_each_name_once, parse_constant=_no_constant, parse_float=_finite
        )
    except json.JSONDecodeError as bad:
        raise _refused(f"The body is not JSON: {bad.msg}, line {bad.lineno}, column {bad.colno}.") from None
    except RecursionError:
        raise _too_deep() from None
    except ValueError:  # a whole number with thousands of digits
        raise _refused("A number has more digits than any number here can have.") from None
    _check(value)
    return value


def _each_name_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise _refused("A name stands twice in one object, so the body can be understood in two ways.")
    return found


def _no_constant(name: str) -> Any:
    raise _refused(f"{name} is no number in JSON.", "Leave out what is not known, or write null.")


def _finite(digits: str) -> float:
    value = float(digits)
    if not math.isfinite(value):
        raise _refused("A number is too large.")
    return value


def _check(value: Any) -> None:
    """Depth, whole numbers and texts, without recursion: the body decides how deep it is."""
    level = [value]
    for _ in range(DEEPEST):
        level = [inner for one in level for inner in _inside(one)]
        if not level:
            return
    raise _too_deep()


def _inside(one: Any) -> list[Any]:
    if isinstance(one, str):
        _check_text(one)
    elif isinstance(one, dict):
        for name in one:
            _check_text(name)
        return list(one.values())
    elif isinstance(one, list):
        return one
    elif isinstance(one, int) and abs(one) > LARGEST_WHOLE:
        raise _refused("A number is too large.")
    return []


LARGEST_WHOLE = 2**63 - 1


def _check_text(text: str) -> None:
    if "\0" in text:
        raise _refused("A text holds a null character.", "Type the text again.")
    if not text.isascii() and any("\ud800" <= sign <= "\udfff" for sign in text):
        raise _refused("A text holds half of a surrogate pair, which is no character.")


def _too_deep() -> Refused:
    return _refused(f"The body is nested deeper than {DEEPEST} levels.")


def _refused(what: str, remedy: str = "Send one JSON object in UTF-8.") -> Refused:
    return Refused(BAD_JSON, what, where="body", remedy=remedy)
