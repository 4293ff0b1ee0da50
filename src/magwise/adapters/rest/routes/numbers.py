"""What a course does to the body, what trials say together, and whether it helped one person."""

from __future__ import annotations

from dataclasses import replace

from fastapi import Request, Response

from magwise.adapters.cli.pool import asked_of, measure_of, pooled
from magwise.adapters.cli.verdict import as_json as verdict_json
from magwise.adapters.cli.verdict import level_of
from magwise.adapters.contract import bytes_of
from magwise.adapters.evidence_answer import EvidenceAnswer, OutcomeAnswer, evidence_of, outcome_of
from magwise.adapters.rest.routing import Today, given_json, plain_json, refusals, router_of
from magwise.adapters.rest.shapes import (
    PersonFile,
    Pooling,
    PoolWish,
    Sets,
    SimulateWish,
    Simulation,
    Verdict,
    VerdictWish,
)
from magwise.advise import advise
from magwise.errors import OutsideTheModel, WrongUse
from magwise.person_file import from_json
from magwise.simulate.course import Course

__all__ = ["router"]

router = router_of("numbers")

MOST_DAYS_OF_PEOPLE = 100_000  # a second or two of work on one core
MOST_FIGURES = 20_000  # times in one answer


@router.post("/simulate", response_model=Simulation, responses=refusals(503))
def simulate(request: Request, wish: SimulateWish, today: Today) -> Response:
    """What a course does to serum and urine magnesium and to the stool, in people like the one described."""
    from magwise.simulate import run
    from magwise.simulate.course import changed

    course = _course(wish, today)
    course = replace(
        course,
        days=course.days if wish.days is None else wish.days,
        people=course.people if wish.people is None else wish.people,
        seed=course.seed if wish.seed is None else wish.seed,
    )
    for one in wish.what_if:
        course = changed(course, one)
    course = course.without_doses() if wish.no_dose else course
    _check_size(course)
    with request.app.state.parts.heavy.passed():
        return plain_json(run(course).as_json())


@router.get("/pool", response_model=Sets, responses=refusals())
def sets() -> Response:
    """The sets of trials that came with Magwise."""
    from magwise.evidence.pool.shipped import names

    return plain_json({"sets": list(names())})


@router.post("/pool", response_model=Pooling, responses=refusals(404, 503))
def pool(request: Request, wish: PoolWish) -> Response:
    """Pool trials by every method, with heterogeneity, prediction and tests of a leaning funnel."""
    if (wish.trials is None) == (wish.set is None):
        raise WrongUse("Give one of the two: `trials` or `set`.", where="body")
    asked = asked_of(wish.set, wish.trials, measure_of(wish.measure))
    with request.app.state.parts.heavy.passed():
        _, result = pooled(
            asked,
            wish.methods or None,
            wish.by or None,
            leave_one_out=wish.leave_one_out,
            cumulative=wish.cumulative,
        )
    return plain_json(result)


@router.get("/evidence", response_model=EvidenceAnswer, responses=refusals())
def evidence() -> Response:
    """What trials found, outcome by outcome, and how sure that is."""
    return given_json(bytes_of(evidence_of(None)))


@router.get("/evidence/{outcome}", response_model=OutcomeAnswer, responses=refusals(404))
def evidence_of_one(outcome: str, today: Today) -> Response:
    """The page on one outcome: trials, reviews, what disagrees, and where each figure stands."""
    return given_json(bytes_of(outcome_of(outcome[:100], None, today)))


@router.post("/evidence", response_model=EvidenceAnswer, responses=refusals())
def evidence_for(person: PersonFile, today: Today) -> Response:
    """The same, as sure as it is for this person."""
    return given_json(bytes_of(evidence_of(advise(from_json(person.root, place="body"), today=today))))


@router.post("/evidence/{outcome}", response_model=OutcomeAnswer, responses=refusals(404))
def evidence_of_one_for(outcome: str, person: PersonFile, today: Today) -> Response:
    """The page on one outcome, as sure as it is for this person."""
    advice = advise(from_json(person.root, place="body"), today=today)
    return given_json(bytes_of(outcome_of(outcome[:100], advice, today)))


@router.post("/verdict", response_model=Verdict, responses=refusals(503))
def verdict(request: Request, wish: VerdictWish) -> Response:
    """Did it help? One person's own log, judged without fooling them."""
    from magwise.verdict import judge, read_log

    log = read_log(wish.log)
    level = level_of(wish.outcomes, wish.look)
    with request.app.state.parts.heavy.passed():
        answer = judge(
            log,
            smallest=wish.smallest,
            better=wish.better,
            unblinded=wish.unblinded,
            felt=wish.felt,
            placebo=wish.placebo,
            level=level,
        )
    return plain_json(verdict_json(answer))


def _course(wish: SimulateWish, today: Today) -> Course:
    from magwise.adapters.simulated import course_of
    from magwise.simulate.protocol import from_tables

    if (wish.person is None) == (wish.protocol is None):
        raise WrongUse("Give one of the two: `person` or `protocol`.", where="body")
    if wish.protocol is not None:
        return from_tables(wish.protocol, place="protocol")
    assert wish.person is not None  # noqa: S101 - for the type checker
    return course_of(advise(from_json(wish.person.root, place="person"), today=today))


def _check_size(course: Course) -> None:
    """The server works for others too: larger runs are for `magwise simulate`."""
    if (
        course.people * course.days > MOST_DAYS_OF_PEOPLE
        or course.days * 24 / max(course.every_h, 0.01) > MOST_FIGURES
    ):
        raise OutsideTheModel(
            f"{course.people:,} people for {course.days:,} days are more than the server simulates.",
            where="people, days, every_h",
            remedy="Take fewer, or run `magwise simulate` on your own computer.",
        )
