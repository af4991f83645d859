"""Teams and accounts: who works here, in which role, and how they prove it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    ForeignKey,
    Index,
    String,
    Table,
    Text,
    Uuid,
    false,
    or_,
    select,
    update,
)

from domain.mail_address import optional_address
from domain.names import by_surname, folded
from domain.refusal import Refused
from domain.roles import Role, Viewer
from domain.text import required_text
from records import passwords, usernames
from records.passwords import hash_password as hash_password
from records.schema import metadata

teams = Table(
    "teams",
    metadata,
    Column("team_id", Uuid, primary_key=True),
    Column("code", String(40), nullable=False, unique=True),
    Column("name", String(100), nullable=False),
    Column("specialised", Boolean, nullable=False),
)

accounts = Table(
    "accounts",
    metadata,
    Column("account_id", Uuid, primary_key=True),
    Column("username", String(80), nullable=False, unique=True),
    # how it is compared, since nobody tells Jan from jan
    Column("folded", String(250), nullable=False, server_default=""),
    Column("password_hash", Text, nullable=False),
    Column("full_name", String(120), nullable=False),
    Column("role", String(20), nullable=False),
    Column("team_id", Uuid, ForeignKey("teams.team_id")),
    Column("improves", Boolean, nullable=False),
    Column("active", Boolean, nullable=False),
    Column("language", String(5)),
    # where mails go; of what, `records.notice_choices` says
    Column("email", String(200)),
    # whether the password was given by somebody else: then it serves to choose one's own, and for nothing else
    Column("one_time_password", Boolean, nullable=False, server_default=false()),
    Index("ix_accounts_folded", "folded", unique=True),
)

# Whose password the demonstration tells; asking of every account would take a city's start half a minute.
WELL_KNOWN_NAMES = ("coach", "quality", "manager", "process", "improve", "privacy", "admin")


@dataclass(frozen=True, slots=True)
class Team:
    team_id: UUID
    code: str
    name: str
    specialised: bool


@dataclass(frozen=True, slots=True)
class Account:
    account_id: UUID
    username: str
    full_name: str
    role: Role
    team_id: UUID | None
    improves: bool
    active: bool
    language: str | None
    email: str | None = None
    one_time_password: bool = False

    @property
    def viewer(self) -> Viewer:
        return Viewer(self.account_id, self.role, self.team_id, self.improves)


ACCOUNT_COLUMNS = [accounts.c[name] for name in Account.__dataclass_fields__]


def add_team(connection: Connection, team: Team) -> None:
    """Raises Refused when the code is taken."""
    if connection.scalar(select(teams.c.team_id).where(teams.c.code == team.code)):
        raise Refused("There is already a team with the code %(code)s.", field="code", code=team.code)
    connection.execute(
        teams.insert().values(team_id=team.team_id, code=team.code, name=team.name, specialised=team.specialised)
    )


def add_account(connection: Connection, account: Account, password: str, *, password_hash: str | None = None) -> None:
    """Raises Refused when the name is taken or can't be one, or a role that needs a team has none.

    `password_hash` is one that `hash_password` made before, for many accounts at once.
    """
    username = usernames.checked(account.username)
    folded = usernames.folded(username)
    taken = connection.scalar(select(accounts.c.username).where(accounts.c.folded == folded))
    if taken is not None:
        raise Refused("There is already an account %(name)s.", field="username", name=taken)
    required_text(account.full_name, field="full_name", longest=120)
    if account.team_id is None and account.role in {Role.WORK_COACH, Role.QUALITY_OFFICER, Role.TEAM_MANAGER}:
        raise Refused("Choose a team for this role.", field="team_id")
    connection.execute(
        accounts.insert().values(
            account_id=account.account_id,
            username=username,
            folded=folded,
            full_name=account.full_name,
            role=account.role.value,
            team_id=account.team_id,
            improves=account.improves,
            active=account.active,
            language=account.language,
            email=optional_address(account.email, field="email", longest=200),
            password_hash=password_hash or hash_password(password),
            one_time_password=account.one_time_password,
        )
    )


def with_well_known_passwords(connection: Connection) -> list[str]:
    """The names that the demonstration tells, of those that may log in here with a password that it tells."""
    rows = connection.execute(
        select(accounts.c.username, accounts.c.password_hash)
        .where(accounts.c.username.in_(WELL_KNOWN_NAMES), accounts.c.active)
        .order_by(accounts.c.username)
    ).all()
    return [
        name for name, hashed in rows if any(passwords.belongs(password, hashed) for password in passwords.WELL_KNOWN)
    ]


def with_hash(connection: Connection, username: str) -> tuple[Account, str] | None:
    """The account with this name, open or closed, and the hash of its password.

    Of two from before names were compared folded, each has its own exact name.
    """
    statement = select(*ACCOUNT_COLUMNS, accounts.c.password_hash).where(
        or_(accounts.c.folded == usernames.folded(username), accounts.c.username == username)
    )
    found = sorted(connection.execute(statement), key=lambda row: row.username != username)
    row = next(iter(found), None)
    return (account_of(row[:-1]), row.password_hash) if row else None


def account(connection: Connection, account_id: UUID) -> Account | None:
    row = connection.execute(select(*ACCOUNT_COLUMNS).where(accounts.c.account_id == account_id)).one_or_none()
    return account_of(row) if row else None


def all_accounts(connection: Connection) -> list[Account]:
    """Everybody's, by username."""
    rows = connection.execute(select(*ACCOUNT_COLUMNS))
    return sorted(map(account_of, rows), key=lambda found: folded(found.username))


