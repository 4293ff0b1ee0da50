"""One line of a medicine list -> the medicines on it.

A line may hold several products ("metformin 500 bid, lisinopril 10 and aspirin"), and a product several
ingredients ("lisinopril-hctz 20/12.5"). Whatever is neither a known name nor an ordinary word of such lines
becomes a medicine that could not be checked: nothing is dropped silently.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import cache
from itertools import pairwise

from magwise.knowledge import entries
from magwise.knowledge.imported import imported
from magwise.medicine.load import load_of
from magwise.medicine.model import Kind, Medicine, Spacing
from magwise.medicine.names import (
    Ingredient,
    Product,
    known_names,
    may_be,
    may_mark,
    near,
    product_named,
    rules_together,
)
from magwise.medicine.sig import Sig, read_sig
from magwise.medicine.words import Phrase, Word, meaning, phrase_key, phrases_in, plain, plain_words, words_of

__all__ = ["read_medicine"]

LONGEST_LINE = 10_000
MENDED = 2  # words of a name torn in two
MOST_NEAR_SEARCHES = 12  # a page of unknown words is not worth a second of searching
SHORTEST_UNKNOWN = 4
LONGEST_COMPLAINT = 5
LONG_WORD = 7  # shorter words are near to something by chance

_SEPARATOR = re.compile(r"[,;\n\r|•+&]")
_OPENING = re.compile(r"[(\[{]")
_CLOSING = re.compile(r"[)\]}]")
_HARD_SEPARATOR = re.compile(r"[;\n\r|•]")
_AND = frozenset({"and", "und", "et", "plus"})
_LEADING = frozenset({"with", "w", "of", "my", "take", "taking", "takes", "also", "on", "use", "some"})
_SWALLOWED = frozenset({"oral", "unknown"})
_LOCAL = frozenset({"eye", "ear", "nose", "skin", "inhaled", "vaginal", "rectal"})
_DOCTORS = frozenset({"dr", "doctor", "doc"})
_LABELS = {"oral", "unknown", "injection", "rectal"}


@dataclass(frozen=True, slots=True, order=True)
class _Hit:
    """A known name, or a lay description, at words start to end."""

    start: int
    end: int
    key: str
    product: Product | None = field(compare=False)
    may_be: tuple[str, ...] = field(default=(), compare=False)


@dataclass(slots=True)
class _Item:
    """What will become one medicine: its names, and the words that belong to it."""

    start: int
    end: int
    hits: list[_Hit] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    joined_by_and: bool = False


def read_medicine(line: str) -> tuple[Medicine, ...]:
    """The medicines on this line; () when it says that there are none."""
    text = plain(line[:LONGEST_LINE])
    words = words_of(text)
    if not words:
        return () if not line.strip(" \t\r\n-–—._/*") else (_unknown_whole(line),)
    if _says_none(words):
        return ()
    items = _items(words)
    found = tuple(_as_medicine(item, line, text, words, len(items) == 1) for item in items)
    found = _share_times(items, found)
    return (*found, _unknown_whole(line[LONGEST_LINE:])) if len(line) > LONGEST_LINE else found


def _unknown_whole(line: str) -> Medicine:
    return Medicine(as_written=line.strip()[:200], kind=Kind.UNKNOWN, why=("no name in it is known",))


# ---- names -----------------------------------------------------------------------------------------------


def _hits(words: tuple[Word, ...]) -> list[_Hit]:
    """Known names, the longest from each place."""
    hits: list[_Hit] = []
    at = 0
    while at < len(words):
        hit = _hit_at(words, at)
        if hit is None:
            at += 1
        else:
            hits.append(hit)
            at = hit.end
    return hits


def _without_drinks(hits: list[_Hit]) -> list[_Hit]:
    """'Synthroid with coffee' is about Synthroid; a line that names nothing else is about the coffee."""
    medicines = [hit for hit in hits if not (hit.product and _is_a_drink(hit.product))]
    return medicines or hits


def _is_a_drink(product: Product) -> bool:
    return all(one.mineral == "drink" for one in product.ingredients)


def _hit_at(words: tuple[Word, ...], at: int) -> _Hit | None:
    longest = _longest_name_after().get(words[at].text, 0 if words[at].is_number else MENDED)
    more = imported()
    if more is not None:
        longest = max(longest, more.longest_after(words[at].text))
    for length in range(min(longest, len(words) - at), 0, -1):
        stretch = words[at : at + length]
        if any(_HARD_SEPARATOR.search(word.gap) for word in stretch[1:]):
            continue
        product, key = _product_of(stretch)
        if product and (not product.only_at_start or _begins_an_entry(words, at)):
            return _Hit(at, at + length, key, product)
    return None


def _product_of(stretch: tuple[Word, ...]) -> tuple[Product | None, str]:
    """What these words name; a name torn in two ("levo thyroxine") is mended when it is long enough."""
    key = " ".join(word.text for word in stretch)
    product = product_named(key)
    if product is None and len(stretch) == 2 and not any(word.is_number for word in stretch):
        mended = stretch[0].text + stretch[1].text
        if len(mended) >= 8 and min(len(word.text) for word in stretch) >= 3:
            return known_names().get(mended), mended
    return product, key


@cache
def _longest_name_after() -> Mapping[str, int]:
    """How many words the longest name has that begins with this one; at least two, for names torn in two."""
    longest: dict[str, int] = {}
    for key in known_names():
        first = key.split(" ", 1)[0]
        longest[first] = max(longest.get(first, MENDED), key.count(" ") + 1)
    return longest


def _begins_an_entry(words: tuple[Word, ...], at: int) -> bool:
    """Short names ("Mg 400", "Fe") count only where an entry begins."""
    return at == 0 or bool(_SEPARATOR.search(words[at].gap)) or words[at - 1].text in _AND | _LEADING


def _lay_hits(words: tuple[Word, ...], start: int, end: int) -> list[_Hit]:
    """'my thyroid pill': what it may be, never what it is."""
    for at in range(start, end):
        for length in range(min(4, end - at), 0, -1):
            key = " ".join(word.text for word in words[at : at + length])
            candidates = may_be(key)
            if candidates:
                return [_Hit(at, at + length, key, None, candidates)]
    return []


def _describes(words: tuple[Word, ...], lay: _Hit, hits: list[_Hit]) -> bool:
    """'Lisinopril (my pressure pill)' and 'for thyroid' speak of the named medicine; 'and a thyroid pill' does not."""
    inside_a_name = any(hit.start < lay.end and lay.start < hit.end for hit in hits)
    if inside_a_name or (lay.start and meaning(words, lay.start - 1, "indication")):
        return True
    if any(mark in words[lay.start].gap for mark in "(["):
        return True
    meant = [product for name in lay.may_be if (product := product_named(phrase_key(name)))]
    meant_classes = {name for product in meant for name in ingredients_classes(product)}
    meant_names = {name for product in meant for name in product.names}
    said = [hit.product for hit in hits if hit.product]
    return any(
        set(product.names) & meant_names or set(ingredients_classes(product)) & meant_classes
        for product in said
    )


# ---- dividing the line -----------------------------------------------------------------------------------


def _items(words: tuple[Word, ...]) -> list[_Item]:
    """The line divided into products, each with the words that belong to it."""
    hits = _hits(words)
    inside = {place for hit in hits for place in range(hit.start + 1, hit.end)}
    strange = _strange_words(words, hits)
    hits = _without_drinks(hits)
    items: list[_Item] = []
    waiting: int | None = None  # words before the first name belong to it
    for start, end in _stretches(words, inside):
        lay = _lay_hits(words, start, end)
        here = [hit for hit in hits if start <= hit.start < end]
        here = sorted([*here, *(hit for hit in lay if not here or not _describes(words, hit, here))])
        spoken = {place for hit in lay for place in range(hit.start, hit.end)}
        unknown = [place for place in range(start, end) if place in strange - spoken]
        if not here and _says_none(words[start:end]):
            waiting = None  # "keine Medikamente, nur Magnesium"
            continue
        if not here and not unknown:
            waiting = _continue(items, start, end, waiting)
            continue
        begin = start if waiting is None else waiting
        waiting = None
        items.extend(_divide(words, begin, end, here, unknown))
        items[-1].joined_by_and = _joined_by_and(words, end)
    if not items:
        return [_Item(0, len(words))]
    return items


def _continue(items: list[_Item], start: int, end: int, waiting: int | None) -> int | None:
    """A stretch without a name ('75 other days', 'since 2019') goes on with what came before."""
    if items:
        items[-1].end = end
        return None
    return start if waiting is None else waiting


def _stretches(words: tuple[Word, ...], inside: set[int]) -> Iterator[tuple[int, int]]:
    """The line cut at commas, semicolons, plus signs and 'and', but never inside a name."""
    start = 0
    for place in range(1, len(words)):
        cut = _SEPARATOR.search(words[place].gap) or words[place].text in _AND
        if cut and place not in inside:
            yield start, place
            start = place
    yield start, len(words)


def _joined_by_and(words: tuple[Word, ...], end: int) -> bool:
    if end >= len(words):
        return False
    return words[end].text in _AND or bool(re.search(r"[+&]", words[end].gap))


def _divide(
    words: tuple[Word, ...], start: int, end: int, hits: list[_Hit], unknown: list[int]
) -> list[_Item]:
    """One stretch as products: a new one begins where an amount stands between two names."""
    items: list[_Item] = []
    for hit in hits:
        if items and not _begins_anew(words, items[-1].hits[-1], hit):
            items[-1].hits.append(hit)
        else:
            items.append(_Item(start if not items else hit.start, end, [hit]))
    for earlier, later in pairwise(items):
        earlier.end = later.start
    if not items:
        return [_Item(start, end, unknown=[" ".join(words[place].text for place in unknown)])]
    in_brackets = _in_brackets(words[start:end])
    first = min(hit.start for hit in hits)
    strangers = [group for group in _groups(unknown) if group[0] < first or not in_brackets[group[0] - start]]
    items.extend(
        _Item(group[0], _until_next(group, end, hits, strangers), unknown=[_said(words, group)])
        for group in strangers
    )
    return items


def _until_next(group: list[int], end: int, hits: list[_Hit], groups: list[list[int]]) -> int:
    starts = [hit.start for hit in hits] + [other[0] for other in groups]
    return min((start for start in starts if start > group[-1]), default=end)


def _said(words: tuple[Word, ...], group: list[int]) -> str:
    return " ".join(words[place].text for place in group)


def _begins_anew(words: tuple[Word, ...], before: _Hit, after: _Hit) -> bool:
    if before.product is None or after.product is None:
        return True
    if _is_a_mineral(before.product) != _is_a_mineral(after.product):
        return True  # "Synthroid with calcium": what may be moved is never one with what may not
    between = words[before.end : after.start]
    gap = words[after.start].gap
    if any(mark in gap for mark in "/([{") or (gap == "-" and not between):
        return False
    if between and between[-1].text in {"with", "w", "mit", "avec", "or", "aka"}:
        return False
    return any(word.is_number for word in between) or any(
        phrase.kind in {"moment", "frequency", "as_needed"} for phrase in phrases_in(tuple(between))
    )


def _is_a_mineral(product: Product) -> bool:
    return product.mineral is not None or all(one.mineral is not None for one in product.ingredients)


def _groups(places: list[int]) -> list[list[int]]:
    groups: list[list[int]] = []
    for place in places:
        if groups and place == groups[-1][-1] + 1:
            groups[-1].append(place)
        else:
            groups.append([place])
    return groups


def _in_brackets(words: tuple[Word, ...]) -> tuple[bool, ...]:
    """Which words stand in brackets: there a strange word is another name of the medicine before them."""
    depth, found = 0, []
    for word in words:
        depth = max(0, depth + len(_OPENING.findall(word.gap)) - len(_CLOSING.findall(word.gap)))
        found.append(depth > 0)
    return tuple(found)


def _strange_words(words: tuple[Word, ...], hits: list[_Hit]) -> set[int]:
    """Places of words that are no name, no time, no ordinary word of such lines and no stated complaint."""
    named = frozenset(place for hit in hits for place in range(hit.start, hit.end))
    phrases = phrases_in(words, named)
    understood = set(named)
    for phrase in phrases:
        understood.update(range(phrase.start, phrase.end))
    understood |= _complaints(words, named, phrases)
    ordinary = plain_words()
    return {
        place
        for place, word in enumerate(words)
        if place not in understood
        and not word.is_number
        and word.text not in ordinary
        and _is_long_enough(words, place)
        and not (place and words[place - 1].text in _DOCTORS)
    }


def _is_long_enough(words: tuple[Word, ...], place: int) -> bool:
    """Short scraps count only when an amount follows them."""
    word = words[place]
    if len(word.text) >= SHORTEST_UNKNOWN or not word.text.isascii():
        return True
    return len(word.text) == 3 and (
        len(words) == 1 or (place + 1 < len(words) and words[place + 1].is_number)
    )


def _complaints(words: tuple[Word, ...], named: frozenset[int], phrases: list[Phrase]) -> set[int]:
    """What a medicine is taken for: the words after 'for' or 'prn', up to a number, a name or a separator."""
    places: set[int] = set()
    for phrase in phrases:
        if phrase.kind != "indication":
            continue
        for place in range(phrase.end, min(phrase.end + LONGEST_COMPLAINT, len(words))):
            if words[place].is_number or place in named or _SEPARATOR.search(words[place].gap):
                break
            places.add(place)
    return {place for place in places if not _names_a_medicine_after_all(words, place)}


def _names_a_medicine_after_all(words: tuple[Word, ...], place: int) -> bool:
    """'for blorptex 20 mg', 'prn raltegavir': an amount follows, or the word is near a medicine's name."""
    word = words[place].text
    if place + 1 < len(words) and words[place + 1].is_number:
        return True
    return len(word) >= LONG_WORD and word not in plain_words() and bool(near(word))


