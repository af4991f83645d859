"""The log on PostgreSQL: appends under the table lock inside one function call, keys in a schema of their own."""

from __future__ import annotations

from collections.abc import Collection, Generator, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any, LiteralString
from uuid import UUID

from eventsourcing.persistence import ApplicationRecorder, ProgrammingError, StoredEvent
from eventsourcing.postgres import PostgresApplicationRecorder
from psycopg import Cursor, errors
from psycopg.rows import DictRow, tuple_row
from psycopg.sql import SQL, Composed, Identifier, Literal

from database.addresses import NO_TIMEOUTS
from database.door import ClosedError, Door, ReplacedError
from database.postgres_door import ENTER, stored
from eventlog.keyring import KeyGoneError, WrappedKey
from eventlog.postgres_connections import Datastore, written_anew
from eventlog.postgres_schema import APPEND, APPEND_OF_BEFORE, COMMAND_INDEX, POSITION_INDEX, TABLE, VAULT
from eventlog.prefetch import Prefetch
from eventlog.recording import Append, Erasure, Row, StreamErasedError, StreamRow, Written, bucket_of, require_complete
from eventlog.vault_on_postgres import WRAPPING, PostgresVault

ERASED, CLOSED, REPLACED = "WP001", "WP002", "WP003"
STREAMS_AT_ONCE = 100


def _once(retried: Any) -> Any:
    """A method of the library without its retries."""
    return retried.__wrapped__


def _among(buckets: Sequence[int] | None) -> SQL:
    return SQL("") if buckets is None else SQL(" AND bucket = ANY(%s)")


def datastore(url: str, *, pool_size: int = 5, lock_timeout: int = 5) -> Datastore:
    """Connections for a `postgresql://` address."""
    return Datastore(url, pool_size=pool_size, lock_timeout=lock_timeout)


