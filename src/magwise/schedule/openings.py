"""Where magnesium could go in a day, before anybody asks how much.

Comes in: a DayProblem. Goes out: the meals outside all gaps, how many of them can hold magnesium at once
while everything that may move still has a place, and what closes each of the others.
"""

from __future__ import annotations

from magwise.schedule.model import Closed, DayProblem, Need, NeedKind, Openings
from magwise.schedule.needs import Board, lay_out, needs_of

__all__ = ["openings"]


def openings(problem: DayProblem) -> Openings:
    """The meals that can hold magnesium, and why the others cannot."""
    board = lay_out(problem)
    needs = needs_of(problem)
    closing = [
        tuple(need for need in needs if _closes(need, meal, board)) for meal in range(len(board.meals))
    ]
    return Openings(
        moments=tuple(meal for meal, by in zip(board.meals, closing, strict=True) if not by),
        together=_together(problem, board),
        closed=tuple(Closed(meal, by) for meal, by in zip(board.meals, closing, strict=True) if by),
    )


def _together(problem: DayProblem, board: Board) -> int:
    everyone = range(len(problem.movables))
    for doses in range(len(board.meals), 0, -1):
        for meals in board.meal_sets(doses):
            if not board.paused and board.all_have_a_place(meals, everyone):
                return doses
    return 0


def _closes(need: Need, meal: int, board: Board) -> bool:
    if need.kind is NeedKind.PAUSE:
        return True
    if need.kind is NeedKind.APART:
        return bool(board.closed_by[meal] >> (need.which or 0) & 1)
    return need.kind is NeedKind.BEDTIME and bool(board.at_bedtime >> meal & 1)
