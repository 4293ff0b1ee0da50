"""Would a small intestine of several stretches explain more than the one that ships?

`python -m studies.gut_segments` fits one, two and three stretches in a row to the five calibration rows on absorption
(same priors, same laboratories), prints how well each meets them, and then what each says about figures it was not
fitted to. Nothing here changes what ships; docs/explanation/credibility.md says what was kept and why. Two minutes.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from magwise.simulate.bodies import number, parameters
from magwise.simulate.calibrate import rows

STEP_H = 0.05
FITTED = ("uptake_most", "uptake_half", "uptake_linear", "colon_uptake", "transit_osmotic", "transit")
ABSORPTION = ("fit-C01", "fit-C02", "fit-C03", "fit-C04", "fit-C05")
LABORATORY = (0, 0, 0, 1, 2)
FIRST_GUESS = {1: 1.0, 2: 0.68, 3: 0.54}  # of uptake_most's prior: a stretch is met in turn, not at once


class Dose(NamedTuple):
    at_h: float
    mg: float
    fed: bool
    followed: bool


Own = dict[str, float]


def swallow(
    stretches: int, own: Own, doses: Sequence[Dose], meals: Sequence[float], diet_mg: float, hours: float
) -> tuple[np.ndarray, float]:
    """Uptake so far (mmol) at every step, and how much of the followed doses was taken up."""
    given: dict[float, list[float]] = {}
    fed: dict[float, bool] = {}
    for day in range(int(np.ceil(hours / 24))):
        for hour in meals:
            at = round(24 * day + hour, 4)
            given.setdefault(at, [0.0, 0.0])[0] += diet_mg / len(meals) / number("magnesium_mass")
            fed[at] = True
    for dose in doses:
        here = given.setdefault(round(dose.at_h, 4), [0.0, 0.0])
        here[0] += dose.mg / number("magnesium_mass")
        here[1] += dose.mg / number("magnesium_mass") * dose.followed
        fed[round(dose.at_h, 4)] = dose.fed
    y = np.zeros((stretches + 2, 2))  # stomach, stretches, colon; all magnesium and the followed part of it
    taken = np.zeros((round(hours / STEP_H) + 1, 2))
    emptying = own["emptying_fed"]
    for k in range(len(taken) - 1):
        at = round(k * STEP_H, 4)
        if at in given:
            y[0] += given[at]
            emptying = own["emptying_fed" if fed[at] else "emptying_fasting"]
        a, ua = _slope(y, own, emptying, stretches)
        b, ub = _slope(y + STEP_H / 2 * a, own, emptying, stretches)
        c, uc = _slope(y + STEP_H / 2 * b, own, emptying, stretches)
        d, ud = _slope(y + STEP_H * c, own, emptying, stretches)
        y = y + STEP_H / 6 * (a + 2 * b + 2 * c + d)
        taken[k + 1] = taken[k] + STEP_H / 6 * (ua + 2 * ub + 2 * uc + ud)
    return taken[:, 0], float(taken[-1, 1])


def _slope(y: np.ndarray, own: Own, emptying: float, stretches: int) -> tuple[np.ndarray, np.ndarray]:
    change, uptake = np.zeros_like(y), np.zeros(2)
    change[0] = -emptying * y[0]
    arrives = emptying * y[0] + np.array([own["secretion"] / 24, 0.0])
    for k in range(1, stretches + 1):
        caught = (own["uptake_most"] / (own["uptake_half"] + y[k, 0]) + own["uptake_linear"]) * y[k]
        passes = stretches * own["transit"] * (1 + y[k, 0] / own["transit_osmotic"]) * y[k]
        change[k] = arrives - caught - passes
        uptake += caught
        arrives = passes
    late = own["colon_uptake"] * y[-1]
    change[-1] = arrives - late - own["colon_transit"] * y[-1]
    return change, uptake + late


def share(stretches: int, own: Own, mg: float, *, diet: float = 0.0, fed: bool = True) -> float:
    """Of one dose at eight, with lunch and dinner after it when there is a diet."""
    meals = (12.5, 19.0) if diet else ()
    taken = swallow(stretches, own, [Dose(8.0, mg, fed, True)], meals, diet, 72)[1]
    return taken * number("magnesium_mass") / mg


def said(stretches: int, own: Own) -> np.ndarray:
    low, high = number("slope_ends", "low_mg"), number("slope_ends", "high_mg")
    less, more = share(stretches, own, low), share(stretches, own, high)
    further = (more * high - less * low) / (high - low)
    with_diet = (share(stretches, own, 70, diet=200, fed=False), share(stretches, own, 88, diet=200))
    return np.array([share(stretches, own, number("meal_fine", "low_mg")), more, further, *with_diet])


def misfit(z: np.ndarray, stretches: int) -> np.ndarray:
    facts = [row for row in rows() if row.id in ABSORPTION]
    seen, error = (np.array([float(str(row.values[key])) for row in facts]) for key in ("value", "log_sd"))
    factor = number("between_laboratories") * z[len(FITTED) :][list(LABORATORY)]
    return np.concatenate([(np.log(said(stretches, own_of(z, stretches)) / seen) + factor) / error, z])


def own_of(z: np.ndarray, stretches: int) -> Own:
    known = parameters()
    own = {name: one.value for name, one in known.items()}
    own["uptake_most"] *= FIRST_GUESS[stretches]
    return own | {
        name: own[name] * float(np.exp(known[name].prior_log_sd * z[k])) for k, name in enumerate(FITTED)
    }


def fitted(stretches: int) -> tuple[Own, float]:
    """Gauss-Newton; the parameters and the misfit, priors and laboratories included."""
    z = np.zeros(len(FITTED) + 1 + max(LABORATORY))
    for _ in range(6):
        here = misfit(z, stretches)
        columns = [(misfit(z + 1e-3 * unit, stretches) - here) / 1e-3 for unit in np.eye(len(z))]
        z = z + np.linalg.lstsq(np.array(columns).T, -here, rcond=None)[0]
    return own_of(z, stretches), float((misfit(z, stretches) ** 2).sum())


def main() -> None:
    print(
        f"{'stretches':<11}{'misfit':>7}   {'  '.join(ABSORPTION)}   urine C09   3 x 150 mg add   seven portions   two"
    )
    for stretches in FIRST_GUESS:
        own, cost = fitted(stretches)
        meals = (8.0, 13.0, 19.0)
        thrice = [Dose(24.0 * day + hour, 150.0, True, False) for day in range(7) for hour in meals]
        usual, given = (swallow(stretches, own, doses, meals, 300.0, 24 * 7)[0] for doses in ((), thrice))
        a_day = int(24 / STEP_H)
        urine = usual[-1] - usual[-1 - a_day] - own["secretion"] - own["sweat"]
        more = given[-1] - given[-1 - a_day] - (usual[-1] - usual[-1 - a_day])
        seven, two = (
            swallow(stretches, own, [Dose(24 + at, mg, False, True) for at in hours], meals, 373.0, 96)[1]
            * number("magnesium_mass") / (mg * len(hours))
            for mg, hours in ((18.0, (8.25, 10, 12, 14, 16, 18, 20)), (63.0, (10, 16)))
        )  # fmt: skip
        row = "  ".join(f"{one:7.3f}" for one in said(stretches, own))
        print(f"{stretches:<11}{cost:>7.2f}   {row}   {urine * number('magnesium_mass'):6.0f} mg"
              f"   {more:7.2f} mmol/d   {seven:14.3f}   {two:.3f}")  # fmt: skip


if __name__ == "__main__":
    main()
