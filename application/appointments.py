"""Appointments with clients: made, moved, cancelled and told of, with what stands in their way said before."""

from __future__ import annotations

from collections.abc import Collection, Sequence, Set
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import TypeVar
from uuid import UUID, uuid4, uuid5

from msgspec import Struct
from msgspec.structs import replace

from application import clients, rights
from application.clients import CaseloadClient
from application.composing_appointments import told_of
from application.contact_details import language_of
from application.looks import Look
from application.refusals import NotThereError
from application.rights import needs
from application.services import Services
from database.rows import part_of
from domain.client import (
    CancelAppointment,
    CancelledBy,
    Channel,
    Client,
    Delivery,
    MakeAppointment,
    MoveAppointment,
    Notice,
    Outcome,
    RecordAppointmentNotice,
    RecordContact,
    RecordContactOfAppointments,
)
from domain.client.appointments import AppointmentDetails
from domain.refusal import Refused
from eventlog.commands import Answer, Step
from projections import appointments, closing_days
from projections.appointments import Appointment
from projections.appointments_table import CANCELLED, STANDING
from projections.caseload import CaseloadRow, Scope
from records import leave
from records.appointment_letters import APPOINTMENT, OFF, appointment_letter

D = TypeVar("D", bound=AppointmentDetails)


class Warned(StrEnum):
    """What may stand in the way of an appointment, and is let through by whoever says so."""

    CLASH = "clash"
    CLOSED = "closed"
    AWAY = "away"
    # of an invitation: there are fewer times than clients
    FEW = "few"


class UnconfirmedError(Refused):
    """Something stands in the way that nobody confirmed yet: the form shows it, and is sent again with it."""

    def __init__(self, warnings: Sequence[Warned]) -> None:
        # Said as a refusal, so that its text is found where texts to translate are looked for.
        said = Refused("Check the possible conflicts, and confirm or choose another time.", field="confirmed")
        super().__init__(said.message, field=said.field)
        self.warnings = tuple(warnings)


class AppointmentShown(Struct, frozen=True):
    """An appointment in its words, for one who may read the file."""

    client_id: UUID
    appointment_id: UUID
    version: int
    starts_at: datetime
    ends_at: datetime
    starts_on: date
    minutes: int
    channel: str
    state: str
    cancelled_by: str | None
    contact_id: UUID | None
    delivery: str | None
    told: str
    told_why: str | None
    remind_at: datetime | None
    reminder: str
    reminder_why: str | None
    place: str | None
    purpose: str | None


@dataclass(frozen=True, slots=True)
class AppointmentForm:
    """What a form for an appointment begins with: the one that is moved, or else the last one, since most go alike.
    `by_mail` says whether the client can be written to by e-mail."""

    client: CaseloadClient
    name: str
    by_mail: bool
    before: AppointmentShown | None


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter about an appointment, to be printed and posted; `language` is the client's."""

    client: CaseloadClient
    appointment: AppointmentShown
    language: str
    subject: str
    text: str


@needs(rights.RECORD)
def make_appointment(
    services: Services, look: Look, command: MakeAppointment, command_id: UUID, *, confirmed: Set[str] = frozenset()
) -> Answer:
    """Make an appointment with a client of one's own. The client hears of it by e-mail where that was chosen and there
    is an address, or else by letter.

    Raises:
        NotThereError, NotAllowedError: it is not the viewer's client.
        Refused: what is said of it is not sound.
        UnconfirmedError: something stands in the way that was not `confirmed`.
    """
    row = clients.recordable(services, look, command.client_id)
    return _handled(services, look, row, prepared(services, row, command), command_id, confirmed)


@needs(rights.RECORD)
def move_appointment(
    services: Services, look: Look, command: MoveAppointment, command_id: UUID, *, confirmed: Set[str] = frozenset()
) -> Answer:
    """Have an appointment at another time, or otherwise. Raises as `make_appointment`, and Conflict where somebody else
    changed it meanwhile."""
    row = clients.recordable(services, look, command.client_id)
    return _handled(services, look, row, prepared(services, row, command), command_id, confirmed)


