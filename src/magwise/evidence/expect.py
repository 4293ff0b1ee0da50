"""A goal, a status and a dose -> what to expect beside placebo, how sure that is, and what the trial gave.

Every answer names the dose and the salt of the trial. Another salt, or a trial dose above this person's limit,
is "not tested at your dose" and one step less certain, and so is an answer from people of another age or standing;
the rest of the certainty is `grade`'s. People who are not short of magnesium are told to expect little; only stools
answer whether or not somebody is short. Nothing here raises a dose or a limit.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from magwise import knowledge
from magwise.errors import BrokenKnowledge, NotFound
from magwise.evidence.grade import INDIRECTNESS, Body, Grade, Open, Step, body_of, grade, threshold
from magwise.facts import Fact
from magwise.intake import Status
from magwise.units import number

__all__ = [
    "AS_TESTED",
    "NOT_TESTED",
    "OTHER_PEOPLE",
    "Apart",
    "Expectation",
    "Reader",
    "Trial",
    "apart",
    "expect",
    "expect_for",
    "goals",
    "graded_for",
    "likely_for",
    "trial_of",
]

AS_TESTED = "as tested"
NOT_TESTED = "not tested at your dose"
OTHER_PEOPLE = "tested in other people"

_OPENING = {
    "very low": "The evidence is very uncertain.",
    "low": "The evidence is weak.",
    "moderate": "The evidence is fair.",
    "high": "The evidence is good.",
}
_BY_TIER = {
    "adequate": "Your diet covers what is recommended: expect little.",
    "high": "Your blood level is high already: expect nothing good from more.",
    "borderline": "You may be short of magnesium, and those who are notice more.",
    "low": "Your blood level is low, and those who are short notice more.",
    "uncertain": "Whether you are short of magnesium is not known; those who are not notice little.",
}


@dataclass(frozen=True, slots=True)
class Trial:
    """What was given to whom; mg_per_day is None where the source names no single dose."""

    mg_per_day: float | None
    form: str
    who: str
    weeks: float | None = None


@dataclass(frozen=True, slots=True)
class Expectation:
    """What to expect for one outcome.

    likely   the plain answer: "too small to notice", "may help", "probably no effect", "expect little",
             "cannot tell", "not indicated", "unknown"
    placebo  what people reach on a dummy pill; mcid: the smallest change that matters
    applies  "as tested", "not tested at your dose" or "tested in other people"
    mode     correction of a shortage, or optimisation of what is enough
    grade    the certainty with every step that lowered it, this person's own included
    """

    outcome: str
    certainty: str
    likely: str
    placebo: str | None
    trial: Trial
    mcid: str | None
    words: str
    applies: str
    mode: str
    grade: Grade
    response: str
    facts: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    spec: tuple[str, ...] = ()
    draft: bool = False


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody who asks what to expect: how they stand, and what they would take under which limit."""

    status: Status
    age: int
    limit_mg: float
    families: frozenset[str] = frozenset()
    dose_mg: float | None = None
    zma: bool = False
    conditions: frozenset[str] = field(default_factory=frozenset)
    wants: frozenset[str] = field(default_factory=frozenset)


@dataclass(frozen=True, slots=True)
class Apart:
    """In what the trials lie apart from somebody: what was given, to whom, and what could not be compared."""

    treatment: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()


def goals() -> tuple[str, ...]:
    """Every goal that can be asked about."""
    return tuple(str(entry["id"]) for entry in knowledge.entries("goals"))


def expect(
    goal: str,
    *,
    status: Status,
    age: int,
    limit_mg: float,
    families: Iterable[str] = (),
    dose_mg: float | None = None,
    conditions: Iterable[str] = (),
    wants: Iterable[str] = (),
    zma: bool = False,
) -> tuple[Expectation, ...]:
    """What to expect for a goal, most to the point first. Raises NotFound for a goal that we do not know."""
    return expect_for(
        goal,
        Reader(
            status=status,
            age=age,
            limit_mg=limit_mg,
            families=frozenset(families),
            dose_mg=dose_mg,
            zma=zma,
            conditions=frozenset(conditions),
            wants=frozenset(wants),
        ),
    )


