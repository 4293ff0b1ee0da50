"""Names of medicines that a user has imported beside our own, as far as reading a line needs them.

Whoever keeps them (an adapter) hands them in with `use_imported`; nothing here touches a disk. They are asked last: no
imported name ever takes the place of one of ours.
"""

from __future__ import annotations

from typing import Protocol

__all__ = ["ImportedNames", "imported", "use_imported"]


class ImportedNames(Protocol):
    """Names as `medicine.words.phrase_key` writes them -> ingredients, by their own names.

    `version` changes when any name does; it is a part of the version of the knowledge.
    """

    @property
    def version(self) -> str: ...

    def ingredients_of(self, key: str) -> tuple[str, ...]:
        """The ingredients that this name means; () when it is not among them."""

    def longest_after(self, word: str) -> int:
        """How many words the longest name has that begins with this one; 0 when none does."""


class _Held:
    names: ImportedNames | None = None


def imported() -> ImportedNames | None:
    """The names in use beside our own, if any."""
    return _Held.names


def use_imported(names: ImportedNames | None) -> None:
    """From now on these are asked where our own names do not know a word; None: our own only."""
    _Held.names = names
