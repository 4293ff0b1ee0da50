"""Real sessions with `magwise trial`: from the first decision to the answer."""

from __future__ import annotations

import json
import stat
from datetime import date, timedelta
from pathlib import Path

import jsonschema
import numpy as np
import pytest

from adapters.day_sessions import ME, SENSITIVE, Said, say
from adapters.session import ROOT
from magwise.adapters.store import LOCAL, open_store
from magwise.diary import DoseRecord, OutcomeEntry, Taking
from magwise.verdict import Phase
from magwise.verdict.trial import TrialPlan, allocation_of

FIRST = date(2027, 1, 4)
ONE = timedelta(days=1)


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("MAGWISE_HOME", str(tmp_path / "kept"))
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "me.toml").write_text(ME, encoding="utf-8")
    return tmp_path


def begin(*more: str) -> Said:
    return say(
        "trial",
        "start",
        "me.toml",
        "--outcome",
        "sleep",
        "--first-day",
        FIRST.isoformat(),
        "--today",
        "2027-01-03",
        *more,
    )


def on(day: int, *words: str) -> Said:
    """On this day of the trial."""
    return say("trial", *words, "--today", (FIRST + (day - 1) * ONE).isoformat())


def live_through(effect: float, helper: Path | None = None, days: int = 56) -> None:
    """Every day is written down, and everything is taken as planned."""
    with open_store() as store:
        kept = store.trials(LOCAL).newest()
        plan = TrialPlan.of_json({key: value for key, value in kept.plan.items() if key != "looked"})
        order = allocation_of(helper.read_text() if helper else kept.allocation, plan)
        chance, entries = np.random.default_rng(4), []
        for number, phase in enumerate(order.phases[:days]):
            day = FIRST + number * ONE
            taking = Taking.TAKEN if phase is Phase.WITH else Taking.SKIPPED
            entries.append(DoseRecord(day=day, taking=taking, elemental_mg=200))
            value = 5 + float(chance.standard_normal()) + effect * (phase is Phase.WITH)
            entries.append(OutcomeEntry(day=day + ONE, outcome="sleep", value=value, unit="points"))
        store.diary(LOCAL).add_all(entries)


def test_a_trial_from_its_plan_to_its_answer(home: Path):
    begun = begin()
    assert begun.code == 0, begun.err
    assert begun.words.index("emergency number") < begun.words.index("The trial has begun")
    assert "4 pairs of blocks of 7 days" in begun.words and "2027-01-04 to 2027-02-28" in begun.words
    seal = begun.words.split("Seal of the order: ")[1].split()[0]
    assert len(seal) == 64

    assert "Begins on 2027-01-04" in on(0, "status").words
    assert any(turn in on(3, "status").words for turn in ("Today: with magnesium.", "Today: no magnesium."))
    early = on(30, "verdict")
    assert early.code == 32 and "next planned look is on 2027-03-01" in early.err

    live_through(3.0)
    assert "Look 1 of 1 may be taken" in on(57, "status").words
    said = on(57, "verdict", "--plot", "trial.svg")
    assert said.code == 0, said.err
    assert said.words.startswith("Sleep: It worked, by this log.")
    assert "taken off for expectation" in said.words  # not blinded, and felt
    assert f"The order was the sealed one ({seal[:16]}...)" in said.words
    assert "<svg" in (home / "trial.svg").read_text()
    assert on(58, "verdict").words == said.words  # asked again, it says the same
    assert (
        on(58, "verdict", "--plot", "trial.png").code == 0
        and (home / "trial.png").read_bytes()[:4] == b"\x89PNG"
    )
    assert (
        say("trial", "start", "me.toml", "--outcome", "bristol").code == 0
    )  # it is over: the next may begin


def test_a_blind_trial_keeps_the_order_from_the_one_who_tries(home: Path):
    helper = home / "helper.json"
    begun = begin("--helper", str(helper))

    assert begun.code == 0, begun.err
    assert stat.S_IMODE(helper.stat().st_mode) == 0o600
    told = json.loads(helper.read_text())
    assert told["packets"][0].startswith("packet 1: days 1 to ") and "helper only" in told["for"]
    kept = b"".join(path.read_bytes() for path in (home / "kept").iterdir())
    assert told["phases"].encode() not in kept and told["seed"].encode() not in kept
    assert "packet that your helper filled" in on(3, "status").words
    assert "magnesium." not in on(3, "status").out.split("Today:")[1].split("\n")[0]

    live_through(3.0, helper)
    assert on(57, "verdict").code == 32
    (home / "changed.json").write_text(json.dumps({**told, "phases": told["phases"][::-1]}))
    assert "not the one that was sealed" in on(57, "verdict", "--reveal", "changed.json").err
    said = on(57, "verdict", "--reveal", str(helper))
    assert said.words.startswith("Sleep: It worked") and "taken off" not in said.words
    assert say("trial", "start", "me.toml", "--outcome", "sleep", "--helper", str(helper)).code == 2


