"""The body in equations: how fast every amount changes. The only place where they stand.

Every engine runs these functions: NumPy with arrays (one entry a person), numba with numbers, and the SBML export
with symbols. So they use `+ - * /` and `sqrt` only. Amounts are mmol, volumes L, time h, concentrations mmol/L.

    stomach ──► small intestine ──► colon ──► faeces          undissolved salt ─► small intestine, colon
                     │  saturable + linear  │
                     └────────► plasma ◄────┘  ◄─► fast tissue, cells, bone;  ─► kidney (threshold), sweat, juices

The gut does not depend on the body (digestive juices are constant), so uptake can be known before plasma is.
All rates are below 3 per hour: explicit methods are right, and stiff ones only slow.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from numpy import sqrt

__all__ = [
    "STATES",
    "TOTALS",
    "Gut",
    "Rates",
    "Traits",
    "advance",
    "excretion",
    "gut",
    "hinge",
    "hinge_inverse",
    "rates",
    "tissues",
]

Amount = Any  # a float, an array of people, or a symbol

STATES = ("stomach", "solid", "intestine", "colon", "plasma", "fast", "cells", "bone")  # mmol
TOTALS = ("urine", "faeces", "uptake")  # mmol since the start


class Traits(NamedTuple):
    """One person's constants, in the order in which engines hold them."""

    emptying_fed: Amount  # 1/h
    emptying_fasting: Amount  # 1/h
    dissolving: Amount  # 1/h
    solid_transit: Amount  # 1/h
    transit: Amount  # 1/h
    transit_fasting: Amount  # ratio
    hurry: Amount  # 1/mmol: faster passage per dissolved mmol
    uptake_most: Amount  # mmol/h
    uptake_half: Amount  # mmol
    uptake_linear: Amount  # 1/h
    colon_uptake: Amount  # 1/h
    colon_transit: Amount  # 1/h
    secretion: Amount  # mmol/h
    sweat: Amount  # mmol/h
    per_plasma_volume: Amount  # 1/L
    per_fast_volume: Amount  # 1/L
    fast_flow: Amount  # L/h
    filterable: Amount  # fraction
    threshold: Amount  # mmol/L of filtrate
    splay: Amount  # mmol/L of filtrate
    gfr: Amount  # L/h
    per_serum_usual: Amount  # L/mmol
    cells_store: Amount  # mmol
    cells_rate: Amount  # 1/h
    cells_follow: Amount  # relative rise of the store per relative rise of plasma
    bone_store: Amount  # mmol
    bone_rate: Amount  # 1/h
    bone_follow: Amount  # as cells_follow


class Gut(NamedTuple):
    """Rates in the gut, mmol/h."""

    stomach: Amount
    solid: Amount
    intestine: Amount
    colon: Amount
    uptake: Amount  # from both parts, into plasma
    faeces: Amount


def gut(
    stomach: Amount,
    solid: Amount,
    intestine: Amount,
    colon: Amount,
    emptying: Amount,
    passing: Amount,
    t: Traits,
) -> Gut:
    """Dissolved magnesium is emptied, taken up or passed on; solid salt dissolves or passes on."""
    leaves_stomach = emptying * stomach
    dissolves = t.dissolving * solid
    solid_passes = t.solid_transit * solid
    passes = passing * intestine * (1.0 + t.hurry * intestine)
    taken_up = intestine * (t.uptake_most / (t.uptake_half + intestine) + t.uptake_linear)
    taken_up_late = t.colon_uptake * colon
    leaves_colon = t.colon_transit * colon
    return Gut(
        -leaves_stomach,
        -dissolves - solid_passes,
        leaves_stomach + dissolves + t.secretion - taken_up - passes,
        passes + solid_passes - taken_up_late - leaves_colon,
        taken_up + taken_up_late,
        leaves_colon,
    )


def hinge(above: Amount, width: Amount) -> Amount:
    """Nothing far below zero, `above` far above it, and width / 2 at zero: a smooth threshold."""
    return 0.5 * (above + sqrt(above * above + width * width))


def hinge_inverse(value: Amount, width: Amount) -> Amount:
    """`hinge(hinge_inverse(v, w), w) == v` for a positive v."""
    return value - width * width / (4.0 * value)


def excretion(plasma: Amount, t: Traits) -> Amount:
    """mmol/h into urine: what is filtered above the threshold, with its splay."""
    return t.gfr * hinge(t.filterable * t.per_plasma_volume * plasma - t.threshold, t.splay)


