"""What is to be simulated: a subject, what they eat, what they are given and for how long.

Values only. Checked on the way in (`Course.checked`): whatever lies outside the model's domain is refused by name
and bound.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import NamedTuple, cast

from magwise.day import minutes
from magwise.errors import OutsideTheModel, WrongUse
from magwise.simulate.bodies import bound, form, number, person_fact

__all__ = ["COVARIATES", "Course", "Dose", "Fasting", "Subject", "changed", "mmol"]

COVARIATES = (
    "ppi",
    "thiazide",
    "loop",
    "sglt2",
    "t2d",
    "alcohol",
    "vitamin_d_low",
    "coeliac",
    "crohn",
    "resection",
)
DAY_H = 24.0


@dataclass(frozen=True, slots=True)
class Subject:
    """Whom we simulate; None is sampled, or the reference adult's."""

    sex: str | None = None
    age: float | None = None
    weight_kg: float | None = None
    egfr: float | None = None
    serum_mmol_l: float | None = None
    urine_mmol_d: float | None = None
    covariates: tuple[str, ...] = ()
    deficit_mmol_per_kg: float = 0.0
    dialysis: bool = False


@dataclass(frozen=True, slots=True)
class Dose:
    """The same amount at these hours of the day, from the first to the last day (day 1 is the first)."""

    mg: float
    hours: tuple[float, ...]
    form: str = "citrate"
    route: str = "oral"  # oral | iv
    first_day: int = 1
    last_day: int | None = None  # None: to the end
    with_meal: bool = True
    duration_h: float = 0.0  # iv only; 0 is a bolus


class Fasting(NamedTuple):
    """The meal of this hour is put off, from the first to the last day (None: to the end)."""

    hour: float
    first_day: int
    last_day: int | None

    def on(self, day: int) -> bool:
        return self.first_day <= day and (self.last_day is None or day <= self.last_day)


@dataclass(frozen=True, slots=True)
class Course:
    """Everything that one run needs."""

    subject: Subject = field(default_factory=Subject)
    diet_mg: float | None = None
    meals_h: tuple[float, ...] | None = None
    phytate_rich: bool = False
    doses: tuple[Dose, ...] = ()
    days: int = 1
    people: int = 200
    seed: int = 1
    every_h: float = DAY_H
    kept_fasting: tuple[Fasting, ...] = ()  # meals that stay put off although the doses were taken away

    @property
    def meal_hours(self) -> tuple[float, ...]:
        return _usual_meals() if self.meals_h is None else self.meals_h

    @property
    def fasting(self) -> tuple[Fasting, ...]:
        """Meals that would fall on a dose taken without a meal: they are eaten later."""
        meals = set(self.meal_hours)
        clashing = (
            Fasting(hour, dose.first_day, dose.last_day)
            for dose in self.doses
            if dose.route == "oral" and not dose.with_meal
            for hour in dose.hours
            if hour in meals
        )
        return (*self.kept_fasting, *clashing)

    @property
    def fullest_day_mg(self) -> float:
        """The most by mouth on any day, mg."""
        return max((self._by_mouth(dose.first_day) for dose in self.doses), default=0.0)

    def _by_mouth(self, day: int) -> float:
        return sum(
            dose.mg * len(dose.hours)
            for dose in self.doses
            if dose.route == "oral" and dose.first_day <= day <= (dose.last_day or self.days)
        )

    @property
    def notes(self) -> tuple[str, ...]:
        """What a reader must know beside the figures."""
        slow = bound("kidney_caution")
        egfr = self.subject.egfr
        return (f"eGFR {egfr:g}: {slow.says}",) if egfr is not None and egfr < slow.high else ()

    def without_doses(self) -> Course:
        """The same people at the same meals, given nothing: what a dose did is the difference."""
        return replace(self, doses=(), kept_fasting=self.fasting)

    def checked(self) -> Course:
        """The course itself, when the model may speak about it. Raises OutsideTheModel with the bound."""
        _check_subject(self.subject)
        if self.diet_mg is not None:
            bound("diet").check(self.diet_mg, "Food magnesium", "[diet] mg_per_day")
        _in_order(self.meal_hours, "meals", "[diet] meals")
        if not self.meal_hours and self.diet_mg != 0:
            raise OutsideTheModel(
                "There is food magnesium but no meal to eat it with.",
                where="[diet] meals",
                remedy="Name the meals, or write mg_per_day = 0.",
            )
        bound("days").check(self.days, "The run", "[run] days")
        bound("people").check(self.people, "The number of people", "[run] people")
        _check_output(self)
        for number_, dose in enumerate(self.doses, 1):
            _check_dose(dose, self.days, f"[[doses]] {number_}")
        _check_days(self)
        return self


def _check_subject(subject: Subject) -> None:
    if subject.dialysis:
        raise OutsideTheModel(
            "The subject is on dialysis.", remedy="The model does not know dialysis; ask the clinic."
        )
    for name, value in (
        ("age", subject.age),
        ("weight", subject.weight_kg),
        ("egfr", subject.egfr),
        ("serum", subject.serum_mmol_l),
        ("urine", subject.urine_mmol_d),
        ("deficit", subject.deficit_mmol_per_kg),
    ):
        if value is not None:
            bound(name).check(value, name.capitalize() if name != "egfr" else "eGFR", "[subject]")
    for covariate in subject.covariates:
        if covariate not in COVARIATES:
            raise OutsideTheModel(
                f"There is no covariate {covariate!r}.",
                where="[subject]",
                remedy=f"Known: {', '.join(COVARIATES)}.",
            )


