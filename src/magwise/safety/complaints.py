"""What people call their conditions and symptoms -> the words that the gates use.

Exact phrases decide, word by word, the longest first; "no ..." before a phrase takes back that phrase and no
other. A near name of a condition that means stop counts as that condition until the person says otherwise. A
dangerous word that no known phrase covers makes the line doubtful, however harmless the rest of it is; and
what nobody recognises is unknown. Neither is ever clear.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from magwise import knowledge
from magwise.findings import Level
from magwise.safety.patterns import slugs_by_pattern

__all__ = ["Meant", "condition_line", "plain", "says_new", "symptom_line"]

NEAR_ENOUGH = 82  # percent of letters in common; "hart block" to "heart block" is 95
SHORTEST_NEAR = 5  # letters; below that almost any word is near another
LONGEST_LINE = 300  # words; what comes after cannot be checked, and no line of a person is so long
_DENIAL = frozenset({"no", "not", "without", "never", "denies", "none", "don't", "haven't", "dont", "havent"})
_FILLERS = frozenset({"any", "known", "history", "of", "a", "the", "my", "signs", "had", "have"})
_OTHERS = frozenset(
    {
        "father",
        "mother",
        "dad",
        "mum",
        "mom",
        "brother",
        "sister",
        "uncle",
        "aunt",
        "wife",
        "husband",
        "son",
        "daughter",
    }
    | {
        "grandmother",
        "grandfather",
        "grandma",
        "grandpa",
        "cousin",
        "partner",
        "family",
        "relatives",
        "parents",
    }
)
_OF_OTHERS = frozenset(
    {"had", "has", "have", "is", "was", "with", "on", "a", "an", "history", "of", "got", "who"}
)
# A denial or a relative is believed only in a line that nothing turns round: "no palpitations except at night",
# "tired? no, fainted", "not without", "like my father I have". In any other line every phrase counts as said.
_TURNED_ROUND = re.compile(
    r"\b(?:until|till|before|except|apart|other than|unless|besides|aside|yes)\b"
    r"|\b(?:no|not|never|none|without)\s*[,.?!;:]+\s*\w"
    r"|\b(?:can'?t|cannot|not|never)\b[^,.;?!]*\b(?:not|without)\b"
    r"|\b(?:i|i'm|i've|me|mine|myself|too|also)\b"
)
_NOTHING = frozenset(
    {"", "no", "none", "nothing", "n/a", "na", "nil", "-", "no symptoms", "no conditions", "healthy"}
)
_CODE = re.compile(r"\b[A-TV-Za-tv-z]\d\d(?:\.\d{1,3})?\b")


@dataclass(frozen=True, slots=True)
class Meant:
    """What one line was read as.

    near      a name that it may have been meant for; then nothing is sure
    denied    it takes back what it names ("no heart disease"), or says that there is nothing
    left_out  words that could mean danger and that no known phrase covers ("cramps and my heart is pounding")
    """

    as_written: str
    conditions: tuple[str, ...] = ()
    symptoms: tuple[str, ...] = ()
    near: str | None = None
    denied: bool = False
    left_out: tuple[str, ...] = ()

    @property
    def is_known(self) -> bool:
        named = self.conditions or self.symptoms or self.denied
        return bool(named) and self.near is None and not self.left_out


@cache
def plain(text: str) -> str:
    """Lower case, no accents, single spaces: how phrases are compared."""
    bare = unicodedata.normalize("NFKD", text.casefold().replace("\u2019", "'"))  # a curly apostrophe
    kept = "".join(sign for sign in bare if not unicodedata.combining(sign))
    return " ".join(re.findall(r"[a-z0-9'/&.+-]+", kept)).strip(" .-")


def condition_line(text: str, *, since_magnesium: bool = False) -> Meant:
    """A line written under conditions; what it says besides is looked up among the symptoms."""
    return _line(text, conditions_first=True, since_magnesium=since_magnesium)


def symptom_line(text: str, *, since_magnesium: bool = False) -> Meant:
    """A line written under symptoms. Some count only when new or worse since magnesium is taken."""
    return _line(text, conditions_first=False, since_magnesium=since_magnesium)


def _line(text: str, *, conditions_first: bool, since_magnesium: bool) -> Meant:
    """Phrases of one kind first, then of the other in the words that are left; then danger in what is left."""
    bare = plain(text)
    conditions, symptoms = _condition_names(), _symptom_words()
    believed = _TURNED_ROUND.search(" ".join(text.casefold().replace("\u2019", "'").split())) is None
    words = _Words([word.strip(",.;:!?()") for word in bare.split()][:LONGEST_LINE], believed=believed)
    named = {first: words.take(names) for first, names in _in_order(conditions, symptoms, conditions_first)}
    slugs = (*(conditions[phrase] for phrase in named["conditions"]), *_by_code(text))
    slugs = (*slugs, *slugs_by_pattern(bare, "conditions", believed=believed))
    patterned = slugs_by_pattern(bare, "symptoms", believed=believed)
    felt = (*(symptoms[phrase] for phrase in named["symptoms"]), *patterned)
    near = None
    if not (slugs or felt or words.denied or _says_nothing(bare)):
        near, slugs, felt = _nearest_of_all(bare, conditions_first)
    since = since_magnesium or ("words-for-new" in felt and "magnesium" in bare)
    return Meant(
        as_written=text,
        conditions=tuple(dict.fromkeys(slugs)),
        symptoms=tuple(dict.fromkeys(_in_context(felt, since))),
        near=near,
        denied=words.denied or _says_nothing(bare),
        left_out=() if near else words.dangers(),
    )


def _in_order(
    conditions: Mapping[str, str], symptoms: Mapping[str, str], conditions_first: bool
) -> list[tuple[str, Mapping[str, str]]]:
    both = [("conditions", conditions), ("symptoms", symptoms)]
    return both if conditions_first else both[::-1]


def _nearest_of_all(text: str, conditions_first: bool) -> tuple[str | None, tuple[str, ...], tuple[str, ...]]:
    """The nearest name that means stop or a red flag, as its kind; three empty answers when none is near."""
    condition, symptom = _nearest(text, _stopping_names()), _nearest(text, _alarming_words())
    if condition and (conditions_first or not symptom):
        return condition, (_condition_names()[condition],), ()
    if symptom:
        return symptom, (), (_symptom_words()[symptom],)
    return None, (), ()


class _Words:
    """The words of a line; phrases are taken out of it, so that no word is read twice."""

    def __init__(self, words: list[str], *, believed: bool = True) -> None:
        self.words = words
        self.believed = believed  # denials and relatives are taken at their word
        self.covered = [False] * len(words)
        self.denied = False
        self.doubtful: list[str] = []

    def take(self, names: Mapping[str, str]) -> list[str]:
        """The names in what is left, longest first, whole words only; a denied one is taken but not named."""
        named: list[tuple[int, str]] = []
        for length in range(min(len(self.words), _longest(frozenset(names))), 0, -1):
            for start in range(len(self.words) - length + 1):
                phrase = " ".join(self.words[start : start + length])
                if phrase not in names or any(self.covered[start : start + length]):
                    continue
                self.covered[start : start + length] = [True] * length
                if self._is_denied_at(start):
                    self.denied = True
                    if names[phrase] in _harmless():  # "don't have good kidneys" denies what was well
                        self.doubtful += [word for word in phrase.split() if word in _danger_words()]
                else:
                    named.append((start, phrase))
        return [phrase for _, phrase in sorted(named)]

    def dangers(self) -> tuple[str, ...]:
        """Dangerous words that no phrase covers and no denial takes back."""
        left = [
            word
            for at, word in enumerate(self.words)
            if not self.covered[at] and word in _danger_words() and not self._is_denied_at(at)
        ]
        return (*self.doubtful, *left)

    def _is_denied_at(self, start: int) -> bool:
        """A denial up to three words before, with nothing but fillers between: "no history of asthma"."""
        return self.believed and (
            self._reaches(start, _DENIAL, _FILLERS) or self._reaches(start, _OTHERS, _OF_OTHERS)
        )

    def _reaches(self, start: int, wanted: frozenset[str], over: frozenset[str]) -> bool:
        for back in range(1, min(4, start) + 1):
            word = self.words[start - back]
            if word in wanted and not self.covered[start - back]:
                return True
            if word not in over:
                return False
        return False


def says_new(text: str) -> bool:
    """Whether the words themselves say that something is new or getting worse."""
    words = _Words(plain(text).split()[:LONGEST_LINE])
    return any(_symptom_words()[phrase] == "words-for-new" for phrase in words.take(_symptom_words()))


@cache
def _longest(names: frozenset[str]) -> int:
    return max(len(name.split()) for name in names)


def _says_nothing(text: str) -> bool:
    """ "none", "n/a", "no", "nothing": an answer, and a clear one."""
    return text in _NOTHING or (text.split(" ", 1)[0] in {"none", "nothing"} and len(text.split()) <= 2)


def _by_code(text: str) -> tuple[str, ...]:
    """Conditions named by their ICD-10 codes; a code stands for everything below it."""
    codes = [match.group().upper() for match in _CODE.finditer(text[:2000])]
    return tuple(dict.fromkeys(slug for code in codes for known, slug in _codes() if _is_under(code, known)))


def _is_under(code: str, known: str) -> bool:
    return (
        code == known or code.startswith((f"{known}.", known)) if "." not in known else code.startswith(known)
    )


def _nearest(text: str, names: tuple[str, ...]) -> str | None:
    from rapidfuzz import fuzz, process

    if len(text) < SHORTEST_NEAR:
        return None
    match = process.extractOne(text, names, scorer=fuzz.ratio, score_cutoff=NEAR_ENOUGH)
    return match[0] if match else None


def _in_context(found: tuple[str, ...], since_magnesium: bool) -> Iterator[str]:
    """The symptoms as they count here: tiredness that was there before magnesium is no red flag."""
    for slug in found:
        if slug == "words-for-new":
            continue
        entry = _entry(slug)
        yield str(entry["otherwise"]) if entry.get("since") and not since_magnesium else slug
        yield from entry.get("also", ())


@cache
def _entry(slug: str) -> Mapping[str, Any]:
    return next((one for one in knowledge.entries("symptoms") if one["id"] == slug), {})


@cache
def _condition_names() -> dict[str, str]:
    known = {plain(name): one["id"] for one in knowledge.entries("conditions") for name in one["names"]}
    for gate in knowledge.entries("gates"):
        for slug, names in gate.get("names", {}).items():
            known |= {plain(name): slug for name in names}
    return known


@cache
def _stopping_names() -> tuple[str, ...]:
    stops = {
        slug
        for gate in knowledge.entries("gates")
        if Level.of(gate["level"]) is Level.STOP
        for slug in gate.get("names", {})
    }
    return tuple(
        name for name, slug in _condition_names().items() if slug in stops and len(name) >= SHORTEST_NEAR
    )


@cache
def _codes() -> tuple[tuple[str, str], ...]:
    entries = (*knowledge.entries("gates"), *knowledge.entries("conditions"))
    return tuple(
        (str(code).upper(), slug)
        for entry in entries
        for slug, codes in (
            entry["icd10"].items()
            if isinstance(entry.get("icd10"), dict)
            else [(entry["id"], entry.get("icd10", ()))]
        )
        for code in codes
    )


@cache
def _harmless() -> frozenset[str]:
    """What says that something is well: taking that back is no good news."""
    well = {str(one["id"]) for one in knowledge.entries("conditions") if one.get("illness") is False}
    return frozenset(well | {"other-harmless"})


@cache
def _danger_words() -> frozenset[str]:
    return frozenset(plain(word) for word in _entry("danger-words").get("words", ()))


@cache
def _symptom_words() -> dict[str, str]:
    return {
        plain(word): one["id"]
        for one in knowledge.entries("symptoms")
        if one["id"] != "danger-words"
        for word in one["words"]
    }


@cache
def _alarming_words() -> tuple[str, ...]:
    alarming = {
        slug
        for gate in knowledge.entries("gates")
        if gate["level"] == "help_now"
        for slug in _symptoms_in(gate["when"])
    }
    return tuple(
        word for word, slug in _symptom_words().items() if slug in alarming and len(word) >= SHORTEST_NEAR
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
