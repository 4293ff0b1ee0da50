"""A simulated course -> a line with its band, beside the same people without the doses."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from markupsafe import Markup

from magwise.adapters.web.drawing.svg import picture, tag, text

__all__ = ["bands"]

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 430.0, 210.0, 46.0, 6.0, 10.0, 34.0
Row = Sequence[float]


def bands(
    days: Row,
    low: Row,
    middle: Row,
    high: Row,
    without: Row | None,
    *,
    title: str,
    says: str,
    number: Callable[[float, int], str],
) -> Markup:
    """Middle person as a line, 5 to 95 in 100 as a band; dashed: without the doses."""
    every = [*low, *high, *(without or ())]
    room = 0.08 * (max(every) - min(every)) or 0.1
    bottom, top = min(every) - room, max(every) + room
    last = max(days) or 1.0

    def at(day: float, value: float) -> tuple[float, float]:
        x = LEFT + (WIDTH - LEFT - RIGHT) * day / last
        y = TOP + (HEIGHT - TOP - BOTTOM) * (top - value) / (top - bottom)
        return x, y

    around = [*zip(days, high, strict=True), *reversed(list(zip(days, low, strict=True)))]
    parts = [
        *_axis(last, bottom, top, at, number),
        tag("polygon", points=_points([at(*pair) for pair in around]), class_="band"),
        tag("polyline", points=_points([at(*p) for p in zip(days, middle, strict=True)]), class_="middle"),
    ]
    if without is not None:
        parts.append(
            tag(
                "polyline",
                points=_points([at(*p) for p in zip(days, without, strict=True)]),
                class_="without",
            )
        )
    return picture(WIDTH, HEIGHT, parts, title=title, says=says)


def _points(pairs: Sequence[tuple[float, float]]) -> str:
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in pairs)


def _axis(
    last: float,
    bottom: float,
    top: float,
    at: Callable[[float, float], tuple[float, float]],
    number: Callable[[float, int], str],
) -> list[str]:
    parts = []
    digits = 2 if top - bottom < 1 else 1 if top - bottom < 20 else 0
    for share in (0.0, 0.5, 1.0):
        value = bottom + share * (top - bottom)
        x, y = at(0, value)
        parts.append(tag("path", d=f"M{x} {y:.1f}H{WIDTH - RIGHT}", class_="rule", stroke_width=1))
        parts.append(text(x - 8, y + 4, number(value, digits), class_="soft", text_anchor="end"))
    for share in (0.0, 0.5, 1.0):
        x, y = at(share * last, bottom)
        anchor = {0.0: "start", 1.0: "end"}.get(share, "middle")
        words = "day 1" if share == 0 else f"day {share * last:.0f}"
        parts.append(text(x, y + 22, words, class_="soft", text_anchor=anchor))
    return parts
