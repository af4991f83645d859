"""The paths that clients take through the service: which ways, how long between two steps, and where people wait now.

Numbers of one's own team are exact. What leaves a team is hidden and rounded as everywhere (`domain/suppression.py`):
each number behind which fewer than five clients stand, on either side of a median too.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar
from uuid import UUID

from application import clients, rights
from application.looks import Look
from application.path_counts import Counts, Pair, Steps, count, share_at_most
from application.refusals import NotThereError
from application.rights import needs
from application.services import Services
from domain.calendar import add_months
from domain.roles import SEES_TEAM
from domain.suppression import SMALLEST_GROUP, ByTeam, Shown, rounded
from projections import caseload
from projections import paths as read_model
from projections.caseload import Scope
from projections.paths import NO_TRACK as NO_TRACK
from projections.paths import STEPS as STEPS
from records import people
from records.people import Team

MONTHS = 24
LONGEST_WAITING = 20
HALF, MOST = 50, 90

Kind = TypeVar("Kind", str, Pair, Steps)


@dataclass(frozen=True, slots=True)
class Variant:
    """A way that clients took: its steps, how many took it, and of a hundred so many."""

    steps: Steps
    clients: int
    share: int


@dataclass(frozen=True, slots=True)
class Waiting:
    """How many clients, within how many days half of them went on, and nine of ten; None where that is not told.
    `before` is the step from which they came, `at` that which they reached, or at which they are now."""

    before: str | None
    at: str
    clients: int
    half: int | None
    most: int | None


@dataclass(frozen=True, slots=True)
class LongAtStep:
    """A client who has been longest at a step."""

    client_id: UUID
    step: str
    since: date


@dataclass(frozen=True, slots=True)
class Paths:
    """The paths of a team, or of all where `team` is None, that began since a day. `left_out`: of how many ways, and in
    one's own team of how many clients, nothing is told. `longest` and `names` are for those who lead the team."""

    team: Team | None
    own: bool
    leads: bool
    teams: Sequence[Team]
    since: date
    clients: Shown
    reached: Mapping[str, int]
    variants: Sequence[Variant]
    left_out: tuple[int, int]
    between: Sequence[Waiting]
    staying: Sequence[Waiting]
    longest: Sequence[LongAtStep]
    names: Mapping[UUID, str]


@needs(rights.SEE_PATHS)
def paths(
    services: Services,
    look: Look,
    team_id: UUID | None,
    track: str | None = None,
    since: date | None = None,
    *,
    most: int | None = None,
) -> Paths:
    """The paths of a team, or of all teams; of those on a track, and so `most` of the ways.

    Raises:
        NotThereError: there is no such team.
    """
    me, as_of = look.viewer, services.today
    begun = since or add_months(as_of, -MONTHS)
    own = team_id is not None and me.team_id == team_id
    leads = own and me.role in SEES_TEAM
    with services.database.read() as connection:
        teams = people.all_teams(connection)
        team = next((each for each in teams if each.team_id == team_id), None)
        if team_id is not None and team is None:
            raise NotThereError
        found = read_model.of_team(connection, team_id if own else None, track)
        longest = _longest(found) if leads else []
        shown = caseload.open_by_id(connection, Scope(team_id=team_id), [each.client_id for each in longest])
    told = _Told(count(found, begun, as_of), me.team_id, team_id, own=own)
    variants, left_out = told.variants(most)
    names = clients.names_of(services, look, shown) if leads else {}
    return Paths(
        team=team,
        own=own,
        leads=leads,
        teams=teams,
        since=begun,
        clients=told.clients,
        reached=told.reached(),
        variants=variants,
        left_out=left_out,
        between=told.between(),
        staying=told.staying(),
        longest=[each for each in longest if each.client_id in names],
        names=names,
    )


def _longest(found: Sequence[read_model.Path]) -> list[LongAtStep]:
    """Those who have been longest where they are."""
    there = [(int(path.days.split()[-1]), path.client_id, path.steps.split()[-1]) for path in found]
    staying = sorted(each for each in there if each[2] not in read_model.ENDS)
    return [LongAtStep(client_id, step, date.fromordinal(day)) for day, client_id, step in staying[:LONGEST_WAITING]]


