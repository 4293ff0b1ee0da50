"""An outcome as one SVG picture: serum, 24-hour urine and stool over time, with bands, and every dose as a tick.

Plain text, no library: it can stand in a web page or be opened by any browser. It draws what it is given.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from magwise.simulate.outcome import Band, Outcome

__all__ = ["draw"]

Array = NDArray[np.float64]
WIDTH, PANEL, LEFT, RIGHT, TOP, GAP = 640, 150, 70, 14, 26, 44
MOST_TICKS = 400


@dataclass(frozen=True, slots=True)
class _Panel:
    title: str
    band: Band
    colour: str


def draw(outcome: Outcome) -> str:
    """The three panels as an SVG document."""
    panels = (
        _Panel("Serum magnesium, mmol/L", outcome.serum_mmol_l, "#1f5fa8"),
        _Panel("24-hour urine, mmol a day", outcome.urine_mmol_d, "#8a5a00"),
        _Panel("Extra stool, g a day", outcome.stool_extra_g_d, "#3c7a3c"),
    )
    height = TOP + len(panels) * (PANEL + GAP) + 24
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img" '
        'font-family="sans-serif" font-size="12">',
        f"<title>Simulated course of {outcome.course.people} people over {outcome.course.days} days</title>",
        f"<desc>{_in_words(outcome)}</desc>",
        f'<rect width="{WIDTH}" height="{height}" fill="#ffffff"/>',
    ]
    for k, panel in enumerate(panels):
        parts += _drawn(panel, outcome.time_h, TOP + k * (PANEL + GAP))
    parts += _doses(outcome, height - 30)
    parts.append(
        f'<text x="{LEFT}" y="{height - 6}" fill="#444444">Line: middle. Band: 5 to 95 % of people. '
        "Ticks: doses. General education, not medical advice.</text></svg>"
    )
    return "\n".join(parts) + "\n"


def _in_words(outcome: Outcome) -> str:
    first, last = float(outcome.serum_mmol_l.p50[0]), float(outcome.serum_mmol_l.p50[-1])
    return f"Serum goes from {first:.3f} to {last:.3f} mmol/L in the middle person."


def _drawn(panel: _Panel, time_h: Array, top: float) -> list[str]:
    low, high = float(np.min(panel.band.p5)), float(np.max(panel.band.p95))
    room = 0.08 * (high - low) or 0.1 * abs(high) or 1.0
    low, high = low - room, high + room
    days = time_h / 24.0

    def x(values: Array) -> Array:
        return LEFT + (WIDTH - LEFT - RIGHT) * values / max(float(days[-1]), 1e-9)

    def y(values: Array) -> Array:
        return top + PANEL * (high - values) / (high - low)

    across = x(days)
    around = [
        *zip(across, y(panel.band.p95), strict=True),
        *reversed([*zip(across, y(panel.band.p5), strict=True)]),
    ]
    return [
        f'<text x="{LEFT}" y="{top - 8}" font-weight="bold">{panel.title}</text>',
        *_axis(float(days[-1]), low, high, top),
        f'<polygon points="{_points(around)}" fill="{panel.colour}" fill-opacity="0.18"/>',
        f'<polyline points="{_points([*zip(across, y(panel.band.p50), strict=True)])}" fill="none" '
        f'stroke="{panel.colour}" stroke-width="1.8"/>',
    ]


def _points(pairs: Sequence[tuple[float, float]]) -> str:
    return " ".join(f"{a:.1f},{b:.1f}" for a, b in pairs)


def _axis(days: float, low: float, high: float, top: float) -> list[str]:
    bottom = top + PANEL
    lines = [f'<path d="M{LEFT} {top}V{bottom}H{WIDTH - RIGHT}" fill="none" stroke="#888888"/>']
    for share in (0.0, 0.5, 1.0):
        value, at = low + share * (high - low), bottom - share * PANEL
        lines.append(
            f'<text x="{LEFT - 6}" y="{at + 4:.1f}" text-anchor="end" fill="#444444">{value:.3g}</text>'
        )
    for share in (0.0, 0.25, 0.5, 0.75, 1.0):
        at = LEFT + share * (WIDTH - LEFT - RIGHT)
        lines.append(
            f'<text x="{at:.1f}" y="{bottom + 15}" text-anchor="middle" fill="#444444">day {share * days:.3g}</text>'
        )
    return lines


def _doses(outcome: Outcome, at: float) -> list[str]:
    """One tick a dose; where there are too many to tell apart, every n-th."""
    times = [dose.time_h for dose in outcome.doses]
    shown = times[:: max(1, -(-len(times) // MOST_TICKS))]
    end = max(float(outcome.time_h[-1]), 1e-9)
    marks = "".join(f"M{LEFT + (WIDTH - LEFT - RIGHT) * t / end:.1f} {at}v6" for t in shown)
    return [f'<path d="{marks}" stroke="#b3261e" stroke-width="1"/>'] if marks else []
