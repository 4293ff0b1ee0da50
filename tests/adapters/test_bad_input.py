"""Bad input: one paragraph with place and remedy, its exit code, no traceback, nothing written half."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from adapters.session import magwise

GOOD = '[person]\nage = 40\nsex = "male"\ncountry = "US"\nkidney = "normal"\nmedicines_answered = true\n'
LABEL = '[[products]]\nlabel = "Magnesium (as magnesium citrate) 100 mg per capsule"\n'

FILES = {
    "unknown key": (GOOD + 'kidny = "normal"\n', 12, ["kidny", "kidney"]),
    "unknown table": (GOOD + "[rutine]\nwake = '07:00'\n", 12, ["rutine", "routine"]),
    "unknown key in a list of tables": (GOOD + "[[medicines]]\nas_writen = 'x'\n", 12, ["[[medicines]] 1", "as_written"]),
    "impossible time": (GOOD + '[routine]\nwake="25:00"\nbreakfast="07:00"\nlunch="12:00"\ndinner="19:00"\nbed="23:00"\n', 12, ["25:00", "wake"]),
    "unit missing on a lab": (GOOD + '[[labs]]\nwhat = "serum magnesium"\nvalue = 0.8\n', 12, ["[[labs]] 1", "unit", "mmol/L"]),
    "empty unit on a lab": (GOOD + '[[labs]]\nwhat = "serum magnesium"\nvalue = 0.8\nunit = ""\n', 12, ["[[labs]] 1"]),
    "200 years": (GOOD.replace("40", "200"), 12, ["age", "120"]),
    "negative age": (GOOD.replace("40", "-3"), 12, ["age"]),
    "not TOML": ("age: 40\n- nonsense", 12, ["TOML"]),
    "empty file": ("", 12, ["person"]),
    "empty label": (GOOD + '[[products]]\nlabel = ""\n', 13, ["[[products]] 1"]),
    "blank label": (GOOD + '[[products]]\nlabel = "   "\n', 13, ["[[products]] 1"]),
    "product without a label": (GOOD + "[[products]]\nprice = 3\n", 12, ["[[products]] 1", "label_file"]),
    "label file that is not there": (GOOD + '[[products]]\nlabel_file = "nowhere.txt"\n', 11, ["nowhere.txt"]),
    "a food nobody knows": (GOOD + LABEL + '[diet]\nfoods = [{food = "xyzzy", grams = 30, times_per_week = 5}]\n', 12, ["xyzzy"]),
    "NaN": (GOOD + "weight_kg = nan\n", 12, ["weight_kg"]),
    "infinite price": (GOOD + LABEL + "price = inf\n", 12, ["price"]),
    "a goal nobody has": (GOOD + 'goals = ["flying"]\n', 12, ["goals", "sleep"]),
}  # fmt: skip


@pytest.mark.parametrize("name", FILES)
def test_a_bad_file_is_explained(name: str, tmp_path: Path) -> None:
    text, code, words = FILES[name]
    (tmp_path / "me.toml").write_text(text, encoding="utf-8")

    said = magwise("plan", "me.toml", cwd=tmp_path)

    assert said.returncode == code, said.stderr
    assert said.stdout == ""
    assert "Traceback" not in said.stderr
    assert len(said.stderr) < 1200
    assert all(word in said.stderr for word in words), said.stderr


def test_under_json_an_error_is_a_problem_on_standard_error(tmp_path: Path) -> None:
    (tmp_path / "me.toml").write_text(GOOD + "kidny = 1\n", encoding="utf-8")

    said = magwise("plan", "me.toml", "--json", cwd=tmp_path)

    problem = json.loads(said.stderr)
    assert said.stdout == ""
    assert problem["status"] == said.returncode == 12
    assert {"type", "title", "detail", "instance", "remedy"} <= problem.keys()


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("binary junk", bytes(range(256)) * 400, 12),
        ("five megabytes", b"#" * 5_000_000, 12),
        ("nothing but zeros", b"\0" * 1000, 12),
    ],
)
def test_a_file_that_is_no_text(name: str, content: bytes, code: int, tmp_path: Path) -> None:
    (tmp_path / "me.toml").write_bytes(content)

    said = magwise("plan", "me.toml", cwd=tmp_path)

    assert said.returncode == code, said.stderr
    assert "Traceback" not in said.stderr and said.stdout == ""


@pytest.mark.parametrize(
    ("content", "code"),
    [(b"", 13), (bytes(range(256)) * 300, 13), (b"a" * 5_000_000, 14), (b"\0" * 5000, 13)],
)
def test_a_label_that_is_no_label(content: bytes, code: int, tmp_path: Path) -> None:
    (tmp_path / "label.txt").write_bytes(content)

    said = magwise("read", "label.txt", cwd=tmp_path)

    assert said.returncode == code, said.stderr
    assert "Traceback" not in said.stderr and said.stdout == ""


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("plan", "nowhere.toml"), 11),
        (("plan", "."), 11),
        (("plan", "me.toml", "--today", "yesterday"), 2),
        (("nosuch",), 2),
        (("facts", "nosuch"), 11),
        (("why", "nosuch-rule"), 11),
        (("schema", "nosuch"), 11),
        (("replay", "nowhere.json"), 11),
    ],
)
def test_wrong_use_has_its_exit_code(arguments: tuple[str, ...], code: int, tmp_path: Path) -> None:
    (tmp_path / "me.toml").write_text(GOOD, encoding="utf-8")

    said = magwise(*arguments, cwd=tmp_path)

    assert said.returncode == code, said.stderr
    assert "Traceback" not in said.stderr
    assert said.stderr.strip()


def test_a_receipt_that_is_none(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text('{"decision": "plan"}', encoding="utf-8")

    assert magwise("replay", "a.json", cwd=tmp_path).returncode == 18
