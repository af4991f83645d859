"""How somebody likes the caseload: folded groups of columns, how close rows stand, columns, the order of filters."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Column, Connection, String, Table, Text, Uuid, select

from records.schema import metadata

preferences = Table(
    "preferences",
    metadata,
    Column("account_id", Uuid, primary_key=True),
    # the groups of columns that are folded away, with spaces between
    Column("folded", String(200), nullable=False),
    # how close rows stand; none: as the screen is wide
    Column("density", String(12)),
    # keys of the columns chosen, in one's own order; none: the usual ones
    Column("columns", Text),
    # ids of saved filters in one's own order; those that are not in it come after, by name
    Column("view_order", Text),
)


@dataclass(frozen=True, slots=True)
class Preferences:
    """What one account prefers; `columns` is None where nothing was chosen."""

    folded: frozenset[str] = frozenset()
    density: str | None = None
    columns: tuple[str, ...] | None = None
    view_order: tuple[str, ...] = ()


def of(connection: Connection, account_id: UUID) -> Preferences:
    """What somebody prefers."""
    p = preferences.c
    row = connection.execute(
        select(p.folded, p.density, p.columns, p.view_order).where(p.account_id == account_id)
    ).one_or_none()
    if row is None:
        return Preferences()
    columns = None if row.columns is None else tuple(row.columns.split())
    return Preferences(frozenset(row.folded.split()), row.density, columns, tuple((row.view_order or "").split()))


def keep(connection: Connection, account_id: UUID, preferred: Preferences) -> None:
    """Keep what somebody prefers, in the place of what was kept before."""
    values = {
        "folded": " ".join(sorted(preferred.folded)),
        "density": preferred.density,
        "columns": None if preferred.columns is None else " ".join(preferred.columns),
        "view_order": " ".join(preferred.view_order) or None,
    }
    changed = connection.execute(preferences.update().where(preferences.c.account_id == account_id).values(**values))
    if not changed.rowcount:
        connection.execute(preferences.insert().values(account_id=account_id, **values))
