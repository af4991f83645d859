"""Reports on representation: one a month, and one when other characteristics were chosen. Pages read what is in them,
and count nothing themselves, so that what is hidden is decided once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta

from sqlalchemy import Connection

from application.services import Services
from database.locks import REPORTING
from domain.calendar import add_months
from domain.catalogue import Catalogue, Field, State
from domain.client import ClosingReason
from domain.matching import Fact, Requirement, Verdict, judge
from domain.offer import OfferKind
from domain.representation import ASKED, FAILS, FIELD, MET, Person, characteristics, group_of
from domain.representation_report import make_report
from projections import caseload_groups, contacts, offers, proposals, workshops
from projections import definitions as revisions
from projections.caseload_groups import Counted
from records import representation as reports

QUARTER = timedelta(weeks=13)
TO_WORK = frozenset({ClosingReason.JOB.value, ClosingReason.OWN_BUSINESS.value})
# The letters of the states of fields, as `projections.caseload_states` gives them.
UNKNOWN, DECLINED, NOT_RELEVANT, STALE = "u", "d", "n", "s"


def make_due_report(services: Services) -> int:
    """Make this month's report where there is none, and one anew where other characteristics were chosen since; whether
    one was made."""
    with services.database.advisory_lock(REPORTING, wait=False) as alone:
        if not alone:
            return 0
        today = services.today
        with services.database.read() as connection:
            last, chosen = reports.last_made(connection), reports.chosen(connection)
        if last and last[0] >= today.replace(day=1) and set(last[1]) == set(chosen):
            return 0
        return make_report_of(services, chosen)


def make_report_of(services: Services, chosen: Sequence[str]) -> int:
    """Make the report of today; whether there was anybody to count."""
    today = services.today
    with services.database.read() as connection:
        before = reports.last_report(connection)
        catalogue = revisions.on(connection, today).catalogue
        fields = [field for field in characteristics(catalogue) if field.key in chosen]
        people = list(_people(connection, catalogue, fields, today))
    if not people:
        return 0
    report = make_report(people, [field.key for field in fields], before, today)
    with services.database.write(long=True) as connection:
        reports.put(connection, today, chosen, report)
    return 1


def filtered(catalogue: Catalogue) -> list[Field]:
    """The fields by which a caseload can be looked through by value."""
    return [field for field in catalogue if not (field.sensitive or field.specialised_only)]


def asked_lately(connection: Connection, today: date) -> list[Requirement]:
    """What the vacancies asked that were open in the last quarter, each once."""
    found = {
        str(requirement): requirement
        for offer in offers.all_offers(connection, as_of=today)
        if offer.kind == OfferKind.VACANCY and (offer.closed_on is None or offer.closed_on >= today - QUARTER)
        for requirement in offer.requirements
    }
    return [found[text] for text in sorted(found)]


def _people(connection: Connection, catalogue: Catalogue, fields: Sequence[Field], today: date) -> Iterator[Person]:
    """Everybody who is counted."""
    since, year = today - QUARTER, add_months(today, -12)
    spoken = contacts.spoken_by_client(connection, since)
    offered = proposals.last_by_client(connection)
    enrolled = workshops.enrolled_since(connection, year)
    asked = asked_lately(connection, today)
    wanted = list({field.key: field for field in (*fields, *filtered(catalogue))}.values())
    every = [field for field in catalogue if not field.specialised_only]
    for client in caseload_groups.counted(connection, every, wanted, year, today):
        groups = {f.key: group_of(f, client.facts[f.key].state, client.facts[f.key].value, today) for f in fields}
        number, minutes = spoken.get(client.client_id, (0, 0))
        last = offered.get(client.client_id)
        yield Person(
            client.client_id,
            client.team_id,
            groups,
            client.closed_on is not None,
            {
                "not_seen": client.not_seen_on is not None and client.not_seen_on <= today,
                "never_offered": last is None,
                "not_offered_lately": last is None or last < since,
                "no_workshop": client.client_id not in enrolled,
                "no_contact": not number,
                "no_plan": client.plan_on is None,
                "field_declined": DECLINED in client.states,
                "field_not_relevant": NOT_RELEVANT in client.states,
                "field_out_of_date": STALE in client.states,
                "exits_to_work": client.exit_reason in TO_WORK,
            },
            _values(client, number, minutes, today),
            _beside(client.facts, filtered(catalogue), asked, catalogue),
        )


def _values(client: Counted, number: int, minutes: int, today: date) -> dict[str, int]:
    seen = client.last_seen_on or client.assigned_on or client.intake_on
    values = {
        "fields_not_asked": client.states.count(UNKNOWN),
        "weeks_unseen": max((today - seen).days, 0) // 7,
        "contacts": number,
    }
    if minutes:
        # Minutes are noted in fives, and are nobody's secret to the minute.
        values["minutes"] = minutes // 5 * 5
    if client.plan_on is not None:
        values["weeks_to_plan"] = max((client.plan_on - client.intake_on).days, 0) // 7
    return values


def _beside(
    facts: Mapping[str, Fact], fields: Sequence[Field], asked: Sequence[Requirement], catalogue: Catalogue
) -> dict[str, str]:
    """How each field stands, and for each requirement whether it is met, or why that is not known."""
    found = {FIELD + field.key: facts[field.key].state.value for field in fields}
    for requirement in asked:
        fact = facts.get(requirement.field, Fact(State.UNKNOWN))
        verdict = judge([requirement], facts, catalogue).verdict
        unknown = State.UNKNOWN if fact.state is State.KNOWN else fact.state
        told = {Verdict.MEETS: MET, Verdict.FAILS: FAILS, Verdict.ASK: unknown.value}
        found[ASKED + str(requirement)] = told[verdict]
    return found
