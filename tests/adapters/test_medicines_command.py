"""`magwise medicines`: one object a line, rejects kept, no traceback."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from magwise.adapters.cli.medicines import medicines
from magwise.errors import NotFound, WrongUse

app = typer.Typer()
app.command()(medicines)
run = CliRunner()

KEYS = {
    "id",
    "known",
    "ingredients",
    "classes",
    "route",
    "relevant",
    "action",
    "mg_before_h",
    "mg_after_h",
    "times",
    "days",
    "magnesium_mg_per_day",
}


def write(folder: Path, *rows: str) -> Path:
    place = folder / "in.jsonl"
    place.write_text("\n".join(rows) + "\n", encoding="utf-8")
    return place


def test_one_object_a_line_as_the_design_prints_it(tmp_path: Path) -> None:
    given = write(tmp_path, '{"id": "A", "line": "Synthroid 75 mcg am"}')
    result = run.invoke(app, [str(given)])
    row = json.loads(result.stdout)

    assert result.exit_code == 0
    assert set(row) >= KEYS
    assert (row["id"], row["ingredients"], row["action"]) == ("A", ["levothyroxine"], "apart")
    assert (row["mg_before_h"], row["mg_after_h"], row["times"], row["days"]) == (4, 4, ["wake"], [])


def test_unknown_is_relevant_null_and_no_figure(tmp_path: Path) -> None:
    given = write(tmp_path, '{"id": 1, "text": "blorptex 20"}')
    row = json.loads(run.invoke(app, [str(given), "--text", "text"]).stdout)

    assert (row["known"], row["relevant"], row["magnesium_mg_per_day"]) == (False, None, None)


def test_rows_that_cannot_be_read_are_kept_with_the_reason(tmp_path: Path) -> None:
    given = write(
        tmp_path, '{"id": 1, "line": "zinc"}', "not json", '{"id": 3}', '{"id": 4, "line": 5}', "", "[]"
    )
    out = tmp_path / "out.jsonl"
    result = run.invoke(app, [str(given), "--out", str(out)])
    kept = [json.loads(row) for row in (tmp_path / "out.rejects.jsonl").read_text().splitlines()]

    assert result.exit_code == 0
    assert len(out.read_text().splitlines()) == 1
    assert [one["row"] for one in kept] == [2, 3, 4, 6]
    assert all(one["why"] for one in kept)
    assert "4 lines could not be read" in result.stderr


def test_a_missing_file_and_a_missing_folder_are_named(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match=r"nowhere\.jsonl"):
        medicines(tmp_path / "nowhere.jsonl")
    with pytest.raises(WrongUse, match="no folder"):
        medicines(write(tmp_path, "{}"), out=tmp_path / "no" / "out.jsonl")
