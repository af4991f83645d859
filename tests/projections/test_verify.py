"""Whatever a read model says otherwise than the log is found: named by stream and column, never by value."""

from __future__ import annotations

from uuid import UUID

import pytest
from sqlalchemy import delete, insert, update

from application.services import Services
from eventlog.recording import bucket_of
from projections.caseload import caseload
from projections.contacts import contacts
from projections.engine.rebuild import rebuild
from projections.engine.verify import Difference, verify
from projections.timeline import timeline
from tests.stories import INTAKE_ON, begin, contact, do

ONE, OTHER, NOBODY = UUID(int=1), UUID(int=2), UUID(int=99)


@pytest.fixture
def town(services: Services) -> Services:
    for client_id in (ONE, OTHER):
        begin(services, client_id)
        do(services, contact(client_id=client_id))
    services.engine.catch_up()
    return services


def test_all_is_well(town: Services) -> None:
    told: list[tuple[int, int]] = []
    assert list(verify(town.engine, progress=lambda done, total: told.append((done, total)))) == []
    assert told[-1] == (6, 6)


def test_a_wrong_value_a_row_missing_and_a_row_too_many(town: Services) -> None:
    with town.database.write() as connection:
        connection.execute(update(caseload).where(caseload.c.client_id == ONE).values(last_seen_on=INTAKE_ON))
        connection.execute(delete(contacts).where(contacts.c.client_id == OTHER))
        row = {"client_id": ONE, "version": 9, "kind": "ContactRecorded", "happened_on": town.today, "field": None}
        connection.execute(insert(timeline), [row, row | {"client_id": NOBODY}])
    found = list(verify(town.engine))
    assert {(d.projection, d.table, d.stream_id, d.what.partition(":")[0]) for d in found} == {
        ("caseload", "caseload", ONE, "wrong"),
        ("contacts", "contacts", OTHER, "a row is missing"),
        ("timeline", "timeline", ONE, "a row too many"),
        ("timeline", "timeline", NOBODY, "the log knows no such row"),
    }
    (wrong,) = [d for d in found if d.projection == "caseload"]
    assert wrong.what == "wrong: last_seen_on"
    assert str(wrong) == f"caseload: caseload, stream {ONE}: {wrong.what}"
    assert list(verify(town.engine, ["agenda"])) == [], "another read model is not to blame"
    assert {d.projection for d in verify(town.engine, ["timeline", "contacts"])} == {"timeline", "contacts"}
    rebuild(town.engine)
    assert list(verify(town.engine)) == []


def test_a_sample_is_of_the_first_buckets_alone(town: Services) -> None:
    with town.database.write() as connection:
        connection.execute(delete(caseload))
    first, last = sorted((ONE, OTHER), key=bucket_of)
    assert bucket_of(first) < bucket_of(last)

    def lost(buckets: int) -> list[Difference]:
        return list(verify(town.engine, ["caseload"], buckets=buckets))

    assert lost(bucket_of(first)) == []
    assert [d.stream_id for d in lost(bucket_of(first) + 1)] == [first]
    assert {d.stream_id for d in lost(64)} == {first, last}


def test_what_is_not_folded_yet_is_no_difference(town: Services) -> None:
    do(town, contact(client_id=ONE))
    assert list(verify(town.engine)) == []