def coaches(connection: Connection, team_id: UUID | None = None) -> list[Account]:
    """The active work coaches, of one team or of all, by name."""
    statement = select(*ACCOUNT_COLUMNS).where(accounts.c.role == Role.WORK_COACH, accounts.c.active)
    if team_id is not None:
        statement = statement.where(accounts.c.team_id == team_id)
    return sorted(map(account_of, connection.execute(statement)), key=lambda found: by_surname(found.full_name))


def names(connection: Connection) -> dict[UUID, str]:
    """The name of everybody who works or worked here, to say who recorded something."""
    return {
        row.account_id: row.full_name for row in connection.execute(select(accounts.c.account_id, accounts.c.full_name))
    }


def all_teams(connection: Connection) -> list[Team]:
    return sorted((Team(*row) for row in connection.execute(select(teams))), key=lambda found: folded(found.name))


def team(connection: Connection, team_id: UUID) -> Team | None:
    row = connection.execute(select(teams).where(teams.c.team_id == team_id)).one_or_none()
    return Team(*row) if row else None


def set_password(
    connection: Connection, account_id: UUID, password_hash: str, *, one_time: bool, instead_of: str | None = None
) -> bool:
    """Whether it was changed: where `instead_of` is said, only while that is the hash that is kept."""
    statement = update(accounts).where(accounts.c.account_id == account_id)
    if instead_of is not None:
        statement = statement.where(accounts.c.password_hash == instead_of)
    changed = connection.execute(statement.values(password_hash=password_hash, one_time_password=one_time))
    return changed.rowcount == 1


def set_language(connection: Connection, account_id: UUID, language: str) -> None:
    connection.execute(update(accounts).where(accounts.c.account_id == account_id).values(language=language))


def set_email(connection: Connection, account_id: UUID, email: str | None) -> None:
    """Raises Refused when it can't be an address."""
    email = optional_address(email, field="email", longest=200)
    connection.execute(update(accounts).where(accounts.c.account_id == account_id).values(email=email))


def set_active(connection: Connection, account_id: UUID, *, active: bool) -> None:
    connection.execute(update(accounts).where(accounts.c.account_id == account_id).values(active=active))


def account_of(row: Sequence[Any]) -> Account:
    account_id, username, full_name, role, *others = row
    return Account(account_id, username, full_name, Role(role), *others)
