"""A photo of a pack: what is printed comes back, the line is shown to be compared, and nothing is trusted in silence.

The panels are drawn here (photo_panels.py); a few go through OCR on every run, the whole matrix is slow.
"""

from __future__ import annotations

import contextlib
import io
import json
import socket
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("rapidocr", reason="needs the extra `photo`: pip install -e '.[photo]'")
pytest.importorskip("onnxruntime", reason="needs the extra `photo`: pip install -e '.[photo]'")

import numpy as np
from PIL import Image

from adapters.photo_panels import FONTS, MISHAPS, PANELS, US, WITHOUT, Panel, drawn, font, jpeg, on_a_table
from adapters.session import magwise
from magwise.adapters.cli import main
from magwise.adapters.photo import Photo, Reader, Seen, read_photo
from magwise.adapters.photo.json import photo_json

EVERY_RUN = [
    ("us", "clean"), ("german", "clean"), ("salt", "a quarter to the right"), ("german", "upside down"),
    ("us", "white on black"), ("malate", "low resolution"),
]  # fmt: skip


def facts_of(photo: Photo) -> dict[str, Any]:
    printed = photo_json(photo)
    return {**printed, **printed["nutrients"], **printed["ocr"]}


def missing(photo: Photo, panel: Panel) -> dict[str, Any]:
    read = facts_of(photo)
    return {fact: (value, read.get(fact)) for fact, value in panel.facts.items() if read.get(fact) != value}


def without_spaces(line: str | None) -> str:
    return (line or "").replace(" ", "")


@pytest.mark.parametrize(("name", "mishap"), EVERY_RUN)
def test_ten_facts_of_a_panel_come_back(name: str, mishap: str, reader: Reader) -> None:
    panel = PANELS[name]
    photo = read_photo(jpeg(MISHAPS[mishap](drawn(panel))), reader=reader)

    assert len(panel.facts) == 10
    assert missing(photo, panel) == {}, photo.text
    assert without_spaces(photo.line) == panel.line


@pytest.mark.slow
@pytest.mark.parametrize("mishap", MISHAPS)
@pytest.mark.parametrize("name", [*PANELS, "without"])
@pytest.mark.parametrize("letters", [None, *FONTS[:2]])
def test_ten_facts_come_back_in_every_font_and_mishap(
    letters: str | None, name: str, mishap: str, reader: Reader
) -> None:
    if font(letters, 10) is None:
        pytest.skip(f"this system does not have {letters}")
    panel = {**PANELS, "without": WITHOUT}[name]
    photo = read_photo(jpeg(MISHAPS[mishap](drawn(panel, of=letters))), reader=reader)

    assert missing(photo, panel) == {}, photo.text
    assert without_spaces(photo.line) == panel.line


def test_a_panel_without_magnesium_has_none_whatever_it_is_glued_with(reader: Reader) -> None:
    """Stearate is no magnesium to count, and manganese is none at all."""
    photo = read_photo(jpeg(drawn(WITHOUT)), reader=reader)

    assert photo.seen is Seen.NONE_FOUND
    assert missing(photo, WITHOUT) == {}
    assert photo.crop is None and photo.crop_box is None


def test_the_crop_shows_the_line_upright_and_its_box_is_in_the_given_picture(reader: Reader) -> None:
    upright = drawn(US)
    turned = MISHAPS["a quarter to the left"](upright)
    photo = read_photo(jpeg(turned), reader=reader)

    crop = Image.open(io.BytesIO(photo.crop))
    again = read_photo(jpeg(on_a_table(crop, (255, 255, 255))), reader=reader)
    assert US.line in without_spaces(again.text)
    left, top, right, bottom = photo.crop_box
    assert 0 <= left < right <= turned.width and 0 <= top < bottom <= turned.height
    there = np.asarray(turned.crop(photo.crop_box).rotate(-90, expand=True).convert("L"), dtype=float)
    shown = np.asarray(crop.convert("L").resize((there.shape[1], there.shape[0])), dtype=float)
    assert np.abs(there - shown).mean() < 12, "the box and the crop show different parts"


def test_a_barcode_in_the_picture_is_reported(reader: Reader) -> None:
    import zxingcpp

    bars = zxingcpp.create_barcode("4006381333931", zxingcpp.BarcodeFormat.EAN13).to_image(scale=3)
    panel = drawn(US)
    pack = Image.new("RGB", (panel.width, panel.height + 220), "white")
    pack.paste(panel, (0, 0))
    pack.paste(Image.fromarray(np.array(bars)).convert("RGB"), (60, panel.height + 20))
    photo = read_photo(jpeg(pack), reader=reader)

    assert [(code.kind, code.text) for code in photo.barcodes] == [("EAN13", "4006381333931")]
    assert photo_json(photo)["elemental_mg"] == 150


def test_a_blank_picture_shows_no_panel(reader: Reader) -> None:
    photo = read_photo(jpeg(Image.new("RGB", (600, 400), "white")), reader=reader)

    assert photo.seen is Seen.NOT_VISIBLE
    assert photo_json(photo)["elemental_mg"] is None


