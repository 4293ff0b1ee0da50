"""`magwise facts` and `magwise why`: what is known, who says so, and which cases prove the rule."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer

from magwise import knowledge
from magwise.adapters.cli.plan import Today, day_of
from magwise.errors import NotFound
from magwise.facts import Fact

__all__ = ["behind", "fact_json", "facts", "why"]

AsJson = Annotated[bool, typer.Option("--json", help="Print as JSON.")]
_HIDDEN = {"file", "kind_of_entry", "cases", "when"}


def facts(
    id: Annotated[str | None, typer.Argument(metavar="[ID]", help="A fact, like IX019 or C03.")] = None,
    as_json: AsJson = False,
) -> None:
    """Any fact with its source and standing; without an ID, all of them.

    Example: magwise facts IX019
    """
    if id is None:
        _all_facts(as_json)
        return
    one = knowledge.find(id)
    print(json.dumps(fact_json(one), ensure_ascii=False, indent=1) if as_json else _as_text(one))


def why(
    rule: Annotated[
        str,
        typer.Argument(metavar="RULE", help="A finding's rule, a fact, a rule of the spec; or PERSON.toml."),
    ],
    as_json: AsJson = False,
    change: Annotated[
        str | None,
        typer.Option(
            metavar="CHANGE",
            help='With PERSON.toml: what would change with "kidney=normal", "also NAME" or "without NAME" '
            "(a medicine or supplement).",
        ),
    ] = None,
    today: Today = None,
) -> None:
    """Why a rule decides as it does, its sources and its cases.

    Examples: magwise why keep-apart-levothyroxine; magwise why me.toml --change "kidney=normal"

    What if one more medicine came? magwise why me.toml --change "also Ciprofloxacin 500 mg twice a day, 10 days"
    """
    if change is not None:
        _changes(Path(rule), change, today, as_json)
        return
    found = list(behind(rule))
    if not found:
        raise NotFound(
            f"Nothing is called {rule!r}.",
            remedy="Give a finding's rule (keep-apart-levothyroxine), a fact (IX019) or a spec id (B070.1); "
            'with a person file add --change, like --change "kidney=normal".',
        )
    if as_json:
        print(json.dumps({"rule": rule, "behind": found}, ensure_ascii=False, indent=1))
        return
    for one in found:
        print(_told(one))


def _changes(person_file: Path, change: str, today: str | None, as_json: bool) -> None:
    from magwise.adapters.cli.change import what_would_change

    found = what_would_change(person_file, change, day_of(today))
    if as_json:
        print(json.dumps(found, ensure_ascii=False, indent=1))
        return
    print(f"With {change}:" if "note" not in found else f"{change[:1].upper()}{change[1:]}:")
    for one in found["changes"] or [{"what": "nothing", "was": "the same", "now": "the same"}]:
        print(f"  {one['what']}: {one['was']} -> {one['now']}")
    if "note" in found:
        print(found["note"])


def _all_facts(as_json: bool) -> None:
    every = knowledge.all_facts()
    if as_json:
        print(json.dumps([fact_json(one) for one in every], ensure_ascii=False, indent=1))
        return
    for one in every:
        print(f"{one.id:28} {one.status.value:8} {one.says}")
    drafts = sum(one.is_draft for one in every)
    print(f"\n{len(every)} facts; {drafts} are drafts, not yet confirmed on the primary text.")


def behind(asked: str) -> Iterator[dict[str, Any]]:
    """Everything that stands behind this name: gates, spacings, other findings, rules of the spec, facts."""
    name = asked.strip().casefold()
    found = [*_gates(name), *_spacings(name), *_other_findings(name), *_spec_rules(name)]
    yield from found
    if not found:
        yield from _plain_fact(asked)


def _gates(name: str) -> Iterator[dict[str, Any]]:
    from magwise.safety import gates

    for gate in gates():
        if name in {gate.id.casefold(), gate.rule.casefold()} or _cites(gate.spec, name):
            yield {
                "kind": "gate",
                "id": gate.id,
                "rule": gate.rule,
                "level": gate.level.word,
                "says": gate.says,
                "when": gate.when,
                "cap_mg": gate.cap_mg,
                "spec": list(gate.spec),
                "cases": list(gate.cases),
                **_standing(gate.fact),
            }


def _spacings(name: str) -> Iterator[dict[str, Any]]:
    """By id, by a rule of the spec, by the medicine, or by a finding's rule that ends with the medicine."""
    from magwise.medicine import spacings, spacings_of

    bare = name
    for prefix in ("keep-apart-", "ask-first-", "not-together-", "watch-", "note-", "already-too-close-"):
        bare = bare.removeprefix(prefix)
    drugs = [bare, *(part.replace("-", " ") for part in bare.split("-with-"))]
    named = {one.id for drug in drugs for one in spacings_of(drug)}
    for one in spacings():
        if name == one.id.casefold() or one.id in named or _cites(one.spec, name):
            yield {
                "kind": "spacing",
                "id": one.id,
                "drug": one.drug,
                "level": one.level.word if one.level else "none",
                "says": one.says,
                "mg_before_h": one.mg_before_h,
                "mg_after_h": one.mg_after_h,
                "label_h": list(one.label_gap_h),
                "guide_h": list(one.guide_gap_h),
                "salts": one.salts,
                "note": one.note,
                "spec": list(one.spec),
                **_standing(knowledge.fact("spacings", one.id)),
            }


