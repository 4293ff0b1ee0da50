"""knowledge/medicines/names -> which ingredients a name means, and what a misspelt one could have meant.

Exact names, brands and the spellings in the knowledge decide, with the regular endings that languages give
an international name (omeprazol, metformine). Edit distance and sound only propose: `near` never decides.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

from magwise.errors import BrokenKnowledge
from magwise.knowledge import entries
from magwise.knowledge.imported import ImportedNames, imported
from magwise.medicine.model import Spacing
from magwise.medicine.rules import room_of
from magwise.medicine.words import key_of_plain, phrase_key, plain_words, without_accents

__all__ = [
    "Ingredient",
    "Product",
    "known_names",
    "may_be",
    "may_mark",
    "near",
    "own_product_named",
    "product_named",
    "rules_together",
    "spacings_of",
]

AT_START = "^"  # in the knowledge: this short name counts only where an entry begins


@dataclass(frozen=True, slots=True)
class Ingredient:
    """One ingredient and what is known of it.

    `markers` are questions that it raises; `given_for` are those of them that say nothing about the medicine
    beside magnesium and much about the person. `rules` are ids in the file `room` of knowledge/spacings.
    `also_given` are ways beside the usual `route`; `family` is the salt of knowledge/forms, where the name does
    not say it.
    """

    name: str
    classes: tuple[str, ...] = ()
    markers: tuple[str, ...] = ()
    given_for: tuple[str, ...] = ()
    room: str | None = None
    rules: tuple[str, ...] = ()
    route: str = "oral"
    also_given: tuple[str, ...] = ()
    prescription: bool = True
    mineral: str | None = None
    family: str | None = None

    def can_be_given(self, route: str) -> bool:
        """Whether this way is known; an ingredient without a rule has nothing to lose by it."""
        return not self.rules or route in ("oral", self.route, *self.also_given)

    @property
    def spacings(self) -> tuple[Spacing, ...]:
        if self.room is None:
            return ()
        try:
            return tuple(room_of(self.room)[rule] for rule in self.rules)
        except KeyError as lacking:
            raise BrokenKnowledge(
                f"{self.name} points to the rule {lacking}, which is not in spacings/{self.room}."
            ) from lacking


@dataclass(frozen=True, slots=True)
class Product:
    """What a name stands for: one ingredient, or several with what holds for the combination only."""

    ingredients: tuple[Ingredient, ...]
    route: str | None = None
    mineral: str | None = None
    prescription: bool | None = None
    room: str | None = None
    rules: tuple[str, ...] = ()
    only_at_start: bool = False

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(one.name for one in self.ingredients)

    @property
    def own_spacings(self) -> tuple[Spacing, ...]:
        return tuple(room_of(self.room)[rule] for rule in self.rules) if self.room else ()


def product_named(key: str) -> Product | None:
    """What this name means, or None. `key` as `phrase_key` writes it. Our own names come first."""
    found = own_product_named(key)
    more = imported()
    return found or (_imported_product(key, more) if more else None)


def own_product_named(key: str) -> Product | None:
    """What this name means by our own knowledge, whatever has been imported."""
    found = known_names().get(key)
    if found is not None or len(key) < 6 or key in plain_words():
        return found
    made = None if " " in key else _made_names().get(key) or _without_its_salt(key)
    return made or _with_a_second(key)


def _with_a_second(key: str) -> Product | None:
    """'Diovan comp', 'Co-Diovan': a word beside a name that always means one more ingredient."""
    for word, is_before, classes, second in _seconds():
        bare = key.removeprefix(word) if is_before else key.removesuffix(f" {word}")
        product = known_names().get(bare.strip()) if bare != key else None
        if product and len(product.ingredients) == 1 and classes & set(product.ingredients[0].classes):
            return Product((product.ingredients[0], second))
    return None


@cache
def _seconds() -> tuple[tuple[str, bool, frozenset[str], Ingredient], ...]:
    """Each such word, whether it stands before the name, the classes it is said of, and what it adds."""
    return tuple(
        (word, side == "before", frozenset(entry["to_classes"]), _ingredients()[entry["with"]])
        for entry in entries("medicines/names")
        if "to_classes" in entry
        for side in ("before", "after")
        for word in entry[side]
    )


def _without_its_salt(key: str) -> Product | None:
    """'metoprololsuccinat' is metoprolol: German writes the salt on to the name."""
    for salt in _salts():
        bare = key.removesuffix(salt)
        if bare != key and len(bare) >= 6:
            return known_names().get(bare) or _made_names().get(bare)
    return None


@cache
def _salts() -> tuple[str, ...]:
    """Salts that are written on to a name, the longest first."""
    listed = (entry["words"] for entry in entries("medicines/words") if entry["kind"] == "salt_ending")
    return tuple(sorted((str(word) for words in listed for word in words), key=len, reverse=True))


def _imported_product(key: str, names: ImportedNames) -> Product | None:
    """What an imported name means: our ingredients where we know them, with their rules; else the bare name."""
    if key in plain_words():
        return None
    parts = names.ingredients_of(key)
    return Product(tuple(_ingredient_called(part) for part in parts)) if parts else None


def _ingredient_called(name: str) -> Ingredient:
    ours = known_names().get(phrase_key(name))
    return ours.ingredients[0] if ours and len(ours.ingredients) == 1 else Ingredient(name.lower())


def spacings_of(ingredient: str) -> tuple[Spacing, ...]:
    """The rules that speak about an ingredient or brand, swallowed; () when none does or it is not known."""
    product = product_named(phrase_key(ingredient))
    if product is None:
        return ()
    found = [rule for one in product.ingredients for rule in one.spacings]
    return tuple(dict.fromkeys((*product.own_spacings, *found)))


def may_be(key: str) -> tuple[str, ...]:
    """What people mean who say "my thyroid pill": candidates, the worst first; never a decision."""
    return _lay().get(key, ())


def may_mark(key: str) -> tuple[str, ...]:
    """What such words say of the person all the same: "my heart pill" asks about the heart."""
    return _lay_marks().get(key, ())


@cache
def known_names() -> Mapping[str, Product]:
    """Every name, brand and spelling in the knowledge, as `phrase_key` writes it."""
    known: dict[str, Product] = {}
    for names, product in _written_names(_ingredients()):
        for name in without_accents(names).split(","):
            key = key_of_plain(name)
            if key and key not in known:
                known[key] = _at_start(product) if name.lstrip().startswith(AT_START) else product
    joined = ((key.replace(" ", ""), product) for key, product in list(known.items()) if " " in key)
    _add(known, ((key, product) for key, product in joined if key not in _lay()))  # vitamine is not vitamin E
    return known


def rules_together(names: Iterable[str]) -> tuple[Spacing, ...]:
    """Rules that hold for these ingredients in one product, beyond those of each ("dolutegravir/rilpivirine")."""
    product = _ruled_together().get(frozenset(names))
    return product.own_spacings if product else ()


@cache
def _ruled_together() -> Mapping[frozenset[str], Product]:
    return {frozenset(one.names): one for one in known_names().values() if one.rules}


@cache
def _made_names() -> Mapping[str, Product]:
    """International names as other languages end them."""
    made: dict[str, Product] = {}
    known = known_names()
    _add(made, _endings((name, known[phrase_key(name)]) for name in _ingredients()))
    return {key: product for key, product in made.items() if key not in known}


@lru_cache(maxsize=4096)
def near(word: str) -> tuple[str, ...]:
    """Ingredients whose names are a few letters or a sound away, the worst for magnesium first."""
    if len(word) < 4:  # three letters are near to everything
        return ()
    from rapidfuzz import process
    from rapidfuzz.distance import OSA

    keys = _long_keys()
    allowed = 1 if len(word) <= 5 else 2 if len(word) <= 8 else 3
    by_letters = process.extract(word, keys, scorer=OSA.distance, score_cutoff=allowed, limit=12)
    distances = {key: float(distance) for key, distance, _ in by_letters}
    for key in _by_sound().get(_sound(word), ()):
        distances.setdefault(key, float(allowed))
    scored = {
        name: min(distances[key], 99.0)
        for key in sorted(distances, key=lambda one: -distances[one])
        for name in known_names()[key].names
    }
    return tuple(sorted(scored, key=lambda name: (*_harmless(name), scored[name], name)))


def _harmless(name: str) -> tuple[int, float]:
    """Sorts the worst first: by level, then by the longest gap."""
    rules = spacings_of(name)
    level = max((int(rule.level) for rule in rules if rule.level), default=0)
    hours = max((max(rule.mg_before_h or 0, rule.mg_after_h or 0) for rule in rules), default=0.0)
    return -level, -hours


@cache
def _long_keys() -> list[str]:
    return [key for key, product in known_names().items() if len(key) >= 4 and not product.only_at_start]


@cache
def _by_sound() -> Mapping[str, tuple[str, ...]]:
    sounds: dict[str, list[str]] = {}
    for key in _long_keys():
        sounds.setdefault(_sound(key), []).append(key)
    return {sound: tuple(keys) for sound, keys in sounds.items() if len(sound) >= 4}


_SOUNDS_ALIKE = tuple(
    (re.compile(pattern), sound)
    for pattern, sound in (
        (r"ph", "f"),
        (r"th", "t"),
        (r"ck|q(?:u)?|c(?=[aoulrkt]|$)", "k"),
        (r"c(?=[eiy])|sc(?=[eiy])|z", "s"),
        (r"x", "ks"),
        (r"[ck]h", "k"),
        (r"y|ie|ee|ea", "i"),
        (r"[^a-z]", ""),
        (r"(.)\1+", r"\1"),
        (r"(?<=.)[aeiou]+", "a"),
        (r"a$", ""),
    )
)


@lru_cache(maxsize=16384)
def _sound(word: str) -> str:
    """How a word sounds, roughly: vowels alike, doubled letters once."""
    for pattern, sound in _SOUNDS_ALIKE:
        word = pattern.sub(sound, word)
    return word


def _at_start(product: Product) -> Product:
    return Product(
        product.ingredients,
        product.route,
        product.mineral,
        product.prescription,
        product.room,
        product.rules,
        only_at_start=True,
    )


def _add(known: dict[str, Product], more: Iterator[tuple[str, Product]]) -> None:
    """Names that are listed outrank names that are made; a made name that two would share is nobody's."""
    made: dict[str, Product | None] = {}
    for key, product in more:
        if key not in known and len(key) >= 4:
            same = key not in made or made[key] == product
            made[key] = product if same else None
    known.update({key: product for key, product in made.items() if product is not None})


