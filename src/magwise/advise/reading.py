"""A person's lines -> what was read from them: products, medicines with times, labs, magnesium already taken."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from magwise import knowledge
from magwise.day import USUAL, Routine
from magwise.errors import NotALabel, NotAPerson
from magwise.findings import Unchecked
from magwise.intake import Lab, Marker, SerumLevel, SerumReading, classify_serum, read_lab
from magwise.label import read_label
from magwise.medicine import Medicine, read_medicine
from magwise.medicine.anchors import times_in_day
from magwise.person import LabResult, MedicineLine, Person, ProductLine, SupplementLine
from magwise.product import Product, product_of
from magwise.safety import Beside
from magwise.safety.screen import Already
from magwise.safety.situation import within_a_year
from magwise.units import number

__all__ = ["Line", "Measured", "Read", "already_taken", "read_everything"]


_WORST_LAST = (
    SerumLevel.WITHIN,
    SerumLevel.LOW,
    SerumLevel.HIGH,
    SerumLevel.LOW_SEVERE,
)  # by what each gate says


_WITHOUT = re.compile(
    r"\b(?:without|no|free of)\s+(?:any\s+)?magnesium\b|\bmagnesium[- ]free\b", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Line:
    """One medicine or supplement with its times in this person's day."""

    medicine: Medicine
    times: tuple[int, ...]
    assumed: bool
    movable: bool = False
    days: tuple[int, ...] = ()
    since: int | None = None
    starts: date | None = None
    ends: date | None = None


@dataclass(frozen=True, slots=True)
class Measured:
    """What the labs say today: eGFR in mL/min/1.73 m2 and the last serum magnesium."""

    egfr: float | None = None
    serum: SerumReading | None = None
    unchecked: tuple[Unchecked, ...] = ()


@dataclass(frozen=True, slots=True)
class Read:
    """Everything that was read, before anybody judges it."""

    routine: Routine
    products: tuple[Product, ...]
    lines: tuple[Line, ...]
    measured: Measured
    unchecked: tuple[Unchecked, ...]


def read_everything(person: Person, today: date) -> Read:
    """The person's lines as values. Raises NotALabel for a label that is no text, NotAPerson for a wrong date."""
    _no_date_in_the_future(person, today)
    routine = person.routine or USUAL
    measured = _measured(person, today)
    assumed = () if person.routine else (_routine_assumed(),)
    return Read(
        routine=routine,
        products=tuple(_product(line, number, person) for number, line in enumerate(person.products, 1)),
        lines=tuple(line for line in _lines(person, routine) if not _is_over(line, today)),
        measured=measured,
        unchecked=(*assumed, *measured.unchecked),
    )


def _no_date_in_the_future(person: Person, today: date) -> None:
    dated = [("[person] taking_since", person.taking_since), ("[person] egfr_date", person.egfr_date)]
    dated += [(f"{lab.place}, date", lab.date) for lab in person.labs]
    for place, day in dated:
        if day is not None and day > today:
            raise NotAPerson(
                f"{day} lies in the future.", where=place, remedy=f"Today is {today}; correct the date."
            )


def _product(line: ProductLine, number: int, person: Person) -> Product:
    try:
        label = read_label(line.label, country=person.country)
    except NotALabel as unreadable:
        raise type(unreadable)(
            unreadable.what, where=f"[[products]] {number}, label", remedy=unreadable.remedy
        ) from None
    product = product_of(
        label,
        name=line.name or _printable(label.name) or f"product {number}",
        pieces=line.pieces,
        price=line.price,
        currency=line.currency,
    )
    if line.photo is None:
        return product
    return replace(
        product, why=(f"Read from the photo {line.photo}: compare it with the pack.", *product.why)
    )


def _printable(name: str | None) -> str:
    """A name from a label without control characters, which could upset a terminal."""
    return "".join(sign for sign in name or "" if sign.isprintable()).strip()


def _lines(person: Person, routine: Routine) -> Iterator[Line]:
    for written in person.medicines:
        yield from _read_line(written, routine, movable=False)
    for supplement in person.supplements:
        yield from _read_line(supplement, routine, movable=supplement.movable)


def _is_over(line: Line, today: date) -> bool:
    """A course that ended before yesterday reaches into no day any more."""
    return line.ends is not None and line.ends < today - timedelta(days=1)


def _read_line(written: MedicineLine | SupplementLine, routine: Routine, *, movable: bool) -> Iterator[Line]:
    for medicine in read_medicine(written.as_written):
        times, assumed = times_in_day(medicine, written.times, routine)
        starts, ends = _dates_of(medicine, written)
        yield Line(
            medicine=medicine,
            times=times,
            assumed=assumed,
            movable=movable,
            days=written.days or medicine.days,
            since=getattr(written, "since", None) or medicine.since_year,
            starts=starts,
            ends=ends,
        )


def _dates_of(medicine: Medicine, written: MedicineLine | SupplementLine) -> tuple[date | None, date | None]:
    """A course's first and last day: what the file says, else what the line itself says."""
    starts = getattr(written, "starts", None) or medicine.starts
    ends = getattr(written, "ends", None) or medicine.ends
    if starts and not ends and any(rule.holds_that_day_only for rule in medicine.spacings):
        ends = starts + timedelta(days=(medicine.course_days or 1) - 1)
    return starts, ends


