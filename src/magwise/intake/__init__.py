"""A person's diet, body and country -> how much magnesium they are short of, and what they may take.

Comes in: age, sex, country, diet, labs, conditions, classes of medicines. Goes out: the supplement limit, the
reference intake, labs read with their units, the status (`Status`) and foods that close the gap. It finds
nothing dangerous (that is `safety`) and decides no dose (that is `plan`).
"""

from magwise.intake.limits import (
    Limit,
    OtherLimit,
    Reference,
    reference_intake,
    supplement_limit,
    writes_ounces,
)

__all__ = ["Limit", "OtherLimit", "Reference", "reference_intake", "supplement_limit", "writes_ounces"]
