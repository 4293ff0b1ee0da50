"""Why a plan has no steps, or only one meal, as findings: what is in the way and what to look for instead."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from magwise import knowledge
from magwise.advise.model import DatedSchedule
from magwise.day import apart, clock
from magwise.findings import Finding, Level
from magwise.plan import Obstacle, Plan
from magwise.product import Product
from magwise.schedule import DayProblem, Fast, Fixed, MineralGap, Outcome
from magwise.schedule.needs import distance
from magwise.units import number

__all__ = ["findings_of_days", "findings_of_plan", "findings_of_times"]


def findings_of_plan(plan: Plan | None, products: tuple[Product, ...], no_dose: bool) -> Iterator[Finding]:
    """What the plan itself ran into. Somebody who needs or may have no dose is not told of its obstacles."""
    if plan is None or no_dose:
        return
    if plan.obstacle is Obstacle.NO_USABLE_PRODUCT and not products:
        yield _finding(
            "no-product-given",
            "No label was given, so there is nothing to plan with. Add the text of a facts panel under [[products]].",
            spec=("B028.1", "A002.1"),
            ask="pharmacist",
        )
    elif plan.obstacle is Obstacle.NO_USABLE_PRODUCT:
        yield _finding(
            "no-usable-product",
            _nothing_usable(products),
            because=tuple(f"{one.name}: {one.why_not}" for one in products if one.why_not),
            spec=("B056.1", "B028.1"),
            ask="pharmacist",
        )
    elif plan.obstacle is Obstacle.UNIT_TOO_LARGE and plan.product is not None:
        product = products[plan.product]
        yield _finding(
            "unit-too-large",
            f"One {product.unit} of {product.name} holds {product.per_unit}, more than the "
            f"{number(plan.largest_unit_mg or 0)} mg a day that {_too_large_for(plan)}. Look for a smaller one, a "
            "scored tablet or a powder.",
            because=tuple(_why_too_large(plan, product)),
            spec=("B045.3", "B049.1"),
            ask="pharmacist",
        )
    elif plan.obstacle is Obstacle.LIMIT_NEARLY_REACHED and plan.product is not None:
        product = products[plan.product]
        yield _finding(
            "limit-nearly-reached",
            f"Beside what you take already, your limit leaves {number(plan.largest_unit_mg or 0)} mg a day, less than "
            f"one {product.unit} of {product.name} ({product.per_unit}). Add nothing, and ask a pharmacist.",
            because=(f"one {product.unit}: {product.per_unit}",),
            spec=("A059.2", "B045.3"),
            facts=("general-limit",),
            ask="pharmacist",
        )
    elif plan.obstacle is Obstacle.NOTHING_LEFT:
        yield Finding(
            rule="aim-reached",
            level=Level.NOTE,
            message=f"This plan aims at {number(plan.wish.mg)} mg a day, and what you take already reaches that or "
            "comes within one unit of it. There is nothing to add.",
            because=plan.wish.because,
            spec=("A059.2", "B061.1"),
        )
    elif plan.obstacle is Obstacle.CANNOT_TITRATE and plan.product is not None:
        product = products[plan.product]
        yield _finding(
            "cannot-titrate",
            f"{product.name} cannot be started gently: one {product.unit} holds {product.per_unit}. With a "
            f"sensitive stomach look for units of {_mg('sensitive-step', 'unit_up_to')} or less, or a powder.",
            because=(f"one {product.unit}: {product.per_unit}", "sensitive stomach"),
            spec=("B040.1", "B040.2", "B049.1"),
            facts=("sensitive-start", "sensitive-step"),
            ask="pharmacist",
        )
    elif plan.obstacle is Obstacle.NO_MEAL:
        yield _finding(
            "no-room",
            "Your medicines leave no meal at which magnesium keeps its distance. Pause magnesium, and ask the "
            "pharmacist. Do not change the medicines.",
            spec=("B034.1", "B068.1"),
            ask="pharmacist",
        )
    elif plan.one_meal and plan.steps:
        yield Finding(
            rule="one-meal-only",
            level=Level.CAUTION,
            message="Only one meal is open for magnesium, so the day's dose is one sitting of at most "
            f"{_mg('one-sitting')}.",
            spec=("B025.3", "B031.1"),
            facts=("one-sitting",),
            sources=_sources("one-sitting"),
            draft=True,
        )


def findings_of_days(days: tuple[DatedSchedule, ...]) -> Iterator[Finding]:
    """Days on which magnesium has to pause, because the medicines of that day leave no meal."""
    for one in days:
        if one.schedule.outcome is Outcome.NO_ROOM:
            when = _when(one)
            why = "the medicines of these days leave no meal at which it keeps its distance"
            for said in one.schedule.conflict[:1]:
                why = said if said.startswith("no magnesium on the day") else why
            yield Finding(
                rule="pause-on-these-days",
                level=Level.CAUTION,
                message=f"Pause magnesium {when}: {why}. Ask the pharmacist. Afterwards the ordinary day returns.",
                because=one.schedule.conflict,
                spec=("B034.1", "B068.1"),
                ask="pharmacist",
            )


def _nothing_usable(products: tuple[Product, ...]) -> str:
    """An amount that was read and is ruled out otherwise is not called unreadable."""
    if any(one.per_unit is not None for one in products):
        return "None of the products can be used here; the reasons stand beside them. Ask a pharmacist for another."
    return (
        "None of the labels gives an amount of magnesium that can be relied on. Look for a product whose "
        'facts panel says "Magnesium (as ...)" with milligrams.'
    )


def _too_large_for(plan: Plan) -> str:
    raised = plan.wish.mg > plan.wish.without_strong_mg
    return "an ordinary plan aims at" if raised else "this plan aims at"


def _why_too_large(plan: Plan, product: Product) -> Iterator[str]:
    yield f"at most {number(plan.largest_unit_mg or 0)} mg may be in a {product.unit}"
    yield f"one {product.unit}: {product.per_unit}"
    if plan.wish.mg > plan.wish.without_strong_mg:
        yield "a reason for losing magnesium opens no larger unit; whoever knows that reason may"


def _when(day: DatedSchedule) -> str:
    if day.last is None:
        return "on some days of the week"
    return f"on {day.first}" if day.first == day.last else f"from {day.first} to {day.last}"


def findings_of_times(problem: DayProblem) -> Iterator[Finding]:
    """What stays where it is and yet falls into a fast, or stands too near to another mineral: to be asked about."""
    for item in problem.fixed:
        fast = next((one for one in problem.fasts if _falls_into(item, one)), None)
        if fast:
            yield _in_the_fast(item, fast)
    for gap in problem.mineral_gaps:
        for one, other in combinations(problem.fixed, 2):
            if {one.mineral, other.mineral} == gap.minerals and distance(one.at, other.at) < gap.minutes:
                yield _minerals_too_close(one, other, gap)


def _falls_into(item: Fixed, fast: Fast) -> bool:
    begins, ends = fast.no_food
    over = item.last is not None and item.last < fast.first
    not_yet = item.first is not None and item.first > fast.last
    return not over and not not_yet and apart(begins, item.at) < apart(begins, ends)


def _in_the_fast(item: Fixed, fast: Fast) -> Finding:
    begins, ends = map(clock, fast.no_food)
    name = f"{item.name[:1].upper()}{item.name[1:]}"
    return Finding(
        rule=f"in-the-fast-{'-'.join(item.name.lower().split())}",
        level=Level.CAUTION,
        message=f"{name} at {clock(item.at)} falls into your fast ({fast.first} to {fast.last}, nothing from {begins} "
        f"until {ends}). Before it begins ask a doctor or pharmacist how to take it in these days. Its time is not "
        "moved here, and it is not to be left out.",
        because=(f"{item.name}: {clock(item.at)}", f"fast: {begins} to {ends}"),
        spec=("B068.1",),
        ask="pharmacist or doctor",
        question=f"How do I take {item.name} while I fast from {begins} until {ends}?",
    )


def _minerals_too_close(one: Fixed, other: Fixed, gap: MineralGap) -> Finding:
    fact = knowledge.fact("mineral_gaps", gap.fact)
    return Finding(
        rule=f"minerals-too-close-{'-'.join(sorted(gap.minerals))}",
        level=Level.CAUTION,
        message=f"{fact.says} Yours stand at {clock(one.at)} and {clock(other.at)}. With movable = true each gets a "
        "time of its own; where a doctor set the times, ask.",
        because=(f"{one.name}: {clock(one.at)}", f"{other.name}: {clock(other.at)}"),
        spec=("B034.6", "B034.7"),
        facts=(fact.id,),
        sources=tuple(map(str, fact.citations)),
        draft=fact.is_draft,
        ask="pharmacist",
    )


def _finding(
    rule: str,
    message: str,
    *,
    because: tuple[str, ...] = (),
    spec: tuple[str, ...] = (),
    facts: tuple[str, ...] = (),
    ask: str | None = None,
) -> Finding:
    return Finding(
        rule=rule,
        level=Level.ASK_FIRST,
        message=message,
        because=because,
        spec=spec,
        facts=facts,
        sources=tuple(source for id in facts for source in _sources(id)),
        ask=ask,
        question="Which magnesium would suit me, and when could I take it?",
    )


def _mg(id: str, field: str = "value") -> str:
    return f"{number(knowledge.figure('dosing', id, field))} mg"


def _sources(id: str) -> tuple[str, ...]:
    return tuple(map(str, knowledge.fact("dosing", id).citations))