class PostgresRecorder(PostgresVault, PostgresApplicationRecorder):
    """The library's recorder with our append function, stored buckets, command ids and the vault.

    The stock recorder takes its lock in client round trips, its own database function takes none: a tailing
    reader then skips events. Here the function that inserts takes the lock itself.
    """

    def __init__(
        self,
        datastore: Datastore,
        *,
        events_table_name: str = "events",
        vault: str = "vault",
        door: Door | None = None,
    ):
        super().__init__(datastore, events_table_name=events_table_name)
        self.door = door or Door()
        self._asks_door = door is not None
        self._names: dict[str, Any] = {
            "schema": Identifier(datastore.schema),
            "table": Identifier(events_table_name),
            "vault": Identifier(vault),
            "id_type": Identifier(datastore.originator_id_type),
            "function": Identifier(f"append_{events_table_name}"),
            "channel": Identifier(self.channel_name),
            "lock_timeout": Literal(f"{datastore.lock_timeout}s"),
            "erased": Literal(ERASED),
            "closed": Literal(CLOSED),
            "replaced": Literal(REPLACED),
        }
        # The library's own statements, but for its composite type, which its base class registers on connecting.
        self.sql_create_statements = [
            *(s for s in self.sql_create_statements if "CREATE TYPE" in s.as_string()),
            self._sql(TABLE),
            self._sql(POSITION_INDEX, index=Identifier(self.notification_id_index_name)),
            self._sql(COMMAND_INDEX, index=Identifier(f"{events_table_name}_command_idx")),
            *map(self._sql, (*VAULT, *WRAPPING)),
            self._sql(APPEND_OF_BEFORE),
            self._sql(APPEND),
        ]
        id_type = datastore.originator_id_type
        self._append_statement = self._sql(
            "SELECT {schema}.{function}(%s::{id_type}[], %s::bigint[], %s::text[], %s::bytea[],"
            " %s::smallint[], %s::uuid[], %s::integer[], %s::text) AS position"
        )
        self._ids_are_text = id_type != "uuid"

    def _as_id(self, stream_id: UUID | str) -> Any:
        return str(stream_id) if self._ids_are_text else stream_id

    @contextmanager
    def _writing(self) -> Iterator[Cursor[DictRow]]:
        with self.datastore.get_connection() as conn, conn.transaction(), conn.cursor() as cursor:
            yield cursor

    def _sql(self, statement: LiteralString, **names: Any) -> Composed:
        return SQL(statement).format(**self._names, **names)

    def as_library(self) -> ApplicationRecorder:
        return self

    def close(self) -> None:
        self.datastore.close()

    # writing

    def insert_events(self, stored_events: Sequence[StoredEvent], **_: Any) -> Sequence[int]:
        return self.append(stored_events, Append())

    @written_anew
    def append(self, stored_events: Sequence[StoredEvent], append: Append) -> Sequence[int]:
        """Store the events in order; their positions. One function call unless keys come along.

        Raises:
            eventsourcing.persistence.IntegrityError: a stream has moved on, or the command was stored before.
            StreamErasedError: a stream was erased.
            KeyRotatedError: another key-encryption key wraps than the one that new keys came wrapped by.
        """
        if not stored_events:
            return []
        with self._where_it_is(), self.datastore.get_connection() as conn, conn.cursor() as cursor:
            if not append.new_keys:
                return self._append(cursor, stored_events, append.commands, append.seen)
            with conn.transaction():
                self._add_keys(cursor, append.new_keys)
                return self._append(cursor, stored_events, append.commands, append.seen)

    def _append(
        self,
        cursor: Cursor[DictRow],
        stored_events: Sequence[StoredEvent],
        commands: Sequence[tuple[UUID, int] | None],
        seen: str | None,
    ) -> list[int]:
        commands = commands or [None] * len(stored_events)
        parameters = (
            [self._as_id(s.originator_id) for s in stored_events],
            [s.originator_version for s in stored_events],
            [s.topic for s in stored_events],
            [s.state for s in stored_events],
            [bucket_of(s.originator_id) for s in stored_events],
            [c and c[0] for c in commands],
            [c and c[1] for c in commands],
            self._to_ask(seen),
        )
        try:
            cursor.execute(self._append_statement, parameters, prepare=True)
        except errors.DatabaseError as error:
            if error.sqlstate == ERASED:
                raise StreamErasedError("Nothing can be recorded for one who was erased.") from None
            if error.sqlstate == CLOSED:
                raise ClosedError(stored(error.diag.message_detail or "{}")) from None
            if error.sqlstate == REPLACED:
                self.door.seen = None  # looked at again by whoever asks next
                raise ReplacedError("The log was replaced by a restore.") from None
            raise
        return [row["position"] for row in cursor.fetchall()]

    @contextmanager
    def _where_it_is(self) -> Iterator[None]:
        """Raises ClosedError for what isn't there because a restore has set it aside."""
        try:
            yield
        except ProgrammingError:
            if self._asks_door:
                self.door.judge(self.door.look())
            raise

    def _enter(self, cursor: Cursor[DictRow]) -> None:
        """Keep the door from being shut until the transaction ends. Raises ClosedError where it is."""
        if self._asks_door:
            row = cursor.execute(ENTER).fetchone()
            self.door.judge(stored(row["enter"] if row else "{}"))

    def _to_ask(self, seen: str | None) -> str | None:
        """The incarnation that an append has to find, None where there is no door."""
        if not self._asks_door:
            return None
        if seen is None:
            seen = self.door.look().incarnation if self.door.seen is None else self.door.seen
        return seen

    @written_anew
    def erase(self, stored_event: StoredEvent, command_id: UUID, erasure: Erasure, seen: str | None = None) -> int:
        """Append the erasing event, destroy the key and leave a tombstone, in one transaction; the position."""
        stream_id = self._as_id(erasure.stream_id)
        with self._writing() as cursor:
            (position,) = self._append(cursor, [stored_event], [(command_id, 0)], seen)
            cursor.execute(self._sql("DELETE FROM {vault}.keys WHERE stream_id = %s"), (stream_id,))
            cursor.execute(
                self._sql(
                    "INSERT INTO {vault}.tombstones (stream_id, erased_at, reason, actor) VALUES (%s, %s, %s, %s)"
                ),
                (stream_id, erasure.erased_at, erasure.reason, erasure.actor),
            )
            return position

    @written_anew
    def reseal(self, stored_event: StoredEvent, command_id: UUID, key: WrappedKey, seen: str | None = None) -> int:
        """Append an event that was sealed under a new key and destroy the key of before, in one transaction."""
        with self._writing() as cursor:
            self._refuse_another_kek(cursor, key)
            (position,) = self._append(cursor, [stored_event], [(command_id, 0)], seen)
            cursor.execute(
                self._sql("UPDATE {vault}.keys SET key_id = %s, wrapped = %s, kek_id = %s WHERE stream_id = %s"),
                (key.key_id, key.wrapped, key.kek_id, self._as_id(key.stream_id)),
            )
            if cursor.rowcount != 1:
                raise KeyGoneError(key.stream_id)
            return position

    def finish_erasures(self) -> int:
        """None are ever left: an erasure is one transaction here."""
        return 0

    def scrub(self) -> bool:
        """Write the keys anew without those destroyed, and have no file of the server's own log reach back to them.

        A plain VACUUM would leave their bytes where they are. Whether it was done: a backup may be reading them.
        """
        with self.datastore.get_connection() as conn:
            # No transaction may be around it, whose end would bring the timeout back.
            conn.execute("SET statement_timeout = 0")
            try:
                conn.execute(self._sql("VACUUM (FULL) {vault}.keys"))
                # Not everybody may; then it takes until the server's next checkpoint but one.
                for statement in ("SELECT pg_switch_wal()", "CHECKPOINT"):
                    with suppress(errors.InsufficientPrivilege):
                        conn.execute(statement)
            except errors.LockNotAvailable:
                return False
            finally:
                conn.execute("RESET statement_timeout")
        return True

    # reading

    def select_events(self, originator_id: UUID | str, **within: Any) -> Sequence[StoredEvent]:
        # The library asks ten times, and each time the pool waits: a coach would wait a minute to be refused.
        with self._where_it_is():
            return _once(PostgresApplicationRecorder.select_events)(self, originator_id, **within)  # type: ignore[no-any-return]  # the library has no types

    def max_notification_id(self) -> int | None:
        return _once(PostgresApplicationRecorder.max_notification_id)(self)  # type: ignore[no-any-return]  # the library has no types

    def erasures(self) -> list[Erasure]:
        statement = self._sql("SELECT stream_id, erased_at, reason, actor FROM {vault}.tombstones ORDER BY erased_at")
        return [Erasure(*row) for row in self._tuples(statement)]

    def select_command(self, command_id: UUID) -> list[Written]:
        statement = self._sql(
            "SELECT notification_id, originator_id, originator_version, topic FROM {schema}.{table}"
            " WHERE command_id = %s ORDER BY command_ordinal"
        )
        return [Written(*row) for row in self._tuples(statement, [command_id])]

    def select_commands(self, command_ids: Sequence[UUID]) -> set[UUID]:
        statement = self._sql("SELECT DISTINCT command_id FROM {schema}.{table} WHERE command_id = ANY(%s)")
        return {row[0] for row in self._tuples(statement, [list(command_ids)])}

    def page(self, after: int, limit: int, upto: int | None = None, without: Collection[str] = ()) -> list[Row]:
        among = "AND topic <> ALL(%s) " if without else ""
        statement = self._sql(
            "SELECT notification_id, originator_id, originator_version, topic, state FROM {schema}.{table}"  # noqa: S608 - the condition is ours
            f" WHERE notification_id > %s AND notification_id <= %s {among}ORDER BY notification_id LIMIT %s"
        )
        topics = [list(without)] if without else []
        return self._tuples(statement, [after, 2**62 if upto is None else upto, *topics, limit])

    def versions(self, stream_id: UUID, versions: Sequence[int]) -> list[Row]:
        """These events of one stream, in order."""
        statement = self._sql(
            "SELECT notification_id, originator_id, originator_version, topic, state FROM {schema}.{table}"
            " WHERE originator_id = %s AND originator_version = ANY(%s) ORDER BY originator_version"
        )
        return self._tuples(statement, [self._as_id(stream_id), list(versions)])

    def of_streams(self, stream_ids: Sequence[UUID]) -> list[Row]:
        """All events of some streams, stream by stream, in order."""
        statement = self._sql(
            "SELECT notification_id, originator_id, originator_version, topic, state FROM {schema}.{table}"
            " WHERE originator_id = ANY(%s) ORDER BY originator_id, originator_version"
        )
        return self._tuples(statement, [[self._as_id(stream_id) for stream_id in stream_ids]])

    def at(self, places: Sequence[tuple[UUID, int]]) -> list[Row]:
        """The events at these places, each a stream and a version."""
        statement = self._sql(
            "SELECT notification_id, originator_id, originator_version, topic, state FROM {schema}.{table}"
            " JOIN unnest(%s::uuid[], %s::bigint[]) AS place (stream, version)"
            " ON originator_id = stream AND originator_version = version"
        )
        return self._tuples(statement, [[self._as_id(stream) for stream, _ in places], [v for _, v in places]])

    def by_stream(self, upto: int, buckets: Sequence[int] | None = None) -> Generator[StreamRow, None, None]:
        """All events up to a position, a row a stream, from one snapshot; of some buckets only, if they are given."""
        with Prefetch(self._by_stream(upto, buckets), STREAMS_AT_ONCE) as streams:
            yield from streams

    def _by_stream(self, upto: int, buckets: Sequence[int] | None) -> Generator[StreamRow, None, None]:
        # Arrays, since the driver makes one row of a stream faster than a hundred of its events.
        statement = self._sql(
            "SELECT originator_id, array_agg(topic ORDER BY originator_version),"
            " array_agg(state ORDER BY originator_version), max(originator_version) FROM {schema}.{table}"
            " WHERE notification_id <= %s{among} GROUP BY originator_id ORDER BY originator_id",
            among=_among(buckets),
        )
        parameters = [upto] if buckets is None else [upto, list(buckets)]
        with self.datastore.get_connection() as conn, conn.transaction():
            conn.execute(NO_TIMEOUTS)
            with conn.cursor(name="by_stream", row_factory=tuple_row) as cursor:
                cursor.itersize = STREAMS_AT_ONCE
                cursor.execute(statement, parameters, binary=True)
                for stream_id, topics, states, last in cursor:
                    yield require_complete((stream_id, topics, states), last)

    def count(self, upto: int, buckets: Sequence[int] | None = None) -> int:
        """How many events there are up to a position."""
        statement = self._sql(
            "SELECT count(*) FROM {schema}.{table} WHERE notification_id <= %s{among}", among=_among(buckets)
        )
        with self.datastore.get_connection() as conn, conn.transaction():
            conn.execute(NO_TIMEOUTS)
            row = conn.execute(statement, [upto, *([] if buckets is None else [list(buckets)])]).fetchone()
        return int(row["count"]) if row else 0

    def head(self) -> int:
        """The position of the last event, 0 for an empty log."""
        return self.max_notification_id() or 0

    def _tuples(self, statement: Composed, parameters: Sequence[Any] = ()) -> list[Any]:
        with (
            self._where_it_is(),
            self.datastore.get_connection() as conn,
            conn.cursor(row_factory=tuple_row, binary=True) as cursor,
        ):
            cursor.execute(statement, parameters, prepare=True)
            return cursor.fetchall()
