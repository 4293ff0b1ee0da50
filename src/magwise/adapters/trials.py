"""One person's trial between the store and whoever shows it: who may begin one, and when an answer may be opened.

The command line and the pages go through here, so that neither lets somebody begin or look whom the other would not.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from magwise import wording
from magwise.advise import Advice, advise
from magwise.advise.today import calendar_of, gives_doses
from magwise.diary import Entry
from magwise.diary.flags import Seen, red_flags, symptoms_still_there
from magwise.errors import NotATrial
from magwise.findings import Level
from magwise.person import Person
from magwise.verdict.design import Allocation
from magwise.verdict.trial import Design, Judged, TrialPlan, allocation_of, judge_trial

if TYPE_CHECKING:
    from magwise.adapters.store.trials import KeptTrial, Trials

__all__ = ["allowed", "check_climb", "judged_now", "looked_of", "order_of", "plan_of"]


def allowed(
    person: Person, entries: Sequence[Entry], today: datetime.date, *, where: str, seen: Seen | None = None
) -> Advice:
    """The advice behind the trial. Raises NotATrial for whoever is told anything else than a plan."""
    flags = red_flags(entries) if seen is None else seen
    urgent = [one for one in flags.findings if one.level >= Level.STOP]
    if urgent:
        raise NotATrial(
            f"No trial: {urgent[0].message}",
            where="the diary",
            remedy="When it is over: magwise log WHAT gone",
        )
    written = tuple(text.split(": ", 1)[1] for text in symptoms_still_there(entries).values())
    advice = advise(replace(person, symptoms=(*person.symptoms, *written)), today=today)
    if not gives_doses(advice):
        raise NotATrial(
            f"No trial for now. {wording.headline(advice.decision)}",
            where=where,
            remedy="`magwise plan` says why, and whom to ask.",
        )
    return advice


def check_climb(
    plan: TrialPlan, advice: Advice, start_of_doses: datetime.date | None, begins: datetime.date
) -> None:
    """Blocks begin at the full dose again and again, so they need somebody who has climbed the steps to it."""
    if plan.design is not Design.BLOCKS or len(advice.steps) == 1:
        return
    last = advice.steps[-1].step.from_day
    reached = start_of_doses is not None and (calendar_of(advice, start_of_doses).number(begins) or 0) >= last
    if not reached:
        raise NotATrial(
            "Your plan climbs to its dose in steps, and blocks would begin at the full dose each time.",
            remedy=f"Take the plan to its last step first (day {last}), or use --design wait.",
        )


def plan_of(kept: KeptTrial) -> TrialPlan:
    return TrialPlan.of_json({key: value for key, value in kept.plan.items() if key != "looked"})


def looked_of(kept: KeptTrial) -> list[int]:
    """The planned looks that were taken."""
    return [int(look) for look in kept.plan.get("looked", ())]


def order_of(kept: KeptTrial, plan: TrialPlan) -> Allocation | None:
    """The sealed order; None while a helper has it."""
    return None if kept.allocation is None else allocation_of(kept.allocation, plan)


def judged_now(
    trials: Trials,
    kept: KeptTrial,
    order: Allocation | None,
    entries: Sequence[Entry],
    today: datetime.date,
) -> Judged:
    """The trial judged; the look is written down as taken before anything of it is shown."""
    if kept.state == "stopped":
        raise NotATrial(
            "This trial was ended early, so there is nothing to judge.", remedy="Begin another one."
        )
    if order is None:
        raise NotATrial("The helper has the order of this trial.")
    plan, looked = plan_of(kept), looked_of(kept)
    again = [look for look in looked if look < max(looked)] if kept.state == "ended" else looked
    judged = judge_trial(plan, order, entries, today, looked=again)
    if kept.state == "running":
        done = judged.look == plan.looks or not judged.goes_on
        trials.change(
            kept.id, state="ended" if done else None, plan={**kept.plan, "looked": [*looked, judged.look]}
        )
    return judged
