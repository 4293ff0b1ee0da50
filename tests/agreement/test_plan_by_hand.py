"""Whole answers against the slow second reading of the resolutions (plan_by_hand), for persons made up by chance."""

from __future__ import annotations

import random
from typing import Any

import pytest

from agreement.plan_by_hand import CONDITIONS, MEDICINES, SUPPLEMENTS, SYMPTOMS, TODAY, Answer, by_hand
from magwise.advise import Advice, advise
from magwise.person_file import from_inputs

ROUTINE = {"wake": "06:30", "breakfast": "07:30", "lunch": "12:30", "dinner": "19:00", "bed": "22:45"}


def somebody(chance: random.Random) -> dict[str, Any]:
    """One person across the edges of every rule that the second reading covers."""
    healthy = chance.random() < 0.5  # otherwise nearly everybody would be stopped
    person = {
        "age": chance.choice(
            [40, 30, 31, 19, 20, 54, 55, 56, 64, 65, 74, 75, 88]
            + ([] if healthy else [None, 0, 3, 4, 8, 9, 17, 18])
        ),
        "sex": chance.choice(["male", "male", "female", "unstated"]),
        "country": chance.choice(["US", "DE", "GB", None, "ZZ"]),
        "kidney": "normal"
        if healthy
        else chance.choice(["normal"] * 8 + [None, "disease", "dialysis", "unknown"]),
        "egfr": chance.choice([None, None, 60, 61, 95] + ([] if healthy else [14, 15, 29, 30, 59, 59.9])),
        "egfr_date": chance.choice([None, None, "2026-01-10", "2025-11-22", "2025-11-21"]),
        "pregnant": chance.choice(["no", "no", "no"] if healthy else ["no", "yes", "unknown", None]),
        "breastfeeding": chance.choice([None, "no", "no", "yes"]),
        "conditions": chance.sample(
            [one for one, (level, _, _) in CONDITIONS.items() if not healthy or level in {"", "caution"}],
            chance.choice([0, 0, 1, 2, 3]),
        ),
        "symptoms": chance.sample(
            list(SYMPTOMS) if not healthy else ["leg cramps", "loose stools", "tired for years"],
            chance.choice([0, 0, 1, 2]),
        ),
        "taking_since": chance.choice([None, None, "2026-10-01"]),
        "usual_stool": chance.choice(["normal", "normal", "constipated", "loose"]),
        "sensitive_stomach": chance.random() < 0.3,
        "alcohol": chance.choice(["none", "moderate", None] + ([] if healthy else ["heavy"])),
        "goals": chance.choice([[], ["sleep"], ["regularity"], ["fatigue"] if healthy else []]),
        "medicines_answered": True if healthy or chance.random() < 0.9 else None,
    }
    if not healthy and chance.random() < 0.05:
        person |= {"age": None, "age_months": chance.choice([11, 20, 47, 48])}
    few = [one for one, drug in MEDICINES.items() if not healthy or drug.level not in {"ask", "stop"}]
    return {
        "person": person,
        "medicines": [{"as_written": name, "times": _times(chance)} for name in chance.sample(few, chance.choice([0, 0, 1, 1, 2, 3]))],
        "supplements": chance.sample(list(SUPPLEMENTS)[: 2 if healthy else 3], chance.choice([0, 0, 0, 1, 2])),
        "products": [_product(chance) for _ in range(chance.choice([0, 1, 1, 1, 1, 2, 3]))],
        "labs": [{"what": "serum magnesium", "value": value, "unit": "mmol/L", "date": "2026-11-01"} for value in chance.choice([[], [], [], [0.8], [0.9], [1.1]] + ([] if healthy else [[0.49], [0.5], [0.6], [1.11]]))],
        "diet": {"mg_per_day": chance.choice([150, 170, 200, 201, 220, 221, 250, 270, 300, 320, 321, 350, 419, 420, 500])},
    }  # fmt: skip


def _times(chance: random.Random) -> list[str]:
    return chance.sample(
        [f"{hour:02d}:{minute}" for hour in range(5, 21) for minute in ("00", "30")],
        chance.choice([0, 1, 1, 1, 2, 2, 3, 4]),
    )


