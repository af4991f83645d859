"""Trying tests in a fork, which ends with whatever it started."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import traceback
from collections.abc import Callable, Generator
from pathlib import Path

import pytest

PR_SET_CHILD_SUBREAPER = 36
# A test of a mutant that never ends is ended after so many times its usual time, and some seconds.
PATIENCE, AT_LEAST = 5, 15
FAILED = 70
NOT_RUN = "it can't be imported"


class Limit:
    """Ends the process when one test takes far longer than it did."""

    def __init__(self, seconds: dict[str, float]) -> None:
        self._seconds = seconds

    @pytest.hookimpl(hookwrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Generator[None, object, None]:
        signal.alarm(int(AT_LEAST + PATIENCE * self._seconds.get(item.nodeid, 1)))
        yield
        signal.alarm(0)


class Teller:
    """Writes each test that fails into a pipe."""

    def __init__(self, pipe: int) -> None:
        self._pipe = pipe

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed:
            os.write(self._pipe, f"{report.nodeid}\n".encode())


def adopt_what_is_left() -> None:
    """Children of a fork that ended become ours."""
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1)


def tried(work: Callable[[Teller], int]) -> tuple[str, str]:
    """`survived` where what is done in a fork ends with 0; else `killed`, and the test that failed first."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        _be_the_child(work, writing)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        told = pipe.read().decode().partition("\n")[0]
    _, status = os.waitpid(child, 0)
    _end_what_it_left()
    if os.WIFEXITED(status) and os.WEXITSTATUS(status) == 0:
        return "survived", ""
    return "killed", told or ("too slow" if os.WIFSIGNALED(status) else NOT_RUN)


def _be_the_child(work: Callable[[Teller], int], writing: int) -> None:
    code = FAILED
    try:
        os.setsid()
        out = os.open(os.environ.get("WERKPAD_MUTATION_OUTPUT", os.devnull), os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        os.dup2(out, 1)
        os.dup2(out, 2)
        code = work(Teller(writing))
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(code)


def _end_what_it_left() -> None:
    """Workers and servers of a test that was cut off are ours now; end them."""
    me = os.getpid()
    while True:
        left = [int(p.name) for p in Path("/proc").iterdir() if p.name.isdigit() and _parent(p) == me]
        if not left:
            return
        for pid in left:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
            with contextlib.suppress(ChildProcessError):
                os.waitpid(pid, 0)


def _parent(process: Path) -> int:
    try:
        return int((process / "stat").read_text().rpartition(")")[2].split()[1])
    except (FileNotFoundError, ProcessLookupError):
        return 0
