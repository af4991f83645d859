"""Opens the services for a command."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

from application.services import Services
from werkpad.settings import Settings
from werkpad.wiring import NAME, build


@contextmanager
def opened() -> Iterator[Services]:
    """The services by the environment."""
    os.environ.setdefault(NAME, "werkpad command")
    services = build(Settings.from_environment())
    try:
        yield services
    finally:
        services.close()
