"""Fit the model to the calibration rows of knowledge/bodies/calibration.yaml, and to nothing else.

`python -m magwise.simulate.calibrate` writes knowledge/bodies/posterior.csv: draws from the posterior, seeded, the same
on every machine up to rounding. Method: Gauss-Newton to the best fit with the priors of parameters.yaml and one factor
for each laboratory; a normal approximation there; many proposals from a widened one, weighted by the true posterior
and resampled. Parameters that no row speaks about keep their prior. `--show` prints what ships, without fitting;
`--leave-one-out` fits without each row in turn and says whether it lies where the others expect it.
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from magwise import knowledge
from magwise.facts import Fact
from magwise.simulate.absorbed import absorbed_shares
from magwise.simulate.bodies import POSTERIOR, draws, number, parameters, person_fact
from magwise.simulate.course import DAY_H, Course, Dose, Subject, mmol
from magwise.simulate.engine import best_engine
from magwise.simulate.equations import excretion
from magwise.simulate.people import TAILS, People, reference_people
from magwise.simulate.timetable import timetable

__all__ = ["Fit", "calibrate", "fit_table", "parameter_table", "predictions", "rows"]

Array = NDArray[np.float64]
Own = dict[str, Array]
SEED = 20261122
DRAWS = 400
PROPOSALS = 6000
WIDENED = 1.25
NO_BREAKFAST = (13.0, 19.0)  # a bolus is studied fasting, as usual; the abstracts do not say
FASTEST_EXCHANGE = 1.6  # 1/h; the usual mesh is stable well beyond it


@dataclass(frozen=True, slots=True)
class Fit:
    names: tuple[str, ...]
    best: Array  # logarithms of the factors on the priors' values
    covariance: Array
    effective_draws: float
    draws: Own


def rows() -> tuple[Fact, ...]:
    return tuple(fact for fact in knowledge.facts("bodies") if fact.id in _PREDICT)


def predictions(own: Own, left_out: str | None = None) -> dict[str, Array]:
    """What the model says for every calibration row, one value for each set of parameters."""
    return {row: predict(own) for row, predict in _PREDICT.items() if row != left_out}


def _share(
    own: Own, mg: float, *, diet: float = 0.0, meals: tuple[float, ...] = (8.0,), fed: bool = True
) -> Array:
    course = Course(diet_mg=diet, meals_h=meals, doses=(Dose(mg, (8.0,), "acetate", with_meal=fed),), days=1)
    people = reference_people(course, own, None, best_engine())
    return absorbed_shares(course, people.crowd)[(1, 8.0)]["acetate"]


def _slope(own: Own) -> Array:
    low, high = number("slope_ends", "low_mg"), number("slope_ends", "high_mg")
    return np.asarray((_share(own, high) * high - _share(own, low) * low) / (high - low))


def _with_and_without(
    own: Own, mmol_iv: float, duration_h: float, days: int, meals: tuple[float, ...] | None = None
) -> tuple[Array, Array, Array, Array]:
    """Hours, serum with, serum without, urine with less urine without (mmol over the run)."""
    mg = mmol_iv / mmol(1.0)
    course = Course(
        subject=Subject(age=number("reference_adult", "age_y")),
        diet_mg=number("reference_adult", "diet_mg_per_day"),
        meals_h=meals,
        doses=(Dose(mg, (8.0,), route="iv", duration_h=duration_h),),
        days=days,
        every_h=0.5,
    )
    course = replace(course, doses=tuple(replace(dose, last_day=1) for dose in course.doses))
    engine = best_engine()
    people = reference_people(course, own, None, engine)
    given = engine(people.crowd, timetable(course))
    plain = engine(people.crowd, timetable(course.without_doses()))
    per_volume = people.crowd.traits.per_plasma_volume
    return given.time_h, given.plasma * per_volume, plain.plasma * per_volume, given.urine - plain.urine


def _clearance(own: Own) -> Array:
    dose = number("iv_load_dolberg")
    hours, given, plain, _ = _with_and_without(own, dose, 0.0, 3, NO_BREAKFAST)
    after = hours >= 8.0
    return np.asarray(dose / np.trapezoid((given - plain)[after], hours[after], axis=0))


def _area_rise(own: Own, amount: float) -> Array:
    hours, given, plain, _ = _with_and_without(own, amount, 0.0, 1, NO_BREAKFAST)
    window = (hours >= 8.0) & (hours <= 20.0)
    area = [np.trapezoid(curve[window], hours[window], axis=0) for curve in (given, plain)]
    return np.asarray(area[0] / area[1] - 1.0)


def _retained(own: Own) -> Array:
    load, over = number("iv_load_gullestad"), number("iv_load_gullestad", "hours")
    hours, _, _, extra = _with_and_without(own, load, over, 2)
    a_day_on = int(np.searchsorted(hours, 8.0 + DAY_H))
    return np.asarray(1.0 - extra[a_day_on] / load)


def _ordinary(own: Own) -> People:
    course = Course(diet_mg=number("reference_adult", "diet_mg_per_day"), days=1)
    return reference_people(course, own, None, best_engine())


def _urine(own: Own) -> Array:
    return _ordinary(own).baseline.urine_mmol_d / mmol(1.0)


def _fractional_excretion(own: Own) -> Array:
    """In a morning sample before breakfast."""
    course = Course(diet_mg=number("reference_adult", "diet_mg_per_day"), days=1, every_h=7.5)
    people = reference_people(course, own, None, best_engine())
    t = people.crowd.traits
    plasma = best_engine()(people.crowd, timetable(course)).plasma[1]
    return np.asarray(excretion(plasma, t) / (t.gfr * t.filterable * plasma * t.per_plasma_volume))


_PREDICT: dict[str, Callable[[Own], Array]] = {
    "fit-C01": lambda own: _share(own, number("meal_fine", "low_mg")),
    "fit-C02": lambda own: _share(own, number("meal_fine", "high_mg")),
    "fit-C03": _slope,
    "fit-C04": lambda own: _share(own, 70.0, diet=200.0, meals=(12.5, 19.0), fed=False),
    "fit-C05": lambda own: _share(own, 88.0, diet=200.0, meals=(12.5, 19.0)),
    "fit-C06": _clearance,
    "fit-C07a": lambda own: _area_rise(own, 4.0),
    "fit-C07b": lambda own: _area_rise(own, 8.0),
    "fit-C08": _retained,
    "fit-C09": _urine,
    "fit-C10": _fractional_excretion,
}


def _laboratories() -> tuple[str, ...]:
    return tuple(sorted({str(row.values["laboratory"]) for row in rows() if row.values["laboratory"]}))


def _misfit(z: Array, names: tuple[str, ...], left_out: str | None) -> Array:
    """Residuals in standard deviations, rows of (rows + unknowns, sets): data first, then the prior on z itself."""
    own = _own(z, names)
    said = predictions(own, left_out)
    laboratories = _laboratories()
    between = number("between_laboratories")
    data = []
    for row in rows():
        if row.id == left_out:
            continue
        value = float(str(row.values["value"]))
        if "sd" in row.values:
            data.append((said[row.id] - value) / float(str(row.values["sd"])))
            continue
        laboratory = row.values["laboratory"]
        factor = between * z[len(names) + laboratories.index(str(laboratory))] if laboratory else 0.0
        data.append((np.log(said[row.id] / value) + factor) / float(str(row.values["log_sd"])))
    return np.vstack([*data, z])


def _own(z: Array, names: tuple[str, ...]) -> Own:
    """Parameters from unknowns in units of their prior's standard deviation."""
    own = {name: np.full(z.shape[1], p.value) for name, p in parameters().items()}
    for k, name in enumerate(names):
        p = parameters()[name]
        own[name] = p.value * np.exp(p.prior_log_sd * z[k])
    return own


