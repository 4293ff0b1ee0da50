"""`magwise why --change`: what another answer to one question would change."""

from __future__ import annotations

import datetime
import tomllib
from copy import deepcopy
from pathlib import Path
from typing import TYPE_CHECKING, Any

from magwise.errors import WrongUse

if TYPE_CHECKING:
    from magwise.person import Person

__all__ = ["what_would_change", "what_would_change_for"]


def what_would_change(person_file: Path, change: str, today: datetime.date) -> list[dict[str, str]]:
    """The differences between the answer as it is and the answer with this change ("kidney=normal")."""
    from magwise.adapters.cli.photo import label_of_photo
    from magwise.person_file import read_person_file

    return what_would_change_for(read_person_file(person_file, read_photo=label_of_photo), change, today)


def what_would_change_for(person: Person, change: str, today: datetime.date) -> list[dict[str, str]]:
    """The same for a person who has been read already."""
    from magwise.adapters.cli.receipts import changes_between
    from magwise.adapters.contract import answer_of
    from magwise.advise import advise
    from magwise.person_file import as_inputs, from_inputs

    tables = _with(as_inputs(person), change)
    before, after = (
        answer_of(advise(one, today=today)).model_dump(by_alias=True, mode="json")
        for one in (person, from_inputs(tables, place=f"--change {change}"))
    )
    return list(changes_between(before, after))


def _with(tables: dict[str, Any], change: str) -> dict[str, Any]:
    """The tables with one key set; a key without a table is a key of [person]; an empty value removes it."""
    name, equals, value = (part.strip() for part in change.partition("="))
    if not equals or not name:
        raise WrongUse(
            f"{change!r} is no change.",
            where="--change",
            remedy='Write it like "kidney=normal" or "egfr=88".',
        )
    table, _, key = name.rpartition(".")
    table = table or ("routine" if key in _ROUTINE else "person")
    changed = deepcopy(tables)
    place = changed.setdefault(table, {})
    if not isinstance(place, dict):
        raise WrongUse(
            f"{table!r} is a list of tables.", where="--change", remedy="Change the person file itself."
        )
    if value:
        place[key] = _listed(value) if key in _LISTS else _value(value)
    else:
        place.pop(key, None)
    return changed


_ROUTINE = frozenset({"wake", "breakfast", "lunch", "dinner", "bed"})
_LISTS = frozenset({"conditions", "does_not_have", "symptoms", "goals", "wants", "avoid"})


def _listed(text: str) -> Any:
    """A list as TOML, or words with commas between: "hypertension, asthma"."""
    value = _value(text)
    return [word.strip() for word in str(value).split(",")] if isinstance(value, str) else value


def _value(text: str) -> Any:
    try:
        return tomllib.loads(f"value = {text}")["value"]
    except tomllib.TOMLDecodeError:
        return text
