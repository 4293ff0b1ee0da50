"""`magwise simulate`: protocols in, bands out; everything outside the domain refused by name and bound."""

from __future__ import annotations

import json
from pathlib import Path
from time import perf_counter

import pytest
import typer
from typer.testing import CliRunner

from magwise import knowledge
from magwise.adapters.cli.simulate import simulate
from magwise.errors import MagwiseError, OutsideTheModel, WrongUse
from magwise.simulate import Course, Dose, read_protocol, run

PROTOCOL = """
[subject]
sex = "male"
age = 27
weight_kg = 72
egfr = 110
serum_mmol_l = 0.85
covariates = []
[diet]
mg_per_day = 300
meals = ["08:00", "13:00", "19:00"]
[[doses]]
route = "oral"
form = "citrate"
mg = 150
times = ["08:00", "13:00", "19:00"]
days = [1, 4]
with_meal = true
[run]
days = 4
people = 40
seed = 1
every_h = 24
"""


def called(*arguments: str) -> str:
    app = typer.Typer()
    app.command()(simulate)
    result = CliRunner().invoke(app, arguments)
    if isinstance(result.exception, MagwiseError):
        raise result.exception
    assert result.exit_code == 0, result.output
    return result.output


@pytest.fixture
def protocol(tmp_path: Path) -> Path:
    path = tmp_path / "paper.toml"
    path.write_text(PROTOCOL, encoding="utf-8")
    return path


def test_the_json_has_the_published_shape(protocol: Path) -> None:
    answer = json.loads(called("--protocol", str(protocol), "--json"))

    assert answer["time_h"] == [0, 24, 48, 72, 96]
    for name in ("serum_mmol_l", "urine_mmol_d", "urine_mmol", "stool_extra_g_d"):
        assert set(answer[name]) == {"p5", "p50", "p95"}
        assert all(len(values) == 5 for values in answer[name].values())
    assert len(answer["doses"]) == 12
    assert set(answer["doses"][0]["absorbed_mg"]) == {"p5", "p50", "p95"}
    assert answer["baseline"]["serum_mmol_l"]["p50"] == 0.85


def test_the_same_people_without_doses(protocol: Path) -> None:
    given = json.loads(called("--protocol", str(protocol), "--json"))
    plain = json.loads(called("--protocol", str(protocol), "--json", "--no-dose"))

    assert plain["doses"] == []
    assert plain["baseline"] == given["baseline"]
    assert given["urine_mmol"]["p50"][-1] > plain["urine_mmol"]["p50"][-1]


def test_a_curve_every_quarter_hour(protocol: Path) -> None:
    protocol.write_text(PROTOCOL.replace("every_h = 24", "every_h = 0.25"), encoding="utf-8")
    answer = json.loads(called("--protocol", str(protocol), "--json"))

    assert len(answer["time_h"]) == 4 * 96 + 1
    assert answer["time_h"][33] == 8.25


def test_people_read_a_table_with_bands_and_what_it_is_not(protocol: Path) -> None:
    shown = called("--protocol", str(protocol))

    assert "day 4" in shown
    assert "not medical advice" in shown


def test_a_figure_with_bands_and_doses(protocol: Path, tmp_path: Path) -> None:
    called("--protocol", str(protocol), "--svg", str(tmp_path / "course.svg"))
    svg = (tmp_path / "course.svg").read_text(encoding="utf-8")

    assert svg.count("<polygon") == 4
    assert svg.count("#b3261e") == 4  # ticks in every panel


def test_the_same_figure_as_a_png(protocol: Path, tmp_path: Path) -> None:
    called("--protocol", str(protocol), "--figure", str(tmp_path / "course.png"))

    assert (tmp_path / "course.png").read_bytes()[:4] == b"\x89PNG"
    with pytest.raises(WrongUse, match=r"neither \.svg nor \.png"):
        called("--protocol", str(protocol), "--figure", str(tmp_path / "course.gif"))


PERSON = str(Path(__file__).parents[2] / "examples" / "thyroid-nurse.toml")


