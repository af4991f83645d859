"""Standard replies to reporters, by kind of signal and step, in English and Dutch; those who triage edit them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import Column, Connection, Row, String, Table, Text, Uuid, delete, insert, or_, select, update

from domain.names import folded
from domain.refusal import Refused
from domain.text import not_longer
from records.schema import metadata

LONGEST = 2000

standard_replies = Table(
    "standard_replies",
    metadata,
    Column("reply_id", Uuid, primary_key=True),
    # empty: any
    Column("kind", String(20)),
    Column("step", String(20)),
    Column("name", String(80), nullable=False),
    Column("en", Text, nullable=False),
    Column("nl", Text, nullable=False),
)


@dataclass(frozen=True, slots=True)
class Reply:
    reply_id: UUID
    kind: str | None
    step: str | None
    name: str
    en: str
    nl: str

    def in_(self, language: str) -> str:
        return self.nl if language == "nl" else self.en


_COLUMNS = [standard_replies.c[name] for name in Reply.__dataclass_fields__]


def everything(connection: Connection) -> list[Reply]:
    """All replies, by name."""
    return _by_name(connection.execute(select(*_COLUMNS)))


def fitting(connection: Connection, kind: str) -> list[Reply]:
    """Those for a kind of signal, at any step."""
    fits = or_(standard_replies.c.kind.is_(None), standard_replies.c.kind == kind)
    return _by_name(connection.execute(select(*_COLUMNS).where(fits)))


def _by_name(rows: Iterable[Row[Any]]) -> list[Reply]:
    return sorted((Reply(*row) for row in rows), key=lambda reply: folded(reply.name))


def reply(connection: Connection, reply_id: UUID) -> Reply | None:
    row = connection.execute(select(*_COLUMNS).where(standard_replies.c.reply_id == reply_id)).one_or_none()
    return Reply(*row) if row else None


def save(
    connection: Connection, reply_id: UUID | None, *, kind: str | None, step: str | None, name: str, en: str, nl: str
) -> None:
    """Keep a reply, a new one or one changed.

    Raises:
        Refused: it has no name, or a text is missing in one of the languages.
    """
    name, en, nl = " ".join(name.split()), en.strip(), nl.strip()
    if not name or len(name) > 80:
        raise Refused("Enter a name of at most 80 characters for the reply.", field="name")
    for language, text in (("en", en), ("nl", nl)):
        if not text:
            raise Refused("Enter the reply in English and in Dutch.", field=language)
        not_longer(text, field=language, longest=LONGEST)
    values = {"kind": kind, "step": step, "name": name, "en": en, "nl": nl}
    if reply_id is None:
        connection.execute(insert(standard_replies).values(reply_id=uuid4(), **values))
    else:
        connection.execute(update(standard_replies).where(standard_replies.c.reply_id == reply_id).values(**values))


def remove(connection: Connection, reply_id: UUID) -> None:
    connection.execute(delete(standard_replies).where(standard_replies.c.reply_id == reply_id))
