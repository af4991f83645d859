"""The work on a caseload: who may do what with clients, proposals and conversations of a coach in the team north."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

from application import (
    applications,
    assignments,
    clients,
    closing,
    contact_details,
    contradictions,
    conversations,
    group_contacts,
    intakes,
    leave,
    offers,
    proposal_steps,
    questionnaires,
    registrations,
    selected_people,
    several_fields,
    transfers,
)
from application.caseload import Selection
from application.looks import Look
from application.proposal_steps import Happened, StepTaken
from domain.catalogue import load
from domain.client import (
    AcceptContradiction,
    AgreeContactFrequency,
    ApplicationOutcome,
    ChangeContactDetails,
    Channel,
    CloseClient,
    ClosingReason,
    Delivery,
    ProposeOffer,
    RefuseTransfer,
    RegisterField,
    ReopenClient,
    SentHow,
)
from domain.offer import OfferKind, OpenOffer
from domain.roles import Viewer
from eventlog.commands import CommandContext
from tests.application.asking import COACHES, NONE, OWN, RECORDING, REFUSED, WHO, rights
from tests.web.conftest import Town
from tests.web.filling_in import ask, say

CORRECTING = rights("coach", "stand-in", "quality", roles=(*COACHES, "quality"))
ASSIGNING = rights("manager", roles=("manager", "manager-south"))
TAKING = rights("coach", "manager", roles=()) | dict.fromkeys(("colleague", "stand-in", "stranger"), REFUSED)
# To a colleague of the same team.
HANDING_OVER = rights("coach", "manager", no="stand-in", roles=(*COACHES, "manager", "manager-south"))
TAKING_OVER = rights("colleague", "stand-in", roles=COACHES)
HOLDING = (*COACHES, "manager", "manager-south")
OFFERING = (*HOLDING, "quality")

# Of each operation who may, who is told that they may not, and for whom there is no such thing.
TABLE: dict[str, dict[str, str]] = {
    # A part of others, that asks of one client and of no right.
    "clients.correctable": rights("coach", "stand-in", "quality", no="manager", roles=WHO),
    "registrations.register": CORRECTING,
    "registrations.field_to_register": CORRECTING,
    "several_fields.register_several": CORRECTING,
    "several_fields.fields_to_register": CORRECTING,
    "several_fields.refusals": CORRECTING,
    "contradictions.contradictions_of": CORRECTING,
    "contradictions.accept_contradiction": CORRECTING,
    "registrations.agree_plan": RECORDING,
    "registrations.plan_to_agree": RECORDING,
    # Onto the caseload of the coach.
    "intakes.take_intake": TAKING | {"manager-south": REFUSED},
    "applications.queue": rights(*COACHES, "manager", "manager-south", roles=()),
    "applications.waiting": rights(*COACHES, "manager", "manager-south", roles=()),
    "applications.application": rights(*COACHES, "manager", "manager-south", roles=()),
    "applications.coaches_to_meet": rights(*COACHES, "manager", "manager-south", roles=()),
    # Held by a coach of the team north.
    "applications.plan_meeting": rights(*COACHES, "manager", roles=())
    | {"stranger": REFUSED, "manager-south": REFUSED},
    "applications.end_application": rights(*COACHES, "manager", "manager-south", roles=())
    | {"stranger": NONE, "manager-south": NONE},
    "intakes.coaches_to_choose": rights(*COACHES, "manager", "manager-south", roles=()),
    "intakes.clients_alike": rights(*COACHES, "manager", "manager-south", roles=()),
    "assignments.assign_client": ASSIGNING,
    "assignments.client_to_assign": ASSIGNING,
    # Whoever manages another team finds neither who leaves nor who takes over, and is shown nobody.
    "assignments.reassign_caseload": rights("manager", roles=()) | {"manager-south": REFUSED},
    "assignments.reassignment": rights("manager", "manager-south", roles=()),
    "questionnaires.send_questionnaire": OWN,
    "questionnaires.fill_in_together": OWN,
    "questionnaires.printed_questionnaire": OWN,
    "questionnaires.end_questionnaire": OWN,
    "questionnaires.client_answers": OWN,
    "questionnaires.settle_answers": OWN,
    "closing.close_file": OWN,
    "closing.file_to_close": OWN,
    "closing.reopen_file": OWN,
    "transfers.propose_transfer": HANDING_OVER,
    "transfers.withdraw_transfer": HANDING_OVER,
    "transfers.client_to_hand_over": HANDING_OVER,
    "transfers.asked_to_take_over": TAKING_OVER,
    "transfers.answer_transfer": TAKING_OVER,
    # With a client of the coach.
    "group_contacts.record_group_contact": rights("coach", roles=())
    | dict.fromkeys(("colleague", "stand-in", "stranger"), REFUSED),
    "group_contacts.clients_to_choose": rights(*COACHES, roles=()),
    "selected_people.selected_people": rights(*COACHES, roles=()),
    "selected_people.addressed_letters": rights("coach", roles=())
    | dict.fromkeys(("colleague", "stand-in", "stranger"), REFUSED),
    # Of coaches of the team north; whoever manages another team ends nothing by it.
    "leave.arrange_leave": rights("manager", roles=()) | {"manager-south": REFUSED},
    "leave.end_leave": rights("manager", "manager-south", roles=()),
    "leave.team_leave": rights("manager", "manager-south", roles=()),
    "conversations.own_conversations": rights(*HOLDING, roles=()),
    "contact_details.change_contact_details": RECORDING,
    "contact_details.contact_details": RECORDING,
    "proposal_steps.take_step": RECORDING,
    "proposal_steps.letter": RECORDING,
    "offers.all_offers": rights(*OFFERING, roles=()),
    "offers.offer_shown": rights(*OFFERING, roles=()),
    "offers.offer_to_change": rights("coach", "colleague", "stand-in", "quality", "manager", roles=()),
    "offers.check_offer": rights(*OFFERING, roles=()),
}
PARTS = {
    "questionnaires.question_id",
    # Anybody may ask for help.
    "applications.apply",
    "applications.require_seen",
    "known_people.refuse_known",
    "known_people.who_is_known",
    "known_people.who_is_known_as",
    "known_people.who_may_be_the_same",
    "known_people.refuse_double",
    "known_people.one_intake_at_a_time",
    "several_fields.facts_to_answer",
    "several_fields.require_answerable",
    "several_fields.what_differs",
    "several_fields.handle_parts",
    "several_fields.facts_of",
    "several_fields.key_of",
    "several_fields.wrong_of",
    "several_fields.may_answer",
    "asking.asking",
    "asking.worth_asking",
    "client_file.fields_of",
    "client_file.todo_of",
    "clients.unnoted_names",
}


Calls = dict[str, Callable[[Viewer], object]]


def calls(town: Town) -> Calls:
    """Each operation, on clients of the coach's."""

    def look(viewer: Viewer) -> Look:
        return Look(town.services, viewer, "test")

    parts = (_files, _questionnaires, _caseloads, _transfers, _colleagues, _offers)
    return {name: call for part in parts for name, call in part(town, look).items()}


