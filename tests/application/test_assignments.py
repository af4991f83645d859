"""A leaving coach's caseload is reassigned as it was previewed, all of it or nothing."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest

from application import assignments
from application.looks import Look
from application.services import Services
from domain.client import CloseClient, ClosingReason
from domain.refusal import Refused
from eventlog.commands import CommandContext
from tests.web.conftest import Town, build_town


@pytest.fixture
def town(sqlite_services: Services) -> Town:
    return build_town(sqlite_services)


def coach_of(town: Town, client_id: UUID) -> UUID | None:
    client = town.services.clients.state(client_id)
    return client.coach if client else None


def test_where_one_client_cant_be_reassigned_none_is(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    services, manager = town.services, town.accounts["manager"].viewer
    leaving, to = town.accounts["coach"].account_id, town.accounts["colleague"].account_id
    stays, goes = town.new_client("coach", "Anna de Vries"), town.new_client("coach", "Bram Bakker")
    look = Look(services, manager, "reassign")
    preview = assignments.reassignment(services, look, leaving, {to}).preview
    # Closed a moment ago, which the caseload does not know yet.
    close = CloseClient(client_id=goes, reason=ClosingReason.MOVED, closed_on=services.today)
    services.clients.handle(close, CommandContext(services.clock(), leaving), uuid4())
    with monkeypatch.context() as between, pytest.raises(Refused, match="closed"):
        # As when it was closed after folding what is new, and before each client is reassigned.
        between.setattr(services.engine, "catch_up", lambda *_, **__: None)
        assignments.reassign_caseload(services, manager, leaving, {to}, preview, uuid4())
    assert coach_of(town, stays) == leaving
    services.engine.catch_up()
    with pytest.raises(Refused, match="changed since the preview"):
        assignments.reassign_caseload(services, manager, leaving, {to}, preview, uuid4())
    preview = assignments.reassignment(services, look, leaving, {to}).preview
    command_id = uuid4()
    answer = assignments.reassign_caseload(services, manager, leaving, {to}, preview, command_id)
    services.engine.catch_up()
    head = services.log.head()
    again = assignments.reassign_caseload(services, manager, leaving, {to}, preview, command_id)
    assert again.position == answer.position and services.log.head() == head, "sent twice, done once"
    with pytest.raises(Refused, match="no clients"):
        assignments.reassign_caseload(services, manager, leaving, {to}, "another", command_id)
    assert coach_of(town, stays) == to
    assert coach_of(town, goes) == leaving
