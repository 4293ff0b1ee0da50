"""Everything that can go wrong, on one page.

An error says what happened, where, and what to do next. "Do not start" is an answer, not an error.
Exit codes: 0 an answer was given; 2 wrong use of the command; 10 and up as below.
"""

from __future__ import annotations

__all__ = [
    "BrokenKnowledge",
    "DiaryTrouble",
    "MagwiseError",
    "MissingExtra",
    "NotABackup",
    "NotALabel",
    "NotALog",
    "NotAPerson",
    "NotAPicture",
    "NotAReceipt",
    "NotATrial",
    "NotAnEntry",
    "NotFound",
    "NotPoolable",
    "OutsideTheModel",
    "PictureTookTooLong",
    "TooLargePicture",
    "TooMuchText",
    "WrongUse",
]


class MagwiseError(Exception):
    """What happened, where, and what to do next."""

    exit_code = 10
    title = "Magwise could not do this"

    def __init__(self, what: str, *, where: str | None = None, remedy: str | None = None) -> None:
        super().__init__(what)
        self.what = what
        self.where = where
        self.remedy = remedy

    def __str__(self) -> str:
        place = f" ({self.where})" if self.where else ""
        advice = f" {self.remedy}" if self.remedy else ""
        return f"{self.what}{place}{advice}"


class WrongUse(MagwiseError):
    """The command was called in a way it does not understand."""

    exit_code = 2
    title = "Wrong use"


class NotFound(MagwiseError):
    """A file, fact, rule or column that was asked for is not there."""

    exit_code = 11
    title = "Not found"


class NotAPerson(MagwiseError):
    """The person file cannot be read: a key, value, time or unit is off."""

    exit_code = 12
    title = "The person file cannot be read"


class NotALabel(MagwiseError):
    """What was given as a label is no text that can be read."""

    exit_code = 13
    title = "The label cannot be read"


class TooMuchText(NotALabel):
    """More text than one label can hold."""

    exit_code = 14
    title = "Too much text"


class BrokenKnowledge(MagwiseError):
    """A knowledge file does not hold what it must; this is a fault in Magwise, not in the input."""

    exit_code = 15
    title = "Magwise's own knowledge is damaged"


class OutsideTheModel(MagwiseError):
    """The simulator was asked about a person or a dose it must not speak about."""

    exit_code = 16
    title = "Outside what the model covers"


class MissingExtra(MagwiseError):
    """An optional part is not installed."""

    exit_code = 17
    title = "An optional part is not installed"


class NotAReceipt(MagwiseError):
    """A file is no answer of Magwise's, or was made by another version."""

    exit_code = 18
    title = "The receipt cannot be replayed"


class NotPoolable(MagwiseError):
    """These trials cannot be pooled: a number is missing, is none, or has no variance."""

    exit_code = 19
    title = "These trials cannot be pooled"


class NotALog(MagwiseError):
    """A log of days cannot be read: a day, phase or value is off."""

    exit_code = 20
    title = "The log cannot be read"


class NotAPicture(NotALabel):
    """A file is no picture, or a damaged one, or one in which nothing can be read."""

    exit_code = 21
    title = "The picture cannot be read"


class TooLargePicture(NotAPicture):
    """A picture with more bytes or pixels than any photo of a pack."""

    exit_code = 22
    title = "The picture is too large"


class PictureTookTooLong(NotAPicture):
    """Reading a picture was stopped because it did not come to an end in time."""

    exit_code = 23
    title = "Reading the picture took too long"


class DiaryTrouble(MagwiseError):
    """The diary cannot be opened, read or written: the disk, the server, or another program."""

    exit_code = 30
    title = "The diary cannot be used"


class NotAnEntry(MagwiseError):
    """What was said for the diary cannot be understood, or cannot be true."""

    exit_code = 31
    title = "This was not noted"


class NotATrial(MagwiseError):
    """A trial cannot be planned, followed or judged in this way."""

    exit_code = 32
    title = "The trial cannot go on"


class NotABackup(MagwiseError):
    """A file is no backup of Magwise's, or a damaged one."""

    exit_code = 33
    title = "The backup cannot be read"
