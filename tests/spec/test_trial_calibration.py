"""The short form of studies/trials.py: looks, days not taken, expectation, several outcomes and one long start.

Seeded, so that it says the same each time; the long form has the figures that are published.
"""

from __future__ import annotations

import numpy as np
import pytest
from studies.trials import Life, Told, run_life

TRIALS = 60
SEED = 7

NOTHING = [
    Life(looks=3, rho=0.4),
    Life(looks=5, rho=0.8),
    Life(looks=3, trend=1.0),
    Life(looks=2, taken=0.5),
    Life(also=3),
    Life(expected=0.58),
    Life("wait", rho=0.8),
]


@pytest.fixture(scope="module")
def nothing() -> list[Told]:
    return [run_life(life, TRIALS, SEED) for life in NOTHING]


def test_false_alarms_stay_rare_however_often_somebody_may_look(nothing: list[Told]):
    assert np.mean([one.worked for one in nothing]) <= 0.05
    assert max(one.worked for one in nothing) <= 0.05 + 3 * (0.05 * 0.95 / TRIALS) ** 0.5
    assert np.mean([one.worse for one in nothing]) <= 0.05


def test_several_outcomes_share_one_error(nothing: list[Told]):
    several = next(one for one in nothing if one.life.also)

    assert several.any_worked <= 0.05 + 3 * (0.05 * 0.95 / TRIALS) ** 0.5


def test_intervals_hold_the_truth(nothing: list[Told]):
    assert np.mean([one.covered for one in nothing]) >= 0.93


def test_peeking_at_the_same_level_cries_wolf_more_often(nothing: list[Told]):
    """The correction bites: the same looks, each taken for the only one, find more that is not there."""
    looked = [one for one in nothing if one.life.looks > 1]

    assert sum(one.at_the_same_level for one in looked) > sum(one.worked for one in looked)


def test_expectation_alone_is_not_called_an_effect(nothing: list[Told]):
    """And without the subtraction it would be, more often."""
    expecting = next(one for one in nothing if one.life.expected)
    hidden = run_life(Life(effect=0.58), TRIALS, SEED)  # the same days, judged as if blinded

    assert expecting.worked <= 0.05 + 3 * (0.05 * 0.95 / TRIALS) ** 0.5
    assert hidden.worked > expecting.worked + 0.15


def test_calibration_is_not_bought_with_silence():
    assert run_life(Life(looks=2, effect=1.5), 30, SEED).worked >= 0.75
    assert run_life(Life(effect=1.5, taken=0.7), 30, SEED).worked >= 0.5
