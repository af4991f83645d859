"""One-time links to questionnaires, the answers so far under the client's own key, and whose browser is at one.

A link and its short code are made from the questionnaire's id and stand nowhere: here are keyed marks of them. So a
copy of the database opens no questionnaire.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any, cast
from uuid import UUID

from msgspec import Struct
from sqlalchemy import Column, Connection, Integer, String, Table, Text, Uuid, delete, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from database.rows import UtcDateTime, row_as
from eventlog.log import EventLog
from eventlog.sealing import Place, SealedRef
from records.schema import metadata

# After so many wrong birth dates a link is over, so that whoever finds a letter can't try them all.
MOST_FAILURES = 20
IDLE = timedelta(hours=2)
# What is left of a link is swept away some time after its last day.
KEPT = timedelta(days=14)

questionnaire_links = Table(
    "questionnaire_links",
    metadata,
    Column("questionnaire_id", Uuid, primary_key=True),
    Column("client_id", Uuid, nullable=False, index=True),
    Column("link_mark", String(64), nullable=False, unique=True),
    Column("code_mark", String(64), nullable=False, unique=True),
    # the moment at which it works no more
    Column("until", UtcDateTime, nullable=False),
    Column("failures", Integer, nullable=False),
    Column("opened_at", UtcDateTime),
    Column("ended_at", UtcDateTime),
    Column("sealed", Text),
)

questionnaire_sessions = Table(
    "questionnaire_sessions",
    metadata,
    # of the token, so that a database dump opens nothing
    Column("token_hash", String(64), primary_key=True),
    Column("questionnaire_id", Uuid, nullable=False, index=True),
    Column("seen_at", UtcDateTime, nullable=False),
)


class Link(Struct, frozen=True):
    """A link as it is kept."""

    questionnaire_id: UUID
    client_id: UUID
    until: datetime
    failures: int
    opened_at: datetime | None
    ended_at: datetime | None
    sealed: str | None


_LINK = [questionnaire_links.c[name] for name in Link.__struct_fields__]


def add(
    connection: Connection, questionnaire_id: UUID, client_id: UUID, marks: tuple[str, str], until: datetime
) -> None:
    """Let a link work; one that is there already stays as it is."""
    insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    link_mark, code_mark = marks
    statement = insert(questionnaire_links).values(
        questionnaire_id=questionnaire_id,
        client_id=client_id,
        link_mark=link_mark,
        code_mark=code_mark,
        until=until,
        failures=0,
    )
    connection.execute(statement.on_conflict_do_nothing(index_elements=["questionnaire_id"]))


def find(connection: Connection, marks: tuple[str, str], now: datetime) -> Link | None:
    """The link of which one of these is the mark, as far as it works."""
    c = questionnaire_links.c
    works = (c.ended_at.is_(None)) & (c.until > now) & (c.failures < MOST_FAILURES)
    statement = select(*_LINK).where(or_(c.link_mark == marks[0], c.code_mark == marks[1]), works)
    return row_as(Link, connection.execute(statement))


def of(connection: Connection, questionnaire_id: UUID) -> Link | None:
    statement = select(*_LINK).where(questionnaire_links.c.questionnaire_id == questionnaire_id)
    return row_as(Link, connection.execute(statement))


def count_failure(connection: Connection, questionnaire_id: UUID) -> bool:
    """Count a try before it is judged; False where there were too many. One that succeeds is `opened`."""
    c = questionnaire_links.c
    statement = update(questionnaire_links).where(
        c.questionnaire_id == questionnaire_id, c.failures < MOST_FAILURES, c.ended_at.is_(None)
    )
    return connection.execute(statement.values(failures=c.failures + 1)).rowcount == 1


def opened(connection: Connection, questionnaire_id: UUID, token: str, now: datetime) -> None:
    """Begin a session at a questionnaire; those that ran out are swept away on the way."""
    c, s = questionnaire_links.c, questionnaire_sessions
    connection.execute(delete(s).where(s.c.seen_at < now - IDLE))
    statement = update(questionnaire_links).where(c.questionnaire_id == questionnaire_id)
    connection.execute(statement.values(failures=0, opened_at=now))
    connection.execute(s.insert().values(token_hash=_hashed(token), questionnaire_id=questionnaire_id, seen_at=now))


def at(connection: Connection, token: str, now: datetime) -> Link | None:
    """The questionnaire that a browser is at, as long as it can be answered."""
    c, s = questionnaire_links.c, questionnaire_sessions.c
    statement = (
        select(*_LINK)
        .join(questionnaire_sessions, s.questionnaire_id == c.questionnaire_id)
        .where(s.token_hash == _hashed(token), s.seen_at >= now - IDLE, c.ended_at.is_(None), c.until > now)
    )
    return row_as(Link, connection.execute(statement))


def leave(connection: Connection, token: str) -> None:
    connection.execute(delete(questionnaire_sessions).where(questionnaire_sessions.c.token_hash == _hashed(token)))


def note_use(connection: Connection, token: str, now: datetime) -> None:
    s = questionnaire_sessions
    connection.execute(update(s).where(s.c.token_hash == _hashed(token)).values(seen_at=now))


def end(connection: Connection, questionnaire_ids: Collection[UUID], now: datetime) -> None:
    """Let links work no more, and forget what was answered there; whoever is at one is out."""
    c, s = questionnaire_links.c, questionnaire_sessions
    statement = update(questionnaire_links).where(c.questionnaire_id.in_(questionnaire_ids), c.ended_at.is_(None))
    connection.execute(statement.values(ended_at=now, sealed=None))
    connection.execute(delete(s).where(s.c.questionnaire_id.in_(questionnaire_ids)))


def of_client(connection: Connection, client_id: UUID) -> list[UUID]:
    """The links of a client that work."""
    c = questionnaire_links.c
    statement = select(c.questionnaire_id).where(c.client_id == client_id, c.ended_at.is_(None))
    return list(connection.scalars(statement))


# the answers so far


def answers(log: EventLog, link: Link) -> dict[str, Any]:
    """What was answered so far, by field."""
    if link.sealed is None:
        return {}
    return cast("dict[str, Any]", log.opener([link.client_id]).text(link.sealed) or {})


def keep(connection: Connection, log: EventLog, link: Link, changed: Mapping[str, Mapping[str, Any] | None]) -> None:
    """Keep these answers with those that are there; None takes one back. Nothing is kept where the key is gone."""
    c = questionnaire_links.c
    # Two devices at once: what the other kept meanwhile stays.
    statement = select(*_LINK).where(c.questionnaire_id == link.questionnaire_id).with_for_update()
    now = row_as(Link, connection.execute(statement))
    if now is None or now.ended_at is not None:
        return
    whole = {key: value for key, value in {**answers(log, now), **changed}.items() if value is not None}
    place = Place(link.client_id, 0, "questionnaire", str(link.questionnaire_id))
    sealed = log.seal(whole, place)
    text = SealedRef(place, sealed).dump() if sealed is not None else None
    mine = c.questionnaire_id == link.questionnaire_id
    connection.execute(update(questionnaire_links).where(mine).values(sealed=text))


# who was erased, and what is old


def forget_client(connection: Connection, client_id: UUID) -> None:
    """The links of a client who was erased, and what was answered there."""
    c, s = questionnaire_links.c, questionnaire_sessions
    theirs = select(c.questionnaire_id).where(c.client_id == client_id)
    connection.execute(delete(s).where(s.c.questionnaire_id.in_(theirs)))
    connection.execute(delete(questionnaire_links).where(c.client_id == client_id))


def clients(connection: Connection) -> set[UUID]:
    """The clients to whom there are links."""
    return set(connection.scalars(select(questionnaire_links.c.client_id).distinct()))


def forget_old(connection: Connection, now: datetime) -> int:
    """Answers of links that work no more, at once, and links some time later; how many were thrown away."""
    c, s = questionnaire_links.c, questionnaire_sessions
    connection.execute(delete(s).where(s.c.seen_at < now - IDLE))
    over = update(questionnaire_links).where(c.until <= now, c.sealed.is_not(None))
    count = connection.execute(over.values(sealed=None)).rowcount
    return count + connection.execute(delete(questionnaire_links).where(c.until <= now - KEPT)).rowcount


def _hashed(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
