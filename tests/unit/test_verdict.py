"""What a log must hold, what its verdict may say, and that no text makes the reader stumble."""

from __future__ import annotations

import math
from dataclasses import replace
from xml.etree import ElementTree

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from magwise.errors import MagwiseError, NotALog, WrongUse
from magwise.verdict import Log, Outcome, Phase, judge, read_log
from magwise.verdict.average import _t_share
from magwise.verdict.caution import stricter
from magwise.verdict.design import Noise, allocate, days_needed, noise_of, power
from magwise.verdict.judging import outcome_of
from magwise.verdict.plots import draw, drawing

PAIR = ["A"] * 7 + ["B"] * 7


def made(effect: float, *, pairs: int = 4, seed: int = 1, trend: float = 0.0) -> Log:
    chance = np.random.default_rng(seed)
    phases = PAIR * pairs
    noise = chance.standard_normal(len(phases))
    values = [
        5 + effect * (phase == "B") + trend * day + float(wobble)
        for day, (phase, wobble) in enumerate(zip(phases, noise, strict=True))
    ]
    return Log.of(phases, values)


@pytest.mark.parametrize(
    ("effect", "interval", "says"),
    [
        (0.5, (0.1, 0.9), Outcome.WORKED),
        (0.49, (0.1, 0.9), Outcome.CANNOT_TELL),  # better than nothing, short of what matters
        (0.5, (0.0, 0.9), Outcome.CANNOT_TELL),  # zero itself is not excluded
        (-0.5, (-0.9, -0.1), Outcome.WORSE),
        (-0.49, (-0.9, -0.1), Outcome.CANNOT_TELL),
        (0.2, (-0.4, 0.49), Outcome.TOO_SMALL),
        (0.3, (0.1, 0.49), Outcome.TOO_SMALL),
        (0.2, (-0.4, 0.5), Outcome.CANNOT_TELL),  # the smallest change itself is not excluded
        (2.0, (-1.0, 5.0), Outcome.CANNOT_TELL),
    ],
)
def test_the_four_answers_at_their_edges(effect: float, interval: tuple[float, float], says: Outcome):
    assert outcome_of(effect, interval, 0.5) is says


def test_a_strong_effect_in_four_pairs_is_seen():
    assert judge(made(2.0), smallest=0.5, better="higher").verdict is Outcome.WORKED


def test_the_same_effect_is_worse_when_lower_is_better():
    answer = judge(made(2.0), smallest=0.5, better="lower")

    assert answer.verdict is Outcome.WORSE
    assert answer.effect is not None and answer.effect < -1


def test_a_trend_alone_is_never_an_effect():
    answer = judge(made(0.0, trend=0.2), smallest=0.5, better="higher")

    assert answer.verdict is not Outcome.WORKED
    assert answer.trend_a_week == pytest.approx(1.4, abs=0.4)


@given(st.integers(0, 50), st.floats(-3, 3), st.floats(0.01, 1000), st.floats(-1000, 1000))
@settings(max_examples=25, deadline=None)
def test_another_unit_and_another_zero_change_nothing(seed: int, effect: float, factor: float, shift: float):
    log = made(effect, seed=seed)
    moved = Log(
        tuple(replace(d, value=None if d.value is None else d.value * factor + shift) for d in log.days)
    )
    one = judge(log, smallest=0.5, better="higher")
    other = judge(moved, smallest=0.5 * factor, better="higher")

    assert one.verdict is other.verdict
    assert one.effect is not None and other.effect is not None
    assert other.effect == pytest.approx(one.effect * factor, rel=1e-4, abs=1e-6 * factor + 1e-9 * abs(shift))


@given(st.integers(0, 50), st.floats(-3, 3))
@settings(max_examples=25, deadline=None)
def test_turning_the_scale_round_turns_better_round(seed: int, effect: float):
    log = made(effect, seed=seed)
    turned = Log(tuple(replace(d, value=None if d.value is None else -d.value) for d in log.days))
    one, other = judge(log, smallest=0.5, better="higher"), judge(turned, smallest=0.5, better="lower")

    assert (one.verdict, one.effect, one.interval) == (other.verdict, other.effect, other.interval)


def test_the_same_log_gets_the_same_answer():
    assert judge(made(0.7), smallest=0.5, better="higher") == judge(made(0.7), smallest=0.5, better="higher")


