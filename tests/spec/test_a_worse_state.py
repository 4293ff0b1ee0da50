"""Adding a risk never lowers the level: a law over persons (promise 4, decision 12).

A risk is one more condition, symptom or medicine, or a worse laboratory value. It never gives a milder decision and never
a larger limit. `plan` and `not_needed` are equally mild here: an illness may make a supplement needed.
"""

from __future__ import annotations

from typing import Any

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as some

from people import RANK, answer

CONDITIONS = [
    "type 2 diabetes", "prediabetes", "crohn's disease", "coeliac disease", "malabsorption", "stress", "hypertension",
    "alcoholism", "magnesium deficiency", "trying to conceive", "PKU", "dementia", "hypothyroidism", "kidney stones",
    "kidney disease", "dialysis", "heart block", "myasthenia gravis", "bowel obstruction", "low blood pressure", "asthma",
    "planned surgery", "breastfeeding", "constipation", "high potassium", "chronic diarrhoea", "blorpitis", "eczema",
]  # fmt: skip
SYMPTOMS = [
    "fatigue", "tired", "nausea", "constipation", "leg cramps", "loose stools", "fainting", "slow breathing", "stomach ache",
    "no stool for 4 days", "eyelid twitch", "zorbing", "insomnia", "wired after evening dose",
]  # fmt: skip
MEDICINES = [
    "Omeprazole 20 mg", "Hydrochlorothiazide 25 mg", "Furosemide 40 mg", "Spironolactone 25 mg", "Ramipril 5 mg",
    "Insulin glargine 20 units", "Metformin 500 mg", "Oxycodone 10 mg", "Digoxin 0.125 mg", "Levothyroxine 75 mcg",
    "Ciprofloxacin 500 mg", "Doxycycline 100 mg", "Alendronate 70 mg", "Gabapentin 300 mg", "Lithium 300 mg",
    "Empagliflozin 10 mg", "Milk of Magnesia 5 mL", "Zorblaxin 5 mg", "Sertraline 50 mg", "Magnesium oxide 100 mg",
]  # fmt: skip
UNITS = [10, 25, 50, 61, 75, 99, 100, 101, 125, 150, 199, 200, 201, 250, 300, 349, 350, 351, 400]
HOURS = [f"{hour:02d}:00" for hour in range(5, 24)]

labels = some.builds(
    lambda mg, form, more: (
        f"Supplement Facts\nServing Size 1 tablet{more}\nMagnesium (as magnesium {form}) {mg} mg"
    ),
    some.sampled_from(UNITS),
    some.sampled_from(["citrate", "oxide", "aspartate"]),
    some.sampled_from(["", " (scored)", "\nPotassium (as potassium aspartate) 50 mg", "\nAspartame"]),
)
lines = some.builds(
    lambda name, times: {"as_written": name, "times": times},
    some.sampled_from(MEDICINES),
    some.lists(some.sampled_from(HOURS), min_size=1, max_size=3, unique=True),
)
persons = some.fixed_dictionaries(
    {
        "person": some.fixed_dictionaries(
            {
                "age": some.sampled_from([0, 3, 4, 8, 17, 18, 19, 40, 55, 64, 65, 74, 75, 90]),
                "sex": some.sampled_from(["male", "female", "unstated"]),
                "country": some.sampled_from(["US", "DE", "GB", "JP", None]),
                "kidney": some.sampled_from(["normal"] * 6 + ["disease", "unknown"]),
                "egfr": some.sampled_from([None, None, 60, 95]),
                "pregnant": some.sampled_from(["no", "no", "no", "yes", "unknown"]),
                "conditions": some.lists(some.sampled_from(CONDITIONS), max_size=2, unique=True),
                "symptoms": some.lists(some.sampled_from(SYMPTOMS), max_size=1),
                "usual_stool": some.sampled_from(["normal", "normal", "constipated", "loose"]),
                "sensitive_stomach": some.booleans(),
                "goals": some.lists(some.sampled_from(["sleep", "regularity", "fatigue"]), max_size=1),
                "avoid": some.sampled_from([[], ["aspartame"]]),
                "taking_since": some.sampled_from([None, None, "2026-10-01"]),
            }
        ),
        "medicines": some.lists(lines, max_size=2),
        "supplements": some.lists(
            some.sampled_from(["Magnesium oxide 100 mg", "Magnesium citrate 250 mg", "Calcium 500 mg"]),
            max_size=2,
        ),
        "products": some.lists(labels.map(lambda text: {"label": text}), max_size=3),
        "diet": some.sampled_from(
            [{}, {"mg_per_day": 150}, {"mg_per_day": 300}, {"mg_per_day": 350}, {"mg_per_day": 500}]
        ),
    }
)
law = settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)


