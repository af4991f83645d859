"""The client's own door: a questionnaire opened by link or code and birth date, filled in step by step, sent once.

Nobody has an account here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Connection

from application.one_time_links import NotOpenError, Opening, open_link
from application.services import Services
from domain.catalogue import Catalogue, Field, State, Value
from domain.client import Answer, ReturnQuestionnaire
from domain.refusal import Conflict
from eventlog.commands import CommandContext
from projections import data_gaps
from projections import definitions as revisions
from projections import questionnaires as sent
from projections.data_gaps import RecordedField
from records import questionnaires
from records.one_time_links import Link
from records.questionnaires import LINKS

# How often it is looked again when somebody records something about the client at the same moment.
ATTEMPTS = 5
DECLINED, UNKNOWN = "declined", "unknown"


@dataclass(frozen=True, slots=True)
class SoFar:
    """An answer so far: `value` is as it is stored, `said` that the client does not know or would rather not say,
    `words` what stands beside the options."""

    value: Value = None
    said: str | None = None
    words: str | None = None


@dataclass(frozen=True, slots=True)
class Filling:
    """A questionnaire that is being filled in: the questions by group, and the answers so far by field."""

    groups: Sequence[tuple[str, Sequence[Field]]]
    answers: Mapping[str, SoFar]


def questions(catalogue: Catalogue) -> list[tuple[str, list[Field]]]:
    """What the questionnaire asks, a group a page."""
    asked = [(group, [f for f in fields if f.asked_of_client]) for group, fields in catalogue.by_group()]
    return [(group, fields) for group, fields in asked if fields]


def open_questionnaire(services: Services, given: Opening, token: str) -> bool:
    """Begin a session under a token, where code and birth date belong together.

    Raises:
        HeldBackError: too many tries failed before, whether there is such a code or not.
    """

    def is_open(connection: Connection, client_id: UUID, questionnaire_id: UUID) -> bool:
        row = sent.one(connection, client_id, questionnaire_id)
        return row is not None and row.state == sent.SENT

    return open_link(services, LINKS, given, token, is_open)


def filling(services: Services, token: str) -> Filling:
    """The questionnaire that a browser is at. Raises NotOpenError."""
    link = _at(services, token)
    with services.database.read() as connection:
        defined = revisions.on(connection, services.today)
        answers = questionnaires.answers(connection, services.log, link)
    with services.database.write(aside=True) as connection:
        LINKS.note_use(connection, token, services.clock())
    so_far = {key: SoFar(**answer) for key, answer in answers.items()}
    return Filling(questions(defined.catalogue), so_far)


def keep_answers(services: Services, token: str, changed: Mapping[str, Mapping[str, Any] | None]) -> None:
    """Keep answers with those that are there; None takes one back. Raises NotOpenError."""
    link = _at(services, token)
    with services.database.write() as connection:
        LINKS.note_use(connection, token, services.clock())
        questionnaires.keep(connection, services.log, link, changed)


def stop_for_now(services: Services, token: str) -> None:
    """Leave the questionnaire at this browser; the answers so far are kept, and the link goes on working."""
    with services.database.write() as connection:
        LINKS.leave(connection, token)


def send_answers(services: Services, token: str, reason: str, command_id: UUID) -> None:
    """Send the answers: registered at once, and beside what is known where they say something else. Once.

    Raises:
        NotOpenError: this browser is at no questionnaire that can be sent.
        Refused: nothing is filled in, or the file is closed.
    """
    link = _at(services, token)
    with services.database.read() as connection:
        given = questionnaires.answers(connection, services.log, link)
    for attempt in range(ATTEMPTS):
        try:
            command = ReturnQuestionnaire(
                client_id=link.client_id,
                questionnaire_id=link.subject_id,
                answers=_compared(services, link.client_id, given),
                unknown=[key for key, answer in given.items() if answer.get("said") == UNKNOWN],
                reason=reason,
            )
            services.clients.handle(command, CommandContext(services.clock()), command_id)
            break
        except Conflict:
            if attempt == ATTEMPTS - 1:
                raise
    # Should this process die before, the link says by its row that it was returned.
    with services.database.write() as connection:
        questionnaires.end(connection, [link.subject_id], services.clock())


def _compared(services: Services, client_id: UUID, given: Mapping[str, Mapping[str, Any]]) -> list[Answer]:
    """The answers, each with whether it says the same as what is known by now."""
    services.engine.catch_up([data_gaps.projection.name], wait=True)
    with services.database.read() as connection:
        recorded = data_gaps.of_client(connection, client_id)
    opener = services.log.opener([client_id])

    def known(row: RecordedField | None) -> object:
        if row is None or row.recorded != State.KNOWN:
            return None
        return opener.text(row.sealed) if row.sealed else row.value

    return [
        Answer(
            field=key,
            value=answer.get("value"),
            words=answer.get("words"),
            declined=answer.get("said") == DECLINED,
            shown=recorded[key].version if key in recorded else 0,
            same=answer.get("said") is None and known(recorded.get(key)) == answer.get("value"),
        )
        for key, answer in given.items()
        if answer.get("said") != UNKNOWN
    ]


def _at(services: Services, token: str) -> Link:
    with services.database.read() as connection:
        link = LINKS.at(connection, token, services.clock()) if token else None
        row = sent.one(connection, link.client_id, link.subject_id) if link else None
    if link is None or row is None or row.state != sent.SENT:
        raise NotOpenError
    return link