# ---- saying none -----------------------------------------------------------------------------------------


def _says_none(words: tuple[Word, ...]) -> bool:
    none, filler = _none_words()
    texts = {word.text for word in words}
    return bool(texts & none) and texts <= none | filler


@cache
def _none_words() -> tuple[frozenset[str], frozenset[str]]:
    """Words that say none, aids that are no medicine among them; and words that may stand beside these."""
    listed: dict[str, list[str]] = {"none": [], "none_filler": []}
    for entry in entries("medicines/words"):
        if entry["kind"] in listed:
            listed[entry["kind"]] += map(str, entry["words"])
    none = {part for phrase in listed["none"] for part in phrase.split()}
    return frozenset(none) - {"t", "a"}, frozenset(listed["none_filler"]) | {"t", "a", "n"}


# ---- from words to a medicine ----------------------------------------------------------------------------


def _as_medicine(item: _Item, line: str, text: str, words: tuple[Word, ...], only_one: bool) -> Medicine:
    mine = words[item.start : item.end]
    named = frozenset(
        place - item.start for hit in item.hits for place in range(hit.start, hit.end) if hit.product
    )
    sig = read_sig(text, mine, named)
    as_written = line.strip() if only_one else _slice(line, text, mine)
    products = [hit.product for hit in item.hits if hit.product]
    if not products:
        return _unknown(item, as_written, mine, sig)
    return _known(item, products, as_written, mine, sig)


