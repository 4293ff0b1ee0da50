"""Files of others: DSLD's CSV, other encodings, archives. What cannot be read has a reason; nothing is guessed."""

from __future__ import annotations

import csv
import gzip
import io
import json
import random
import zipfile
from pathlib import Path
from typing import Any

import pytest

from adapters.session import magwise
from magwise.adapters.catalogue import Job, Tally, rejects_of, screened
from magwise.adapters.importers import lines as lines_module
from magwise.adapters.importers import packed
from magwise.adapters.importers import rows as rows_module
from magwise.errors import NotFound, TooMuchText, WrongUse

FACTS = [
    "URL", "DSLD ID", "Product Name", "Serving Size", "Ingredient", "DSLD Ingredient Categories",
    "Amount Per Serving", "Amount Per Serving Unit", "% Daily Value per Serving", "Daily Value Target Group",
]  # fmt: skip
LABEL = "Serving size 1 tablet\nMagnesium (as magnesium oxide) 50 mg"


def read(
    tmp_path: Path, source: Path, **how: Any
) -> tuple[Tally, list[dict[str, Any]], list[dict[str, Any]]]:
    out = tmp_path / "out.jsonl"
    tally = screened(Job(source, out, **how))
    return tally, rows(out), rows(rejects_of(out))


def rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(one) for one in path.read_text(encoding="utf-8").splitlines()] if path.exists() else []


def facts(path: Path, *given: tuple[str, ...]) -> Path:
    """Rows of (id, product, serving, ingredient, category, amount, unit, percent, group)."""
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file, quoting=csv.QUOTE_ALL)
        table.writerow(FACTS)
        table.writerows((f"https://example.org/{one[0]}", *one) for one in given)
    return path


# DSLD's CSV

MG = ("1", "Sleep Caps", "2 Capsule(s)", "Magnesium", "mineral", "200", "mg", "48", "Adults")
ZINC = ("1", "Sleep Caps", "2 Capsule(s)", "Zinc", "mineral", "15", "mg", "136", "Adults")
OTHER = ("2", "Blend", "1 Scoop(s)", "Calm Blend", "blend", "900", "mg", "", "")


def test_rows_of_one_label_become_one_row_with_its_serving_and_amount(tmp_path: Path) -> None:
    _, read_rows, _ = read(tmp_path, facts(tmp_path / "facts.csv", MG, ZINC, OTHER))

    assert [row["id"] for row in read_rows] == ["1", "2"]
    assert (read_rows[0]["elemental_mg"], read_rows[0]["serving_amount"], read_rows[0]["serving_unit"]) == (
        200,
        2,
        "capsule",
    )
    assert read_rows[0]["nutrients"] == {"zinc_mg": 15}
    assert read_rows[1]["elemental_mg"] is None and read_rows[1]["proprietary_blend"]


def test_a_form_that_the_export_drops_is_not_called_missing_from_the_label(tmp_path: Path) -> None:
    _, (row,), _ = read(tmp_path, facts(tmp_path / "facts.csv", MG))

    assert "form_not_in_export" in row["flags"] and "form_not_stated" not in row["flags"]
    assert "leaves out the form" in row["why"][-1]


def test_the_same_ingredient_for_children_or_for_another_serving_is_not_counted_twice(tmp_path: Path) -> None:
    child = (*MG[:8], "Children 4 or more")
    larger = (MG[0], MG[1], "4 Capsule(s)", *MG[3:5], "400", *MG[6:])
    _, (row,), _ = read(tmp_path, facts(tmp_path / "facts.csv", MG, child, larger))

    assert (row["elemental_mg"], row["serving_amount"]) == (200, 2)


def test_a_label_whose_rows_do_not_stand_together_is_a_reject_and_not_a_second_label(tmp_path: Path) -> None:
    _, read_rows, rejected = read(tmp_path, facts(tmp_path / "facts.csv", MG, OTHER, ZINC))

    assert [row["id"] for row in read_rows] == ["1", "2"]
    assert rejected[0]["id"] == "1" and "sort the file" in rejected[0]["why"]


