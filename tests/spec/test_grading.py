"""GRADE as rules: each edge on both sides, each step with its row, nothing ever raised, and the person's own indirectness."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conftest import cases
from magwise.evidence import Reader, expect_for, goals
from magwise.evidence.expect import AS_TESTED, NOT_TESTED, OTHER_PEOPLE, apart, graded_for
from magwise.evidence.grade import CERTAINTIES, DOMAINS, Body, Spread, Step, bodies, body_of, grade
from magwise.intake import Status, classify_serum, status
from magwise.knowledge import fact
from magwise.person import Diet


def body(given: dict[str, Any]) -> Body:
    told = {
        "trials": 5,
        "people": 1000,
        "interval": [-2, -1],
        "threshold": 0.5,
        "i2": 0.0,
        "funnel": [0.5, False],
        **given,
    }
    interval, prediction, effects = (told.get(key) for key in ("interval", "prediction", "effects"))
    return Body(
        fact="GR00", of="ER00", design=told.get("design", "randomised"), rows=("row",), trials=told["trials"],
        people=told["people"], events=told.get("events"), interval=interval and tuple(interval), threshold=told["threshold"],
        spread=None if told["i2"] is None else Spread(told["i2"], ("spread",), prediction and tuple(prediction), effects and tuple(effects)),
        funnel=told["funnel"] and tuple(told["funnel"]), judged=tuple(Step("risk of bias", n, "judged", ("judged",)) for n in told.get("judged", ())),
        disagree=("they contradict each other", ("one", "other")) if told.get("disagree") else None, explained=told.get("explained"),
    )  # fmt: skip


@pytest.mark.parametrize("case", cases("spec/grading.yaml"), ids=lambda case: case["case"])
def test_a_body_of_evidence_is_lowered_by_rule(case: dict[str, Any]) -> None:
    found = grade(body(case["body"]))

    assert {name: found.lowered(name) for name in DOMAINS if found.lowered(name)} == case["steps"]
    assert found.certainty == case["certainty"]
    for name in case.get("open", ()):
        assert name in {one.domain for one in found.unjudged}


BODIES = st.sampled_from(sorted(bodies()))


@given(BODIES)
def test_every_step_names_its_rows_and_every_open_domain_its_reason(of: str) -> None:
    found = grade(body_of(of))

    assert all(step.rows and step.because and step.steps in (1, 2) for step in found.steps)
    assert all(one.why for one in found.unjudged)
    assert CERTAINTIES.index(found.certainty) <= CERTAINTIES.index(found.start)


@given(BODIES, st.integers(1, 2), st.sampled_from(DOMAINS))
def test_a_further_step_never_raises_the_certainty(of: str, steps: int, domain: str) -> None:
    plain = grade(body_of(of))
    lowered = grade(body_of(of), [Step(domain, steps, "further", ("row",))])

    assert CERTAINTIES.index(lowered.certainty) <= CERTAINTIES.index(plain.certainty)


@given(BODIES)
def test_a_domain_is_never_both_judged_and_open_without_a_person(of: str) -> None:
    found = grade(body_of(of))

    assert not {one.domain for one in found.steps} & {one.domain for one in found.unjudged}


# -- per person ----------------------------------------------------------------------------------------------


def standing(name: str, age: int = 46) -> Status:
    diet = {"short": 200.0, "enough": 400.0, "low": 400.0, "unknown": None}[name]
    serum = classify_serum(0.70, "US", age) if name == "low" else None
    told = None if diet is None else Diet(mg_per_day=diet)
    return status(age=age, sex="female", country="US", diet=told, serum=serum)


def reader(name: str, age: int = 46, families: tuple[str, ...] = (), limit: float = 350) -> Reader:
    return Reader(status=standing(name, age), age=age, limit_mg=limit, families=frozenset(families))


def for_reader(of: str, who: Reader) -> tuple[str, int, list[str]]:
    lies = apart(fact("effects", of), body_of(of), who)
    found = graded_for(body_of(of), of, lies)
    open_for = [one.why for one in found.unjudged if one.domain == "indirectness"]
    return found.certainty, found.lowered("indirectness"), open_for


def test_trials_in_people_low_in_magnesium_are_indirect_for_a_replete_person_only() -> None:
    assert for_reader("ER03", reader("low", families=("oxide",))) == ("moderate", 0, [])
    assert for_reader("ER03", reader("enough", families=("oxide",)))[:2] == ("low", 1)


def test_trials_in_people_who_have_enough_are_indirect_for_somebody_measured_low_only() -> None:
    """ER14: ZMA in trained men who ate enough."""
    families = ("aspartate",)

    assert for_reader("ER14", reader("enough", 30, families, 1000)) == ("low", 0, [])
    assert for_reader("ER14", reader("low", 30, families, 1000))[:2] == ("very low", 1)
    certainty, steps, open_for = for_reader("ER14", reader("unknown", 30, families, 1000))
    assert (certainty, steps, len(open_for)) == ("low", 0, 1)


def test_whether_somebody_is_low_is_open_when_nobody_measured() -> None:
    certainty, steps, open_for = for_reader("ER03", reader("unknown", families=("oxide",)))

    assert (certainty, steps) == ("moderate", 0)
    assert len(open_for) == 1 and "not known" in open_for[0]


@pytest.mark.parametrize(("age", "steps"), [(54, 1), (55, 0)])
def test_trials_from_an_age_on_are_indirect_below_it(age: int, steps: int) -> None:
    """ER11 took people of 55 and more; a limit of 1,000 keeps the dose out of it."""
    assert for_reader("ER11", reader("short", age, ("oxide",), 1000))[1] == steps


@pytest.mark.parametrize(("age", "steps"), [(41, 1), (42, 0), (89, 0), (90, 1)])
def test_trials_whose_people_are_far_in_age_are_indirect(age: int, steps: int) -> None:
    """ER10: 62 to 69 years on average, so 42 to 89 is within twenty years."""
    assert for_reader("ER10", reader("short", age, ("oxide",), 1000))[1] == steps


@pytest.mark.parametrize(
    ("families", "limit", "steps"),
    [
        (("bisglycinate",), 250, 0),
        (("bisglycinate",), 249, 1),
        (("aspartate",), 250, 1),
        (("aspartate",), 249, 1),
        ((), 250, 0),
    ],
)
def test_another_salt_or_a_dose_above_the_limit_is_one_step(
    families: tuple[str, ...], limit: float, steps: int
) -> None:
    assert for_reader("ER12", reader("short", 46, families, limit))[1] == steps


def test_another_treatment_in_other_people_is_two_steps() -> None:
    assert for_reader("ER03", reader("enough", 46, ("aspartate",)))[:2] == ("very low", 2)


@given(st.sampled_from(goals()), st.sampled_from(["short", "enough", "low", "unknown"]), st.integers(19, 95))
def test_the_plan_says_what_the_rules_say(goal: str, who: str, age: int) -> None:
    for one in expect_for(goal, reader(who, age, ("aspartate",))):
        assert one.certainty == one.grade.certainty
        assert CERTAINTIES.index(one.certainty) <= CERTAINTIES.index(grade(body_of(one.response)).certainty)
        own = {step for step in one.grade.steps if step.domain == "indirectness"} - set(
            body_of(one.response).judged
        )
        assert one.applies != AS_TESTED or not own
        assert one.applies in (AS_TESTED, NOT_TESTED, OTHER_PEOPLE)


def test_nobody_is_graded_up_for_wanting_it() -> None:
    """The goal is no input of a grade: two goals that read one row are equally sure."""
    who = reader("short", families=("aspartate",))
    sleep = next(
        one for one in expect_for("sleep", Reader(**{**vars_of(who), "zma": True})) if one.response == "ER13"
    )

    assert (
        sleep.certainty
        == graded_for(body_of("ER13"), "ER13", apart(fact("effects", "ER13"), body_of("ER13"), who)).certainty
    )


def vars_of(who: Reader) -> dict[str, Any]:
    return {name: getattr(who, name) for name in who.__slots__}
