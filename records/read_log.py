"""The read log: who saw which client, when, on which page, and how."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import msgspec
from sqlalchemy import BigInteger, Column, Connection, Integer, String, Table, Uuid, select, text

from database.rows import UtcDateTime
from records.schema import metadata

# More than there will ever be of one client.
EVERY = 10_000_000
# So many looks are a part.
AT_ONCE = 200

read_log = Table(
    "read_log",
    metadata,
    Column("read_id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True),
    Column("read_at", UtcDateTime, nullable=False, index=True),
    Column("account_id", Uuid, nullable=False),
    Column("client_id", Uuid, nullable=False, index=True),
    Column("page", String(40), nullable=False),
    # the same for all clients of one page view; none from before it was kept
    Column("look_id", Uuid),
    Column("seen", String(10), nullable=False, server_default="opened"),
)


@dataclass(frozen=True, slots=True)
class LoggedLook:
    """One page view as it was noted, or as much of it as was read: the clients by how they were seen."""

    read_at: datetime
    account_id: UUID
    page: str
    clients: dict[UUID, str]

    @property
    def ways(self) -> list[str]:
        """How clients were seen, each way once."""
        return sorted(set(self.clients.values()))


def note(
    connection: Connection, account_id: UUID, seen: Mapping[UUID, str], *, page: str, look_id: UUID, now: datetime
) -> None:
    """Note that somebody saw these clients, and how."""
    common = {"read_at": now, "account_id": account_id, "page": page, "look_id": look_id}
    if connection.dialect.name == "postgresql":
        # With one parameter: to put a hundred rows into a statement takes the driver longer than to run it.
        rows = [{"client_id": client_id, "seen": how} for client_id, how in seen.items()]
        connection.execute(_NOTE, common | {"rows": msgspec.json.encode(rows).decode()})
    else:
        connection.execute(read_log.insert(), [common | {"client_id": c, "seen": how} for c, how in seen.items()])


_NOTE = text(
    "INSERT INTO read_log (read_at, account_id, client_id, page, look_id, seen)"
    " SELECT :read_at, :account_id, c.client_id, :page, :look_id, c.seen"
    " FROM json_to_recordset(CAST(:rows AS json)) AS c(client_id uuid, seen varchar)"
)


def latest(
    connection: Connection, *, client_id: UUID | None = None, limit: int | None = None, rows: int = 5000
) -> list[LoggedLook]:
    """The last looks, at one client or at all; the oldest of them may lack clients, when `rows` don't hold it whole."""
    return part(connection, client_id=client_id, limit=limit, rows=rows)[0]


def part(
    connection: Connection,
    *,
    client_id: UUID | None = None,
    before: int | None = None,
    limit: int | None = None,
    rows: int = 5000,
) -> tuple[list[LoggedLook], int | None]:
    """Looks at one client or at all, the latest first, and what to ask `before` to go on; None where these are all."""
    statement = select(read_log).order_by(read_log.c.read_id.desc()).limit(rows + 1)
    if client_id is not None:
        statement = statement.where(read_log.c.client_id == client_id)
    if before is not None:
        statement = statement.where(read_log.c.read_id < before)
    looks: dict[object, LoggedLook] = {}
    last: int | None = None
    for nth, row in enumerate(connection.execute(statement)):
        key = row.look_id or row.read_id
        if nth == rows or (len(looks) == (limit or AT_ONCE) and key not in looks):
            return list(looks.values()), last
        look = looks.setdefault(key, LoggedLook(row.read_at, row.account_id, row.page, {}))
        look.clients[row.client_id] = row.seen
        last = row.read_id
    return list(looks.values()), None


def of_client(connection: Connection, *client_ids: UUID) -> list[LoggedLook]:
    """Every look at a client, whose file is one of several that were merged, the latest first."""
    looks = [each for one in client_ids for each in part(connection, client_id=one, limit=EVERY, rows=EVERY)[0]]
    return sorted(looks, key=lambda look: look.read_at, reverse=True)
