"""What people call their conditions and symptoms -> the words that the gates use.

Exact phrases decide, word by word, the longest first; "no ..." before a phrase takes back that phrase and no
other. A near name of a condition that means stop counts as that condition until the person says otherwise, and so
does a line about the kidneys that nobody understands. A dangerous word that no known phrase covers makes the line
doubtful, however harmless the rest of it is; and what nobody recognises is unknown. Neither is ever clear.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from magwise.safety import vocabulary as known
from magwise.safety.patterns import Stretch, standing_in, words_of
from magwise.safety.vocabulary import Organ, plain

__all__ = ["Meant", "condition_line", "plain", "says_new", "symptom_line"]

NEAR_ENOUGH = 82  # percent of letters in common; "hart block" to "heart block" is 95
LONGEST_LINE = 300  # words; what comes after cannot be checked, and no line of a person is so long
_REACH = 6  # words over which a denial can reach: "no history of any trouble with my kidneys"
# A denial or a relative is believed only in a line that nothing turns round: "no palpitations except at night",
# "tired? no, fainted", "not without", "like my father I have". In any other line every phrase counts as said.
_TURNED_ROUND = re.compile(
    r"\b(?:until|till|before|except|apart|other than|unless|besides|aside|yes)\b"
    r"|\b(?:no|not|never|none|without)\s*[,.?!;:]+\s*\w"
    r"|\b(?:can'?t|cannot|not|never)\b[^,.;?!]*\b(?:not|without)\b"
)
_OF_ONESELF = re.compile(r"\b(?:i|i'm|i've|me|mine|myself|too|also|ich|selbst|auch|moi|aussi|yo|tambien)\b")
_BREAK = re.compile(r"[,;:!?]+(?!\d)|\.(?=\s|$)")
# A form that was filled in: "kidney disease: no", "Herzkrankheit? nein", "asthma (none)".
_ANSWERED_NO = re.compile(
    r"(?P<what>.{2,80}?)\s*(?:[:=?]|\s-)\s*\(?(?:no|none|nil|never|negative|nein|keine?|non|aucune?|ningun[oa]?)\)?[.!]?"
    r"|(?P<asked>.{2,80}?)\s*\((?:no|none|nil|never|negative|nein|keine?|non|aucune?|ningun[oa]?)\)"
)
_ARTICLES = frozenset({"a", "an", "the", "my", "his", "her", "our", "your", "both"})
_NOTHING = frozenset(
    {"", "no", "none", "nothing", "n/a", "na", "nil", "-", "no symptoms", "no conditions", "healthy"}
    | {
        "keine",
        "keins",
        "nein",
        "nichts",
        "gesund",
        "aucun",
        "aucune",
        "rien",
        "non",
        "ninguna",
        "ninguno",
        "nada",
    }
)
_CODE = re.compile(r"\b[A-TV-Za-tv-z]\d\d(?:\.\d{1,3})?\b")


@dataclass(frozen=True, slots=True)
class Meant:
    """What one line was read as.

    near      a name that it may have been meant for; then nothing is sure
    counts_as what it counts as because it names an organ and nobody understands it
    denied    it takes back what it names ("no heart disease"), or says that there is nothing
    left_out  words that could mean danger and that no known phrase covers ("cramps and my heart is pounding")
    """

    as_written: str
    conditions: tuple[str, ...] = ()
    symptoms: tuple[str, ...] = ()
    near: str | None = None
    counts_as: str | None = None
    denied: bool = False
    left_out: tuple[str, ...] = ()

    @property
    def is_known(self) -> bool:
        named = self.conditions or self.symptoms or self.denied
        return bool(named) and not (self.near or self.counts_as or self.left_out)


def condition_line(
    text: str, *, since_magnesium: bool = False, settled: frozenset[str] = frozenset()
) -> Meant:
    """A line written under conditions; what it says besides is looked up among the symptoms.

    settled: conditions that the person has ruled out, which no unclear line counts as.
    """
    return _line(text, "conditions", since_magnesium, settled)


def symptom_line(text: str, *, since_magnesium: bool = False, settled: frozenset[str] = frozenset()) -> Meant:
    """A line written under symptoms. Some count only when new or worse since magnesium is taken."""
    return _line(text, "symptoms", since_magnesium, settled)


def _line(text: str, room: str, since_magnesium: bool, settled: frozenset[str]) -> Meant:
    """Phrases of one kind first, then of the other in the words that are left; then danger in what is left."""
    believed = _TURNED_ROUND.search(_spaced(text)) is None
    asked = _ANSWERED_NO.fullmatch(_spaced(text)) if believed else None
    if asked:
        return _answered_no(text, asked["what"] or asked["asked"], room, settled)
    bare = plain(text)
    words = _Words(text, believed=believed)
    slugs, felt = _named(words, text, room)
    near = None
    if not (slugs or felt or words.denied or _says_nothing(bare)):
        near, slugs, felt = _nearest_of_all(bare, room == "conditions")
    organ = None if near else _organ_in((*words.doubtful, *words.left()), room, slugs, settled)
    return Meant(
        as_written=text,
        conditions=tuple(dict.fromkeys((*slugs, organ.counts_as) if organ else slugs)),
        symptoms=tuple(dict.fromkeys(_in_context(felt, since_magnesium, "magnesium" in bare))),
        near=near,
        counts_as=organ.called if organ else None,
        denied=words.denied or words.takes_back_an_organ() or _says_nothing(bare),
        left_out=() if near else words.dangers(),
    )


def _spaced(text: str) -> str:
    return " ".join(text.casefold().replace("\u2019", "'").split())


def _answered_no(text: str, what: str, room: str, settled: frozenset[str]) -> Meant:
    """A question and its "no": takes back what is asked, unless that was something good."""
    asked = _line(what, room, False, settled)
    if not known.harmless() & {*asked.conditions, *asked.symptoms}:
        return Meant(as_written=text, denied=True)
    organ = _organ_in(_Words(what).words, room, (), settled)
    return Meant(
        as_written=text,
        conditions=(organ.counts_as,) if organ else (),
        counts_as=organ.called if organ else None,
        left_out=(what,),
    )


def _named(words: _Words, text: str, room: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Conditions and symptoms that stand in these words, by phrase, code and pattern."""
    names = {"conditions": known.condition_names(), "symptoms": known.symptom_words()}
    order = [room, *(one for one in names if one != room)]
    if not words.believed:  # "kidneys were fine until May": nothing good is believed either
        names = {one: known.without_what_is_well(one) for one in names}
    found = {one: tuple(words.stretches(one)) for one in names}
    well = {one: words.cover(stretch for stretch in found[one] if _is_well(stretch)) for one in names}
    phrases = {one: words.take(names[one]) for one in order}
    patterned = {
        one: (*well[one], *words.cover(stretch for stretch in found[one] if not _is_well(stretch)))
        for one in names
    }
    slugs = (*(names["conditions"][phrase] for phrase in phrases["conditions"]), *_by_code(text))
    felt = tuple(names["symptoms"][phrase] for phrase in phrases["symptoms"])
    return (*slugs, *patterned["conditions"]), (*felt, *patterned["symptoms"])


