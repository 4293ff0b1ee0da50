"""Laws of pooling, and what happens to trials that cannot be pooled."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from magwise.errors import MagwiseError, NotPoolable
from magwise.evidence.pool import (
    METHODS,
    Measure,
    Study,
    cumulate,
    leave_one_out,
    of_events,
    pool,
    pool_one_way,
    regress,
    trim_and_fill,
)
from magwise.evidence.pool.chance import chi2_quantile, chi2_upper, kendall_p, t_p, t_quantile
from magwise.evidence.pool.estimate import HARTUNG_KNAPP, WALD
from magwise.evidence.pool.heterogeneity import weigh
from magwise.evidence.pool.plots import forest, funnel
from magwise.evidence.pool.shipped import names, shipped
from magwise.evidence.pool.study import Cells
from magwise.evidence.pool.tables import read_trials

effects = st.floats(-5, 5, allow_nan=False)
variances = st.floats(0.001, 10, allow_nan=False)
trials = st.lists(st.builds(Study, st.just("trial"), effects, variances), min_size=3, max_size=12)


def both_ends(bounds: tuple[float, float]) -> tuple[float, float]:
    low, high = bounds
    assert low <= high
    return low, high


@given(trials)
def test_every_answer_lies_within_its_interval_and_the_interval_within_the_prediction(some: list[Study]):
    for answer in pool(some):
        low, high = both_ends(answer.ci)
        assert low <= answer.estimate <= high
        assert min(s.yi for s in some) - 1e-9 <= answer.estimate <= max(s.yi for s in some) + 1e-9
        assert answer.tau2 >= 0
        assert 0 <= answer.i2 < 100
        if answer.pi:
            assert answer.pi[0] <= low + 1e-12 and high <= answer.pi[1] + 1e-12


@given(trials, st.randoms())
def test_the_order_of_trials_does_not_matter(some: list[Study], chance):
    mixed = list(some)
    chance.shuffle(mixed)
    for one, other in zip(pool(some), pool(mixed), strict=True):
        assert math.isclose(one.estimate, other.estimate, rel_tol=1e-5, abs_tol=1e-6)


@given(trials)
def test_turning_all_effects_round_turns_the_answer_round(some: list[Study]):
    turned = [Study(s.name, -s.yi, s.vi) for s in some]
    for one, other in zip(pool(some), pool(turned), strict=True):
        assert math.isclose(one.estimate, -other.estimate, rel_tol=1e-5, abs_tol=1e-6)
        assert math.isclose(one.ci[0], -other.ci[1], rel_tol=1e-5, abs_tol=1e-6)


@given(trials, st.floats(0.01, 100))
def test_another_unit_gives_the_same_answer_in_that_unit(some: list[Study], factor: float):
    scaled = [Study(s.name, s.yi * factor, s.vi * factor**2) for s in some]
    for one, other in zip(pool(some), pool(scaled), strict=True):
        assert math.isclose(one.estimate * factor, other.estimate, rel_tol=1e-4, abs_tol=1e-5 * factor)


@given(st.builds(Study, st.just("same"), effects, variances), st.integers(3, 20))
def test_trials_that_agree_leave_nothing_between_them(one: Study, k: int):
    for answer in pool([one] * k, tests=(WALD,)):
        assert answer.tau2 == pytest.approx(0, abs=1e-9)
        assert answer.estimate == pytest.approx(one.yi, abs=1e-9)
        assert answer.se == pytest.approx(math.sqrt(one.vi / k))


def test_a_trap_of_ours_gives_no_negative_tau_squared_and_an_error():
    """Four trials that differ less than chance (Q 0.1 on 3 degrees): a popular package leaves tau² below 0 there."""
    some = [
        Study(str(at), y, v)
        for at, (y, v) in enumerate([(0.10, 0.04), (0.12, 0.05), (0.09, 0.03), (0.14, 0.06)])
    ]
    untruncated = weigh(
        *(np.array(one) for one in ([s.yi for s in some], [[1.0]] * 4, [1 / s.vi for s in some]))
    )

    assert untruncated.q - 3 < 0  # what the moment estimator would divide
    for answer in pool(some):
        assert answer.tau2 >= 0 and math.isfinite(answer.se) and answer.se > 0
    assert pool_one_way(some, "DL").tau2 == 0
    assert pool_one_way(some, "DL").estimate == pytest.approx(pool_one_way(some, "EE").estimate)


@given(trials)
@settings(max_examples=40)
def test_restricted_likelihood_is_at_its_top(some: list[Study]):
    """The obvious way: no tau2 on a grid has a higher restricted likelihood."""

    def height(tau2: float) -> float:
        weights = [1 / (s.vi + tau2) for s in some]
        centre = sum(w * s.yi for w, s in zip(weights, some, strict=True)) / sum(weights)
        left = sum(w * (s.yi - centre) ** 2 for w, s in zip(weights, some, strict=True))
        return sum(map(math.log, weights)) / 2 - math.log(sum(weights)) / 2 - left / 2

    found = pool_one_way(some, "REML").tau2
    near = [found * factor for factor in (0.5, 0.9, 0.99, 1.01, 1.1, 2)] + [found + 1e-3]

    assert all(height(found) >= height(other) - 1e-7 for other in near)


def test_two_trials_never_get_hartung_knapp():
    answers = pool([Study("a", 0.1, 0.2), Study("b", 0.5, 0.1)])

    assert {one.test for one in answers} == {WALD}
    assert pool_one_way([Study("a", 0.1, 0.2), Study("b", 0.5, 0.1)], "DL", HARTUNG_KNAPP).test == WALD


def test_one_trial_is_not_pooled():
    with pytest.raises(NotPoolable, match="one trial"):
        pool([Study("a", 0.1, 0.2)])


@pytest.mark.parametrize("vi", [0.0, -1.0, math.nan, math.inf, 1e-200])
def test_a_variance_that_is_none_is_named(vi: float):
    with pytest.raises(NotPoolable) as named:
        pool([Study("good", 0.1, 0.2), Study("bad", 0.1, vi)])

    assert named.value.where == "bad"


@pytest.mark.parametrize("yi", [math.nan, math.inf, -math.inf])
def test_an_effect_that_is_none_is_named(yi: float):
    with pytest.raises(NotPoolable):
        pool([Study("good", 0.1, 0.2), Study("bad", yi, 0.1)])


def test_leaving_one_out_is_pooling_the_rest():
    some = [Study(str(at), y, 0.1 + at / 10) for at, y in enumerate((0.1, 0.5, -0.2, 0.9))]
    for at, (left_out, answer) in enumerate(leave_one_out(some)):
        assert left_out is some[at]
        assert answer == pool_one_way(some[:at] + some[at + 1 :], "REML")


def test_cumulating_ends_at_the_whole():
    some = [Study(str(at), y, 0.1) for at, y in enumerate((0.1, 0.5, -0.2, 0.9))]

    assert cumulate(some)[-1] == (some[-1], pool_one_way(some, "REML"))


@given(trials)
@settings(max_examples=40)
def test_filled_trials_mirror_real_ones(some: list[Study]):
    filled = trim_and_fill(some)

    assert len(filled.mirrored) == filled.imputed < len(some)
    assert {s.vi for s in filled.mirrored} <= {s.vi for s in some}
    assert filled.pooled.k == len(some) + filled.imputed


@given(st.floats(0.51, 0.999), st.integers(1, 400))
def test_quantiles_undo_probabilities(p: float, df: int):
    assert t_p(t_quantile(p, df), df) == pytest.approx(2 * (1 - p), rel=1e-6)
    assert chi2_upper(chi2_quantile(p, df), df) == pytest.approx(1 - p, rel=1e-6)


def test_kendalls_probabilities_are_those_of_all_orders():
    """The slow way: all 120 orders of five things."""
    from itertools import combinations, permutations

    def tau(order: tuple[int, ...]) -> float:
        return sum(1 if a < b else -1 for a, b in combinations(order, 2)) / 10

    every = [tau(order) for order in permutations(range(5))]
    for value in (-1.0, -0.4, 0.2, 0.6):
        tail = min(sum(t <= value + 1e-9 for t in every), sum(t >= value - 1e-9 for t in every))
        assert kendall_p(value, 5) == pytest.approx(min(1.0, 2 * tail / 120))


def test_a_moderator_that_repeats_another_is_refused():
    some = [Study(str(at), at / 10, 0.1) for at in range(6)]
    with pytest.raises(NotPoolable, match="twice"):
        regress(some, {"a": [1, 2, 3, 4, 5, 6], "b": [2, 4, 6, 8, 10, 12]})
    with pytest.raises(NotPoolable, match="do not vary"):
        regress(some, {"a": [1, 1, 1, 1, 1, 1]})
    with pytest.raises(NotPoolable, match="too few"):
        regress(some[:3], {"a": [1, 2, 3]})


def test_a_straight_line_through_effects_is_found():
    some = [Study(str(at), 0.3 + 0.2 * at, 0.01) for at in range(8)]
    found = regress(some, {"year": list(range(8))})

    assert [c.estimate for c in found.coefficients] == pytest.approx([0.3, 0.2])
    assert found.tau2 == pytest.approx(0, abs=1e-9)


@given(st.integers(1, 60), st.integers(1, 60), st.data())
def test_swapping_arms_turns_the_effect_round(n1: int, n2: int, data):
    a, c = data.draw(st.integers(0, n1)), data.draw(st.integers(0, n2))
    assume(not (a == c == 0) and not (a == n1 and c == n2))
    for measure in (Measure.OR, Measure.RR, Measure.RD):
        one = of_events("one", measure, Cells(a, n1, c, n2))
        other = of_events("other", measure, Cells(c, n2, a, n1))
        assert one.yi == pytest.approx(-other.yi, abs=1e-9)
        assert one.vi == pytest.approx(other.vi)
        assert one.vi > 0


BROKEN = {
    "empty": ("", "empty"),
    "one column": ("study\nA\nB\n", "one column"),
    "heading only": ("study,yi,vi\n", "no trials"),
    "no variance": ("study,yi\nA,0.1\nB,0.2\n", "lacks a variance"),
    "no effects": ("study,colour\nA,red\n", "lacks effects"),
    "text for a number": ("study,yi,vi\nA,0.1,0.2\nB,NaN-ish,0.1\n", "not a number"),
    "nan": ("study,yi,vi\nA,0.1,0.2\nB,nan,0.1\n", "not a finite number"),
    "infinite": ("study,yi,vi\nA,0.1,0.2\nB,1e999,0.1\n", "not a finite number"),
    "missing": ("study,yi,vi\nA,0.1,0.2\nB,,0.1\n", "missing"),
    "zero variance": ("study,yi,vi\nA,0.1,0.2\nB,0.1,0\n", "zero or negative"),
    "ragged": ("study,yi,vi\nA,0.1,0.2\nB,0.1\n", "2 cells"),
    "more events than people": ("study,ai,n1i,ci,n2i\nA,5,4,1,4\nB,1,4,1,4\n", "between 0"),
    "no events at all": ("study,ai,n1i,ci,n2i\nA,0,4,0,4\nB,1,4,1,4\n", "Nobody"),
    "one person": ("study,m1i,sd1i,n1i,m2i,sd2i,n2i\nA,1,1,1,2,1,9\nB,1,1,9,2,1,9\n", "2 people"),
}  # fmt: skip


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_table_is_named_with_its_line(name: str):
    text, says = BROKEN[name]
    with pytest.raises(NotPoolable, match=says) as named:
        read_trials(text)

    if text.count("\n") > 1 and "lacks" not in says and "one column" not in says:
        assert "line" in (named.value.where or "")


def test_the_line_named_is_the_line_of_the_file():
    with pytest.raises(NotPoolable) as named:
        read_trials("study,yi,vi\n\nA,0.1,0.2\n\nB,what,0.1\n")

    assert named.value.where == "line 5, B, yi"


@given(st.text(max_size=300))
def test_no_text_makes_the_reader_stumble(text: str):
    try:
        read_trials(text)
    except MagwiseError as named:
        assert named.what


def test_semicolons_quotes_and_a_byte_order_mark_are_read():
    found = read_trials('\ufeffStudy;yi;vi\n"Smith; and Jones";0.1;0.2\nB;−0.3;0.1\n')

    assert [s.name for s in found.studies] == ["Smith; and Jones", "B"]
    assert found.studies[1].yi == -0.3


def test_a_standard_error_is_squared():
    assert read_trials("study,yi,se\nA,1,2\nB,2,3\n").studies[0].vi == 4


@pytest.mark.parametrize("name", names())
def test_every_shipped_set_can_be_pooled_by_every_method(name: str):
    found = shipped(name)

    assert len(found.studies) >= 2
    assert {one.tau2_method for one in pool(found.studies)} == set(METHODS)


def test_a_suspect_trial_stays_on_file_and_out_of_the_pool():
    """Solati 2014 prints a standard error as a standard deviation."""
    found = shipped("fasting-glucose")

    assert [fact.values["trial"] for fact in found.left_out] == ["Solati"]
    assert all("Solati" not in study.name for study in found.studies)


def test_drawings_escape_what_they_are_given():
    some = [Study("<script>alert(1)</script> & co", 0.2, 0.1), Study("b", -0.4, 0.2), Study("c", 0.1, 0.05)]
    for svg in (forest(some, pool(some), matters=0.3), funnel(some, filled=trim_and_fill(some).mirrored)):
        assert "<script" not in svg
        assert "&lt;script&gt;" in svg
        assert svg.startswith("<svg") and svg.endswith("</svg>\n")


def test_a_forest_draws_the_smallest_change_that_matters():
    some = shipped("heart-attack").studies
    answers = pool(some, ("EE", "REML"))

    assert "smallest change that matters" in forest(some, answers, measure=Measure.OR, matters=0.2)
    assert "smallest change that matters" not in forest(some, answers, measure=Measure.OR)


@given(trials)
@settings(max_examples=25)
def test_drawings_hold_only_numbers_that_are_numbers(some: list[Study]):
    from xml.etree import ElementTree

    for svg in (forest(some, pool(some), matters=0.1), funnel(some)):
        ElementTree.fromstring(svg)  # noqa: S314 - our own text
        assert "nan" not in svg.lower().replace("nantes", "")
