"""Who may do what: the table of roles, as questions about one viewer and one client."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID


class Role(StrEnum):
    WORK_COACH = "work_coach"
    QUALITY_OFFICER = "quality_officer"
    TEAM_MANAGER = "team_manager"
    PROCESS_MANAGER = "process_manager"
    PRIVACY_OFFICER = "privacy_officer"
    ADMINISTRATOR = "administrator"


SEES_TEAM = frozenset({Role.QUALITY_OFFICER, Role.TEAM_MANAGER})
SEES_CITY_FIGURES = frozenset({Role.WORK_COACH, Role.QUALITY_OFFICER, Role.TEAM_MANAGER, Role.PROCESS_MANAGER})
LOGS_SIGNALS = SEES_CITY_FIGURES
READS_EXEMPTIONS = SEES_TEAM


@dataclass(frozen=True, slots=True)
class Viewer:
    """Somebody at a screen. `improves`: a member of the data-driven improvement team, beside the role."""

    account_id: UUID
    role: Role
    team_id: UUID | None
    improves: bool = False
    # the coaches on leave for whom this one stands in today
    stands_in_for: frozenset[UUID] = frozenset()
    # came in with a password that somebody else gave, and has to choose one first
    one_time_password: bool = False

    def may_read(self, team_id: UUID | None, coach_id: UUID | None) -> bool:
        """Whether this viewer may open the file of a client of that team and coach, as a stand-in too."""
        if self.role is Role.WORK_COACH:
            return self.may_record(team_id, coach_id)
        return self.role in SEES_TEAM and self.team_id is not None and team_id == self.team_id

    def coaches_client_of(self, coach_id: UUID | None) -> bool:
        """Whether this viewer is the client's own coach, with whom stays what nobody else decides: closing the file,
        handing it over, the own note, what is sensitive."""
        return self.role is Role.WORK_COACH and coach_id == self.account_id

    def stands_in(self, coach_id: UUID | None) -> bool:
        """Whether this viewer stands in today for the client's coach, who is on leave; for nobody else: who stands in
        for somebody does not stand in for those for whom that one does."""
        return self.role is Role.WORK_COACH and coach_id is not None and coach_id in self.stands_in_for

    def may_record(self, team_id: UUID | None, coach_id: UUID | None) -> bool:
        """Whether this viewer may record contacts and registrations: the client's own coach, and who stands in."""
        return self.coaches_client_of(coach_id) or self.stands_in(coach_id)

    def may_correct(self, team_id: UUID | None, coach_id: UUID | None) -> bool:
        """Whether this viewer may correct what was recorded: the coach or who stands in, or the team's
        quality officer."""
        officer = self.role is Role.QUALITY_OFFICER and self.team_id is not None and team_id == self.team_id
        return officer or self.may_record(team_id, coach_id)

    def may_review(self, team_id: UUID | None) -> bool:
        """Whether this viewer may note what came of looking at a file together: the team's quality officer."""
        return self.role is Role.QUALITY_OFFICER and self.team_id is not None and team_id == self.team_id

    def may_assign(self, team_id: UUID | None) -> bool:
        """Whether this viewer may assign or transfer clients of that team."""
        return self.role is Role.TEAM_MANAGER and self.team_id is not None and team_id == self.team_id

    def may_merge(self, team_id: UUID | None, coach_id: UUID | None) -> bool:
        """Whether this viewer may merge a file of that team and coach with another, and undo it: the coach; the quality
        officer and the manager of the team; and the privacy officer, who sees its number alone."""
        if self.role is Role.WORK_COACH:
            return coach_id == self.account_id
        return self.role is Role.PRIVACY_OFFICER or self.may_read(team_id, coach_id)

    def sees_sensitive(self, coach_id: UUID | None) -> bool:
        """Whether this viewer sees special categories of personal data: the client's own coach alone."""
        return self.coaches_client_of(coach_id)

    def may_change_offer(self, entered_by: UUID | None, team_id: UUID | None) -> bool:
        """Whether this viewer may change or close an offer: who entered it, and colleagues of the same team."""
        own_team = self.team_id is not None and team_id == self.team_id
        return self.offers_work and (entered_by == self.account_id or own_team)

    @property
    def reads_files(self) -> bool:
        """Whether this viewer opens files at all."""
        return self.role is Role.WORK_COACH or self.role in SEES_TEAM

    @property
    def coaches(self) -> bool:
        return self.role is Role.WORK_COACH

    @property
    def offers_work(self) -> bool:
        """Whether this viewer enters vacancies and workshops."""
        return self.role in {Role.WORK_COACH, Role.TEAM_MANAGER, Role.QUALITY_OFFICER}

    @property
    def reads_exemptions(self) -> bool:
        """Whether this viewer reads drafts of exemptions of the team, and decides on them."""
        return self.role in READS_EXEMPTIONS

    @property
    def takes_intakes(self) -> bool:
        return self.role in {Role.WORK_COACH, Role.TEAM_MANAGER}

    def may_see_application(self, team_id: UUID | None) -> bool:
        """Whether this viewer sees somebody who applied: while no team has the meeting, and then the one that has."""
        return self.takes_intakes and (team_id is None or team_id == self.team_id)

    @property
    def logs_signals(self) -> bool:
        return self.role in LOGS_SIGNALS

    @property
    def triages_signals(self) -> bool:
        return self.improves or self.role in {Role.QUALITY_OFFICER, Role.PROCESS_MANAGER}

    @property
    def decides_signals(self) -> bool:
        """Whether this viewer decides on signals, definitions and norms: the improvement team in a meeting."""
        return self.improves or self.role is Role.PROCESS_MANAGER

    @property
    def sees_representation(self) -> bool:
        """Whether this viewer sees figures by protected characteristics: no coach but of an improvement team."""
        return self.role in SEES_CITY_FIGURES and (self.improves or self.role is not Role.WORK_COACH)

    @property
    def decides_alone(self) -> bool:
        """Whether this viewer decides without a meeting."""
        return self.role is Role.PROCESS_MANAGER
