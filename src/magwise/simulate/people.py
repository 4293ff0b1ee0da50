"""People: draws from the posterior, what biology adds, and each one's own threshold and starting state.

A seed gives the same people whatever they are dosed with, so that two runs can be subtracted person by person. Each
person starts in balance with their diet: urine equals what is taken up less juices and sweat. A measured serum fixes
the kidney's threshold; a measured 24-hour urine fixes how well the gut absorbs. A deficit empties cells and bone.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from magwise.simulate.bodies import Spread, bound, draws, form, number, parameters, shift
from magwise.simulate.course import COVARIATES, DAY_H, Course, Subject, mmol
from magwise.simulate.engine import Crowd, Engine
from magwise.simulate.equations import Rates, Traits, hinge, hinge_inverse
from magwise.simulate.timetable import Mesh, timetable

__all__ = ["Baseline", "People", "reference_people", "sample", "settle"]

Array = NDArray[np.float64]
SETTLING = Mesh(first_h=0.12, growth=0.15, longest_h=0.6)
TAILS = 2.5  # nobody is further than this many standard deviations out
ROUNDS, OVERSHOOT = 10, 1.4  # uptake saturates, so it answers less than in proportion
SETTLING_DAYS = 7  # what is guessed of the colon's filling is gone to e^-7
UNABSORBED = 0.7  # share of the diet that reaches the colon: where settling starts, not where it ends
PERSONAL = (
    *("age_over_70", "phytate_rich", "kidney_absorbs", "soluble", "alkaline", "sex"),
    *COVARIATES,
)
ABOUT_NORMAL = ("serum", "diet")
TAKEN_UP = ("uptake_most", "uptake_linear", "colon_uptake")


@dataclass(frozen=True, slots=True)
class Baseline:
    """Where each person stands before any dose."""

    serum_mmol_l: Array
    urine_mmol_d: Array
    faeces_mmol_d: Array
    uptake_mmol_d: Array
    diet_mg_d: Array
    gfr_ml_min: Array


@dataclass(frozen=True, slots=True)
class People:
    crowd: Crowd
    baseline: Baseline


def sample(course: Course, engine: Engine, *, chunk: int = 0, people: int | None = None) -> People:
    """People like the course's subject. `chunk` counts independent batches of the same seed."""
    n = people or course.people
    rng = np.random.default_rng([course.seed, chunk])
    posterior = draws()
    pick = rng.permuted(np.arange(n) % len(next(iter(posterior.values()))))
    drawn = {name: column[pick] for name, column in posterior.items()}
    normal = {name: np.clip(rng.standard_normal(n), -TAILS, TAILS) for name in parameters()}
    dice = {name: rng.random(n) for name in PERSONAL}
    dice |= {name: np.clip(rng.standard_normal(n), -TAILS, TAILS) for name in ABOUT_NORMAL}
    laboratory = np.exp(number("between_laboratories") * np.clip(rng.standard_normal(n), -TAILS, TAILS))
    own = {
        name: drawn[name] * np.exp(parameter.people_log_sd * normal[name])
        for name, parameter in parameters().items()
    }
    own |= {name: own[name] * laboratory for name in TAKEN_UP}  # the next paper is another laboratory's
    return settle(course, own, drawn["threshold"], dice, engine)


def reference_people(
    course: Course, own: dict[str, Array], threshold: Array | None, engine: Engine
) -> People:
    """People who differ only in the parameters given: no biology, every range at its best value."""
    n = len(next(iter(own.values())))
    dice = {name: np.full(n, 0.5) for name in PERSONAL} | {name: np.zeros(n) for name in ABOUT_NORMAL}
    return settle(course, own, threshold, dice, engine)


