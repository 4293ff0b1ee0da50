"""An outcome as one SVG picture: serum, 24-hour urine, stores and stool over time, with bands, every dose a tick.

Plain text, no library: it can stand in a web page or be opened by any browser. It draws what it is given.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from magwise.simulate.outcome import Band, Outcome

__all__ = ["draw"]

Array = NDArray[np.float64]
WIDTH, PANEL, LEFT, RIGHT, TOP, GAP = 640, 130, 70, 24, 62, 46
MOST_TICKS = 400


@dataclass(frozen=True, slots=True)
class _Panel:
    title: str
    band: Band
    colour: str


def draw(outcome: Outcome) -> str:
    """The four panels as an SVG document."""
    panels = (
        _Panel("Serum magnesium, mmol/L", outcome.serum_mmol_l, "#1f5fa8"),
        _Panel("Urine, mmol in 24 hours", outcome.urine_mmol_d, "#8a5a00"),
        _Panel("Gained by tissue and bone since the start, mmol", outcome.stores_mmol, "#6a4a9c"),
        _Panel("Extra stool at the most, g a day", outcome.stool_extra_g_d, "#3c7a3c"),
    )
    height = TOP + len(panels) * (PANEL + GAP) + 22
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img" '
        'font-family="sans-serif" font-size="12">',
        f"<title>Simulated course of {outcome.course.people} people over {outcome.course.days} days</title>",
        f"<desc>{_in_words(outcome)}</desc>",
        f'<rect width="{WIDTH}" height="{height}" fill="#ffffff"/>',
        f'<text x="{LEFT}" y="18" font-size="14" font-weight="bold">{_title(outcome)}</text>',
        f'<text x="{LEFT}" y="35" fill="#444444">Line: the middle person. Band: 5 to 95 % of people.'
        f"{' Red ticks: doses.' if outcome.doses else ''}</text>",
    ]
    for k, panel in enumerate(panels):
        top = TOP + k * (PANEL + GAP)
        parts += [*_drawn(panel, outcome.time_h, top), *_doses(outcome, top + PANEL - 6)]
    parts.append(
        f'<text x="{LEFT}" y="{height - 8}" fill="#444444">A simulation of laboratory values, not of how anybody '
        "feels. General education, not medical advice.</text></svg>"
    )
    return "\n".join(parts) + "\n"


def _title(outcome: Outcome) -> str:
    return f"{outcome.course.people:,} simulated people, {outcome.course.days} days"


def _in_words(outcome: Outcome) -> str:
    first, last = float(outcome.serum_mmol_l.p50[0]), float(outcome.serum_mmol_l.p50[-1])
    return f"Serum goes from {first:.3f} to {last:.3f} mmol/L in the middle person."


def _drawn(panel: _Panel, time_h: Array, top: float) -> list[str]:
    low, high = float(np.min(panel.band.p5)), float(np.max(panel.band.p95))
    room = 0.08 * (high - low) or 0.1 * abs(high) or 1.0
    low, high = max(low - room, 0.0) if low >= 0.0 else low - room, high + room
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
    bottom, across = top + PANEL, WIDTH - LEFT - RIGHT
    lines = [f'<path d="M{LEFT} {top}V{bottom}H{WIDTH - RIGHT}" fill="none" stroke="#888888"/>']
    for value in _round_numbers(low, high, 4):
        at = bottom - PANEL * (value - low) / (high - low)
        lines.append(f'<path d="M{LEFT - 4} {at:.1f}h4" stroke="#888888"/>')
        lines.append(
            f'<text x="{LEFT - 7}" y="{at + 4:.1f}" text-anchor="end" fill="#444444">{value:.6g}</text>'
        )
    for day in _round_numbers(0.0, days, 5):
        at = LEFT + across * day / days
        lines.append(
            f'<text x="{at:.1f}" y="{bottom + 15}" text-anchor="middle" fill="#444444">day {day:.4g}</text>'
        )
    return lines


def _round_numbers(low: float, high: float, about: int) -> list[float]:
    """Multiples of 1, 2 or 5 times a power of ten between two numbers, about so many of them."""
    rough = (high - low) / about
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(one * power for one in (1.0, 2.0, 5.0, 10.0) if one * power >= rough * 0.999)
    return [
        round(k * step, 10) for k in range(math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9) + 1)
    ]


def _doses(outcome: Outcome, at: float) -> list[str]:
    """One tick a dose; where there are too many to tell apart, every n-th."""
    times = [dose.time_h for dose in outcome.doses]
    shown = times[:: max(1, -(-len(times) // MOST_TICKS))]
    end = max(float(outcome.time_h[-1]), 1e-9)
    marks = "".join(f"M{LEFT + (WIDTH - LEFT - RIGHT) * t / end:.1f} {at}v6" for t in shown)
    return [f'<path d="{marks}" stroke="#b3261e" stroke-width="1"/>'] if marks else []
