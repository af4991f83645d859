"""Applications: a person asks for help on the public page, and waits in a queue until somebody takes the intake."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from msgspec import Struct

from application import rights
from application.clients import short_id
from application.known_people import Alike, Person, who_may_be_the_same
from application.looks import Look, Seen
from application.refusals import NotThereError
from application.rights import needs
from application.services import Services
from application.tries import mark, network
from database.rows import part_of
from domain.client import (
    ApplicationOutcome,
    Apply,
    EndApplication,
    ErasureReason,
    PlanIntakeMeeting,
)
from domain.refusal import Refused
from domain.roles import Viewer
from eventlog.commands import Answer, CommandContext
from eventlog.sealing import Opener
from projections import applications as model
from projections.applications import ApplicationRow
from records import log_in_tries, people
from records.log_in_tries import Allowance, Counted
from records.people import Account

# What is shown of the queue on one page.
SHOWN = 50
# How long an application is kept: one that was ended, and one with which nothing happens any more.
KEPT_ENDED, KEPT_WAITING = timedelta(days=28), timedelta(days=90)
# From one address, a library's for example, several people apply one after another; a program would do it all the time.
PER_ADDRESS = Allowance(10, timedelta(minutes=15), timedelta(hours=1))


class ApplicationShown(Struct, frozen=True):
    """An application as somebody who may take the intake sees it: all that the person wrote, and the meeting."""

    client_id: UUID
    received_on: date
    team_id: UUID | None
    coach_id: UUID | None
    meeting_on: date | None
    outcome: str | None
    name: str
    birth_date: str | None
    email: str | None
    phone: str | None
    language: str | None
    need: str | None
    arranged: str | None


@dataclass(frozen=True, slots=True)
class Meeting:
    """When which coach meets somebody who applied, and what else was arranged."""

    coach_id: UUID | None
    meeting_on: date
    arranged: str | None = None


@dataclass(frozen=True, slots=True)
class Queue:
    """A page of the applications that wait, and how many there are."""

    applications: Sequence[ApplicationShown]
    total: int
    # whom the meetings are planned with
    coaches: Sequence[Account]


def apply(services: Services, command: Apply, command_id: UUID, address: str) -> None:
    """Ask for help; what was sent before is not stored again.

    Raises:
        HeldBackError: too many came from this address just now; nothing was stored.
        Refused: what is said is not sound.
    """
    now = services.clock()
    context = CommandContext(now)
    command.decide(None, context)
    if not services.log.known_commands([command_id]):
        with services.database.write() as connection:
            log_in_tries.count(
                connection, [Counted(mark(services, f"application {network(address)}"), PER_ADDRESS)], now
            )
    services.clients.handle(command, context, command_id)


@needs(rights.TAKE_INTAKES)
def queue(services: Services, look: Look, page: int) -> Queue:
    """Those who wait for a meeting, and those with whom the viewer's team has one; `page` counts from 1."""
    team_id = look.viewer.team_id
    with services.database.read() as connection:
        rows = model.waiting(connection, team_id, limit=SHOWN, offset=(page - 1) * SHOWN)
        total = model.count_waiting(connection, team_id)
        coaches = people.coaches(connection, team_id) if team_id else []
    look.note([row.client_id for row in rows])
    opener = services.log.opener([row.client_id for row in rows])
    return Queue([_opened(row, opener) for row in rows], total, coaches)


@needs(rights.TAKE_INTAKES)
def waiting(services: Services, viewer: Viewer) -> int:
    """How many applications wait for somebody of the viewer's team."""
    with services.database.read() as connection:
        return model.count_waiting(connection, viewer.team_id)


