"""Pooling against figures printed in papers; the tables name them."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import pytest
import yaml

from conftest import cases
from magwise.evidence.pool import Measure, Study, mantel_haenszel, of_events, of_means, peto, pool_one_way
from magwise.evidence.pool.bias import egger
from magwise.evidence.pool.chance import chi2_upper, f_upper, kendall_p, normal_p, t_p, t_quantile
from magwise.evidence.pool.estimate import WALD
from magwise.evidence.pool.shipped import shipped
from magwise.evidence.pool.study import Cells

SETS = yaml.safe_load((Path(__file__).parent / "pooling.yaml").read_text(encoding="utf-8"))["sets"]


def studies(name: str, measure: str | None = None) -> list[Study]:
    given = SETS[name]
    if "yi" in given:
        return [Study(str(at), y, v) for at, (y, v) in enumerate(zip(given["yi"], given["vi"], strict=True))]
    wanted = Measure(measure or given["measure"])
    return [of_events(str(at), wanted, Cells(*table)) for at, table in enumerate(given["tables"])]


@pytest.mark.parametrize(
    "case", cases("published/pooling.yaml"), ids=lambda case: f"{case['set']}: {case['case']}"
)
def test_pooling_gives_what_the_paper_prints(case: dict[str, Any]):
    found = pool_one_way(studies(case["set"]), case["method"], case.get("test", WALD))

    for name in ("estimate", "se", "tau2", "q", "h2"):
        if name in case:
            assert getattr(found, name) == pytest.approx(case[name], abs=6e-5)
    if "i2" in case:
        assert found.i2 == pytest.approx(case["i2"], abs=0.006)
    if "ci" in case:
        assert found.ci == pytest.approx(case["ci"], abs=6e-5)
    if "pi" in case:  # metafor's search for tau2 stopped a little earlier than ours
        assert found.pi == pytest.approx(case["pi"], abs=2e-4)


def test_bcg_by_mantel_haenszel_and_peto():
    """Risk ratio 0.6353 (0.5881 to 0.6862) and odds ratio 0.6222 (0.5746 to 0.6738), as metafor prints them."""
    ratio = mantel_haenszel(studies("bcg", "RR"), Measure.RR)
    odds = peto(studies("bcg", "OR"))

    assert [math.exp(x) for x in (ratio.estimate, *ratio.ci)] == pytest.approx(
        [0.6353, 0.5881, 0.6862], abs=5e-5
    )
    assert [math.exp(x) for x in (odds.estimate, *odds.ci)] == pytest.approx(
        [0.6222, 0.5746, 0.6738], abs=5e-5
    )


def test_the_choice_of_model_turns_magnesium_in_heart_attack_round():
    """Li and others 2007, Cochrane CD002755: fixed odds ratio 0.99 (0.94 to 1.04), random 0.66 (0.53 to 0.82)."""
    trials = shipped("heart-attack").studies
    fixed, random = mantel_haenszel(trials), pool_one_way(trials, "DL")

    assert len(trials) == 22
    assert [round(math.exp(x), 2) for x in (fixed.estimate, *fixed.ci)] == [0.99, 0.94, 1.04]
    assert [round(math.exp(x), 2) for x in (random.estimate, *random.ci)] == [0.66, 0.53, 0.82]


def test_the_funnel_of_magnesium_in_heart_attack_leans():
    """Egger's test on these trials is strongly positive (p below 0.001)."""
    found = egger(shipped("heart-attack").studies)

    assert found.intercept < -1
    assert found.p < 0.001


def test_hedges_g_of_the_textbook():
    """Borenstein and others 2009, Introduction to Meta-Analysis, chapter 4: g 0.5924, variance 0.0411 with their
    J of 0.9924; the exact correction gives the same to three digits."""
    found = of_means("textbook", Measure.SMD, (103.0, 5.5, 50), (100.0, 4.5, 50))

    assert found.yi == pytest.approx(0.5924, abs=5e-4)
    assert found.vi == pytest.approx(0.0411, abs=8e-4)


@pytest.mark.parametrize(
    ("df", "printed"), [(1, 12.706), (2, 4.303), (5, 2.571), (10, 2.228), (30, 2.042), (120, 1.980)]
)
def test_quantiles_of_students_t_are_the_tables(df: int, printed: float):
    assert t_quantile(0.975, df) == pytest.approx(printed, abs=5e-4)


def test_probabilities_are_those_of_the_tables():
    """Critical values that every statistics textbook prints at 5 %."""
    assert chi2_upper(3.841, 1) == pytest.approx(0.05, abs=1e-4)
    assert chi2_upper(18.307, 10) == pytest.approx(0.05, abs=1e-4)
    assert f_upper(4.103, 2, 10) == pytest.approx(0.05, abs=1e-4)
    assert normal_p(1.96) == pytest.approx(0.05, abs=1e-4)
    assert t_p(2.228, 10) == pytest.approx(0.05, abs=1e-4)


def test_kendalls_exact_probability_for_four_pairs():
    """All six pairs concordant among four: 2 orders of 24."""
    assert kendall_p(1.0, 4) == pytest.approx(2 / 24)