_ENDINGS = (
    (re.compile(r"(?<=[a-z]{4})e$"), ""),  # omeprazole -> omeprazol, furosemide -> furosemid
    (re.compile(r"(?<=[a-z]{4}in)$"), "e"),  # metformin -> metformine
    (re.compile(r"(?<=[a-z]{4})ine?$"), "ina"),  # amlodipine -> amlodipina
    (re.compile(r"(?<=[a-z]{3})ole$"), "olo"),  # omeprazole -> omeprazolo
    (re.compile(r"(?<=[a-z]{3})one$"), "ona"),  # spironolactone -> spironolactona
    (re.compile(r"(?<=[a-z]{3})ide$"), "ida"),  # furosemide -> furosemida
    (re.compile(r"(?<=[a-z]{4})cillin$"), "cilline"),
    (re.compile(r"(?<=[a-z]{4}an)$"), "e"),
    (re.compile(r"(?<=[a-z]{4}en)$"), "e"),  # ibuprofen -> ibuprofene
    (re.compile(r"(?<=[a-z]{4}ol)$"), "e"),
    (re.compile(r"(?<=[a-z]{4}pril)$"), "e"),
    (re.compile(r"ph"), "f"),
    (re.compile(r"th"), "t"),
)


def _endings(named: Iterable[tuple[str, Product]]) -> Iterator[tuple[str, Product]]:
    """The same international name as other languages end it. Brands and short names are left alone."""
    for name, product in named:
        key = phrase_key(name)
        if " " not in key and len(key) >= 7 and len(product.ingredients) == 1:
            for ending, other in _ENDINGS:
                if ending.search(key):
                    yield ending.sub(other, key), product


