"""Signals with those of their texts opened that are shown, and how their clock stands."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from uuid import UUID

from application.services import Services
from database.rows import Row
from feedback import board, clocks

SHOWN = ("seen", "expected", "reason")


def opened_signals(services: Services, rows: Sequence[Row], texts: Sequence[str] = SHOWN) -> list[Row]:
    """These rows, opened."""
    opener, as_of = services.log.opener([row["signal_id"] for row in rows]), services.today
    return [
        row | {"clock": clocks.standing(row["due_on"], as_of)} | {name: opener.text(row[name]) for name in texts}
        for row in rows
    ]


def opened_by_id(services: Services, signal_ids: Collection[UUID]) -> dict[UUID, Row]:
    """These signals, opened, by id; those that are not there are left out."""
    with services.database.read() as connection:
        rows = list(board.some(connection, list(signal_ids)).values())
    return {row["signal_id"]: row for row in opened_signals(services, rows)}
