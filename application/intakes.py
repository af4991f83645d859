"""Intakes: a person becomes a client of the viewer's team, on the caseload of one of its coaches."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from application import rights
from application.applications import require_seen
from application.known_people import Alike, Person, one_intake_at_a_time, refuse_double, who_may_be_the_same
from application.looks import Look
from application.refusals import NotAllowedError, NotThereError
from application.rights import needs
from application.services import Services
from domain.catalogue import Source, load
from domain.client import AssignClient, Client, RegisterField, TakeIntake
from domain.refusal import Refused
from domain.roles import Viewer
from eventlog.commands import Answer, Command, CommandContext, Step
from records import people
from records.people import Account, Team


@dataclass(frozen=True, slots=True)
class Intake:
    """What was said at an intake. `client_id` is the new client's, or that of an application;
    `coach_id` is whose caseload it is to be;
    `somebody_else`: not the client who has the same name and birth date."""

    client_id: UUID
    coach_id: UUID
    held_on: date
    name: str | None = None
    client_number: str | None = None
    birth_date: str | None = None
    email: str | None = None
    phone: str | None = None
    language: str | None = None
    somebody_else: bool = False


@needs(rights.TAKE_INTAKES)
def take_intake(services: Services, viewer: Viewer, intake: Intake, command_id: UUID) -> Answer:
    """Make a person a client of the viewer's team and assign them; all of it or nothing.

    Raises:
        NotAllowedError, NotThereError: the viewer has no team, or another team has the application.
        Refused: the coach is none whom the viewer may choose, what is said is not sound, or this is a client already.
    """
    team, coaches = _team(services, viewer)
    if intake.coach_id not in {coach.account_id for coach in coaches}:
        raise Refused("Choose a coach of your team.", field="coach")
    context = CommandContext(services.clock(), viewer.account_id)
    # One form, one id: its further commands get ids that follow from it.
    steps = [
        Step(command, context, UUID(int=(command_id.int + nth) % 2**128))
        for nth, command in enumerate(_commands(intake, team))
    ]
    with one_intake_at_a_time(services):
        require_seen(services, viewer, intake.client_id)
        _refuse_double(services, intake, command_id)
        return services.clients.handle_all(steps)


def _refuse_double(services: Services, intake: Intake, command_id: UUID) -> None:
    # The same form sent again gets its first answer.
    if services.log.known_commands([command_id]):
        return
    refuse_double(services, _person(intake), may_be_alike=intake.somebody_else)


def _person(intake: Intake) -> Person:
    birth_date = load()["birth_date"].check(intake.birth_date) if intake.birth_date else None
    return Person(intake.name, intake.client_number, None if birth_date is None else str(birth_date), intake.held_on)


@needs(rights.TAKE_INTAKES)
def clients_alike(services: Services, look: Look, intake: Intake) -> Sequence[Alike]:
    """Clients who may be the same person, most in common first; named where the viewer may open the file.

    Raises Refused where the birth date is none.
    """
    return who_may_be_the_same(services, look, _person(intake))


@needs(rights.TAKE_INTAKES)
def coaches_to_choose(services: Services, viewer: Viewer) -> Sequence[Account]:
    """The coaches to whom the viewer may assign at an intake: themselves, or a manager's team. Raises as
    `take_intake`."""
    return _team(services, viewer)[1]


def _team(services: Services, viewer: Viewer) -> tuple[Team, list[Account]]:
    if viewer.team_id is None:
        raise NotAllowedError
    with services.database.read() as connection:
        team = people.team(connection, viewer.team_id)
        coaches = people.coaches(connection, viewer.team_id)
    if team is None:
        raise NotThereError
    return team, [c for c in coaches if not viewer.coaches or c.account_id == viewer.account_id]


def _commands(intake: Intake, team: Team) -> list[Command[Client]]:
    commands: list[Command[Client]] = [
        TakeIntake(
            client_id=intake.client_id,
            held_on=intake.held_on,
            team=team.team_id,
            specialised=team.specialised,
            name=intake.name,
            client_number=intake.client_number,
            email=intake.email,
            phone=intake.phone,
            language=intake.language,
        ),
        AssignClient(
            client_id=intake.client_id,
            team=team.team_id,
            specialised=team.specialised,
            coach=intake.coach_id,
            assigned_on=intake.held_on,
        ),
    ]
    if intake.birth_date:
        commands.append(
            RegisterField(
                client_id=intake.client_id,
                field="birth_date",
                value=intake.birth_date,
                known_on=intake.held_on,
                source=Source.INTAKE_FORM,
            )
        )
    return commands