def settle(
    course: Course, own: dict[str, Array], threshold: Array | None, dice: dict[str, Array], engine: Engine
) -> People:
    """The people in balance with their diet. Without a `threshold` everybody's serum is as measured, or usual."""
    subject = course.subject
    gfr = _gfr_ml_min(subject, own, dice)
    diet = mmol(1.0) * _diet_mg(course, dice)
    traits = _traits(subject, own, gfr * _surface_share(subject) * 60 / 1000, _absorbs(course, gfr, dice))
    crowd = Crowd(traits, _empty(len(gfr)), diet, _dissolved(course, dice))
    crowd, uptake, faeces = _gut_in_balance(course, crowd, engine)
    traits = crowd.traits
    balanced = np.maximum(uptake - (traits.secretion + traits.sweat) * DAY_H, bound("urine").low)
    measured = course.subject.urine_mmol_d
    urine = balanced if measured is None else np.full(len(gfr), float(measured))
    out_of_balance = np.abs(urine - balanced) > 0.1 * urine
    serum = _serum(subject, traits, urine, threshold, own, dice)
    d = hinge_inverse(urine / DAY_H / traits.gfr, traits.splay)
    traits = traits._replace(threshold=traits.filterable * serum - d, per_serum_usual=1.0 / serum)
    start = _body_at(crowd.start, traits, serum, subject)
    crowd = replace(crowd, traits=traits, start=start)
    settled = _through_a_day(course, crowd, engine, subject)
    kept = [np.where(out_of_balance, was, now) for was, now in zip(start, settled, strict=True)]
    crowd = replace(crowd, start=Rates(*kept))
    urine = DAY_H * traits.gfr * hinge(traits.filterable * serum - traits.threshold, traits.splay)
    return People(crowd, Baseline(serum, urine, faeces, uptake, crowd.diet_mmol_d / mmol(1.0), gfr))


def _gfr_ml_min(subject: Subject, own: dict[str, Array], dice: dict[str, Array]) -> Array:
    """mL/min/1.73 m2: as measured, or what healthy people of that age have."""
    n = len(dice["sex"])
    if subject.egfr is not None:
        return np.full(n, float(subject.egfr))
    age = subject.age if subject.age is not None else number("reference_adult", "age_y")
    lost = number("gfr_decline") * max(0.0, age - number("gfr_decline", "from_age"))
    usual = own["gfr_usual"] * (1.0 - lost / number("gfr_usual"))
    return np.clip(usual, bound("egfr").low, bound("egfr").high)


def _surface_share(subject: Subject) -> float:
    """Body surface over 1.73 m2; eGFR is given per 1.73 m2."""
    kg = _weight(subject)
    square_metres = (number("body_surface", "slope") * kg + number("body_surface", "offset")) / (
        kg + number("body_surface", "divisor_offset")
    )
    return square_metres / number("body_surface", "reference_m2")


def _weight(subject: Subject) -> float:
    return subject.weight_kg if subject.weight_kg is not None else number("reference_adult", "weight_kg")


def _diet_mg(course: Course, dice: dict[str, Array]) -> Array:
    """As given, or as surveys of that sex say."""
    n = len(dice["diet"])
    if course.diet_mg is not None:
        return np.full(n, float(course.diet_mg))
    men, women = _survey("diet_men", dice["diet"]), _survey("diet_women", dice["diet"])
    if course.subject.sex == "male":
        return men
    if course.subject.sex == "female":
        return women
    return np.where(dice["sex"] < 0.5, men, women)


def _survey(name: str, z: Array) -> Array:
    """Log-normal on either side of the middle, through the survey's 5, 50 and 95 %."""
    known = np.log([number(name, field) for field in ("p5", "p50", "p95")])
    at = z / NormalDist().inv_cdf(0.95)
    return np.asarray(
        np.exp(np.where(at < 0, known[1] + at * (known[1] - known[0]), known[1] + at * (known[2] - known[1])))
    )


def _absorbs(course: Course, gfr: Array, dice: dict[str, Array]) -> Array:
    """One factor on every uptake from the gut."""
    factor = np.ones(len(gfr))
    names = list(course.subject.covariates)
    if (course.subject.age or 0.0) >= number("age_over_70", "from_age"):
        names.append("age_over_70")
    if course.phytate_rich:
        names.append("phytate_rich")
    for name in names:
        spread = shift(name, "absorbs")
        factor = factor if spread is None else factor * spread.at(dice[name])
    depleted = shift("depleted", "absorbs")
    if depleted is not None and course.subject.deficit_mmol_per_kg >= number("depleted", "from_deficit"):
        factor = factor * depleted.best  # one figure for everybody: nothing is known of how people differ
    return factor * _kidney_absorbs(gfr, dice["kidney_absorbs"])


