"""How far each read model is in the log: which event it folded last, under which rules, and where it stopped."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Integer,
    Row,
    String,
    Table,
    Text,
    bindparam,
    or_,
    select,
    update,
)

from database.rows import UtcDateTime
from projections.engine.readmodel import bookkeeping

positions = Table(
    "projection_positions",
    bookkeeping,
    Column("projection", String(40), primary_key=True),
    Column("version", Integer, nullable=False),
    Column("position", BigInteger, nullable=False),
    # which event stood there: another one says that the log is not the one that was folded
    Column("folded", String(60)),
    Column("generation", Integer, nullable=False),
    Column("updated_at", UtcDateTime),
    Column("rebuilt_at", UtcDateTime),
    Column("changes", Text),
    # the event that the fold stopped at, and why
    Column("stopped_at", BigInteger),
    Column("stopped_because", Text),
    # the parameters of definitions that its rows were folded under
    Column("parameters", Text, nullable=False, server_default="{}"),
)

Position = Row[Any]


@dataclass(frozen=True, slots=True)
class Freshness:
    """How current a read model is."""

    projection: str
    version: int
    code_version: int
    position: int
    head: int
    updated_at: datetime | None
    rebuilt_at: datetime | None
    changes: str | None
    stopped_at: int | None
    stopped_because: str | None
    same_log: bool

    @property
    def behind(self) -> int:
        """Positions of the log that the read model has not come to yet."""
        return max(self.head - self.position, 0)

    @property
    def rebuild_due(self) -> bool:
        """The code has another version, or the log is not the one that was folded (it was restored).

        Other rules need no hand: the workers rebuild by themselves when a revised definition comes into force.
        """
        return self.version != self.code_version or not self.same_log


# Put together once: each command and each page asks them several times.
_p = positions.c
_ALL = select(positions)
_ONE = _ALL.where(_p.projection == bindparam("name"))
_AMONG_THEM = _p.projection.in_(bindparam("names", expanding=True))
_HELD = {wait: _ONE.with_for_update(skip_locked=not wait) for wait in (True, False)}
_HELD_TOGETHER = _ALL.where(_AMONG_THEM).with_for_update(skip_locked=True)
_ADVANCE = (
    update(positions)
    .where(_AMONG_THEM, _p.position == bindparam("old"))
    .values(position=bindparam("new"), folded=bindparam("mark"), updated_at=bindparam("now"))
    .values(stopped_at=None, stopped_because=None)
)


def everywhere(connection: Connection) -> dict[str, Position]:
    """Where each read model is, by its name."""
    return {row.projection: row for row in connection.execute(_ALL)}


def held(connection: Connection, name: str, *, wait: bool) -> Position | None:
    """Where a read model is, which nobody else moves until the transaction ends; None where somebody else holds it
    and we don't `wait`."""
    return connection.execute(_HELD[wait], {"name": name}).one_or_none()


def held_together(connection: Connection, names: Sequence[str]) -> Sequence[Position]:
    """Where these read models are, as for `held`, without those that somebody else holds."""
    return connection.execute(_HELD_TOGETHER, {"names": list(names)}).all()


def advance(connection: Connection, names: Sequence[str], old: int, new: int, mark: str | None, now: datetime) -> None:
    """Move read models that are held on from one position to another, at which the event `mark` stands."""
    moved = connection.execute(_ADVANCE, {"names": list(names), "old": old, "new": new, "mark": mark, "now": now})
    if moved.rowcount != len(names):
        raise RuntimeError(f"The position of {', '.join(names)} moved while it was locked.")


def stop(connection: Connection, name: str, at: int | None, because: str) -> bool:
    """Note at which event a read model stopped; whether that is new."""
    new = or_(_p.stopped_at.is_(None), _p.stopped_at != at, _p.stopped_because != because)
    noted = connection.execute(
        update(positions)
        .where(_p.projection == name, _p.position < at, new)
        .values(stopped_at=at, stopped_because=because)
    )
    return bool(noted.rowcount)
