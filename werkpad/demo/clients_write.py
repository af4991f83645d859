"""What clients write themselves in the demonstration: applications, and questionnaires sent, begun and returned."""

from __future__ import annotations

import random
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from application import filling_in
from application.questionnaire_links import let_work
from application.services import Services
from domain.calendar import local_day
from domain.catalogue import Choice, Choices, Field, Number, Source, YesNo, load
from domain.client import (
    AcceptContradiction,
    Answer,
    ApplicationOutcome,
    Apply,
    ClientCommand,
    EndApplication,
    EndQuestionnaire,
    PlanIntakeMeeting,
    RegisterField,
    ReturnQuestionnaire,
    SendQuestionnaire,
    SentHow,
    SettleAnswers,
    Settlement,
)
from eventlog.commands import CommandContext
from projections import caseload, questionnaires
from projections.caseload import CaseloadRow, Scope
from projections.caseload_table import recorded
from projections.engine.rebuild import rebuild
from records import questionnaires as links
from records.people import Account
from werkpad.demo.ids import random_id
from werkpad.demo.names import Names

NEEDS = (
    ("nl", "Mijn contract in het magazijn loopt af. Ik wil iets met techniek leren."),
    ("en", "I came here last year and worked as a nurse before. I want to know how my diploma counts."),
    ("nl", "Ik zorg alleen voor twee kinderen en zoek werk onder schooltijd."),
    ("nl", "Ik ben na drie jaar weer beter en wil rustig beginnen."),
)
DECLINED = "The client would rather not say (questionnaire)."
ASKED = ("education_level", "language_level", "digital_skills", "travel_time", "hours_available", "own_goal")


def invent_writings(services: Services, rng: random.Random, now: datetime, own: Account, names: Names) -> None:
    """Let people apply, and some clients of a coach answer what they are asked."""
    writings = _Writings(services, rng, now - timedelta(days=3), own)
    with services.database.read() as connection:
        rows = caseload.clients(connection, Scope(coach_id=own.account_id), limit=60)
    born = [row for row in rows if len(_born(row)) == len("1980-01-01")]
    writings.apply(names, born[:1])
    if len(born) >= 6:
        writings.ask(born[1:6])


