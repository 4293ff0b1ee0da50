"""A person's diet, body and country -> how much magnesium they are short of, and what they may take.

Comes in: age, sex, country, diet, labs, conditions, classes of medicines. Goes out: the supplement limit, the
reference intake, labs read with their units, the status (`Status`) and foods that close the gap. It finds
nothing dangerous (that is `safety`) and decides no dose (that is `plan`).
"""

from magwise.intake.foods import FoodSuggestion, food_first, food_named, rich_foods
from magwise.intake.labs import Lab, Marker, SerumLevel, SerumReading, classify_serum, read_lab
from magwise.intake.limits import Limit, OtherLimit, Reference, reference_intake, supplement_limit
from magwise.intake.status import Risk, Status, risks_of, status

__all__ = [
    "FoodSuggestion",
    "Lab",
    "Limit",
    "Marker",
    "OtherLimit",
    "Reference",
    "Risk",
    "SerumLevel",
    "SerumReading",
    "Status",
    "classify_serum",
    "food_first",
    "food_named",
    "read_lab",
    "reference_intake",
    "rich_foods",
    "risks_of",
    "status",
    "supplement_limit",
]