def _check_output(course: Course) -> None:
    points = bound("points")
    shortest = DAY_H / 96
    if not shortest <= course.every_h <= DAY_H * course.days:
        raise OutsideTheModel(
            f"every_h is {course.every_h:g}; it must lie between {shortest:g} h and the length of the run.",
            where="[run] every_h",
        )
    figures = (
        course.people * course.days * DAY_H / min(course.every_h, DAY_H)
    )  # a day is worked through in any case
    if figures > points.high:
        raise OutsideTheModel(
            f"The run would give {figures:,.0f} figures; the most is {points.high:,.0f}.",
            where="[run]",
            remedy="Take fewer people or days, or a larger every_h.",
        )


def _check_dose(dose: Dose, days: int, where: str) -> None:
    if dose.route not in ("oral", "iv"):
        raise OutsideTheModel(f"There is no route {dose.route!r}.", where=where, remedy="Known: oral, iv.")
    if dose.route == "oral":
        form(dose.form)
        bound("oral_dose").check(dose.mg, "A single oral dose", where)
    else:
        bound("iv_day").check(dose.mg, "An amount into a vein", where)
    if not 0 <= dose.duration_h <= DAY_H * days or (dose.route == "oral" and dose.duration_h):
        raise OutsideTheModel(
            f"duration_h is {dose.duration_h:g}; it is for iv, between 0 and the length of the run.",
            where=where,
        )
    if dose.first_day < 1 or (dose.last_day is not None and dose.last_day < dose.first_day):
        raise OutsideTheModel(
            f"days go from {dose.first_day} to {dose.last_day}.",
            where=where,
            remedy="Write [first, last], from 1.",
        )
    _in_order(dose.hours, "times", where)


def _in_order(hours: tuple[float, ...], what: str, where: str) -> None:
    if any(not 0 <= hour < DAY_H for hour in hours):
        raise OutsideTheModel(f"{what} lie outside the day.", where=where, remedy="Write times like 08:00.")
    if any(later <= earlier for earlier, later in pairwise(hours)):
        raise OutsideTheModel(
            f"{what} are not in order.", where=where, remedy="List each time once, earliest first."
        )


def _check_days(course: Course) -> None:
    """No day may hold more doses, or more magnesium, than the data behind the model."""
    changes = {dose.first_day for dose in course.doses}
    for day in changes:
        today = [dose for dose in course.doses if dose.first_day <= day <= (dose.last_day or course.days)]
        where = f"day {day}"
        count = sum(len(dose.hours) for dose in today)
        bound("doses_a_day").check(count, "The number of doses in a day", where)
        for route in ("oral", "iv"):
            mg = sum(dose.mg * len(dose.hours) for dose in today if dose.route == route)
            bound(f"{route}_day").check(mg, f"Magnesium by the {route} route in a day", where)


def _usual_meals() -> tuple[float, ...]:
    times = person_fact("meals_usual").values["times"]
    return tuple(minutes(str(time)) / 60 for time in cast(list[str], times))


def mmol(mg: float) -> float:
    """Milligrams of magnesium as mmol."""
    return mg / number("magnesium_mass")


def changed(course: Course, wish: str) -> Course:
    """The course with one thing changed, as `--what-if` says it: form=oxide, dose=400 (a day), egfr=25 ..."""
    key, equals, value = wish.partition("=")
    key, value = key.strip().lower(), value.strip()
    if not equals or key not in ("form", "dose", "egfr", "diet", "with_meal"):
        raise WrongUse(
            f"{wish!r} is no change.", remedy="Write form=oxide, dose=400, egfr=25, diet=200 or with_meal=no."
        )
    if key == "form":
        return _every_dose(course, form=value)
    if key == "with_meal":
        return _every_dose(course, with_meal=value.lower() in ("yes", "true", "1"))
    try:
        amount = float(value)
    except ValueError:
        raise WrongUse(f"{value!r} is no number.", where=wish) from None
    if key == "egfr":
        # a serum or urine measured with the real kidneys says nothing of a body with others
        return replace(
            course, subject=replace(course.subject, egfr=amount, serum_mmol_l=None, urine_mmol_d=None)
        )
    if key == "diet":
        return replace(course, diet_mg=amount)
    return _with_daily_dose(course, amount)


def _every_dose(course: Course, **change: object) -> Course:
    return replace(course, doses=tuple(replace(dose, **change) for dose in course.doses))  # type: ignore[arg-type]


def _with_daily_dose(course: Course, mg: float) -> Course:
    """Every dose scaled so that the fullest day holds this much."""
    now = course.fullest_day_mg
    if now <= 0:
        raise WrongUse("There is no dose to change.", where=f"dose={mg:g}")
    return replace(
        course,
        doses=tuple(
            replace(dose, mg=dose.mg * mg / now) if dose.route == "oral" else dose for dose in course.doses
        ),
    )
