"""The outbox: messages that have to leave, each with an id, at least once; tried for days, shown when they can't."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import UUID

from msgspec import Struct
from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Index,
    Integer,
    String,
    Table,
    Uuid,
    delete,
    func,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

from database.rows import UtcDateTime, rows_as
from records.schema import metadata

# How long a message goes on being tried that is not taken, and how long at most until the next time.
PATIENCE = timedelta(days=5)
LONGEST_PAUSE = timedelta(hours=1)
SHORTEST_PAUSE = timedelta(minutes=1)
# Whoever is at a message has it for so long: should they be gone then, another takes it up.
CLAIMED = timedelta(minutes=3)

# Dropped are those whose moment has passed, or that nobody is left to read; failed are those that should have arrived.
# Settled are digests: whether one left or had nothing to say would tell who has to do with which signal, so of none it
# is kept.
WAITING, SENT, DROPPED, FAILED, SETTLED = "waiting", "sent", "dropped", "failed", "settled"
STATES = (WAITING, SENT, DROPPED, FAILED, SETTLED)
# Why one is dropped whose fact did not come about: should it do so after all, the message is put anew.
NOT_RECORDED = "not_recorded"

outbox = Table(
    "outbox",
    metadata,
    Column("message_id", Uuid, primary_key=True),
    # which text is made of it when it leaves: no personal data stands here
    Column("kind", String(20), nullable=False),
    Column("client_id", Uuid),
    Column("subject_id", Uuid, nullable=False),
    Column("language", String(5), nullable=False),
    Column("actor", Uuid),
    Column("state", String(10), nullable=False),
    # how often a mail server was asked to take it
    Column("attempts", Integer, nullable=False),
    Column("try_at", UtcDateTime, nullable=False),
    Column("put_at", UtcDateTime, nullable=False),
    # a code: why it is not sent
    Column("error", String(80)),
    # from when its days count: since it was put, or sent again by hand
    Column("tried_since", UtcDateTime),
    # when what came of it was recorded where it belongs
    Column("recorded_at", UtcDateTime),
    Index("ix_outbox_waiting", "state", "try_at"),
)


class Message(Struct, frozen=True):
    """A message as it lies in the outbox."""

    message_id: UUID
    kind: str
    client_id: UUID | None
    subject_id: UUID
    language: str
    actor: UUID | None
    state: str
    attempts: int
    try_at: datetime
    put_at: datetime
    error: str | None
    tried_since: datetime | None
    recorded_at: datetime | None


def put(
    connection: Connection,
    message_id: UUID,
    kind: str,
    subject_id: UUID,
    now: datetime,
    *,
    client_id: UUID | None = None,
    language: str = "nl",
    actor: UUID | None = None,
) -> bool:
    """Have a message sent; the same id again changes nothing, unless it was given up for a fact that had not come
    about. Whether it is a new one."""
    insert = postgresql.insert(outbox) if connection.dialect.name == "postgresql" else sqlite.insert(outbox)
    added = connection.execute(
        insert.values(
            message_id=message_id,
            kind=kind,
            client_id=client_id,
            subject_id=subject_id,
            language=language,
            actor=actor,
            state=WAITING,
            attempts=0,
            try_at=now,
            put_at=now,
        )
        .on_conflict_do_update(
            index_elements=["message_id"],
            set_={"state": WAITING, "try_at": now, "put_at": now, "error": None, "recorded_at": None},
            where=(outbox.c.state == DROPPED) & (outbox.c.error == NOT_RECORDED),
        )
        .returning(outbox.c.message_id)
    )
    return added.first() is not None


def take_back(connection: Connection, message_id: UUID) -> None:
    """Forget a message that was put for something which did not come about after all."""
    connection.execute(delete(outbox).where(outbox.c.message_id == message_id, outbox.c.state == WAITING))


# on their way


def due(connection: Connection, now: datetime, limit: int = 200) -> list[Message]:
    """Messages to be tried now, the one that has waited longest first."""
    statement = select(outbox).where(_due(now)).order_by(outbox.c.try_at, outbox.c.message_id).limit(limit)
    return rows_as(Message, connection.execute(statement))


def claim(connection: Connection, message_id: UUID, now: datetime) -> bool:
    """Keep others from a message for a while; False when somebody else was faster."""
    taken = connection.execute(
        update(outbox).where(outbox.c.message_id == message_id, _due(now)).values(try_at=now + CLAIMED)
    )
    return taken.rowcount == 1


def let_go(connection: Connection, message: Message) -> None:
    """Put a claimed message back as it was: it was not to blame."""
    _set(connection, message.message_id, try_at=message.try_at)


def sent(connection: Connection, message: Message) -> None:
    _set(connection, message.message_id, state=SENT, attempts=message.attempts + 1, error=None)


def dropped(connection: Connection, message: Message, reason: str) -> None:
    """It is not sent any more, and nobody misses it."""
    _set(connection, message.message_id, state=DROPPED, error=reason)


def settled(connection: Connection, message: Message) -> None:
    """It is on its way no more, and the row says nothing of what came of it or when."""
    _set(connection, message.message_id, state=SETTLED, attempts=0, error=None, try_at=message.put_at)


def forget_settled(connection: Connection, before: datetime) -> None:
    connection.execute(delete(outbox).where(outbox.c.state == SETTLED, outbox.c.put_at < before))


def failed(connection: Connection, message: Message, reason: str) -> None:
    """It can't be sent, however often it is tried."""
    _set(connection, message.message_id, state=FAILED, attempts=message.attempts + 1, error=reason)