def test_the_overview_names_no_ingredients(tmp_path: Path) -> None:
    (tmp_path / "overview.csv").write_text("URL,DSLD ID,Product Name,Net Contents,Suggested Use\n")

    with pytest.raises(NotFound, match="overview"):
        read(tmp_path, tmp_path / "overview.csv")


def test_the_samples_of_the_real_export_are_read(tmp_path: Path, shared: Path) -> None:
    tally, read_rows, _ = read(tmp_path, shared / "data/labels/dsld_csv_facts_schema_sample.csv")

    assert (tally.read, tally.rejected) == (3, 0)
    assert (read_rows[0]["elemental_mg"], read_rows[0]["serving_unit"]) == (80, "g")


# tables


@pytest.mark.parametrize("sign", [",", ";", "\t", "|"])
def test_the_sign_between_columns_is_found(tmp_path: Path, sign: str) -> None:
    (tmp_path / "in.csv").write_text(f"id{sign}label\n7{sign}Magnesium 50 mg\n")

    _, (row,), _ = read(tmp_path, tmp_path / "in.csv", text_column="label")
    assert (row["id"], row["elemental_mg"]) == ("7", 50)


def test_a_text_cut_by_its_own_comma_is_a_reject_and_no_wrong_number(tmp_path: Path) -> None:
    """Without quotes 'Magnesium 1,000 mg' would be read as 'Magnesium 1'."""
    (tmp_path / "in.csv").write_text('id,label\n1,Magnesium 1,000 mg\n2,"Magnesium 1,000 mg"\n')

    _, (row,), (rejected,) = read(tmp_path, tmp_path / "in.csv", text_column="label")
    assert row["id"] == "2"
    assert rejected["id"] == "1" and "quoted" in rejected["why"]


def test_a_quote_left_open_says_which_lines_it_swallowed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rows_module, "_LONGEST_FIELD", 10_000)
    body = "".join(f"{i},Magnesium {i} mg and more words\n" for i in range(2, 400))
    (tmp_path / "in.csv").write_text(f'id,label\n1,"Magnesium 5 mg\n{body}')

    _, _, rejected = read(tmp_path, tmp_path / "in.csv", text_column="label", workers=1)
    assert "lines 2 to " in rejected[0]["why"] and "quote" in rejected[0]["why"]


@pytest.mark.parametrize("name", ["in.csv", "in.tsv", "in.csv.gz"])
def test_a_table_without_the_column_names_the_columns_there_are(tmp_path: Path, name: str) -> None:
    sign = "\t" if "tsv" in name else ","
    content = f"sku{sign}beschreibung\n1{sign}Magnesium 5 mg\n".encode()
    (tmp_path / name).write_bytes(gzip.compress(content) if name.endswith("gz") else content)

    said = magwise("screen", name, "--out", "out.jsonl", cwd=tmp_path)

    assert said.returncode == 11 and "Traceback" not in said.stderr
    assert "sku, beschreibung" in said.stderr and "--text" in said.stderr
    assert {one.name for one in tmp_path.iterdir()} == {name}


def test_price_and_pieces_give_what_100_mg_cost(tmp_path: Path) -> None:
    """12.60 for 90 capsules of 150 mg in servings of 2: 45 servings of 150 mg, 6750 mg, 0.1867 per 100 mg."""
    text = "Serving size 2 capsules\nMagnesium (as magnesium citrate) 150 mg"
    with (tmp_path / "in.csv").open("w", newline="") as file:
        csv.writer(file).writerows(
            [["id", "t", "cost", "n"], ["1", text, "12,60 €", "90"], ["2", text, "ask", "90"]]
        )

    _, (one, two), _ = read(
        tmp_path, tmp_path / "in.csv", text_column="t", price_column="cost", pieces_column="n"
    )
    assert one["price_per_100_mg"] == pytest.approx(0.1867, abs=1e-4)
    assert two["price_per_100_mg"] is None and "no number" in two["why"][-1]


