"""The process that looks at pictures: small messages on standard input, answers on standard output.

`{"read": 1234}` followed by so many bytes -> what was seen; `{"crop": [left, top, right, bottom]}` -> that part of
the last picture as PNG. It can be killed at any time and nothing is lost. It has no network, bounded memory, and
writes no file.
"""

from __future__ import annotations

import base64
import contextlib
import json
import os
import sys
from typing import Any, BinaryIO

from magwise.adapters.photo.model import Barcode
from magwise.errors import MagwiseError, NotAPicture, TooLargePicture

__all__ = ["main"]

MEMORY = 6 * 1024**3  # bytes of address space; the models and the largest picture together use about a third
MOST_BARCODES = 8
LONGEST_BARCODE = 200


def main() -> None:
    """Answer until there is nothing more to answer."""
    answers = _private_output()
    _shut_in()
    from magwise.adapters.photo import ocr

    try:
        ocr.load()
    except Exception as broken:  # whatever is wrong with the installed parts is told, not thrown
        _say(answers, {"broken": f"{type(broken).__name__}: {broken}"[:300]})
        return
    _say(answers, {"ready": True})
    _answer_all(sys.stdin.buffer, answers)


def _answer_all(questions: BinaryIO, answers: BinaryIO) -> None:
    upright: Any = None
    while line := questions.readline():
        asked = json.loads(line)
        if "crop" in asked:
            _say(answers, {"png": _crop(upright, asked["crop"])})
            continue
        content = questions.read(int(asked["read"]))
        try:
            upright, seen = _seen(content)
        except MagwiseError as known:
            seen = _refused(known)
        except MemoryError:
            seen = _refused(TooLargePicture("The picture needs too much memory.", remedy="Save it smaller."))
        except Exception as odd:  # the models and cv2 raise whatever they like
            what = f"The picture could not be looked at ({type(odd).__name__})."
            seen = _refused(NotAPicture(what, remedy="Take the photo again."))
        _say(answers, seen)


def _refused(error: MagwiseError) -> dict[str, Any]:
    return {"error": type(error).__name__, "what": error.what, "remedy": error.remedy}


def _seen(content: bytes) -> tuple[Any, dict[str, Any]]:
    from magwise.adapters.photo import ocr, picture

    pixels, scale = picture.open_picture(content)
    upright, turns, patches = ocr.seen_in(pixels)
    return upright, {
        "patches": [[patch.text, patch.confidence, patch.corners] for patch in patches],
        "barcodes": [[one.kind, one.text] for one in _barcodes(pixels)],
        "size": [int(upright.shape[1]), int(upright.shape[0])],
        "turns": turns,
        "scale": scale,
    }


def _barcodes(pixels: Any) -> list[Barcode]:
    import zxingcpp

    found = zxingcpp.read_barcodes(pixels)
    codes = [Barcode(one.format.name, _plain(one.text)) for one in found if one.valid and one.text.strip()]
    return list(dict.fromkeys(codes))[:MOST_BARCODES]


def _plain(text: str) -> str:
    return "".join(character if character.isprintable() else " " for character in text)[:LONGEST_BARCODE]


def _crop(upright: Any, box: list[int]) -> str:
    import numpy as np

    from magwise.adapters.photo import picture

    left, top, right, bottom = box
    return base64.b64encode(picture.png_of(np.ascontiguousarray(upright[top:bottom, left:right]))).decode()


def _say(answers: BinaryIO, answer: dict[str, Any]) -> None:
    answers.write(json.dumps(answer).encode() + b"\n")
    answers.flush()


def _private_output() -> BinaryIO:
    """Where answers go; what a library prints goes nowhere."""
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.dup2(nowhere, sys.stderr.fileno())
    return answers


def _shut_in() -> None:
    """No network for this process and what it loads, and no more memory than MEMORY where the system can say so."""
    sys.addaudithook(_no_network)
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _no_network(event: str, _: object) -> None:
    if event.startswith("socket."):
        raise PermissionError("pictures are read without a network")


if __name__ == "__main__":
    main()
