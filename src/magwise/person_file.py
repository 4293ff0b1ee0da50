"""The person file (TOML) -> Person. Untrusted text is parsed here, once.

An unknown key names the nearest known one; an impossible value names its place and the values that are
possible. Files named inside (`label_file`, `photo`) are read relative to the person file; who can read photos is
passed in. Nothing is written, and nothing is decided about magnesium.
"""

from __future__ import annotations

import datetime
import json
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any, Literal, get_args

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    ValidationInfo,
    WithJsonSchema,
    field_validator,
    model_validator,
)

from magwise.day import Routine, apart, clock, minutes
from magwise.errors import NotAPerson, NotFound
from magwise.person import (
    Alcohol,
    Clearance,
    Diet,
    FastLine,
    FoodEaten,
    Goal,
    Kidney,
    LabResult,
    MedicineLine,
    Person,
    ProductLine,
    Sex,
    Stool,
    SupplementLine,
    Sweat,
    VitaminD,
    YesNo,
)

__all__ = [
    "LARGEST_FILE",
    "Tables",
    "as_inputs",
    "from_inputs",
    "from_json",
    "read_person",
    "read_person_file",
]

LARGEST_FILE = 2_000_000  # bytes; a person file with forty labels in it has about 60,000
LONGEST_LIST = 200
LONGEST_LINE = 2_000
LONGEST_LABEL = 200_000
MOST_SMALL_MEALS = 4
LONGEST_FAST = 62  # days
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def _printable(text: str) -> str:
    """Control characters could move a terminal's cursor or colour its text: none is let in."""
    if any(not sign.isprintable() and sign not in "\t\n\r" for sign in text):
        raise ValueError("this text holds control characters; type it again")
    return text


Short = Annotated[str, Field(min_length=1, max_length=LONGEST_LINE), AfterValidator(_printable)]


def _as_minutes(value: Any) -> Any:
    if isinstance(value, datetime.time):  # TOML has times of its own: wake = 06:30:00
        return value.hour * 60 + value.minute
    if not isinstance(value, str):
        raise ValueError('write a time of day as text, like "06:30"')
    return minutes(value)


def _as_weekday(value: Any) -> Any:
    name = str(value).strip().lower()[:3]
    if name not in WEEKDAYS:
        raise ValueError(f"{value!r} is not a weekday; write {', '.join(WEEKDAYS)}")
    return WEEKDAYS.index(name)


# written as text, kept as minutes: the published shape shows what is written
Clock = Annotated[
    int,
    BeforeValidator(_as_minutes),
    Field(ge=0, lt=24 * 60),
    WithJsonSchema({"type": "string", "pattern": "^([01][0-9]|2[0-3]):[0-5][0-9]$", "examples": ["06:30"]}),
]
Weekday = Annotated[
    int, BeforeValidator(_as_weekday), WithJsonSchema({"type": "string", "enum": list(WEEKDAYS)})
]
Many = Field(default=(), max_length=LONGEST_LIST)


_BY_A_PROGRAM = {"written by": "a program"}  # whose numbers are numbers, and whose truth is true or false


def _kinds_of(annotation: Any) -> set[Any]:
    return {annotation, *get_args(annotation)}


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    @field_validator("*", mode="before")
    @classmethod
    def _is_of_its_kind(cls, value: Any, info: ValidationInfo) -> Any:
        """`age = true` is no age of one year, and `egfr_date = 5` no day of 1970."""
        field = cls.model_fields[str(info.field_name)]
        kinds = _kinds_of(field.annotation)
        if isinstance(value, bool) and kinds & {int, float}:
            raise ValueError("this must be a number, not true or false")
        if info.context is _BY_A_PROGRAM and not any(
            isinstance(one, BeforeValidator) for one in field.metadata
        ):
            if isinstance(value, str) and kinds & {int, float}:
                raise ValueError("this must be a number, not a text")
            if isinstance(value, int | float | str) and not isinstance(value, bool) and bool in kinds:
                raise ValueError("this must be true or false")
        if isinstance(value, int | float) and datetime.date in kinds:
            raise ValueError("this must be a date, like 2026-11-22")
        return value


