"""The questions about a person, in the order in which they are asked: when each is asked, and how its form is read.

Comes in: a draft, and a filled-in form. Goes out: the draft with one more answer, or Unreadable with a sentence for the
reader. What an answer means is decided elsewhere; a question that was passed over stays "not asked".
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from starlette.datastructures import FormData

from magwise.adapters.web.draft import Draft
from magwise.adapters.web.numbers import Unreadable, amount
from magwise.day import minutes
from magwise.medicine import read_medicine
from magwise.safety.situation import may_be_pregnant

__all__ = ["MARKED", "QUESTIONS", "Question", "asked", "first_open", "markers_of", "neighbours", "question"]


Read = Callable[[Draft, FormData], Draft]
LONGEST = 2_000
MOST_LINES = 60


@dataclass(frozen=True, slots=True)
class Question:
    """One screen. `needed`: without an answer no dose can be given. `when`: whether it is asked at all."""

    id: str
    title: str
    read: Read
    help: str = ""
    needed: bool = False
    when: Callable[[Draft], bool] = lambda draft: True


def _field(form: FormData, name: str, longest: int = LONGEST) -> str:
    return str(form.get(name) or "").strip()[:longest]


def _one(id: str, key: str, *allowed: str) -> Read:
    """One of a few words goes to this key of [person]; nothing chosen forgets it."""

    def read(draft: Draft, form: FormData) -> Draft:
        value = _field(form, key)
        return draft.with_answers(id, "person", **{key: value if value in allowed else None})

    return read


def _list(text: str) -> list[str]:
    """Lines, or words with commas between, as a list."""
    parts = [part.strip() for line in text.splitlines() for part in line.split(",")]
    return [part[:200] for part in parts if part][:MOST_LINES]


def _age(draft: Draft, form: FormData) -> Draft:
    years = _field(form, "age")
    if not years:
        return draft.with_answers("age", "person", age=None, age_months=None)
    return draft.with_answers(
        "age", "person", age=int(amount(years, "age", "The age", least=0, most=120)), age_months=None
    )


def _pregnancy(draft: Draft, form: FormData) -> Draft:
    answers: dict[str, Any] = {}
    for key in ("pregnant", "breastfeeding"):
        value = _field(form, key)
        answers[key] = value if value in ("yes", "no", "unknown") else None
    return draft.with_answers("pregnancy", "person", **answers)


def _may_be_pregnant(draft: Draft) -> bool:
    """The same that the answer depends on: not for men, nor outside the ages in which it can be."""
    age = draft.told("person", "age")
    return draft.told("person", "sex") != "male" and may_be_pregnant(age)


def _country(draft: Draft, form: FormData) -> Draft:
    code = _field(form, "country").upper()
    if code and not (len(code) == 2 and code.isascii() and code.isalpha()):
        raise Unreadable("country", "Choose a country from the list.")
    return draft.with_answers("country", "person", country=code or None)


def _kidney(draft: Draft, form: FormData) -> Draft:
    kidney = _field(form, "kidney")
    egfr, taken = _field(form, "egfr"), _field(form, "egfr_date")
    return draft.with_answers(
        "kidney",
        "person",
        kidney=kidney if kidney in ("normal", "disease", "dialysis", "unknown") else None,
        egfr=amount(egfr, "egfr", "The eGFR", least=0, most=250) if egfr else None,
        egfr_date=_date(taken, "egfr_date") if egfr and taken else None,
    )


def _date(text: str, field: str) -> str:
    try:
        return datetime.date.fromisoformat(text).isoformat()
    except ValueError:
        raise Unreadable(field, "Write the date like 2026-11-22.") from None


def _conditions(draft: Draft, form: FormData) -> Draft:
    ticked = [str(value)[:200] for value in form.getlist("condition")]
    named = list(dict.fromkeys([*ticked, *_list(_field(form, "others"))]))
    return draft.with_answers("conditions", "person", conditions=named or None)


def _symptoms(draft: Draft, form: FormData) -> Draft:
    since = _field(form, "taking_since")
    return draft.with_answers(
        "symptoms",
        "person",
        symptoms=_list(_field(form, "symptoms")) or None,
        taking_since=_date(since, "taking_since") if since else None,
    )


def _lines_with_times(form: FormData, name: str) -> list[dict[str, Any]]:
    lines = [str(one).strip()[:LONGEST] for one in form.getlist(name)][:MOST_LINES]
    times = [str(one).strip() for one in form.getlist(f"{name}_times")]
    rows = []
    for index, line in enumerate(lines):
        if not line:
            continue
        row: dict[str, Any] = {"as_written": line}
        at = _times(times[index] if index < len(times) else "", f"{name}_{index}")
        if at:
            row["times"] = at
        rows.append(row)
    return rows


def _times(text: str, field: str) -> list[str]:
    found = []
    for word in text.replace(",", " ").split():
        padded = f"0{word}" if len(word.partition(":")[0]) == 1 else word
        try:
            minutes(padded)
        except ValueError:
            raise Unreadable(
                field, "Write times of day like 06:30, with a space between several of them."
            ) from None
        found.append(padded)
    return found


def _medicines(draft: Draft, form: FormData) -> Draft:
    rows = _lines_with_times(form, "medicine")
    answered = bool(rows) or bool(form.get("none"))
    kept = draft.with_list("medicines", "medicines", rows)
    return kept.with_answers("medicines", "person", medicines_answered=True if answered else None)


# A medicine that is mostly given for one disease asks for it: what the disease is called in the person file.
MARKED = {
    "heart": "heart disease",
    "kidney": "kidney disease",
    "myasthenia": "myasthenia gravis",
    "neuromuscular": "neuromuscular disease",
}


def markers_of(draft: Draft) -> tuple[str, ...]:
    """The diseases that this person's medicines raise the question of, in the words of MARKED."""
    lines = [row["as_written"] for row in draft.inputs.get("medicines", ())]
    raised = {mark for line in lines for one in read_medicine(line) for mark in one.markers}
    return tuple(name for mark, name in MARKED.items() if mark in raised)


