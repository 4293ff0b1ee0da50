"""The fast engine: numba runs the equations for many people side by side.

A block of people lies row by row in one workspace (row k of person i is `w[k * LANES + i]`), so that the inner loop
over people has no dependence that would keep the compiler from using vector instructions. Compiled code is cached;
the key holds a hash of the equations, so changed equations are compiled anew. Blocks run on as many threads as there
are cores.
"""

from __future__ import annotations

import ast
import hashlib
import os
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path
from threading import Lock
from types import ModuleType
from typing import Any, cast

import numpy as np
from numba import config as _config
from numba import njit
from numba.extending import register_jitable
from numpy.typing import NDArray

from magwise.simulate import equations
from magwise.simulate.engine import Crowd, Engine, Records
from magwise.simulate.equations import Rates, Traits, advance
from magwise.simulate.timetable import Timetable

__all__ = ["LANES", "numba_engine", "numba_engine_float32", "numba_engine_of", "numba_engine_single_thread"]

LANES = 64
AMOUNTS = 11  # rows 0 to 10: Rates
WIDTH = 39  # then Traits, from row 11; then width of the segment, emptying, passing, infusion
EMPTYING, PASSING, INFUSION, DIET = WIDTH + 1, WIDTH + 2, WIDTH + 3, WIDTH + 4
ROWS = DIET + 1
KEPT = (4, 8, 9, 10)  # plasma, urine, faeces, uptake

Array = NDArray[np.float64]

FUNCTIONS = ("hinge", "gut", "excretion", "tissues", "rates", "advance")
for _function in FUNCTIONS:
    register_jitable(inline="always")(getattr(equations, _function))


class _Narrow(ast.NodeTransformer):
    """Every literal number becomes a float32; otherwise numba would widen the whole formula to float64."""

    def visit_Constant(self, node: ast.Constant) -> ast.expr:  # the name that ast calls
        if not isinstance(node.value, float):
            return node
        return ast.Call(func=ast.Name(id="float32", ctx=ast.Load()), args=[node], keywords=[])


def _advance_in_single_precision() -> Any:
    """`advance`, compiled from the same source text."""
    tree = _Narrow().visit(ast.parse(Path(equations.__file__).read_text(encoding="utf-8")))
    narrow = ModuleType(f"{equations.__name__}_in_float32")
    narrow.__dict__["float32"] = np.float32
    sys.modules[narrow.__name__] = narrow  # a name that stays the same, so that compiled code is found again
    exec(compile(ast.fix_missing_locations(tree), equations.__file__, "exec"), narrow.__dict__)  # noqa: S102 - ours
    for name in FUNCTIONS:
        register_jitable(inline="always")(getattr(narrow, name))
    return narrow.advance


def _allow_wide_vectors() -> None:
    """512-bit vectors where the processor does not slow down for them (Ice Lake and later): a tenth faster, measured.

    LLVM avoids them on Intel for the sake of code that uses few; this kernel is nothing but vectors. Whoever sets
    NUMBA_CPU_NAME or NUMBA_CPU_FEATURES decides for themselves.
    """
    from llvmlite import binding

    config: Any = _config  # its settings are made at run time
    features = binding.get_host_cpu_features()
    if config.CPU_NAME is None and config.CPU_FEATURES is None and features.get("avx512vbmi2"):
        features["prefer-256-bit"] = False
        config.CPU_NAME, config.CPU_FEATURES = binding.get_host_cpu_name(), features.flatten()


_COMPILING = Lock()  # threads that ask at the same time must not compile the same thing each for itself


def _kernel(single: bool) -> Callable[..., int]:
    with _COMPILING:
        return _compiled(single)


def _jit(function: Callable[..., int]) -> Callable[..., int]:
    options: dict[str, Any] = {"nogil": True, "error_model": "numpy", "fastmath": {"contract", "nsz"}}
    try:
        return cast(Callable[..., int], njit(cache=True, **options)(function))
    except RuntimeError:  # no folder may be written to: compile in every process
        return cast(Callable[..., int], njit(**options)(function))


