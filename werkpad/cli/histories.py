"""Histories of clients under pseudonyms, for programs that mine processes."""

from __future__ import annotations

import secrets
from pathlib import Path

import click

from application import histories
from application.history_formats import FORMATS, write
from application.refusals import NotAllowedError, PasswordToChangeError
from domain.refusal import Refused
from werkpad.cli.opening import opened

KEY_BYTES = 32


@click.command("histories")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option(
    "--format", "kind", required=True, type=click.Choice(sorted(FORMATS)), help="OCEL 2.0 as JSON, or XES as XML."
)
@click.option(
    "--as",
    "username",
    required=True,
    metavar="USERNAME",
    help="The privacy officer or process manager who exports; it is noted in the log of accounts.",
)
def export_histories(file: Path, kind: str, username: str) -> None:
    """Write the paths of all clients to FILE, under pseudonyms.

    Each step with its day, and no name, number, time or text. The pseudonyms follow from a key that is thrown away. Of
    paths that fewer than five clients took, the main steps are told, or nothing; the file says of how many.
    """
    if file.exists():
        raise click.ClickException(f"{file} is there already. Give a file that is not there yet.")
    with opened() as services:
        services.create()
        try:
            viewer = histories.viewer_called(services, username)
            found = histories.histories(services, viewer, secrets.token_bytes(KEY_BYTES))
        except Refused as refused:
            raise click.ClickException(str(refused)) from None
        except (NotAllowedError, PasswordToChangeError):
            raise click.ClickException(
                "This account may not export histories. Give that of a privacy officer or a process manager, who has"
                " chosen a password of their own."
            ) from None
    write(file, kind, found)
    click.echo(f"Wrote {len(found.histories)} histories to {file}, for nobody else to read.")
    click.echo(found.about)
