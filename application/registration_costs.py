"""What registration costs and what it is for: minutes, requests and fields as the server measured them, never by
person; and for each field what used it in the last quarter."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import takewhile
from urllib.parse import parse_qs
from uuid import UUID

from sqlalchemy import Connection

from application import rights
from application.refusals import NotThereError
from application.rights import needs
from application.services import Services
from domain.calendar import Week, local_day
from domain.catalogue import Catalogue, Field
from domain.client import ContactFrequencyAgreed, PlanOfActionAgreed, ServiceTrackChosen
from domain.roles import Viewer
from domain.suppression import SMALLEST_GROUP, Shown, published
from eventlog.events import Event
from projections import definitions as revisions
from projections import offers
from records import people, saved_views
from records import registration_costs as costs
from records.people import Team
from records.registration_costs import FILTERED as FILTERED
from records.registration_costs import WHOLE as WHOLE
from records.registration_costs import Counted as Counted
from records.registration_costs import Key

QUARTER = timedelta(weeks=13)
# What one form records at most.
MOST = 60
OF_PLAN: Mapping[type[Event], str] = {
    PlanOfActionAgreed: "plan_of_action",
    ServiceTrackChosen: "service_track",
    ContactFrequencyAgreed: "contact_frequency",
}


@dataclass(frozen=True, slots=True)
class Cost:
    """What one form or field cost in the last quarter: how often it was saved, and of one saving the minutes and the
    requests. None where so few were that they would point at people."""

    saves: Shown
    minutes: float | None
    requests: float | None

    @property
    def hours(self) -> float | None:
        """All of it together."""
        return None if self.saves is None or self.minutes is None else self.saves * self.minutes / 60


@dataclass(frozen=True, slots=True)
class FormCosts:
    """What the forms cost a team, or all of them where `team` is None, since a Monday."""

    team: Team | None
    since: date
    forms: Mapping[str, Cost]


@dataclass(frozen=True, slots=True)
class Asked:
    """A field with what it cost and what used it in the last quarter: by how many saved filters, how often a caseload
    was looked through by it, vacancies and workshops that asked it, and revisions of its definition."""

    field: Field
    cost: Cost
    saved_filters: int
    looked_through: Shown
    offers: int
    decisions: int


@dataclass(frozen=True, slots=True)
class WhatWeAsk:
    """All fields, with what the forms cost in the city, since a Monday."""

    since: date
    fields: Sequence[Asked]
    forms: Mapping[str, Cost]


def note_costs(services: Services, counted: Mapping[tuple[UUID, str, str], Counted]) -> None:
    """Keep what was measured, by team, form and field, in the sums of this week."""
    monday = Week.of(services.today).monday
    rows: dict[Key, Counted] = {(monday, *key): each for key, each in counted.items()}
    with services.database.write() as connection:
        costs.add(connection, rows)


def fields_recorded(services: Services, position: int) -> list[str]:
    """The fields that were registered by what was recorded last of all up to a position, each once."""
    events = [recorded.event for recorded in services.log.page(max(position - MOST, 0), MOST, position)]
    last = events[-1]
    together = takewhile(
        lambda event: (event.originator_id, event.recorded_at) == (last.originator_id, last.recorded_at),
        reversed(events),
    )
    found = (OF_PLAN.get(type(event)) or getattr(event, "field", None) for event in together)
    return sorted({field for field in found if field})


@needs(rights.SEE_FIGURES)
def form_costs(services: Services, _viewer: Viewer, team_id: UUID | None) -> FormCosts:
    """What the forms cost a team, or the city. Raises NotThereError where there is no such team."""
    since = _since(services)
    with services.database.read() as connection:
        teams = people.all_teams(connection)
        team = next((each for each in teams if each.team_id == team_id), None)
        if team_id is not None and team is None:
            raise NotThereError
        few = team is not None and len(people.coaches(connection, team.team_id)) < SMALLEST_GROUP
        asked = [team.team_id] if team else [each.team_id for each in teams]
        counted = costs.since(connection, since, asked)
    return FormCosts(team, since, _by_form({} if few else counted))


@needs(rights.SEE_FIGURES)
def what_we_ask(services: Services, _viewer: Viewer) -> WhatWeAsk:
    """Each field that is asked, with what it cost the city and what it was used for in the last quarter."""
    since = _since(services)
    with services.database.read() as connection:
        counted = costs.since(connection, since, [team.team_id for team in people.all_teams(connection)])
        catalogue = revisions.on(connection, services.today).catalogue
        filters = _in_filters(saved_views.queries(connection))
        demanded = Counter(
            key
            for offer in offers.all_offers(connection, as_of=services.today)
            if offer.closed_on is None or offer.closed_on >= since
            for key in {requirement.field for requirement in offer.requirements}
        )
        decided = Counter(
            each.subject for each in revisions.revisions(connection) if local_day(each.revised_at) >= since
        )
    by_field: dict[str, Counted] = {}
    for (form, field), each in counted.items():
        if field != WHOLE and form != FILTERED:
            by_field[field] = by_field.get(field, Counted()) + each
    asked = [
        Asked(
            field,
            _cost(by_field.get(field.key, Counted())),
            filters[field.key],
            published(counted.get((FILTERED, field.key), Counted()).requests),
            demanded[field.key],
            decided[field.key],
        )
        for field in catalogue
    ]
    return WhatWeAsk(since, asked, _by_form(counted))


def minutes_of(services: Services, connection: Connection, field: str) -> float | None:
    """Of one saving of a field, as measured in all teams in the last quarter; None where there were too few to say."""
    teams = [team.team_id for team in people.all_teams(connection)]
    counted = costs.since(connection, _since(services), teams).items()
    about = [each for (form, key), each in counted if key == field and form != FILTERED]
    return _cost(sum(about, Counted())).minutes


def minutes_of_kind(
    services: Services, connection: Connection, kind: type[object], catalogue: Catalogue
) -> float | None:
    """Of one saving of a field of this kind: what one that is not asked yet will take."""
    teams = [team.team_id for team in people.all_teams(connection)]
    alike = {field.key for field in catalogue if type(field.kind) is kind}
    counted = costs.since(connection, _since(services), teams).items()
    return _cost(sum((each for (form, key), each in counted if key in alike and form != FILTERED), Counted())).minutes


def _since(services: Services) -> date:
    return Week.of(services.today - QUARTER).monday


def _by_form(counted: Mapping[tuple[str, str], Counted]) -> dict[str, Cost]:
    whole = {form: _cost(each) for (form, field), each in counted.items() if field == WHOLE}
    return dict(sorted(whole.items(), key=lambda each: -(each[1].hours or 0)))


def _cost(counted: Counted) -> Cost:
    saves = published(counted.saves)
    if not saves:
        return Cost(saves, None, None)
    return Cost(saves, counted.seconds / counted.saves / 60, counted.requests / counted.saves)


def _in_filters(queries: Sequence[str]) -> Counter[str]:
    """How many saved filters there are on each field."""
    return Counter(
        key for query in queries for key in {each.partition(":")[0] for each in parse_qs(query).get("f", ())}
    )
