"""Targets: what a figure of the city or of a team should be from a day on, why, and who said so. Never of a person."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from msgspec import Struct
from sqlalchemy import Column, Connection, Date, Integer, String, Table, Text, Uuid, select

from database.rows import UtcDateTime, rows_as
from domain.refusal import Refused
from records.schema import metadata

MOST = 10_000_000

figure_targets = Table(
    "figure_targets",
    metadata,
    Column("target_id", Uuid, primary_key=True),
    Column("figure", String(20), nullable=False),
    # none for the city
    Column("team_id", Uuid),
    Column("from_on", Date, nullable=False),
    Column("number", Integer, nullable=False),
    # none was asked for at first
    Column("reason", Text, nullable=False),
    Column("set_by", Uuid, nullable=False),
    Column("set_at", UtcDateTime, nullable=False),
)


class Target(Struct, frozen=True):
    """What a figure should be from a day on; of a team, or of the city where `team_id` is None."""

    target_id: UUID
    figure: str
    team_id: UUID | None
    from_on: date
    number: int
    reason: str
    set_by: UUID
    set_at: datetime


def put(connection: Connection, target: Target) -> None:
    """Keep a target beside the earlier ones, once; one that says the same as what holds from that day adds nothing.

    Raises:
        Refused: it is no number of clients.
    """
    if not 0 <= target.number <= MOST:
        raise Refused("Enter a number from %(least)d to %(most)d.", field="number", least=0, most=MOST)
    found = all_targets(connection)
    standing = in_force(found, target.figure, target.team_id, target.from_on)
    if any(each.target_id == target.target_id for each in found):
        return
    if standing is not None and (standing.from_on, standing.number, standing.reason) == (
        target.from_on,
        target.number,
        target.reason,
    ):
        return
    connection.execute(
        figure_targets.insert().values({name: getattr(target, name) for name in Target.__struct_fields__})
    )


def all_targets(connection: Connection) -> list[Target]:
    """Every target that was ever set, by the day from which it holds; of one day, the last that was said comes last."""
    t = figure_targets.c
    return rows_as(Target, connection.execute(select(figure_targets).order_by(t.from_on, t.set_at, t.target_id)))


def in_force(found: Sequence[Target], figure: str, team_id: UUID | None, day: date) -> Target | None:
    """The target of a figure that holds on a day, of those in the order of `all_targets`."""
    of_figure = (t for t in reversed(found) if (t.figure, t.team_id) == (figure, team_id) and t.from_on <= day)
    return next(of_figure, None)
