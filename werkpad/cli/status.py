"""`werkpad status`: how all of it is, or, as a health check that comes often, whether a worker or beat is at work."""

from __future__ import annotations

import sys

import click

from werkpad.heart import BEAT, WORKER, is_at_work
from werkpad.settings import Settings


@click.command()
@click.option("--worker", "kind", flag_value=WORKER, help="Only whether a worker is at work, as a health check.")
@click.option("--beat", "kind", flag_value=BEAT, help="Only whether the timetable is kept, as a health check.")
def status(kind: str | None) -> None:
    """Tell how far the read models are, and what is not in order.

    It exits 1 when something needs doing.
    """
    if kind:
        _say_whether_at_work(kind)
        return
    # All that can be out of order is known there, and takes longer to import than a health check should take.
    from werkpad.cli.report import say_all

    if not say_all():
        sys.exit(1)


def _say_whether_at_work(kind: str) -> None:
    if not is_at_work(Settings.from_environment(), kind):
        raise click.ClickException(f"No {kind} process is at work here.")
    click.echo(f"A {kind} process is at work.")
