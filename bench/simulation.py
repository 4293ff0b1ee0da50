"""The body simulator beside other engines: the same equations, the same people, the same accuracy.

`python -m bench.simulation` prints three tables. Every engine gets the loosest tolerance (in decades) at which its
strict error stays below 1e-4; ours gets the mesh that ships. Strict error: the largest relative error over people and
midnights of plasma and urine, and over people of fast tissue and bone at the end, against a mesh four to five times
finer. People are none of those the mesh was chosen on (seed 11). Speeds are per core, from processor time, so that
neighbours on the machine count little; medians of the runs. scipy, numbalsoda, libroadrunner and diffrax are measured
where they can be imported. The share of the peak counts every `+ - * /` and `sqrt` of the equations as one operation
and compares with what one core reaches in a matrix product, the purest run of multiply-adds there is.
"""

from __future__ import annotations

import importlib.util
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache, partial
from importlib.metadata import version
from pathlib import Path
from time import perf_counter, process_time, thread_time
from types import ModuleType
from typing import Any

import numpy as np

from magwise.simulate import Course, Dose, Subject, equations
from magwise.simulate.engine import Crowd, Records, numpy_engine
from magwise.simulate.equations import Rates, Traits, advance, rates
from magwise.simulate.fast import _run as run_fast
from magwise.simulate.fast import numba_engine
from magwise.simulate.outcome import _first as first
from magwise.simulate.people import sample
from magwise.simulate.population import simulate_population
from magwise.simulate.sbml import to_sbml
from magwise.simulate.timetable import FINE, Timetable, timetable

__all__ = ["main"]

DAYS = 90
DOSES = (
    Dose(200, (8.0,), "citrate"),
    Dose(100, (13.0,), "oxide"),
    Dose(250, (19.0,), "chloride"),
    Dose(60, (22.5,), "aspartate", with_meal=False),
)
LIMIT = 1e-4
TRAITS = len(Traits._fields)


@dataclass(frozen=True)
class Row:
    engine: str
    setting: str
    error: float
    per_second: float  # people x 90 days, per core


def main() -> None:
    print("Error of the mesh on people it was not chosen on")
    for name, error, above in held_out():
        print(f"  {name:<44} worst {error:.1e}   above 1e-4: {above:.2%}")
    print(f"\n{'engine':<44}{'setting':<14}{'strict error':>13}{'people/s/core':>15}{'ours is':>10}")
    found = [row for row in (*ours(), *peers()) if row is not None]
    for row in found:
        print(
            f"{row.engine:<44}{row.setting:<14}{row.error:>13.1e}{row.per_second:>15.1f}"
            f"{found[0].per_second / row.per_second:>9.1f}x"
        )
    print("\nArithmetic of the kernel, one core, float64")
    done, most = arithmetic(found[0].per_second), peak()
    print(
        f"  {done:.1f} of {most:.1f} GFLOP/s in a matrix product: {done / most:.0%}; vectors of {lanes()} numbers"
    )
    print("\nA population of 20,000 for 90 days, processor time")
    for name, seconds in population_cost():
        print(f"  {name:<10}{seconds * 50:>6.0f} s a million, so {seconds * 25:.0f} s on two free cores")
    print("\nFrom a cold, cached start (wall clock, best of three)")
    print(f"  1,000 people x 90 days, one process: {cold_start():.2f} s")


def course(seed: int, people: int, **who: Any) -> Course:
    return Course(subject=Subject(**who), doses=DOSES, days=DAYS, people=people, seed=seed).checked()


def held_out() -> list[tuple[str, float, float]]:
    """(who, worst strict error, share of people above 1e-4)."""
    groups: dict[str, dict[str, Any]] = {
        "2,000 adults": {},
        "500 with eGFR 20": {"egfr": 20.0, "age": 75.0},
        "500 of 45 kg with Crohn's and a PPI": {"weight_kg": 45.0, "covariates": ("crohn", "ppi")},
        "500 with low serum and low urine": {"serum_mmol_l": 0.66, "urine_mmol_d": 0.8},
    }
    rows = []
    for seed, (name, who) in enumerate(groups.items(), 3001):
        asked = replace(course(seed, int(name.split()[0].replace(",", "")), **who), days=21)
        crowd = sample(asked, numba_engine).crowd
        usual, fine = (numba_engine(crowd, timetable(asked, mesh=mesh)) for mesh in (None, FINE))
        errors = strict(usual, fine)
        rows.append((name, float(errors.max()), float((errors > LIMIT).mean())))
    return rows