def _other_findings(name: str) -> Iterator[dict[str, Any]]:
    """Findings that neither a gate nor a spacing makes; "product-avoid-vegan" is one of product-avoid."""
    for entry in knowledge.entries("findings"):
        if name == entry["id"] or name.startswith(f"{entry['id']}-") or _cites(tuple(entry["spec"]), name):
            sources = [str(one) for id in entry["facts"] for one in knowledge.find(id).citations]
            yield {
                "kind": "finding",
                **{key: entry[key] for key in ("id", "level", "says", "spec", "facts")},
                "sources": sources
                or ["the two general guides, by the rules of the specification named here"],
            }


def _spec_rules(name: str) -> Iterator[dict[str, Any]]:
    if "rules" not in knowledge.rooms():
        return
    for entry in knowledge.entries("rules"):
        if entry["id"].casefold() == name:
            yield {"kind": "rule", **{key: value for key, value in entry.items() if key not in _HIDDEN}}


def _plain_fact(asked: str) -> Iterator[dict[str, Any]]:
    try:
        yield {**fact_json(knowledge.find(asked.strip())), "kind": "fact"}
    except NotFound:
        return


def _cites(spec: tuple[str, ...], name: str) -> bool:
    return name in {one.casefold() for one in spec}


def _standing(one: Fact) -> dict[str, Any]:
    return {
        "sources": [str(citation) for citation in one.citations],
        "status": one.status.value,
        "checked": one.checked.isoformat(),
        "does_not_cover": one.does_not_cover,
    }


def fact_json(one: Fact) -> dict[str, Any]:
    """The published shape of a fact: its own fields, its sources and its standing."""
    values = {key: value for key, value in one.values.items() if key not in _HIDDEN}
    return {"id": one.id, "says": one.says, **values, **_standing(one), "file": f"knowledge/{one.file}"}


def _as_text(one: Fact) -> str:
    lines = [f"{one.id}: {one.says}"]
    lines += [f"  {key}: {value}" for key, value in one.values.items() if key not in _HIDDEN]
    if one.does_not_cover:
        lines.append(f"  does not cover: {one.does_not_cover}")
    lines += [f"  source: {citation}" for citation in one.citations]
    lines.append(f"  checked {one.checked}, status {one.status.value}, in knowledge/{one.file}")
    if one.is_draft:
        lines.append("  A draft: nobody has confirmed this figure on the primary text yet.")
    return "\n".join(lines)


def _case(case: dict[str, Any]) -> str:
    given = ", ".join(
        f"{key} {', '.join(value) if isinstance(value, list) else value}"
        for key, value in case["given"].items()
    )
    return f"{given} -> {case['finds'] or 'nothing found'}"


def _told(one: dict[str, Any]) -> str:
    title = one.get("rule") or one.get("drug") or one["id"]
    lines = [f"{one['kind']} {one['id']}: {title}", f"  {one.get('says', '')}"]
    for key in (
        "level",
        "when",
        "cap_mg",
        "mg_before_h",
        "mg_after_h",
        "label_h",
        "guide_h",
        "salts",
        "note",
    ):
        if one.get(key) is not None:
            lines.append(f"  {key}: {one[key]}")
    for key in ("strength", "stage", "proved_by", "spec"):
        if one.get(key):
            lines.append(f"  {key}: {', '.join(one[key]) if isinstance(one[key], list) else one[key]}")
    lines += [f"  source: {source}" for source in one.get("sources", [])]
    lines += [f"  case: {_case(case)}" for case in one.get("cases", [])]
    if one.get("status"):
        lines.append(f"  status: {one['status']}, checked {one['checked']}")
    return "\n".join(lines)
