"""Opens the services for a command, and makes one clear message of what goes wrong in any of them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import click

from eventlog.door import NAME
from werkpad import causes, logs
from werkpad.settings import Settings, database_address
from werkpad.wiring import Services, build

UNFORESEEN = 70


@contextmanager
def opened() -> Iterator[Services]:
    """The services by the environment."""
    os.environ.setdefault(NAME, "werkpad command")
    services = build(Settings.from_environment())
    try:
        yield services
    finally:
        services.close()


class Unforeseen(click.ClickException):
    """Something that is a mistake of ours, most likely."""

    exit_code = UNFORESEEN


@contextmanager
def told_plainly() -> Iterator[None]:
    """Make one message of whatever goes wrong in here."""
    try:
        yield
    except (click.ClickException, click.exceptions.Exit, click.Abort):
        raise
    except Exception as error:
        told = causes.sentence(error, database_address(os.environ))
        if told is not None:
            raise click.ClickException(told) from None
        if os.environ.get("WERKPAD_DEBUG") == "true":
            raise
        raise Unforeseen(causes.unforeseen(error)) from None


class Told(click.Group):
    """Commands that never end with a traceback."""

    def invoke(self, ctx: click.Context) -> Any:
        logs.configure()
        with told_plainly():
            return super().invoke(ctx)
