"""Pictures that are none, are damaged, or are made to do harm: each has its named error, and the worker lives on."""

from __future__ import annotations

import io
import struct
import sys
import time
import zlib
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("rapidocr", reason="needs the extra `photo`: pip install -e '.[photo]'")
pytest.importorskip("onnxruntime", reason="needs the extra `photo`: pip install -e '.[photo]'")

from PIL import Image

from adapters.photo_panels import US, drawn, jpeg
from adapters.session import magwise
from magwise.adapters.photo import Reader, is_picture, read_photo
from magwise.adapters.photo import reader as reader_module
from magwise.adapters.photo.json import photo_json
from magwise.errors import MissingExtra, NotAPicture, PictureTookTooLong, TooLargePicture

GOOD = jpeg(drawn(US))


def saved(picture: Image.Image, kind: str, **how: Any) -> bytes:
    file = io.BytesIO()
    picture.save(file, kind, **how)
    return file.getvalue()


def png(*chunks: tuple[bytes, bytes]) -> bytes:
    packed = [
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in chunks
    ]
    return b"\x89PNG\r\n\x1a\n" + b"".join(packed)


def header(width: int, height: int) -> tuple[bytes, bytes]:
    return b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)


def frames(count: int) -> list[Image.Image]:
    return [Image.new("RGB", (200, 200), (shade * 40, 90, 90)) for shade in range(count)]


