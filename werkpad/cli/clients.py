"""Clients: import them from a file, erase one for good, build the weekly lists about them."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

import click

from application import privacy, read_models, weekly_building
from domain.calendar import Week
from domain.client import ErasureReason
from werkpad.cli.opening import opened
from werkpad.progress import bar

if TYPE_CHECKING:
    from workers.import_clients import Outcome


@click.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--mapping",
    required=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A TOML file that says which column is which field; see docs/import.md.",
)
@click.option("--dry-run", is_flag=True, help="Say what would happen, and write nothing.")
@click.option(
    "--allow-unreadable",
    multiple=True,
    metavar="COLUMN",
    help="Go on although not one cell of this column can be read; may be given again for another column.",
)
@click.option("--allow-alike", is_flag=True, help="Take rows of people who are probably clients: they are others.")
def import_(file: Path, mapping: Path, dry_run: bool, allow_unreadable: tuple[str, ...], allow_alike: bool) -> None:
    """Import clients from a FILE.

    It is CSV, or the first sheet of a workbook.

    Good rows are kept. Rows that can't be taken are written, with line and reason, to FILE.rejected.csv, which can be
    corrected and imported again. Importing a row twice adds nothing. The exit status is 1 when not one row could be
    taken.
    """
    from workers.import_clients import import_clients
    from workers.imports import ImportMistake

    with opened() as services:
        services.create()
        try:
            with bar("Importing") as progress:
                outcome = import_clients(
                    services,
                    file,
                    mapping,
                    at=services.clock(),
                    dry_run=dry_run,
                    unreadable=allow_unreadable,
                    may_be_alike=allow_alike,
                    progress=progress,
                )
        except ImportMistake as mistake:
            raise click.ClickException(str(mistake)) from None
        if not dry_run and outcome.imported:
            with bar("Bringing the read models up to date") as progress:
                read_models.bring_up_to_date(services, progress)
    _say(outcome, "would be " if dry_run else "")
    if outcome.rows and outcome.rejected == outcome.rows:
        raise click.exceptions.Exit(1)


def _say(outcome: Outcome, would: str) -> None:
    """What an import came to, as lines to read."""
    from workers.imports.findings import told

    for note in outcome.notes:
        click.echo(note)
    click.echo(
        f"{outcome.rows} rows: {outcome.imported} {would}imported, {outcome.already} already there, "
        f"{outcome.rejected} {would}rejected."
    )
    if outcome.findings:
        click.echo(f"Values that {would or 'were '}left unknown, by column:")
    for line in told(outcome.findings):
        click.echo(f"  {line}")
    if outcome.rejections:
        click.echo("Why rows are rejected:")
    for reason, count in outcome.reasons.most_common():
        click.echo(f"  {count} times: {reason}")
    for rejection in outcome.rejections[:20]:
        click.echo(f"  line {rejection.line}: {rejection.reason}")
    if outcome.rejected_file:
        click.echo(f"Rejected rows, with reasons: {outcome.rejected_file}")


@click.command()
@click.argument("client", type=click.UUID)
@click.option(
    "--reason",
    required=True,
    type=click.Choice([r.value for r in ErasureReason]),
    help="Why; a code, since it stays when the person's data is gone.",
)
@click.option("--yes", is_flag=True, help="Don't ask, at a terminal.")
def erase(client: UUID, reason: str, yes: bool) -> None:
    """Erase a CLIENT (by id) for good.

    The key is destroyed, and nobody can read any more who it was.

    Counts and history by number stay. It can't be undone.
    """
    if not yes and sys.stdin.isatty():
        click.confirm(f"Erase client {client}? This can't be undone", abort=True)
    with opened() as services:
        services.create()
        stopped = privacy.erase_for_operator(services, client, ErasureReason(reason))
        click.echo(f"Erased client {client} ({reason}).")
        if stopped:
            raise click.ClickException(
                f"The key is destroyed, but {', '.join(stopped)} stopped before that and still hold some of what"
                " they held of this client; they drop it as soon as they go on (werkpad status)."
            )


@click.command()
@click.option("--week", help="ISO week such as 2026-W47; this week by default.")
def lists(week: str | None) -> None:
    """Build the weekly missing-data lists, one for each coach.

    Those that exist stay as they are.
    """
    asked = None if week is None else Week.parse(week)
    with opened() as services:
        services.create()
        built = weekly_building.build_weekly_lists(services, asked)
        click.echo(f"Week {built.week}: {built.built} lists built with {built.lines} lines, {built.kept} were there.")
