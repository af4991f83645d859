"""The keys of the vault: rotate the key-encryption key, and tell what hangs on which and what can't be opened."""

from __future__ import annotations

from collections.abc import Sequence

import click

from application.services import Services
from werkpad.cli.opening import opened
from werkpad.kept_secrets import KEY, PREVIOUS_KEY, keep_next_key
from werkpad.progress import bar
from werkpad.settings import MAKE_KEY


@click.command("rotate-key")
def rotate_key() -> None:
    """Wrap all keys of the vault by another key-encryption key.

    The system goes on meanwhile.

    WERKPAD_KEY_ENCRYPTION_KEY has the new one and WERKPAD_PREVIOUS_KEY_ENCRYPTION_KEY that of before, in all processes;
    where the key is kept in secrets.env beside an SQLite database, both are put there. Interrupted anywhere, run it
    again. Keep the key of before as long as there are backups of the vault that were made under it.
    """
    with opened() as services:
        services.create()
        settings = services.settings
        if settings.previous_key_encryption_key is None:
            if settings.kept_secrets is None:
                raise click.ClickException(
                    f"Set {PREVIOUS_KEY} to the key of now and {KEY} to a new one, for this command and for web, worker"
                    f" and beat, and start those again; then run this again. Make a key with: {MAKE_KEY}"
                )
            keep_next_key(settings.kept_secrets)
    with opened() as services:
        services.create()
        with bar("Wrapping keys") as progress:
            done = services.log.rotate_key(progress)
        hanging = services.log.hanging()
        kept = services.settings.kept_secrets
        click.echo(f"{done.moved} keys wrapped anew; {hanging.by_current} hang on key-encryption key {done.kek_id}.")
        if done.shut:
            click.echo(f"{done.shut} keys can't be opened by either. `werkpad verify` names them.")
        where = f" from {kept}" if kept else ", from all processes"
        click.echo(
            f"{PREVIOUS_KEY} can be taken away{where}; keep that key elsewhere as long as there are backups of the"
            " vault from before: restoring one needs it. To rotate once more, take it away first."
        )


def say_hanging(services: Services) -> None:
    """Tell how many keys there are, and how many still hang on another key-encryption key than that of now."""
    hanging = services.log.hanging()
    click.echo(f"vault       {sum((hanging.by_current, hanging.by_previous, hanging.by_unknown))} keys")
    if hanging.by_previous:
        click.echo(f"{'':11} {hanging.by_previous} still hang on the previous key-encryption key: werkpad rotate-key")
    if hanging.by_unknown:
        click.echo(
            f"{'':11} {hanging.by_unknown} hang on a key-encryption key that the settings don't hold: werkpad verify"
            " names them"
        )


def say_unopened(services: Services, buckets: Sequence[int] | None) -> int:
    """Name the streams of which something can't be opened though nobody erased it; how many there are."""
    found = set()
    for each in services.log.unopened(buckets):
        click.echo(str(each))
        found.add(each.stream_id)
    if found:
        click.echo(
            f"{len(found)} streams can't be opened. Bring their keys back from a backup of the vault, or erase them."
        )
    return len(found)