def tissues(
    plasma: Amount, fast: Amount, cells: Amount, bone: Amount, t: Traits
) -> tuple[Amount, Amount, Amount]:
    """mmol/h into fast tissue, cells and bone. Cells and bone seek a level that follows plasma only in part."""
    serum = t.per_plasma_volume * plasma
    rise = serum * t.per_serum_usual - 1.0
    into_fast = t.fast_flow * (serum - t.per_fast_volume * fast)
    into_cells = t.cells_rate * (t.cells_store * (1.0 + t.cells_follow * rise) - cells)
    into_bone = t.bone_rate * (t.bone_store * (1.0 + t.bone_follow * rise) - bone)
    return into_fast, into_cells, into_bone


class Rates(NamedTuple):
    """How fast the states and totals change, mmol/h. Also used for the amounts themselves, mmol."""

    stomach: Amount
    solid: Amount
    intestine: Amount
    colon: Amount
    plasma: Amount
    fast: Amount
    cells: Amount
    bone: Amount
    urine: Amount
    faeces: Amount
    uptake: Amount


def rates(
    stomach: Amount,
    solid: Amount,
    intestine: Amount,
    colon: Amount,
    plasma: Amount,
    fast: Amount,
    cells: Amount,
    bone: Amount,
    emptying: Amount,
    passing: Amount,
    infusion: Amount,
    t: Traits,
) -> Rates:
    """Every rate at once; `emptying` and `passing` (1/h) are those of the moment, `infusion` is mmol/h."""
    g = gut(stomach, solid, intestine, colon, emptying, passing, t)
    into_fast, into_cells, into_bone = tissues(plasma, fast, cells, bone, t)
    urine = excretion(plasma, t)
    into_plasma = g.uptake - t.secretion - t.sweat + infusion - urine - into_fast - into_cells - into_bone
    return Rates(
        g.stomach, g.solid, g.intestine, g.colon,
        into_plasma, into_fast, into_cells, into_bone,
        urine, g.faeces, g.uptake,
    )  # fmt: skip


def advance(y: Rates, step: Amount, emptying: Amount, passing: Amount, infusion: Amount, t: Traits) -> Rates:
    """The amounts `step` hours later, by one classical Runge-Kutta step of fourth order."""
    half, sixth = 0.5 * step, step / 6.0
    a = rates(y.stomach, y.solid, y.intestine, y.colon, y.plasma, y.fast, y.cells, y.bone,
              emptying, passing, infusion, t)  # fmt: skip
    b = rates(y.stomach + half * a.stomach, y.solid + half * a.solid, y.intestine + half * a.intestine,
              y.colon + half * a.colon, y.plasma + half * a.plasma, y.fast + half * a.fast,
              y.cells + half * a.cells, y.bone + half * a.bone, emptying, passing, infusion, t)  # fmt: skip
    c = rates(y.stomach + half * b.stomach, y.solid + half * b.solid, y.intestine + half * b.intestine,
              y.colon + half * b.colon, y.plasma + half * b.plasma, y.fast + half * b.fast,
              y.cells + half * b.cells, y.bone + half * b.bone, emptying, passing, infusion, t)  # fmt: skip
    d = rates(y.stomach + step * c.stomach, y.solid + step * c.solid, y.intestine + step * c.intestine,
              y.colon + step * c.colon, y.plasma + step * c.plasma, y.fast + step * c.fast,
              y.cells + step * c.cells, y.bone + step * c.bone, emptying, passing, infusion, t)  # fmt: skip
    return Rates(
        y.stomach + sixth * (a.stomach + 2.0 * (b.stomach + c.stomach) + d.stomach),
        y.solid + sixth * (a.solid + 2.0 * (b.solid + c.solid) + d.solid),
        y.intestine + sixth * (a.intestine + 2.0 * (b.intestine + c.intestine) + d.intestine),
        y.colon + sixth * (a.colon + 2.0 * (b.colon + c.colon) + d.colon),
        y.plasma + sixth * (a.plasma + 2.0 * (b.plasma + c.plasma) + d.plasma),
        y.fast + sixth * (a.fast + 2.0 * (b.fast + c.fast) + d.fast),
        y.cells + sixth * (a.cells + 2.0 * (b.cells + c.cells) + d.cells),
        y.bone + sixth * (a.bone + 2.0 * (b.bone + c.bone) + d.bone),
        y.urine + sixth * (a.urine + 2.0 * (b.urine + c.urine) + d.urine),
        y.faeces + sixth * (a.faeces + 2.0 * (b.faeces + c.faeces) + d.faeces),
        y.uptake + sixth * (a.uptake + 2.0 * (b.uptake + c.uptake) + d.uptake),
    )
