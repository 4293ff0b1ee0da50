"""What the API takes and gives, beside the answers of adapters/contract.py: published shapes that only grow.

Requests refuse keys that they do not know; answers may have more keys than are named here.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, GetJsonSchemaHandler, RootModel
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from magwise.adapters.contract import DecisionWord
from magwise.person_file import LONGEST_LABEL, LONGEST_LINE, Tables

__all__ = [
    "ChangeWish",
    "Changes",
    "Claim",
    "Claims",
    "ClaimsWish",
    "CompareWish",
    "Comparison",
    "FactOut",
    "Facts",
    "Given",
    "Limits",
    "LimitsWish",
    "Listed",
    "Medicines",
    "MedicinesWish",
    "PersonFile",
    "PhotoReading",
    "PoolWish",
    "Pooling",
    "QualityNote",
    "ReadWish",
    "Reading",
    "Schemas",
    "SearchWish",
    "Sets",
    "SimulateWish",
    "Simulation",
    "Verdict",
    "VerdictWish",
    "Why",
    "WhyWish",
]

Country = Annotated[str | None, Field(pattern="^[A-Za-z]{2}$", description="two letters")]
Span = dict[str, int | str]


class PersonFile(RootModel[dict[str, Any]]):
    """A person file: the tables of `magwise start`, as JSON. The same reader reads both."""

    @classmethod
    def __get_pydantic_json_schema__(
        cls, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        return handler(Tables.__pydantic_core_schema__)


class Given(BaseModel):
    """A request's body."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False, strict=True)


class Listed(BaseModel):
    """A page of a list."""

    next: str | None = Field(default=None, description="cursor of the next page; null on the last")


# -- reading


class ReadWish(Given):
    text: str = Field(max_length=LONGEST_LABEL, description="what the label says")
    country: Country = None


class QualityNote(BaseModel):
    """What a label tells of quality, or a promise on it that nobody should make."""

    rule: str
    level: str
    message: str
    because: list[str]
    facts: list[str]
    spec: list[str]
    sources: list[str]
    draft: bool


class Reading(BaseModel):
    """One label: what `magwise read --json` prints."""

    elemental_mg: float | None
    elemental_low_mg: float | None
    elemental_high_mg: float | None
    basis: str
    serving_amount: float | None
    serving_unit: str | None
    servings_per_container: float | None
    max_servings_per_day: float | None
    forms: list[str]
    compound_mg: dict[str, float]
    nutrients: dict[str, float]
    proprietary_blend: bool
    flags: list[str]
    language: str | None
    price_per_100_mg: float | None
    why: list[str]
    spans: list[Span] = []
    quality: list[QualityNote] = []


class Seen(BaseModel):
    """What the reader of photos saw, and where."""

    seen: str
    line: str | None
    confidence: float | None
    crop_box: list[int] | None
    text: str
    why: list[str]


class PhotoReading(Reading):
    """One photo: a person still has to compare the line with the pack."""

    confirmed: Literal[False]
    ocr: Seen
    barcodes: list[dict[str, str]]


class MedicinesWish(Given):
    lines: list[Annotated[str, Field(min_length=1, max_length=LONGEST_LINE)]] = Field(max_length=200)


class MedicineOut(BaseModel):
    known: bool
    ingredients: list[str]
    classes: list[str]
    route: str | None
    relevant: bool | None = Field(description="null: could not be checked")
    action: str
    mg_before_h: float | None
    mg_after_h: float | None
    times: list[str]
    days: list[str]
    magnesium_mg_per_day: float | None
    questions: list[str]
    near: list[str]


class Medicines(BaseModel):
    """One answer for each line, in their order."""

    medicines: list[MedicineOut]


class ClaimsWish(Given):
    claims: list[Annotated[str, Field(max_length=20_000)]] = Field(max_length=200)
    country: Country = None
    mg_per_day: float | None = Field(
        default=None, ge=0, le=100_000, description="elemental, in a day's portion"
    )


class Claim(BaseModel):
    label: Literal["disease", "exaggerated", "unsafe", "allowed"]
    why: str
    rules: list[str]
    spec: list[str]
    words: list[str]
    conditions: list[str]
    spans: list[Span]
    sources: list[str]


class Claims(BaseModel):
    """One answer for each statement, in their order."""

    claims: list[Claim]


class LabelGiven(Given):
    label: str = Field(max_length=LONGEST_LABEL)
    name: str | None = Field(default=None, max_length=200)
    price: float | None = Field(default=None, gt=0, lt=1e9)
    pieces: float | None = Field(default=None, gt=0, lt=1e9)


class CompareWish(Given):
    """Labels, a person with products, or both."""

    labels: list[LabelGiven] = Field(default=[], max_length=40)
    person: PersonFile | None = None
    currency: str | None = Field(default=None, pattern="^[A-Za-z]{3}$")
    country: Country = None
    mg_per_day: float | None = Field(default=None, gt=0, lt=10_000)


class Comparison(BaseModel):
    """Products side by side on several axes; there is no score."""

    decision: DecisionWord | None
    products: list[dict[str, Any]]
    wanted_mg_per_day: float | None
    limit: dict[str, Any]
    cheapest: dict[str, Any] | None
    note: str


