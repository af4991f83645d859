"""The command line: set up, import, rebuild, verify, erase, build lists, serve, work and tell how things are."""

from __future__ import annotations

import click

from werkpad.cli import clients, database, demonstration, keys, mail, processes, read_models
from werkpad.cli.opening import Told


@click.group(cls=Told, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="werkpad")
def main() -> None:
    """Werkpad: case management for a city's Work and Income department.

    Settings come from the environment: WERKPAD_DATABASE_URL (sqlite:///PATH or postgresql://...; by default
    var/werkpad.db), WERKPAD_KEY_ENCRYPTION_KEY and WERKPAD_SECRET_KEY (made and kept beside an SQLite database by
    themselves), WERKPAD_BROKER_URL (redis://...; without it, tasks run in the process).
    """


for command in (
    database.init, clients.import_, read_models.rebuild, read_models.verify, clients.erase, clients.lists,
    mail.mail, processes.serve, processes.worker, processes.beat, database.backup, database.restore,
    database.maintenance, database.status, keys.rotate_key, demonstration.demo,
):  # fmt: skip
    main.add_command(command)
