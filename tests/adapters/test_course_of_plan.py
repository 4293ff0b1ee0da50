"""The simulated course in a plan: where a magnesium result is known or on request, the same bytes again, and honest refusals."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from magwise.adapters.cli import app
from magwise.adapters.contract import answer_of
from magwise.adapters.measured import is_status_measured, magnesium_results
from magwise.adapters.simulated import forecast_of
from magwise.advise import advise
from magwise.person_file import read_person

TODAY = date(2026, 11, 22)
PERSON = """
[person]
age = 46
sex = "female"
weight_kg = 68
country = "US"
kidney = "normal"
pregnant = "{pregnant}"
breastfeeding = "no"
conditions = []
symptoms = []
medicines_answered = true
[diet]
mg_per_day = 200
[[products]]
label = "Magnesium (as Magnesium Citrate) 100 mg per capsule. Serving size 1 capsule."
{more}
"""
SERUM = """
[[labs]]
what = "serum magnesium"
value = {value}
unit = "mmol/L"
date = {when}
"""


def advice(more: str = "", pregnant: str = "no") -> Any:
    return advise(read_person(PERSON.format(more=more, pregnant=pregnant)), today=TODAY)


def written(tmp_path: Path, more: str = "") -> Path:
    path = tmp_path / "me.toml"
    path.write_text(PERSON.format(more=more, pregnant="no"), encoding="utf-8")
    return path


def shown(*arguments: str) -> str:
    result = CliRunner().invoke(app, ["plan", *arguments, "--today", "2026-11-22"])
    assert result.exit_code == 0, result.output
    return result.output


def test_a_known_serum_brings_a_course_and_its_band(tmp_path: Path) -> None:
    path = written(tmp_path, SERUM.format(value=0.78, when="2026-10-02"))
    course = json.loads(shown(str(path), "--json", "--course"))["course"]

    assert course["known"] == ["serum magnesium 0.78 mmol/L"]
    assert course["day"] == [0, 14, 28, 56, 84]
    for name in ("serum_mmol_l", "urine_mmol_d", "serum_rise_mmol_l", "urine_rise_mmol_d"):
        band = course[name]
        assert all(low <= middle <= high for low, middle, high in zip(*band.values(), strict=True))
    assert course["serum_mmol_l"]["p50"][0] == pytest.approx(0.78, abs=0.01)
    assert course["serum_rise_mmol_l"]["p50"][0] == 0
    assert course["urine_rise_mmol_d"]["p50"][-1] > 0
    assert f"{course['serum_mmol_l']['p50'][-1]:.2f}" in course["words"]
    assert "not of how you feel" in course["words"]


def test_a_known_serum_ends_the_screen_with_a_course(tmp_path: Path) -> None:
    path = written(tmp_path, SERUM.format(value=0.78, when="2026-10-02"))

    assert "A simulated course" in shown(str(path))
    assert "A simulated course" not in shown(str(path), "--no-course")


def test_without_a_result_the_screen_has_a_course_only_on_request(tmp_path: Path) -> None:
    path = written(tmp_path)

    assert "A simulated course" not in shown(str(path))
    assert "A simulated course" in shown(str(path), "--course")


def test_json_waits_for_no_simulation_that_nobody_asked_for(tmp_path: Path) -> None:
    path = written(tmp_path, SERUM.format(value=0.78, when="2026-10-02"))

    assert "course" not in json.loads(shown(str(path), "--json"))


def test_a_plan_without_a_course_loads_no_array_library(tmp_path: Path) -> None:
    program = (
        "import sys; from magwise.adapters.cli import main; sys.argv = ['magwise', 'plan', sys.argv[1]]\n"
        "try: main()\nexcept SystemExit: pass\n"
        "print({'numpy', 'numba'} & sys.modules.keys(), file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(written(tmp_path))], capture_output=True, text=True, check=True
    )

    assert done.stderr.strip().endswith("set()")


def test_a_saved_plan_with_a_course_is_answered_again_byte_by_byte(tmp_path: Path) -> None:
    saved = tmp_path / "plan.json"
    saved.write_text(shown(str(written(tmp_path)), "--json", "--course"), encoding="utf-8")
    result = CliRunner().invoke(app, ["replay", str(saved)])

    assert result.exit_code == 0, result.output
    assert "Same bytes" in result.output


def test_the_screen_shows_the_sentence_the_table_and_whose_levels_are_not_known(tmp_path: Path) -> None:
    screen = " ".join(shown(str(written(tmp_path)), "--course").split())

    assert "A simulated course" in screen
    assert "your own levels are not known" in screen
    assert "day 84" in screen


@pytest.mark.parametrize(
    ("more", "known"),
    [
        (SERUM.format(value=0.78, when="2026-10-02"), True),
        (SERUM.format(value=0.78, when="2024-10-02"), False),  # two years old
        ("", False),
        ('[[labs]]\nwhat = "24 h urine magnesium"\nvalue = 3.1\nunit = "mmol/24 h"\n', True),
        ('[[labs]]\nwhat = "hemoglobin"\nvalue = 13.1\nunit = "g/dL"\n', False),
    ],
)
def test_only_a_believable_result_of_the_last_year_makes_status_known(more: str, known: bool) -> None:
    assert is_status_measured(advice(more)) is known


def test_the_latest_result_counts_whatever_its_place_in_the_file() -> None:
    both = SERUM.format(value=0.84, when="2026-11-02") + SERUM.format(value=0.72, when="2026-03-02")

    assert magnesium_results(advice(both))[-1] == "serum magnesium 0.84 mmol/L"


def test_pregnancy_gets_a_plan_and_no_course_with_the_reason() -> None:
    course = forecast_of(advice(pregnant="yes"))

    assert course is not None
    assert "does not know pregnancy" in course.words
    assert course.serum_mmol_l is None


def test_no_dose_no_course() -> None:
    stopped = advise(
        read_person(
            PERSON.format(more="", pregnant="no").replace('kidney = "normal"', 'kidney = "dialysis"')
        ),
        today=TODAY,
    )

    assert forecast_of(stopped) is None
    assert answer_of(stopped).course is None