def _kidney_absorbs(gfr: Array, u: Array) -> Array:
    """1 from 60 up, the middle value at 45, the low one at 15 and below; straight lines between."""
    severe, moderate = _of_kidney("absorbs_below_30").at(u), _of_kidney("absorbs_below_60").at(u)
    between = np.clip((45.0 - gfr) / 30.0, 0.0, 1.0)
    below = moderate + (severe - moderate) * between
    share = np.clip((60.0 - gfr) / 15.0, 0.0, 1.0)
    return 1.0 + (below - 1.0) * share


def _of_kidney(field: str) -> Spread:
    return shift("kidney_absorbs", field) or Spread(1.0, 1.0, 1.0)


def _dissolved(course: Course, dice: dict[str, Array]) -> dict[str, Array]:
    result: dict[str, Array] = {}
    for name in {dose.form for dose in course.doses if dose.route == "oral"}:
        spread, alkaline = form(name)
        share = spread.at(dice["alkaline" if alkaline else "soluble"])
        less = shift("ppi", "dissolves")
        if alkaline and less is not None and "ppi" in course.subject.covariates:
            share = share * less.at(dice["ppi"])
        result[name] = share
    return result


def _traits(subject: Subject, own: dict[str, Array], gfr_l_h: Array, absorbs: Array) -> Traits:
    """Parameters scaled to this weight and gut; threshold and usual serum are set later."""
    size = _weight(subject) / number("reference_adult", "weight_kg")
    nothing = np.zeros_like(gfr_l_h)
    return Traits(
        emptying_fed=np.minimum(own["emptying_fed"], bound("rate").high),
        emptying_fasting=np.minimum(own["emptying_fasting"], bound("rate").high),
        dissolving=own["dissolving"],
        solid_transit=own["solid_transit"],
        transit=own["transit"],
        transit_fasting=own["transit_fasting"],
        hurry=1.0 / own["transit_osmotic"],
        uptake_most=own["uptake_most"] * absorbs,
        uptake_half=own["uptake_half"],
        uptake_linear=own["uptake_linear"] * absorbs,
        colon_uptake=own["colon_uptake"] * absorbs,
        colon_transit=own["colon_transit"],
        secretion=own["secretion"] / DAY_H,
        sweat=own["sweat"] / DAY_H,
        per_plasma_volume=1.0 / (own["plasma_volume"] * size),
        per_fast_volume=1.0 / (own["fast_volume"] * size),
        fast_flow=own["fast_flow"] * size,
        filterable=own["filterable"],
        threshold=nothing,
        splay=own["splay"],
        gfr=gfr_l_h,
        per_serum_usual=nothing + 1.0 / number("serum_usual"),
        cells_store=own["tissue_store"] * size,
        cells_rate=np.log(2.0) / own["tissue_half_time"],
        cells_follow=own["tissue_follows"],
        bone_store=own["bone_store"] * size,
        bone_rate=np.log(2.0) / own["bone_half_time"],
        bone_follow=own["bone_follows"],
    )


def _empty(n: int) -> Rates:
    return Rates(*(np.zeros(n) for _ in Rates._fields))


def _diet_only(course: Course, days: int) -> Course:
    return replace(course, doses=(), kept_fasting=(), days=days, every_h=DAY_H)


def _gut_in_balance(course: Course, crowd: Crowd, engine: Engine) -> tuple[Crowd, Array, Array]:
    """The gut after a week of this diet; with a measured urine, taking up as much as that urine needs.

    Where the diet is known the gut gives way, as far as guts differ; what is left over means that serum and urine were
    measured on another diet, and the person starts out of balance. Where it is not known, diet and gut give way by
    halves: people differ about as much in the one as in the other.
    """
    crowd, uptake, faeces = _gut_on_diet(course, crowd, engine)
    measured = course.subject.urine_mmol_d
    if measured is None:
        return crowd, uptake, faeces
    so_far, differs = np.ones(len(crowd)), bound("gut_differs")
    for _ in range(ROUNDS):
        needed = measured + (crowd.traits.secretion + crowd.traits.sweat) * DAY_H
        factor = np.clip((needed / uptake) ** OVERSHOOT, 0.3, 3.0)
        wished = factor if course.diet_mg is not None else np.sqrt(factor)
        by_gut = np.clip(so_far * wished, differs.low, differs.high) / so_far
        so_far = so_far * by_gut
        crowd = _absorbing(crowd, by_gut)
        if course.diet_mg is None:
            crowd = _eating(crowd, factor / by_gut)
        crowd, uptake, faeces = _gut_on_diet(course, crowd, engine)
    return crowd, uptake, faeces


