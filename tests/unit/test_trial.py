"""A trial of one's own: decided beforehand, sealed, judged from the diary, and no looking before its time."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from magwise.diary import Confounder, DoseRecord, Entry, OutcomeEntry, Taking, outcomes
from magwise.errors import NotATrial, WrongUse
from magwise.verdict import Log, Outcome, Phase, judge
from magwise.verdict.design import Allocation, Noise, allocate_start
from magwise.verdict.trial import (
    Design,
    TrialPlan,
    allocation_of,
    judge_trial,
    log_of,
    noise_before,
    plan_trial,
    standing,
    text_of,
)

START = date(2026, 11, 23)
ONE = timedelta(days=1)
BRISTOL, SLEEP, ENERGY = (outcomes()[id] for id in ("bristol", "sleep", "energy"))


def plan(outcome=SLEEP, **more) -> tuple[TrialPlan, Allocation]:
    return plan_trial(outcome, start=START, **{"seed": 5, "smallest": 1.0, "pairs": 4, **more})


def lived(
    made: TrialPlan, order: Allocation, effect: float, seed: int = 1, *, doses: bool = True, every: int = 1
) -> list[Entry]:
    """What somebody writes down who takes everything as planned, with this effect and noise of spread 1."""
    chance = np.random.default_rng(seed)
    noise, entries = 0.0, []
    for number, phase in enumerate(order.phases):
        day = made.start + number * ONE
        noise = 0.4 * noise + 0.92 * float(chance.standard_normal())
        value = 5 + noise + effect * (phase is Phase.WITH)
        when = day + ONE if outcomes()[made.outcome].night else day
        if number % every == 0:
            entries.append(OutcomeEntry(day=when, outcome=made.outcome, value=value))
        if doses:
            taking = Taking.TAKEN if phase is Phase.WITH else Taking.SKIPPED
            entries.append(DoseRecord(day=day, taking=taking, elemental_mg=200))
    return sorted(entries, key=lambda one: one.day)


AFTER = START + 57 * ONE  # eight weeks and a morning later


# -- before the first day ------------------------------------------------------------------------------------


def test_quick_effects_get_blocks_and_slow_ones_one_start():
    assert plan(BRISTOL)[0].design is Design.BLOCKS
    made, order = plan(ENERGY)
    wait = order.phases.index(Phase.WITH)

    assert made.design is Design.WAIT and 28 <= wait <= 56
    assert order.phases == (Phase.WITHOUT,) * wait + (Phase.WITH,) * 140
    assert made.days == wait + 140 and made.pairs == 0


def test_the_wait_is_drawn_by_chance():
    waits = {
        allocate_start(seed=s, earliest=28, latest=56, with_days=140).phases.count(Phase.WITHOUT)
        for s in range(300)
    }

    assert waits == set(range(28, 57))
    with pytest.raises(WrongUse):
        allocate_start(seed=1, earliest=28, latest=300, with_days=140)


def test_the_length_comes_from_the_noise():
    lengths = [plan(pairs=None, noise=Noise(spread, 0.3))[0].days for spread in (0.5, 2.0, 3.0)]
    calm = plan(pairs=None, noise=Noise(1.0, 0.3))[0]

    assert lengths == sorted(lengths) and lengths[0] == 42 < lengths[-1]
    assert calm.power is not None and calm.power >= 0.8
    assert plan(pairs=None, noise=None)[0].pairs == 4 and plan(pairs=None)[0].power is None
    with pytest.raises(NotATrial, match="a year of trial"):
        plan(pairs=None, noise=Noise(50.0, 0.3))


def test_several_outcomes_make_the_trial_less_powerful():
    alone, with_two = (
        plan(noise=Noise(2.0, 0.3))[0],
        plan(noise=Noise(2.0, 0.3), also=("stress", "muscle"))[0],
    )

    assert with_two.power is not None and alone.power is not None and with_two.power < alone.power


def test_the_noise_is_that_of_days_without_magnesium():
    chance = np.random.default_rng(3)
    quiet = [
        OutcomeEntry(day=START - n * ONE, outcome="sleep", value=float(5 + chance.standard_normal()))
        for n in range(1, 40)
    ]
    loud = [
        OutcomeEntry(day=START - n * ONE, outcome="sleep", value=float(9 * (n % 2))) for n in range(40, 50)
    ]
    taken = [DoseRecord(day=START - n * ONE, taking=Taking.TAKEN) for n in range(40, 52)]
    old = [OutcomeEntry(day=START - 300 * ONE, outcome="sleep", value=9)]

    noise = noise_before(SLEEP, [*old, *quiet, *loud, *taken], START)
    assert noise is not None and 0.7 < noise.spread < 1.4
    assert noise_before(SLEEP, quiet[:9], START) is None
    assert noise_before(SLEEP, [replace(one, value=5.0) for one in quiet], START) is None


@pytest.mark.parametrize(
    ("outcome", "more", "says"),
    [
        (outcomes()["migraine"], {"smallest": None}, "must be decided first"),
        (SLEEP, {"smallest": 0.0}, "must be decided first"),
        (SLEEP, {"smallest": 11.0}, "must be decided first"),
        (SLEEP, {"looks": 0}, "looks cannot be planned"),
        (SLEEP, {"looks": 6}, "looks cannot be planned"),
        (SLEEP, {"pairs": 1, "block_days": 7}, "never be judged"),
        (SLEEP, {"pairs": 3, "block_days": 4}, "never be judged"),
        (SLEEP, {"also": ("sleep",)}, "named twice"),
        (SLEEP, {"also": ("stress", "stress")}, "named twice"),
    ],
)
def test_what_cannot_be_planned_is_told(outcome, more: dict, says: str):
    with pytest.raises(NotATrial, match=says):
        plan(outcome, **more)


@given(st.integers(0, 2**128), st.integers(3, 8), st.integers(5, 14), st.integers(1, 5), st.booleans())
def test_plan_and_order_survive_being_kept(seed: int, pairs: int, block: int, looks: int, blinded: bool):
    made, order = plan(
        seed=seed, pairs=pairs, block_days=block, looks=looks, blinded=blinded, noise=Noise(1.0, 0.2)
    )

    assert TrialPlan.of_json(made.as_json()) == made
    assert allocation_of(text_of(order), made) == order
    assert made.look_days[-1] == made.days and list(made.look_days) == sorted(set(made.look_days))


def test_an_order_that_was_changed_is_refused():
    made, order = plan()
    other = plan(seed=6)[1]
    swapped = text_of(order).replace("AAAAAAABBBBBBB", "BBBBBBBAAAAAAA", 1)
    for text in (
        text_of(other),
        swapped,
        text_of(replace(other, seal=order.seal)),
        "{}",
        "no json",
        "[1]",
        '{"phases": 3}',
    ):
        with pytest.raises(NotATrial):
            allocation_of(text, made)


@pytest.mark.parametrize("harm", [{}, {"start": "soon"}, {"design": "magic"}, {"also": None}, {"extra": 1}])
def test_a_kept_plan_that_was_damaged_is_told_of(harm: dict):
    plain = plan()[0].as_json()
    with pytest.raises(NotATrial):
        TrialPlan.of_json({**plain, **harm} if harm else {})


# -- while it runs -------------------------------------------------------------------------------------------


def test_nothing_of_the_effect_is_shown_while_it_runs():
    made, order = plan()
    for day in range(-3, 60):
        here = START + day * ONE
        up, down = (standing(made, order, lived(made, order, effect), here) for effect in (4.0, -4.0))
        assert up == down
        assert (up.phase is None) is not (1 <= up.day <= made.days)


def test_a_helper_keeps_the_turn_of_the_day():
    made, order = plan(blinded=True)

    assert standing(made, order, [], START).phase is None
    assert standing(made, None, [], START).phase is None
    assert standing(replace(made, blinded=False), order, [], START).phase is order.phases[0]


def test_progress_counts_days_with_a_value_and_days_as_planned():
    made, order = plan()
    entries = lived(made, order, 0.0, every=2)
    stands = standing(made, order, entries, START + 9 * ONE)

    assert (stands.day, stands.of, stands.expected, stands.measured) == (10, 56, 10, 5)
    assert stands.adherence == 1.0
    skipped = [replace(one, taking=Taking.SKIPPED) if isinstance(one, DoseRecord) else one for one in entries]
    half = standing(made, order, skipped, START + 13 * ONE).adherence
    assert half == pytest.approx(0.5)  # the block without was kept, the block with was not
    assert standing(made, order, lived(made, order, 0.0, doses=False), START + 9 * ONE).adherence is None


def test_looks_come_when_they_were_planned_and_not_before():
    made, order = plan(looks=2)
    entries = lived(made, order, 0.0)
    first, second = made.look_days

    assert (first, second) == (28, 56)
    assert standing(made, order, entries, START + 27 * ONE).look is None
    assert standing(made, order, entries, START + 27 * ONE).next_look == 29
    assert standing(made, order, entries, START + 28 * ONE).look == 1
    assert standing(made, order, entries, START + 29 * ONE, looked=[1]).look is None
    assert standing(made, order, entries, AFTER, looked=[1]).look == 2
    for day, looked in ((27, ()), (28, (1,)), (60, (1, 2))):
        with pytest.raises(NotATrial, match="too early"):
            judge_trial(made, order, entries, START + day * ONE, looked=looked)


def test_what_else_happened_is_told():
    made, order = plan()
    inside = Confounder(day=START + 9 * ONE, what="new-medicine", words="amlodipine")
    outside = Confounder(day=START - 9 * ONE, what="illness")

    assert standing(made, order, [outside, inside], START + 20 * ONE).beside == (
        "New medicine on day 10 (amlodipine) may have moved it too.",
    )


# -- at the end ----------------------------------------------------------------------------------------------


def test_a_large_effect_is_found_and_none_is_not():
    made, order = plan()

    assert judge_trial(made, order, lived(made, order, 2.5), AFTER).first.verdict is Outcome.WORKED
    assert judge_trial(made, order, lived(made, order, -3.0), AFTER).first.verdict is Outcome.WORSE
    assert judge_trial(made, order, lived(made, order, 0.0), AFTER).first.verdict in {
        Outcome.CANNOT_TELL,
        Outcome.TOO_SMALL,
    }


def test_a_night_is_judged_by_the_day_before_it():
    """What is written on Tuesday morning tells of Monday's dose; read by its own day, a block would lose its first night."""
    made, order = plan()
    entries = [one for one in lived(made, order, 0.0) if not isinstance(one, OutcomeEntry)]
    entries += [
        OutcomeEntry(day=START + (n + 1) * ONE, outcome="sleep", value=10.0 * (p is Phase.WITH))
        for n, p in enumerate(order.phases)
    ]

    for day in log_of(made, order, SLEEP, entries, 56).days:
        assert day.value == 10.0 * (day.phase is Phase.WITH)
    daytime = log_of(replace(made, outcome="stress"), order, outcomes()["stress"], entries, 56)
    assert daytime.measured == ()


