"""A dose as the diary keeps it: what was taken, with the label of that day."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

from magwise.diary import DoseRecord, Taking
from magwise.schedule.log import Report, Said
from magwise.schedule.model import MAGNESIUM
from magwise.schedule.moments import sitting_min

if TYPE_CHECKING:
    from magwise.adapters.cli.day_session import Session

__all__ = ["here_and_now", "records_of"]

_AS_PLANNED = 0.5  # mg; less is rounding


def records_of(session: Session, report: Report) -> tuple[DoseRecord, ...]:
    """The diary's entries that follow from a report of the day: one for magnesium, none for anything else."""
    day = session.yesterday if report.yesterday else session.today
    planned = next((one for one in day.entries if one.dose and one.name == report.name), None)
    if report.said is Said.TOOK and report.what == MAGNESIUM:
        return (
            _taken(
                session,
                report,
                planned.elemental_mg if planned else None,
                planned.planned if planned else None,
            ),
        )
    if report.said is Said.MISSED and planned is not None:
        return (_record(session, report.now, Taking.SKIPPED, 0.0, report.what),)
    return ()


def here_and_now() -> tuple[datetime.datetime, str]:
    """This moment with its offset, and the name of this computer's time zone (empty when it has none)."""
    from tzlocal import get_localzone_name

    now = datetime.datetime.now().astimezone()
    try:
        return now, get_localzone_name() or ""
    except Exception:  # whatever is wrong with the computer's settings: the offset is enough
        return now, ""


def _taken(session: Session, report: Report, mg: float | None, at: int | None) -> DoseRecord:
    taking = Taking.TAKEN
    if mg is None or abs(mg - report.elemental_mg) > _AS_PLANNED:
        taking = Taking.OTHER
    elif at is not None and not report.yesterday and report.at > at + sitting_min():
        taking = Taking.LATE
    return _record(session, report.at, taking, report.elemental_mg, report.dose, before=report.yesterday)


def _record(
    session: Session, at: int, taking: Taking, mg: float, meal: str, *, before: bool = False
) -> DoseRecord:
    moment = datetime.datetime.combine(session.day, datetime.time()) + datetime.timedelta(minutes=at)
    index = session.advice.plan.product if session.advice.plan else None
    low = high = units = None
    name = form = label = ""
    if index is not None and taking is not Taking.SKIPPED:
        product = session.advice.products[index]
        name, form, label = (
            product.name,
            ", ".join(product.families),
            session.advice.person.products[index].label,
        )
        if product.per_unit is not None and product.per_unit.middle.mg > 0:
            units = mg / product.per_unit.middle.mg
            low, high = units * product.per_unit.low.mg, units * product.per_unit.high.mg
    return DoseRecord(
        day=session.day - datetime.timedelta(days=1) if before else session.day,
        at=moment.astimezone(), zone=here_and_now()[1], taking=taking, elemental_mg=mg,
        elemental_low_mg=mg if low is None else round(low, 1), elemental_high_mg=mg if high is None else round(high, 1),
        units=None if units is None else round(units, 3), product=name[:200], form=form[:200], label=label, meal=meal,
    )  # fmt: skip
