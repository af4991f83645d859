"""Logs: one JSON object a line on standard error, with names of things and never what people typed."""

from __future__ import annotations

import logging
import sys

import structlog


def configure() -> None:
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        # Looked up for each line: whoever put another standard error in place means it.
        logger_factory=lambda *_: structlog.PrintLogger(sys.stderr),
    )