def _markers(draft: Draft, form: FormData) -> Draft:
    """Yes joins the conditions, no is kept as a denial, and what is left open stays open."""
    has = [name for name in draft.told("person", "conditions") or () if name not in MARKED.values()]
    denied = []
    for name in markers_of(draft):
        answer = _field(form, name)
        if answer == "yes":
            has.append(name)
        elif answer == "no":
            denied.append(name)
    return draft.with_answers("markers", "person", conditions=has or None, does_not_have=denied or None)


def _labs(draft: Draft, form: FormData) -> Draft:
    rows = []
    given = zip(*(form.getlist(f"lab_{part}") for part in ("what", "value", "unit", "date")), strict=False)
    for number, parts in enumerate(given):
        what, value, unit, taken = (str(part).strip()[:200] for part in parts)
        if not (what or value):
            continue
        if not (what and unit):
            raise Unreadable(
                f"lab_{number}", "A value needs its name and its unit, as the report prints them."
            )
        row: dict[str, Any] = {"what": what, "unit": unit}
        row["value"] = amount(value, f"lab_{number}", "The value", least=0, most=1_000_000)
        if taken:
            row["date"] = _date(taken, f"lab_{number}")
        rows.append(row)
    return draft.with_list("labs", "labs", rows[:MOST_LINES])


def _clearance(draft: Draft, form: FormData) -> Draft:
    what, who, given = (_field(form, name, 200) for name in ("what", "who", "date"))
    if not (what or who):
        return draft.with_list("clearance", "clearance", [])
    if not (what and who and given):
        raise Unreadable("what", "A clearance needs what it is for, who gave it, and when.")
    row: dict[str, Any] = {"what": what, "who": who, "date": _date(given, "date")}
    limit, monitoring = _field(form, "limit_mg"), _field(form, "monitoring", 300)
    if limit:
        row["limit_mg"] = amount(limit, "limit_mg", "The limit", least=0, most=5000)
    if monitoring:
        row["monitoring"] = monitoring
    return draft.with_list("clearance", "clearance", [row])


def _may_be_cleared(draft: Draft) -> bool:
    """Whoever lives with something that a clinician may have cleared."""
    person = draft.inputs.get("person", {})
    return (
        bool(person.get("conditions"))
        or person.get("kidney") in ("disease", "dialysis")
        or person.get("pregnant") == "yes"
    )


def _supplements(draft: Draft, form: FormData) -> Draft:
    rows = _lines_with_times(form, "supplement")
    movable = bool(form.get("movable"))
    return draft.with_list("supplements", "supplements", [{**row, "movable": movable} for row in rows])


def _goals(draft: Draft, form: FormData) -> Draft:
    from magwise.person import Goal

    known = [goal.value for goal in Goal]
    chosen = [str(value) for value in form.getlist("goal") if str(value) in known]
    return draft.with_answers("goals", "person", goals=chosen or None)


def _stomach(draft: Draft, form: FormData) -> Draft:
    stool = _field(form, "usual_stool")
    return draft.with_answers(
        "stomach",
        "person",
        usual_stool=stool if stool in ("normal", "loose", "constipated") else None,
        sensitive_stomach=True if form.get("sensitive_stomach") else None,
    )


def _habits(draft: Draft, form: FormData) -> Draft:
    alcohol, vitamin_d = _field(form, "alcohol"), _field(form, "vitamin_d")
    return draft.with_answers(
        "habits",
        "person",
        alcohol=alcohol if alcohol in ("none", "moderate", "heavy") else None,
        sweat="heavy" if form.get("sweat") else None,
        vitamin_d=vitamin_d if vitamin_d in ("sufficient", "low", "unknown") else None,
    )


