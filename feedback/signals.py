"""Signals as the board shows them, a row each, their sealed texts apart; who hears of each, and whom it helped."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    Date,
    Index,
    Integer,
    String,
    Table,
    Text,
    Uuid,
)

from database.rows import UtcDateTime
from projections.engine.readmodel import metadata

signals = Table(
    "signals",
    metadata,
    Column("signal_id", Uuid, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("kind", String(20), nullable=False),
    Column("state", String(20), nullable=False),
    Column("state_on", Date, nullable=False),
    # where it goes back to when the reporter has answered, or when it is no duplicate after all
    Column("before", String(20)),
    Column("page", String(80), nullable=False),
    Column("field", String(40)),
    Column("figure", String(40)),
    Column("filter", Text),
    Column("definition_version", String(40), nullable=False),
    # nobody where it was logged without a name: then the reporter is sealed, with the texts
    Column("reporter", Uuid),
    Column("nameless", Boolean, nullable=False),
    Column("logged_by", Uuid),
    Column("role", String(20)),
    Column("team_id", Uuid),
    Column("imported", Boolean, nullable=False),
    Column("logged_at", UtcDateTime, nullable=False),
    # who looks after it: a team, or the city; perhaps one person
    Column("handled_by", Uuid),
    Column("person", Uuid),
    # the event that gave it to that person
    Column("given_version", Integer, nullable=False),
    Column("support", Integer, nullable=False),
    # the less, the sooner on a list: minus its support, so that an index has the order of the lists
    Column("rank", Integer, nullable=False),
    Column("comments", Integer, nullable=False),
    # the working days there are to triage and to answer it, since when, and how many the reporter was asked meanwhile
    Column("triage_within", Integer, nullable=False),
    Column("answer_within", Integer, nullable=False),
    Column("clock_since", Date, nullable=False),
    Column("waited", Integer, nullable=False),
    # the last days that follow from these
    Column("triage_by", Date, nullable=False),
    Column("answer_by", Date, nullable=False),
    Column("asked_on", Date),
    # the day that runs now, if any
    Column("due_on", Date),
    # working days until it was first triaged, and first decided on; and what it ever came to
    Column("triage_days", Integer),
    Column("answer_days", Integer),
    Column("accepted", Boolean, nullable=False),
    Column("delivered", Boolean, nullable=False),
    Column("confirmed", Boolean, nullable=False),
    Column("duplicate_of", Uuid),
    Column("planned_for", Date),
    Column("delivered_on", Date),
    Column("helped_yes", Integer, nullable=False),
    Column("helped_partly", Integer, nullable=False),
    Column("helped_no", Integer, nullable=False),
    # whether the reporter has heard from the team, and the last event that those who hear of it should see
    Column("answered", Boolean, nullable=False),
    Column("news_version", Integer, nullable=False),
    Column("news_on", Date, nullable=False),
    Index("ix_signals_state", "state", "rank", "logged_at", "signal_id"),
    Index("ix_signals_delivered", "state", "delivered_on"),
    Index("ix_signals_person", "person"),
    Index("ix_signals_rank", "rank", "logged_at", "signal_id"),
    Index("ix_signals_kind", "kind", "rank", "logged_at", "signal_id"),
    Index("ix_signals_field", "field", "rank", "logged_at", "signal_id"),
    Index("ix_signals_handled_by", "handled_by", "rank", "logged_at", "signal_id"),
    Index("ix_signals_page", "page", "rank", "logged_at", "signal_id"),
    Index("ix_signals_kind_due", "kind", "due_on"),
    Index("ix_signals_handled_by_due", "handled_by", "due_on"),
    Index("ix_signals_nameless", "nameless", "news_on"),
    Index("ix_signals_nameless_duplicate", "nameless", "duplicate_of"),
    # what the board chooses by, and what is counted of whose voice: read from the index alone, in one go
    Index(
        "ix_signals_chosen",
        *("state", "kind", "page", "field", "handled_by", "due_on", "logged_at", "answered", "person"),
    ),
    Index(
        "ix_signals_voices",
        *("kind", "role", "team_id", "triage_days", "answer_days", "accepted", "delivered", "confirmed"),
    ),
    Index("ix_signals_reporter", "reporter"),
    Index("ix_signals_due", "due_on"),
    Index("ix_signals_news", "news_on"),
    Index("ix_signals_duplicate", "duplicate_of"),
    sqlite_with_rowid=False,
)

# Apart from the facts, which are narrow and counted often: all of it sealed.
signal_texts = Table(
    "signal_texts",
    metadata,
    Column("signal_id", Uuid, primary_key=True),
    # what was seen and expected, and what was last said to or by the reporter
    Column("seen", Text, nullable=False),
    Column("expected", Text),
    Column("reason", Text),
    # who logged it without a name
    Column("sealed_reporter", Text),
    sqlite_with_rowid=False,
)

signal_hearers = Table(
    "signal_hearers",
    metadata,
    Column("signal_id", Uuid, primary_key=True),
    Column("account_id", Uuid, primary_key=True),
    # the duplicate that they came with, else the signal itself
    Column("via", Uuid, primary_key=True),
    Column("supports", Boolean, nullable=False),
    Column("follows", Boolean, nullable=False),
    # the last event that mentions them
    Column("mentioned", Integer, nullable=False),
    Index("ix_signal_hearers_account", "account_id"),
    sqlite_with_rowid=False,
)

signal_judgements = Table(
    "signal_judgements",
    metadata,
    Column("signal_id", Uuid, primary_key=True),
    # "reporter" for the reporter, else the account's id
    Column("judge", String(36), primary_key=True),
    Column("help", String(10), nullable=False),
    sqlite_with_rowid=False,
)
