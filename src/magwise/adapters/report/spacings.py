"""Hours between magnesium and each medicine: what we keep, what labels say, what the guides say."""

from __future__ import annotations

from collections import defaultdict
from pathlib import PurePosixPath

from magwise import knowledge
from magwise.adapters.report.markdown import anchor, bullets, citations, code, hours, page, standing, table
from magwise.facts import Fact
from magwise.medicine import Spacing, spacings

__all__ = ["pages"]

_READING = (
    "Hours are written *magnesium before / magnesium after*: how long before the medicine, and how long after "
    "it, magnesium may be taken. Labels speak about the medicine, so their figures appear here turned round. "
    "*Strict* is what Magwise keeps; a dash means that no gap is given."
)


def pages() -> dict[str, str]:
    """Path under docs/reference -> the page; one for each file of knowledge/spacings."""
    facts = {fact.id: fact for fact in knowledge.facts("spacings")}
    by_file: dict[str, list[Spacing]] = defaultdict(list)
    for rule in spacings():
        by_file[PurePosixPath(facts[rule.id].file).stem].append(rule)
    made = {f"spacings/{stem}.md": _page(stem, rules, facts) for stem, rules in by_file.items()}
    made["spacings/README.md"] = page(
        "Spacings",
        _READING,
        "Where sources differ we keep the longer gap on each side; "
        "[why, and what disagreed](../../explanation/where-sources-disagree.md).",
        table(
            ["medicines", "rules", "drafts"],
            [
                (
                    f"[{stem.replace('_', ' ')}]({stem}.md)",
                    len(rules),
                    sum(rule.draft for rule in rules) or "none",
                )
                for stem, rules in by_file.items()
            ],
        ),
    )
    return made


def _page(stem: str, rules: list[Spacing], facts: dict[str, Fact]) -> str:
    side_by_side = table(
        ["id", "medicine", "level", "strict", "label", "guides", "salts", "standing"],
        [
            (
                f"[{rule.id}](#{anchor(_heading(rule))})",
                rule.drug,
                code(rule.level.word) if rule.level else "none",
                hours((rule.mg_before_h, rule.mg_after_h)),
                hours(rule.label_gap_h),
                hours(rule.guide_gap_h),
                rule.salts,
                facts[rule.id].status.value,
            )
            for rule in rules
        ],
    )
    return page(
        f"Spacings: {stem.replace('_', ' ')}",
        f"From `knowledge/spacings/{stem}.yaml`. [All spacings](README.md).",
        _READING,
        side_by_side,
        *(part for rule in rules for part in _told(rule, facts[rule.id])),
    )


def _heading(rule: Spacing) -> str:
    return f"{rule.id} {rule.drug}"


def _told(rule: Spacing, fact: Fact) -> list[str]:
    lines = [f"**medicine** {rule.drug} ({rule.drug_class})"]
    if rule.when:
        lines.append(f"**when** {rule.when}")
    if rule.counts_towards_two:
        lines.append("**counts** towards two or more interacting medicines")
    if rule.note:
        lines.append(f"**note** {rule.note}")
    if rule.spec:
        lines.append(f"**rules of the specification** {', '.join(map(code, rule.spec))}")
    lines.append(f"**source** {citations(fact.citations)}")
    if fact.does_not_cover:
        lines.append(f"**does not cover** {fact.does_not_cover}")
    lines.append(f"**standing** {standing(fact)}")
    return [f"## {_heading(rule)}", rule.says, bullets(lines)]