def _diet(draft: Draft, form: FormData) -> Draft:
    typed = _field(form, "mg_per_day")
    value = amount(typed, "mg_per_day", "Magnesium from food", least=0, most=5000) if typed else None
    return draft.with_answers("diet", "diet", mg_per_day=value)


def _avoid(draft: Draft, form: FormData) -> Draft:
    ticked = [str(value)[:200] for value in form.getlist("avoid")]
    named = list(dict.fromkeys([*ticked, *_list(_field(form, "others"))]))
    return draft.with_answers("avoid", "person", avoid=named or None)


DAY_PARTS = ("wake", "breakfast", "lunch", "dinner", "bed")


def _routine(draft: Draft, form: FormData) -> Draft:
    given = {part: _field(form, part) for part in DAY_PARTS}
    if not any(given.values()):
        return draft.with_answers("routine", "routine", **dict.fromkeys(DAY_PARTS))
    clocks = {}
    for part, typed in given.items():
        try:
            minutes(typed[:5])
        except ValueError:
            raise Unreadable(part, "Give all five times, like 07:30; or leave all of them empty.") from None
        clocks[part] = typed[:5]
    return draft.with_answers("routine", "routine", **clocks)


QUESTIONS: tuple[Question, ...] = (
    Question("age", "How old are you?", _age, "Limits differ by age.", needed=True),
    Question("sex", "Which body should we reckon with?", _one("sex", "sex", "female", "male", "unstated"),
             "Recommended intakes differ. Unstated takes the smaller one."),
    Question("pregnancy", "Are you pregnant, or breastfeeding?", _pregnancy, when=_may_be_pregnant),
    Question("country", "Where do you live?", _country, "Countries set their own limits for supplements."),
    Question("kidney", "Has anyone ever told you that your kidneys are not working well?", _kidney,
             "Weak kidneys cannot pass magnesium on, so this must be answered before any dose.", needed=True),
    Question("conditions", "Do you live with any of these?", _conditions,
             "Tick what a doctor has told you, and add what is missing."),
    Question("medicines", "Which medicines do you take?", _medicines,
             "One in each line, as it stands on the pack. Only magnesium will be moved, never a medicine.",
             needed=True),
    Question("markers", "One of your medicines raises a question", _markers,
             "It is mostly given for an illness in which magnesium can be dangerous.",
             when=lambda draft: bool(markers_of(draft))),
    Question("supplements", "What else do you take?", _supplements,
             "Calcium, iron, zinc, a multivitamin, antacids, laxatives, other magnesium."),
    Question("symptoms", "Do you feel unwell at the moment?", _symptoms,
             "In your own words. New or worse complaints matter most if you take magnesium already."),
    Question("goals", "What do you hope for?", _goals, "It changes what we tell you to expect, never the limit."),
    Question("stomach", "How is your gut?", _stomach, "A sensitive stomach starts low and climbs slowly."),
    Question("habits", "A little about your days", _habits, "These change how much magnesium you lose."),
    Question("diet", "How much magnesium do you eat?", _diet,
             "Only if an app or a dietitian told you. Otherwise pass on: a survey of people like you stands in."),
    Question("labs", "Do you have blood or urine results?", _labs,
             "Magnesium, eGFR, potassium and the like, with the unit as printed. Otherwise pass on."),
    Question("clearance", "Has a clinician cleared something?", _clearance,
             "Only a dated word of a clinician lifts a stop, and only the one it names.", when=_may_be_cleared),
    Question("avoid", "What must not be in it?", _avoid,
             "Allergies and rules, so that the wrong capsule is not chosen."),
    Question("routine", "What does your day look like?", _routine,
             "Magnesium goes to meals, so their times decide. Ordinary days are enough."),
)  # fmt: skip


def question(id: str) -> Question | None:
    return next((one for one in QUESTIONS if one.id == id), None)


def asked(draft: Draft) -> tuple[Question, ...]:
    """The questions on which this person's answer depends, in order."""
    return tuple(one for one in QUESTIONS if one.when(draft))


def first_open(draft: Draft) -> Question | None:
    """The first question that was neither answered nor passed over."""
    return next((one for one in asked(draft) if one.id not in draft.answered), None)


def neighbours(draft: Draft, id: str) -> tuple[Question | None, Question | None]:
    """The question before this one and the one after it."""
    ids = [one.id for one in asked(draft)]
    if id not in ids:
        return None, first_open(draft)
    at, every = ids.index(id), asked(draft)
    return (every[at - 1] if at else None), (every[at + 1] if at + 1 < len(every) else None)


def answers(draft: Draft) -> Mapping[str, Any]:
    """Everything that was told under [person], for the templates."""
    told: Mapping[str, Any] = draft.inputs.get("person", {})
    return told
