"""The main job on one screen: read, screen, limit, open meals, plan, place, check, expect.

`advise(person, today=...)` gives the whole answer. Values in, values out: no clock, no disk, no network.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from magwise import knowledge
from magwise.advise.days import ordinary, problem_of, timetable, unusual_days
from magwise.advise.decide import decision_of, is_not_needed
from magwise.advise.limits import effective_limit
from magwise.advise.model import Advice, DatedSchedule, EffectiveLimit, ScheduledStep
from magwise.advise.obstacles import findings_of_days, findings_of_plan, findings_of_times
from magwise.advise.reading import Line, Read, already_taken, read_everything
from magwise.evidence.expect import Expectation, Reader, expect_for
from magwise.findings import Decision, Level, Unchecked
from magwise.intake import FoodSuggestion, Status, food_first, status, supplement_limit
from magwise.person import Goal, Person, Stool
from magwise.plan import Obstacle, Plan, make_plan, suits_better, wish_for
from magwise.product import Product
from magwise.safety import Beside, Screening, Situation, beside, screen
from magwise.safety.medicines import counts_towards_two
from magwise.safety.products import CALM_GOALS, is_alkaline_family, is_alkaline_or_unknown
from magwise.safety.screen import Already
from magwise.safety.situation import situation_of
from magwise.schedule import DayProblem, Outcome, Schedule, openings

__all__ = ["Advice", "DatedSchedule", "EffectiveLimit", "ScheduledStep", "advise", "reader_of"]

_FOOD_RESTRICTED = frozenset(
    {"C01", "C02", "C03", "C04", "C27", "C28", "C58"}
)  # kidneys, potassium, phosphate
_NO_PRODUCT = frozenset(
    {
        Obstacle.NO_USABLE_PRODUCT,
        Obstacle.UNIT_TOO_LARGE,
        Obstacle.LIMIT_NEARLY_REACHED,
        Obstacle.CANNOT_TITRATE,
    }
)


def advise(person: Person, *, today: date) -> Advice:
    """One person's whole answer on this day."""
    read = read_everything(person, today)
    alkaline = _is_alkaline(read)
    lines = tuple(_beside(line, alkaline, read, today) for line in read.lines)
    already = already_taken(lines)
    situation, unanswered, doubtful = situation_of(
        person,
        tuple(line.medicine for line in lines),
        today=today,
        egfr=read.measured.egfr,
        serum=_serum_word(read),
        already_taking=already.high_mg > 0 or bool(already.uncounted),
        interacting=counts_towards_two(lines, alkaline=alkaline),
        ppi_for_a_year=(_months(read.lines, today).get("ppi") or 0) >= _figure("ppi-long"),
    )
    published = supplement_limit(person.country, person.age or 0, person.weight_kg)
    screening = screen(
        person,
        situation,
        medicines=lines,
        products=read.products,
        already=already,
        limit_mg=published.mg_per_day,
        alkaline=alkaline,
        routine=read.routine,
        doubtful=doubtful,
        unanswered=(*read.unchecked, *unanswered, *_country_unknown(person, published.assumed_country)),
        today=today,
    )
    limit = effective_limit(published, screening)
    stands = _status(person, read, situation, today)
    problem = problem_of(person, lines, situation, read.routine, today)
    day = ordinary(problem, today)
    plan = _plan(person, read.products, screening, limit, stands, day, situation, already)
    return _answer(person, today, read, screening, limit, stands, problem, plan, already)


def _answer(
    person: Person,
    today: date,
    read: Read,
    screening: Screening,
    limit: EffectiveLimit,
    stands: Status | None,
    problem: DayProblem,
    plan: Plan | None,
    already: Already,
) -> Advice:
    spared = stands is not None and is_not_needed(person, stands)
    refused = screening.worst >= Level.STOP
    findings = tuple(
        sorted(
            (
                *screening.findings,
                *findings_of_times(problem),
                *findings_of_plan(plan, read.products, refused or spared),
            ),
            key=lambda one: -one.level,
        )
    )
    decision = decision_of(
        findings,
        screening,
        plan,
        not_needed=spared,
        usable_left=any(index not in screening.stopped for index in range(len(read.products))),
    )
    answer = Advice(
        person=person,
        today=today,
        decision=decision,
        findings=findings,
        unchecked=screening.unchecked,
        products=read.products,
        limit=limit,
        already_mg=already.middle_mg,
        status=stands,
        plan=None,
        steps=(),
        schedule=timetable(ordinary(problem, today), ()),
        problem=problem,
        room_mg=max(0.0, limit.mg_per_day - already.high_mg),
    )
    if decision in {Decision.GET_HELP_NOW, Decision.DO_NOT_START} or stands is None or plan is None:
        return answer
    if not _is_adult(person):
        return replace(answer, food_first=_foods(answer, stands))
    return _with_dose(answer, problem, plan, stands, spared=spared, uncounted=bool(already.uncounted))


