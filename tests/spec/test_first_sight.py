"""Lines that were written before they were run, from tests/spec/first_sight.yaml: none is answered too mildly."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from people import RANK, answer

LISTS: list[dict[str, Any]] = yaml.safe_load(
    Path(__file__).with_name("first_sight.yaml").read_text(encoding="utf-8")
)["lists"]
LINES = [
    (kind, wanted, str(text))
    for one in LISTS
    for kind in ("conditions", "symptoms")
    for wanted, lines in one.get(kind, {}).items()
    for text in lines
]


@pytest.mark.parametrize(("kind", "wanted", "text"), LINES)
def test_a_line_gets_what_it_must_at_least_get(kind: str, wanted: str, text: str) -> None:
    said = answer({"person": {kind: [text]}}).decision

    if wanted == "plan":
        assert said.value == "plan"
    else:
        assert RANK[said] >= RANK[type(said)(wanted)]
