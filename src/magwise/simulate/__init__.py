"""The body: what a dose of magnesium does, in one person and in many.

    outcome = run(read_protocol_file(path))        what a paper did
    outcome = run(Course(doses=..., days=90))      what a plan would do
    said = forecast(Course(doses=...))             the same in a few rounded figures

The model speaks about adults within knowledge/bodies/domain.yaml and refuses outside it. It predicts serum, urine,
uptake and stool load, never what a person will feel. docs/explanation/credibility.md says how far to trust it.
"""

from magwise.simulate.course import Course, Dose, Subject
from magwise.simulate.forecast import Forecast, forecast
from magwise.simulate.outcome import Band, DoseTaken, Outcome, absorbed_mg, run
from magwise.simulate.protocol import read_protocol, read_protocol_file

__all__ = [
    "Band",
    "Course",
    "Dose",
    "DoseTaken",
    "Forecast",
    "Outcome",
    "Subject",
    "absorbed_mg",
    "forecast",
    "read_protocol",
    "read_protocol_file",
    "run",
]
