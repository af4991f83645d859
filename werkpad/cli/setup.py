"""Begin: make the first administrator, teams and accounts, by answers, options or files."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from werkpad.cli.opening import opened

if TYPE_CHECKING:
    from application.setting_up import NewTeam, SetUp
    from werkpad.setup_file import Wanted


@click.command()
@click.argument("file", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--administrator", metavar="USERNAME", help="Who keeps accounts and teams; also give --name.")
@click.option("--name", help="The administrator's full name.")
@click.option("--team", "teams", multiple=True, metavar="CODE=NAME", help="A team; may be given again for another.")
@click.option("--specialised", multiple=True, metavar="CODE", help="Which of these teams is a specialised one.")
@click.option(
    "--accounts",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A table (CSV, XLSX) of accounts: username, name, role, team, improves, email.",
)
@click.option(
    "--passwords",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the first passwords into this new file, for its owner alone, and not onto the terminal.",
)
def setup(
    file: Path | None,
    administrator: str | None,
    name: str | None,
    teams: tuple[str, ...],
    specialised: tuple[str, ...],
    accounts: Path | None,
    passwords: Path | None,
) -> None:
    """Make the first administrator, teams and accounts.

    They are those of an empty system.

    Says what to make in a TOML FILE, by options, or by asking at a terminal. Everybody gets a first password, which is
    told once and kept nowhere. What is there already stays as it is, so this can be run again.
    """
    from application import setting_up
    from domain.refusal import Refused
    from werkpad import setup_file

    if passwords is not None and passwords.exists():
        raise click.ClickException(f"{passwords} is there already. Name a file that is not.")
    try:
        wanted = setup_file.read_setup(file) if file else setup_file.Wanted()
        wanted.teams += [_team(said, specialised) for said in teams]
        if unknown := set(specialised) - {team.code for team in wanted.teams}:
            raise click.ClickException(f"--specialised names no team that is given: {', '.join(sorted(unknown))}.")
        if administrator:
            wanted.colleagues.append(setup_file.administrator(administrator, name or ""))
        if accounts:
            wanted.colleagues += setup_file.read_accounts(accounts)
        with opened() as services:
            services.create()
            if not wanted.teams and not wanted.colleagues:
                _ask(wanted, has_administrator=setting_up.has_administrator(services))
            made = setting_up.set_up(services, wanted.teams, wanted.colleagues)
            lacks = not setting_up.has_administrator(services)
    except setup_file.SetUpMistake as mistake:
        raise click.ClickException(str(mistake)) from None
    except Refused as refused:
        raise click.ClickException(f"Nothing was made. {refused}") from None
    _say(made, passwords)
    if lacks:
        click.echo("There is no administrator yet: werkpad setup --administrator USERNAME --name NAME")


def _team(said: str, specialised: tuple[str, ...]) -> NewTeam:
    from application.setting_up import NewTeam

    code, between, name = said.partition("=")
    if not between:
        raise click.ClickException("Write a team as CODE=NAME, such as north='Team North'.")
    return NewTeam(code.strip(), name.strip(), specialised=code.strip() in specialised)


def _ask(wanted: Wanted, *, has_administrator: bool) -> None:
    """Ask at the terminal what to make."""
    from application.setting_up import NewTeam
    from werkpad import setup_file

    if not sys.stdin.isatty():
        raise click.ClickException("Say what to make: a FILE, --administrator, --team or --accounts. See --help.")
    if has_administrator:
        click.echo("There is an administrator already.")
    else:
        username = click.prompt("Administrator logs in as", default="admin")
        wanted.colleagues.append(setup_file.administrator(username, click.prompt("Administrator's full name")))
    while code := click.prompt("Code of a team (nothing to end)", default="", show_default=False).strip():
        team = click.prompt("Name of the team", default=f"Team {code.title()}")
        wanted.teams.append(NewTeam(code, team, specialised=click.confirm("Is it a specialised team?")))


def _say(made: SetUp, passwords: Path | None) -> None:
    from application.tables.written import as_csv, keep_new

    for what, names in (("team", made.teams), ("account", [account.username for account in made.accounts])):
        if names:
            click.echo(f"Made {len(names)} {what}{'s' * (len(names) > 1)}: {', '.join(names)}.")
    for what, there in (("team", made.teams_there), ("account", made.accounts_there)):
        if there:
            plural = "s" * (len(there) > 1)
            click.echo(f"There already, and left as they are: {len(there)} {what}{plural}: {', '.join(there)}.")
    if not made.teams and not made.accounts:
        click.echo("Nothing was made.")
    if made.accounts and passwords is not None:
        rows = [[account.username, account.password] for account in made.accounts]
        keep_new(passwords, as_csv([["username", "password"], *rows], ";"))
        click.echo(f"First passwords: {passwords}. Hand them out, and delete the file.")
    elif made.accounts:
        click.echo("First passwords, told this once:")
        for account in made.accounts:
            click.echo(f"  {account.username}  {account.password}")