def _eating(crowd: Crowd, factor: Array) -> Crowd:
    most = mmol(bound("diet").high)
    return replace(crowd, diet_mmol_d=np.clip(crowd.diet_mmol_d * factor, most / 100.0, most))


def _absorbing(crowd: Crowd, factor: Array) -> Crowd:
    t = crowd.traits
    return replace(
        crowd,
        traits=t._replace(
            uptake_most=t.uptake_most * factor,
            uptake_linear=t.uptake_linear * np.sqrt(factor),
            colon_uptake=t.colon_uptake * np.sqrt(factor),
        ),
    )


def _gut_on_diet(course: Course, crowd: Crowd, engine: Engine) -> tuple[Crowd, Array, Array]:
    t = crowd.traits
    passed_on = UNABSORBED * crowd.diet_mmol_d / DAY_H
    start = _empty(len(crowd))._replace(
        colon=passed_on / (t.colon_uptake + t.colon_transit)
    )  # slow colons fill late
    crowd = replace(crowd, start=start)
    records = engine(crowd, timetable(_diet_only(course, SETTLING_DAYS), mesh=SETTLING))
    uptake, faeces = records.uptake[-1] - records.uptake[-2], records.faeces[-1] - records.faeces[-2]
    return replace(crowd, start=records.end), uptake, faeces


def _serum(
    subject: Subject,
    t: Traits,
    urine: Array,
    threshold: Array | None,
    own: dict[str, Array],
    dice: dict[str, Array],
) -> Array:
    """As measured; else from the threshold of such people, moved by illness and medicines; else the usual."""
    if subject.serum_mmol_l is not None:
        return np.full(len(urine), float(subject.serum_mmol_l))
    if threshold is None:
        return own["serum_usual"]
    spread = _serum_spread(subject, t) * t.filterable * dice["serum"]
    moved = threshold + spread
    for name in subject.covariates:
        by = shift(name, "threshold")
        moved = moved if by is None else moved + by.at(dice[name])
    serum = (moved + hinge_inverse(urine / DAY_H / t.gfr, t.splay)) / t.filterable
    return np.asarray(np.clip(serum, bound("serum").low, bound("serum").high))


def _serum_spread(subject: Subject, t: Traits) -> Array:
    """Standard deviation of serum in people like this, mmol/L: wider the less the kidneys filter."""
    healthy, kidney = number("serum_spread"), number("serum_spread_kidney")
    top, bottom = number("serum_spread_kidney", "from_egfr"), number("serum_spread_kidney", "to_egfr")
    egfr = t.gfr * 1000 / 60 / _surface_share(subject)
    return np.asarray(healthy + (kidney - healthy) * np.clip((top - egfr) / (top - bottom), 0.0, 1.0))


def _body_at(gut: Rates, t: Traits, serum: Array, subject: Subject) -> Rates:
    """Plasma and stores at this serum; a deficit is missing from cells and bone by their size."""
    missing = subject.deficit_mmol_per_kg * _weight(subject) / (t.cells_store + t.bone_store)
    zero = np.zeros_like(serum)
    return gut._replace(
        plasma=serum / t.per_plasma_volume,
        fast=serum / t.per_fast_volume,
        cells=t.cells_store * (1.0 - missing),
        bone=t.bone_store * (1.0 - missing),
        urine=zero,
        faeces=zero,
        uptake=zero,
    )


def _through_a_day(course: Course, crowd: Crowd, engine: Engine, subject: Subject) -> Rates:
    """Plasma and fast tissue at midnight of an ordinary day; the stores as they were."""
    table = timetable(_diet_only(course, 3), mesh=SETTLING, outputs=False)
    after = engine(crowd, table).end
    kept = crowd.start
    if subject.deficit_mmol_per_kg:  # filling has begun; do not start later than asked
        after = after._replace(plasma=kept.plasma, fast=kept.fast)
    return after._replace(
        cells=kept.cells, bone=kept.bone, urine=kept.urine, faeces=kept.faeces, uptake=kept.uptake
    )
