"""`magwise replay` and `magwise diff`: saved answers, answered again and compared."""

from __future__ import annotations

import datetime
import difflib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from magwise.errors import NotAReceipt, NotFound

if TYPE_CHECKING:
    from magwise.adapters.contract import CourseOut
    from magwise.advise import Advice

__all__ = ["changes_between", "diff", "replay"]

Saved = Annotated[Path, typer.Argument(metavar="PLAN.json", help="What `magwise plan --json` printed.")]
LARGEST_ANSWER = 20_000_000  # bytes


def replay(
    receipt: Saved, as_json: Annotated[bool, typer.Option("--json", help="Print the answer again.")] = False
) -> None:
    """Answer a saved plan again: the same bytes, or what differs and why.

    Example: magwise plan me.toml --json > plan.json && magwise replay plan.json
    """
    from magwise.adapters.contract import answer_of, bytes_of
    from magwise.advise import advise
    from magwise.person_file import from_inputs

    saved_text, saved = _answer(receipt)
    stamp = saved["receipt"]
    person = from_inputs(stamp["person"], place=f"{receipt.name}, receipt")
    advice = advise(person, today=_day(stamp, receipt))
    again = bytes_of(answer_of(advice, _course_again(advice, saved)))
    if as_json:
        print(again)
    if again.strip() == saved_text.strip():
        if not as_json:
            print(f"Same bytes: {len(again):,} characters, inputs {stamp['inputs'][:19]}...")
        return
    raise NotAReceipt(
        "The answer differs now.",
        where=_first_difference(saved_text, again),
        remedy=_why_it_differs(stamp, json.loads(again)["receipt"]),
    )


def _course_again(advice: Advice, saved: dict[str, Any]) -> CourseOut | None:
    """The course, when the saved answer holds one."""
    if "course" not in saved:
        return None
    from magwise.adapters.simulated import forecast_of

    return forecast_of(advice)


def diff(
    old: Annotated[Path, typer.Argument(metavar="OLD.json")],
    new: Annotated[Path, typer.Argument(metavar="NEW.json")],
    as_json: Annotated[bool, typer.Option("--json", help="Print the changes as JSON.")] = False,
) -> None:
    """What changed between two plans: decision, findings, dose, day; or between two catalogues that were read.

    Example: magwise diff last-month.json today.json, or magwise diff spring.parquet autumn.parquet
    """
    if {old.suffix.lower(), new.suffix.lower()} & {".parquet", ".jsonl", ".ndjson"}:
        from magwise.adapters.cli.league import diff_of_catalogues

        diff_of_catalogues(old, new, as_json=as_json)
        return
    changes = list(changes_between(_answer(old)[1], _answer(new)[1]))
    if as_json:
        print(json.dumps({"changes": changes}, ensure_ascii=False, indent=1))
        return
    if not changes:
        print("Nothing changed.")
    for change in changes:
        print(f"{change['what']}: {change['was']} -> {change['now']}")


def _answer(path: Path) -> tuple[str, dict[str, Any]]:
    try:
        if path.stat().st_size > LARGEST_ANSWER:
            raise NotAReceipt("The file is larger than any answer of Magwise's.", where=str(path))
        text = path.read_text(encoding="utf-8")
        answer = json.loads(text)
    except OSError:
        raise NotFound(f"There is no file {path.name}.", where=str(path)) from None
    except (ValueError, RecursionError):
        answer = None
    if not _is_answer(answer):
        raise NotAReceipt(
            "This is no answer of `magwise plan --json`.",
            where=str(path),
            remedy="Save one with: magwise plan me.toml --json > plan.json",
        )
    return text, answer


def _is_answer(answer: Any) -> bool:
    stamp = answer.get("receipt") if isinstance(answer, dict) else None
    return isinstance(stamp, dict) and {"inputs", "today", "knowledge", "engine", "person"} <= stamp.keys()


def _day(stamp: dict[str, Any], path: Path) -> datetime.date:
    try:
        return datetime.date.fromisoformat(str(stamp["today"]))
    except ValueError:
        raise NotAReceipt("The receipt has no readable day.", where=f"{path.name}, receipt, today") from None


