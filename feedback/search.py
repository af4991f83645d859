"""Searching signals by their words: PostgreSQL's full text search, FTS5 on SQLite. Texts stay sealed: what is kept for
searching are keyed marks of a signal's words, so that nobody reads there who was named."""

from __future__ import annotations

import re
import unicodedata
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Float,
    Integer,
    Select,
    Table,
    Text,
    Uuid,
    event,
    false,
    func,
    inspect,
    select,
    text,
)
from sqlalchemy import literal_column as literal

from eventlog.marks import Marks
from projections.engine.readmodel import metadata

signal_search = Table(
    "signal_search",
    metadata,
    Column("signal_id", Uuid, primary_key=True),
    Column("marks", Text, nullable=False),
)

_WORD = re.compile(r"[a-z0-9]{2,}")
# Longer words are looked for by their beginning: "definition" finds "definitions", "rijbewijs" "rijbewijzen".
WHOLE = 4
# A mark tells nothing of where its word begins, so there is one for each of these beginnings: one for each length would
# find no more and take three times the room.
BEGINNINGS = (4, 5, 6, 8)
# Of a mark: 28 bits, so that of 100,000 beginnings one in 2,700 is taken for another.
DIGITS = 7
# Letters alone, since PostgreSQL reads some digits with letters among them as a number.
_LETTERS = str.maketrans("0123456789abcdef", "abcdefghijklmnop")
MOST_WORDS = 12
# From so many on, a search has found many.
MANY = 2000
_SIMPLE: ColumnElement[Any] = literal("'simple'")
_VECTOR: ColumnElement[Any] = literal("signal_search.vector")
# A mark among the words of a signal that is open: what is alike is looked for among these alone.
OPEN = "0open0"
_COMMON = frozenset(
    """aan al als alle ben bij daar dan dat de den der deze die dit doe doen door dus een en er ge geen had heb hebben
    heeft het hier hij hoe ik in is ja je kan kun maar me meer men met mij na naar niet nog nu of om omdat onder ons
    ook op over te toch toen tot uit van veel voor waar was wat we wel werd wie wij wil wordt zal ze zich zij zijn zo
    zou about after all also an and any are as at be been but by can could do does each for from get had has have
    he her his how if into it its just like me more most my no not now of on one only or our out over see should so
    some such than that the their them then there these they this to up was were what when where which who will with
    would you your""".split()  # noqa: SIM905 - a list of words reads best as one
)


def words_of(*texts: str | None) -> set[str]:
    """The words that a text can be found by: small letters without accents, and none that every text has."""
    joined = unicodedata.normalize("NFKD", " ".join(filter(None, texts)).casefold())
    plain = "".join(c for c in joined if not unicodedata.combining(c))
    return set(_WORD.findall(plain)) - _COMMON


def marks_of(words: set[str], marks: Marks) -> set[str]:
    """What a signal with these words is found by."""
    return {_mark(part, marks) for word in words for part in (_whole(word), *_beginnings(word)) if part}


def _whole(word: str) -> str | None:
    return word if len(word) <= WHOLE else None


def _beginnings(word: str) -> list[str]:
    return [f"{word[:length]}*" for length in BEGINNINGS if length <= len(word)]


def looked_for_by(word: str) -> str:
    """What a word is looked for by: its beginning, where it is long enough to be bent."""
    return _whole(word) or _beginnings(word[: max(WHOLE, len(word) - 2)])[-1]


def _mark(part: str, marks: Marks) -> str:
    return marks.of("word of a signal", part)[:DIGITS].translate(_LETTERS)


def having(
    connection: Connection, words: set[str], marks: Marks, signal_id: ColumnElement[UUID]
) -> ColumnElement[bool]:
    """That a signal has every one of these words."""
    parts = _asked(words, marks)
    if not parts:
        return false()
    some = select(signal_search.c.signal_id)
    if connection.dialect.name == "postgresql":
        some = some.where(_VECTOR.bool_op("@@")(func.to_tsquery(_SIMPLE, " & ".join(parts))))
    else:
        matched = text(f'SELECT rowid FROM "{_index_of(connection)}" WHERE marks MATCH :asked')  # noqa: S608 - the names are ours
        found = matched.bindparams(asked=" AND ".join(parts)).columns(Column("rowid", Integer))
        some = some.where(literal("signal_search.rowid").in_(found))
    # The offset keeps PostgreSQL, which can't tell how many have several words, to the way chosen here.
    if (connection.scalar(select(func.count()).select_from(some.limit(MANY).subquery())) or 0) < MANY:
        return signal_id.in_(some.offset(0))
    # Of very many, the first ones are soon found by walking in the order of the list; to sort all takes long.
    return some.where(signal_search.c.signal_id == signal_id).offset(0).exists()