def _files(town: Town, look: Callable[[Viewer], Look]) -> Calls:
    services, client_id = town.services, town.new_client("coach", "Anna de Vries")
    to_close, to_reopen = (town.new_client("coach", name) for name in ("Carla", "Dirk"))
    yesterday, field = services.today - timedelta(days=1), load()["hours_available"]
    hours = RegisterField(client_id=client_id, field=field.key, value="24", known_on=yesterday)
    for known, value in (("marital_status", "single"), ("living_situation", "with_partner")):
        said = RegisterField(client_id=client_id, field=known, value=value, known_on=yesterday)
        registrations.register(services, look(town.accounts["coach"].viewer), said, uuid4())
    both_hold = AcceptContradiction(
        client_id=client_id,
        rule="single_with_partner",
        reason="they part",
        review_on=services.today + timedelta(days=90),
        shown={"marital_status": 3, "living_situation": 4},
    )
    years = RegisterField(client_id=client_id, field="work_years", value="3", known_on=yesterday)
    frequency = AgreeContactFrequency(client_id=client_id, weeks=4, agreed_on=yesterday)
    close, closed = (
        CloseClient(client_id=c, reason=ClosingReason.JOB, closed_on=yesterday) for c in (to_close, to_reopen)
    )
    closing.close_file(services, look(town.accounts["coach"].viewer), closed, uuid4())
    reopen = ReopenClient(client_id=to_reopen, reopened_on=services.today, reason="back again")
    return {
        "contact_details.change_contact_details": lambda v: contact_details.change_contact_details(
            services, look(v), ChangeContactDetails(client_id=client_id, language="en"), uuid4()
        ),
        "contact_details.contact_details": lambda v: contact_details.contact_details(services, look(v), client_id),
        "clients.correctable": lambda v: clients.correctable(services, look(v), client_id),
        "registrations.register": lambda v: registrations.register(services, look(v), hours, uuid4()),
        "registrations.field_to_register": lambda v: registrations.field_to_register(
            services, look(v), client_id, field
        ),
        "several_fields.register_several": lambda v: several_fields.register_several(
            services, look(v), client_id, [years], uuid4()
        ),
        "several_fields.fields_to_register": lambda v: several_fields.fields_to_register(
            services, look(v), client_id, ["work_years"]
        ),
        "contradictions.contradictions_of": lambda v: contradictions.contradictions_of(services, look(v), client_id),
        "contradictions.accept_contradiction": lambda v: contradictions.accept_contradiction(
            services, look(v), both_hold, uuid4()
        ),
        "several_fields.refusals": lambda v: several_fields.refusals(services, look(v), client_id, [years]),
        "registrations.agree_plan": lambda v: registrations.agree_plan(
            services, look(v), client_id, [frequency], uuid4()
        ),
        "registrations.plan_to_agree": lambda v: registrations.plan_to_agree(services, look(v), client_id),
        "closing.close_file": lambda v: closing.close_file(services, look(v), close, uuid4()),
        "closing.file_to_close": lambda v: closing.file_to_close(services, look(v), to_close),
        "closing.reopen_file": lambda v: closing.reopen_file(services, look(v), reopen, uuid4()),
    }


