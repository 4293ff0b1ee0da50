"""The resolutions read a second time: a slow, plain computation of decision, limit, target and steps.

It shares no code and no knowledge with `magwise`: what it knows of conditions, symptoms and medicines stands in the tables below, as
read from the specification's own rows. It covers the words of these tables only, a diet that is told, and fixed meals.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date
from typing import Any

TODAY = date(2026, 11, 22)
MEALS = {"breakfast": 450, "lunch": 750, "dinner": 1140}  # minutes after midnight

# condition -> level, cap in mg (None: no cap), whether it is a strong reason for losing magnesium
CONDITIONS: dict[str, tuple[str, float | None, bool]] = {
    "asthma": ("", None, False),
    "hay fever": ("", None, False),
    "hypertension": ("caution", None, False),
    "low blood pressure": ("caution", 350, False),
    "type 2 diabetes": ("caution", None, True),
    "coeliac disease": ("", None, True),
    "crohn's disease": ("", None, True),
    "trying to conceive": ("caution", 200, False),
    "breastfeeding": ("caution", 350, False),
    "hypothyroidism": ("ask", 200, False),
    "kidney stones": ("ask", None, False),
    "dementia": ("ask", 250, False),
    "planned surgery": ("ask", 200, False),
    "high potassium": ("ask", 200, False),
    "alcoholism": ("ask", 350, True),
    "pregnant": ("ask", 200, False),
    "blorpitis": ("ask", None, False),
    "heart block": ("stop", 0, False),
    "heart failure": ("stop", 0, False),
    "CKD 3": ("stop", 0, False),
    "my husband gave me a kidney": ("stop", 0, False),
    "myasthenia gravis": ("stop", 0, False),
    "bowel obstruction": ("stop", 0, False),
    "ileostomy": ("stop", 0, True),
    "Addison's disease": ("stop", 0, False),
}
# symptom -> level before magnesium, level once `taking_since` is set
SYMPTOMS = {
    "leg cramps": ("", ""),
    "loose stools": ("", ""),
    "fatigue": ("", "help"),
    "tired": ("", "help"),
    "tired for years": ("", ""),
    "nausea": ("stop", ""),
    "abdominal pain": ("stop", "stop"),
    "fainting": ("help", "help"),
    "irregular heartbeat": ("help", "help"),
    "zorbing": ("ask", "ask"),
}
SYMPTOM_CAPS = {"nausea": 0.0, "abdominal pain": 0.0}


@dataclass(frozen=True)
class Drug:
    level: str = ""
    before_h: float = 0.0  # magnesium taken earlier
    after_h: float = 0.0
    counts: bool = False
    alkaline_only: bool = False
    strong: bool = False
    kinds: tuple[str, ...] = ()


MEDICINES = {
    "Levothyroxine 75 mcg": Drug("apart", 4, 4, counts=True),
    "Ciprofloxacin 500 mg": Drug("apart", 6, 4, counts=True),
    "Doxycycline 100 mg": Drug("apart", 6, 4, counts=True),
    "Alendronate 70 mg": Drug("apart", 4, 4, counts=True),
    "Gabapentin 300 mg": Drug("apart", 2, 2, counts=True),
    "Lithium 300 mg": Drug("ask", 2, 2, counts=True, kinds=("ages the kidney",)),
    "Rosuvastatin 10 mg": Drug("apart", 2, 2, counts=True, alkaline_only=True),
    "Raltegravir 400 mg": Drug("stop", counts=True),
    "Digoxin 0.125 mg": Drug("stop", 2, 2, counts=True, kinds=("heart", "digoxin")),
    "Omeprazole 20 mg": Drug("caution", strong=True, kinds=("ppi",)),
    "Hydrochlorothiazide 25 mg": Drug("caution", strong=True, kinds=("diuretic", "ages the kidney")),
    "Furosemide 40 mg": Drug("caution", strong=True, kinds=("diuretic", "ages the kidney")),
    "Ramipril 5 mg": Drug("caution", kinds=("keeps potassium", "ages the kidney")),
    "Ibuprofen 400 mg": Drug(kinds=("ages the kidney",)),
    "Insulin glargine 20 units": Drug("ask"),
    "Oxycodone 10 mg": Drug("caution", kinds=("opioid",)),
    "Metformin 500 mg": Drug(),
    "Sertraline 50 mg": Drug(),
    "Zorblaxin 5 mg": Drug("ask", 2, 2),
}
SUPPLEMENTS = {
    "Magnesium oxide 100 mg tablet": 100.0,
    "Magnesium citrate 250 mg tablet": 250.0,
    "Magnesium supplement daily": None,
}

RANK = {"": 0, "caution": 0, "apart": 0, "ask": 1, "stop": 2, "help": 3}
DECISIONS = {0: "plan", 1: "ask_first", 2: "do_not_start", 3: "get_help_now"}


@dataclass(frozen=True)
class Answer:
    decision: str
    limit: float | None = None
    target: float | None = None
    last_mg: float | None = None  # of the last step; None: no steps
    ladder: tuple[tuple[int, float], ...] = ()


def by_hand(case: dict[str, Any]) -> Answer:
    person = case["person"]
    age = _age(person)
    rank, caps = _levels(case, age)
    limit = min([_country_limit(person.get("country"), age or 0), 350.0, *caps])
    stopped = [_potassium_stops(case, product, age) for product in case["products"]]
    if case["products"] and all(stopped):
        rank = max(rank, 2)
    if rank >= 2:
        return Answer(DECISIONS[rank], limit)
    if age is None or age < 19:
        return Answer("ask_first", limit)
    left = [product for product, stop in zip(case["products"], stopped, strict=True) if not stop]
    return _planned(case, age, rank, limit, left)


def _age(person: dict[str, Any]) -> int | None:
    if person.get("age_months") is not None:
        return int(person["age_months"]) // 12
    return person.get("age")


def _planned(  # noqa: PLR0911 - one ending a line, in the order of decision 12
    case: dict[str, Any], age: int, rank: int, limit: float, products: list[dict[str, Any]]
) -> Answer:
    person = case["person"]
    gap = max(0.0, _reference(person, age) - case["diet"]["mg_per_day"])
    strong = _strong(case)
    constipated = person.get("usual_stool") == "constipated"
    taken = [SUPPLEMENTS[line] for line in case["supplements"]]
    already = sum(mg for mg in taken if mg is not None)
    if already > limit:
        return Answer("ask_first", limit, 0.0)
    if (
        gap == 0
        and not strong
        and not _any_other_risk(case, age)
        and not constipated
        and not _wants_bowel(person)
    ):
        clear = (
            rank == 0
            and None not in taken
            and not any(_hides_its_time(line, case) for line in case["medicines"])
        )
        return Answer("not_needed" if clear else "ask_first", limit, 0.0)
    wish, ordinary = (_wish(bridging, case, age) for bridging in (gap >= 100 or strong, gap >= 100))
    open_meals = [at for at in MEALS.values() if _is_open(at, case)]
    one_sitting = 200.0 if len(open_meals) == 1 else math.inf
    target = max(0.0, round(min(wish - already, limit - already, one_sitting), 1))
    asked = Answer("ask_first", limit, target)
    if not open_meals:
        return asked
    tried = [_one_product(one, wish, ordinary, already, limit, len(open_meals), person) for one in products]
    doses = [one for one in tried if isinstance(one, tuple)]
    unknown_amount = None in taken
    no_timetable = unknown_amount or any(_hides_its_time(line, case) for line in case["medicines"])
    if not doses and "reached" in tried:
        return asked if rank or no_timetable else Answer("not_needed", limit, 0.0)
    if not doses:
        return asked
    ladder = max(doses, key=lambda steps: steps[-1][1])
    if no_timetable:
        return asked
    return Answer(DECISIONS[rank], limit, target, ladder[-1][1], ladder)


# -- levels ----------------------------------------------------------------------------------------------------


def _levels(case: dict[str, Any], age: int | None) -> tuple[int, list[float]]:
    """The worst rank, and every cap in force."""
    said = list(_all_levels(case, age))
    return max((RANK[level] for level, _ in said), default=0), [cap for _, cap in said if cap is not None]


def _all_levels(case: dict[str, Any], age: int | None) -> Any:
    person = case["person"]
    yield from _of_age(age)
    yield from _of_kidneys(case, age)
    pregnant = person.get("pregnant")
    may_be = person.get("sex") != "male" and (age is None or 12 <= age <= 55)
    if pregnant == "yes" or (may_be and pregnant != "no"):
        yield "ask", 200.0
    if person.get("breastfeeding") == "yes":
        yield "caution", 350.0
    if person.get("alcohol") == "heavy":
        yield "ask", 350.0
    for name in person["conditions"]:
        level, cap, _ = CONDITIONS[name]
        yield level, cap
    yield from _of_symptoms(case)
    yield from _of_medicines(case)
    yield from _of_serum(case)


def _of_age(age: int | None) -> Any:
    if age is None or age < 1:
        yield "stop", 0.0
    elif age < 4:
        yield "stop", 65.0
    elif age <= 8:
        yield "ask", 110.0
    elif age <= 18:
        yield "ask", 250.0


def _egfr(person: dict[str, Any]) -> float | None:
    when = person.get("egfr_date")
    too_old = when is not None and date.fromisoformat(when) < TODAY.replace(year=TODAY.year - 1)
    return None if too_old else person.get("egfr")


def _of_kidneys(case: dict[str, Any], age: int | None) -> Any:
    person, egfr = case["person"], _egfr(case["person"])
    if person.get("kidney") != "normal" or (egfr is not None and egfr < 60):
        yield "stop", 0.0
    if egfr is None and (person.get("egfr") or 60) < 60:
        yield "ask", None  # an old low value is not forgotten
    if egfr is not None or age is None or age < 65:
        return
    ages = any("ages the kidney" in MEDICINES[line["as_written"]].kinds for line in case["medicines"])
    ills = {"type 2 diabetes", "hypertension", "heart failure", "heart block"} & set(person["conditions"])
    yield ("ask", 200.0) if age >= 75 or ages or ills - {"heart block"} else ("caution", 250.0)


def _of_symptoms(case: dict[str, Any]) -> Any:
    person = case["person"]
    since = person.get("taking_since") is not None
    for name in person["symptoms"]:
        level = SYMPTOMS[name][since]
        yield level, SYMPTOM_CAPS.get(name) if level == "stop" else None


def _of_medicines(case: dict[str, Any]) -> Any:
    person = case["person"]
    drugs = [MEDICINES[line["as_written"]] for line in case["medicines"]]
    if person.get("medicines_answered") is None and not drugs:
        yield "stop", 0.0
    alkaline = _alkaline(case)
    for line, drug in zip(case["medicines"], drugs, strict=True):
        yield drug.level, None
        if line["as_written"].startswith("Insulin"):
            yield "ask", 350.0
        if "heart" in drug.kinds:
            yield "stop", 0.0
    counted = {
        line["as_written"]
        for line, drug in zip(case["medicines"], drugs, strict=True)
        if drug.counts and (alkaline or not drug.alkaline_only)
    }
    if len(counted) >= 2:
        yield "ask", 350.0
    kinds = {kind for drug in drugs for kind in drug.kinds}
    if "ppi" in kinds and (kinds & {"diuretic", "digoxin"} or "leg cramps" in person["symptoms"]):
        yield "ask", None
    if "opioid" in kinds and person.get("usual_stool") == "constipated":
        yield "stop", 0.0


def _of_serum(case: dict[str, Any]) -> Any:
    for lab in case["labs"]:
        if lab["value"] < 0.5:
            yield "help", 0.0
        elif lab["value"] <= 0.6:
            yield "ask", 350.0
        elif lab["value"] > 1.1:
            yield "stop", 0.0


# -- need ------------------------------------------------------------------------------------------------------


def _strong(case: dict[str, Any]) -> bool:
    person = case["person"]
    return (
        any(CONDITIONS[name][2] for name in person["conditions"])
        or any(MEDICINES[line["as_written"]].strong for line in case["medicines"])
        or person.get("alcohol") == "heavy"
        or any(lab["value"] <= 0.6 for lab in case["labs"])
    )


def _any_other_risk(case: dict[str, Any], age: int) -> bool:
    """Anything else for which nobody may be called replete."""
    return age >= 65 or any(lab["value"] < 0.85 for lab in case["labs"])


def _wants_bowel(person: dict[str, Any]) -> bool:
    return "regularity" in person["goals"]


def _wish(bridging: bool, case: dict[str, Any], age: int) -> float:
    low, high = (200.0, 300.0) if bridging else (100.0, 200.0)
    person = case["person"]
    opioid = any("opioid" in MEDICINES[line["as_written"]].kinds for line in case["medicines"])
    careful = (age >= 65 and _egfr(person) is None) or "dementia" in person["conditions"] or opioid
    return high if person.get("usual_stool") == "constipated" and not careful else low


def _reference(person: dict[str, Any], age: int) -> float:
    """The smallest recommended intake that may be this person's, adults only."""
    country, sex = person.get("country"), person.get("sex", "unstated")
    pregnant = person.get("pregnant")
    assumed = sex != "male" and 12 <= age <= 55 and pregnant not in {"yes", "no"}
    stages = ["pregnant"] if pregnant == "yes" else ["plain", "pregnant"] if assumed else ["plain"]
    if person.get("breastfeeding") == "yes":
        stages = [*(one for one in stages if pregnant == "yes"), "lactating"]
        stages += ["pregnant"] if assumed else []
    return min(_recommended(country, sex, age, stage) for stage in stages)


