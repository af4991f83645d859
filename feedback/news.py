"""What somebody has not heard yet of the signals that they reported, support or follow, or are mentioned in."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import Connection, and_, func, or_, select, union

from feedback import board
from feedback.desk import Desk
from feedback.signals import signal_hearers, signals
from projections.database import Row
from records.heard import signals_heard

# Older news is no news: it stays with the signal.
KEPT = timedelta(days=90)


def unheard(connection: Connection, desk: Desk, account_id: UUID, today: date) -> list[Row]:
    """The signals with news for somebody, the latest first."""
    since = today - KEPT
    s, h, m = signals.c, signals_heard.c, signal_hearers.c
    heard = func.coalesce(
        select(h.version).where(h.account_id == account_id, h.signal_id == s.signal_id).scalar_subquery(), 1
    )
    mentioned = func.coalesce(
        select(func.max(m.mentioned)).where(m.account_id == account_id, m.signal_id == s.signal_id).scalar_subquery(), 0
    )
    new = s.news_version > heard
    ids = union(
        select(s.signal_id).where(s.reporter == account_id), select(m.signal_id).where(m.account_id == account_id)
    )
    hears = or_(s.reporter == account_id, board.heard_by(account_id))
    mine = or_(and_(hears, new), mentioned > heard)
    statement = select(signals).where(s.signal_id.in_(ids), s.news_on >= since, mine)
    found = [dict(row) for row in connection.execute(statement).mappings()]
    nameless = select(signals).where(s.nameless, s.news_on >= since, new)
    rows = [dict(row) for row in connection.execute(nameless).mappings()]
    there = {row["signal_id"] for row in found}
    if rows:
        own = desk.reported_without_name(rows, account_id)
        found += [row for row in own if row["signal_id"] not in there]
    return sorted(found, key=lambda row: (row["news_on"], row["signal_id"]), reverse=True)
