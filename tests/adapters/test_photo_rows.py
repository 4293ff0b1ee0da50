"""Rows out of cells, words out of glue, and the question about the line: all without OCR."""

from __future__ import annotations

import io
import math
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from magwise.adapters.cli import photo as at_the_terminal
from magwise.adapters.photo.model import Patch, Photo, Seen, Sight
from magwise.adapters.photo.reading import crop_box, photo_of, reading_of
from magwise.adapters.photo.rows import rows_of
from magwise.adapters.photo.spelling import spelt
from magwise.errors import NotALabel, NotAPerson
from magwise.person_file import as_inputs, from_inputs, read_person_file

LETTER = 11  # pixels wide, in these made-up pictures
LINE = 20


def cell(text: str, x: float, y: float, confidence: float = 0.99) -> Patch:
    right = x + LETTER * len(text)
    return Patch(text, confidence, ((x, y), (right, y), (right, y + LINE), (x, y + LINE)))


def turned(patch: Patch, degrees: float) -> Patch:
    angle = math.radians(degrees)
    corners = tuple(
        (x * math.cos(angle) - y * math.sin(angle), x * math.sin(angle) + y * math.cos(angle))
        for x, y in patch.corners
    )
    return Patch(patch.text, patch.confidence, corners)


TABLE = [
    cell("Supplement Facts", 10, 0), cell("Serving Size 2 Capsules", 10, 40),
    cell("Zinc (as zinc oxide)", 10, 80), cell("15 mg", 420, 82), cell("136%", 520, 79),
    cell("Magnesium (as citrate)", 10, 120), cell("150 mg", 420, 118), cell("36%", 520, 121),
    cell("Calcium", 10, 160), cell("200 mg", 420, 163), cell("15%", 520, 158),
]  # fmt: skip
AS_READ = [
    "Supplement Facts", "Serving Size 2 Capsules", "Zinc (as zinc oxide) 15 mg 136%",
    "Magnesium (as citrate) 150 mg 36%", "Calcium 200 mg 15%",
]  # fmt: skip


def texts(patches: list[Patch]) -> list[str]:
    return [row.text for row in rows_of(patches)]


@given(st.permutations(TABLE), st.floats(-20, 20))
def test_columns_stay_in_line_in_any_order_and_at_any_tilt(cells: list[Patch], degrees: float) -> None:
    assert texts([turned(one, degrees) for one in cells]) == AS_READ


def test_rows_that_bend_stay_together() -> None:
    """On a round bottle a row hangs through; each cell follows the one before it."""
    bent = [
        Patch(p.text, p.confidence, tuple((x, y + 14 * math.sin(x / 200)) for x, y in p.corners))
        for p in TABLE
    ]

    assert texts(bent) == AS_READ


def test_prose_beside_a_panel_is_read_after_it() -> None:
    prose = [cell("Magnesium helps 300 enzymes", 640, 3), cell("and is good with food, so take", 640, 47),
             cell("it in the evening, with water", 640, 91), cell("and keep it from children.", 640, 133)]  # fmt: skip

    assert texts([*TABLE, *prose]) == [*AS_READ, *(one.text for one in prose)]


def test_print_that_runs_up_the_side_joins_no_row() -> None:
    lot = Patch("LOT 1234", 0.9, ((600, 0), (620, 0), (620, 160), (600, 160)))

    assert texts([lot, *TABLE]) == [*AS_READ, "LOT 1234"]


def test_a_row_is_as_certain_as_its_least_certain_cell() -> None:
    (row,) = rows_of([cell("Magnesium", 0, 0, 0.99), cell("150 mg", 300, 0, 0.71)])

    assert row.confidence == 0.71
    assert row.box == (0, 0, 366, 20)


def test_nothing_gives_no_rows() -> None:
    assert rows_of([]) == ()


