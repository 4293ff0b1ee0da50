"""Laws that hold for any person: found by trying many, not by listing some."""

from __future__ import annotations

import re
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from magwise.adapters.contract import answer_of
from magwise.findings import Decision, Level
from magwise.schedule import Outcome
from people import RANK, answer

CONDITIONS = [
    "asthma", "hypertension", "type 2 diabetes", "heart block", "CKD 3", "hypothyroidism", "migraine", "ileostomy",
    "myasthenia gravis", "kidney stones", "dementia", "blorpitis", "trying to conceive", "low blood pressure",
]  # fmt: skip
SYMPTOMS = ["fatigue", "irregular heartbeat", "nausea", "leg cramps", "constipation", "fainting", "zorbing"]
MEDICINES = [
    "Levothyroxine 75 mcg", "Ciprofloxacin 500 mg", "Raltegravir 400 mg", "Metformin 500 mg", "Omeprazole 20 mg",
    "Lisinopril 10 mg", "Gabapentin 300 mg", "Alendronate 70 mg", "Furosemide 40 mg", "Digoxin 0.125 mg",
    "Sertraline 50 mg", "Zorblaxin 5 mg", "Rosuvastatin 10 mg", "Oxycodone 10 mg", "Doxycycline 100 mg", "Lithium 300 mg",
]  # fmt: skip
SUPPLEMENTS = [
    "Calcium carbonate 600 mg",
    "Iron 65 mg",
    "Zinc 50 mg",
    "Vitamin D 2000 IU",
    "Magnesium oxide 400 mg tablet",
]
LABELS = [
    "Supplement Facts\nServing Size 1 capsule\nMagnesium (as magnesium aspartate) 61 mg",
    "Supplement Facts\nServing Size 2 tablets\nMagnesium (as magnesium oxide) 400 mg",
    "Supplement Facts\nServing Size 1 scoop\nMagnesium (as magnesium citrate) 150 mg",
    "magnesium aspartate 615 mg",
    "Supplement Facts\nServing Size 1 capsule\nMagnesium (as magnesium glycinate) 25 mg",
]
HOURS = [f"{hour:02d}:{quarter:02d}" for hour in range(24) for quarter in (0, 15, 30, 45)]

lines = some.builds(
    lambda name, times: {"as_written": name, "times": times},
    some.sampled_from(MEDICINES),
    some.lists(some.sampled_from(HOURS), min_size=1, max_size=3, unique=True),
)
supplements = some.builds(
    lambda name, at, movable: {"as_written": name, "times": [at], "movable": movable},
    some.sampled_from(SUPPLEMENTS),
    some.sampled_from(HOURS),
    some.booleans(),
)
people = some.fixed_dictionaries(
    {
        "person": some.fixed_dictionaries(
            {
                "age": some.integers(0, 100),
                "sex": some.sampled_from(["male", "female", "unstated"]),
                "country": some.sampled_from(["US", "DE", "GB", "JP", "SE", "ZZ"]),
                "kidney": some.sampled_from(["normal", "normal", "normal", "disease", "unknown"]),
                "egfr": some.sampled_from([None, 25.0, 59.0, 60.0, 95.0]),
                "pregnant": some.sampled_from(["no", "no", "yes", "unknown"]),
                "conditions": some.lists(some.sampled_from(CONDITIONS), max_size=2, unique=True),
                "symptoms": some.lists(some.sampled_from(SYMPTOMS), max_size=1),
                "usual_stool": some.sampled_from(["normal", "loose", "constipated"]),
                "sensitive_stomach": some.booleans(),
                "goals": some.lists(
                    some.sampled_from(["sleep", "cramps", "performance", "regularity"]), max_size=2
                ),
                "alcohol": some.sampled_from(["none", "heavy", None]),
            }
        ),
        "medicines": some.lists(lines, max_size=3),
        "supplements": some.lists(supplements, max_size=2),
        "label": some.sampled_from(LABELS),
        "diet": some.sampled_from([{}, {"mg_per_day": 150}, {"mg_per_day": 320}, {"mg_per_day": 500}]),
    }
)
often = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)


@given(people)
@often
def test_no_dose_ever_exceeds_the_limit(case: dict[str, Any]) -> None:
    said = answer(case)

    for one in said.steps:
        high = sum(
            dose.portion.units * said.products[dose.portion.product].per_unit.high.mg
            for dose in one.schedule.doses
        )
        assert high + said.already_mg <= said.limit.mg_per_day + 1e-6
        assert one.step.mg_per_day <= said.plan.target_mg + 1e-6
        assert all(dose.portion.elemental_mg <= 200 for dose in one.schedule.doses)


