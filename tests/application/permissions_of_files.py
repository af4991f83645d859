"""Files, contacts, conversations, offers and proposals: who may do what with those of a coach in the team north."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

from application import client_file, clients, contacts, conversations, merging, offers, proposals, unnamed_caseload
from application.looks import Look
from domain.client import Channel, CorrectContact, Delivery, RecordContact, StrikeContact
from domain.conversation import ChooseCases, NoteAgreement
from domain.offer import ChangeOffer, OfferKind, OpenOffer
from domain.roles import Viewer
from tests.application.asking import COACHES, OWN, RECORDING, REFUSED, WHO, rights
from tests.web.at_work import busy
from tests.web.conftest import Town

READING = (*COACHES, "quality", "manager", "manager-south")
CORRECTING = rights("coach", "stand-in", "quality", roles=(*COACHES, "quality"))
OFFERING = rights(*READING, roles=READING)
OF_THE_TEAM = rights("coach", "colleague", "stand-in", "quality", "manager", roles=())
# Two clients of the coach's.
MERGING = (*COACHES, "quality", "manager", "manager-south", "privacy")
MINE = ("coach", "quality", "manager", "privacy")
HOLDING = (*COACHES, "manager", "manager-south")

# Of each operation who may, who is told that they may not, and for whom there is no such thing.
TABLE: dict[str, dict[str, str]] = {
    # Parts of others, that ask of one client and of no right.
    "clients.readable": rights("coach", "stand-in", "quality", "manager", roles=WHO),
    "clients.recordable": rights("coach", "stand-in", no="quality manager", roles=WHO),
    "clients.own": rights("coach", no="stand-in quality manager", roles=WHO),
    "client_file.client_file": rights("coach", "stand-in", "quality", "manager", roles=READING),
    "client_file.file_for_client": OWN,
    "merging.may_be_merged": rights(*MINE, roles=MERGING),
    "merging.files_beside": rights(*MINE, roles=()) | dict.fromkeys(set(MERGING) - set(MINE), REFUSED),
    "merging.merge_files": rights(*MINE, roles=()) | dict.fromkeys(set(MERGING) - set(MINE), REFUSED),
    "merging.undo_merge": rights(*MINE, roles=MERGING),
    "contacts.record_contact": RECORDING,
    "contacts.contact_refusals": RECORDING,
    "contacts.contact_form": RECORDING,
    "contacts.keep_draft": RECORDING,
    "contacts.forget_draft": RECORDING,
    "contacts.correct_contact": CORRECTING,
    "contacts.contact_to_correct": CORRECTING,
    "contacts.strike_contact": CORRECTING,
    "contacts.next_due": rights(*COACHES, roles=COACHES),
    "conversations.plan_conversation": rights("manager", roles=()) | {"manager-south": REFUSED},
    "conversations.conversation_sheet": rights("coach", "manager", roles=HOLDING),
    "conversations.take_step": rights("coach", roles=HOLDING) | {"manager": REFUSED},
    # The manager holds conversations, and this is the coach's.
    "conversations.cases_to_choose": rights("coach", roles=HOLDING),
    "conversations.choose_cases": rights("coach", roles=HOLDING),
    "offers.open_offer": OFFERING,
    "offers.import_offers": OFFERING,
    "offers.change_offer": OF_THE_TEAM,
    "offers.close_offer": OF_THE_TEAM,
    "proposals.match_offer": rights(*COACHES, roles=COACHES),
    # Without a match of their own it is refused.
    "proposals.propose_offer": rights(roles=()) | dict.fromkeys(COACHES, REFUSED),
    "unnamed_caseload.unnamed_caseload": rights(*COACHES, roles=COACHES),
}
# What an operation is made of, and asks for no right of its own.
PARTS = {
    "clients.names_of",
    "clients.recording",
    "clients.stood_in",
    "calendars.agreed_of",
    "contact_details.language_of",
    "clients.short_id",
    "history.history",
    "history.to_undo",
    "merging.parts_of_merge",
    "merging.parts_of_undoing",
    "client_file.opened_contact",
    "client_file.known_fact",
    "client_file.known_facts",
    "registrations.exempting",
    "several_fields.require_decided_by_coach",
    "offers.may_change",
    "conversations.figures_of",
    "conversation_cases.shown_cases",
    "conversation_cases.own_clients",
    "conversation_cases.are_own",
    "conversation_cases.chosen_for",
    "conversation_promises.promises_of",
    "proposals.mailed",
}


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

    pairs = [(town.new_client("coach", "Anna de Vries"), town.new_client("coach", "Ana de Vries")) for _ in range(3)]
    beside, ahead, merged = pairs
    merging.merge_files(services, look(town.accounts["privacy"].viewer), *merged, uuid4())
    services.engine.catch_up()
    correct = CorrectContact(**facts, contact_id=contact_id, reason="another channel")
    strike = StrikeContact(client_id=client_id, contact_id=contact_id, reason="wrong client")
    request = proposals.ProposalRequest(offer_id, frozenset({client_id}), Delivery.LETTER, proof="made up")
    tomorrow = services.today + timedelta(days=1)
    return {
        "clients.readable": lambda v: clients.readable(services, look(v), client_id),
        "clients.own": lambda v: clients.own(services, look(v), client_id),
        "clients.recordable": lambda v: clients.recordable(services, look(v), client_id),
        "client_file.client_file": lambda v: client_file.client_file(services, look(v), client_id, None),
        "client_file.file_for_client": lambda v: client_file.file_for_client(services, look(v), client_id),
        "merging.may_be_merged": lambda v: merging.may_be_merged(services, look(v), client_id),
        "merging.files_beside": lambda v: merging.files_beside(services, look(v), *beside),
        "merging.merge_files": lambda v: merging.merge_files(services, look(v), *ahead, uuid4()),
        "merging.undo_merge": lambda v: merging.undo_merge(services, look(v), *merged, uuid4()),
        "contacts.record_contact": lambda v: contacts.record_contact(
            services, look(v), RecordContact(**facts, contact_id=uuid4()), uuid4()
        ),
        "contacts.contact_refusals": lambda v: contacts.contact_refusals(services, look(v), client_id, None, []),
        "contacts.contact_form": lambda v: contacts.contact_form(services, look(v), client_id),
        "contacts.keep_draft": lambda v: contacts.keep_draft(services, look(v), client_id, {"note": ["x"]}),
        "contacts.forget_draft": lambda v: contacts.forget_draft(services, look(v), client_id),
        "contacts.correct_contact": lambda v: contacts.correct_contact(services, look(v), correct, uuid4()),
        "contacts.contact_to_correct": lambda v: contacts.contact_to_correct(services, look(v), client_id, contact_id),
        "contacts.next_due": lambda v: contacts.next_due(services, v, client_id),
        "contacts.strike_contact": lambda v: contacts.strike_contact(services, look(v), strike, uuid4()),
        "conversations.plan_conversation": lambda v: conversations.plan_conversation(
            services, v, coach_id, tomorrow, uuid4()
        ),
        "conversations.conversation_sheet": lambda v: conversations.conversation_sheet(
            services, look(v), conversation_id
        ),
        "conversations.take_step": lambda v: conversations.take_step(
            services, v, NoteAgreement(conversation_id=conversation_id, text="a course"), uuid4()
        ),
        "conversations.cases_to_choose": lambda v: conversations.cases_to_choose(services, look(v), conversation_id),
        "conversations.choose_cases": lambda v: conversations.choose_cases(
            services, v, ChooseCases(conversation_id=conversation_id, cases=[client_id]), uuid4()
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
