"""Pieces of SVG. Attributes are escaped; nothing carries a style, which the pages' policy would refuse anyway."""

from __future__ import annotations

import math
from collections.abc import Iterable
from html import escape

from markupsafe import Markup

__all__ = ["arc", "around", "picture", "tag", "text"]


def tag(name: str, content: str = "", **attributes: float | str) -> str:
    """<name class="..." x="..."> with `class_` written for class and `_` for -."""
    pairs = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{escape(_plain(value))}"' for key, value in attributes.items()
    )
    return f"<{name}{pairs}>{content}</{name}>" if content else f"<{name}{pairs}/>"


def text(x: float, y: float, words: str, **attributes: float | str) -> str:
    return tag("text", escape(words), x=x, y=y, **attributes)


def picture(width: float, height: float, parts: Iterable[str], *, title: str, says: str = "") -> Markup:
    """The whole picture, with a name for screen readers. `says` tells in words what it shows."""
    head = tag("title", escape(title)) + (tag("desc", escape(says)) if says else "")
    label = f"{title}. {says}" if says else title
    return Markup(  # noqa: S704 - every attribute and text above is escaped
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_plain(width)} {_plain(height)}" role="img" '
        f'aria-label="{escape(label)}">{head}{"".join(parts)}</svg>'
    )


def around(centre: float, radius: float, share: float) -> tuple[float, float]:
    """The point at this share of a turn, clockwise from the top."""
    angle = 2 * math.pi * share
    return centre + radius * math.sin(angle), centre - radius * math.cos(angle)


def arc(centre: float, inner: float, outer: float, start: float, end: float) -> str:
    """The path of a ring's sector from one share of a turn on to another, clockwise."""
    span = (end - start) % 1 or 1.0
    if span > 0.999:
        span = 0.9999
    large = int(span > 0.5)
    points = [
        around(centre, outer, start),
        around(centre, outer, start + span),
        around(centre, inner, start + span),
        around(centre, inner, start),
    ]
    (ax, ay), (bx, by), (cx, cy), (dx, dy) = points
    return (
        f"M{ax:.1f} {ay:.1f}A{outer:.1f} {outer:.1f} 0 {large} 1 {bx:.1f} {by:.1f}"
        f"L{cx:.1f} {cy:.1f}A{inner:.1f} {inner:.1f} 0 {large} 0 {dx:.1f} {dy:.1f}Z"
    )


def _plain(value: float | str) -> str:
    return value if isinstance(value, str) else f"{value:.2f}".rstrip("0").rstrip(".")
