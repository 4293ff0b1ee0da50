"""Tokens -> items: amounts with their unit, counts of pieces, percentages, and nouns with their salt.

Reads numbers as the language of the label writes them. Does not decide what an amount belongs to.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TypeAlias

from magwise.label.tokens import Token
from magwise.label.words import form_inside

__all__ = ["Amount", "Count", "Item", "Noun", "Percentage", "items", "number"]

_SOFT = frozenset(
    {"l", "d", "dl", "bis", "di", "tri", "mono", "hydrogen", "bishydrogen", "hydrogeno", "usp", "n", "o"}
)
_NOT_MAGNESIUM = frozenset({"excipient", "none"})
_FIELD = frozenset({'"', ":", "=", ")", "|"})
_PARTS = (["/", "2"], ["/", "3"], ["/", "4"])
_PLAIN = frozenset({"word", "cue", "piece", "water", "brand", "seal", "stop", *'\n():;|=%/,+"-'})
_MASS = {"mg": 1.0, "g": 1000.0, "ug": 0.001}
_MOLAR = {"mmol": 1.0, "meq": 0.5}


@dataclass(slots=True)
class _Place:
    """Where it stands in the text."""

    start: int
    end: int


@dataclass(slots=True)
class Amount(_Place):
    """A number with a unit: `mass` in mg, or `molar` in mmol, or neither (volume, IU, kg ...)."""

    value: float
    unit: str
    high: float | None = None  # upper end when a range is printed
    mass: float | None = None
    molar: float | None = None


@dataclass(slots=True)
class Count(_Place):
    """'2 capsules', '30 drops', 'one sachet'."""

    low: float
    value: float
    piece: str


@dataclass(slots=True)
class Percentage(_Place):
    value: float


@dataclass(slots=True)
class Noun(_Place):
    """A substance: its element or name, and the acids and waters named with it."""

    element: str
    forms: tuple[str, ...] = ()
    waters: int | None = None
    cues: frozenset[str] = frozenset()
    weak: bool = False  # 'magnesium supplement', 'Magnesiummangel': talk about it, no ingredient


# A word, number or sign that is none of the above stays the token it was (`tokens.Token`, here called a mark).
Item: TypeAlias = Amount | Count | Percentage | Noun | Token


def number(text: str, unit: str, comma_decimal: bool) -> float:
    """'2,500' of mg is 2500, of g 2.5; '2.500' is 2500 where a comma is the decimal sign."""
    commas, points = text.count(","), text.count(".")
    if commas and points:
        decimal = max(text.rfind(","), text.rfind("."))
        whole = text[:decimal].replace(",", "").replace(".", "")
        return float(f"{whole}.{text[decimal + 1 :]}")
    if commas + points == 0:
        return float(text)
    sign = "," if commas else "."
    groups = text.split(sign)
    thousands = len(groups[0]) <= 3 and groups[0] != "0" and all(len(g) == 3 for g in groups[1:])
    if thousands and len(groups) == 2:
        thousands = unit not in ("g", "mmol", "l") and (sign == ",") != comma_decimal
    if thousands or len(groups) > 2:
        return float("".join(groups))
    return float(".".join(groups))


def items(tokens: list[Token], text: str, *, comma_decimal: bool) -> list[Item]:
    """Every token once, grouped into items, in order."""
    return _Grouping(tokens, text, comma_decimal).all()


class _Grouping:
    """Walks the tokens once."""

    def __init__(self, tokens: list[Token], text: str, comma_decimal: bool) -> None:
        self.tokens = tokens
        self.text = text
        self.comma_decimal = comma_decimal
        self.count = len(tokens)

    def all(self) -> list[Item]:
        found: list[Item] = []
        tokens, count, at = self.tokens, self.count, 0
        while at < count:
            token = tokens[at]
            if token.kind in _PLAIN:
                found.append(token)
                at += 1
            else:
                item, at = self._next(at)
                found.append(item)
        return found

    def _next(self, at: int) -> tuple[Item, int]:
        token = self.tokens[at]
        kind = token.kind
        if kind in {"number", "numeral"}:
            return self._number(at)
        if kind in ("magnesium", "form", "other") or (kind == "measure" and self._is_symbol(token)):
            return self._noun(at)
        return token, at + 1

    def _is_symbol(self, token: Token) -> bool:
        """'Mg' that follows no number is the element, also 'mg++' and 'mg2+'."""
        if token.value != "mg" or len(token.text) != 2:
            return False
        if self.text[token.end : token.end + 1] == "/":
            return False
        return self.text[token.start : token.end] == "Mg" or self.text[token.end : token.end + 2] in (
            "++",
            "2+",
            "²⁺",
        )

    # numbers

    def _number(self, at: int) -> tuple[Item, int]:
        first = self.tokens[at]
        low_text, high_text, after = self._fraction(at) or self._spaced(at)
        if high_text is None and after < self.count:
            high_text, after = self._range_end(after)
        unit, after_unit = self._unit(after)
        if unit is None and (unit := self._unit_before(at)):
            after_unit = after
        low = self._value(low_text, unit)
        high = self._value(high_text, unit) if high_text is not None else low
        if unit == "%":
            return Percentage(first.start, self.tokens[after_unit - 1].end, high), after_unit
        if unit:
            return self._amount(first, low, high, unit, self.tokens[after_unit - 1].end), after_unit
        piece, after_piece = self._piece(after)
        if piece:
            return Count(first.start, self.tokens[after_piece - 1].end, low, high, piece), after_piece
        end = self.tokens[after - 1].end
        return Token("number", str(high), first.cues, first.start, end, first.text), after

    def _fraction(self, at: int) -> tuple[str, str | None, int] | None:
        """'1/2 teaspoon': a small number over another, with nothing between."""
        texts = [token.text for token in self.tokens[at : at + 3]]
        if len(texts) < 3 or texts[0] not in ("1", "2", "3") or texts[1:] not in _PARTS:
            return None
        if self.tokens[at + 2].end - self.tokens[at].start != 3:
            return None
        return f"{int(texts[0]) / int(texts[2]):.3f}", None, at + 3

    def _spaced(self, at: int) -> tuple[str, str | None, int]:
        """'97. 2 mg' and '1 000 mg' are one number each; '½' after a whole number adds to it."""
        token = self.tokens[at]
        if at + 2 < self.count and token.kind == "number":
            one, two = self.tokens[at + 1], self.tokens[at + 2]
            standalone = not (token.start and self.text[token.start - 1].isalpha())
            if (
                one.kind == "number"
                and standalone
                and len(one.text) == 3
                and one.text.isdigit()
                and len(token.text) <= 3
            ):
                gap = self.text[token.end : one.start]
                if len(gap) == 1 and (gap != " " or self.comma_decimal) and two.kind == "measure":
                    return token.text + one.text, None, at + 2
        gap = self.text[token.end : token.end + 2]
        if (
            gap in (". ", ", ")
            and standalone_number(self.text, token)
            and at + 2 < self.count
            and token.text.isdigit()
        ):
            one, two = self.tokens[at + 1], self.tokens[at + 2]
            if one.kind == "," and at + 3 < self.count:
                one, two = two, self.tokens[at + 3]
            fits = one.kind == "number" and len(one.text) <= 2 and one.start == token.end + 2 and gap == ". "
            if fits and two.kind == "measure" and two.start - one.end <= 1:
                return f"{token.text}.{one.text}", None, at + 2
        return token.value if token.kind == "numeral" else token.text, None, at + 1

    def _range_end(self, at: int) -> tuple[str | None, int]:
        token = self.tokens[at]
        joined = token.kind in ("-", "/") or "range" in token.cues
        if joined and token.kind != "/" and at + 1 < self.count:
            end = self.tokens[at + 1]
            if end.kind in ("number", "numeral"):
                return (end.value if end.kind == "numeral" else end.text), at + 2
        return None, at

    def _named_unit(self, at: int) -> tuple[str | None, int]:
        """'amount: 400, unit: mg' of data rows."""
        named = False
        for ahead in range(at, min(at + 7, self.count)):
            token = self.tokens[ahead]
            if token.value == "unit":
                named = True
            elif token.kind == "measure" and named:
                return token.value, ahead + 1
            elif token.kind not in ('"', ",", ":", ";", "|"):
                break
        return None, at

    def _unit(self, at: int) -> tuple[str | None, int]:
        if at >= self.count:
            return None, at
        token = self.tokens[at]
        gap = token.start - self.tokens[at - 1].end
        if token.kind == "%" and gap <= 1:
            return "%", at + 1
        if token.kind in (",", ";", "|") and gap == 0 and self._cell_with_unit(at + 1):
            return self.tokens[at + 1].value, at + 2
        if (
            token.kind == "measure"
            and gap <= 8
            and "\n" not in self.text[self.tokens[at - 1].end : token.start]
        ):
            return token.value, at + 1
        return self._named_unit(at) if token.kind in '",;|' or token.value == "unit" else (None, at)

    def _unit_before(self, at: int) -> str | None:
        """'magnesium_mg: 84', 'Magnesium (mg) | 84': the unit belongs to the field's name."""
        for before in reversed(self.tokens[max(0, at - 4) : at]):
            if before.kind == "measure":
                named = before.start > 0 and self.text[before.start - 1] in "_("
                return before.value if named and before.value in _MASS else None
            if before.kind not in _FIELD:
                return None
        return None

    def _cell_with_unit(self, at: int) -> bool:
        """'200,mg,48': the unit has a cell of its own in a row of comma-separated values."""
        cell = self.tokens[at : at + 2]
        glued = bool(cell) and cell[0].start == self.tokens[at - 1].end
        return (
            glued
            and cell[0].kind == "measure"
            and (len(cell) < 2 or cell[1].kind == self.tokens[at - 1].kind)
        )

    def _value(self, text: str, unit: str | None) -> float:
        return number(text, unit or "", self.comma_decimal)

    def _amount(self, first: Token, low: float, high: float, unit: str, end: int) -> Amount:
        ranged = high if high != low else None
        mass = low * _MASS[unit] if unit in _MASS else None
        molar = low * _MOLAR[unit] if unit in _MOLAR else None
        return Amount(first.start, end, low, unit, ranged, mass, molar)

    def _piece(self, at: int) -> tuple[str | None, int]:
        """The piece after a number, past '(3)' and at most two unknown words."""
        strange = 0
        end = self.tokens[at - 1].end
        hyphened = self.text[end : end + 1] == "-" and self.text[end + 1 : end + 2].isalpha()
        if hyphened and at < self.count and self.tokens[at].kind != "piece":
            return None, at  # "Mg 5-Longoral tablets" is a name
        for ahead in range(at, min(at + 5, self.count)):
            token = self.tokens[ahead]
            if token.kind == "piece":
                return token.value, ahead + 1
            if token.kind == "word" and strange < 2 and len(token.text) > 1:
                strange += 1
            elif not (
                token.kind in ("(", ")")
                or (token.kind == "number" and self._repeats(at, ahead))
                or token.cues & {"veggie"}
            ):
                return None, at
        return None, at

    def _repeats(self, at: int, ahead: int) -> bool:
        return ahead == at + 1 and self.tokens[at].kind == "("

    # nouns

    def _noun(self, at: int) -> tuple[Item, int]:
        token = self.tokens[at]
        if token.kind == "form":
            return self._form_first(at)
        element = "magnesium" if token.kind in ("magnesium", "measure") else token.value
        ionic = self.text[token.end : token.end + 2] in ("++", "2+", "²⁺")
        noun = Noun(token.start, token.end, element, cues=token.cues | {"ion"} if ionic else token.cues)
        if token.kind == "other" and len(token.text) > 8 and " " not in token.text:
            inside = form_inside(token.text)  # "Kaliumchlorid" is the salt, not the element
            noun.forms = (inside.value,) if inside else ()
        if token.kind == "magnesium":
            if token.value.startswith("form:"):
                noun.forms = (token.value[5:],)
            noun.weak = token.value in ("other", "short") and not (
                at + 1 < self.count and self.tokens[at + 1].kind == "("
            )
        return self._forms_after(noun, at + 1)

    def _forms_after(self, noun: Noun, at: int) -> tuple[Noun, int]:
        """Acids and waters that directly follow the element."""
        ahead, taken = at, at
        opened = 0
        while ahead < self.count and ahead - taken <= 5:
            token = self.tokens[ahead]
            if token.kind == "form":
                noun.forms = (*noun.forms, token.value)
            elif token.kind == "water":
                noun.waters = int(token.value)
            elif token.kind == "number" and (formula := self._water_formula(ahead)):
                noun.waters = formula[0]
                ahead += formula[1] - 1
            elif token.cues & {"ion", "salt"} and not token.cues & {"as"}:
                noun.cues |= token.cues
            elif token.kind == "(" and opened == 0 and self._short_bracket(ahead):
                opened += 1
                ahead += 1
                continue
            elif token.kind == ")" and opened:
                opened -= 1
                taken = ahead + 1
                ahead += 1
                continue
            elif (
                (token.kind == "/" and noun.forms and self._is_form(ahead + 1))
                or token.text in _SOFT
                or (
                    "of" in token.cues
                    and "as" not in token.cues
                    and not noun.forms
                    and self._is_form(ahead + 1)
                )
            ):
                ahead += 1
                continue
            else:
                break
            ahead += 1
            taken = ahead
        if opened and taken < self.count and self.tokens[taken].kind == ")":
            taken += 1
        noun.end = self.tokens[taken - 1].end
        noun.weak = noun.weak and not noun.forms
        return _settled(noun), taken

    def _form_first(self, at: int) -> tuple[Item, int]:
        """'citrate de magnésium', 'aspartato di magnesio', 'cytrynian magnezu'; a form alone has no element."""
        token = self.tokens[at]
        forms: list[str] = [token.value]
        waters: int | None = None
        ahead = at + 1
        while ahead < self.count and ahead - at <= 5:
            now = self.tokens[ahead]
            if now.kind == "form":
                forms.append(now.value)
            elif now.kind == "water":
                waters = int(now.value)
            elif now.kind in ("magnesium", "other") or (now.kind == "measure" and self._is_symbol(now)):
                if now.kind == "magnesium" and now.value.startswith("form:"):
                    break
                element = now.value if now.kind == "other" else "magnesium"
                noun = Noun(token.start, now.end, element, tuple(forms), waters, now.cues)
                return self._forms_after(noun, ahead + 1)
            elif not (now.cues & {"of"} or now.text in _SOFT):
                break
            ahead += 1
        taken = at + 1
        forms = [token.value]
        while taken < self.count:
            now = self.tokens[taken]
            if now.kind == "form":
                forms.append(now.value)
            elif now.kind == "/" and self._is_form(taken + 1):
                pass
            elif now.kind != "water" and now.text not in ("l", "dl"):
                break
            taken += 1
        noun = Noun(token.start, self.tokens[taken - 1].end, "", tuple(forms), waters)
        return _settled(noun), taken

    def _is_form(self, at: int) -> bool:
        while at < self.count and self.tokens[at].text in _SOFT:
            at += 1
        return at < self.count and self.tokens[at].kind == "form"

    def _water_formula(self, at: int) -> tuple[int, int] | None:
        """'4 H2O' (also typed with a zero), '2.6H2O', '4|7H2O' -> the waters and the tokens that they take."""
        texts = [token.text for token in self.tokens[at : at + 7]]
        skipped = 0
        subscript = at > 0 and self.tokens[at : at + 1] and self.tokens[at - 1].end == self.tokens[at].start
        if subscript and len(texts) > 1 and texts[0].isdigit() and texts[1] in ("|", ".", ",", "+", "/"):
            skipped = 2
        elif subscript and len(texts) > 1 and texts[0].isdigit() and texts[1].isdigit():
            skipped = 1
        waters, rest = texts[skipped : skipped + 1], texts[skipped + 1 : skipped + 4]
        count = waters[0].rpartition(".")[2] if waters else ""
        if not (count.isdigit() and rest[:1] == ["h"] and len(count) == 1):
            return None
        if rest == ["h", "2", "o"]:
            return int(count), skipped + 4
        return (int(count), skipped + 3) if rest[1:2] == ["20"] else None

    def _short_bracket(self, at: int) -> bool:
        """'bis(hydrogenaspartat)' and '(mg)' belong to the name; '(as citrate)' does not."""
        glued = at > 0 and self.tokens[at].start == self.tokens[at - 1].end
        inner = self.tokens[at + 1 : at + 5]
        if inner and inner[0].kind == "measure" and len(inner) > 1 and inner[1].kind == ")":
            return True
        return (glued and bool(inner) and inner[0].kind in ("form",)) or (
            glued and len(inner) > 1 and inner[0].text in _SOFT and any(t.kind == "form" for t in inner)
        )


def standalone_number(text: str, token: Token) -> bool:
    """Whether no letter is glued to its left ('B6.' is no decimal)."""
    return not (token.start and text[token.start - 1].isalpha())


def _settled(noun: Noun) -> Noun:
    """Names that mean one thing together: aspartate + hydrochloride, glycinate + chelate, lysinate + glycinate."""
    forms = tuple(dict.fromkeys(noun.forms))
    if "hydrochloride" in forms:
        forms = tuple("aspartate_hcl" if f == "aspartate" else f for f in forms if f != "hydrochloride")
    if "lysinate" in forms and ("bisglycinate" in forms or "chelate" in forms):
        forms = ("lysinate_glycinate",)
    if "chelate" in forms:
        others = tuple(f for f in forms if f not in ("chelate", "amino_acid_chelate"))
        forms = others or ("amino_acid_chelate",)
    if "lysinate" in forms:
        forms = tuple("lysinate_glycinate" if f == "lysinate" else f for f in forms)
    if noun.element == "magnesium" and forms and set(forms) <= _NOT_MAGNESIUM:
        return replace(noun, element="excipient", forms=())
    noun.forms = tuple(f for f in forms if f not in _NOT_MAGNESIUM)
    return noun
