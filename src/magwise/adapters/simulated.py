"""An answer of `advise` -> the course that the simulator runs: same doses, same times, people like this one."""

from __future__ import annotations

from magwise.advise import Advice
from magwise.advise.reading import read_everything
from magwise.day import Meal
from magwise.errors import OutsideTheModel
from magwise.intake import Lab, read_lab
from magwise.safety.complaints import condition_line
from magwise.schedule import Schedule
from magwise.simulate import Course, Dose, Subject
from magwise.simulate.likeness import subject_of

__all__ = ["course_of"]


def course_of(advice: Advice, *, days: int = 90, people: int = 200, seed: int = 1) -> Course:
    """The plan's steps as doses. Raises OutsideTheModel when there is no dose to simulate."""
    if not advice.steps:
        raise OutsideTheModel(
            "This plan holds no dose to simulate.",
            remedy="`magwise plan` says why; a course can be simulated from --protocol FILE.",
        )
    form = _form(advice)
    doses = tuple(
        dose
        for step in advice.steps
        if step.step.from_day <= days
        for dose in _doses(step.schedule, form, step.step.from_day, min(step.step.to_day or days, days))
    )
    person = advice.person
    routine = person.routine
    meals = None if routine is None else sorted({routine.breakfast, routine.lunch, routine.dinner})
    return Course(
        subject=_subject(advice),
        diet_mg=person.diet.mg_per_day,
        meals_h=None if meals is None else tuple(at / 60 for at in meals),
        doses=doses,
        days=days,
        people=people,
        seed=seed,
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
    labs = [read_lab(one.what, one.value, one.unit, one.date, where=one.place) for one in person.labs]
    return subject_of(
        person,
        medicine_classes=[name for line in read.lines for name in line.medicine.classes],
        conditions=[slug for text in person.conditions for slug in condition_line(text).conditions],
        labs=[lab for lab in labs if isinstance(lab, Lab)],
        egfr=read.measured.egfr,
    )