def _recommended(country: str | None, sex: str, age: int, stage: str) -> float:
    older = age >= 31
    plain = {
        "US": {"male": 420.0 if older else 400.0, "female": 320.0 if older else 310.0},
        "GB": {"male": 300.0, "female": 270.0},
    }.get(country or "", {"male": 350.0, "female": 300.0})
    if stage == "pregnant" and country == "US" and age <= 50:
        return 360.0 if older else 350.0
    if stage == "lactating" and country == "GB" and age <= 50:
        return 320.0
    if stage != "plain":
        return plain["female"]
    return min(plain.values()) if sex == "unstated" else plain[sex]


# -- limit, day, product ---------------------------------------------------------------------------------------


def _country_limit(country: str | None, age: int) -> float:
    """Upper levels: US by age; Germany 250 from 4; UK 400 is guidance only; elsewhere 250.

    Where nobody in the country sets a figure for a child, the strictest in use is shown: Norway's 120 mg at 9 years.
    """
    if age == 9 and country not in {"US", "DE"}:
        return 120.0
    if country == "US":
        return 0.0 if age < 1 else 65.0 if age < 4 else 110.0 if age <= 8 else 350.0
    return 350.0 if country == "GB" else 250.0


def _alkaline(case: dict[str, Any]) -> bool:
    usable = [one for one in case["products"] if one["mg"] is not None]
    return (
        not usable
        or any(one["form"] == "oxide" for one in usable)
        or any("oxide" in one or "supplement" in one for one in case["supplements"])
    )


