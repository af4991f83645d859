"""Logs: one JSON object a line on standard error, with names of things and never what people typed.

All lines are made here, ours and those of libraries. Of a library's line only the text that stands in its code is
taken: what is put into that text may be a path, an address or the text of an error, and so what somebody typed.
"""

from __future__ import annotations

import json
import logging
import os
import re
import sys
import threading
import traceback
import warnings
from collections.abc import Iterator, Mapping, MutableMapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, TextIO
from uuid import uuid4

import structlog

PROCESSES = WEB, WORKER, BEAT, CLI = ("web", "worker", "beat", "cli")

REQUEST_ID = "request_id"
# What is taken over from others as such: nothing that could be a name or break a line.
_REQUEST_ID = re.compile(r"[A-Za-z0-9-]{8,64}")
FRAMES = 5

_process = CLI


def configure(process: str = CLI, level: int = logging.INFO, libraries: int = logging.WARNING) -> None:
    """Have all lines of this process written as JSON, from a `level` on; those of `libraries` from another."""
    global _process
    _process = process
    structlog.contextvars.clear_contextvars()
    renderer = structlog.processors.JSONRenderer(ensure_ascii=True)
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            *_SHARED,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        # Looked up for each line: whoever put another standard error in place means it.
        logger_factory=lambda *_: structlog.PrintLogger(sys.stderr),
        cache_logger_on_first_use=False,
    )
    root = logging.getLogger()
    root.handlers = [*(other for other in root.handlers if not isinstance(other, _ToStandardError)), handler()]
    root.setLevel(libraries)
    warnings.showwarning = _warn
    if process != CLI:
        sys.excepthook = _say_the_end
        threading.excepthook = lambda told: _say_the_end(told.exc_type, told.exc_value, told.exc_traceback)


def process() -> str:
    """Which kind of process this is."""
    return _process


def handler() -> logging.Handler:
    """Writes the lines of a library's logger."""
    made = _ToStandardError()
    made.setFormatter(_Libraries())
    return made


def bare(event: str) -> bytes:
    """A line for where nothing may be locked, such as in the handler of a signal."""
    at = datetime.now(UTC).isoformat().replace("+00:00", "Z")
    return json.dumps({"event": event, "level": "info", "process": _process, "timestamp": at}).encode() + b"\n"


def new_request_id() -> str:
    return str(uuid4())


def as_request_id(told: str | None) -> str:
    """What a caller told, if it may stand in a log; else a new one."""
    return told if told and _REQUEST_ID.fullmatch(told) else new_request_id()


def request_id() -> str | None:
    """Of the request or task that this thread is working on."""
    found: str | None = structlog.contextvars.get_contextvars().get(REQUEST_ID)
    return found


@contextmanager
def about(request_id: str) -> Iterator[None]:
    """Lines that are written in here belong to a request."""
    tokens = structlog.contextvars.bind_contextvars(**{REQUEST_ID: request_id})
    try:
        yield
    finally:
        structlog.contextvars.reset_contextvars(**tokens)


class _ToStandardError(logging.Handler):
    def emit(self, record: logging.LogRecord) -> None:
        # Looked up for each line, as above.
        print(self.format(record), file=sys.stderr, flush=True)  # noqa: T201 - the log itself


class _Libraries(logging.Formatter):
    """Makes lines of the records of libraries."""

    def format(self, record: logging.LogRecord) -> str:
        event: MutableMapping[str, Any] = {"event": _text_of_code(record), "logger": record.name}
        structlog.contextvars.merge_contextvars(None, record.levelname.lower(), event)
        event["level"] = record.levelname.lower()
        if record.exc_info:
            event["exc_info"] = record.exc_info
        for processor in _SHARED:
            event = processor(None, record.levelname.lower(), event)
        return str(structlog.processors.JSONRenderer(ensure_ascii=True)(None, record.levelname.lower(), event))


# Where a text that was put together elsewhere begins to hold something.
_VALUES = re.compile(r"[=:'\"(\[{<\n/@]")
# What Celery's texts may name: a task and its message.
_TOLD_OF_TASKS = ("name", "id")


def _text_of_code(record: logging.LogRecord) -> str:
    """The text of a record as it stands in the code; of what is put into it, the numbers alone."""
    text = str(record.msg)
    if not record.args:
        return _VALUES.split(text, maxsplit=1)[0].strip()
    try:
        if isinstance(record.args, Mapping):
            return text % {
                key: value if key in _TOLD_OF_TASKS else _number(value) for key, value in record.args.items()
            }
        return text % tuple(map(_number, record.args))
    except (TypeError, ValueError, KeyError):
        return text


def _number(value: object) -> object:
    return value if isinstance(value, int | float) else _Left()


class _Left:
    """Stands where a value was left out."""

    def __repr__(self) -> str:
        return "…"


def _say_which_process(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    event.setdefault("process", _process)
    return event


def _say_where(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """An error is its class and where in the code it was; its text may hold what somebody typed."""
    told = event.pop("exc_info", None)
    event.pop("stack_info", None)
    if not told:
        return event
    error = told if isinstance(told, BaseException) else (told if isinstance(told, tuple) else sys.exc_info())[1]
    if error is not None:
        event.setdefault("error", type(error).__name__)
        event["at"] = frames(error.__traceback__)
    return event


def frames(trace: TracebackType | None) -> list[str]:
    """The last places in the code that an error passed, the innermost last."""
    return [f"{Path(f.filename).name}:{f.lineno} {f.name}" for f in traceback.extract_tb(trace)[-FRAMES:]]


def _warn(
    message: Warning | str,
    category: type[Warning],
    filename: str,
    lineno: int,
    file: TextIO | None = None,
    line: str | None = None,
) -> None:
    at = f"{os.path.basename(filename)}:{lineno}"  # noqa: PTH119 - there may be no such file
    structlog.get_logger().warning("python_warning", category=category.__name__, at=[at])


def _say_the_end(category: type[BaseException], error: BaseException | None, trace: TracebackType | None) -> None:
    if issubclass(category, SystemExit):
        return
    structlog.get_logger().critical("ended_by_error", error=category.__name__, at=frames(trace))


_SHARED = (
    _say_which_process,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    _say_where,
)