def _with_dose(
    answer: Advice, problem: DayProblem, plan: Plan, stands: Status, *, spared: bool, uncounted: bool
) -> Advice:
    """The answer with its steps, days, foods and expectations; without steps where none may be given.

    spared: nothing is needed, whoever else has to be asked; uncounted: magnesium of unknown amount is taken.
    """
    not_needed = spared or answer.decision is Decision.NOT_NEEDED
    if not_needed or uncounted or any(one.hides_a_time for one in answer.unchecked):
        plan = replace(plan, steps=(), review=None, supply=None)
    if not_needed:
        plan = replace(plan, target_mg=0.0)
    day = ordinary(problem, answer.today)
    steps = tuple(ScheduledStep(step, timetable(day, step.portions)) for step in plan.steps)
    others: tuple[DatedSchedule, ...] = ()
    if steps:
        settled, others = unusual_days(problem, plan.steps[-1].portions, answer.today)
        steps = (*steps[:-1], replace(steps[-1], schedule=settled))
    return replace(
        answer,
        findings=(*answer.findings, *findings_of_days(others)),
        plan=plan,
        steps=steps,
        schedule=_ordinary_day(day, plan, steps, not_needed=not_needed),
        schedules=others,
        food_first=_foods(answer, stands),
        expectations=tuple(_expectations(answer, plan, stands)),
        margin_mg=plan.wish.band.low_mg if not_needed else None,
    )


def _ordinary_day(
    problem: DayProblem, plan: Plan, steps: tuple[ScheduledStep, ...], *, not_needed: bool
) -> Schedule:
    if steps:
        return steps[-1].schedule
    day = timetable(problem, ())
    if not_needed:
        return day
    if plan.obstacle is Obstacle.NO_MEAL:
        return timetable(problem, plan.smallest_portion)
    return replace(day, outcome=Outcome.NO_PRODUCT) if plan.obstacle in _NO_PRODUCT else day


def _figure(id: str) -> float:
    return knowledge.figure("bounds", id)


def _is_adult(person: Person) -> bool:
    """Adult bands never apply to the young; children are shown the cap and no dose (resolution 8)."""
    return person.age is not None and person.age >= _figure("adult-from")


def _foods(answer: Advice, stands: Status) -> tuple[FoodSuggestion, ...]:
    """Foods that close the gap; none where food itself may be restricted, no greens beside warfarin."""
    rules = {fact for one in answer.findings for fact in one.facts}
    if rules & _FOOD_RESTRICTED:
        return ()
    greens = ("leafy greens",) if rules & {"IX118"} else ()
    return food_first(stands.gap_mg, (*answer.person.avoid, *greens), answer.person.country)


def _plan(
    person: Person,
    products: tuple[Product, ...],
    screening: Screening,
    limit: EffectiveLimit,
    stands: Status | None,
    problem: DayProblem,
    situation: Situation,
    already: Already,
) -> Plan | None:
    if stands is None:
        return None
    refused = screening.stopped | screening.rejected
    allowed = tuple(None if index in refused else one for index, one in enumerate(products))
    calm = bool(CALM_GOALS & set(person.goals))
    return make_plan(
        wish_for(
            gap_mg=stands.gap_mg,
            strong_factor=stands.strong_deficit_factor,
            constipated=person.usual_stool is Stool.CONSTIPATED,
            high_end_forbidden=_high_end_forbidden(person, situation),
        ),
        allowed,
        preferred=tuple(
            sorted(range(len(products)), key=lambda index: suits_better(products[index], calm=calm))
        ),
        limit_mg=limit.mg_per_day,
        already_low_mg=already.low_mg,
        already_high_mg=already.high_mg,
        open_meals=openings(problem).together,
        sensitive=person.sensitive_stomach,
    )


