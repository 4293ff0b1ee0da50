"""The same rows whatever the split: one core, several, a local cluster, a scheduler elsewhere."""

from __future__ import annotations

import json
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from adapters.session import magwise
from magwise.adapters.catalogue import Job, chunks, rejects_of, screened
from magwise.adapters.catalogue import work as work_module
from magwise.errors import MagwiseError, MissingExtra, WrongUse

LABEL = "Serving size {} capsules\nMagnesium (as magnesium {}) {} mg"


def catalogue(path: Path, count: int = 601) -> Path:
    forms = ("oxide", "citrate", "malate")
    with path.open("w", encoding="utf-8") as file:
        for i in range(count):
            text = LABEL.format(i % 3 + 1, forms[i % 3], i % 500 + 1) if i % 50 else ""
            file.write(json.dumps({"id": f"L{i}", "raw_text": text}) + "\n")
    return path


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return catalogue(tmp_path_factory.mktemp("cluster") / "in.jsonl")


@pytest.fixture(scope="module")
def by_one_core(source: Path) -> tuple[bytes, bytes]:
    return answers(Job(source, source.with_name("one.jsonl"), workers=1))


def answers(job: Job) -> tuple[bytes, bytes]:
    screened(job)
    return job.out.read_bytes(), rejects_of(job.out).read_bytes()


@pytest.mark.parametrize("rows", [1, 5000])
def test_the_size_of_the_chunks_changes_no_row(
    source: Path, by_one_core: tuple[bytes, bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rows: int
) -> None:
    monkeypatch.setattr(chunks, "ROWS", rows)

    assert answers(Job(source, tmp_path / "out.jsonl", workers=1)) == by_one_core


def test_several_processes_change_no_row(
    source: Path, by_one_core: tuple[bytes, bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chunks, "ROWS", 50)
    assert answers(Job(source, tmp_path / "out.jsonl", workers=2)) == by_one_core


def test_no_more_chunks_are_under_way_than_a_few_for_each_worker_so_memory_stays_flat() -> None:
    class Work:
        def result(self) -> chunks.Done:
            return chunks.Done(())

    begun: list[object] = []

    def submit(chunk: chunks.Chunk) -> Work:
        begun.append(chunk)
        return Work()

    given = iter([[] for _ in range(1000)])
    for finished, _ in enumerate(work_module._in_order(given, submit, 6), start=1):
        assert len(begun) - finished <= 6
    assert (finished, len(begun)) == (1000, 1000)


@pytest.fixture(scope="module")
def scheduler() -> Iterator[str]:
    """A scheduler and two workers that are reached over TCP, as on other machines."""
    distributed = pytest.importorskip("distributed", reason="needs the extra `cluster`")
    here = "127.0.0.1:0"
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=False, protocol="tcp", dashboard_address=here,
        worker_dashboard_address=here, silence_logs=50,
    ) as cluster:  # fmt: skip
        yield cluster.scheduler_address


def test_a_scheduler_elsewhere_changes_no_row(
    source: Path,
    by_one_core: tuple[bytes, bytes],
    tmp_path: Path,
    scheduler: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(chunks, "ROWS", 50)

    assert scheduler.startswith("tcp://")
    assert answers(Job(source, tmp_path / "out.jsonl", cluster=scheduler)) == by_one_core


def test_a_local_cluster_by_the_command_changes_no_row(
    source: Path, by_one_core: tuple[bytes, bytes], tmp_path: Path
) -> None:
    pytest.importorskip("distributed", reason="needs the extra `cluster`")
    said = magwise(
        "screen", str(source), "--out", "out.jsonl", "--cluster", "local", "--workers", "2", cwd=tmp_path
    )

    assert said.returncode == 0, said.stderr
    assert said.stderr.startswith("588 rows read"), said.stderr
    assert (tmp_path / "out.jsonl").read_bytes() == by_one_core[0]


def test_without_dask_it_says_what_to_install(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)

    with pytest.raises(MissingExtra, match=r"magwise\[cluster\]"):
        screened(Job(source, tmp_path / "out.jsonl", cluster="local"))


def test_workers_of_another_version_are_refused(
    source: Path, tmp_path: Path, scheduler: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def versions() -> tuple[str, str]:
        return "1", threading.current_thread().name  # the workers answer from another thread

    monkeypatch.setattr(work_module, "_versions", versions)

    with pytest.raises(MagwiseError, match="another version"):
        screened(Job(source, tmp_path / "out.jsonl", cluster=scheduler))


def test_an_address_that_is_none_is_refused(source: Path, tmp_path: Path) -> None:
    pytest.importorskip("distributed", reason="needs the extra `cluster`")
    with pytest.raises(WrongUse, match="no cluster"):
        screened(Job(source, tmp_path / "out.jsonl", cluster="office"))


def test_a_cluster_that_does_not_answer_is_named(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("distributed", reason="needs the extra `cluster`")
    monkeypatch.setattr(work_module, "_SECONDS_TO_CONNECT", 1)

    with pytest.raises(MagwiseError, match="no answer"):
        screened(Job(source, tmp_path / "out.jsonl", cluster="tcp://127.0.0.1:9"))
    assert not (tmp_path / "out.jsonl").exists()