@pytest.mark.parametrize(
    ("read", "meant"),
    [
        ("ServingSize2Capsules", "Serving Size 2 Capsules"),
        ("Magnesium(asMagnesiumCitrate)150mg36%", "Magnesium (as Magnesium Citrate) 150mg 36%"),
        ("VitaminD3(as cholecalciferol)25mcg125%", "Vitamin D3(as cholecalciferol) 25mcg 125%"),
        ("Vitamin B12 2.6 mcg", "Vitamin B12 2.6 mcg"),
        ("Magnesium 15O mg", "Magnesium 150 mg"),
        ("Magnesium l50 mg", "Magnesium 150 mg"),
        ("Nagnesium 150 rng", "Magnesium 150 mg"),
        ("Manganese 2 mg", "Manganese 2 mg"),
        ("Magnesium 150 mg", "Magnesium 150 mg"),
        ("Potassium iodide 150 mcg, 1000 IU", "Potassium iodide 150 mcg, 1000 IU"),
        ("Mangan 2 mg, Kalium 30 mg", "Mangan 2 mg, Kalium 30 mg"),
    ],
)
def test_glue_and_common_confusions_are_undone(read: str, meant: str) -> None:
    assert spelt(read).text == meant
    assert spelt(meant).text == meant


def test_a_changed_figure_is_told() -> None:
    assert spelt("Magnesium 15O mg").changes == ("'15O' was read as '150'",)
    assert spelt("ServingSize2Capsules").changes == ()


@given(st.text(max_size=300))
def test_any_row_can_be_spelt(text: str) -> None:
    spelt(text)


def sight(*patches: Patch, turns: int = 0, scale: float = 1.0) -> Sight:
    return Sight(patches, (), (700, 300), turns, scale)


def photo(*patches: Patch) -> Photo:
    seen = sight(*patches)
    return photo_of(seen, reading_of(seen), b"png")


def test_a_hardly_legible_line_gives_no_figure() -> None:
    unclear = [cell("150 mg", 420, 118, 0.62) if one.text == "150 mg" else one for one in TABLE]

    assert photo(*TABLE).label.elemental.best.mg == 150
    assert photo(*unclear).label.elemental is None
    assert photo(*unclear).line == "Magnesium (as citrate) 150 mg 36%"
    assert photo(*unclear).seen is Seen.FOUND


def test_print_of_a_few_pixels_gives_no_figure_however_certain_the_reader_is() -> None:
    small = [
        Patch(p.text, p.confidence, tuple((x / 2.5, y / 2.5) for x, y in p.corners))  # 8 pixels high
        for p in TABLE
    ]

    assert photo(*small).line == "Magnesium (as citrate) 150 mg 36%"
    assert photo(*small).label.elemental is None
    assert "few pixels" in photo(*small).label.why[-1]


def test_a_name_that_runs_over_lines_is_one_row() -> None:
    wrapped = [
        cell("Zinc (as zinc oxide)", 10, 0), cell("15 mg", 420, 0),
        cell("Magnesium (as citrate,", 10, 40), cell("malate, and magnesium", 10, 80), cell("150 mg", 420, 81),
        cell("taurate)", 10, 120), cell("Calcium (as", 10, 160), cell("200 mg", 420, 160), cell("Iron (as iron)", 10, 200),
    ]  # fmt: skip

    assert texts(wrapped) == [
        "Zinc (as zinc oxide) 15 mg", "Magnesium (as citrate, malate, and magnesium taurate) 150 mg",
        "Calcium (as 200 mg", "Iron (as iron)",
    ]  # fmt: skip


def test_none_found_says_how_much_could_not_be_read() -> None:
    without = [
        Patch(one.text, 0.6, one.corners)
        for one in TABLE
        if "agnesium" not in one.text and one.text not in {"150 mg", "36%"}
    ]

    assert photo(*without).seen is Seen.NONE_FOUND
    assert "5 of" not in " ".join(photo(*without).why) and "4 of 4 lines" in " ".join(photo(*without).why)


def test_the_front_of_a_pack_is_no_panel() -> None:
    front = photo(
        cell("MAGNESIUM", 10, 10), cell("for muscles and nerves", 10, 60), cell("60 capsules", 10, 110)
    )

    assert front.seen is Seen.NOT_VISIBLE
    assert front.label.elemental is None


