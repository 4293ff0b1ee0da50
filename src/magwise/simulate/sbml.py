"""One person's course as an SBML model, so that an independent simulator can run the same equations.

The equations are not written again here: the functions of `equations` are called with symbols instead of numbers, and
what they return is printed as MathML. Doses and meals become events. Level 3, version 1, core only.
"""

from __future__ import annotations

from xml.sax.saxutils import quoteattr

import numpy as np

from magwise.simulate.engine import Crowd
from magwise.simulate.equations import STATES, TOTALS, Traits, rates
from magwise.simulate.timetable import Timetable

__all__ = ["to_sbml"]


class _Symbol:
    """A formula that grows as it is calculated with."""

    def __init__(self, mathml: str) -> None:
        self.mathml = mathml

    def __add__(self, other: object) -> _Symbol:
        return _apply("plus", self, other)

    def __radd__(self, other: object) -> _Symbol:
        return _apply("plus", other, self)

    def __sub__(self, other: object) -> _Symbol:
        return _apply("minus", self, other)

    def __rsub__(self, other: object) -> _Symbol:
        return _apply("minus", other, self)

    def __mul__(self, other: object) -> _Symbol:
        return _apply("times", self, other)

    def __rmul__(self, other: object) -> _Symbol:
        return _apply("times", other, self)

    def __truediv__(self, other: object) -> _Symbol:
        return _apply("divide", self, other)

    def __rtruediv__(self, other: object) -> _Symbol:
        return _apply("divide", other, self)

    def __neg__(self) -> _Symbol:
        return _apply("minus", self)

    def sqrt(self) -> _Symbol:
        """Called by numpy.sqrt."""
        return _apply("root", self)


def to_sbml(crowd: Crowd, table: Timetable, person: int = 0) -> str:
    """The model of one person of the crowd, from the timetable's start, as SBML text. Time is in hours."""
    t = Traits(*(_name(name) for name in Traits._fields))
    named = {name: _name(name) for name in (*STATES, "emptying", "passing", "infusion")}
    right = rates(**named, t=t)
    constants = {
        name: float(np.asarray(values)[person])
        for name, values in zip(Traits._fields, crowd.traits, strict=True)
    }
    start = {name: float(np.asarray(getattr(crowd.start, name))[person]) for name in (*STATES, *TOTALS)}
    moving = {
        **start,
        "emptying": constants["emptying_fed"],
        "passing": constants["transit"],
        "infusion": 0.0,
    }
    return "\n".join(
        [
            '<?xml version="1.0" encoding="UTF-8"?>',
            '<sbml xmlns="http://www.sbml.org/sbml/level3/version1/core" level="3" version="1">',
            '<model id="magwise_body" name="Magnesium in one adult: amounts in mmol, time in hours">',
            "<listOfParameters>",
            *(
                f'<parameter id="{name}" value="{value!r}" constant="true"/>'
                for name, value in constants.items()
            ),
            *(
                f'<parameter id="{name}" value="{value!r}" constant="false"/>'
                for name, value in moving.items()
            ),
            "</listOfParameters>",
            "<listOfRules>",
            *(
                f'<rateRule variable="{name}">{_math(getattr(right, name))}</rateRule>'
                for name in (*STATES, *TOTALS)
            ),
            "</listOfRules>",
            "<listOfEvents>",
            *_events(crowd, table, person, constants),
            "</listOfEvents>",
            "</model></sbml>",
        ]
    )


def _events(crowd: Crowd, table: Timetable, person: int, constants: dict[str, float]) -> list[str]:
    bounds = table.bounds_h if table.bounds_h.ndim == 1 else table.bounds_h[:, person]
    found = []
    for s in range(len(table.fed)):
        shares = [
            (float(crowd.dissolved[form][person]), table.oral_mmol[s, k])
            for k, form in enumerate(table.forms)
        ]
        dissolved = float(crowd.diet_mmol_d[person]) * table.food_share[s] + sum(a * b for a, b in shares)
        fed = bool(table.fed[s])
        sets: dict[str, object] = {
            "stomach": _name("stomach") + float(dissolved),
            "solid": _name("solid") + float(sum((1.0 - a) * b for a, b in shares)),
            "plasma": _name("plasma") + float(table.bolus_mmol[s]),
            "emptying": constants["emptying_fed" if fed else "emptying_fasting"],
            "passing": constants["transit"] * (1.0 if fed else constants["transit_fasting"]),
            "infusion": float(table.infusion[s]),
        }
        found.append(_event(s, float(bounds[s]), sets))
    return found


def _event(number: int, at: float, sets: dict[str, object]) -> str:
    assignments = "".join(
        f'<eventAssignment variable="{name}">{_math(value)}</eventAssignment>' for name, value in sets.items()
    )
    trigger = (
        '<math xmlns="http://www.w3.org/1998/Math/MathML"><apply><geq/>'
        '<csymbol encoding="text" definitionURL="http://www.sbml.org/sbml/symbols/time">time</csymbol>'
        f"{_mathml(at)}</apply></math>"
    )
    return (
        f'<event id={quoteattr(f"at_{number}")} useValuesFromTriggerTime="true">'
        f'<trigger initialValue="false" persistent="true">{trigger}</trigger>'
        f"<listOfEventAssignments>{assignments}</listOfEventAssignments></event>"
    )


def _name(name: str) -> _Symbol:
    return _Symbol(f"<ci>{name}</ci>")


def _apply(operator: str, *parts: object) -> _Symbol:
    return _Symbol(f"<apply><{operator}/>{''.join(_mathml(part) for part in parts)}</apply>")


def _mathml(part: object) -> str:
    return part.mathml if isinstance(part, _Symbol) else f"<cn>{float(part)!r}</cn>"  # type: ignore[arg-type]


def _math(part: object) -> str:
    return f'<math xmlns="http://www.w3.org/1998/Math/MathML">{_mathml(part)}</math>'
