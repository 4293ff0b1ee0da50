"""Generated pages are up to date; links lead somewhere; what the documents name is there."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest

from docs.shown import ROOT, documents, name_of, written_by_hand
from magwise import knowledge
from magwise.adapters.report import reference
from magwise.adapters.report.gates import condition_in_words
from magwise.adapters.report.markdown import anchor

REFERENCE = ROOT / "docs" / "reference"
LINK = re.compile(r"\[(?:[^\[\]]|\[\[?[^\[\]]*\]?\])*\]\(([^()\s]*(?:\([^()]*\)[^()\s]*)*)\)")
OF_OUTSIDE = ("https://", "http://", "mailto:")
MACHINE = re.compile(r"/(?:home|root|tmp|work|Users)/|localhost:\d")
NAMED = re.compile(r"\b(?:IX\d{3}|fit-C\d{2}[a-z]?|(?<!fit-)C\d{2}[a-z]?|RF\d{2}|[AB]\d{3}\.\d+)\b")
OF_EXAMPLES = {"IX999"}
SLUG = re.compile(r"`([a-z0-9]+(?:-[a-z0-9]+)+)`")
OF_TOOLS = {"pre-commit", "food-example-seeds", "example-condition"}


@cache
def made() -> dict[str, str]:
    return reference.pages()


@cache
def text_of(path: Path) -> str:
    return path.read_text(encoding="utf-8")


@cache
def anchors_of(path: Path) -> frozenset[str]:
    outside_fences = re.sub(r"^ *```.*?^ *```$", "", text_of(path), flags=re.MULTILINE | re.DOTALL)
    return frozenset(anchor(one) for one in re.findall(r"^#+ (.*)$", outside_fences, re.MULTILINE))


@pytest.mark.parametrize("name", sorted(made()))
def test_a_generated_page_is_up_to_date(name: str) -> None:
    path = REFERENCE / name

    assert path.is_file(), f"{name} is not there: run `make docs`"
    assert text_of(path) == made()[name], f"{name} has changed: run `make docs`"


def test_no_page_of_reference_is_left_over() -> None:
    generated = [
        path for path in REFERENCE.rglob("*.md") if "Written by `make docs`" in path.read_text("utf-8")[:80]
    ]
    there = {path.relative_to(REFERENCE).as_posix() for path in generated}

    assert there - made().keys() == set(), "run `make docs`"


def test_pages_are_written_once_and_only_leftovers_of_ours_are_removed(tmp_path: Path) -> None:
    (tmp_path / "old.md").write_text(made()["doses.md"], encoding="utf-8")
    (tmp_path / "by-hand.md").write_text("# Mine\n", encoding="utf-8")

    assert reference.write(tmp_path) == (len(made()), len(made()))
    assert reference.write(tmp_path) == (len(made()), 0)
    assert not (tmp_path / "old.md").exists()
    assert (tmp_path / "by-hand.md").exists()


@pytest.mark.parametrize("page", documents(), ids=name_of)
def test_a_link_leads_somewhere(page: Path) -> None:
    for link in LINK.findall(text_of(page)):
        if link.startswith(OF_OUTSIDE):
            continue
        place, _, heading = link.partition("#")
        target = (page.parent / place).resolve() if place else page
        assert target.exists(), f"{name_of(page)}: {link}"
        if heading:
            assert heading in anchors_of(target), f"{name_of(page)}: {link}"


@pytest.mark.parametrize("page", documents(), ids=name_of)
def test_no_page_names_a_place_on_somebodys_machine(page: Path) -> None:
    assert MACHINE.findall(text_of(page)) == []


def test_every_page_can_be_found_from_the_first() -> None:
    seen: set[Path] = set()
    waiting = [ROOT / "README.md"]
    while waiting:
        page = waiting.pop()
        if page in seen or page.suffix != ".md" or not page.exists():
            continue
        seen.add(page)
        links = [link.partition("#")[0] for link in LINK.findall(text_of(page))]
        waiting += [(page.parent / link).resolve() for link in links if link and "://" not in link]

    lonely = [name_of(page) for page in documents() if page not in seen]
    assert lonely == [], "link it from docs/README.md"


@cache
def known() -> frozenset[str]:
    facts = {one.id for one in knowledge.all_facts()}
    rules = {str(one["id"]) for one in knowledge.entries("rules")}
    gates = {str(one["rule"]) for one in knowledge.entries("gates")}
    sources = set(knowledge.sources())
    trials = {str(one.get("set")) for one in knowledge.entries("trials")}
    spaced = {f"keep-apart-{one['drug']}" for one in knowledge.entries("spacings")}
    return frozenset(facts | rules | gates | sources | trials | spaced)


@pytest.mark.parametrize("page", written_by_hand(), ids=name_of)
def test_a_fact_or_rule_that_is_named_is_there(page: Path) -> None:
    named = {*NAMED.findall(text_of(page)), *SLUG.findall(text_of(page))} - OF_EXAMPLES - OF_TOOLS

    assert named - known() == set()


def test_what_the_tree_of_the_readme_names_is_there() -> None:
    tree = text_of(ROOT / "README.md").split("## Where things are")[1].split("```")[1]
    inside = False
    for line in tree.strip().splitlines():
        inside = line.startswith("  ")
        names = re.match(r"\s*(.*?)(?:\s{2,}|$)", line)[1].split()
        for name in names:
            assert ((ROOT / "src/magwise" if inside else ROOT) / name).exists(), line


def test_every_command_has_its_page_and_is_named_in_the_index() -> None:
    from magwise.adapters.cli import COMMANDS

    for name in COMMANDS:
        assert f"Usage: magwise {name} " in made()[f"commands/{name}.md"]
        assert f"({name}.md)" in made()["commands/README.md"]


def test_every_gate_and_spacing_shows_its_source_and_standing() -> None:
    pages = "\n".join(text for name, text in made().items() if name.startswith(("gates/", "spacings/")))

    for room in ("gates", "spacings"):
        for fact in knowledge.facts(room):
            assert fact.says in pages, fact.id
    entries = len(knowledge.entries("gates")) + len(knowledge.entries("spacings"))
    assert pages.count("- **source** ") == entries
    assert pages.count("- **standing** ") == entries


def test_a_condition_in_data_reads_as_words() -> None:
    assert condition_in_words({"egfr": {"from": 30, "below": 60}}) == "eGFR 30 to under 60"
    assert condition_in_words({"age": {"from": 9, "to": 18}}) == "age 9 to 18"
    assert condition_in_words({"age": "unknown"}) == "age: unknown"
    either = {"any": [{"kidney": "dialysis"}, {"not": {"taking": True}}]}
    assert condition_in_words(either) == "(kidney: dialysis or not (magnesium is taken already))"


def test_every_key_of_the_person_file_is_explained() -> None:
    page = made()["person-file.md"]

    assert page.count("\n## ") == 10
    assert "| – |" not in page, "a key lacks what it holds or means"


def test_every_field_of_an_answer_is_explained() -> None:
    unexplained = re.findall(r"^\| `(\w+)` \| .* \| – \|$", made()["json.md"], re.MULTILINE)

    assert unexplained == [], "give it a description in contract.py, or a sentence in answer_fields.py"


def test_the_hooks_before_a_commit_download_nothing() -> None:
    import yaml

    config = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8"))

    assert [repo["repo"] for repo in config["repos"]] == ["local"]
    hooks = {hook["entry"].split(" --")[0]: hook["language"] for hook in config["repos"][0]["hooks"]}
    assert hooks == {"ruff check": "system", "ruff format": "system", "mypy": "system"}
