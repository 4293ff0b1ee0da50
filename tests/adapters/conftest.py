"""What the tests of adapters share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from magwise.adapters.photo import Reader


@pytest.fixture(scope="session")
def reader() -> Iterator[Reader]:
    """One warm reader of photos: starting it is what takes time."""
    with Reader() as warm:
        yield warm
