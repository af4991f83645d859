"""Weekly missing-data lists: one for each coach and ISO week, built once and kept as it was."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID, uuid5

import msgspec
from msgspec import Struct
from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Connection,
    Date,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    Uuid,
    func,
    select,
)
from sqlalchemy.exc import IntegrityError

from database.rows import Row, UtcDateTime, copy_rows, repeated, rows_as
from domain.calendar import Week, local_day
from domain.gaps import on_list as gap_on_list
from domain.refusal import Refused
from projections import data_gaps, definitions
from projections.data_gaps import ListedGap
from projections.engine.engine import Engine
from projections.engine.folding import fold_all
from records import people
from records.schema import metadata

ATTEMPTS = 5
_LISTS = UUID("6b1f4d0a-2f1c-5d38-9a9e-3a1b8a3d7c11")

weekly_lists = Table(
    "weekly_lists",
    metadata,
    Column("list_id", Uuid, primary_key=True),
    Column("week", String(8), nullable=False),
    Column("coach_id", Uuid, nullable=False),
    Column("team_id", Uuid),
    Column("day", Date, nullable=False),
    Column("position", BigInteger, nullable=False),
    Column("built_at", UtcDateTime, nullable=False),
    Column("lines", Integer, nullable=False),
    # how many lines of the list before were done since, and how many went with clients who were handed over, closed or
    # erased
    Column("done", Integer, nullable=False),
    Column("handed_over", Integer, nullable=False),
    Index("ix_weekly_lists_coach_week", "coach_id", "week", unique=True),
)

weekly_list_lines = Table(
    "weekly_list_lines",
    metadata,
    Column("list_id", Uuid, ForeignKey("weekly_lists.list_id"), primary_key=True),
    Column("client_id", Uuid, primary_key=True),
    Column("field", String(40), primary_key=True),
    Column("state", String(16), nullable=False),
    Column("since", Date),
    Column("contradictions", Text),
    Column("is_new", Boolean, nullable=False),
    # it stood on a colleague's list before
    Column("came_over", Boolean, nullable=False),
)

Missing = tuple[UUID, str]  # a client and a field


@dataclass(frozen=True, slots=True)
class _Standing:
    """How things stand when lists are built: what is missing of open clients, and who these are."""

    gaps: list[ListedGap]
    open_clients: set[UUID]

    def by_coach(self) -> dict[UUID, list[ListedGap]]:
        found: dict[UUID, list[ListedGap]] = {}
        for gap in self.gaps:
            if gap.coach_id:
                found.setdefault(gap.coach_id, []).append(gap)
        return found

    def dealt_with(self, lines: set[Missing]) -> set[Missing]:
        """Those that are missing no more. Of a client who is closed or erased nobody has dealt with anything."""
        missing = {(gap.client_id, gap.field) for gap in self.gaps}
        return {line for line in lines if line[0] in self.open_clients and line not in missing}


@dataclass(frozen=True, slots=True)
class Built:
    """What building came to: lists made now, lists that were there already, lines on the new ones."""

    week: Week
    built: int
    kept: int
    lines: int


def build(engine: Engine, week: Week, now: datetime) -> Built:
    """Build the lists of a week, for every active coach who has none yet.

    This week's come from the read model, after it has folded everything recorded so far; those of a week gone by
    from the log as it was that Monday at 06:00.

    Raises:
        Refused: the week has not begun.
        StoppedError: what they are made of is not up to date; nothing is built.
        PoisonError: an event that they are made of can't be used; nothing is built.
    """
    if week.starts_at > now:
        raise Refused(
            "The week %(week)s has not begun: its list is built on %(day)s at 06:00.",
            field="week",
            week=str(week),
            day=week.monday.isoformat(),
        )
    this_week = Week.of(local_day(now)) == week
    head = engine.log.head()
    if this_week:
        engine.require(data_gaps.projection.name, definitions.projection.name)
        day = local_day(now)
        with engine.database.read(long=True) as connection:
            standing = _Standing(data_gaps.listed(connection, day), data_gaps.open_clients(connection))
    else:
        engine.require(definitions.projection.name)
        day = week.monday
        standing = _standing_then(engine, week, head)
    for attempt in range(1, ATTEMPTS + 1):
        try:
            with engine.database.write(long=True) as connection:
                return _keep(connection, week, day, head, now, standing)
        except IntegrityError:
            # Somebody else built them at the same moment: now they are there.
            if attempt == ATTEMPTS:
                raise
    raise AssertionError


def _keep(
    connection: Connection,
    week: Week,
    day: date,
    position: int,
    now: datetime,
    standing: _Standing,
) -> Built:
    there = set(connection.scalars(select(weekly_lists.c.coach_id).where(weekly_lists.c.week == str(week))))
    by_coach, of_all = standing.by_coach(), _lines_of(connection, week.previous)
    everywhere: set[Missing] = set().union(*of_all.values())
    done = standing.dealt_with(everywhere)
    lists: list[Row] = []
    lines: list[Row] = []
    for coach in people.coaches(connection):
        if coach.account_id in there:
            continue
        gaps = by_coach.get(coach.account_id, [])
        list_id = uuid5(_LISTS, f"{week}/{coach.account_id}")
        before = of_all.get(coach.account_id, set())
        gone = before - {(gap.client_id, gap.field) for gap in gaps}
        lists.append(
            {
                "list_id": list_id,
                "week": str(week),
                "coach_id": coach.account_id,
                "team_id": coach.team_id,
                "day": day,
                "position": position,
                "built_at": now,
                "lines": len(gaps),
                "done": len(gone & done),
                "handed_over": len(gone - done),
            }
        )
        lines += [_line(list_id, gap, before, everywhere) for gap in gaps]
    copy_rows(connection, weekly_lists, lists)
    copy_rows(connection, weekly_list_lines, lines)
    return Built(week, len(lists), len(there), len(lines))


def _line(list_id: UUID, gap: ListedGap, before: set[Missing], everywhere: set[Missing]) -> Row:
    line = gap.client_id, gap.field
    stood = line in everywhere
    return {
        "list_id": list_id,
        "client_id": gap.client_id,
        "field": gap.field,
        "state": gap.state,
        "since": gap.since,
        "contradictions": gap.contradictions,
        "is_new": not stood,
        "came_over": stood and line not in before,
    }


def _lines_of(connection: Connection, week: Week) -> dict[UUID, set[Missing]]:
    """The lines of a week's lists, by coach."""
    line = weekly_list_lines.c
    statement = select(repeated(weekly_lists.c.coach_id), repeated(line.client_id), line.field).join_from(
        weekly_lists, weekly_list_lines
    )
    found: dict[UUID, set[Missing]] = {}
    for coach_id, client_id, field in connection.execute(statement.where(weekly_lists.c.week == str(week))).all():
        found.setdefault(coach_id, set()).add((client_id, field))
    return found


