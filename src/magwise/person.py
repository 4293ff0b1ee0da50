"""A person and their day, as frozen values: what the person file says once it has been read.

`None` means "not asked": it is never taken for healthy, and never for no. Reading the file is the work of
`person_file`; nothing here touches a disk or decides anything.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field
from enum import StrEnum

from magwise.day import Routine

__all__ = [
    "Alcohol",
    "Clearance",
    "Diet",
    "FastLine",
    "FoodEaten",
    "Goal",
    "Kidney",
    "LabResult",
    "MedicineLine",
    "Person",
    "ProductLine",
    "Sex",
    "Stool",
    "SupplementLine",
    "Sweat",
    "VitaminD",
    "YesNo",
]


class Sex(StrEnum):
    FEMALE = "female"
    MALE = "male"
    UNSTATED = "unstated"


class Kidney(StrEnum):
    NORMAL = "normal"
    DISEASE = "disease"
    DIALYSIS = "dialysis"
    UNKNOWN = "unknown"


class YesNo(StrEnum):
    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


class Goal(StrEnum):
    SLEEP = "sleep"
    CRAMPS = "cramps"
    MUSCLE = "muscle"
    STRESS = "stress"
    REGULARITY = "regularity"
    BLOOD_PRESSURE = "blood_pressure"
    GLUCOSE = "glucose"
    FATIGUE = "fatigue"
    BONE = "bone"
    MIGRAINE = "migraine"
    MOOD = "mood"
    PERFORMANCE = "performance"
    GENERAL = "general"


class Stool(StrEnum):
    NORMAL = "normal"
    LOOSE = "loose"
    CONSTIPATED = "constipated"


class Alcohol(StrEnum):
    NONE = "none"
    MODERATE = "moderate"
    HEAVY = "heavy"


class Sweat(StrEnum):
    NORMAL = "normal"
    HEAVY = "heavy"


class VitaminD(StrEnum):
    SUFFICIENT = "sufficient"
    LOW = "low"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class MedicineLine:
    """One medicine as the person wrote it; times in minutes after midnight, days 0 (Monday) to 6."""

    as_written: str
    times: tuple[int, ...] = ()
    days: tuple[int, ...] = ()
    since: int | None = None
    starts: datetime.date | None = None
    ends: datetime.date | None = None


@dataclass(frozen=True, slots=True)
class FastLine:
    """Dates, both included, on which nothing is eaten or swallowed from one time of day to another.

    breakfast is the meal before it begins, dinner the meal that ends it; None: not told, as wake and bed.
    small_meals are others in the night.
    """

    starts: datetime.date
    ends: datetime.date
    no_food_from: int
    no_food_until: int
    breakfast: int | None = None
    dinner: int | None = None
    wake: int | None = None
    bed: int | None = None
    small_meals: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class SupplementLine:
    """Something else that is taken: calcium, iron, zinc, ZMA, an antacid, a laxative."""

    as_written: str
    times: tuple[int, ...] = ()
    days: tuple[int, ...] = ()
    movable: bool = False


@dataclass(frozen=True, slots=True)
class ProductLine:
    """A magnesium product in question: the text of its label, and what the person knows of the pack."""

    label: str
    name: str | None = None
    price: float | None = None
    currency: str | None = None
    pieces: float | None = None
    hardened: bool = False  # it has taken up water, clumped or hardened
    photo: str | None = None  # the picture that `label` was read from by a program, where nobody typed it


@dataclass(frozen=True, slots=True)
class LabResult:
    """One laboratory value as printed; `low` and `high` are the laboratory's own range if it was given."""

    what: str
    value: float
    unit: str | None
    date: datetime.date | None = None
    low: float | None = None
    high: float | None = None
    place: str = "[[labs]]"


@dataclass(frozen=True, slots=True)
class Clearance:
    """A clinician's recorded word about one condition or finding."""

    what: str
    who: str | None = None
    date: datetime.date | None = None
    limit_mg: float | None = None
    monitoring: str | None = None
    diagnosed_deficiency: bool = False


@dataclass(frozen=True, slots=True)
class FoodEaten:
    food: str
    grams: float
    times_per_week: float


@dataclass(frozen=True, slots=True)
class Diet:
    """Magnesium from food in a day, or the foods it is to be computed from."""

    mg_per_day: float | None = None
    foods: tuple[FoodEaten, ...] = ()


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who asks about magnesium. `age` is in completed years."""

    age: int | None = None
    sex: Sex = Sex.UNSTATED
    weight_kg: float | None = None
    country: str | None = None
    kidney: Kidney | None = None
    egfr: float | None = None
    egfr_date: datetime.date | None = None
    pregnant: YesNo | None = None
    breastfeeding: YesNo | None = None
    conditions: tuple[str, ...] = ()
    does_not_have: tuple[str, ...] = ()
    symptoms: tuple[str, ...] = ()
    taking_since: datetime.date | None = None
    goals: tuple[Goal, ...] = ()
    wants: tuple[str, ...] = ()
    sensitive_stomach: bool = False
    usual_stool: Stool = Stool.NORMAL
    alcohol: Alcohol | None = None
    sweat: Sweat = Sweat.NORMAL
    vitamin_d: VitaminD = VitaminD.UNKNOWN
    avoid: tuple[str, ...] = ()
    medicines_answered: bool = False
    routine: Routine | None = None
    fasts: tuple[FastLine, ...] = ()
    medicines: tuple[MedicineLine, ...] = ()
    supplements: tuple[SupplementLine, ...] = ()
    products: tuple[ProductLine, ...] = ()
    labs: tuple[LabResult, ...] = ()
    clearances: tuple[Clearance, ...] = ()
    diet: Diet = field(default_factory=Diet)