def _slice(line: str, text: str, mine: tuple[Word, ...]) -> str:
    source = line if len(line) == len(text) else text
    return source[mine[0].start : mine[-1].end].strip()


def _unknown(item: _Item, as_written: str, mine: tuple[Word, ...], sig: Sig) -> Medicine:
    proposals = [name for hit in item.hits for name in hit.may_be]
    for said in item.unknown[:MOST_NEAR_SEARCHES]:
        parts = said.split()[:MOST_NEAR_SEARCHES]
        proposals += [name for part in (*parts, "".join(parts)) for name in near(part)]
    medicine = Medicine(
        as_written=as_written[:200],
        kind=Kind.UNKNOWN,
        route=sig.route or "unknown",
        near=tuple(dict.fromkeys(proposals)),
        markers=tuple(dict.fromkeys(mark for hit in item.hits for mark in may_mark(hit.key))),
        why=("the name is not known",),
    )
    return _with_sig(medicine, sig)


def _known(
    item: _Item, products: list[Product], as_written: str, mine: tuple[Word, ...], sig: Sig
) -> Medicine:
    ingredients = tuple(dict.fromkeys(one for product in products for one in product.ingredients))
    route = _route(products, ingredients, sig)
    rules = [rule for product in products for rule in product.own_spacings]
    rules += rules_together(one.name for one in ingredients)
    rules += [rule for one in ingredients for rule in one.spacings]
    mineral = next((product.mineral for product in products if product.mineral), None)
    mineral = mineral or next((one.mineral for one in ingredients if one.mineral), None)
    whole = Product(ingredients, mineral=mineral)
    keys = tuple(hit.key for hit in item.hits)
    prescription = [product.prescription for product in products if product.prescription is not None]
    usual = {one.route for one in ingredients}
    medicine = Medicine(
        as_written=as_written,
        kind=Kind.RULED if rules else Kind.RECOGNISED,
        ingredients=tuple(one.name for one in ingredients),
        spacings=_that_apply(tuple(dict.fromkeys(rules)), route),
        classes=_classes(ingredients_classes(whole), route in _LABELS or sig.patch or route in usual),
        route=route,
        mineral=mineral,
        mineral_mg=(sig.dose_mg or sig.bare) if mineral else None,
        prescription=prescription[0] if prescription else any(one.prescription for one in ingredients),
        magnesium=load_of(whole, keys, sig, route),
        markers=tuple(dict.fromkeys(mark for one in ingredients for mark in one.markers)),
        given_for=tuple(dict.fromkeys(mark for one in ingredients for mark in one.given_for)),
        why=("the line says that it was stopped; it is checked all the same",) if sig.stopped else (),
    )
    return _with_sig(medicine, sig)


