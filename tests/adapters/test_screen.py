"""A catalogue goes in and comes out row by row; nothing is lost, nothing is doubled."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from magwise.adapters.catalogue import Job, Tally, chunks, rejects_of, work
from magwise.adapters.catalogue import screened as screened_job
from magwise.errors import NotFound, WrongUse

LABEL = "Serving size 1 tablet\nMagnesium (as magnesium oxide) {} mg"


def screened(source: Path, out: Path, *, resume: bool = False, **how: object) -> Tally:
    return screened_job(Job(source, out, **how), resume=resume)  # type: ignore[arg-type]


def rows(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def catalogue(path: Path, count: int) -> Path:
    path.write_text(
        "".join(json.dumps({"id": f"L{i}", "raw_text": LABEL.format(i + 1)}) + "\n" for i in range(count))
    )
    return path


def test_one_row_out_for_each_row_in_in_the_same_order(tmp_path: Path) -> None:
    tally = screened(catalogue(tmp_path / "in.jsonl", 1100), tmp_path / "out.jsonl", workers=2)
    read = rows(tmp_path / "out.jsonl")
    assert tally.read == 1100
    assert [row["id"] for row in read] == [f"L{i}" for i in range(1100)]
    assert read[99]["elemental_mg"] == 100


def test_what_cannot_be_read_is_kept_with_its_reason(tmp_path: Path) -> None:
    source = tmp_path / "in.jsonl"
    source.write_text(
        '{"id": "a", "raw_text": "Magnesium 5 mg"}\nno json\n{"id": "b"}\n{"id": "c", "raw_text": ""}\n[1]\n'
    )
    tally = screened(source, tmp_path / "out.jsonl")
    assert (tally.read, tally.rejected) == (1, 4)
    reasons = [row["why"] for row in rows(rejects_of(tmp_path / "out.jsonl"))]
    assert "no JSON" in str(reasons[0])
    assert "keys: id" in str(reasons[1])
    assert "empty" in str(reasons[2])


def test_a_csv_without_the_column_names_the_columns_there_are(tmp_path: Path) -> None:
    source = tmp_path / "in.csv"
    source.write_text("sku,label\n1,Magnesium 5 mg\n")
    with pytest.raises(NotFound) as refused:
        screened(source, tmp_path / "out.jsonl", id_column="sku", text_column="text")
    assert "sku, label" in str(refused.value)
    assert not (tmp_path / "out.jsonl").exists()


def test_csv_with_quotes_line_ends_and_a_mark_at_its_start(tmp_path: Path) -> None:
    source = tmp_path / "in.csv"
    source.write_text(
        '\ufeffid,text\n1,"Serving size 1 capsule\nMagnesium (as citrate) 50 mg"\n2,Zinc 5 mg\n',
        encoding="utf-8",
    )
    screened(source, tmp_path / "out.jsonl", text_column="text")
    assert [row["elemental_mg"] for row in rows(tmp_path / "out.jsonl")] == [50, None]


def test_parquet_in_and_out(tmp_path: Path) -> None:
    duckdb = pytest.importorskip("duckdb", reason="duckdb is not installed")
    screened(catalogue(tmp_path / "in.jsonl", 20), tmp_path / "one.parquet")
    found = duckdb.sql(f"SELECT id, elemental_mg, forms FROM '{tmp_path / 'one.parquet'}'").fetchall()  # noqa: S608
    assert len(found) == 20
    assert found[9] == ("L9", 10.0, ["oxide"])
    screened(tmp_path / "one.parquet", tmp_path / "two.jsonl", text_column="language")
    assert len(rows(tmp_path / "two.jsonl")) == 20


def test_a_run_that_was_cut_off_goes_on_without_a_lost_or_doubled_row(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = catalogue(tmp_path / "in.jsonl", 1000)
    monkeypatch.setattr(chunks, "ROWS", 100)
    honest = work.read_chunk
    calls = {"left": 7}

    def cut(chunk: chunks.Chunk) -> chunks.Done:
        calls["left"] -= 1
        if calls["left"] < 0:
            raise KeyboardInterrupt
        return honest(chunk)

    monkeypatch.setattr(work, "read_chunk", cut)
    with pytest.raises(KeyboardInterrupt):
        screened(source, tmp_path / "out.jsonl", workers=1)
    part = tmp_path / "out.jsonl.part"
    with part.open("a") as half:
        half.write('{"id": "torn')  # what a kill in the middle of a write leaves
    monkeypatch.setattr(work, "read_chunk", honest)
    tally = screened(source, tmp_path / "out.jsonl", workers=1, resume=True)
    assert tally.read == 1000
    assert [row["id"] for row in rows(tmp_path / "out.jsonl")] == [f"L{i}" for i in range(1000)]


@pytest.mark.parametrize("name", ["out.xlsx", "in.jsonl"])
def test_a_target_that_cannot_be_written_is_refused(tmp_path: Path, name: str) -> None:
    source = catalogue(tmp_path / "in.jsonl", 1)
    with pytest.raises(WrongUse):
        screened(source, tmp_path / name)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        screened(tmp_path / "none.csv", tmp_path / "out.jsonl")


def test_a_file_that_is_no_parquet_is_refused(tmp_path: Path) -> None:
    (tmp_path / "in.parquet").write_text("hello")
    with pytest.raises(NotFound):
        screened(tmp_path / "in.parquet", tmp_path / "out.jsonl")
