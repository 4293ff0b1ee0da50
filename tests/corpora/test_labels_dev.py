"""The labelled half of the corpus, scored with the scorer that comes with it."""

from __future__ import annotations

import importlib.util
import json
import re

import pytest

from magwise.label import read_label
from magwise.label.json import to_json


@pytest.fixture(scope="module")
def figures(shared, capsys_of_module=None) -> dict[str, float]:
    spec = importlib.util.spec_from_file_location("score", shared / "score" / "score.py")
    score = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(score)
    truth = score.rows(shared / "data" / "corpora" / "labels_dev.jsonl")
    said = {key: json.loads(json.dumps(to_json(read_label(row["raw_text"])))) for key, row in truth.items()}
    import contextlib
    import io

    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        score.score_labels(truth, said)
    return {
        name: float(value)
        for name, value in re.findall(r"(\w+)=([\d.]+)", printed.getvalue().splitlines()[-1])
    }


@pytest.mark.parametrize(
    ("what", "least"), [("right", 0.96), ("forms", 0.95), ("serving", 0.93), ("blend", 1.0)]
)
def test_what_is_reached(figures: dict[str, float], what: str, least: float) -> None:
    assert figures[what] >= least


def test_hardly_ever_wrong(figures: dict[str, float]) -> None:
    assert figures["wrong"] <= 0.01


def test_nothing_of_a_label_is_copied_into_the_project(shared) -> None:
    from pathlib import Path

    here = Path(__file__).resolve().parents[2]
    ours = "".join(
        p.read_text(encoding="utf-8")
        for p in (here / "src" / "magwise" / "knowledge" / "words").glob("*.yaml")
    )
    with (shared / "data" / "corpora" / "labels_dev.jsonl").open(encoding="utf-8") as lines:
        assert not [r["id"] for r in map(json.loads, lines) if r["raw_text"][:60] in ours]
