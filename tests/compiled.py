"""What is compiled once for all tests: what their processes import, which each would compile anew where Python may
write nothing, the routes of each application that they make, and the statements for each of their databases."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from sqlalchemy.engine.interfaces import Dialect
from sqlalchemy.sql.elements import ClauseElement
from sqlalchemy.util import LRUCache
from werkzeug.routing import Rule

FOLDER = Path(__file__).parents[1] / "var" / "compiled"
KEPT = 5_000  # statements

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
    """A folder with compiled code, tests included, that stays from one run to the next, for where Python may write
    nothing beside the sources. It is filled before the tests begin and while they are collected: tests fill disks and
    kill processes, and would leave halves there."""

    def use(self, *, whole: bool) -> None:
        """Have this process and those that it starts take what is compiled from the folder, where it is wanted;
        `whole`: with all that processes import, which none of them writes."""
        if not sys.dont_write_bytecode or sys.pycache_prefix:
            return
        os.environ["PYTHONPYCACHEPREFIX"] = sys.pycache_prefix = str(FOLDER)
        if whole:
            subprocess.run(
                [sys.executable, "-c", f"import {', '.join(PROCESSES)}"],
                env=os.environ | {"PYTHONDONTWRITEBYTECODE": ""},
                check=True,
                capture_output=True,
            )

    def begin_collecting(self) -> None:
        """Pytest writes its assertions into each test that it imports, which takes longer than all else about it."""
        if sys.dont_write_bytecode and sys.pycache_prefix == str(FOLDER):
            sys.dont_write_bytecode, self._collecting = False, True

    def end_collecting(self) -> None:
        if self._collecting:
            sys.dont_write_bytecode, self._collecting = True, False

    _collecting = False


def compile_routes_once() -> None:
    """Werkzeug reads each route of each application, and writes and compiles two functions for it, most of the time
    that it takes to make one. What comes of it hangs on the route's own parts alone, so those of the same parts share
    it."""
    compile_anew = Rule.compile
    compiled: dict[tuple[object, ...], dict[str, Any]] = {}

    def compile_rule(self: Rule) -> None:
        parts = (self.rule, self.subdomain, self.host, self.merge_slashes, *sorted((self.defaults or {}).items()))
        if parts not in compiled:
            compile_anew(self)
            compiled[parts] = {name: getattr(self, name) for name in ("_parts", "_trace", "_converters", "arguments")}
            compiled[parts] |= {name: getattr(self, name).__func__ for name in ("_build", "_build_unknown")}
            return
        for name, made in compiled[parts].items():
            # The functions take the route itself as an argument.
            setattr(self, name, made.__get__(self, None) if callable(made) else made)

    Rule.compile = compile_rule  # type: ignore[method-assign]  # replaced on purpose


def compile_statements_once() -> None:
    """SQLAlchemy compiles each statement once for each database that it connects to: an application has one, and tests
    have thousands. What comes of it hangs on the kind of database and its version alone."""
    compile_for = ClauseElement._compile_w_cache
    of_kinds: dict[tuple[object, ...], tuple[Dialect, LRUCache[Any, Any]]] = {}

    def compile_statement(self: ClauseElement, dialect: Dialect, *, compiled_cache: Any, **options: Any) -> Any:
        if compiled_cache is not None:
            kind = (type(dialect), dialect.server_version_info, dialect.paramstyle)
            dialect, compiled_cache = of_kinds.setdefault(kind, (dialect, LRUCache(KEPT)))
        return compile_for(self, dialect, compiled_cache=compiled_cache, **options)

    ClauseElement._compile_w_cache = compile_statement  # type: ignore[method-assign]  # replaced on purpose
