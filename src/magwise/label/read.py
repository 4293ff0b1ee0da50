"""Text -> Label: the one way through the rooms of this folder."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from magwise.label.checks import checked
from magwise.label.choose import Chosen, choose
from magwise.label.items import Item, items
from magwise.label.model import Basis, Label, Percent, Span
from magwise.label.nutrients import nutrients_of
from magwise.label.others import name_of, other_ingredients, seals_of
from magwise.label.said import Role, Statement, Statements
from magwise.label.serving import Serving, find_serving
from magwise.label.shares import forms_of
from magwise.label.statements import statements
from magwise.label.text import fold, legible
from magwise.label.tokens import Token, tokens
from magwise.label.words import language_words, magnesium_hint

__all__ = ["language_of", "names_no_magnesium", "read_label"]

_A_LINE = 300  # characters; most lines of a catalogue name one ingredient, and most of those no magnesium
_KANA = re.compile("[\u3040-\u30ff]")
_ENGLISH_PANEL = re.compile(
    r"supplement facts|serving size|servings per container|amount per serving|% daily value"
)
_POINT_DECIMAL = frozenset({"en", "ja"})  # everybody else writes 1,5 for one and a half


def names_no_magnesium(text: str) -> bool:
    """Whether this short, plain line surely names none; most lines of a catalogue do not. False means: read it.

    In ASCII, folding only lowers letters and blanks marks, so that no word appears which lowering does not show.
    """
    if len(text) >= _A_LINE or not text.isascii() or not text.isprintable() or text.isspace() or not text:
        return False
    return not magnesium_hint().search(text.lower())


def read_label(text: str, *, country: str | None = None) -> Label:
    """What this label holds. Raises NotALabel for what is no text, TooMuchText beyond one label's size."""
    text = legible(text)
    folded = fold(text)
    if len(folded) < _A_LINE and not magnesium_hint().search(folded):
        return _none(text, "en")
    found = tokens(folded, text)
    language = language_of(found, folded)
    if not {"magnesium", "mg"} & {token.value if token.kind == "measure" else token.kind for token in found}:
        return _none(text, language)
    listed = items(found, text, comma_decimal=language not in _POINT_DECIMAL)
    said = statements(listed)
    serving = find_serving(listed)
    cues = frozenset().union(*[token.cues for token in found])
    blend = "blend" in cues and _has_a_blend(found)
    chosen = choose(said, serving, licensed=bool(cues & {"active"}), blend=blend)
    if "homeopathic" in cues:
        chosen = _diluted()
    serving = _of_the_chosen(serving, chosen)
    label = _label(text, language, said, serving, chosen, cues, listed, blend)
    return checked(label, chosen, said, serving)


def _has_a_blend(found: list[Token]) -> bool:
    """Whether a blend is named and not denied ("no proprietary blends")."""
    return any(
        "blend" in token.cues and not any("negation" in before.cues for before in found[max(0, at - 3) : at])
        for at, token in enumerate(found)
    )


def _diluted() -> Chosen:
    why = "A homeopathic preparation: the weight printed is that of the dilution, which holds next to no magnesium."
    return Chosen(flags=["homeopathic"], why=[why])


def _none(text: str, language: str) -> Label:
    why = ("No magnesium is named.",)
    return Label(text, None, Basis.NOT_DETERMINABLE, language=language, flags=("no_magnesium",), why=why)


def language_of(found: list[Token], folded: str) -> str:
    """The language whose little words are most; English when none are."""
    if not folded.isascii() and _KANA.search(folded, 0, 4000):
        return "ja"
    if _ENGLISH_PANEL.search(folded, 0, 4000):
        return "en"  # a panel has few little words, and a wrong language would misread 1,500
    words = language_words()
    tally: dict[str, int] = {}
    for token in found[:600]:
        if token.text in words:
            for language in words[token.text]:
                tally[language] = tally.get(language, 0) + 1
    return max(tally, key=lambda one: (tally[one], one == "en")) if tally else "en"