def test_counts_of_a_day_add_up_and_scores_are_averaged():
    made, order = plan()
    twice = [
        OutcomeEntry(day=START + ONE, outcome=id, value=v) for id in ("sleep", "cramps") for v in (2.0, 4.0)
    ]

    assert log_of(made, order, SLEEP, twice, 56).days[0].value == 3.0
    assert log_of(made, order, outcomes()["cramps"], twice, 56).days[1].value == 6.0


def test_unblinded_and_felt_loses_the_placebo_and_blinded_keeps_it():
    made, order = plan()
    entries = lived(made, order, 2.0)
    seen = judge_trial(made, order, entries, AFTER).first
    blind = judge_trial(replace(made, blinded=True), order, entries, AFTER).first
    counted, order_2 = plan(BRISTOL)

    assert 0.2 < seen.placebo < 0.9 and blind.placebo == 0
    assert seen.effect is not None and blind.effect == pytest.approx(seen.effect + seen.placebo)
    assert judge_trial(counted, order_2, lived(counted, order_2, 2.0), AFTER).first.placebo == 0
    minutes, order_3 = plan(outcomes()["sleep-latency"], smallest=None)
    assert judge_trial(minutes, order_3, lived(minutes, order_3, 0.0), AFTER).first.placebo == pytest.approx(
        13.1
    )


