"""The database as a whole: set it up, back it up and restore it."""

from __future__ import annotations

from pathlib import Path

import click

from werkpad import production
from werkpad.cli.opening import opened
from werkpad.cli.report import say_due
from werkpad.maintenance import begin, end
from werkpad.progress import bar
from werkpad.settings import Settings


@click.command()
def init() -> None:
    """Make the tables that are missing.

    They are those of log, vault, read models and lasting facts.

    Can be run at every start. Finishes erasures that a crash interrupted.
    """
    with opened() as services:
        production.check(services.settings)
        services.create()
        production.check_data(services)
        click.echo(f"Ready. The log has {services.log.head()} events.")
        say_due(services)


@click.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.option(
    "--vault-dir",
    type=click.Path(file_okay=False, path_type=Path),
    help="Where the vault's backups go; FOLDER/vault by default. Better: another disk.",
)
@click.option(
    "--vault-days",
    default=30,
    show_default=True,
    type=click.IntRange(1, 3650),
    help="Vault backups older than this are deleted: they would undo erasures.",
)
def backup(folder: Path, vault_dir: Path | None, vault_days: int) -> None:
    """Back up log, vault and lasting facts into FOLDER.

    Each backup is a new folder in it, made while the system goes on.

    The vault is kept apart, and the key-encryption key is in neither: keep it elsewhere. Read models are left out.
    """
    from werkpad.backups import back_up

    with opened() as services:
        # Nothing is set up or migrated here: a backup is made before an upgrade too, and waits for nobody who writes.
        services.require()
        services.log.head()
        made, expired = back_up(services, folder, vault_dir, vault_days)
        click.echo(f"Backed up to {made.folder} and {made.vault}; the log ends at position {made.position}.")
        click.echo(f"Checked: it holds {made.counts}, and every stream opens{' but those below' * bool(made.lost)}.")
        for path in expired:
            click.echo(f"Deleted {path}, older than {vault_days} days.")
        if services.settings.erasure_register is None:
            click.echo(
                "Set WERKPAD_ERASURE_REGISTER to a file outside the database, or a restore could bring back"
                " who is erased from now on.",
                err=True,
            )
        if made.lost:
            raise click.ClickException(
                f"{len(made.lost)} streams can't be opened in the database itself, and so not in this backup:"
                f" {', '.join(made.unopened)}. Bring their keys back from an older backup of the vault, or erase them."
            )


@click.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--vault-dir", type=click.Path(file_okay=False, path_type=Path), help="Where the vault's backups are.")
@click.option("--replace", is_flag=True, help="Allow it where the database has events; they are lost.")
@click.option(
    "--maintenance",
    is_flag=True,
    help="Allow it while web, worker and beat run: they wait in maintenance until it is done.",
)
def restore(folder: Path, vault_dir: Path | None, replace: bool, maintenance: bool) -> None:
    """Restore the backup in FOLDER, or the latest of those in it.

    It is loaded beside the database. Who was erased since is erased again, the read models are rebuilt, and all is
    checked. Only then it is put in place. Interrupted anywhere, run it again, and it finishes.
    """
    from werkpad.restoring import restore as restoring

    with bar("Rebuilding") as progress:
        settings = Settings.from_environment()
        done = restoring(settings, folder, vault_dir, progress, replace=replace, maintenance=maintenance)
    click.echo(
        f"Restored the backup of {done.backup.made_at:%Y-%m-%d %H:%M} UTC with {done.events} events; "
        f"{done.erased_again} clients erased again."
    )
    if done.still_in_maintenance:
        click.echo("Maintenance is still on: werkpad maintenance off   ends it.")


@click.command()
@click.argument("switch", type=click.Choice(["on", "off"]))
def maintenance(switch: str) -> None:
    """Switch maintenance on or off.

    While it is on, pages say so, and nothing can be written.

    Processes go on by themselves when it ends.
    """
    with opened() as services:
        if switch == "off":
            end(services)
            click.echo("Maintenance is off.")
            return
        if left := begin(services):
            raise click.ClickException(
                f"Maintenance is on, and {len(left)} are still writing what they had begun: "
                f"{', '.join(sorted(set(left)))}."
            )
        click.echo("Maintenance is on: nothing is written. werkpad maintenance off   ends it.")
