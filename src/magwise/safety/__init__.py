"""Person, products, medicines -> findings: what is in the way, and what could not be checked.

`screen` evaluates every gate, every medicine's rules and every product, and gives back the findings, worst
first, the cap they leave, and what could not be checked. It gives no dose and no time of day, and it never
says anything against a medicine: magnesium moves, or somebody is asked.
"""

from magwise.safety.complaints import condition_line, symptom_line
from magwise.safety.gates import Gate, gates
from magwise.safety.medicines import Beside, beside
from magwise.safety.screen import Screening, screen
from magwise.safety.situation import Situation, within_a_year

__all__ = [
    "Beside",
    "Gate",
    "Screening",
    "Situation",
    "beside",
    "condition_line",
    "gates",
    "screen",
    "symptom_line",
    "within_a_year",
]
