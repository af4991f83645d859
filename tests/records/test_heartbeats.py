"""Heartbeats: which processes are at work, here and elsewhere, and when they are forgotten."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import uuid4

from sqlalchemy import update

from application.services import Services
from records import heartbeats
from records.heartbeats import Process
from tests.conftest import NOW


def seen(age: float, kind: str = heartbeats.WORKER, skew: float = 0.0, machine: str | None = None) -> Process:
    place = heartbeats.this_machine() if machine is None else machine
    return Process(uuid4(), kind, place, "1", NOW, timedelta(seconds=age), skew)


def test_a_process_is_at_work_until_it_was_not_seen_for_a_while() -> None:
    assert seen(0).alive and seen(45).alive and not seen(45.001).alive
    assert [seen(0, skew=skew).skewed for skew in (5.0, -5.0, 5.001, -5.001)] == [False, False, True, True]


def test_those_of_a_kind_are_looked_for_on_this_machine_first() -> None:
    here, gone, elsewhere = seen(1), seen(60), seen(1, machine="another")
    beat = seen(1, heartbeats.BEAT)
    assert heartbeats.at_work([gone, elsewhere, here, beat], heartbeats.WORKER) == [elsewhere, here]
    assert heartbeats.at_work_here([elsewhere], heartbeats.WORKER), "none was ever seen here"
    assert not heartbeats.at_work_here([elsewhere, gone], heartbeats.WORKER), "the one that was here is gone"
    assert heartbeats.at_work_here([elsewhere, gone, here], heartbeats.WORKER)
    assert not heartbeats.at_work_here([beat], heartbeats.WORKER)
    assert not heartbeats.at_work_here([], heartbeats.WORKER)


def test_a_heartbeat_says_since_when_and_is_forgotten_after_a_day(services: Services) -> None:
    process_id, old = uuid4(), uuid4()
    with services.database.write() as connection:
        before = heartbeats.database_time(connection)
        heartbeats.beat(connection, old, heartbeats.BEAT, "1", None)
        first = heartbeats.beat(connection, process_id, heartbeats.WORKER, "2", None)
        again = heartbeats.beat(connection, process_id, heartbeats.WORKER, "3", first.started_at)
        assert before <= first.started_at == again.started_at <= heartbeats.database_time(connection)
        assert abs(first.skew) < 1
        found = {p.process_id: p for p in heartbeats.seen(connection)}
        assert found.keys() == {process_id, old}
        assert (found[process_id].kind, found[process_id].version) == (heartbeats.WORKER, "3")
        assert all(timedelta(0) <= p.age < timedelta(minutes=1) for p in found.values())
        long_ago = datetime.now(UTC) - timedelta(days=1)
        for late, kept in ((timedelta(minutes=1), True), (timedelta(minutes=-1), False)):
            connection.execute(
                update(heartbeats.heartbeats)
                .where(heartbeats.heartbeats.c.process_id == old)
                .values(seen_at=long_ago + late)
            )
            heartbeats.beat(connection, process_id, heartbeats.WORKER, "3", first.started_at)
            assert (old in {p.process_id for p in heartbeats.seen(connection)}) is kept
        assert [p.process_id for p in heartbeats.seen(connection)] == [process_id]
