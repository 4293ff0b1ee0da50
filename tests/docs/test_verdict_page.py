"""What the page on verdicts claims is what the study printed, and what the study printed holds the promises."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

EXPLANATION = Path(__file__).parents[2] / "docs" / "explanation"
STUDY = (EXPLANATION / "verdict-study.md").read_text(encoding="utf-8")
PAGE = (EXPLANATION / "verdict.md").read_text(encoding="utf-8")
NULL = "False alarms where magnesium does nothing"
STRANGE = "The same, under noise that the model does not describe"
LINGERING = "An effect of 1 standard deviation that comes or goes over days"
POWER = "How often a true effect is seen"


def table(title: str) -> list[dict[str, str]]:
    """The rows under a heading of the study."""
    part = STUDY.split(f"### {title}\n")[1].split("###")[0]
    lines = [line.strip("| ").split(" | ") for line in part.splitlines() if line.startswith("|")]
    heading, _, *rows = lines
    return [dict(zip(heading, row, strict=True)) for row in rows]


def share(row: dict[str, str], column: str) -> float:
    return float(row[column].rstrip("%")) / 100


def test_no_cell_without_an_effect_calls_wolf_more_than_one_time_in_twenty():
    rows = table(NULL)

    assert len(rows) == 53
    assert max(share(row, "worked") for row in rows) <= 0.05


def test_intervals_hold_the_truth_in_every_cell_without_an_effect():
    assert min(share(row, "interval holds the truth") for row in table(NULL)) >= 0.93


@pytest.mark.parametrize("title", [NULL, STRANGE, LINGERING, POWER])
def test_each_table_was_run_on_a_thousand_logs_a_row(title: str):
    logs = re.search(r"(\d+) logs a row", STUDY.split(f"### {title}\n")[1])

    assert logs is not None and int(logs[1]) >= 1000


def test_rows_quoted_on_the_page_are_rows_of_the_study():
    """A quoted row begins like one of the study and repeats its figures in the study's columns."""
    quoted = re.findall(r"^\| (\d+) \| (\w+) \| ([\d.]+) \| ([\d.]+) \| ([^|]+) \| (.+) \|$", PAGE, re.M)
    every = [row for title in (NULL, STRANGE, LINGERING, POWER) for row in table(title)]
    assert len(quoted) >= 12
    for days, design, rho, effect, else_, figures in quoted:
        key = {"days": days, "design": design, "rho": rho, "effect": effect, "what else": else_.strip()}
        found = next(row for row in every if key.items() <= row.items())
        columns = ("worked", "interval holds the truth", "Welch 'worked'", "before/after 'worked'")
        assert figures.split(" | ") == [found[column] for column in columns]