def test_what_was_not_taken_cannot_be_called_too_small():
    made, order = plan(smallest=3.0)
    entries = lived(made, order, 0.0)
    skipped = [replace(one, taking=Taking.SKIPPED) if isinstance(one, DoseRecord) else one for one in entries]

    assert judge_trial(made, order, entries, AFTER).first.verdict is Outcome.TOO_SMALL
    judged = judge_trial(made, order, skipped, AFTER)
    assert judged.adherence == pytest.approx(0.5)
    assert judged.first.verdict is Outcome.CANNOT_TELL
    assert "too few days were taken as planned" in judged.first.why[0]


def test_adherence_never_makes_a_success_nor_takes_one():
    made, order = plan()
    log = log_of(made, order, SLEEP, lived(made, order, 2.5), 56)
    for share in (0.0, 0.5, 0.79, 0.8, 1.0, None):
        assert judge(log, smallest=1.0, better="higher", adherence=share).verdict is Outcome.WORKED
    for seed in range(30):
        nothing = log_of(made, order, SLEEP, lived(made, order, 0.3, seed), 56)
        said = [
            judge(nothing, smallest=1.0, better="higher", adherence=share).verdict for share in (0.1, 1.0)
        ]
        assert (Outcome.WORKED in said) is (said == [Outcome.WORKED] * 2)