class _Told:
    """What may be told of what was counted: of the own team all; of others what gives away no small group."""

    def __init__(
        self, counted: Mapping[UUID | None, Counts], mine: UUID | None, team_id: UUID | None, *, own: bool
    ) -> None:
        self._counted, self._mine, self._team_id, self._own = counted, mine, team_id, own
        self._asked = [counts for team, counts in counted.items() if team_id is None or team == team_id]
        self._begun = ByTeam({team: counts.clients for team, counts in counted.items()})
        self.clients = self._number(self._begun)

    def _number(self, by: ByTeam[UUID | None]) -> Shown:
        if self._own:
            return by.numbers.get(self._team_id, 0)
        return by.total(self._mine) if self._team_id is None else by.of(self._team_id)

    def _numbers(self, by_team: Mapping[UUID | None, Mapping[Kind, int]]) -> dict[Kind, int]:
        """Each that may be told, with how many; none of which there is nobody."""
        total: Counter[Kind] = Counter()
        for numbers in by_team.values():
            total.update(numbers)
        found: dict[Kind, int] = {}
        for kind, in_all in total.items():
            if in_all < SMALLEST_GROUP and not self._own:
                # Fewer than five in the whole city: whoever looks is told nothing of them.
                continue
            by = ByTeam({team: n for team, numbers in by_team.items() if (n := numbers.get(kind, 0))}, self._begun)
            if number := self._number(by):
                found[kind] = number
        return found

    def reached(self) -> dict[str, int]:
        return self._numbers({team: counts.reached for team, counts in self._counted.items()})

    def variants(self, most: int | None) -> tuple[list[Variant], tuple[int, int]]:
        """The ways, the most taken first; and of how many others nothing is told, with how many clients."""
        told = self._numbers({team: counts.variants for team, counts in self._counted.items()})
        ordered = sorted(told.items(), key=lambda each: (-each[1], each[0]))
        shown = ordered[:most] if most else ordered
        whole = self.clients or sum(told.values()) or 1
        left = ordered[len(shown) :]
        rows = [Variant(steps, number, min(100, round(100 * number / whole))) for steps, number in shown]
        return rows, (len(left), sum(number for _steps, number in left))

    def between(self) -> list[Waiting]:
        """What follows on what, the most frequent first."""
        numbers = self._numbers({t: {p: len(d) for p, d in c.waits.items()} for t, c in self._counted.items()})
        rows = [self._waiting(before, at, n, self._days((before, at))) for (before, at), n in numbers.items()]
        return sorted(rows, key=lambda row: (-row.clients, row.before or "", row.at))

    def staying(self) -> list[Waiting]:
        """At which step those are now who have not left, where they wait longest first."""
        numbers = self._numbers({t: {s: len(d) for s, d in c.staying.items()} for t, c in self._counted.items()})
        rows = [
            self._waiting(None, step, n, [day for counts in self._asked for day in counts.staying.get(step, ())])
            for step, n in numbers.items()
        ]
        return sorted(rows, key=lambda row: (-(row.half or -1), -row.clients, row.at))

    def _days(self, pair: Pair) -> list[int]:
        return [day for counts in self._asked for day in counts.waits.get(pair, ())]

    def _waiting(self, before: str | None, at: str, number: int, days: list[int]) -> Waiting:
        return Waiting(before, at, number, self._within(days, HALF), self._within(days, MOST))

    def _within(self, days: list[int], percent: int) -> int | None:
        """Within how many days so many of a hundred went on: told from five clients on, and in figures that leave the
        team where at least five stand on either side of it."""
        beyond = len(days) * (100 - percent) // 100
        if len(days) < SMALLEST_GROUP or (not self._own and beyond < SMALLEST_GROUP):
            return None
        found = share_at_most(days, percent)
        return found if self._own else rounded(found)
