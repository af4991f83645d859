"""What-ifs: every team's figures as they are and as they would become, before a definition is revised."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Date,
    Index,
    String,
    Table,
    Text,
    Uuid,
    delete,
    select,
    update,
)

from database.locks import COMPARING
from database.rows import UtcDateTime
from domain.client import FIRST_EVENTS
from domain.in_force import AS_DECLARED, CASELOAD, Definitions
from projections import caseload, data_gaps
from projections.engine.engine import Engine
from projections.engine.folding import opened
from projections.engine.readmodel import Rows, bookkeeping, fold
from projections.tally import Key
from projections.weekly_figures import standing

KEPT = timedelta(days=60)

what_ifs = Table(
    "what_ifs",
    bookkeeping,
    Column("what_if_id", Uuid, primary_key=True),
    Column("subject", String(40), nullable=False),
    Column("asked_at", UtcDateTime, nullable=False),
    Column("asked_by", Uuid, nullable=False),
    # the day that is counted as of, and the parameters of definitions in force then, and as proposed
    Column("as_of", Date, nullable=False),
    Column("now", Text, nullable=False),
    Column("proposed", Text, nullable=False),
    # JSON: what stood in the form, to go on with
    Column("form", Text, nullable=False),
    Column("counted_at", UtcDateTime),
    Column("position", BigInteger),
    # JSON: a list of `Compared`
    Column("figures", Text),
    Index("ix_what_ifs_subject", "subject", "asked_at"),
)

# Of a team; of the field that is revised; of a caseload that is revised, each coach of a team counting in.
_OF_TEAM = ("open", "no_plan", "not_seen", "contact_due", "listed")
_OF_FIELD = ("listed", "known", "unknown", "stale", "set_aside", "contradictory")
OF_COACHES = ABOVE_DO_ABLE, ABOVE_USUAL = "above_do_able", "above_usual"


class Compared(msgspec.Struct, frozen=True):
    """One figure, by team, as it is and as it would become; `field` where it is about one field alone."""

    measure: str
    field: str
    now: dict[UUID, int]
    then: dict[UUID, int]

    @property
    def differs(self) -> bool:
        return self.now != self.then


@dataclass(frozen=True, slots=True)
class WhatIf:
    """A question about a subject, and the answer once it is counted: up to a position of the log."""

    what_if_id: UUID
    subject: str
    asked_at: datetime
    asked_by: UUID
    as_of: date
    now: str
    proposed: str
    form: dict[str, Any]
    counted_at: datetime | None
    position: int | None
    figures: list[Compared] | None


def ask(
    connection: Connection,
    what_if_id: UUID,
    subject: str,
    now: Definitions,
    proposed: Definitions,
    *,
    form: Mapping[str, Any],
    as_of: date,
    asked_at: datetime,
    asked_by: UUID,
) -> None:
    """Have it counted what figures would become; the same id again changes nothing."""
    if find(connection, what_if_id) is None:
        connection.execute(
            what_ifs.insert().values(
                what_if_id=what_if_id,
                subject=subject,
                asked_at=asked_at,
                asked_by=asked_by,
                as_of=as_of,
                now=now.parameters,
                proposed=proposed.parameters,
                form=msgspec.json.encode(form).decode(),
            )
        )


def count_next(engine: Engine) -> bool:
    """Count the longest asked of those that are not counted; whether there was one, and nobody else at it."""
    w = what_ifs.c
    uncounted = select(w.what_if_id).where(w.counted_at.is_(None)).order_by(w.asked_at).limit(1)
    with engine.database.read(long=True) as connection:
        if connection.scalar(uncounted) is None:
            return False
    # The lock ends with its process: one that dies at it leaves it to the next.
    with engine.database.advisory_lock(COMPARING, wait=False) as alone:
        if not alone:
            return False
        with engine.database.read(long=True) as connection:
            what_if_id = connection.scalar(uncounted)
            asked = what_if_id and find(connection, what_if_id)
        if not asked:
            return False
        head = engine.log.head()
        with engine.log.placing():
            figures = compare(engine, asked, head)
        with engine.database.write(long=True) as connection:
            answer = {"counted_at": engine.clock(), "position": head, "figures": msgspec.json.encode(figures).decode()}
            connection.execute(update(what_ifs).where(w.what_if_id == asked.what_if_id).values(answer))
    return True


def compare(engine: Engine, asked: WhatIf, upto: int) -> list[Compared]:
    """Every team's figures under both, of the log up to a position: each client is read once and folded twice."""
    sides = [definitions_of(parameters) for parameters in (asked.now, asked.proposed)]
    rules = [side.rules for side in sides]
    counted: list[Counter[Key]] = [Counter() for _ in sides]
    same = rules[0] == rules[1]
    for stream_id, events, opener in opened(engine.log, upto, FIRST_EVENTS):

        def earlier(event: Any, events: Any = events) -> Any:
            return events[: event.originator_version - 1]

        for side, keys in zip(rules[:1] if same else rules, counted, strict=False):
            rows = {
                p: Rows(stream_id, p.tables, opener, earlier, None, side)
                for p in (caseload.projection, data_gaps.projection)
            }
            fold(events, list(rows.items()))
            if (row := rows[caseload.projection].of(caseload.caseload).get(None)) is not None:
                gaps = rows[data_gaps.projection].of(data_gaps.data_gaps)
                keys.update(standing(row, gaps, asked.as_of)[0])
    if same:
        counted[1] = counted[0]
    figures = [_by_figure(asked.subject, side, keys) for side, keys in zip(sides, counted, strict=True)]
    names = dict.fromkeys([*figures[0], *figures[1]])
    return [Compared(*name, *(dict(side.get(name, {})) for side in figures)) for name in names]