def test_a_column_of_what_was_taken_is_read():
    from magwise.errors import NotALog
    from magwise.verdict import read_log

    log = read_log("day,phase,value,taken\n1,A,5,no\n2,B,6,yes\n3,B,6,no\n4,A,6,\n")
    assert log.adherence == pytest.approx(2 / 3)
    with pytest.raises(NotALog, match="does not say whether") as named:
        read_log("day,phase,value,taken\n1,A,5,no\n2,B,6,perhaps\n")
    assert named.value.where == "line 3"
    assert Log.of(["A"], [1.0]).adherence is None


def test_an_unclear_early_look_stays_unopened_and_a_clear_one_ends_the_trial():
    made, order = plan(looks=2)
    unclear = judge_trial(made, order, lived(made, order, 0.0), START + 30 * ONE)
    clear = judge_trial(made, order, lived(made, order, 9.0), START + 30 * ONE)

    assert unclear.goes_on and "stays unopened" in unclear.says[0]
    assert not clear.goes_on and clear.first.verdict is Outcome.WORKED
    assert unclear.level > judge_trial(made, order, lived(made, order, 0.0), AFTER, looked=[1]).level > 0.95


def test_the_shares_of_all_looks_and_outcomes_are_one_error():
    made, order = plan(looks=3, also=("stress", "muscle"))
    entries, spent = lived(made, order, 0.0), 0.0
    for look, day in enumerate(made.look_days, 1):
        spent += 1 - judge_trial(made, order, entries, START + (day + 1) * ONE, looked=range(1, look)).level
    assert spent == pytest.approx(0.05 / 3)
    late = judge_trial(made, order, entries, AFTER)  # nobody looked before: the whole error is left
    assert 1 - late.level == pytest.approx(0.05 / 3)


def test_further_outcomes_are_judged_by_their_own_measure_and_felt_ones_come_last():
    made, order = plan(also=("stress", "bristol"))
    judged = judge_trial(made, order, lived(made, order, 0.0), AFTER)

    assert [id for id, _ in judged.others] == ["bristol", "stress"]
    assert dict(judged.others)["stress"].better == "lower"


def test_an_influence_that_changed_together_with_magnesium_is_told():
    made, order = plan()
    chance = np.random.default_rng(2)
    uneven = [
        Confounder(
            day=START + n * ONE,
            what="caffeine",
            unit="cups",
            amount=float(2 + 3 * (p is Phase.WITHOUT) + chance.random()),
        )
        for n, p in enumerate(order.phases)
    ]
    even = [replace(one, amount=2 + float(chance.random())) for one in uneven]
    entries = lived(made, order, 0.0)

    assert any(
        "Caffeine was" in one and "less with magnesium" in one
        for one in judge_trial(made, order, [*entries, *uneven], AFTER).beside
    )
    assert judge_trial(made, order, [*entries, *even], AFTER).beside == ()


def test_after_a_month_without_a_change_stopping_or_another_form_is_named():
    """B043.3, B043.4"""
    made, order = plan(smallest=3.0)
    nothing = judge_trial(made, order, lived(made, order, 0.0), AFTER)

    assert nothing.first.verdict is Outcome.TOO_SMALL
    assert "consider stopping, or another form, for example glycinate" in " ".join(nothing.says)
    worse = judge_trial(*plan(), lived(*plan(), -4.0), AFTER)
    assert worse.says[0].startswith("Stop magnesium, or ask a pharmacist") and "Do not raise" in worse.says[0]
    short, brief = plan(pairs=2, block_days=7, smallest=3.0)
    assert "stopping" not in " ".join(
        judge_trial(short, brief, lived(short, brief, 0.0), START + 30 * ONE).says
    )


def test_cannot_tell_is_never_worded_as_a_success():
    made, order = plan()
    for seed in range(20):
        judged = judge_trial(made, order, lived(made, order, 0.5, seed), AFTER)
        if judged.first.verdict is Outcome.CANNOT_TELL:
            assert "no success" in judged.says[0]
            assert "Go on if it is worth it" not in " ".join(judged.says)


def test_a_diary_without_any_value_cannot_tell():
    made, order = plan()

    assert judge_trial(made, order, [], AFTER).first.verdict is Outcome.CANNOT_TELL
