"""`magwise about` and `magwise schema`."""

from __future__ import annotations

import json
from typing import Annotated

import typer

import magwise
from magwise.errors import NotFound

__all__ = ["about", "about_json", "schema"]

PURPOSE = """Magwise {version}, knowledge {knowledge}

What it is for
  Reading magnesium labels, checking them against a person, planning a dose and a day, and saying what to expect.
  For people at home, for the pharmacist or dietitian who helps them, and for whoever audits labels.
  General education about a food supplement. It is not a medical device and makes no diagnosis.

What it does not do
  It never advises starting, stopping or changing a medicine: only magnesium moves, or somebody is asked.
  It does not treat a deficiency, an emergency or an overdose. It is no substitute for a professional.
  It gives no dose to anybody under 19, none past a hard stop, none above the limit without a clinician's order.
  It sells nothing, shows no adverts, needs no account and no network. What you write stays on this computer.
  Its rules have not been signed off by a clinician: facts say draft or checked, and none says reviewed yet.

Each part
  label      reads what is printed; it does not test what is in the bottle
  safety     finds what is in the way among what you told; what it could not check, it says
  plan       aims at the low end of a band of doses; it never raises a dose to reach a goal
  schedule   moves magnesium and minerals around medicines, and is re-checked by code of its own
  expect     says what trials found in groups; one person may differ

{disclaimer}"""


def about(as_json: Annotated[bool, typer.Option("--json", help="Print as JSON.")] = False) -> None:
    """What Magwise is for, and what it does not do."""
    said = about_json()
    print(json.dumps(said, ensure_ascii=False, indent=1) if as_json else said["text"])


def about_json() -> dict[str, str]:
    """The versions that answer, and the whole text."""
    from magwise import knowledge, wording

    text = PURPOSE.format(
        version=magwise.__version__, knowledge=knowledge.version(), disclaimer=wording.DISCLAIMER
    )
    return {"version": magwise.__version__, "knowledge": knowledge.version(), "text": text}


def schema(
    what: Annotated[
        str,
        typer.Argument(metavar="WHAT", help="plan, check, evidence, outcome, sources, log, diary or trial"),
    ] = "plan",
) -> None:
    """The published shape of an answer, as JSON Schema.

    Example: magwise schema plan > plan.schema.json
    """
    from pydantic import BaseModel

    from magwise.adapters.contract import CheckAnswer, PlanAnswer
    from magwise.adapters.diary_answer import LogAnswer, WeekAnswer
    from magwise.adapters.evidence_answer import CheckOfSources, EvidenceAnswer, OutcomeAnswer
    from magwise.adapters.trial_answer import TrialAnswer

    shapes: dict[str, type[BaseModel]] = {
        "plan": PlanAnswer,
        "check": CheckAnswer,
        "evidence": EvidenceAnswer,
        "outcome": OutcomeAnswer,
        "sources": CheckOfSources,
        "log": LogAnswer,
        "diary": WeekAnswer,
        "trial": TrialAnswer,
    }
    if what not in shapes:
        raise NotFound(f"There is no schema {what!r}.", remedy=f"There are: {', '.join(shapes)}.")
    published = shapes[what].model_json_schema(by_alias=True, mode="serialization")
    print(json.dumps({"$schema": "https://json-schema.org/draft/2020-12/schema", **published}, indent=1))
