"""What is compiled once for all tests: what their processes import, which each would compile anew where Python may
write nothing, and the routes of each application that they make."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from typing import Any

from werkzeug.routing import Rule

PROCESSES = (
    "celery.apps.beat",
    "celery.apps.worker",
    "celery.bin.celery",
    "celery.concurrency.prefork",
    "gunicorn.app.base",
    "gunicorn.glogging",
    "gunicorn.workers.gthread",
    "kombu.transport.redis",
    "werkpad.cli",
    "werkpad.demo.run",
    "werkpad.serving",
    "werkpad.supervisor.__main__",
    "web.app",
    "workers.app",
)


class Compiled:
    """A folder with compiled code for every process that inherits our environment, none of which writes to it: tests
    that fill disks would leave halves there."""

    def __init__(self) -> None:
        self._folder = ""

    def make(self) -> None:
        """Where it is wanted, and was not made by the process that started us."""
        if not sys.dont_write_bytecode or sys.pycache_prefix:
            return
        self._folder = tempfile.mkdtemp(prefix="werkpad-compiled-")
        environment = os.environ | {"PYTHONPYCACHEPREFIX": self._folder, "PYTHONDONTWRITEBYTECODE": ""}
        subprocess.run(
            [sys.executable, "-c", f"import {', '.join(PROCESSES)}"], env=environment, check=True, capture_output=True
        )
        os.environ["PYTHONPYCACHEPREFIX"] = self._folder

    def remove(self) -> None:
        if self._folder:
            del os.environ["PYTHONPYCACHEPREFIX"]
            shutil.rmtree(self._folder, ignore_errors=True)


def compile_routes_once() -> None:
    """Werkzeug writes and compiles two functions for each route of each application, most of the time that it takes to
    make one. They take the route itself as an argument, so that one of the same parts can have the same functions."""
    compile_anew = Rule._compile_builder
    compiled: dict[tuple[object, ...], Callable[..., Any]] = {}

    def compile_builder(self: Rule, append_unknown: bool = True) -> Callable[..., Any]:
        parts = (*self._trace, *sorted((self.defaults or {}).items()), append_unknown)
        if parts not in compiled:
            compiled[parts] = compile_anew(self, append_unknown)
        return compiled[parts]

    Rule._compile_builder = compile_builder  # type: ignore[method-assign]  # replaced on purpose
