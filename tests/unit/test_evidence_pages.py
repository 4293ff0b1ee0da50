"""The pages on evidence as values: every topic, every word for one, and what each page must show."""

from __future__ import annotations

from datetime import date
from xml.etree import ElementTree

import pytest

from magwise.errors import NotFound, WrongUse
from magwise.evidence import Reader
from magwise.evidence.outcomes import figure_of, forest_of, outcome, overview, topic_of, topics
from magwise.evidence.pool.drawing import STYLESHEET
from magwise.evidence.standing import Retraction, compare, evidence_sources, read_register, standing_of
from magwise.intake import status
from magwise.knowledge import fact
from magwise.person import Diet

TODAY = date(2026, 11, 22)
ENOUGH = status(age=46, sex="female", country="US", diet=Diet(mg_per_day=400))
REPLETE = Reader(status=ENOUGH, age=46, limit_mg=350, families=frozenset({"aspartate"}))


@pytest.mark.parametrize("name", topics())
def test_a_page_shows_effect_certainty_reasons_and_what_would_change_it(name: str) -> None:
    page = outcome(name, None, TODAY)

    assert page.effects and page.would_change and page.standings and page.in_short
    assert page.for_you == ()
    for effect in page.effects:
        assert effect.figure and effect.certainty and effect.trial.form
        assert effect.rests_on or effect.sources
        assert effect.apart.treatment == effect.apart.people == ()


def test_a_person_gets_their_own_answer_first_and_is_never_surer_for_it() -> None:
    order = ("very low", "low", "moderate", "high")
    for name in topics():
        plain, mine = outcome(name, None, TODAY), outcome(name, REPLETE, TODAY)
        assert all(
            order.index(a.certainty) <= order.index(b.certainty)
            for a, b in zip(mine.effects, plain.effects, strict=True)
        )
    for name in topics():
        likely = {one.likely for one in outcome(name, REPLETE, TODAY).effects if one.likely}
        assert likely <= {"expect little"} or name == "regularity"
    sleep = outcome("sleep", REPLETE, TODAY)
    assert [one.likely for one in sleep.for_you] == ["expect little"]


def test_every_graded_answer_has_a_line_in_the_overview() -> None:
    lines = overview()

    assert {line.topic for line in lines} == set(topics())
    assert all(line.effect.figure and line.in_short for line in lines)


@pytest.mark.parametrize(
    ("word", "topic"),
    [
        ("sleep", "sleep"),
        ("Insomnia", "sleep"),
        ("blood pressure", "blood_pressure"),
        ("HbA1c", "glucose"),
        ("ZMA", "performance"),
        ("isis-4", "heart_attack"),
    ],
)
def test_other_words_lead_to_the_page(word: str, topic: str) -> None:
    assert topic_of(word) == topic


@pytest.mark.parametrize(("word", "says"), [("slep", "sleep"), ("levitation", "There are")])
def test_an_unknown_word_names_near_pages_or_all(word: str, says: str) -> None:
    with pytest.raises(NotFound, match=says):
        topic_of(word)


@pytest.mark.parametrize(
    ("id", "figure"),
    [
        ("ER07", "−2.8 mmHg (−4.3 to −1.3)"),
        ("ER05", "−0.22 or +0.02 % (−0.41 to +0.13)"),
        ("ER14", "no sure difference"),
        ("ER18", "no placebo arm"),
        ("ER19", "12 of 15 against 3 of 17"),
        ("ER16", "−41.6 % against −15.8 %"),
    ],
)
def test_a_figure_reads_as_words(id: str, figure: str) -> None:
    assert figure_of(fact("effects", id)) == figure


def test_the_logarithm_of_a_ratio_is_shown_as_the_ratio() -> None:
    assert figure_of(fact("reviews", "AMI1")) == "odds ratio 0.99 (0.94 to 1.05)"


def test_disagreements_and_the_seller_stand_on_the_page() -> None:
    assert any(
        "Jee" in one.says and "2025" in one.says
        for one in outcome("blood_pressure", None, TODAY).disagreements
    )
    assert any("Brilla" in one.says for one in outcome("zma", None, TODAY).conflicts)


def test_two_pooled_trials_are_never_given_hartung_and_knapps_interval() -> None:
    for name in topics():
        for one in outcome(name, None, TODAY).sets:
            assert one.k > 2 or ("Wald" in one.method and one.prediction is None)


