"""Files and folders that only their owner may read, whatever the umask."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO, TextIO

import structlog

log = structlog.get_logger()

FOLDER, FILE = 0o700, 0o600
OTHERS = 0o077


def make_folder(folder: Path) -> None:
    """Make a folder, with those above it, where they are missing. One that is there stays as it is."""
    missing = [folder, *folder.parents]
    for path in reversed([path for path in missing if not path.exists()]):
        path.mkdir(mode=FOLDER, exist_ok=True)
        path.chmod(FOLDER)


def open_file(path: Path, flags: int) -> int:
    """A descriptor of a file that is made for its owner alone where it is missing."""
    return os.open(path, flags | os.O_CREAT, FILE)


def keep_private(path: Path, *, make: bool = True) -> None:
    """Make a file where it is missing, and take from others what they may do with it. What SQLite puts beside a file
    gets its mode. Where it can't be made, whoever needs it says so."""
    if make:
        with suppress(OSError):
            os.close(open_file(path, os.O_WRONLY))
    for each in (path, path.with_name(path.name + "-wal"), path.with_name(path.name + "-shm")):
        try:
            mode = each.stat().st_mode & 0o777
            if mode & OTHERS and each.is_file():
                each.chmod(mode & ~OTHERS)
        except FileNotFoundError:
            continue
        except OSError as error:
            log.warning("file_open_to_others", path=str(each), reason=error.strerror)


def private_file(path: Path) -> None:
    """Make an empty file, in place of one that is there."""
    path.unlink(missing_ok=True)
    path.touch(mode=FILE)


def open_private(path: Path) -> TextIO:
    """Open a file to append to, made where it is missing."""
    return os.fdopen(open_file(path, os.O_APPEND | os.O_WRONLY), "a", encoding="utf-8")


def open_log(path: Path) -> BinaryIO:
    """Open a file for what another program says, made where it is missing."""
    return os.fdopen(open_file(path, os.O_APPEND | os.O_WRONLY), "ab")


def write_new(path: Path, data: bytes) -> None:
    """Write a file that is not there yet. Raises FileExistsError where it is."""
    with os.fdopen(open_file(path, os.O_WRONLY | os.O_EXCL), "wb") as file:
        file.write(data)


def write_private(path: Path, data: bytes) -> None:
    """Write a file in one step: whoever reads it sees what it held before or all of this, after a power cut too."""
    beside = path.with_name(f"{path.name}.new")
    private_file(beside)
    with beside.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    beside.rename(path)
    sync(path.parent)


def sync(path: Path) -> None:
    """Let a file, or the names in a folder, survive a power cut."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