@needs(rights.TAKE_INTAKES)
def application(services: Services, look: Look, client_id: UUID) -> tuple[ApplicationShown, Sequence[Alike]]:
    """One application, and who may be the same person: clients, and others who applied.

    Raises:
        NotThereError: there is none, or another team has it, or the intake was taken.
    """
    row = _row(services, look.viewer, client_id)
    look.note([client_id], Seen.OPENED)
    shown = _opened(row, services.log.opener([client_id]))
    person = Person(shown.name, None, shown.birth_date, shown.received_on)
    return shown, who_may_be_the_same(services, look, person, but=client_id)


@needs(rights.TAKE_INTAKES)
def coaches_to_meet(services: Services, viewer: Viewer) -> Sequence[Account]:
    """The coaches of the viewer's team, one of whom holds the meeting."""
    with services.database.read() as connection:
        return people.coaches(connection, viewer.team_id) if viewer.team_id else []


@needs(rights.TAKE_INTAKES)
def plan_meeting(
    services: Services,
    viewer: Viewer,
    client_id: UUID,
    meeting: Meeting,
    command_id: UUID,
) -> Answer:
    """Say when which coach of the viewer's team meets the person. Raises NotThereError as `application`, and Refused
    where the coach is none of the team's or the day can't be."""
    services.engine.catch_up(["applications"], wait=True)
    _row(services, viewer, client_id)
    if viewer.team_id is None or meeting.coach_id not in {c.account_id for c in coaches_to_meet(services, viewer)}:
        raise Refused("Choose a coach of your team.", field="coach")
    command = PlanIntakeMeeting(
        client_id=client_id,
        team=viewer.team_id,
        coach=meeting.coach_id,
        meeting_on=meeting.meeting_on,
        arranged=meeting.arranged,
    )
    return services.clients.handle(command, CommandContext(services.clock(), viewer.account_id), command_id)


@needs(rights.TAKE_INTAKES)
def end_application(
    services: Services, viewer: Viewer, client_id: UUID, outcome: ApplicationOutcome, command_id: UUID
) -> Answer:
    """Say that nothing comes of an application, and why; it is erased after four weeks. Raises as `plan_meeting`."""
    services.engine.catch_up(["applications"], wait=True)
    _row(services, viewer, client_id)
    command = EndApplication(client_id=client_id, outcome=outcome)
    return services.clients.handle(command, CommandContext(services.clock(), viewer.account_id), command_id)


def erase_old_applications(services: Services) -> int:
    """Erase those who applied and became no client: four weeks after it was ended, three months after the last that
    happened. How many."""
    today = services.today
    with services.database.read() as connection:
        old = model.left(
            connection, ended_before=today - KEPT_ENDED, changed_before=today - KEPT_WAITING, met_before=today
        )
    for client_id in old:
        services.erase_in_log(
            client_id, ErasureReason.APPLICATION_ENDED, CommandContext(services.clock()), _erasing(client_id)
        )
    if old:
        services.forget_erased()
    return len(old)


def _erasing(client_id: UUID) -> UUID:
    """The id of the command that erases: the same however often it is tried."""
    return UUID(int=(client_id.int + 1) % 2**128)


def require_seen(services: Services, viewer: Viewer, client_id: UUID) -> None:
    """Raises NotThereError where somebody applied under this id, and it is not for this viewer."""
    row = _found(services, client_id)
    if row is not None and not viewer.may_see_application(row.team_id):
        raise NotThereError


def _row(services: Services, viewer: Viewer, client_id: UUID) -> ApplicationRow:
    row = _found(services, client_id)
    if row is None or not viewer.may_see_application(row.team_id):
        raise NotThereError
    return row


def _found(services: Services, client_id: UUID) -> ApplicationRow | None:
    with services.database.read() as connection:
        return next(iter(model.by_id(connection, [client_id])), None)


def _opened(row: ApplicationRow, opener: Opener) -> ApplicationShown:
    said = {name: opener.text(getattr(row, name)) for name in (*model.SEALED, "arranged")}
    return part_of(ApplicationShown, row, **said | {"name": said["name"] or short_id(row.client_id)})
