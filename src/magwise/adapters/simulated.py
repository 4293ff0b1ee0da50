"""An answer of `advise` -> the course that the simulator runs, and what it says of people like this one.

`course_of(advice)` is the course; `forecast_of(advice)` runs it and says it in a sentence with its band. Both are for
every channel: `magwise plan`, `magwise simulate`, and the web page's second request. A forecast takes a tenth of a
second once numba is loaded, and most of a second in a fresh process.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from magwise import wording
from magwise.adapters.contract import CourseBandOut, CourseOut
from magwise.adapters.measured import current_labs, magnesium_results
from magwise.advise import Advice
from magwise.advise.reading import read_everything
from magwise.day import Meal
from magwise.errors import OutsideTheModel
from magwise.person import YesNo
from magwise.safety.complaints import condition_line
from magwise.schedule import Schedule
from magwise.simulate import Course, Dose, Forecast, Subject, absorbed_mg, forecast
from magwise.simulate.forecast import Figures
from magwise.simulate.likeness import subject_of

__all__ = ["course_of", "forecast_of", "with_uptake"]

FORECAST_PEOPLE = 200


def forecast_of(advice: Advice, *, seed: int = 1) -> CourseOut | None:
    """What twelve weeks of this plan do to serum and urine, in words and bands; None where no dose is planned.

    Outside what the model covers the answer says why, and holds no figure.
    """
    if not advice.steps:
        return None
    try:
        said = forecast(course_of(advice, people=FORECAST_PEOPLE, seed=seed))
    except OutsideTheModel as refused:
        return CourseOut(words=wording.no_course(refused), refused=str(refused.what))
    return _out(said, magnesium_results(advice))


def with_uptake(comparison: dict[str, Any]) -> dict[str, Any]:
    """A published comparison, each product with what people take up of one serving and what a mg of that costs."""
    products = [{**one, "simulated": _uptake(one)} for one in comparison["products"]]
    return {**comparison, "products": products}


def _uptake(product: dict[str, Any]) -> dict[str, Any] | None:
    """Of one serving with a meal: milligrams, share and price; None where the serving is not known."""
    serving = product["elemental_mg"]["per_serving"]
    if serving is None or not serving["best"]:
        return None
    mg, form = float(serving["best"]), (product["forms"] or ["unspecified"])[0]
    try:
        taken = absorbed_mg(form, mg)
    except OutsideTheModel as refused:
        return {"refused": str(refused)}
    price = product["price"] and product["price"]["per_100_mg"] and product["price"]["per_100_mg"]["best"]
    return {
        "dose_mg": mg,
        "form": form,
        "absorbed_mg": _quantiles(taken, 1),
        "share": _quantiles(tuple(one / mg for one in taken), 3),
        "price_per_absorbed_mg": _quantiles(tuple(price / 100 * mg / one for one in reversed(taken)), 5)
        if price
        else None,
    }


def _quantiles(values: Iterable[float], digits: int) -> dict[str, float]:
    return dict(zip(("p5", "p50", "p95"), (round(value, digits) for value in values), strict=True))


def course_of(advice: Advice, *, days: int = 90, people: int = 200, seed: int = 1) -> Course:
    """The plan's steps as doses. Raises OutsideTheModel when there is no dose to simulate."""
    if not advice.steps:
        raise OutsideTheModel(
            "This plan holds no dose to simulate.",
            remedy="`magwise plan` says why; a course can be simulated from --protocol FILE.",
        )
    _not_bearing(advice)
    form = _form(advice)
    doses = tuple(
        dose
        for step in advice.steps
        if step.step.from_day <= days
        for dose in _doses(step.schedule, form, step.step.from_day, min(step.step.to_day or days, days))
    )
    person = advice.person
    routine = person.routine
    meals = None if routine is None else sorted({meal.at for meal in routine.meals})
    return Course(
        subject=_subject(advice),
        diet_mg=person.diet.mg_per_day,
        meals_h=None if meals is None else tuple(at / 60 for at in meals),
        doses=doses,
        days=days,
        people=people,
        seed=seed,
    )


def _not_bearing(advice: Advice) -> None:
    for what, answer in (
        ("pregnancy", advice.person.pregnant),
        ("breastfeeding", advice.person.breastfeeding),
    ):
        if answer is YesNo.YES:
            raise OutsideTheModel(
                f"The model does not know {what}: kidneys, volumes and needs are others then.",
                remedy="The plan stands without it; the midwife or doctor can say what a lab value means.",
            )


def _doses(schedule: Schedule, form: str, first: int, last: int) -> list[Dose]:
    return [
        Dose(
            mg=one.portion.elemental_mg,
            hours=(one.at / 60,),
            form=form,
            first_day=first,
            last_day=last,
            with_meal=one.meal is not Meal.WATER,
        )
        for one in schedule.doses
    ]


def _form(advice: Advice) -> str:
    """The first form of the product that the plan uses."""
    used = advice.steps[-1].schedule.doses
    product = advice.products[used[0].portion.product] if used else advice.products[0]
    return product.forms[0].form if product.forms else "unspecified"


def _subject(advice: Advice) -> Subject:
    person = advice.person
    read = read_everything(person, advice.today)
    return subject_of(
        person,
        medicine_classes=[name for line in read.lines for name in line.medicine.classes],
        conditions=[slug for text in person.conditions for slug in condition_line(text).conditions],
        labs=current_labs(advice),
        egfr=read.measured.egfr,
    )


def _out(said: Forecast, known: list[str]) -> CourseOut:
    return CourseOut(
        day=list(said.days),
        serum_mmol_l=_band(said.serum_mmol_l),
        urine_mmol_d=_band(said.urine_mmol_d),
        serum_rise_mmol_l=_band(said.serum_rise_mmol_l),
        urine_rise_mmol_d=_band(said.urine_rise_mmol_d),
        known=known,
        people=said.people,
        seed=said.seed,
        words=wording.course_words(said, known=bool(known)),
    )


def _band(figures: Figures) -> CourseBandOut:
    return CourseBandOut(p5=figures.p5, p50=figures.p50, p95=figures.p95)
