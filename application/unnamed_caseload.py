"""A team's clients without names, for a coach of the team: by track and state alone, and in groups."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from application import rights
from application.looks import Look, Seen
from application.refusals import NotAllowedError
from application.rights import needs
from application.services import Services
from domain.catalogue import Field, State
from domain.filters import STATES, Filter
from domain.refusal import Refused
from domain.suppression import SMALLEST_GROUP
from projections import caseload
from projections.caseload import Scope
from projections.filters import condition

TRACK = "service_track"
MOST_FILTERS = 4


@dataclass(frozen=True, slots=True)
class UnnamedClient:
    """What is shown of somebody without a name: the track, and in which state fields are."""

    track: str | None
    states: Mapping[str, State]


@dataclass(frozen=True, slots=True)
class UnnamedGroup:
    """Clients of a team without names. `clients` is None for a group that is not shown: it, or what sets it apart from
    a wider one, is so few that it would point at people; `found` is not told then either."""

    everybody: int
    found: int | None
    clients: Sequence[UnnamedClient] | None


@needs(rights.SEE_UNNAMED)
def unnamed_caseload(
    services: Services, look: Look, filters: Sequence[Filter], fields: Sequence[Field], *, limit: int, offset: int = 0
) -> UnnamedGroup:
    """The viewer's team, as far as filters leave it, with the states of some fields.

    Raises:
        NotAllowedError: the viewer is no coach of a team.
        Refused: a filter is by something else than track or state, which would single people out.
    """
    viewer = look.viewer
    if viewer.team_id is None:
        raise NotAllowedError
    if len(filters) > MOST_FILTERS:
        raise Refused("Clients without names are filtered by %(most)d things at most.", field="f", most=MOST_FILTERS)
    for f in filters:
        if f.key != TRACK and f.operator not in STATES:
            raise Refused("Clients without names are filtered by service track and by states only.", field="f")
    scope, as_of = Scope(team_id=viewer.team_id), services.today
    conditions = [condition(f, as_of) for f in filters]
    with services.database.read() as connection:
        everybody = caseload.count(connection, scope)
        found = caseload.count(connection, scope, conditions)
        # What any of the filters alone, or some of them, leave is a list that can be seen as well.
        wider = [some for size in range(len(conditions)) for some in combinations(conditions, size)]
        left_out = [caseload.count(connection, scope, some) - found for some in wider]
        if found < SMALLEST_GROUP or any(0 < number < SMALLEST_GROUP for number in left_out):
            return UnnamedGroup(everybody, None, None)
        rows = caseload.clients(connection, scope, conditions, order="track", limit=limit, offset=offset)
    look.note([row.client_id for row in rows], Seen.UNNAMED)
    shown = [
        UnnamedClient(row.client.track, {f.key: caseload.cell(row.client, f, as_of)[0] for f in fields}) for row in rows
    ]
    return UnnamedGroup(everybody, found, shown)
