"""Invitations: times of their own calendar that coaches offer clients, and what came of each invitation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID, uuid5

from msgspec import Struct

from application import clients, rights
from application.appointments import UnconfirmedError, Warned, goes_by_mail
from application.clients import CaseloadClient
from application.contact_details import language_of
from application.looks import Look
from application.one_time_links import let_work, spaced
from application.proposals import Message, mailed
from application.refusals import NotThereError
from application.rights import needs
from application.services import Services
from database.rows import part_of
from domain.calendar import moment_at
from domain.client import Channel, Client, Delivery, InviteClient, WithdrawInvitation
from domain.client.invitations import NO_ANSWER_AFTER, room_for
from domain.names import by_surname
from domain.refusal import Refused
from eventlog.commands import Answer, CommandContext, Step
from projections import appointments, caseload, closing_days, invitations
from projections.caseload import CaseloadRow, Scope
from projections.invitations import Invitation
from projections.invitations_table import OPEN
from records import leave
from records.invitation_letters import INVITATION, invitation_letter
from records.invitations import LINKS

# The part of a day of which times are offered, and how far apart they begin.
FIRST, LAST, STEP = time(9), time(17), timedelta(minutes=30)
# So many days are shown at once, and looked for no further than this.
DAYS, FURTHEST = 5, 60


@dataclass(frozen=True, slots=True)
class Offered:
    """What is offered to whom: the times, and what becomes of the one that is chosen."""

    clients: Sequence[UUID]
    slots: Sequence[datetime]
    minutes: int
    channel: Channel
    place: str | None
    purpose: str | None
    delivery: Delivery


@dataclass(frozen=True, slots=True)
class SlotsOfDay:
    """The times of a day at which the coach has nothing else."""

    day: date
    slots: Sequence[datetime]


@dataclass(frozen=True, slots=True)
class InvitationForm:
    """What a form for an invitation shows: whom it can go to, by name, and the times that are free. `by_mail` are the
    clients to whom an e-mail can go."""

    names: Mapping[UUID, str]
    by_mail: frozenset[UUID]
    days: Sequence[SlotsOfDay]


class InvitationShown(Struct, frozen=True):
    """An invitation, and how it stands today: also that nobody answered, or that it expired."""

    client_id: UUID
    invitation_id: UUID
    invited_on: date
    slots: list[datetime]
    minutes: int
    channel: str
    delivery: str
    until: date
    state: str
    over_why: str | None
    state_on: date
    appointment_id: UUID | None
    standing: str


class InvitationWaiting(Struct, frozen=True):
    """An invitation that nobody answered."""

    client_id: UUID
    invitation_id: UUID
    invited_on: date
    until: date
    expired: bool


@dataclass(frozen=True, slots=True)
class Waiting:
    """Invitations that nobody answered, the first few, how many there are, and the names of whom they went to."""

    shown: Sequence[InvitationWaiting]
    count: int
    names: Mapping[UUID, str]


@dataclass(frozen=True, slots=True)
class InvitationLetter:
    """A letter with an invitation, to be printed; `link` is what its picture leads to."""

    client: CaseloadClient
    language: str
    subject: str
    lines: Sequence[str]
    link: str


def id_of_invitation(command_id: UUID, client_id: UUID) -> UUID:
    """The invitation that a command sends to a client, so that a double click sends one."""
    return uuid5(command_id, f"invitation {client_id}")


@needs(rights.KEEP)
def invite_clients(
    services: Services, look: Look, offered: Offered, command_id: UUID, *, confirmed: Set[str] = frozenset()
) -> Answer:
    """Offer times of one's own calendar to clients of one's own: to all of them or to nobody. Each hears of it by
    e-mail where that was chosen and can be, or else by letter.

    Raises:
        NotThereError, NotAllowedError: there is only one, who is not the viewer's client.
        Refused: nobody was chosen, or somebody of another caseload, or what is said is not sound.
        UnconfirmedError: there are fewer times than clients, and that was not `confirmed`.
    """
    rows = _chosen(services, look, offered.clients)
    context = CommandContext(services.clock(), look.viewer.account_id)
    commands = [_command(services, row, offered, command_id) for row in rows]
    steps: list[Step[Client]] = [Step(each, context, each.invitation_id) for each in commands]
    # A repeat is answered as the first time was, when nothing stood in the way; what is wrong is said before all else.
    if not services.log.known_commands([step.command_id for step in steps]):
        for step in steps:
            services.clients.decide([step])
        _require_free(services, look, offered)
        if room_for(offered.slots, offered.minutes) < len(rows) and Warned.FEW not in confirmed:
            raise UnconfirmedError([Warned.FEW])
    messages = [
        Message(INVITATION, each.client_id, each.invitation_id, each.invitation_id)
        for each in commands
        if each.delivery is Delivery.EMAIL
    ]
    with mailed(services, look.viewer, messages):
        answer = services.together([(services.clients, [step]) for step in steps])
    files = {row.client_id: services.files_of_one(row.client_id) for row in rows}
    with services.database.write() as connection:
        for each in commands:
            sent = [one for file in files[each.client_id] for one in LINKS.of_client(connection, file)]
            LINKS.end(connection, [one for one in sent if one != each.invitation_id], services.clock())
    return answer


@needs(rights.KEEP)
def withdraw_invitation(
    services: Services, look: Look, client_id: UUID, invitation_id: UUID, command_id: UUID
) -> Answer:
    """Let the client choose no more.

    Raises:
        NotThereError, NotAllowedError: it is not the viewer's client, or there is no such invitation.
    """
    clients.own(services, look, client_id)
    _row(services, client_id, invitation_id)
    command = WithdrawInvitation(client_id=client_id, invitation_id=invitation_id)
    answer = services.clients.handle(command, CommandContext(services.clock(), look.viewer.account_id), command_id)
    with services.database.write() as connection:
        LINKS.end(connection, [invitation_id], services.clock())
    return answer


@needs(rights.KEEP)
def invitation_form(
    services: Services, look: Look, first: date, minutes: int, *, client_id: UUID | None = None
) -> InvitationForm:
    """What a form begins with: for one client, or to choose from one's own; with the free times from a day on.

    Raises:
        NotThereError, NotAllowedError: it is not the viewer's client.
    """
    if client_id is None:
        with services.database.read() as connection:
            rows = caseload.clients(connection, Scope(coach_id=look.viewer.account_id), limit=None)
    else:
        rows = [clients.own(services, look, client_id)]
    names = clients.names_of(services, look, rows)
    return InvitationForm(
        dict(sorted(names.items(), key=lambda item: by_surname(item[1]))),
        frozenset(row.client_id for row in rows if _goes_by_mail(services, row)),
        _free_days(services, look.viewer.account_id, first, minutes),
    )


@needs(rights.KEEP)
def printed_invitation(
    services: Services, look: Look, client_id: UUID, invitation_id: UUID, page: str
) -> InvitationLetter:
    """The letter of an invitation; `page` is its address. Raises NotThereError, also for one that is over."""
    client = clients.own(services, look, client_id)
    row = _row(services, client_id, invitation_id)
    if row.state != OPEN or row.until < services.today:
        raise NotThereError
    secrets = let_work(services, LINKS, row.invitation_id, client_id, row.until)
    name, link = clients.names_of(services, look, [client])[client_id], f"{page}/{secrets.token}"
    language = language_of(client, services.log.opener([client_id]))
    subject, lines = invitation_letter(language, name, link=link, page=page, code=spaced(secrets.code), until=row.until)
    return InvitationLetter(client.client, language, subject, lines, link)


@needs(rights.COACH_CLIENTS)
def unanswered(services: Services, look: Look, *, most: int | None = None) -> Waiting:
    """One's own invitations that nobody answered for three days, and those that expired, the earliest first."""
    with services.database.read() as connection:
        rows = invitations.unanswered(connection, Scope(coach_id=look.viewer.account_id), services.today)
    shown = [part_of(InvitationWaiting, row, expired=row.until < services.today) for row in rows[:most]]
    return Waiting(shown, len(rows), clients.names_of(services, look, rows[:most]))