def no_milder(case: dict[str, Any], worse: dict[str, Any]) -> None:
    before, after = answer(case), answer(worse)

    assert RANK[after.decision] >= RANK[before.decision], (before.decision, after.decision)
    assert after.limit.mg_per_day <= before.limit.mg_per_day


def with_more(case: dict[str, Any], key: str, text: str) -> dict[str, Any]:
    return {**case, "person": {**case["person"], key: [*case["person"].get(key, []), text]}}


ONE_LARGE_TABLET = {
    "person": {},
    "diet": {"mg_per_day": 400},
    "label": "Supplement Facts\nServing Size 1 tablet\nMagnesium (as magnesium citrate) 150 mg",
}


@given(persons, some.sampled_from(CONDITIONS))
@example(ONE_LARGE_TABLET, "type 2 diabetes")  # a strong reason raises the aim from 100 to 200 mg
@law
def test_one_more_condition_never_gives_a_milder_answer(case: dict[str, Any], text: str) -> None:
    no_milder(case, with_more(case, "conditions", text))


@given(persons, some.sampled_from(SYMPTOMS))
@law
def test_one_more_symptom_never_gives_a_milder_answer(case: dict[str, Any], text: str) -> None:
    no_milder(case, with_more(case, "symptoms", text))


@given(persons, lines)
@example(
    {**ONE_LARGE_TABLET, "medicines": []}, {"as_written": "Hydrochlorothiazide 25 mg", "times": ["08:00"]}
)
@example({**ONE_LARGE_TABLET, "medicines": []}, {"as_written": "Magnesium oxide 100 mg", "times": ["12:00"]})
@law
def test_one_more_medicine_never_gives_a_milder_answer(case: dict[str, Any], line: dict[str, Any]) -> None:
    no_milder(case, {**case, "medicines": [*case["medicines"], line]})


EGFR = [150, 90, 61, 60, 59, 45, 30, 29, 15, 14, 3]


@given(persons, some.sampled_from(EGFR), some.sampled_from(EGFR))
@law
def test_a_lower_egfr_never_gives_a_milder_answer(case: dict[str, Any], one: int, other: int) -> None:
    def measured(value: int) -> dict[str, Any]:
        return {
            **case,
            "labs": [{"what": "eGFR", "value": value, "unit": "mL/min/1.73m2", "date": "2026-11-01"}],
        }

    no_milder(measured(max(one, other)), measured(min(one, other)))


@given(persons, some.sampled_from([0.3, 0.49, 0.5, 0.65, 1.09, 1.11, 1.5, 3.0]))
@law
def test_a_serum_out_of_range_never_gives_a_milder_answer(case: dict[str, Any], value: float) -> None:
    def measured(mmol: float) -> list[dict[str, Any]]:
        return [{"what": "serum magnesium", "value": mmol, "unit": "mmol/L", "date": "2026-11-01"}]

    no_milder({**case, "labs": measured(0.85)}, {**case, "labs": measured(value)})
    no_milder(
        {**case, "labs": measured(0.85)}, {**case, "labs": [*measured(0.85), *measured(value)]}
    )  # the same day: the worse one counts