@pytest.mark.parametrize(
    ("name", "seen"),
    [
        ("21901768.jpg", Seen.NONE_FOUND),  # a real panel, dim and curved, without magnesium
        ("4058172309250.jpg", Seen.NOT_VISIBLE),  # a front that says Magnesium, and not how much
        pytest.param("0027917019505.jpg", Seen.NOT_VISIBLE, marks=pytest.mark.slow),
        pytest.param("5000453121500.jpg", Seen.NOT_VISIBLE, marks=pytest.mark.slow),
        pytest.param("8718836395802.jpg", Seen.NOT_VISIBLE, marks=pytest.mark.slow),
        pytest.param("8723300710746.jpg", Seen.NOT_VISIBLE, marks=pytest.mark.slow),
        pytest.param("4058172309519.jpg", Seen.NOT_VISIBLE, marks=pytest.mark.slow),
    ],
)
def test_real_photos(name: str, seen: Seen, shared: Path, reader: Reader) -> None:
    photo = read_photo((shared / "data" / "images" / name).read_bytes(), reader=reader)

    assert photo.seen is seen, photo.text
    assert photo.label.elemental is None


RECORDING = """
import sys
def told(event, arguments):
    if event in {"socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "socket.sendto", "urllib.Request"}:
        open(NAME, "a").write(event + "\\n")
sys.addaudithook(told)
import socket
def refused(*_, **__):
    raise OSError("no network in this test")
socket.socket.connect = socket.create_connection = socket.getaddrinfo = refused
from magwise.adapters.photo.worker import main
main()
"""


def test_no_network_is_used_or_tried(tmp_path: Path) -> None:
    """From loading the models to the answer; the recorder itself is shown to work below."""
    tried = tmp_path / "tried"
    code = RECORDING.replace("NAME", repr(str(tried)))
    with Reader(worker=(sys.executable, "-P", "-c", code)) as cut_off:
        photo = read_photo(jpeg(drawn(US)), reader=cut_off)

    assert facts_of(photo)["elemental_mg"] == 150
    assert not tried.exists()


def test_the_worker_cannot_reach_a_network() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        code = f"""
from magwise.adapters.photo import worker
import socket
worker._shut_in()
socket.create_connection(("127.0.0.1", {listening.getsockname()[1]}))
"""
        tried = subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=60
        )

    assert tried.returncode != 0
    assert "pictures are read without a network" in tried.stderr


def test_a_photo_in_a_session_is_shown_as_not_confirmed(tmp_path: Path) -> None:
    (tmp_path / "pack.jpg").write_bytes(jpeg(drawn(US)))

    said = magwise("read", "pack.jpg", "--crop", "line.png", cwd=tmp_path)

    assert said.returncode == 0, said.stderr
    assert "Magnesium (as magnesium citrate) 150 mg 36%" in said.stdout
    assert said.stdout.index("Not confirmed") < said.stdout.index("Magnesium: 150 mg of elemental")
    assert Image.open(tmp_path / "line.png").width > 300


@pytest.fixture
def told(
    reader: Reader, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> Callable[..., tuple[str, str]]:
    """What a command prints, run here with the warm reader."""
    monkeypatch.setattr("magwise.adapters.photo.read_photo", partial(read_photo, reader=reader))
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str) -> tuple[str, str]:
        with contextlib.suppress(SystemExit):
            main(list(arguments))
        return tuple(capsys.readouterr())

    return run


def test_a_photo_is_known_by_its_content_and_json_says_that_nobody_confirmed_it(
    told: Callable[..., tuple[str, str]], tmp_path: Path
) -> None:
    (tmp_path / "label.txt").write_bytes(jpeg(drawn(US)))

    answer = json.loads(told("read", "label.txt", "--json")[0])

    assert answer["elemental_mg"] == 150
    assert answer["confirmed"] is False
    assert without_spaces(answer["ocr"]["line"]) == US.line
    assert 0.8 < answer["ocr"]["confidence"] <= 1
    assert len(answer["ocr"]["crop_box"]) == 4
    for span in answer["spans"]:
        assert answer["ocr"]["text"][span["start"] : span["end"]] == span["text"]


def test_a_person_file_may_name_a_photo(told: Callable[..., tuple[str, str]], tmp_path: Path) -> None:
    (tmp_path / "pack.jpg").write_bytes(jpeg(drawn(US)))
    (tmp_path / "me.toml").write_text(
        '[person]\nage = 40\nsex = "male"\ncountry = "US"\nkidney = "normal"\nmedicines_answered = true\n'
        '[[products]]\nphoto = "pack.jpg"\n',
        encoding="utf-8",
    )

    printed, aside = told("plan", "me.toml", "--json")

    assert "Magnesium (as magnesium citrate) 150 mg 36%" in aside and "Not confirmed" in aside
    product = json.loads(printed)["products"][0]
    assert product["elemental_mg_per_unit"] == 75
    assert product["why"][0] == "Read from the photo pack.jpg: compare it with the pack."
