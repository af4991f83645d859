"""Runs tests on mutants in a copy: everything foreign is imported once, and each mutant is a fork of that."""

from __future__ import annotations

import contextlib
import importlib
import json
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.mutation.forks import Limit, Teller, adopt_what_is_left, tried

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


def run(tests: Sequence[tuple[str, float]]) -> tuple[str, str]:
    """Run tests in a fork until one fails: `survived`, or `killed` and by which test."""

    def all_of_them(teller: Teller) -> int:
        importlib.invalidate_caches()
        # What was imported before the fork can't be rewritten any more, and need not be.
        options = ["-x", "-q", "-p", "no:cacheprovider", "-p", "no:xdist"]
        quiet = ["-W", "ignore::pytest.PytestAssertRewriteWarning"]
        seconds = dict(tests)
        return int(pytest.main([*options, *quiet, *seconds], plugins=[Limit(seconds), teller]))

    return tried(all_of_them)


def main() -> None:
    """Take one mutant a line from standard input, answer each with a line; the working folder is the copy."""
    adopt_what_is_left()
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
