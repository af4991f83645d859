"""The quality of a team's registrations: states of fields by week, what is misread, and files to look at together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from msgspec import Struct

from application import clients, rights
from application.looks import Look
from application.refusals import NotAllowedError, NotThereError
from application.rights import needs
from application.services import Services
from database.rows import part_of
from domain.calendar import Week
from domain.catalogue import State, load
from domain.client import ChosenBy, ReviewFile, ReviewOutcome
from domain.refusal import Refused
from eventlog.commands import Answer, CommandContext
from projections import caseload, caseload_figures, data_gaps, proposals, weekly_figures
from projections.caseload import CaseloadClient, Scope
from records import drawn_files

WEEKS = timedelta(weeks=26)
MISREAD_IN = timedelta(weeks=12)
MISREAD = 8
# Of each way of choosing, a week.
FILES = 5
AGAIN_AFTER = timedelta(days=90)
REVIEWED = 20

_RECORDED = (State.KNOWN, State.STALE, State.NOT_RELEVANT, State.DECLINED)

# Numbers by Monday, the earliest first.
Numbers = Sequence[tuple[date, int]]


class ReviewedFile(Struct, frozen=True):
    """A file that was looked at together, and what came of it."""

    client_id: UUID
    reviewed_on: date
    reviewed_by: UUID | None
    chosen_by: str
    outcome: str


@dataclass(frozen=True, slots=True)
class Quality:
    """How complete a team's registrations are. `states` and `contradicted` are of today, by field; `listed` of the last
    Monday; `then` of the Monday that was asked for, by measure and field, None where none was. `misread` are fields
    with their corrections and contradictions; `by_rule`, `by_chance` and `reviewed` are clients, named in `names`."""

    states: Mapping[str, Mapping[State, int]]
    contradicted: Mapping[str, int]
    everybody: int
    monday: date | None
    mondays: Sequence[date]
    listed: Mapping[str, int]
    then: Mapping[str, Mapping[str, int]] | None
    trend: Mapping[str, Numbers]
    listed_by_field: Mapping[str, Numbers]
    misread: Sequence[tuple[str, int, int]]
    by_rule: Sequence[CaseloadClient]
    by_chance: Sequence[CaseloadClient]
    review_count: int
    reviewed: Sequence[ReviewedFile]
    names: Mapping[UUID, str]

    @property
    def recorded(self) -> Set[str]:
        """The fields of which something is recorded."""
        return {field for field, states in self.states.items() if any(states[s] for s in _RECORDED)}


@needs(rights.REVIEW)
def quality(services: Services, look: Look, week: date | None, *, everything: bool = False) -> Quality:
    """The registrations of the viewer's team today, and beside them those of a Monday; of the files looked at the
    latest, or `everything`.

    Raises:
        NotThereError: the viewer is of no team.
    """
    team_id, as_of = look.viewer.team_id, services.today
    if team_id is None:
        raise NotThereError
    scope = Scope(team_id=team_id)
    with services.database.read() as connection:
        states = caseload_figures.field_states(connection, as_of, scope)
        contradictions = data_gaps.contradictions(connection, team_id)
        contradicted = Counter(field for _, field in contradictions)
        monday = weekly_figures.built_upto(connection)
        mondays = weekly_figures.mondays(connection)
        then = weekly_figures.of_week(connection, week, team_id) if week else None
        listed = weekly_figures.of_week(connection, monday, team_id).get("listed", {}) if monday else {}
        everybody = caseload.count(connection, scope)
        trend = weekly_figures.series(connection, ("listed", "stale", "contradictory"), as_of - WEEKS, team_id)
        by_field = weekly_figures.by_detail(connection, "listed", as_of - WEEKS, team_id)
        corrected = weekly_figures.by_detail(connection, "corrected", as_of - MISREAD_IN, team_id)
        reviewed = proposals.reviews(connection, scope)
        # Who was looked at lately is not drawn again, even where the page has no room for it.
        recent = {r.client_id for r in reviewed if r.reviewed_on > as_of - AGAIN_AFTER}
        by_rule = caseload.open_by_id(connection, scope, _first(contradictions, recent))
        drawn = drawn_files.of_week(connection, team_id, Week.of(as_of))
    if not drawn:
        drawn = _draw(services, team_id, recent)
    with services.database.read() as connection:
        by_chance = caseload.open_by_id(connection, scope, [c for c in drawn if c not in recent])
    review_count = len(reviewed)
    reviewed = reviewed if everything else reviewed[:REVIEWED]
    names = clients.names_of(services, look, [*by_rule, *by_chance, *reviewed])
    return Quality(
        states=states,
        contradicted=contradicted,
        everybody=everybody,
        monday=monday,
        mondays=mondays,
        listed=listed,
        then=then,
        trend=trend,
        listed_by_field=by_field,
        misread=_misread(corrected, contradicted),
        by_rule=[row.client for row in by_rule],
        by_chance=[row.client for row in by_chance],
        review_count=review_count,
        reviewed=[part_of(ReviewedFile, review) for review in reviewed],
        names=names,
    )


def _misread(corrected: Mapping[str, Numbers], contradicted: Mapping[str, int]) -> list[tuple[str, int, int]]:
    counted = ((f.key, sum(n for _, n in corrected.get(f.key, [])), contradicted.get(f.key, 0)) for f in load())
    return sorted((each for each in counted if each[1] or each[2]), key=lambda each: (-each[1] - each[2], each[0]))[
        :MISREAD
    ]


def _first(contradictions: Sequence[tuple[UUID, str]], recent: Set[UUID]) -> list[UUID]:
    """The first few clients of these, without those looked at lately."""
    return list(dict.fromkeys(client_id for client_id, _ in contradictions if client_id not in recent))[:FILES]


def _draw(services: Services, team_id: UUID, recent: Set[UUID]) -> list[UUID]:
    """Draw this week's files of a team, for whoever asks in this week, whatever becomes of the team meanwhile."""
    week = Week.of(services.today)
    with services.database.write() as connection:

        def among() -> list[UUID]:
            team = caseload.sealed_names(connection, Scope(team_id=team_id))
            return [client_id for client_id, _, _ in team if client_id not in recent]

        drawn_files.draw(connection, team_id, week, among, FILES)
        return drawn_files.of_week(connection, team_id, week)


@needs(rights.REVIEW)
def review_file(
    services: Services, look: Look, client_id: UUID, chosen_by: str, outcome: str, note: str | None, command_id: UUID
) -> Answer:
    """Note what came of looking at a file together. `chosen_by` and `outcome` are codes, as a form brings them.

    Raises:
        NotThereError: there is no such client, or none for this viewer.
        NotAllowedError: it is no client of the viewer's team.
        Refused: a code is none, or what is said of it is not sound.
    """
    row = clients.readable(services, look, client_id)
    if not look.viewer.may_review(row.client.team_id):
        raise NotAllowedError
    if outcome not in set(ReviewOutcome) or chosen_by not in set(ChosenBy):
        raise Refused("Choose the result.", field="outcome")
    command = ReviewFile(client_id=client_id, chosen_by=ChosenBy(chosen_by), outcome=ReviewOutcome(outcome), note=note)
    return services.clients.handle(command, CommandContext(services.clock(), look.viewer.account_id), command_id)
