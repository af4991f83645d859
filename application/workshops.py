"""Sessions of workshops: planned and closed by whoever offers the workshop, and coaches enrol their clients."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import select

from application import clients, offers, rights
from application.looks import Look
from application.refusals import NotAllowedError, NotThereError
from application.rights import needs
from application.services import Services
from application.workshop_rolls import SessionShown, roll_of, rolls_of, shown_in
from domain.client import Channel, Outcome, RecordContact
from domain.client.workshops import EnrolInWorkshop, LeaveWorkshop, RecordAttendance
from domain.names import by_surname
from domain.offer import OfferKind
from domain.refusal import Refused
from domain.roles import Viewer
from domain.workshop_session import (
    Attendance,
    Attended,
    CancelSession,
    CloseSession,
    GivePlaceBack,
    PlanSession,
    TakePlace,
    open_session,
)
from eventlog.commands import Answer, CommandContext, Step
from projections import caseload, merges, workshops
from projections import offers as offered
from projections.caseload import Scope
from projections.caseload_table import caseload as caseload_rows
from projections.caseload_table import is_open
from projections.workshops import PLANNED, Session

# What a contact says of whether somebody was there; of whom nobody knows that, there is none.
OUTCOMES = {
    Attendance.CAME: Outcome.SPOKEN,
    Attendance.EXCUSED: Outcome.CANCELLED,
    Attendance.STAYED_AWAY: Outcome.NO_SHOW,
}
Parts = list[tuple[Any, list[Step[Any]]]]


@dataclass(frozen=True, slots=True)
class Line:
    """A client on the list of a session. `name` and `client_id` are None for one of another coach, where the viewer
    does not run the session; `nth` is the place on the waiting list, None for one with a place."""

    client_id: UUID | None
    name: str | None
    coach_id: UUID | None
    nth: int | None
    attendance: str | None
    is_own: bool


@dataclass(frozen=True, slots=True)
class Sheet:
    """A session with its list. `others` are clients of the viewer's own who can be enrolled; `may_run` says whether the
    viewer may close it, and `has_begun` whether that can be done now."""

    session: SessionShown
    lines: Sequence[Line]
    others: Mapping[UUID, str]
    may_run: bool
    has_begun: bool


@dataclass(frozen=True, slots=True)
class SessionOfClient:
    """A session in which a client is or was enrolled; `nth` as in `Line`."""

    session: SessionShown
    nth: int | None
    attendance: str | None


@needs(rights.OFFER_WORK)
def workshop_to_plan(services: Services, viewer: Viewer, offer_id: UUID) -> str:
    """The title of a workshop that one may plan a session of. Raises as `plan_session`."""
    return _workshop(services, viewer, offer_id).title


@needs(rights.OFFER_WORK)
def plan_session(services: Services, viewer: Viewer, command: PlanSession, command_id: UUID) -> Answer:
    """Plan a session of a workshop that one may change.

    Raises:
        NotThereError, NotAllowedError: there is no such offer, or somebody of another team entered it.
        Refused: it is no workshop, is closed, or what is said of the session is not sound.
    """
    services.engine.catch_up(["offers"], wait=True)
    _workshop(services, viewer, command.offer_id)
    return services.workshops.handle(command, _context(services, viewer), command_id)


@needs(rights.OFFER_WORK)
def sessions_of_offer(services: Services, viewer: Viewer, offer_id: UUID) -> list[SessionShown]:
    """The sessions of a workshop, the latest first; in figures alone."""
    with services.database.read() as connection:
        return shown_in(connection, workshops.of_offer(connection, offer_id), services.clock())


@needs(rights.OFFER_WORK)
def session_sheet(services: Services, look: Look, session_id: UUID) -> Sheet:
    """A session with its list: by name for whoever runs it, and else those of one's own. Raises NotThereError."""
    session, offer = _session(services, session_id)
    viewer, may_run = look.viewer, offers.may_change(services, look.viewer, offer)
    with services.database.read() as connection:
        (shown,) = shown_in(connection, [session], services.clock())
        roll = roll_of(connection, session)
        own = caseload.clients(connection, Scope(coach_id=viewer.account_id), limit=None) if viewer.coaches else []
    enrolled = {row.client_id for _, row in roll}
    own_ids = {row.client_id for row in own}
    names = clients.names_of(services, look, [row for _, row in roll if may_run or row.client_id in own_ids])
    lines = [
        Line(
            row.client_id if row.client_id in names else None,
            names.get(row.client_id),
            row.client.coach_id,
            None if at < session.places else at - session.places + 1,
            entry.attendance,
            row.client_id in own_ids,
        )
        for at, (entry, row) in enumerate(roll)
    ]
    begun = session.starts_at <= services.clock()
    free = [] if begun or session.state != PLANNED else [row for row in own if row.client_id not in enrolled]
    others = clients.names_of(services, look, free)
    others = dict(sorted(others.items(), key=lambda item: by_surname(item[1])))
    return Sheet(shown, lines, others, may_run, begun)


