"""'synthroid 75mcg am' -> known ingredients, route, times; or "not known".

Takes one line as people type it. Exact names, brands and common spellings decide; a near name only ever
proposes. What the medicine does beside magnesium stands in knowledge/spacings and is looked up here;
whether it matters for this person is for `safety`.

    model    what a medicine, a spacing and a load of magnesium are
    rules    knowledge/spacings -> Spacing, checked on load
    names    knowledge/medicines/names -> which ingredients a name means, and what it could have meant
    words    a line as words, and the phrases in it that knowledge/medicines/words knows
    dates    the dates in it, and what they say of a course
    sig      those phrases -> times, days, course, route
    load     how much magnesium a line itself brings in a day
    line     the whole: one line -> medicines
    row      medicines -> the object that `magwise medicines` prints
"""

from magwise.medicine.line import read_medicine
from magwise.medicine.model import Kind, MagnesiumLoad, Medicine, Spacing
from magwise.medicine.names import spacings_of
from magwise.medicine.row import to_json
from magwise.medicine.rules import default_spacing, spacing, spacings

__all__ = [
    "Kind",
    "MagnesiumLoad",
    "Medicine",
    "Spacing",
    "default_spacing",
    "read_medicine",
    "spacing",
    "spacings",
    "spacings_of",
    "to_json",
]
