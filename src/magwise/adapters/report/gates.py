"""The gates of safety: when each opens, how far it reaches, who says so, and the cases that prove it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import Any

from magwise.adapters.report.markdown import bullets, citations, code, figure, page, standing, table
from magwise.safety import Gate, gates

__all__ = ["condition_in_words", "pages"]

_BOUNDS = {"from": "{} or more", "above": "above {}", "to": "{} or less", "below": "below {}"}
_NAMES = {
    "egfr": "eGFR",
    "open_marker": "an unanswered question from a medicine",
    "interacting": "interacting medicines",
    "taking": "magnesium is taken already",
    "prescription": "a prescription medicine",
    "chronic": "a long-term illness",
    "medicines_answered": "medicines answered",
    "ppi_for_a_year": "a stomach-acid blocker for a year or more",
    "serum": "serum magnesium",
    "stool": "usual stool",
}


def pages() -> dict[str, str]:
    """Path under docs/reference -> the page; one for each file of knowledge/gates."""
    by_file: dict[str, list[Gate]] = defaultdict(list)
    for gate in gates():
        by_file[PurePosixPath(gate.fact.file).stem].append(gate)
    made = {f"gates/{stem}.md": _page(stem, found) for stem, found in by_file.items()}
    made["gates/README.md"] = page(
        "Gates",
        "A gate is one rule of safety as data: when it opens, its level, its cap, what it says, and cases that "
        "prove it. Levels, from worst: `help_now`, `stop`, `ask_first`, `apart`, `caution`, `note`; "
        "[how a decision follows](../../explanation/how-it-decides.md). The cap is the most supplemental "
        "magnesium a day, in mg, that may be shown; a cap of 0 shows no dose.",
        table(
            ["rule", "opens when", "level", "cap", "standing"],
            [
                (
                    f"[`{gate.rule}`]({stem}.md#{gate.rule})",
                    _opens(gate),
                    code(gate.level.word),
                    "" if gate.cap_mg is None else figure(gate.cap_mg),
                    gate.fact.status.value,
                )
                for stem, found in by_file.items()
                for gate in found
            ],
        ),
    )
    return made


def _page(stem: str, found: list[Gate]) -> str:
    return page(
        f"Gates: {stem.replace('_', ' ')}",
        f"From `knowledge/gates/{stem}.yaml`. [All gates](README.md).",
        *(part for gate in found for part in _told(gate)),
    )


def _told(gate: Gate) -> list[str]:
    lines = [
        f"**opens when** {_opens(gate)}",
        f"**level** `{gate.level.word}`" + (f", urgency: {gate.urgency.value}" if gate.urgency else ""),
    ]
    if gate.cap_mg is not None:
        lines.append(f"**cap** {figure(gate.cap_mg)} mg of supplemental magnesium a day")
    if gate.ask:
        lines.append(f"**whom to ask** {gate.ask}" + (f": {gate.question}" if gate.question else ""))
    if names := gate.fact.values.get("names"):
        lines += [f"**words for {_word(slug)}** {', '.join(many)}" for slug, many in _as_lists(names)]
    if gate.lift_needs:
        lines.append(f"**a clearance needs** {', '.join(map(code, gate.lift_needs))}")
    if gate.spec:
        lines.append(f"**rules of the specification** {', '.join(map(code, gate.spec))}")
    lines.append(f"**source** {citations(gate.fact.citations)}")
    if gate.fact.does_not_cover:
        lines.append(f"**does not cover** {gate.fact.does_not_cover}")
    lines.append(f"**standing** `{gate.id}`, {standing(gate.fact)}")
    return [
        f"## {gate.rule}",
        gate.fact.says,
        bullets(lines),
        table(["given", "finds"], [(_given(case["given"]), _finds(case["finds"])) for case in gate.cases]),
    ]


def _as_lists(names: Any) -> list[tuple[str, list[str]]]:
    return [(slug, [str(one) for one in many]) for slug, many in names.items()]


def _opens(gate: Gate) -> str:
    """The gate's condition as one phrase, without brackets around all of it."""
    phrase = condition_in_words(gate.when)
    return phrase[1:-1] if phrase[:1] == "(" and len(gate.when) == 1 else phrase


def condition_in_words(when: Mapping[str, Any]) -> str:
    """A condition in data as one phrase: {egfr: {from: 30, below: 60}} as 'eGFR 30 to under 60'."""
    return " and ".join(_part(key, value) for key, value in when.items())


def _part(key: str, value: Any) -> str:
    if key in {"all", "any"}:
        joint = " and " if key == "all" else " or "
        return "(" + joint.join(condition_in_words(part) for part in value) + ")"
    if key == "not":
        return f"not ({condition_in_words(value)})"
    name = _NAMES.get(key, key.replace("_", " "))
    if isinstance(value, Mapping):
        return f"{name} {_range(value)}"
    if isinstance(value, bool):
        return name if value else f"not ({name})"
    wanted = value if isinstance(value, list) else [value]
    if key == "pregnant":
        return "pregnant, or not answered at an age at which it may be" if len(wanted) > 1 else "pregnant"
    return f"{name}: {' or '.join(_word(one) for one in wanted)}"


def _range(bounds: Mapping[str, Any]) -> str:
    """{from: 30, below: 60} as '30 to under 60'; {below: 15} as 'below 15'."""
    if bounds.keys() == {"from", "below"}:
        return f"{figure(bounds['from'])} to under {figure(bounds['below'])}"
    if bounds.keys() == {"from", "to"}:
        return f"{figure(bounds['from'])} to {figure(bounds['to'])}"
    return " and ".join(_BOUNDS[word].format(figure(bound)) for word, bound in bounds.items())


def _word(value: Any) -> str:
    return value.replace("_", " ").replace("-", " ") if isinstance(value, str) else figure(value)


def _given(given: Mapping[str, Any]) -> str:
    return ", ".join(f"{key.replace('_', ' ')}: {_value(value)}" for key, value in given.items())


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return " and ".join(_word(one) for one in value)
    return "not known" if value is None else _word(value)


def _finds(level: Any) -> str:
    return "nothing" if level is None else code(str(level))
