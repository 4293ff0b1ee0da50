"""Real sessions with day, took, missed and late."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

from adapters.day_sessions import (
    COURSE,
    FAST,
    ME,
    MONDAY,
    SENSITIVE,
    WEEKLY_CALCIUM,
    WEEKLY_TABLET,
    at,
    entries,
    kept,
    say,
)
from adapters.session import ROOT, magwise

pytestmark = pytest.mark.usefixtures("home")


def test_a_day_as_the_issue_writes_it():
    """Zinc at 10:15 instead of 07:30 leaves lunch at 12:30 its two hours; the missed zinc is not taken twice."""
    first = magwise("day", "me.toml", *MONDAY, "--now", "10:15")
    assert first.returncode == 0, first.stderr
    assert (
        "12:30" in first.stdout
        and "19:00" in first.stdout
        and "2026-11-23 as it stands at 10:15" in first.stdout
    )

    took = magwise("took", "zinc", "11:00", *MONDAY, "--now", "11:05")
    assert took.returncode == 0, took.stderr
    text = " ".join(took.stdout.split())
    assert "Taken at 11:00: zinc." in text
    assert (
        "magnesium with snack, planned for 12:30: now 13:15. At least 2 h after zinc, taken at 11:00." in text
    )

    late = magwise("late", "45m", *MONDAY, "--now", "18:00", "--json")
    assert [one["time"] for one in json.loads(late.stdout)["entries"]] == ["11:00", "13:15", "19:45"]
    assert json.loads(late.stdout)["changes"][0]["why"] == "the day runs late"


def test_red_flags_come_first_and_the_disclaimer_last_on_every_output():
    said = [say(*words, *MONDAY, "--now", "14:00") for words in (
        ("day", "me.toml"), ("took", "lunch-dose", "12:40"), ("late", "30m"), ("missed", "zinc"))]  # fmt: skip

    for one in said:
        assert one.code == 0, one.err
        assert one.words.index("emergency number") < one.words.index("as it stands at")
        assert one.words.endswith("because of what you read here.")


def test_the_shape_is_published_and_holds():
    from magwise.adapters.day_answer import DayAnswer

    schema = DayAnswer.model_json_schema(by_alias=True, mode="serialization")
    for words in (("day", "me.toml"), ("missed", "lunch-dose"), ("took", "zinc", "07:40")):
        jsonschema.validate(at("14:00", *words).json, schema)


def test_a_missed_dose_is_offered_once_more_and_never_a_third_time():
    at("09:00", "day", "me.toml")

    missed = at("14:00", "missed", "lunch-dose")
    [change] = missed.json["changes"]
    assert (change["was"], change["now"]) == ("12:30", "14:00")
    assert entries(at("15:00", "day")) == ["07:30 zinc assumed", "14:00 snack assumed", "19:00 dinner next"]


def test_a_missed_dose_is_left_out_when_the_next_one_is_near():
    at("09:00", "day", "me.toml")

    said = at("18:40", "missed", "lunch-dose")

    assert [one["now"] for one in said.json["changes"]] == [None]
    assert entries(at("18:45", "day")) == ["07:30 zinc assumed", "12:30 lunch left_out", "19:00 dinner due"]


def test_what_was_really_taken_counts_against_the_limit():
    at("09:00", "day", "me.toml")

    said = at("10:00", "took", "magnesium", "09:55", "--mg", "300")

    assert said.json["most_24h_mg"] == 300
    assert [one["state"] for one in said.json["entries"] if one.get("with")] == ["taken", "left_out"]
    over = at("11:00", "took", "magnesium", "--mg", "100")
    assert "Take no more magnesium today" in " ".join(over.json["remarks"])


def test_brands_and_old_names_are_understood():
    (Path("me.toml")).write_text(ME.replace('"Alendronate 70 mg"', '"Fosamax 70 mg"'), encoding="utf-8")
    sunday = ("--today", "2026-11-29")
    at("09:00", "day", "me.toml", today=sunday)

    assert (
        at("09:00", "took", "Fosamax", "06:40", today=sunday).json["noted"]
        == "Taken at 06:40: alendronic acid."
    )
    assert at("09:00", "took", "zink", "07:40", today=sunday).json["noted"].endswith("zinc.")


def test_a_missed_medicine_stays_and_the_leaflet_is_named():
    sunday = ("--today", "2026-11-29")
    at("09:00", "day", "me.toml", today=sunday)

    said = at("09:00", "missed", "alendronate", today=sunday)

    assert "06:30 alendronic acid missed" in entries(said)
    assert any("leaflet" in one for one in said.json["remarks"])


def test_a_report_can_be_taken_back():
    at("09:00", "day", "me.toml")
    at("14:00", "missed", "lunch-dose")

    said = at("14:05", "day", "--undo")

    assert said.json["noted"] == "Taken back: missed lunch."
    assert "12:30 lunch assumed" in entries(said)
    assert say("day", "--undo", *MONDAY).code == 2


def test_last_evening_can_be_told_this_morning():
    at("09:00", "day", "me.toml")
    tuesday = ("--today", "2026-11-24")

    said = at("08:00", "took", "dinner-dose", "21:00", today=tuesday)

    assert said.json["noted"] == "Taken yesterday at 21:00: 100 mg magnesium with dinner."
    assert said.json["most_24h_mg"] == 200  # yesterday's lunch and dinner
    assert say("took", "dinner-dose", "10:00", *tuesday, "--now", "08:00").code == 2
    assert (
        at("08:00", "took", "zinc", "10:00", "--yesterday", today=tuesday)
        .json["noted"]
        .startswith("Taken yesterday")
    )


def test_a_time_that_is_not_the_last_word_is_never_passed_over() -> None:
    at("07:00", "day", "me.toml")
    before = kept()

    for words in (("took", "zinc", "07:40", "me.toml"), ("took", "zinc", "07:40", "before", "lunch")):
        assert say(*words, *MONDAY, "--now", "10:30").code == 2
    assert kept() == before


def test_a_night_worker_is_still_in_the_day_before_at_two():
    nurse = str(ROOT / "examples/thyroid-nurse.toml")
    at("16:00", "day", nurse)

    said = at("02:00", "took", "calcium", "22:10", today=("--today", "2026-11-24"))

    assert said.json["day"] == "2026-11-23"
    assert entries(said)[-1] == "03:30 dinner next"


def test_who_gets_up_early_is_in_the_new_day():
    """Up at 06:30, in bed at 22:45: from 02:38 on it is the new day."""
    assert at("05:00", "day", "me.toml").json["day"] == "2026-11-23"
    assert at("05:00", "took", "zinc", "04:50").json["noted"] == "Taken at 04:50: zinc."
    assert at("02:30", "day").json["day"] == "2026-11-22"


def test_each_day_shows_its_own_step_weekday_and_course():
    Path("me.toml").write_text(
        SENSITIVE.replace(WEEKLY_TABLET, "") + WEEKLY_CALCIUM + COURSE, encoding="utf-8"
    )
    doses = {
        day: [one["elemental_mg"] for one in said.json["entries"] if one.get("with")]
        for day in ("2026-11-23", "2026-11-27", "2026-12-01", "2026-12-05", "2026-12-14")
        for said in [at("06:45", "day", "me.toml", today=("--today", day))]
    }

    assert (
        sum(doses["2026-11-23"]) == 100
        and sum(doses["2026-11-27"]) == 150
        and sum(doses["2026-12-14"]) == 200
    )
    assert doses["2026-12-05"] == []
    during = at("06:45", "day", today=("--today", "2026-12-05"))
    assert "Pause magnesium today" in during.json["pause"][0]
    sunday = at("06:40", "day", today=("--today", "2026-11-29"))
    assert "12:30 calcium later" in entries(sunday)


def test_day_one_is_noted_on_first_use_and_can_be_said():
    assert at("09:00", "day", "me.toml").json["day_of_plan"] == 1
    assert at("09:00", "day", today=("--today", "2026-11-25")).json["day_of_plan"] == 3
    assert (
        at("09:00", "day", "--start", "2026-11-24", today=("--today", "2026-11-25")).json["day_of_plan"] == 2
    )
    early = at("09:00", "day", "--start", "2026-12-01")
    assert early.json["day_of_plan"] is None
    assert "no magnesium before" in early.json["pause"][0]
    assert not any(one.get("with") for one in early.json["entries"])


def test_to_look_at_another_day_does_not_begin_the_plan():
    assert say("day", "me.toml", "--today", "2031-01-01").code == 0

    assert at("09:00", "day").json["day_of_plan"] == 1


def test_a_course_without_a_first_day_is_told_of():
    Path("me.toml").write_text(ME + COURSE.replace("starts", "# ").replace("ends", "# ").replace(
        '500 mg"', '500 mg for 10 days"'), encoding="utf-8")  # fmt: skip

    assert "Give `starts`" in " ".join(at("09:00", "day", "me.toml").json["remarks"])


@pytest.mark.parametrize(
    ("example", "decision"),
    [("raltegravir", "do_not_start"), ("kidney-stage-3", "do_not_start"), ("lifter-zma", "ask_first"),
     ("toddler", "do_not_start"), ("pregnancy", "ask_first"), ("replete-testosterone", "not_needed")],
)  # fmt: skip
def test_what_is_refused_has_no_dose_on_any_day(example: str, decision: str):
    person = str(ROOT / "examples" / f"{example}.toml")
    said = at("09:00", "day", person)
    shown = say("day", *MONDAY, "--now", "09:00")

    assert said.json["decision"] == decision
    assert said.json["day_of_plan"] is None
    assert not any(one.get("units") or one["take"] == "magnesium" for one in said.json["entries"])
    assert shown.words.startswith(said.json["headline"]) and "emergency number" in shown.words
    if decision != "not_needed":
        assert said.json["pause"]
    assert "start" not in kept_kinds()


def kept_kinds() -> set[str]:
    return {record["kind"] for record in kept()}


def test_a_red_flag_says_so_first_and_nothing_else_matters():
    Path("me.toml").write_text(
        ME.replace("[routine]", 'symptoms = ["slow breathing"]\n[routine]'), encoding="utf-8"
    )

    said = say("day", "me.toml", *MONDAY, "--now", "09:00")

    assert said.words.startswith("Get help now.")
    assert "mg magnesium" not in said.out


def test_a_plan_that_is_refused_later_stays_without_doses_whatever_is_reported():
    at("09:00", "day", "me.toml")
    Path("me.toml").write_text(ME.replace('kidney = "normal"', 'kidney = "dialysis"'), encoding="utf-8")

    took = at("14:00", "took", "zinc", "07:40")
    extra = at("14:00", "took", "magnesium", "13:00", "--mg", "100")

    for said in (took, extra):
        assert said.json["decision"] == "do_not_start"
        assert not any(one.get("units") for one in said.json["entries"])
    assert "13:00 magnesium taken" in entries(extra)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("took", "zimc"), "Did you mean zinc?"),
        (("took", "breakfast-dose"), "In this day: zinc, lunch-dose, dinner-dose."),
        (("took", "\x00\x1b[31m" * 50), "There is no"),
        (("took", "z" * 100_000), "There is no"),
        (("took", "zinc", "25:00"), "the last one is 23:59"),
        (("took", "zinc", "10:75"), "the last one is 23:59"),
        (("took", "zinc", "99"), "not a time of day"),
        (("took", "zinc", "10:31"), "10:31 is still to come; it is 10:30."),
        (("took", "zinc", "--mg", "15"), "--mg is for magnesium"),
        (("took", "magnesium", "--mg", "nan"), "cannot be taken"),
        (("took", "magnesium", "--mg", "-5"), "cannot be taken"),
        (("took", "zinc", "--yesterday"), "At what time yesterday?"),
        (("missed", "lunch-dose"), "can still be taken"),
        (("missed", "everything"), "There is no"),
        (("late", "soon"), "is no length of time"),
        (("late", "20h"), "has no night left"),
        (("late", "99999999999h"), "is no length of time"),
        (("day", "--start", "tomorrow"), "is not a date"),
        (("day", "nobody.toml"), "There is no file nobody.toml"),
    ],
)  # fmt: skip
def test_bad_input_is_told_of_and_nothing_is_noted(words: tuple[str, ...], told: str):
    at("10:30", "day", "me.toml")
    before = kept()

    said = say(*words, *MONDAY, "--now", "10:30")

    assert said.code in {2, 11}
    assert told in " ".join(said.err.split())
    assert "Traceback" not in said.err
    assert kept() == before


def test_nothing_planned_says_where_to_begin():
    for words in (("day",), ("took", "zinc"), ("missed", "zinc"), ("late", "45m")):
        said = say(*words)
        assert said.code == 11
        assert "magwise day PERSON.toml" in said.err


def test_a_dose_reported_twice_is_asked_about():
    at("10:30", "day", "me.toml")
    at("13:00", "took", "lunch-dose", "12:40")

    again = say("took", "lunch-dose", "12:50", *MONDAY, "--now", "13:00")

    assert again.code == 2 and "already, at 12:40" in again.err
    assert at("13:00", "took", "lunch-dose", "12:40").json["most_24h_mg"] == 100


def test_a_person_file_that_is_gone_is_told_of():
    at("10:30", "day", "me.toml")
    Path("me.toml").unlink()

    assert say("took", "zinc").code == 11


def test_a_fast_has_its_own_day_and_the_old_one_returns():
    """On a fast the day begins before dawn: at 05:40 the waking day is that date, and not the one before."""
    Path("me.toml").write_text(ME + FAST, encoding="utf-8")
    first = ("--today", "2026-12-01")
    at("10:00", "day", "me.toml")

    assert entries(at("05:45", "day", "me.toml", today=first)) == [
        "05:40 breakfast due",
        "16:20 zinc next",
    ]
    late = at("06:00", "late", "45m", today=first)
    assert entries(late) == ["05:40 breakfast left_out", "17:05 zinc next"]  # 06:25 is in the fast
    missed = at("12:00", "missed", "breakfast-dose", today=("--today", "2026-12-02"))
    assert "05:40 breakfast left_out" in entries(missed)  # and never offered by day
    after = at("08:00", "day", "me.toml", today=("--today", "2026-12-04"))
    assert entries(after)[0].startswith("07:30 ")
