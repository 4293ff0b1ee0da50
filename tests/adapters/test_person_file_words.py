"""The person file explains itself: its keys stand in the help, and what is wrong is said in our own words."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from adapters.session import magwise
from magwise import person_file
from magwise.errors import NotAPerson
from magwise.person_file import read_person


def test_the_help_of_plan_names_every_key() -> None:
    shown = magwise("plan", "--help").stdout
    keys = {key for table in person_file._TABLES.values() for key in table.model_fields} | set(
        person_file._TABLES
    )

    assert {key for key in keys if key not in shown} == set()


WRONG = [
    'age = "forty"', "age = 40.5", "age = true", "age = [40]", 'weight_kg = "68 kg"', "country = 1", 'country = "USA"',
    'egfr = "high"', "egfr = false", 'egfr_date = "yesterday"', "egfr_date = 5", "pregnant = true", 'conditions = "asthma"',
    "conditions = [1]", "conditions = {a = 1}", "taking_since = 2026", 'goals = "sleep"', 'goals = ["sleeep"]',
    'sensitive_stomach = "perhaps"', "usual_stool = false", 'avoid = "gelatin"',
]  # fmt: skip
WRONG_TABLES = [
    "[person]\n[medicines]\nas_written = 'x'",
    "medicines = ['Synthroid']\n[person]\nage = 40",
    "[person]\n[[medicines]]\nas_written = 5",
    "[person]\n[[medicines]]\nas_written = 'x'\ntimes = '07:00'",
    "[person]\n[[products]]\nlabel = 5",
    "[person]\n[[products]]\nlabel = 'x'\nprice = '18 dollars'",
    "[person]\n[[products]]\nlabel = 'x'\ncurrency = '$'",
    "[person]\n[[labs]]\nwhat = 'serum magnesium'\nvalue = '0.8 mmol/L'\nunit = 'mmol/L'",
    "[person]\n[[clearance]]\nwhat = 'x'\ndate = 'last week'",
    "[person]\n[diet]\nmg_per_day = true",
    "[[person]]\nage = 40",
    "version = 2\n[person]\nage = 40",
]
OF_THE_LIBRARY = (
    "input should",
    "valid",
    "pattern",
    "instance of",
    "parse",
    "zero time",
    "tuple",
    "dictionary",
    "_",
)


@pytest.mark.parametrize("text", [*(f"[person]\n{line}" for line in WRONG), *WRONG_TABLES])
def test_a_wrong_type_is_said_in_our_words(text: str) -> None:
    with pytest.raises(NotAPerson) as caught:
        read_person(text)

    said = caught.value.what.casefold()
    if "must be one of" not in said:  # our own words of choice may hold an underscore
        assert not [word for word in OF_THE_LIBRARY if word in said], said


def test_true_is_no_age_and_a_number_is_no_day() -> None:
    """TOML's true is 1 to Python, and 5 would be a moment of 1970."""
    for line in ("age = true", "egfr = true", "egfr_date = 5", "taking_since = 0"):
        with pytest.raises(NotAPerson):
            read_person(f"[person]\n{line}")


ANSWERS = """46
female
US
normal

no
no


2026-10-01
sleep, sleeep and cramps
sleeping

no
"""


def test_start_keeps_the_goals_that_were_right(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from magwise.adapters.cli import start

    monkeypatch.setattr("sys.stdin", io.StringIO(ANSWERS))
    start.start(tmp_path / "me.toml", force=False)
    said = capsys.readouterr().out

    assert "'sleeep' (did you mean sleep?)" in said
    assert "Kept: sleep, cramps." in said
    assert 'goals = ["sleep", "cramps"]' in (tmp_path / "me.toml").read_text(encoding="utf-8")


def test_start_goes_on_after_answers_that_could_not_be_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from magwise.adapters.cli import start

    monkeypatch.setattr("sys.stdin", io.StringIO("46\n" + "what?\n" * 5 + "US\n"))
    start.start(tmp_path / "me.toml", force=False)

    assert "Left unanswered" in capsys.readouterr().out
    written = (tmp_path / "me.toml").read_text(encoding="utf-8")
    assert "age = 46" in written
    assert 'country = "US"' in written
