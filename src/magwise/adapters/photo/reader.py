"""Bytes of a picture -> Sight, through a worker process that is kept warm and killed when it takes too long.

The picture is decoded in the worker only; here its size and its answer are checked. Raises NotAPicture,
TooLargePicture, PictureTookTooLong, and MissingExtra when the extra `photo` is not installed.
"""

from __future__ import annotations

import base64
import importlib.util
import json
import subprocess
import sys
import threading
from types import TracebackType
from typing import Any

from magwise import errors
from magwise.adapters.photo.model import Barcode, Box, Patch, Sight
from magwise.adapters.photo.picture import LARGEST_PICTURE, is_picture
from magwise.errors import MissingExtra, NotAPicture, PictureTookTooLong, TooLargePicture

__all__ = ["Reader", "check_installed"]

TIME_TO_START = 60.0  # seconds; the models are loaded in two on an idle machine
TIME_TO_READ = 30.0  # seconds; a crowded panel takes three on an idle machine
_PARTS = ("rapidocr", "onnxruntime", "cv2", "PIL", "zxingcpp")
_WORKER = (sys.executable, "-P", "-m", "magwise.adapters.photo.worker")


def check_installed() -> None:
    """Raises MissingExtra when a part that reads photos is absent."""
    missing = [part for part in _PARTS if importlib.util.find_spec(part) is None]
    if missing:
        raise MissingExtra(
            "Reading photos needs the extra `photo`.",
            where=f"not installed: {', '.join(missing)}",
            remedy='pip install "magwise[photo]" adds it, or type the facts panel into a text file.',
        )


class Reader:
    """One worker, started at the first picture. Threads may share it: pictures are read one after the other."""

    def __init__(self, *, time_to_read: float = TIME_TO_READ, worker: tuple[str, ...] = _WORKER) -> None:
        self._time_to_read = time_to_read
        self._command = worker
        self._process: subprocess.Popen[bytes] | None = None
        self._lock = threading.Lock()

    def __enter__(self) -> Reader:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the worker; the next picture would start another."""
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.communicate()

    def look(self, content: bytes, *, crop_of: Any = None) -> tuple[Sight, Any]:
        """What stands in this picture, and `crop_of(sight)` as (whatever, PNG of the box it names or None)."""
        if len(content) > LARGEST_PICTURE:
            raise TooLargePicture(
                f"The file has more than {LARGEST_PICTURE // 1_000_000} MB.",
                remedy="Save the photo smaller; 2,000 pixels across the facts panel are plenty.",
            )
        if not is_picture(content):
            raise NotAPicture("This is no picture.", remedy="Give a photo as JPEG or PNG.")
        with self._lock:
            seen = self._ask({"read": len(content)}, content)
            if "error" in seen:
                raise getattr(errors, seen["error"])(seen["what"], remedy=seen["remedy"])
            sight = _sight(seen)
            return sight, self._cropped(crop_of(sight)) if crop_of else None

    def _cropped(self, wanted: tuple[Any, Box | None]) -> tuple[Any, bytes | None]:
        what, box = wanted
        if box is None:
            return what, None
        return what, base64.b64decode(self._ask({"crop": list(box)})["png"])

    def _ask(self, question: dict[str, Any], content: bytes = b"") -> dict[str, Any]:
        if self._process is None:
            self._start()
        return self._answer(json.dumps(question).encode() + b"\n" + content, self._time_to_read)

    def _start(self) -> None:
        check_installed()
        self._process = subprocess.Popen(  # noqa: S603 - our own module, by this very interpreter
            self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        ready = self._answer(b"", TIME_TO_START)
        if "ready" not in ready:
            self.close()
            raise MissingExtra(
                f"The reader of photos does not start: {ready.get('broken')}.",
                remedy='Install it again: pip install --force-reinstall "magwise[photo]"',
            )

    def _answer(self, question: bytes, seconds: float) -> dict[str, Any]:
        """The worker's next line; the worker is killed when it takes longer than this."""
        process = self._process
        assert process is not None and process.stdin and process.stdout  # noqa: S101 - opened in _start
        late = threading.Event()

        def stop() -> None:
            late.set()
            process.kill()

        alarm = threading.Timer(seconds, stop)
        alarm.daemon = True
        alarm.start()
        try:
            process.stdin.write(question)
            process.stdin.flush()
            line = process.stdout.readline()
        except OSError:
            line = b""
        finally:
            alarm.cancel()
        if line.endswith(b"\n"):
            answer: dict[str, Any] = json.loads(line)
            return answer
        self.close()
        if late.is_set():
            raise PictureTookTooLong(
                f"Reading was stopped after {seconds:g} seconds.",
                remedy="Cut the photo down to the facts panel, or type the panel into a text file.",
            )
        raise NotAPicture(
            "Reading this picture ended without an answer.",
            remedy="Take the photo again, or type the facts panel into a text file.",
        )


def _sight(seen: dict[str, Any]) -> Sight:
    return Sight(
        patches=tuple(
            Patch(str(text), float(confidence), tuple((float(x), float(y)) for x, y in corners))  # type: ignore[arg-type]
            for text, confidence, corners in seen["patches"]
        ),
        barcodes=tuple(Barcode(str(kind), str(text)) for kind, text in seen["barcodes"]),
        size=(int(seen["size"][0]), int(seen["size"][1])),
        turns=int(seen["turns"]),
        scale=float(seen["scale"]),
    )
