"""Files and folders that only their owner reads."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TextIO


def private_folder(path: Path) -> None:
    """Make a folder, and those above it that are missing; one that is there stays as it is."""
    for missing in reversed([p for p in (path, *path.parents) if not p.exists()]):
        missing.mkdir(mode=0o700, exist_ok=True)


def private_file(path: Path) -> None:
    """Make an empty file, in place of one that is there."""
    path.unlink(missing_ok=True)
    path.touch(mode=0o600)


def open_private(path: Path) -> TextIO:
    """Open a file to append to, made where it is missing."""
    return os.fdopen(os.open(path, os.O_APPEND | os.O_CREAT | os.O_WRONLY, 0o600), "a", encoding="utf-8")


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
