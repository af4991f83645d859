"""Files that ended in another one of the same person: which file goes on, and what it took over."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from collections.abc import Set as AbstractSet
from datetime import date
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace
from sqlalchemy import Column, Connection, Date, Integer, Table, Text, Uuid, select

from database.rows import rows_as
from domain.calendar import local_day
from domain.client import ClientAssigned, ClientErased, FilesMerged, IntakeTaken, MergedInto
from eventlog.sealing import reference
from projections.engine.readmodel import Projection, Rows, metadata
from projections.undoing import with_merges

# A file that ended in one that ended in another, and so on: so many at most are looked up.
MOST_IN_A_ROW = 20

merged_files = Table(
    "merged_files",
    metadata,
    Column("client_id", Uuid, primary_key=True),
    Column("kept_id", Uuid, nullable=False, index=True),
    Column("merged_on", Date, nullable=False),
    Column("merged_by", Uuid),
    Column("team_id", Uuid),
    Column("coach_id", Uuid),
    # sealed
    Column("name", Text),
    Column("client_number", Text),
    sqlite_with_rowid=False,
)

taken_over = Table(
    "taken_over",
    metadata,
    Column("client_id", Uuid, primary_key=True),
    # the version of the merge, and how many events that follow came along
    Column("version", Integer, primary_key=True),
    Column("other_id", Uuid, nullable=False),
    Column("brought", Integer, nullable=False),
    sqlite_with_rowid=False,
)


class MergedFile(Struct, frozen=True):
    """A file that ended in another; name and number are sealed."""

    client_id: UUID
    kept_id: UUID
    merged_on: date
    merged_by: UUID | None
    team_id: UUID | None
    coach_id: UUID | None
    name: str | None
    client_number: str | None


class TakenOver(Struct, frozen=True):
    """What a file took over from another: the versions after that of the merge, so many."""

    client_id: UUID
    version: int
    other_id: UUID
    brought: int


def merged_into(event: MergedInto, rows: Rows) -> None:
    before = rows.earlier(event)
    intake = next(each for each in before if isinstance(each, IntakeTaken))
    assigned = next((each for each in reversed(before) if isinstance(each, ClientAssigned)), None)
    row = {
        "client_id": event.originator_id,
        "kept_id": event.kept,
        "merged_on": local_day(event.recorded_at),
        "merged_by": event.actor,
        "team_id": (assigned or intake).team,
        "coach_id": assigned.coach if assigned else None,
        "name": reference(intake, "name"),
        "client_number": reference(intake, "client_number"),
    }
    rows.put(merged_files, row)


def files_merged(event: FilesMerged, rows: Rows) -> None:
    version = event.originator_version
    row = {
        "client_id": event.originator_id,
        "version": version,
        "other_id": event.other,
        "brought": event.brought,
    }
    rows.put(taken_over, row, version)


def client_erased(_event: ClientErased, rows: Rows) -> None:
    rows.forget()


# queries


def kept_of(connection: Connection, client_ids: Collection[UUID]) -> dict[UUID, UUID]:
    """For each of these files that ended in another, the file that goes on."""
    found: dict[UUID, UUID] = {}
    ended = set(client_ids)
    for _ in range(MOST_IN_A_ROW):
        if not ended:
            break
        statement = select(merged_files.c.client_id, merged_files.c.kept_id)
        rows = connection.execute(statement.where(merged_files.c.client_id.in_(ended)))
        step = {row.client_id: row.kept_id for row in rows}
        found |= step
        ended = set(step.values()) - found.keys()
    return {client_id: _last(found, client_id) for client_id in client_ids if client_id in found}


def _last(found: dict[UUID, UUID], client_id: UUID) -> UUID:
    while client_id in found:
        client_id = found[client_id]
    return client_id


def ended_in(connection: Connection, kept_id: UUID) -> list[MergedFile]:
    """The files that ended in this one, those that ended in them included."""
    found: list[MergedFile] = []
    kept = {kept_id}
    while kept and len(found) < MOST_IN_A_ROW:
        statement = select(merged_files).where(merged_files.c.kept_id.in_(kept)).order_by(merged_files.c.client_id)
        several = rows_as(MergedFile, connection.execute(statement))
        found += several
        kept = {each.client_id for each in several}
    return found


def pairs(connection: Connection) -> list[tuple[UUID, UUID]]:
    """Every file that ended in another, with that one."""
    return [(one, kept) for one, kept in connection.execute(select(merged_files.c.client_id, merged_files.c.kept_id))]


def names_of_ended(
    connection: Connection, goes_on: AbstractSet[UUID]
) -> list[tuple[UUID, UUID, str | None, str | None]]:
    """The files that ended in one of these that go on, with that one, and their sealed names and numbers."""
    m = merged_files.c
    rows = {row.client_id: row for row in connection.execute(select(m.client_id, m.kept_id, m.name, m.client_number))}
    kept = {client_id: row.kept_id for client_id, row in rows.items()}
    last = {client_id: _last(kept, client_id) for client_id in rows}
    return [(key, last[key], row.name, row.client_number) for key, row in rows.items() if last[key] in goes_on]


def by_id(connection: Connection, client_ids: Collection[UUID]) -> list[MergedFile]:
    """Those of these files that ended in another."""
    statement = select(merged_files).where(merged_files.c.client_id.in_(client_ids))
    return rows_as(MergedFile, connection.execute(statement))


def all_ended(connection: Connection, kept_ids: Collection[UUID]) -> list[MergedFile]:
    """The files that ended in one of these."""
    statement = select(merged_files).where(merged_files.c.kept_id.in_(kept_ids)).order_by(merged_files.c.client_id)
    return rows_as(MergedFile, connection.execute(statement))


def ended_after(connection: Connection, goes_on: AbstractSet[UUID], day: date) -> list[MergedFile]:
    """The files that stood on their own at the end of a day and ended since, in one of these that go on: `kept_id` is
    the one that goes on."""
    rows = {row.client_id: row for row in rows_as(MergedFile, connection.execute(select(merged_files)))}
    kept = {client_id: row.kept_id for client_id, row in rows.items()}
    found = [replace(row, kept_id=_last(kept, row.client_id)) for row in rows.values() if row.merged_on > day]
    return [row for row in found if row.kept_id in goes_on]


def took_over(connection: Connection, client_ids: Collection[UUID]) -> Sequence[TakenOver]:
    """What these files took over from others, in order."""
    t = taken_over.c
    statement = select(taken_over).where(t.client_id.in_(client_ids)).order_by(t.client_id, t.version)
    return rows_as(TakenOver, connection.execute(statement))


projection = Projection(
    name="merges",
    version=1,
    tables=(merged_files, taken_over),
    folds=with_merges(
        {
            MergedInto: merged_into,
            FilesMerged: files_merged,
            ClientErased: client_erased,
        }
    ),
)
