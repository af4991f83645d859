"""A field of one's own: what is introduced into the catalogue, and retired, by a decision on what to record at all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

import msgspec

from application import registration_costs, rights
from application.decisions import DecidedIn, meetings_to_decide_in, require_decided
from application.rights import needs
from application.services import Services
from domain.catalogue import Always, Catalogue, Field
from domain.introducing import CatalogueCommand, WithdrawIntroduction
from domain.roles import Viewer
from domain.suppression import ByTeam, Shown
from eventlog.commands import Answer, CommandContext
from projections import conditions, definitions
from projections.definitions import Revision
from records import people
from records.people import Team


@dataclass(frozen=True, slots=True)
class OwnCatalogue:
    """What was introduced here and retired, the latest first, each as the parameters of its row; the catalogue that
    they make, also of what is still planned; the meetings to decide in, and the day."""

    changes: Sequence[Revision]
    planned: Catalogue
    in_force: Catalogue
    meetings: Sequence[DecidedIn]
    pending: Sequence[str]
    today: date


@needs(rights.READ_DEFINITIONS)
def own_catalogue(services: Services, viewer: Viewer) -> OwnCatalogue:
    """What was introduced here, retired, and is planned."""
    with services.database.read() as connection:
        changes = definitions.introductions(connection)
        everything = definitions.ever(connection)
        meetings = meetings_to_decide_in(services, viewer, connection)
    return OwnCatalogue(
        changes[::-1],
        definitions.in_force(everything, date.max).catalogue,
        definitions.in_force(everything, services.today).catalogue,
        meetings,
        services.engine.under_other_rules(),
        services.today,
    )


# Who may not decide is told so by the domain: as a proposal, it becomes a signal.
@needs(rights.LOG_SIGNALS)
def change_catalogue(services: Services, viewer: Viewer, command: CatalogueCommand, command_id: UUID) -> Answer:
    """Introduce a field, an option, a group or a rule from a day on, or retire one.

    Raises:
        Refused: it is not the viewer's to decide, alone or in this meeting, or what is said is not sound.
    """
    require_decided(services, viewer, command.meeting, command.signal)
    return _handled(services, viewer, command, command_id)


@needs(rights.LOG_SIGNALS)
def withdraw_introduction(
    services: Services, viewer: Viewer, command: WithdrawIntroduction, command_id: UUID
) -> Answer:
    """Take a change of the catalogue back before its first day.

    Raises:
        Refused: it is not the viewer's to decide, alone or in this meeting, or it is in force already.
    """
    require_decided(services, viewer, command.meeting)
    return _handled(services, viewer, command, command_id)


@dataclass(frozen=True, slots=True)
class CostOfAsking:
    """What a field would cost before it is asked: of how many clients of the city and of each team, and the minutes
    that one saving of a field of its kind took in the last quarter, None where that was not measured."""

    city: Shown
    teams: Sequence[tuple[Team, Shown]]
    minutes: float | None

    def hours(self, asked: Shown) -> float | None:
        """Of asking so many; None where the number is hidden or the minutes unmeasured."""
        return None if asked is None or self.minutes is None else asked * self.minutes / 60


@needs(rights.DECIDE)
def cost_of_asking(services: Services, viewer: Viewer, field: Field) -> CostOfAsking:
    """What it would cost to ask a field: of everybody of whom it would be required, or of all open clients where it is
    never required. Nothing is introduced by it."""
    when = field.required.when if field.required else Always()
    with services.database.read() as connection:
        catalogue = definitions.on(connection, services.today).catalogue
        asked = conditions.asked_by_team(connection, when, catalogue, specialised_only=field.specialised_only)
        everybody = conditions.asked_by_team(connection, Always(), catalogue, specialised_only=False)
        teams = people.all_teams(connection)
        minutes = registration_costs.minutes_of_kind(services, connection, type(field.kind), catalogue)
    shown = ByTeam(_of_teams(asked, teams), ByTeam(_of_teams(everybody, teams)))
    return CostOfAsking(shown.total(viewer.team_id), [(team, shown.of(team.team_id)) for team in teams], minutes)


def _of_teams(numbers: Mapping[UUID | None, int], teams: Sequence[Team]) -> dict[UUID, int]:
    return {team.team_id: numbers.get(team.team_id, 0) for team in teams}


def _handled(
    services: Services, viewer: Viewer, command: CatalogueCommand | WithdrawIntroduction, command_id: UUID
) -> Answer:
    own = msgspec.structs.replace(command, viewer=viewer)
    return services.catalogue.handle(own, CommandContext(services.clock(), viewer.account_id), command_id)