def _label(
    text: str,
    language: str,
    said: Statements,
    serving: Serving,
    chosen: Chosen,
    cues: frozenset[str],
    listed: list[Item],
    blend: bool,
) -> Label:
    flags = list(chosen.flags) if said.magnesium else ["no_magnesium"]
    if serving.assumed:
        flags.append("serving_not_stated")
    if serving.alternatives:
        flags.append("serving_alternatives")
    if blend:
        flags.append("proprietary_blend")
    amount, unit = (serving.amount, serving.unit) if serving.amount else (1.0, "serving")
    return Label(
        text=text,
        elemental=chosen.elemental,
        basis=chosen.basis,
        serving_amount=amount,
        serving_unit=unit,
        servings_per_container=serving.per_container,
        container_count=serving.container,
        min_servings_per_day=serving.least_a_day,
        max_servings_per_day=serving.most_a_day,
        forms=forms_of(said, chosen),
        nutrients=nutrients_of(said.said),
        percent=_percent(chosen.used),
        proprietary_blend=blend,
        flags=tuple(flags),
        language=language,
        name=name_of(listed, text),
        other_ingredients=other_ingredients(listed, text)
        if cues & {"other_ingredients", "ingredients"}
        else (),
        seals=seals_of(listed),
        scored="scored" in cues,
        spans=tuple(_spans(text, chosen, serving, said)),
        why=tuple(chosen.why),
    )


def _of_the_chosen(serving: Serving, chosen: Chosen) -> Serving:
    """The serving that the chosen figure itself is counted by, where the label has several."""
    first = chosen.used[0] if chosen.used else None
    if (
        serving.directed
        and serving.one_piece is not None
        and first is not None
        and first.role is not Role.PLAIN
    ):
        one = serving.one_piece
        factor = (serving.amount or 1.0) if one.unit == serving.unit else None
        return replace(
            serving,
            amount=1.0,
            unit=one.unit,
            start=one.start,
            end=one.end,
            least_a_day=_times(serving.least_a_day, factor),
            most_a_day=_times(serving.most_a_day, factor),
        )
    per = first.per if first is not None else None
    if (
        per is None
        or (serving.printed and not serving.daily)
        or (serving.amount == per.value and serving.unit == per.piece)
    ):
        return serving
    if serving.amount is not None and not serving.assumed and serving.unit == per.piece and not serving.daily:
        return serving
    same = serving.unit == per.piece and bool(serving.amount)
    ratio = (
        (serving.most_a_day or 1.0) * (serving.amount or 1.0) / per.value if same and serving.daily else None
    )
    return replace(serving, amount=per.value, unit=per.piece, start=per.start, end=per.end, assumed=False,
                   most_a_day=ratio, least_a_day=serving.least_a_day if ratio else None)  # fmt: skip


def _times(value: float | None, factor: float | None) -> float | None:
    return value * factor if value is not None and factor is not None else None


def _percent(used: Iterable[Statement]) -> Percent | None:
    for statement in used:
        if statement.percent is not None:
            return Percent(statement.percent, "")
    return None


def _spans(text: str, chosen: Chosen, serving: Serving, said: Statements) -> Iterable[Span]:
    for statement in chosen.used:
        yield _span(
            text,
            statement.start,
            statement.end,
            "elemental" if chosen.basis is not Basis.FROM_COMPOUND else "compound",
        )
    for statement in chosen.salts:
        if statement not in chosen.used:
            yield _span(text, statement.start, statement.end, "compound")
    if serving.amount and serving.end:
        yield _span(text, serving.start, serving.end, "serving")
    for mention in said.mentions[:20]:
        yield _span(text, mention.start, mention.end, "form")


def _span(text: str, start: int, end: int, says: str) -> Span:
    return Span(start, end, text[start:end], says)