def test_placebo_is_taken_off_only_when_unblinded_and_felt():
    log = made(1.5)
    plain = judge(log, smallest=0.5, better="higher", placebo=1.0)
    for unblinded, felt in ((True, False), (False, True)):
        one = judge(log, smallest=0.5, better="higher", placebo=1.0, unblinded=unblinded, felt=felt)
        assert one.effect == plain.effect and one.placebo == 0
    both = judge(log, smallest=0.5, better="higher", placebo=1.0, unblinded=True, felt=True)

    assert plain.effect is not None
    assert both.effect == pytest.approx(plain.effect - 1.0)
    assert both.placebo == 1.0
    assert any("taken off" in reason for reason in both.why)


def test_without_a_figure_for_placebo_a_cautious_one_is_assumed_and_said():
    answer = judge(made(1.5), smallest=0.5, better="higher", unblinded=True, felt=True)

    assert 0.3 < answer.placebo < 0.9  # 0.58 of the spread of the days without, which is about 1
    assert any("assumed" in reason for reason in answer.why)


def test_an_assumed_placebo_is_not_known_exactly_and_widens_the_interval():
    log = made(1.5)
    plain = judge(log, smallest=0.5, better="higher")
    assumed = judge(log, smallest=0.5, better="higher", unblinded=True, felt=True)
    given = judge(log, smallest=0.5, better="higher", unblinded=True, felt=True, placebo=assumed.placebo)

    def width(answer):
        return answer.interval[1] - answer.interval[0]

    assert width(assumed) > width(plain) == pytest.approx(width(given))
    assert assumed.effect == pytest.approx(given.effect) == pytest.approx(plain.effect - assumed.placebo)


def test_placebo_is_taken_off_for_lower_is_better_too():
    log = made(-1.5)
    plain = judge(log, smallest=0.5, better="lower")
    less = judge(log, smallest=0.5, better="lower", placebo=-1.0, unblinded=True, felt=True)

    assert plain.effect is not None and less.effect == pytest.approx(plain.effect - 1.0)


def gate(phases: list[str], seed: int = 3) -> Outcome:
    chance = np.random.default_rng(seed)
    values = [
        float(10 * (phase == "B") + wobble)
        for phase, wobble in zip(phases, chance.normal(size=len(phases)), strict=True)
    ]
    return judge(Log.of(phases, values), smallest=0.5, better="higher").verdict


def test_gates_on_either_side_of_their_edge():
    """However clear the difference: three pairs, or fourteen days of each, and twelve days in all."""
    assert gate(["A"] * 14 + ["B"] * 14) is Outcome.WORKED
    assert gate(["A"] * 13 + ["B"] * 15) is Outcome.CANNOT_TELL
    assert gate((["A"] * 4 + ["B"] * 4) * 3) is Outcome.WORKED
    assert gate((["A"] * 6 + ["B"] * 6) * 2) is Outcome.CANNOT_TELL
    assert gate((["A"] * 2 + ["B"] * 2) * 3) is not Outcome.CANNOT_TELL
    assert gate((["A"] * 2 + ["B"] * 2) * 2 + ["A"] * 2 + ["B"]) is Outcome.CANNOT_TELL


@pytest.mark.parametrize(
    ("log", "says"),
    [
        (Log.of(["A"] * 30, list(range(30))), "No day with magnesium"),
        (Log.of(["B"] * 30, list(range(30))), "No day without magnesium"),
        (Log.of(["A", "B"], [None, None]), "No day has a value"),
        (Log.of(PAIR * 4, [5.0] * 56), "Every value is 5"),
        (Log.of(PAIR * 4, [float(p == "B") for p in PAIR * 4]), "do not vary but by phase"),
        (Log.of(["A"] * 14 + ["B"] * 14, [float(day) for day in range(28)]), "along a straight line"),
        (Log.of(["A", "B"] * 3, [1.0, 2.0, 3.0, 1.0, 5.0, 3.0]), "too few"),
    ],
)
def test_a_log_that_cannot_be_judged_says_why(log: Log, says: str):
    answer = judge(log, smallest=0.5, better="higher")

    assert answer.verdict is Outcome.CANNOT_TELL
    assert says in answer.why[0]


@pytest.mark.parametrize("value", [math.nan, math.inf, -1e300])
def test_a_value_that_is_none_never_enters_a_log(value: float):
    with pytest.raises(NotALog):
        Log.of(["A", "B"], [1.0, value])


def test_cannot_tell_is_never_worded_as_a_success():
    for seed in range(40):
        answer = judge(made(0.4, seed=seed), smallest=0.5, better="higher")
        if answer.verdict is Outcome.CANNOT_TELL:
            assert "better by at least" not in " ".join(answer.why)