@cache
def _compiled(single: bool) -> Callable[..., int]:
    _allow_wide_vectors()
    source = Path(equations.__file__).read_bytes()
    # a closure variable is part of the cache's key, so changed equations are compiled anew
    version = int(hashlib.sha256(source).hexdigest()[:12], 16)
    step = _advance_in_single_precision() if single else advance

    @_jit
    def sweep(  # noqa: PLR0912 - one pass through the segments; calls would cost
        w: Any, bounds: Any, fractions: Any, first_step: Any, food_share: Any, oral: Any, dissolved: Any,
        bolus: Any, infusion: Any, fed: Any, output: Any, kept: Any, start: int, count: int,
    ) -> int:  # fmt: skip
        row = 0
        if output[0]:
            for i in range(count):
                for k in range(4):
                    kept[k, row, start + i] = w[KEPT[k] * LANES + i]
            row += 1
        for s in range(len(fed)):
            for i in range(LANES):
                own = min(start + i, bounds.shape[1] - 1)
                w[WIDTH * LANES + i] = bounds[s + 1, own] - bounds[s, own]
                w[EMPTYING * LANES + i] = w[(11 + 0 if fed[s] else 11 + 1) * LANES + i]
                slow = 1.0 if fed[s] else w[(11 + 5) * LANES + i]
                w[PASSING * LANES + i] = slow * w[(11 + 4) * LANES + i]
                w[INFUSION * LANES + i] = infusion[s]
                w[0 * LANES + i] += w[DIET * LANES + i] * food_share[s]
                w[4 * LANES + i] += bolus[s]
            for f in range(oral.shape[1]):
                if oral[s, f] > 0.0:
                    for i in range(count):
                        share = dissolved[f, start + i]
                        w[0 * LANES + i] += share * oral[s, f]
                        w[1 * LANES + i] += (1.0 - share) * oral[s, f]
            for n in range(first_step[s], first_step[s + 1]):
                fraction = fractions[n]
                for i in range(LANES):
                    y = step(
                        Rates(
                            w[0 * LANES + i], w[1 * LANES + i], w[2 * LANES + i], w[3 * LANES + i],
                            w[4 * LANES + i], w[5 * LANES + i], w[6 * LANES + i], w[7 * LANES + i],
                            w[8 * LANES + i], w[9 * LANES + i], w[10 * LANES + i],
                        ),
                        fraction * w[WIDTH * LANES + i],
                        w[EMPTYING * LANES + i],
                        w[PASSING * LANES + i],
                        w[INFUSION * LANES + i],
                        Traits(
                            w[11 * LANES + i], w[12 * LANES + i], w[13 * LANES + i], w[14 * LANES + i],
                            w[15 * LANES + i], w[16 * LANES + i], w[17 * LANES + i], w[18 * LANES + i],
                            w[19 * LANES + i], w[20 * LANES + i], w[21 * LANES + i], w[22 * LANES + i],
                            w[23 * LANES + i], w[24 * LANES + i], w[25 * LANES + i], w[26 * LANES + i],
                            w[27 * LANES + i], w[28 * LANES + i], w[29 * LANES + i], w[30 * LANES + i],
                            w[31 * LANES + i], w[32 * LANES + i], w[33 * LANES + i], w[34 * LANES + i],
                            w[35 * LANES + i], w[36 * LANES + i], w[37 * LANES + i], w[38 * LANES + i],
                        ),
                    )  # fmt: skip
                    w[0 * LANES + i] = y.stomach
                    w[1 * LANES + i] = y.solid
                    w[2 * LANES + i] = y.intestine
                    w[3 * LANES + i] = y.colon
                    w[4 * LANES + i] = y.plasma
                    w[5 * LANES + i] = y.fast
                    w[6 * LANES + i] = y.cells
                    w[7 * LANES + i] = y.bone
                    w[8 * LANES + i] = y.urine
                    w[9 * LANES + i] = y.faeces
                    w[10 * LANES + i] = y.uptake
            if output[s + 1]:
                for i in range(count):
                    for k in range(4):
                        kept[k, row, start + i] = w[KEPT[k] * LANES + i]
                row += 1
        return version

    return sweep


def numba_engine_of(*, single_precision: bool, one_thread: bool) -> Engine:
    """In single precision it is twice as fast, and right to about one in ten thousand over a year."""
    if single_precision:
        return _float32_single_thread if one_thread else numba_engine_float32
    return numba_engine_single_thread if one_thread else numba_engine


def numba_engine(crowd: Crowd, table: Timetable) -> Records:
    """All people, in blocks, on every core."""
    return _run(crowd, table, min(_cores(), max(1, len(crowd) // (2 * LANES))))


def numba_engine_float32(crowd: Crowd, table: Timetable) -> Records:
    """The same in single precision."""
    return _run(crowd, table, min(_cores(), max(1, len(crowd) // (2 * LANES))), single=True)


def numba_engine_single_thread(crowd: Crowd, table: Timetable) -> Records:
    """The same on one core."""
    return _run(crowd, table, 1)


def _float32_single_thread(crowd: Crowd, table: Timetable) -> Records:
    return _run(crowd, table, 1, single=True)


def _cores() -> int:
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # not on every system
        return os.cpu_count() or 1


def _run(crowd: Crowd, table: Timetable, threads: int, *, single: bool = False) -> Records:
    n = len(crowd)
    bounds = np.ascontiguousarray(table.bounds_h if table.bounds_h.ndim == 2 else table.bounds_h[:, None])
    kept = np.empty((len(KEPT), int(table.output.sum()), n))
    people = np.zeros((ROWS, n))
    for k, column in enumerate((*crowd.start, *crowd.traits)):
        people[k] = column
    people[DIET] = crowd.diet_mmol_d
    dissolved = np.array([crowd.dissolved[form] for form in table.forms] or [np.ones(n)])
    sweep = _kernel(single)
    number = np.float32 if single else np.float64
    fractions = table.fractions.astype(number)

    def block(start: int) -> None:
        count = min(LANES, n - start)
        filled = np.minimum(np.arange(start, start + LANES), n - 1)  # the last person fills an unfull block
        w = np.ascontiguousarray(people[:, filled]).reshape(-1).astype(number)
        sweep(
            w, bounds, fractions, table.first_step, table.food_share, table.oral_mmol, dissolved,
            table.bolus_mmol, table.infusion, table.fed, table.output, kept, start, count,
        )  # fmt: skip
        people[:AMOUNTS, start : start + count] = w.reshape(ROWS, LANES)[:AMOUNTS, :count]

    if threads == 1:
        for start in range(0, n, LANES):
            block(start)
    else:
        with ThreadPoolExecutor(threads) as pool:
            list(pool.map(block, range(0, n, LANES)))
    times = bounds[:, 0]
    plasma, urine, faeces, uptake = kept
    return Records(times[table.output], plasma, urine, faeces, uptake, Rates(*people[:AMOUNTS]))
