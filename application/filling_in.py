"""The client's own door: a questionnaire opened by link or code and birth date, filled in step by step, sent once.

Nobody has an account here. A wrong code, one that is over, one that was used and a wrong birth date take the same work
and say the same.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from application import tries
from application.questionnaire_links import marks_of
from application.services import Services
from domain.catalogue import Catalogue, Field, State, Value
from domain.client import Answer, ReturnQuestionnaire
from domain.client.questionnaire import BORN
from domain.refusal import Conflict
from eventlog.commands import CommandContext
from projections import data_gaps
from projections import definitions as revisions
from projections import questionnaires as sent
from projections.data_gaps import RecordedField
from records import log_in_tries, questionnaires
from records.log_in_tries import OF_ADDRESS, OF_NAME, Counted
from records.questionnaires import Link

NOBODY = UUID(int=0)
# How often it is looked again when somebody records something about the client at the same moment.
ATTEMPTS = 5
DECLINED, UNKNOWN = "declined", "unknown"


class NotOpenError(Exception):
    """This browser is at no questionnaire, or at one that can be answered no more."""


@dataclass(frozen=True, slots=True)
class Opening:
    """What somebody brings who wants to open a questionnaire; of a birth date what they know."""

    code: str
    born: tuple[int | None, int | None, int | None]
    address: str


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
    now = services.clock()
    marks = marks_of(services, given.code)
    counted = [
        Counted(tries.mark(services, f"questionnaire {marks}"), OF_NAME),
        Counted(tries.mark(services, f"questionnaire address {tries.network(given.address)}"), OF_ADDRESS),
    ]
    with services.database.write() as connection:
        log_in_tries.count(connection, counted, now)
        link = questionnaires.find(connection, marks, now)
        # Before it is judged, so that many at the same moment are no way round it.
        allowed = questionnaires.count_failure(connection, link.questionnaire_id if link else NOBODY)
    client_id, questionnaire_id = (link.client_id, link.questionnaire_id) if link else (NOBODY, NOBODY)
    with services.database.read() as connection:
        known = data_gaps.known_while_open(connection, client_id, BORN)
        row = sent.one(connection, client_id, questionnaire_id)
    right = _is_born(known, given.born)
    if not (right and allowed and link and row and row.state == sent.SENT):
        return False
    with services.database.write() as connection:
        log_in_tries.forget(connection, counted[:1], now)
        log_in_tries.take_back(connection, counted[1:], now)
        questionnaires.opened(connection, link.questionnaire_id, token, now)
    return True


def _is_born(known: object, given: tuple[int | None, int | None, int | None]) -> bool:
    """Whether a birth date is the one that is known, as far as that goes."""
    text = known if isinstance(known, str) else ""
    year, month, day = (part or 0 for part in given)
    said = f"{year:04}-{month:02}-{day:02}"[: len(text)]
    # As long as each other, whatever was typed: comparing takes the same time.
    return hmac.compare_digest(text.ljust(10)[:10].encode(), said.ljust(10)[:10].encode()) and bool(text)


def filling(services: Services, token: str) -> Filling:
    """The questionnaire that a browser is at. Raises NotOpenError."""
    link = _at(services, token)
    with services.database.read() as connection:
        defined = revisions.on(connection, services.today)
    with services.database.write(aside=True) as connection:
        questionnaires.note_use(connection, token, services.clock())
    so_far = {key: SoFar(**answer) for key, answer in questionnaires.answers(services.log, link).items()}
    return Filling(questions(defined.catalogue), so_far)


def keep_answers(services: Services, token: str, changed: Mapping[str, Mapping[str, Any] | None]) -> None:
    """Keep answers with those that are there; None takes one back. Raises NotOpenError."""
    link = _at(services, token)
    with services.database.write() as connection:
        questionnaires.note_use(connection, token, services.clock())
        questionnaires.keep(connection, services.log, link, changed)


def stop_for_now(services: Services, token: str) -> None:
    """Leave the questionnaire at this browser; the answers so far are kept, and the link goes on working."""
    with services.database.write() as connection:
        questionnaires.leave(connection, token)


def send_answers(services: Services, token: str, reason: str, command_id: UUID) -> None:
    """Send the answers: registered at once, and beside what is known where they say something else. Once.

    Raises:
        NotOpenError: this browser is at no questionnaire that can be sent.
        Refused: nothing is filled in, or the file is closed.
    """
    link = _at(services, token)
    given = questionnaires.answers(services.log, link)
    for attempt in range(ATTEMPTS):
        try:
            command = ReturnQuestionnaire(
                client_id=link.client_id,
                questionnaire_id=link.questionnaire_id,
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
        questionnaires.end(connection, [link.questionnaire_id], services.clock())


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
        link = questionnaires.at(connection, token, services.clock()) if token else None
        row = sent.one(connection, link.client_id, link.questionnaire_id) if link else None
    if link is None or row is None or row.state != sent.SENT:
        raise NotOpenError
    return link