def test_an_effect_that_fades_is_noticed():
    """A magnesium log on record began with benefit and ended with harm; one mean hides that."""
    chance = np.random.default_rng(5)
    phases = PAIR * 6
    values = [(2 - day / 14) * (p == "B") + float(chance.normal() / 2) for day, p in enumerate(phases)]
    answer = judge(Log.of(phases, values), smallest=0.5, better="higher")

    assert answer.changed_over_time is not None and answer.changed_over_time < -2
    assert any("faded" in reason for reason in answer.why)


@pytest.mark.parametrize("smallest", [0.0, -1.0, math.nan, math.inf])
def test_the_smallest_change_must_be_above_nothing(smallest: float):
    with pytest.raises(WrongUse):
        judge(made(1.0), smallest=smallest, better="higher")


BROKEN = {
    "empty": ("", "empty", None),
    "heading only": ("day,phase,value\n", "no days", "line 1"),
    "no value column": ("day,phase\n1,A\n", "lacks the column value", "line 1"),
    "text": ("day,phase,value\n1,A,5\n2,B,good\n", "not a number", "line 3"),
    "nan": ("day,phase,value\n1,A,5\n2,B,nan\n", "not a number", "line 3"),
    "infinite": ("day,phase,value\n1,A,5\n2,B,1e999\n", "not a number", "line 3"),
    "twice": ("day,phase,value\n1,A,5\n1,B,6\n", "twice", "lines 2 and 3"),
    "twice, later": ("day,phase,value\n1,A,5\n2,A,5\n1,B,6\n", "already on line 2", "line 4"),
    "out of order": ("day,phase,value\n5,A,5\n2,B,6\n", "comes after", "line 3"),
    "dates out of order": ("day,phase,value\n2026-03-02,A,5\n2026-03-01,B,6\n", "comes after", "line 3"),
    "no such date": ("day,phase,value\n2026-02-30,A,5\n", "no day", "line 2"),
    "dates and numbers": ("day,phase,value\n2026-03-02,A,5\n3,B,6\n", "mixed", "line 3"),
    "time zones": ("day,phase,value\n2026-03-02T08:00+01:00,A,5\n2026-03-03T08:00-05:00,B,6\n", "time zone", "line 3"),
    "third phase": ("day,phase,value\n1,A,5\n2,C,6\n", "no phase", "line 3"),
    "no phase": ("day,phase,value\n1,A,5\n2,,6\n", "phase is missing", "line 3"),
    "units": ("day,phase,value\n1,A,7 h\n2,B,430 min\n", "Units are mixed", "line 3"),
    "a unit once": ("day,phase,value\n1,A,7\n2,B,430 min\n", "Units are mixed", "line 3"),
    "units in a column": ("day,phase,value,unit\n1,A,7,h\n2,B,430,min\n", "Units are mixed", "line 3"),
    "decimal comma": ("day,phase,value\n1,A,7,5\n", "4 cells", "line 2"),
    "null": ("day,phase,value\n1,A,\x00\n", "null characters", None),
}  # fmt: skip


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_log_is_named_with_its_line(name: str):
    text, says, where = BROKEN[name]
    with pytest.raises(NotALog, match=says) as named:
        read_log(text)

    assert named.value.where == where


@given(st.text(max_size=300))
def test_no_text_makes_the_reader_stumble(text: str):
    for one in (text, f"day,phase,value\n{text}"):
        try:
            read_log(one)
        except MagwiseError as named:
            assert named.what


@given(st.lists(st.sampled_from("AB"), min_size=1, max_size=40), st.data())
@settings(max_examples=60, deadline=None)
def test_any_log_gets_an_answer(phases: list[str], data):
    values = data.draw(
        st.lists(st.none() | st.floats(-1e12, 1e12), min_size=len(phases), max_size=len(phases))
    )
    answer = judge(Log.of(phases, values), smallest=0.5, better="higher")

    assert answer.why
    if answer.interval:
        low, high = answer.interval
        assert answer.effect is not None and low <= answer.effect <= high
    svg = draw(Log.of(phases, values), answer)
    ElementTree.fromstring(svg)  # noqa: S314 - our own text
    inside_a_page = drawing(Log.of(phases, values), answer).inline("log")
    assert ElementTree.fromstring(inside_a_page).attrib["aria-labelledby"] == "log-title log-desc"  # noqa: S314
    assert "<style" not in inside_a_page


def test_dates_missing_days_phases_in_words_and_units_are_read():
    found = read_log("date;phase;value\n2026-03-01;without;7 h\n2026-03-02;off;\n2026-03-05;with;6.5 h\n")

    assert [(d.number, d.phase, d.value) for d in found.days] == [
        (1, Phase.WITHOUT, 7.0), (2, Phase.WITHOUT, None), (5, Phase.WITH, 6.5),
    ]  # fmt: skip
    assert found.unit == "h"


