"""A judged log as SVG: every day with its phase, and below, the estimate with its interval and what matters."""

from __future__ import annotations

from itertools import groupby

from magwise.evidence.pool.drawing import Axis, Canvas, number
from magwise.verdict.answer import Verdict
from magwise.verdict.log import Log, Phase

__all__ = ["draw", "drawing"]

_WIDTH = 760
_LEFT, _RIGHT = 62, 736
_TOP, _BOTTOM = 74, 304
_BELOW = 392
_LABEL = 96  # the widest that the words beside a line become
_HEADINGS = {
    "worked": "Worked",
    "too_small": "Too small to matter",
    "worse": "Worse with magnesium",
    "cannot_tell": "Cannot tell",
}


def draw(log: Log, answer: Verdict, title: str = "Your log") -> str:
    """The series with its phases, and the estimate with its band, as an SVG file."""
    return drawing(log, answer, title).svg


def drawing(log: Log, answer: Verdict, title: str = "Your log") -> Canvas:
    """The same, to be written as a file or inside a page."""
    canvas = Canvas(_WIDTH, 476, f"{title}: {_HEADINGS[answer.verdict.value]}", " ".join(answer.why))
    canvas.words(20, 30, f"{title}: {_HEADINGS[answer.verdict.value].lower()}", "title")
    canvas.words(20, 52, "Pale, filled: days with magnesium. Hollow: days without.", "soft small")
    _series(canvas, log)
    if answer.effect is not None and answer.interval is not None:
        _estimate(canvas, answer, answer.effect, answer.interval)
    return canvas


def _series(canvas: Canvas, log: Log) -> None:
    values = [day.value for day in log.measured if day.value is not None]
    low, high = min(values, default=0.0), max(values, default=1.0)
    room = (high - low) * 0.08 or 1.0
    across = Axis(log.days[0].number - 0.5, log.days[-1].number + 0.5, _LEFT, _RIGHT)
    up = Axis(low - room, high + room, _BOTTOM, _TOP)
    for phase, run in groupby(log.days, key=lambda day: day.phase):
        days = list(run)
        left, right = across.at(days[0].number - 0.5), across.at(days[-1].number + 0.5)
        if phase is Phase.WITH:
            canvas.box(left, _TOP, right - left, _BOTTOM - _TOP, "pale")
    for value, words in up.marks:
        canvas.line(_LEFT, up.at(value), _RIGHT, up.at(value), "rule")
        canvas.words(_LEFT - 8, up.at(value) + 4, words, "soft small figure", "end")
    points = [(across.at(day.number), up.at(day.value)) for day in log.measured if day.value is not None]
    canvas.path(points, "rule")
    for (x, y), day in zip(points, log.measured, strict=True):
        kind = "fill" if day.phase is Phase.WITH else "hollow"
        canvas.dot(x, y, 3.2, kind, f"day {day.number}: {day.value:g}")
    for value, words in across.marks:
        canvas.words(across.at(value), _BOTTOM + 18, words, "soft small figure", "middle")
    canvas.words(_RIGHT, _BOTTOM + 34, "day", "soft small", "end")


def _estimate(canvas: Canvas, answer: Verdict, effect: float, interval: tuple[float, float]) -> None:
    reach = 1.15 * max(abs(bound) for bound in (*interval, answer.smallest))
    axis = Axis(-reach, reach, _LEFT, _RIGHT)
    canvas.box(
        axis.at(-answer.smallest),
        _BELOW - 22,
        axis.at(answer.smallest) - axis.at(-answer.smallest),
        44,
        "pale",
    )
    canvas.line(axis.at(0), _BELOW - 26, axis.at(0), _BELOW + 26, "ink")
    for value in (-answer.smallest, answer.smallest):
        canvas.line(axis.at(value), _BELOW - 26, axis.at(value), _BELOW + 26, "matter")
    matters = axis.at(answer.smallest)
    fits = matters + _LABEL < _RIGHT
    canvas.words(
        matters + (5 if fits else -5),
        _BELOW - 16,
        "matters from here",
        "matter-text",
        "start" if fits else "end",
    )
    canvas.line(axis.at(interval[0]), _BELOW, axis.at(interval[1]), _BELOW, "mark")
    canvas.dot(axis.at(effect), _BELOW, 5.5, "fill")
    for value, words in axis.marks:
        canvas.words(axis.at(value), _BELOW + 42, words, "soft small figure", "middle")
    canvas.words(_LEFT, _BELOW - 36, "◂ worse", "soft small")
    canvas.words(_RIGHT, _BELOW - 36, "better ▸", "soft small", "end")
    unit = f" {answer.unit}" if answer.unit else ""
    says = (
        f"Change for the better: {number(effect)}{unit}, "
        f"{answer.level * 100:.3g} % interval {number(interval[0])} to {number(interval[1])}"
    )
    canvas.words(_LEFT, _BELOW + 68, says, "small")
