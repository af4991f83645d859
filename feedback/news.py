"""What somebody has not heard yet of the signals that they reported, support or follow, are mentioned in or were given;
and of what was delivered they are asked whether it helped."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Select, and_, case, false, func, literal, or_, select, true, union_all

from feedback import board
from feedback.desk import Desk
from feedback.signal import ASKED_FOR, SignalState
from feedback.signals import signal_hearers, signal_judgements, signals
from projections.database import Row
from records.heard import signals_heard

# Older news is no news: it stays with the signal.
KEPT = timedelta(days=90)


def unheard(connection: Connection, desk: Desk, account_id: UUID, today: date) -> list[Row]:
    """The signals with news for somebody, the latest first."""
    since = today - KEPT
    s, m, h = signals.c, signal_hearers.c, signals_heard.c
    theirs = select(s.signal_id, true().label("hears"), literal(0).label("mentioned")).where(s.reporter == account_id)
    others = select(m.signal_id, or_(m.supports, m.follows), m.mentioned).where(m.account_id == account_id)
    given = select(s.signal_id, false(), s.given_version).where(s.person == account_id)
    concerned = union_all(theirs, others, given).subquery()
    about = concerned.c
    told = and_(h.account_id == account_id, h.signal_id == s.signal_id)
    up_to = func.coalesce(h.version, _told_before(account_id, s))
    # From the few signals that somebody has to do with to those with news, not the other way round.
    ids = (
        select(s.signal_id)
        .select_from(concerned)
        .join(signals, s.signal_id == about.signal_id)
        .outerjoin(signals_heard, told)
        .where(s.news_on >= since, or_(and_(about.hears, s.news_version > up_to), about.mentioned > up_to))
    )
    found = board.some(connection, list(connection.scalars(ids)))
    for row in _of_nameless(connection, desk, account_id, since):
        found.setdefault(row["signal_id"], row)
    return sorted(found.values(), key=lambda row: (row["news_on"], row["signal_id"]), reverse=True)


def _told_before(account_id: UUID, s: Any) -> ColumnElement[int]:
    """Up to which event somebody knows of a signal without having looked: its reporter knows that it was logged, but
    where a colleague did so."""
    by_a_colleague = and_(s.reporter == account_id, s.logged_by != s.reporter)
    return case((by_a_colleague, 0), else_=1)


def _of_nameless(connection: Connection, desk: Desk, account_id: UUID, since: date) -> list[Row]:
    """News of what somebody logged without a name, and of the originals that it turned out to be a duplicate of."""
    s, original, h = signals.c, signals.alias(), signals_heard.c

    def with_news(statement: Select[Any], of: Any) -> set[UUID]:
        told = and_(h.account_id == account_id, h.signal_id == of.signal_id)
        new = of.news_version > func.coalesce(h.version, 1)
        rows = statement.outerjoin(signals_heard, told).where(s.nameless, of.news_on >= since, new)
        return set(connection.scalars(rows))

    own = with_news(select(s.signal_id), s)
    repeated = select(s.signal_id).join(original, original.c.signal_id == s.duplicate_of)
    repeats = with_news(repeated.where(s.duplicate_of.is_not(None)), original.c)
    theirs = desk.reported_without_name(connection, own | repeats, account_id)
    found = board.some(connection, list(theirs))
    originals = board.some(connection, [found[signal_id]["duplicate_of"] for signal_id in theirs & repeats])
    return [row for row in found.values() if row["signal_id"] in own] + list(originals.values())


def reported_without_name(connection: Connection, desk: Desk, account_id: UUID) -> list[Row]:
    """What somebody logged without a name, the latest first: whose it is, only the seal tells."""
    nameless = connection.scalars(select(signals.c.signal_id).where(signals.c.nameless)).all()
    own = desk.reported_without_name(connection, nameless, account_id)
    return board.board(connection, [signals.c.signal_id.in_(own)], None, latest=True)


def asked_whether_it_helped(connection: Connection, desk: Desk, account_id: UUID, today: date) -> list[Row]:
    """Delivered signals that somebody reported, supports or follows, and has not said of whether it helped."""
    s, j = signals.c, signal_judgements.c
    by_reporter = select(j.signal_id).where(j.judge == "reporter")
    by_them = select(j.signal_id).where(j.judge == str(account_id))
    delivered = and_(s.state == SignalState.DELIVERED, s.delivered_on >= today - ASKED_FOR)
    named = or_(
        and_(s.reporter == account_id, s.signal_id.not_in(by_reporter)),
        and_(board.heard_by(account_id), s.signal_id.not_in(by_them)),
    )
    nameless = select(s.signal_id).where(s.nameless, delivered, s.signal_id.not_in(by_reporter))
    own = desk.reported_without_name(connection, connection.scalars(nameless).all(), account_id)
    ids = connection.scalars(select(s.signal_id).where(delivered, or_(named, s.signal_id.in_(own))))
    return sorted(board.some(connection, list(ids)).values(), key=lambda row: (row["delivered_on"], row["signal_id"]))
