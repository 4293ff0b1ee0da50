"""What the lines of people are compared with: phrases, codes, dangerous words and organs, from knowledge.

Nothing is read here but knowledge. Everything is built once; `plain` is how phrases and lines are made alike.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

from magwise import knowledge
from magwise.findings import Level

__all__ = [
    "Organ",
    "alarming_words",
    "codes",
    "condition_names",
    "danger_words",
    "harmless",
    "is_dangerous",
    "of_denial",
    "organs",
    "plain",
    "recognised",
    "stopping_names",
    "symptom",
    "symptom_words",
    "without_what_is_well",
]

SHORTEST_NEAR = 5  # letters; below that almost any word is near another
_WORDS = re.compile(r"[a-z0-9'/&.+-]+")


@lru_cache(maxsize=16384)
def plain(text: str) -> str:
    """Lower case, no accents, single spaces: how phrases are compared."""
    kept = text.casefold()
    if not kept.isascii():
        bare = unicodedata.normalize("NFKD", kept.replace("\u2019", "'").replace("œ", "oe"))
        kept = "".join(sign for sign in bare if not unicodedata.combining(sign))
    return " ".join(_WORDS.findall(kept)).strip(" .-")


def _spellings(text: str) -> Iterator[str]:
    """As it is written, and with ae, oe, ue for German vowels."""
    yield plain(text)
    if any(sign in text.casefold() for sign in "äöü"):
        spelt = text.casefold().replace("ä", "ae").replace("ö", "oe").replace("ü", "ue")
        yield plain(spelt)


@dataclass(frozen=True, slots=True)
class Organ:
    """An organ about which a line may never stay unclear: what such a line counts as, and what settles it."""

    id: str
    counts_as: str
    called: str
    where: frozenset[str]
    settled_by: frozenset[str]
    words: frozenset[str]
    stems: tuple[str, ...]

    def is_named_by(self, word: str) -> bool:
        return word in self.words or word.startswith(self.stems)


@cache
def organs() -> tuple[Organ, ...]:
    return tuple(
        Organ(
            id=str(entry["id"]),
            counts_as=str(entry["counts_as"]),
            called=str(entry["called"]),
            where=frozenset(entry["where"]),
            settled_by=frozenset(entry["settled_by"]),
            words=frozenset(plain(word) for word in entry["words"] if not word.endswith("*")),
            stems=tuple(plain(word.removesuffix("*")) for word in entry["words"] if word.endswith("*")),
        )
        for entry in knowledge.entries("organs")
    )


@cache
def of_denial(kind: str) -> frozenset[str]:
    """The words of one kind in knowledge/denials: denials, fillers, relatives, of-relatives."""
    entry = next(one for one in knowledge.entries("denials") if one["id"] == kind)
    return frozenset(plain(word) for word in entry["words"])


@cache
def condition_names() -> Mapping[str, str]:
    """Every name of a condition, made plain; where two lists hold a name, a gate's meaning counts."""
    known = {plain(name): one["id"] for one in knowledge.entries("recognised") for name in one["names"]}
    known |= {plain(name): one["id"] for one in knowledge.entries("conditions") for name in one["names"]}
    for gate in knowledge.entries("gates"):
        for slug, names in gate.get("names", {}).items():
            known |= {plain(name): slug for name in names}
    return _foreign("conditions") | known


@cache
def symptom_words() -> Mapping[str, str]:
    known = {
        plain(word): one["id"]
        for one in knowledge.entries("symptoms")
        if one["id"] != "danger-words"
        for word in one["words"]
    }
    return _foreign("symptoms") | known


def _foreign(kind: str) -> dict[str, str]:
    """What other languages call it; English keeps what it has."""
    return {
        name: str(entry["means"])
        for entry in knowledge.entries("complaints")
        if entry["kind"] == kind
        for text in entry["words"]
        for name in _spellings(str(text))
    }


@cache
def symptom(slug: str) -> Mapping[str, Any]:
    return next((one for one in knowledge.entries("symptoms") if one["id"] == slug), {})


@cache
def recognised() -> Mapping[str, str]:
    """Conditions that no rule speaks about, with the name that is printed."""
    return {str(one["id"]): str(one["names"][0]) for one in knowledge.entries("recognised")}


@cache
def harmless() -> frozenset[str]:
    """What says that something is well: taking that back is no good news."""
    well = {str(one["id"]) for one in knowledge.entries("conditions") if one.get("illness") is False}
    return frozenset(well | {"other-harmless"})


@cache
def danger_words() -> frozenset[str]:
    return frozenset(plain(word) for word in symptom("danger-words").get("words", ()))


@lru_cache(maxsize=4096)
def is_dangerous(word: str) -> bool:
    """Whether this word could mean danger: a danger word, or an organ's."""
    return word in danger_words() or any(one.is_named_by(word) for one in organs())


@cache
def without_what_is_well(kind: str) -> Mapping[str, str]:
    """The names of one kind ("conditions", "symptoms") but for those that say that something is well."""
    names = condition_names() if kind == "conditions" else symptom_words()
    return {name: slug for name, slug in names.items() if slug not in harmless()}


@cache
def stopping_names() -> tuple[str, ...]:
    """Names of conditions that mean stop, long enough to be compared by their letters."""
    stops = {
        slug
        for gate in knowledge.entries("gates")
        if Level.of(gate["level"]) is Level.STOP
        for slug in gate.get("names", {})
    }
    return tuple(
        name for name, slug in condition_names().items() if slug in stops and len(name) >= SHORTEST_NEAR
    )


@cache
def alarming_words() -> tuple[str, ...]:
    """Words of red flags, long enough to be compared by their letters."""
    alarming = {
        slug
        for gate in knowledge.entries("gates")
        if gate["level"] == "help_now"
        for slug in _symptoms_in(gate["when"])
    }
    return tuple(
        word for word, slug in symptom_words().items() if slug in alarming and len(word) >= SHORTEST_NEAR
    )


def _symptoms_in(when: object) -> Iterator[str]:
    if isinstance(when, list):
        for part in when:
            yield from _symptoms_in(part)
    elif isinstance(when, dict):
        for key, value in when.items():
            if key == "symptom":
                yield from value if isinstance(value, list) else [value]
            else:
                yield from _symptoms_in(value)


@cache
def codes() -> tuple[tuple[str, str], ...]:
    """ICD-10 codes of conditions and what each one means."""
    entries = (
        *knowledge.entries("gates"),
        *knowledge.entries("conditions"),
        *knowledge.entries("recognised"),
    )
    return tuple(
        (str(code).upper(), slug)
        for entry in entries
        for slug, listed in (
            entry["icd10"].items()
            if isinstance(entry.get("icd10"), dict)
            else [(entry["id"], entry.get("icd10", ()))]
        )
        for code in listed
    )