# encodings


def test_a_line_that_is_no_utf_8_is_read_as_western_text_and_says_so(tmp_path: Path) -> None:
    mixed = [
        json.dumps({"id": "a", "raw_text": "Magnésium (citrate de magnésium) 50 mg par gélule"}, ensure_ascii=False).encode("utf-8"),
        json.dumps({"id": "b", "raw_text": "Magnésium (citrate de magnésium) 50 mg par gélule"}, ensure_ascii=False).encode("cp1252"),
    ]  # fmt: skip
    (tmp_path / "in.jsonl").write_bytes(b"\n".join(mixed))

    tally, (one, two), _ = read(tmp_path, tmp_path / "in.jsonl")
    assert tally.guessed == 1
    assert (one["elemental_mg"], one["forms"]) == (two["elemental_mg"], two["forms"]) == (50, ["citrate"])
    assert "Windows-1252" in two["why"][-1] and "Windows-1252" not in str(one["why"])


@pytest.mark.parametrize(("encoding", "text"), [
    ("windows-1251", "Магний (цитрат магния) 50 мг в капсуле"),
    ("shift_jis", "マグネシウム（クエン酸マグネシウム） 50 mg"),
])  # fmt: skip
def test_another_alphabet_is_a_reject_until_its_encoding_is_said(
    tmp_path: Path, encoding: str, text: str
) -> None:
    (tmp_path / "in.csv").write_bytes(f'id,raw_text\n1,"{text}"\n2,Magnesium 5 mg\n'.encode(encoding))

    _, read_rows, (rejected,) = read(tmp_path, tmp_path / "in.csv")
    assert [row["id"] for row in read_rows] == ["2"]
    assert rejected["id"] == "1" and "--encoding" in rejected["why"]

    _, read_rows, rejects = read(tmp_path, tmp_path / "in.csv", encoding=encoding)
    assert [row["elemental_mg"] for row in read_rows] == [50, 5] and not rejects


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_marks_at_the_start_and_utf_16_are_recognised(tmp_path: Path, encoding: str) -> None:
    (tmp_path / "in.csv").write_bytes("id,raw_text\n1,Magnésium 50 mg\n".encode(encoding))

    _, (row,), _ = read(tmp_path, tmp_path / "in.csv")
    assert (row["id"], row["elemental_mg"]) == ("1", 50)


def test_an_encoding_that_there_is_not_is_refused(tmp_path: Path) -> None:
    (tmp_path / "in.csv").write_text("id,raw_text\n1,x\n")

    with pytest.raises(WrongUse, match="klingon"):
        read(tmp_path, tmp_path / "in.csv", encoding="klingon")


@pytest.mark.parametrize(
    "content", [b"", b"\n\n\n", b"\xff" * 50, bytes(range(256)) * 40, b"\0" * 3000, b"[" * 100_000 + b"\n"]
)
@pytest.mark.parametrize("name", ["in.jsonl", "in.csv", "in.json", "in.parquet", "in.zip", "in.jsonl.gz"])
def test_whatever_the_bytes_are_there_is_an_answer(tmp_path: Path, name: str, content: bytes) -> None:
    (tmp_path / name).write_bytes(content)
    try:
        tally, _, _ = read(tmp_path, tmp_path / name)
    except NotFound:
        return
    assert tally.read == 0


