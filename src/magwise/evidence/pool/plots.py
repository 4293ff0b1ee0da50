"""Forest and funnel of a set of trials as SVG, with the smallest change that matters drawn in.

A forest shows each trial, the pooled answers asked for and where the next trial may fall. A funnel shows whether
small trials tell another story; trials that seem to be missing are drawn hollow.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from magwise.evidence.pool.drawing import Axis, Canvas, number
from magwise.evidence.pool.effects import Measure
from magwise.evidence.pool.estimate import Pooled, pool_one_way
from magwise.evidence.pool.study import Study

__all__ = ["MOST_DRAWN", "forest", "forest_drawing", "funnel", "shown_in_forest"]

MOST_DRAWN = 200
_FAR = 1.959963984540054
_ROW = 22
_NAMES, _PLOT, _FIGURES = 210, 380, 190
_MARGIN = 20


def forest(
    studies: Sequence[Study],
    answers: Sequence[Pooled],
    *,
    measure: Measure = Measure.GIVEN,
    title: str = "Trials and what they come to",
    matters: float | None = None,
    sides: tuple[str, str] = ("less with magnesium", "more with magnesium"),
) -> str:
    """The trials, one a line, and below them each pooled answer. `matters` is drawn on both sides of none."""
    return forest_drawing(studies, answers, measure=measure, title=title, matters=matters, sides=sides).svg


def forest_drawing(
    studies: Sequence[Study],
    answers: Sequence[Pooled],
    *,
    measure: Measure = Measure.GIVEN,
    title: str = "Trials and what they come to",
    matters: float | None = None,
    sides: tuple[str, str] = ("less with magnesium", "more with magnesium"),
) -> Canvas:
    """The same forest, to be written as a file or inside a page."""
    shown = list(studies)[:MOST_DRAWN]
    top, left = 66, _MARGIN + _NAMES
    bottom = top + _ROW * (len(shown) + len(answers)) + 14
    canvas = Canvas(left + _PLOT + _FIGURES + _MARGIN, bottom + 78, title, _forest_in_words(shown, answers))
    axis = Axis(*_forest_range(shown, answers), left, left + _PLOT, measure.is_log)
    canvas.words(_MARGIN, 30, title, "title")
    canvas.words(_MARGIN, 52, f"{len(studies)} trials, {measure.as_drawn}", "soft small")
    _scale(canvas, axis, top - 8, bottom, matters)
    heaviest = max(1 / study.vi for study in shown)
    for at, study in enumerate(shown):
        _trial(canvas, axis, top + _ROW * (at + 0.5), study, heaviest)
    line = top + _ROW * len(shown) + 5
    canvas.line(_MARGIN, line, canvas.width - _MARGIN, line, "rule")
    for at, answer in enumerate(answers):
        _pooled(canvas, axis, line + 5 + _ROW * (at + 0.5), answer)
    canvas.words(axis.at(0) - 10, bottom + 40, f"◂ {sides[0]}", "soft small", "end")
    canvas.words(axis.at(0) + 10, bottom + 40, f"{sides[1]} ▸", "soft small")
    note = "Square: a trial, by its weight. Diamond: pooled, 95 % interval; pale bar: where the next trial may fall."
    canvas.words(_MARGIN, bottom + 66, note, "soft small")
    return canvas


def shown_in_forest(answers: Sequence[Pooled]) -> list[Pooled]:
    """The answers most asked for; all, where none of them was."""
    return [one for one in answers if one.tau2_method in ("EE", "DL", "REML")] or list(answers)


def funnel(
    studies: Sequence[Study],
    *,
    filled: Sequence[Study] = (),
    measure: Measure = Measure.GIVEN,
    title: str = "Do small trials tell another story?",
    matters: float | None = None,
) -> str:
    """Each trial by its effect and its error, large trials at the top."""
    everyone = [*studies, *filled][:MOST_DRAWN]
    centre = pool_one_way(studies, "EE").estimate if len(studies) > 1 else studies[0].yi
    tallest = max(study.se for study in everyone) * 1.08
    canvas = Canvas(
        640, 480, title, f"{len(studies)} trials; {len(filled)} that seem to be missing are hollow."
    )
    left, right, top, bottom = 64, 616, 66, 408
    low = min([centre - _FAR * tallest, *(study.yi for study in everyone)])
    high = max([centre + _FAR * tallest, *(study.yi for study in everyone)])
    axis = Axis(low, high, left, right, measure.is_log)
    down = Axis(0, tallest, top, bottom)
    canvas.words(_MARGIN, 30, title, "title")
    canvas.words(
        _MARGIN,
        52,
        f"{measure.as_drawn}, by standard error; hollow: trials that seem to be missing",
        "soft small",
    )
    foot = [(axis.at(centre - _FAR * tallest), bottom), (axis.at(centre + _FAR * tallest), bottom)]
    canvas.shape([(axis.at(centre), top), foot[1], foot[0]], "pale")
    _scale(canvas, axis, top, bottom, matters)
    canvas.line(axis.at(centre), top, axis.at(centre), bottom, "mark")
    for value, words in down.marks:
        canvas.words(left - 8, down.at(value) + 4, words, "soft small figure", "end")
    for study in filled:
        canvas.dot(axis.at(study.yi), down.at(study.se), 4.5, "hollow", study.name)
    for study in everyone[: len(studies)]:
        canvas.dot(axis.at(study.yi), down.at(study.se), 4.5, "fill", study.name)
    canvas.words(
        _MARGIN, bottom + 58, "Pale: where 95 % of trials lie if they differ by chance only.", "soft small"
    )
    return canvas.svg


def _forest_range(studies: Sequence[Study], answers: Sequence[Pooled]) -> tuple[float, float]:
    """Wide enough for all estimates and most of their intervals; the rest gets an arrow."""
    edges = sorted(abs(study.yi) + _FAR * study.se for study in studies)
    reach = edges[max(0, math.ceil(0.8 * len(edges)) - 1)]
    reach = max([reach, *(abs(study.yi) for study in studies)])
    reach = max([reach, *(abs(bound) for answer in answers for bound in (answer.pi or answer.ci))])
    return -1.05 * reach, 1.05 * reach


def _scale(canvas: Canvas, axis: Axis, top: float, bottom: float, matters: float | None) -> None:
    canvas.line(axis.start, bottom, axis.end, bottom, "rule")
    for value, words in axis.marks:
        canvas.line(axis.at(value), bottom, axis.at(value), bottom + 4, "rule")
        canvas.words(axis.at(value), bottom + 19, words, "soft small figure", "middle")
    if axis.holds(0):
        canvas.line(axis.at(0), top, axis.at(0), bottom, "ink")
    if matters is None:
        return
    for value in (-abs(matters), abs(matters)):
        if axis.holds(value):
            canvas.line(axis.at(value), top, axis.at(value), bottom, "matter")
    if axis.holds(abs(matters)):
        canvas.words(axis.at(abs(matters)) + 4, top + 4, "smallest change that matters", "matter-text")


def _trial(canvas: Canvas, axis: Axis, y: float, study: Study, heaviest: float) -> None:
    half = _FAR * study.se
    canvas.words(_MARGIN, y + 4, _short(study.name))
    _bar(canvas, axis, y, (study.yi - half, study.yi + half), "mark")
    side = 3 + 11 * math.sqrt(1 / study.vi / heaviest)
    canvas.box(axis.at(study.yi) - side / 2, y - side / 2, side, side, "fill")
    _figures(canvas, y, study.yi, (study.yi - half, study.yi + half), axis.ratio, "figure small")


def _pooled(canvas: Canvas, axis: Axis, y: float, answer: Pooled) -> None:
    canvas.words(_MARGIN, y + 4, f"{answer.tau2_method}, {answer.test}", "bold")
    if answer.pi:
        canvas.line(axis.at(answer.pi[0]), y, axis.at(answer.pi[1]), y, "prediction")
    low, middle, high = axis.at(answer.ci[0]), axis.at(answer.estimate), axis.at(answer.ci[1])
    canvas.shape([(low, y), (middle, y - 7), (high, y), (middle, y + 7)], "fill")
    _figures(canvas, y, answer.estimate, answer.ci, axis.ratio, "figure small bold")


def _bar(canvas: Canvas, axis: Axis, y: float, bounds: tuple[float, float], kind: str) -> None:
    """An interval; an arrowhead where it leaves the picture."""
    canvas.line(axis.at(bounds[0]), y, axis.at(bounds[1]), y, kind)
    for bound, way in zip(bounds, (-1, 1), strict=True):
        if not axis.holds(bound):
            tip = axis.at(bound)
            canvas.shape([(tip + way * 6, y), (tip, y - 4), (tip, y + 4)], "fill")


def _figures(
    canvas: Canvas, y: float, middle: float, bounds: tuple[float, float], ratio: bool, kind: str
) -> None:
    shown = [math.exp(min(value, 700)) if ratio else value for value in (middle, *bounds)]
    text = f"{number(shown[0])}  ({number(shown[1])} to {number(shown[2])})"
    canvas.words(canvas.width - _MARGIN, y + 4, text, kind, "end")


def _forest_in_words(studies: Sequence[Study], answers: Sequence[Pooled]) -> str:
    said = [
        f"{a.tau2_method}, {a.test}: {number(a.estimate)} ({number(a.ci[0])} to {number(a.ci[1])})"
        for a in answers
    ]
    return f"{len(studies)} trials. " + ". ".join(said)


def _short(name: str) -> str:
    return name if len(name) <= 30 else f"{name[:29]}…"
