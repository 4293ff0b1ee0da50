"""`python -m magwise.adapters.report.reference docs/reference` writes the pages of reference.

Comes in: a folder. Goes out: pages made from --help, the knowledge and the published shapes; pages that
nothing makes any more are removed. No page is ever edited by hand.
"""

from __future__ import annotations

import sys
from pathlib import Path

from magwise.adapters.report import amounts, api, commands, gates, rules, shapes, sources, spacings
from magwise.adapters.report.markdown import WRITTEN, bullets, page

__all__ = ["pages", "write"]


def pages() -> dict[str, str]:
    """Every page of reference: its path inside the folder -> its text."""
    made: dict[str, str] = {}
    for subject in (commands, gates, spacings, amounts, rules, shapes, api, sources):
        made.update(subject.pages())
    return {"README.md": _index(), **made}


def write(folder: Path) -> tuple[int, int]:
    """Bring the folder up to date; how many pages it holds, and how many of them changed."""
    made = pages()
    for old in folder.rglob("*.md"):
        if old.relative_to(folder).as_posix() not in made and _is_ours(old):
            old.unlink()
    changed = 0
    for name, text in made.items():
        path = folder / name
        if path.is_file() and path.read_text(encoding="utf-8") == text:
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        changed += 1
    return len(made), changed


def _is_ours(path: Path) -> bool:
    return path.read_text(encoding="utf-8").startswith(WRITTEN)


def _index() -> str:
    return page(
        "Reference",
        "Pages to look things up in. All of them are made by `make docs` from the code and the knowledge.",
        bullets(
            [
                "[Commands](commands/README.md): what each one takes",
                "[The person file](person-file.md): every key",
                "[JSON](json.md): every field of an answer",
                "[Errors and exit codes](errors.md)",
                "[The REST API](api.md): every address, what it takes and gives, and how it refuses",
                "[Gates](gates/README.md): what is unsafe for whom, with the cases that prove it",
                "[Spacings](spacings/README.md): hours beside every medicine; strict, label and guides side by side",
                "[Limits](limits.md): the most from supplements, by authority and age",
                "[Reference intakes](reference-intakes.md): what to get in all, by authority, age and sex",
                "[Doses](doses.md): bands, steps, sittings, reviews",
                "[Forms](forms.md): how much magnesium each salt holds",
                "[Rules of the specification](rules.md): all of them in our words, with their proofs",
                "[Our own choices](our-own-choices.md): figures that no published text gives",
                "[Sources](sources.md): every text that a fact cites",
            ]
        ),
    )


def main(arguments: list[str]) -> int:
    if len(arguments) != 1:
        print("Give the folder: python -m magwise.adapters.report.reference docs/reference", file=sys.stderr)
        return 2
    held, changed = write(Path(arguments[0]))
    print(f"{held} pages, {changed} changed")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
