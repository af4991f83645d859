"""Reading the log on SQLite: pages in order, whole streams, what a command wrote, and the keys in force."""

from __future__ import annotations

import json
from collections.abc import Collection, Generator, Iterable, Sequence
from datetime import datetime
from itertools import groupby
from operator import itemgetter
from typing import Any
from uuid import UUID

from eventlog.keyring import WrappedKey
from eventlog.recording import Erasure, Row, StreamRow, Written, require_complete
from eventlog.vault_on_sqlite import SQLiteVault, _key


def _among(buckets: Sequence[int] | None) -> str:
    return "" if buckets is None else f" AND bucket IN ({','.join(map(str, map(int, buckets)))})"


class SQLiteReading(SQLiteVault):
    """What the recorder on SQLite finds in the log and its vault."""

    def erasures(self) -> list[Erasure]:
        rows = self._rows("SELECT stream_id, erased_at, reason, actor FROM vault.tombstones ORDER BY erased_at")
        return [
            Erasure(UUID(stream), datetime.fromisoformat(at), reason, UUID(actor) if actor else None)
            for stream, at, reason, actor in rows
        ]

    def all_keys(self) -> list[WrappedKey]:
        return [_key(row) for row in self._rows(self._keys_in_force())]

    def select_keys(self, stream_ids: Iterable[UUID]) -> list[WrappedKey]:
        ids = [s.hex for s in stream_ids]
        keys: list[WrappedKey] = []
        for at in range(0, len(ids), 500):
            chunk = ids[at : at + 500]
            marks = ",".join("?" * len(chunk))
            keys += [_key(row) for row in self._rows(self._keys_in_force(f"k.stream_id IN ({marks})"), chunk)]
        return keys

    def select_command(self, command_id: UUID) -> list[Written]:
        rows = self._rows(
            f"SELECT rowid, originator_id, originator_version, topic FROM {self.events_table_name}"  # noqa: S608 - the names are ours
            " WHERE command_id = ? ORDER BY command_ordinal",
            [command_id.hex],
        )
        return [Written(position, UUID(stream), version, topic) for position, stream, version, topic in rows]

    def select_commands(self, command_ids: Sequence[UUID]) -> set[UUID]:
        found: set[UUID] = set()
        for at in range(0, len(command_ids), 500):
            chunk = [c.hex for c in command_ids[at : at + 500]]
            marks = ",".join("?" * len(chunk))
            statement = f"SELECT DISTINCT command_id FROM {self.events_table_name} WHERE command_id IN ({marks})"  # noqa: S608 - the names are ours
            found |= {UUID(row[0]) for row in self._rows(statement, chunk)}
        return found

    def page(self, after: int, limit: int, upto: int | None = None, without: Collection[str] = ()) -> list[Row]:
        among = f"AND topic NOT IN ({','.join('?' * len(without))}) " if without else ""
        rows = self._rows(
            f"SELECT rowid, originator_id, originator_version, topic, state FROM {self.events_table_name}"  # noqa: S608 - the names are ours
            f" WHERE rowid > ? AND rowid <= ? {among}ORDER BY rowid LIMIT ?",
            [after, 2**62 if upto is None else upto, *without, limit],
        )
        return [(position, UUID(stream), *rest) for position, stream, *rest in rows]

    def versions(self, stream_id: UUID, versions: Sequence[int]) -> list[Row]:
        """These events of one stream, in order."""
        marks = ",".join("?" * len(versions))
        rows = self._rows(
            f"SELECT rowid, originator_id, originator_version, topic, state FROM {self.events_table_name}"  # noqa: S608 - the names are ours
            f" WHERE originator_id = ? AND originator_version IN ({marks}) ORDER BY originator_version",
            [stream_id.hex, *versions],
        )
        return [(position, stream_id, *rest) for position, _, *rest in rows]

    def of_streams(self, stream_ids: Sequence[UUID]) -> list[Row]:
        """All events of some streams, stream by stream, in order."""
        return self._select(
            "originator_id IN (SELECT value FROM json_each(?)) ORDER BY originator_id, originator_version",
            [json.dumps([stream_id.hex for stream_id in stream_ids])],
        )

    def at(self, places: Sequence[tuple[UUID, int]]) -> list[Row]:
        """The events at these places, each a stream and a version."""
        return self._select(
            "(originator_id, originator_version) IN"
            " (SELECT json_extract(value, '$[0]'), json_extract(value, '$[1]') FROM json_each(?))",
            [json.dumps([(stream_id.hex, version) for stream_id, version in places])],
        )

    def _select(self, where: str, parameters: list[str]) -> list[Row]:
        rows = self._rows(
            f"SELECT rowid, originator_id, originator_version, topic, state FROM {self.events_table_name}"  # noqa: S608 - the names are ours
            f" WHERE {where}",
            parameters,
        )
        return [(position, UUID(stream_id), *rest) for position, stream_id, *rest in rows]

    def by_stream(self, upto: int, buckets: Sequence[int] | None = None) -> Generator[StreamRow, None, None]:
        """All events up to a position, a row a stream, from one snapshot; of some buckets only, if they are given."""
        with self.datastore.transaction(commit=False) as c:
            c.execute(
                f"SELECT originator_id, topic, state, originator_version FROM {self.events_table_name}"  # noqa: S608 - the names are ours
                f" WHERE rowid <= ?{_among(buckets)} ORDER BY originator_id, originator_version",
                [upto],
            )
            c.sqlite_cursor.row_factory = None
            for stream, rows in groupby(c.sqlite_cursor, key=itemgetter(0)):
                _, topics, states, versions = zip(*rows, strict=True)
                yield require_complete((UUID(stream), topics, states), versions[-1])

    def count(self, upto: int, buckets: Sequence[int] | None = None) -> int:
        """How many events there are up to a position."""
        statement = f"SELECT count(*) FROM {self.events_table_name} WHERE rowid <= ?{_among(buckets)}"  # noqa: S608 - the names are ours
        return int(self._rows(statement, [upto])[0][0])

    def _rows(self, statement: str, parameters: Sequence[Any] = ()) -> list[Any]:
        with self.datastore.transaction(commit=False) as c:
            c.execute(statement, parameters)
            return [tuple(row) for row in c.fetchall()]
