"""What somebody has not heard yet of the signals that they reported, support or follow, are mentioned in or were given;
and of what was delivered they are asked whether it helped."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import (
    CompoundSelect,
    Connection,
    Date,
    Uuid,
    and_,
    bindparam,
    case,
    false,
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
    nameless = {row.signal_id for row in rows if row.told_as != _BY_NAME}
    theirs = signal_handler.reported_without_name(connection, nameless, account_id) if nameless else nameless
    told = [row for row in rows if row.told_as == _BY_NAME or row.signal_id in theirs]
    heard = signal_handler.receipts.heard(connection, account_id, {row.about for row in told})
    return {row.about for row in told if row.latest > heard.get(row.about, row.known)}


# How somebody is told of a signal: by name, as one who logged it without, or of the original of such a one.
_BY_NAME, _NAMELESS, _AS_ORIGINAL = range(3)


def _with_news() -> CompoundSelect[Any]:
    """The signals that had news for the account `account_id` since the day `since`: as what they hear of it, about
    which signal, up to which event they are told, and which they know without having looked.

    What was heard is under marks that no query can make. Those without a name are everybody's here: whose they are,
    only the seal tells.
    """
    account_id, since = bindparam("account_id", type_=Uuid), bindparam("since", type_=Date)
    s, m = signals.c, signal_hearers.c
    theirs = select(s.signal_id, true().label("hears"), literal(0).label("mentioned")).where(s.reporter == account_id)
    others = select(m.signal_id, or_(m.supports, m.follows), m.mentioned).where(m.account_id == account_id)
    given = select(s.signal_id, false(), s.given_version).where(s.person == account_id)
    concerned = union_all(theirs, others, given).subquery()
    c = concerned.c
    # The reporter knows that it was logged, but where a colleague did so.
    by_a_colleague = and_(s.reporter == account_id, s.logged_by != s.reporter)
    # From the few signals that somebody has to do with to those with news, not the other way round.
    by_name = (
        select(
            s.signal_id,
            literal_column(str(_BY_NAME)).label("told_as"),
            s.signal_id.label("about"),
            case((and_(c.hears, s.news_version > c.mentioned), s.news_version), else_=c.mentioned).label("latest"),
            case((by_a_colleague, 0), else_=1).label("known"),
        )
        .select_from(concerned)
        .join(signals, s.signal_id == c.signal_id)
        .where(s.news_on >= since, or_(c.hears, c.mentioned > 0))
    )
    nameless = select(
        s.signal_id, literal_column(str(_NAMELESS)), s.signal_id, s.news_version, literal_column("1")
    ).where(s.nameless, s.news_on >= since, s.news_version > 1)
    original = signals.alias()
    o = original.c
    repeats = (
        select(s.signal_id, literal_column(str(_AS_ORIGINAL)), o.signal_id, o.news_version, literal_column("1"))
        .join(original, o.signal_id == s.duplicate_of)
        .where(s.nameless, o.news_on >= since, o.news_version > 1)
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