def test_several_changes_behind_one_what_if(protocol: Path) -> None:
    answer = json.loads(
        called(PERSON, "--days", "3", "--people", "40", "--json", "--what-if", "form=oxide", "dose=400")
    )

    assert {dose["form"] for dose in answer["doses"]} == {"oxide"}
    assert sum(dose["mg"] for dose in answer["doses"]) == pytest.approx(1200)
    assert "above this person's limit of 350 mg" in answer["notes"][0]
    other = json.loads(called("--protocol", str(protocol), "--json", "--what-if", "form=oxide", "dose=90"))
    assert other["doses"][0]["mg"] == pytest.approx(30)
    with pytest.raises(WrongUse, match="one file or word too many"):
        called(PERSON, "another.toml")


def test_slow_kidneys_bring_a_note_and_none_at_all_a_refusal() -> None:
    answer = json.loads(called(PERSON, "--days", "3", "--people", "40", "--json", "--what-if", "egfr=25"))

    assert "no reassurance" in answer["notes"][0]
    assert answer["baseline"]["egfr"]["p50"] == 25
    assert json.loads(called(PERSON, "--days", "3", "--people", "40", "--json"))["notes"] == []
    with pytest.raises(OutsideTheModel, match="10 to 200"):
        called(PERSON, "--what-if", "egfr=0")


def test_a_plan_becomes_a_course() -> None:
    person = Path(__file__).parents[2] / "examples" / "thyroid-nurse.toml"
    answer = json.loads(
        called(str(person), "--days", "14", "--people", "60", "--today", "2026-11-22", "--json")
    )

    assert len(answer["time_h"]) == 15
    assert answer["absorbed_share"]["p50"][0] > 0


@pytest.mark.parametrize(
    ("change", "bound"),
    [
        (("egfr = 110", "egfr = 0"), "10 to 200"),
        (("egfr = 110", "egfr = nan"), "finite"),
        (("age = 27", "age = 0.5"), "18 to 100"),
        (("weight_kg = 72", "weight_kg = 7200"), "35 to 250"),
        (("weight_kg = 72", "weight_kg = -1"), "35 to 250"),
        (('sex = "male"', 'kidney = "dialysis"'), "dialysis"),
        (("mg = 150", "mg = -150"), "0 to 1200"),
        (("mg = 150", "mg = nan"), "finite"),
        (("mg = 150", "mg = 5000"), "0 to 1200"),
        (("mg = 150", "mg = 900"), "0 to 2400"),
        (('times = ["08:00", "13:00", "19:00"]', 'times = ["19:00", "08:00"]'), "not in order"),
        (("days = [1, 4]", "days = [4, 1]"), "from 4 to 1"),
        (("serum_mmol_l = 0.85", "serum_mmol_l = 8.5"), "0.4 to 1.5"),
        (("days = 4\n", "days = 40000\n"), "1 to 3653"),
        (("people = 40", "people = 0"), "1 to 100000"),
        (("every_h = 24", "every_h = 0.0001"), "every_h"),
        (("days = 4\npeople = 40", "days = 3653\npeople = 90000"), "5,000,000"),
        (('meals = ["08:00", "13:00", "19:00"]', "meals = []"), "no meal"),
        (('form = "citrate"', 'form = "unobtainium"'), "form"),
        (("covariates = []", 'covariates = ["astrology"]'), "covariate"),
    ],
)
def test_what_lies_outside_is_refused_with_its_bound(change: tuple[str, str], bound: str) -> None:
    with pytest.raises(OutsideTheModel) as refused:
        read_protocol(PROTOCOL.replace(*change))

    assert bound in str(refused.value)


def test_one_dose_a_minute_is_refused() -> None:
    minutes = ", ".join(f'"{m // 60:02d}:{m % 60:02d}"' for m in range(1440))
    text = PROTOCOL.replace('times = ["08:00", "13:00", "19:00"]', f"times = [{minutes}]").replace(
        "mg = 150", "mg = 1"
    )

    with pytest.raises(OutsideTheModel, match="0 to 24"):
        read_protocol(text)