def _written_names(ingredients: Mapping[str, Ingredient]) -> Iterator[tuple[str, Product]]:
    """Own names first, then brands (as the knowledge lists them, with commas), then brands listed by country."""
    combinations: dict[str, Product] = {}
    for name, one in ingredients.items():
        yield name.replace(",", " "), Product((one,))
    for entry in entries("medicines/names"):
        for name, also in entry.get("medicines", {}).items():
            yield also or "", Product((ingredients[name],))
        for parts, also in entry.get("combinations", {}).items():
            product = _combination(entry, parts, ingredients)
            if (
                len(product.ingredients) > 1
            ):  # one ingredient in another shape ("Vigamox", for the eye) is no model
                combinations[parts] = product
            yield also or "", product
    for entry in entries("medicines/names"):
        for parts, also in entry.get("brands", {}).items():
            yield also, combinations.get(parts) or _of_listed(parts, ingredients, entry)


def _of_listed(parts: str, ingredients: Mapping[str, Ingredient], entry: Mapping[str, Any]) -> Product:
    """A brand of ingredients that stand elsewhere; one that stands nowhere is a slip of the pen."""
    try:
        return Product(tuple(ingredients[name] for name in parts.split(" + ")))
    except KeyError as lacking:
        raise BrokenKnowledge(
            f"{lacking} is no listed ingredient.", where=f"knowledge/{entry['file']}, {entry['id']}"
        ) from None


