"""An answer and its first day -> what the feed is made of: stages, and titles that say what to take."""

from __future__ import annotations

from collections.abc import Callable

from magwise import wording
from magwise.adapters.calendar.feed import Reminder
from magwise.adapters.calendar.stretches import Stage
from magwise.advise import Advice
from magwise.advise.today import Calendar
from magwise.errors import WrongUse
from magwise.schedule import Dose
from magwise.units import number

__all__ = ["reminder_of", "stages_of", "zone_here"]


def stages_of(calendar: Calendar) -> list[Stage]:
    """Each step with its dates and days."""
    return [Stage(*calendar.dates_of(step), days) for step, days in calendar.steps]


def reminder_of(advice: Advice, *, discreet: bool) -> Reminder:
    """How its events speak: what to take in the title, the red flags in the note."""
    note = f"{wording.RED_FLAGS}\n\n{wording.DISCLAIMER}"
    return Reminder(title=_title(advice), note=note, discreet=discreet)


def _title(advice: Advice) -> Callable[[Dose], str]:
    def title(dose: Dose) -> str:
        unit, units = advice.products[dose.portion.product].unit, dose.portion.units
        plural = "" if units == 1 or unit.endswith("s") else "s"
        mg = number(dose.portion.elemental_mg)
        return f"Magnesium {mg} mg: {number(units)} {unit}{plural} with {dose.meal}"

    return title


def zone_here() -> str:
    """The name of this computer's time zone. Raises WrongUse when the system does not tell it."""
    import tzlocal

    try:
        name = tzlocal.get_localzone_name()
    except (LookupError, OSError, ValueError):
        name = None
    if not name or name == "local":
        raise WrongUse(
            "This computer does not tell its time zone.",
            where="--zone",
            remedy="Give it, like --zone Europe/Berlin.",
        )
    return str(name)