def alike(connection: Connection, words: set[str], marks: Marks) -> Select[Any] | None:
    """The open signals that have some of these words, with a `rank`: the higher, the more alike. None without words."""
    parts = _asked(words, marks)
    if not parts:
        return None
    s, some = signal_search.c, " | ".join(parts)
    if connection.dialect.name == "postgresql":
        rank = func.ts_rank(_VECTOR, func.to_tsquery(_SIMPLE, some)).label("rank")
        return select(s.signal_id, rank).where(_VECTOR.bool_op("@@")(func.to_tsquery(_SIMPLE, f"{OPEN} & ({some})")))
    index = _index_of(connection)
    ranked = text(f'SELECT rowid AS found, -bm25("{index}") AS rank FROM "{index}" WHERE marks MATCH :asked')  # noqa: S608 - the names are ours
    ranked = ranked.bindparams(asked=f"{OPEN} AND ({' OR '.join(parts)})")
    found = ranked.columns(Column("found", Integer), Column("rank", Float)).subquery()
    joined = signal_search.join(found, found.c.found == literal("signal_search.rowid"))
    return select(s.signal_id, found.c.rank).select_from(joined)


def _asked(words: set[str], marks: Marks) -> list[str]:
    """The marks by which the longest of these words are looked for."""
    chosen = sorted(words, key=len, reverse=True)[:MOST_WORDS]
    return [_mark(looked_for_by(word), marks) for word in chosen]


# the index, which SQLAlchemy can't declare


_TRIGGERS = {
    "INSERT": 'INSERT INTO "{index}" (rowid, marks) VALUES (new.rowid, new.marks);',
    "DELETE": 'DELETE FROM "{index}" WHERE rowid = old.rowid;',
    "UPDATE": 'UPDATE "{index}" SET marks = new.marks WHERE rowid = old.rowid;',
}


@event.listens_for(signal_search, "after_create", propagate=True)
def _make_index(table: Table, connection: Connection, **_: Any) -> None:
    # Also for the table of a rebuild, beside which the index of the served one still stands: names of its own.
    name = f"signal_words_{uuid4().hex[:8]}"
    if connection.dialect.name == "postgresql":
        # Kept, since ranking would make it anew of every word of each signal that is like another.
        made = "vector tsvector GENERATED ALWAYS AS (array_to_tsvector(string_to_array(marks, ' '))) STORED"
        connection.execute(text(f'ALTER TABLE "{table.name}" ADD COLUMN {made}'))
        connection.execute(text(f'CREATE INDEX {name} ON "{table.name}" USING gin (vector)'))
        return
    connection.execute(text(f"CREATE VIRTUAL TABLE \"{name}\" USING fts5(marks, tokenize = 'ascii')"))
    for nth, (when, then) in enumerate(_TRIGGERS.items()):
        connection.execute(
            text(f'CREATE TRIGGER "{name}_{nth}" AFTER {when} ON "{table.name}" BEGIN {then.format(index=name)} END')
        )


@event.listens_for(signal_search, "after_drop", propagate=True)
def _drop_index(_table: Table, connection: Connection, **_: Any) -> None:
    if connection.dialect.name == "postgresql":
        return
    used = set(connection.scalars(text("SELECT substr(name, 1, 21) FROM sqlite_master WHERE type = 'trigger'")))
    for name in inspect(connection).get_table_names():
        if re.fullmatch(r"signal_words_[0-9a-f]{8}", name) and name not in used:
            connection.execute(text(f'DROP TABLE "{name}"'))


def _index_of(connection: Connection) -> str:
    """The name of SQLite's index of the served table."""
    found = connection.scalar(
        text("SELECT substr(name, 1, 21) FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'signal_search'")
    )
    return str(found)
