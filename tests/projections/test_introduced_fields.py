"""Each field of the code is introduced once more, and both behave alike: recorded, filtered, counted, sorted, matched,
missing; on either database. What can't be told apart here needs no code of its own anywhere."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from application.installation import catalogue_held
from application.read_models import bring_up_to_date, follow_definitions, take_part_in_rebuild
from application.services import Services
from domain.calendar import local_day
from domain.catalogue import Always, Catalogue, Field, Required, as_declared
from domain.client import DeclareNotRelevant, RecordDeclined, RegisterField, WithdrawField
from domain.filters import LISTED, STATES, Filter, checked, operators_of, options_of
from domain.introducing import CatalogueCommand, IntroduceField, RetireField
from domain.matching import Requirement, operators
from domain.roles import Role, Viewer
from eventlog.commands import CommandContext
from projections import caseload, caseload_figures, data_gaps, definitions
from projections.caseload import Scope
from projections.caseload_facets import facets
from projections.conditions import asked_by_team
from projections.filters import condition
from projections.matches import matches
from tests.stories import COACH, INTAKE_ON, TEAM, begin, do

VIEWER = Viewer(COACH, Role.PROCESS_MANAGER, None)
FIELDS = [f for f in as_declared() if f.recorded_by == "registration" and not f.specialised_only]
SAMPLES: dict[str, list[object]] = {"DateKind": ["2020-05-05"], "YesNo": [True, False], "Number": [1, 3]}


def decide(services: Services, *commands: CatalogueCommand) -> None:
    for command in commands:
        services.catalogue.handle(command, CommandContext(services.clock(), COACH), uuid4())
    bring_up_to_date(services)
    while follow_definitions(services):
        while take_part_in_rebuild(services):
            pass
    bring_up_to_date(services)


def samples(field: Field) -> list[object]:
    """Two values of a field that is registered."""
    codes = options_of(field) or getattr(field.kind, "codes", ())
    if found := SAMPLES.get(type(field.kind).__name__):
        least = getattr(field.kind, "least", 0)
        return [least + value if type(value) is int else value for value in found]
    if not codes:
        return ["Some words", "Other words"]
    return [[code] if field.kind.several else code for code in codes[:2]]


def in_force(services: Services) -> Catalogue:
    with services.database.read() as connection:
        return definitions.on(connection, local_day(services.clock())).catalogue


@pytest.fixture
def twins(services: Services) -> Iterator[dict[str, Field]]:
    """By the key of a field of the code the same field, introduced; four clients of whom both are recorded alike."""
    about: dict[str, Any] = {"viewer": VIEWER, "valid_from": services.today, "reason": "so"}
    decide(services, *(IntroduceField(**about, field=dataclasses.replace(f, key="")) for f in FIELDS))
    new = [field for field in in_force(services) if field.key not in as_declared()]
    found = {field.key: twin for field, twin in zip(FIELDS, new, strict=True)}
    clients = [begin(services, uuid4()) for _ in range(5)]
    with catalogue_held(services):
        for field in FIELDS:
            for key in (field.key, found[field.key].key):
                record(services, clients, field, key)
        services.engine.catch_up()
        yield found


def record(services: Services, clients: list[UUID], field: Field, key: str) -> None:
    """Known as one thing and another, set aside, declined; of the last nothing is known."""
    long_ago = INTAKE_ON - timedelta(days=2000) if field.stale_after_months else INTAKE_ON
    for client_id, value, day in zip(clients, samples(field), (INTAKE_ON, long_ago), strict=False):
        do(services, RegisterField(client_id=client_id, field=key, value=value, known_on=day))
    later = services.today + timedelta(days=90)
    do(services, DeclareNotRelevant(client_id=clients[2], field=key, reason="so", review_on=later))
    do(services, RecordDeclined(client_id=clients[3], field=key, reason="so", review_on=later))
    do(services, RegisterField(client_id=clients[4], field=key, value=samples(field)[0], known_on=INTAKE_ON))
    do(services, WithdrawField(client_id=clients[4], field=key, reason="so"))


def filters_of(field: Field) -> Iterator[Filter]:
    for state in (*STATES, LISTED):
        yield Filter(field.key, state)
    for operator in operators_of(field):
        if operator in ("is", "is_not"):
            yield from (checked(field.key, operator, [code]) for code in options_of(field))
            yield checked(field.key, operator, [*options_of(field)[:1], "blank"])
        else:
            bounds = ["2020-01-01", "2021-01-01"] if "Date" in type(field.kind).__name__ else ["2", "3"]
            yield checked(field.key, operator, bounds if operator == "between" else bounds[:1])


def found(services: Services, chosen: Filter, as_of: date) -> set[UUID]:
    with services.database.read() as connection:
        rows = caseload.clients(connection, Scope(coach_id=COACH), [condition(chosen, as_of)])
    return {row.client_id for row in rows}


def test_a_field_that_was_introduced_is_told_apart_by_nothing(services: Services, twins: dict[str, Field]) -> None:
    today, scope = services.today, Scope(team_id=TEAM)
    with services.database.read() as connection:
        counted = facets(connection, scope, [], [], today)
        states = caseload_figures.field_states(connection, today, scope)
        rows = caseload.clients(connection, scope)
        gaps = {row.client_id: data_gaps.of_client(connection, row.client_id) for row in rows}
        listed = data_gaps.totals_by_field(connection, today)
    compared = 0
    for key, twin in twins.items():
        field = as_declared()[key]
        for one, other in zip(filters_of(field), filters_of(twin), strict=True):
            # What contradicts something else is a matter of the rules, which know nothing of a twin.
            if one.operator not in ("contradictory", LISTED):
                assert found(services, one, today) == found(services, other, today), (str(one), str(other))
                compared += 1
        assert counted[key].values == counted[twin.key].values, key
        assert states[key] == states[twin.key], key
        for row in rows:
            assert caseload.cell(row.client, field, today) == caseload.cell(row.client, twin, today), key
            one_gap, other_gap = gaps[row.client_id].get(key), gaps[row.client_id].get(twin.key)
            if one_gap is None or one_gap.state != "contradictory":
                assert told(one_gap) == told(other_gap), key
        contradicted = any(key in held and held[key].state == "contradictory" for held in gaps.values())
        if field.required and not contradicted:
            assert listed.get(key) == listed.get(twin.key), key
        for operator in () if contradicted else operators(field):
            value = samples(field)[0]
            values = ("yes",) if value is True else tuple(map(str, value if isinstance(value, list) else [value]))
            assert verdicts(services, key, operator, values) == verdicts(services, twin.key, operator, values), key
        if not field.sensitive:
            with services.database.read() as connection:
                orders = [caseload.clients(connection, scope, order=f"v_{k}") for k in (key, twin.key)]
            assert [r.client_id for r in orders[0]] == [r.client_id for r in orders[1]], key
    assert compared > 200


def told(gap: Any) -> tuple[object, ...] | None:
    return gap and (gap.state, gap.due_on, gap.stale_on, gap.review_on, gap.since, gap.recorded, gap.value)


def verdicts(services: Services, key: str, operator: Any, values: tuple[str, ...]) -> dict[Any, set[UUID]]:
    with services.database.read() as connection:
        judged = matches(connection, Scope(team_id=TEAM), [Requirement(key, operator, values)], services.today)
    return {verdict: {match.row.client_id for match in group} for verdict, group in judged.items()}


def test_what_is_sensitive_stays_sealed_in_the_caseload(services: Services, twins: dict[str, Field]) -> None:
    sensitive = [twins[field.key] for field in FIELDS if field.sensitive]
    assert sensitive
    with services.database.read() as connection:
        rows = caseload.clients(connection, Scope(coach_id=COACH))
    for row in rows:
        for twin in sensitive:
            assert caseload.cell(row.client, twin, services.today)[1] is None


def test_a_retired_field_is_in_no_list_and_what_was_known_stays(services: Services, twins: dict[str, Field]) -> None:
    twin, client = twins["education_level"], None
    about: dict[str, Any] = {"viewer": VIEWER, "valid_from": services.today, "reason": "so"}
    decide(services, RetireField(**about, field=twin.key))
    with services.database.read() as connection:
        assert twin.key not in data_gaps.totals_by_field(connection, services.today)
        for row in caseload.clients(connection, Scope(coach_id=COACH)):
            held = data_gaps.of_client(connection, row.client_id).get(twin.key)
            client = row.client_id if held and held.value is not None else client
    assert client is not None
    assert in_force(services).retired[twin.key] == twin


def test_the_cost_counts_those_of_whom_it_would_be_required(services: Services, twins: dict[str, Field]) -> None:
    assert twins
    catalogue = in_force(services)
    required = [field.required for field in catalogue if field.required] + [Required(Always(), "assignment", 1)]
    with services.database.read() as connection:
        rows = caseload.clients(connection, Scope(coach_id=COACH))
        for each in required:
            counted = asked_by_team(connection, each.when, catalogue, specialised_only=False)
            holding = [row for row in rows if each.when.holds(_Known(row.client, catalogue, services.today))]
            assert counted.get(TEAM, 0) == len(holding), each


@dataclasses.dataclass
class _Known:
    """What a condition asks, of a row of the caseload."""

    client: Any
    catalogue: Catalogue
    as_of: date

    @property
    def track(self) -> Any:
        return self.client.track

    def value(self, field: str) -> Any:
        return caseload.cell(self.client, self.catalogue[field], self.as_of)[1]
