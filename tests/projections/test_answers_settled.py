"""Whatever order things happen in, a field stands as its definition says: what was registered last, and beside it the
client's answer that nobody settled yet."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from application import filling_in
from application.questionnaire_links import let_work, secrets_of
from application.services import Services
from domain.client import (
    AnswerOffered,
    DeclareNotRelevant,
    RecordDeclined,
    RegisterField,
    SendQuestionnaire,
    SentHow,
    SettleAnswers,
    Settlement,
    WithdrawField,
)
from domain.refusal import Refused
from projections import data_gaps, questionnaires
from projections.caseload_table import caseload
from tests.conftest import NOW
from tests.stories import begin, do

FIELD = "education_level"
VALUES = ("none", "primary", "bachelor")
LATER = NOW.date().replace(year=2027)

coach = st.sampled_from([("register", v) for v in VALUES] + [("withdraw", ""), ("decline", ""), ("not_relevant", "")])
client = st.sampled_from([("says", v) for v in VALUES] + [("says", "?declined"), ("says", "?unknown"), ("words", "")])
settled = st.sampled_from([("take", ""), ("keep", "")])


@dataclass
class Standing:
    """How the field stands by its definition, without events: recorded state and value, and the answer that waits."""

    recorded: str | None = None
    value: str | None = None
    waits: str | None = None
    changed: bool = False

    def happens(self, what: str, value: str) -> None:
        match what:
            case "register":
                self.recorded, self.value = "known", value
            case "withdraw" if self.recorded is not None:
                self.recorded, self.value = None, None
            case "decline" | "not_relevant":
                self.recorded, self.value = {"decline": "declined"}.get(what, what), None
            case "says" | "words":
                self.changed = True
                self._answered(what, value)
            case "take" | "keep" if self.waits is not None or self.changed:
                if what == "take" and self.waits not in (None, "words"):
                    self._register(str(self.waits))
                self.waits = "words" if what == "take" and self.waits == "words" else None
                self.changed = False

    def _answered(self, what: str, value: str) -> None:
        if value == "?unknown":
            return
        if what == "words":
            self.waits = "words"
        elif self.recorded == "known" and self.value != value:
            self.waits = value
        else:
            self.waits = None
            self._register(value)

    def _register(self, value: str) -> None:
        self.recorded, self.value = ("declined", None) if value == "?declined" else ("known", value)


def answer(services: Services, client_id: UUID, what: str, value: str) -> None:
    questionnaire_id, token = uuid4(), uuid4().hex
    do(services, SendQuestionnaire(client_id=client_id, questionnaire_id=questionnaire_id, how=SentHow.LETTER))
    services.engine.catch_up()
    with services.database.read() as connection:
        row = questionnaires.one(connection, client_id, questionnaire_id)
    assert row is not None
    let_work(services, row)
    opening = filling_in.Opening(secrets_of(services, questionnaire_id).token, (1988, 3, 27), "192.0.2.1")
    assert filling_in.open_questionnaire(services, opening, token)
    said: dict[str, Any] = {"value": value} if what == "says" else {"words": "a school in the hills"}
    if value.startswith("?"):
        said = {"said": value[1:]}
    filling_in.keep_answers(services, token, {FIELD: said})
    filling_in.send_answers(services, token, "rather not", uuid4())


def settle(services: Services, client_id: UUID, *, take: bool) -> None:
    events = [e for e in services.log.stream(client_id) if isinstance(e, AnswerOffered)]
    state = services.clients.state(client_id)
    assert state is not None
    settlements = []
    if (version := state.answers.get(FIELD)) is not None:
        event = next(e for e in events if e.originator_version == version)
        opener = services.log.opener([client_id])
        if opener.value(event, "words") is not None and take:
            # Words are no option: without one nothing is settled.
            do(services, SettleAnswers(client_id=client_id, reason="rather not"))
            return
        settlements.append(
            Settlement(
                field=FIELD,
                answer=version,
                take=take,
                value=opener.value(event, "value"),
                declined=event.declined,
                known_on=event.known_on,
            )
        )
    do(services, SettleAnswers(client_id=client_id, reason="rather not", settlements=settlements))


def do_it(services: Services, client_id: UUID, what: str, value: str) -> None:
    about: dict[str, Any] = {"client_id": client_id, "field": FIELD}
    today = services.today
    if what in ("says", "words"):
        answer(services, client_id, what, value)
    elif what in ("take", "keep"):
        settle(services, client_id, take=what == "take")
    elif what == "register":
        do(services, RegisterField(**about, value=value, known_on=today))
    elif what == "withdraw":
        do(services, WithdrawField(**about, reason="wrong"))
    elif what == "decline":
        do(services, RecordDeclined(**about, reason="so it is", review_on=LATER))
    else:
        do(services, DeclareNotRelevant(**about, reason="so it is", review_on=LATER))


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(happenings=st.lists(st.one_of(coach, client, settled), max_size=10))
def test_a_field_stands_as_its_definition_says_in_any_order(
    sqlite_services: Services, happenings: list[tuple[str, str]]
) -> None:
    services, client_id, standing = sqlite_services, uuid4(), Standing()
    begin(services, client_id)
    do(services, RegisterField(client_id=client_id, field="birth_date", value="1988-03-27", known_on=services.today))
    for what, value in happenings:
        try:
            do_it(services, client_id, what, value)
        except Refused:
            assert what == "withdraw" and standing.recorded is None
        standing.happens(what, value)
    services.engine.catch_up()
    with services.database.read() as connection:
        row = data_gaps.of_client(connection, client_id).get(FIELD)
        waiting = questionnaires.waiting(connection, client_id)
        listed = connection.execute(caseload.select().where(caseload.c.client_id == client_id)).mappings().one()
    event = services.log.versions(client_id, [each.version for each in waiting])
    opener = services.log.opener([client_id])
    waits = None
    for each in event.values():
        assert isinstance(each, AnswerOffered)
        words, said = opener.value(each, "words"), opener.value(each, "value")
        waits = "words" if words else "?declined" if each.declined else said
    found = Standing(row.recorded if row else None, row.value if row else None, waits, listed["changed_on"] is not None)
    assert found == standing
    assert (listed[f"s_{FIELD}"], listed[f"v_{FIELD}"]) == (standing.recorded, standing.value)
