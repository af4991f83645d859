"""Copying rows keeps every value as it is, on both databases."""

from __future__ import annotations

from datetime import UTC, date, datetime
from uuid import UUID

import pytest
from sqlalchemy import Boolean, Column, Date, Integer, MetaData, Table, Text, Uuid, select

from application.services import Services
from database.rows import UtcDateTime, copy_rows
from domain.client import Channel

words = Table(
    "words",
    MetaData(),
    Column("stream_id", Uuid, primary_key=True),
    Column("text", Text),
    Column("number", Integer),
    Column("day", Date),
    Column("at", UtcDateTime),
    Column("yes", Boolean),
)
ROW = {
    "stream_id": UUID(int=7),
    "text": "a",
    "number": -3,
    "day": date(2026, 2, 28),
    "at": datetime(2026, 2, 28, 23, 59, 59, 123456, UTC),
    "yes": True,
}


@pytest.mark.parametrize(
    "text",
    [
        'a "quoted" \\ word',
        "\\",
        "\\n",
        "two\nlines\tand a tab",
        "\r",
        "null",
        "",
        None,
        "]\n[",
        "\\.",
        "é ü 漢 🙂",
        '["B", "C"]',
        '{"a": "\\n"}',
        Channel.PHONE,
        "a,b;c",
        "'",
        "\x07",
    ],
)
def test_any_text_comes_back_as_it_was(services: Services, text: str | None) -> None:
    rows = [
        ROW | {"text": text},
        ROW | {"stream_id": UUID(int=8), "number": None, "day": None, "at": None, "yes": False},
    ]
    services.database.create(words.metadata)
    with services.database.write() as connection:
        copy_rows(connection, words, rows)
    with services.database.read() as connection:
        assert [dict(row) for row in connection.execute(select(words).order_by(words.c.stream_id)).mappings()] == rows