def strict(ours_: Records, truth: Records) -> Any:
    """Each person's largest relative error."""
    daily = [
        np.abs(getattr(ours_, name)[1:] / getattr(truth, name)[1:] - 1).max(axis=0)
        for name in ("plasma", "urine")
    ]
    ends = [np.abs(getattr(ours_.end, name) / getattr(truth.end, name) - 1) for name in ("fast", "bone")]
    return np.max([*daily, *ends], axis=0)


@cache
def _case() -> tuple[Crowd, Timetable, Records]:
    asked = course(4001, 512)
    crowd = sample(asked, numba_engine).crowd
    return crowd, timetable(asked), numba_engine(crowd, timetable(asked, mesh=FINE))


def ours() -> list[Row]:
    crowd, table, truth = _case()
    single = lambda: run_fast(crowd, table, 1)  # noqa: E731
    narrow = lambda: run_fast(crowd, table, 1, single=True)  # noqa: E731
    plain = lambda: numpy_engine(crowd, table)  # noqa: E731
    mesh = f"{table.steps / DAYS:.0f} steps/day"
    return [
        Row(
            "Magwise, numba, float64",
            mesh,
            float(strict(single(), truth).max()),
            len(crowd) / _median(single),
        ),
        Row(
            "Magwise, numba, float32",
            mesh,
            float(strict(narrow(), truth).max()),
            len(crowd) / _median(narrow),
        ),
        Row(
            "Magwise, NumPy reference",
            mesh,
            float(strict(plain(), truth).max()),
            len(crowd) / _median(plain, 3),
        ),
    ]


def peers() -> list[Row | None]:
    return [_numbalsoda(), _roadrunner(), _diffrax(), _scipy("LSODA"), _scipy("RK45"), _scipy("DOP853")]


def _median(work: Callable[[], Any], times: int = 5, clock: Callable[[], float] = thread_time) -> float:
    work()
    taken = []
    for _ in range(times):
        begin = clock()
        work()
        taken.append(clock() - begin)
    return statistics.median(taken)


class _Counted:
    """A number that counts what is done with it."""

    operations = 0

    def _one(self, *_: object) -> _Counted:
        _Counted.operations += 1
        return self

    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = __truediv__ = __rtruediv__ = __neg__ = (
        sqrt
    ) = _one


def arithmetic(people_per_second: float) -> float:
    """GFLOP/s of the kernel at this speed."""
    _Counted.operations = 0
    one: Any = _Counted()
    advance(Rates(*(one for _ in Rates._fields)), one, one, one, one, Traits(*(one for _ in Traits._fields)))
    _, table, _ = _case()
    return people_per_second * table.steps * _Counted.operations / 1e9


def peak() -> float:
    """GFLOP/s of one core in a product of two matrices, in a process that may use one thread only."""
    program = (
        "import numpy as np, time; a = np.ones((1200, 1200)); a @ a; best = 0\n"
        "for _ in range(9):\n"
        "    t = time.thread_time(); a @ a; best = max(best, 2 * 1200**3 / (time.thread_time() - t))\n"
        "print(best / 1e9)"
    )
    one_thread = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    done = subprocess.run(
        [sys.executable, "-c", program],
        env=os.environ | one_thread,
        check=True,
        capture_output=True,
        text=True,
    )
    return float(done.stdout)


