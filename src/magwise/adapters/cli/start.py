"""`magwise start`: asks what matters, and writes the person file."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer

from magwise.errors import MagwiseError, WrongUse

__all__ = ["start"]

TRIES = 5


def start(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The person file to write.")] = Path("me.toml"),
    force: Annotated[bool, typer.Option("--force", help="Replace the file if it is there.")] = False,
) -> None:
    """Ask the questions and write the person file.

    Example: magwise start me.toml
    """
    if file.exists() and not force:
        raise WrongUse(f"{file} is there already.", remedy="Give another name, or --force to replace it.")
    if not file.parent.is_dir():
        raise WrongUse(f"There is no folder {file.parent}.", remedy="Make it first, or give another name.")
    print("A few questions. Nothing leaves this computer. Press Enter to skip what you do not know.\n")
    answers = _ask_everything()
    if not answers["person"]:
        raise WrongUse(
            "Nothing was answered, so nothing was written.", remedy="Run it in a terminal and type."
        )
    _write(file, _as_toml(answers))
    print(f"\nWritten: {file}. Next: magwise plan {file}")


def _ask_everything() -> dict[str, Any]:
    person: dict[str, Any] = {}
    _put_age(person, _ask("Age in years (for a small child: 20 months)", _age))
    _put(person, "sex", _ask("Sex (female, male, unstated)", _one_of("female", "male", "unstated")))
    _put(person, "country", _ask("Country, two letters like US", _country))
    print("\nHas anyone ever told you that your kidneys are not working well?")
    print("  Never told, under 65, without diabetes, high pressure or heart failure: answer normal.")
    _put(person, "kidney", _ask("Kidneys (normal, disease, dialysis, unknown)", _KIDNEY))
    _put(person, "egfr", _ask("Last eGFR, if you know it", _number(0, 250)))
    if person.get("sex") != "male":
        _put(person, "pregnant", _ask("Pregnant (yes, no, unknown)", _one_of("yes", "no", "unknown")))
        _put(person, "breastfeeding", _ask("Breastfeeding (yes, no)", _one_of("yes", "no")))
    _put(person, "conditions", _ask("Illnesses, with commas between", _list))
    _put(person, "symptoms", _ask("Symptoms now, with commas between", _list))
    _put(person, "taking_since", _ask("Already on magnesium since (YYYY-MM-DD)", _date))
    _put(person, "goals", _ask_goals())
    _put(person, "sensitive_stomach", _ask("Sensitive stomach (yes, no)", _yes_no))
    _put(person, "usual_stool", _ask("Usual stool (normal, loose, constipated)", _STOOL))
    _put(person, "sweat", _ask("Heavy sweating or hard training (normal, heavy)", _one_of("normal", "heavy")))
    _put(
        person,
        "vitamin_d",
        _ask("Vitamin D (sufficient, low, unknown)", _one_of("sufficient", "low", "unknown")),
    )
    _put(person, "alcohol", _ask("Alcohol (none, moderate, heavy)", _one_of("none", "moderate", "heavy")))
    _put(person, "avoid", _ask("What you avoid (gelatin, vegan, halal, dyes ...)", _list))
    print(
        "\nMedicines, one a line as on the pack with when you take it; an empty line ends. No medicines: none"
    )
    medicines, answered = _medicines()
    if answered:
        person["medicines_answered"] = True
    print("\nOther supplements (calcium, iron, zinc, antacids, laxatives), one a line; an empty line ends.")
    lines = _lines()
    movable = bool(lines) and _ask("May these move to other times of the day (yes, no)", _yes_no)
    supplements = [{"as_written": line, "movable": bool(movable)} for line in lines]
    print("\nYour day: wake, breakfast, lunch, dinner, bed as HH:MM.")
    routine = {name: _ask(f"  {name}", _clock) for name in ("wake", "breakfast", "lunch", "dinner", "bed")}
    print("\nThe magnesium label: type or paste the facts panel; a line with only a dot ends.")
    label = "\n".join(_lines(end="."))
    answers: dict[str, Any] = {"person": person}
    if all(routine.values()):
        answers["routine"] = routine
    answers["medicines"] = [{"as_written": line} for line in medicines]
    answers["supplements"] = supplements
    if label.strip():
        answers["products"] = [{"label": label}]
    diet = _ask("\nMagnesium from food a day in mg, if you know it", _number(0, 5000))
    if diet is not None:
        answers["diet"] = {"mg_per_day": diet}
    return answers


def _ask(question: str, read: Callable[[str], Any]) -> Any:
    """The answer, or None when it was skipped; asks again for what cannot be, and goes on after a few tries."""
    for _ in range(TRIES):
        try:
            given = input(f"{question}: ").strip()
        except EOFError:
            return None
        if not given:
            return None
        try:
            return read(given)
        except ValueError as wrong:
            print(f"  {wrong}")
    print("  Left unanswered; you can write it into the file afterwards.")
    return None


def _lines(end: str = "") -> list[str]:
    lines: list[str] = []
    while True:
        try:
            line = input("  ").rstrip()
        except EOFError:
            return lines
        if line == end:
            return lines
        lines.append(line)


def _medicines() -> tuple[list[str], bool]:
    lines = _lines()
    none = [line for line in lines if line.strip().lower() in {"none", "no", "keine", "no medicines"}]
    return [line for line in lines if line not in none], bool(lines)


def _put_age(person: dict[str, Any], answer: tuple[str, int] | None) -> None:
    if answer is not None:
        person[answer[0]] = answer[1]


def _age(given: str) -> tuple[str, int]:
    """("age", 46), or ("age_months", 20) for "20 months"."""
    words = given.lower().split()
    if len(words) == 2 and words[1].startswith("month"):
        return "age_months", _whole(0, 60)(words[0])
    return "age", _whole(0, 120)(given)


def _put(table: dict[str, Any], key: str, value: Any) -> None:
    if value is not None:
        table[key] = value


def _one_of(*words: str) -> Callable[[str], str]:
    def read(given: str) -> str:
        near = [word for word in words if word.startswith(given.lower())]
        if len(near) != 1:
            raise ValueError(f"Please answer one of: {', '.join(words)}.")
        return near[0]

    return read


_KIDNEY = _one_of("normal", "disease", "dialysis", "unknown")
_STOOL = _one_of("normal", "loose", "constipated")


def _whole(low: int, high: int) -> Callable[[str], int]:
    def read(given: str) -> int:
        if not given.isascii() or not given.isdigit() or not low <= int(given) <= high:
            raise ValueError(f"Please give a whole number from {low} to {high}.")
        return int(given)

    return read


def _number(low: float, high: float) -> Callable[[str], float]:
    def read(given: str) -> float:
        try:
            value = float(given.replace(",", "."))
        except ValueError:
            raise ValueError(f"Please give a number from {low:g} to {high:g}.") from None
        if not low <= value <= high:
            raise ValueError(f"Please give a number from {low:g} to {high:g}.")
        return value

    return read


def _country(given: str) -> str:
    if len(given) != 2 or not given.isascii() or not given.isalpha():
        raise ValueError("Please give two letters, like US, DE or GB.")
    return given.upper()


def _clock(given: str) -> str:
    from magwise.day import clock, minutes

    return clock(minutes(given))


def _date(given: str) -> Any:
    import datetime

    try:
        return datetime.date.fromisoformat(given)
    except ValueError:
        raise ValueError("Please give a date like 2026-11-22.") from None


def _yes_no(given: str) -> bool:
    return _one_of("yes", "no")(given) == "yes"


def _list(given: str) -> list[str]:
    return [word.strip() for word in given.split(",") if word.strip()]


def _goals() -> list[str]:
    from magwise.person import Goal

    return [goal.value for goal in Goal]


def _ask_goals() -> list[str] | None:
    """The goals that are known. Those that were right stay; only what was not understood is asked again."""
    kept: list[str] = []
    question = f"Goals ({', '.join(_goals())})"
    for _ in range(TRIES):
        words = _ask(question, lambda given: _list(given.lower().replace(" and ", ",")))
        meant = [word.replace(" ", "_") for word in words or ()]
        kept += [word for word in meant if word in _goals() and word not in kept]
        wrong = [word for word in meant if word not in _goals()]
        if not wrong:
            break
        so_far = f" Kept: {', '.join(kept)}." if kept else ""
        print(f"  Not among them: {', '.join(map(_with_near_goal, wrong))}.{so_far}")
        question = "Others to add (Enter goes on)"
    return kept or None


def _with_near_goal(word: str) -> str:
    from rapidfuzz import process

    near = process.extractOne(word, _goals(), score_cutoff=60)
    return f"{word!r} (did you mean {near[0]}?)" if near else repr(word)


def _as_toml(answers: dict[str, Any]) -> str:
    import tomlkit

    document = tomlkit.document()
    document.add(tomlkit.comment("Your person file for Magwise. Change what you like and plan again."))
    for name, value in answers.items():
        if isinstance(value, list) and value:
            tables = tomlkit.aot()
            for one in value:
                table = tomlkit.table()
                for key, item in one.items():
                    table.add(
                        key, tomlkit.string(item, multiline="\n" in item) if isinstance(item, str) else item
                    )
                tables.append(table)
            document.add(name, tables)
        elif isinstance(value, dict):
            document.add(name, tomlkit.item(value))
    return tomlkit.dumps(document)


def _write(file: Path, text: str) -> None:
    """All of it or nothing: written beside and renamed."""
    handle, part = tempfile.mkstemp(dir=file.parent, prefix=".magwise-", suffix=".part")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as open_part:
            open_part.write(text)
        Path(part).replace(file)
    except OSError as refused:
        Path(part).unlink(missing_ok=True)
        raise MagwiseError(f"The file cannot be written: {refused.strerror}.", where=str(file)) from None