def calibrate(seed: int = SEED, *, left_out: str | None = None, proposals: int = PROPOSALS) -> Fit:
    """The posterior, from all rows or from all but one."""
    names = tuple(p.id for p in parameters().values() if p.fit)
    unknowns = len(names) + len(_laboratories())
    best = _best(unknowns, names, left_out)
    _, jacobian = _linear(best, names, left_out)
    covariance = np.linalg.inv(jacobian.T @ jacobian).astype(np.float64)
    rng = np.random.default_rng(seed)
    picked, effective = _resampled(best, covariance, names, rng, left_out, proposals)
    own = _own(picked, names)
    for name, p in parameters().items():
        if not p.fit:
            z = np.clip(rng.standard_normal(DRAWS), -TAILS, TAILS)
            own[name] = p.value * np.exp(p.prior_log_sd * z)
    reference = reference_people(
        Course(diet_mg=number("reference_adult", "diet_mg_per_day")), own, None, best_engine()
    )
    own["threshold"] = reference.crowd.traits.threshold
    return Fit(names, best, covariance, effective, own)


def _best(unknowns: int, names: tuple[str, ...], left_out: str | None) -> Array:
    """Gauss-Newton with step halving."""
    z = np.zeros(unknowns)
    cost = _cost(z[:, None], names, left_out)[0]
    for _ in range(12):
        residual, jacobian = _linear(z, names, left_out)
        step = np.linalg.lstsq(jacobian, -residual, rcond=None)[0]
        shares = np.array([1.0, 0.5, 0.25, 0.1])
        tried = z[:, None] + step[:, None] * shares
        costs = _cost(tried, names, left_out)
        if costs.min() > cost - 1e-6:
            return z
        z, cost = tried[:, int(costs.argmin())], costs.min()
    return z


def _linear(z: Array, names: tuple[str, ...], left_out: str | None) -> tuple[Array, Array]:
    eps = 1e-3
    columns = np.column_stack([z, *(z + eps * unit for unit in np.eye(len(z)))])
    all_residuals = _misfit(columns, names, left_out)
    return all_residuals[:, 0], (all_residuals[:, 1:] - all_residuals[:, :1]) / eps


