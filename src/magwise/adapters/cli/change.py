"""`magwise why --change`: what another answer to one question, or one more medicine, would change.

"also Ciprofloxacin 500 mg bid" asks what one more medicine would bring; "without Synthroid" shows what comes from a
line of the list. Both are questions: nothing here says to take or to leave out a medicine, and the answer says so.
"""

from __future__ import annotations

import datetime
import tomllib
from copy import deepcopy
from pathlib import Path
from typing import TYPE_CHECKING, Any

from magwise.errors import WrongUse

if TYPE_CHECKING:
    from magwise.person import Person

__all__ = ["note_on", "what_would_change", "what_would_change_for"]

Changes = list[dict[str, str]]


def what_would_change(person_file: Path, change: str, today: datetime.date) -> dict[str, Any]:
    """The differences between the answer as it is and the answer with this change ("kidney=normal")."""
    from magwise.adapters.cli.photo import label_of_photo
    from magwise.person_file import read_person_file

    return what_would_change_for(read_person_file(person_file, read_photo=label_of_photo), change, today)


def what_would_change_for(person: Person, change: str, today: datetime.date) -> dict[str, Any]:
    """The same for a person who has been read already."""
    note = note_on(change)
    found: dict[str, Any] = {"change": change, "changes": _changes(person, change, today)}
    return {**found, "note": note} if note else found


def note_on(change: str) -> str | None:
    """What must be said beside a change of medicines; None for other changes."""
    from magwise import wording

    asked = _about_medicines(change)
    return None if asked is None else wording.WHAT_IF_MEDICINES[asked[0]]


def _changes(person: Person, change: str, today: datetime.date) -> Changes:
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
    """The tables with one key set, or one line of medicines more or less.

    A key without a table is a key of [person]; an empty value removes it.
    """
    asked = _about_medicines(change)
    if asked is not None:
        return _with_medicine(tables, *asked)
    name, equals, value = (part.strip() for part in change.partition("="))
    if not equals or not name:
        raise WrongUse(
            f"{change!r} is no change.",
            where="--change",
            remedy='Write it like "kidney=normal", "egfr=88" or "also Ciprofloxacin 500 mg twice a day".',
        )
    table, _, key = name.rpartition(".")
    table = table or ("routine" if key in _ROUTINE else "person")
    changed = deepcopy(tables)
    place = changed.setdefault(table, {})
    if not isinstance(place, dict):
        raise WrongUse(
            f"{table!r} is a list of tables.",
            where="--change",
            remedy='Medicines and supplements: "also NAME", "without NAME". Others: change the person file.',
        )
    if value:
        place[key] = _listed(value) if key in _LISTS else _value(value)
    else:
        place.pop(key, None)
    return changed


def _about_medicines(change: str) -> tuple[str, str] | None:
    """("also" or "without", what) when the change is about medicines."""
    word, _, what = change.strip().partition(" ")
    return (word.lower(), what.strip()) if word.lower() in {"also", "without"} and what.strip() else None


def _with_medicine(tables: dict[str, Any], word: str, what: str) -> dict[str, Any]:
    changed = deepcopy(tables)
    if word == "also":
        changed["medicines"] = [*changed.get("medicines", []), {"as_written": what}]
        changed["person"]["medicines_answered"] = True
        return changed
    left = {
        name: [line for line in changed.get(name, []) if not _is_meant(line["as_written"], what)]
        for name in ("medicines", "supplements")
    }
    if all(len(lines) == len(changed.get(name, [])) for name, lines in left.items()):
        listed = [line["as_written"] for name in left for line in changed.get(name, [])]
        raise WrongUse(
            f"{what[:60]!r} is on no line of this person file.",
            where="--change",
            remedy=f"Its lines: {'; '.join(listed)}."
            if listed
            else "It lists no medicines and no supplements.",
        )
    changed.update(left)
    return changed


def _is_meant(line: str, what: str) -> bool:
    """The line itself, a part of its words, or another name of the same ingredients."""
    from magwise.medicine import read_medicine

    if what.casefold() in line.casefold():
        return True
    named = {name for one in read_medicine(what) for name in one.ingredients}
    return bool(named) and named <= {name for one in read_medicine(line) for name in one.ingredients}


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
