"""Diet, risk factors and labs -> how likely a shortage of magnesium is, and how large the gap.

The gap is the reference intake less what the diet gives. Without a diet the typical intake of a survey stands
in, and is called that. A normal serum level never makes anyone "adequate": only a diet that reaches the
reference, with no risk factor and no low result, does. Nothing here is a diagnosis, and no dose comes out.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from magwise import knowledge
from magwise.facts import Fact
from magwise.intake.foods import diet_of_foods
from magwise.intake.labs import SerumLevel, SerumReading
from magwise.intake.limits import Reference, reference_intake
from magwise.person import Diet

__all__ = ["DietFigure", "Mode", "Risk", "Status", "Tier", "risks_of", "status", "typical_intake"]

Tier = Literal["low", "borderline", "uncertain", "adequate", "high"]
Mode = Literal["correction", "optimisation"]
Benefit = Literal["high", "medium", "low"]


@dataclass(frozen=True, slots=True)
class Risk:
    """One reason for which a shortage is more likely (or, when protective, less)."""

    fact: str
    strength: str  # strong | moderate | weak | protective
    because: str
    refer: bool
    spec: tuple[str, ...]
    sources: tuple[str, ...]
    draft: bool


@dataclass(frozen=True, slots=True)
class DietFigure:
    """Magnesium from food in a day; a prior is what a survey says of others, not this person's own."""

    mg_per_day: float
    is_prior: bool
    because: tuple[str, ...]
    facts: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    draft: bool = False


@dataclass(frozen=True, slots=True)
class Status:
    """How the person stands.

    tier        low: measured low. borderline: the diet falls short or a strong factor drains. adequate: the diet
                reaches the reference and nothing speaks against it. uncertain: everything between. high: measured
    gap_mg      reference intake less diet, never below 0
    inadequacy  probability that such a diet is below this person's own requirement, where the authority gives an
                average requirement and the diet is the person's own; None otherwise
    benefit     how much a supplement can be expected to do: larger the larger the shortage
    is_margin   a supplement would be a margin of safety, not a repair
    """

    tier: Tier
    gap_mg: float
    diet_mg: float
    diet_is_prior: bool
    reference: Reference
    strong_deficit_factor: bool
    risks: tuple[Risk, ...]
    because: tuple[str, ...]
    facts: tuple[str, ...]
    sources: tuple[str, ...]
    mode: Mode
    benefit: Benefit
    is_margin: bool
    inadequacy: float | None = None
    serum: SerumReading | None = None
    draft: bool = False
    spec: tuple[str, ...] = ("A023.3", "A034.1", "A039.1", "A044.1", "A044.3")

    @property
    def is_replete(self) -> bool:
        """Nothing points to a shortage; whoever is replete feels little of more."""
        return self.tier in {"adequate", "high"}

    @property
    def refer(self) -> bool:
        """Whether a clinician should look at the reason for the shortage."""
        return any(risk.refer for risk in self.risks)


def status(
    *,
    age: int,
    sex: str = "unstated",
    country: str | None = None,
    pregnant: bool | None = False,
    breastfeeding: bool | None = False,
    diet: Diet | None = None,
    conditions: Iterable[str] = (),
    medicine_months: Mapping[str, float | None] | None = None,
    alcohol: str | None = None,
    sweat: str = "normal",
    vitamin_d: str = "unknown",
    serum: SerumReading | None = None,
) -> Status:
    """How the person stands. `medicine_months`: class of medicine to months of use (None: not told)."""
    reference = reference_intake(country, age, sex, pregnant, breastfeeding)
    eaten = _eaten(diet, country, age, sex, pregnant is True, reference)
    risks = risks_of(
        age=age,
        conditions=conditions,
        medicine_months=medicine_months or {},
        alcohol=alcohol,
        sweat=sweat,
        vitamin_d=vitamin_d,
    )
    gap = max(0.0, reference.mg_per_day - eaten.mg_per_day)
    strong = any(risk.strength == "strong" for risk in risks) or _measured_low(serum)
    tier = _tier(gap, eaten.is_prior, risks, serum)
    return Status(
        tier=tier,
        gap_mg=round(gap, 1),
        diet_mg=round(eaten.mg_per_day, 1),
        diet_is_prior=eaten.is_prior,
        reference=reference,
        strong_deficit_factor=strong,
        risks=risks,
        because=tuple(_reasons(reference, eaten, gap, risks, serum)),
        facts=_all_facts(reference, eaten, risks, serum),
        sources=_all_sources(reference, eaten, risks, serum),
        mode="correction" if tier in {"low", "borderline"} else "optimisation",
        benefit=_benefit(tier, gap, strong),
        is_margin=tier == "adequate",
        inadequacy=_inadequacy(reference, eaten),
        serum=serum,
        draft=reference.draft or eaten.draft or any(risk.draft for risk in risks),
    )


