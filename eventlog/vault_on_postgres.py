"""The vault on PostgreSQL as a whole: which key-encryption key wraps it, whether it is the log's, and its rotation."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any, LiteralString
from uuid import UUID

from eventsourcing.postgres import PostgresDatastore
from psycopg import Cursor
from psycopg.sql import SQL, Composed

from eventlog.keyring import WrappedKey, Wrapping
from eventlog.recording import Batch, Evidence, Halves, KeyRotatedError, Rewrap

LOOKED_AT = 50
SAMPLE = 10

WRAPPING: tuple[LiteralString, ...] = (
    """CREATE TABLE IF NOT EXISTS {vault}.wrapping (
        one boolean PRIMARY KEY DEFAULT true CHECK (one), vault_id uuid NOT NULL, kek_id text NOT NULL,
        proof bytea NOT NULL, previous_kek_id text)""",
    """CREATE TABLE IF NOT EXISTS {schema}.vault_binding (
        one boolean PRIMARY KEY DEFAULT true CHECK (one), vault_id uuid NOT NULL)""",
)
# The streams whose first event made a key; one that was erased has a tombstone.
_KEYED: LiteralString = " FROM {schema}.{table} e WHERE e.originator_version = 1 AND e.topic = ANY(%s)"
_NOT_ERASED: LiteralString = " AND NOT EXISTS (SELECT 1 FROM {vault}.tombstones t WHERE t.stream_id = e.originator_id)"


def _wrapped(rows: Iterable[Sequence[Any]]) -> list[WrappedKey]:
    return [WrappedKey(stream_id, key_id, bytes(wrapped), kek_id) for stream_id, key_id, wrapped, kek_id in rows]


class PostgresVault:
    """What the recorder on PostgreSQL knows of its vault."""

    datastore: PostgresDatastore

    def _sql(self, statement: LiteralString, **names: Any) -> Composed:
        raise NotImplementedError

    def _as_id(self, stream_id: UUID | str) -> Any:
        raise NotImplementedError

    def _tuples(self, statement: Composed, parameters: Sequence[Any] = ()) -> list[Any]:
        raise NotImplementedError

    def _writing(self) -> AbstractContextManager[Cursor[Any]]:
        raise NotImplementedError

    def _enter(self, cursor: Cursor[Any]) -> None:
        raise NotImplementedError

    def vault_place(self) -> str:
        """Where the vault is looked for."""
        return "the schema vault of the database"

    # the keys

    def all_keys(self) -> list[WrappedKey]:
        return _wrapped(self._tuples(self._sql("SELECT stream_id, key_id, wrapped, kek_id FROM {vault}.keys")))

    def select_keys(self, stream_ids: Iterable[UUID]) -> list[WrappedKey]:
        statement = self._sql(
            "SELECT stream_id, key_id, wrapped, kek_id FROM {vault}.keys WHERE stream_id = ANY(CAST(%s AS uuid[]))"
        )
        # As one text: the driver takes longer over an array of three thousand ids than the database over their keys.
        return _wrapped(self._tuples(statement, ["{" + ",".join(map(str, stream_ids)) + "}"]))

    # do log and vault belong together

    def halves(self) -> Halves:
        """What there is, without making any of it."""
        events, binding, wrapping, keys = self._there(
            "{schema}.{table}", "{schema}.vault_binding", "{vault}.wrapping", "{vault}.keys"
        )
        asked = (
            self._sql("EXISTS (SELECT 1 FROM {schema}.{table})") if events else SQL("false"),
            self._sql("(SELECT vault_id FROM {schema}.vault_binding)") if binding else SQL("NULL::uuid"),
            self._sql("EXISTS (SELECT 1 FROM {vault}.keys)") if keys else SQL("false"),
            SQL("w.vault_id, w.kek_id, w.proof, w.previous_kek_id" if wrapping else "NULL, NULL, NULL, NULL"),
        )
        said = self._sql(" FROM (VALUES (1)) one LEFT JOIN {vault}.wrapping w ON true") if wrapping else SQL("")
        found = self._tuples(SQL("SELECT {}{}").format(SQL(", ").join(asked), said))[0]
        has_events, bound_to, has_keys, *says = found
        return Halves(bound_to, has_events, _wrapping(says) if says[0] else None, has_keys)

    def _there(self, *names: LiteralString) -> list[bool]:
        """Which of these tables there are."""
        asked = SQL(", ").join([SQL("to_regclass(%s)::oid IS NOT NULL")] * len(names))
        return list(self._tuples(SQL("SELECT {}").format(asked), [self._sql(name).as_string() for name in names])[0])

    def wrapping(self) -> Wrapping | None:
        """Which key-encryption key wraps the vault."""
        rows = self._tuples(self._sql("SELECT vault_id, kek_id, proof, previous_kek_id FROM {vault}.wrapping"))
        return _wrapping(rows[0]) if rows else None

    def evidence(self, topics: Sequence[str]) -> Evidence:
        """Whether the log's first streams have their keys in the vault, and samples of what is in it."""
        events, tombstones, keys = self._there("{schema}.{table}", "{vault}.tombstones", "{vault}.keys")
        statement = self._sql(
            "SELECT e.originator_id"
            + (_KEYED + _NOT_ERASED if tombstones else _KEYED)
            + " ORDER BY e.notification_id LIMIT %s"
        )
        streams = [row[0] for row in self._tuples(statement, [list(topics), LOOKED_AT])] if events else []
        if not keys:
            return Evidence(len(streams), 0, [])
        with_key = self._tuples(self._sql("SELECT count(*) FROM {vault}.keys WHERE stream_id = ANY(%s)"), [streams])
        sampled = self._sql(
            "SELECT stream_id, key_id, wrapped, kek_id, counted FROM (SELECT *,"
            " row_number() OVER (PARTITION BY kek_id) AS nth,"
            " count(*) OVER (PARTITION BY kek_id) AS counted FROM {vault}.keys) numbered WHERE nth <= %s"
        )
        samples: dict[str, tuple[int, list[WrappedKey]]] = {}
        for *key, counted in self._tuples(sampled, [SAMPLE]):
            samples.setdefault(key[3], (counted, []))[1].append(_key(key))
        return Evidence(len(streams), with_key[0][0], list(samples.values()))

    def bind(self, wrapping: Wrapping) -> None:
        """Write into log and vault that they belong together, and which key-encryption key wraps; once."""
        with self._writing() as cursor:
            cursor.execute(
                self._sql("INSERT INTO {schema}.vault_binding (vault_id) VALUES (%s) ON CONFLICT DO NOTHING"),
                [wrapping.vault_id],
            )
            cursor.execute(
                self._sql(
                    "INSERT INTO {vault}.wrapping (vault_id, kek_id, proof, previous_kek_id) VALUES (%s, %s, %s, %s)"
                    " ON CONFLICT DO NOTHING"
                ),
                [wrapping.vault_id, wrapping.kek_id, wrapping.proof, wrapping.previous_kek_id],
            )

    def keep_key(self, key: WrappedKey) -> None:
        """Keep a key that comes with no event. Raises KeyRotatedError where another key-encryption key wraps."""
        with self._writing() as cursor:
            self._add_keys(cursor, [key])

    def _add_keys(self, cursor: Cursor[Any], keys: Sequence[WrappedKey]) -> None:
        # Shared, so that a rotation waits for this transaction before another key-encryption key wraps.
        cursor.execute(
            self._sql(
                "WITH now AS (SELECT kek_id FROM {vault}.wrapping FOR SHARE)"
                " INSERT INTO {vault}.keys (stream_id, key_id, wrapped, kek_id)"
                " SELECT k.stream_id, k.key_id, k.wrapped, k.kek_id"
                " FROM unnest(%s::{id_type}[], %s::uuid[], %s::bytea[], %s::text[])"
                " AS k (stream_id, key_id, wrapped, kek_id) JOIN now ON now.kek_id = k.kek_id"
            ),
            [
                [self._as_id(key.stream_id) for key in keys],
                [key.key_id for key in keys],
                [key.wrapped for key in keys],
                [key.kek_id for key in keys],
            ],
        )
        if cursor.rowcount != len(keys):
            raise KeyRotatedError

    def _refuse_another_kek(self, cursor: Cursor[Any], key: WrappedKey) -> None:
        cursor.execute(self._sql("SELECT 1 FROM {vault}.wrapping WHERE kek_id = %s FOR SHARE"), [key.kek_id])
        if cursor.fetchone() is None:
            raise KeyRotatedError

    # missing keys

    def erased(self, stream_ids: Iterable[UUID]) -> set[UUID]:
        """Those of these streams that were erased."""
        statement = self._sql("SELECT stream_id FROM {vault}.tombstones WHERE stream_id = ANY(%s)")
        return {row[0] for row in self._tuples(statement, [[self._as_id(s) for s in stream_ids]])}

    def without_key(self, topics: Sequence[str]) -> list[UUID]:
        """The streams that must have a key, since their first event has one of these topics, and have none."""
        statement = self._sql(
            "SELECT e.originator_id"  # noqa: S608 - ours
            + _KEYED
            + _NOT_ERASED
            + " AND NOT EXISTS (SELECT 1 FROM {vault}.keys k WHERE k.stream_id = e.originator_id) ORDER BY 1"
        )
        return [row[0] for row in self._tuples(statement, [list(topics)])]

    def keys_after(self, after: UUID | None, limit: int) -> list[WrappedKey]:
        """The next keys of the vault after that of a stream."""
        statement = self._sql(
            "SELECT stream_id, key_id, wrapped, kek_id FROM {vault}.keys"
            " WHERE stream_id > %s ORDER BY stream_id LIMIT %s"
        )
        return [_key(row) for row in self._tuples(statement, [after or UUID(int=0), limit])]

    # rotation

    def hand_over(self, old_kek_id: str, wrapping: Wrapping) -> None:
        """Let another key-encryption key wrap from now on, if it is still the old one that does."""
        with self._writing() as cursor:
            self._enter(cursor)
            cursor.execute(
                self._sql(
                    "UPDATE {vault}.wrapping SET kek_id = %s, proof = %s, previous_kek_id = %s"
                    " WHERE kek_id = %s AND vault_id = %s"
                ),
                [wrapping.kek_id, wrapping.proof, old_kek_id, old_kek_id, wrapping.vault_id],
            )

    def rewrap(self, kek_id: str, after: UUID | None, limit: int, anew: Rewrap) -> Batch | None:
        """Wrap the next keys after a stream by the key-encryption key that wraps now; None when there are none.

        Keys are changed where they are, and never added: one that was erased meanwhile stays so.
        """
        with self._writing() as cursor:
            self._enter(cursor)
            cursor.execute(
                self._sql(
                    "SELECT stream_id, key_id, wrapped, kek_id FROM {vault}.keys WHERE kek_id <> %s AND stream_id > %s"
                    " AND EXISTS (SELECT 1 FROM {vault}.wrapping w WHERE w.kek_id = %s)"
                    " ORDER BY stream_id LIMIT %s FOR UPDATE"
                ),
                [kek_id, after or UUID(int=0), kek_id, limit],
            )
            old = [_key((row["stream_id"], row["key_id"], row["wrapped"], row["kek_id"])) for row in cursor.fetchall()]
            pairs = [(key, anew(key)) for key in old]
            cursor.executemany(
                self._sql(
                    "UPDATE {vault}.keys SET wrapped = %s, kek_id = %s"
                    " WHERE stream_id = %s AND key_id = %s AND kek_id = %s"
                ),
                [
                    (new.wrapped, new.kek_id, self._as_id(key.stream_id), key.key_id, key.kek_id)
                    for key, new in pairs
                    if new
                ],
            )
        moved = sum(new is not None for _, new in pairs)
        return Batch(old[-1].stream_id, moved, len(old) - moved) if old else None

    def end_rotation(self, kek_id: str) -> None:
        """No key hangs on the previous key-encryption key any more."""
        with self._writing() as cursor:
            self._enter(cursor)
            cursor.execute(self._sql("UPDATE {vault}.wrapping SET previous_kek_id = NULL WHERE kek_id = %s"), [kek_id])

    def keys_by_kek(self) -> Mapping[str, int]:
        """How many keys each key-encryption key wraps."""
        return dict(self._tuples(self._sql("SELECT kek_id, count(*) FROM {vault}.keys GROUP BY kek_id")))


def _key(row: Sequence[Any]) -> WrappedKey:
    stream_id, key_id, wrapped, kek_id = row
    return WrappedKey(stream_id, key_id, bytes(wrapped), kek_id)


def _wrapping(row: Sequence[Any]) -> Wrapping:
    vault_id, kek_id, proof, previous_kek_id = row
    return Wrapping(vault_id, kek_id, bytes(proof), previous_kek_id)