def _hides_its_time(line: dict[str, Any], case: dict[str, Any]) -> bool:
    """A medicine that needs hours, of which nobody says when it is taken: no timetable can keep them."""
    drug = MEDICINES[line["as_written"]]
    binds = _alkaline(case) or not drug.alkaline_only
    return not line["times"] and binds and bool(drug.before_h or drug.after_h)


def _is_open(at: int, case: dict[str, Any]) -> bool:
    """Whether magnesium at this minute keeps every hour, on the clock that goes round."""
    for line in case["medicines"]:
        drug = MEDICINES[line["as_written"]]
        if drug.alkaline_only and not _alkaline(case):
            continue
        for time in line["times"]:
            dose = int(time[:2]) * 60 + int(time[3:])
            if (drug.before_h and (dose - at) % 1440 < drug.before_h * 60) or (
                drug.after_h and (at - dose) % 1440 < drug.after_h * 60
            ):
                return False
    return True


def _potassium_stops(case: dict[str, Any], product: dict[str, Any], age: int | None) -> bool:
    if not product["potassium"]:
        return False
    person, egfr = case["person"], _egfr(case["person"])
    kinds = {kind for line in case["medicines"] for kind in MEDICINES[line["as_written"]].kinds}
    ill = {"high potassium", "CKD 3", "my husband gave me a kidney"} & set(person["conditions"])
    return (
        bool(ill)
        or "keeps potassium" in kinds
        or person.get("kidney") != "normal"
        or (egfr is not None and egfr < 60)
    )


