"""One thread, one person: the kernel behind gpu.py. Importing it needs numba-cuda, so only gpu.py does, and late.

`cuda` is a global name here because numba's simulator looks for it there.
"""

from __future__ import annotations

import ast
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

from numba import cuda as _cuda

from magwise.simulate import equations

__all__ = ["walk"]

cuda: Any = _cuda  # has no types of its own

FUNCTIONS = ("hinge", "gut", "excretion", "tissues", "rates", "advance")


class _MathRoot(ast.NodeTransformer):
    """`from numpy import sqrt` becomes `from math import sqrt`, which every device knows."""

    def visit_ImportFrom(self, node: ast.ImportFrom) -> ast.ImportFrom:  # the name that ast calls
        if node.module == "numpy":
            node.module = "math"
        return node


def _on_device() -> ModuleType:
    """The equations once more, from the same text, with every function compiled for the device."""
    tree = ast.fix_missing_locations(
        _MathRoot().visit(ast.parse(Path(equations.__file__).read_text("utf-8")))
    )
    module = ModuleType(f"{equations.__name__}_on_gpu")
    sys.modules[module.__name__] = module
    exec(compile(tree, equations.__file__, "exec"), module.__dict__)  # noqa: S102 - our own text
    for name in FUNCTIONS:  # callees first: each finds the compiled ones by name
        setattr(module, name, cuda.jit(device=True, inline=True)(getattr(module, name)))
    return module


_there: Any = _on_device()
advance, amounts_of, traits_of = _there.advance, _there.Rates, _there.Traits


@cuda.jit
def walk(  # type: ignore[no-untyped-def]
    amounts,
    traits,
    diet,
    shares,
    bounds,
    fractions,
    first_step,
    food_share,
    oral,
    bolus,
    infusion,
    fed,
    output,
    kept,
):
    i = cuda.grid(1)
    if i >= amounts.shape[1]:
        return
    own = i if bounds.shape[1] > 1 else 0
    y = amounts_of(
        amounts[0, i], amounts[1, i], amounts[2, i], amounts[3, i], amounts[4, i], amounts[5, i],
        amounts[6, i], amounts[7, i], amounts[8, i], amounts[9, i], amounts[10, i],
    )  # fmt: skip
    t = traits_of(
        traits[0, i], traits[1, i], traits[2, i], traits[3, i], traits[4, i], traits[5, i], traits[6, i],
        traits[7, i], traits[8, i], traits[9, i], traits[10, i], traits[11, i], traits[12, i], traits[13, i],
        traits[14, i], traits[15, i], traits[16, i], traits[17, i], traits[18, i], traits[19, i], traits[20, i],
        traits[21, i], traits[22, i], traits[23, i], traits[24, i], traits[25, i], traits[26, i], traits[27, i],
    )  # fmt: skip
    row = 0
    if output[0]:
        kept[0, 0, i], kept[1, 0, i], kept[2, 0, i], kept[3, 0, i] = y.plasma, y.urine, y.faeces, y.uptake
        row = 1
    for s in range(fed.shape[0]):
        width = bounds[s + 1, own] - bounds[s, own]
        emptying = t.emptying_fed if fed[s] else t.emptying_fasting
        passing = t.transit if fed[s] else t.transit * t.transit_fasting
        dissolved = diet[i] * food_share[s]
        solid = 0.0
        for f in range(oral.shape[1]):
            if f < shares.shape[0]:
                dissolved += shares[f, i] * oral[s, f]
                solid += (1.0 - shares[f, i]) * oral[s, f]
        y = amounts_of(
            y.stomach + dissolved, y.solid + solid, y.intestine, y.colon, y.plasma + bolus[s], y.fast,
            y.cells, y.bone, y.urine, y.faeces, y.uptake,
        )  # fmt: skip
        for n in range(first_step[s], first_step[s + 1]):
            y = advance(y, fractions[n] * width, emptying, passing, infusion[s], t)
        if output[s + 1]:
            kept[0, row, i], kept[1, row, i] = y.plasma, y.urine
            kept[2, row, i], kept[3, row, i] = y.faeces, y.uptake
            row += 1
    amounts[0, i], amounts[1, i], amounts[2, i], amounts[3, i] = y.stomach, y.solid, y.intestine, y.colon
    amounts[4, i], amounts[5, i], amounts[6, i], amounts[7, i] = y.plasma, y.fast, y.cells, y.bone
    amounts[8, i], amounts[9, i], amounts[10, i] = y.urine, y.faeces, y.uptake
