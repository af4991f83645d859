"""Whatever is asked about an id of nothing is not there: no error, and nothing that tells whether it ever was."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import pytest

from application import (
    applications,
    assignments,
    clients,
    contacts,
    conversations,
    leave,
    minutes,
    norms,
    offers,
    people,
    proposal_steps,
    proposals,
    questionnaires,
    registration_costs,
    signal,
    signal_steps,
    team_figures,
    transfers,
    what_ifs,
)
from application.looks import Look
from application.refusals import NotThereError
from application.services import Services
from domain.roles import Viewer
from tests.web.conftest import Town, build_town

NOTHING = UUID(int=99)


class Asked:
    def __init__(self, town: Town) -> None:
        self.town, self.services = town, town.services
        self.mine = town.new_client("coach", "Anna de Vries")

    def who(self, name: str) -> Viewer:
        return self.town.accounts[name].viewer

    def look(self, name: str) -> Look:
        return Look(self.services, self.who(name), "client")

    def id(self, name: str) -> UUID:
        return self.town.accounts[name].account_id


def step() -> Any:
    return proposal_steps.StepTaken(proposal_steps.Happened.DELIVERED)


ASKED: dict[str, Callable[[Asked], Any]] = {
    "an application": lambda a: applications.application(a.services, a.look("manager"), NOTHING),
    "a client to assign": lambda a: assignments.client_to_assign(a.services, a.look("manager"), NOTHING),
    "a client": lambda a: clients.readable(a.services, a.look("coach"), NOTHING),
    "a client to record of": lambda a: clients.recordable(a.services, a.look("coach"), NOTHING),
    "a contact": lambda a: contacts.contact_to_correct(a.services, a.look("quality"), a.mine, NOTHING),
    "a conversation": lambda a: conversations.conversation_sheet(a.services, a.look("manager"), NOTHING),
    "clients to talk about": lambda a: conversations.cases_to_choose(a.services, a.look("coach"), NOTHING),
    "a meeting": lambda a: minutes.minutes(a.services, a.who("process"), NOTHING),
    "an agenda": lambda a: minutes.agenda(a.services, a.who("process"), NOTHING),
    "a norm": lambda a: norms.one_norm(a.services, a.who("process"), NOTHING),
    "an offer": lambda a: offers.offer_shown(a.services, a.look("coach"), NOTHING),
    "an offer to change": lambda a: offers.offer_to_change(a.services, a.who("coach"), NOTHING),
    "an offer to match": lambda a: proposals.match_offer(a.services, a.look("coach"), NOTHING),
    "an account to close": lambda a: people.account_to_close(a.services, a.who("admin"), NOTHING),
    "an account closed": lambda a: people.close_account(a.services, a.who("admin"), NOTHING),
    "an account opened": lambda a: people.open_account(a.services, a.who("admin"), NOTHING),
    "an account logged out": lambda a: people.log_out_everywhere(a.services, a.who("admin"), NOTHING),
    "a proposal": lambda a: proposal_steps.take_step(a.services, a.look("coach"), a.mine, NOTHING, step(), uuid4()),
    "a letter of a proposal": lambda a: proposal_steps.letter(a.services, a.look("coach"), a.mine, NOTHING),
    "a questionnaire": lambda a: questionnaires.end_questionnaire(
        a.services, a.look("coach"), a.mine, NOTHING, uuid4()
    ),
    "a printed questionnaire": lambda a: questionnaires.printed_questionnaire(
        a.services, a.look("coach"), a.mine, NOTHING, "/questionnaire"
    ),
    "the costs of a team": lambda a: registration_costs.form_costs(a.services, a.who("process"), NOTHING),
    "a signal": lambda a: signal.signal_with_steps(a.services, a.who("coach"), NOTHING),
    "the steps of a signal": lambda a: signal.open_steps(a.services, a.who("coach"), NOTHING),
    "a signal that exists": lambda a: signal_steps.existing(a.services, NOTHING),
    "a team": lambda a: team_figures.team_figures(a.services, a.look("process"), NOTHING, None),
    "a client to hand over": lambda a: transfers.client_to_hand_over(a.services, a.look("coach"), NOTHING),
    "a client to take over": lambda a: transfers.asked_to_take_over(a.services, a.look("coach"), NOTHING),
    "a client nobody was asked to take over": lambda a: transfers.asked_to_take_over(
        a.services, a.look("colleague"), a.mine
    ),
    "a what-if": lambda a: what_ifs.one_what_if(a.services, a.who("process"), NOTHING),
    "leave of no team": lambda a: leave.team_leave(a.services, Viewer(NOTHING, a.who("manager").role, None)),
}


@pytest.mark.parametrize("name", ASKED)
def test_an_id_of_nothing_is_not_there(sqlite_services: Services, name: str) -> None:
    asked = Asked(build_town(sqlite_services))
    head = asked.services.log.head()
    with pytest.raises(NotThereError):
        ASKED[name](asked)
    assert asked.services.log.head() == head
