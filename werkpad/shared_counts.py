"""The folder in which the processes that serve count together: private, empty at the start, gone at the end."""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from database.private import open_file

# Where whoever counts looks for it, once, when it is imported.
FOLDER = "PROMETHEUS_MULTIPROC_DIR"
_BEGINS = "werkpad-metrics-"
_LOCK = "lock"


@contextmanager
def place() -> Iterator[None]:
    """Make the folder for this process and those that it forks. It is theirs as long as one of them lives."""
    _sweep()
    folder = Path(tempfile.mkdtemp(prefix=_BEGINS))
    held = open_file(folder / _LOCK, os.O_RDWR)
    fcntl.flock(held, fcntl.LOCK_EX)
    os.environ[FOLDER] = str(folder)
    owner = os.getpid()
    try:
        yield
    finally:
        # Those that were forked leave by this door as well.
        if os.getpid() == owner:
            shutil.rmtree(folder, ignore_errors=True)


def _sweep() -> None:
    """Remove what servers left that were killed: nobody holds their locks any more."""
    for folder in Path(tempfile.gettempdir()).glob(f"{_BEGINS}*"):
        with suppress(OSError):
            held = os.open(folder / _LOCK, os.O_RDWR)
            try:
                fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(folder)
            finally:
                os.close(held)