def _measured(person: Person, today: date) -> Measured:
    read = [(one, _lab(one)) for one in person.labs]
    unchecked = [doubt for _, lab in read for doubt in _doubts(lab)]
    current = [
        (line, lab)
        for line, lab in read
        if isinstance(lab, Lab) and (lab.taken is None or within_a_year(lab.taken, today))
    ]
    unchecked += [
        _too_old(line, lab, person)
        for line, lab in read
        if isinstance(lab, Lab) and (line, lab) not in current
    ]
    filtrations = [lab.value for _, lab in current if lab.marker is Marker.EGFR]
    if person.egfr is not None and (person.egfr_date is None or within_a_year(person.egfr_date, today)):
        filtrations.append(person.egfr)
    elif person.egfr is not None:
        unchecked.append(_old_egfr(person))
    return Measured(
        egfr=min(filtrations, default=None),
        serum=_serum(current, person),
        unchecked=tuple(unchecked),
    )


def _lab(line: LabResult) -> Lab | Unchecked:
    return read_lab(line.what, line.value, line.unit, line.date, where=line.place)


def _doubts(lab: Lab | Unchecked) -> Iterator[Unchecked]:
    if isinstance(lab, Unchecked):
        yield lab
    elif lab.doubt is not None:
        yield lab.doubt


def _serum(current: list[tuple[LabResult, Lab]], person: Person) -> SerumReading | None:
    """The latest serum magnesium; an undated one counts as the latest, and of the same day the worst."""
    sera = [(lab.taken or date.max, line, lab) for line, lab in current if lab.marker is Marker.SERUM]
    latest = max((taken for taken, _, _ in sera), default=None)
    readings = [_serum_reading(line, lab, person) for taken, line, lab in sera if taken == latest]
    return max(readings, key=lambda one: _WORST_LAST.index(one.level), default=None)


def _serum_reading(line: LabResult, lab: Lab, person: Person) -> SerumReading:
    factor = lab.value / line.value if line.value else 1.0
    return classify_serum(
        lab.value,
        person.country,
        _age_for_ranges(person),
        printed_low=None if line.low is None else line.low * factor,
        printed_high=None if line.high is None else line.high * factor,
    )


def _age_for_ranges(person: Person) -> float:
    """Without an age the range of adults is shown; there is no dose then."""
    return knowledge.figure("bounds", "adult-from") if person.age is None else person.age


def _low_egfr() -> float:
    return knowledge.figure("bounds", "egfr-low")


def _too_old(line: LabResult, lab: Lab, person: Person) -> Unchecked:
    """An old value says little about today, but one that was out of range is not forgotten."""
    was_low = lab.marker is Marker.EGFR and lab.value < _low_egfr()
    was_off = lab.marker is Marker.SERUM and (
        classify_serum(lab.value, person.country, _age_for_ranges(person)).level.value != "within"
    )
    return Unchecked(
        what=f"{line.what} of {line.date}",
        why="it is older than twelve months, and it was out of range"
        if was_low or was_off
        else "it is older than twelve months",
        remedy="Ask for a new one; an old value says little about today.",
        blocks=was_low or was_off,
    )


def _old_egfr(person: Person) -> Unchecked:
    return Unchecked(
        what=f"eGFR {number(person.egfr or 0)} of {person.egfr_date}",
        why="an eGFR older than twelve months counts as unknown",
        remedy="Ask for a new eGFR and give egfr and egfr_date.",
        blocks=(person.egfr or 0) < _low_egfr(),
        spec=("A037.1",),
    )


def _routine_assumed() -> Unchecked:
    return Unchecked(
        what="times of meals and sleep",
        why="no [routine] was given, so ordinary times were assumed",
        remedy='Add [routine] with wake, breakfast, lunch, dinner and bed, like wake = "06:30".',
        blocks=False,
    )


def already_taken(lines: tuple[Beside, ...]) -> Already:
    """Magnesium that the lines bring by themselves: antacids, laxatives, ZMA, multivitamins, other salts.

    A line of which one take is known, and not how often, counts once and stays among those nobody can count.
    """
    loads = [(line, _mg_per_day(line), line.medicine.magnesium) for line in lines]
    counted = [(line, mg, load) for line, mg, load in loads if load is not None and mg is not None]
    at_least = sum(load.per_take_mg or 0.0 for _, mg, load in loads if load is not None and mg is None)
    total = at_least + sum(mg for _, mg, _ in counted)
    return Already(
        low_mg=total,
        high_mg=total,
        lines=tuple(
            f"{line.medicine.as_written}: {number(mg)} mg a day. {load.why}" for line, mg, load in counted
        ),
        uncounted=tuple(
            line.medicine.as_written for line, mg, load in loads if load is not None and mg is None
        ),
        sources=tuple(line for line, mg, load in loads if load is not None and mg != 0),
    )


def _mg_per_day(line: Beside) -> float | None:
    """What a line brings in a day; when only one take is known, as often as it stands in the day."""
    load = line.medicine.magnesium
    if load is not None and _WITHOUT.search(line.medicine.as_written):
        return 0.0
    if load is None or load.mg_per_day is not None:
        return None if load is None else load.mg_per_day
    if load.per_take_mg is not None and line.times:
        return load.per_take_mg * len(line.times)
    return None
