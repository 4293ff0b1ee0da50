"""Which laboratory results of a person speak about today: believable, and no older than twelve months.

Kept apart from adapters/simulated.py so that a plan can ask without loading NumPy.
"""

from __future__ import annotations

from magwise.advise import Advice
from magwise.intake import Lab, Marker, read_lab
from magwise.safety.situation import within_a_year

__all__ = ["current_labs", "is_status_measured", "magnesium_results"]

MAGNESIUM = (Marker.SERUM, Marker.URINE)


def is_status_measured(advice: Advice) -> bool:
    """A serum or 24-hour urine magnesium of the last twelve months is known."""
    return bool(magnesium_results(advice))


def magnesium_results(advice: Advice) -> list[str]:
    """The serum and 24-hour urine magnesium results of the last twelve months, as they were written."""
    return [lab.as_written for lab in current_labs(advice) if lab.marker in MAGNESIUM]


def current_labs(advice: Advice) -> list[Lab]:
    """The latest of a kind comes last; an undated one counts as the latest. One whose unit is in doubt is left out."""
    read = [read_lab(one.what, one.value, one.unit, one.date, where=one.place) for one in advice.person.labs]
    current = [
        lab
        for lab in read
        if isinstance(lab, Lab)
        and lab.doubt is None
        and (lab.taken is None or within_a_year(lab.taken, advice.today))
    ]
    return sorted(current, key=lambda lab: (lab.taken is None, lab.taken or advice.today))
