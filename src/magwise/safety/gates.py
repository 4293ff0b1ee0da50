"""Gates: one entry of knowledge each, and the short evaluator of all of them.

`when` is a condition in data: `{age: {from: 65, below: 75}}`, `{condition: heart-block}`,
`{medicine: [arb, nsaid]}`, `{egfr: unknown}`, and `all`, `any`, `not` of such. Several keys in one mapping
must all hold.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from magwise import knowledge
from magwise.errors import BrokenKnowledge
from magwise.facts import Fact
from magwise.findings import Finding, Level, Urgency
from magwise.safety.situation import Situation

__all__ = ["Gate", "finding_of", "gates", "holds", "opened"]

_SETS = frozenset({"condition", "symptom", "medicine", "open_marker"})
_BOUNDS = {
    "from": lambda seen, bound: seen >= bound,
    "above": lambda seen, bound: seen > bound,
    "to": lambda seen, bound: seen <= bound,
    "below": lambda seen, bound: seen < bound,
}
_KNOWN = frozenset(Situation.__dataclass_fields__)


@dataclass(frozen=True, slots=True)
class Gate:
    """When it applies, how far it reaches, what it allows, and who may lift it."""

    id: str
    rule: str
    when: Mapping[str, Any]
    level: Level
    says: str
    fact: Fact
    urgency: Urgency | None = None
    cap_mg: float | None = None
    ask: str | None = None
    question: str | None = None
    spec: tuple[str, ...] = ()
    slugs: tuple[str, ...] = ()
    lift_names: tuple[str, ...] = ()
    lift_whole: tuple[str, ...] = ()
    lift_needs: tuple[str, ...] = ()
    cases: tuple[Mapping[str, Any], ...] = ()

    @property
    def can_be_lifted(self) -> bool:
        """Only the end of a symptom lifts a red flag; an unanswered question is lifted by its answer."""
        return self.level is not Level.HELP_NOW and not self.id.endswith("-not-answered")


@cache
def gates() -> tuple[Gate, ...]:
    """Every gate of knowledge/gates. Raises BrokenKnowledge for a level, key or bound we do not know."""
    return tuple(_gate(fact) for fact in knowledge.facts("gates"))


def opened(situation: Situation) -> tuple[Gate, ...]:
    """The gates that apply to this situation."""
    return tuple(gate for gate in gates() if holds(gate.when, situation))


def finding_of(gate: Gate, because: tuple[str, ...] = ()) -> Finding:
    """What a gate that applies has found."""
    return Finding(
        rule=gate.rule,
        level=gate.level,
        message=gate.says,
        because=because,
        spec=gate.spec,
        facts=(gate.id,),
        sources=tuple(map(str, gate.fact.citations)),
        urgency=gate.urgency,
        cap_mg=gate.cap_mg,
        ask=gate.ask,
        question=gate.question,
        draft=gate.fact.is_draft,
    )


def holds(when: Any, situation: Situation) -> bool:
    """Whether a condition in data holds for this situation."""
    return all(_key_holds(key, value, situation) for key, value in when.items())


def _key_holds(key: str, value: Any, situation: Situation) -> bool:
    if key == "all":
        return all(holds(part, situation) for part in value)
    if key == "any":
        return any(holds(part, situation) for part in value)
    if key == "not":
        return not holds(value, situation)
    if key not in _KNOWN:
        raise BrokenKnowledge(f"A gate asks about {key!r}, which nobody knows.", where="knowledge/gates")
    seen = getattr(situation, key)
    wanted = value if isinstance(value, list) else [value]
    if key in _SETS:
        return not seen.isdisjoint(wanted)
    if isinstance(value, dict):
        return seen is not None and all(_BOUNDS[word](seen, bound) for word, bound in value.items())
    return any(
        seen is None if one == "unknown" and key in {"age", "egfr", "serum"} else seen == one
        for one in wanted
    )


def _gate(fact: Fact) -> Gate:
    given = fact.values
    where = f"knowledge/{fact.file}, {fact.id}"
    try:
        gate = Gate(
            id=fact.id,
            rule=str(given["rule"]),
            when=given["when"],  # type: ignore[arg-type]
            level=Level.of(str(given["level"])),
            says=fact.says,
            fact=fact,
            urgency=Urgency(str(given["urgency"])) if given.get("urgency") else None,
            cap_mg=_number(given.get("cap_mg")),
            ask=_text(given.get("ask")),
            question=_text(given.get("question")),
            spec=_words(given.get("spec")),
            slugs=_named_slugs(given.get("names")),
            lift_names=(*_words(given.get("lift_names")), *_named(given.get("names"))),
            lift_whole=(*_words(given.get("lift_names")), *_whole(given.get("names"))),
            lift_needs=_words(given.get("lift_needs")),
            cases=tuple(given.get("cases", ())),  # type: ignore[arg-type]
        )
        holds(gate.when, Situation())
    except (KeyError, ValueError, TypeError, AttributeError) as wrong:
        raise BrokenKnowledge(f"A gate that cannot be read: {wrong!r}.", where=where) from wrong
    return gate


def _named_slugs(names: Any) -> tuple[str, ...]:
    return tuple(names or {})


def _named(names: Any) -> tuple[str, ...]:
    return tuple(name for slug, many in (names or {}).items() for name in (slug, *many))


def _whole(names: Any) -> tuple[str, ...]:
    """The gate's own names: "heart-disease" as "heart disease"."""
    return tuple(slug.replace("-", " ") for slug in names or {})


def _words(value: Any) -> tuple[str, ...]:
    return tuple(str(one) for one in value or ())


def _text(value: Any) -> str | None:
    return None if value is None else str(value)


def _number(value: Any) -> float | None:
    return None if value is None else float(value)
