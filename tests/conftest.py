"""What several kinds of test share."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

TESTS = Path(__file__).parent


@pytest.fixture(autouse=True, scope="session")
def _no_days_of_the_real_user(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """What commands keep about days goes to a folder of the tests'."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MAGWISE_HOME", str(tmp_path_factory.mktemp("home")))
        yield


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of reference material beside the checkout; a test that needs it skips where it is absent."""
    folder = TESTS.parent.parent / "shared"
    if not folder.is_dir():
        pytest.skip("needs the folder `shared` beside the checkout, which holds the reference material")
    return folder


def cases(path: str) -> list[dict[str, Any]]:
    """The rows of a case table, for `pytest.mark.parametrize`; the table is found relative to tests/."""
    return list(yaml.safe_load((TESTS / path).read_text(encoding="utf-8"))["cases"])
