"""What the requirements of vacancies do to groups: said to who writes them, and shown of those of the last quarter."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from application import rights
from application.refusals import NotThereError
from application.representation import visible_teams
from application.representation_reports import QUARTER, filtered
from application.rights import needs
from application.services import Services
from domain.catalogue import Field, State
from domain.dropping import Dropping, droppings, far_more
from domain.matching import Requirement, Verdict, judge
from domain.offer import OfferKind
from domain.representation import ASKED, EVERYBODY, FAILS, FIELD, MET, Row, characteristics, group_of, key_of
from domain.roles import Viewer
from domain.suppression import Shown, published
from projections import caseload_groups, offers
from projections import definitions as revisions
from projections.offers import OfferRow
from records import people
from records import registration_costs as costs
from records import representation as reports
from records.registration_costs import FILTERED

# Why a field is unknown of somebody.
UNKNOWN = (State.UNKNOWN, State.DECLINED, State.NOT_RELEVANT, State.STALE)


@dataclass(frozen=True, slots=True)
class Filtered:
    """A field by which caseloads were looked through in the last quarter, how often, and how many open clients such a
    filter leaves out since it is unknown of them, by why."""

    field: Field
    times: Shown
    unknown: Mapping[str, Shown]


@dataclass(frozen=True, slots=True)
class Asked:
    """A requirement: how many open clients it leaves out, of how many it has to be asked, by why, and which groups it
    leaves out far more often than everybody else."""

    requirement: Requirement
    fails: Shown
    unknown: Mapping[str, Shown]
    groups: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class LeftOut:
    """What filters and vacancies of the last quarter left out, by the numbers of the last report."""

    filters: Sequence[Filtered]
    vacancies: Sequence[tuple[OfferRow, Sequence[Asked]]]


@needs(rights.SEE_REPRESENTATION)
def left_out(services: Services, viewer: Viewer, team_id: UUID | None) -> LeftOut:
    """What was left out in the city or a team. Raises NotThereError where that is no team of the viewer's."""
    today = services.today
    with services.database.read() as connection:
        teams = people.all_teams(connection)
        if team_id is not None and team_id not in [team.team_id for team in visible_teams(viewer, teams)]:
            raise NotThereError
        scope = str(team_id) if team_id else reports.CITY
        days = reports.days(connection, scope)
        rows = {row.key: row for row in reports.told(connection, days[0], scope)} if days else {}
        catalogue = revisions.on(connection, today).catalogue
        counted = costs.since(connection, today - QUARTER, [team.team_id for team in teams])
        vacancies = [
            offer
            for offer in offers.all_offers(connection, as_of=today)
            if offer.kind == OfferKind.VACANCY and (offer.closed_on is None or offer.closed_on >= today - QUARTER)
        ]
    by_field = {key: each.requests for (form, key), each in counted.items() if form == FILTERED}
    filters = [
        Filtered(field, published(by_field[field.key]), _unknown(rows, FIELD + field.key))
        for field in filtered(catalogue)
        if by_field.get(field.key)
    ]
    # Of what a vacancy asks since the last report, nothing is counted yet.
    there = [(offer, [_asked(rows, r) for r in offer.requirements if _is_counted(rows, r)]) for offer in vacancies]
    return LeftOut(filters, [(offer, asked) for offer, asked in there if asked])


@needs(rights.OFFER_WORK)
def far_more_left_out(services: Services, viewer: Viewer, requirements: Sequence[Requirement]) -> list[Dropping]:
    """Which groups of the city each requirement leaves out far more often than everybody else. No number is told."""
    today = services.today
    everybody: Counter[Requirement] = Counter()
    out: dict[tuple[str, str], Counter[Requirement]] = defaultdict(Counter)
    there: Counter[tuple[str, str]] = Counter()
    with services.database.read() as connection:
        catalogue = revisions.on(connection, today).catalogue
        chosen = set(reports.chosen(connection))
        fields = [field for field in characteristics(catalogue) if field.key in chosen]
        known = [r for r in requirements if r.field in catalogue and not catalogue[r.field].sensitive]
        wanted = list({f.key: f for f in (*fields, *(catalogue[r.field] for r in known))}.values())
        number = 0
        for client in caseload_groups.counted(connection, wanted, wanted, today, today):
            if client.closed_on is not None:
                continue
            number += 1
            failed = [r for r in known if judge([r], client.facts, catalogue).verdict is Verdict.FAILS]
            everybody.update(failed)
            for field in fields:
                fact = client.facts[field.key]
                if fact.state is State.KNOWN:
                    group = (field.key, group_of(field, fact.state, fact.value, today))
                    there[group] += 1
                    out[group].update(failed)
    found = droppings({group: (times, out[group]) for group, times in there.items()}, (number, everybody), known)
    # That who has little schooling is left out by asking for schooling is what was asked.
    return [each for each in found if each.characteristic != each.requirement.field]


def _is_counted(rows: Mapping[str, Row], requirement: Requirement) -> bool:
    of = ASKED + str(requirement)
    return any(key_of([(of, group)]) in rows for group in (MET, FAILS, *UNKNOWN))


def _asked(rows: Mapping[str, Row], requirement: Requirement) -> Asked:
    of = ASKED + str(requirement)
    fails = key_of([(of, FAILS)])
    groups = [
        row.groups[0]
        for row in rows.values()
        if len(row.groups) == 1
        and row.groups[0][0] != requirement.field
        and row.groups[0][1] not in set(State)
        and _far_more(rows, row, fails)
    ]
    number = rows[fails].number if fails in rows else 0
    return Asked(requirement, number, _unknown(rows, of), groups)


def _far_more(rows: Mapping[str, Row], group: Row, fails: str) -> bool:
    """By what is told alone: where a number is hidden, nothing is said."""
    both, everybody = rows.get(f"{fails}&{group.key}"), rows.get(EVERYBODY)
    dropped = both.number if both else 0
    all_dropped = rows[fails].number if fails in rows else 0
    if dropped is None or all_dropped is None or group.number is None or everybody is None or everybody.number is None:
        return False
    return far_more(dropped, group.number, all_dropped, everybody.number)


def _unknown(rows: Mapping[str, Row], of: str) -> dict[str, Shown]:
    """Of how many it is unknown, by why; those of whom that is so."""
    found = {state.value: rows.get(key_of([(of, state.value)])) for state in UNKNOWN}
    return {state: row.number for state, row in found.items() if row is not None and row.number != 0}
