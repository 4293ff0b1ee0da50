"""What somebody has told so far: plain tables of the person file, and which questions were answered.

Values only; who keeps them is `desk`'s business, and what they mean is decided by nobody here.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from magwise.person import Person
from magwise.person_file import from_inputs

__all__ = ["EMPTY", "Draft"]

Tables = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Draft:
    """One person's answers so far.

    inputs     tables as the person file has them (`person`, `routine`, `medicines` ...), only what was told
    answered   ids of the questions that were answered or passed over, in the order in which it happened
    confirmed  for each product, the milligrams in one unit that the person compared with the pack
    pending    a product whose label was read and not yet compared with the pack: `label`, `name`, `price` ...,
               `photo` (it was read by a program) and `crop` (the line as the camera saw it, base64)
    demo       it is the made-up person that visitors may look at
    """

    inputs: Tables = field(default_factory=dict)
    answered: tuple[str, ...] = ()
    confirmed: tuple[float | None, ...] = ()
    pending: Tables | None = None
    demo: bool = False

    @property
    def is_empty(self) -> bool:
        return not self.inputs

    @property
    def products(self) -> list[dict[str, Any]]:
        return list(self.inputs.get("products", ()))

    @property
    def country(self) -> str | None:
        given = self.told("person", "country")
        return None if given is None else str(given)

    @property
    def tables(self) -> dict[str, Any]:
        """The tables of a person file, complete enough to be read."""
        return {**self.inputs, "person": dict(self.inputs.get("person", {}))}

    def person(self) -> Person:
        """Raises NotAPerson when something in it cannot be."""
        return from_inputs(self.tables, place="your answers")

    def told(self, table: str, key: str) -> Any:
        """One answer, or None when it was not given."""
        return self.inputs.get(table, {}).get(key)

    def with_answers(self, question: str, table: str, **answers: Any) -> Draft:
        """The draft after one more question; an answer of None is forgotten."""
        kept = {key: value for key, value in self.inputs.get(table, {}).items() if key not in answers}
        kept |= {key: value for key, value in answers.items() if value is not None}
        inputs = {name: value for name, value in self.inputs.items() if name != table}
        if kept:
            inputs[table] = kept
        return replace(self, inputs=inputs, answered=_once_more(self.answered, question))

    def with_list(self, question: str, table: str, rows: list[dict[str, Any]]) -> Draft:
        """The draft with this list of medicines, supplements or products in place of the old one."""
        inputs = {name: value for name, value in self.inputs.items() if name != table}
        if rows:
            inputs[table] = rows
        return replace(self, inputs=inputs, answered=_once_more(self.answered, question))

    def to_json(self) -> str:
        return json.dumps(
            {
                "inputs": self.inputs,
                "answered": self.answered,
                "confirmed": self.confirmed,
                "pending": self.pending,
                "demo": self.demo,
            },
            ensure_ascii=False,
        )

    @classmethod
    def from_json(cls, text: str) -> Draft:
        kept = json.loads(text)
        return cls(
            inputs=kept["inputs"],
            answered=tuple(kept["answered"]),
            confirmed=tuple(kept["confirmed"]),
            pending=kept.get("pending"),
            demo=bool(kept["demo"]),
        )


def _once_more(answered: tuple[str, ...], question: str) -> tuple[str, ...]:
    return (*(one for one in answered if one != question), question)


EMPTY = Draft()