def _by_figure(subject: str, side: Definitions, counted: Counter[Key]) -> dict[tuple[str, str], Counter[UUID]]:
    """Numbers by team, of each measure and field."""
    do_able, usual = side.limits
    found: dict[tuple[str, str], Counter[UUID]] = {(measure, ""): Counter() for measure in _OF_TEAM}

    def add(team: UUID, number: int, measure: str, field: str = "") -> None:
        found.setdefault((measure, field), Counter())[team] += number

    for (team, measure, detail), number in counted.items():
        if measure == "coach" and subject == CASELOAD:
            add(team, int(number > do_able), ABOVE_DO_ABLE)
            add(team, int(number > usual), ABOVE_USUAL)
        if measure in _OF_TEAM:
            add(team, number, measure)
        if measure in _OF_FIELD and detail == subject:
            add(team, number, measure, detail)
    return found


def definitions_of(parameters: str) -> Definitions:
    """Definitions with these parameters, and texts as declared."""
    return Definitions(parameters, AS_DECLARED)


# queries


def _found(connection: Connection, statement: Any) -> Iterator[WhatIf]:
    for row in connection.execute(statement):
        values = row._asdict()
        figures = values["figures"] and msgspec.json.decode(values["figures"], type=list[Compared])
        yield WhatIf(**values | {"form": msgspec.json.decode(values["form"]), "figures": figures})


def find(connection: Connection, what_if_id: UUID) -> WhatIf | None:
    statement = select(what_ifs).where(what_ifs.c.what_if_id == what_if_id)
    return next(_found(connection, statement), None)


def of_subject(connection: Connection, subject: str) -> list[WhatIf]:
    """What was asked about a field or term, the latest first."""
    statement = select(what_ifs).where(what_ifs.c.subject == subject).order_by(what_ifs.c.asked_at.desc())
    return list(_found(connection, statement))


def forget_old(connection: Connection, now: datetime) -> int:
    """Those that were asked longer ago than they are kept; how many there were."""
    return connection.execute(delete(what_ifs).where(what_ifs.c.asked_at < now - KEPT)).rowcount
