"""A person as a subject of the simulator: what is known of them, in the model's words.

Comes in: the person, the classes of their medicines, their conditions by name in knowledge, their labs. Goes out: a
`Subject`. What was not asked stays None and is sampled.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import cast

from magwise.intake import Lab, Marker
from magwise.person import Alcohol, Kidney, Person, Sex, VitaminD
from magwise.simulate.bodies import person_fact
from magwise.simulate.course import COVARIATES, Subject

__all__ = ["covariates_of", "subject_of"]


def subject_of(
    person: Person,
    *,
    medicine_classes: Iterable[str] = (),
    conditions: Iterable[str] = (),
    labs: Iterable[Lab] = (),
    egfr: float | None = None,
) -> Subject:
    """The person as the model sees them; the last lab of a kind counts."""
    measured = {lab.marker: lab.value for lab in labs}
    return Subject(
        sex=None if person.sex is Sex.UNSTATED else person.sex.value,
        age=person.age,
        weight_kg=person.weight_kg,
        egfr=egfr if egfr is not None else measured.get(Marker.EGFR, person.egfr),
        serum_mmol_l=measured.get(Marker.SERUM),
        urine_mmol_d=measured.get(Marker.URINE),
        covariates=covariates_of(person, medicine_classes, conditions),
        dialysis=person.kidney is Kidney.DIALYSIS,
    )


def covariates_of(
    person: Person, medicine_classes: Iterable[str], conditions: Iterable[str]
) -> tuple[str, ...]:
    """The covariates that this person's medicines, conditions and habits bring in."""
    classes, named = set(medicine_classes), set(conditions)
    found = {
        name
        for name in COVARIATES
        if classes & set(cast(list[str], person_fact(name).values["medicines"]))
        or named & set(cast(list[str], person_fact(name).values["conditions"]))
    }
    if person.alcohol is Alcohol.HEAVY:
        found.add("alcohol")
    if person.vitamin_d is VitaminD.LOW:
        found.add("vitamin_d_low")
    return tuple(name for name in COVARIATES if name in found)
