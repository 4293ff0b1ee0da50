"""Every sentence that no fact file speaks: headlines, review rules, the disclaimer.

Comes in: an answer. Goes out: words, the same for terminal, page and file, so that they cannot disagree. It
decides nothing. Verbs are few: consider, keep apart, ask first, do not start, get help now.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from magwise.errors import OutsideTheModel
from magwise.findings import Decision, Level, Unchecked, Urgency
from magwise.plan import Plan
from magwise.units import number

if TYPE_CHECKING:  # a plan without a forecast must not pay for NumPy
    from magwise.simulate import Forecast

__all__ = [
    "CERTAINTIES",
    "DISCLAIMER",
    "FOOD_IS_NOT_COUNTED",
    "HEADLINES",
    "LABEL_FLAGS",
    "LEVEL_TITLES",
    "PILLARS",
    "RED_FLAGS",
    "WHAT_IF_MEDICINES",
    "certainty_in_words",
    "check_headline",
    "course_words",
    "headline",
    "no_course",
    "review_words",
    "stop_rules",
    "track",
    "unchecked_words",
    "what_changes_with_status",
]

HEADLINES = {
    Decision.PLAN: "You may try magnesium as planned below.",
    Decision.NOT_NEEDED: "You do not seem to need a supplement.",
    Decision.ASK_FIRST: "Ask first. The draft below is for that conversation; do not start it before.",
    Decision.DO_NOT_START: "Do not start magnesium.",
    Decision.GET_HELP_NOW: "Get help now. Take no magnesium.",
}

LEVEL_TITLES = {
    Level.HELP_NOW: "Get help now",
    Level.STOP: "Do not start",
    Level.ASK_FIRST: "Ask first",
    Level.APART: "Keep apart",
    Level.CAUTION: "Take care",
    Level.NOTE: "Good to know",
}

URGENCIES = {
    Urgency.EMERGENCY: "Call the emergency number.",
    Urgency.NOW: "Seek medical care now.",
    Urgency.TODAY: "Seek medical care today.",
}

DISCLAIMER = (
    "This is general education, not personal medical advice. Magnesium can interact with medicines, and it may be "
    "unsuitable in kidney, heart and neuromuscular conditions. If you are pregnant or breastfeeding, live with a "
    "long-term illness or take a prescription medicine, talk to a professional before you start or change any "
    "supplement. Never stop or change a medicine because of what you read here."
)

RED_FLAGS = (
    "Whatever magnesium you take, antacids and laxatives included: call the emergency number for slow breathing, "
    "confusion, somebody hard to wake or an overdose. Get care now for fainting, an irregular or slow heartbeat, "
    "weak muscles, slurred speech, rash or swelling; the same day for vomiting that does not stop, bleeding from "
    "the back passage, or new tiredness since magnesium."
)

CERTAINTIES = {
    "high": "The evidence is good: further trials will hardly change it.",
    "moderate": "The evidence is fair: probably so, and a further trial may change it.",
    "low": "The evidence is weak: it may be so, and a further trial is likely to change it.",
    "very low": "The evidence is very uncertain: it may be otherwise altogether.",
}

FOOD_IS_NOT_COUNTED = (
    "Magnesium in food and ordinary drinks is not counted: healthy kidneys pass it on, and the limit was set for "
    "supplements and medicines only (Institute of Medicine 1997, used by the NIH)."
)

LABEL_FLAGS = {
    "front_is_salt_weight": "The big number is the weight of the whole salt. The magnesium in it is the smaller one.",
    "no_elemental_stated": "The label does not say how much of this is magnesium itself.",
    "single_form_oxide": "The only form is oxide.",
    "oxide_in_undisclosed_blend": "Oxide is in the blend, and the label does not say how much of it.",
    "oxide_with_others": "Oxide stands beside better known forms.",
    "form_split_not_disclosed": "Several forms are named, and the label does not say how much comes from each.",
    "form_not_stated": "The label does not name the form.",
    "in_situ_citrate": "Carbonate meets acid in water here, and citrate forms in the glass.",
    "potassium": "Potassium is on the label too.",
    "serving_not_stated": "The label does not say what one serving is, so one unit was taken.",
    "serving_alternatives": "Several servings are printed, and it is not clear which one the amounts are for.",
    "proprietary_blend": "A proprietary blend hides single amounts.",
    "no_magnesium": "There is no magnesium on this label.",
    "confirm_amount": "This is an unusual amount for one unit. Please compare it with the pack twice.",
    "hardly_legible": "This line was hardly legible in the photo.",
}

WHAT_IF_MEDICINES = {
    "also": "A question, no advice to take it. With a new medicine show this to the pharmacist before you take "
    "magnesium.",
    "without": "This shows which parts of the answer come from it, and nothing more. It is no reason to leave it "
    "out, lower it or move it: only whoever prescribed it decides that.",
}

PILLARS = (
    "Stay under the limit from all supplements, antacids and laxatives together.",
    "Split the dose, and take it with meals.",
    "Keep it hours away from medicines and other minerals, as the timetable shows.",
)


def headline(decision: Decision, urgency: Urgency | None = None) -> str:
    """The first line of any answer."""
    if decision is Decision.GET_HELP_NOW and urgency is not None:
        return f"{HEADLINES[decision]} {URGENCIES[urgency]}"
    return HEADLINES[decision]


def certainty_in_words(certainty: str) -> str:
    """How sure the evidence is, as a sentence of its own."""
    return CERTAINTIES[certainty]


def check_headline(decision: Decision, urgency: Urgency | None = None) -> str:
    """The first line of a check, which gives no dose and therefore promises none."""
    if decision in {Decision.PLAN, Decision.NOT_NEEDED}:
        return "Nothing that you told speaks against magnesium."
    if decision is Decision.ASK_FIRST:
        return "Ask first, before you take any magnesium."
    return headline(decision, urgency)


def stop_rules(plan: Plan, *, limit_mg: float) -> tuple[str, ...]:
    """When to step back, pause, switch or stop; the same on every channel."""
    back = " or ".join(f"{number(mg)} mg" for mg in plan.review.step_back_mg) if plan.review else "one unit"
    return (
        "Any red flag: stop magnesium and get medical care.",
        f"Loose stools: step back by {back}; if they persist, pause magnesium, then restart lower.",
        "Nausea or cramps: take less, or split it across meals.",
        f"Never more than {number(limit_mg)} mg a day from all supplements together; more is not better.",
        "Wired after an evening dose: take it at an earlier meal; if that does not help, another form such as "
        "glycinate is about comfort, not safety.",
        "No change after a month: switch the form, for example to glycinate, or stop if your diet is balanced.",
    )


def track() -> tuple[str, ...]:
    """What to write down, so that the judgement rests on more than memory; missed days are fine."""
    return ("muscle comfort", "sleep continuity", "reaction to stress", "bowel pattern")


def review_words(plan: Plan) -> str | None:
    """When to judge and when to decide, in one sentence."""
    if plan.review is None:
        return None
    return (
        f"Judge from day {plan.review.judge_from_day} on, not before, by how you feel and function, not by whether "
        f"the pack is empty; decide by day {plan.review.decide_by_day}: keep it, switch the form, or stop."
    )


def unchecked_words(one: Unchecked) -> str:
    return f"{one.what}: {one.why}. {one.remedy}"


def what_changes_with_status(mode: str) -> str:
    """Correcting a shortage and polishing a normal level are two things; every plan says which one it is."""
    if mode == "correction":
        return "This would correct a likely shortage; low magnesium is linked with tiredness and poor energy."
    return "This would top up a level that may be fine already, so expect little."


def course_words(said: Forecast, *, known: bool) -> str:
    """What the simulated course says, with its band and with what it is not."""
    weeks = said.days[-1] // 7
    start = f"{said.serum_mmol_l.p50[0]:.2f}"
    end = _middle_and_band(said.serum_mmol_l, 2)
    rise = _middle_and_band(said.urine_rise_mmol_d, 1)
    who = "people with your results" if known else "people like you; your own levels are not known"
    return (
        f"In {said.people} simulated {who}: after {weeks} weeks of this plan serum magnesium goes from {start} to "
        f"{end} mmol/L, and 24-hour urine holds {rise} mmol a day more. A forecast of laboratory values, not of how "
        "you feel; it tells how far, hardly how fast."
    )


def _middle_and_band(figures: tuple[list[float], list[float], list[float]], digits: int) -> str:
    low, middle, high = (column[-1] for column in figures)
    return f"{middle:.{digits}f} ({low:.{digits}f} to {high:.{digits}f})"


def no_course(refused: OutsideTheModel) -> str:
    """Why no course is simulated; the plan stands all the same."""
    return f"No course is simulated. {refused.what}"