@needs(rights.RECORD)
def cancel_appointment(
    services: Services, look: Look, client_id: UUID, appointment_id: UUID, by: CancelledBy, command_id: UUID
) -> Answer:
    """Cancel an appointment that lies ahead; the client is told as of the appointment itself.

    Raises:
        NotThereError, NotAllowedError: it is not the viewer's client, or there is no such appointment.
        Refused: it has begun, or was cancelled already.
    """
    row = clients.recordable(services, look, client_id)
    if by is CancelledBy.CLOSING:
        raise Refused("Choose who cancelled it.", field="by")
    delivery = None if goes_by_mail(services, row) else Delivery.LETTER
    command = CancelAppointment(client_id=client_id, appointment_id=appointment_id, by=by, delivery=delivery)
    return services.clients.handle(command, clients.recording(services, look, row), command_id)


@needs(rights.RECORD)
def appointment_form(services: Services, look: Look, client_id: UUID) -> AppointmentForm:
    """What a form for a new appointment begins with. Raises as `make_appointment`."""
    row = clients.recordable(services, look, client_id)
    with services.database.read() as connection:
        before = appointments.of_client(connection, client_id)
    return _form(services, look, row, before[0] if before else None)


@needs(rights.RECORD)
def appointment_to_change(services: Services, look: Look, client_id: UUID, appointment_id: UUID) -> AppointmentForm:
    """An appointment as it is now, folded up to now. Raises as `cancel_appointment`."""
    row = clients.recordable(services, look, client_id)
    return _form(services, look, row, _row(services, client_id, appointment_id))


@needs(rights.READ_FILES)
def of_client(services: Services, look: Look, client_id: UUID) -> list[AppointmentShown]:
    """A client's appointments, the latest first. Raises NotThereError: there is no such client for this viewer."""
    clients.readable(services, look, client_id)
    with services.database.read() as connection:
        rows = appointments.of_client(connection, client_id)
    return opened(services, client_id, rows)


@needs(rights.RECORD)
def printed_letter(services: Services, look: Look, client_id: UUID, appointment_id: UUID) -> Letter:
    """The letter about an appointment as it is now, or that it was cancelled. Raises as `cancel_appointment`."""
    row = clients.recordable(services, look, client_id)
    appointment = _row(services, client_id, appointment_id)
    if appointment.state not in (STANDING, CANCELLED):
        raise NotThereError
    name = clients.names_of(services, look, [row])[client_id]
    language = language_of(row, services.log.opener([client_id]))
    kind = OFF if appointment.state == CANCELLED else APPOINTMENT
    subject, text = appointment_letter(kind, language, name, told_of(services, appointment), by_mail=False)
    return Letter(row.client, opened(services, client_id, [appointment])[0], language, subject, text)


@needs(rights.RECORD)
def letter_posted(
    services: Services, look: Look, client_id: UUID, appointment_id: UUID, version: int | None, command_id: UUID
) -> Answer:
    """Say that the letter was posted that was made of this `version` of an appointment. Raises as `printed_letter`, and
    Refused where it was changed since."""
    row = clients.recordable(services, look, client_id)
    appointment = _row(services, client_id, appointment_id)
    if version != appointment.version:
        raise Refused("This appointment has changed since then. Print the letter again.")
    command = RecordAppointmentNotice(
        client_id=client_id,
        appointment_id=appointment_id,
        notice=Notice.CHANGE,
        changes=appointment.changes,
        delivery=Delivery.LETTER,
    )
    return services.clients.handle(command, clients.recording(services, look, row), command_id)


@needs(rights.RECORD)
def say_it_did_not_happen(
    services: Services, look: Look, client_id: UUID, appointment_id: UUID, outcome: Outcome, command_id: UUID
) -> Answer:
    """Record that nobody came of an appointment or that it did not take place, as a contact of its day and its channel:
    nothing is typed again. What was spoken of is recorded as a contact, by its own form.

    Raises:
        NotThereError, NotAllowedError: it is not the viewer's client, or there is no such appointment.
        Refused: it lies ahead, what became of it was recorded already, or they spoke.
    """
    row = clients.recordable(services, look, client_id)
    appointment = _row(services, client_id, appointment_id)
    if outcome is Outcome.SPOKEN:
        raise Refused("Record a contact instead: that is where you note what was said.", field="outcome")
    contact = RecordContact(
        client_id=client_id,
        contact_id=uuid5(command_id, "contact"),
        # One that lies ahead is refused with its own sentence.
        held_on=min(appointment.starts_on, services.today),
        channel=Channel(appointment.channel),
        outcome=outcome,
    )
    command = RecordContactOfAppointments(client_id=client_id, contact=contact, appointments=[appointment_id])
    return services.clients.handle(command, clients.recording(services, look, row), command_id)


