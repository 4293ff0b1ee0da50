"""How often a trial is wrong: planned looks, days not taken as planned, expectation, and one long start.

    python -m studies.trials --logs 1000

Each log is lived through as a person would: `plan_trial` draws the order, a made-up person notes values and doses, and
`judge_trial` is asked at every planned look until it gives an answer. "Same level" asks at the same looks with the
interval of a single question, which is what peeking does. The smallest change is half a standard deviation throughout.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from magwise.diary import DoseRecord, Entry, OutcomeEntry, Taking, outcomes
from magwise.verdict import Outcome, Phase, judge
from magwise.verdict.design import Allocation
from magwise.verdict.trial import Design, TrialPlan, judge_trial, log_of, plan_trial
from studies.verdict import number_of

__all__ = ["Life", "Told", "run_life"]

SMALLEST = 0.5
START = date(2026, 11, 23)
ONE = timedelta(days=1)


@dataclass(frozen=True)
class Life:
    """How the trials of one row are lived through.

    taken      how likely a day with magnesium is really taken; taken at random
    expected   what expectation adds on days with it, in standard deviations; the trial is unblinded then
    trend      change over 30 days, in standard deviations
    """

    design: str = "blocks"  # blocks: four pairs of weeks; wait: one start
    looks: int = 1
    rho: float = 0.4
    effect: float = 0.0
    taken: float = 1.0
    expected: float = 0.0
    trend: float = 0.0
    missing: float = 0.1
    also: int = 0  # further outcomes, without an effect


@dataclass
class Told:
    """What was said of one row's trials, in shares; `any_worked` counts further outcomes too."""

    life: Life
    worked: float
    worse: float
    too_small: float
    any_worked: float
    covered: float
    at_the_same_level: float


def run_life(life: Life, logs: int, seed: int) -> Told:
    """One row; the same seed gives the same trials."""
    chance = np.random.default_rng([seed, number_of(life)])
    said = dict.fromkeys(Outcome, 0)
    any_worked = peeked = 0
    covered: list[bool] = []
    for _ in range(logs):
        plan, order, entries = lived(life, chance)
        peeked += life.looks > 1 and _peeks(plan, order, entries)
        judged, looked = None, []
        for last in plan.look_days:
            judged = judge_trial(plan, order, entries, plan.start + (last + 1) * ONE, looked=looked)
            looked.append(judged.look)
            if not judged.goes_on:
                break
        assert judged is not None  # noqa: S101 - there is always one look
        said[judged.first.verdict] += 1
        any_worked += Outcome.WORKED in {judged.first.verdict, *(one.verdict for _, one in judged.others)}
        if judged.first.interval:
            low, high = judged.first.interval
            covered.append(low <= life.effect * life.taken <= high)
    return Told(
        life, said[Outcome.WORKED] / logs, said[Outcome.WORSE] / logs, said[Outcome.TOO_SMALL] / logs,
        any_worked / logs, float(np.mean(covered)) if covered else float("nan"),
        peeked / logs if life.looks > 1 else said[Outcome.WORKED] / logs,
    )  # fmt: skip


def lived(life: Life, chance: np.random.Generator) -> tuple[TrialPlan, Allocation, list[Entry]]:
    """A trial, and what somebody wrote down."""
    others = ("bristol", "stools", "cramps", "awakenings", "energy")[: life.also]
    plan, order = plan_trial(
        outcomes()["sleep"], start=START, seed=int(chance.integers(2**62)), smallest=SMALLEST, pairs=4,
        design=Design(life.design), looks=life.looks, also=others, blinded=life.expected == 0,
    )  # fmt: skip
    entries: list[Entry] = []
    series = {id: _noise(plan.days, life.rho, chance) for id in (plan.outcome, *others)}
    for number, phase in enumerate(order.phases):
        day, planned = plan.start + number * ONE, phase is Phase.WITH
        taken = planned and chance.random() < life.taken
        entries.append(
            DoseRecord(day=day, taking=Taking.TAKEN if taken else Taking.SKIPPED, elemental_mg=200)
        )
        moved = life.effect * taken + life.expected * planned + life.trend * number / 30
        for id, noise in series.items():
            if chance.random() >= life.missing:
                when = day + ONE if outcomes()[id].night else day
                value = noise[number] + (moved if id == plan.outcome else 0.0)
                entries.append(OutcomeEntry(day=when, outcome=id, value=float(value)))
    return plan, order, entries


def _peeks(plan: TrialPlan, order: Allocation, entries: list[Entry]) -> bool:
    """Whether "worked" comes at any look when each is taken for the only one."""
    outcome = outcomes()[plan.outcome]
    return any(
        judge(
            log_of(plan, order, outcome, entries, last), smallest=plan.smallest, better=plan.better,
            unblinded=not plan.blinded, felt=outcome.felt,
        ).verdict
        is Outcome.WORKED
        for last in plan.look_days
    )  # fmt: skip


def _noise(days: int, rho: float, chance: np.random.Generator) -> np.ndarray:
    fresh, noise = chance.standard_normal(days), np.empty(days)
    noise[0] = fresh[0]
    for day in range(1, days):
        noise[day] = rho * noise[day - 1] + (1 - rho**2) ** 0.5 * fresh[day]
    return noise


NOTHING = (
    *(Life(looks=looks, rho=rho) for looks in (1, 2, 3, 5) for rho in (0.0, 0.4, 0.8)),
    Life(looks=3, trend=1.0),
    Life(taken=0.7),
    Life(looks=2, taken=0.5),
    Life(also=3),
    Life(also=3, looks=3),
    Life(expected=0.58),
    Life(expected=0.58, looks=3),
    Life("wait"),
    Life("wait", rho=0.8),
    Life("wait", trend=0.3),
    Life("wait", looks=3),
)
SOMETHING = (
    *(Life(looks=looks, effect=effect) for looks in (1, 3) for effect in (1.0, 1.5)),
    Life(effect=1.5, taken=0.7),
    Life(effect=1.0, expected=0.58),
    Life("wait", effect=1.5),
)


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--logs", type=int, default=1000, help="trials a row")
    asked.add_argument("--seed", type=int, default=20261122)
    given = asked.parse_args()
    started = time.perf_counter()
    for title, lives in (("Trials of nothing", NOTHING), ("Trials of something", SOMETHING)):
        print(f"\n### {title}\n\n{given.logs} trials a row, seed {given.seed}.\n")
        print_table(run_life(life, given.logs, given.seed) for life in lives)
    print(f"\nTook {time.perf_counter() - started:.0f} s.")


def print_table(rows: Iterable[Told]) -> None:
    print("| design | looks | rho | effect | what else | worked | worse | too small | any outcome worked "
          "| interval holds the truth | 'worked' at the same level |")  # fmt: skip
    print("|---|---|---|---|---|---|---|---|---|---|---|")
    for one in rows:
        life = one.life
        print(
            f"| {life.design} | {life.looks} | {life.rho} | {life.effect} | {_what_else(life)} | {one.worked:.1%} "
            f"| {one.worse:.1%} | {one.too_small:.1%} | {one.any_worked:.1%} | {one.covered:.1%} "
            f"| {one.at_the_same_level:.1%} |",
            flush=True,
        )


def _what_else(life: Life) -> str:
    said = [f"{life.missing:.0%} missing"]
    said += [f"{life.taken:.0%} taken"] if life.taken < 1 else []
    said += [f"expectation {life.expected:g}"] if life.expected else []
    said += [f"trend {life.trend:g}"] if life.trend else []
    said += [f"{life.also} further outcomes"] if life.also else []
    return ", ".join(said)


if __name__ == "__main__":
    main()
