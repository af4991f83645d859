"""Stories of a questionnaire: sent once, returned once, and what differs stands beside what is known until settled."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
import pytest

from domain.catalogue import Source, load
from domain.client import (
    Answer,
    AnswerOffered,
    AnswerSettled,
    AnswersLookedAt,
    ClientClosed,
    ClientEvent,
    ClosingReason,
    EndQuestionnaire,
    FieldDeclined,
    FieldRegistered,
    IntakeTaken,
    QuestionnaireEnded,
    QuestionnaireReturned,
    QuestionnaireSent,
    ReturnQuestionnaire,
    SendQuestionnaire,
    SentHow,
    SettleAnswers,
    Settled,
    Settlement,
    evolve,
)
from domain.in_force import Definitions, declared, text_names, texts_of
from eventlog.commands import CommandContext
from tests.story import Story

CLIENT, TEAM, FIRST, SECOND = (UUID(int=n) for n in range(1, 5))
NOW = datetime(2026, 11, 18, 10, tzinfo=UTC)
TODAY, LAST = date(2026, 11, 18), date(2026, 12, 2)
COACH, HERSELF = CommandContext(NOW, UUID(int=9)), CommandContext(NOW)
INTAKE = IntakeTaken(
    held_on=date(2026, 6, 1),
    team=TEAM,
    specialised=False,
    source=Source.CONVERSATION,
    name="Anna",
    client_number=None,
    email=None,
    phone=None,
)
BORN = FieldRegistered(field="birth_date", value="1988-03-27", source=Source.INTAKE_FORM, known_on=TODAY)
SENT = QuestionnaireSent(questionnaire_id=FIRST, how=SentHow.MAIL, until=LAST)
LICENCE = FieldRegistered(field="driving_licence", value=["B"], source=Source.CONVERSATION, known_on=TODAY)


def story(*events: ClientEvent) -> Story[Any]:
    return Story(evolve, CLIENT).given(INTAKE, BORN, *events)


def send(questionnaire_id: UUID = FIRST) -> SendQuestionnaire:
    return SendQuestionnaire(client_id=CLIENT, questionnaire_id=questionnaire_id, how=SentHow.MAIL)


def returned(*answers: Answer, unknown: tuple[str, ...] = (), questionnaire_id: UUID = FIRST) -> ReturnQuestionnaire:
    return ReturnQuestionnaire(
        client_id=CLIENT, questionnaire_id=questionnaire_id, answers=answers, unknown=unknown, reason="rather not"
    )


def told(*answered: str, unknown: tuple[str, ...] = (), declined: tuple[str, ...] = ()) -> QuestionnaireReturned:
    return QuestionnaireReturned(
        questionnaire_id=FIRST, answered=list(answered), unknown=list(unknown), declined=list(declined)
    )


def test_it_holds_for_two_weeks_and_a_new_one_ends_the_one_before() -> None:
    story().when(send(), COACH).then(SENT)
    again = QuestionnaireSent(questionnaire_id=SECOND, how=SentHow.MAIL, until=LAST)
    story(SENT).when(send(SECOND), COACH).then(QuestionnaireEnded(questionnaire_id=FIRST), again)
    Story(evolve, CLIENT).given(INTAKE).when(send(), COACH).refused("birth date", "birth_date")


def test_what_the_client_says_is_registered_and_what_is_not_known_changes_nothing() -> None:
    told_once = story(SENT).when(
        returned(
            Answer(field="driving_licence", value=["B"]), Answer(field="debts", declined=True), unknown=("skills",)
        ),
        HERSELF,
    )
    told_once.then(
        told("driving_licence", unknown=("skills",), declined=("debts",)),
        FieldRegistered(field="driving_licence", value=["B"], source=Source.QUESTIONNAIRE, known_on=TODAY),
        FieldDeclined(field="debts", reason="rather not", review_on=date(2027, 5, 18)),
    )
    told_once.when(returned(unknown=("skills",)), HERSELF).refused("no longer be sent")


def test_the_same_as_known_is_known_as_of_today_and_something_else_stands_beside_it() -> None:
    before = story(LICENCE, SENT)
    same = Answer(field="driving_licence", value=["B"], shown=3, same=True)
    registered = FieldRegistered(field="driving_licence", value=["B"], source=Source.QUESTIONNAIRE, known_on=TODAY)
    before.when(returned(same), HERSELF).then(told("driving_licence"), registered)
    other = Answer(field="driving_licence", value=["B", "C"], shown=3)
    offered = AnswerOffered(field="driving_licence", value=["B", "C"], words=None, declined=False, known_on=TODAY)
    story(LICENCE, SENT).when(returned(other), HERSELF).then(told("driving_licence"), offered)
    rather_not = Answer(field="driving_licence", declined=True, shown=3)
    offered = AnswerOffered(field="driving_licence", value=None, words=None, declined=True, known_on=TODAY)
    story(LICENCE, SENT).when(returned(rather_not), HERSELF).then(told(declined=("driving_licence",)), offered)
    story(LICENCE, SENT).when(returned(Answer(field="driving_licence", value=["B"])), HERSELF).refused(
        "Somebody else", "driving_licence"
    )


def test_words_of_ones_own_wait_for_the_coach_and_are_an_option_only_when_chosen() -> None:
    answer = Answer(field="preferred_sectors", value=["care"], words="working with horses")
    offered = AnswerOffered(
        field="preferred_sectors", value=["care"], words="working with horses", declined=False, known_on=TODAY
    )
    asked = story(SENT).when(returned(answer), HERSELF).then(told("preferred_sectors"), offered)
    codes = load()["preferred_sectors"].kind.answers
    take = Settlement(field="preferred_sectors", answer=5, take=True, value=[codes[0].code], known_on=TODAY, shown=0)
    asked.when(SettleAnswers(client_id=CLIENT, reason="rather not", settlements=[take]), COACH).then(
        FieldRegistered(field="preferred_sectors", value=[codes[0].code], source=Source.QUESTIONNAIRE, known_on=TODAY),
        AnswerSettled(field="preferred_sectors", outcome=Settled.TAKEN),
        AnswersLookedAt(),
    )
    story(SENT).when(returned(Answer(field="skills", words="many")), HERSELF).refused("from its list", "skills")


def test_all_that_differs_is_settled_in_one_step_or_not_at_all() -> None:
    offered = AnswerOffered(field="driving_licence", value=["C"], words=None, declined=False, known_on=TODAY)
    before = (LICENCE, SENT, told("driving_licence"), offered)
    keep = Settlement(field="driving_licence", answer=6, take=False, known_on=TODAY)
    settle = SettleAnswers(client_id=CLIENT, reason="rather not", settlements=[keep])
    kept = AnswerSettled(field="driving_licence", outcome=Settled.KEPT)
    story(*before).when(settle, COACH).then(kept, AnswersLookedAt()).when(settle, COACH).refused(
        "Somebody else", "driving_licence"
    )
    stale = Settlement(field="driving_licence", answer=6, take=True, value=["C"], known_on=TODAY, shown=2)
    story(*before).when(SettleAnswers(client_id=CLIENT, reason="", settlements=[stale]), COACH).refused(
        "Somebody else", "driving_licence"
    )
    nothing = SettleAnswers(client_id=CLIENT, reason="")
    story(*before).when(nothing, COACH).then(AnswersLookedAt()).when(nothing, COACH).then()


def test_an_answer_that_waits_gives_way_to_a_newer_one() -> None:
    offered = AnswerOffered(field="driving_licence", value=["C"], words=None, declined=False, known_on=TODAY)
    again = QuestionnaireSent(questionnaire_id=SECOND, how=SentHow.LETTER, until=LAST)
    answer = Answer(field="driving_licence", value=["B"], shown=3, same=True)
    story(LICENCE, SENT, told("driving_licence"), offered, again).when(
        returned(answer, questionnaire_id=SECOND), HERSELF
    ).then(
        QuestionnaireReturned(questionnaire_id=SECOND, answered=["driving_licence"], unknown=[], declined=[]),
        AnswerSettled(field="driving_licence", outcome=Settled.REPLACED),
        FieldRegistered(field="driving_licence", value=["B"], source=Source.QUESTIONNAIRE, known_on=TODAY),
    )


@pytest.mark.parametrize(
    ("answers", "unknown", "said"),
    [
        ((), (), "Nothing is filled in"),
        ((Answer(field="birth_date", value="1988-03-28"),), (), "does not ask"),
        ((), ("criminal_record_restricts",), "does not ask"),
        ((Answer(field="skills", value="x"),), ("skills",), "twice"),
        ((Answer(field="skills", value="x", declined=True),), (), "not both"),
        ((Answer(field="skills"),), (), "not both"),
        ((Answer(field="driving_licence", value=["Z"]),), (), "Not all of these"),
        ((Answer(field="work_years", value="many"),), (), "whole number"),
    ],
)
def test_what_can_be_no_answer_is_refused_and_nothing_happens(
    answers: tuple[Answer, ...], unknown: tuple[str, ...], said: str
) -> None:
    field = next(iter([*(each.field for each in answers), *unknown]), None)
    whole = said in ("Nothing is filled in", "twice")
    story(SENT).when(returned(*answers, unknown=unknown), HERSELF).refused(said, None if whole else field)


def test_nothing_is_taken_after_its_last_day_of_another_one_or_for_a_closed_file() -> None:
    answer = returned(unknown=("skills",))
    late = CommandContext(NOW + timedelta(days=14, hours=14))
    story(SENT).when(answer, late).refused("no longer be sent")
    story(SENT).when(answer, CommandContext(NOW + timedelta(days=14))).then(told(unknown=("skills",)))
    story(SENT).when(returned(unknown=("skills",), questionnaire_id=SECOND), HERSELF).refused("no longer be sent")
    ended = EndQuestionnaire(client_id=CLIENT, questionnaire_id=FIRST)
    story(SENT).when(ended, COACH).then(QuestionnaireEnded(questionnaire_id=FIRST)).when(ended, COACH).then()
    closed = ClientClosed(reason=ClosingReason.JOB, closed_on=TODAY)
    story(SENT, closed).when(answer, HERSELF).refused("closed")


def test_each_question_is_a_text_of_its_definition_that_can_be_revised() -> None:
    for field in load():
        assert ("question" in text_names(field.key)) == field.asked_of_client, field.key
    texts = {"driving_licence": {"question": ("May you drive?", "Mag u rijden?")}}
    revised = Definitions(declared().parameters, _json(texts))
    question = revised.catalogue["driving_licence"].question
    assert question is not None and question.nl == "Mag u rijden?"
    assert texts_of("driving_licence", revised)["question"] == ("May you drive?", "Mag u rijden?")


def _json(texts: object) -> str:
    return msgspec.json.encode(texts).decode()