def lanes() -> int:
    """How many numbers the widest vector instruction of the compiled kernel holds (compiled anew, to be looked at)."""
    with tempfile.TemporaryDirectory() as folder:
        program = (
            "from magwise.simulate import Course; from magwise.simulate.fast import _compiled, numba_engine\n"
            "from magwise.simulate.people import sample\n"
            "sample(Course(days=1, people=64), numba_engine)\n"
            "text = ''.join(_compiled(False).inspect_asm().values())\n"
            "widths = (('zmm', 8), ('ymm', 4), ('xmm', 2))\n"
            "print(next((n for name, n in widths if 'sqrtpd' in text and name in text), 1))"
        )
        done = subprocess.run(
            [sys.executable, "-c", program],
            env=os.environ | {"NUMBA_CACHE_DIR": folder},
            check=True,
            capture_output=True,
            text=True,
        )
    return int(done.stdout)


def population_cost() -> list[tuple[str, float]]:
    """Processor seconds of 20,000 people, sampled, simulated and counted."""
    people = 20_000
    asked = replace(course(4001, 200), every_h=24.0)
    found = []
    for name, single in (("float64", False), ("float32", True)):
        work = lambda narrow=single: simulate_population(asked, people, single_precision=narrow)  # noqa: E731
        found.append((name, _median(work, 3, process_time)))
    return found


def _loosest(
    name: str,
    people: int,
    solve: Callable[[float], Records],
    times: int = 3,
    clock: Callable[[], float] = thread_time,
) -> Row | None:
    """The first tolerance, from loose to tight, whose strict error is below the limit."""
    _, _, truth = _case()
    part = _part(truth, people)
    for exponent in range(3, 11):
        error = float(strict(solve(10.0**-exponent), part).max())
        if error < LIMIT:
            return Row(
                name,
                f"rtol 1e-{exponent}",
                error,
                people / _median(lambda e=exponent: solve(10.0**-e), times, clock),
            )
    return None


def _part(records: Records, people: int) -> Records:
    return Records(
        records.time_h,
        *(getattr(records, name)[:, :people] for name in ("plasma", "urine", "faeces", "uptake")),
        Rates(*(column[:people] for column in records.end)),
    )


def _person(k: int) -> tuple[Any, Any, Any]:
    """Start, constants, and per segment what is added to the stomach, the solid and how the gut moves."""
    crowd, table, _ = _case()
    one = first(crowd, k + 1)
    traits = np.array([column[k] for column in one.traits])
    start = np.array([column[k] for column in one.start])
    shares = np.array([one.dissolved[form][k] for form in table.forms])
    dissolved = one.diet_mmol_d[k] * table.food_share + table.oral_mmol @ shares
    solid = table.oral_mmol @ (1 - shares)
    names = Traits._fields
    fed = table.fed
    emptying = np.where(fed, traits[names.index("emptying_fed")], traits[names.index("emptying_fasting")])
    passing = traits[names.index("transit")] * np.where(fed, 1.0, traits[names.index("transit_fasting")])
    return start, traits, np.column_stack([np.diff(table.bounds_h), dissolved, solid, emptying, passing])


def _collected(rows: Any) -> Records:
    """Records from (midnights, people, 11 amounts)."""
    _, table, _ = _case()
    rows = np.asarray(rows)
    names = Rates._fields
    pick = {name: rows[:, :, names.index(name)] for name in names}
    return Records(
        table.bounds_h[table.output], pick["plasma"], pick["urine"], pick["faeces"], pick["uptake"],
        Rates(*(pick[name][-1] for name in names)),
    )  # fmt: skip


def _scipy(method: str, people: int = 2) -> Row | None:
    if importlib.util.find_spec("scipy") is None:
        return None
    from scipy.integrate import solve_ivp

    _, table, _ = _case()

    def solve(rtol: float) -> Records:
        kept = []
        for k in range(people):
            y, traits, segments = _person(k)
            t = Traits(*traits)
            mine = [y.copy()]
            for s, (width, dissolved, solid, emptying, passing) in enumerate(segments):
                y = y.copy()
                y[0] += dissolved
                y[1] += solid
                right = lambda _, v, e=emptying, p=passing: rates(*v[:8], e, p, 0.0, t)  # noqa: B023, E731
                y = solve_ivp(right, (0, width), y, method=method, rtol=rtol, atol=rtol * 1e-3).y[:, -1]
                if table.output[s + 1]:
                    mine.append(y)
            kept.append(mine)
        return _collected(np.swapaxes(np.array(kept), 0, 1))

    return _loosest(f"scipy {version('scipy')} solve_ivp {method}", people, solve, times=1)


