"""Chunks in, what was read from them out, in the same order: here, on all cores, or on a cluster.

At most a few chunks for each worker are under way, so memory does not grow with the catalogue. A worker never
outlives the run that started it, also when that run is killed.
"""

from __future__ import annotations

import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError, Future
from contextlib import contextmanager
from itertools import chain, islice
from typing import Any

from magwise.adapters.catalogue.chunks import Chunk, Done, read_chunk
from magwise.errors import MagwiseError, MissingExtra, WrongUse

__all__ = ["through_all_cores", "through_cluster"]

AHEAD = 3  # chunks under way for each worker
_INLINE = 2  # chunks that are not worth a process
_SECONDS_TO_CONNECT = 20
_HERE = "127.0.0.1"  # a local cluster listens to nobody else


def through_all_cores(chunks: Iterator[Chunk], workers: int) -> Iterator[Done]:
    """A small file is read here, without starting processes."""
    first = list(islice(chunks, _INLINE))
    if workers < 2 or len(first) < _INLINE:
        yield from map(read_chunk, chain(first, chunks))
        return
    with _processes(workers) as submit:
        yield from _in_order(chain(first, chunks), submit, workers * AHEAD)


def through_cluster(chunks: Iterator[Chunk], address: str, workers: int) -> Iterator[Done]:
    """`local` starts workers on this machine; tcp://host:port uses the scheduler there."""
    try:
        from distributed import Client, KilledWorker
    except ImportError:
        raise MissingExtra(
            "A cluster needs Dask, which is not installed.",
            where="--cluster",
            remedy='Install it with: pip install "magwise[cluster]"',
        ) from None
    if address != "local" and "://" not in address:
        raise WrongUse(
            f"{address!r} is no cluster.",
            where="--cluster",
            remedy="Write local, or the address of a scheduler such as tcp://host:8786.",
        )
    with _client(Client, address, workers) as client:
        _check_workers(client, address)
        ahead = max(sum(client.nthreads().values()), 1) * AHEAD

        def submit(chunk: Chunk) -> Any:
            return client.submit(read_chunk, chunk, pure=False)

        try:
            yield from _in_order(chunks, submit, ahead)
        except (OSError, CancelledError, KilledWorker) as lost:
            raise MagwiseError(
                f"The cluster was lost: {type(lost).__name__}.",
                where=address,
                remedy="What was read is kept: repeat the command with --resume.",
            ) from None


def _in_order(chunks: Iterator[Chunk], submit: Callable[[Chunk], Any], ahead: int) -> Iterator[Done]:
    waiting: deque[Any] = deque()
    for chunk in chunks:
        waiting.append(submit(chunk))
        if len(waiting) >= ahead:
            yield waiting.popleft().result()
    while waiting:
        yield waiting.popleft().result()


# processes of this machine


@contextmanager
def _processes(workers: int) -> Iterator[Callable[[Chunk], Future[Done]]]:
    """Fresh processes, since a fork would copy the locks of our threads (progress, DuckDB)."""
    from concurrent.futures import ProcessPoolExecutor
    from concurrent.futures.process import BrokenProcessPool
    from multiprocessing import get_context

    pool = ProcessPoolExecutor(workers, mp_context=get_context("spawn"), initializer=_begin_worker)
    try:
        yield lambda chunk: pool.submit(read_chunk, chunk)
    except BrokenProcessPool:
        raise MagwiseError(
            "A worker process was ended from outside; perhaps memory ran out.",
            remedy="What was read is kept: repeat the command with --resume, or with fewer --workers.",
        ) from None
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _begin_worker() -> None:
    """Ctrl-C is for the run itself; and when the run is gone, so is its worker."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    from multiprocessing import parent_process

    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


# Dask


@contextmanager
def _client(client_type: Any, address: str, workers: int) -> Iterator[Any]:
    import logging

    logging.getLogger("distributed").setLevel(logging.CRITICAL)  # its logs would tear the progress bar
    if address != "local":
        try:
            client = client_type(address, timeout=_SECONDS_TO_CONNECT, set_as_default=False)
        except (OSError, TimeoutError, ValueError) as refused:
            raise MagwiseError(
                "There is no answer from the cluster.",
                where=address,
                remedy=f"Is the scheduler running there? ({str(refused)[:120]})",
            ) from None
        with client:
            yield client
        return
    import distributed

    local_cluster: Any = distributed.LocalCluster
    with (
        local_cluster(
            n_workers=workers,
            threads_per_worker=1,
            processes=True,
            silence_logs=50,
            host=_HERE,
            dashboard_address=f"{_HERE}:0",
            worker_dashboard_address=f"{_HERE}:0",
        ) as cluster,
        client_type(cluster, set_as_default=False) as client,
    ):
        yield client


def _check_workers(client: Any, address: str) -> None:
    """Rows do not depend on who read them: every worker has our version, and our knowledge."""
    try:
        client.wait_for_workers(1, timeout=_SECONDS_TO_CONNECT)
        theirs = client.run(_versions)
    except TimeoutError:
        raise MagwiseError("The cluster has no workers.", where=address, remedy="Start some.") from None
    except Exception as unable:  # whatever a worker says that lacks Magwise
        raise MagwiseError(
            f"The workers cannot run Magwise: {type(unable).__name__}.",
            where=address,
            remedy="Install the same version of Magwise on each.",
        ) from None
    if any(one != _versions() for one in theirs.values()):
        raise MagwiseError(
            "Some workers have another version of Magwise or of its knowledge.",
            where=address,
            remedy="Install the same version on each.",
        )


def _versions() -> tuple[str, str]:
    import magwise
    from magwise import knowledge

    return magwise.__version__, knowledge.version()
