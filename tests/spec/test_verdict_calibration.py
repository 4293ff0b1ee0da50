"""The short form of studies/verdict.py: false alarms, coverage and power of the verdict on made-up logs.

Seeded, so that it says the same each time; the long form (`make study`) has the figures that are published.
"""

from __future__ import annotations

import time

import numpy as np
import pytest
from studies.logs import World, make_log
from studies.verdict import SMALLEST, Tally, run_cell

from magwise.verdict import Outcome, judge

LOGS = 200
SEED = 11

NOTHING = [
    World(28, "4", 0.0),
    World(42, "7", 0.4),
    World(56, "7", 0.8, missing=0.2),
    World(56, "r7", 0.6),
    World(84, "14", 0.6),
    World(56, "7", 0.4, trend=1.0),
    World(84, "AB", 0.0),
    World(56, "AB", 0.8, trend=1.0),
]
SOMETHING = [
    World(56, "7", 0.3, effect=1.0),
    World(56, "7", 0.8, effect=1.0),
    World(84, "7", 0.4, effect=1.0, lingers=0.5),
    World(84, "14", 0.6, effect=1.0, lingers=0.5, onset=True),
]


@pytest.fixture(scope="module")
def nothing() -> list[Tally]:
    return [run_cell(world, LOGS, SEED) for world in NOTHING]


@pytest.fixture(scope="module")
def something() -> list[Tally]:
    return [run_cell(world, LOGS, SEED) for world in SOMETHING]


def test_false_alarms_are_rare(nothing: list[Tally]):
    """At most one log in twenty over all cells, and none far above it (three standard errors of 200 logs)."""
    assert np.mean([one.worked for one in nothing]) <= 0.05
    assert max(one.worked for one in nothing) <= 0.05 + 3 * (0.05 * 0.95 / LOGS) ** 0.5
    assert np.mean([one.worse for one in nothing]) <= 0.05


def test_intervals_hold_the_truth(nothing: list[Tally], something: list[Tally]):
    covered = [one.covered for one in (*nothing, *something)]

    assert np.mean(covered) >= 0.93
    assert min(covered) >= 0.93 - 3 * (0.93 * 0.07 / LOGS) ** 0.5


def test_usual_ways_cry_wolf_where_the_verdict_does_not(nothing: list[Tally]):
    """On a trend alone, a start-and-compare log is called a success most of the time by both."""
    trended = next(one for one in nothing if one.world == NOTHING[-1])

    assert trended.welch > 0.5
    assert trended.before_after > 0.5
    assert trended.worked <= 0.05


def test_calibration_is_not_bought_with_silence(something: list[Tally]):
    """One standard deviation in eight weeks of alternating weeks is seen more often than not."""
    assert something[0].worked >= 0.65
    assert something[1].worked >= 0.65


def test_seventy_days_are_judged_within_a_second():
    log = make_log(World(70, "7", 0.4), np.random.default_rng(SEED))
    judge(log, smallest=SMALLEST, better="higher")
    started = time.perf_counter()
    answer = judge(log, smallest=SMALLEST, better="higher")

    assert time.perf_counter() - started < 1.0
    assert answer.verdict in Outcome


def test_a_cell_can_be_run_again():
    assert run_cell(NOTHING[0], 5, SEED) == run_cell(NOTHING[0], 5, SEED)