class _PersonTable(_Table):
    age: int | None = Field(default=None, ge=0, le=120)
    age_months: int | None = Field(default=None, ge=0, le=1440)
    sex: Sex = Sex.UNSTATED
    weight_kg: float | None = Field(default=None, gt=0.3, le=500)
    country: str | None = Field(default=None, pattern=r"^[A-Za-z]{2}$")
    kidney: Kidney | None = None
    egfr: float | None = Field(default=None, ge=0, le=250)
    egfr_date: datetime.date | None = None
    pregnant: YesNo | None = None
    breastfeeding: YesNo | None = None
    conditions: tuple[Short, ...] = Many
    does_not_have: tuple[Short, ...] = Many
    symptoms: tuple[Short, ...] = Many
    taking_since: datetime.date | None = None
    goals: tuple[Goal, ...] = Many
    wants: tuple[Short, ...] = Many
    sensitive_stomach: bool = False
    usual_stool: Stool = Stool.NORMAL
    alcohol: Alcohol | None = None
    sweat: Sweat = Sweat.NORMAL
    vitamin_d: VitaminD = VitaminD.UNKNOWN
    avoid: tuple[Short, ...] = Many
    medicines_answered: bool | None = None


class _RoutineTable(_Table):
    wake: Clock
    breakfast: Clock | None = None
    lunch: Clock | None = None
    dinner: Clock | None = None
    bed: Clock
    small_meals: tuple[Clock, ...] = Field(default=(), max_length=MOST_SMALL_MEALS)

    @model_validator(mode="after")
    def _eats_something(self) -> _RoutineTable:
        if (self.breakfast, self.lunch, self.dinner) == (None, None, None) and not self.small_meals:
            raise ValueError("no meal is named; magnesium is taken with food, so name at least one")
        return self


class _FastTable(_Table):
    starts: datetime.date
    ends: datetime.date
    no_food_from: Clock
    no_food_until: Clock
    breakfast: Clock | None = None
    dinner: Clock | None = None
    wake: Clock | None = None
    bed: Clock | None = None
    small_meals: tuple[Clock, ...] = Field(default=(), max_length=MOST_SMALL_MEALS)

    @model_validator(mode="after")
    def _is_a_fast(self) -> _FastTable:
        if self.ends < self.starts:
            raise ValueError(f"the fast ends on {self.ends}, before it starts on {self.starts}")
        if (self.ends - self.starts).days >= LONGEST_FAST:
            raise ValueError(f"the fast lasts more than {LONGEST_FAST} days; write its dates again")
        if self.no_food_from == self.no_food_until:
            raise ValueError("no_food_from and no_food_until are the same time of day")
        long = apart(self.no_food_from, self.no_food_until)
        eaten = [("breakfast", self.breakfast), ("dinner", self.dinner)]
        eaten += [("a small meal", at) for at in self.small_meals]
        for name, at in eaten:
            if at is not None and apart(self.no_food_from, at) < long:
                raise ValueError(f"{name} at {clock(at)} falls into the time without food")
        return self


class _MedicineTable(_Table):
    as_written: Short
    times: tuple[Clock, ...] = Many
    days: tuple[Weekday, ...] = Many
    since: int | None = Field(default=None, ge=1900, le=2200)
    starts: datetime.date | None = None
    ends: datetime.date | None = None

    @model_validator(mode="after")
    def _ends_after_it_starts(self) -> _MedicineTable:
        if self.starts and self.ends and self.ends < self.starts:
            raise ValueError(f"the course ends on {self.ends}, before it starts on {self.starts}")
        return self


class _SupplementTable(_Table):
    as_written: Short
    times: tuple[Clock, ...] = Many
    days: tuple[Weekday, ...] = Many
    movable: bool = False


class _ProductTable(_Table):
    label: str | None = Field(default=None, max_length=LONGEST_LABEL)
    label_file: Short | None = None
    photo: Short | None = None
    name: Short | None = None
    price: float | None = Field(default=None, ge=0, le=1_000_000)
    currency: str | None = Field(default=None, pattern=r"^[A-Za-z]{3}$")
    pieces: float | None = Field(default=None, gt=0, le=1_000_000)
    hardened: bool = False


class _LabTable(_Table):
    what: Short
    value: float = Field(ge=0, le=1_000_000)
    unit: Short
    date: datetime.date | None = None
    low: float | None = Field(default=None, ge=0)
    high: float | None = Field(default=None, ge=0)


