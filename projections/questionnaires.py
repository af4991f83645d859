"""Questionnaires sent to clients, and the answers that wait for the coach beside what is known: a row each."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from msgspec import Struct
from sqlalchemy import Column, Connection, Date, Integer, String, Table, Uuid, select

from database.rows import row_as, rows_as
from domain.calendar import local_day
from domain.client import (
    AnswerOffered,
    AnswerSettled,
    ClientErased,
    QuestionnaireEnded,
    QuestionnaireReturned,
    QuestionnaireSent,
)
from projections.engine.readmodel import Projection, Rows, metadata
from projections.undoing import with_merges

SENT, RETURNED, ENDED = "sent", "returned", "ended"

questionnaires = Table(
    "questionnaires",
    metadata,
    Column("client_id", Uuid, primary_key=True),
    Column("questionnaire_id", Uuid, primary_key=True),
    Column("how", String(10), nullable=False),
    Column("sent_on", Date, nullable=False),
    Column("sent_by", Uuid),
    Column("until", Date, nullable=False),
    Column("state", String(10), nullable=False),
    Column("state_on", Date, nullable=False),
    # the version of the event that last changed it, and how many fields were dealt with
    Column("version", Integer, nullable=False),
    Column("answered", Integer, nullable=False),
    Column("unknown", Integer, nullable=False),
    Column("declined", Integer, nullable=False),
    sqlite_with_rowid=False,
)

offered_answers = Table(
    "offered_answers",
    metadata,
    Column("client_id", Uuid, primary_key=True),
    Column("field", String(40), primary_key=True),
    # of the event that has the answer: it stays sealed in the log
    Column("version", Integer, nullable=False),
    sqlite_with_rowid=False,
)


class Questionnaire(Struct, frozen=True):
    """A questionnaire, and how far it is."""

    client_id: UUID
    questionnaire_id: UUID
    how: str
    sent_on: date
    sent_by: UUID | None
    until: date
    state: str
    state_on: date
    version: int
    answered: int
    unknown: int
    declined: int


class OfferedAnswer(Struct, frozen=True):
    """An answer that stands beside what is known; `version` is that of the event that has it."""

    client_id: UUID
    field: str
    version: int


# folds


def sent(event: QuestionnaireSent, rows: Rows) -> None:
    day = local_day(event.recorded_at)
    rows.put(
        questionnaires,
        {
            "client_id": event.originator_id,
            "questionnaire_id": event.questionnaire_id,
            "how": event.how.value,
            "sent_on": day,
            "sent_by": event.actor,
            "until": event.until,
            "state": SENT,
            "state_on": day,
            "version": event.originator_version,
            "answered": 0,
            "unknown": 0,
            "declined": 0,
        },
        event.questionnaire_id,
    )


def _over(event: Any, rows: Rows, **changed: Any) -> None:
    row = rows.change(questionnaires, event.questionnaire_id)
    row.update(state_on=local_day(event.recorded_at), version=event.originator_version, **changed)  # type: ignore[union-attr]  # the row is there


def ended(event: QuestionnaireEnded, rows: Rows) -> None:
    _over(event, rows, state=ENDED)


def returned(event: QuestionnaireReturned, rows: Rows) -> None:
    counts = {name: len(getattr(event, name)) for name in ("answered", "unknown", "declined")}
    _over(event, rows, state=RETURNED, **counts)


def offered(event: AnswerOffered, rows: Rows) -> None:
    row = {"client_id": event.originator_id, "field": event.field, "version": event.originator_version}
    rows.put(offered_answers, row, event.field)


def settled(event: AnswerSettled, rows: Rows) -> None:
    if event.field in rows.of(offered_answers):
        rows.drop(offered_answers, event.field)


def client_erased(_: ClientErased, rows: Rows) -> None:
    rows.forget()


# queries


def latest(connection: Connection, client_id: UUID) -> Questionnaire | None:
    """The questionnaire that was sent last."""
    q = questionnaires.c
    statement = select(questionnaires).where(q.client_id == client_id)
    newest = statement.order_by(q.sent_on.desc(), q.version.desc()).limit(1)
    return row_as(Questionnaire, connection.execute(newest))


def latest_returned(connection: Connection, client_id: UUID) -> Questionnaire | None:
    """The questionnaire that the client sent last."""
    q = questionnaires.c
    statement = select(questionnaires).where(q.client_id == client_id, q.state == RETURNED)
    return row_as(Questionnaire, connection.execute(statement.order_by(q.version.desc()).limit(1)))


def one(connection: Connection, client_id: UUID, questionnaire_id: UUID) -> Questionnaire | None:
    q = questionnaires.c
    statement = select(questionnaires).where(q.client_id == client_id, q.questionnaire_id == questionnaire_id)
    return row_as(Questionnaire, connection.execute(statement))


def waiting(connection: Connection, client_id: UUID) -> list[OfferedAnswer]:
    """The client's answers that wait for the coach."""
    a = offered_answers.c
    statement = select(offered_answers).where(a.client_id == client_id).order_by(a.field)
    return rows_as(OfferedAnswer, connection.execute(statement))


projection = Projection(
    name="questionnaires",
    version=1,
    tables=(questionnaires, offered_answers),
    begins=frozenset({QuestionnaireSent, AnswerOffered}),
    folds=with_merges(
        {
            QuestionnaireSent: sent,
            QuestionnaireEnded: ended,
            QuestionnaireReturned: returned,
            AnswerOffered: offered,
            AnswerSettled: settled,
            ClientErased: client_erased,
        }
    ),
)
