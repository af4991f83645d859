"""What if: every team's figures as they are and as they would become, side by side, before a definition is revised."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from flask import Blueprint, abort, render_template

from application import rights
from domain.in_force import parameters_of
from domain.suppression import Shown, shown_column
from projections import what_if
from projections.what_if import Compared
from records import people
from records.people import Team
from web.context import colleagues, services, viewer
from web.permissions import access

page = Blueprint("what_if", __name__, url_prefix="/definitions/what-if")


@dataclass(frozen=True, slots=True)
class Side:
    """A team's number as it is and as it would become; None where one of them has to be hidden."""

    now: Shown
    then: Shown

    @property
    def change(self) -> int | None:
        return None if self.now is None or self.then is None else self.then - self.now


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure that would change: of the city, and of each team."""

    measure: str
    field: str
    city: Side
    teams: list[tuple[Team, Side]]


def _figure(compared: Compared, teams: Sequence[Team]) -> Figure:
    def column(numbers: Mapping[UUID, int]) -> list[int]:
        return [numbers.get(team.team_id, 0) for team in teams]

    # What is hidden on one side would follow from the other side and the difference.
    hidden = [
        None in pair
        for pair in zip(shown_column(column(compared.now)), shown_column(column(compared.then)), strict=True)
    ]
    sides = [
        Side(None, None) if hide else Side(now, then)
        for hide, now, then in zip(hidden, column(compared.now), column(compared.then), strict=True)
    ]
    city = Side(sum(compared.now.values()), sum(compared.then.values()))
    return Figure(compared.measure, compared.field, city, list(zip(teams, sides, strict=True)))


@page.get("/<uuid:what_if_id>")
@access(rights.LOG_SIGNALS)
def one(what_if_id: UUID) -> str:
    """The question, and the figures once they are counted."""
    with services().database.read() as connection:
        asked = what_if.find(connection, what_if_id) or abort(404)
        teams = people.all_teams(connection)
    figures = asked.figures or []
    return render_template(
        "what_if.html", asked=asked, names=colleagues(), may_decide=viewer().decides_signals,
        before=parameters_of(asked.subject, what_if.definitions_of(asked.now)),
        after=parameters_of(asked.subject, what_if.definitions_of(asked.proposed)),
        figures=[_figure(f, teams) for f in figures if f.differs],
        same=[f for f in figures if not f.differs and not f.field],
    )  # fmt: skip