def _product(chance: random.Random) -> dict[str, Any]:
    scored = chance.random() < 0.15
    liquid = not scored and chance.random() < 0.1
    return {
        "mg": None if chance.random() < 0.08 else chance.choice([150, 300]) if liquid else chance.choice([25, 50, 61, 75, 76, 99, 100, 101, 125, 150, 200, 201, 250, 300, 350, 351, 400]),
        "per": 15 if liquid else 1 if scored else chance.choice([1, 1, 1, 2, 3]),
        "unit": "mL" if liquid else "tablet" if scored else "capsule",
        "scored": scored,
        "form": chance.choice(["citrate", "citrate", "oxide", "aspartate"]),
        "potassium": chance.random() < 0.1,
    }  # fmt: skip


def _label(product: dict[str, Any]) -> str:
    lines = [
        "Supplement Facts",
        f"Serving Size {product['per']} {product['unit']}{'s' if product['per'] > 1 and product['unit'] != 'mL' else ''}",
    ]
    lines += [
        f"Magnesium (as magnesium {product['form']}) {product['mg']} mg"
        if product["mg"] is not None
        else "Vitamin C 500 mg"
    ]
    lines += ["Potassium (as potassium aspartate) 50 mg"] if product["potassium"] else []
    lines += ["The tablet is scored and can be halved."] if product["scored"] else []
    return "\n".join(lines)


def answered(case: dict[str, Any]) -> Advice:
    tables = {
        **case,
        "person": {key: value for key, value in case["person"].items() if value is not None},
        "routine": ROUTINE,
        "products": [{"label": _label(one)} for one in case["products"]],
        "supplements": [
            {"as_written": one, "times": ["12:30"]} if SUPPLEMENTS[one] else {"as_written": one}
            for one in case["supplements"]
        ],
    }
    if not case["medicines"]:
        del tables["medicines"]
    return advise(from_inputs(tables), today=TODAY)


def as_answer(said: Advice, expected: Answer, case: dict[str, Any]) -> Answer:
    """What was said, as far as the second reading has a figure for it."""
    steps = tuple((one.step.from_day, one.step.mg_per_day) for one in said.steps)
    return Answer(
        said.decision.value,
        said.limit.mg_per_day if expected.limit is not None else None,
        said.plan.target_mg if said.plan else None,
        steps[-1][1] if steps else None,
        steps if len(case["products"]) == 1 else expected.ladder,
    )


def rounded(answer: Answer) -> Answer:
    def one(mg: float | None) -> float | None:
        return None if mg is None else round(mg, 0)

    return Answer(
        answer.decision, one(answer.limit), one(answer.target), one(answer.last_mg),
        tuple((day, round(mg)) for day, mg in answer.ladder),
    )  # fmt: skip


def disagreement(seed: int) -> str | None:
    case = somebody(random.Random(seed))
    expected = by_hand(case)
    said = as_answer(answered(case), expected, case)
    if rounded(said) == rounded(expected):
        return None
    return f"seed {seed}\n  by hand {expected}\n  said    {said}\n  {case}"


@pytest.mark.parametrize("first", range(0, 200, 25))
def test_both_readings_of_the_resolutions_agree(first: int) -> None:
    assert [one for seed in range(first, first + 25) if (one := disagreement(seed))] == []


@pytest.mark.slow
def test_both_readings_agree_on_many_more() -> None:
    assert [one for seed in range(200, 1700) if (one := disagreement(seed))] == []


def test_the_persons_reach_every_decision() -> None:
    """Agreement on persons who are all stopped would prove little."""
    decisions = [by_hand(somebody(random.Random(seed))) for seed in range(200)]
    by_name = {
        name: sum(one.decision == name for one in decisions) for name in {one.decision for one in decisions}
    }

    assert set(by_name) == {"plan", "not_needed", "ask_first", "do_not_start", "get_help_now"}
    assert by_name["plan"] >= 25
    assert sum(one.last_mg is not None for one in decisions) >= 30
