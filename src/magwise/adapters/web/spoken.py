"""Answers in words, and the lists that people choose from. Names only; nothing here decides."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from magwise.adapters.web.draft import Draft
from magwise.adapters.web.manner import Manner
from magwise.adapters.web.questions import markers_of

__all__ = ["AVOIDED", "CONDITIONS", "COUNTRIES", "GOALS", "told"]

# What the gates ask about most, as people say it; everything else is typed.
CONDITIONS = (
    "heart block", "slow heartbeat", "heart failure", "pacemaker", "myasthenia gravis", "bowel obstruction",
    "high blood pressure", "type 2 diabetes", "thyroid disease", "chronic diarrhoea", "crohn's disease",
    "coeliac disease", "osteoporosis", "migraine",
)  # fmt: skip
AVOIDED = (
    "gelatin",
    "vegan",
    "vegetarian",
    "halal",
    "kosher",
    "lactose",
    "gluten",
    "soy",
    "dyes",
    "sweeteners",
)
GOALS = (
    ("sleep", "Sleep", ""), ("cramps", "Cramps at night", ""), ("muscle", "Muscle comfort", ""),
    ("stress", "Stress", ""), ("regularity", "Regular bowels", ""), ("migraine", "Migraine", ""),
    ("blood_pressure", "Blood pressure", ""),
    ("glucose", "Blood sugar", ""), ("fatigue", "Tiredness", ""), ("bone", "Bones", ""), ("mood", "Mood", ""),
    ("performance", "Sport", ""), ("general", "Nothing in particular", ""),
)  # fmt: skip
COUNTRIES = {
    "AU": "Australia", "AT": "Austria", "BE": "Belgium", "BG": "Bulgaria", "CA": "Canada", "CN": "China",
    "HR": "Croatia", "CY": "Cyprus", "CZ": "Czechia", "DK": "Denmark", "EE": "Estonia", "FI": "Finland",
    "FR": "France", "DE": "Germany", "GR": "Greece", "HU": "Hungary", "IS": "Iceland", "IN": "India",
    "IE": "Ireland", "IT": "Italy", "JP": "Japan", "LV": "Latvia", "LT": "Lithuania", "LU": "Luxembourg",
    "MT": "Malta", "NL": "Netherlands", "NZ": "New Zealand", "NO": "Norway", "PL": "Poland",
    "PT": "Portugal", "RO": "Romania", "SK": "Slovakia", "SI": "Slovenia", "KR": "South Korea",
    "ES": "Spain", "SE": "Sweden", "CH": "Switzerland", "GB": "United Kingdom", "US": "United States",
}  # fmt: skip
_KIDNEY = {
    "normal": "no", "disease": "yes, a kidney disease", "dialysis": "on dialysis", "unknown": "not known",
}  # fmt: skip
_STOOL = {"normal": "as usual", "loose": "rather loose", "constipated": "constipated"}


def told(draft: Draft, id: str, manner: Manner) -> str | None:
    """The answer to this question in one line; None when nothing was told."""
    person: dict[str, Any] = draft.inputs.get("person", {})
    if id in _OF_PERSON:
        return _OF_PERSON[id](person) or None
    return _OF_TABLES[id](draft, manner) or None


def _pairs(*named: tuple[str, Any]) -> str:
    return ", ".join(f"{name}: {value}" for name, value in named if value)


def _kidney(person: dict[str, Any]) -> str:
    words = _KIDNEY.get(str(person.get("kidney")), "")
    return f"{words}; eGFR {person['egfr']:g}" if words and "egfr" in person else words


def _stomach(person: dict[str, Any]) -> str:
    sensitive = "sensitive" if person.get("sensitive_stomach") else ""
    return ", ".join(filter(None, [sensitive, _STOOL.get(str(person.get("usual_stool")), "")]))


def _habits(person: dict[str, Any]) -> str:
    told = _pairs(("alcohol", person.get("alcohol")), ("vitamin D", person.get("vitamin_d")))
    return ", ".join(filter(None, [told, "sweats much" if person.get("sweat") == "heavy" else ""]))


def _symptoms(person: dict[str, Any]) -> str:
    since = f"magnesium since {person['taking_since']}" if "taking_since" in person else ""
    return ", ".join(filter(None, [*person.get("symptoms", ()), since]))


def _lines(draft: Draft, table: str) -> str:
    return ", ".join(row["as_written"] for row in draft.inputs.get(table, ()))


def _medicines(draft: Draft, manner: Manner) -> str:
    none = "none" if draft.told("person", "medicines_answered") else ""
    return _lines(draft, "medicines") or none


def _diet(draft: Draft, manner: Manner) -> str:
    mg = draft.told("diet", "mg_per_day")
    return "" if mg is None else f"{manner.number(mg)} mg a day"


def _routine(draft: Draft, manner: Manner) -> str:
    parts = draft.inputs.get("routine", {})
    return ", ".join(f"{part} {manner.clock(at)}" for part, at in parts.items())


def _markers(draft: Draft, manner: Manner) -> str:
    has, denied = (draft.told("person", key) or () for key in ("conditions", "does_not_have"))
    return ", ".join(
        [*(f"{one}: no" for one in denied), *(f"{one}: yes" for one in markers_of(draft) if one in has)]
    )


def _labs(draft: Draft, manner: Manner) -> str:
    rows = draft.inputs.get("labs", ())
    return ", ".join(f"{row['what']} {manner.number(row['value'], 3)} {row['unit']}" for row in rows)


def _clearance(draft: Draft, manner: Manner) -> str:
    return ", ".join(f"{row['what']} by {row.get('who', '?')}" for row in draft.inputs.get("clearance", ()))


_GOAL_NAMES = {value: name for value, name, _ in GOALS}
_OF_PERSON: dict[str, Callable[[dict[str, Any]], str]] = {
    "age": lambda one: str(one.get("age", "")),
    "sex": lambda one: str(one.get("sex", "")),
    "pregnancy": lambda one: _pairs(*((key, one.get(key)) for key in ("pregnant", "breastfeeding"))),
    "country": lambda one: COUNTRIES.get(one.get("country", ""), one.get("country", "")),
    "kidney": _kidney,
    "conditions": lambda one: ", ".join(one.get("conditions", ())),
    "symptoms": _symptoms,
    "goals": lambda one: ", ".join(_GOAL_NAMES[goal] for goal in one.get("goals", ())),
    "stomach": _stomach,
    "habits": _habits,
    "avoid": lambda one: ", ".join(one.get("avoid", ())),
}
_OF_TABLES: dict[str, Callable[[Draft, Manner], str]] = {
    "markers": _markers,
    "labs": _labs,
    "clearance": _clearance,
    "medicines": _medicines,
    "supplements": lambda draft, manner: _lines(draft, "supplements"),
    "diet": _diet,
    "routine": _routine,
}
