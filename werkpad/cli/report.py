"""What `werkpad status` tells: how far the read models are, and what is not in order."""

from __future__ import annotations

import click

from application import read_models
from application.failures import MAINTENANCE, OPEN, patience
from application.services import Services
from werkpad import health
from werkpad.cli.keys import say_hanging
from werkpad.cli.mail import line as mail_line
from werkpad.cli.opening import opened

PATIENCE = 10.0  # seconds without a sign of life of the database


def say_all() -> bool:
    """Whether everything is in order."""
    with patience(PATIENCE), opened() as services:
        services.create()
        fresh = services.engine.freshness()
        if (state := services.door.look()).kind != OPEN:
            click.echo(state.sentence)
        click.echo(f"log         {services.log.head()} events, {len(services.log.erasures())} erasures")
        say_hanging(services)
        for name, f in fresh.items():
            updated = f.updated_at.isoformat(timespec="seconds") if f.updated_at else "never"
            click.echo(f"{name:11} position {f.position}, {f.behind} behind, version {f.version}, updated {updated}")
            if f.stopped_because:
                click.echo(f"{'':11} stopped at position {f.stopped_at}: {f.stopped_because}")
        click.echo(f"mail        {mail_line(services)}")
        say_due(services)
        # Maintenance was asked for, and is told above.
        findings = [finding for finding in health.look(services).findings if finding.name != MAINTENANCE]
        for finding in findings:
            if finding.name not in ("stopped", "rebuild_due"):
                click.echo(finding.says)
        return not findings


def say_due(services: Services) -> None:
    """Tell which read models are to be rebuilt."""
    if due := read_models.rebuild_due(services):
        click.echo(f"A rebuild is due: werkpad rebuild --due   ({', '.join(due)})")