def to_conclude(services: Services, client_id: UUID) -> list[AppointmentShown]:
    """A client's appointments that a contact may be about: of today or before, and nothing was recorded of them."""
    with services.database.read() as connection:
        rows = appointments.of_client(connection, client_id)
    waiting = [row for row in rows if row.state == STANDING and row.starts_on <= services.today]
    return opened(services, client_id, waiting)


def goes_by_mail(services: Services, row: CaseloadRow) -> bool:
    """Whether this client can be written to by e-mail."""
    return row.email is not None and bool(services.settings.smtp_url)


def prepared(services: Services, row: CaseloadRow, command: D) -> D:
    """The command, by letter where no e-mail can go."""
    if command.delivery is Delivery.EMAIL and not goes_by_mail(services, row):
        return replace(command, delivery=Delivery.LETTER)
    return command


def require_confirmed(
    services: Services, look: Look, row: CaseloadRow, command: AppointmentDetails, confirmed: Set[str]
) -> None:
    """Raises UnconfirmedError where something stands in the way that was not confirmed; Refused for no such time."""
    found = warnings(services, look, row, command)
    if set(found) - confirmed:
        raise UnconfirmedError(found)


def warnings(services: Services, look: Look, row: CaseloadRow, command: AppointmentDetails) -> list[Warned]:
    """What may stand in the way, folded up to now: what the coach made a moment ago does, too. While the client's coach
    is away, whoever stands in holds it, beside what stands in either calendar."""
    services.engine.catch_up(["caseload", "appointments", "closing_days"], wait=True)
    me = look.viewer.account_id
    coach = row.client.coach_id or me
    starts_at, ends_at, but = command.starts_at, command.ends_at, command.appointment_id
    with services.database.read() as connection:
        busy = [
            each
            for whose in dict.fromkeys([me, coach])
            for each in appointments.at_the_same_time(connection, Scope(coach_id=whose), starts_at, ends_at, but=but)
        ]
        works = closing_days.working_days(connection).includes(command.day)
        away = leave.is_away(connection, coach, command.day)
        if away and coach != me:
            away = leave.is_away(connection, me, command.day)
    found = {Warned.CLASH: bool(busy), Warned.CLOSED: not works, Warned.AWAY: away}
    return [warned for warned, stands in found.items() if stands]


def opened(services: Services, client_id: UUID, rows: Collection[Appointment]) -> list[AppointmentShown]:
    """Appointments with place and purpose: for one who may read the file."""
    said = services.log.versions(client_id, sorted({row.words for row in rows}))
    opener = services.log.opener([client_id])
    return [
        part_of(AppointmentShown, row, **{name: opener.value(said[row.words], name) for name in ("place", "purpose")})
        for row in rows
    ]


def _handled(
    services: Services,
    look: Look,
    row: CaseloadRow,
    command: AppointmentDetails,
    command_id: UUID,
    confirmed: Set[str],
) -> Answer:
    context = clients.recording(services, look, row)
    # A repeat is answered as the first time was, when nothing stood in the way; what is wrong is said before all else.
    if not services.log.known_commands([command_id]):
        step: Step[Client] = Step(command, context, uuid4())
        services.clients.decide([step])
        require_confirmed(services, look, row, command, confirmed)
    return services.clients.handle(command, context, command_id)


def _form(services: Services, look: Look, row: CaseloadRow, before: Appointment | None) -> AppointmentForm:
    client_id = row.client_id
    name = clients.names_of(services, look, [row])[client_id]
    shown = opened(services, client_id, [before])[0] if before else None
    return AppointmentForm(row.client, name, goes_by_mail(services, row), shown)


def _row(services: Services, client_id: UUID, appointment_id: UUID) -> Appointment:
    services.engine.catch_up([appointments.projection.name], wait=True)
    with services.database.read() as connection:
        found = appointments.one(connection, client_id, appointment_id)
    if found is None:
        raise NotThereError
    return found