def _is_well(stretch: Stretch) -> bool:
    """It says that something is well: read first, so that "kidney function came back normal" is no disease."""
    return stretch.slug in known.harmless() and not stretch.denied


def _organ_in(
    words: Iterable[str], room: str, slugs: tuple[str, ...], settled: frozenset[str]
) -> Organ | None:
    """The organ that these words name, unless something in the line says already what is the matter with it."""
    left = tuple(words)
    for organ in known.organs():
        if room not in organ.where or organ.counts_as in settled or organ.settled_by & set(slugs):
            continue
        if any(organ.is_named_by(word) for word in left):
            return organ
    return None


def _nearest_of_all(text: str, conditions_first: bool) -> tuple[str | None, tuple[str, ...], tuple[str, ...]]:
    """The nearest name that means stop or a red flag, as its kind; three empty answers when none is near."""
    condition, symptom = _nearest(text, known.stopping_names()), _nearest(text, known.alarming_words())
    if condition and (conditions_first or not symptom):
        return condition, (known.condition_names()[condition],), ()
    if symptom:
        return symptom, (), (known.symptom_words()[symptom],)
    return None, (), ()


class _Words:
    """The words of a line; phrases are taken out of it, so that no word is read twice.

    tokens are the same words as patterns see them; owners say which word each of them belongs to.
    """

    def __init__(self, text: str, *, believed: bool = True) -> None:
        self.words: list[str] = []
        self.breaks: set[int] = set()  # places before which a comma or a full stop stands
        for part in _BREAK.split(text):
            self.words += [word.strip(",.;:!?()") for word in plain(part).split()]
            self.breaks.add(len(self.words))
        self.words = self.words[:LONGEST_LINE]
        self.believed = believed  # denials are taken at their word
        self.of_oneself = _OF_ONESELF.search(_spaced(text)) is not None  # and relatives are not meant
        self.covered = [False] * len(self.words)
        self.denied = False
        self.doubtful: list[str] = []
        pieces = [words_of(word) for word in self.words]
        self.tokens = [token for piece in pieces for token in piece]
        self.owners = [at for at, piece in enumerate(pieces) for _ in piece]

    def take(self, names: Mapping[str, str]) -> list[str]:
        """The names in what is left, longest first, whole words only; a denied one is taken but not named."""
        named: list[tuple[int, str]] = []
        for length in range(min(len(self.words), _longest(frozenset(names))), 0, -1):
            for start in range(len(self.words) - length + 1):
                phrase = _as_known(self.words[start : start + length], names)
                if phrase is None or any(self.covered[start : start + length]):
                    continue
                self.covered[start : start + length] = [True] * length
                if self._is_denied_at(start):
                    self._take_back(phrase, harmless=names[phrase] in known.harmless())
                else:
                    named.append((start, phrase))
        return [phrase for _, phrase in sorted(named)]

    def stretches(self, room: str) -> Iterator[Stretch]:
        """The patterns that stand here; where nothing is believed, none that says that something is well."""
        for one in standing_in(self.tokens, room, lambda token: self._is_denied_at(self.owners[token])):
            if self.believed or one.slug not in known.harmless():
                yield one

    def cover(self, stretches: Iterable[Stretch]) -> tuple[str, ...]:
        """The slugs of these patterns that nobody takes back; the words that they speak of are read."""
        slugs = []
        for one in stretches:
            for token in one.spoken:
                self.covered[self.owners[token]] = True
            if one.denied:
                self._take_back(
                    " ".join(self.tokens[one.start : one.end]), harmless=one.slug in known.harmless()
                )
            else:
                slugs.append(one.slug)
        return tuple(dict.fromkeys(slugs))

    def left(self) -> Iterator[str]:
        """Words that no phrase covers and no denial takes back."""
        return (
            word for at, word in enumerate(self.words) if not self.covered[at] and not self._is_denied_at(at)
        )

    def dangers(self) -> tuple[str, ...]:
        """Dangerous words that are left, and those of something good that was taken back."""
        return (*self.doubtful, *(word for word in self.left() if word in known.danger_words()))

    def takes_back_an_organ(self) -> bool:
        """ "No trouble with the kidneys": an organ named only to say that nothing is wrong with it."""
        return any(
            self._is_denied_at(at)
            for at, word in enumerate(self.words)
            if not self.covered[at] and known.is_dangerous(word)
        )

    def _take_back(self, phrase: str, *, harmless: bool) -> None:
        self.denied = True
        if harmless:  # "don't have good kidneys" denies what was well
            self.doubtful += [word for word in phrase.split() if word in known.danger_words()]

    def _is_denied_at(self, start: int) -> bool:
        """A denial before it with nothing but fillers between, or a relative: "no history of asthma"."""
        if not self.believed:
            return False
        if self._reaches(start, known.of_denial("denials"), known.of_denial("fillers"), listed_too=True):
            return True
        of_others = known.of_denial("relatives"), known.of_denial("of-relatives")
        return not self.of_oneself and self._reaches(start, *of_others)

    def _reaches(
        self, start: int, wanted: frozenset[str], over: frozenset[str], *, listed_too: bool = False
    ) -> bool:
        """Whether a wanted word stands before, over fillers; "no X or Y" reaches over a known X too."""
        listed = listed_too and start > 0 and self.words[start - 1] in {"or", "nor"}
        for back in range(1, min(_REACH * (2 if listed else 1), start) + 1):
            at = start - back
            if at + 1 in self.breaks and not (listed and back > 1):
                return False
            if self.words[at] in wanted and not self.covered[at]:
                return True
            in_list = listed and (self.covered[at] or known.is_dangerous(self.words[at]))
            if self.words[at] not in over and not in_list:
                return False
        return False