class _ClearanceTable(_Table):
    what: Short
    who: Short | None = None
    date: datetime.date | None = None
    limit_mg: float | None = Field(default=None, ge=0, le=5000)
    monitoring: Short | None = None
    diagnosed_deficiency: bool = False


class _FoodTable(_Table):
    food: Short
    grams: float = Field(gt=0, le=5000)
    times_per_week: float = Field(gt=0, le=70)


class _DietTable(_Table):
    mg_per_day: float | None = Field(default=None, ge=0, le=5000)
    foods: tuple[_FoodTable, ...] = Many


class _File(_Table):
    version: Literal[1] = 1
    person: _PersonTable
    routine: _RoutineTable | None = None
    fasts: tuple[_FastTable, ...] = Field(default=(), max_length=12)
    medicines: tuple[_MedicineTable, ...] | None = Field(default=None, max_length=LONGEST_LIST)
    supplements: tuple[_SupplementTable, ...] = Many
    products: tuple[_ProductTable, ...] = Field(default=(), max_length=40)
    labs: tuple[_LabTable, ...] = Many
    clearance: tuple[_ClearanceTable, ...] = Many
    diet: _DietTable = _DietTable()


Tables: type[BaseModel] = _File  # the shape of a person file, for whoever publishes it
ReadPhoto = Callable[[Path, str], str]  # a photo's path and its place in the file -> the text on the pack


def read_person_file(path: Path, *, read_photo: ReadPhoto | None = None) -> Person:
    """The person in this file, with the labels it names read in. Raises NotAPerson or NotFound."""
    return from_inputs(_with_labels(_toml(_bytes(path), path.name), path.parent, read_photo), place=path.name)


def read_person(text: str, *, place: str = "person file") -> Person:
    """The person in this TOML text; labels must stand in the text itself."""
    return from_inputs(_toml(text.encode(), place), place=place)


def from_inputs(content: dict[str, Any], *, place: str = "person file") -> Person:
    """The person in these plain tables (TOML or JSON). Raises NotAPerson naming what is off first."""
    try:
        return _person(_File.model_validate(content))
    except ValidationError as wrong:
        raise _explained(wrong, content, place) from None


def from_json(content: dict[str, Any], *, place: str = "person file") -> Person:
    """The same for tables that a program wrote: a number is a number there, and never a text or a truth value."""
    try:
        return _person(_File.model_validate(content, context=_BY_A_PROGRAM))
    except ValidationError as wrong:
        raise _explained(wrong, content, place) from None


def as_inputs(person: Person) -> dict[str, Any]:
    """The person as plain tables again: `from_inputs(as_inputs(p)) == p`. Receipts embed these."""
    return _tables(person)


def _bytes(path: Path) -> bytes:
    try:
        if path.is_dir():
            raise NotFound("This is a folder, not a person file.", where=str(path))
        if path.stat().st_size > LARGEST_FILE:
            raise NotAPerson(
                f"The file holds more than {LARGEST_FILE // 1_000_000} MB.",
                where=path.name,
                remedy="A person file is a page of text. Was another file meant?",
            )
        return path.read_bytes()
    except FileNotFoundError:
        raise NotFound(
            f"There is no file {path.name}.",
            where=str(path),
            remedy="`magwise start` asks the questions and writes one.",
        ) from None
    except OSError as refused:
        raise NotFound(f"The file cannot be opened: {refused.strerror}.", where=str(path)) from None


def _toml(content: bytes, place: str) -> dict[str, Any]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as bad:
        raise NotAPerson(
            f"Byte {bad.start + 1} is not UTF-8 text.",
            where=place,
            remedy="Save the file as plain text in UTF-8; it may be a picture or a word-processor file.",
        ) from None
    try:
        return tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError, ValueError) as bad:
        raise NotAPerson(
            f"This is not TOML: {str(bad)[:200]}.",
            where=place,
            remedy="Texts stand in quotes, lists in [brackets]; `magwise start` writes a correct file.",
        ) from None


def _with_labels(content: dict[str, Any], folder: Path, read_photo: ReadPhoto | None) -> dict[str, Any]:
    products = content.get("products")
    if not isinstance(products, list):
        return content
    read = [_with_label(one, folder, n, read_photo) for n, one in enumerate(products, 1)]
    return {**content, "products": read}