def test_where_the_model_decides_both_answers_stand_side_by_side() -> None:
    (trials,) = outcome("heart_attack", None, TODAY).sets

    assert trials.figure == "odds ratio 0.58 (0.44 to 0.77)"
    assert trials.equal_effects == "odds ratio 0.99 (0.94 to 1.05)"
    assert not trials.agree and trials.systematic


def test_a_suspect_trial_is_shown_and_not_pooled() -> None:
    (glucose, _) = outcome("glucose", None, TODAY).sets

    assert [one.id for one in glucose.left_out] == ["trial-fasting-glucose-solati-2014"]


# -- standing ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("today", "old"), [(date(2026, 11, 22), False), (date(2027, 1, 1), True)])
def test_a_review_is_old_after_five_and_a_half_years(today: date, old: bool) -> None:
    """Mah and Pitre 2021: five years in 2026, six in 2027."""
    (found,) = standing_of(["mah-pitre-2021"], today)

    assert found.old is old


def test_a_trial_does_not_age_and_a_first_edition_names_what_replaced_it() -> None:
    trial, first = standing_of(["peikert-1996-trial", "cochrane-cramps-2012"], TODAY)

    assert trial.old is None
    assert (first.old, first.replaced) == (True, "CR1")


REGISTER = "Record ID,OriginalPaperDOI,OriginalPaperPubMedID,RetractionNature\n"


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("1,10.3389/FNUT.2022.1020327,0,Retraction", Retraction.RETRACTED),
        ("1,10.3389/fnut.2022.1020327,0,Expression of concern", Retraction.CONCERN),
        ("1,10.3389/fnut.2022.1020327,0,Correction", Retraction.CORRECTED),
        ("1,10.3389/fnut.2022.9999999,0,Retraction", Retraction.NONE_FOUND),
    ],
)
def test_a_register_of_retractions_is_held_against_the_sources(row: str, said: Retraction) -> None:
    ((_, found),) = compare(standing_of(["xu-2023"], TODAY), read_register(REGISTER + row))

    assert found is said


def test_the_worst_row_of_a_register_counts() -> None:
    text = REGISTER + "1,10.3389/fnut.2022.1020327,0,Retraction\n2,10.3389/fnut.2022.1020327,0,Correction\n"

    ((_, found),) = compare(standing_of(["xu-2023"], TODAY), read_register(text))

    assert found is Retraction.RETRACTED


def test_a_pubmed_number_is_enough_and_none_at_all_stays_unknown() -> None:
    register = read_register(REGISTER + "1,unavailable,16978367,Retraction\n")
    song, brilla = compare(standing_of(["song-2006", "brilla-conte-2000"], TODAY), register)

    assert song[1] is Retraction.RETRACTED
    assert brilla[1] is Retraction.UNKNOWN


def test_another_table_is_no_register() -> None:
    with pytest.raises(WrongUse, match="OriginalPaperDOI"):
        read_register("study,yi,vi\nA,1,2\n")


def test_nothing_of_ours_is_called_a_source() -> None:
    assert "magwise" not in evidence_sources()
    assert standing_of(["magwise"], TODAY) == ()


# -- drawing -------------------------------------------------------------------------------------------------


def test_a_forest_inside_a_page_takes_its_colours_from_the_page() -> None:
    drawn = forest_of("systolic-pressure", inline="pressure")
    root = ElementTree.fromstring(drawn)  # noqa: S314 - our own text

    assert "<style" not in drawn and "#" not in drawn.replace("&#", "")
    assert root.attrib["class"] == "chart" and root.attrib["role"] == "img"
    assert root.attrib["aria-labelledby"] == "pressure-title pressure-desc"
    assert [child.attrib.get("id") for child in root[:2]] == ["pressure-title", "pressure-desc"]
    assert "smallest change that matters" in drawn
    used = {name for part in root.iter() for name in part.attrib.get("class", "").split()} - {
        "chart",
        "words",
    }
    assert {f".chart .{name}" for name in used} <= {
        f".chart .{one.split('{')[0]}" for one in STYLESHEET.replace("}", "").split(".chart .")[1:]
    }


def test_the_stylesheet_of_charts_touches_nothing_else_of_a_page() -> None:
    selectors = [
        rule.split("{")[0].split("{")[-1]
        for rule in STYLESHEET.replace("@media (prefers-color-scheme:dark){", "").split("}")
        if rule
    ]

    assert all(one.startswith(".chart") for one in selectors)
    assert "var(--chart-mark,#" in STYLESHEET
