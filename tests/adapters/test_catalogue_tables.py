"""League tables and differences: the database says the same as the obvious way, whatever the rows."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from adapters.session import magwise
from magwise.adapters.catalogue import Job, screened
from magwise.adapters.catalogue.tables import as_parquet, changes_between_releases, league_of_file
from magwise.catalogue import CONTRADICTIONS, HIDDEN_OXIDE, differences, league_of, said_of
from magwise.errors import NotFound

FLAGS = (*CONTRADICTIONS[:3], *HIDDEN_OXIDE, "no_magnesium", "serving_not_stated")
amounts = some.none() | some.sampled_from([10, 61.5, 100, 250])
row = some.fixed_dictionaries(
    {
        "id": some.sampled_from(["a", "b", "c", "é", "it's", "[red]"]),
        "elemental_mg": amounts,
        "elemental_low_mg": amounts,
        "elemental_high_mg": amounts,
        "basis": some.sampled_from(["declared", "ambiguous"]),
        "serving_amount": some.sampled_from([1, 2]),
        "serving_unit": some.sampled_from(["tablet", "capsule"]),
        "forms": some.lists(some.sampled_from(["oxide", "citrate", "malate"]), unique=True),
        "compound_mg": some.just({}),
        "nutrients": some.just({"zinc_mg": 5}),
        "flags": some.lists(some.sampled_from(FLAGS), unique=True),
        "proprietary_blend": some.booleans(),
        "language": some.just("en"),
        "price_per_100_mg": some.none() | some.sampled_from([0.1, 0.25, 1]),
        "why": some.just([]),
    }
)
quick = settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def written(path: Path, rows: list[dict[str, Any]]) -> Path:
    path.write_text("".join(json.dumps(one, ensure_ascii=False) + "\n" for one in rows), encoding="utf-8")
    return path


@quick
@given(some.lists(row, max_size=12))
def test_the_league_by_sql_is_the_league_by_hand(rows: list[dict[str, Any]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        lines = written(Path(folder, "read.jsonl"), rows)
        as_parquet(lines, Path(folder, "read.parquet"))
        by_hand = league_of(map(said_of, rows))

        assert league_of_file(lines) == by_hand
        assert league_of_file(Path(folder, "read.parquet")) == by_hand


@quick
@given(some.lists(row, max_size=8), some.lists(row, max_size=8))
def test_differences_by_sql_are_differences_by_hand(
    was: list[dict[str, Any]], now: list[dict[str, Any]]
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        found = changes_between_releases(
            written(Path(folder, "a.jsonl"), was), written(Path(folder, "b.jsonl"), now), most=99
        )

    expected = [
        change
        for name in {one["id"] for one in (*was, *now)}
        for old, new in paired(
            [one for one in was if one["id"] == name], [one for one in now if one["id"] == name]
        )
        for change in differences(said_of(old) if old else None, said_of(new) if new else None)
    ]
    got = [change for changes in found.examples.values() for change in changes]
    assert sorted(map(repr, got)) == sorted(map(repr, expected))
    assert sum(found.kinds.values()) == len(expected)
    assert found.same + found.kinds.get("label gone", 0) <= found.was == len(was)


def paired(was: list[Any], now: list[Any]) -> list[tuple[Any, Any]]:
    longest = max(len(was), len(now))
    return list(zip(was + [None] * (longest - len(was)), now + [None] * (longest - len(now)), strict=True))


@given(some.lists(row, max_size=8))
@quick
def test_nothing_differs_from_itself(rows: list[dict[str, Any]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = written(Path(folder, "a.jsonl"), rows)
        found = changes_between_releases(path, path)

    assert (found.kinds, found.same) == ({}, len(rows))


LABELS = [
    ("ox", "Serving size 1 tablet\nMagnesium (as magnesium oxide) 250 mg", 5.0),
    ("mix", "Serving size 1 tablet\nMagnesium (as magnesium oxide, magnesium citrate) 250 mg", 9.0),
    ("odd", "Serving size 1 tablet\nMagnesium (as magnesium citrate) 100 mg 90% DV", 7.0),
    ("none", "Serving size 1 tablet\nZinc 5 mg", 1.0),
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("releases")
    later = [("ox", LABELS[0][1].replace("250", "200"), 5.0), *LABELS[1:3], ("new", LABELS[0][1], 4.0)]
    for name, labels in (("spring", LABELS), ("autumn", later)):
        records = [
            {"id": one, "raw_text": text, "price": price, "pieces": 100} for one, text, price in labels
        ]
        written(folder / f"{name}.labels.jsonl", records)
        job = Job(
            folder / f"{name}.labels.jsonl",
            folder / f"{name}.parquet",
            price_column="price",
            pieces_column="pieces",
        )
        screened(job)
    return folder


def test_the_command_shows_forms_contradictions_hidden_oxide_and_prices(folder: Path) -> None:
    said = magwise("league", "spring.parquet", cwd=folder)

    assert said.returncode == 0, said.stderr
    assert "4 rows; 3 name magnesium" in said.stdout
    assert "Oxide hidden among other forms: 1 (mix)" in said.stdout
    assert any(line.strip().startswith("citrate") and " 2 " in line for line in said.stdout.splitlines())
    assert any(line.strip().startswith("percent_") and "odd" in line for line in said.stdout.splitlines())
    assert any(
        line.strip().startswith("ox ") and "0.0200" in line for line in said.stdout.splitlines()
    )  # 5 / (100 x 250 mg)


def test_the_same_as_json(folder: Path) -> None:
    found = json.loads(magwise("league", "spring.parquet", "--json", cwd=folder).stdout)

    assert {one["form"]: one["labels"] for one in found["forms"]} == {"oxide": 2, "citrate": 2}
    assert found["hidden_oxide"] == [1, ["mix"]]


def test_diff_of_two_releases_says_what_came_went_and_changed(folder: Path) -> None:
    said = magwise("diff", "spring.parquet", "autumn.parquet", cwd=folder)
    found = json.loads(magwise("diff", "spring.parquet", "autumn.parquet", "--json", cwd=folder).stdout)

    assert said.returncode == 0, said.stderr
    assert "4 rows before, 4 now; 2 read the same." in said.stdout
    assert "ox: 250 mg -> 200 mg" in said.stdout
    assert found["kinds"] == {"amount": 1, "label gone": 1, "new label": 1, "price per 100 mg": 1}


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("nowhere.parquet", None),
        ("a.parquet", b"no"),
        ("a.jsonl", b'{"x": 1}\n'),
        ("a.jsonl", b"\xff\n"),
        ("a.txt", b"x"),
    ],
)
def test_what_is_no_catalogue_is_refused(tmp_path: Path, name: str, content: bytes | None) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)

    with pytest.raises(NotFound):
        league_of_file(tmp_path / name)
