"""Days as the commands see them: a person file in a folder of its own, and one command after another."""

from __future__ import annotations

import contextlib
import io
import json
from dataclasses import dataclass

MONDAY = ("--today", "2026-11-23")
ME = """
[person]
age = 46
sex = "female"
country = "US"
kidney = "normal"
egfr = 88
egfr_date = 2026-09-14
pregnant = "no"
breastfeeding = "no"
goals = ["cramps"]
alcohol = "none"

[routine]
wake = "06:30"
breakfast = "07:30"
lunch = "12:30"
dinner = "19:00"
bed = "22:45"

[[medicines]]
as_written = "Alendronate 70 mg"
times = ["06:30"]
days = ["sun"]

[[supplements]]
as_written = "Zinc 50 mg"
times = ["07:30"]
movable = true

[[products]]
name = "Magnesium citrate"
label = "Supplement Facts. Serving Size 1 capsule. Magnesium (as magnesium citrate) 100 mg"

[diet]
mg_per_day = 210
"""
SENSITIVE = ME.replace('alcohol = "none"', 'alcohol = "none"\nsensitive_stomach = true').replace(
    "100 mg", "50 mg"
)
WEEKLY_TABLET = ME[ME.index("[[medicines]]") : ME.index("[[supplements]]")]
WEEKLY_CALCIUM = """
[[supplements]]
as_written = "Calcium 600 mg"
times = ["12:30"]
days = ["sun"]
"""
FAST = """
[[fasts]]
starts = 2026-12-01
ends = 2026-12-03
no_food_from = "06:10"
no_food_until = "16:20"
"""
COURSE = """
[[medicines]]
as_written = "Ciprofloxacin 500 mg"
times = ["07:00", "13:00", "19:00"]
starts = 2026-12-02
ends = 2026-12-11
"""


@dataclass
class Said:
    out: str
    err: str
    code: int

    @property
    def json(self) -> dict:
        return json.loads(self.out)

    @property
    def words(self) -> str:
        """What stands on the screen, without its line breaks."""
        return " ".join(self.out.split())


def say(*words: str) -> Said:
    """One command in this process."""
    from magwise.adapters.cli import main

    out, err, code = io.StringIO(), io.StringIO(), 0
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            main(list(words))
        except SystemExit as left:
            code = int(left.code or 0)
    return Said(out.getvalue(), err.getvalue(), code)


def at(now: str, *words: str, today: tuple[str, str] = MONDAY) -> Said:
    said = say(*words, *today, "--now", now, "--json")
    assert said.code == 0, said.err
    return said


def entries(said: Said) -> list[str]:
    return [f"{one['time']} {one.get('with') or one['take']} {one['state']}" for one in said.json["entries"]]


def kept() -> list[dict]:
    """Everything that stands in the database about days."""
    from magwise.adapters.store import every_store

    return [record for store in every_store() for record in store.records()]