def expect_for(goal: str, reader: Reader) -> tuple[Expectation, ...]:
    """The same for somebody who has been described already."""
    entry = _goal(goal)
    fitting = [row for row in entry["outcomes"] if _fits(row.get("when", {}), reader)]
    chosen = fitting[:1] if entry["pick"] == "first" else fitting
    return tuple(_expectation(row, entry, reader) for row in chosen)


# -- which row -----------------------------------------------------------------------------------------------


def _goal(goal: str) -> Mapping[str, Any]:
    for entry in knowledge.entries("goals"):
        if entry["id"] == goal:
            return entry
    raise NotFound(f"There is no goal called {goal!r}.", remedy=f"Goals are {', '.join(goals())}.")


def _fits(when: Mapping[str, Any], person: Reader) -> bool:
    return all(_is_so(ask, value, person) for ask, value in when.items())


def _is_so(ask: str, value: Any, person: Reader) -> bool:
    match ask:
        case "from_y":
            return bool(person.age >= value)
        case "tier":
            return bool(person.status.tier == value)
        case "zma":
            return person.zma is value
        case "gap":
            return (value == "none") is _needs_none(person.status)
        case "condition":
            return bool({_plain(text) for text in person.conditions} & {_plain(name) for name in value})
        case "wants":
            return bool({word for text in person.wants for word in _plain(text).split()} & set(value))
    raise BrokenKnowledge(f"{ask!r} is nothing that a goal asks.", where="knowledge/goals.yaml")


def _needs_none(status: Status) -> bool:
    return status.gap_mg <= 0 and not status.strong_deficit_factor


# -- one expectation -----------------------------------------------------------------------------------------


def _expectation(row: Mapping[str, Any], entry: Mapping[str, Any], person: Reader) -> Expectation:
    response = knowledge.fact("effects", row["response"])
    placebo, mcid = _fact(row.get("placebo")), _fact(row.get("mcid"))
    trial = trial_of(response)
    lies = apart(response, body_of(response.id), person, others=bool(row.get("others")))
    applies = _applies(lies, others=bool(row.get("others")))
    graded = graded_for(body_of(response.id), response.id, lies)
    used = tuple(fact for fact in (response, placebo, mcid) if fact is not None)
    return Expectation(
        outcome=str(row["name"]),
        certainty=graded.certainty,
        likely=_likely(row, response, person),
        placebo=placebo.says if placebo else None,
        trial=trial,
        mcid=mcid.says if mcid else None,
        words=" ".join((_OPENING[graded.certainty], *_words(entry, used, trial, person, lies))),
        applies=applies,
        mode=person.status.mode,
        grade=graded,
        response=response.id,
        facts=tuple(fact.id for fact in used),
        sources=tuple(dict.fromkeys(str(citation) for fact in used for citation in fact.citations)),
        spec=tuple(entry["spec"]),
        draft=any(fact.is_draft for fact in used),
    )


def trial_of(response: Fact) -> Trial:
    """What the trials behind an answer gave, to whom, for how long."""
    values = response.values
    return Trial(
        mg_per_day=_number(values.get("mg_per_day")),
        form=str(values.get("form", "not said")),
        who=str(values["who"]),
        weeks=_number(values.get("weeks")),
    )


# -- the trials and this person ------------------------------------------------------------------------------


def apart(response: Fact, body: Body, person: Reader, *, others: bool = False) -> Apart:
    """In what the trials behind an answer differ from what this person is and would take."""
    return Apart(
        treatment=tuple(_other_treatment(response, person)),
        people=tuple(_other_people(body, person, others)),
        unknown=tuple(_not_comparable(body, person)),
    )


def graded_for(body: Body, response: str, lies: Apart) -> Grade:
    """The certainty for somebody from whom the trials lie apart like this."""
    steps = [
        Step(INDIRECTNESS, 1, " and ".join(reasons), (response,))
        for reasons in (lies.treatment, lies.people)
        if reasons
    ]
    found = grade(body, [step for step in steps if step.because not in {one.because for one in body.judged}])
    opened = tuple(Open(INDIRECTNESS, why) for why in lies.unknown)
    return Grade(found.start, found.steps, (*found.unjudged, *opened))