def test_a_line_of_a_million_characters_and_a_longer_one_are_rejects(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lines_module, "LONGEST_LINE", 1_500_000)
    with (tmp_path / "in.jsonl").open("w") as file:
        for name, length in (("a", 1_000_000), ("b", 2_000_000), ("c", 3_100_000)):
            file.write(json.dumps({"id": name, "raw_text": "x" * length}) + "\n")
        file.write(json.dumps({"id": "d", "raw_text": LABEL}) + "\n")

    _, (row,), rejected = read(tmp_path, tmp_path / "in.jsonl")
    assert row["id"] == "d"
    assert [
        "1,000,000 characters" in rejected[0]["why"],
        *("bytes" in one["why"] for one in rejected[1:]),
    ] == [True] * 3


def test_half_a_character_in_json_does_not_stop_the_run(tmp_path: Path) -> None:
    (tmp_path / "in.jsonl").write_text(
        '{"id": "\\ud800", "raw_text": "Magnesium 5 mg"}\n{"id": "b", "raw_text": "Magnesium 6 mg"}\n'
    )

    _, read_rows, _ = read(tmp_path, tmp_path / "in.jsonl")
    assert [row["elemental_mg"] for row in read_rows] == [5, 6]


# archives


def zipped(path: Path, **members: bytes) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name.replace("__", "."), content)
    return path


def test_the_files_of_an_archive_are_read_by_name(tmp_path: Path) -> None:
    line = json.dumps({"id": "x", "raw_text": LABEL}).encode()
    label = json.dumps(
        {"id": 5, "ingredientRows": [{"name": "Magnesium", "quantity": [{"quantity": 80, "unit": "mg"}]}]}
    )
    source = zipped(tmp_path / "in.zip", b__jsonl=line, a__json=label.encode(), c__pdf=b"%PDF", d__zip=b"PK")

    tally, read_rows, rejected = read(tmp_path, source)
    assert [row["id"] for row in read_rows] == ["5", "x"] and tally.rejected == 2
    assert "not read" in rejected[0]["why"] and "inside an archive" in rejected[1]["why"]


@pytest.mark.parametrize("kind", ["zip", "gz"])
def test_a_bomb_is_refused_by_what_comes_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    monkeypatch.setattr(packed, "ALWAYS_ALLOWED", 200_000)
    bomb = (b" " * 99 + b"\n") * 100_000
    source = tmp_path / f"in.jsonl.{kind}"
    if kind == "gz":
        source.write_bytes(gzip.compress(bomb))
    else:
        source = zipped(tmp_path / "in.zip", a__jsonl=bomb)

    with pytest.raises(TooMuchText, match="comes out"):
        read(tmp_path, source)
    assert not (tmp_path / "out.jsonl").exists()


def test_a_bomb_whose_header_lies_gives_no_more_than_it_says(tmp_path: Path) -> None:
    """The directory promises 100 bytes for a member of ten million."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.jsonl", b" " * 10_000_000)
    content = held.getvalue().replace((10_000_000).to_bytes(4, "little"), (100).to_bytes(4, "little"))
    (tmp_path / "in.zip").write_bytes(content)

    tally, read_rows, _ = read(tmp_path, tmp_path / "in.zip")
    assert (tally.read, read_rows) == (0, [])


@pytest.mark.parametrize("kind", ["gz", "zip"])
def test_a_damaged_archive_gives_what_is_before_the_damage(tmp_path: Path, kind: str) -> None:
    chance = random.Random(1)
    each = (
        {"id": str(i), "raw_text": "Magnesium 5 mg", "seal": chance.randbytes(150).hex()} for i in range(900)
    )
    body = "".join(json.dumps(one) + "\n" for one in each)
    if kind == "gz":
        source = tmp_path / "in.jsonl.gz"
        source.write_bytes(gzip.compress(body.encode())[:-2000])
    else:
        source = zipped(tmp_path / "in.zip", a__jsonl=body.encode())
        content = bytearray(source.read_bytes())
        content[len(content) // 2] ^= 0xFF
        source.write_bytes(content)

    tally, read_rows, rejected = read(tmp_path, source)
    assert read_rows[0]["id"] == "0" and 0 < tally.read < 900
    assert any("damaged" in one["why"] for one in rejected)
