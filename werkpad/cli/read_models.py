"""Rebuild read models from the log, and compare them with it."""

from __future__ import annotations

import sys
from functools import partial

import click

from application import read_models, weekly_building
from application.failures import PoisonError
from application.read_models import BUCKETS, RebuildGivenUpError, RebuildRunningError
from application.services import Services
from werkpad.cli.keys import say_unopened
from werkpad.cli.opening import opened
from werkpad.progress import bar
from werkpad.wiring import PROJECTIONS

NAMES = [p.name for p in PROJECTIONS]
WEEKLY = "weekly_figures"


@click.command()
@click.argument("names", nargs=-1, type=click.Choice([*NAMES, WEEKLY]), metavar="[NAME]...")
@click.option("--due", is_flag=True, help="Only those of which the code has another version, or the log was restored.")
@click.option(
    "--shards",
    default=1,
    show_default=True,
    type=click.IntRange(1, BUCKETS),
    help="In how many parts the log is folded. With a broker, workers take part.",
)
def rebuild(names: tuple[str, ...], due: bool, shards: int) -> None:
    """Rebuild read models from the log.

    All of them are, or those with the given NAMEs.

    Fresh tables are filled beside the served ones and switched to in one transaction; interrupted, nothing changes.
    The weekly figures, of every week gone by, are made anew last.
    """
    with opened() as services:
        services.create()
        chosen = [name for name in names or NAMES if name != WEEKLY]
        if names and not chosen:
            _rebuild_weekly_figures(services)
            return
        if due:
            chosen = [name for name in chosen if name in read_models.rebuild_due(services)]
            if not chosen:
                click.echo("No rebuild is due.")
                return
        try:
            with bar("Rebuilding") as progress:
                if shards > 1 and not services.settings.embedded:
                    call = partial(_call_workers, services)
                    changes = read_models.rebuild_together(services, chosen, call, progress, shards=shards)
                else:
                    changes = read_models.rebuild_read_models(services, chosen, progress, shards=shards)
        except (RebuildRunningError, PoisonError) as error:
            raise click.ClickException(f"{error} Nothing has changed.") from None
        except RebuildGivenUpError as error:
            raise click.ClickException(f"The rebuild was given up. {error}") from None
        for name in chosen:
            figures = ", ".join(f"{key} {old} -> {new}" for key, (old, new) in changes[name].items())
            click.echo(f"{name}: rebuilt; {figures or 'no figure changed'}.")
        if not due and (not names or WEEKLY in names):
            _rebuild_weekly_figures(services)


def _rebuild_weekly_figures(services: Services) -> None:
    rows = weekly_building.build_weekly_figures(services, anew=True)
    click.echo(f"{WEEKLY}: rebuilt; {rows} figures.")


def _call_workers(services: Services, shards: int) -> None:
    from workers.app import make_app
    from workers.nudge import call_to_rebuild

    call_to_rebuild(make_app(services.settings, lambda: services), shards)


@click.command()
@click.argument("names", nargs=-1, type=click.Choice(NAMES), metavar="[NAME]...")
@click.option("--sample", is_flag=True, help="Compare one client in eight: quick, for a system at work.")
def verify(names: tuple[str, ...], sample: bool) -> None:
    """Compare read models with the log and name every difference.

    The log is folded anew for it. It exits 1 when there is a difference.

    Names, too, every stream whose key is missing or damaged, or of which a value can't be opened.
    """
    with opened() as services:
        services.create()
        found = 0
        buckets = list(range(BUCKETS // 8 if sample else BUCKETS))
        with bar("Comparing") as progress:
            for difference in read_models.differences(services, names, progress, buckets=buckets):
                click.echo(str(difference))
                found += 1
        shut = say_unopened(services, buckets if sample else None)
    if found:
        click.echo(f"{found} differences. `werkpad rebuild` puts them right.")
    else:
        click.echo("The read models are what the log says.")
    if found or shut:
        sys.exit(1)
