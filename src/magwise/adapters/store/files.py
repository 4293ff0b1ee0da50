"""A file is written in one piece or not at all: beside it, to the disk, then into its place."""

from __future__ import annotations

import contextlib
import os
import stat
import tempfile
from pathlib import Path

from magwise.errors import MagwiseError

__all__ = ["sync_folder", "write_whole"]


def write_whole(path: Path, content: bytes, *, private: bool = False) -> None:
    """Whoever opens the file sees the old content or the new one. `private`: for this user's eyes only."""
    target = path.resolve()
    if target.exists() and not target.is_file():
        raise MagwiseError("This is no ordinary file.", where=str(path), remedy="Name a file to write to.")
    try:
        descriptor, beside = tempfile.mkstemp(prefix=f".{target.name[:40]}.", dir=target.parent)
    except OSError as refused:
        raise _refused(path, refused) from None
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(beside).chmod(_mode(target, private))
        Path(beside).replace(target)
        sync_folder(target.parent)
    except OSError as refused:
        raise _refused(path, refused) from None
    finally:
        with contextlib.suppress(FileNotFoundError):
            Path(beside).unlink()


def sync_folder(folder: Path) -> None:
    """What was created or renamed in this folder is on the disk, where the system can say so."""
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _mode(target: Path, private: bool) -> int:
    if private:
        return 0o600
    if target.exists():
        return stat.S_IMODE(target.stat().st_mode)
    umask = os.umask(0)
    os.umask(umask)
    return 0o666 & ~umask


def _refused(path: Path, refused: OSError) -> MagwiseError:
    return MagwiseError(
        f"The file cannot be written: {refused.strerror}.",
        where=str(path),
        remedy="Name a file in a folder that is there and that you may write to.",
    )
