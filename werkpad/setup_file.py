"""What a set-up file asks for: an administrator and teams in TOML, and accounts in a table beside it."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from application.setting_up import NewColleague, NewTeam
from application.tables.table import Table
from domain.catalogue import YesNo
from domain.refusal import Refused
from domain.roles import Role

COLUMNS = ("username", "name", "role", "team", "improves", "email")
TOP = {"administrator", "teams", "accounts"}


class SetUpMistake(Exception):  # noqa: N818 - what people make, not a fault
    """A file can't be used as it is; the sentence says what is wrong with it, and nothing was made."""


@dataclass(slots=True)
class Wanted:
    """The teams and accounts that are to be there."""

    teams: list[NewTeam] = field(default_factory=list)
    colleagues: list[NewColleague] = field(default_factory=list)


def read_setup(path: Path) -> Wanted:
    """What a file asks for, with the accounts of the table that it names. Raises SetUpMistake."""
    try:
        tables = tomllib.loads(path.read_bytes().decode("utf-8-sig"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SetUpMistake(f"{path.name} is not TOML in UTF-8: {error}.") from None
    _only(tables, TOP, path.name)
    wanted = Wanted()
    if "administrator" in tables:
        said = _table(tables["administrator"], {"username", "name", "email"}, f"{path.name}: [administrator]")
        wanted.colleagues.append(administrator(said["username"], said["name"], said.get("email")))
    teams = tables.get("teams", [])
    if not isinstance(teams, list):
        raise SetUpMistake(f"{path.name}: write each team below a line [[teams]].")
    for nth, team in enumerate(teams, 1):
        said = _table(team, {"code", "name", "specialised"}, f"{path.name}: team {nth}")
        wanted.teams.append(NewTeam(said["code"], said["name"], specialised=said.get("specialised", False)))
    if "accounts" in tables:
        wanted.colleagues += read_accounts(path.parent / str(tables["accounts"]))
    return wanted


def administrator(username: str, name: str, email: str | None = None) -> NewColleague:
    """Somebody who keeps accounts and teams, and sees no client's data."""
    return NewColleague(username.strip(), name.strip(), Role.ADMINISTRATOR, email=email)


def read_accounts(path: Path) -> list[NewColleague]:
    """The accounts of a table, one a row. Raises SetUpMistake, with every row that is not sound."""
    try:
        table = Table(path.read_bytes(), COLUMNS, fold=True)
    except OSError as error:
        raise SetUpMistake(f"{path.name} can't be read: {error.strerror or error}.") from None
    except Refused as refused:
        raise SetUpMistake(f"{path.name} can't be used: {refused}") from None
    if missing := [name for name in COLUMNS[:3] if name not in table.columns]:
        raise SetUpMistake(f"{path.name} has no column {', '.join(missing)}.")
    if unknown := [name for name in table.columns if name not in COLUMNS]:
        raise SetUpMistake(f"{path.name}: no column is called {', '.join(unknown)}, only {', '.join(COLUMNS)}.")
    found: list[NewColleague] = []
    mistakes: list[str] = []
    for row in table:
        try:
            if row.wrong is not None:
                raise row.wrong
            found.append(_colleague(dict(zip(table.columns, row.cells, strict=True))))
        except Refused as refused:
            mistakes.append(f"line {row.line}: {refused}")
    if mistakes:
        raise SetUpMistake("\n".join([f"{path.name} can't be used:", *(f"- {mistake}" for mistake in mistakes)]))
    return found


def _colleague(said: Mapping[str, str]) -> NewColleague:
    if said["role"] not in set(Role):
        raise Refused(f"the role is one of: {', '.join(Role)}.")
    if not said["username"] or not said["name"]:
        raise Refused("username and name can't be missing.")
    improves = bool(said.get("improves")) and YesNo().parse(said["improves"]) is True
    return NewColleague(
        username=said["username"],
        full_name=said["name"],
        role=Role(said["role"]),
        team=said.get("team") or None,
        improves=improves,
        email=said.get("email") or None,
    )


def _table(found: object, known: set[str], where: str) -> dict[str, Any]:
    if not isinstance(found, dict):
        raise SetUpMistake(f"{where} is a table.")
    _only(found, known, where)
    for key in _needed(known):
        if not isinstance(found.get(key), str) or not found[key].strip():
            raise SetUpMistake(f"{where}: {key} is missing: give a text.")
    if not isinstance(found.get("specialised", False), bool):
        raise SetUpMistake(f"{where}: specialised is true or false.")
    if not isinstance(found.get("email", ""), str):
        raise SetUpMistake(f"{where}: email is a text.")
    return found


def _needed(known: set[str]) -> Iterator[str]:
    return (key for key in ("code", "username", "name") if key in known)


def _only(table: Mapping[str, Any], known: set[str], where: str) -> None:
    if unknown := sorted(table.keys() - known):
        raise SetUpMistake(f"{where}: there is no setting {', '.join(unknown)}, only {', '.join(sorted(known))}.")
