"""`magwise claims` and `magwise compare` as people call them: shapes, rejects, errors, and no price past a stop."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from adapters.session import ROOT, magwise
from magwise.adapters.cli.claims import claims
from magwise.adapters.cli.compare import compare
from magwise.errors import NotALabel, NotAPerson, NotFound, WrongUse

run = CliRunner()
claims_app, compare_app = typer.Typer(), typer.Typer()
claims_app.command()(claims)
compare_app.command()(compare)
GLYCINATE = """Night Mag
Supplement Facts
Serving Size 2 Capsules
Magnesium (as Magnesium Glycinate) 200 mg 48%
The most bioavailable form. Cures insomnia.
USP Verified. Lot 2231 EXP 05/2028
"""
OXIDE = "Supplement Facts\nServing Size 1 Tablet\nMagnesium (as Magnesium Oxide) 400 mg 95%\n"


def test_each_line_gets_its_label_and_its_reason(tmp_path: Path) -> None:
    given, out = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    rows = [{"id": "A", "text": "Cures insomnia"}, {"id": "B", "text": "Supports relaxation"}]
    given.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")

    result = run.invoke(claims_app, [str(given), "--text", "text", "--out", str(out)])

    said = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    assert result.exit_code == 0
    assert [(row["id"], row["label"]) for row in said] == [("A", "disease"), ("B", "allowed")]
    assert all(row["why"].endswith(".") for row in said)


def test_lines_that_cannot_be_read_are_kept_with_the_reason(tmp_path: Path) -> None:
    given, out = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    long = json.dumps({"id": 4, "text": "a" * 6_000})
    given.write_text(f'{{"id": 1, "text": "Calm"}}\nnot json\n{{"id": 3}}\n{long}\n\n', encoding="utf-8")

    result = run.invoke(claims_app, [str(given), "--out", str(out)])

    rejects = (tmp_path / "out.rejects.jsonl").read_text(encoding="utf-8").splitlines()
    assert result.exit_code == 0 and len(out.read_text().splitlines()) == 1
    assert [json.loads(row)["row"] for row in rejects] == [2, 3, 4]
    assert "id" in json.loads(rejects[1])["why"]


def test_one_pasted_statement_is_told_in_words_and_as_json() -> None:
    told = run.invoke(claims_app, ["-"], input="Boosts testosterone\n")
    assert told.exit_code == 0
    assert (
        told.stdout.startswith("Exaggerated.")
        and "Boosts testosterone" in told.stdout
        and "source:" in told.stdout
    )

    answer = json.loads(run.invoke(claims_app, ["-", "--json"], input="Supports restful sleep").stdout)
    assert answer["label"] == "allowed" and answer["conditions"]
    french = json.loads(
        run.invoke(claims_app, ["-", "--json", "--country", "fr"], input="Supports restful sleep").stdout
    )
    assert french["label"] == "exaggerated"


def test_nothing_pasted_and_a_missing_file_are_named_errors(tmp_path: Path) -> None:
    assert isinstance(run.invoke(claims_app, ["-"], input="  ").exception, NotALabel)
    assert isinstance(run.invoke(claims_app, [str(tmp_path / "none.jsonl")]).exception, NotFound)
    given = tmp_path / "in.jsonl"
    given.write_text('{"id": 1, "text": "x"}\n', encoding="utf-8")
    nowhere = run.invoke(claims_app, [str(given), "--out", str(tmp_path / "no" / "out.jsonl")])
    assert isinstance(nowhere.exception, WrongUse)


@pytest.fixture
def labels(tmp_path: Path) -> list[str]:
    (tmp_path / "one.txt").write_text(GLYCINATE, encoding="utf-8")
    (tmp_path / "two.txt").write_text(OXIDE, encoding="utf-8")
    return [str(tmp_path / "one.txt"), str(tmp_path / "two.txt")]


PRICES = [
    "--price",
    "18",
    "--pieces",
    "90",
    "--price",
    "9",
    "--pieces",
    "120",
    "--currency",
    "USD",
    "--country",
    "US",
]


def test_three_axes_and_prices_stand_side_by_side_without_a_score(labels: list[str]) -> None:
    """A052.1, B058.1"""
    result = run.invoke(compare_app, [*labels, *PRICES, "--mg-per-day", "200", "--json"])
    answer = json.loads(result.stdout)
    one, two = answer["products"]

    assert (one["elemental_mg"]["per_unit"]["best"], two["elemental_mg"]["per_unit"]["best"]) == (100, 400)
    assert (one["absorption"]["band"], two["absorption"]["band"]) == ("higher", "lower")
    assert two["tolerability"]["word"] == "loosens stools"
    assert one["price"]["per_100_mg"]["best"] == 0.2  # 18 / 90 for 100 mg
    assert two["price"]["per_100_mg"]["best"] == pytest.approx(0.01875, abs=1e-4)  # 9 / 120 for 400 mg
    assert answer["cheapest"]["take"] == [{"product": 0, "name": "Night Mag", "units": 2.0}]
    assert "score" not in {key for product in answer["products"] for key in product}
    rules = {note["rule"] for note in one["quality"]}
    assert {"seal-usp", "claim-most-bioavailable", "claim-treats-illness"} <= rules


def test_the_table_is_told_in_words(labels: list[str]) -> None:
    told = " ".join(run.invoke(compare_app, [*labels, *PRICES, "--mg-per-day", "200"]).stdout.split())
    for words in ("uptake", "comfort", "price of 100 mg", "no score", "Cheapest for at least 200 mg"):
        assert words in told


def test_a_person_s_products_are_priced_at_the_dose_of_their_plan() -> None:
    person = str(ROOT / "examples" / "thyroid-nurse.toml")
    answer = json.loads(run.invoke(compare_app, [person, "--json", "--today", "2026-11-22"]).stdout)
    assert answer["decision"] == "plan" and answer["wanted_mg_per_day"] == 183
    assert answer["cheapest"]["elemental_mg"]["best"] == 183


def test_no_price_past_a_hard_stop() -> None:
    person = str(ROOT / "examples" / "kidney-stage-3.toml")
    answer = json.loads(run.invoke(compare_app, [person, "--json", "--today", "2026-11-22"]).stdout)
    assert answer["decision"] == "do_not_start"
    assert answer["cheapest"] is None
    assert all(product["price"] is None for product in answer["products"])


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        (["nowhere.txt"], NotFound),
        (["nowhere.toml"], NotAPerson | NotFound),
        (["--mg-per-day", "-5", "x.txt"], WrongUse),
        (["--price", "-1", "x.txt"], WrongUse),
        (["a.toml", "b.toml"], WrongUse),
    ],
)
def test_wrong_use_is_named(arguments: list[str], error: type[Exception]) -> None:
    assert isinstance(run.invoke(compare_app, arguments).exception, error)


def test_an_installed_command_answers_and_ends_with_zero(labels: list[str]) -> None:
    assert "Exaggerated" in magwise("claims", "-", typed="The best magnesium in the world").stdout
    ended = magwise("compare", *labels)
    assert ended.returncode == 0 and "Traceback" not in ended.stderr


PERSON = """[person]
age = 46
sex = "female"
country = "US"
kidney = "normal"
pregnant = "no"
breastfeeding = "no"
goals = ["sleep"]
avoid = ["gelatin", "dyes"]
medicines_answered = true
[[products]]
label = '''{label}Other ingredients: gelatin capsule, FD&C Blue 1.
Zinc (as zinc oxide) 50 mg
Vitamin B6 20 mg
'''
"""
QUALITY = {"label-accuracy", "lead-limits-differ", "keep-it-dry", "suits-routine", "large-unit"}


def test_reading_a_label_tells_its_promises_and_its_quality() -> None:
    said = json.loads(magwise("read", "-", "--json", typed=GLYCINATE).stdout)
    told = magwise("read", "-", typed=GLYCINATE).stdout

    rules = {note["rule"]: note["level"] for note in said["quality"]}
    assert rules["claim-treats-illness"] == rules["claim-most-bioavailable"] == "caution"
    assert {"seal-usp", "label-accuracy", "keep-it-dry", "suits-routine"} <= rules.keys() | {"seal-usp"}
    assert not {"no-lot-seen", "no-expiry-seen", "no-independent-seal"} & rules.keys()
    assert "Caution: The text says “Cures insomnia”." in told and "Note: " in told


def test_a_text_without_magnesium_has_promises_but_no_quality_of_a_product() -> None:
    said = json.loads(magwise("read", "-", "--json", typed="Vitamin C 500 mg. Cures colds.").stdout)

    assert [note["rule"] for note in said["quality"]] == ["claim-treats-illness"]


def test_a_plan_shows_what_each_label_promises_and_what_its_pack_tells(tmp_path: Path) -> None:
    file = tmp_path / "me.toml"
    file.write_text(
        PERSON.format(label=OXIDE.replace("400 mg", "300 mg") + "Cures insomnia.\n"), encoding="utf-8"
    )

    answer = json.loads(magwise("plan", str(file), "--json").stdout)
    told = magwise("plan", str(file)).stdout
    everything = magwise("plan", str(file), "--all").stdout

    rules = {note["rule"] for note in answer["products"][0]["quality"]}
    assert rules >= QUALITY | {"claim-treats-illness", "no-independent-seal", "no-lot-seen", "no-expiry-seen"}
    found = " ".join(finding["message"] for finding in answer["findings"])
    assert all(word in found for word in ("gelatin", "dyes", "zinc", "vitamin B6", "loosens stools"))
    assert "Cures insomnia" in " ".join(told.split()) and "steamy bathroom" not in " ".join(told.split())
    assert "steamy bathroom" in " ".join(everything.split())


def test_simulated_people_take_up_more_of_glycinate_than_of_oxide(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(GLYCINATE, encoding="utf-8")
    (tmp_path / "b.txt").write_text(OXIDE, encoding="utf-8")
    asked = [str(tmp_path / "a.txt"), str(tmp_path / "b.txt"), "--price", "12", "--price", "9", "--pieces", "90",
             "--pieces", "60", "--currency", "EUR", "--simulate"]  # fmt: skip
    found = [
        one["simulated"] for one in json.loads(run.invoke(compare_app, [*asked, "--json"]).output)["products"]
    ]

    assert [one["dose_mg"] for one in found] == [200, 400]
    assert found[0]["share"]["p50"] > found[1]["share"]["p50"] > 0
    assert found[0]["absorbed_mg"]["p5"] < found[0]["absorbed_mg"]["p50"] < found[0]["absorbed_mg"]["p95"]
    assert (
        found[0]["price_per_absorbed_mg"]["p50"] > 12 / 90 / 100
    )  # more than a milligram in the bottle costs
    assert "taken up, simulated" in run.invoke(compare_app, asked).output
    assert "simulated" not in run.invoke(compare_app, [*asked[:-1], "--json"]).output