@needs(rights.READ_FILES)
def of_client(services: Services, look: Look, client_id: UUID) -> InvitationShown | None:
    """The invitation that a client got last. Raises NotThereError: there is no such client for this viewer."""
    clients.readable(services, look, client_id)
    with services.database.read() as connection:
        row = invitations.latest(connection, client_id)
    return part_of(InvitationShown, row, standing=standing(row, services.today)) if row else None


def standing(row: Invitation, as_of: date) -> str:
    """How an invitation stands on a day, as a code."""
    if row.state != OPEN:
        return row.over_why or row.state
    if row.until < as_of:
        return "expired"
    return "no_answer" if row.invited_on <= as_of - NO_ANSWER_AFTER else row.state


def _chosen(services: Services, look: Look, client_ids: Sequence[UUID]) -> list[CaseloadRow]:
    if not client_ids:
        raise Refused("Choose at least one client.", field="clients")
    wanted = list(dict.fromkeys(client_ids))
    if len(wanted) == 1:
        return [clients.own(services, look, wanted[0])]
    with services.database.read() as connection:
        rows = caseload.open_by_id(connection, Scope(coach_id=look.viewer.account_id), wanted)
    if len(rows) < len(wanted):
        raise Refused("One of the clients chosen is not on your caseload.", field="clients")
    look.note(wanted)
    return rows


