"""Series with known answers: R's nlme for the model within, and what a verdict may and may not say of them."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest

from magwise.verdict import Day, Log, Outcome, Phase, judge
from magwise.verdict.noise import fits, most_likely

Series = list[tuple[int, bool, float]]
VALUES = ("values", "score", "points", "fatigue", "mood", "Y")
TIMES = ("mt", "week", "study_day", "t")
PHASES = ("phase", "treatment", "condition", "Treat")
WITH = {"B", "B1", "B2", "treatment", "melatonin", "Laughter"}
AT_THE_EDGE = 0.995  # nlme runs on to 0.99999 there; we stop at 0.999


@pytest.fixture(scope="module")
def folder(shared: Path) -> Path:
    return shared / "reference" / "nof1"


def read(folder: Path, name: str) -> Series:
    """A series of the reference folder by its name there, such as scan_exampleAB/Johanna."""
    file = name.split("/", maxsplit=1)[0].split(" (", maxsplit=1)[0].split("(", maxsplit=1)[0]
    case = name.split("/")[1] if "/" in name else None
    with (folder / f"{file}.csv").open(encoding="utf-8", newline="") as opened:
        rows = [row for row in csv.DictReader(opened) if case is None or case in row.values()]
    value, time, phase = (next(key for key in keys if key in rows[0]) for keys in (VALUES, TIMES, PHASES))
    return [(int(row[time]), row[phase] in WITH, float(row[value])) for row in rows]


def as_log(series: Series) -> Log:
    return Log(
        tuple(Day(day, Phase.WITH if treated else Phase.WITHOUT, value) for day, treated, value in series)
    )


def test_generalised_least_squares_agrees_with_nlme(folder: Path):
    """Effect, error and rho of all series, with and without a trend, to 1e-3 (nlme prints 15 digits)."""
    with (folder / "_known_answers_regression.csv").open(encoding="utf-8", newline="") as opened:
        expected = [row for row in csv.DictReader(opened) if row["model"] in MODELS]
    compared = at_edge = 0
    for row in expected:
        series = read(folder, row["dataset"])
        days, y = (np.array([one[at] for one in series], dtype=float) for at in (0, 2))
        x = MODELS[row["model"]](days, np.array([one[1] for one in series], dtype=float))
        rho = most_likely(days, x, y)
        if abs(float(row["ar1"])) > AT_THE_EDGE:
            assert rho > AT_THE_EDGE or rho < -0.9
            rho, at_edge = float(row["ar1"]), at_edge + 1
        found = fits(days, x, y, np.array([rho]))
        assert rho == pytest.approx(float(row["ar1"]), abs=1e-3), row
        assert found.beta[0, 0] == pytest.approx(float(row["effect"]), rel=1e-3, abs=1e-3), row
        assert found.se[0, 0] == pytest.approx(float(row["se"]), rel=1e-3), row
        compared += 1

    assert compared == len(expected) >= 60
    assert at_edge < 10


def without_trend(days: np.ndarray, treated: np.ndarray) -> np.ndarray:
    return np.column_stack([treated, np.ones_like(days)])


def with_trend(days: np.ndarray, treated: np.ndarray) -> np.ndarray:
    return np.column_stack([treated, np.ones_like(days), days])


MODELS = {"GLS AR1 y~treat REML": without_trend, "GLS AR1 y~treat+time REML": with_trend}


@pytest.mark.parametrize("smallest", [0.5, 1.0, 2.0, 5.0])
def test_the_seventy_day_randomised_null_is_not_called_a_success(folder: Path, smallest: float):
    """Meng 2026, melatonin: difference 0.92, Welch p 0.489."""
    answer = judge(
        as_log(read(folder, "melatonin_nof1_70day_daily (mood)")), smallest=smallest, better="higher"
    )

    assert answer.verdict in (Outcome.CANNOT_TELL, Outcome.TOO_SMALL)
    assert answer.interval is not None and answer.interval[0] < 0.92 < answer.interval[1]
    assert (answer.days_without, answer.days_with) == (35, 35)


def test_a_trend_that_looks_like_an_effect_is_not_one(folder: Path):
    """Tarlow 2017: almost no overlap between phases, and nothing left once the trend is taken away."""
    with (folder / "_known_answers_SingleCaseES.csv").open(encoding="utf-8", newline="") as opened:
        row = next(r for r in csv.DictReader(opened) if r["series"] == "Tarlow_example")
    values = [[float(v) for v in row[phase].split(";")] for phase in ("A", "B")]
    log = Log.of(["A"] * len(values[0]) + ["B"] * len(values[1]), [*values[0], *values[1]])
    for smallest in (0.5, 2.0, 5.0):
        assert judge(log, smallest=smallest, better="lower").verdict is Outcome.CANNOT_TELL


def test_no_example_of_the_packages_stops_the_judge(folder: Path):
    """A large clear effect in two pairs of blocks of ten or more days each is seen; short ones are not judged."""
    seen = {}
    for case in ("Pawel", "Moritz", "Jannis"):
        series = read(folder, f"scan_exampleA1B1A2B2/{case}")
        seen[case] = judge(as_log(series), smallest=2.0, better="higher").verdict

    assert set(seen.values()) == {Outcome.WORKED}
