"""One-time links that clients get, each with a short code, and whose browser is at one: of questionnaires, invitations.

A link and its short code are made from the id of what they open and stand nowhere: here are keyed marks of them. So a
copy of the database opens nothing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from msgspec import Struct
from sqlalchemy import Column, Connection, Integer, Select, String, Table, Uuid, delete, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from database.rows import UtcDateTime
from records.schema import metadata

# After so many wrong birth dates a link is over, so that whoever finds a letter can't try them all.
MOST_FAILURES = 20
IDLE = timedelta(hours=2)
# What is left of a link is swept away some time after its last day.
KEPT = timedelta(days=14)


class Link(Struct, frozen=True):
    """A link as it is kept; `subject_id` is what it opens."""

    subject_id: UUID
    client_id: UUID
    until: datetime
    failures: int
    opened_at: datetime | None
    ended_at: datetime | None


class OneTimeLinks:
    """The links of one kind, in two tables of their own; `more` are columns that this kind has beside."""

    def __init__(self, kind: str, *more: Column[Any]) -> None:
        self.kind = kind
        self.links = Table(
            f"{kind}_links",
            metadata,
            Column(f"{kind}_id", Uuid, key="subject_id", primary_key=True),
            Column("client_id", Uuid, nullable=False, index=True),
            Column("link_mark", String(64), nullable=False, unique=True),
            Column("code_mark", String(64), nullable=False, unique=True),
            # the moment at which it works no more
            Column("until", UtcDateTime, nullable=False),
            Column("failures", Integer, nullable=False),
            Column("opened_at", UtcDateTime),
            Column("ended_at", UtcDateTime),
            *more,
        )
        self.sessions = Table(
            f"{kind}_sessions",
            metadata,
            # of the token, so that a database dump opens nothing
            Column("token_hash", String(64), primary_key=True),
            Column(f"{kind}_id", Uuid, key="subject_id", nullable=False, index=True),
            Column("seen_at", UtcDateTime, nullable=False),
        )

    def add(
        self, connection: Connection, subject_id: UUID, client_id: UUID, marks: tuple[str, str], until: datetime
    ) -> None:
        """Let a link work; one that is there already stays as it is."""
        insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
        link_mark, code_mark = marks
        statement = insert(self.links).values(
            subject_id=subject_id,
            client_id=client_id,
            link_mark=link_mark,
            code_mark=code_mark,
            until=until,
            failures=0,
        )
        connection.execute(statement.on_conflict_do_nothing(index_elements=[self.links.c.subject_id]))

    def find(self, connection: Connection, marks: tuple[str, str], now: datetime) -> Link | None:
        """The link of which one of these is the mark, as far as it works."""
        c = self.links.c
        works = (c.ended_at.is_(None)) & (c.until > now) & (c.failures < MOST_FAILURES)
        return self._one(connection, self._select().where(or_(c.link_mark == marks[0], c.code_mark == marks[1]), works))

    def of(self, connection: Connection, subject_id: UUID) -> Link | None:
        return self._one(connection, self._select().where(self.links.c.subject_id == subject_id))

    def count_failure(self, connection: Connection, subject_id: UUID) -> bool:
        """Count a try before it is judged; False where there were too many. One that succeeds is `opened`."""
        c = self.links.c
        statement = update(self.links).where(
            c.subject_id == subject_id, c.failures < MOST_FAILURES, c.ended_at.is_(None)
        )
        return connection.execute(statement.values(failures=c.failures + 1)).rowcount == 1

    def opened(self, connection: Connection, subject_id: UUID, token: str, now: datetime) -> None:
        """Begin a session at what a link opens; those that ran out are swept away on the way."""
        connection.execute(delete(self.sessions).where(self.sessions.c.seen_at < now - IDLE))
        statement = update(self.links).where(self.links.c.subject_id == subject_id)
        connection.execute(statement.values(failures=0, opened_at=now))
        values = {"token_hash": _hashed(token), "subject_id": subject_id, "seen_at": now}
        connection.execute(self.sessions.insert().values(**values))

    def at(self, connection: Connection, token: str, now: datetime, *, ended_too: bool = False) -> Link | None:
        """What a browser is at, as long as the link works; with `ended_too` also where it was used at that browser."""
        c, s = self.links.c, self.sessions.c
        statement = (
            self._select()
            .join(self.sessions, s.subject_id == c.subject_id)
            .where(s.token_hash == _hashed(token), s.seen_at >= now - IDLE)
        )
        if not ended_too:
            statement = statement.where(c.ended_at.is_(None), c.until > now)
        return self._one(connection, statement)

    def leave(self, connection: Connection, token: str) -> None:
        connection.execute(delete(self.sessions).where(self.sessions.c.token_hash == _hashed(token)))

    def note_use(self, connection: Connection, token: str, now: datetime) -> None:
        s = self.sessions
        connection.execute(update(s).where(s.c.token_hash == _hashed(token)).values(seen_at=now))

    def end(
        self,
        connection: Connection,
        subject_ids: Collection[UUID],
        now: datetime,
        *,
        but: str | None = None,
        **values: object,
    ) -> None:
        """Let links work no more; whoever is at one is out, `but` for the browser with this token."""
        c, s = self.links.c, self.sessions
        statement = update(self.links).where(c.subject_id.in_(subject_ids), c.ended_at.is_(None))
        connection.execute(statement.values(ended_at=now, **values))
        theirs = delete(s).where(s.c.subject_id.in_(subject_ids))
        connection.execute(theirs if but is None else theirs.where(s.c.token_hash != _hashed(but)))

    def of_client(self, connection: Connection, client_id: UUID) -> list[UUID]:
        """The links of a client that work."""
        c = self.links.c
        statement = select(c.subject_id).where(c.client_id == client_id, c.ended_at.is_(None))
        return list(connection.scalars(statement))

    # who was erased, and what is old

    def forget_client(self, connection: Connection, client_id: UUID) -> None:
        """The links of a client who was erased, and whoever is at one."""
        c, s = self.links.c, self.sessions
        theirs = select(c.subject_id).where(c.client_id == client_id)
        connection.execute(delete(s).where(s.c.subject_id.in_(theirs)))
        connection.execute(delete(self.links).where(c.client_id == client_id))

    def clients(self, connection: Connection) -> set[UUID]:
        """The clients to whom there are links."""
        return set(connection.scalars(select(self.links.c.client_id).distinct()))

    def forget_old(self, connection: Connection, now: datetime) -> int:
        """Links some time after their last day; how many were thrown away."""
        connection.execute(delete(self.sessions).where(self.sessions.c.seen_at < now - IDLE))
        return connection.execute(delete(self.links).where(self.links.c.until <= now - KEPT)).rowcount

    def _select(self) -> Select[Any]:
        return select(*(self.links.c[name] for name in Link.__struct_fields__))

    def _one(self, connection: Connection, statement: Select[Any]) -> Link | None:
        found = connection.execute(statement).first()
        return None if found is None else Link(*found)


def _hashed(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