def _high_end_forbidden(person: Person, situation: Situation) -> bool:
    older = person.age is not None and person.age >= _figure("older-from") and situation.egfr is None
    slow_gut = not situation.medicine.isdisjoint({"opioid", "strong_anticholinergic", "clozapine"})
    return older or "dementia" in situation.condition or slow_gut


def reader_of(advice: Advice) -> Reader | None:
    """Who asks what to expect; None where nothing may be started, or no adult asks."""
    if advice.status is None or advice.plan is None or not _is_adult(advice.person):
        return None
    return _reader(advice, advice.plan, advice.status)


def _reader(answer: Advice, plan: Plan, stands: Status) -> Reader:
    person = answer.person
    product = answer.products[plan.product] if plan.product is not None and answer.products else None
    return Reader(
        status=stands,
        age=person.age or 0,
        limit_mg=answer.limit.mg_per_day,
        families=frozenset(product.families if product else ()),
        dose_mg=plan.steps[-1].mg_per_day if plan.steps else plan.target_mg,
        zma=product is not None and "zinc_mg" in product.nutrients,
        conditions=frozenset(person.conditions),
        wants=frozenset(person.wants),
    )


def _expectations(answer: Advice, plan: Plan, stands: Status) -> Iterator[Expectation]:
    reader = _reader(answer, plan, stands)
    for goal in answer.person.goals or (Goal.GENERAL,):
        yield from expect_for(goal.value, reader)


def _status(person: Person, read: Read, situation: Situation, today: date) -> Status | None:
    if person.age is None:
        return None
    return status(
        age=person.age,
        sex=person.sex.value,
        country=person.country,
        pregnant={True: True, False: False, "assumed": None}[situation.pregnant],
        breastfeeding=situation.breastfeeding,
        diet=person.diet,
        conditions=(*situation.condition, *person.conditions),
        medicine_months=_months(read.lines, today),
        alcohol=situation.alcohol,
        sweat=person.sweat.value,
        vitamin_d=person.vitamin_d.value,
        serum=read.measured.serum,
    )


def _country_unknown(person: Person, assumed: bool) -> Iterator[Unchecked]:
    """A country that no authority of ours covers is said, and the strictest common limit is used."""
    if person.country is not None and assumed:
        yield Unchecked(
            what=f"country {person.country}",
            why="no authority that we know sets a limit there, so the strictest common one is used",
            remedy='Check the two letters, like "US", "DE" or "GB".',
            blocks=False,
            spec=("A059.2",),
        )


def _months(lines: tuple[Line, ...], today: date) -> dict[str, float | None]:
    months: dict[str, float | None] = {}
    for line in lines:
        known = 12.0 * (today.year - line.since) if line.since else 12.0 if line.medicine.long_term else None
        for name in line.medicine.classes:
            months[name] = max(filter(None, (known, months.get(name))), default=known)
    return months


def _beside(line: Line, alkaline: bool, read: Read, today: date) -> Beside:
    return beside(
        line.medicine,
        line.times,
        assumed=line.assumed,
        alkaline=alkaline,
        routine=read.routine,
        movable=line.movable,
        days=line.days,
        since=line.since,
        starts=line.starts,
        ends=line.ends,
        today=today,
    )


def _is_alkaline(read: Read) -> bool:
    """Whether any magnesium in question or already taken neutralises acid, or may; without a product, it may."""
    usable = [product for product in read.products if product.usable]
    taken = [line.medicine.magnesium for line in read.lines if line.medicine.magnesium]
    return (
        not usable
        or any(is_alkaline_or_unknown(product) for product in usable)
        or any(load.mg_per_day != 0 and is_alkaline_family(load.family) for load in taken)
    )


def _serum_word(read: Read) -> str | None:
    serum = read.measured.serum
    if serum is None:
        return None
    return {"low_severe": "very_low"}.get(serum.level.value, serum.level.value)
