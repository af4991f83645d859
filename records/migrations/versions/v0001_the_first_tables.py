"""The tables of the first version, as they were then; a database that has them already is left as it is."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

EVENTS_POSTGRES = (
    """CREATE TABLE IF NOT EXISTS events (
        originator_id uuid NOT NULL, originator_version bigint NOT NULL, topic text NOT NULL, state bytea NOT NULL,
        notification_id bigserial, bucket smallint NOT NULL, command_id uuid, command_ordinal integer,
        PRIMARY KEY (originator_id, originator_version)
    ) WITH (autovacuum_vacuum_scale_factor = 0.5, autovacuum_analyze_scale_factor = 0.01)""",
    "CREATE UNIQUE INDEX IF NOT EXISTS events_notification_id_idx ON events (notification_id)",
    """CREATE UNIQUE INDEX IF NOT EXISTS events_command_idx ON events (command_id, command_ordinal)
        WHERE command_id IS NOT NULL""",
    "CREATE SCHEMA IF NOT EXISTS vault",
    """CREATE TABLE IF NOT EXISTS vault.keys (
        stream_id uuid PRIMARY KEY, key_id uuid NOT NULL UNIQUE, wrapped bytea NOT NULL, kek_id text NOT NULL)""",
    """CREATE TABLE IF NOT EXISTS vault.tombstones (
        stream_id uuid PRIMARY KEY, erased_at timestamptz NOT NULL, reason text NOT NULL, actor uuid)""",
)
EVENTS_SQLITE = (
    """CREATE TABLE IF NOT EXISTS events (
        rowid INTEGER PRIMARY KEY AUTOINCREMENT,
        originator_id TEXT NOT NULL, originator_version INTEGER NOT NULL, topic TEXT NOT NULL, state BLOB NOT NULL,
        bucket INTEGER NOT NULL, command_id TEXT, command_ordinal INTEGER,
        UNIQUE (originator_id, originator_version))""",
    """CREATE UNIQUE INDEX IF NOT EXISTS events_command_idx ON events (command_id, command_ordinal)
        WHERE command_id IS NOT NULL""",
    """CREATE TABLE IF NOT EXISTS vault.keys (
        stream_id TEXT PRIMARY KEY, key_id TEXT NOT NULL UNIQUE, wrapped BLOB NOT NULL, kek_id TEXT NOT NULL
    ) WITHOUT ROWID""",
    """CREATE TABLE IF NOT EXISTS vault.tombstones (
        stream_id TEXT PRIMARY KEY, erased_at TEXT NOT NULL, reason TEXT NOT NULL, actor TEXT,
        command_id TEXT NOT NULL, topic TEXT NOT NULL, state BLOB NOT NULL, finished INTEGER NOT NULL DEFAULT 0
    ) WITHOUT ROWID""",
)


def upgrade() -> None:
    for statement in EVENTS_SQLITE if op.get_bind().dialect.name == "sqlite" else EVENTS_POSTGRES:
        op.execute(statement)
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "teams",
        sa.Column("team_id", sa.Uuid, primary_key=True),
        sa.Column("code", sa.String(40), nullable=False, unique=True),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("specialised", sa.Boolean, nullable=False),
        if_not_exists=True,
    )
    op.create_table(
        "accounts",
        sa.Column("account_id", sa.Uuid, primary_key=True),
        sa.Column("username", sa.String(80), nullable=False, unique=True),
        sa.Column("password_hash", sa.Text, nullable=False),
        sa.Column("full_name", sa.String(120), nullable=False),
        sa.Column("role", sa.String(20), nullable=False),
        sa.Column("team_id", sa.Uuid, sa.ForeignKey("teams.team_id")),
        sa.Column("improves", sa.Boolean, nullable=False),
        sa.Column("active", sa.Boolean, nullable=False),
        sa.Column("language", sa.String(5)),
        if_not_exists=True,
    )
    op.create_table(
        "sessions",
        sa.Column("token_hash", sa.String(64), primary_key=True),
        sa.Column("account_id", sa.Uuid, sa.ForeignKey("accounts.account_id"), nullable=False),
        sa.Column("began_at", moment, nullable=False),
        sa.Column("seen_at", moment, nullable=False),
        if_not_exists=True,
    )
    op.create_index("ix_sessions_account_id", "sessions", ["account_id"], if_not_exists=True)
    op.create_table(
        "read_log",
        sa.Column("read_id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True, autoincrement=True),
        sa.Column("read_at", moment, nullable=False),
        sa.Column("account_id", sa.Uuid, nullable=False),
        sa.Column("client_id", sa.Uuid, nullable=False),
        sa.Column("page", sa.String(40), nullable=False),
        if_not_exists=True,
    )
    op.create_index("ix_read_log_read_at", "read_log", ["read_at"], if_not_exists=True)
    op.create_index("ix_read_log_client_id", "read_log", ["client_id"], if_not_exists=True)
    op.create_table(
        "weekly_lists",
        sa.Column("list_id", sa.Uuid, primary_key=True),
        sa.Column("week", sa.String(8), nullable=False),
        sa.Column("coach_id", sa.Uuid, nullable=False),
        sa.Column("team_id", sa.Uuid),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("position", sa.BigInteger, nullable=False),
        sa.Column("built_at", moment, nullable=False),
        sa.Column("lines", sa.Integer, nullable=False),
        sa.Column("done", sa.Integer, nullable=False),
        if_not_exists=True,
    )
    op.create_index("ix_weekly_lists_coach_week", "weekly_lists", ["coach_id", "week"], unique=True, if_not_exists=True)
    op.create_table(
        "weekly_list_lines",
        sa.Column("list_id", sa.Uuid, sa.ForeignKey("weekly_lists.list_id"), primary_key=True),
        sa.Column("client_id", sa.Uuid, primary_key=True),
        sa.Column("field", sa.String(40), primary_key=True),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("since", sa.Date),
        sa.Column("contradictions", sa.Text),
        sa.Column("is_new", sa.Boolean, nullable=False),
        if_not_exists=True,
    )
    op.create_table(
        "projection_positions",
        sa.Column("projection", sa.String(40), primary_key=True),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("position", sa.BigInteger, nullable=False),
        sa.Column("generation", sa.Integer, nullable=False),
        sa.Column("updated_at", moment),
        sa.Column("rebuilt_at", moment),
        sa.Column("changes", sa.Text),
        if_not_exists=True,
    )
