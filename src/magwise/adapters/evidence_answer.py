"""What `magwise evidence` answers: the table of outcomes, the page on one, and the check of what is cited.

Comes in: the pages as values. Goes out: published shapes, which only grow. With a person past a stop the pages stay,
and nothing is said for that person.
"""

from __future__ import annotations

from datetime import date
from typing import Literal, cast

from pydantic import BaseModel, ConfigDict, Field

from magwise import knowledge, wording
from magwise.adapters.contract import (
    Certainty,
    Day,
    DecisionWord,
    ExpectationOut,
    LoweredOut,
    Number,
    expectation_of,
    lowered_of,
)
from magwise.advise import Advice, reader_of
from magwise.evidence.outcomes import Cited, Effect, PooledSet, outcome, overview
from magwise.evidence.standing import Register, Retraction, Standing, compare, evidence_sources, standing_of

__all__ = [
    "CheckOfSources",
    "EvidenceAnswer",
    "OutcomeAnswer",
    "check_of_sources",
    "evidence_of",
    "outcome_of",
]

RetractionWord = Literal["unknown", "none found", "expression of concern", "corrected", "retracted"]


class _Shape(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class CitedOut(_Shape):
    id: str = Field(description="the fact; `magwise facts` takes it")
    says: str
    but: str | None = Field(description="what it does not cover")
    sources: list[str]
    draft: bool = Field(description="not yet confirmed on the primary text")


class GivenOut(_Shape):
    mg_per_day: Number | None = Field(description="of the trial; null where no single dose was given")
    form: str = Field(description="salt of the trial")
    who: str = Field(description="the people of the trial")
    weeks: Number | None


class UnjudgedOut(_Shape):
    domain: str
    why: str


class EffectOut(_Shape):
    fact: str
    outcome: str
    figure: str = Field(description="the difference from placebo with its 95 % interval, in words")
    says: str
    but: str | None
    trials: int | None
    people: int | None
    given: GivenOut
    likely: str | None = Field(description="what to expect, in a few words; null where nobody is advised")
    certainty: Certainty = Field(description="for this person where one was given, else as in the trials")
    certainty_in_words: str
    starts: Certainty = Field(description="before anything lowers it: high for randomised trials, else low")
    lowered: list[LoweredOut]
    unjudged: list[UnjudgedOut] = Field(
        description="domains that could not be judged: neither clear nor found"
    )
    differs: list[str] = Field(description="in what the trials differ from this person")
    placebo: CitedOut | None
    smallest_that_matters: CitedOut | None
    smallest_figure: str | None
    rests_on: list[CitedOut]
    sources: list[str]
    draft: bool


class OutcomeLineOut(_Shape):
    topic: str = Field(description="`magwise evidence` takes it")
    title: str
    in_short: str
    outcome: str
    who: str
    figure: str
    trials: int | None
    people: int | None
    certainty: Certainty
    certainty_in_words: str
    smallest_that_matters: str | None
    likely: str | None
    draft: bool


class EvidenceAnswer(_Shape):
    """What `magwise evidence --json` prints: one row for each answer that trials give."""

    for_person: bool = Field(description="the certainty is this person's, not that of the trials' people")
    decision: DecisionWord | None
    headline: str | None
    outcomes: list[OutcomeLineOut]
    red_flags: str
    disclaimer: str
    knowledge: str


class SetOut(_Shape):
    name: str = Field(description="`magwise pool` takes it")
    title: str
    k: int
    figure: str = Field(description="pooled anew, with the 95 % interval, by `method`")
    method: str
    equal_effects: str = Field(description="the same, as if trials differed by chance only")
    prediction: str | None = Field(description="where the next trial may fall; null below three trials")
    i2: Number
    methods_agree: bool = Field(description="whether every method gives the same answer about no effect")
    systematic_search: bool = Field(description="else the set holds the trials whose figures we could read")
    left_out: list[CitedOut] = Field(description="trials on file whose figures cannot be right")
    trials: list[CitedOut]


class SourceOut(_Shape):
    id: str
    title: str
    year: int | None
    old: bool | None = Field(
        description="half of all reviews of this age need renewal; null for what does not age"
    )
    replaced_by: str | None
    retraction: RetractionWord = Field(description="unknown until somebody has looked it up")
    looked_up: Day | None
    doi: list[str]
    pmid: list[str]


class OutcomeAnswer(_Shape):
    """What `magwise evidence OUTCOME --json` prints: the whole page on one outcome."""

    topic: str
    title: str
    in_short: str
    today: Day
    decision: DecisionWord | None = Field(description="of the person, where one was given")
    headline: str | None
    for_you: list[ExpectationOut]
    effects: list[EffectOut]
    reviews: list[CitedOut]
    trials: list[CitedOut]
    sets: list[SetOut]
    disagreements: list[CitedOut]
    conflicts_of_interest: list[CitedOut]
    regulators: list[CitedOut]
    would_change: list[str]
    sources: list[SourceOut]
    draft: bool
    red_flags: str
    disclaimer: str
    knowledge: str


class CheckOfSources(_Shape):
    """What `magwise evidence --check --json` prints: how every cited text stands."""

    today: Day
    register_rows: int | None = Field(description="rows of the register that was given; null without one")
    sources: list[SourceOut]
    retracted: list[str]
    unknown: list[str] = Field(description="nobody has looked these up, or they carry no number to look up")
    old: list[str]
    replaced: list[str]


# -- building ------------------------------------------------------------------------------------------------


def evidence_of(advice: Advice | None) -> EvidenceAnswer:
    """The table of all outcomes, for a person where one is given and may start."""
    reader = None if advice is None else reader_of(advice)
    return EvidenceAnswer(
        for_person=reader is not None,
        decision=None if advice is None else advice.decision.value,
        headline=_headline(advice),
        outcomes=[
            OutcomeLineOut(
                topic=line.topic,
                title=line.title,
                in_short=line.in_short,
                outcome=line.effect.outcome,
                who=line.effect.who,
                figure=line.effect.figure,
                trials=line.effect.trials,
                people=line.effect.people,
                certainty=cast(Certainty, line.effect.certainty),
                certainty_in_words=wording.certainty_in_words(line.effect.certainty),
                smallest_that_matters=line.effect.smallest_figure,
                likely=line.effect.likely,
                draft=line.effect.draft,
            )
            for line in overview(reader)
        ],
        red_flags=wording.RED_FLAGS,
        disclaimer=wording.DISCLAIMER,
        knowledge=knowledge.version(),
    )


def outcome_of(name: str, advice: Advice | None, today: date) -> OutcomeAnswer:
    """The page on one outcome, for a person where one is given and may start."""
    page = outcome(name, None if advice is None else reader_of(advice), today)
    return OutcomeAnswer(
        topic=page.id,
        title=page.title,
        in_short=page.in_short,
        today=today.isoformat(),
        decision=None if advice is None else advice.decision.value,
        headline=_headline(advice),
        for_you=[expectation_of(one) for one in page.for_you],
        effects=[_effect(one) for one in page.effects],
        reviews=_all(page.reviews),
        trials=_all(page.trials),
        sets=[_set(one) for one in page.sets],
        disagreements=_all(page.disagreements),
        conflicts_of_interest=_all(page.conflicts),
        regulators=_all(page.regulators),
        would_change=list(page.would_change),
        sources=[_source(one) for one in page.standings],
        draft=page.draft,
        red_flags=wording.RED_FLAGS,
        disclaimer=wording.DISCLAIMER,
        knowledge=knowledge.version(),
    )


def check_of_sources(today: date, register: Register | None) -> CheckOfSources:
    """Every text that evidence cites: retracted, unknown, old, replaced."""
    standings = standing_of(evidence_sources(), today)
    said = dict(_said(standings, register))
    return CheckOfSources(
        today=today.isoformat(),
        register_rows=None if register is None else register.rows,
        sources=[_source(one, said[one.id]) for one in standings],
        retracted=[one.id for one in standings if said[one.id] is Retraction.RETRACTED],
        unknown=[one.id for one in standings if said[one.id] is Retraction.UNKNOWN],
        old=[one.id for one in standings if one.old],
        replaced=[one.id for one in standings if one.replaced],
    )


def _said(standings: tuple[Standing, ...], register: Register | None) -> list[tuple[str, Retraction]]:
    if register is None:
        return [(one.id, one.retraction) for one in standings]
    return [(one.id, said) for one, said in compare(standings, register)]


def _headline(advice: Advice | None) -> str | None:
    if advice is None:
        return None
    urgent = [one.urgency for one in advice.findings if one.urgency is not None]
    return wording.headline(advice.decision, urgent[0] if urgent else None)


def _effect(one: Effect) -> EffectOut:
    return EffectOut(
        fact=one.id,
        outcome=one.outcome,
        figure=one.figure,
        says=one.says,
        but=one.but,
        trials=one.trials,
        people=one.people,
        given=GivenOut(
            mg_per_day=one.trial.mg_per_day, form=one.trial.form, who=one.who, weeks=one.trial.weeks
        ),
        likely=one.likely,
        certainty=cast(Certainty, one.certainty),
        certainty_in_words=wording.certainty_in_words(one.certainty),
        starts=cast(Certainty, one.grade.start),
        lowered=lowered_of(one.grade),
        unjudged=[UnjudgedOut(domain=open.domain, why=open.why) for open in one.grade.unjudged],
        differs=[*one.apart.treatment, *one.apart.people, *one.apart.unknown],
        placebo=_cited(one.placebo),
        smallest_that_matters=_cited(one.smallest),
        smallest_figure=one.smallest_figure,
        rests_on=_all(one.rests_on),
        sources=list(one.sources),
        draft=one.draft,
    )


def _set(one: PooledSet) -> SetOut:
    return SetOut(
        name=one.name,
        title=one.title,
        k=one.k,
        figure=one.figure,
        method=one.method,
        equal_effects=one.equal_effects,
        prediction=one.prediction,
        i2=one.i2,
        methods_agree=one.agree,
        systematic_search=one.systematic,
        left_out=_all(one.left_out),
        trials=_all(one.trials),
    )


def _source(one: Standing, said: Retraction | None = None) -> SourceOut:
    return SourceOut(
        id=one.id,
        title=one.title,
        year=one.year,
        old=one.old,
        replaced_by=one.replaced,
        retraction=(said or one.retraction).value,
        looked_up=one.looked_up,
        doi=list(one.dois),
        pmid=list(one.pmids),
    )


def _cited(one: Cited | None) -> CitedOut | None:
    if one is None:
        return None
    return CitedOut(id=one.id, says=one.says, but=one.but, sources=list(one.sources), draft=one.draft)


def _all(facts: tuple[Cited, ...]) -> list[CitedOut]:
    return [
        CitedOut(id=one.id, says=one.says, but=one.but, sources=list(one.sources), draft=one.draft)
        for one in facts
    ]