def _cost(z: Array, names: tuple[str, ...], left_out: str | None) -> Array:
    residual = _misfit(z, names, left_out)
    return np.asarray(0.5 * np.einsum("ij,ij->j", residual, residual))


def _resampled(
    best: Array,
    covariance: Array,
    names: tuple[str, ...],
    rng: np.random.Generator,
    left_out: str | None,
    proposals: int,
) -> tuple[Array, float]:
    """Draws weighted by posterior over proposal, and how many independent draws the weights are worth."""
    root = np.linalg.cholesky(covariance) * WIDENED
    normal = rng.standard_normal((len(best), proposals))
    z = best[:, None] + root @ normal
    own = _own(z, names)
    stable = own["fast_flow"] * (1.0 / own["plasma_volume"] + 1.0 / own["fast_volume"]) < FASTEST_EXCHANGE
    allowed = stable & (np.abs(z) < TAILS + 1.0).all(axis=0)
    log_weight = np.full(proposals, -np.inf)
    log_weight[allowed] = -_cost(z[:, allowed], names, left_out) + 0.5 * (normal[:, allowed] ** 2).sum(axis=0)
    weight = np.exp(log_weight - log_weight.max())
    weight /= weight.sum()
    chosen = np.searchsorted(np.cumsum(weight), (np.arange(DRAWS) + rng.random()) / DRAWS)
    return z[:, np.minimum(chosen, proposals - 1)], float(1.0 / (weight**2).sum())


def write(fit: Fit) -> None:
    names = list(fit.draws)
    with POSTERIOR.open("w", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(names)
        out.writerows([f"{fit.draws[name][k]:.6g}" for name in names] for k in range(DRAWS))


def expected_of(row: Fact, fit: Fit, rng: np.random.Generator) -> tuple[float, float]:
    """Where a study like this row's should lie nine times in ten: draws, another laboratory, its own error."""
    said = _PREDICT[row.id]({name: values for name, values in fit.draws.items() if name != "threshold"})
    noise, laboratory = rng.standard_normal((2, len(said)))
    if "sd" in row.values:
        figures = said + float(str(row.values["sd"])) * noise
    else:
        between = number("between_laboratories") if row.values["laboratory"] else 0.0
        figures = said * np.exp(float(str(row.values["log_sd"])) * noise + between * laboratory)
    low, high = np.quantile(figures, [0.05, 0.95])
    return float(low), float(high)


def left_out_table(seed: int = SEED) -> list[str]:
    """Each row predicted by a fit that has not seen it, and how many lie in the band that should hold nine in ten."""
    lines = ["| row | published | expected without it (5 to 95 %) | inside |", "|---|--:|--:|---|"]
    inside = 0
    for row in rows():
        fit = calibrate(seed, left_out=row.id, proposals=PROPOSALS // 2)
        low, high = expected_of(row, fit, np.random.default_rng(seed))
        value = float(str(row.values["value"]))
        inside += low <= value <= high
        said = "yes" if low <= value <= high else "**no**"
        lines.append(f"| {row.id} | {value:g} | {low:.3g} to {high:.3g} | {said} |")
    return [*lines, "", f"{inside} of {len(rows())} rows lie in their bands."]


def fit_table(drawn: Own) -> list[str]:
    """Row by row: what was published and what the fitted model says, as the credibility page prints it."""
    said = predictions({name: values for name, values in drawn.items() if name != "threshold"})
    lines = ["| row | published | fitted, middle (5 to 95 % of draws) | unit |", "|---|--:|--:|---|"]
    for row in rows():
        p5, p50, p95 = np.quantile(said[row.id], [0.05, 0.5, 0.95])
        value, unit = row.values["value"], row.values["unit"]
        lines.append(f"| {row.id} {row.says} | {value} | {p50:.3g} ({p5:.3g} to {p95:.3g}) | {unit} |")
    return lines


def parameter_table(drawn: Own) -> list[str]:
    """What calibration did to every parameter."""
    lines = ["| parameter | prior | posterior, middle (5 to 95 %) | unit | fitted |", "|---|--:|--:|---|---|"]
    for name, p in parameters().items():
        p5, p50, p95 = np.quantile(drawn[name], [0.05, 0.5, 0.95])
        unit = person_fact(name).values["unit"]
        fitted = "yes" if p.fit else "no: prior only"
        lines.append(f"| {name} | {p.value:g} | {p50:.3g} ({p5:.3g} to {p95:.3g}) | {unit} | {fitted} |")
    return lines


def main(arguments: list[str]) -> int:
    if "--show" in arguments:
        print("\n".join([*fit_table(draws()), "", *parameter_table(draws())]))
        return 0
    if "--leave-one-out" in arguments:
        print("\n".join(left_out_table()))
        return 0
    fit = calibrate()
    write(fit)
    print("\n".join([*fit_table(fit.draws), "", *parameter_table(fit.draws)]))
    print(f"\n{fit.effective_draws:.0f} effective draws of {PROPOSALS} proposals")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
