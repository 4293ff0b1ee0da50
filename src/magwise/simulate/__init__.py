"""The body: what a dose of magnesium does, in one person and in many.

    outcome = run(read_protocol_file(path))        what a paper did
    outcome = run(Course(doses=..., days=90))      what a plan would do

The model speaks about adults within knowledge/bodies/domain.yaml and refuses outside it. It predicts serum, urine,
uptake and stool load, never what a person will feel. docs/explanation/credibility.md says how far to trust it.
"""

from magwise.simulate.course import Course, Dose, Subject
from magwise.simulate.outcome import Band, DoseTaken, Outcome, absorbed_mg, run
from magwise.simulate.protocol import read_protocol, read_protocol_file

__all__ = [
    "Band",
    "Course",
    "Dose",
    "DoseTaken",
    "Outcome",
    "Subject",
    "absorbed_mg",
    "read_protocol",
    "read_protocol_file",
    "run",
]