# -- diet ----------------------------------------------------------------------------------------------------


def _eaten(
    diet: Diet | None, country: str | None, age: int, sex: str, pregnant: bool, reference: Reference
) -> DietFigure:
    if diet is not None and diet.mg_per_day is not None:
        return DietFigure(diet.mg_per_day, False, (f"diet about {diet.mg_per_day:g} mg a day, as told",))
    typical = typical_intake(country, age, sex, pregnant, reference)
    if diet is None or not diet.foods:
        return typical
    listed = diet_of_foods(diet.foods)
    floor = _least_believable(sex)
    if listed.mg_per_day >= _number(floor.values["p5_mg"]):
        return DietFigure(
            listed.mg_per_day, False, listed.because, listed.facts, listed.sources, listed.draft
        )
    said = f"the foods listed give {listed.mg_per_day:.0f} mg a day, less than whole diets do"
    return DietFigure(
        max(listed.mg_per_day, typical.mg_per_day),
        True,
        (f"{said}: they are taken as part of a diet", *typical.because),
        (*listed.facts, floor.id, *typical.facts),
        typical.sources,
        typical.draft,
    )


def typical_intake(
    country: str | None, age: int, sex: str, pregnant: bool, reference: Reference
) -> DietFigure:
    """What a survey says people like this eat; US figures where the country has none at hand.

    Sex unstated: the figure for women, because the reference intake is theirs then.
    """
    one = _survey(country, age, sex if sex == "male" else "female", pregnant)
    mg, said = _middle_of(one, reference)
    return DietFigure(
        mg,
        True,
        (f"a survey stands in for the diet: {said} ({one.values['survey']})",),
        (one.id,),
        tuple(str(citation) for citation in one.citations),
        one.is_draft,
    )


def _survey(country: str | None, age: int, sex: str, pregnant: bool) -> Fact:
    code = (country or "").strip().upper()
    stage = "pregnant" if pregnant else "general"
    rows = [
        fact
        for fact in knowledge.facts("diet_priors")
        if fact.values["prior"] and fact.values.get("sex", sex) == sex
    ]
    for place in (code, "US"):
        for wanted in (stage, "general"):
            here = [row for row in rows if place in _list(row, "codes") and row.values["stage"] == wanted]
            near = sorted(here, key=lambda row: _years_off(row, age))
            if near and (place == "US" or _years_off(near[0], age) < math.inf):
                return near[0]
    return rows[0]


def _years_off(row: Fact, age: int) -> float:
    """How far a survey's age band is from this age; a row for the young only is no good for others."""
    start, below = _number(row.values["from_y"]), _number(row.values.get("below_y", math.inf))
    if age >= _number(row.values.get("prior_below_y", math.inf)):
        return math.inf
    return max(start - age, age - below + 1, 0)


def _middle_of(one: Fact, reference: Reference) -> tuple[float, str]:
    """The median of a survey, else its mean; or that most of its people reach the recommendation."""
    for name, word in (("p50_mg", "half of the people like you"), ("mean_mg", "people like you on average")):
        if name in one.values:
            mg = _number(one.values[name])
            return mg, f"{word} get {mg:g} mg a day from food"
    share = _number(one.values["below_percent"])
    return reference.mg_per_day, f"only {share:g} % of the people like you get less than recommended"


def _least_believable(sex: str) -> Fact:
    """What only 1 in 20 people stays below: a list of foods that gives less is not a whole diet."""
    name = "intake-us-m-9" if sex == "male" else "intake-us-f-9"
    return knowledge.fact("diet_priors", name)


def _inadequacy(reference: Reference, eaten: DietFigure) -> float | None:
    """The probability approach of IOM 2000: requirements spread around the average one; a recommended allowance
    lies two standard deviations above it, which gives the spread. Day-to-day error of the diet is left out."""
    if eaten.is_prior or reference.ear_mg is None or reference.kind == "AI":
        return None
    spread = (reference.mg_per_day - reference.ear_mg) / 2
    if spread <= 0:
        return None
    z = (reference.ear_mg - eaten.mg_per_day) / spread
    return round(0.5 * math.erfc(-z / math.sqrt(2)), 3)


# -- risk factors --------------------------------------------------------------------------------------------


