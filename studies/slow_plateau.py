"""Why do trials see serum rise for twenty weeks, when a load is excreted within a day?

`python -m studies.slow_plateau` tries mechanisms on the fitted reference adult and prints what each would do to three
figures: the weeks until serum and urine stop rising (published: about 20 and 40, read across trials), and what is
retained of 30 mmol given into a vein over eight hours (published: 6.3 %, SD 10.3). Nothing here changes what ships; the
page docs/explanation/credibility.md says what was kept and why.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from magwise.simulate import Course
from magwise.simulate.bodies import draws
from magwise.simulate.engine import best_engine
from magwise.simulate.equations import Traits, hinge
from magwise.simulate.people import reference_people

EXTRA_MMOL_D = 1.8  # what 400 mg of a soluble salt adds to uptake in the model
LOAD_MMOL, LOAD_H = 30.0, 8.0
WEEKS = 60
STEP_H = 1.0


@dataclass(frozen=True)
class Mechanism:
    """How bone fills and how the kidney's threshold moves; the shipped model is the default."""

    name: str
    bone_follow: float | None = None  # None: as fitted
    bone_saturates_at: float | None = None  # relative rise of serum beyond which bone takes up little more
    bone_half_time_h: float | None = None
    threshold_adapts: float = 0.0  # share of a lasting rise by which the threshold follows
    adapting_weeks: float = 8.0


MECHANISMS = (
    Mechanism("as shipped"),
    Mechanism("bone follows serum in full", bone_follow=1.0),
    Mechanism("bone follows in full, half-time 100 days", bone_follow=1.0, bone_half_time_h=2400.0),
    Mechanism("bone follows three-fold, saturates at 4 %", bone_follow=3.0, bone_saturates_at=0.04),
    Mechanism(
        "the same, half-time 100 days", bone_follow=3.0, bone_saturates_at=0.04, bone_half_time_h=2400.0
    ),
    Mechanism("threshold follows a lasting rise by half", threshold_adapts=0.5),
    Mechanism("threshold yields to a lasting rise by half", threshold_adapts=-0.5),
)


def main() -> None:
    t, uptake = reference()
    print(f"{'mechanism':<46}{'serum wk':>9}{'urine wk':>9}{'serum +':>9}{'stored':>8}{'load kept':>11}")
    for mechanism in MECHANISMS:
        serum, urine, stored = supplement(mechanism, t, uptake)
        print(
            f"{mechanism.name:<46}{plateau(serum):>9}{plateau(urine):>9}{serum[24]:>9.3f}{stored:>8.0f}"
            f"{retained(mechanism, t, uptake):>11.1%}"
        )


def reference() -> tuple[Traits, float]:
    """The traits of the reference adult at the middle of the posterior, and uptake in mmol/h."""
    own = {name: np.array([np.median(values)]) for name, values in draws().items()}
    people = reference_people(Course(diet_mg=300), own, None, best_engine())
    traits = Traits(*(float(column[0]) for column in people.crowd.traits))
    return traits, float(people.baseline.uptake_mmol_d[0]) / 24.0


def supplement(mechanism: Mechanism, t: Traits, uptake: float) -> tuple[np.ndarray, np.ndarray, float]:
    """Weekly rise of serum (mmol/L) and urine (mmol/d), and mmol stored after all weeks."""
    y, rows = start(t), []
    usual_urine = 24.0 * kidney(t, 1.0 / t.per_serum_usual, 0.0)
    step = stepper(mechanism, t)
    for _ in range(WEEKS):
        before = y[4]
        for _ in range(int(7 * 24 / STEP_H)):
            y = step(y, uptake + EXTRA_MMOL_D / 24.0)
        rows.append(
            (y[0] * t.per_plasma_volume - 1.0 / t.per_serum_usual, (y[4] - before) / 7.0 - usual_urine)
        )
    weekly = np.array(rows)
    return weekly[:, 0], weekly[:, 1], float(y[2] + y[3] - t.cells_store - t.bone_store)


def retained(mechanism: Mechanism, t: Traits, uptake: float) -> float:
    """Share of the load not in the urine a day after it began."""
    step = stepper(mechanism, t)
    loaded, plain = start(t), start(t)
    for k in range(int(24 / STEP_H)):
        loaded = step(loaded, uptake + (LOAD_MMOL / LOAD_H if k * STEP_H < LOAD_H else 0.0))
        plain = step(plain, uptake)
    return 1.0 - float(loaded[4] - plain[4]) / LOAD_MMOL


def plateau(rises: np.ndarray) -> int:
    """The first week from which 95 % of the last rise is there for good."""
    below = np.flatnonzero(rises < 0.95 * rises[-1])
    return int(below[-1] + 2) if len(below) else 1


def start(t: Traits) -> np.ndarray:
    """Plasma, fast, cells, bone, urine so far, and how far the threshold has moved."""
    serum = 1.0 / t.per_serum_usual
    return np.array(
        [serum / t.per_plasma_volume, serum / t.per_fast_volume, t.cells_store, t.bone_store, 0.0, 0.0]
    )


def kidney(t: Traits, serum: float, moved: float) -> float:
    return float(t.gfr * hinge(t.filterable * serum - t.threshold - moved, t.splay))


def stepper(mechanism: Mechanism, t: Traits) -> Callable[[np.ndarray, float], np.ndarray]:
    follow = t.bone_follow if mechanism.bone_follow is None else mechanism.bone_follow
    rate = t.bone_rate if mechanism.bone_half_time_h is None else np.log(2.0) / mechanism.bone_half_time_h
    t = t._replace(bone_follow=follow, bone_rate=rate)

    def slope(y: np.ndarray, uptake: float) -> np.ndarray:
        plasma, fast, cells, bone, _, moved = y
        serum = t.per_plasma_volume * plasma
        rise = serum * t.per_serum_usual - 1.0
        limit = mechanism.bone_saturates_at
        bounded = rise if limit is None else rise / np.sqrt(1.0 + (rise / limit) ** 2)
        into_fast = t.fast_flow * (serum - t.per_fast_volume * fast)
        into_cells = t.cells_rate * (t.cells_store * (1.0 + t.cells_follow * rise) - cells)
        into_bone = t.bone_rate * (t.bone_store * (1.0 + t.bone_follow * bounded) - bone)
        urine = kidney(t, serum, moved)
        into_plasma = uptake - t.secretion - t.sweat - urine - into_fast - into_cells - into_bone
        aim = mechanism.threshold_adapts * t.filterable * (serum - 1.0 / t.per_serum_usual)
        return np.array(
            [
                into_plasma,
                into_fast,
                into_cells,
                into_bone,
                urine,
                (aim - moved) / (mechanism.adapting_weeks * 168),
            ]
        )

    def step(y: np.ndarray, uptake: float) -> np.ndarray:
        a = slope(y, uptake)
        b = slope(y + 0.5 * STEP_H * a, uptake)
        c = slope(y + 0.5 * STEP_H * b, uptake)
        d = slope(y + STEP_H * c, uptake)
        return y + STEP_H / 6.0 * (a + 2.0 * (b + c) + d)

    return step


if __name__ == "__main__":
    main()
