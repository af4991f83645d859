"""Newcomers taken over from elsewhere: recorded once each, many at a time, with coaches who have the fewest clients.

What their source says of them, and by which ids it knows them again, is for whoever reads it.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID, uuid4

from eventsourcing.persistence import IntegrityError

from application.known_people import Comparing, Person, one_intake_at_a_time, refuse_known, who_is_known
from application.services import Services
from domain.catalogue import Source, Track, Value, load
from domain.client import (
    AgreeContactFrequency,
    AgreePlanOfAction,
    AssignClient,
    ChooseServiceTrack,
    Client,
    ClientCommand,
    RegisterField,
    TakeIntake,
)
from domain.client.exemptions import BringExemption
from domain.refusal import Refused
from eventlog.commands import CommandContext, Decision, Step
from eventlog.repeats import ReusedError
from projections import caseload_figures
from records import people
from records.people import Team


@dataclass(frozen=True, slots=True)
class Newcomer:
    """Somebody who becomes a client: what is known of them on the day of the intake.

    The same source of the same person always brings the same `command_id`.
    """

    command_id: UUID
    intake_on: date
    person: Mapping[str, str | None]
    values: Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class Destination:
    """The team that newcomers go to, and its coaches as a heap: the smallest caseload comes first.

    `beside` are those who came in with them. `may_be_alike`: somebody with a name and birth date like those of a client
    is somebody else.
    """

    team: Team
    coaches: list[tuple[int, int, UUID]]
    beside: Comparing
    may_be_alike: bool = False


@dataclass(frozen=True, slots=True)
class Arrival:
    """When newcomers are recorded, and from when they are assigned: the day of the intake if it is not said.

    `part` gives the id of a further command for the same newcomer, by the id of the first and a name.
    """

    at: datetime
    assigned_on: date | None
    part: Callable[[UUID, str], UUID]


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of newcomers: those who are clients now, how many were before, and whom the rules refuse; and how
    many events that was."""

    new: Sequence[Newcomer]
    already: int
    refused: Sequence[tuple[Newcomer, Refused]]
    events: int


@dataclass(frozen=True, slots=True)
class _Decided:
    newcomer: Newcomer
    steps: list[Step[Client]]
    decision: Decision


def destination(services: Services, team_code: str, *, may_be_alike: bool = False) -> Destination | None:
    """The team with this code and its active coaches; None where there is no such team."""
    # Who came in a moment ago counts, too.
    services.engine.catch_up(wait=True)
    with services.database.read() as connection:
        team = next((t for t in people.all_teams(connection) if t.code == team_code), None)
        coaches = people.coaches(connection, team.team_id) if team else []
        clients = caseload_figures.by_coach(connection, team.team_id) if team else {}
    if team is None:
        return None
    heap = [(clients.get(coach.account_id, 0), nth, coach.account_id) for nth, coach in enumerate(coaches)]
    heapq.heapify(heap)
    return Destination(team, heap, Comparing(), may_be_alike)


def take_newcomers(
    services: Services, to: Destination, arrival: Arrival, newcomers: Sequence[Newcomer], *, dry_run: bool = False
) -> Taken:
    """Make clients of newcomers, in one transaction; each once, however often and by how many they are brought.

    A dry run tells what would become of them, and records nothing. The destination must have a coach.
    """
    if dry_run:
        return _take(services, to, arrival, newcomers, dry_run=True)
    with one_intake_at_a_time(services, to.beside):
        before = services.log.head()
        taken = _take(services, to, arrival, newcomers, dry_run=False)
        head = services.log.head()
        # Whoever came in is known; to fold them here would take as long as to record them. Where others recorded
        # something in between, the next look folds it all.
        to.beside.upto = head if head - before == taken.events else 0
        return taken