def postponed(
    connection: Connection, message: Message, now: datetime, reason: str | None, *, asked: bool = True
) -> bool:
    """Try it again later, after longer pauses the older it is; True when it has been tried for long enough.

    `asked` tells whether a mail server was asked to take it.
    """
    age = now - (message.tried_since or message.put_at)
    given_up: bool = age >= PATIENCE
    pause = min(max(age / 4, SHORTEST_PAUSE), LONGEST_PAUSE)
    _set(
        connection,
        message.message_id,
        state=FAILED if given_up else WAITING,
        error=reason,
        attempts=message.attempts + asked,
        try_at=now + pause,
    )
    return given_up


def give_up_the_old(connection: Connection, now: datetime, reason: str) -> int:
    """Nobody takes any mail: give up what has waited for long enough; how many there were."""
    old = func.coalesce(outbox.c.tried_since, outbox.c.put_at) <= now - PATIENCE
    statement = update(outbox).where(outbox.c.state == WAITING, old).values(state=FAILED, error=reason)
    return connection.execute(statement).rowcount


def send_again(connection: Connection, now: datetime, message_ids: Collection[UUID] | None = None) -> int:
    """Try messages again that failed, as if they were new: these, or all of them; how many there were."""
    statement = update(outbox).where(outbox.c.state == FAILED)
    if message_ids is not None:
        statement = statement.where(outbox.c.message_id.in_(message_ids))
    return connection.execute(statement.values(state=WAITING, try_at=now, tried_since=now, recorded_at=None)).rowcount


def unrecorded(connection: Connection, kind: str, limit: int = 500) -> list[Message]:
    """Messages of a kind that are on their way no more, of which nobody recorded what came of them."""
    statement = select(outbox).where(outbox.c.kind == kind, outbox.c.state != WAITING, outbox.c.recorded_at.is_(None))
    return rows_as(Message, connection.execute(statement.order_by(outbox.c.put_at).limit(limit)))


def recorded(connection: Connection, message: Message, now: datetime) -> None:
    """What came of a message was recorded; one that was sent again meanwhile has that still to come."""
    connection.execute(
        update(outbox)
        .where(outbox.c.message_id == message.message_id, outbox.c.state == message.state)
        .values(recorded_at=now)
    )


def _due(now: datetime) -> ColumnElement[bool]:
    return (outbox.c.state == WAITING) & (outbox.c.try_at <= now)


def _set(connection: Connection, message_id: UUID, **values: object) -> None:
    connection.execute(update(outbox).where(outbox.c.message_id == message_id).values(**values))


# who was erased


def forget_client(connection: Connection, client_id: UUID) -> None:
    """What was about to leave about a client who was erased."""
    connection.execute(delete(outbox).where(outbox.c.client_id == client_id))


def clients(connection: Connection) -> set[UUID]:
    """The clients whom messages are about."""
    return set(connection.scalars(select(outbox.c.client_id).where(outbox.c.client_id.is_not(None)).distinct()))


# queries


def counts(connection: Connection) -> dict[str, int]:
    """How many messages are in each state; all states are there."""
    rows = connection.execute(select(outbox.c.state, func.count()).group_by(outbox.c.state)).tuples().all()
    return dict.fromkeys(STATES, 0) | dict(rows)


def by_reason(connection: Connection) -> list[tuple[str, str, str, int]]:
    """State, kind, reason and number of the messages that wait for another time, were dropped or failed."""
    columns = (outbox.c.state, outbox.c.kind, outbox.c.error)
    statement = select(*columns, func.count()).where(outbox.c.error.is_not(None)).group_by(*columns).order_by(*columns)
    return [(state, kind, error, number) for state, kind, error, number in connection.execute(statement)]


def failures(connection: Connection, limit: int | None = 100) -> list[Message]:
    """Messages that failed for good, the latest first."""
    statement = select(outbox).where(outbox.c.state == FAILED).order_by(outbox.c.put_at.desc()).limit(limit)
    return rows_as(Message, connection.execute(statement))
