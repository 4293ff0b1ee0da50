"""A share of people -> a hundred dots, so many of them filled."""

from __future__ import annotations

from markupsafe import Markup

from magwise.adapters.web.drawing.svg import picture, tag

__all__ = ["hundred"]

STEP, DOT = 20.0, 7.0


def hundred(low: float, high: float, *, title: str) -> Markup:
    """Filled up to `low`, lighter from there to `high` where trials differ, in rows of ten from the top left."""
    dots = []
    for index in range(100):
        kind = "helped" if index < round(low) else "perhaps" if index < round(high) else "hundred"
        x, y = (index % 10) * STEP + STEP / 2, (index // 10) * STEP + STEP / 2
        dots.append(tag("circle", cx=x, cy=y, r=DOT, class_=kind))
    return picture(10 * STEP, 10 * STEP, dots, title=title)