class _Writings:
    def __init__(self, services: Services, rng: random.Random, at: datetime, own: Account) -> None:
        self.services, self.rng, self.at, self.own = services, rng, at, own
        self.today = local_day(at)

    def _do(self, command: ClientCommand, *, by_coach: bool = True) -> None:
        self.at += timedelta(minutes=1)
        context = CommandContext(self.at, self.own.account_id if by_coach else None)
        self.services.clients.handle(command, context, random_id(self.rng))

    # applications

    def apply(self, names: Names, known: list[CaseloadRow]) -> None:
        """Two wait, one has a meeting, one came to nothing; and one may be a client already."""
        for nth, (language, need) in enumerate(NEEDS):
            client_id, (name, email) = random_id(self.rng), names.person(self.rng)
            born = date(self.rng.randint(1965, 2004), self.rng.randint(1, 12), self.rng.randint(1, 28))
            self._apply(client_id, name, born.isoformat(), email, language, need)
            if nth == 0:
                self._meet(client_id)
            elif nth == 1:
                self._do(EndApplication(client_id=client_id, outcome=ApplicationOutcome.NOT_FOR_US))
        for row in known:
            name = self.services.log.opener([row.client_id]).text(row.name)
            self._apply(random_id(self.rng), name.replace("s", "ss", 1), _born(row), None, *NEEDS[0])

    def _apply(self, client_id: UUID, name: str, born: str, email: str | None, language: str, need: str) -> None:
        self._do(
            Apply(
                client_id=client_id,
                name=name,
                birth_date=born,
                email=email,
                phone="06-00009999",
                language=language,
                need=need,
            ),
            by_coach=False,
        )

    def _meet(self, client_id: UUID) -> None:
        assert self.own.team_id is not None  # noqa: S101 - a coach has a team
        self._do(
            PlanIntakeMeeting(
                client_id=client_id,
                team=self.own.team_id,
                coach=self.own.account_id,
                meeting_on=self.today + timedelta(days=4),
                arranged="10:30",
            )
        )

    # questionnaires

    def ask(self, rows: list[CaseloadRow]) -> None:
        """One was sent, one begun, one ended, one returned, and one returned and looked at; and two facts of somebody
        contradict each other and both hold."""
        sent = {row.client_id: self._send(row.client_id) for row in rows}
        waits, begun, ended, returned, settled = sent
        self._begin(begun, sent[begun])
        self._do(EndQuestionnaire(client_id=ended, questionnaire_id=sent[ended]))
        for client_id in (returned, settled):
            self._return(client_id, sent[client_id])
        self._settle(settled)
        self._let_both_hold(waits)

    def _send(self, client_id: UUID) -> UUID:
        questionnaire_id = random_id(self.rng)
        self._do(SendQuestionnaire(client_id=client_id, questionnaire_id=questionnaire_id, how=SentHow.LETTER))
        return questionnaire_id

    def _return(self, client_id: UUID, questionnaire_id: UUID) -> None:
        state = self.services.clients.state(client_id)
        assert state is not None  # noqa: S101 - a client who was asked
        marks = state.fields

        def answer(key: str, **said: Any) -> Answer:
            return Answer(field=key, shown=marks[key].version if key in marks else 0, **said)

        answers = [answer(key, value=_answer(load()[key])) for key in ASKED]
        answers += [answer("work_sector", words="Ik naaide in een atelier"), answer("debts", declined=True)]
        self._do(
            ReturnQuestionnaire(
                client_id=client_id,
                questionnaire_id=questionnaire_id,
                answers=answers,
                unknown=("certificates",),
                reason=DECLINED,
            ),
            by_coach=False,
        )

    def _settle(self, client_id: UUID) -> None:
        state = self.services.clients.state(client_id)
        assert state is not None  # noqa: S101 - a client who was asked
        kept = [
            Settlement(field=key, answer=version, take=False, known_on=self.today)
            for key, version in state.answers.items()
        ]
        self._do(SettleAnswers(client_id=client_id, settlements=kept, reason=DECLINED))

    def _let_both_hold(self, client_id: UUID) -> None:
        for key, value in (("own_transport", ["car"]), ("driving_licence", ["none"])):
            command = RegisterField(
                client_id=client_id, field=key, value=value, known_on=self.today, source=Source.CONVERSATION
            )
            self._do(command)
        state = self.services.clients.state(client_id)
        assert state is not None  # noqa: S101 - a client whose fields were registered
        shown = {key: state.fields[key].version for key in ("own_transport", "driving_licence")}
        self._do(
            AcceptContradiction(
                client_id=client_id,
                rule="own_car_without_licence",
                reason="De partner rijdt.",
                review_on=self.today + timedelta(days=180),
                shown=shown,
            )
        )

    def _begin(self, client_id: UUID, questionnaire_id: UUID) -> None:
        """Open it, answer the first questions, and stop to go on later."""
        # Not the others: they are built when the whole city is there.
        rebuild(self.services.engine, [questionnaires.projection.name])
        with self.services.database.read() as connection:
            row = questionnaires.one(connection, client_id, questionnaire_id)
        assert row is not None  # noqa: S101 - it was sent a moment ago
        let_work(self.services, row)
        token = str(random_id(self.rng))
        with self.services.database.write() as connection:
            links.opened(connection, questionnaire_id, token, self.services.clock())
        filling_in.keep_answers(
            self.services, token, {"marital_status": {"value": "single"}, "debts": {"said": "declined"}}
        )
        filling_in.stop_for_now(self.services, token)


def _born(row: CaseloadRow) -> str:
    return str(recorded(row.client, load()["birth_date"])[2] or "")


def _answer(field: Field) -> object:
    kind = field.kind
    if isinstance(kind, YesNo):
        return "yes"
    if isinstance(kind, Choice):
        return kind.options[2].code
    if isinstance(kind, Choices):
        return [next(option.code for option in kind.options if not option.alone)]
    return kind.least + 20 if isinstance(kind, Number) else "Met mensen werken, dicht bij huis."
