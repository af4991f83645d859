"""A process with the product and all tests imported, and what they share set up: each mutant is a fork of it."""

from __future__ import annotations

import contextlib
import gc
import json
import os
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, TextIO

import pytest
from _pytest.runner import runtestprotocol

from tests.mutation.forks import FAILED, NOT_RUN, Limit, Teller, adopt_what_is_left, tried
from tests.mutation.swapping import Living, NotSwappableError, swaps


class Server:
    """Instead of running the tests that were collected, it answers what becomes of mutants in them.

    Only what stands in functions can be exchanged here. What has run already is as it was: so that a mutant was killed
    is true, and that it survived has to be asked of a process that imports it (`tests.mutation.runner`).
    """

    def __init__(self, asking: TextIO, answering: TextIO, seconds: dict[str, float]) -> None:
        self._asking, self._answering = asking, answering
        self._seconds = seconds
        self._items: dict[str, pytest.Item] = {}

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        self._items = {item.nodeid: item for item in session.items}
        self._set_up_what_is_shared()
        living = Living(str(Path.cwd()))
        gc.collect()
        gc.freeze()  # what is here before a fork is of all forks
        for line in self._asking:
            asked: dict[str, Any] = json.loads(line)
            began = time.monotonic()
            outcome, by = self._tried(living, asked["path"], asked["text"], asked["tests"])
            answer = {"outcome": outcome, "by": by, "seconds": round(time.monotonic() - began, 1)}
            self._answering.write(json.dumps(answer) + "\n")
            self._answering.flush()
        return True

    def _tried(self, living: Living, path: str, text: str, tests: Sequence[tuple[str, float]]) -> tuple[str, str]:
        file = Path.cwd() / path
        try:
            changed = swaps(file.read_text(), text, str(file))
        except NotSwappableError:
            return "not here", ""
        items = [self._items[nodeid] for nodeid, _ in tests if nodeid in self._items]

        def all_of_them(teller: Teller) -> int:
            living.swap(str(file), changed)
            return self._run(items, [Limit(dict(tests)), teller])

        outcome, by = tried(all_of_them) if items else ("survived", "")
        # No test failed: it was the exchange that did.
        return ("not here", "") if by == NOT_RUN else (outcome, by)

    def _run(self, items: Sequence[pytest.Item], plugins: Sequence[object]) -> int:
        """Run tests until one fails; what the session shares stays."""
        manager = items[0].config.pluginmanager
        for plugin in plugins:
            manager.register(plugin)
        for item, following in zip(items, [*items[1:], None], strict=True):
            item.session.testsfailed = 0
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=following or self._elsewhere(item))
            if item.session.testsfailed:
                return FAILED
        return 0

    def _elsewhere(self, item: pytest.Item) -> pytest.Item:
        """A test of another file: what this one shares with none but its file is torn down."""
        return next(other for other in self._items.values() if other.path != item.path)

    def _set_up_what_is_shared(self) -> None:
        """Run a quick test of each room on each database, which makes what the session shares."""
        quickest: dict[tuple[str, ...], pytest.Item] = {}
        for item in sorted(self._items.values(), key=lambda item: self._seconds.get(item.nodeid, 60.0), reverse=True):
            where = tuple(item.nodeid.split("/")[:2])
            for asked in ("sqlite_services", "services", "database_url", "town", "bare_app"):
                if asked in getattr(item, "fixturenames", ()):
                    on = next((name for name in ("sqlite", "postgres") if name in item.nodeid.partition("[")[2]), "")
                    quickest[*where, asked, on] = item
        for item in dict.fromkeys(quickest.values()):
            for report in runtestprotocol(item, log=False, nextitem=self._elsewhere(item)):
                if report.failed:
                    os.write(1, f"{report.nodeid}\n{report.longreprtext}\n".encode())


def main() -> None:
    """Take one mutant a line from standard input, answer each with a line; the working folder is the copy. The first
    line says which tests there are, with their seconds."""
    adopt_what_is_left()
    answering = os.fdopen(os.dup(1), "w")
    nothing = os.open(os.environ.get("WERKPAD_MUTATION_OUTPUT", os.devnull), os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.dup2(nothing, 1)
    os.dup2(nothing, 2)
    with contextlib.redirect_stdout(sys.stderr):
        seconds = dict(json.loads(sys.stdin.readline()))
        files = sorted({nodeid.partition("::")[0] for nodeid in seconds})
        folder = Path.cwd() / "var" / "warm"
        folder.mkdir(parents=True)
        options = ["-q", "-s", "-p", "no:cacheprovider", "-p", "no:xdist", "-m", "not slow", f"--basetemp={folder}"]
        sys.exit(pytest.main([*options, *files], plugins=[Server(sys.stdin, answering, seconds)]))


if __name__ == "__main__":
    main()