def ingredients_classes(product: Product) -> tuple[str, ...]:
    """The classes of every ingredient, each once."""
    return tuple(dict.fromkeys(name for one in product.ingredients for name in one.classes))


def _classes(classes: tuple[str, ...], in_the_body: bool) -> tuple[str, ...]:
    """Drops and creams stay where they are put; tablets, injections and patches do not."""
    return classes if in_the_body else ()


def _route(products: list[Product], ingredients: tuple[Ingredient, ...], sig: Sig) -> str:
    """The way that the line tells, if the medicine is ever given that way: 'with coffee and cream' is no cream."""
    usual = _usual_route(products)
    if sig.route is None or sig.route == usual:
        return usual
    return sig.route if all(one.can_be_given(sig.route) for one in ingredients) else usual


def _usual_route(products: list[Product]) -> str:
    """How this product is usually given; swallowed wherever one of the ingredients may be."""
    told = [product.route for product in products if product.route]
    routes = {one.route for product in products for one in product.ingredients}
    if told:
        return told[0]
    return next(iter(routes)) if len(routes) == 1 else "oral"


def _that_apply(rules: tuple[Spacing, ...], route: str) -> tuple[Spacing, ...]:
    """In the gut only what is swallowed meets magnesium; what acts on the whole body does so by injection too."""
    if route in _SWALLOWED:
        return rules
    if route in _LOCAL:
        return ()
    return tuple(rule for rule in rules if not rule.in_the_gut)


