"""`magwise pool` and `magwise verdict` as their users meet them."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree

import pytest
import typer
from typer.testing import CliRunner

from adapters.session import magwise
from magwise.adapters.cli.pool import pool
from magwise.adapters.cli.verdict import verdict
from magwise.errors import NotALog, NotFound, NotPoolable, WrongUse

TRIALS = "study,yi,vi\nA,0.2,0.04\nB,0.5,0.09\nC,-0.1,0.05\nD,0.3,0.02\n"


def run(command, *given: str | Path, text: str | None = None):
    app = typer.Typer(add_completion=False)
    app.command()(command)
    return CliRunner().invoke(app, [str(one) for one in given], input=text)


def asked(command, *given: str | Path, text: str | None = None):
    done = run(command, *given, "--json", text=text)
    assert done.exit_code == 0, done.output
    return json.loads(done.output)


def log(effect: float, pairs: int = 4) -> str:
    """Four pairs of weeks; a wobble of five values that is the same each time."""
    wobble = (0.3, -0.6, 0.1, 0.7, -0.5)
    rows = [
        f"{day},{'AB'[day // 7 % 2]},{5 + effect * (day // 7 % 2) + wobble[day * 3 % 5]}"
        for day in range(pairs * 14)
    ]
    return "day,phase,value\n" + "\n".join(rows) + "\n"


def test_pool_gives_the_published_shape(tmp_path: Path):
    path = tmp_path / "trials.csv"
    path.write_text(TRIALS, encoding="utf-8")
    answer = asked(pool, path)

    assert answer["k"] == 4
    assert {row["tau2_method"] for row in answer["methods"]} == {
        "EE",
        "DL",
        "REML",
        "PM",
        "ML",
        "HS",
        "HE",
        "SJ",
        "EB",
    }
    for row in answer["methods"]:
        assert {"tau2_method", "test", "estimate", "se", "ci", "pi", "tau2", "i2", "q", "h2"} <= set(row)
        assert (row["pi"] is None) == (row["tau2_method"] == "EE")
        assert row["pi"] is None or row["pi_convention"]
    assert {"egger", "begg", "trim_and_fill"} <= set(answer["bias"])


def test_pool_reads_standard_input():
    assert asked(pool, "-", text=TRIALS)["k"] == 4


def test_pool_knows_the_heart_attack_trials_and_says_that_methods_differ():
    answer = asked(pool, "heart-attack")
    done = run(pool, "heart-attack")

    assert answer["k"] == 22
    assert {"MH", "Peto"} <= {row["tau2_method"] for row in answer["methods"]}
    assert "do not agree" in done.output
    assert "drafts" in done.output


def test_pool_of_two_has_no_hartung_knapp_and_no_funnel():
    answer = asked(pool, "constipation")

    assert {row["test"] for row in answer["methods"]} == {"Wald-z"}
    assert answer["bias"] is None


def test_pool_draws_and_regresses_and_leaves_out(tmp_path: Path):
    path = tmp_path / "trials.csv"
    years = "\n".join(f"{row},{2000 + at}" for at, row in enumerate(TRIALS.strip().splitlines()[1:]))
    path.write_text(f"study,yi,vi,published\n{years}\nE,0.1,0.03,2009\n", encoding="utf-8")
    forest, funnel = tmp_path / "forest.svg", tmp_path / "funnel.svg"
    answer = asked(
        pool, path, "--by", "published", "--leave-one-out", "--cumulative",
        "--forest", forest, "--funnel", funnel, "--matters", "0.2",
    )  # fmt: skip

    assert [one["name"] for one in answer["regression"]["coefficients"]] == ["intercept", "published"]
    assert len(answer["leave_one_out"]) == 5
    assert len(answer["cumulative"]) == 4
    for drawn in (forest, funnel):
        assert ElementTree.parse(drawn).getroot().tag.endswith("svg")  # noqa: S314 - our own file


@pytest.mark.parametrize("columns", ["40", "80", "200"])
def test_the_table_is_never_cut(columns: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("COLUMNS", columns)
    shown = run(pool, "heart-attack").output

    assert "…" not in shown
    assert "REML      HKSJ-t      0.579   0.438 to 0.766   0.231 to 1.450   0.177   82 %" in shown


def test_pool_regresses_by_every_method_asked_for_and_both_tests():
    answer = asked(pool, "systolic-pressure", "--by", "dose", "--method", "DL", "--method", "PM")
    fitted = [(one["tau2_method"], one["test"]) for one in answer["regressions"]]

    assert fitted == [("DL", "Wald-z"), ("DL", "HKSJ-t"), ("PM", "Wald-z"), ("PM", "HKSJ-t")]
    assert answer["regression"] == answer["regressions"][0]
    assert "next to nothing" in run(pool, "systolic-pressure", "--by", "dose").output


ARMS = "study,n_mg,mean_mg,sd_mg,n_ctl,mean_ctl,sd_ctl\nA,20,5,2,20,6,2\nB,30,4,3,30,6,3\nC,25,5,2,25,5,2\n"
EVENTS = "study,events_mg,n_mg,events_ctl,n_ctl\nA,5,20,9,20\nB,0,30,4,30\nC,7,25,7,25\n"


@pytest.mark.parametrize(
    ("table", "measure", "first"),
    [
        (ARMS, "MD", -1.0),
        (ARMS, "SMD", -0.49),  # J(38) = 0.980, -1 / 2
        (EVENTS, "RR", -0.588),  # ln(5/20 / 9/20)
        (EVENTS, "OR", -0.898),  # ln(5*11 / (15*9))
        (EVENTS, "RD", -0.2),
    ],
)
def test_pool_takes_arms_as_they_are_printed(table: str, measure: str, first: float):
    from magwise.evidence.pool import Measure
    from magwise.evidence.pool.tables import read_trials

    answer = asked(pool, "-", "--measure", measure, "--leave-one-out", "--cumulative", text=table)

    assert answer["measure"] == measure and answer["k"] == 3
    assert len(answer["leave_one_out"]) == 3 and len(answer["cumulative"]) == 2
    assert read_trials(table, Measure(measure)).studies[0].yi == pytest.approx(first, abs=5e-4)
    assert all(
        one["test"] == "Wald-z" for one in answer["leave_one_out"]
    )  # two are left: never Hartung-Knapp


def test_pool_looks_for_slips_beside_pooling_and_alone():
    table = "study,n_mg,mean_mg,sd_mg,n_ctl,mean_ctl,sd_ctl,p\nA,20,5.0,2.0,20,6.0,2.0,.90\nB,30,4.0,3.0,30,6.0,3.0,.01\n"
    beside, alone = asked(pool, "-", text=table), asked(pool, "-", "--lint", text=table)

    assert [one["kind"] for one in beside["slips"]] == ["p-does-not-fit"]
    assert beside["k"] == 2 and alone["rows"] == 2 and alone["slips"] == beside["slips"]
    assert "Look again at line 2, A" in run(pool, "-", text=table).output
    assert "no slip of the kinds we know" in run(pool, "heart-attack", "--lint").output


def test_a_table_that_cannot_be_pooled_can_be_looked_through():
    answer = asked(pool, "-", "--lint", text="study,effect,mean_mg,mean_ctl\nSchuster 2025,-3.9,-3.9,-2.3\n")

    assert [one["kind"] for one in answer["slips"]] == ["change-as-difference"]


def test_forest_and_funnel_are_drawn_as_png(tmp_path: Path):
    forest, funnel = tmp_path / "forest.png", tmp_path / "funnel.png"
    asked(pool, "heart-attack", "--forest", forest, "--funnel", funnel, "--matters", "0.2")

    assert all(one.read_bytes().startswith(b"\x89PNG") for one in (forest, funnel))


@pytest.mark.parametrize(
    ("given", "error"),
    [
        (("heart-attack", "--forest", "forest.pdf"), WrongUse),
        (("no-such-file.csv",), NotFound),
        (("heart-attack", "--measure", "hazard"), WrongUse),
        (("heart-attack", "--measure", "MD"), NotPoolable),
        (("heart-attack", "--by", "dose"), NotPoolable),
        (("heart-attack", "--method", "XX"), NotPoolable),
        (("heart-attack", "--forest", "/no/such/folder/x.svg"), WrongUse),
    ],
)
def test_pool_names_what_is_wrong(given: tuple[str, ...], error: type[Exception]):
    assert isinstance(run(pool, *given).exception, error)


def test_verdict_gives_the_published_shape():
    answer = asked(verdict, "-", "--smallest", "0.5", "--better", "higher", text=log(2.0))

    assert answer["verdict"] == "worked"
    assert answer["effect"] == pytest.approx(2.0, abs=0.5)
    assert answer["interval"][0] < answer["effect"] < answer["interval"][1]
    assert -1 < answer["autocorrelation"] < 1
    assert answer["n"] == 56
    assert answer["days"] == {"without": 28, "with": 28, "missing": 0}
    assert answer["why"]


def test_verdict_in_words_and_in_a_drawing(tmp_path: Path):
    drawn = tmp_path / "log.svg"
    done = run(verdict, "-", "--smallest", "0.5", "--better", "lower", "--plot", drawn, text=log(2.0))

    assert "Worse with magnesium" in done.output
    assert "not medical advice" in done.output
    assert ElementTree.parse(drawn).getroot().tag.endswith("svg")  # noqa: S314 - our own file


def test_a_log_that_cannot_be_judged_is_an_answer_not_an_error():
    answer = asked(
        verdict, "-", "--smallest", "0.5", "--better", "higher", text="day,phase,value\n1,A,5\n2,A,6\n"
    )

    assert answer["verdict"] == "cannot_tell"
    assert answer["effect"] is None and answer["interval"] is None


def test_asking_more_questions_asks_for_more_certainty():
    given = ("-", "--smallest", "0.5", "--better", "higher")
    once = asked(verdict, *given, text=log(0.8))
    five = asked(verdict, *given, "--outcomes", "5", text=log(0.8))
    early = asked(verdict, *given, "--look", "1/4", text=log(0.8))

    assert once["level"] == 0.95 and five["level"] == pytest.approx(0.99)
    assert early["level"] > 0.999
    assert five["interval"][0] < once["interval"][0]


@pytest.mark.parametrize(
    ("given", "text", "error"),
    [
        (("-", "--smallest", "0.5", "--better", "upward"), log(1.0), WrongUse),
        (("-", "--smallest", "0", "--better", "higher"), log(1.0), WrongUse),
        (("-", "--smallest", "0.5", "--better", "higher", "--look", "2"), log(1.0), WrongUse),
        (("-", "--smallest", "0.5", "--better", "higher"), "day,phase,value\n1,A,x\n", NotALog),
        (("no-such-file.csv", "--smallest", "0.5", "--better", "higher"), None, NotFound),
    ],
)
def test_verdict_names_what_is_wrong(given: tuple[str, ...], text: str | None, error: type[Exception]):
    assert isinstance(run(verdict, *given, text=text).exception, error)


def test_a_file_that_is_no_text_is_named(tmp_path: Path):
    path = tmp_path / "log.csv"
    path.write_bytes(b"\xff\xfe\x00d")

    assert isinstance(run(verdict, path, "--smallest", "1", "--better", "higher").exception, NotALog)
    assert isinstance(run(pool, path).exception, NotPoolable)


def test_the_smallest_change_that_matters_is_drawn_into_a_shipped_set(tmp_path: Path):
    known, unknown, other = (tmp_path / f"{name}.svg" for name in ("known", "unknown", "other"))
    asked(pool, "cramps", "--forest", known)
    asked(pool, "insulin-resistance", "--forest", unknown)
    asked(pool, "systolic-pressure", "--measure", "MD", "--matters", "2", "--forest", other)

    assert "smallest change that matters" in known.read_text(encoding="utf-8")
    assert "smallest change that matters" not in unknown.read_text(encoding="utf-8")
    assert "smallest change that matters" in other.read_text(encoding="utf-8")


NOTED = "day,phase,value,note\n" + "".join(
    f"{day},{'B' if day // 7 % 2 else 'A'},{5 + day % 3 + day // 7 % 2},{note}\n"
    for day in range(56)
    for note in ["drowsy" if day in (2, 9) else "fainted" if day == 10 else "fine"]
)


def test_a_red_flag_beside_a_log_comes_before_its_verdict(tmp_path):
    """Drowsiness before the first dose is an old complaint; after it, it is a red flag."""
    log = tmp_path / "log.csv"
    log.write_text(NOTED, encoding="utf-8")
    asked = ("verdict", str(log), "--smallest", "0.5", "--better", "higher")

    said = magwise(*asked)
    assert said.returncode == 0, said.stderr
    words = " ".join(said.stdout.split())
    assert words.startswith("Get help now. Seek medical care now. Fainting")
    assert words.index("day 9: drowsy") < words.index("Change for the better")
    flags = json.loads(magwise(*asked, "--json").stdout)["red_flags"]
    assert [one["rule"] for one in flags] == ["red-flag-low-pressure", "red-flag-fatigue"]

    log.write_text(NOTED.replace("fainted", "fine").replace("drowsy", "fine"), encoding="utf-8")
    assert json.loads(magwise(*asked, "--json").stdout)["red_flags"] == []


def test_loose_stools_beside_a_log_lead_to_the_step_back(tmp_path):
    log = tmp_path / "log.csv"
    log.write_text(NOTED.replace("fainted", "loose stools").replace("drowsy", "fine"), encoding="utf-8")

    assert "step back by 50 to 100 mg" in " ".join(
        magwise("verdict", str(log), "--smallest", "1", "--better", "higher").stdout.split()
    )


def test_a_verdict_without_its_question_is_refused(tmp_path):
    log = tmp_path / "log.csv"
    log.write_text(NOTED, encoding="utf-8")
    for words in (("verdict",), ("verdict", str(log)), ("verdict", str(log), "--smallest", "1")):
        said = magwise(*words)
        assert said.returncode == 2 and "smallest change" in said.stderr
