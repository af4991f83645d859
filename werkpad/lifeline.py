"""Processes that end with their parent, and what is left of those whose parent was killed. Linux; nothing elsewhere."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PR_SET_PDEATHSIG, PR_SET_CHILD_SUBREAPER = 1, 36
LINUX = sys.platform == "linux"

# Looked up beforehand: between fork and exec as little as possible may happen.
_prctl = ctypes.CDLL(None).prctl if LINUX else None


def end_with(parent: int, number: signal.Signals) -> None:
    """Called in a child: the kernel sends it `number` when its parent ends, even by SIGKILL.

    It is the *thread* that started the child whose end counts, so start children in the main thread. A change of user
    clears it, so call this after that.
    """
    if _prctl is not None:
        _prctl(PR_SET_PDEATHSIG, int(number), 0, 0, 0)
        if os.getppid() != parent:
            # It ended before we could ask to be told.
            os.kill(os.getpid(), signal.SIGKILL)


def ending_with_this_process(number: signal.Signals) -> Callable[[], None]:
    """For `preexec_fn`: the child gets `number` when this process ends."""
    parent = os.getpid()
    return lambda: end_with(parent, number)


def adopt_orphans() -> None:
    """From now on whoever descends from this process and loses its parent becomes its child, to be ended by it."""
    if _prctl is not None:
        _prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class Process:
    """A process as /proc shows it; what we may not read is empty, and so is all of one that has ended."""

    pid: int
    name: str
    command: tuple[str, ...]
    folder: Path | None
    environment: dict[str, str]


def processes() -> Iterator[Process]:
    """Every process of this machine, or of this container."""
    for pid in _numbers():
        entry = Path("/proc") / str(pid)
        folder = None
        with contextlib.suppress(OSError):
            folder = (entry / "cwd").readlink()
        pairs = [pair.partition("=") for pair in _strings(entry / "environ")]
        if (name := _stat(pid)[0]) is not None:
            yield Process(pid, name, tuple(_strings(entry / "cmdline")), folder, {k: v for k, _, v in pairs})


def is_stopped(pid: int) -> bool:
    """Whether it was stopped, by SIGSTOP or from a terminal."""
    return _stat(pid)[1] == "T"


def _numbers() -> list[int]:
    return [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdecimal()] if LINUX else []


def _stat(pid: int) -> tuple[str | None, str, int]:
    """Name, state and parent of a process; no name when there is none."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(errors="replace")
    except OSError:
        return None, "", 0
    name, _, rest = stat.partition("(")[2].rpartition(")")
    state, parent = rest.split()[:2]
    return name, state, int(parent)


def _strings(file: Path) -> list[str]:
    try:
        return file.read_text(errors="replace").rstrip("\0").split("\0")
    except OSError:
        return []


def has_ended(child: subprocess.Popen[Any]) -> bool:
    """Whether our child ended; on Linux it is not reaped, so that its number still stands for it and its group."""
    if not LINUX:
        return child.poll() is not None
    try:
        return os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None
    except ChildProcessError:
        return True


def end_group(leader: int, number: signal.Signals = signal.SIGKILL) -> bool:
    """Send a signal to a group of processes; whether there was any."""
    try:
        os.killpg(leader, number)
    except ProcessLookupError:
        return False
    except PermissionError:
        # macOS says so of a group of which only the dead are left.
        return False
    return True


def end_orphans(known: set[int]) -> int:
    """Kill and reap the children of this process that are not `known`: orphans that it adopted. How many there were."""
    mine = os.getpid()
    orphans = [pid for pid in _numbers() if pid not in known and _stat(pid)[2] == mine]
    for pid in orphans:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
        with contextlib.suppress(ChildProcessError):
            os.waitpid(pid, 0)
    return len(orphans)