# -- knowledge


class WhyWish(Given):
    rule: str = Field(
        min_length=1, max_length=200, description="a finding's rule, a fact, or a rule of the spec"
    )


class Why(BaseModel):
    """Everything that stands behind a name: gates, spacings, rules, facts."""

    rule: str
    behind: list[dict[str, Any]]


class ChangeWish(Given):
    person: PersonFile
    change: str = Field(max_length=2_000, examples=["kidney=normal"])


class Change(BaseModel):
    what: str
    was: str
    now: str


class Changes(BaseModel):
    """What another answer to one question would change."""

    change: str
    changes: list[Change]
    note: str | None = Field(default=None, description="Only where the change is about a medicine.")


class FactOut(BaseModel):
    """One fact, with the fields of its own kind beside these."""

    model_config = ConfigDict(extra="allow")

    id: str
    says: str
    sources: list[str]
    status: Literal["draft", "checked", "reviewed"]
    checked: str
    does_not_cover: str | None
    file: str


class Facts(Listed):
    facts: list[FactOut]


class SearchWish(Given):
    words: str = Field(min_length=1, max_length=200)


class LimitsWish(Given):
    age: int = Field(ge=0, le=120, description="completed years")
    country: Country = None
    sex: Literal["female", "male", "unstated"] = "unstated"
    pregnant: bool | None = False
    breastfeeding: bool | None = False
    weight_kg: float | None = Field(default=None, gt=0.3, le=500)


class OtherSays(BaseModel):
    authority: str
    mg_per_day: float
    fact: str


class LimitSays(BaseModel):
    mg_per_day: float
    authority: str
    others: list[OtherSays]
    facts: list[str]
    sources: list[str]
    assumed_country: bool
    draft: bool
    because: list[str]


class ReferenceSays(BaseModel):
    mg_per_day: float
    kind: str
    authority: str
    fact: str
    sources: list[str]
    ear_mg: float | None
    others: list[OtherSays]
    assumed_country: bool
    draft: bool
    because: list[str]


class Limits(BaseModel):
    """The most from supplements, and what to get in all, for somebody like this."""

    limit: LimitSays
    reference: ReferenceSays
    note: str


class Schemas(BaseModel):
    schemas: list[str]


# -- numbers


class SimulateWish(Given):
    """A person whose plan is simulated, or what a paper did: one of the two."""

    person: PersonFile | None = None
    protocol: dict[str, Any] | None = Field(
        default=None, description="the tables of a protocol file, as JSON"
    )
    days: int | None = Field(default=None, ge=1, le=365)
    people: int | None = Field(default=None, ge=1, le=2_000)
    seed: int | None = Field(default=None, ge=0, le=2**31)
    no_dose: bool = False
    what_if: list[Annotated[str, Field(max_length=100)]] = Field(
        default=[], max_length=10, examples=[["form=oxide"]]
    )


class Simulation(BaseModel):
    """5, 50 and 95 % of simulated people over time."""

    time_h: list[float]
    serum_mmol_l: dict[str, list[float]]
    urine_mmol_d: dict[str, list[float]]
    urine_mmol: dict[str, list[float]]
    doses: list[dict[str, Any]]
    absorbed_share: dict[str, list[float]] | None
    stool_extra_g_d: dict[str, list[float]]
    baseline: dict[str, Any]
    people: int
    seed: int


class PoolWish(Given):
    """A table of trials as CSV text, or the name of a set that came with Magwise: one of the two."""

    trials: str | None = Field(
        default=None, max_length=500_000, description="CSV: study, yi, vi; or both arms"
    )
    set: str | None = Field(default=None, max_length=100)
    measure: Literal["MD", "SMD", "RR", "OR", "RD"] | None = None
    methods: list[Annotated[str, Field(max_length=20)]] = Field(default=[], max_length=20)
    by: list[Annotated[str, Field(max_length=100)]] = Field(default=[], max_length=10)
    leave_one_out: bool = False
    cumulative: bool = False


class Pooling(BaseModel):
    """The answers of all methods side by side."""

    k: int
    title: str
    measure: str
    measure_in_words: str
    methods: list[dict[str, Any]]
    bias: dict[str, Any] | None
    draft: bool
    slips: list[dict[str, str]]


class Sets(BaseModel):
    sets: list[str]


class VerdictWish(Given):
    """One person's log of one outcome, and the smallest change that matters to them."""

    log: str = Field(max_length=1_000_000, description="CSV: day, phase (A without, B with), value")
    smallest: float = Field(ge=-1e12, le=1e12)
    better: Literal["higher", "lower"]
    unblinded: bool = False
    felt: bool = False
    placebo: float | None = Field(default=None, ge=-1e12, le=1e12)
    outcomes: int = Field(default=1, ge=-1_000, le=1_000)
    look: str | None = Field(default=None, max_length=20, examples=["2/4"])


class Verdict(BaseModel):
    """Worked, too small to matter, worse, or cannot tell."""

    verdict: Literal["worked", "too_small", "worse", "cannot_tell"]
    effect: float | None
    interval: list[float] | None
    autocorrelation: float | None
    n: int
    why: list[str]
