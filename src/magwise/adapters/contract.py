"""What `--json` prints: the published shape of an answer, and the only place that builds it.

The shape only grows: a field may be added, none may be renamed, removed or given another meaning.
`magwise schema plan` prints the JSON Schema of `PlanAnswer`.
"""

from __future__ import annotations

import hashlib
import json
from typing import Annotated, Any, Literal, cast

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    PlainSerializer,
)

import magwise
from magwise import knowledge, wording
from magwise.advise import Advice
from magwise.advise.model import DatedSchedule, ScheduledStep
from magwise.day import clock
from magwise.evidence import Expectation, Grade
from magwise.findings import Finding, Unchecked, Urgency
from magwise.judge import quality_notes
from magwise.person_file import WEEKDAYS, as_inputs
from magwise.product import Product
from magwise.schedule import Dose, Other, Outcome, Schedule

__all__ = [
    "CheckAnswer",
    "CourseBandOut",
    "CourseOut",
    "FindingOut",
    "PlanAnswer",
    "UncheckedOut",
    "answer_of",
    "bytes_of",
    "check_of",
    "finding_out",
    "fingerprint",
    "unchecked_out",
]


def _plain(value: float) -> int | float:
    """183.0 as 183: a whole number is printed as one."""
    rounded = round(value, 2)
    return int(rounded) if rounded == int(rounded) else rounded


Number = Annotated[float, PlainSerializer(_plain, return_type=int | float)]
Clock = Annotated[str, Field(pattern=r"^\d\d:\d\d$", examples=["19:00"])]
Day = Annotated[str, Field(pattern=r"^\d{4}-\d\d-\d\d$")]
LevelWord = Literal["help_now", "stop", "ask_first", "apart", "caution", "note"]
UrgencyWord = Literal["emergency number", "now", "today"]
DecisionWord = Literal["plan", "not_needed", "ask_first", "do_not_start", "get_help_now"]
OutcomeWord = Literal["found", "no_room", "no_product", "not_asked"]
WeekdayWord = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
Certainty = Literal["high", "moderate", "low", "very low"]
With = Literal["breakfast", "lunch", "dinner", "snack", "water"]


