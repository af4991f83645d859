"""Appointments and calendars: who may do what with those of a client of the coach in the team north."""

from __future__ import annotations

from collections.abc import Callable
from datetime import time, timedelta
from typing import Any
from uuid import UUID, uuid4

from application import appointments, calendars, invitations
from application.invitations import Offered, id_of_invitation
from application.looks import Look
from domain.client import CancelledBy, Channel, Delivery, MakeAppointment, MoveAppointment, Outcome, RegisterField
from domain.refusal import Refused
from domain.roles import Viewer
from eventlog.commands import CommandContext
from projections import appointments as model
from tests.application.asking import COACHES, OWN, RECORDING, rights
from tests.web.conftest import Town

TABLE: dict[str, dict[str, str]] = {
    "appointments.make_appointment": RECORDING,
    "appointments.move_appointment": RECORDING,
    "appointments.cancel_appointment": RECORDING,
    "appointments.appointment_form": RECORDING,
    "appointments.appointment_to_change": RECORDING,
    "appointments.printed_letter": RECORDING,
    "appointments.letter_posted": RECORDING,
    "appointments.say_it_did_not_happen": RECORDING,
    "appointments.of_client": rights(
        "coach", "stand-in", "quality", "manager", roles=(*COACHES, "quality", "manager", "manager-south")
    ),
    "invitations.invite_clients": OWN,
    "invitations.withdraw_invitation": OWN,
    "invitations.invitation_form": OWN,
    "invitations.printed_invitation": OWN,
    "invitations.of_client": rights(
        "coach", "stand-in", "quality", "manager", roles=(*COACHES, "quality", "manager", "manager-south")
    ),
    "invitations.unanswered": rights(*COACHES, roles=()),
    # One's own, and of the coach on leave whoever stands in.
    "calendars.calendar": rights(*COACHES, roles=()),
}
PARTS = {
    "appointments.goes_by_mail",
    "appointments.opened",
    "appointments.prepared",
    "appointments.require_confirmed",
    "appointments.to_conclude",
    "appointments.warnings",
    "calendars.agreed",
    "calendars.entry",
    "composing_appointments.appointment_mail",
    "composing_appointments.told_of",
    "composing_appointments.up_to_date",
    "invitations.id_of_invitation",
    "invitations.standing",
}

EVERYTHING = frozenset(appointments.Warned)

Calls = dict[str, Callable[[Viewer], object]]


def calls(town: Town) -> Calls:
    """Each operation, on an appointment of its own."""
    services, client_id, coach = town.services, town.new_client("coach", "Anna de Vries"), town.accounts["coach"]
    hours = iter(range(8, 18))

    def look(viewer: Viewer) -> Look:
        return Look(services, viewer, "test")

    def said(appointment_id: UUID) -> dict[str, Any]:
        about = {"client_id": client_id, "appointment_id": appointment_id, "minutes": 30, "channel": Channel.PHONE}
        return about | {"day": services.today + timedelta(days=7), "at": time(next(hours))}

    def made() -> UUID:
        appointment_id = uuid4()
        command = MakeAppointment(**said(appointment_id))
        appointments.make_appointment(services, look(coach.viewer), command, uuid4(), confirmed=EVERYTHING)
        return appointment_id

    moved, cancelled, posted, passed = made(), made(), made(), made()
    make, move = MakeAppointment(**said(uuid4())), MoveAppointment(**said(moved))
    services.engine.catch_up()
    with services.database.read() as connection:
        version = model.one(connection, client_id, posted)
    assert version is not None
    invited, asked = _invited(town, client_id)
    return {
        "invitations.invitation_form": lambda v: invitations.invitation_form(
            services, look(v), services.today, 30, client_id=client_id
        ),
        "invitations.printed_invitation": lambda v: invitations.printed_invitation(
            services, look(v), client_id, invited, "/invitation"
        ),
        "invitations.withdraw_invitation": lambda v: invitations.withdraw_invitation(
            services, look(v), client_id, invited, uuid4()
        ),
        "invitations.invite_clients": lambda v: invitations.invite_clients(services, look(v), asked, uuid4()),
        "invitations.of_client": lambda v: invitations.of_client(services, look(v), client_id),
        "invitations.unanswered": lambda v: invitations.unanswered(services, look(v)),
        "appointments.make_appointment": lambda v: appointments.make_appointment(
            services, look(v), make, uuid4(), confirmed=EVERYTHING
        ),
        "appointments.move_appointment": lambda v: appointments.move_appointment(
            services, look(v), move, uuid4(), confirmed=EVERYTHING
        ),
        "appointments.cancel_appointment": lambda v: appointments.cancel_appointment(
            services, look(v), client_id, cancelled, CancelledBy.COACH, uuid4()
        ),
        "appointments.appointment_form": lambda v: appointments.appointment_form(services, look(v), client_id),
        "appointments.appointment_to_change": lambda v: appointments.appointment_to_change(
            services, look(v), client_id, moved
        ),
        "appointments.printed_letter": lambda v: appointments.printed_letter(services, look(v), client_id, posted),
        "appointments.letter_posted": lambda v: appointments.letter_posted(
            services, look(v), client_id, posted, version.version, uuid4()
        ),
        "appointments.say_it_did_not_happen": lambda v: _refused(
            appointments.say_it_did_not_happen, services, look(v), client_id, passed
        ),
        "appointments.of_client": lambda v: appointments.of_client(services, look(v), client_id),
        "calendars.calendar": lambda v: calendars.calendar(services, look(v), services.today, 7),
    }


def _invited(town: Town, client_id: UUID) -> tuple[UUID, Offered]:
    """An invitation that is open, and what was offered with it."""
    services, coach, command_id = town.services, town.accounts["coach"], uuid4()
    born = RegisterField(client_id=client_id, field="birth_date", value="1988", known_on=services.today)
    services.clients.handle(born, CommandContext(services.clock(), coach.account_id), uuid4())
    slots = [services.clock() + timedelta(days=9)]
    asked = Offered([client_id], slots, 30, Channel.PHONE, None, None, Delivery.LETTER)
    invitations.invite_clients(services, Look(services, coach.viewer, "test"), asked, command_id)
    services.engine.catch_up()
    return id_of_invitation(command_id, client_id), asked


def _refused(operation: Callable[..., object], *given: Any) -> None:
    """That it lies ahead is said only to whoever may say what became of it."""
    try:
        operation(*given, Outcome.NO_SHOW, uuid4())
    except Refused as refused:
        assert "still to come" in str(refused)
