"""What the processes of the tests import, compiled once: where Python may write nothing, each would compile it anew."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile

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
