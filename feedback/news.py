"""What somebody has not heard yet of the signals that they reported, support or follow, or are mentioned in; and of
what was delivered they are asked whether it helped."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, and_, case, func, or_, select, union

from feedback import board
from feedback.desk import Desk
from feedback.signal import SignalState, asked_until
from feedback.signals import signal_hearers, signal_judgements, signals
from projections.database import Row
from records.heard import signals_heard

# Older news is no news: it stays with the signal.
KEPT = timedelta(days=90)


def unheard(connection: Connection, desk: Desk, account_id: UUID, today: date) -> list[Row]:
    """The signals with news for somebody, the latest first."""
    since = today - KEPT
    s, m = signals.c, signal_hearers.c
    heard = _heard(account_id, s)
    mentioned = func.coalesce(
        select(func.max(m.mentioned)).where(m.account_id == account_id, m.signal_id == s.signal_id).scalar_subquery(), 0
    )
    ids = union(
        select(s.signal_id).where(s.reporter == account_id), select(m.signal_id).where(m.account_id == account_id)
    )
    hears = or_(s.reporter == account_id, board.heard_by(account_id))
    mine = or_(and_(hears, s.news_version > heard), mentioned > heard)
    statement = select(signals).where(s.signal_id.in_(ids), s.news_on >= since, mine)
    found = {row["signal_id"]: dict(row) for row in connection.execute(statement).mappings()}
    for row in _of_nameless(connection, desk, account_id, since):
        found.setdefault(row["signal_id"], row)
    return sorted(found.values(), key=lambda row: (row["news_on"], row["signal_id"]), reverse=True)


def _heard(account_id: UUID, s: Any) -> ColumnElement[int]:
    """Up to which event of a signal somebody has heard. That it was logged, a reporter knows who logged it."""
    h = signals_heard.c
    told = select(h.version).where(h.account_id == account_id, h.signal_id == s.signal_id).scalar_subquery()
    by_a_colleague = and_(s.reporter == account_id, s.logged_by != s.reporter)
    return func.coalesce(told, case((by_a_colleague, 0), else_=1))


def _of_nameless(connection: Connection, desk: Desk, account_id: UUID, since: date) -> list[Row]:
    """News of what somebody logged without a name, and of the originals that it turned out to be a duplicate of."""
    own = _news_of(connection, select(signals).where(signals.c.nameless), signals.c, account_id, since)
    original = signals.alias()
    repeated = select(signals).join(original, original.c.signal_id == signals.c.duplicate_of)
    duplicates = _news_of(connection, repeated.where(signals.c.nameless), original.c, account_id, since)
    theirs = desk.reported_without_name([*own, *duplicates], account_id)
    ids = {row["signal_id"] for row in theirs}
    originals = [row["duplicate_of"] for row in duplicates if row["signal_id"] in ids]
    return [row for row in own if row["signal_id"] in ids] + list(board.some(connection, originals).values())


def _news_of(connection: Connection, statement: Any, s: Any, account_id: UUID, since: date) -> list[Row]:
    found = connection.execute(statement.where(s.news_on >= since, s.news_version > _heard(account_id, s)))
    return [dict(row) for row in found.mappings()]


def asked_whether_it_helped(connection: Connection, desk: Desk, account_id: UUID, today: date) -> list[Row]:
    """Delivered signals that somebody reported, supports or follows, and has not said of whether it helped."""
    s, j = signals.c, signal_judgements.c
    by_reporter = select(j.signal_id).where(j.judge == "reporter")
    by_them = select(j.signal_id).where(j.judge == str(account_id))
    asked = select(signals).where(
        s.state == SignalState.DELIVERED, s.delivered_on >= today - (asked_until(today) - today)
    )
    named = or_(
        and_(s.reporter == account_id, s.signal_id.not_in(by_reporter)),
        and_(board.heard_by(account_id), s.signal_id.not_in(by_them)),
    )
    nameless = _rows(connection, asked.where(s.nameless, s.signal_id.not_in(by_reporter)))
    found = [*_rows(connection, asked.where(named)), *desk.reported_without_name(nameless, account_id)]
    return sorted(found, key=lambda row: (row["delivered_on"], row["signal_id"]))


def _rows(connection: Connection, statement: Any) -> Sequence[Row]:
    return [dict(row) for row in connection.execute(statement).mappings()]