def _questionnaires(town: Town, look: Callable[[Viewer], Look]) -> Calls:
    services, client_id, printed = town.services, town.new_client("coach", "Lies"), town.new_client("coach", "Mo")
    say(town, client_id, "birth_date", "1988-03-27")
    questionnaire_id, page = ask(town, printed), "https://example.org/questionnaire"
    return {
        "questionnaires.send_questionnaire": lambda v: questionnaires.send_questionnaire(
            services, look(v), client_id, SentHow.LETTER, uuid4()
        ),
        "questionnaires.fill_in_together": lambda v: questionnaires.fill_in_together(
            services, look(v), client_id, "a token", uuid4()
        ),
        "questionnaires.printed_questionnaire": lambda v: questionnaires.printed_questionnaire(
            services, look(v), printed, questionnaire_id, page
        ),
        "questionnaires.end_questionnaire": lambda v: questionnaires.end_questionnaire(
            services, look(v), printed, questionnaire_id, uuid4()
        ),
        "questionnaires.client_answers": lambda v: questionnaires.client_answers(services, look(v), client_id),
        "questionnaires.settle_answers": lambda v: questionnaires.settle_answers(
            services, look(v), client_id, [], "rather not", uuid4()
        ),
    }


def _caseloads(town: Town, look: Callable[[Viewer], Look]) -> Calls:
    """Who leaves is another coach, so that the coach keeps the clients of the other operations."""
    services, to_assign = town.services, town.new_client("coach", "Bram")
    town.new_client("improver", "Emma")
    coach_id, leaving, to = (town.accounts[name].account_id for name in ("coach", "improver", "colleague"))
    held_on, manager = services.today, look(town.accounts["manager"].viewer)
    applied, planned = town.new_application("Fien Fransen"), town.new_application("Gijs Goossens")
    north = town.accounts["manager"].viewer
    applications.plan_meeting(services, north, planned, applications.Meeting(coach_id, held_on), uuid4())
    services.engine.catch_up()
    preview = assignments.reassignment(services, manager, leaving, {to}).preview
    return {
        "intakes.take_intake": lambda v: intakes.take_intake(
            services, v, intakes.Intake(uuid4(), coach_id, held_on, name="Fien"), uuid4()
        ),
        "intakes.clients_alike": lambda v: intakes.clients_alike(
            services, look(v), intakes.Intake(uuid4(), coach_id, held_on, name="Fien")
        ),
        "applications.queue": lambda v: applications.queue(services, look(v), 1),
        "applications.waiting": lambda v: applications.waiting(services, v),
        "applications.application": lambda v: applications.application(services, look(v), applied),
        "applications.coaches_to_meet": lambda v: applications.coaches_to_meet(services, v),
        "applications.plan_meeting": lambda v: applications.plan_meeting(
            services, v, applied, applications.Meeting(coach_id, held_on), uuid4()
        ),
        "applications.end_application": lambda v: applications.end_application(
            services, v, planned, ApplicationOutcome.WITHDRAWN, uuid4()
        ),
        "intakes.coaches_to_choose": lambda v: intakes.coaches_to_choose(services, v),
        "assignments.assign_client": lambda v: assignments.assign_client(services, look(v), to_assign, to, uuid4()),
        "assignments.client_to_assign": lambda v: assignments.client_to_assign(services, look(v), to_assign),
        "assignments.reassign_caseload": lambda v: assignments.reassign_caseload(
            services, v, leaving, {to}, preview, uuid4()
        ),
        "assignments.reassignment": lambda v: assignments.reassignment(services, look(v), leaving, {to}),
    }