WHITE = Image.new("RGB", (300, 300), "white")
BOMB = zlib.compress(b"\0" * 200_000_000, 9)
BAD = {
    "cut off": (GOOD[: len(GOOD) // 2], NotAPicture),
    "only a beginning": (GOOD[:40], NotAPicture),
    "noise after the beginning": (GOOD[:3] + bytes(range(256)) * 200, NotAPicture),
    "damaged in the middle of a PNG": (saved(drawn(US), "PNG")[:3000] + b"\0" * 900, NotAPicture),
    "dimensions that no memory holds": (png(header(60_000, 60_000), (b"IDAT", b"")), TooLargePicture),
    "dimensions just beyond the limit": (png(header(8_001, 8_000), (b"IDAT", b"")), TooLargePicture),
    "dimensions beyond all numbers": (png(header(2**31 - 1, 2**31 - 1), (b"IDAT", b"")), TooLargePicture),
    "a comment that unpacks to 200 MB": (png(header(99, 99), (b"zTXt", b"a\0\0" + BOMB), (b"IDAT", b"")), NotAPicture),
    "pixels that unpack to 200 MB": (png(header(99, 99), (b"IDAT", BOMB)), None),
    "an animation": (saved(frames(1)[0], "GIF", save_all=True, append_images=frames(4)[1:]), NotAPicture),
    "a PNG that moves": (saved(frames(1)[0], "PNG", save_all=True, append_images=frames(4)[1:]), NotAPicture),
    "several pages": (saved(WHITE, "TIFF", save_all=True, append_images=[WHITE]), NotAPicture),
    "a few pixels": (saved(WHITE.resize((8, 8)), "PNG"), NotAPicture),
    "a strip": (saved(WHITE.resize((3000, 30)), "PNG"), NotAPicture),
    "a kind that is not opened here": (b"\0\0\0\x18ftypheic" + b"\0" * 500, NotAPicture),
    "more bytes than a photo has": (GOOD + b"\0" * 25_000_000, TooLargePicture),
    "no picture": (b"Magnesium (as magnesium citrate) 150 mg", NotAPicture),
    "nothing": (b"", NotAPicture),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_a_bad_picture_has_its_named_error(name: str, reader: Reader) -> None:
    content, error = BAD[name]
    if error is None:  # more pixels than the header says are simply not read
        assert photo_json(read_photo(content, reader=reader))["elemental_mg"] is None
        return
    with pytest.raises(error) as raised:
        read_photo(content, reader=reader)

    assert type(raised.value) is error
    assert raised.value.remedy and len(str(raised.value)) < 400


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(saved(drawn(US), "PNG"), id="png", marks=pytest.mark.slow),
        pytest.param(saved(drawn(US), "WEBP"), id="webp"),
        pytest.param(saved(drawn(US).convert("L"), "TIFF"), id="grey tiff", marks=pytest.mark.slow),
        pytest.param(
            saved(drawn(US), "MPO", save_all=True, append_images=[WHITE]), id="a telephone's, with a preview"
        ),
    ],
)
def test_common_kinds_are_read_after_all_that(content: bytes, reader: Reader) -> None:
    assert photo_json(read_photo(content, reader=reader))["elemental_mg"] == 150


@pytest.mark.slow
def test_transparent_paper_is_white(reader: Reader) -> None:
    clear = drawn(US).convert("RGBA")
    clear.putalpha(clear.convert("L").point(lambda value: 255 - value))

    assert photo_json(read_photo(saved(clear, "PNG"), reader=reader))["elemental_mg"] == 150


def test_a_camera_that_was_turned_says_so_in_the_picture(reader: Reader) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # to be shown a quarter to the right
    content = saved(drawn(US).rotate(90, expand=True), "JPEG", exif=exif)

    assert photo_json(read_photo(content, reader=reader))["elemental_mg"] == 150


def worker(does: str) -> tuple[str, ...]:
    """A worker that says it is ready, takes the question, and then does this."""
    code = "import sys, time; print('{\"ready\": true}', flush=True); sys.stdin.buffer.readline(); "
    return (sys.executable, "-S", "-c", code + does)


def test_a_reading_that_takes_too_long_is_stopped() -> None:
    with Reader(worker=worker("time.sleep(600)"), time_to_read=0.3) as slow:
        for _ in range(2):  # the second time a new worker was started
            began = time.monotonic()
            with pytest.raises(PictureTookTooLong):
                read_photo(GOOD, reader=slow)
            assert time.monotonic() - began < 20
            assert slow._process is None, "the worker was left running"


@pytest.mark.slow
def test_a_real_reading_is_stopped_too_and_the_next_one_works() -> None:
    with Reader(time_to_read=0.05) as hasty:
        with pytest.raises(PictureTookTooLong):
            read_photo(GOOD, reader=hasty)
        hasty._time_to_read = 60
        assert photo_json(read_photo(GOOD, reader=hasty))["elemental_mg"] == 150


def test_a_worker_that_dies_is_named_and_not_waited_for() -> None:
    with (
        Reader(worker=worker("sys.exit(9)")) as broken,
        pytest.raises(NotAPicture, match="without an answer"),
    ):
        read_photo(GOOD, reader=broken)


def test_a_worker_whose_models_are_damaged_says_so() -> None:
    says = 'print(\'{"broken": "FileNotFoundError: model.onnx"}\', flush=True)'
    with (
        Reader(worker=(sys.executable, "-S", "-c", says)) as broken,
        pytest.raises(MissingExtra, match="FileNotFoundError"),
    ):
        read_photo(GOOD, reader=broken)


def test_without_the_extra_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        reader_module.importlib.util, "find_spec", lambda name: None if name == "rapidocr" else True
    )

    with Reader() as absent, pytest.raises(MissingExtra) as raised:
        read_photo(GOOD, reader=absent)

    assert 'pip install "magwise[photo]"' in str(raised.value)
    assert "rapidocr" in str(raised.value)


def test_a_text_that_begins_like_a_picture_is_a_text() -> None:
    assert not is_picture(b"BM Magnesium (as magnesium citrate) 150 mg")
    assert not is_picture(b"II Magnesium")
    assert is_picture(GOOD) and is_picture(saved(drawn(US), "BMP"))


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("photo.jpg", GOOD[:2000], 21),
        pytest.param("photo.png", png(header(60_000, 60_000), (b"IDAT", b"")), 22, marks=pytest.mark.slow),
    ],
    ids=["cut-off", "bomb"],
)
def test_at_the_command_line_a_bad_picture_is_one_paragraph(
    name: str, content: bytes, code: int, tmp_path: Path
) -> None:
    (tmp_path / name).write_bytes(content)

    said = magwise("read", name, cwd=tmp_path)

    assert said.returncode == code, said.stderr
    assert said.stdout == "" and "Traceback" not in said.stderr
    assert name in said.stderr