def _take(
    services: Services, to: Destination, arrival: Arrival, newcomers: Sequence[Newcomer], *, dry_run: bool
) -> Taken:
    known = services.log.known_commands([newcomer.command_id for newcomer in newcomers])
    left = [newcomer for newcomer in newcomers if newcomer.command_id not in known]
    people = [_person(newcomer) for newcomer in left]
    decided: list[_Decided] = []
    refusals = []
    already = len(newcomers) - len(left)
    for newcomer, person, by in zip(left, people, who_is_known(services, people, to.beside), strict=True):
        clients, nth, coach = to.coaches[0]
        steps = list(_steps(newcomer, to.team, coach, arrival))
        try:
            refuse_known(person, by, to.beside, may_be_alike=to.may_be_alike)
            decided.append(_Decided(newcomer, steps, services.clients.decide(steps, new=True)))
        except Refused as refused:
            refusals.append((newcomer, refused))
            continue
        heapq.heapreplace(to.coaches, (clients + 1, nth, coach))
        to.beside.add(steps[0].command.stream_id, person)
    new = decided if dry_run else _record(services, decided)
    events = sum(len(each.decision.events) for each in new)
    return Taken([each.newcomer for each in new], already + len(decided) - len(new), refusals, events)


def _record(services: Services, decided: Sequence[_Decided]) -> Sequence[_Decided]:
    """Record a batch; those of it that are new: all, unless the same newcomers are being brought by another way."""
    try:
        services.clients.record([each.decision for each in decided])
        return decided
    except IntegrityError:
        # One by one it shows which are known.
        return [each for each in decided if _is_recorded(services, each.steps)]


def _is_recorded(services: Services, steps: list[Step[Client]]) -> bool:
    """Record one newcomer; not where another import made a client of them."""
    try:
        services.clients.handle_all(steps)
    except ReusedError:
        return False
    return True


def _person(newcomer: Newcomer) -> Person:
    said, born = newcomer.person, newcomer.values.get("birth_date")
    birth_date = None if born is None else str(born)
    return Person(said.get("name"), said.get("client_number"), birth_date, newcomer.intake_on)


def _steps(newcomer: Newcomer, team: Team, coach: UUID, arrival: Arrival) -> Iterator[Step[Client]]:
    # A random id: nobody may find a client by what their source says of them.
    client_id = uuid4()
    for name, command in _commands(newcomer, client_id, team, coach, arrival.assigned_on):
        command_id = arrival.part(newcomer.command_id, name) if name else newcomer.command_id
        yield Step(command, CommandContext(arrival.at), command_id)


def _commands(
    new: Newcomer, client_id: UUID, team: Team, coach: UUID, assigned_on: date | None
) -> Iterator[tuple[str, ClientCommand]]:
    day = new.intake_on
    yield (
        "",
        TakeIntake(
            client_id=client_id,
            held_on=day,
            team=team.team_id,
            specialised=team.specialised,
            source=Source.IMPORT,
            **new.person,
        ),
    )
    yield (
        "assign",
        AssignClient(
            client_id=client_id,
            team=team.team_id,
            coach=coach,
            specialised=team.specialised,
            assigned_on=assigned_on or day,
        ),
    )
    for key, value in new.values.items():
        yield key, _registers(client_id, key, value, day)


def _registers(client_id: UUID, key: str, value: Value, day: date) -> ClientCommand:
    """The command that records a value of the catalogue."""
    match load()[key].recorded_by:
        case "plan_of_action":
            return AgreePlanOfAction(client_id=client_id, plan=str(value), agreed_on=day)
        case "service_track":
            if value == Track.EXEMPT:
                return BringExemption(client_id=client_id, chosen_on=day)
            return ChooseServiceTrack(client_id=client_id, track=Track(str(value)), chosen_on=day)
        case "contact_frequency":
            return AgreeContactFrequency(client_id=client_id, weeks=int(str(value)), agreed_on=day)
    return RegisterField(client_id=client_id, field=key, value=value, known_on=day, source=Source.IMPORT)
