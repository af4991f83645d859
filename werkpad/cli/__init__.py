"""The command line: set up, import, rebuild, verify, erase, build lists, serve, work and tell how things are."""

from __future__ import annotations

import click

from werkpad.cli.commands import Commands

COMMANDS = {
    "init": ("database", "init"),
    "setup": ("setup", "setup"),
    "status": ("status", "status"),
    "import": ("clients", "import_"),
    "lists": ("clients", "lists"),
    "erase": ("clients", "erase"),
    "rebuild": ("read_models", "rebuild"),
    "verify": ("read_models", "verify"),
    "explain": ("explain", "explain"),
    "mail": ("mail", "mail"),
    "serve": ("processes", "serve"),
    "worker": ("processes", "worker"),
    "beat": ("processes", "beat"),
    "backup": ("database", "backup"),
    "restore": ("database", "restore"),
    "maintenance": ("database", "maintenance"),
    "histories": ("histories", "export_histories"),
    "rotate-key": ("keys", "rotate_key"),
    "demo": ("demonstration", "demo"),
}


@click.group(
    cls=Commands, where=COMMANDS, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100}
)
@click.version_option(package_name="werkpad")
def main() -> None:
    """Werkpad: case management for a city's Work and Income department.

    Settings come from the environment: WERKPAD_DATABASE_URL (sqlite:///PATH or postgresql://...; by default
    var/werkpad.db), WERKPAD_KEY_ENCRYPTION_KEY and WERKPAD_SECRET_KEY (made and kept beside an SQLite database by
    themselves), WERKPAD_BROKER_URL (redis://...; without it, tasks run in the process).
    """
