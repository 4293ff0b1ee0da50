"""Where chunks of a population are worked on: here, or on a Dask cluster. The figures are the same either way."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from magwise.errors import MissingExtra, NotFound
from magwise.simulate.population import overlapping

__all__ = ["mapper_of"]


@contextmanager
def mapper_of(address: str | None) -> Iterator[Callable[..., Iterable[Any]]]:
    """Threads of this process, or the map of the cluster at this address ("local" starts one worker process a core)."""
    if address is None:
        yield overlapping
        return
    try:
        import distributed
    except ImportError:
        raise MissingExtra(
            "Sharing work over machines needs Dask.",
            remedy="pip install 'magwise[cluster]', or leave --cluster out.",
        ) from None
    try:
        dask: Any = distributed  # has no types of its own
        client = dask.Client(None if address == "local" else address, timeout="20s")
    except (OSError, ValueError) as away:
        raise NotFound(
            f"There is no Dask cluster at {address}: {away}.", remedy="Start one, or use local."
        ) from None

    def over_machines(function: Callable[[int], Any], chunks: Iterable[int]) -> Iterator[Any]:
        for done in dask.as_completed(client.map(function, list(chunks), pure=False)):
            yield done.result()
            done.release()

    with client:
        yield over_machines
