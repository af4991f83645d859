"""Secrets of a database on one's own machine: made once, kept in a file beside it that only its owner reads."""

from __future__ import annotations

import base64
import fcntl
import os
from collections.abc import Callable
from pathlib import Path

from database import private

# What the key-encryption key is called among settings, and the one before it; how many bytes each has.
KEY, PREVIOUS_KEY, KEY_BYTES = "WERKPAD_KEY_ENCRYPTION_KEY", "WERKPAD_PREVIOUS_KEY_ENCRYPTION_KEY", 32


def new_key() -> str:
    """A new key-encryption key, as settings have it."""
    return base64.b64encode(os.urandom(KEY_BYTES)).decode()


class KeptSecrets:
    """Secrets of a database on one's own machine: made once, in a file beside it that only its owner reads."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "secrets.env"

    def secret(self, name: str, make: Callable[[], str]) -> str:
        found = self._read()
        if name not in found:
            private.make_folder(self.path.parent)
            with private.open_private(self.path) as file:
                file.write(f"{name}={make()}\n")
            found = self._read()
        return found[name]

    def find(self, name: str) -> str:
        """A secret that is there; empty where it is not."""
        return self._read().get(name, "")

    def _read(self) -> dict[str, str]:
        if not self.path.exists():
            return {}
        private.keep_private(self.path)
        lines = self.path.read_text(encoding="utf-8").splitlines()
        # The first line counts: two processes that made one at once agree on it.
        return dict(reversed([line.split("=", 1) for line in lines if "=" in line]))


def keep_next_key(path: Path) -> None:
    """Put a new key-encryption key into a file of kept secrets, and the one of before behind it; once.

    The file is replaced in one step, readable by its owner alone: a crash leaves the old one or the new one.
    """
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        # Two that made one each would leave keys that were wrapped by the one which was lost.
        fcntl.flock(folder, fcntl.LOCK_EX)
        kept = KeptSecrets(path.parent)
        if kept.find(PREVIOUS_KEY):
            return
        lines = [line for line in path.read_text(encoding="utf-8").splitlines() if not line.startswith(f"{KEY}=")]
        lines = [f"{KEY}={new_key()}", f"{PREVIOUS_KEY}={kept.find(KEY)}", *lines]
        private.write_private(path, ("\n".join(lines) + "\n").encode())
    finally:
        os.close(folder)