def _combination(entry: Mapping[str, Any], parts: str, ingredients: Mapping[str, Ingredient]) -> Product:
    names = parts.split(" + ")
    return Product(
        tuple(ingredients.get(name) or Ingredient(name) for name in names),
        route=entry.get("route"),
        mineral=entry.get("mineral"),
        prescription=entry.get("prescription"),
        room=entry.get("spacings"),
        rules=tuple(entry.get("more", ())),
    )


@cache
def _ingredients() -> Mapping[str, Ingredient]:
    found: dict[str, Ingredient] = {}
    for entry in entries("medicines/names"):
        for name in entry.get("medicines", {}):
            if name in found:
                raise BrokenKnowledge(f"{name} is listed twice.", where=f"knowledge/{entry['file']}")
            found[name] = _as_ingredient(entry, name)
    return found


def _as_ingredient(entry: Mapping[str, Any], name: str) -> Ingredient:
    rules = entry.get("rules", ())
    if isinstance(rules, dict):
        if name not in rules:
            raise BrokenKnowledge(f"{name} has no rule.", where=f"knowledge/{entry['file']}, {entry['id']}")
        rules = [rules[name]]
    return Ingredient(
        name=name,
        classes=tuple(entry.get("classes", ())),
        markers=(*entry.get("markers", ()), *entry.get("given_for", ())),
        given_for=tuple(entry.get("given_for", ())),
        room=entry.get("spacings") if rules else None,
        rules=tuple(rules),
        route=entry.get("route", "oral"),
        also_given=tuple(entry.get("also_given", {}).get(name, ())),
        prescription=entry.get("prescription", True),
        mineral=entry.get("mineral"),
        family=entry.get("family", {}).get(name),
    )


@cache
def _lay_marks() -> Mapping[str, tuple[str, ...]]:
    return {
        phrase_key(str(words)): tuple(entry["markers"])
        for entry in entries("medicines/lay")
        if "markers" in entry
        for words in entry["words"]
    }


@cache
def _lay() -> Mapping[str, tuple[str, ...]]:
    return {
        phrase_key(str(words)): tuple(entry["may_be"])
        for entry in entries("medicines/lay")
        for words in entry["words"]
    }
