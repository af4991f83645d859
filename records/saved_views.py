"""Saved filters, a coach's own or shared with the team."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import Boolean, Column, Connection, Index, String, Table, Text, Uuid, delete, or_, select

from database.rows import UtcDateTime
from domain import names
from domain.refusal import Refused
from records.schema import metadata

MOST = 50

saved_views = Table(
    "saved_views",
    metadata,
    Column("view_id", Uuid, primary_key=True),
    Column("account_id", Uuid, nullable=False),
    Column("team_id", Uuid),
    Column("page", String(40), nullable=False),
    Column("name", String(80), nullable=False),
    # what stands after the question mark of the address
    Column("query", Text, nullable=False),
    Column("shared", Boolean, nullable=False),
    Column("saved_at", UtcDateTime, nullable=False),
    Index("ix_saved_views_account", "account_id"),
    Index("ix_saved_views_team", "team_id"),
)


@dataclass(frozen=True, slots=True)
class SavedView:
    view_id: UUID
    account_id: UUID
    name: str
    query: str
    shared: bool


def save(
    connection: Connection,
    account_id: UUID,
    team_id: UUID | None,
    page: str,
    name: str,
    query: str,
    *,
    shared: bool,
    now: datetime,
) -> UUID:
    """Keep a filter under a name; one's own of the same name is replaced.

    Raises:
        Refused: it has no name, or there are too many.
    """
    name = " ".join(name.split())
    if not name or len(name) > 80:
        raise Refused("Enter a name of at most 80 characters for the filter.", field="name")
    mine = select(saved_views.c.name).where(saved_views.c.account_id == account_id, saved_views.c.page == page)
    names = set(connection.scalars(mine))
    if name in names:
        connection.execute(
            delete(saved_views).where(
                saved_views.c.account_id == account_id, saved_views.c.page == page, saved_views.c.name == name
            )
        )
    elif len(names) >= MOST:
        raise Refused("You have %(most)d saved filters. Remove one first.", field="name", most=MOST)
    view_id = uuid4()
    connection.execute(
        saved_views.insert().values(
            view_id=view_id,
            account_id=account_id,
            team_id=team_id,
            page=page,
            name=name,
            query=query,
            shared=shared and team_id is not None,
            saved_at=now,
        )
    )
    return view_id


def of(connection: Connection, account_id: UUID, team_id: UUID | None, page: str) -> list[SavedView]:
    """One's own filters and those that the team shares, by name."""
    shown = saved_views.c.account_id == account_id
    if team_id is not None:
        shown = or_(shown, saved_views.c.shared & (saved_views.c.team_id == team_id))
    columns = [saved_views.c[name] for name in SavedView.__dataclass_fields__]
    rows = connection.execute(select(*columns).where(shown, saved_views.c.page == page))
    return sorted((SavedView(*row) for row in rows), key=lambda view: names.folded(view.name))


def queries(connection: Connection) -> list[str]:
    """What each saved filter chooses, whoever saved it."""
    return list(connection.scalars(select(saved_views.c.query)))


def remove(connection: Connection, account_id: UUID, view_id: UUID) -> None:
    """Remove one's own; another's stays."""
    connection.execute(
        delete(saved_views).where(saved_views.c.view_id == view_id, saved_views.c.account_id == account_id)
    )
