"""Taking over for a time: a colleague's clients go to others until a day, and back in one step, all or none of them."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from uuid import UUID, uuid5

from application import clients, rights
from application.looks import Look
from application.refusals import NotThereError
from application.rights import needs
from application.services import Services
from application.spreading import Plan, TeamToSpread, fingerprint, record_as_one, spread, team_to_spread
from domain.client.take_overs import GiveBack, TakeOverForTime
from domain.refusal import Refused
from domain.roles import Viewer
from eventlog.commands import Answer
from projections import caseload, merges, take_overs
from projections.caseload import CaseloadRow
from projections.take_overs import Standing, TakenOver
from records import notice_choices, notices
from records.notice_choices import Way
from records.people import Account

READ_MODELS = ("caseload", "take_overs", "merges")


@dataclass(frozen=True, slots=True)
class TakeOverWish:
    """Whose clients go to which colleagues until which day; of those previewed only the `clients`. `preview` stands for
    what was shown."""

    away: UUID | None
    to: Collection[UUID]
    back_on: date | None
    clients: Collection[UUID]
    preview: str


@dataclass(frozen=True, slots=True)
class TakeOver:
    """Clients who were taken over together from one colleague: how many there were, and how many can be given back."""

    take_over_id: UUID
    from_coach_id: UUID
    coaches: Sequence[UUID]
    began_on: date
    back_on: date
    clients: int
    away: int

    def is_due(self, today: date) -> bool:
        return self.back_on <= today


@dataclass(frozen=True, slots=True)
class CameTogether:
    """How many clients came to a coach together from a colleague until a day, or came back from one."""

    other: UUID
    clients: int
    came_back: bool
    back_on: date


@dataclass(frozen=True, slots=True)
class TakeOversOfTeam:
    """What is taken over for a time in a team, what goes back first at the top; and what would become of the clients of
    who is away, if the colleagues chosen took over: `plan` is empty while nobody is chosen, or where `refused`."""

    open: Sequence[TakeOver]
    coaches: Sequence[Account]
    loads: Mapping[UUID | None, int]
    receiving: Sequence[UUID]
    plan: Sequence[tuple[UUID, UUID]]
    names: Mapping[UUID, str]
    preview: str
    refused: Refused | None


@dataclass(frozen=True, slots=True)
class ToGiveBack:
    """What goes back to whom, and what does not: each client of the own team with where they stand. `unnamed` are
    those in another team by now, `erased` those of whom nothing is left but that they were there. `names` has the name
    of the file that goes on, for one that was merged."""

    take_over: TakeOver
    back: Sequence[TakenOver]
    stays: Sequence[TakenOver]
    gone_back: int
    unnamed: int
    erased: int
    names: Mapping[UUID, str]
    preview: str
    refused: Refused | None


@needs(rights.ASSIGN)
def take_over_for_time(services: Services, viewer: Viewer, wish: TakeOverWish, command_id: UUID) -> Answer:
    """Hand clients of a colleague who is away for long to others of the team until a day: all of them or none. Sent
    again it is done once.

    Raises:
        NotThereError: the viewer has no team.
        Refused: it does not say who, to whom or until when, or it would come to something else than the preview.
    """
    services.engine.catch_up(READ_MODELS, wait=True)
    team, away = _team(services, viewer), wish.away
    chosen = sorted(map(str, wish.clients))
    take_over_id = uuid5(command_id, f"{away} {wish.back_on} {wish.preview} {' '.join(chosen)}")
    if written := services.log.written_by(take_over_id):
        return Answer(written[-1].stream_id, written[-1].position, len(written))
    plan = _plan(services, team, away, team.receiving(wish.to))
    if away is None or wish.back_on is None:
        raise Refused("Enter the day on which the clients go back.", field="back_on")
    if wish.preview != fingerprint(plan):
        raise Refused("Something has changed since the preview. Check it again.")
    plan = [(row, to) for row, to in plan if row.client_id in wish.clients]
    if not plan:
        raise Refused("Choose at least one client.", field="client")
    commands = [
        TakeOverForTime(
            client_id=row.client_id,
            take_over_id=take_over_id,
            team=team.team.team_id,
            specialised=team.team.specialised,
            from_coach=away,
            coach=to,
            back_on=wish.back_on,
            clients=len(plan),
        )
        for row, to in plan
    ]
    return record_as_one(services, viewer, commands, take_over_id, command_id)


@needs(rights.ASSIGN)
def give_back(services: Services, viewer: Viewer, take_over_id: UUID, preview: str, command_id: UUID) -> Answer:
    """Give the clients who were taken over together back to their colleague: all that can be, or none. Sent again it
    is done once. Who is closed, with somebody else, merged or erased by now stays as they are.

    Raises:
        NotThereError: nobody was taken over so in the viewer's team.
        Refused: the colleague works here no more, nobody is left to give back, or it is something else than was shown.
    """
    services.engine.catch_up(READ_MODELS, wait=True)
    team, rows = _team(services, viewer), _taken_over(services, viewer, take_over_id)
    whole = uuid5(command_id, f"{take_over_id} {preview}")
    if written := services.log.written_by(whole):
        return Answer(written[-1].stream_id, written[-1].position, len(written))
    back = _to_give_back(rows)
    if refused := _cannot_go_back(team, rows, back):
        raise refused
    if preview != _shown(back):
        raise Refused("Something has changed since the preview. Check it again.")
    commands = [
        GiveBack(
            client_id=row.client_id,
            take_over_id=take_over_id,
            team=team.team.team_id,
            specialised=team.team.specialised,
        )
        for row in back
    ]
    return record_as_one(services, viewer, commands, whole, command_id)


@needs(rights.ASSIGN)
def take_overs_of_team(services: Services, look: Look, away: UUID | None, chosen: Collection[UUID]) -> TakeOversOfTeam:
    """What is taken over for a time in the viewer's team, and what would be. Raises NotThereError as
    `take_over_for_time`."""
    team = _team(services, look.viewer)
    receiving, plan, refused = team.receiving(chosen), Plan(), None
    if away is not None:
        try:
            plan = _plan(services, team, away, receiving)
        except Refused as error:
            refused = error
    with services.database.read() as connection:
        rows = take_overs.of_team(connection, team.team.team_id)
    return TakeOversOfTeam(
        [each for each in _together(rows) if each.away],
        team.coaches,
        team.loads,
        receiving,
        [(row.client_id, to) for row, to in plan],
        clients.names_of(services, look, [row for row, _ in plan]),
        fingerprint(plan),
        refused,
    )


@needs(rights.ASSIGN)
def to_give_back(services: Services, look: Look, take_over_id: UUID) -> ToGiveBack:
    """What of the clients who were taken over together goes back, and what does not and why. Raises NotThereError as
    `give_back`."""
    team, rows = _team(services, look.viewer), _taken_over(services, look.viewer, take_over_id)
    (take_over,) = _together(rows)
    with services.database.read() as connection:
        kept = merges.kept_of(connection, [row.client_id for row in rows if row.standing is Standing.MERGED])
        now = {row.client_id: kept.get(row.client_id, row.client_id) for row in rows}
        found = {row.client_id: row for row in caseload.by_id(connection, now.values())}
    mine: dict[UUID, CaseloadRow] = {
        client_id: found[goes_on]
        for client_id, goes_on in now.items()
        if goes_on in found and found[goes_on].client.team_id == team.team.team_id
    }
    back = _to_give_back(rows)
    stays = [row for row in rows if row.standing not in (Standing.AWAY, Standing.GIVEN_BACK)]
    shown = [*back, *(row for row in stays if row.client_id in mine)]
    names = clients.names_of(services, look, [mine[row.client_id] for row in shown if row.client_id in mine])
    return ToGiveBack(
        take_over,
        back,
        [row for row in stays if row.client_id in mine],
        len(rows) - len(back) - len(stays),
        sum(row.client_id not in mine for row in stays),
        take_over.clients - len(rows),
        {client_id: names[row.client_id] for client_id, row in mine.items() if row.client_id in names},
        _shown(back),
        _cannot_go_back(team, rows, back),
    )


def count_due(services: Services, viewer: Viewer) -> int:
    """How many clients of the viewer's team were to be given back by today and were not; none for who gives nobody
    back, or does not want to hear of it."""
    if not rights.ASSIGN.allows(viewer):
        return 0
    with services.database.read() as connection:
        if notice_choices.of_account(connection, viewer.account_id)[notices.TO_GIVE_BACK] is Way.OFF:
            return 0
        return sum(row.team_id == viewer.team_id for row in take_overs.due(connection, services.today))


def of_coach(services: Services, viewer: Viewer) -> list[CameTogether]:
    """Who came to the viewer until a day, or came back, in the last two weeks, by how many came together; nobody for
    who does not want to hear of it."""
    with services.database.read() as connection:
        if notice_choices.of_account(connection, viewer.account_id)[notices.TAKEN_OVER] is Way.OFF:
            return []
        found = take_overs.came_of_late(connection, services.today, viewer.account_id)
    together = Counter((each.take_over_id, each.other, each.came_back, each.back_on) for each in found)
    return [
        CameTogether(other, clients, came_back, back_on) for (_, other, came_back, back_on), clients in together.items()
    ]


def _team(services: Services, viewer: Viewer) -> TeamToSpread:
    if viewer.team_id is None:
        raise NotThereError
    with services.database.read() as connection:
        found = team_to_spread(connection, viewer.team_id)
    if found is None:
        raise NotThereError
    return found


def _plan(services: Services, team: TeamToSpread, away: UUID | None, receiving: Sequence[UUID]) -> Plan:
    # Who is not here any more could not get them back.
    if away is None or away not in {coach.account_id for coach in team.coaches}:
        raise Refused("Choose a coach of your team.", field="coach")
    with services.database.read() as connection:
        return spread(connection, team, away, receiving)


def _taken_over(services: Services, viewer: Viewer, take_over_id: UUID) -> list[TakenOver]:
    if viewer.team_id is None:
        raise NotThereError
    with services.database.read() as connection:
        rows = take_overs.by_id(connection, viewer.team_id, [take_over_id])
    if not rows:
        raise NotThereError
    return rows


def _together(rows: Sequence[TakenOver]) -> list[TakeOver]:
    """The take-overs of rows in the order of `of_team`."""
    found = []
    for take_over_id, each in groupby(rows, key=lambda row: row.take_over_id):
        together = list(each)
        first, coaches = together[0], dict.fromkeys(row.coach_id for row in together)
        away = sum(row.standing is Standing.AWAY for row in together)
        took = (first.began_on, first.back_on, first.clients)
        found.append(TakeOver(take_over_id, first.from_coach_id, [*coaches], *took, away))
    return found


def _to_give_back(rows: Sequence[TakenOver]) -> list[TakenOver]:
    return [row for row in rows if row.standing is Standing.AWAY]


def _cannot_go_back(team: TeamToSpread, rows: Sequence[TakenOver], back: Sequence[TakenOver]) -> Refused | None:
    if not back:
        return Refused("Nobody is left to give back.")
    if rows[0].from_coach_id not in {coach.account_id for coach in team.coaches}:
        return Refused(
            "This colleague cannot log in any more, or is in another team. Assign the clients to somebody else."
        )
    return None


def _shown(back: Sequence[TakenOver]) -> str:
    """What stands for those who would be given back."""
    return hashlib.sha256("".join(str(row.client_id) for row in back).encode()).hexdigest()[:16]