def _other_treatment(response: Fact, person: Reader) -> Iterator[str]:
    tested = response.values.get("families")
    families = set(tested) if isinstance(tested, list) else set()
    given = _number(response.values.get("mg_per_day"))
    if "not_as_taken" in response.values:
        yield str(response.values["not_as_taken"])
    if families and person.families and not families & person.families:
        yield "the trial used another salt than yours"
    if given is not None and given > person.limit_mg:
        yield f"the trial gave more than your limit of {number(person.limit_mg)} mg"


def _other_people(body: Body, person: Reader, others: bool) -> Iterator[str]:
    if others:
        yield "the trials were in other people than you"
    if body.low_magnesium and person.status.is_replete:
        yield "the trials took people low in magnesium, and you seem to have enough"
    if body.enough_magnesium and person.status.tier == "low":
        yield "the people in the trials had enough magnesium, and your blood level is low"
    if body.from_y is not None and person.age < body.from_y:
        yield f"the trials took people of {body.from_y} and more"
    if body.mean_age is not None and _far_in_age(person.age, body.mean_age):
        yield f"the people in the trials were {body.mean_age[0]:g} to {body.mean_age[1]:g} years old on average"


def _far_in_age(age: int, means: tuple[float, float]) -> bool:
    most = threshold("grade-age", "most")
    return age < means[0] - most or age > means[1] + most


def _not_comparable(body: Body, person: Reader) -> Iterator[str]:
    if body.low_magnesium and not person.status.is_replete and person.status.tier != "low":
        yield "whether you are low in magnesium, as the people in the trials were, is not known"
    if body.enough_magnesium and not person.status.is_replete and person.status.tier != "low":
        yield "whether you have enough magnesium, as the people in the trials had, is not known"


def _applies(lies: Apart, *, others: bool) -> str:
    if others:
        return OTHER_PEOPLE
    if lies.treatment:
        return NOT_TESTED
    return OTHER_PEOPLE if lies.people else AS_TESTED


def _likely(row: Mapping[str, Any], response: Fact, person: Reader) -> str:
    """The row's own answer; whoever is not short is told to expect little, except of the laxative action."""
    return str(row["likely"]) if "likely" in row else likely_for(response, person)


def likely_for(response: Fact, person: Reader) -> str:
    """The answer of the trials for this person: little for whoever has enough, but for the laxative action."""
    if person.status.is_replete and not response.values.get("laxative"):
        return "expect little"
    return str(response.values["likely"])


def _words(
    entry: Mapping[str, Any],
    used: tuple[Fact, ...],
    trial: Trial,
    person: Reader,
    lies: Apart,
) -> Iterator[str]:
    response, *beside = used
    yield f"{_given(trial)} in {trial.who}: {response.says}"
    yield from _how_sure(response)
    if response.does_not_cover:
        yield response.does_not_cover
    yield from (fact.says for fact in beside)
    if lies.treatment:
        yield f"{NOT_TESTED.capitalize()}: {' and '.join(lies.treatment)}."
    for difference in lies.people:
        yield f"{difference[0].upper()}{difference[1:]}."
    if not response.values.get("laxative"):
        yield str(entry.get(person.status.tier) or _BY_TIER[person.status.tier])
    if "always" in entry:
        yield str(entry["always"])


def _how_sure(response: Fact) -> Iterator[str]:
    """The interval around the figure, for nobody is the average."""
    interval, unit = response.values.get("interval"), response.values["unit"]
    if isinstance(interval, list):
        low, high = interval
        yield f"The true average may lie anywhere from {low:g} to {high:g} ({unit})."


def _given(trial: Trial) -> str:
    if trial.mg_per_day is None:
        return "No single dose" if trial.form != "diet" else "Magnesium eaten"
    return f"{number(trial.mg_per_day)} mg a day as {trial.form}"


# -- small words ---------------------------------------------------------------------------------------------


def _fact(id: str | None) -> Fact | None:
    return None if id is None else knowledge.fact("effects", id)


def _plain(text: str) -> str:
    return " ".join(text.lower().replace("-", " ").replace("_", " ").split())


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) else None
