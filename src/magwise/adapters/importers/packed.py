"""A file that may be packed (.gz, .zip) -> the bytes inside, never more than a bound.

A zip bomb is refused by what comes out, not by what its header promises. An archive inside an archive stays shut.
"""

from __future__ import annotations

import gzip
import io
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from magwise.errors import MagwiseError, NotFound, TooMuchText

__all__ = ["DAMAGED", "Member", "kind_of", "members_of", "open_bytes"]

ALWAYS_ALLOWED = 100_000_000  # bytes that may come out whatever went in
MOST_TIMES = 100  # beyond that, at most so many times the packed size: catalogues pack 5 to 30 times
MOST_MEMBERS = 1_000_000
DAMAGED = (EOFError, zlib.error, zipfile.BadZipFile, OSError, RuntimeError, NotImplementedError)


class _Bounded(io.RawIOBase):
    """Reads on until more has come out than the bound."""

    def __init__(self, inside: BinaryIO, packed: int, name: str) -> None:
        self.inside, self.name = inside, name
        self.left = max(ALWAYS_ALLOWED, packed * MOST_TIMES)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object) -> int:
        view = memoryview(buffer)  # type: ignore[arg-type]
        block = self.inside.read(len(view))
        self.left -= len(block)
        if self.left < 0:
            raise _bomb(self.name)
        view[: len(block)] = block
        return len(block)

    def close(self) -> None:
        self.inside.close()
        super().close()


class Member:
    """One file of an archive."""

    def __init__(self, archive: zipfile.ZipFile, info: zipfile.ZipInfo, packed: int, place: str) -> None:
        self.name = info.filename
        self.size = info.file_size
        self.kind = kind_of(Path(info.filename))
        self._archive, self._info, self._packed, self._place = archive, info, packed, place

    def open(self) -> BinaryIO:
        inside = self._archive.open(self._info)
        return io.BufferedReader(_Bounded(inside, self._packed, self._place))  # type: ignore[arg-type]


def kind_of(path: Path) -> str:
    """'.csv' for labels.csv and labels.csv.gz."""
    suffixes = [suffix.lower() for suffix in path.suffixes]
    if suffixes and suffixes[-1] == ".gz":
        suffixes.pop()
    return suffixes[-1] if suffixes else ""


def open_bytes(path: Path) -> tuple[BinaryIO, int]:
    """The bytes inside, and about how many there will be."""
    size = path.stat().st_size
    if path.suffix.lower() != ".gz":
        return path.open("rb"), size
    inside = gzip.open(path)  # noqa: SIM115 - closed by the one who reads
    return io.BufferedReader(_Bounded(inside, size, str(path))), max(size, _promised(path, size))  # type: ignore[arg-type]


def members_of(path: Path) -> Iterator[Member]:
    """The files of a .zip by name, without folders and the litter of file managers."""
    size = path.stat().st_size
    try:
        archive = zipfile.ZipFile(path)
    except (zipfile.BadZipFile, OSError) as broken:
        raise NotFound(f"The archive cannot be opened: {broken}.", where=str(path)) from None
    infos = [one for one in archive.infolist() if not one.is_dir() and not _litter(one.filename)]
    promised = sum(one.file_size for one in infos)
    if len(infos) > MOST_MEMBERS or promised > max(ALWAYS_ALLOWED, size * MOST_TIMES):
        raise _bomb(str(path))
    for info in sorted(infos, key=lambda one: one.filename):
        yield Member(archive, info, max(info.compress_size, 1), f"{path}: {info.filename}")


def _litter(name: str) -> bool:
    return any(part.startswith((".", "__MACOSX")) for part in Path(name).parts)


def _promised(path: Path, size: int) -> int:
    """What gzip writes at its end; only for the progress bar."""
    with path.open("rb") as file:
        file.seek(max(size - 4, 0))
        return int.from_bytes(file.read(4), "little")


def _bomb(name: str) -> MagwiseError:
    return TooMuchText(
        f"More comes out of this archive than {MOST_TIMES} times its size and {ALWAYS_ALLOWED // 1_000_000} MB: "
        "it was not unpacked further.",
        where=name,
        remedy="If you trust it, unpack it yourself and give the file inside.",
    )
