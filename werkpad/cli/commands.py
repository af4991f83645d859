"""The group of all commands: it finds them, and makes one clear message of what goes wrong in any of them."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib import import_module
from typing import Any

import click

from werkpad import logs

UNFORESEEN = 70


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
        # Knows all that can go wrong anywhere, and takes as long to import.
        from werkpad import causes
        from werkpad.settings import database_address

        told = causes.sentence(error, database_address(os.environ))
        if told is not None:
            raise click.ClickException(told) from None
        if os.environ.get("WERKPAD_DEBUG") == "true":
            raise
        raise Unforeseen(causes.unforeseen(error)) from None


class Commands(click.Group):
    """Commands that never end with a traceback, each imported when it is asked for: a health check waits for no other.

    `where` says of each, by the name it is called by, its module here and what it is called there.
    """

    def __init__(self, *arguments: Any, where: Mapping[str, tuple[str, str]], **more: Any) -> None:
        super().__init__(*arguments, **more)
        self._where = where

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(self._where)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in self._where:
            return None
        module, name = self._where[cmd_name]
        command: click.Command = getattr(import_module(f"werkpad.cli.{module}"), name)
        return command

    def invoke(self, ctx: click.Context) -> Any:
        logs.configure()
        with told_plainly():
            return super().invoke(ctx)
