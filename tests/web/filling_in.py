"""A client at the questionnaire, as the tests of it need one: asked by the coach, opened, answered, sent."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from application.questionnaire_links import secrets_of
from domain.catalogue import Choice, Choices, Field, Number, Source, YesNo, load
from domain.client import RegisterField, SendQuestionnaire, SentHow
from eventlog.commands import CommandContext
from tests.web.conftest import Town, Visitor

BORN = {"day": "27", "month": "3", "year": "1988"}
ASKED = [field for field in load() if field.asked_of_client]


def an_answer(field: Field) -> Any:
    """Something that can be answered, as a form sends it, and contradicts no other one of these."""
    kind = field.kind
    if isinstance(kind, YesNo):
        return "yes"
    if isinstance(kind, Choice):
        # The first is often “none”, which contradicts another answer; so does having been at primary school alone.
        return kind.options[2 if field.key == "education_level" else 1].code
    if isinstance(kind, Choices):
        return next(code for code in kind.codes if code != "none")
    return str(kind.least + 1) if isinstance(kind, Number) else "something that was typed"


def say(town: Town, client_id: UUID, field: str, value: object, source: Source = Source.CONVERSATION) -> None:
    """Register something, as the coach."""
    context = CommandContext(town.services.clock(), town.accounts["coach"].account_id)
    command = RegisterField(client_id=client_id, field=field, value=value, known_on=town.services.today, source=source)
    town.services.clients.handle(command, context, uuid4())
    town.services.engine.catch_up()


@dataclass
class AtTheQuestions:
    """A client with a browser."""

    town: Town
    client_id: UUID
    questionnaire_id: UUID
    visitor: Visitor

    @property
    def token(self) -> str:
        return secrets_of(self.town.services, self.questionnaire_id).token

    @property
    def code(self) -> str:
        return secrets_of(self.town.services, self.questionnaire_id).code

    def opens(self, visitor: Visitor | None = None, **given: str) -> int:
        """By the link, unless a code is given; the status of the answer."""
        visitor = visitor or self.visitor
        answer = visitor.post("/questionnaire", **{"code": self.token, **BORN, **given})
        return answer.status_code

    def answers(self, number: int, go: str = "next", **given: object) -> Any:
        path = f"/questionnaire/questions/{number}"
        return self.visitor.post(path, go=go, **given)

    def answers_all(self, answers: dict[str, Any]) -> None:
        """Each page in turn, with the answers by name of the form's field."""
        for number in range(1, 5):
            page = self.visitor.get(f"/questionnaire/questions/{number}")
            on_page = {key: value for key, value in answers.items() if f'name="{key}"' in page}
            answer = self.answers(number, **on_page)
            assert answer.status_code == 303, re.findall(r'class="error">([^<]+)', answer.get_data(as_text=True))

    def sends(self) -> Any:
        return self.visitor.post("/questionnaire/check")


def ask(town: Town, client_id: UUID, born: str = "1988-03-27") -> UUID:
    """Have a questionnaire made by the client's coach, as a letter."""
    say(town, client_id, "birth_date", born)
    questionnaire_id, coach = uuid4(), town.accounts["coach"]
    send = SendQuestionnaire(client_id=client_id, questionnaire_id=questionnaire_id, how=SentHow.LETTER)
    town.services.clients.handle(send, CommandContext(town.services.clock(), coach.account_id), uuid4())
    town.services.engine.catch_up()
    return questionnaire_id


def asked(town: Town, name: str = "Anna de Vries", how: str = "letter", born: str = "1988-03-27") -> AtTheQuestions:
    """A client who was sent a questionnaire, with a letter that was printed."""
    client_id = town.new_client("coach", name)
    say(town, client_id, "birth_date", born)
    coach = town.visit("coach")
    file = f"/clients/{client_id}"
    sent = coach.post(f"{file}/questionnaire", form=file, how=how)
    assert sent.status_code == 303, sent.get_data(as_text=True)
    found = re.search(r"/questionnaire/([0-9a-f-]{36})/", sent.location)
    assert found, sent.location
    coach.get(sent.location)
    return AtTheQuestions(town, client_id, UUID(found[1]), town.visit())
