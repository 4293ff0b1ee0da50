"""The page on the heart attack trials quotes what `magwise pool` says today."""

from __future__ import annotations

import math
import re
from pathlib import Path

from magwise.evidence.pool import Measure, examine_bias, pool, pool_one_way, trim_and_fill
from magwise.evidence.pool.plots import forest, funnel, shown_in_forest
from magwise.evidence.pool.shipped import shipped

EXPLANATION = Path(__file__).parents[2] / "docs" / "explanation"
PAGE = (EXPLANATION / "pooling.md").read_text(encoding="utf-8")
SET = shipped("heart-attack")


def ratios(*values: float) -> list[float]:
    return [round(math.exp(value), 3) for value in values]


def test_every_row_of_the_table_is_todays():
    rows = re.findall(
        r"^\| [^|]*?\(?(\w+)\)? \| (Wald-z|HKSJ-t) \| ([^|]+) \| ([^|]+) \| ([^|]*)\| (\d+) % \|$", PAGE, re.M
    )
    assert len(rows) == 7
    for method, test, middle, interval, prediction, i2 in rows:
        answer = pool_one_way(SET.studies, method, test)
        assert float(middle) == ratios(answer.estimate)[0]
        assert [float(x) for x in interval.split(" to ")] == ratios(*answer.ci)
        assert float(i2) == round(answer.i2)
        if prediction.strip():
            assert [float(x) for x in prediction.split(" to ")] == ratios(*(answer.pi or ()))


def test_what_is_said_of_the_funnel_is_todays():
    found = examine_bias(SET.studies)
    filled = trim_and_fill(SET.studies, "EE")

    assert found.egger is not None
    assert f"{found.egger.intercept:.2f}".replace("-", "−") in PAGE
    assert round(found.egger.p, 5) == 0.00007 and "p 0.00007" in PAGE
    assert f"(p {found.begg.p:.2f})" in PAGE
    assert filled.imputed == 10 and "Ten trials" in PAGE
    low, high = (math.exp(x) for x in filled.pooled.ci)
    assert f"{math.exp(filled.pooled.estimate):.2f} ({low:.2f} to {high:.2f})" in PAGE


def test_all_prediction_intervals_with_variation_include_no_effect():
    assert all(one.pi[0] < 0 < one.pi[1] for one in pool(SET.studies) if one.pi)


def test_the_sizes_of_the_two_large_trials():
    people = {s.name: s.cells.of + s.cells.control_of for s in SET.studies if s.cells}

    assert people["ISIS-4 1995"] == 58050 and "58,050" in PAGE
    assert people["MAGIC 2000"] == 6213 and "6,213" in PAGE


def test_the_drawings_are_todays():
    answers = shown_in_forest(pool(SET.studies))
    drawn = forest(SET.studies, answers, measure=Measure.OR, title=SET.title)
    leaning = funnel(SET.studies, filled=trim_and_fill(SET.studies, "EE").mirrored, measure=Measure.OR)

    assert (EXPLANATION / "heart-attack-forest.svg").read_text(encoding="utf-8") == drawn
    assert (EXPLANATION / "heart-attack-funnel.svg").read_text(encoding="utf-8") == leaning
