"""A made-up person to look at. Every page says that it is a demo; what the visitor changes stays in their own draft."""

from __future__ import annotations

import datetime
import tomllib
from functools import cache
from pathlib import Path

from magwise.adapters.web.answers import answered
from magwise.adapters.web.demo_log import log_into
from magwise.adapters.web.desk import Place
from magwise.adapters.web.draft import Draft
from magwise.person_file import as_inputs, from_inputs

__all__ = ["demo", "demo_into"]


@cache
def demo() -> Draft:
    """The draft of the demo person, every question answered."""
    tables = tomllib.loads((Path(__file__).parent / "demo.toml").read_text(encoding="utf-8"))
    inputs = as_inputs(from_inputs(tables, place="demo.toml"))
    return Draft(inputs=inputs, answered=("label",), confirmed=(61.0, 250.0), demo=True)


def demo_into(place: Place, today: datetime.date) -> None:
    """The demo person lives in this place, with weeks of a made-up diary."""
    place.keep(demo())
    plan = answered(demo(), today).advice.plan
    log_into(place, today, mg=plan.steps[-1].mg_per_day if plan and plan.steps else 0.0)
