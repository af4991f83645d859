"""Who may do what: each operation tried by each role, on clients of every kind, beside a table written by hand.

The table is that of the domain's description and not taken from the code. An operation that is not in it fails here.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from types import ModuleType
from typing import Any
from uuid import UUID, uuid4

import pytest

from application import client_file, clients, contacts, conversations, meetings, offers, proposals, unnamed_caseload
from application.looks import Look
from application.refusals import NotAllowedError, NotThereError
from application.services import Services
from domain.client import Channel, CorrectContact, Delivery, RecordContact, StrikeContact
from domain.conversation import NoteAgreement
from domain.offer import ChangeOffer, OfferKind, OpenOffer
from domain.refusal import Refused
from domain.roles import Viewer
from tests.web.conftest import Town, build_town
from tests.web.test_browser import busy

YES, NO, NONE = "yes", "not allowed", "not there"
# Who asks, about a client of the coach in the team north. `stand-in` is a colleague while the coach is away.
WHO = (
    "coach",
    "colleague",
    "stand-in",
    "stranger",
    "quality",
    "manager",
    "manager-south",
    "process",
    "privacy",
    "admin",
)

# Of each operation who may, and who learns that there is such a thing; for all others there is none.
TABLE: dict[str, dict[str, str]] = {
    "clients.readable": dict.fromkeys(("coach", "stand-in", "quality", "manager"), YES),
    "clients.recordable": {"coach": YES} | dict.fromkeys(("stand-in", "quality", "manager"), NO),
    "client_file.client_file": dict.fromkeys(("coach", "stand-in", "quality", "manager"), YES),
    "client_file.open_matters": dict.fromkeys(("coach", "stand-in", "quality", "manager"), YES),
    "client_file.file_for_client": {"coach": YES} | dict.fromkeys(("stand-in", "quality", "manager"), NO),
    "client_file.known_fact": {"coach": YES} | dict.fromkeys(set(WHO) - {"coach"}, NO),
    "contacts.record_contact": {"coach": YES} | dict.fromkeys(("stand-in", "quality", "manager"), NO),
    "contacts.contact_form": {"coach": YES} | dict.fromkeys(("stand-in", "quality", "manager"), NO),
    "contacts.keep_draft": {"coach": YES} | dict.fromkeys(("stand-in", "quality", "manager"), NO),
    "contacts.forget_draft": {"coach": YES} | dict.fromkeys(("stand-in", "quality", "manager"), NO),
    "contacts.correct_contact": {"coach": YES, "quality": YES} | dict.fromkeys(("stand-in", "manager"), NO),
    "contacts.contact_to_correct": {"coach": YES, "quality": YES} | dict.fromkeys(("stand-in", "manager"), NO),
    "contacts.strike_contact": {"coach": YES, "quality": YES} | dict.fromkeys(("stand-in", "manager"), NO),
    "conversations.plan_conversation": {"manager": YES, "manager-south": "refused"} | dict.fromkeys(
        set(WHO) - {"manager", "manager-south"}, NO
    ),
    "conversations.conversation_sheet": {"coach": YES, "manager": YES},
    "conversations.take_step": {"coach": YES, "manager": "refused"},
    "offers.open_offer": dict.fromkeys(set(WHO) - {"process", "privacy", "admin"}, YES)
    | dict.fromkeys(("process", "privacy", "admin"), NO),
    "offers.import_offers": dict.fromkeys(set(WHO) - {"process", "privacy", "admin"}, YES)
    | dict.fromkeys(("process", "privacy", "admin"), NO),
    "offers.change_offer": dict.fromkeys(("coach", "colleague", "stand-in", "quality", "manager"), YES)
    | dict.fromkeys(("stranger", "manager-south", "process", "privacy", "admin"), NO),
    "offers.close_offer": dict.fromkeys(("coach", "colleague", "stand-in", "quality", "manager"), YES)
    | dict.fromkeys(("stranger", "manager-south", "process", "privacy", "admin"), NO),
    "proposals.match_offer": dict.fromkeys(("coach", "colleague", "stand-in", "stranger"), YES)
    | dict.fromkeys(set(WHO) - {"coach", "colleague", "stand-in", "stranger"}, NO),
    # Without a match of their own it is refused.
    "proposals.propose_offer": dict.fromkeys(("coach", "colleague", "stand-in", "stranger"), "refused")
    | dict.fromkeys(set(WHO) - {"coach", "colleague", "stand-in", "stranger"}, NO),
    "unnamed_caseload.unnamed_caseload": dict.fromkeys(("coach", "colleague", "stand-in", "stranger"), YES)
    | dict.fromkeys(set(WHO) - {"coach", "colleague", "stand-in", "stranger"}, NO),
}  # fmt: skip
MODULES = (client_file, clients, contacts, conversations, meetings, offers, proposals, unnamed_caseload)
# What an operation is made of, and asks for no right of its own.
PARTS = {
    "clients.names_of", "clients.short_id", "client_file.opened_contact", "contacts.next_due", "offers.may_change",
    "conversations.figures_of", "proposals.mailed", "meetings.invited", "meetings.require_invited",
}  # fmt: skip


def public(module: ModuleType) -> Iterator[str]:
    """The functions that a module offers to the doors."""
    for name, value in vars(module).items():
        if inspect.isfunction(value) and value.__module__ == module.__name__ and not name.startswith("_"):
            yield f"{module.__name__.rpartition('.')[2]}.{name}"


def test_every_operation_is_in_the_table() -> None:
    assert {name for module in MODULES for name in public(module)} == TABLE.keys() | PARTS


@pytest.fixture
def town(sqlite_services: Services) -> Town:
    return build_town(sqlite_services)


@pytest.fixture
def calls(town: Town) -> dict[str, Callable[[Viewer], object]]:
    """Each operation, on a client of the coach's with a contact, an offer and a conversation of the coach's."""
    services, client_id = town.services, town.new_client("coach", "Anna de Vries")
    offer_id, _, conversation_id = busy(town, client_id)
    coach_id, contact_id = town.accounts["coach"].account_id, uuid4()
    facts: dict[str, Any] = {"client_id": client_id, "held_on": services.today, "channel": Channel.PHONE}
    offer: dict[str, Any] = {"kind": OfferKind.VACANCY, "title": "Driver", "requirements": []}

    def look(viewer: Viewer) -> Look:
        return Look(services, viewer, "test")

    contacts.record_contact(
        services, look(town.accounts["coach"].viewer), RecordContact(**facts, contact_id=contact_id), uuid4()
    )
    services.engine.catch_up()
    field = client_file.client_file(services, look(town.accounts["coach"].viewer), client_id, None).facts[0].field
    sensitive = next(
        f.field
        for f in client_file.client_file(services, look(town.accounts["coach"].viewer), client_id, None).facts
        if f.field.sensitive
    )
    assert not field.sensitive
    client = {"client_id": client_id, "coach_id": coach_id}
    correct = CorrectContact(**facts, contact_id=contact_id, reason="another channel")
    strike = StrikeContact(client_id=client_id, contact_id=contact_id, reason="wrong client")
    request = proposals.ProposalRequest(offer_id, frozenset({client_id}), Delivery.LETTER, proof="made up")
    tomorrow = services.today + timedelta(days=1)
    return {
        "clients.readable": lambda v: clients.readable(services, look(v), client_id),
        "clients.recordable": lambda v: clients.recordable(services, look(v), client_id),
        "client_file.client_file": lambda v: client_file.client_file(services, look(v), client_id, None),
        "client_file.open_matters": lambda v: client_file.open_matters(services, look(v), client_id),
        "client_file.file_for_client": lambda v: client_file.file_for_client(services, look(v), client_id),
        "client_file.known_fact": lambda v: client_file.known_fact(services, look(v), client, sensitive),
        "contacts.record_contact": lambda v: contacts.record_contact(
            services, look(v), RecordContact(**facts, contact_id=uuid4()), uuid4()
        ),
        "contacts.contact_form": lambda v: contacts.contact_form(services, look(v), client_id),
        "contacts.keep_draft": lambda v: contacts.keep_draft(services, look(v), client_id, {"note": ["x"]}),
        "contacts.forget_draft": lambda v: contacts.forget_draft(services, look(v), client_id),
        "contacts.correct_contact": lambda v: contacts.correct_contact(services, look(v), correct, uuid4()),
        "contacts.contact_to_correct": lambda v: contacts.contact_to_correct(services, look(v), client_id, contact_id),
        "contacts.strike_contact": lambda v: contacts.strike_contact(services, look(v), strike, uuid4()),
        "conversations.plan_conversation": lambda v: conversations.plan_conversation(
            services, v, coach_id, tomorrow, uuid4()
        ),
        "conversations.conversation_sheet": lambda v: conversations.conversation_sheet(services, v, conversation_id),
        "conversations.take_step": lambda v: conversations.take_step(
            services, v, NoteAgreement(conversation_id=conversation_id, text="a course"), uuid4()
        ),
        "offers.open_offer": lambda v: offers.open_offer(services, v, OpenOffer(offer_id=uuid4(), **offer), uuid4()),
        "offers.import_offers": lambda v: offers.import_offers(
            services, v, [OpenOffer(offer_id=uuid4(), **offer)], uuid4()
        ),
        "offers.change_offer": lambda v: offers.change_offer(
            services, v, ChangeOffer(offer_id=offer_id, **offer), uuid4()
        ),
        "offers.close_offer": lambda v: offers.close_offer(services, v, offer_id, uuid4()),
        "proposals.match_offer": lambda v: proposals.match_offer(services, look(v), offer_id),
        "proposals.propose_offer": lambda v: proposals.propose_offer(services, v, request, uuid4()),
        "unnamed_caseload.unnamed_caseload": lambda v: unnamed_caseload.unnamed_caseload(
            services, look(v), [], [], limit=9
        ),
    }


def viewer(town: Town, who: str) -> Viewer:
    if who != "stand-in":
        return town.accounts[who].viewer
    away: frozenset[UUID] = frozenset({town.accounts["coach"].account_id})
    return replace(town.accounts["colleague"].viewer, stands_in_for=away)


@pytest.mark.parametrize("who", WHO)
def test_each_may_do_what_the_table_says_and_nothing_else(
    town: Town, calls: dict[str, Callable[[Viewer], object]], who: str
) -> None:
    assert calls.keys() == TABLE.keys()
    found = {}
    for name, call in calls.items():
        before = town.services.log.head()
        try:
            call(viewer(town, who))
            found[name] = YES
        except NotAllowedError:
            found[name] = NO
        except NotThereError:
            found[name] = NONE
        except Refused:
            found[name] = "refused"
        if found[name] != YES:
            assert town.services.log.head() == before, f"{name}: nothing is recorded"
        town.services.engine.catch_up()
    assert found == {name: TABLE[name].get(who, NONE) for name in TABLE}
