"""A protocol file (TOML: what a paper did) -> Course. Untrusted text is read here, once.

An unknown key names the nearest known one; a value that is no number, or outside what the model covers, is refused
with its place and its bound. Nothing is simulated here.
"""

from __future__ import annotations

import difflib
import tomllib
from datetime import time
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from magwise.day import minutes
from magwise.errors import MagwiseError, NotFound, OutsideTheModel, WrongUse
from magwise.simulate.course import Course, Dose, Subject

__all__ = ["from_tables", "read_protocol", "read_protocol_file"]

LARGEST_FILE = 1_000_000  # bytes


def _hours(value: Any) -> Any:
    if isinstance(value, time):
        return value.hour + value.minute / 60
    if not isinstance(value, str):
        raise ValueError('write a time of day as text, like "08:00"')
    return minutes(value) / 60


Clock = Annotated[float, BeforeValidator(_hours)]


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class _Subject(_Table):
    sex: Annotated[str | None, Field(pattern="^(male|female|unstated)$")] = None
    age: float | None = None
    weight_kg: float | None = None
    egfr: float | None = None
    serum_mmol_l: float | None = None
    urine_mmol_d: float | None = None
    deficit_mmol_per_kg: float = 0.0
    kidney: Annotated[str, Field(pattern="^(normal|disease|dialysis|unknown)$")] = "normal"
    covariates: tuple[str, ...] = Field(default=(), max_length=20)


class _Diet(_Table):
    mg_per_day: float | None = None
    meals: tuple[Clock, ...] | None = Field(default=None, max_length=12)
    phytate: Annotated[str, Field(pattern="^(usual|rich)$")] = "usual"


class _Dose(_Table):
    route: str = "oral"
    form: str = "citrate"
    mg: float
    times: tuple[Clock, ...] = Field(min_length=1, max_length=2000)
    days: tuple[int, int] | None = None
    with_meal: bool = True
    duration_h: float = 0.0


class _Run(_Table):
    days: int = 1
    people: int = 200
    seed: int = Field(default=1, ge=0, le=2**63)
    every_h: float = Field(default=24.0, gt=0)


class _Protocol(_Table):
    about: str = ""
    subject: _Subject = _Subject()
    diet: _Diet = _Diet()
    doses: tuple[_Dose, ...] = Field(default=(), max_length=200)
    run: _Run = _Run()


def read_protocol_file(path: Path) -> Course:
    """The course in this file, checked. Raises NotFound, WrongUse or OutsideTheModel."""
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise WrongUse("The file is larger than any protocol.", where=path.name)
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError:
        raise WrongUse("This is not UTF-8 text.", where=path.name) from None
    except OSError:
        raise NotFound(
            f"There is no file {path.name} that can be read.", where=str(path), remedy="Check the path."
        ) from None
    return read_protocol(text, place=path.name)


def read_protocol(text: str, *, place: str = "protocol") -> Course:
    """The course in this TOML text, checked."""
    try:
        content = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError, ValueError) as bad:
        raise WrongUse(
            f"This is not TOML: {str(bad)[:200]}.",
            where=place,
            remedy="DESIGN of a protocol: magwise simulate --help.",
        ) from None
    return from_tables(content, place=place)


def from_tables(content: dict[str, Any], *, place: str = "protocol") -> Course:
    """The course in these plain tables (TOML or JSON), checked."""
    try:
        return _course(_Protocol.model_validate(content)).checked()
    except ValidationError as wrong:
        raise _explained(wrong, place) from None


def _course(file: _Protocol) -> Course:
    who = file.subject
    return Course(
        subject=Subject(
            sex=None if who.sex == "unstated" else who.sex,
            age=who.age,
            weight_kg=who.weight_kg,
            egfr=who.egfr,
            serum_mmol_l=who.serum_mmol_l,
            urine_mmol_d=who.urine_mmol_d,
            covariates=who.covariates,
            deficit_mmol_per_kg=who.deficit_mmol_per_kg,
            dialysis=who.kidney == "dialysis",
        ),
        diet_mg=file.diet.mg_per_day,
        meals_h=file.diet.meals,
        phytate_rich=file.diet.phytate == "rich",
        doses=tuple(_dose(one) for one in file.doses),
        days=file.run.days,
        people=file.run.people,
        seed=file.run.seed,
        every_h=file.run.every_h,
    )


def _dose(one: _Dose) -> Dose:
    first, last = one.days or (1, None)
    form = "_".join(one.form.lower().replace("-", " ").replace("_", " ").split())
    return Dose(one.mg, one.times, form, one.route, first, last, one.with_meal, one.duration_h)


_OUTSIDE = {"finite_number", "greater_than", "greater_than_equal", "less_than", "less_than_equal", "too_long"}


def _explained(wrong: ValidationError, place: str) -> MagwiseError:
    first = wrong.errors()[0]
    key = ".".join(str(part + 1) if isinstance(part, int) else str(part) for part in first["loc"])
    if first["type"] == "extra_forbidden":
        name = str(first["loc"][-1])
        near = difflib.get_close_matches(name, _keys(), n=1, cutoff=0.5)
        return WrongUse(
            f"There is no key {name!r}.",
            where=f"{place}, {key}",
            remedy=f"Was {near[0]!r} meant?" if near else None,
        )
    kind = OutsideTheModel if first["type"] in _OUTSIDE else WrongUse
    return kind(f"{key}: {first['msg']}.", where=place, remedy=f"It stands as {str(first['input'])[:60]!r}.")


def _keys() -> list[str]:
    tables = (_Protocol, _Subject, _Diet, _Dose, _Run)
    return sorted({name for table in tables for name in table.model_fields})
