"""What a client answers by a link, drawn at random, and what stands beside what is known until somebody settles it."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

from msgspec import structs

from domain.catalogue import Choice, Choices, load
from domain.client import (
    AcceptContradiction,
    Answer,
    Client,
    ClientCommand,
    EndQuestionnaire,
    RegisterField,
    ReturnQuestionnaire,
    SendQuestionnaire,
    SentHow,
    SettleAnswers,
    Settlement,
)

VALUES: dict[str, list[Any]] = {
    "education_level": ["primary", "none"],
    "language_level": ["a2", "b1"],
    "driving_licence": [["B"], ["E"], ["B", "E"], ["none"]],
    "preferred_sectors": [["care"]],
    "work_sector": ["none", "care"],
    "work_occupation": ["baker"],
    "work_years": [0, 3],
    "marital_status": ["single", "married", "widowed"],
    "living_situation": ["alone", "with_partner"],
    "physical_limitations": [["lifting"]],
    "cv": [],
    "birth_date": ["1990-05-01", "1971"],
}
# What the questionnaire asks for, and the rules of which both facts may hold.
ASKED = [key for key in VALUES if load()[key].asked_of_client]
BOTH_MAY_HOLD = [rule for rule in load().contradictions if rule.both_may_hold and set(rule.fields) <= VALUES.keys()]
FACTS: dict[str, dict[str, Any]] = {
    "single_with_partner": {"marital_status": "single", "living_situation": "with_partner"},
    "widowed_with_partner": {"marital_status": "widowed", "living_situation": "with_partner"},
    "married_living_alone": {"marital_status": "married", "living_situation": "alone"},
    "sector_without_years": {"work_sector": "care", "work_years": 0},
    "never_worked_with_occupation": {"work_sector": "none", "work_occupation": "baker"},
}


def _send(client: Client, chance: random.Random, today: date) -> list[ClientCommand]:
    about = {"client_id": client.id}
    born = RegisterField(**about, field="birth_date", value="1990-05-01", known_on=today)
    asks = SendQuestionnaire(**about, questionnaire_id=uuid4(), how=chance.choice(list(SentHow)))
    return [asks] if "birth_date" in client.fields and chance.random() < 0.5 else [born, asks]


def _end(client: Client, _chance: random.Random, _today: date) -> list[ClientCommand]:
    ended = client.questionnaire[0] if client.questionnaire else uuid4()
    return [EndQuestionnaire(client_id=client.id, questionnaire_id=ended)]


def _return(client: Client, chance: random.Random, today: date) -> list[ClientCommand]:
    """Some questions answered: with a value, in other words, with rather not, or not known."""
    sent = [] if client.questionnaire else _send(client, chance, today)
    questionnaire_id = next((c.questionnaire_id for c in sent if isinstance(c, SendQuestionnaire)), None)
    asked = chance.sample(ASKED, chance.randint(1, 4))
    unknown, answers = [], []
    for key in asked:
        shown = client.fields[key].version if key in client.fields else 0
        how = chance.choice(("value", "value", "value", "words", "declined", "unknown"))
        if how == "unknown":
            unknown.append(key)
        elif how == "words" and isinstance(load()[key].kind, Choice | Choices):
            answers.append(Answer(field=key, words="as I see it", shown=shown))
        elif how == "declined":
            answers.append(Answer(field=key, declined=True, shown=shown))
        else:
            value = chance.choice(VALUES[key])
            answers.append(Answer(field=key, value=value, shown=shown, same=chance.random() < 0.2))
    if questionnaire_id is None:
        assert client.questionnaire is not None
        questionnaire_id = client.questionnaire[0]
    returned = ReturnQuestionnaire(
        client_id=client.id,
        questionnaire_id=questionnaire_id,
        answers=answers,
        unknown=unknown,
        reason="rather not",
    )
    return [*sent, returned]


def _settle(client: Client, chance: random.Random, today: date) -> list[ClientCommand]:
    settlements = [
        Settlement(
            field=key,
            answer=version,
            take=(take := chance.random() < 0.6),
            value=chance.choice(VALUES[key]) if take else None,
            known_on=today,
            shown=client.fields[key].version if key in client.fields else None,
        )
        for key, version in client.answers.items()
        if chance.random() < 0.7
    ]
    return [SettleAnswers(client_id=client.id, settlements=settlements, reason="rather not")]


def _both_hold(client: Client, chance: random.Random, today: date) -> list[ClientCommand]:
    """Say that both hold, as often as not of two facts that were recorded for it."""
    rule = chance.choice(BOTH_MAY_HOLD)
    said = AcceptContradiction(
        client_id=client.id,
        rule=rule.key,
        reason="so it is",
        review_on=today + timedelta(days=chance.choice((1, 30, 100))),
        shown={key: client.fields[key].version for key in rule.fields if key in client.fields},
    )
    if chance.random() < 0.5:
        return [said]
    facts = FACTS[rule.key]
    recorded = [
        RegisterField(client_id=client.id, field=key, value=value, known_on=today) for key, value in facts.items()
    ]
    begins = client.version
    shown = {key: begins + nth for nth, key in enumerate(facts, 1)}
    return [*recorded, structs.replace(said, shown=shown)]


ANSWERING: dict[str, Callable[[Client, random.Random, date], list[ClientCommand]]] = {
    "send": _send,
    "end": _end,
    "return": _return,
    "settle": _settle,
    "both_hold": _both_hold,
}