def _with_label(product: Any, folder: Path, number: int, read_photo: ReadPhoto | None) -> Any:
    if not isinstance(product, dict):
        return product
    if {"label", "label_file"} & product.keys():  # what a person typed stands above what a program read
        product = {key: value for key, value in product.items() if key != "photo"}
    if "photo" in product and read_photo is not None:
        text = read_photo(folder / str(product["photo"]), f"[[products]] {number}, photo")
        return {**product, "label": text}
    if "label" in product or "label_file" not in product:
        return product
    path = folder / str(product["label_file"])
    place = f"[[products]] {number}, label_file"
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise NotAPerson("The label file is larger than any label.", where=f"{place}, {path.name}")
        text = path.read_bytes().decode("utf-8-sig", errors="replace")
    except OSError:
        raise NotFound(
            f"There is no label file {path.name}.",
            where=place,
            remedy="The path is read from the folder of the person file.",
        ) from None
    return {**{key: value for key, value in product.items() if key != "label_file"}, "label": text}


def _person(file: _File) -> Person:
    table = file.person
    return Person(
        age=_completed_years(table),
        sex=table.sex,
        weight_kg=table.weight_kg,
        country=table.country.upper() if table.country else None,
        kidney=table.kidney,
        egfr=table.egfr,
        egfr_date=table.egfr_date,
        pregnant=table.pregnant,
        breastfeeding=table.breastfeeding,
        conditions=table.conditions,
        does_not_have=table.does_not_have,
        symptoms=table.symptoms,
        taking_since=table.taking_since,
        goals=tuple(dict.fromkeys(table.goals)),
        wants=table.wants,
        sensitive_stomach=table.sensitive_stomach,
        usual_stool=table.usual_stool,
        alcohol=table.alcohol,
        sweat=table.sweat,
        vitamin_d=table.vitamin_d,
        avoid=table.avoid,
        medicines_answered=_answered(file),
        routine=Routine(**file.routine.model_dump()) if file.routine else None,
        fasts=tuple(FastLine(**one.model_dump()) for one in file.fasts),
        medicines=tuple(MedicineLine(**one.model_dump()) for one in file.medicines or ()),
        supplements=tuple(SupplementLine(**one.model_dump()) for one in file.supplements),
        products=tuple(_product(one, number) for number, one in enumerate(file.products, 1)),
        labs=tuple(
            LabResult(**one.model_dump(), place=f"[[labs]] {number}, {one.what}")
            for number, one in enumerate(file.labs, 1)
        ),
        clearances=tuple(Clearance(**one.model_dump()) for one in file.clearance),
        diet=Diet(
            mg_per_day=file.diet.mg_per_day,
            foods=tuple(FoodEaten(**one.model_dump()) for one in file.diet.foods),
        ),
    )


def _answered(file: _File) -> bool:
    """`medicines_answered` as written; without it, a list of medicines is an answer."""
    if file.person.medicines_answered is None:
        return bool(file.medicines)
    return file.person.medicines_answered


def _completed_years(table: _PersonTable) -> int | None:
    if table.age_months is not None:
        return table.age_months // 12 if table.age is None else min(table.age, table.age_months // 12)
    return table.age


def _product(table: _ProductTable, number: int) -> ProductLine:
    place = f"[[products]] {number}"
    if table.photo is not None and table.label is None:
        raise NotAPerson(
            "A photo is read from a person file only, and not here.",
            where=f"{place}, photo",
            remedy="Type the facts panel into `label`, above all the line that begins with Magnesium.",
        )
    if table.label is None:
        raise NotAPerson(
            "This product has no label.",
            where=place,
            remedy="Give `label` with the text of the facts panel, or `label_file` with a text file's name.",
        )
    return ProductLine(
        label=table.label,
        name=table.name,
        price=table.price,
        currency=table.currency.upper() if table.currency else None,
        pieces=table.pieces,
        hardened=table.hardened,
        photo=table.photo,
    )