def _first_difference(saved: str, again: str) -> str:
    lines = difflib.unified_diff(saved.splitlines(), again.splitlines(), "saved", "now", lineterm="", n=0)
    shown = [line.strip() for line in lines if line[:1] in "+-" and line[:3] not in ("+++", "---")]
    return "; ".join(line[:90] for line in shown[:2])


def _why_it_differs(saved: dict[str, Any], now: dict[str, Any]) -> str:
    names = {
        "inputs": "the inputs were edited",
        "knowledge": "the knowledge changed",
        "engine": "Magwise changed",
    }
    reasons = [why for name, why in names.items() if saved[name] != now[name]]
    own, own_now = (str(one["knowledge"]).partition("+")[0] for one in (saved, now))
    if saved["knowledge"] != now["knowledge"] and own == own_now:
        reasons = [
            "other medicine names are imported here (magwise import rxnorm)"
            if why == names["knowledge"]
            else why
            for why in reasons
        ]
    return f"Because {' and '.join(reasons)}." if reasons else "The saved answer itself was edited."


def changes_between(old: dict[str, Any], new: dict[str, Any]) -> Iterator[dict[str, str]]:
    """What differs between two answers, in the order in which it matters."""
    for what, path in (
        ("decision", ("decision",)),
        ("limit, mg a day", ("limit", "mg_per_day")),
        ("already taken, mg a day", ("already_mg_per_day",)),
        ("target, mg a day", ("target_mg_per_day",)),
        ("timetable", ("schedule", "outcome")),
        ("doses", ("schedule", "doses")),
        ("other things in the day", ("schedule", "others")),
        ("other days", ("schedules",)),
        ("judge from day", ("review", "judge_from_day")),
        ("cost a month", ("supply", "per_month")),
        ("knowledge", ("receipt", "knowledge")),
        ("engine", ("receipt", "engine")),
    ):
        was, now = _at(old, path), _at(new, path)
        if was != now:
            yield {"what": what, "was": _short(was), "now": _short(now)}
    yield from _findings_changed(old, new)
    yield from _unchecked_changed(old, new)


def _findings_changed(old: dict[str, Any], new: dict[str, Any]) -> Iterator[dict[str, str]]:
    was = {one["rule"]: one["level"] for one in old.get("findings", [])}
    now = {one["rule"]: one["level"] for one in new.get("findings", [])}
    for rule in sorted(was.keys() | now.keys()):
        if was.get(rule) != now.get(rule):
            yield {"what": f"finding {rule}", "was": was.get(rule, "none"), "now": now.get(rule, "none")}


def _unchecked_changed(old: dict[str, Any], new: dict[str, Any]) -> Iterator[dict[str, str]]:
    was = [one["what"] for one in old.get("could_not_check", [])]
    now = [one["what"] for one in new.get("could_not_check", [])]
    for what in sorted({*was} ^ {*now}):
        said = ("could not be checked", "-") if what in was else ("-", "could not be checked")
        yield {"what": what, "was": said[0], "now": said[1]}


def _at(answer: dict[str, Any], path: tuple[str, ...]) -> Any:
    value: Any = answer
    for key in path:
        value = value.get(key) if isinstance(value, dict) else None
    return value


def _short(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(_item(one) for one in value) or "none"
    return "none" if value is None else str(value)


def _item(one: Any) -> str:
    if "outcome" in one:
        return _other_day(one)
    if "elemental_mg" in one:
        return f"{one['time']} {one['elemental_mg']} mg with {one['with']}"
    return f"{one['time']} {one['take']}"


def _other_day(one: dict[str, Any]) -> str:
    """ "tue from 2026-11-24 to 2026-12-03: 12:30 100 mg with lunch", or a pause."""
    days = "" if len(one["days"]) == 7 else f"{' '.join(one['days'])} "
    span = f"from {one['from']} " if one["from"] else ""
    span += f"to {one['to']}" if one["to"] else ""
    doses = "; ".join(map(_item, one["doses"])) or "no magnesium"
    return f"{f'{days}{span}'.strip() or 'every day'}: {doses}"
