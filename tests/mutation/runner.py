"""Runs tests on mutants in a copy: everything foreign is imported once, and each mutant is a fork of that."""

from __future__ import annotations

import contextlib
import ctypes
import importlib
import json
import os
import signal
import sys
import time
import traceback
from collections.abc import Generator, Sequence
from pathlib import Path
from typing import Any

import pytest

PR_SET_CHILD_SUBREAPER = 36
# A test of a mutant that never ends is ended after so many times its usual time, and some seconds.
PATIENCE, AT_LEAST = 5, 15
FOREIGN = (
    "alembic.command",
    "alembic.autogenerate",
    "anyascii",
    "apiflask",
    "argon2",
    "celery",
    "celery.app.base",
    "celery.beat",
    "celery.worker",
    "click",
    "cologne_phonetics",
    "cryptography.hazmat.primitives.ciphers.aead",
    "email_validator",
    "eventsourcing.application",
    "eventsourcing.postgres",
    "eventsourcing.sqlite",
    "faker",
    "flask_babel",
    "flask_wtf",
    "holidays",
    "hypothesis",
    "hypothesis.strategies",
    "kombu",
    "msgspec",
    "playwright.sync_api",
    "prometheus_client.multiprocess",
    "psycopg",
    "psycopg_pool",
    "python_calamine",
    "rapidfuzz",
    "redis",
    "segno",
    "sqlalchemy.dialects.postgresql",
    "sqlalchemy.dialects.sqlite",
    "structlog",
    "werkzeug.serving",
    "xlsxwriter",
    "yaml",
)


class Limit:
    """Ends the process when one test takes far longer than it did."""

    def __init__(self, seconds: dict[str, float]) -> None:
        self._seconds = seconds

    @pytest.hookimpl(hookwrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Generator[None, object, None]:
        signal.alarm(int(AT_LEAST + PATIENCE * self._seconds.get(item.nodeid, 1)))
        yield
        signal.alarm(0)


def run(tests: Sequence[tuple[str, float]]) -> tuple[str, str]:
    """Run tests in a fork until one fails: `survived`, or `killed` and by which test."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        _be_the_child(dict(tests), writing)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        told = pipe.read().decode().partition("\n")[0]
    _, status = os.waitpid(child, 0)
    _end_what_it_left()
    if os.WIFEXITED(status) and os.WEXITSTATUS(status) == 0:
        return "survived", ""
    return "killed", told or ("too slow" if os.WIFSIGNALED(status) else "it can't be imported")


def _be_the_child(tests: dict[str, float], writing: int) -> None:
    class Teller:
        def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
            if report.failed:
                os.write(writing, f"{report.nodeid}\n".encode())

    code = 70
    try:
        os.setsid()
        out = os.open(os.environ.get("WERKPAD_MUTATION_OUTPUT", os.devnull), os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        os.dup2(out, 1)
        os.dup2(out, 2)
        importlib.invalidate_caches()
        # What was imported before the fork can't be rewritten any more, and need not be.
        options = [
            "-x",
            "-q",
            "-p",
            "no:cacheprovider",
            "-p",
            "no:xdist",
            "-W",
            "ignore::pytest.PytestAssertRewriteWarning",
        ]
        code = int(pytest.main([*options, *tests], plugins=[Limit(tests), Teller()]))
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


def main() -> None:
    """Take one mutant a line from standard input, answer each with a line; the working folder is the copy."""
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1)
    for name in FOREIGN:
        with contextlib.suppress(ImportError):
            importlib.import_module(name)
    for line in sys.stdin:
        asked: dict[str, Any] = json.loads(line)
        file = Path(asked["path"])
        original = file.read_text()
        began = time.monotonic()
        file.write_text(asked["text"])
        try:
            outcome, by = run([(nodeid, seconds) for nodeid, seconds in asked["tests"]])
        finally:
            file.write_text(original)
        answer = {"outcome": outcome, "by": by, "seconds": round(time.monotonic() - began, 1)}
        print(json.dumps(answer), flush=True)  # noqa: T201 - this is how it answers


if __name__ == "__main__":
    main()
