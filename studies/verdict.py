"""How often the verdict is wrong, and how often it sees what is there, beside two usual ways.

    python -m studies.verdict --logs 2000            # all tables, as Markdown
    python -m studies.verdict --logs 200 --only null

"Welch" is Welch's t test on days (p below 0.05 and the difference at least the smallest that matters);
"before/after" takes any difference of that size for a success. The smallest change is half a standard
deviation throughout. Standard error of a share near 5 % from 2,000 logs: 0.5 percentage points.
"""

from __future__ import annotations

import argparse
import time
import zlib
from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np

from magwise.evidence.pool.chance import t_p
from magwise.verdict import Log, Outcome, Phase, judge
from studies.logs import World, make_log

SMALLEST = 0.5


@dataclass
class Tally:
    """What was said about one cell's logs, in shares."""

    world: World
    worked: float
    worse: float
    too_small: float
    covered: float
    estimate: float
    width: float
    welch: float
    before_after: float


def run_cell(world: World, logs: int, seed: int) -> Tally:
    """One cell; the same seed gives the same logs."""
    chance = np.random.default_rng([seed, number_of(world)])
    said = dict.fromkeys(Outcome, 0)
    covered, estimates, widths, welch, before_after = [], [], [], 0, 0
    for _ in range(logs):
        log = make_log(world, chance)
        answer = judge(log, smallest=SMALLEST, better="higher")
        said[answer.verdict] += 1
        if answer.interval:
            low, high = answer.interval
            covered.append(low <= world.effect <= high)
            widths.append(high - low)
            estimates.append(answer.effect)
        by_welch, by_difference = usual_ways(log)
        welch += by_welch
        before_after += by_difference
    return Tally(
        world, said[Outcome.WORKED] / logs, said[Outcome.WORSE] / logs, said[Outcome.TOO_SMALL] / logs,
        _mean(covered), _mean(estimates), float(np.median(widths)) if widths else float("nan"),
        welch / logs, before_after / logs,
    )  # fmt: skip


def _mean(values: list[float] | list[bool]) -> float:
    return float(np.mean(values)) if values else float("nan")


def number_of(world: object) -> int:
    """A number for a cell that does not change from run to run."""
    return zlib.crc32(repr(world).encode())


def usual_ways(log: Log) -> tuple[bool, bool]:
    """Whether Welch's t test on days, and the bare difference of means, would say 'worked'."""
    with_it = np.array([day.value for day in log.measured if day.phase is Phase.WITH], dtype=float)
    without = np.array([day.value for day in log.measured if day.phase is Phase.WITHOUT], dtype=float)
    difference = with_it.mean() - without.mean()
    a, b = with_it.var(ddof=1) / len(with_it), without.var(ddof=1) / len(without)
    df = (a + b) ** 2 / (a * a / (len(with_it) - 1) + b * b / (len(without) - 1))
    enough = bool(difference >= SMALLEST)
    return enough and t_p(difference / (a + b) ** 0.5, df) < 0.05, enough


def null_cells() -> Iterable[World]:
    """No effect: whatever is called 'worked' is a false alarm."""
    for days in (28, 42, 56, 84):
        for kind in ("AB", "7", "r7"):
            for rho in (0.0, 0.4, 0.8):
                yield World(days, kind, rho)
    for kind in ("AB", "7"):
        for rho in (0.0, 0.4, 0.8):
            yield World(56, kind, rho, trend=1.0)
            yield World(56, kind, rho, missing=0.3)
    for kind in ("1", "r1", "r2", "r3", "14"):
        yield World(84, kind, 0.6)


def strange_cells() -> Iterable[World]:
    """No effect, and noise that the model does not describe."""
    for kind in ("AB", "7"):
        base = World(56, kind, 0.5)
        yield replace(base, tails="heavy")
        yield replace(base, tails="ratings")
        yield replace(base, weekend=1.0)
        yield replace(base, bend=1.0)
        yield replace(base, bend=3.0)
        yield replace(base, rho=0.95)


def lingering_cells() -> Iterable[World]:
    """An effect of one standard deviation that comes or goes over days."""
    for days, kind in ((28, "4"), (56, "7"), (84, "7"), (84, "14"), (56, "r1"), (84, "AB")):
        for rho in (0.0, 0.5, 0.8):
            yield World(days, kind, rho, effect=1.0)
            yield World(days, kind, rho, effect=1.0, lingers=0.5)
            yield World(days, kind, rho, effect=1.0, lingers=0.5, onset=True)


def power_cells() -> Iterable[World]:
    for days, kind in ((42, "7"), (56, "7"), (84, "7"), (84, "AB")):
        for rho in (0.2, 0.6):
            for effect in (0.5, 0.75, 1.0, 1.5, 2.0):
                yield World(days, kind, rho, effect=effect)


TABLES = {
    "null": ("False alarms where magnesium does nothing", null_cells),
    "strange": ("The same, under noise that the model does not describe", strange_cells),
    "lingering": ("An effect of 1 standard deviation that comes or goes over days", lingering_cells),
    "power": ("How often a true effect is seen", power_cells),
}


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--logs", type=int, default=2000, help="logs a cell")
    asked.add_argument("--seed", type=int, default=20261122)
    asked.add_argument("--only", choices=TABLES, help="one table only")
    given = asked.parse_args()
    started = time.perf_counter()
    for name, (title, cells) in TABLES.items():
        if given.only in (None, name):
            print(f"\n### {title}\n\n{given.logs} logs a row, seed {given.seed}.\n")
            print_table(run_cell(world, given.logs, given.seed) for world in cells())
    print(f"\nTook {time.perf_counter() - started:.0f} s.")


def print_table(tallies: Iterable[Tally]) -> None:
    print("| days | design | rho | effect | what else | worked | worse | too small | interval holds the truth "
          "| mean estimate | its width | Welch 'worked' | before/after 'worked' |")  # fmt: skip
    print("|---|---|---|---|---|---|---|---|---|---|---|---|---|")
    for t in tallies:
        world = t.world
        print(
            f"| {world.days} | {world.design} | {world.rho} | {world.effect} | {_what_else(world)} "
            f"| {t.worked:.1%} | {t.worse:.1%} | {t.too_small:.1%} | {t.covered:.1%} "
            f"| {t.estimate:.2f} | {t.width:.2f} | {t.welch:.1%} | {t.before_after:.1%} |",
            flush=True,
        )


def _what_else(world: World) -> str:
    said = [f"{world.missing:.0%} missing"]
    said += [f"trend {world.trend:g}"] if world.trend else []
    said += [f"bend {world.bend:g}"] if world.bend else []
    said += [f"weekend {world.weekend:g}"] if world.weekend else []
    said += [f"{world.lingers:.0%} left a day later"] if world.lingers else []
    said += ["slow start too"] if world.onset else []
    said += [world.tails] if world.tails != "normal" else []
    return ", ".join(said)


if __name__ == "__main__":
    main()
