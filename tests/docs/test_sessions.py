"""Every session that the documents show is run again, and what they show is what is printed."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from docs.shown import ROOT, Turn, agree, blocks, name_of, run, sessions, written_by_hand

ALL = list(sessions())


@pytest.mark.parametrize(("page", "session"), ALL, ids=[name_of(page) for page, _ in ALL])
def test_a_session_prints_what_the_page_shows(
    page: Path, session: list[Turn], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(ROOT / "examples", tmp_path / "examples")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MAGWISE_HOME", str(tmp_path / "kept"))

    for turn in session:
        printed, status = run(turn.command, tmp_path, monkeypatch)

        fault = agree(turn.shown, printed) if turn.shown else (status and printed) or None
        assert fault is None, f"{name_of(page)}: $ {turn.command}"


def test_the_first_screen_of_the_readme_is_a_session() -> None:
    first_screen = (ROOT / "README.md").read_text(encoding="utf-8").splitlines()[:45]

    assert any(line.startswith("$ magwise plan examples/") for line in first_screen)


def test_what_differs_is_noticed() -> None:
    assert agree(("a", "...", "c"), "a\nb\nc\n") is None
    assert agree(("a", "..."), "a\n") is None
    assert agree(("a b...",), "a bc\n") is None
    assert agree(("a", "c"), "a\nb\nc\n") is not None
    assert agree(("a",), "a\nb\n") is not None
    assert agree(("...", "d"), "a\nb\n") is not None
    assert agree(("a", "...", "a"), "a\nb\n") is not None


@pytest.mark.parametrize("page", written_by_hand(), ids=name_of)
def test_a_person_file_that_is_shown_can_be_read(page: Path) -> None:
    from magwise.person_file import read_person

    for block in blocks(page, "toml"):
        if "[person]" in block:
            read_person(block)


def test_the_page_about_the_person_file_uses_every_key() -> None:
    from magwise.adapters.report.person_keys import MEANINGS

    page = (ROOT / "docs/how-to/write-a-person-file.md").read_text(encoding="utf-8")

    for key in MEANINGS.keys() - {"products.photo"}:  # has a page of its own
        name = key.rsplit(".", 1)[1]
        assert f"{name} = " in page or f"[[{key}]]" in page, key


def test_the_adapter_that_is_shown_works(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    inside, called = blocks(ROOT / "docs/how-to/add-an-adapter.md", "python")
    names: dict[str, object] = {}

    exec(compile(inside, "lines_of", "exec"), names)  # noqa: S102 - our own page
    exec(compile(called, "call", "exec"), names)  # noqa: S102
    lines = list(names["lines_of"](names["answer"]))

    assert any(line.startswith("apart: ") for line in lines)
    assert any(" mg with " in line for line in lines)


def test_the_entries_of_knowledge_that_are_shown_would_be_accepted() -> None:
    from magwise import knowledge
    from magwise.medicine import rules
    from magwise.safety.gates import _gate

    of_every_fact = {"checked": "2026-11-22", "status": "draft", "file": "shown.yaml"}
    gate, spacing = _knowledge_shown("add-a-rule.md")
    of_its_file = {"class": "examples", "level": "apart", "salts": "all", "action": "separate"}
    of_its_file |= {"severity": "major", "counts_towards_two": True, "in_the_gut": True}
    assert _gate(knowledge._as_fact(of_every_fact | gate)).rule == gate["rule"]
    assert rules._as_spacing(knowledge._as_fact(of_every_fact | of_its_file | spacing)).mg_before_h == 4

    source, food = _knowledge_shown("add-a-fact.md")
    assert source.keys() <= {"id", "title", "year", "url"}
    assert food.keys() <= knowledge.entries("foods")[0].keys()
    assert food["source"]["id"] == source["id"]
    assert food["group"] in {one["group"] for one in knowledge.entries("foods")}


def _knowledge_shown(page: str) -> list[dict[str, object]]:
    """The first entry of each block of YAML, read as knowledge is: words stay words."""
    import yaml

    from magwise.knowledge.parse import _plain_loader

    return [yaml.load(one, _plain_loader())[0] for one in blocks(ROOT / "docs/how-to" / page, "yaml")]  # noqa: S506
