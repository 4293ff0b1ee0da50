"""The worst level -> the decision, and nothing else."""

from __future__ import annotations

from magwise.findings import Decision, Finding, Level
from magwise.intake import Status
from magwise.person import Goal, Person, Stool
from magwise.plan import Obstacle, Plan
from magwise.safety import Screening

__all__ = ["decision_of", "is_not_needed"]

_ASKS = frozenset(
    {
        Obstacle.NO_USABLE_PRODUCT,
        Obstacle.UNIT_TOO_LARGE,
        Obstacle.LIMIT_NEARLY_REACHED,
        Obstacle.CANNOT_TITRATE,
        Obstacle.NO_MEAL,
        Obstacle.OVER_ALREADY,
    }
)


def decision_of(
    findings: tuple[Finding, ...],
    screening: Screening,
    plan: Plan | None,
    *,
    not_needed: bool,
    usable_left: bool,
) -> Decision:
    """What the person may do. A stop about one product counts for all when it leaves no other."""
    worst = max((one.level for one in findings if one.product is None), default=Level.NOTE)
    if screening.stopped and not usable_left:
        worst = max(worst, Level.STOP)
    if worst is Level.HELP_NOW:
        return Decision.GET_HELP_NOW
    if worst is Level.STOP:
        return Decision.DO_NOT_START
    if worst is Level.ASK_FIRST or screening.blocks_a_plan:
        return Decision.ASK_FIRST
    if not_needed or (plan is not None and plan.obstacle is Obstacle.NOTHING_LEFT):
        return Decision.NOT_NEEDED
    return Decision.ASK_FIRST if plan is None or plan.obstacle in _ASKS else Decision.PLAN


def is_not_needed(person: Person, status: Status) -> bool:
    """Whether the diet covers the need and nothing speaks for more: a supplement would be a margin only.

    Regularity is the one aim that magnesium serves in a replete person, by its action in the bowel.
    """
    wants_bowel = Goal.REGULARITY in person.goals or person.usual_stool is Stool.CONSTIPATED
    return status.is_replete and not wants_bowel
