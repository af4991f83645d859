"""What people ask of the signals: the board, searching, what somebody hears of, and what is alike."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from msgspec import Struct
from sqlalchemy import ColumnElement, Connection, Select, and_, func, or_, select

from database.rows import rows_as
from domain.working_days import WorkingDays
from eventlog.marks import Marks
from feedback import clocks
from feedback.search import alike, having, words_of
from feedback.signal import SignalState
from feedback.signals import signal_hearers, signal_texts, signals

# So many of those that a search finds are shown, those with most support and the oldest first.
MOST_FOUND = 200


class SignalRow(Struct, frozen=True):
    """A signal as a board needs it, its texts sealed."""

    signal_id: UUID
    version: int
    kind: str
    state: str
    state_on: date
    page: str
    field: str | None
    figure: str | None
    filter: str | None
    reporter: UUID | None
    nameless: bool
    logged_by: UUID | None
    role: str | None
    team_id: UUID | None
    imported: bool
    logged_at: datetime
    handled_by: UUID | None
    person: UUID | None
    support: int
    comments: int
    triage_by: date
    answer_by: date
    due_on: date | None
    duplicate_of: UUID | None
    planned_for: date | None
    delivered_on: date | None
    helped_yes: int
    helped_partly: int
    helped_no: int
    news_on: date
    seen: str
    expected: str | None
    reason: str | None


def board(
    connection: Connection,
    conditions: Sequence[ColumnElement[bool]] = (),
    limit: int | None = None,
    *,
    latest: bool = False,
    offset: int = 0,
) -> list[SignalRow]:
    """Signals, those with most support and the oldest first; or the latest first."""
    order = (
        (signals.c.logged_at.desc(), signals.c.signal_id)
        if latest
        else (signals.c.rank, signals.c.logged_at, signals.c.signal_id)
    )
    statement = _with_texts().where(*conditions).order_by(*order).limit(limit).offset(offset)
    return rows_as(SignalRow, connection.execute(statement))


def _with_texts() -> Select[Any]:
    columns = [(signals.c if name in signals.c else signal_texts.c)[name] for name in SignalRow.__struct_fields__]
    return select(*columns).join_from(signals, signal_texts, signal_texts.c.signal_id == signals.c.signal_id)


def columns(
    connection: Connection, states: Sequence[SignalState], conditions: Sequence[ColumnElement[bool]], limit: int
) -> list[tuple[SignalState, int, list[SignalRow]]]:
    """For each state: how many there are, and the first few of them, those with most support and the oldest first."""
    counted = select(signals.c.state, func.count()).where(*conditions).group_by(signals.c.state)
    numbers: Mapping[str, int] = dict(connection.execute(counted).tuples().all())
    return [
        (state, numbers[state], board(connection, [signals.c.state == state, *conditions], limit))
        for state in states
        if numbers.get(state)
    ]


def by_state(
    rows: Sequence[SignalRow], states: Sequence[SignalState], limit: int
) -> list[tuple[SignalState, int, list[SignalRow]]]:
    """The same as `columns`, of signals that are there already."""
    found = {state: [row for row in rows if row.state == state] for state in states}
    return [(state, len(those), those[:limit]) for state, those in found.items() if those]


def count(connection: Connection, *conditions: ColumnElement[bool]) -> int:
    return connection.scalar(select(func.count()).select_from(signals).where(*conditions)) or 0


def has_passed(today: date) -> ColumnElement[bool]:
    """Whether the day of its clock has passed."""
    return signals.c.due_on < today


def clock_is(clock: str, today: date, days: WorkingDays) -> ColumnElement[bool]:
    """Whether its clock has "passed" or is "near"."""
    if clock == "passed":
        return has_passed(today)
    near = days.after(today, clocks.NEAR)
    return and_(signals.c.due_on >= today, signals.c.due_on <= near)


def given_to(connection: Connection, account_id: UUID) -> dict[UUID, UUID | None]:
    """The signals that somebody looks after, each with its team (None: the city)."""
    statement = select(signals.c.signal_id, signals.c.handled_by).where(signals.c.person == account_id)
    return dict(connection.execute(statement).tuples().all())


def heard_by(account_id: UUID) -> ColumnElement[bool]:
    """Supported or followed, by a duplicate too."""
    h = signal_hearers.c
    hears = select(h.signal_id).where(h.account_id == account_id, or_(h.supports, h.follows))
    return signals.c.signal_id.in_(hears)


def mentioned_in(account_id: UUID) -> Select[tuple[UUID]]:
    """The signals in a comment or note of which somebody is mentioned."""
    h = signal_hearers.c
    return select(h.signal_id).where(h.account_id == account_id, h.mentioned > 0)


def search(
    connection: Connection,
    text: str,
    marks: Marks,
    conditions: Sequence[ColumnElement[bool]] = (),
    *,
    everything: bool = False,
) -> list[SignalRow]:
    """Signals that have every word of a text, in themselves or in a comment: the first `MOST_FOUND` of the board, or
    everything."""
    most = None if everything else MOST_FOUND
    found = having(connection, words_of(text), marks, signals.c.signal_id)
    first = select(signals.c.signal_id).where(*conditions, found)
    first = first.order_by(signals.c.rank, signals.c.logged_at, signals.c.signal_id).limit(most)
    return board(connection, [signals.c.signal_id.in_(list(connection.scalars(first)))])


def similar(
    connection: Connection, text: str, marks: Marks, limit: int = 5, *, but: UUID | None = None
) -> list[SignalRow]:
    """Open signals that share words with a text, the most alike first; without one of them, if given."""
    found = alike(connection, words_of(text), marks)
    if found is None:
        return []
    if but is not None:
        found = found.where(found.selected_columns.signal_id != but)
    ranked = found.order_by(found.selected_columns.rank.desc()).limit(limit).subquery()
    statement = (
        _with_texts()
        .join(ranked, ranked.c.signal_id == signals.c.signal_id)
        .order_by(ranked.c.rank.desc(), signals.c.support.desc(), signals.c.signal_id)
    )
    return rows_as(SignalRow, connection.execute(statement))


def reported_by(connection: Connection, account_id: UUID) -> list[SignalRow]:
    """Somebody's own signals, the latest first; not those logged without a name."""
    return board(connection, [signals.c.reporter == account_id], latest=True)


def sealed_reporters(connection: Connection, signal_ids: Collection[UUID]) -> dict[UUID, str]:
    """Of these signals, which were logged without a name: the sealed reporter of each."""
    texts = signal_texts.c
    statement = select(texts.signal_id, texts.sealed_reporter).where(texts.signal_id.in_(signal_ids))
    return dict(connection.execute(statement).tuples().all())


def signal(connection: Connection, signal_id: UUID) -> SignalRow | None:
    """One signal."""
    return by_id(connection, [signal_id]).get(signal_id)


def by_id(connection: Connection, signal_ids: Sequence[UUID]) -> dict[UUID, SignalRow]:
    """These signals, by id."""
    if not signal_ids:
        return {}
    found = connection.execute(_with_texts().where(signals.c.signal_id.in_(signal_ids)))
    return {row.signal_id: row for row in rows_as(SignalRow, found)}


def duplicates_of(connection: Connection, signal_id: UUID) -> list[UUID]:
    return list(connection.scalars(select(signals.c.signal_id).where(signals.c.duplicate_of == signal_id)))
