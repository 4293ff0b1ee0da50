"""A label -> salt and magnesium as two bars, drawn to one scale."""

from __future__ import annotations

from collections.abc import Callable

from markupsafe import Markup

from magwise.adapters.web.drawing.svg import picture, tag
from magwise.label import Label
from magwise.units import Interval

__all__ = ["weights"]

WIDTH, BAR, LEFT = 560.0, 46.0, 1.0


def weights(label: Label, number: Callable[[float], str]) -> Markup | None:
    """The weight of the salt above the magnesium in it; None where the label leaves nothing to compare."""
    held = label.elemental
    if held is None or held.high.mg <= 0:
        return None
    salt = sum(share.compound.mg for share in label.forms if share.compound is not None)
    most = max(salt, held.high.mg)
    if salt <= held.high.mg:
        return None
    scale = (WIDTH - 2 * LEFT) / most
    bars = [
        tag("rect", x=LEFT, y=1, width=salt * scale, height=BAR, rx=5, class_="salt"),
        *_magnesium(held, scale, 1.0),
    ]
    words = (f"The whole salt: {number(salt)} mg", f"The magnesium in it: {_span(held, number)} mg")
    drawn = picture(WIDTH, BAR + 2, bars, title="Weight of the salt and of the magnesium, to scale")
    return Markup("<figcaption class='weight'>{}</figcaption>{}<p class='weight pure'>{}</p>").format(
        words[0], drawn, words[1]
    )


def _magnesium(held: Interval, scale: float, top: float) -> list[str]:
    """Solid to the low value, lighter to the high one."""
    bars = [tag("rect", x=LEFT, y=top, width=max(2.0, held.low.mg * scale), height=BAR, rx=5, class_="pure")]
    if held.high.mg > held.low.mg:
        wide = (held.high.mg - held.low.mg) * scale
        bars.append(tag("rect", x=LEFT + held.low.mg * scale, y=top, width=wide, height=BAR, class_="maybe"))
    return bars


def _span(held: Interval, number: Callable[[float], str]) -> str:
    return number(held.low.mg) if held.is_exact else f"{number(held.low.mg)} to {number(held.high.mg)}"
