"""The API against its own description: schemathesis makes requests that fit and requests that do not.

Short here (a few requests for each address); MAGWISE_FUZZ=500 makes as many as wanted.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi import checks

from magwise.adapters.web.app import create_app
from magwise.adapters.web.settings import Settings

# a body may be too large before anybody has read what is wrong with it
REFUSED = [400, 401, 403, 404, 405, 406, 409, 412, 413, 415, 422, 428, 429, "5xx"]
EXAMPLES = int(os.environ.get("MAGWISE_FUZZ", "5"))


FITS, DOES_NOT = GenerationMode.POSITIVE, GenerationMode.NEGATIVE


def _operations() -> Iterator[Any]:
    """Each method of each address, with requests that fit; and that do not, where there is anything to get wrong."""
    paths: dict[str, dict[str, Any]] = create_app(Settings(quiet=True)).state.api.openapi()["paths"]
    for path, methods in paths.items():
        for method, told in methods.items():
            name = f"{method}-{path.strip('/').replace('/', '-')}"
            yield pytest.param(method.upper(), path, FITS, id=name)
            if "requestBody" in told or any(one["in"] == "query" for one in told.get("parameters", ())):
                yield pytest.param(method.upper(), path, DOES_NOT, id=f"{name}-not")


@pytest.fixture(scope="module")
def described(address: str) -> Any:
    return schemathesis.openapi.from_url(
        f"{address}/api/v1/openapi.json",
        config=schemathesis.config.SchemathesisConfig.from_dict(
            {"checks": {"negative_data_rejection": {"expected-statuses": REFUSED}}}
        ),
    )


@pytest.mark.parametrize(("method", "path", "mode"), list(_operations()))
def test_every_answer_is_as_described(described: Any, method: str, path: str, mode: GenerationMode) -> None:
    operation = described[path][method]
    # a body may fit its shape and still make no sense (a course that ends before it starts, a table that holds
    # no trials), so that 422 is a right answer to a body that fits; everything else is checked
    left_out = [checks.positive_data_acceptance]

    @given(case=operation.as_strategy(generation_mode=mode))
    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def answers(case: schemathesis.Case) -> None:
        case.call_and_validate(excluded_checks=left_out, timeout=60)

    answers()
