"""The coach's side of a questionnaire: sending it, ending it, and looking at what the client answered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID, uuid5

from application import clients, rights
from application.client_file import Fact, fields_of, known_facts
from application.clients import CaseloadClient
from application.contact_details import language_of
from application.looks import Look
from application.one_time_links import spaced
from application.proposals import Message, mailed
from application.questionnaire_links import let_work
from application.refusals import NotThereError
from application.rights import needs
from application.services import Services
from application.suggestions import suggested
from domain.catalogue import Field, Option
from domain.client import (
    AnswerOffered,
    EndQuestionnaire,
    QuestionnaireReturned,
    SendQuestionnaire,
    SentHow,
    SettleAnswers,
    Settlement,
)
from domain.refusal import Refused
from eventlog.commands import Answer, CommandContext
from projections import definitions as revisions
from projections import questionnaires as sent
from projections.questionnaires import Questionnaire
from records import letters, questionnaires


@dataclass(frozen=True, slots=True)
class QuestionnaireLetter:
    """A letter with a questionnaire, to be printed; `link` is what its picture leads to."""

    client: CaseloadClient
    subject: str
    lines: Sequence[str]
    link: str


@dataclass(frozen=True, slots=True)
class Differing:
    """An answer beside what is known. `value` is as stored; `suggested` are options near to the client's words."""

    fact: Fact
    version: int
    value: Any
    words: str | None
    declined: bool
    known_on: date
    suggested: Sequence[Option]


@dataclass(frozen=True, slots=True)
class ClientAnswers:
    """What a client answered last: registered already, and what differs; which fields the client does not know."""

    client: CaseloadClient
    name: str
    returned: Questionnaire | None
    differing: Sequence[Differing]
    registered: Sequence[Fact]
    unknown: Sequence[Field]


@dataclass(frozen=True, slots=True)
class Choice:
    """What a coach chose for an answer that differs: what the client said, what was known, or an option."""

    field: str
    version: int
    shown: int
    take: bool
    value: object = None


def question_id(command_id: UUID) -> UUID:
    """The questionnaire that a command sends, so that a double click sends one."""
    return uuid5(command_id, "questionnaire")


@needs(rights.KEEP)
def send_questionnaire(services: Services, look: Look, client_id: UUID, how: SentHow, command_id: UUID) -> Answer:
    """Send a questionnaire to a client by mail, or make one to be printed; one that was sent before works no more.

    Raises:
        NotThereError, NotAllowedError: it is not the viewer's client.
        Refused: the birth date is not known, or there is no way to send mail.
    """
    row = clients.own(services, look, client_id)
    if how is SentHow.MAIL and not (services.settings.smtp_url and services.settings.public_url):
        raise Refused("Werkpad can’t send e-mails with a link here. Print the letter.", field="how")
    if how is SentHow.MAIL and row.email is None:
        raise Refused("There is no e-mail address of this client. Print the letter.", field="how")
    subject_id = question_id(command_id)
    mail = [Message(letters.QUESTIONNAIRE, client_id, subject_id, subject_id)]
    with mailed(services, look.viewer, mail if how is SentHow.MAIL else []):
        return _send(services, look, client_id, how, command_id)


@needs(rights.KEEP)
def fill_in_together(services: Services, look: Look, client_id: UUID, token: str, command_id: UUID) -> None:
    """Open a questionnaire at the coach's own browser, under a token. Raises as `send_questionnaire`."""
    clients.own(services, look, client_id)
    _send(services, look, client_id, SentHow.TOGETHER, command_id)
    row = _row(services, client_id, question_id(command_id))
    let_work(services, row)
    with services.database.write() as connection:
        questionnaires.opened(connection, row.questionnaire_id, token, services.clock())


def _send(services: Services, look: Look, client_id: UUID, how: SentHow, command_id: UUID) -> Answer:
    command = SendQuestionnaire(client_id=client_id, questionnaire_id=question_id(command_id), how=how)
    answer = services.clients.handle(command, _context(services, look), command_id)
    with services.database.write() as connection:
        others = [each for each in questionnaires.of_client(connection, client_id) if each != question_id(command_id)]
        questionnaires.end(connection, others, services.clock())
    return answer


@needs(rights.KEEP)
def printed_questionnaire(
    services: Services, look: Look, client_id: UUID, questionnaire_id: UUID, page: str
) -> QuestionnaireLetter:
    """The letter of a questionnaire; `page` is its address. Raises NotThereError, also for one that is over."""
    client = clients.own(services, look, client_id)
    row = _row(services, client_id, questionnaire_id)
    if row.state != sent.SENT or row.how == SentHow.TOGETHER or row.until < services.today:
        raise NotThereError
    secrets = let_work(services, row)
    name = clients.names_of(services, look, [client])[client_id]
    link = f"{page}/{secrets.token}"
    subject, lines = letters.questionnaire_letter(
        language_of(client, services.log.opener([client_id])),
        name,
        link=link,
        page=page,
        code=spaced(secrets.code),
        until=row.until,
    )
    return QuestionnaireLetter(client.client, subject, lines, link)


