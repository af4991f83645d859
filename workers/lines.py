"""What Celery says, as lines of our log: its loggers write there, and what it prints otherwise it does not."""

from __future__ import annotations

import logging
import os
import sys
from typing import Any

from celery.apps import worker
from celery.signals import setup_logging

from werkpad import logs


def write_lines(process: str, level: str) -> None:
    """Write all lines of this process, Celery's from a level on, as our log does."""
    logs.configure(process, libraries=logging.getLevelNamesMapping().get(level.upper(), logging.WARNING))
    # Whoever listens to this has Celery leave all loggers, standard output and standard error as they are.
    setup_logging.connect(lambda **_: None, weak=False)
    # Said in the handlers of signals, around all loggers.
    worker.safe_say = _say


def _say(message: str, *_: Any) -> None:
    if sys.stderr is not None:
        os.write(2, logs.bare(message.rpartition(": ")[2]))
