"""What somebody has not heard yet of the signals that they reported, support or follow, are mentioned in or were given;
and of what was delivered they are asked whether it helped."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Connection,
    Date,
    Uuid,
    and_,
    bindparam,
    case,
    false,
    func,
    literal,
    literal_column,
    or_,
    select,
    true,
    union_all,
)

from feedback import board
from feedback.board import SignalRow
from feedback.signal import ASKED_FOR, SignalState
from feedback.signal_handler import SignalHandler
from feedback.signals import signal_hearers, signal_judgements, signals
from records.heard import signals_heard

# Older news is no news: it stays with the signal.
KEPT = timedelta(days=90)


def unheard(connection: Connection, signal_handler: SignalHandler, account_id: UUID, today: date) -> list[SignalRow]:
    """The signals with news for somebody, the latest first."""
    found = board.by_id(connection, list(unheard_ids(connection, signal_handler, account_id, today)))
    return sorted(found.values(), key=lambda row: (row.news_on, row.signal_id), reverse=True)


def unheard_ids(connection: Connection, signal_handler: SignalHandler, account_id: UUID, today: date) -> set[UUID]:
    """Which signals have news for somebody."""
    asked = {"account_id": account_id, "since": today - KEPT}
    rows = connection.execute(_WITH_NEWS, asked).all()
    found = {row.signal_id for row in rows if row.told_as == _BY_NAME}
    nameless = {row.signal_id for row in rows if row.told_as != _BY_NAME}
    if nameless:
        theirs = signal_handler.reported_without_name(connection, nameless, account_id)
        for row in rows:
            if row.signal_id in theirs and row.told_as != _BY_NAME:
                found.add(row.duplicate_of if row.told_as == _AS_ORIGINAL else row.signal_id)
    return found


# How somebody is told of a signal: by name, as one who logged it without, or of the original of such a one.
_BY_NAME, _NAMELESS, _AS_ORIGINAL = range(3)


def _with_news() -> CompoundSelect[Any]:
    """The signals with news for the account `account_id` since the day `since`: which, as what, and their original.

    Those without a name are everybody's here: whose they are, only the seal tells.
    """
    account_id, since = bindparam("account_id", type_=Uuid), bindparam("since", type_=Date)
    s, m, h = signals.c, signal_hearers.c, signals_heard.c
    theirs = select(s.signal_id, true().label("hears"), literal(0).label("mentioned")).where(s.reporter == account_id)
    others = select(m.signal_id, or_(m.supports, m.follows), m.mentioned).where(m.account_id == account_id)
    given = select(s.signal_id, false(), s.given_version).where(s.person == account_id)
    concerned = union_all(theirs, others, given).subquery()
    about = concerned.c

    def told(of: Any) -> ColumnElement[bool]:
        return and_(h.account_id == account_id, h.signal_id == of.signal_id)

    # Of what they know without having looked: the reporter that it was logged, but where a colleague did so.
    by_a_colleague = and_(s.reporter == account_id, s.logged_by != s.reporter)
    up_to = func.coalesce(h.version, case((by_a_colleague, 0), else_=1))
    # From the few signals that somebody has to do with to those with news, not the other way round.
    by_name = (
        select(s.signal_id, literal_column(str(_BY_NAME)).label("told_as"), s.duplicate_of)
        .select_from(concerned)
        .join(signals, s.signal_id == about.signal_id)
        .outerjoin(signals_heard, told(s))
        .where(s.news_on >= since, or_(and_(about.hears, s.news_version > up_to), about.mentioned > up_to))
    )
    nameless = (
        select(s.signal_id, literal_column(str(_NAMELESS)), s.duplicate_of)
        .outerjoin(signals_heard, told(s))
        .where(s.nameless, s.news_on >= since, s.news_version > func.coalesce(h.version, 1))
    )
    original = signals.alias()
    o = original.c
    repeats = (
        select(s.signal_id, literal_column(str(_AS_ORIGINAL)), s.duplicate_of)
        .join(original, o.signal_id == s.duplicate_of)
        .outerjoin(signals_heard, told(o))
        .where(s.nameless, o.news_on >= since, o.news_version > func.coalesce(h.version, 1))
    )
    return union_all(by_name, nameless, repeats)


# Put together once: each page asks it.
_WITH_NEWS = _with_news()


def reported_without_name(connection: Connection, signal_handler: SignalHandler, account_id: UUID) -> list[SignalRow]:
    """What somebody logged without a name, the latest first: whose it is, only the seal tells."""
    nameless = connection.scalars(select(signals.c.signal_id).where(signals.c.nameless)).all()
    own = signal_handler.reported_without_name(connection, nameless, account_id)
    return board.board(connection, [signals.c.signal_id.in_(own)], None, latest=True)


def asked_whether_it_helped(
    connection: Connection, signal_handler: SignalHandler, account_id: UUID, today: date
) -> list[SignalRow]:
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
    own = signal_handler.reported_without_name(connection, connection.scalars(nameless).all(), account_id)
    ids = connection.scalars(select(s.signal_id).where(delivered, or_(named, s.signal_id.in_(own))))
    return sorted(
        board.by_id(connection, list(ids)).values(), key=lambda row: (row.delivered_on or today, row.signal_id)
    )