def test_ten_years_run() -> None:
    start = perf_counter()
    outcome = run(Course(diet_mg=300, doses=(Dose(100, (8.0, 19.0)),), days=3653, people=20))

    assert len(outcome.time_h) == 3654
    assert perf_counter() - start < 30


def test_an_unknown_key_names_the_nearest() -> None:
    with pytest.raises(WrongUse, match="weight_kg"):
        read_protocol(PROTOCOL.replace("weight_kg", "wieght_kg"))


def test_neither_or_both_files_is_wrong_use(protocol: Path) -> None:
    for arguments in ((), (str(protocol), "--protocol", str(protocol))):
        with pytest.raises(WrongUse):
            called(*arguments)


@pytest.mark.parametrize(
    "path", sorted((knowledge.HERE / "bodies" / "protocols").glob("*.toml")), ids=lambda p: p.stem
)
def test_every_shipped_protocol_can_be_read(path: Path) -> None:
    assert read_protocol(path.read_text(encoding="utf-8")).people > 0


def test_a_population_is_printed_day_by_day(protocol: Path) -> None:
    answer = json.loads(called("--protocol", str(protocol), "--population", "5000", "--float32", "--json"))

    assert answer["people"] == 5000
    assert answer["time_h"] == [0, 24, 48, 72, 96]
    assert answer["serum_mmol_l"]["p5"][2] < answer["serum_mmol_l"]["p95"][2]


@pytest.mark.slow
def test_a_cluster_gives_the_same_figures(protocol: Path) -> None:
    pytest.importorskip("distributed", reason="Dask (extra `cluster`) is not installed")
    import subprocess
    import sys

    program = (
        "import sys, typer\n"
        "from magwise.adapters.cli.simulate import simulate\n"
        "if __name__ == '__main__':\n"
        "    app = typer.Typer(); app.command()(simulate); app()\n"
    )
    script = protocol.with_name("call.py")
    script.write_text(program, encoding="utf-8")
    base = [sys.executable, str(script), "--protocol", str(protocol), "--population", "10000", "--json"]
    here, there = (
        subprocess.run([*base, *more], check=True, capture_output=True).stdout
        for more in ([], ["--cluster", "local"])
    )

    assert json.loads(here) == json.loads(there)


def test_no_day_of_a_titration_holds_more_than_the_limit() -> None:
    """Shown in simulation: doses stay within the plan's limit, and serum within what laboratories print."""
    from datetime import date

    from magwise.adapters.simulated import course_of
    from magwise.advise import advise
    from magwise.person_file import read_person_file

    person = Path(__file__).parents[2] / "examples" / "germany-sensitive-stomach.toml"
    advice = advise(read_person_file(person), today=date(2026, 11, 22))
    course = course_of(advice, days=40, people=60)
    daily = [
        sum(d.mg for d in course.doses if d.first_day <= day <= (d.last_day or course.days))
        for day in range(1, 41)
    ]

    assert daily == sorted(daily)
    assert 0 < max(daily) <= advice.limit.mg_per_day
    assert run(course).serum_mmol_l.p95.max() < 1.1


def test_a_lab_value_says_which_of_two_causes_a_low_serum_has() -> None:
    """The 24-hour urine before the first dose tells best; serum in week 8 less well."""
    person = str(Path(__file__).parents[2] / "examples" / "diabetes-metformin-ppi.toml")
    told = ("--lab-week", "8", "--people", "100", "--today", "2026-11-22")
    found = json.loads(called(person, *told, "--json"))["readings"]

    assert [one["day"] for one in found] == [0, 56, 56]
    assert found[0]["told_apart"] > 0.95
    assert found[0]["told_apart"] >= found[1]["told_apart"] > 0.6
    assert found[1]["little_comes_in"]["p50"] > found[1]["kidneys_lose"]["p50"]
    assert "24-hour urine before the first dose" in " ".join(called(person, *told).split())
    with pytest.raises(OutsideTheModel, match="no low value to explain"):
        called(PERSON, "--lab-week", "8")
