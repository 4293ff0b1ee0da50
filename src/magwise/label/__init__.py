"""Text of a label -> Label: what is printed, and where it stands.

`read_label` takes any text a person can paste and gives back what can be defended from it: amounts as
intervals of elemental magnesium per serving, the forms, the serving, spans and reasons. It never guesses:
what cannot be told is "cannot tell". It knows nothing of the person and gives no advice.
"""

from magwise.label.model import Basis, FormShare, Label, Percent, Span
from magwise.label.read import names_no_magnesium, read_label

__all__ = ["Basis", "FormShare", "Label", "Percent", "Span", "names_no_magnesium", "read_label"]
