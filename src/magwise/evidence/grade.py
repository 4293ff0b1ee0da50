"""What an answer rests on, and in what a person differs from the trials -> how sure one may be.

Randomised trials start high, all else low. Five domains can lower that by one or two steps each, and every step names
the rows behind it; nothing raises it, least of all a goal. A domain that cannot be judged is said to be open: it is
neither clear nor found. The thresholds are facts of knowledge/grading, and so is what no rule can compute.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from magwise import knowledge
from magwise.errors import BrokenKnowledge
from magwise.facts import Fact

__all__ = [
    "CERTAINTIES",
    "DOMAINS",
    "INDIRECTNESS",
    "Body",
    "Grade",
    "Open",
    "Step",
    "bodies",
    "body_of",
    "grade",
    "threshold",
]

CERTAINTIES = ("very low", "low", "moderate", "high")
BIAS, INCONSISTENCY, INDIRECTNESS = "risk of bias", "inconsistency", "indirectness"
IMPRECISION, PUBLICATION = "imprecision", "publication bias"
DOMAINS = (BIAS, INCONSISTENCY, INDIRECTNESS, IMPRECISION, PUBLICATION)
_START = {"randomised": 3, "observational": 1, "no control": 1}
_MOST_STEPS = 2  # in one domain, as GRADE has it

Bounds = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Step:
    """One or two steps down, the reason, and the facts behind it."""

    domain: str
    steps: int
    because: str
    rows: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Open:
    """A domain that could not be judged."""

    domain: str
    why: str


@dataclass(frozen=True, slots=True)
class Grade:
    """How sure one may be, and what lowered it; domains named in neither list are clear."""

    start: str
    steps: tuple[Step, ...]
    unjudged: tuple[Open, ...]

    @property
    def certainty(self) -> str:
        lowered = sum(min(_MOST_STEPS, self.lowered(domain)) for domain in DOMAINS)
        return CERTAINTIES[max(0, CERTAINTIES.index(self.start) - lowered)]

    def lowered(self, domain: str) -> int:
        """Steps found in this domain, before the cap of two."""
        return sum(one.steps for one in self.steps if one.domain == domain)


@dataclass(frozen=True, slots=True)
class Spread:
    """How far trials lie apart: from a review, or from a set of ours."""

    i2: float
    rows: tuple[str, ...]
    prediction: Bounds | None = None
    effects: Bounds | None = None


@dataclass(frozen=True, slots=True)
class Body:
    """What one answer rests on.

    threshold  the smallest change that matters, in the unit of `interval`; None where none is in that unit
    funnel     p of Egger's test, and whether filling in missing trials moves the answer; None below ten trials
    judged     steps that no rule computes
    explained  why trials that differ do not count against the answer
    """

    fact: str
    of: str
    design: str
    rows: tuple[str, ...]
    trials: int | None = None
    people: int | None = None
    events: float | None = None
    interval: Bounds | None = None
    threshold: float | None = None
    spread: Spread | None = None
    funnel: tuple[float, bool] | None = None
    judged: tuple[Step, ...] = ()
    disagree: tuple[str, tuple[str, ...]] | None = None
    explained: str | None = None
    low_magnesium: bool = False
    enough_magnesium: bool = False
    from_y: int | None = None
    mean_age: Bounds | None = None


def grade(body: Body, indirect: Iterable[Step] = ()) -> Grade:
    """The certainty for people as in the trials; `indirect` holds in what somebody differs from them."""
    found: list[Step] = [*body.judged, *indirect]
    unjudged: list[Open] = []
    for rule in (_inconsistency, _imprecision, _publication):
        for one in rule(body):
            (found if isinstance(one, Step) else unjudged).append(one)  # type: ignore[arg-type]
    if body.design == "randomised" and not any(one.domain == BIAS for one in found):
        unjudged.append(Open(BIAS, "nobody has judged these trials one by one"))
    order = DOMAINS.index
    return Grade(
        start=CERTAINTIES[_START[body.design]],
        steps=tuple(sorted(found, key=lambda one: order(one.domain))),
        unjudged=tuple(sorted(unjudged, key=lambda one: order(one.domain))),
    )


# -- rules ---------------------------------------------------------------------------------------------------


def _inconsistency(body: Body) -> Iterator[Step | Open]:
    """Answers that contradict each other, or trials that differ and nobody can say why."""
    if body.disagree is not None:
        because, rows = body.disagree
        yield Step(INCONSISTENCY, 1, because, rows)
    elif body.spread is not None:
        yield from _of_spread(body, body.spread)
    elif body.trials == 1:
        yield Open(INCONSISTENCY, "one trial cannot contradict itself")
    elif not any(one.domain == INCONSISTENCY for one in body.judged):
        yield Open(INCONSISTENCY, "how far the trials lie apart is not known")


def _of_spread(body: Body, spread: Spread) -> Iterator[Step]:
    if spread.i2 < threshold("grade-i2-serious", "least") or body.explained is not None:
        return
    very = spread.i2 >= threshold("grade-i2-very-serious", "least") and _on_both_sides(body, spread)
    if very:
        apart = "trials lie on both sides of what matters"
        yield Step(
            INCONSISTENCY, 2, f"the trials differ widely (I² {spread.i2:.0f} %), and {apart}", spread.rows
        )
    elif spread.prediction is None or spread.prediction[0] < 0 < spread.prediction[1]:
        yield Step(
            INCONSISTENCY,
            1,
            f"the trials differ (I² {spread.i2:.0f} %), and the next one may find nothing",
            spread.rows,
        )


def _on_both_sides(body: Body, spread: Spread) -> bool:
    """Effects both beyond and short of the smallest change that matters; of none, where no such change is known."""
    if spread.effects is None:
        return False
    low, high = spread.effects
    edge = body.threshold or 0.0
    return low < -edge < high or low < edge < high


def _imprecision(body: Body) -> Iterator[Step | Open]:
    """Few people, an interval that reaches from what matters to the other side of none, or no interval at all."""
    if body.trials is not None and body.trials <= threshold("grade-two-trials", "most"):
        many = "one trial" if body.trials == 1 else f"{body.trials} trials"
        yield Step(IMPRECISION, 2, f"it rests on {many}{_with_people(body)}", body.rows)
        return
    if body.design != "randomised" or _shows_it_is_small(body):
        return
    few, wide = _few(body), _wide(body)
    if few or wide:
        because = " and ".join(filter(None, (few, wide)))
        yield Step(IMPRECISION, 2 if few and wide else 1, because, body.rows)
    elif body.interval is None and body.people is None:
        yield Step(IMPRECISION, 1, "neither an interval nor the number of people is at hand", body.rows)
    elif body.people is None:
        yield Open(IMPRECISION, "the number of people is not at hand")


def _with_people(body: Body) -> str:
    return f" with {body.people:,} people" if body.people else ""


def _shows_it_is_small(body: Body) -> bool:
    """The whole interval lies within the smallest change that matters: as precise as a null answer must be."""
    if body.interval is None or body.threshold is None:
        return False
    return -body.threshold < body.interval[0] and body.interval[1] < body.threshold


def _few(body: Body) -> str | None:
    if body.events is not None:
        least = threshold("grade-events", "least")
        return f"{body.events:g} events, fewer than {least:g}" if body.events < least else None
    least = threshold("grade-people", "least")
    if body.people is not None and body.people < least:
        return f"{body.people} people, fewer than {least:g}"
    return None


def _wide(body: Body) -> str | None:
    if body.interval is None:
        return None
    low, high = body.interval
    if not low < 0 < high:
        return None
    if body.threshold is None:
        return "the interval includes none, and no smallest change is known in its unit"
    if low <= -body.threshold or high >= body.threshold:
        return "the interval reaches from a change that matters to the other side of none"
    return None


def _publication(body: Body) -> Iterator[Step | Open]:
    """Whether small trials tell another story, asked of ten trials or more only."""
    if any(one.domain == PUBLICATION for one in body.judged):
        return
    least = threshold("grade-funnel", "trials")
    if body.funnel is not None:
        p, moves = body.funnel
        if p < threshold("grade-funnel", "p") and moves:
            because = f"small trials promise more (Egger p {p:.2g}), and filling in what seems missing moves the answer"
            yield Step(PUBLICATION, 1, because, body.rows)
    elif body.trials is None:
        yield Open(PUBLICATION, "the number of trials is not at hand")
    elif body.trials < least:
        yield Open(PUBLICATION, f"fewer than {least:g} trials cannot show it")
    else:
        yield Open(PUBLICATION, "the single trials are not at hand")


# -- reading -------------------------------------------------------------------------------------------------


def bodies() -> Mapping[str, Body]:
    """What every graded answer rests on, by the id of the fact that it grades."""
    return {of: body_of(of) for of in _by_fact()}


@cache
def body_of(id: str) -> Body:
    """The body behind the fact with this id. A missing one is a fault of ours."""
    if id not in _by_fact():
        raise BrokenKnowledge(f"Nothing says what {id!r} rests on.", where="knowledge/grading/bodies.yaml")
    return _body(_by_fact()[id])


@cache
def _by_fact() -> Mapping[str, Fact]:
    return {str(one.values["of"]): one for one in knowledge.facts("grading") if one.values["kind"] == "body"}


@cache
def threshold(id: str, name: str) -> float:
    """One of the thresholds of knowledge/grading."""
    values: Any = knowledge.fact("grading", id).values[name]
    return float(values["value"])


def _body(fact: Fact) -> Body:
    values: Mapping[str, Any] = fact.values
    smallest, said = values.get("threshold"), values.get("disagree")
    funnel = values.get("funnel")
    return Body(
        fact=fact.id,
        of=str(values["of"]),
        design=str(values["design"]),
        rows=tuple(values["rows"]),
        trials=values.get("trials"),
        people=values.get("people"),
        events=values.get("events"),
        interval=_interval(str(values["of"])),
        threshold=None if smallest is None else _smallest(str(smallest)),
        spread=_spread(values),
        funnel=None if funnel is None else (float(funnel["egger_p"]), bool(funnel["moves"])),
        judged=tuple(
            Step(one["domain"], one["steps"], one["because"], tuple(one["rows"]))
            for one in values.get("judged", ())
        ),
        disagree=None if said is None else (said["because"], tuple(said["rows"])),
        explained=values["explained"]["because"] if "explained" in values else None,
        low_magnesium=bool(values.get("low_magnesium", False)),
        enough_magnesium=bool(values.get("enough_magnesium", False)),
        from_y=values.get("from_y"),
        mean_age=_bounds(values.get("mean_age")),
    )


def _spread(values: Mapping[str, Any]) -> Spread | None:
    """The review's own I² where it gives one; how far single trials reach comes from a set of ours either way."""
    review, ours = values.get("i2"), values.get("spread")
    effects = None if ours is None else (float(ours["from"]), float(ours["to"]))
    if review is not None:
        single = () if ours is None else tuple(ours.get("rows", ()))
        return Spread(float(review["value"]), (str(review["row"]), *single), effects=effects)
    if ours is None:
        return None
    return Spread(float(ours["i2"]), tuple(values["rows"]), _bounds(ours["prediction"]), effects)


def _interval(id: str) -> Bounds | None:
    room = "effects" if any(one.id == id for one in knowledge.facts("effects")) else "reviews"
    return _bounds(knowledge.fact(room, id).values.get("interval"))


def _smallest(id: str) -> float:
    """In the unit of the answer; a ratio's as its logarithm."""
    if id == "grade-ratio":
        return math.log(threshold(id, "ratio"))
    values: Mapping[str, Any] = knowledge.fact("effects", id).values
    return float(values["from"] if "from" in values else values["value"])


def _bounds(pair: Any) -> Bounds | None:
    return None if pair is None else (float(pair[0]), float(pair[1]))