@given(people)
@often
def test_the_last_step_is_the_ordinary_day_and_its_sums_agree(case: dict[str, Any]) -> None:
    said = answer(case)
    for one in said.steps:
        placed = sum(dose.portion.elemental_mg for dose in one.schedule.doses)
        assert abs(placed - one.step.mg_per_day) < 0.2
    if said.steps:
        assert said.schedule.doses == said.steps[-1].schedule.doses
        assert said.schedule.outcome is Outcome.FOUND


@given(people)
@often
def test_the_decision_follows_from_the_worst_level(case: dict[str, Any]) -> None:
    said = answer(case)
    worst = max((one.level for one in said.findings if one.product is None), default=Level.NOTE)

    if worst is Level.HELP_NOW:
        assert said.decision is Decision.GET_HELP_NOW
    elif worst is Level.STOP:
        assert said.decision is Decision.DO_NOT_START
    elif worst is Level.ASK_FIRST or any(one.blocks for one in said.unchecked):
        assert RANK[said.decision] >= RANK[Decision.ASK_FIRST]
    if RANK[said.decision] >= RANK[Decision.DO_NOT_START]:
        assert said.plan is None
        assert said.steps == () == said.schedule.doses


@given(people, some.sampled_from(CONDITIONS))
@often
def test_another_condition_never_makes_the_answer_milder(case: dict[str, Any], condition: str) -> None:
    worse = {**case, "person": {**case["person"], "conditions": [*case["person"]["conditions"], condition]}}

    assert RANK[answer(worse).decision] >= RANK[answer(case).decision]


@given(people, some.sampled_from(SYMPTOMS))
@often
def test_another_symptom_never_makes_the_answer_milder(case: dict[str, Any], symptom: str) -> None:
    worse = {**case, "person": {**case["person"], "symptoms": [*case["person"]["symptoms"], symptom]}}

    assert RANK[answer(worse).decision] >= RANK[answer(case).decision]


@given(people, lines)
@often
def test_another_medicine_never_makes_the_answer_milder(case: dict[str, Any], line: dict[str, Any]) -> None:
    worse = {**case, "medicines": [*case["medicines"], line]}

    assert RANK[answer(worse).decision] >= RANK[answer(case).decision]


@given(people)
@often
def test_magnesium_keeps_every_gap_to_every_medicine(case: dict[str, Any]) -> None:
    """Checked from the printed answer alone: times, and the hours that the findings name."""
    said = answer_of(answer(case))
    kept = {
        one.rule.split("-", 2)[-1]: re.search(r"([\d.]+) before, ([\d.]+) after", " ".join(one.because))
        for one in said.findings
    }
    for other in said.schedule.others:
        hours = next(
            (gap for rule, gap in kept.items() if gap and rule.endswith(other.take.replace(" ", "-"))), None
        )
        for dose in said.schedule.doses if hours else []:
            before, after = (
                _minutes(other.time) - _minutes(dose.time),
                _minutes(dose.time) - _minutes(other.time),
            )
            assert before % 1440 >= float(hours.group(1)) * 60
            assert after % 1440 >= float(hours.group(2)) * 60


ADVICE_ON_A_MEDICINE = re.compile(
    r"\b(stop|skip|pause|halve|double|reduce|increase|replace|discontinue|switch|change|start|delay|move)(?:ing)?\s+"
    r"(?:taking\s+)?(?:your|the|this|that|a|any|all)?\s*"
    r"(medicines?|medication|tablets?|prescription|pills?|antibiotic|levothyroxine|ciprofloxacin|raltegravir|"
    r"metformin|omeprazole|lisinopril|gabapentin|alendron\w*|furosemide|digoxin|sertraline|rosuvastatin|oxycodone|"
    r"doxycycline|lithium)\b",
    re.IGNORECASE,
)


@given(people)
@often
def test_no_output_ever_advises_changing_a_medicine(case: dict[str, Any]) -> None:
    said = answer_of(answer(case))

    for text in _texts(said.model_dump(exclude={"receipt"})):
        for sentence in re.split(r"(?<=[.;!?])\s+", text):
            if not re.match(r"(Never|Do not)\b", sentence):
                assert not ADVICE_ON_A_MEDICINE.search(sentence), sentence


@given(people)
@often
def test_every_output_says_what_it_is_and_when_to_get_help(case: dict[str, Any]) -> None:
    said = answer_of(answer(case))

    assert "general education" in said.disclaimer
    assert "interact with medicines" in said.disclaimer
    assert all(organ in said.disclaimer for organ in ("kidney", "heart", "neuromuscular"))
    assert "emergency number" in said.red_flags


@given(people)
@often
def test_the_same_person_gets_the_same_answer(case: dict[str, Any]) -> None:
    assert answer(case) == answer(case)


def _minutes(text: str) -> int:
    hours, minutes = text.split(":")
    return int(hours) * 60 + int(minutes)


def _texts(value: Any) -> Any:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for one in value.values():
            yield from _texts(one)
    elif isinstance(value, (list, tuple)):
        for one in value:
            yield from _texts(one)
