"""The numbers of the body model: all there, all cited, all within their bounds."""

from __future__ import annotations

import numpy as np
import pytest

from magwise import knowledge
from magwise.facts import Status
from magwise.simulate.bodies import draws, form, parameters
from magwise.simulate.course import COVARIATES
from magwise.simulate.equations import Traits

FACTS = knowledge.facts("bodies")


def test_every_figure_has_a_source_and_a_standing() -> None:
    assert all(fact.citations for fact in FACTS)
    assert all(fact.status is not Status.REVIEWED for fact in FACTS), "no clinician has signed"


@pytest.mark.parametrize(
    "name", sorted({str(one["form"]) for one in knowledge.entries("forms") if "form" in one})
)
def test_every_family_that_a_label_can_name_can_be_simulated(name: str) -> None:
    if name == "excipient":
        return
    spread, _ = form(name)

    assert 0 <= spread.low <= spread.best <= spread.high <= 1


def test_every_parameter_is_drawn_and_positive() -> None:
    posterior = draws()

    assert set(posterior) == {*parameters(), "threshold"}
    assert all((values > 0).all() and len(values) == 400 for values in posterior.values())


def test_every_covariate_has_its_fact() -> None:
    assert set(COVARIATES) <= {fact.id for fact in FACTS}


def test_the_mesh_is_stable_for_everybody() -> None:
    """Exchange, filtration and emptying stay well below the limit of the method at its longest step."""
    posterior = draws()
    exchange = posterior["fast_flow"] * (1 / posterior["plasma_volume"] + 1 / posterior["fast_volume"])

    assert exchange.max() * np.exp(2 * 0.12 * 2.5) * 0.6 < 2.78
    assert len(Traits._fields) == 28