@needs(rights.KEEP)
def end_questionnaire(
    services: Services, look: Look, client_id: UUID, questionnaire_id: UUID, command_id: UUID
) -> Answer:
    """Let a link work no more, and forget what was filled in and not sent. Raises as `printed_questionnaire`."""
    clients.own(services, look, client_id)
    _row(services, client_id, questionnaire_id)
    command = EndQuestionnaire(client_id=client_id, questionnaire_id=questionnaire_id)
    answer = services.clients.handle(command, _context(services, look), command_id)
    with services.database.write() as connection:
        questionnaires.end(connection, [questionnaire_id], services.clock())
    return answer


@needs(rights.KEEP)
def client_answers(services: Services, look: Look, client_id: UUID) -> ClientAnswers:
    """What the client answered last, and what of it differs from what is known; folded up to now."""
    row = clients.own(services, look, client_id)
    services.engine.catch_up(["data_gaps", "questionnaires"], wait=True)
    with services.database.read() as connection:
        returned = sent.latest_returned(connection, client_id)
        waiting = sent.waiting(connection, client_id)
        defined = revisions.on(connection, services.today)
    versions = [each.version for each in waiting]
    events = services.log.versions(client_id, [*versions, *([returned.version] if returned else [])])
    answers = [event for event in (events[version] for version in versions) if isinstance(event, AnswerOffered)]
    said = events[returned.version] if returned else None
    # The event that says so stands first, and its fields in it.
    asked = said if isinstance(said, QuestionnaireReturned) else None
    facts = {fact.field.key: fact for fact in known_facts(services, row.client, fields_of(row.client, defined))}
    opener = services.log.opener([client_id])
    differing = [
        _differing(facts[each.field], each, opener.value(each, "value"), opener.value(each, "words"))
        for each in answers
        if each.field in facts
    ]
    beside = {each.fact.field.key for each in differing}
    told = [*asked.answered, *asked.declined] if asked else []
    return ClientAnswers(
        row.client,
        clients.names_of(services, look, [row])[client_id],
        returned,
        differing,
        [facts[key] for key in told if key in facts and key not in beside],
        [defined.catalogue.fields[key] for key in (asked.unknown if asked else ()) if key in facts],
    )


def _differing(fact: Fact, event: AnswerOffered, value: Any, words: str | None) -> Differing:
    near = suggested(words, fact.field) if words else []
    return Differing(fact, event.originator_version, value, words, event.declined, event.known_on, near)


@needs(rights.KEEP)
def settle_answers(
    services: Services, look: Look, client_id: UUID, choices: Sequence[Choice], reason: str, command_id: UUID
) -> Answer:
    """Say that one has looked at what the client changed, and settle what differs: all of it or nothing. `reason` is
    what is written down where the client would rather not say.

    Raises:
        Conflict: somebody else recorded something about one of the fields meanwhile.
        Refused: what was chosen is no answer to that question.
    """
    clients.own(services, look, client_id)
    services.engine.catch_up(["questionnaires"], wait=True)
    with services.database.read() as connection:
        waiting = {each.field: each.version for each in sent.waiting(connection, client_id)}
    events = services.log.versions(client_id, sorted(waiting.values()))
    opener = services.log.opener([client_id])
    settlements = []
    for each in choices:
        event = events.get(waiting.get(each.field, 0))
        if not isinstance(event, AnswerOffered):
            raise Refused("This has already been settled.", field=each.field)
        value = opener.value(event, "value") if each.value is None else each.value
        settlements.append(
            Settlement(
                field=each.field,
                answer=each.version,
                take=each.take,
                value=value,
                declined=event.declined and each.value is None,
                known_on=event.known_on,
                shown=each.shown,
            )
        )
    command = SettleAnswers(client_id=client_id, settlements=settlements, reason=reason)
    return services.clients.handle(command, _context(services, look), command_id)


def _context(services: Services, look: Look) -> CommandContext:
    return CommandContext(services.clock(), look.viewer.account_id)


def _row(services: Services, client_id: UUID, questionnaire_id: UUID) -> Questionnaire:
    services.engine.catch_up(["questionnaires"], wait=True)
    with services.database.read() as connection:
        row = sent.one(connection, client_id, questionnaire_id)
    if row is None:
        raise NotThereError
    return row
