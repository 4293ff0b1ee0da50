"""The shapes of what goes in and comes out: the person file, the JSON answers, the errors."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from magwise import errors
from magwise.adapters.report.answer_fields import FIELDS
from magwise.adapters.report.markdown import code, cut, figure, page, table
from magwise.adapters.report.person_keys import MEANINGS, TABLES

__all__ = ["pages"]

Schema = Mapping[str, Any]


def pages() -> dict[str, str]:
    """Path under docs/reference -> the page."""
    return {"person-file.md": _person_file(), "json.md": _json(), "errors.md": _errors()}


# -- the person file -----------------------------------------------------------------------------------------


def _person_file() -> str:
    # the models are private to person_file, which alone reads files; here only their published schema is used
    from magwise.person_file import _File

    schema = _File.model_json_schema()
    return page(
        "The person file",
        "A TOML file: tables in brackets, texts in quotes. Every key there is, with what it may hold. An unknown "
        "key is an error that names the nearest known one. Nothing told is never taken for healthy: what safety "
        "needs and does not find, it lists as could not check. "
        "[How to write one](../how-to/write-a-person-file.md).",
        *(part for name, heading in TABLES.items() for part in _keys(name, heading, schema)),
    )


def _keys(name: str, heading: str, schema: Schema) -> list[str]:
    shape = _table_of(name, schema)
    rows = [
        (code(key), _told(key, field, schema), _default(key, field, shape), MEANINGS[f"{name}.{key}"])
        for key, field in shape["properties"].items()
    ]
    return [f"## {heading}", table(["key", "holds", "if left out", "means"], rows)]


def _told(key: str, field: Schema, schema: Schema) -> str:
    """What a key may hold; that it may be left out stands in a column of its own."""
    if key == "days":
        return 'list of weekdays, like `"mon"`'
    choices = [one for one in field.get("anyOf", ()) if one.get("type") != "null"]
    return _kind({"anyOf": choices} if choices else field, schema)


def _table_of(name: str, schema: Schema) -> Schema:
    """The schema of the table behind a dotted name, as `diet.foods`."""
    shape = schema
    for part in name.split("."):
        field = shape["properties"][part]
        inner = field.get("items") or next(
            (one.get("items", one) for one in field.get("anyOf", ()) if one.get("type") != "null"), field
        )
        shape = schema["$defs"][inner["$ref"].rsplit("/", 1)[1]]
    return shape


def _default(key: str, field: Schema, shape: Schema) -> str:
    if key in shape.get("required", ()):
        return "**must be there**"
    default = field.get("default")
    if default in (None, [], ()):
        return "not told"
    return code(str(default).lower() if isinstance(default, bool) else str(default))


# -- JSON ----------------------------------------------------------------------------------------------------


def _json() -> str:
    from magwise.adapters.contract import CheckAnswer, PlanAnswer
    from magwise.adapters.evidence_answer import CheckOfSources, EvidenceAnswer, OutcomeAnswer

    evidence = {
        "magwise evidence": EvidenceAnswer.model_json_schema(mode="serialization"),
        "magwise evidence OUTCOME": OutcomeAnswer.model_json_schema(mode="serialization"),
        "magwise evidence --check": CheckOfSources.model_json_schema(mode="serialization"),
    }
    plan = PlanAnswer.model_json_schema(by_alias=True, mode="serialization")
    check = CheckAnswer.model_json_schema(by_alias=True, mode="serialization")
    return page(
        "JSON",
        "`--json` is a contract: fields may be added, none is renamed, removed or given another meaning. The "
        "JSON Schema itself comes from `magwise schema plan`, and so for `check`, `evidence`, `outcome` and `sources`.",
        "## `magwise plan --json`",
        _fields(plan, plan),
        "## `magwise check --json`",
        "The same fields, safety only: " + ", ".join(map(code, check["properties"])) + ".",
        *(
            part
            for command, schema in evidence.items()
            for part in (f"## `{command} --json`", schema["description"], _fields(schema, schema))
        ),
        *_tables_of(plan, *evidence.values()),
    )


def _tables_of(*schemas: Schema) -> Iterator[str]:
    """Each shape that the answers hold, once."""
    shapes = {name: (shape, schema) for schema in schemas for name, shape in schema["$defs"].items()}
    for name, (shape, schema) in sorted(shapes.items()):
        yield from (f"## {name}", shape.get("description", ""), _fields(shape, schema))


def _fields(shape: Schema, schema: Schema) -> str:
    if "properties" not in shape:
        return _kind(shape, schema)
    return table(
        ["field", "holds", "means"],
        [
            (code(name), _kind(field, schema), field.get("description") or _meaning(shape, name))
            for name, field in shape["properties"].items()
        ],
    )


def _meaning(shape: Schema, name: str) -> str:
    return FIELDS.get(f"{shape.get('title')}.{name}", FIELDS.get(name, ""))


def _kind(field: Schema, schema: Schema) -> str:
    """What a field may hold, in words: 'text, up to 2000 characters', 'number from 0 to 250'."""
    if "anyOf" in field:
        kinds = dict.fromkeys(_kind(one, schema) for one in field["anyOf"])
        if "number" in kinds:
            kinds.pop("whole number", None)
        return " or ".join(kinds)
    if "$ref" in field:
        return _named(field["$ref"].rsplit("/", 1)[1], schema)
    if "enum" in field:
        return " · ".join(code(str(word)) for word in field["enum"])
    kind = field.get("type")
    if kind == "array":
        return f"list of: {_kind(field.get('items', {}), schema)}"
    if kind in ("integer", "number"):
        return _of_number(field)
    return _of_other(str(kind), field)


def _named(name: str, schema: Schema) -> str:
    shape = schema["$defs"][name]
    if "properties" not in shape:
        return _kind(shape, schema)
    return "a table of its own" if name.startswith("_") else f"[{name}](#{name.lower()})"


def _of_number(field: Schema) -> str:
    words = ["whole number" if field["type"] == "integer" else "number"]
    for key, text in (
        ("minimum", "from {}"),
        ("exclusiveMinimum", "above {}"),
        ("maximum", "to {}"),
    ):
        if key in field:
            words.append(text.format(figure(field[key])))
    return " ".join(words)


def _of_other(kind: str, field: Schema) -> str:
    if field.get("format") == "date":
        return "date, like `2026-11-22`"
    pattern = {
        "^[A-Za-z]{2}$": "two letters",
        "^[A-Za-z]{3}$": "three letters",
        r"^\d\d:\d\d$": "time of day",
        "^([01][0-9]|2[0-3]):[0-5][0-9]$": 'time of day, like `"06:30"`',
        r"^\d{4}-\d\d-\d\d$": "date",
    }.get(str(field.get("pattern")))
    words = {"string": "text", "boolean": "`true` or `false`", "null": "nothing", "object": "table"}
    return pattern or words.get(kind, "anything")


# -- errors --------------------------------------------------------------------------------------------------


def _errors() -> str:
    return page(
        "Errors and exit codes",
        "An error says what happened, where, and what to do next, in one paragraph on standard error; with "
        "`--json` it is one JSON object there (problem details: `type`, `title`, `status`, `detail`, `instance`, "
        "`remedy`). Nothing is written half. *Do not start* is an answer, not an error: its exit code is 0 "
        "([why](../decisions/0006-do-not-start-is-exit-code-0.md)).",
        table(
            ["exit code", "name", "what it means"],
            [
                (0, "", "An answer was given, whatever it says."),
                *((one.exit_code, code(one.__name__), _first_line(one)) for one in _all_errors()),
                (130, "", "Stopped from the keyboard."),
            ],
        ),
        "An example:",
        cut(
            "The person file cannot be read: There is no key 'kidneys' here.\n"
            "  where: me.toml, [person] kidneys\n"
            "  next:  Did you mean 'kidney'? Known keys: age, age_months, sex, ..."
        ),
    )


def _all_errors() -> Iterator[type[errors.MagwiseError]]:
    named = [getattr(errors, name) for name in errors.__all__]
    yield from sorted(named, key=lambda one: (one.exit_code, one.__name__))


def _first_line(one: type[errors.MagwiseError]) -> str:
    return (one.__doc__ or "").strip().splitlines()[0]
