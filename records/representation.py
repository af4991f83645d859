"""Reports on representation: what was told of groups on a day, what is kept to compare the next report with, and which
characteristics the improvement team chose, when and why."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID, uuid4

import msgspec
from sqlalchemy import Column, Connection, Date, String, Table, Text, Uuid, delete, func, select, update

from database.rows import UtcDateTime, copy_rows
from domain.representation import USUAL, Row
from domain.representation_report import Kept, Report, Where
from records.schema import metadata

CITY = "city"
# What is kept of clients is read and written so many at a time.
AT_ONCE = 5_000

representation_reports = Table(
    "representation_reports",
    metadata,
    Column("day", Date, primary_key=True),
    # a team, or the city
    Column("scope", String(36), primary_key=True),
    Column("characteristics", Text, nullable=False),
    Column("told", Text, nullable=False),
)

representation_kept = Table(
    "representation_kept",
    metadata,
    # of somebody who was erased, another id that nobody has
    Column("client_id", Uuid, primary_key=True),
    Column("kept", Text, nullable=False),
)

representation_choices = Table(
    "representation_choices",
    metadata,
    Column("choice_id", Uuid, primary_key=True),
    Column("chosen_at", UtcDateTime, nullable=False),
    Column("chosen_by", Uuid, nullable=False),
    Column("characteristics", Text, nullable=False),
    Column("why", String(500), nullable=False),
)


@dataclass(frozen=True, slots=True)
class ChoiceMade:
    """Which characteristics were chosen, by whom, when and why."""

    chosen_at: datetime
    chosen_by: UUID
    characteristics: Sequence[str]
    why: str


class _Kept(msgspec.Struct, array_like=True, frozen=True, gc=False):
    team: UUID | None
    groups: dict[str, str]
    left: bool
    cells: list[int]


_rows = msgspec.json.Decoder(list[Row]).decode
_kept = msgspec.json.Decoder(_Kept).decode
_names = msgspec.json.Decoder(list[str]).decode


def _encoded(value: object) -> str:
    return msgspec.json.encode(value).decode()


# reports


def days(connection: Connection, scope: str) -> list[date]:
    """The days of which there are reports, the latest first."""
    r = representation_reports.c
    return list(connection.scalars(select(r.day).where(r.scope == scope).order_by(r.day.desc())))


def last_made(connection: Connection) -> tuple[date, list[str]] | None:
    """The day of the last report, and the characteristics that it looked at."""
    r = representation_reports.c
    statement = select(r.day, r.characteristics).where(r.scope == CITY).order_by(r.day.desc()).limit(1)
    row = connection.execute(statement).one_or_none()
    return (row.day, _names(row.characteristics)) if row else None


def told(connection: Connection, day: date, scope: str) -> list[Row]:
    """What the report of a day tells of a team or the city."""
    r = representation_reports.c
    text = connection.scalar(select(r.told).where(r.day == day, r.scope == scope))
    return _rows(text) if text else []


def told_by_day(connection: Connection, scope: str, since: date) -> list[tuple[date, list[Row]]]:
    """The reports of a team or the city since a day, the earliest first."""
    r = representation_reports.c
    statement = select(r.day, r.told).where(r.scope == scope, r.day >= since).order_by(r.day)
    return [(row.day, _rows(row.told)) for row in connection.execute(statement)]


def last_report(connection: Connection) -> Report:
    """The last report whole, with what was kept to compare the next one with."""
    last = last_made(connection)
    if last is None:
        return Report()
    r = representation_reports.c
    rows: dict[Where, Sequence[Row]] = {
        None if row.scope == CITY else UUID(row.scope): _rows(row.told)
        for row in connection.execute(select(r.scope, r.told).where(r.day == last[0]))
    }
    kept = {}
    for client_id, text in connection.execute(select(representation_kept)).yield_per(AT_ONCE):
        each = _kept(text)
        kept[client_id] = Kept(each.team, each.groups, each.left, each.cells)
    return Report(rows, kept)


def put(connection: Connection, day: date, characteristics: Sequence[str], report: Report) -> None:
    """Publish a report; one of the same day is replaced."""
    connection.execute(delete(representation_reports).where(representation_reports.c.day == day))
    connection.execute(
        representation_reports.insert(),
        [
            {
                "day": day,
                "scope": CITY if where is None else str(where),
                "characteristics": _encoded(characteristics),
                "told": _encoded(rows),
            }
            for where, rows in report.rows.items()
        ],
    )
    connection.execute(delete(representation_kept))
    copy_rows(
        connection,
        representation_kept,
        [
            {"client_id": client, "kept": _encoded(_Kept(_team(each), dict(each.groups), each.left, list(each.cells)))}
            for client, each in report.kept.items()
        ],
    )


def _team(kept: Kept) -> UUID | None:
    return kept.team if isinstance(kept.team, UUID) else None


# who was erased


def clients(connection: Connection, client_ids: Collection[UUID]) -> set[UUID]:
    """Those of these of whom something is kept."""
    found: set[UUID] = set()
    wanted = list(client_ids)
    for at in range(0, len(wanted), 500):
        of_part = representation_kept.c.client_id.in_(wanted[at : at + 500])
        found |= set(connection.scalars(select(representation_kept.c.client_id).where(of_part)))
    return found


def forget_client(connection: Connection, client_id: UUID) -> None:
    """Let nobody find who was erased: that somebody is counted in numbers that still stand is kept under an id that
    nobody has, or the next report would tell by what it is less."""
    text = connection.scalar(select(representation_kept.c.kept).where(representation_kept.c.client_id == client_id))
    if text is not None:
        anonymous = _encoded(_Kept(None, {}, True, _kept(text).cells))
        statement = update(representation_kept).where(representation_kept.c.client_id == client_id)
        connection.execute(statement.values(client_id=uuid4(), kept=anonymous))


# what was chosen


def choose(connection: Connection, choice_id: UUID, made: ChoiceMade) -> None:
    """Note a choice; one that is there already stays."""
    c = representation_choices.c
    if connection.scalar(select(func.count()).where(c.choice_id == choice_id)):
        return
    connection.execute(
        representation_choices.insert().values(
            choice_id=choice_id,
            chosen_at=made.chosen_at,
            chosen_by=made.chosen_by,
            characteristics=_encoded(made.characteristics),
            why=made.why,
        )
    )


def choices(connection: Connection) -> list[ChoiceMade]:
    """Every choice, the latest first."""
    c = representation_choices.c
    columns = (c.chosen_at, c.chosen_by, c.characteristics, c.why)
    found = connection.execute(select(*columns).order_by(c.chosen_at.desc()))
    return [ChoiceMade(row.chosen_at, row.chosen_by, _names(row.characteristics), row.why) for row in found]


def chosen(connection: Connection) -> list[str]:
    """The characteristics that reports look at now."""
    made = choices(connection)
    return list(made[0].characteristics) if made else list(USUAL)
