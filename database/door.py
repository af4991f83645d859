"""The door to writing: open, shut for maintenance, or shut by a restore that is going on or was interrupted.

Its state lies where no restore reaches: on PostgreSQL in a schema of its own, on SQLite in a file beside the database.
Who writes takes a shared lock first, then looks at the state, and keeps the lock until the commit. Who shuts the door
changes the state first and then waits until nobody holds the lock: from there on nothing is written.
"""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from threading import local
from uuid import uuid4

import msgspec
from eventsourcing.persistence import IntegrityError, PersistenceError

from database.private import open_file, open_private, write_private

OPEN, MAINTENANCE, RESTORING = "open", "maintenance", "restoring"
PATIENCE = 60.0  # seconds that writers get to end
# libpq's own variable for the name of a connection; on SQLite it names a process in the same way.
NAME = "PGAPPNAME"


class State(msgspec.Struct, frozen=True, omit_defaults=True):
    """Who may write, and which log it is.

    `incarnation` changes whenever the log is replaced. Of a restore: `stage` says how far it is, `touched` whether what
    it replaces is still whole, `command` what finishes it, `afterwards` whether the door is to be open then.
    """

    kind: str = OPEN
    incarnation: str = ""
    since: datetime | None = None
    stage: str = ""
    touched: bool = False
    command: str = ""
    afterwards: str = OPEN

    @property
    def sentence(self) -> str:
        since = f" since {self.since:%Y-%m-%d %H:%M} UTC" if self.since else ""
        if self.kind == RESTORING:
            return (
                f"A restore has been going on{since} or was interrupted, and is not finished (stage: {self.stage})."
                f" If it runs no more, run it again, and it finishes: {self.command}"
            )
        if self.kind == MAINTENANCE:
            return f"Werkpad is in maintenance{since}: nothing can be written. `werkpad maintenance off` ends it."
        return "Werkpad is open."


class ClosedError(PersistenceError):
    """Nothing can be written now; nothing was stored, and the same can be sent again later."""

    def __init__(self, state: State) -> None:
        super().__init__(state.sentence)
        self.state = state


class ReplacedError(IntegrityError):
    """The log was replaced by a restore since its streams were read: look at them again."""


class Door:
    """A door that is always open, and the rules of all others."""

    def __init__(self) -> None:
        # the incarnation that this process saw last
        self.seen: str | None = None
        self._mine = local()

    def read(self) -> State:
        return State()

    def look(self) -> State:
        """How things stand now."""
        state = self.read()
        self.seen = state.incarnation
        return state

    def glance(self) -> State:
        """How things stood a moment ago: for whoever only reads, and asks all the time."""
        return self.look()

    def change(self, state: State) -> None:
        """Put another state in place, in one step."""
        raise NotImplementedError

    def create(self) -> None:
        """Make what the state is kept in, where it is missing."""

    @contextmanager
    def setting_up(self) -> Iterator[None]:
        """While this lasts, this thread may write during maintenance too: set-up, and finishing what was begun."""
        before = getattr(self._mine, "setting_up", False)
        self._mine.setting_up = True
        try:
            yield
        finally:
            self._mine.setting_up = before

    def judge_start(self) -> None:
        """Raises ClosedError where no process may start: within a restore, and not during maintenance."""
        with self.setting_up():
            self.judge(self.look())

    def judge(self, state: State, seen: str | None = None) -> None:
        """Raises ClosedError, or ReplacedError when the log is not the one that was `seen`."""
        if state.kind == RESTORING or (state.kind != OPEN and not getattr(self._mine, "setting_up", False)):
            raise ClosedError(state)
        if seen is not None and state.incarnation != seen:
            self.seen = state.incarnation
            raise ReplacedError("The log was replaced by a restore.")

    @contextmanager
    def held(self, seen: str | None = None) -> Iterator[None]:
        """Keep the door from being shut while this lasts, where that is not a matter of the transaction."""
        yield

    def writers(self) -> list[str]:
        """Who is writing at this moment, by name; those who begin after the door was shut don't count."""
        return []

    def others(self) -> list[str]:
        """Which others have the database open, by name: processes on SQLite, on PostgreSQL sessions of another name."""
        return []

    def drain(self, patience: float = PATIENCE) -> list[str]:
        """Wait until all who were writing when the door was shut have ended; who has not, in the end."""
        return _gone(self.writers, patience)

    def alone(self, patience: float = 2.0) -> list[str]:
        """Wait a moment until nobody else has the database open; who has, in the end."""
        return _gone(self.others, patience)

    def close(self) -> None:
        """This process has the database open no more."""


def _gone(who: Callable[[], list[str]], patience: float) -> list[str]:
    until = time.monotonic() + patience
    while (left := who()) and time.monotonic() < until:
        time.sleep(0.05)
    return left


class FileDoor(Door):
    """The door of an SQLite database: files beside it, and locks that end with their process."""

    def __init__(self, database: Path) -> None:
        super().__init__()
        self._path = database.with_name(f"{database.name}.door")
        self._lock = database.with_name(f"{database.name}.writing.lock")
        self._here = f"{database.name}.here."
        name = os.environ.get(NAME, "werkpad")
        self._own = database.with_name(f"{self._here}{os.getpid()}-{uuid4().hex[:8]}")
        # Locked before it has its name, so that nobody sweeps it away as one of a process that is gone.
        fresh = self._own.with_name(f"{self._own.name}.new")
        self._presence = open_file(fresh, os.O_RDWR)
        fcntl.flock(self._presence, fcntl.LOCK_EX)
        os.write(self._presence, name.encode())
        fresh.rename(self._own)
        self.others()  # sweeps away what processes left that were killed

    def read(self) -> State:
        try:
            return msgspec.json.decode(self._path.read_bytes(), type=State)
        except FileNotFoundError:
            return State()
        except msgspec.MsgspecError:
            return State(kind=RESTORING, stage="unknown", touched=True, command="werkpad restore FOLDER")

    def change(self, state: State) -> None:
        write_private(self._path, msgspec.json.encode(state))

    @contextmanager
    def held(self, seen: str | None = None) -> Iterator[None]:
        if getattr(self._mine, "holds", False):
            yield
            return
        with open_private(self._lock) as file:
            fcntl.flock(file, fcntl.LOCK_SH)
            self.judge(self.read(), seen)
            self._mine.holds = True
            try:
                yield
            finally:
                self._mine.holds = False

    def writers(self) -> list[str]:
        with open_private(self._lock) as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return ["a process that writes"]
        return []

    def others(self) -> list[str]:
        found = []
        for path in self._own.parent.glob(f"{self._here}*"):
            if path == self._own or path.name.endswith(".new"):
                continue
            try:
                with path.open() as file:
                    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    path.unlink()
            except BlockingIOError:
                found.append(path.read_text())
            except FileNotFoundError:
                continue
        return sorted(found)

    def close(self) -> None:
        if self._presence >= 0:
            self._own.unlink(missing_ok=True)
            os.close(self._presence)
            self._presence = -1
