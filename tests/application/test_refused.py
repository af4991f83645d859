"""What operations refuse by themselves, each with its sentence and field, whatever door asks; and nothing is stored."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from application import (
    assignments,
    conversations,
    group_contacts,
    leave,
    people,
    proposal_steps,
    quality,
    registrations,
    signal_settings,
    signal_steps,
    signals,
    tasks,
    transfers,
    unnamed_caseload,
    what_ifs,
)
from application.looks import Look
from application.services import Services
from domain.catalogue import load
from domain.client import Channel, Delivery, ProposeOffer
from domain.filters import parse
from domain.in_force import NOT_SEEN
from domain.offer import OfferKind
from domain.refusal import Refused
from domain.roles import Viewer
from eventlog.commands import CommandContext
from feedback.signal import AssignSignal, Kind, LogSignal
from tests.web.conftest import Town, build_town

NOBODY = UUID(int=99)


class Asked:
    """A town in which something is asked of the operations."""

    def __init__(self, town: Town) -> None:
        self.town, self.services = town, town.services
        self.today = town.services.today
        self.mine = town.new_client("coach", "Anna de Vries")
        self.theirs = town.new_client("colleague", "Bram Bakker")
        self.proposal, self.signal = uuid4(), uuid4()
        propose = ProposeOffer(
            client_id=self.mine,
            proposal_id=self.proposal,
            offer_id=NOBODY,
            offer_kind=OfferKind.WORKSHOP,
            delivery=Delivery.LETTER,
        )
        self.services.clients.handle(propose, self.context("coach"), uuid4())
        log = LogSignal(signal_id=self.signal, viewer=self.who("coach"), kind=Kind.IDEA, page="", seen="It")
        self.services.signals.handle(log, self.context("coach"), uuid4())
        self.services.engine.catch_up()

    def who(self, name: str) -> Viewer:
        return self.town.accounts[name].viewer

    def id(self, name: str) -> UUID:
        return self.town.accounts[name].account_id

    def context(self, name: str) -> CommandContext:
        return CommandContext(self.services.clock(), self.id(name))

    def look(self, name: str) -> Look:
        return Look(self.services, self.who(name), "client")

    def group(self, came: list[UUID], stayed_away: list[UUID]) -> Any:
        contact = group_contacts.GroupContact(self.today, Channel.OFFICE, (), None, came, stayed_away)
        return group_contacts.record_group_contact(self.services, self.who("coach"), contact, uuid4())

    def step(self, happened: proposal_steps.Happened | None, **more: Any) -> Any:
        taken = proposal_steps.StepTaken(happened, **more)
        return proposal_steps.take_step(self.services, self.look("coach"), self.mine, self.proposal, taken, uuid4())

    def rule(self, **more: Any) -> None:
        given = {"kind": None, "page": None, "field": "cv", "team": None, "person": None} | more
        signal_settings.add_rule(self.services, self.who("process"), **given)

    def reply(self, **more: Any) -> None:
        given = {"kind": None, "step": None, "name": "Thanks", "en": "Thank you", "nl": "Dank"} | more
        signal_settings.save_reply(self.services, self.who("process"), None, **given)

    def assign(self, **more: Any) -> Any:
        command = AssignSignal(**{"signal_id": self.signal, "viewer": self.who("process"), "team": None} | more)
        return signal_steps.assign_signal(self.services, self.who("process"), command, uuid4())

    def many(self, step: str, *ids: UUID, team: UUID | None = None) -> Any:
        return signals.take_step_with_many(self.services, self.who("process"), step, ids, team, uuid4())

    def comment(self, text: str) -> Any:
        return signal_steps.comment_on_signal(self.services, self.who("coach"), self.signal, text, uuid4())

    def note(self, text: str) -> Any:
        return signal_steps.add_note(self.services, self.who("process"), self.signal, text, uuid4())

    def classify(self, field: str) -> Any:
        about = (self.signal, Kind.IDEA, field)
        return signal_steps.classify_signal(self.services, self.who("process"), *about, uuid4())

    def transfer(self, to: UUID | None) -> Any:
        return transfers.propose_transfer(self.services, self.look("coach"), self.mine, to, "so", uuid4())

    def reassign(self, leaving: UUID, *chosen: UUID) -> Any:
        return assignments.reassign_caseload(self.services, self.who("manager"), leaving, chosen, "x", uuid4())

    def unnamed(self, *filters: str) -> Any:
        fields = [load()["cv"]]
        chosen = [parse(text) for text in filters]
        return unnamed_caseload.unnamed_caseload(self.services, self.look("coach"), chosen, fields, limit=10)

    def review(self, chosen_by: str, outcome: str) -> Any:
        return quality.review_file(self.services, self.look("quality"), self.mine, chosen_by, outcome, None, uuid4())

    def away(self, coach: UUID | None, stand_in: UUID | None, *, days: bool = True) -> None:
        when = (self.today, self.today + timedelta(days=6)) if days else None
        leave.arrange_leave(self.services, self.who("manager"), coach, stand_in, when)


TOLD: dict[str, tuple[Callable[[Asked], Any], str, str | None]] = {
    "nobody of the group": (lambda a: a.group([], []), "Choose at least one client.", "came"),
    "came and stayed away": (lambda a: a.group([a.mine], [a.mine]), "both have attended and not have attended", "came"),
    "a client of another coach came": (lambda a: a.group([a.mine, a.theirs], []), "not on your caseload", "came"),
    "a client of another coach stayed away": (lambda a: a.group([], [a.theirs]), "not on your caseload", "came"),
    "nothing happened to a proposal": (lambda a: a.step(None), "Choose what happened.", "step"),
    "answered with no answer": (
        lambda a: a.step(proposal_steps.Happened.ANSWERED),
        "Choose what happened.",
        "answer",
    ),
    "nothing came of it": (lambda a: a.step(proposal_steps.Happened.CONCLUDED), "Choose what happened.", "outcome"),
    "reminded by no mail": (
        lambda a: a.step(proposal_steps.Happened.REMINDED),
        "This client can’t get e-mail",
        None,
    ),
    "a rule for no kind": (lambda a: a.rule(kind="x"), "Choose one of these.", "kind"),
    "a rule for no field": (lambda a: a.rule(field="shoe_size"), "Choose one of these.", "field"),
    "a rule for no team": (lambda a: a.rule(team=NOBODY), "Choose a team, or the city.", "team"),
    "a rule for nobody": (lambda a: a.rule(person=NOBODY), "Choose somebody who triages signals.", "person"),
    "a rule for one who triages none": (
        lambda a: a.rule(person=a.id("coach")),
        "somebody who triages signals",
        "person",
    ),
    "a reply of no kind": (lambda a: a.reply(kind="x"), "Choose one of these.", "kind"),
    "a reply at no step": (lambda a: a.reply(step="x"), "Choose one of these.", "kind"),
    "moved to no team": (lambda a: a.assign(team=NOBODY), "Choose a team, or the city.", "team"),
    "given to one who triages none": (
        lambda a: a.assign(person=a.id("coach")),
        "somebody who triages signals",
        "person",
    ),
    "classified about no field": (lambda a: a.classify("shoe_size"), "Choose one of these.", "field"),
    "no signal of many": (lambda a: a.many("triage"), "Choose at least one signal.", None),
    "no step with many": (lambda a: a.many("accept", a.signal), "Choose what to do with them.", None),
    "many to no team": (lambda a: a.many("assign", a.signal, team=NOBODY), "Choose a team, or the city.", "team"),
    "a comment that mentions nobody": (lambda a: a.comment("Ask @nobody-at-all"), "called @nobody-at-all", "text"),
    "a note that mentions nobody": (lambda a: a.note("Ask @nobody-at-all"), "called @nobody-at-all", "note"),
    "a note that mentions one who triages none": (lambda a: a.note("Ask @coach"), "called @coach", "note"),
    "handed over to nobody": (lambda a: a.transfer(None), "Choose a colleague.", "coach"),
    "handed over to no coach": (lambda a: a.transfer(a.id("manager")), "Choose a colleague.", "coach"),
    "handed over to oneself": (lambda a: a.transfer(a.id("coach")), "Choose a colleague.", "coach"),
    "reassigned to nobody": (lambda a: a.reassign(a.id("coach")), "at least one colleague to take over", "to"),
    "reassigned to who leaves": (lambda a: a.reassign(a.id("coach"), a.id("coach")), "other than the one", "to"),
    "reassigned from none": (lambda a: a.reassign(a.id("improver"), a.id("colleague")), "has no clients", "coach"),
    "assigned to nobody": (
        lambda a: assignments.assign_client(a.services, a.look("manager"), a.mine, None, uuid4()),
        "Choose a coach of your team.",
        "coach",
    ),
    "assigned to another team": (
        lambda a: assignments.assign_client(a.services, a.look("manager"), a.mine, a.id("stranger"), uuid4()),
        "Choose a coach of your team.",
        "coach",
    ),
    "without names by a value": (lambda a: a.unnamed("gender:is:x"), "service track and by states only", "f"),
    "without names by too much": (
        lambda a: a.unnamed(*(f"{field.key}:known" for field in list(load())[: unnamed_caseload.MOST_FILTERS + 1])),
        f"filtered by {unnamed_caseload.MOST_FILTERS} things at most",
        "f",
    ),
    "reviewed with no outcome": (lambda a: a.review("rule", "x"), "Choose the result.", "outcome"),
    "reviewed by no way": (lambda a: a.review("x", "in_order"), "Choose the result.", "outcome"),
    "nobody is away": (lambda a: a.away(None, a.id("colleague")), "Choose coaches of your team.", "coach"),
    "nobody stands in": (lambda a: a.away(a.id("coach"), None), "Choose coaches of your team.", "coach"),
    "another team stands in": (lambda a: a.away(a.id("coach"), a.id("stranger")), "coaches of your team", "coach"),
    "away on no day": (lambda a: a.away(a.id("coach"), a.id("colleague"), days=False), "first and the last", "from_on"),
    "a conversation with nobody": (
        lambda a: conversations.plan_conversation(a.services, a.who("manager"), None, a.today, uuid4()),
        "Choose a coach of your team.",
        "coach",
    ),
    "a conversation with another team": (
        lambda a: conversations.plan_conversation(a.services, a.who("manager"), a.id("stranger"), a.today, uuid4()),
        "Choose a coach of your team.",
        "coach",
    ),
    "the own account closed": (
        lambda a: people.close_account(a.services, a.who("admin"), a.id("admin")),
        "You can't close your own account.",
        None,
    ),
    "an account with clients closed": (
        lambda a: people.close_account(a.services, a.who("admin"), a.id("coach")),
        "clients",
        None,
    ),
    "a task that is none": (
        lambda a: tasks.plan_task(a.services, a.look("coach"), a.mine, "Call", None, "x", uuid4()),
        "Choose what it is.",
        "kind",
    ),
    "nothing of the plan agreed": (
        lambda a: registrations.agree_plan(a.services, a.look("coach"), a.mine, [], uuid4()),
        "Nothing was changed.",
        None,
    ),
    "what if nothing changes": (
        lambda a: what_ifs.ask_what_if(a.services, a.who("process"), NOT_SEEN, {"months": 3}, {}, uuid4()),
        "nothing would change in the figures",
        None,
    ),
}


@pytest.mark.parametrize("name", TOLD)
def test_what_can_not_be_is_told_and_nothing_is_stored(sqlite_services: Services, name: str) -> None:
    asked = Asked(build_town(sqlite_services))
    ask, sentence, field = TOLD[name]
    head = asked.services.log.head()
    with pytest.raises(Refused) as refused:
        ask(asked)
    assert sentence in str(refused.value)
    assert refused.value.field == field
    assert asked.services.log.head() == head
