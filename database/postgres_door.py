"""The door of a PostgreSQL database: a row in a schema of its own, and advisory locks that end with their session."""

from __future__ import annotations

import os
import time
from typing import LiteralString

import msgspec
import psycopg
from eventsourcing.persistence import ProgrammingError
from eventsourcing.postgres import PostgresDatastore
from psycopg.rows import tuple_row

from database.door import NAME, OPEN, Door, State

SCHEMA = "werkpad_state"
ENTER = "SELECT werkpad_state.enter()"
GLANCE = 1.0  # seconds for which an open door is taken to be open by whoever only reads

TABLES: tuple[LiteralString, ...] = (
    "CREATE SCHEMA IF NOT EXISTS werkpad_state",
    """CREATE TABLE IF NOT EXISTS werkpad_state.door (
        one boolean PRIMARY KEY DEFAULT true CHECK (one), state jsonb NOT NULL)""",
    "INSERT INTO werkpad_state.door (state) VALUES ('{}') ON CONFLICT DO NOTHING",
    "CREATE TABLE IF NOT EXISTS werkpad_state.to_erase (line text PRIMARY KEY)",
    # Two statements, so that the second sees what was committed while the first waited.
    """CREATE OR REPLACE FUNCTION werkpad_state.enter() RETURNS text LANGUAGE plpgsql AS $body$
    DECLARE found text;
    BEGIN
        PERFORM pg_advisory_xact_lock_shared(7202650);
        SELECT state::text INTO found FROM werkpad_state.door;
        RETURN coalesce(found, '{}');
    END
    $body$""",
)
HOLDERS: LiteralString = """
    SELECT coalesce(nullif(a.application_name, ''), 'without a name')
    FROM pg_locks l JOIN pg_stat_activity a USING (pid)
    WHERE l.locktype = 'advisory' AND l.granted AND l.objid = 7202650
      AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
    ORDER BY 1
"""
SESSIONS: LiteralString = """
    SELECT coalesce(nullif(application_name, ''), 'without a name') FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'
      AND application_name IS DISTINCT FROM %s
    ORDER BY 1
"""


PUT: LiteralString = "UPDATE werkpad_state.door SET state = %s::jsonb"


def _text(state: State) -> str:
    return msgspec.json.encode(state).decode()


def put(connection: psycopg.Connection, state: State) -> None:
    """Change the state as a part of a transaction."""
    connection.execute(PUT, [_text(state)])


def stored(text: str) -> State:
    return msgspec.json.decode(text, type=State)


class PostgresDoor(Door):
    """Who writes calls `werkpad_state.enter()` first in the transaction."""

    def __init__(self, datastore: PostgresDatastore) -> None:
        super().__init__()
        self._datastore = datastore
        self._seen_open = State()
        self._open_until = 0.0

    def create(self) -> None:
        if not self._run("SELECT 1 FROM pg_namespace WHERE nspname = 'werkpad_state'"):
            # What comes next needs this right: nothing is to be left of a set-up that can't be finished.
            self._run("CREATE TABLE public.werkpad_may_make_tables ()")
            self._run("DROP TABLE public.werkpad_may_make_tables")
        for statement in TABLES:
            self._run(statement)

    def read(self) -> State:
        try:
            rows = self._run("SELECT state::text FROM werkpad_state.door")
        except ProgrammingError:
            return State()  # not set up yet
        return stored(rows[0][0]) if rows else State()

    def glance(self) -> State:
        if time.monotonic() < self._open_until:
            return self._seen_open
        state = self.look()
        if state.kind == OPEN:
            self._seen_open, self._open_until = state, time.monotonic() + GLANCE
        return state

    def change(self, state: State) -> None:
        self._run(PUT, [_text(state)])
        self._open_until = 0.0

    def writers(self) -> list[str]:
        return [name for (name,) in self._run(HOLDERS)]

    def others(self) -> list[str]:
        return [name for (name,) in self._run(SESSIONS, [os.environ.get(NAME)])]

    def _run(self, statement: LiteralString, parameters: list[object] | None = None) -> list[tuple[str]]:
        with self._datastore.get_connection() as connection, connection.cursor(row_factory=tuple_row) as cursor:
            cursor.execute(statement, parameters)
            return cursor.fetchall() if cursor.description else []