def _as_known(window: list[str], names: Mapping[str, str]) -> str | None:
    """The name that these words are, with or without the articles inside it."""
    phrase = " ".join(window)
    if phrase in names:
        return phrase
    inner = [word for word in window[1:-1] if word not in _ARTICLES]
    if len(inner) == len(window) - 2 or len(window) < 3:
        return None
    shorter = " ".join((window[0], *inner, window[-1]))
    return shorter if shorter in names else None


def says_new(text: str) -> bool:
    """Whether the words themselves say that something is new or getting worse."""
    words = _Words(text)
    named = known.symptom_words()
    return any(named[phrase] == "words-for-new" for phrase in words.take(named))


@cache
def _longest(names: frozenset[str]) -> int:
    return max(len(name.split()) for name in names) + 1  # an article may stand inside


def _says_nothing(text: str) -> bool:
    """ "none", "n/a", "no", "nothing": an answer, and a clear one."""
    return text in _NOTHING or (text.split(" ", 1)[0] in {"none", "nothing"} and len(text.split()) <= 2)


def _by_code(text: str) -> tuple[str, ...]:
    """Conditions named by their ICD-10 codes; a code stands for everything below it."""
    codes = [match.group().upper() for match in _CODE.finditer(text[:2000])]
    return tuple(
        dict.fromkeys(slug for code in codes for above, slug in known.codes() if _is_under(code, above))
    )


def _is_under(code: str, above: str) -> bool:
    return (
        code == above or code.startswith((f"{above}.", above)) if "." not in above else code.startswith(above)
    )


def _nearest(text: str, names: tuple[str, ...]) -> str | None:
    from rapidfuzz import fuzz, process

    if len(text) < known.SHORTEST_NEAR:
        return None
    match = process.extractOne(text, names, scorer=fuzz.ratio, score_cutoff=NEAR_ENOUGH)
    return match[0] if match else None


def _in_context(found: tuple[str, ...], taking: bool, names_magnesium: bool) -> Iterator[str]:
    """The symptoms as they count here: tiredness that was there before magnesium is no red flag.

    taking: magnesium is taken, and the line stands where new or worse things are told.
    """
    new, old = "words-for-new" in found, "words-for-old" in found
    for slug in found:
        if slug in {"words-for-new", "words-for-old"}:
            continue
        entry = known.symptom(slug)
        if not entry.get("since"):
            yield slug
        elif (taking and not (old and not new)) or (new and names_magnesium):
            yield str(entry.get("said_new", slug)) if new else slug
        else:
            yield str(entry["otherwise"])
        yield from entry.get("also", ())
