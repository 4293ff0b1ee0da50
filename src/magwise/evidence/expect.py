"""A goal, a status and a dose -> what to expect beside placebo, how sure that is, and what the trial gave.

Every answer names the dose and the salt of the trial. Another salt, or a trial dose above this person's limit,
is "not tested at your dose" and one step less certain. People who are not short of magnesium are told to expect
little; only stools answer whether or not somebody is short. Nothing here raises a dose or a limit.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from magwise import knowledge
from magwise.errors import BrokenKnowledge, NotFound
from magwise.facts import Fact
from magwise.intake import Status
from magwise.units import number

__all__ = ["AS_TESTED", "NOT_TESTED", "OTHER_PEOPLE", "Expectation", "Trial", "expect", "goals"]

AS_TESTED = "as tested"
NOT_TESTED = "not tested at your dose"
OTHER_PEOPLE = "tested in other people"

_CERTAINTY = ("very low", "low", "moderate", "high")
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
    facts: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    spec: tuple[str, ...] = ()
    draft: bool = False


@dataclass(frozen=True, slots=True)
class _Person:
    """What the choice of a row asks about."""

    status: Status
    families: frozenset[str]
    age: int
    limit_mg: float
    dose_mg: float | None
    zma: bool
    conditions: frozenset[str] = field(default_factory=frozenset)
    wants: frozenset[str] = field(default_factory=frozenset)


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
    entry = _goal(goal)
    person = _Person(
        status=status,
        families=frozenset(families),
        age=age,
        limit_mg=limit_mg,
        dose_mg=dose_mg,
        zma=zma,
        conditions=frozenset(_plain(text) for text in conditions),
        wants=frozenset(word for text in wants for word in _plain(text).split()),
    )
    fitting = [row for row in entry["outcomes"] if _fits(row.get("when", {}), person)]
    chosen = fitting[:1] if entry["pick"] == "first" else fitting
    return tuple(_expectation(row, entry, person) for row in chosen)


# -- which row -----------------------------------------------------------------------------------------------


def _goal(goal: str) -> Mapping[str, Any]:
    for entry in knowledge.entries("goals"):
        if entry["id"] == goal:
            return entry
    raise NotFound(f"There is no goal called {goal!r}.", remedy=f"Goals are {', '.join(goals())}.")


def _fits(when: Mapping[str, Any], person: _Person) -> bool:
    return all(_is_so(ask, value, person) for ask, value in when.items())


def _is_so(ask: str, value: Any, person: _Person) -> bool:
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
            return bool(person.conditions & {_plain(name) for name in value})
        case "wants":
            return bool(person.wants & set(value))
    raise BrokenKnowledge(f"{ask!r} is nothing that a goal asks.", where="knowledge/goals.yaml")


def _needs_none(status: Status) -> bool:
    return status.gap_mg <= 0 and not status.strong_deficit_factor


# -- one expectation -----------------------------------------------------------------------------------------


def _expectation(row: Mapping[str, Any], entry: Mapping[str, Any], person: _Person) -> Expectation:
    response = knowledge.fact("effects", row["response"])
    placebo, mcid = _fact(row.get("placebo")), _fact(row.get("mcid"))
    trial = _trial(response)
    differences = _differences(response, trial, person)
    applies = OTHER_PEOPLE if row.get("others") else NOT_TESTED if differences else AS_TESTED
    certainty = _lowered(str(response.values["certainty"]), applies != AS_TESTED)
    used = tuple(fact for fact in (response, placebo, mcid) if fact is not None)
    return Expectation(
        outcome=str(row["name"]),
        certainty=certainty,
        likely=_likely(row, response, person),
        placebo=placebo.says if placebo else None,
        trial=trial,
        mcid=mcid.says if mcid else None,
        words=" ".join((_OPENING[certainty], *_words(entry, used, trial, person, (applies, differences)))),
        applies=applies,
        mode=person.status.mode,
        facts=tuple(fact.id for fact in used),
        sources=tuple(dict.fromkeys(str(citation) for fact in used for citation in fact.citations)),
        spec=tuple(entry["spec"]),
        draft=any(fact.is_draft for fact in used),
    )


def _trial(response: Fact) -> Trial:
    values = response.values
    return Trial(
        mg_per_day=_number(values.get("mg_per_day")),
        form=str(values["form"]),
        who=str(values["who"]),
        weeks=_number(values.get("weeks")),
    )


def _differences(response: Fact, trial: Trial, person: _Person) -> tuple[str, ...]:
    """In what the trial differs from what this person would take."""
    tested = response.values.get("families")
    families = set(tested) if isinstance(tested, list) else set()
    found = [str(response.values["not_as_taken"])] if "not_as_taken" in response.values else []
    if families and person.families and not families & person.families:
        found.append("the trial used another salt than yours")
    if trial.mg_per_day is not None and trial.mg_per_day > person.limit_mg:
        found.append(f"the trial gave more than your limit of {number(person.limit_mg)} mg")
    return tuple(found)


def _lowered(certainty: str, lower: bool) -> str:
    return _CERTAINTY[max(0, _CERTAINTY.index(certainty) - lower)]


def _likely(row: Mapping[str, Any], response: Fact, person: _Person) -> str:
    """The row's own answer; whoever is not short is told to expect little, except of the laxative action."""
    if "likely" in row:
        return str(row["likely"])
    if person.status.is_replete and not response.values.get("laxative"):
        return "expect little"
    return str(response.values["likely"])


def _words(
    entry: Mapping[str, Any],
    used: tuple[Fact, ...],
    trial: Trial,
    person: _Person,
    applied: tuple[str, tuple[str, ...]],
) -> Iterator[str]:
    response, *beside = used
    applies, differences = applied
    yield f"{_given(trial)} in {trial.who}: {response.says}"
    yield from _how_sure(response)
    if response.does_not_cover:
        yield response.does_not_cover
    yield from (fact.says for fact in beside)
    if differences:
        yield f"{NOT_TESTED.capitalize()}: {' and '.join(differences)}."
    if applies == OTHER_PEOPLE:
        yield "The trials were in other people than you."
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