def _explained(wrong: ValidationError, content: dict[str, Any], place: str) -> NotAPerson:
    first = wrong.errors(include_url=False)[0]
    where = f"{place}, {_path(first['loc'])}" if first["loc"] else place
    if first["type"] == "extra_forbidden":
        return _unknown_key(first["loc"], where)
    if first["type"] == "missing":
        return NotAPerson(f"{_path(first['loc'])} is missing.", where=place, remedy=_example_of(first["loc"]))
    message = _in_our_words(first)
    shown = _shown(content, first["loc"])
    return NotAPerson(
        f"{message[:1].upper()}{message[1:]}.", where=f"{where}{shown}", remedy=_example_of(first["loc"])
    )


def _in_our_words(error: Any) -> str:
    """What is off, without the words of the library that found it."""
    bounds = error.get("ctx", {})
    ours = {
        "less_than_equal": f"This is more than can be: at most {bounds.get('le')}",
        "less_than": f"This is more than can be: less than {bounds.get('lt')}",
        "greater_than_equal": f"This is less than can be: at least {bounds.get('ge')}",
        "greater_than": f"This is less than can be: more than {bounds.get('gt')}",
        "too_long": f"This list is too long: at most {bounds.get('max_length')}",
        "string_too_long": f"This text is too long: at most {bounds.get('max_length')} characters",
        "string_too_short": "This is empty",
        "finite_number": "This is no finite number",
        "enum": f"This must be one of {bounds.get('expected')}",
        "literal_error": f"This must be {bounds.get('expected')}",
        "string_pattern_mismatch": "This is not written as it must be",
        "value_error": str(error["msg"]).removeprefix("Value error, ").rstrip("."),
    }
    return ours.get(error["type"]) or _of_another_kind(error["type"])


def _of_another_kind(found: str) -> str:
    """What was expected, by the beginning of the library's word for it."""
    kinds = {
        "int": "a whole number, without quotes or a unit",
        "float": "a number, without quotes or a unit",
        "bool": "true or false, without quotes",
        "string": "text in quotes",
        "tuple": "a list in [brackets]",
        "list": "a list in [brackets]",
        "date": "a date, like 2026-11-22",
        "model": "a table with its own keys",
        "dict": "a table with its own keys",
    }
    kind = next((kind for word, kind in kinds.items() if found.startswith(word)), None)
    return f"This must be {kind}" if kind else "This cannot be read"


def _unknown_key(loc: tuple[int | str, ...], where: str) -> NotAPerson:
    from rapidfuzz import process

    known = _keys_beside(loc)
    key = str(loc[-1])
    near = process.extractOne(key, known, score_cutoff=50)
    meant = f"Did you mean {near[0]!r}? " if near else ""
    return NotAPerson(
        f"There is no key {key!r} here.",
        where=where,
        remedy=f"{meant}Known keys: {', '.join(known)}.",
    )


def _keys_beside(loc: tuple[int | str, ...]) -> list[str]:
    model: type[BaseModel] = _File
    for part in loc[:-1]:
        if isinstance(part, str) and part in model.model_fields:
            model = _TABLES.get(part, model)
    return list(model.model_fields)


_TABLES: dict[str, type[BaseModel]] = {
    "person": _PersonTable,
    "routine": _RoutineTable,
    "fasts": _FastTable,
    "medicines": _MedicineTable,
    "supplements": _SupplementTable,
    "products": _ProductTable,
    "labs": _LabTable,
    "clearance": _ClearanceTable,
    "diet": _DietTable,
    "foods": _FoodTable,
}


def _path(loc: tuple[int | str, ...]) -> str:
    """('medicines', 1, 'times', 0) as '[[medicines]] 2, times'."""
    table, *rest = loc
    if rest and isinstance(rest[0], int):
        return ", ".join(
            [f"[[{table}]] {rest[0] + 1}", *(str(part) for part in rest[1:] if isinstance(part, str))]
        )
    keys = ", ".join(str(part) for part in rest if isinstance(part, str))
    return f"[{table}] {keys}".strip()


def _shown(content: Any, loc: tuple[int | str, ...]) -> str:
    for part in loc:
        try:
            content = content[part]
        except (KeyError, IndexError, TypeError):
            return ""
    return f" = {str(content)[:60]!r}" if not isinstance(content, (dict, list)) else ""


def _example_of(loc: tuple[int | str, ...]) -> str | None:
    if len(loc) == 1 and loc[0] in _EXAMPLES_OF_TABLES:
        return _EXAMPLES_OF_TABLES[str(loc[0])]
    return next(
        (_EXAMPLES[part] for part in reversed(loc) if isinstance(part, str) and part in _EXAMPLES), None
    )


