"""Why there is no room: a smallest set of needs that cannot all be met.

Comes in: a DayProblem and portions that have no place. Goes out: needs such that all of them together
leave no room, and without any one of them there is some. (Smallest in that sense; another set may have
fewer members.) That magnesium is taken with a meal is never given up, so it is not listed.
"""

from __future__ import annotations

from dataclasses import replace

from magwise.schedule.model import MAGNESIUM, DayProblem, Need, NeedKind, Portion
from magwise.schedule.needs import Board, lay_out, needs_of

__all__ = ["explain", "has_room"]


def explain(problem: DayProblem, portions: tuple[Portion, ...]) -> tuple[Need, ...]:
    """A smallest set of needs that clash; () when there is room."""
    board = lay_out(problem)
    clashing = list(needs_of(problem, portions))
    if board.has_room(len(portions), clashing):
        return ()
    for need in sorted(clashing, key=lambda need: _weight(need, problem, board)):
        without = [other for other in clashing if other is not need]
        if not board.has_room(len(portions), without):
            clashing = without
    return _naming_what_moves(tuple(clashing), problem)


def has_room(problem: DayProblem, portions: tuple[Portion, ...], needs: tuple[Need, ...]) -> bool:
    """Whether these needs alone leave room for the portions."""
    return lay_out(problem).has_room(len(portions), needs)


def _naming_what_moves(needs: tuple[Need, ...], problem: DayProblem) -> tuple[Need, ...]:
    """Gaps bind what may move as well; where one of these is part of the conflict, the words say so."""
    movables = [problem.movables[need.which or 0].name for need in needs if need.kind is NeedKind.OWN_MEAL]
    if not movables:
        return needs
    too = f"{MAGNESIUM} ({' and '.join(dict.fromkeys(movables))} too)"
    return tuple(
        replace(need, words=need.words.replace(MAGNESIUM, too, 1)) if need.kind is NeedKind.APART else need
        for need in needs
    )


def _weight(need: Need, problem: DayProblem, board: Board) -> tuple[int, int]:
    """What closes little is dropped first, so that few and weighty needs stay."""
    if need.kind is NeedKind.APART:
        bit = 1 << (need.which or 0)
        item = problem.fixed[need.which or 0]
        return sum(bool(closed & bit) for closed in board.closed_by), item.before_min + item.after_min
    return (len(board.meals) + 1 if need.kind is NeedKind.SITTING else 0), 0
