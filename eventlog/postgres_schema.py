"""What the log is made of on PostgreSQL: its tables, and the function that appends under the table lock."""

from __future__ import annotations

from typing import LiteralString

TABLE: LiteralString = """
CREATE TABLE IF NOT EXISTS {schema}.{table} (
    originator_id {id_type} NOT NULL,
    originator_version bigint NOT NULL,
    topic text NOT NULL,
    state bytea NOT NULL,
    notification_id bigserial,
    bucket smallint NOT NULL,
    command_id uuid,
    command_ordinal integer,
    PRIMARY KEY (originator_id, originator_version)
) WITH (autovacuum_vacuum_scale_factor = 0.5, autovacuum_analyze_scale_factor = 0.01)
"""
POSITION_INDEX: LiteralString = "CREATE UNIQUE INDEX IF NOT EXISTS {index} ON {schema}.{table} (notification_id)"
COMMAND_INDEX: LiteralString = """
CREATE UNIQUE INDEX IF NOT EXISTS {index} ON {schema}.{table} (command_id, command_ordinal)
WHERE command_id IS NOT NULL
"""
VAULT: tuple[LiteralString, ...] = (
    "CREATE SCHEMA IF NOT EXISTS {vault}",
    """CREATE TABLE IF NOT EXISTS {vault}.keys (
        stream_id {id_type} PRIMARY KEY, key_id uuid NOT NULL UNIQUE, wrapped bytea NOT NULL, kek_id text NOT NULL)""",
    """CREATE TABLE IF NOT EXISTS {vault}.tombstones (
        stream_id {id_type} PRIMARY KEY, erased_at timestamptz NOT NULL, reason text NOT NULL, actor uuid)""",
)
# What it was called with by earlier code, which asked no door.
APPEND_OF_BEFORE: LiteralString = (
    "DROP FUNCTION IF EXISTS {schema}.{function}({id_type}[], bigint[], text[], bytea[], smallint[], uuid[], integer[])"
)
# The lock makes commit order the order of positions: a reader that tails the log never passes over an event.
# Without `seen` the door is not asked: a restore, which has shut it, writes so.
APPEND: LiteralString = """
CREATE OR REPLACE FUNCTION {schema}.{function}(
    ids {id_type}[], versions bigint[], topics text[], states bytea[],
    buckets smallint[], commands uuid[], ordinals integer[], seen text)
RETURNS SETOF bigint LANGUAGE plpgsql AS $body$
DECLARE door text;
BEGIN
    IF seen IS NOT NULL THEN
        door := werkpad_state.enter();
        IF coalesce(door::jsonb->>'kind', 'open') <> 'open' THEN
            RAISE EXCEPTION 'closed' USING ERRCODE = {closed}, DETAIL = door;
        ELSIF coalesce(door::jsonb->>'incarnation', '') <> seen THEN
            RAISE EXCEPTION 'replaced' USING ERRCODE = {replaced};
        END IF;
    END IF;
    PERFORM set_config('lock_timeout', {lock_timeout}, true);
    LOCK TABLE {schema}.{table} IN EXCLUSIVE MODE;
    IF EXISTS (SELECT 1 FROM {vault}.tombstones t WHERE t.stream_id = ANY(ids)) THEN
        RAISE EXCEPTION 'stream erased' USING ERRCODE = {erased};
    END IF;
    NOTIFY {channel};
    RETURN QUERY
        INSERT INTO {schema}.{table} AS t
            (originator_id, originator_version, topic, state, bucket, command_id, command_ordinal)
        SELECT e.id, e.version, e.topic, e.state, e.bucket, e.command, e.ordinal
        FROM unnest(ids, versions, topics, states, buckets, commands, ordinals)
            WITH ORDINALITY AS e(id, version, topic, state, bucket, command, ordinal, nth)
        ORDER BY e.nth
        RETURNING t.notification_id;
END
$body$
"""
