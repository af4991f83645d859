"""A `./dev up` to do harm to: everybody who descends from it, what it says, and who is left of it."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from collections.abc import Callable, Sequence
from pathlib import Path

from tests import processes
from werkpad import servers
from werkpad.lifeline import ending_with_this_process
from werkpad.serving import check_port

# A start takes ten seconds, and more where many tests run at once.
PATIENCE = 240.0


def until(condition: Callable[[], bool], what: str) -> None:
    processes.until(condition, what, PATIENCE)


UP = ("-m", "werkpad.supervisor")
# The same with less patience, since a test waits for it.
IMPATIENT = """
from werkpad.supervisor import __main__, child
child.STOPPED, child.SILENCE, child.ASKED_EVERY = 1.0, 10.0, 0.5
__main__.main()
"""


def kill(pid: int, number: signal.Signals = signal.SIGKILL) -> None:
    os.kill(pid, number)


def parent_of(pid: int) -> int:
    """0 for one that has ended, be it reaped or not."""
    try:
        state, parent = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[:2]
    except OSError:
        return 0
    return 0 if state == "Z" else int(parent)


def descendants(pid: int) -> set[int]:
    parents = {int(e.name): parent_of(int(e.name)) for e in Path("/proc").iterdir() if e.name.isdecimal()}
    found, new = set[int](), {pid}
    while new:
        new = {child for child, parent in parents.items() if parent in new and child not in found}
        found |= new
    return found


class Up:
    """One `./dev up` in a folder of its own, with all that it says."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = servers.free_port()
        self.seen: set[int] = set()
        self.said = ""

    def start(self, *more: str, wait: bool = True, how: Sequence[str] = UP) -> Up:
        self.said = ""
        self.process = subprocess.Popen(
            [sys.executable, *how, "--port", str(self.port), "--folder", str(self.folder), *more],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=ending_with_this_process(signal.SIGTERM),
        )
        self.reading = threading.Thread(target=self._read, args=(self.process,))
        self.reading.start()
        if wait:
            self.waits_for("Werkpad runs at")
            self.note()
        return self

    def _read(self, process: subprocess.Popen[bytes]) -> None:
        assert process.stdout is not None
        with process.stdout:
            for line in process.stdout:
                self.said += line.decode()

    def waits_for(self, text: str) -> None:
        until(lambda: text in self.said or self.process.poll() is not None, f"never said: {text}\n{self.said}")
        assert text in self.said, self.said

    def note(self) -> set[int]:
        """Remember everybody who descends from it now."""
        found = descendants(self.process.pid)
        self.seen |= found
        return found

    def child(self, *words: str) -> int:
        """The process directly below it with these words in its command line; waits for it."""
        found: list[int] = []

        def look() -> bool:
            found[:] = [p for p in self.note() if parent_of(p) == self.process.pid and self._command(p, words)]
            return bool(found)

        until(look, f"there is no {words}\n{self.said}")
        return found[0]

    @staticmethod
    def _command(pid: int, words: tuple[str, ...]) -> bool:
        with contextlib.suppress(OSError):
            # Without folders: the project's own may be called as what runs in it.
            parts = Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ").split()
            said = " ".join(Path(part).name for part in parts)
            return all(word in said for word in words)
        return False

    def web(self) -> int:
        return self.child("werkpad", "serve")

    def answers(self) -> bool:
        return self.get("/health/ready") == 200

    def get(self, path: str) -> int:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=20) as answer:
                return int(answer.status)
        except urllib.error.HTTPError as error:
            return error.code
        except OSError:
            return 0

    def database(self) -> str:
        """The address by which its processes reach the database, as one of them was told it."""
        pairs = Path(f"/proc/{self.web()}/environ").read_text().split("\0")
        return next(p for p in pairs if p.startswith("WERKPAD_DATABASE_URL=")).partition("=")[2]

    def ends(self, status: int) -> None:
        """It ends with this status, and so does everybody who ever descended from it."""
        assert self.process.wait(timeout=PATIENCE) == status, self.said
        self.reading.join()
        until(lambda: not self.left(), f"left behind: {self.left()}")
        # Raises where somebody still listens there.
        check_port("127.0.0.1", self.port)

    def left(self) -> set[int]:
        here = str(self.folder)
        found = {pid for pid in self.seen if parent_of(pid)}
        for entry in Path("/proc").iterdir():
            if entry.name.isdecimal() and int(entry.name) != os.getpid() and parent_of(int(entry.name)):
                with contextlib.suppress(OSError):
                    told = (entry / "environ").read_text(errors="replace") + (entry / "cmdline").read_text()
                    if here in told or str((entry / "cwd").readlink()).startswith(here):
                        found.add(int(entry.name))
        return found

    def close(self) -> None:
        if hasattr(self, "process"):
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.process.pid, signal.SIGKILL)
            self.process.wait()
            self.reading.join(timeout=10)
        for pid in self.left():
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