@needs(rights.KEEP)
def enrol_clients(
    services: Services, look: Look, session_id: UUID, client_ids: Sequence[UUID], command_id: UUID
) -> Answer:
    """Enrol clients of one's own: all of them or none, with a place as long as there is one, or else on the waiting
    list.

    Raises:
        NotThereError, NotAllowedError: there is no such session, or one of them is not the viewer's client.
        Refused: nobody was chosen, somebody is enrolled already, or the session has begun.
    """
    session, _offer = _session(services, session_id)
    wanted = list(dict.fromkeys(client_ids))
    if not wanted:
        raise Refused("Choose at least one client.", field="clients")
    context = _context(services, look.viewer)
    parts: Parts = []
    for client_id in wanted:
        clients.own(services, look, client_id)
        take = TakePlace(session_id=session_id, client_id=client_id)
        enrol = EnrolInWorkshop(
            client_id=client_id, session_id=session_id, offer_id=session.offer_id, starts_at=session.starts_at
        )
        parts.append((services.workshops, [Step(take, context, uuid5(command_id, f"place {client_id}"))]))
        parts.append((services.clients, [Step(enrol, context, uuid5(command_id, f"file {client_id}"))]))
    return services.together(parts)


@needs(rights.KEEP)
def withdraw_client(services: Services, look: Look, session_id: UUID, client_id: UUID, command_id: UUID) -> Answer:
    """Let a client of one's own be enrolled no more: whoever waits longest has the place.

    Raises:
        NotThereError, NotAllowedError: there is no such session, or it is not the viewer's client.
        Refused: the client is not enrolled, or the session is over.
    """
    clients.own(services, look, client_id)
    _session(services, session_id)
    state = services.workshops.state(session_id)
    theirs = set(services.files_of_one(client_id))
    entered = [each for each in open_session(state).entries if each in theirs]
    if not entered:
        raise Refused("This client is not enrolled, or no longer is.")
    context = _context(services, look.viewer)
    back: list[Step[Any]] = [
        Step(GivePlaceBack(session_id=session_id, client_id=each), context, uuid5(command_id, f"place {each}"))
        for each in entered
    ]
    leave = LeaveWorkshop(client_id=client_id, session_id=session_id)
    parts: Parts = [
        (services.workshops, back),
        (services.clients, [Step(leave, context, uuid5(command_id, "file"))]),
    ]
    return services.together(parts)


@needs(rights.OFFER_WORK)
def cancel_session(services: Services, look: Look, session_id: UUID, command_id: UUID) -> Answer:
    """Say that a session does not take place: in the session and in the files of all who were enrolled.

    Raises:
        NotThereError, NotAllowedError: there is no such session, or somebody of another team offers it.
        Refused: it is over.
    """
    session = _to_run(services, look.viewer, session_id)
    context = _context(services, look.viewer)
    parts: Parts = [(services.workshops, [Step(CancelSession(session_id=session_id), context, command_id)])]
    with services.database.read() as connection:
        roll = roll_of(connection, session)
    for _entry, row in roll:
        leave = LeaveWorkshop(client_id=row.client_id, session_id=session_id)
        parts.append((services.clients, [Step(leave, context, uuid5(command_id, row.client_id.hex))]))
    return services.together(parts)