def test_numbered_phases_are_read():
    assert [d.phase for d in read_log("day,phase,value\n1,A1,5\n2,B1,6\n3,A2,5\n").days] == ["A", "B", "A"]


def test_students_t_in_the_table_is_students_t():
    """Printed quantiles come back as 97.5 %."""
    for df, t in ((4, 2.776), (10, 2.228), (60, 2.000)):
        assert float(_t_share(np.array([t]), df)[0]) == pytest.approx(0.975, abs=2e-4)


def test_several_outcomes_and_looks_share_one_error():
    assert stricter(0.95) == pytest.approx(0.95)
    assert stricter(0.95, outcomes=5) == pytest.approx(0.99)
    spent = [1 - stricter(0.95, look=at, of_looks=4) for at in (1, 2, 3, 4)]
    assert sum(spent) == pytest.approx(0.05)
    assert spent == sorted(spent)
    with pytest.raises(WrongUse):
        stricter(0.95, look=3, of_looks=2)


def test_a_stricter_level_never_turns_doubt_into_success():
    for seed in range(30):
        log = made(0.8, seed=seed)
        usual, strict = (judge(log, smallest=0.5, better="higher", level=level) for level in (0.95, 0.99))
        assert strict.verdict is not Outcome.WORKED or usual.verdict is Outcome.WORKED


@given(st.integers(0, 10**9), st.integers(1, 10), st.integers(1, 14))
def test_a_sealed_allocation_is_balanced_repeatable_and_cannot_be_changed(seed: int, pairs: int, block: int):
    drawn = allocate(seed=seed, pairs=pairs, block_days=block)

    assert drawn == allocate(seed=seed, pairs=pairs, block_days=block)
    assert drawn.phases.count(Phase.WITH) == drawn.phases.count(Phase.WITHOUT) == pairs * block
    assert drawn.holds()
    swapped = tuple(Phase.WITH if p is Phase.WITHOUT else Phase.WITHOUT for p in drawn.phases)
    assert not replace(drawn, phases=swapped).holds()


def test_both_orders_of_a_pair_are_drawn():
    assert {allocate(seed=s, pairs=1, block_days=1).phases[0] for s in range(20)} == {
        Phase.WITHOUT,
        Phase.WITH,
    }


def test_more_days_more_power_and_noisier_days_less():
    calm, wild = Noise(1.0, 0.2), Noise(2.0, 0.2)
    powers = [power(calm, effect=1.0, smallest=0.5, pairs=p, block_days=7) for p in (3, 4, 6, 12)]

    assert powers == sorted(powers)
    assert power(wild, effect=1.0, smallest=0.5, pairs=4, block_days=7) < powers[1]
    assert power(calm, effect=0.5, smallest=0.5, pairs=20, block_days=7) == pytest.approx(0.5, abs=0.01)


def test_the_days_needed_are_the_fewest_that_do():
    noise = Noise(1.0, 0.3)
    days = days_needed(noise, effect=1.0, smallest=0.5, wanted=0.8)

    assert days is not None and days % 14 == 0
    assert power(noise, effect=1.0, smallest=0.5, pairs=days // 14, block_days=7) >= 0.8
    assert power(noise, effect=1.0, smallest=0.5, pairs=days // 14 - 1, block_days=7) < 0.8
    assert days_needed(Noise(50.0, 0.5), effect=0.6, smallest=0.5) is None


def test_a_baseline_shows_its_own_noise():
    chance = np.random.default_rng(7)
    found = noise_of(Log.of(["A"] * 300, [float(x) for x in 3 * chance.standard_normal(300)]))

    assert found.spread == pytest.approx(3.0, rel=0.15)
    assert abs(found.rho) < 0.15
    with pytest.raises(NotALog):
        noise_of(Log.of(["A"] * 4, [1.0, 2.0, 3.0, 4.0]))


def test_the_words_beside_the_line_stay_in_the_picture():
    """Also where the interval reaches hardly beyond what matters, so that the line stands far right."""
    for smallest in (0.1, 0.5, 1.0, 2.0, 5.0, 50.0):
        log = made(1.0)
        svg = ElementTree.fromstring(draw(log, judge(log, smallest=smallest, better="higher")))  # noqa: S314
        [words] = [one for one in svg.iter() if one.text == "matters from here"]
        assert words.get("text-anchor") == "end" or float(words.get("x", 0)) < 760 - 100