def _standing_then(engine: Engine, week: Week, upto: int) -> _Standing:
    """How things stood when the week began, folded from the log."""
    with engine.database.read() as connection:
        then = definitions.on(connection, week.monday, week.starts_at)
    standing = _Standing([], set())
    for folded in fold_all(engine.log, [data_gaps.projection], upto, before=week.starts_at, rules=then.rules):
        clients = {row["client_id"]: row for row in folded.rows[data_gaps.data_gaps_clients]}
        standing.open_clients.update(client_id for client_id, client in clients.items() if not client["closed"])
        for row in folded.rows[data_gaps.data_gaps]:
            client = clients[row["client_id"]]
            if not client["closed"] and gap_on_list(data_gaps.gap_of(row), week.monday):
                listed = row | {"coach_id": client["coach_id"]}
                standing.gaps.append(ListedGap(*(listed[name] for name in ListedGap.__struct_fields__)))
    return standing


# queries


class WeeklyLine(Struct, frozen=True):
    """A line of a list: what was missing, and how it stood."""

    client_id: UUID
    field: str
    state: str
    since: date | None
    contradictions: list[str]
    is_new: bool
    came_over: bool


class KeptList(Struct, frozen=True):
    """A list as it was built, with its lines in `rows`."""

    list_id: UUID
    week: str
    day: date
    position: int
    built_at: datetime
    lines: int
    done: int
    handed_over: int
    rows: list[WeeklyLine]


class WeekTotals(Struct, frozen=True):
    """Lines and lines done of a team's lists of a week."""

    week: str
    lines: int
    done: int


def of_coach(connection: Connection, coach_id: UUID, week: Week | None = None) -> KeptList | None:
    """A coach's list of a week (by default the latest), with its `rows`; None where there is none."""
    columns = [weekly_lists.c[name] for name in KeptList.__struct_fields__[:-1]]
    statement = select(*columns).where(weekly_lists.c.coach_id == coach_id)
    if week is not None:
        statement = statement.where(weekly_lists.c.week == str(week))
    found = connection.execute(statement.order_by(weekly_lists.c.week.desc()).limit(1)).one_or_none()
    if found is None:
        return None
    lines = connection.execute(
        select(weekly_list_lines)
        .where(weekly_list_lines.c.list_id == found.list_id)
        .order_by(weekly_list_lines.c.since, weekly_list_lines.c.client_id, weekly_list_lines.c.field)
    )
    read = rows_as(WeeklyLine, lines, contradictions=lambda text: msgspec.json.decode(text) if text else [])
    return KeptList(*(*found, read))


def last_built(connection: Connection) -> Week | None:
    """The latest week of which there are lists."""
    found = connection.scalar(select(func.max(weekly_lists.c.week)))
    return Week.parse(found) if found else None


def weeks(connection: Connection, coach_id: UUID) -> list[str]:
    """The weeks of which a coach has a list, the latest first."""
    statement = select(weekly_lists.c.week).where(weekly_lists.c.coach_id == coach_id)
    return list(connection.scalars(statement.order_by(weekly_lists.c.week.desc())))


def totals_by_week(connection: Connection, team_id: UUID) -> list[WeekTotals]:
    """Lines and lines done in a team's lists, a row a week: totals, never a person."""
    statement = (
        select(
            weekly_lists.c.week,
            func.sum(weekly_lists.c.lines).label("lines"),
            func.sum(weekly_lists.c.done).label("done"),
        )
        .where(weekly_lists.c.team_id == team_id)
        .group_by(weekly_lists.c.week)
        .order_by(weekly_lists.c.week.desc())
    )
    return rows_as(WeekTotals, connection.execute(statement))