def risks_of(
    *,
    age: int,
    conditions: Iterable[str] = (),
    medicine_months: Mapping[str, float | None] | None = None,
    alcohol: str | None = None,
    sweat: str = "normal",
    vitamin_d: str = "unknown",
) -> tuple[Risk, ...]:
    """Every risk factor of knowledge/risks that applies, strongest first; one per kind of medicine."""
    told = {
        "condition": {_plain(text) for text in conditions},
        "alcohol": {_plain(alcohol or "")} | {_plain(text) for text in conditions},
        "sweat": {_plain(sweat)},
        "vitamin_d": {_plain(vitamin_d)},
    }
    classes = {_plain(name): months for name, months in (medicine_months or {}).items()}
    found = [risk for fact in knowledge.facts("risks") for risk in _risk(fact, age, told, classes)]
    unique = {risk.fact: risk for risk in found}
    if "RF04" in unique:
        unique.pop("RF01", None)  # the same medicine, said more exactly
    order = ("strong", "moderate", "weak", "protective")
    return tuple(sorted(unique.values(), key=lambda risk: order.index(risk.strength)))


def _risk(
    fact: Fact, age: int, told: Mapping[str, set[str]], classes: Mapping[str, float | None]
) -> Iterator[Risk]:
    kind = fact.values["input"]
    if kind == "age" and age >= _number(fact.values["from_y"]):
        yield _as_risk(fact)
    if kind in told and told[str(kind)] & {_plain(word) for word in _list(fact, "words")}:
        yield _as_risk(fact)
    if kind == "medicine":
        for name in {_plain(word) for word in _list(fact, "classes")} & classes.keys():
            yield from _medicine_risk(fact, classes[name])


def _medicine_risk(fact: Fact, months: float | None) -> Iterator[Risk]:
    """Unknown length of use counts in full, as the guides name the class without a length."""
    least = fact.values.get("from_months")
    if least is not None and (months is None or months < _number(least)):
        return
    fresh = fact.values.get("fresh_below_months")
    is_fresh = fresh is not None and months is not None and months < _number(fresh)
    yield _as_risk(fact, "moderate" if is_fresh else None)


def _as_risk(fact: Fact, strength: str | None = None) -> Risk:
    return Risk(
        fact=fact.id,
        strength=strength or str(fact.values["strength"]),
        because=str(fact.values.get("because", fact.says)),
        refer=bool(fact.values.get("refer", False)),
        spec=tuple(_list(fact, "spec")),
        sources=tuple(str(citation) for citation in fact.citations),
        draft=fact.is_draft,
    )


# -- the tier ------------------------------------------------------------------------------------------------


def _tier(gap: float, is_prior: bool, risks: tuple[Risk, ...], serum: SerumReading | None) -> Tier:
    if serum is not None and serum.level is SerumLevel.HIGH:
        return "high"
    if _measured_low(serum):
        return "low"
    strengths = {risk.strength for risk in risks}
    if (gap > 0 and not is_prior) or "strong" in strengths:
        return "borderline"
    doubtful = is_prior or strengths & {"moderate", "weak"} or (serum is not None and serum.below_research)
    return "uncertain" if doubtful else "adequate"


def _measured_low(serum: SerumReading | None) -> bool:
    return serum is not None and serum.level in {SerumLevel.LOW, SerumLevel.LOW_SEVERE}


def _benefit(tier: Tier, gap: float, strong: bool) -> Benefit:
    if tier in {"adequate", "high"}:
        return "low"
    return "high" if tier == "low" or (strong and gap > 0) else "medium"


def _reasons(
    reference: Reference,
    eaten: DietFigure,
    gap: float,
    risks: tuple[Risk, ...],
    serum: SerumReading | None,
) -> Iterator[str]:
    yield from eaten.because
    short = f"short by {gap:.0f} mg" if gap > 0 else "no gap"
    yield f"reference intake {reference.mg_per_day:g} mg a day ({reference.authority}): {short}"
    yield from reference.because
    yield from (risk.because for risk in risks)
    if serum is not None:
        yield from serum.because


def _all_facts(
    reference: Reference, eaten: DietFigure, risks: tuple[Risk, ...], serum: SerumReading | None
) -> tuple[str, ...]:
    labs = serum.facts if serum else ()
    return tuple(dict.fromkeys((reference.fact, *eaten.facts, *(risk.fact for risk in risks), *labs)))


def _all_sources(
    reference: Reference, eaten: DietFigure, risks: tuple[Risk, ...], serum: SerumReading | None
) -> tuple[str, ...]:
    from_risks = (source for risk in risks for source in risk.sources)
    labs = serum.sources if serum else ()
    return tuple(dict.fromkeys((*reference.sources, *eaten.sources, *from_risks, *labs)))


# -- small words ---------------------------------------------------------------------------------------------


def _plain(text: str) -> str:
    return " ".join(text.lower().replace("-", " ").replace("_", " ").replace("’", "'").split())


def _number(value: object) -> float:
    if isinstance(value, int | float):
        return float(value)
    raise TypeError(f"{value!r} is not a number")


def _list(fact: Fact, name: str) -> list[str]:
    value = fact.values.get(name, [])
    return [str(one) for one in value] if isinstance(value, list) else []