_EXAMPLES = {
    "age": "Give completed years, like age = 46, or age_months for a small child.",
    "country": 'Give the two letters of the country, like country = "US".',
    "unit": 'Give the unit as the laboratory printed it, like unit = "mmol/L".',
    "as_written": 'Copy the line from the pack, like as_written = "Synthroid 75 mcg am".',
    "routine": 'Write times of day like wake = "06:30"; the last one is 23:59.',
    "fasts": 'Like no_food_from = "05:10" and no_food_until = "18:40", with starts and ends as dates.',
    "times": 'Write times of day like times = ["07:00", "19:00"].',
    "kidney": "If nobody has ever told you that your kidneys are not working well, that is normal.",
    **dict.fromkeys(
        ("conditions", "symptoms", "does_not_have", "wants"),
        'Write a list, like conditions = ["asthma", "hay fever"], each thing in its own quotes.',
    ),
    "goals": 'Write a list, like goals = ["sleep", "cramps"].',
    "avoid": 'Write a list, like avoid = ["gelatin"].',
    "egfr": "Give the number alone, like egfr = 88.",
    "weight_kg": "Give kilograms, like weight_kg = 68.",
    **dict.fromkeys(("egfr_date", "taking_since", "date"), "Write year, month and day: 2026-11-22."),
    "value": 'Give the number alone, like value = 0.85, and its unit beside it: unit = "mmol/L".',
    "mg_per_day": "Give milligrams a day, like mg_per_day = 240.",
    "grams": "Give grams, like grams = 30.",
    "price": "Give the number alone, like price = 18.99, and its currency beside it.",
    "currency": 'Give three letters, like currency = "USD".',
    "since": "Give the year, like since = 2019.",
    "label": "Give the text of the facts panel in quotes.",
}
_EXAMPLES_OF_TABLES = {
    "person": "The file needs a [person] table with at least age, sex and kidney.",
    "version": "Leave it out, or write version = 1.",
    **{
        name: f"Begin each one with the line [[{name}]] in double brackets, and its keys below."
        for name in ("medicines", "supplements", "products", "labs", "clearance", "fasts")
    },
    "diet": "Begin it with the line [diet], and mg_per_day or foods below.",
}


def _tables(person: Person) -> dict[str, Any]:
    table = {
        name: getattr(person, name)
        for name in _PersonTable.model_fields
        if name not in {"age_months"} and getattr(person, name) not in (None, ())
    }
    tables: dict[str, Any] = {"person": table}
    if person.routine:
        tables["routine"] = _times(person.routine, _RoutineTable)
    if person.fasts:
        tables["fasts"] = [_times(one, _FastTable) for one in person.fasts]
    tables["medicines"] = [_line(one, _MedicineTable) for one in person.medicines]
    tables["supplements"] = [_line(one, _SupplementTable) for one in person.supplements]
    tables["products"] = [_line(one, _ProductTable) for one in person.products]
    tables["labs"] = [_line(one, _LabTable) for one in person.labs]
    tables["clearance"] = [_line(one, _ClearanceTable) for one in person.clearances]
    tables["diet"] = {
        key: value
        for key, value in (
            ("mg_per_day", person.diet.mg_per_day),
            ("foods", [_line(one, _FoodTable) for one in person.diet.foods]),
        )
        if value not in (None, [])
    }
    plain: dict[str, Any] = json.loads(json.dumps(tables, default=str))
    return plain


def _times(value: Any, table: type[BaseModel]) -> dict[str, Any]:
    """A table of clock times; what is not told is left out, and dates stay dates."""
    told = {name: getattr(value, name) for name in table.model_fields}
    return {
        name: [clock(at) for at in given]
        if isinstance(given, tuple)
        else clock(given)
        if isinstance(given, int)
        else given
        for name, given in told.items()
        if given not in (None, ())
    }


def _line(value: Any, table: type[BaseModel]) -> dict[str, Any]:
    line: dict[str, Any] = {}
    for name in table.model_fields:
        given = getattr(value, name, None)
        if given in (None, ()):
            continue
        if name == "times":
            given = [clock(at) for at in given]
        if name == "days":
            given = [WEEKDAYS[day] for day in given]
        line[name] = given
    return line
