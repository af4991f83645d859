"""Definitions: a row for each revision, and for each change of the catalogue, with the day from which it holds; which
ones are in force on a day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import Column, Connection, Date, Integer, Select, String, Table, Text, Uuid, select

from database.rows import UtcDateTime
from domain.catalogue import Catalogue
from domain.definition import DefinitionRevised, RevisionWithdrawn
from domain.in_force import AS_DECLARED, INTRODUCED, Definitions, merged
from domain.introduction import CHANGES_OF_CATALOGUE, CatalogueChange, IntroductionWithdrawn
from projections.engine.readmodel import Projection, Rows, metadata

definition_revisions = Table(
    "definition_revisions",
    metadata,
    Column("definition_id", Uuid, primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("subject", String(40), nullable=False),
    Column("valid_from", Date, nullable=False),
    # JSON: what differs from what was declared
    Column("texts", Text, nullable=False),
    Column("parameters", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("signal_id", Uuid),
    Column("meeting_id", Uuid),
    Column("revised_at", UtcDateTime, nullable=False),
    Column("revised_by", Uuid),
    Column("withdrawn_at", UtcDateTime),
    Column("withdrawn_because", Text),
    sqlite_with_rowid=False,
)


@dataclass(frozen=True, slots=True)
class Revision:
    """One version of a definition; `texts` and `parameters` are what differs from what was declared."""

    subject: str
    number: int
    valid_from: date
    texts: dict[str, Any]
    parameters: dict[str, Any]
    reason: str
    signal_id: UUID | None
    meeting_id: UUID | None
    revised_at: datetime
    revised_by: UUID | None
    withdrawn_at: datetime | None
    withdrawn_because: str | None


# folds


def revised(event: DefinitionRevised, rows: Rows) -> None:
    _put(event, rows, event.subject, event.texts, event.parameters)


def changed(event: CatalogueChange, rows: Rows) -> None:
    """The catalogue itself is a subject: each change of it holds beside those before, and takes the place of none."""
    _put(event, rows, INTRODUCED, {}, event.change())


def _put(
    event: DefinitionRevised | CatalogueChange,
    rows: Rows,
    subject: str,
    texts: Mapping[str, Any],
    parameters: Mapping[str, Any],
) -> None:
    rows.put(
        definition_revisions,
        {
            "definition_id": event.originator_id,
            "number": event.number,
            "subject": subject,
            "valid_from": event.valid_from,
            "texts": msgspec.json.encode(texts).decode(),
            "parameters": msgspec.json.encode(parameters).decode(),
            "reason": event.reason,
            "signal_id": event.signal,
            "meeting_id": event.meeting,
            "revised_at": event.recorded_at,
            "revised_by": event.actor,
            "withdrawn_at": None,
            "withdrawn_because": None,
        },
        event.number,
    )


def withdrawn(event: RevisionWithdrawn | IntroductionWithdrawn, rows: Rows) -> None:
    row = rows.of(definition_revisions)[event.number]
    taken_back = {"withdrawn_at": event.recorded_at, "withdrawn_because": event.reason}
    rows.put(definition_revisions, row | taken_back, event.number)


# queries

_r = definition_revisions.c
_IN_ORDER = select(*(_r[name] for name in Revision.__dataclass_fields__)).order_by(_r.valid_from, _r.subject, _r.number)


def revisions(connection: Connection, subject: str | None = None) -> list[Revision]:
    """All revisions ever made, of one subject or of all, in the order in which they hold."""
    return _found(connection, _IN_ORDER.where(_r.subject != INTRODUCED if subject is None else _r.subject == subject))


def introductions(connection: Connection) -> list[Revision]:
    """All changes of the catalogue ever made, each as the parameters of its row, in the order in which they hold."""
    return _found(connection, _IN_ORDER.where(_r.subject == INTRODUCED))


def ever(connection: Connection) -> list[Revision]:
    """All that makes up what is in force on a day: revisions, and changes of the catalogue."""
    return _found(connection, _IN_ORDER)


def _found(connection: Connection, statement: Select[Any]) -> list[Revision]:
    found = []
    for row in connection.execute(statement):
        values = row._asdict()
        values |= {name: msgspec.json.decode(values[name]) for name in ("texts", "parameters")}
        found.append(Revision(**values))
    return found


def in_force(found: Sequence[Revision], day: date, known_by: datetime | None = None) -> Definitions:
    """The definitions valid on a day; with `known_by`, those that had been recorded by then."""
    last: dict[str, Revision] = {}
    changes = []
    for revision in found:
        if not _holds(revision, day, known_by):
            continue
        if revision.subject == INTRODUCED:
            changes.append(revision.parameters)
        else:
            last[revision.subject] = revision
    if not last and not changes:
        return Definitions(AS_DECLARED, AS_DECLARED)
    return merged(((subject, revision.parameters, revision.texts) for subject, revision in last.items()), changes)


def _holds(revision: Revision, day: date, known_by: datetime | None) -> bool:
    withdrawn_by_then = revision.withdrawn_at is not None and (known_by is None or revision.withdrawn_at < known_by)
    recorded_by_then = known_by is None or revision.revised_at < known_by
    return revision.valid_from <= day and recorded_by_then and not withdrawn_by_then


def number_on(found: Sequence[Revision], day: date, known_by: datetime | None = None) -> int:
    """The number of the version that holds on a day, of one subject's revisions; the first is the declared one.

    With `known_by`, of those that had been recorded by then.
    """
    holding = [revision.number for revision in found if _holds(revision, day, known_by)]
    return holding[-1] if holding else 1


def on(connection: Connection, day: date, known_by: datetime | None = None) -> Definitions:
    """The definitions in force on a day."""
    return in_force(ever(connection), day, known_by)


def catalogue_on(connection: Connection, day: date) -> Catalogue:
    """The catalogue that the installation has on a day, without what was revised in it."""
    return in_force(introductions(connection), day).first_declared


projection = Projection(
    name="definitions",
    version=1,
    tables=(definition_revisions,),
    folds={
        DefinitionRevised: revised,
        RevisionWithdrawn: withdrawn,
        **dict.fromkeys(CHANGES_OF_CATALOGUE, changed),
        IntroductionWithdrawn: withdrawn,
    },
)