class _Shape(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class FindingOut(_Shape):
    rule: str
    level: LevelWord
    urgency: UrgencyWord | None
    message: str
    because: list[str]
    spec: list[str]
    facts: list[str]
    sources: list[str]
    ask: str | None = None
    question: str | None = None
    product: int | None = None
    cap_mg: Number | None = None
    draft: bool = Field(default=False, description="rests on a figure not yet confirmed on the primary text")


class UncheckedOut(_Shape):
    what: str
    why: str
    remedy: str
    blocks: bool = Field(description="concerns safety: no plan is given as if all were clear")
    spec: list[str]


class OtherLimitOut(_Shape):
    authority: str
    mg_per_day: Number


class LimitOut(_Shape):
    mg_per_day: Number
    authority: str
    others: list[OtherLimitOut]
    note: str


class DoseOut(_Shape):
    time: Clock
    with_: With = Field(alias="with", serialization_alias="with")
    product: int
    units: Number
    elemental_mg: Number

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class OtherOut(_Shape):
    time: Clock
    take: str
    moved_from: Clock | None = Field(
        default=None,
        exclude_if=lambda time: time is None,
        description="its old time; absent when it did not move",
    )


class StepOut(_Shape):
    from_day: int
    to_day: int | None
    mg_per_day: Number
    doses: list[DoseOut]


class ScheduleOut(_Shape):
    outcome: OutcomeWord
    doses: list[DoseOut]
    others: list[OtherOut]
    conflict: list[str]


class DatedScheduleOut(_Shape):
    days: list[WeekdayWord]
    from_: Day | None = Field(alias="from", serialization_alias="from")
    to: Day | None
    doses: list[DoseOut]
    others: list[OtherOut]
    outcome: OutcomeWord
    conflict: list[str]

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class FoodOut(_Shape):
    food: str
    serving: str
    adds_mg: Number


class TrialOut(_Shape):
    mg_per_day: Number | None
    form: str | None


class LoweredOut(_Shape):
    domain: str
    steps: int
    because: str
    facts: list[str]


class ExpectationOut(_Shape):
    outcome: str
    certainty: Certainty
    likely: str
    trial: TrialOut
    words: str
    placebo: str | None = None
    smallest_that_matters: str | None = None
    applies: str = Field(default="", description="as tested, not tested at your dose, tested in other people")
    draft: bool = False
    spec: list[str] = []
    facts: list[str] = []
    sources: list[str] = []
    lowered: list[LoweredOut] = Field(
        default=[], description="what lowers the certainty, each step with the facts behind it"
    )


class ReviewOut(_Shape):
    judge_from_day: int
    decide_by_day: int
    step_back_mg: list[Number]
    stop_rules: list[str]
    track: list[str]


class SupplyOut(_Shape):
    days: Number | None
    per_month: Number | None
    currency: str | None


class ProductOut(_Shape):
    name: str
    unit: str
    elemental_mg_per_unit: Number | None
    elemental_low_mg_per_unit: Number | None
    elemental_high_mg_per_unit: Number | None
    basis: str
    forms: list[str]
    usable: bool
    why_not: str | None
    flags: list[str]
    nutrients: dict[str, Number]
    why: list[str]
    quality: list[FindingOut] = Field(
        default=[],
        description="seals, lot, expiry, storage and promises on the label; none of it changes the dose",
    )


class StatusOut(_Shape):
    tier: str
    mode: Literal["correction", "optimisation"]
    gap_mg: Number
    diet_mg: Number
    diet_is_typical_intake: bool = Field(description="nobody told a diet; a survey stands in")
    reference_mg: Number
    reference_authority: str
    because: list[str]
    words: str


class WishOut(_Shape):
    mg_per_day: Number
    band: str
    because: list[str]


class QuestionOut(_Shape):
    ask: str
    question: str


class ReceiptOut(_Shape):
    inputs: str
    today: Day
    knowledge: str
    engine: str
    person: dict[str, Any] = Field(description="everything that went in, so that the answer can be replayed")


class CourseBandOut(_Shape):
    """5, 50 and 95 % of the simulated people, one figure for each day of `day`."""

    p5: list[float] = Field(description="5 % of the people lie below")
    p50: list[float] = Field(description="the middle of the people")
    p95: list[float] = Field(description="5 % of the people lie above")


class CourseOut(_Shape):
    """A simulated course of this plan: laboratory values, never how somebody feels."""

    words: str
    refused: str | None = Field(
        default=None, description="why there are no figures: outside what the model covers"
    )
    day: list[int] = Field(default=[], description="days since the first dose; 0 is before it")
    serum_mmol_l: CourseBandOut | None = Field(default=None, description="mean of the week before the day")
    urine_mmol_d: CourseBandOut | None = Field(
        default=None, description="24-hour urine, mean of the week before"
    )
    serum_rise_mmol_l: CourseBandOut | None = Field(
        default=None, description="over the same people without the doses"
    )
    urine_rise_mmol_d: CourseBandOut | None = Field(
        default=None, description="over the same people without the doses"
    )
    known: list[str] = Field(
        default=[], description="the results it rests on; empty: your own levels are not known"
    )
    people: int | None = Field(default=None, description="how many were simulated")
    seed: int | None = Field(default=None, description="which people; the same seed gives the same figures")


class PlanAnswer(_Shape):
    """What `magwise plan PERSON.toml --json` prints."""

    decision: DecisionWord
    findings: list[FindingOut]
    could_not_check: list[UncheckedOut]
    limit: LimitOut
    already_mg_per_day: Number
    target_mg_per_day: Number | None
    steps: list[StepOut]
    schedule: ScheduleOut
    schedules: list[DatedScheduleOut]
    food_first: list[FoodOut]
    expect: list[ExpectationOut]
    review: ReviewOut | None
    supply: SupplyOut | None
    receipt: ReceiptOut
    headline: str
    margin_mg_per_day: Number | None = None
    wish: WishOut | None = None
    status: StatusOut | None = None
    products: list[ProductOut] = []
    questions: list[QuestionOut] = []
    pillars: list[str] = []
    red_flags: str
    sources: list[str] = []
    disclaimer: str
    course: CourseOut | None = Field(
        default=None,
        exclude_if=lambda course: course is None,
        description="when asked for: --course, or course=true",
    )


class CheckAnswer(_Shape):
    """What `magwise check PERSON.toml --json` prints: safety only."""

    decision: DecisionWord
    findings: list[FindingOut]
    could_not_check: list[UncheckedOut]
    limit: LimitOut
    already_mg_per_day: Number
    headline: str
    questions: list[QuestionOut]
    red_flags: str
    sources: list[str]
    disclaimer: str


def answer_of(advice: Advice, course: CourseOut | None = None) -> PlanAnswer:
    """The whole answer in its published shape; `course` comes from adapters/simulated.py."""
    plan, review = advice.plan, advice.plan.review if advice.plan else None
    return PlanAnswer(
        decision=advice.decision.value,
        headline=wording.headline(advice.decision, _urgency(advice)),
        findings=[finding_out(one) for one in advice.findings],
        could_not_check=[unchecked_out(one) for one in advice.unchecked],
        limit=_limit(advice),
        already_mg_per_day=advice.already_mg,
        target_mg_per_day=plan.target_mg if plan else None,
        margin_mg_per_day=advice.margin_mg,
        wish=WishOut(mg_per_day=plan.wish.mg, band=plan.wish.band.name, because=list(plan.wish.because))
        if plan
        else None,
        steps=[_step(one) for one in advice.steps],
        schedule=_schedule(advice.schedule),
        schedules=[_dated(one) for one in advice.schedules],
        food_first=[
            FoodOut(food=one.food, serving=one.serving, adds_mg=one.adds_mg) for one in advice.food_first
        ],
        expect=[expectation_of(one) for one in advice.expectations],
        review=ReviewOut(
            judge_from_day=review.judge_from_day,
            decide_by_day=review.decide_by_day,
            step_back_mg=list(review.step_back_mg),
            stop_rules=list(wording.stop_rules(plan, limit_mg=advice.limit.mg_per_day)),
            track=list(wording.track()),
        )
        if plan and review
        else None,
        supply=SupplyOut(
            days=plan.supply.days, per_month=plan.supply.per_month, currency=plan.supply.currency
        )
        if plan and plan.supply
        else None,
        status=_status(advice),
        products=[
            _product(one, line.label)
            for one, line in zip(advice.products, advice.person.products, strict=True)
        ],
        questions=_questions(advice.findings),
        pillars=list(wording.PILLARS),
        red_flags=wording.RED_FLAGS,
        sources=_sources(advice),
        disclaimer=wording.DISCLAIMER,
        receipt=_receipt(advice),
        course=course,
    )


def check_of(advice: Advice) -> CheckAnswer:
    """Safety only, in its published shape."""
    whole = answer_of(advice)
    fields = {name: getattr(whole, name) for name in CheckAnswer.model_fields}
    return CheckAnswer(**{**fields, "headline": wording.check_headline(advice.decision, _urgency(advice))})


def bytes_of(answer: BaseModel) -> str:
    """The answer as JSON text, the same bytes for the same answer."""
    return json.dumps(answer.model_dump(by_alias=True, mode="json"), ensure_ascii=False, indent=1)


def fingerprint(inputs: dict[str, Any]) -> str:
    """The hash of everything that went in, written canonically."""
    canonical = json.dumps(inputs, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return "sha256:" + hashlib.sha256(canonical.encode()).hexdigest()


def _urgency(advice: Advice) -> Urgency | None:
    order = list(Urgency)
    found = [one.urgency for one in advice.findings if one.urgency is not None]
    return max(found, key=order.index, default=None)


def finding_out(one: Finding) -> FindingOut:
    return FindingOut(
        rule=one.rule,
        level=cast(LevelWord, one.level.word),
        urgency=one.urgency.value if one.urgency else None,
        message=one.message,
        because=list(one.because),
        spec=list(one.spec),
        facts=list(one.facts),
        sources=list(one.sources),
        ask=one.ask,
        question=one.question,
        product=one.product,
        cap_mg=one.cap_mg,
        draft=one.draft,
    )


def unchecked_out(one: Unchecked) -> UncheckedOut:
    return UncheckedOut(what=one.what, why=one.why, remedy=one.remedy, blocks=one.blocks, spec=list(one.spec))


def _limit(advice: Advice) -> LimitOut:
    published = advice.limit.published
    others = [OtherLimitOut(authority=one.authority, mg_per_day=one.mg_per_day) for one in published.others]
    if advice.limit.mg_per_day != published.mg_per_day:
        others.insert(0, OtherLimitOut(authority=published.authority, mg_per_day=published.mg_per_day))
    return LimitOut(
        mg_per_day=advice.limit.mg_per_day,
        authority=advice.limit.authority,
        others=others,
        note=wording.FOOD_IS_NOT_COUNTED,
    )


def _dose(one: Dose) -> DoseOut:
    return DoseOut(
        time=clock(one.at),
        with_=one.meal.value,
        product=one.portion.product,
        units=one.portion.units,
        elemental_mg=one.portion.elemental_mg,
    )


def _other(one: Other) -> OtherOut:
    moved = None if one.moved_from is None else clock(one.moved_from)
    return OtherOut(time=clock(one.at), take=one.take, moved_from=moved)


def _step(one: ScheduledStep) -> StepOut:
    return StepOut(
        from_day=one.step.from_day,
        to_day=one.step.to_day,
        mg_per_day=one.step.mg_per_day,
        doses=[_dose(dose) for dose in one.schedule.doses],
    )


def _schedule(one: Schedule) -> ScheduleOut:
    return ScheduleOut(
        outcome=Outcome(one.outcome).value,
        doses=[_dose(dose) for dose in one.doses],
        others=[_other(other) for other in one.others],
        conflict=list(one.conflict),
    )


def _dated(one: DatedSchedule) -> DatedScheduleOut:
    return DatedScheduleOut(
        days=[cast(WeekdayWord, WEEKDAYS[day]) for day in one.days],
        from_=one.first.isoformat() if one.first else None,
        to=one.last.isoformat() if one.last else None,
        doses=[_dose(dose) for dose in one.schedule.doses],
        others=[_other(other) for other in one.schedule.others],
        outcome=one.schedule.outcome.value,
        conflict=list(one.schedule.conflict),
    )


def expectation_of(one: Expectation) -> ExpectationOut:
    return ExpectationOut(
        outcome=one.outcome,
        certainty=cast(Certainty, one.certainty),
        likely=one.likely,
        trial=TrialOut(mg_per_day=one.trial.mg_per_day, form=one.trial.form),
        words=one.words,
        placebo=one.placebo,
        smallest_that_matters=one.mcid,
        applies=one.applies,
        draft=one.draft,
        spec=list(one.spec),
        facts=list(one.facts),
        sources=list(one.sources),
        lowered=lowered_of(one.grade),
    )


def lowered_of(grade: Grade) -> list[LoweredOut]:
    """The steps that lower a certainty, in their published shape."""
    return [
        LoweredOut(domain=one.domain, steps=one.steps, because=one.because, facts=list(one.rows))
        for one in grade.steps
    ]


def _product(one: Product, label: str) -> ProductOut:
    """One product; the notes on its quality are made here, for they decide nothing and take some milliseconds."""
    per = one.per_unit
    return ProductOut(
        name=one.name,
        unit=one.unit,
        elemental_mg_per_unit=per.best.mg if per and per.best else None,
        elemental_low_mg_per_unit=per.low.mg if per else None,
        elemental_high_mg_per_unit=per.high.mg if per else None,
        basis=one.basis.value,
        forms=list(one.families),
        usable=one.usable,
        why_not=one.why_not,
        flags=list(one.flags),
        nutrients=dict(one.nutrients),
        why=list(one.why),
        quality=[finding_out(note) for note in quality_notes(one, label)],
    )


def _status(advice: Advice) -> StatusOut | None:
    one = advice.status
    if one is None:
        return None
    return StatusOut(
        tier=one.tier,
        mode=one.mode,
        gap_mg=one.gap_mg,
        diet_mg=one.diet_mg,
        diet_is_typical_intake=one.diet_is_prior,
        reference_mg=one.reference.mg_per_day,
        reference_authority=f"{one.reference.authority} ({one.reference.kind})",
        because=list(one.because),
        words=wording.what_changes_with_status(one.mode),
    )


def _questions(findings: tuple[Finding, ...]) -> list[QuestionOut]:
    asked = {(one.ask or "pharmacist", one.question): None for one in findings if one.question}
    return [QuestionOut(ask=whom, question=question) for whom, question in asked if question]


def _sources(advice: Advice) -> list[str]:
    named = [source for one in advice.findings for source in one.sources]
    named += [source for one in advice.expectations for source in one.sources]
    named += list(advice.limit.published.sources)
    named += list(advice.status.sources) if advice.status else []
    always = [str(source) for id, source in knowledge.sources().items() if id in _ALWAYS_CITED]
    return list(dict.fromkeys([*always, *named]))


_ALWAYS_CITED = frozenset(
    {"ods-2022", "pardo-2021", "zma-two-nights-2024", "zma-acute-2024", "blancquaert-2019"}
)


def _receipt(advice: Advice) -> ReceiptOut:
    inputs = as_inputs(advice.person)
    return ReceiptOut(
        inputs=fingerprint(inputs),
        today=advice.today.isoformat(),
        knowledge=knowledge.version(),
        engine=magwise.__version__,
        person=inputs,
    )