def _roadrunner(people: int = 8) -> Row | None:
    if importlib.util.find_spec("roadrunner") is None:
        return None
    import roadrunner

    crowd, table, _ = _case()
    models = [roadrunner.RoadRunner(_daily_sbml(crowd, table, k)) for k in range(people)]

    def solve(rtol: float) -> Records:
        rows = []
        for model in models:
            model.resetAll()
            model.integrator.relative_tolerance, model.integrator.absolute_tolerance = rtol, rtol * 1e-3
            model.integrator.stiff = False  # Adams; BDF was slower
            model.timeCourseSelections = list(Rates._fields)
            rows.append(np.array(model.simulate(0, DAYS * 24, DAYS + 1)))
        return _collected(np.swapaxes(np.array(rows), 0, 1))

    return _loosest(f"libroadrunner {roadrunner.__version__} CVODE Adams", people, solve)


def _daily_sbml(crowd: Crowd, table: Timetable, k: int) -> str:
    """One day's events on a clock that is set back at midnight: a simulator need not look at 450 triggers."""
    day = int(np.searchsorted(table.bounds_h, 24.0))
    text = to_sbml(crowd, replace(table, fed=table.fed[:day]), k)
    head, events = text.split("<listOfEvents>")
    _, *kept = events.split("<event id=")
    space = 'xmlns="http://www.w3.org/1998/Math/MathML"'
    clock = '<csymbol encoding="text" definitionURL="http://www.sbml.org/sbml/symbols/time">time</csymbol>'
    midnight = (
        f'"midnight" useValuesFromTriggerTime="true"><trigger initialValue="false" persistent="true"><math {space}>'
        "<apply><geq/><ci>clock</ci><cn>24</cn></apply></math></trigger><listOfEventAssignments><eventAssignment "
        f'variable="clock"><math {space}><cn>0</cn></math></eventAssignment></listOfEventAssignments></event>\n'
    )
    turning = f'<rateRule variable="clock"><math {space}><cn>1</cn></math></rateRule>'
    head = head.replace(
        "</listOfParameters>", '<parameter id="clock" value="0" constant="false"/></listOfParameters>'
    )
    head = head.replace("</listOfRules>", f"{turning}</listOfRules>")
    joined = "<event id=".join(["", midnight, *kept[1:]])
    return (head + "<listOfEvents>" + joined).replace(clock, "<ci>clock</ci>")


def _numbalsoda(people: int = 48) -> Row | None:
    """Compiled LSODA on the same equations, compiled by numba; a proxy for what C++ LSODA packages do."""
    if importlib.util.find_spec("numbalsoda") is None:
        return None
    import numba
    from numbalsoda import lsoda, lsoda_sig

    _, table, _ = _case()
    names = [*(f"y[{k}]" for k in range(8)), f"d[{TRAITS}]", f"d[{TRAITS + 1}]", "0.0"]
    traits = ", ".join(f"d[{k}]" for k in range(TRAITS))
    lines = [f"    g[{k}] = r.{name}" for k, name in enumerate(Rates._fields)]
    source = f"def right(t, y, g, d):\n    r = rates({', '.join(names)}, Traits({traits}))\n" + "\n".join(
        lines
    )
    scope: dict[str, Any] = {"rates": rates, "Traits": Traits}
    exec(source, scope)  # noqa: S102 - our own text
    right = numba.cfunc(lsoda_sig)(scope["right"])
    address = right.address

    @numba.njit
    def one(start, constants, segments, output, rtol, kept):  # type: ignore[no-untyped-def]
        y = start.copy()
        kept[0] = y
        row = 1
        times = np.zeros(2)
        for s in range(len(segments)):
            times[1] = segments[s, 0]
            y[0] += segments[s, 1]
            y[1] += segments[s, 2]
            constants[TRAITS] = segments[s, 3]
            constants[TRAITS + 1] = segments[s, 4]
            found, _ = lsoda(address, y, times, constants, rtol, rtol * 1e-3)
            y = found[1].copy()
            if output[s + 1]:
                kept[row] = y
                row += 1

    cases = [_person(k) for k in range(people)]

    def solve(rtol: float) -> Records:
        kept = np.empty((people, int(table.output.sum()), 11))
        for k, (start, constants, segments) in enumerate(cases):
            one(start, np.append(constants, [0.0, 0.0]), segments, table.output, rtol, kept[k])
        return _collected(np.swapaxes(kept, 0, 1))

    return _loosest("numbalsoda 0.3.4 LSODA", people, solve)


