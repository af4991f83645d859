"""A poison event, and a log that is not the one that was folded."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from application.services import Services
from domain.client import ContactRecorded
from projections import caseload, contacts
from projections.engine.rebuild import rebuild
from tests.faults.conftest import is_what_the_log_says
from tests.stories import CLIENT, begin, contact, do


@pytest.fixture
def poisoned(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[UUID], None]]:
    """A mistake in a fold, met at one contact."""
    folds: dict[Any, Any] = contacts.projection.folds  # type: ignore[assignment]  # replaced on purpose
    fold = folds[ContactRecorded]

    def poison(contact_id: UUID) -> None:
        def stumble(event: ContactRecorded, rows: Any) -> None:
            if event.contact_id == contact_id:
                raise ZeroDivisionError(event.held_on)
            fold(event, rows)

        monkeypatch.setitem(folds, ContactRecorded, stumble)

    yield poison


def test_a_poison_event_stops_one_read_model_which_says_so_and_goes_on_serving(
    services: Services, poisoned: Callable[[UUID], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    begin(services)
    do(services, contact())
    services.engine.catch_up()
    bad = contact(note="a secret note")
    poisoned(bad.contact_id)
    do(services, contact())
    at = do(services, bad).position
    other = UUID(int=5)
    begin(services, other)
    do(services, contact(client_id=other))
    for _ in range(3):
        services.engine.catch_up()
    fresh = services.engine.freshness()
    stopped = fresh["contacts"]
    assert (stopped.stopped_at, stopped.position) == (at, at - 1)
    assert "ContactRecorded, event 5" in str(stopped.stopped_because)
    assert "ZeroDivisionError" in str(stopped.stopped_because)
    assert "secret" not in str(stopped.stopped_because)
    assert [f.behind for name, f in fresh.items() if name != "contacts"] == [0] * (len(fresh) - 1), "the others go on"
    with services.database.read() as connection:
        assert len(contacts.of_client(connection, CLIENT)) == 2, "what it has, it goes on serving"
    with pytest.raises(Exception, match="ContactRecorded, event 5"):
        rebuild(services.engine)
    monkeypatch.undo()
    services.engine.catch_up()
    assert services.engine.freshness()["contacts"].stopped_at is None
    is_what_the_log_says(services)


def test_an_event_that_cannot_be_read_stops_them_all_before_it(services: Services) -> None:
    begin(services)
    at = do(services, contact()).position
    do(services, contact())
    with services.database.write() as connection:
        key = "rowid" if services.settings.is_sqlite else "notification_id"
        spoil = f"UPDATE events SET topic = :topic WHERE {key} = :at"  # noqa: S608 - the names are ours
        connection.execute(text(spoil), {"topic": "client.NotYetKnown", "at": at})
    services.engine.catch_up()
    fresh = services.engine.freshness()
    assert {f.stopped_at for f in fresh.values()} == {at}
    assert {f.position for f in fresh.values()} == {at - 1}
    with services.database.write() as connection:
        connection.execute(text(spoil), {"topic": "client.ContactRecorded", "at": at})
    services.engine.catch_up()
    assert {f.stopped_at for f in services.engine.freshness().values()} == {None}
    is_what_the_log_says(services)


@pytest.mark.parametrize("goes_on", [True, False])
def test_a_log_that_was_exchanged_makes_a_rebuild_due_and_is_not_folded_on(services: Services, goes_on: bool) -> None:
    other = UUID(int=5)
    begin(services)
    begin(services, other)
    do(services, contact())
    at = do(services, contact(client_id=other)).position
    services.engine.catch_up()
    with services.database.read() as connection:
        before = caseload.count(connection, caseload.Scope()), len(contacts.of_client(connection, other))
    # What a restore of an older log does: where the last folded event stood, there is another one.
    with services.database.write() as connection:
        key = "rowid" if services.settings.is_sqlite else "notification_id"
        for old, new in ((at, 1000), (at - 1, at), (1000, at - 1)):
            connection.execute(text(f"UPDATE events SET {key} = {new} WHERE {key} = {old}"))  # noqa: S608 - the names are ours
    assert services.log.head() == at
    if goes_on:
        do(services, contact(client_id=other))
        services.engine.catch_up()
    fresh = services.engine.freshness()
    assert {f.position for f in fresh.values()} == {at}
    assert all(f.rebuild_due for f in fresh.values())
    with services.database.read() as connection:
        after = caseload.count(connection, caseload.Scope()), len(contacts.of_client(connection, other))
    assert after == before
    rebuild(services.engine)
    assert not any(f.rebuild_due for f in services.engine.freshness().values())
    is_what_the_log_says(services)


def test_a_log_that_lacks_what_was_folded_last_makes_a_rebuild_due(services: Services) -> None:
    begin(services)
    do(services, contact())
    services.engine.catch_up()
    with services.database.write() as connection:
        key = "rowid" if services.settings.is_sqlite else "notification_id"
        connection.execute(text(f"UPDATE events SET {key} = {key} + 100 WHERE originator_version = 3"))  # noqa: S608 - the names are ours
    services.engine.catch_up()
    assert {f.position for f in services.engine.freshness().values()} == {3}
    assert all(f.rebuild_due for f in services.engine.freshness().values())
    rebuild(services.engine)
    is_what_the_log_says(services)