def _one_product(  # noqa: PLR0911 - one ending a line, in the order of decision 12
    product: dict[str, Any],
    wish: float,
    ordinary: float,
    already: float,
    limit: float,
    meals: int,
    person: dict[str, Any],
) -> tuple[tuple[int, float], ...] | str:
    """The steps as (first day, mg a day), or a word: unusable, too large, limit, reached."""
    if product["mg"] is None:
        return "unusable"
    unit, part = product["mg"] / product["per"], 0.5 if product["scored"] else 1.0
    one_sitting = 200.0 if meals == 1 else math.inf
    sensitive = bool(person.get("sensitive_stomach"))
    if _parts(min(ordinary, limit, one_sitting), unit, part, meals) == 0:
        return "too large"
    first = math.floor(100 / (unit * part) + 1e-9)
    if sensitive and first == 0:
        return "too large"
    if limit - already < unit * part - 1e-9:
        return "limit"
    parts = _parts(min(wish - already, limit - already, one_sitting), unit, part, meals)
    if parts == 0:
        return "reached"
    if not sensitive:
        return ((1, parts * part * unit),)
    rise = math.floor(50 / (unit * part) + 1e-9) or (1 if unit * part <= 75 else 0)
    steps, day, now = [], 1, min(first, parts)
    while True:
        steps.append((day, now * part * unit))
        if now >= parts or rise == 0:
            return tuple(steps)
        day, now = day + 4, min(now + rise, parts)


def _parts(mg: float, unit: float, part: float, meals: int) -> int:
    """The most parts of a unit within so much a day, with no sitting above 200 mg; less than two units are not split."""
    count = max(0, math.floor(mg / (unit * part) + 1e-9))
    while count:
        sittings = meals if count * part >= 2 else 1
        if _largest_sitting(count, sittings) * part * unit <= 200 + 1e-9:
            break
        count -= 1
    return count


def _largest_sitting(parts: int, meals: int) -> int:
    """Two sittings where there are two meals and at least two whole units; the larger one counts."""
    return math.ceil(parts / 2) if meals >= 2 else parts
