"""The folder of `./dev up`: one supervisor in it at a time, its secrets, and what an earlier one left running."""

from __future__ import annotations

import base64
import binascii
import contextlib
import fcntl
import os
import secrets
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
from psycopg.sql import SQL, Identifier

from database.private import make_folder, open_file, write_private
from werkpad import lifeline
from werkpad.supervisor.child import say

# In the environment of all that it starts: the folder that they belong to.
MARK = "WERKPAD_UP_FOLDER"
KEY, SECRET = "WERKPAD_KEY_ENCRYPTION_KEY", "WERKPAD_SECRET_KEY"
STOPPING = "stopping"
# Seconds to wait for another supervisor that stops, and for what is left of one, before it is killed.
PATIENCE, GRACE = 60.0, 15.0


class TroubleError(Exception):
    """It can't start, or can't go on; a sentence says why and what to do."""


class Premises:
    """A folder with a database in it."""

    def __init__(self, folder: Path) -> None:
        """Raises TroubleError when the folder can't be used."""
        try:
            if os.geteuid() == 0:
                # PostgreSQL runs as nobody then, who must get there; what is in it is private by itself.
                folder.mkdir(parents=True, exist_ok=True)
            else:
                make_folder(folder)
        except OSError as error:
            raise TroubleError(f"{folder} can't be used ({error.strerror}). Choose another --folder.") from None
        self.folder = folder.resolve()
        self.postgres = self.folder / "postgres"
        self.valkey = self.folder / "valkey"
        self.room = self.folder / "run"
        self._lock = self.folder / "up.lock"
        # As root, PostgreSQL runs as nobody, who must get there.
        if os.geteuid() == 0 and not all(p.stat().st_mode & 0o001 for p in (self.folder, *self.folder.parents)):
            raise TroubleError(
                f"As root, PostgreSQL runs as nobody, who can't enter {self.folder}. Choose a --folder that others can"
                " enter."
            )

    @contextlib.contextmanager
    def alone(self) -> Iterator[None]:
        """While this lasts no other supervisor works here; the lock ends with this process, however that ends.

        Raises:
            TroubleError: another one runs here.
        """
        try:
            number = open_file(self._lock, os.O_RDWR | os.O_CLOEXEC)
        except OSError as error:
            raise TroubleError(f"{self._lock} can't be used ({error.strerror}). Choose another --folder.") from None
        with os.fdopen(number, "r+") as held:
            end, told = time.monotonic() + PATIENCE, False
            while True:
                try:
                    fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    break
                except OSError:
                    held.seek(0)
                    other = held.read().split()
                    if STOPPING not in other or time.monotonic() > end:
                        raise TroubleError(
                            f"Another ./dev up (process {other[0] if other else 'unknown'}) runs in {self.folder}. Stop"
                            " it first, or choose another folder with --folder."
                        ) from None
                    if not told:
                        say(f"Another ./dev up in {self.folder} is stopping; waiting for it.")
                        told = True
                    time.sleep(0.2)
            self._write(str(os.getpid()))
            yield

    def note_stopping(self) -> None:
        """Tell whoever starts here now that it is worth waiting."""
        with contextlib.suppress(OSError):
            self._write(f"{os.getpid()} {STOPPING}")

    def _write(self, text: str) -> None:
        with os.fdopen(open_file(self._lock, os.O_WRONLY | os.O_TRUNC), "w") as file:
            file.write(f"{text}\n")

    def end_leftovers(self) -> None:
        """End what an earlier supervisor left behind here when it was killed.

        Raises:
            TroubleError: something can't be ended.
        """
        left = list(self._leftovers())
        if not left:
            return
        say(f"An earlier run left {len(left)} processes behind: {_named(left)}. Ending them.")
        end = time.monotonic() + GRACE
        for process in left:
            # To PostgreSQL a fast shutdown, which does not wait for its clients.
            _signal(process.pid, signal.SIGINT if process.name == "postgres" else signal.SIGTERM)
            _signal(process.pid, signal.SIGCONT)
        while left and time.monotonic() < end:
            time.sleep(0.1)
            left = list(self._leftovers())
        for process in left:
            _signal(process.pid, signal.SIGKILL)
        end = time.monotonic() + GRACE
        while left and time.monotonic() < end:
            time.sleep(0.1)
            left = list(self._leftovers())
        if left:
            raise TroubleError(f"These processes of an earlier run can't be ended: {_named(left)}. End them by hand.")

    def _leftovers(self) -> Iterator[lifeline.Process]:
        """Whoever carries our mark, or is a server that works in our folders. A name alone tells nothing."""
        ours = os.getpid()
        for process in lifeline.processes():
            if process.pid == ours:
                continue
            if (
                process.environment.get(MARK) == str(self.folder)
                or (process.name == "postgres" and self._is_our_postgres(process))
                or (process.name == "valkey-server" and process.folder == self.valkey)
            ):
                yield process

    def _is_our_postgres(self, process: lifeline.Process) -> bool:
        # Where root lacks the right to look at processes of others, the command line tells it all the same.
        after = dict(zip(process.command, process.command[1:], strict=False))
        ours = (self.postgres, self.postgres.with_name(f"{self.postgres.name}.making"))
        return process.folder in ours or after.get("-D") in [str(path) for path in ours]

    def secrets(self, url: str) -> dict[str, str]:
        """The secrets of the database at `url`, made once.

        Raises:
            TroubleError: the key is missing while the database has what was sealed with it.
        """
        file = self.folder / "secrets.env"
        text = file.read_text(errors="replace") if file.exists() else ""
        kept = dict(line.split("=", 1) for line in text.splitlines() if "=" in line)
        if _is_key(kept.get(KEY, "")) and len(kept.get(SECRET, "")) >= 32:
            return kept
        if not _is_key(kept.get(KEY, "")):
            if _has_keys(url):
                raise TroubleError(
                    f"{file} lacks {KEY}, and the database has keys that were wrapped with it. Put the file back from"
                    " a copy, or choose another --folder to begin anew."
                )
            kept[KEY] = base64.b64encode(os.urandom(32)).decode()
        if text:
            say(f"{file} was not complete; what was missing is made anew. Whoever was logged in has to log in again.")
        kept[SECRET] = secrets.token_urlsafe(48)
        write_private(file, "".join(f"{name}={value}\n" for name, value in kept.items()).encode())
        return kept


def _named(processes: list[lifeline.Process]) -> str:
    return ", ".join(f"{p.command[3] if p.command[1:3] == ('-m', 'werkpad') else p.name} ({p.pid})" for p in processes)


def _is_key(text: str) -> bool:
    try:
        return len(base64.b64decode(text, validate=True)) == 32
    except (binascii.Error, ValueError):
        return False


def _has_keys(url: str) -> bool:
    """Whether anything stands in the vault."""
    with psycopg.connect(url) as connection:
        tables = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'vault'").fetchall()
        return any(
            connection.execute(SQL("SELECT 1 FROM {} LIMIT 1").format(Identifier("vault", name))).fetchone()
            for (name,) in tables
        )


def _signal(pid: int, number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, number)