def _transfers(town: Town, look: Callable[[Viewer], Look]) -> Calls:
    services, coach, to = town.services, town.accounts["coach"].viewer, town.accounts["colleague"].account_id
    new, asked, answered = (town.new_client("coach", name) for name in ("Gijs", "Hana", "Imre"))
    for client_id in (asked, answered):
        transfers.propose_transfer(services, look(coach), client_id, to, "too many", uuid4())
    services.engine.catch_up()
    refuse = RefuseTransfer(client_id=answered, reason="too many here")
    return {
        "transfers.propose_transfer": lambda v: transfers.propose_transfer(
            services, look(v), new, to, "too many", uuid4()
        ),
        "transfers.withdraw_transfer": lambda v: transfers.withdraw_transfer(services, look(v), asked, uuid4()),
        "transfers.client_to_hand_over": lambda v: transfers.client_to_hand_over(services, look(v), new),
        "transfers.asked_to_take_over": lambda v: transfers.asked_to_take_over(services, look(v), answered),
        "transfers.answer_transfer": lambda v: transfers.answer_transfer(services, look(v), refuse, uuid4()),
    }


def _colleagues(town: Town, look: Callable[[Viewer], Look]) -> Calls:
    services, client_id = town.services, town.new_client("coach", "Joke")
    away, stand_in = town.accounts["improver"].account_id, town.accounts["colleague"].account_id
    days, later = ((services.today + timedelta(days=n), services.today + timedelta(days=n + 1)) for n in (1, 8))
    manager = town.accounts["manager"].viewer
    leave.arrange_leave(services, manager, away, stand_in, later)
    leave_id = leave.team_leave(services, manager).leave[0].leave_id
    all_of_them, letter = Selection(), selected_people.LetterRequest([client_id], {"nl": ("Dag", "Hallo")}, "")
    meeting = group_contacts.GroupContact(services.today, Channel.OFFICE, [], None, came=[client_id], stayed_away=[])
    return {
        "group_contacts.record_group_contact": lambda v: group_contacts.record_group_contact(
            services, v, meeting, uuid4()
        ),
        "group_contacts.clients_to_choose": lambda v: group_contacts.clients_to_choose(services, look(v), Selection()),
        "selected_people.selected_people": lambda v: selected_people.selected_people(services, look(v), all_of_them),
        "selected_people.addressed_letters": lambda v: selected_people.addressed_letters(services, look(v), letter),
        "leave.arrange_leave": lambda v: leave.arrange_leave(services, v, away, stand_in, days),
        "leave.end_leave": lambda v: leave.end_leave(services, v, leave_id),
        "leave.team_leave": lambda v: leave.team_leave(services, v),
        "conversations.own_conversations": lambda v: conversations.own_conversations(services, v),
    }


def _offers(town: Town, look: Callable[[Viewer], Look]) -> Calls:
    services, client_id = town.services, town.new_client("coach", "Karel")
    offer_id, proposal_id = uuid4(), uuid4()
    offer = OpenOffer(offer_id=offer_id, kind=OfferKind.WORKSHOP, title="Letters", requirements=[])
    offers.open_offer(services, town.accounts["coach"].viewer, offer, uuid4())
    propose = ProposeOffer(
        client_id=client_id,
        proposal_id=proposal_id,
        offer_id=offer_id,
        offer_kind=OfferKind.WORKSHOP,
        delivery=Delivery.LETTER,
    )
    services.clients.handle(propose, CommandContext(services.clock(), town.accounts["coach"].account_id), uuid4())
    services.engine.catch_up()
    delivered = StepTaken(Happened.DELIVERED)
    return {
        "proposal_steps.take_step": lambda v: proposal_steps.take_step(
            services, look(v), client_id, proposal_id, delivered, uuid4()
        ),
        "proposal_steps.letter": lambda v: proposal_steps.letter(services, look(v), client_id, proposal_id),
        "offers.all_offers": lambda v: offers.all_offers(services, v),
        "offers.offer_shown": lambda v: offers.offer_shown(services, look(v), offer_id),
        "offers.offer_to_change": lambda v: offers.offer_to_change(services, v, offer_id),
        "offers.check_offer": lambda v: offers.check_offer(services, v, offer),
    }