def test_an_early_look_without_a_clear_answer_shows_nothing():
    begin("--looks", "2")
    live_through(0.2, days=28)

    said = on(30, "verdict", "--json")
    assert said.json["judged"]["goes_on"] and said.json["judged"]["first"] is None
    again = on(31, "verdict")
    assert again.code == 32 and "too early" in again.err  # one look is one look
    assert on(57, "verdict", "--json").json["judged"]["first"]["verdict"] in {"cannot_tell", "too_small"}


def test_nobody_gets_a_trial_who_is_told_to_stop_or_to_ask():
    for name, why in (
        ("kidney-stage-3", "Do not start"),
        ("pregnancy", "Ask first"),
        ("toddler", "Do not start"),
    ):
        said = say("trial", "start", str(ROOT / "examples" / f"{name}.toml"), "--outcome", "sleep")
        assert said.code == 32 and why in said.err

    say("log", "fainted")
    said = begin()
    assert said.code == 32 and "Fainting" in said.err
    with open_store() as store:
        assert store.trials(LOCAL).newest() is None


def test_red_flags_come_before_the_turn_of_the_day_and_before_any_verdict():
    begin()
    live_through(3.0)
    say("log", "fainted")

    status = on(3, "status")
    assert status.words.startswith("Get help now.") and "Take no magnesium" in status.words
    assert "Today: with magnesium" not in status.words
    said = on(57, "verdict")
    assert said.words.startswith("Get help now.") and said.words.index("Fainting") < said.words.index(
        "It worked"
    )


def test_a_plan_that_climbs_gets_no_blocks_before_its_last_step(home: Path):
    (home / "me.toml").write_text(SENSITIVE, encoding="utf-8")

    said = begin()
    assert said.code == 32 and "--design wait" in said.err
    assert begin("--design", "wait").code == 0


def test_a_design_can_be_looked_at_without_beginning():
    assert "The trial would be this." in begin("--only-show").words
    assert on(1, "status").code == 11
    assert begin("--only-show", "--json").json["state"] == "not begun"


def test_one_trial_at_a_time_and_a_stopped_one_is_not_judged():
    begin()
    assert begin().code == 2
    assert say("trial", "stop", "--yes").code == 0
    said = on(57, "verdict")
    assert said.code == 32 and "ended early" in said.err
    assert "Ended early" in on(10, "status").words
    assert say("trial", "stop", "--yes").code == 11
    assert begin().code == 0


def test_the_json_is_as_published():
    from magwise.adapters.trial_answer import TrialAnswer

    schema = TrialAnswer.model_json_schema(by_alias=True, mode="serialization")
    answers = [begin("--also", "bristol", "--json")]
    live_through(1.0)
    answers += [on(3, "status", "--json"), on(57, "verdict", "--json")]
    for said in answers:
        jsonschema.validate(said.json, schema)
    assert answers[2].json["judged"]["others"]["bristol"]["verdict"] == "cannot_tell"
    assert json.loads(say("schema", "trial").out)["title"] == "TrialAnswer"


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("trial", "status"), "There is no trial yet"),
        (("trial", "verdict"), "There is no trial yet"),
        (("trial", "start", "me.toml", "--outcome", "slep"), "Did you mean"),
        (("trial", "start", "me.toml", "--outcome", "sleep", "--design", "magic"), "no design 'magic'"),
        (("trial", "start", "me.toml", "--outcome", "sleep", "--better", "more"), "'higher' or 'lower'"),
        (("trial", "start", "me.toml", "--outcome", "sleep", "--first-day", "2020-01-01"), "in the past"),
        (("trial", "start", "me.toml", "--outcome", "migraine", "--design", "blocks"), "must be decided first"),
        (("trial", "start", "me.toml", "--outcome", "sleep", "--pairs", "60"), "cannot be planned"),
        (("trial", "start", "nobody.toml", "--outcome", "sleep"), "There is no file"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_told_and_nothing_begins(words: tuple[str, ...], told: str):
    said = say(*words)

    assert said.code in {2, 11, 32} and told in " ".join(said.err.split()), said.err
    with open_store() as store:
        assert store.trials(LOCAL).newest() is None
