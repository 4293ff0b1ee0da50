"""Any text -> the same text folded: lower case, no accents, one kind of dash and space, character for character.

Folding never changes a length, so that a position in the folded text is the position in the text itself.
Markup becomes blanks. Raises NotALabel for what is no text, TooMuchText beyond one label's size.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache

from magwise.errors import NotALabel, TooMuchText

__all__ = ["LONGEST", "fold", "fold_word", "legible"]

LONGEST = 200_000  # characters; a whole catalogue page has about 20,000

_ODD = re.compile("[\x00-\x08]")
_TAG = re.compile(r"</?[a-z!][^<>]{0,300}>")
_ROW_END = ("<br", "</p", "</tr", "</li", "</div", "<li", "<tr", "<p", "</h", "<h", "</td", "</th")
_ENTITY = re.compile(r"&(?:#\d{1,6}|#x[0-9a-f]{1,5}|[a-z]{2,8});")
_ENTITIES = {
    "&micro;": "u",
    "&frac12;": "½",
    "&ndash;": "-",
    "&mdash;": "-",
    "&lt;": "<",
    "&gt;": ">",
    "&amp;": "&",
}
_BLANK = set(
    "®™©†‡*{}§^`´\u200b\u200c\u200d\ufeff\u2060\u00ad\u2009\u202f\u00a0\u2007\u2002\u2003\u2008\u200a\u3000\t\r\x0b\x0c"
)
_SAME = {
    "ł": "l", "ø": "o", "ð": "d", "đ": "d", "þ": "t", "ß": "s", "æ": "a", "œ": "o", "ı": "i",
    "µ": "u", "μ": "u", "\ufffd": "e", "«": '"', "»": '"', "“": '"', "”": '"', "’": "'", "‘": "'",
    "、": ",", "。": "\n", "・": "\n", "【": "\n", "】": "\n", "「": " ", "」": " ", "〜": "-", "～": "-", "◆": "\n",
    "•": "\n", "●": "\n", "▪": "\n", "·": "|", "■": "\n", "✅": "\n", "✔": "\n",
    "→": ":", "≈": "=", "≙": "=", "≜": "=",
    "‚": ",", "…": " ", "‒": "-", "–": "-", "—": "-", "−": "-", "‑": "-", "‐": "-", "\u2028": "\n", "\u2029": "\n",
    "ё": "е", "й": "и", "ᴅ": "d", "ʟ": "l", "Ｌ": "l",
}  # fmt: skip


_JOINERS = dict.fromkeys(map(ord, "\u00ad\u200c\u200d\u2060"))  # they stand within words and mean nothing


class _Folding(dict[int, str]):
    """Character -> folded character, worked out the first time a character is met."""

    def __missing__(self, code: int) -> str:
        folded = _fold_character(chr(code))
        self[code] = folded
        return folded


_FOLDING = _Folding()


def legible(text: str) -> str:
    """The text with composed accents and repaired encoding. Raises NotALabel, TooMuchText."""
    if len(text) > LONGEST:
        raise TooMuchText(
            f"This text has {len(text):,} characters; one label has at most {LONGEST:,}.",
            remedy="Give one label at a time, or use `magwise screen` for a whole catalogue.",
        )
    if not text.strip("\ufeff \t\r\n\x00"):
        raise NotALabel("The label is empty.", remedy="Paste the text of the facts panel.")
    odd = len(_ODD.findall(text)) if _ODD.search(text) else 0
    if odd > 2 and odd > len(text) / 50:
        raise NotALabel(
            "This is no text: it holds binary data.",
            remedy="Give the label as text, or a picture of it as an image file.",
        )
    if text.isascii():
        return text
    if "Ã" in text or "Â" in text or "â€" in text or "Ð" in text:
        text = _repaired(text)
    return unicodedata.normalize("NFC", text.translate(_JOINERS))


def fold(text: str) -> str:
    """The text folded, position for position."""
    folded = text.translate(_FOLDING)
    if "<" in folded:
        folded = _TAG.sub(_blank_tag, folded)
    if "&" in folded:
        folded = _ENTITY.sub(_blank_entity, folded)
    return folded


@cache
def fold_word(word: str) -> str:
    """A word of the lists as it looks in folded text."""
    return fold(unicodedata.normalize("NFC", word))


def _fold_character(character: str) -> str:
    if character in _SAME:
        return _SAME[character]
    if character in _BLANK or (unicodedata.category(character) == "Cc" and character != "\n"):
        return " "
    if "\u3040" <= character <= "\u30ff":  # kana keep their voicing marks
        return character
    lower = character.lower()
    if len(lower) == 1 and lower in _SAME:
        return _SAME[lower]
    base = "".join(part for part in unicodedata.normalize("NFKD", lower) if not unicodedata.combining(part))
    if len(base) == 1:
        return base
    return lower if len(lower) == 1 else character


def _blank_tag(match: re.Match[str]) -> str:
    tag = match.group()
    first = "\n" if tag.startswith(_ROW_END) else " "
    return first + " " * (len(tag) - 1)


def _blank_entity(match: re.Match[str]) -> str:
    entity = match.group()
    return _ENTITIES.get(entity, " ").ljust(len(entity))


def _repaired(text: str) -> str:
    """Text that was read with the wrong encoding, read again; as it was when that fails."""
    try:
        return text.encode("cp1252").decode("utf-8")
    except UnicodeError:
        return text