@needs(rights.OFFER_WORK)
def close_session(
    services: Services, look: Look, session_id: UUID, attendance: Mapping[UUID, Attendance], command_id: UUID
) -> Answer:
    """Say who was there, of all who have a place: one contact in the file of each, all of them or none. Of whom nothing
    is said, it is not known: that the file says, and no contact.

    Raises:
        NotThereError, NotAllowedError: there is no such session, or somebody of another team offers it.
        Refused: it lies ahead or is over, or who is enrolled changed meanwhile.
    """
    session = _to_run(services, look.viewer, session_id)
    context = _context(services, look.viewer)
    with services.database.read() as connection:
        (shown,) = shown_in(connection, [session], services.clock())
        every = workshops.entries(connection, [session_id])
        placed = roll_of(connection, session)[: session.places]
    said = [(entry, row, attendance.get(row.client_id, Attendance.UNKNOWN)) for entry, row in placed]
    look.note([row.client_id for _, row, _ in said])
    close = CloseSession(
        session_id=session_id,
        attended=[Attended(entry.client_id, how) for entry, _, how in said],
        seen=[entry.client_id for entry in every],
    )
    parts: Parts = [(services.workshops, [Step(close, context, command_id)])]
    for _entry, row, how in said:
        once = uuid5(command_id, f"contact {row.client_id}")
        contact = how in OUTCOMES and RecordContact(
            client_id=row.client_id,
            contact_id=once,
            held_on=session.starts_on,
            channel=Channel.OFFICE,
            outcome=OUTCOMES[how],
            note=shown.title,
        )
        record = RecordAttendance(
            client_id=row.client_id, session_id=session_id, attendance=how, contact=contact or None
        )
        parts.append((services.clients, [Step(record, context, once)]))
    return services.together(parts)


@needs(rights.READ_FILES)
def of_client(services: Services, look: Look, client_id: UUID) -> list[SessionOfClient]:
    """The sessions in which a client is or was enrolled, the latest first. Raises NotThereError: there is no such
    client for this viewer."""
    clients.readable(services, look, client_id)
    with services.database.read() as connection:
        theirs = {client_id, *(each.client_id for each in merges.all_ended(connection, [client_id]))}
        found = workshops.of_clients(connection, theirs)
        shown = shown_in(connection, found, services.clock())
        rolls = rolls_of(connection, found)
    of_each = []
    for session in shown:
        for at, (entry, row) in enumerate(rolls[session.session_id]):
            # Of a closed file nothing stands any more of what was still to come.
            if row.client_id == client_id:
                nth = None if at < session.places else at - session.places + 1
                of_each.append(SessionOfClient(session, nth, entry.attendance))
    return of_each


@needs(rights.KEEP)
def sessions_ahead(services: Services, look: Look, client_id: UUID) -> list[SessionShown]:
    """Those in which a client of one's own can be enrolled, the earliest first. Raises as `enrol_clients`."""
    clients.own(services, look, client_id)
    with services.database.read() as connection:
        return shown_in(connection, workshops.ahead(connection, services.clock()), services.clock())


@needs(rights.COACH_CLIENTS)
def in_calendar(services: Services, viewer: Viewer, first: date, last: date) -> list[SessionShown]:
    """What stands in one's own calendar: sessions that one planned, or that one's clients go to."""
    own = select(caseload_rows.c.client_id).where(is_open(), Scope(coach_id=viewer.account_id).where())
    with services.database.read() as connection:
        return shown_in(
            connection, workshops.between(connection, viewer.account_id, own, first, last), services.clock()
        )


def _context(services: Services, viewer: Viewer) -> CommandContext:
    return CommandContext(services.clock(), viewer.account_id)


def _workshop(services: Services, viewer: Viewer, offer_id: UUID) -> offered.OfferRow:
    offer = offers.offer_to_change(services, viewer, offer_id)
    if offer.kind != OfferKind.WORKSHOP:
        raise Refused("Sessions belong to workshops. This is a vacancy.")
    if offer.closed_on is not None:
        raise Refused("This vacancy or workshop is closed.")
    return offer


def _session(services: Services, session_id: UUID) -> tuple[Session, offered.OfferRow]:
    services.engine.catch_up(["workshops", "offers", "caseload", "merges"], wait=True)
    with services.database.read() as connection:
        session = workshops.one(connection, session_id)
        offer = offered.offer(connection, session.offer_id) if session else None
    if session is None or offer is None:
        raise NotThereError
    return session, offer


def _to_run(services: Services, viewer: Viewer, session_id: UUID) -> Session:
    session, offer = _session(services, session_id)
    if not offers.may_change(services, viewer, offer):
        raise NotAllowedError
    return session
