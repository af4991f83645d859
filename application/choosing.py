"""The client's side of an invitation: opened by link or code and birth date, a time chosen once, an appointment made.

Nobody has an account here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from uuid import UUID, uuid5

from sqlalchemy import Connection

from application.appointments import goes_by_mail
from application.invitations import SlotsOfDay
from application.one_time_links import NotOpenError, Opening, open_link
from application.services import Services
from database.locks import CHOOSING
from domain.calendar import local_day
from domain.client import Channel, ChooseSlot, ClientInvited, Delivery
from domain.refusal import Refused
from eventlog.commands import CommandContext
from projections import appointments, caseload, invitations
from projections.appointments_table import STANDING
from projections.caseload import CaseloadRow, Scope
from projections.invitations import Invitation
from projections.invitations_table import ANSWERED, OPEN
from records.invitations import LINKS

READ = ("caseload", "appointments", "invitations")


@dataclass(frozen=True, slots=True)
class Choice:
    """What a client can choose: the times that are left, and how long, how and where; or what was chosen at this
    browser."""

    days: Sequence[SlotsOfDay]
    minutes: int
    channel: str
    place: str | None
    chosen: SlotsOfDay | None


def open_invitation(services: Services, given: Opening, token: str) -> bool:
    """Begin a session under a token, where code and birth date belong together.

    Raises:
        HeldBackError: too many tries failed before, whether there is such a code or not.
    """

    def is_open(connection: Connection, client_id: UUID, invitation_id: UUID) -> bool:
        row = invitations.one(connection, client_id, invitation_id)
        client = caseload.client(connection, client_id)
        return row is not None and client is not None and _is_open(services, row, client)

    return open_link(services, LINKS, given, token, is_open, invitations.file_of)


def choice(services: Services, token: str) -> Choice:
    """What there is to choose now, or what was chosen. Raises NotOpenError."""
    services.engine.catch_up(READ, wait=True)
    with services.database.read() as connection:
        row, client = _at(services, connection, token)
        taken = _chosen(connection, row)
        free = _free(services, connection, row, client) if taken is None else []
    with services.database.write(aside=True) as connection:
        LINKS.note_use(connection, token, services.clock())
    days = [SlotsOfDay(day, list(slots)) for day, slots in groupby(free, local_day)]
    chosen = SlotsOfDay(local_day(taken), [taken]) if taken else None
    return Choice(days, row.minutes, row.channel, _words(services, row)[0], chosen)


def choose(services: Services, token: str, slot: datetime | None, command_id: UUID) -> None:
    """Choose one of the times: an appointment at once. The same again at the same browser changes nothing.

    Raises:
        NotOpenError: this browser is at no invitation that can be answered.
        Refused: no time was chosen, or somebody else took it first.
    """
    # One after another: whoever comes second sees what the first one took.
    with services.database.advisory_lock(CHOOSING):
        services.engine.catch_up(READ, wait=True)
        with services.database.read() as connection:
            row, client = _at(services, connection, token)
            done = row.state == ANSWERED
            free = [] if done else _free(services, connection, row, client)
        if not done:
            _answer(services, row, client, slot, free, command_id)
    with services.database.write() as connection:
        # The time that was chosen can still be read there.
        LINKS.end(connection, [row.invitation_id], services.clock(), but=token)


def _answer(
    services: Services,
    row: Invitation,
    client: CaseloadRow,
    slot: datetime | None,
    free: Sequence[datetime],
    command_id: UUID,
) -> None:
    if slot is None or slot not in row.slots:
        raise Refused("Choose one of the times.", field="slot")
    if slot not in free:
        raise Refused("This time is no longer free: somebody has just chosen it. Choose another one.", field="slot")
    place, purpose = _words(services, row)
    command = ChooseSlot(
        client_id=row.client_id,
        invitation_id=row.invitation_id,
        appointment_id=uuid5(row.invitation_id, "appointment"),
        slot=slot,
        minutes=row.minutes,
        channel=Channel(row.channel),
        place=place,
        purpose=purpose,
        delivery=Delivery.EMAIL if goes_by_mail(services, client) else Delivery.LETTER,
    )
    services.clients.handle(command, CommandContext(services.clock()), command_id)


def leave(services: Services, token: str) -> None:
    """Forget at this browser what was opened."""
    with services.database.write() as connection:
        LINKS.leave(connection, token)


def _at(services: Services, connection: Connection, token: str) -> tuple[Invitation, CaseloadRow]:
    link = LINKS.at(connection, token, services.clock(), ended_too=True) if token else None
    # Not the file that the link was made for: that one may have been merged with another since.
    client_id = invitations.file_of(connection, link.subject_id) if link else None
    row = invitations.one(connection, client_id, link.subject_id) if link and client_id else None
    client = caseload.client(connection, client_id) if client_id else None
    if row is None or client is None or not (row.state == ANSWERED or _is_open(services, row, client)):
        raise NotOpenError
    return row, client


def _is_open(services: Services, row: Invitation, client: CaseloadRow) -> bool:
    ours = client.client.closed_on is None and client.client.coach_id == row.invited_by
    return row.state == OPEN and row.until >= services.today and ours


def _free(services: Services, connection: Connection, row: Invitation, client: CaseloadRow) -> list[datetime]:
    """The times that lie ahead, and at which neither the coach nor the client has an appointment."""
    length, now = timedelta(minutes=row.minutes), services.clock()
    nobody, scope = UUID(int=0), Scope(coach_id=row.invited_by)
    own = [(a.starts_at, a.ends_at) for a in appointments.of_client(connection, row.client_id) if a.state == STANDING]
    return [
        slot
        for slot in row.slots
        if slot > now
        and not any(begins < slot + length and slot < ends for begins, ends in own)
        and not appointments.at_the_same_time(connection, scope, slot, slot + length, but=nobody)
    ]


def _chosen(connection: Connection, row: Invitation) -> datetime | None:
    if row.appointment_id is None:
        return None
    made = appointments.one(connection, row.client_id, row.appointment_id)
    return made.starts_at if made else None


def _words(services: Services, row: Invitation) -> tuple[str | None, str | None]:
    """The place and the purpose, opened; the purpose is for the file alone."""
    event = services.log.versions(row.client_id, [row.words]).get(row.words)
    if not isinstance(event, ClientInvited):
        return None, None
    opener = services.log.opener([row.client_id])
    return opener.value(event, "place"), opener.value(event, "purpose")
