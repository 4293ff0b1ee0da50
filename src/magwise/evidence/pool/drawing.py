"""A small SVG writer: lines, shapes and words on a canvas, readable in light and dark, on screen and paper.

Everything a reader gave is escaped. No script, no outside file, no font to fetch.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from xml.sax.saxutils import escape

__all__ = ["STYLESHEET", "Axis", "Canvas", "number", "ticks"]

# Plain colours first, for viewers that know no media queries; the dark ones override them.
_COLOURS = {  # class: (property, light, dark)
    "page": ("fill", "#ffffff", "#14191f"),
    "ink": ("stroke", "#1d2733", "#e6eaee"),
    "rule": ("stroke", "#d4dae1", "#3a4550"),
    "mark": ("stroke", "#1f6f8b", "#6cc0dc"),
    "prediction": ("stroke", "#a9cfdc", "#2f5f70"),
    "matter": ("stroke", "#b3541e", "#e9955f"),
    "fill": ("fill", "#1f6f8b", "#6cc0dc"),
    "warm": ("fill", "#b3541e", "#e9955f"),
    "pale": ("fill", "#e3eff4", "#20343d"),
    "hollow": ("stroke", "#1f6f8b", "#6cc0dc"),
    "words": ("fill", "#1d2733", "#e6eaee"),
    "soft": ("fill", "#6b7785", "#9aa6b2"),
    "matter-text": ("fill", "#b3541e", "#e9955f"),
}
_SHAPES = (
    'text{font:13px system-ui,-apple-system,"Segoe UI",Roboto,Arial,sans-serif}'
    ".title{font-size:16px;font-weight:600}.small{font-size:11px}.bold{font-weight:600}"
    ".figure{font-variant-numeric:tabular-nums}.matter-text{font-size:11px}.mark{stroke-width:1.6}"
    ".matter{stroke-dasharray:5 4}.prediction{stroke-width:5}.hollow{fill:none;stroke-width:1.4}"
)
_STYLE = (
    _SHAPES
    + "".join(f".{kind}{{{what}:{light}}}" for kind, (what, light, _) in _COLOURS.items())
    + "@media (prefers-color-scheme:dark){"
    + "".join(f".{kind}{{{what}:{dark}}}" for kind, (what, _, dark) in _COLOURS.items())
    + "}"
)
# For a page that holds charts inside itself: the same, for charts only, with colours that the page may set as
# --chart-ink, --chart-mark ... (by the page's own switch of light and dark) and ours where it does not.
STYLESHEET = (
    "".join(f".chart {rule}}}" for rule in _SHAPES.split("}") if rule)
    + "".join(
        f".chart .{kind}{{{what}:var(--chart-{kind},{light})}}" for kind, (what, light, _) in _COLOURS.items()
    )
    + ".chart .page{fill:none}.chart{max-width:100%;height:auto}"
    + "@media (prefers-color-scheme:dark){"
    + "".join(
        f".chart .{kind}{{{what}:var(--chart-{kind},{dark})}}" for kind, (what, _, dark) in _COLOURS.items()
    )
    + ".chart .page{fill:none}}"
)


@dataclass
class Canvas:
    """Parts in the order they were drawn; `svg` is the whole file, `inline` the same for inside a page."""

    width: int
    height: int
    title: str
    describes: str
    parts: list[str] = field(default_factory=list)

    def line(self, x1: float, y1: float, x2: float, y2: float, kind: str) -> None:
        self.parts.append(f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" class="{kind}"/>')

    def box(self, x: float, y: float, width: float, height: float, kind: str) -> None:
        self.parts.append(
            f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}" class="{kind}"/>'
        )

    def dot(self, x: float, y: float, radius: float, kind: str, says: str = "") -> None:
        hint = f"<title>{_safe(says)}</title>" if says else ""
        self.parts.append(
            f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius:.1f}" class="{kind}">{hint}</circle>'
        )

    def shape(self, points: Sequence[tuple[float, float]], kind: str) -> None:
        corners = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
        self.parts.append(f'<polygon points="{corners}" class="{kind}"/>')

    def path(self, points: Sequence[tuple[float, float]], kind: str) -> None:
        corners = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
        self.parts.append(f'<polyline points="{corners}" class="{kind}" fill="none"/>')

    def words(self, x: float, y: float, text: str, kind: str = "", anchor: str = "start") -> None:
        kind = kind if {"soft", "matter-text"} & set(kind.split()) else f"words {kind}".strip()
        self.parts.append(
            f'<text x="{x:.1f}" y="{y:.1f}" class="{kind}" text-anchor="{anchor}">{_safe(text)}</text>'
        )

    @property
    def svg(self) -> str:
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {self.width} {self.height}" '
            f'width="{self.width}" height="{self.height}" role="img" aria-label="{_safe(self.title)}">'
            f"<title>{_safe(self.title)}</title><desc>{_safe(self.describes)}</desc><style>{_STYLE}</style>"
            f'<rect width="{self.width}" height="{self.height}" class="page"/>{"".join(self.parts)}</svg>\n'
        )

    def inline(self, name: str) -> str:
        """Without colours, style or script of its own: STYLESHEET and the page give those. `name` is unique there."""
        return (
            f'<svg class="chart" viewBox="0 0 {self.width} {self.height}" width="{self.width}" '
            f'height="{self.height}" role="img" aria-labelledby="{name}-title {name}-desc">'
            f'<title id="{name}-title">{_safe(self.title)}</title>'
            f'<desc id="{name}-desc">{_safe(self.describes)}</desc>{"".join(self.parts)}</svg>'
        )


@dataclass(frozen=True)
class Axis:
    """Values from `low` to `high` laid out from `start` to `end`; a ratio's logarithm is labelled as the ratio."""

    low: float
    high: float
    start: float
    end: float
    ratio: bool = False

    def at(self, value: float) -> float:
        share = (min(max(value, self.low), self.high) - self.low) / (self.high - self.low)
        return self.start + share * (self.end - self.start)

    def holds(self, value: float) -> bool:
        return self.low <= value <= self.high

    @property
    def marks(self) -> list[tuple[float, str]]:
        if not self.ratio:
            return [(value, number(value)) for value in ticks(self.low, self.high)]
        ratios = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100)
        return [(math.log(r), f"{r:g}") for r in ratios if self.low <= math.log(r) <= self.high]


def ticks(low: float, high: float, about: int = 6) -> list[float]:
    """Round values between low and high."""
    rough = (high - low) / about
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(power * times for times in (1, 2, 5, 10) if power * times >= rough * (1 - 1e-9))
    first = math.ceil(low / step - 1e-9)
    return [at * step for at in range(first, math.floor(high / step + 1e-9) + 1)]


def number(value: float, digits: int = 3) -> str:
    """A figure for people: few digits, a true minus sign, no −0."""
    text = f"{value:.{digits}g}"
    plain = text if "e" not in text else f"{value:.{digits}g}"
    return "0" if float(plain) == 0 else plain.replace("-", "−")


def _safe(text: str) -> str:
    printable = "".join(letter if letter.isprintable() else " " for letter in text)
    return escape(printable, {'"': "&quot;"})
