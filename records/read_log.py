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
    connection: Connection, *, client_id: UUID | None = None, limit: int = 200, rows: int = 5000
) -> list[LoggedLook]:
    """The last looks, at one client or at all; the oldest of them may lack clients, when `rows` don't hold it whole."""
    statement = select(read_log).order_by(read_log.c.read_id.desc()).limit(rows)
    if client_id is not None:
        statement = statement.where(read_log.c.client_id == client_id).limit(limit)
    looks: dict[object, LoggedLook] = {}
    for row in connection.execute(statement):
        look = looks.setdefault(row.look_id or row.read_id, LoggedLook(row.read_at, row.account_id, row.page, {}))
        look.clients[row.client_id] = row.seen
    return list(looks.values())[:limit]
