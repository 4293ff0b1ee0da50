"""The bytes of a file -> its lines as text, one at a time, under bounds.

A line is UTF-8; one that is not is read as Windows-1252 where that gives plausible Western text, and says so;
any other line has its trouble told and is never guessed. UTF-16 is recognised. Nothing is held but one line.
"""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from typing import BinaryIO

from magwise.errors import WrongUse

__all__ = ["LONGEST_LINE", "Lines"]

LONGEST_LINE = 4_000_000  # bytes; a label has at most 200,000 characters
_GUESS = "windows-1252"
_MOST_ACCENTED = 0.3  # of the letters: Czech and French stay below, other alphabets misread lie far above
_WIDE = {codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}


class Lines:
    """Iterates over the lines; `share`, `guessed` and `trouble` speak of those since `fresh()` was called."""

    def __init__(self, file: BinaryIO, size: int, *, encoding: str | None = None) -> None:
        self.share = 0.0  # of the file that has been read
        self.number = 0  # of the line, from 1
        self.guessed = False  # a line was no UTF-8, and read as Windows-1252
        self.trouble: str | None = None  # a line that is no text, or too long
        self._file = file
        self._size = max(size, 1)
        self._used = 0
        self._encoding = _checked(encoding)

    def fresh(self) -> None:
        self.guessed, self.trouble = False, None

    def __iter__(self) -> Iterator[str]:
        start = self._file.read(4)
        wide = self._encoding or _wide(start)
        if wide and wide.startswith(("utf-16", "utf-32")):
            yield from self._wide_lines(start, wide)
            return
        start = start.removeprefix(codecs.BOM_UTF8)
        while raw := self._raw_line(start):
            start = b""
            self.number += 1
            yield self._text(raw)

    def _raw_line(self, start: bytes) -> bytes:
        """The next line; one that is too long is passed over, but for how it begins."""
        if b"\n" in start:
            head, _, rest = start.partition(b"\n")
            self._pushed = rest
            raw = head + b"\n"
        else:
            raw = start + self._read_line(LONGEST_LINE)
        self._used += len(raw)
        if len(raw) >= LONGEST_LINE and not raw.endswith(b"\n"):
            self.trouble = f"line {self.number + 1} has more than {LONGEST_LINE:,} bytes"
            while (more := self._read_line(LONGEST_LINE)) and not more.endswith(b"\n"):
                self._used += len(more)
            raw = raw[:80].decode("ascii", "ignore").replace('"', " ").encode() + b"\n"
        self.share = min(self._used / self._size, 1.0)
        return raw

    _pushed = b""

    def _read_line(self, most: int) -> bytes:
        if not self._pushed:
            return self._file.readline(most)
        pushed, self._pushed = self._pushed, b""
        head, end, rest = pushed.partition(b"\n")
        self._pushed = rest
        return head + end if end else head + self._file.readline(most)

    def _text(self, raw: bytes) -> str:
        try:
            return raw.decode(self._encoding or "utf-8").replace("\0", "")
        except UnicodeDecodeError:
            pass
        if self._encoding:
            self.trouble = f"line {self.number} is no text in {self._encoding}"
        elif (guess := _western(raw)) is not None:
            self.guessed = True
            return guess.replace("\0", "")
        else:
            self.trouble = f"line {self.number} is neither UTF-8 nor Windows-1252; say which with --encoding"
        return raw.decode("ascii", "replace").replace("\0", "")

    def _wide_lines(self, start: bytes, encoding: str) -> Iterator[str]:
        decode = codecs.getincrementaldecoder(encoding)(errors="replace").decode
        held = decode(start).lstrip("\ufeff")
        while True:
            block = self._file.read(65_536)
            self._used += len(block)
            self.share = min(self._used / self._size, 1.0)
            held += decode(block, not block)
            *whole, held = held.split("\n")
            for line in whole:
                yield self._wide_line(line + "\n")
            if len(held) > LONGEST_LINE:
                raise WrongUse(
                    f"Line {self.number + 1} has more than {LONGEST_LINE:,} characters.",
                    remedy="Save the file as UTF-8.",
                )
            if not block:
                break
        if held:
            yield self._wide_line(held)

    def _wide_line(self, line: str) -> str:
        self.number += 1
        if "\ufffd" in line:
            self.trouble = f"line {self.number} is damaged"
        return line.replace("\0", "")


def _checked(encoding: str | None) -> str | None:
    if encoding is None:
        return None
    try:
        name = codecs.lookup(encoding).name
        "".encode(name)
    except LookupError:
        raise WrongUse(
            f"There is no encoding {encoding!r}.",
            where="--encoding",
            remedy="Examples: utf-8, windows-1250, windows-1251, shift_jis.",
        ) from None
    return {"utf-16": "utf-16-le", "utf-32": "utf-32-le", "utf-8-sig": "utf-8"}.get(name, name)


def _wide(start: bytes) -> str | None:
    """UTF-16 by its mark, or by the zeros that ASCII leaves in it."""
    if start[:2] in _WIDE:
        return _WIDE[start[:2]]
    if len(start) == 4 and start[1] == start[3] == 0 and start[0] and start[2]:
        return "utf-16-le"
    if len(start) == 4 and start[0] == start[2] == 0 and start[1] and start[3]:
        return "utf-16-be"
    return None


def _western(raw: bytes) -> str | None:
    """The line as Windows-1252, when its letters then look like a Western language."""
    try:
        text = raw.decode(_GUESS)
    except UnicodeDecodeError:
        return None
    letters = [one for one in text if one.isalpha()]
    accented = sum(not one.isascii() for one in letters)
    odd = sum("\x00" <= one <= "\x08" for one in text)
    return text if accented <= _MOST_ACCENTED * max(len(letters), 3) and odd <= len(text) / 50 else None
