"""Routing rules of signals: by kind, page and field to a team or the city; the first that fits counts."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID, uuid4

from sqlalchemy import Column, Connection, Integer, String, Table, Uuid, delete, func, insert, select, update

from domain.refusal import Refused
from records.schema import metadata

MOST = 100

routing_rules = Table(
    "routing_rules",
    metadata,
    Column("rule_id", Uuid, primary_key=True),
    Column("nth", Integer, nullable=False),
    # empty: any
    Column("kind", String(20)),
    Column("page", String(80)),
    Column("field", String(40)),
    # no team: the city
    Column("team_id", Uuid),
    Column("person", Uuid),
)


@dataclass(frozen=True, slots=True)
class Rule:
    """Signals of this kind, about this page and field, go to a team (None: the city) and perhaps a person."""

    rule_id: UUID
    kind: str | None
    page: str | None
    field: str | None
    team_id: UUID | None
    person: UUID | None

    def fits(self, kind: str, page: str, field: str | None) -> bool:
        asked = ((self.kind, kind), (self.page, page), (self.field, field))
        return all(wanted is None or wanted == given for wanted, given in asked)


def rules(connection: Connection) -> list[Rule]:
    """All of them, in the order in which they are asked."""
    columns = [routing_rules.c[name] for name in Rule.__dataclass_fields__]
    return [Rule(*row) for row in connection.execute(select(*columns).order_by(routing_rules.c.nth))]


def first_that_fits(connection: Connection, kind: str, page: str, field: str | None) -> Rule | None:
    return next((rule for rule in rules(connection) if rule.fits(kind, page, field)), None)


def add(
    connection: Connection,
    kind: str | None,
    page: str | None,
    field: str | None,
    team_id: UUID | None,
    person: UUID | None,
) -> None:
    """Add a rule behind the others. Raises Refused when it would take every signal, or there are too many."""
    if not (kind or page or field):
        raise Refused("Enter the kind, page or field that the rule applies to.", field="kind")
    if len(rules(connection)) >= MOST:
        raise Refused("There are %(most)d rules. Remove one first.", most=MOST)
    last = connection.scalar(select(func.max(routing_rules.c.nth))) or 0
    row = {"rule_id": uuid4(), "nth": last + 1, "kind": kind, "page": page, "field": field, "team_id": team_id}
    connection.execute(insert(routing_rules).values(**row, person=person))


def of_person(connection: Connection, person: UUID) -> int:
    """How many rules give signals to somebody."""
    return connection.scalar(select(func.count()).where(routing_rules.c.person == person)) or 0


def leave_out(connection: Connection, person: UUID) -> None:
    """Give nothing more to somebody: what a rule gave them goes to the rule's team, and a rule without one goes."""
    theirs = routing_rules.c.person == person
    connection.execute(delete(routing_rules).where(theirs, routing_rules.c.team_id.is_(None)))
    connection.execute(update(routing_rules).where(theirs).values(person=None))


def remove(connection: Connection, rule_id: UUID) -> None:
    connection.execute(delete(routing_rules).where(routing_rules.c.rule_id == rule_id))