@pytest.mark.parametrize("turns", range(4))
def test_the_box_is_found_again_in_the_picture_as_it_was_given(turns: int) -> None:
    """Turned to the left n times for reading: the given picture is that one, turned back."""
    seen = sight(*TABLE, turns=turns, scale=2.0)
    reading = reading_of(seen)
    left, top, right, bottom = (2 * side for side in crop_box(seen, reading))
    width, height = 1400, 600

    expected = {
        0: (left, top, right, bottom),
        1: (height - bottom, left, height - top, right),
        2: (width - right, height - bottom, width - left, height - top),
        3: (top, width - right, bottom, width - left),
    }[turns]
    assert photo_of(seen, reading, None).crop_box == expected


def ask(monkeypatch: pytest.MonkeyPatch, typed: str) -> None:
    monkeypatch.setattr(at_the_terminal, "_read", lambda *_: photo(*TABLE))
    monkeypatch.setattr(at_the_terminal, "_somebody_is_there", lambda: True)
    monkeypatch.setattr(sys, "stdin", io.StringIO(typed))


def show(**how: object) -> None:
    at_the_terminal.show_photo(
        b"", "pack.jpg", **({"country": None, "as_json": False, "crop": None, "yes": False} | how)
    )


def test_on_a_terminal_the_line_is_asked_about_before_the_figure(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    ask(monkeypatch, "what?\nyes\n")
    show()

    said = capsys.readouterr()
    assert said.out.index("Magnesium (as citrate) 150 mg 36%") < said.out.index("Confirmed by you.")
    assert said.out.index("Confirmed by you.") < said.out.index("Magnesium: 150 mg of elemental")
    assert said.err.count("Is this exactly what the pack says?") == 2
    crop = said.err.split("until you answer: ")[1].splitlines()[0]
    assert crop.endswith(".png") and not Path(crop).exists(), "the crop was left behind"


@pytest.mark.parametrize("typed", ["no\n", "", "maybe\nperhaps\nwhat\nyes\n"])
def test_whoever_does_not_agree_gets_no_figure(
    typed: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    ask(monkeypatch, typed)
    with pytest.raises(NotALabel, match="not what the pack says"):
        show()

    assert "of elemental magnesium" not in capsys.readouterr().out


def test_yes_asks_nothing_and_confirms_nothing(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    ask(monkeypatch, "no\n")
    show(yes=True)

    said = capsys.readouterr()
    assert "Not confirmed" in said.out and "Is this" not in said.err


def test_a_photo_without_an_amount_is_no_label_for_a_person_file(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "front.jpg").write_bytes(b"x")
    monkeypatch.setattr(at_the_terminal, "_read", lambda *_: photo(cell("MAGNESIUM", 10, 10)))

    with pytest.raises(NotALabel) as raised:
        at_the_terminal.label_of_photo(tmp_path / "front.jpg", "[[products]] 1, photo")

    assert "front.jpg" in str(raised.value) and "Type the facts panel" in str(raised.value)


PERSON = '[person]\nage = 40\nsex = "male"\nkidney = "normal"\nmedicines_answered = true\n[[products]]\n'


def test_what_is_typed_stands_above_what_is_photographed(tmp_path: Path) -> None:
    (tmp_path / "me.toml").write_text(
        PERSON + 'label = "Magnesium 100 mg"\nphoto = "pack.jpg"\n', encoding="utf-8"
    )

    person = read_person_file(tmp_path / "me.toml", read_photo=lambda *_: pytest.fail("the photo was read"))

    assert person.products[0].label == "Magnesium 100 mg"
    assert person.products[0].photo is None


def test_a_receipt_remembers_that_the_label_came_from_a_photo(tmp_path: Path) -> None:
    (tmp_path / "me.toml").write_text(PERSON + 'photo = "pack.jpg"\n', encoding="utf-8")

    person = read_person_file(
        tmp_path / "me.toml", read_photo=lambda path, place: f"Magnesium 100 mg {path.name} {place}"
    )

    assert person.products[0].label == "Magnesium 100 mg pack.jpg [[products]] 1, photo"
    assert from_inputs(as_inputs(person)) == person
    with pytest.raises(NotAPerson, match="person file only"):
        read_person_file(tmp_path / "me.toml")
