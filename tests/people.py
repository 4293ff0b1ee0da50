"""A plain adult and how a case changes them: what the tables of whole answers are written in."""

from __future__ import annotations

import datetime
from copy import deepcopy
from typing import Any

from magwise.advise import Advice, advise
from magwise.findings import Decision
from magwise.person_file import from_inputs

TODAY = datetime.date(2026, 11, 22)

RANK = {
    Decision.PLAN: 0,
    Decision.NOT_NEEDED: 0,
    Decision.ASK_FIRST: 1,
    Decision.DO_NOT_START: 2,
    Decision.GET_HELP_NOW: 3,
}  # an illness may make a supplement needed, so that plan and not_needed are equally mild

PLAIN: dict[str, Any] = {
    "person": {
        "age": 40,
        "sex": "male",
        "country": "US",
        "kidney": "normal",
        "medicines_answered": True,
        "alcohol": "none",
    },
    "routine": {"wake": "06:30", "breakfast": "07:30", "lunch": "12:30", "dinner": "19:00", "bed": "22:45"},
    "products": [
        {"label": "Supplement Facts\nServing Size 1 capsule\nMagnesium (as magnesium citrate) 50 mg"}
    ],
    "diet": {"mg_per_day": 300},
}


def changed(case: dict[str, Any]) -> dict[str, Any]:
    """The plain adult with a case's changes: `person` keys one by one, other tables whole; None removes a key.

    `medicines` and `supplements` may be plain lines; `label` stands for one product with that label.
    """
    tables = deepcopy(PLAIN)
    tables["person"].update(case.get("person", {}))
    tables["person"] = {key: value for key, value in tables["person"].items() if value is not None}
    for name in ("medicines", "supplements"):
        if name in case:
            tables[name] = [{"as_written": one} if isinstance(one, str) else one for one in case[name]]
    for name in ("routine", "fasts", "products", "labs", "clearance", "diet"):
        if name in case:
            tables[name] = case[name]
    if "label" in case:
        tables["products"] = [{"label": case["label"]}]
    return tables


def answer(case: dict[str, Any], today: datetime.date = TODAY) -> Advice:
    return advise(from_inputs(changed(case)), today=today)