def _with_sig(medicine: Medicine, sig: Sig) -> Medicine:
    starts, ends = _course_dates(medicine, sig)
    return replace(
        medicine,
        starts=starts,
        ends=ends,
        dose=sig.dose,
        times=sig.times,
        time_words=sig.time_words,
        before_meal=sig.before_meal,
        with_food=sig.with_food,
        empty_stomach=sig.empty_stomach,
        as_needed=sig.as_needed,
        days=sig.days,
        every_days=sig.every_days,
        course_days=sig.course_days,
        since_year=sig.since_year,
        long_term=sig.long_term,
    )


def _course_dates(medicine: Medicine, sig: Sig) -> tuple[date | None, date | None]:
    """First and last day as the line tells them; a date alone is the day of a medicine that has one day only."""
    one_day = any(rule.holds_that_day_only for rule in medicine.spacings)
    starts = sig.starts or (sig.dated if one_day or sig.course_days else None)
    if starts and sig.ends is None and (sig.course_days or one_day):
        return starts, starts + timedelta(days=(sig.course_days or 1) - 1)
    return starts, sig.ends


def _share_times(items: list[_Item], found: tuple[Medicine, ...]) -> tuple[Medicine, ...]:
    """'levothyroxine and calcium at bedtime': the time at the end holds for what 'and' joins to it."""
    shared = list(found)
    for place in range(len(items) - 2, -1, -1):
        mine, next_one = shared[place], shared[place + 1]
        if items[place].joined_by_and and not (mine.times or mine.time_words):
            shared[place] = replace(mine, times=next_one.times, time_words=next_one.time_words)
    return tuple(shared)
