"""One person's log in, an answer out: worked, too small to matter, worse, or cannot tell.

`read_log` reads the table, `judge` answers it, `trial` plans one beforehand and reads it from the diary. Nothing here
knows whether a dose was safe: red flags come before any verdict and are found elsewhere.
"""

from magwise.verdict.answer import Outcome, Verdict
from magwise.verdict.judging import judge
from magwise.verdict.log import Day, Log, NotALog, Phase, read_log

__all__ = ["Day", "Log", "NotALog", "Outcome", "Phase", "Verdict", "judge", "read_log"]
