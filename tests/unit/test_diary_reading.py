"""One typed line -> entries, or a refusal that names what would be right."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from magwise import knowledge
from magwise.diary import (
    Confounder,
    DoseRecord,
    Entry,
    LabResult,
    OutcomeEntry,
    SideEffect,
    When,
    influences,
    outcome,
    outcomes,
    read_line,
)
from magwise.diary.flags import red_flags
from magwise.diary.views import day_view, week_view
from magwise.errors import MagwiseError, NotAnEntry, NotFound
from magwise.findings import Level

SUNDAY = date(2026, 11, 22)


def read(line: str, day: date = SUNDAY) -> tuple[Entry, ...]:
    return read_line(line.split(), When(day))


def told(line: str) -> dict[str, object]:
    """What an entry holds beyond its day, for comparison."""
    [entry] = read(line)
    names = (
        "outcome",
        "what",
        "value",
        "amount",
        "unit",
        "words",
        "loinc",
        "severity",
        "taking",
        "elemental_mg",
        "meal",
    )
    found = {name: getattr(entry, name, None) for name in names}
    return {name: value for name, value in found.items() if value not in (None, "")}


@pytest.mark.parametrize(
    ("line", "holds"),
    [
        ("sleep 3", {"outcome": "sleep", "value": 3, "unit": "points"}),
        ("Sleep 3.5", {"outcome": "sleep", "value": 3.5, "unit": "points"}),
        ("sleep 3,5", {"outcome": "sleep", "value": 3.5, "unit": "points"}),
        ("bristol 4", {"outcome": "bristol", "value": 4, "unit": "type"}),
        ("cramps 2", {"outcome": "cramps", "value": 2, "unit": "a day"}),
        ("cramps per week 3", {"outcome": "cramps-a-week", "value": 3, "unit": "a week"}),
        ("isi 28", {"outcome": "isi", "value": 28, "unit": "points"}),
        ("psqi 0", {"outcome": "psqi", "value": 0, "unit": "points"}),
        ("sleep time 7.5 h", {"outcome": "sleep-time", "value": 450, "unit": "min"}),  # 7.5 x 60
        ("falling asleep 20", {"outcome": "sleep-latency", "value": 20, "unit": "min"}),
        ("coffee 3", {"what": "caffeine", "amount": 3, "unit": "cups"}),
        ("coffee", {"what": "caffeine", "amount": 1, "unit": "cups"}),
        ("caffeine 200 mg", {"what": "caffeine", "amount": 200, "unit": "mg"}),
        ("beer 2", {"what": "alcohol", "amount": 2, "unit": "drinks"}),
        ("training 1h", {"what": "training", "amount": 60, "unit": "min"}),
        ("new medicine amlodipine 5 mg", {"what": "new-medicine", "words": "amlodipine 5 mg"}),
        ("flu", {"what": "illness"}),
        ("lab serum magnesium 0.78 mmol/L", {"what": "serum magnesium", "value": 0.78, "unit": "mmol/L", "loinc": "2601-3"}),
        ("lab magnesium 1.9 mg/dL", {"what": "serum magnesium", "value": 1.9, "unit": "mg/dL", "loinc": "19123-9"}),
        ("lab rbc magnesium 2.1 mmol/L", {"what": "red cells magnesium", "value": 2.1, "unit": "mmol/L", "loinc": "26746-8"}),
        ("lab ferritin 80 ng/mL", {"what": "ferritin", "value": 80, "unit": "ng/mL"}),
        ("dose", {"taking": "taken"}),
        ("dose late", {"taking": "late"}),
        ("dose skipped", {"taking": "skipped", "elemental_mg": 0}),
        ("dose 200 mg with dinner", {"taking": "taken", "elemental_mg": 200, "meal": "dinner"}),
        ("dose 0.2 g", {"taking": "taken", "elemental_mg": 200}),
        ("loose stools", {"what": "loose stools"}),
        ("severe headache", {"what": "headache", "severity": 3}),
        ("nausea 2", {"what": "nausea", "severity": 2}),
        ("fainting gone", {"what": "fainting", "severity": 0}),
        ("side effect purple ears", {"what": "purple ears"}),
        ("pressure on my chest", {"what": "pressure on my chest"}),  # a danger, not a blood pressure
    ],
)  # fmt: skip
def test_a_line_is_understood(line: str, holds: dict[str, object]):
    assert told(line) == holds


def test_a_blood_pressure_is_two_entries_of_one_breath():
    for line in ("bp 132/84", "blood pressure 132 over 84", "BP 17.6/11.2 kPa"):
        upper, lower = read(line)
        assert isinstance(upper, OutcomeEntry) and isinstance(lower, OutcomeEntry)
        assert (round(upper.value), round(lower.value)) == (132, 84)
        assert upper.group == lower.group != ""


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("sleep 11", "sleep: it lies between 0 and 10"),
        ("sleep -1", "between 0 and 10"),
        ("sleep seven", "'seven' is no value of sleep"),
        ("sleep", "Which value of sleep?"),
        ("bristol 8", "between 1 and 7"),
        ("bristol 4.5", "whole number"),
        ("cramps 61", "between 0 and 60"),
        ("isi 29", "between 0 and 28"),
        ("psqi 22", "between 0 and 21"),
        ("sleep time 7 days", "'days' is no unit"),
        ("sleep time 25 h", "between 0 and 1200"),
        ("bp 84/132", "upper figure must be above"),
        ("bp 132", "no blood pressure"),
        ("bp 300/84", "between 50 and 260"),
        ("bp 132/84 kg", "'kg' is no unit"),
        ("coffee 31", "between 0 and 30"),
        ("coffee 3 miles", "'miles' is no unit"),
        ("training", "no amount"),
        ("new medicine", "Which medicine?"),
        ("lab serum magnesium 0.78", "no unit"),
        ("lab serum magnesium 300 mmol/L", "could not|cannot|living"),
        ("lab serum magnesium 0.78 miles", "no unit for serum"),
        ("lab wombat 3 mmol/L", "do not know a lab"),
        ("lab", "Which laboratory value?"),
        ("lab ferritin " + "x" * 200 + " 80 ng/mL", "no laboratory value"),
        ("dose 10001", "between 0 and 10000 mg"),
        ("dose 3 spoons", "says nothing about a dose"),
        ("side effect", "Which complaint?"),
        ("sleap 3", "Did you mean sleep"),
        ("bristle 4", "Did you mean bristol"),
        ("xyzzy 3", "nothing that the diary knows"),
        ("", "Nothing was said"),
        ("sleep " + "7" * 600, "too long"),
        ("sleep nan", "no value"),
        ("sleep 1e999", "no value|no unit"),
    ],
)
def test_what_cannot_be_is_refused_by_name_and_range(line: str, says: str):
    with pytest.raises(NotAnEntry, match=f"(?i){says}"):
        try:
            read(line)
        except NotAnEntry as refused:
            raise NotAnEntry(str(refused)) from None


@given(st.text(max_size=80))
def test_no_line_makes_the_reader_stumble(line: str):
    try:
        entries = read_line([line], When(SUNDAY))
    except MagwiseError as refused:
        assert refused.what
        return
    assert entries and red_flags(entries) is not None
    assert week_view(entries, SUNDAY).days[-1] == SUNDAY


@given(st.sampled_from(sorted(outcomes())), st.floats(-1e6, 1e6))
def test_only_values_within_the_facts_range_are_taken(id: str, value: float):
    one = outcomes()[id]
    line = f"{one.words[0]} {value:.3f}"
    allowed = one.low <= round(value, 3) <= one.high and (
        not one.whole or round(value, 3) == int(round(value, 3))
    )
    if allowed:
        assert told(line)["value"] == pytest.approx(round(value, 3))
    else:
        with pytest.raises(NotAnEntry):
            read(line)


def test_every_word_means_one_thing():
    seen: dict[str, str] = {}
    for thing in (*outcomes().values(), *influences().values()):
        for word in {
            thing.id.replace("-", " "),
            thing.name.casefold(),
            *(w.casefold().replace("-", " ") for w in thing.words),
        }:
            assert seen.setdefault(word, thing.id) == thing.id, word


def test_every_outcome_has_a_range_a_question_and_a_direction_and_its_facts_exist():
    for one in outcomes().values():
        assert one.low < one.high and one.asks.endswith("?") and one.better in {"higher", "lower"}
        assert one.smallest is None or 0 < one.smallest < one.high - one.low
        assert all(fact in knowledge.all_facts() for fact in one.behind)


def test_the_guides_four_outcomes_are_there():
    """B043.2"""
    from magwise.wording import track

    named = {one.guide for one in outcomes().values() if one.guide}
    assert named == {"muscle comfort", "sleep continuity", "stress reactivity", "bowel pattern"}
    assert {word.split()[0] for word in track()} >= {"muscle", "sleep", "bowel"}


def test_an_unknown_outcome_names_the_nearest():
    with pytest.raises(NotFound) as named:
        outcome("sleeep")
    assert "sleep" in (named.value.remedy or "")


# -- red flags -----------------------------------------------------------------------------------------------


def diary(*lines: str) -> list[Entry]:
    """One line a day."""
    return [one for number, line in enumerate(lines, 1) for one in read(line, date(2026, 11, number))]


@pytest.mark.parametrize(
    ("lines", "rules"),
    [
        (("sleep 3", "headache"), set()),
        (("fainted",), {"red-flag-low-pressure"}),
        (("irregular heartbeat",), {"red-flag-heartbeat"}),
        (("vomiting all day",), {"red-flag-vomiting"}),
        (("dose 200", "tired"), {"tired-while-taking"}),
        (("dose 200", "drowsy"), {"red-flag-fatigue"}),
        (("tired", "dose 200"), set()),  # an old complaint, not since magnesium
        (("dose skipped", "tired"), set()),
        (("bp 85/50",), {"red-flag-low-pressure"}),
        (("bp 90/60",), set()),
        (("bp 85/50", "bp 120/80"), set()),
        (("bp 180/90",), {"very-high-pressure"}),
        (("bp 179/119",), set()),
        (("bp 140/120",), {"very-high-pressure"}),
        (("lab serum magnesium 0.49 mmol/L",), {"serum-very-low"}),
        (("lab serum magnesium 1.3 mmol/L",), {"serum-high"}),
        (("lab serum magnesium 1.3 mmol/L", "lab serum magnesium 0.9 mmol/L"), set()),
        (("lab egfr 40 ml/min",), {"kidney-egfr-30-59"}),
        (("illness and slow breathing",), {"red-flag-breathing"}),
        (("wired",), {"wired-in-the-evening"}),
    ],
)  # fmt: skip
def test_what_is_written_down_meets_the_same_gates_as_a_plan(lines: tuple[str, ...], rules: set[str]):
    assert {one.rule for one in red_flags(diary(*lines)).findings} == rules


def test_a_red_flag_stays_until_its_end_is_written_down():
    months = ["fainted", *["sleep 7"] * 25]

    assert red_flags(diary(*months)).is_urgent
    assert not red_flags(diary(*months, "fainting gone")).is_urgent
    assert red_flags(diary(*months, "fainting gone", "fainted")).is_urgent
    assert red_flags(diary(*months, "headache gone")).is_urgent  # the end of something else


def test_the_worst_comes_first():
    found = red_flags(diary("vomiting all day", "wired", "slow breathing", "irregular heartbeat")).findings

    assert [one.urgency for one in found] == ["emergency number", "now", "today", None]
    assert [one.level for one in found] == sorted((one.level for one in found), reverse=True)
    assert found[0].because == ("2026-11-03: slow breathing",)


def test_a_complaint_that_no_list_knows_is_never_clear():
    seen = red_flags(diary("side effect purple ears"))

    assert not seen.findings and "purple ears" in seen.doubts[0].what


@pytest.mark.parametrize(
    ("lines", "loose"),
    [
        (("bristol 6", "bristol 7"), True),
        (("bristol 6", "bristol 5", "bristol 6"), True),
        (("bristol 6",), False),
        (("bristol 6", "bristol 4", "bristol 4"), False),
        (("bristol 6", "bristol 6", "bristol 4", "bristol 4"), False),
        (("dose 200", "loose stools"), True),
        (("bristol 5", "bristol 5", "bristol 5"), False),
    ],
)
def test_loose_stools_lead_to_the_step_back(lines: tuple[str, ...], loose: bool):
    """B041.2, B083.1"""
    entries = diary(*lines)
    assert red_flags(entries).step_back is loose
    assert any("step back by 50 to 100 mg" in one for one in week_view(entries, SUNDAY).say) is loose


def test_the_step_back_is_not_said_over_a_red_flag():
    view = day_view(diary("bristol 7", "bristol 7", "fainted"), date(2026, 11, 3))

    assert view.seen.is_urgent and view.say == ()


# -- what is shown -------------------------------------------------------------------------------------------


def test_today_asks_the_four_outcomes_and_the_trials_first():
    entries = [*diary("sleep 3", "cramps 2"), *read("sleep 8"), *read("coffee 2")]
    view = day_view(entries, SUNDAY, trial_outcome="cramps")

    assert [one.outcome.id for one in view.asks] == ["cramps", "sleep", "muscle", "stress", "bristol"]
    assert [one.answer.value if one.answer else None for one in view.asks] == [None, 8, None, None, None]
    assert len(view.noted) == 2
    assert day_view(entries, date(2026, 11, 2)).noted == tuple(read("cramps 2", date(2026, 11, 2)))


def test_a_week_leaves_a_day_without_an_entry_empty():
    entries = [
        *read("cramps 2", date(2026, 11, 17)),
        *read("cramps 1"),
        *read("dose skipped"),
        *read("cramps 9", date(2026, 11, 15)),
    ]
    rows = {row.name: row for row in week_view(entries, SUNDAY).rows}

    assert rows["cramps"].cells == ("", "2", "", "", "", "", "1")
    assert rows["cramps"].week == "3 a week"
    assert rows["magnesium"].cells[-1] == "skipped"


def test_kinds_are_what_they_are():
    kinds = {"dose": DoseRecord, "sleep 3": OutcomeEntry, "coffee": Confounder, "nausea": SideEffect}
    for line, kind in kinds.items():
        assert type(read(line)[0]) is kind
    assert type(read("lab ferritin 80 ng/mL")[0]) is LabResult
    assert Level.HELP_NOW > Level.STOP