def _command(services: Services, row: CaseloadRow, offered: Offered, command_id: UUID) -> InviteClient:
    by_mail = offered.delivery is Delivery.EMAIL and _goes_by_mail(services, row)
    return InviteClient(
        client_id=row.client_id,
        invitation_id=id_of_invitation(command_id, row.client_id),
        slots=offered.slots,
        minutes=offered.minutes,
        channel=offered.channel,
        place=offered.place,
        purpose=offered.purpose,
        delivery=Delivery.EMAIL if by_mail else Delivery.LETTER,
    )


def _goes_by_mail(services: Services, row: CaseloadRow) -> bool:
    """Whether an e-mail with a link can go to this client."""
    return goes_by_mail(services, row) and bool(services.settings.public_url)


def _require_free(services: Services, look: Look, offered: Offered) -> None:
    services.engine.catch_up(["caseload", "appointments"], wait=True)
    length = timedelta(minutes=offered.minutes)
    with services.database.read() as connection:
        for slot in offered.slots:
            if appointments.at_the_same_time(
                connection, Scope(coach_id=look.viewer.account_id), slot, slot + length, but=UUID(int=0)
            ):
                raise Refused("You now have an appointment at one of these times. Choose again.", field="slots")


def _free_days(services: Services, coach: UUID, first: date, minutes: int) -> list[SlotsOfDay]:
    """The next days on which the city is open and the coach is there, with the times that are free."""
    services.engine.catch_up(["caseload", "appointments", "closing_days"], wait=True)
    found: list[SlotsOfDay] = []
    with services.database.read() as connection:
        works = closing_days.working_days(connection)
        last = first + timedelta(days=FURTHEST)
        taken = [(a.starts_at, a.ends_at) for a in appointments.between(connection, Scope(coach_id=coach), first, last)]
        day = first
        while len(found) < DAYS and day <= last:
            if works.includes(day) and not leave.is_away(connection, coach, day):
                found.append(SlotsOfDay(day, _free_slots(day, minutes, taken, services.clock())))
            day += timedelta(days=1)
    return found


def _free_slots(day: date, minutes: int, taken: Sequence[tuple[datetime, datetime]], now: datetime) -> list[datetime]:
    length, end = timedelta(minutes=minutes), moment_at(day, LAST, field="day")
    slot, free = moment_at(day, FIRST, field="day"), []
    while slot + length <= end:
        if slot > now and not any(begins < slot + length and slot < ends for begins, ends in taken):
            free.append(slot)
        slot += STEP
    return free


def _row(services: Services, client_id: UUID, invitation_id: UUID) -> Invitation:
    services.engine.catch_up([invitations.projection.name], wait=True)
    with services.database.read() as connection:
        row = invitations.one(connection, client_id, invitation_id)
    if row is None:
        raise NotThereError
    return row