def _diffrax(people: int = 64) -> Row | None:
    """Tsit5 in double precision, all people at once, one adaptive solve for each stretch between two events."""
    if importlib.util.find_spec("diffrax") is None:
        return None
    import diffrax
    import jax

    jax.config.update("jax_enable_x64", True)
    scope: dict[str, Any] = {"__name__": "equations_in_jax"}
    sys.modules["equations_in_jax"] = ModuleType("equations_in_jax")
    text = (
        Path(equations.__file__)
        .read_text(encoding="utf-8")
        .replace("from numpy import", "from jax.numpy import")
    )
    exec(text, scope)  # noqa: S102 - our own text
    _, table, _ = _case()
    cases = [_person(k) for k in range(people)]
    start, traits, segments = (jax.numpy.array(np.array(column)) for column in zip(*cases, strict=True))

    def right(_: Any, y: Any, told: Any) -> Any:
        constants, emptying, passing = told
        found = scope["rates"](*(y[k] for k in range(8)), emptying, passing, 0.0, scope["Traits"](*constants))
        return jax.numpy.stack(list(found))

    @partial(jax.jit, static_argnums=0)
    def all_of_them(rtol: float) -> Any:
        steps = diffrax.PIDController(rtol=rtol, atol=rtol * 1e-3)

        def one(y: Any, constants: Any, stretches: Any) -> Any:
            def stretch(y: Any, here: Any) -> Any:
                y = y.at[0].add(here[1]).at[1].add(here[2])
                solved = diffrax.diffeqsolve(
                    diffrax.ODETerm(right), diffrax.Tsit5(), 0.0, here[0], None, y, (constants, here[3], here[4]),
                    stepsize_controller=steps, saveat=diffrax.SaveAt(t1=True), max_steps=None,
                    adjoint=diffrax.ForwardMode(),
                ).ys[0]  # fmt: skip
                return solved, solved

            return jax.lax.scan(stretch, y, stretches)[1]

        return jax.vmap(one)(start, traits, segments)

    def solve(rtol: float) -> Records:
        after = np.asarray(all_of_them(rtol))
        kept = np.concatenate(
            [np.asarray(start)[:, None], after[:, np.flatnonzero(table.output[1:])]], axis=1
        )
        return _collected(np.swapaxes(kept, 0, 1))

    return _loosest(
        f"diffrax {version('diffrax')} Tsit5 (jax {version('jax')})", people, solve, clock=process_time
    )


def cold_start() -> float:
    """A fresh process: read the protocol, sample, simulate, print."""
    text = 'doses = [{form = "citrate", mg = 150, times = ["08:00", "19:00"]}]\n[run]\ndays = 90\npeople = 1000\n'
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "protocol.toml"
        path.write_text(text, encoding="utf-8")
        program = (
            "import sys, typer; from magwise.adapters.cli.simulate import simulate;"
            "app = typer.Typer(); app.command()(simulate); app()"
        )
        taken = []
        for _ in range(3):
            begin = perf_counter()
            subprocess.run(
                [sys.executable, "-c", program, "--protocol", str(path), "--json"],
                check=True,
                stdout=subprocess.DEVNULL,
            )
            taken.append(perf_counter() - begin)
    return min(taken)


if __name__ == "__main__":
    main()
