"""What a rebuild changed in the city's figures, told as the city's figures are: rounded, and none of a small group."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from uuid import UUID

from application.services import Services
from application.team_figures import by_team
from domain.roles import Viewer
from domain.suppression import ByTeam, Shown, published
from projections import caseload_figures, data_gaps
from projections.caseload import Scope
from records import people

# Before and after, by the name of a figure.
Told = Mapping[str, tuple[Shown, Shown]]

# What read models call the figures of a rebuild, and by which of the city's they are judged.
_JUDGED_BY = {
    "open_clients": "open",
    "without_plan": "no_plan",
    "not_seen": "not_seen",
    "contact_overdue": "contact_due",
    "gaps_on_list": "listed",
}


def told(services: Services, viewer: Viewer, changes: Sequence[Mapping[str, Sequence[int | None]]]) -> list[Told]:
    """Figures of the city before and after each of some rebuilds; None for what was not known, and for a figure whose
    number in the city the viewer may not see today: how it was divided over teams then is not kept."""
    changed = {_JUDGED_BY.get(name) for each in changes for name in each}
    if not changed:
        # Most rebuilds change no figure, and each page of a team asks.
        return [{} for _ in changes]
    as_of = services.today
    with services.database.read() as connection:
        team_ids = [team.team_id for team in people.all_teams(connection)]
        figures = by_team(caseload_figures.totals(connection, as_of, Scope()), team_ids)
        # The gaps of a whole city are a million rows.
        gaps = data_gaps.totals_by_field(connection, as_of).values() if "listed" in changed else []
    listed: Counter[UUID] = Counter(dict.fromkeys(team_ids, 0))
    for by_field in gaps:
        listed.update({team_id: by_field.get(team_id, 0) for team_id in team_ids})
    judges = {**figures, "listed": ByTeam(listed, figures["open"])}
    open_ones = {name for name, judge in judges.items() if judge.total(viewer.team_id) is not None}

    def one(name: str, number: int | None) -> Shown:
        return published(number) if number is not None and _JUDGED_BY.get(name) in open_ones else None

    return [{name: (one(name, was), one(name, became)) for name, (was, became) in each.items()} for each in changes]
