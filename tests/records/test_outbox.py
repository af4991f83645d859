"""A message is due, claimed, sent, put off or given up, each at its very moment; and each is put once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from msgspec.structs import asdict
from sqlalchemy import Connection, select

from application.services import Services
from database.rows import row_as
from records import mail_server, outbox
from records.outbox import CLAIMED, DROPPED, FAILED, LONGEST_PAUSE, PATIENCE, SENT, SHORTEST_PAUSE, WAITING, Message
from tests.conftest import NOW
from tests.stories import CLIENT

SECOND = timedelta(seconds=1)
OTHER = UUID(int=44)


@pytest.fixture
def connection(services: Services) -> Iterator[Connection]:
    with services.database.write() as made:
        yield made


def test_how_long_is_long() -> None:
    assert (timedelta(days=5), timedelta(minutes=3)) == (PATIENCE, CLAIMED)
    assert (timedelta(minutes=1), timedelta(hours=1)) == (SHORTEST_PAUSE, LONGEST_PAUSE)


def put(connection: Connection, kind: str = "proposal", later: timedelta = timedelta(0), **more: Any) -> UUID:
    message_id = uuid4()
    assert outbox.put(connection, message_id, kind, message_id, NOW + later, **more)
    return message_id


def row(connection: Connection, message_id: UUID) -> Message:
    statement = select(outbox.outbox).where(outbox.outbox.c.message_id == message_id)
    found = row_as(Message, connection.execute(statement))
    assert found is not None
    return found


def ids(rows: list[Message]) -> list[UUID]:
    return [each.message_id for each in rows]


def test_a_message_is_put_once_as_it_was_put_first(connection: Connection) -> None:
    message_id, actor = uuid4(), uuid4()
    assert outbox.put(connection, message_id, "proposal", OTHER, NOW, client_id=CLIENT, actor=actor)
    assert not outbox.put(connection, message_id, "reminder", CLIENT, NOW + SECOND, language="en")
    assert asdict(row(connection, message_id)) == {
        "message_id": message_id,
        "kind": "proposal",
        "client_id": CLIENT,
        "subject_id": OTHER,
        "language": "nl",
        "actor": actor,
        "state": WAITING,
        "attempts": 0,
        "try_at": NOW,
        "put_at": NOW,
        "error": None,
        "tried_since": None,
        "recorded_at": None,
    }


@pytest.mark.parametrize("reason", [outbox.NOT_RECORDED, "passed"])
def test_one_given_up_for_a_fact_that_came_about_after_all_is_put_anew(connection: Connection, reason: str) -> None:
    message_id = put(connection)
    outbox.dropped(connection, row(connection, message_id), reason)
    outbox.recorded(connection, row(connection, message_id), NOW)
    assert outbox.put(connection, message_id, "proposal", message_id, NOW + SECOND) is (reason == outbox.NOT_RECORDED)
    found = row(connection, message_id)
    if reason == outbox.NOT_RECORDED:
        assert (found.state, found.error, found.recorded_at) == (WAITING, None, None)
        assert found.try_at == found.put_at == NOW + SECOND
    else:
        assert (found.state, found.error, found.put_at) == (DROPPED, "passed", NOW)


def test_those_are_due_whose_time_has_come_the_longest_waiting_first(connection: Connection) -> None:
    later, first, second = (put(connection, later=SECOND * n) for n in (2, 0, 1))
    assert ids(outbox.due(connection, NOW - SECOND)) == []
    assert ids(outbox.due(connection, NOW)) == [first]
    assert ids(outbox.due(connection, NOW + SECOND * 2)) == [first, second, later]
    assert ids(outbox.due(connection, NOW + SECOND * 2, limit=2)) == [first, second]
    outbox.sent(connection, row(connection, first))
    assert ids(outbox.due(connection, NOW + SECOND * 2)) == [second, later]


def test_a_claim_keeps_others_away_for_a_while_and_is_given_back(connection: Connection) -> None:
    message_id, other = put(connection), put(connection)
    before = row(connection, message_id)
    assert not outbox.claim(connection, message_id, NOW - SECOND), "its time has not come"
    assert outbox.claim(connection, message_id, NOW)
    assert not outbox.claim(connection, message_id, NOW)
    assert not outbox.claim(connection, message_id, NOW + CLAIMED - SECOND)
    assert ids(outbox.due(connection, NOW)) == [other], "another's claim is not its own"
    assert outbox.claim(connection, message_id, NOW + CLAIMED), "whoever had it is gone"
    outbox.let_go(connection, before)
    assert row(connection, message_id) == before
    outbox.sent(connection, before)
    assert not outbox.claim(connection, message_id, NOW + CLAIMED * 2)


def test_what_became_of_a_message(connection: Connection) -> None:
    sent, dropped, failed = (put(connection) for _ in range(3))
    outbox.postponed(connection, row(connection, sent), NOW, "not_taken")
    outbox.sent(connection, row(connection, sent))
    outbox.dropped(connection, row(connection, dropped), "passed")
    outbox.failed(connection, row(connection, failed), "address_refused")
    found = [row(connection, m) for m in (sent, dropped, failed)]
    assert [(r.state, r.attempts, r.error) for r in found] == [
        (SENT, 2, None),
        (DROPPED, 0, "passed"),
        (FAILED, 1, "address_refused"),
    ]
    assert outbox.counts(connection) == {WAITING: 0, SENT: 1, DROPPED: 1, FAILED: 1, outbox.SETTLED: 0}
    assert outbox.by_reason(connection) == [
        (DROPPED, "proposal", "passed", 1),
        (FAILED, "proposal", "address_refused", 1),
    ]
    assert ids(outbox.failures(connection)) == [failed]


@pytest.mark.parametrize(
    ("age", "pause"),
    [
        (timedelta(0), SHORTEST_PAUSE),
        (timedelta(minutes=4), SHORTEST_PAUSE),
        (timedelta(minutes=8), timedelta(minutes=2)),
        (timedelta(hours=4), LONGEST_PAUSE),
        (PATIENCE - SECOND, LONGEST_PAUSE),
        (PATIENCE, None),
        (PATIENCE + SECOND, None),
    ],
)
def test_the_older_a_message_the_longer_the_pause_until_it_has_been_tried_for_days(
    connection: Connection, age: timedelta, pause: timedelta | None
) -> None:
    message_id = put(connection)
    given_up = outbox.postponed(connection, row(connection, message_id), NOW + age, "not_taken")
    found = row(connection, message_id)
    assert given_up is (pause is None)
    assert (found.state, found.error) == (FAILED if given_up else WAITING, "not_taken")
    if pause is not None:
        assert found.try_at == NOW + age + pause


def test_an_attempt_is_one_that_a_server_was_asked_for(connection: Connection) -> None:
    message_id = put(connection)
    outbox.postponed(connection, row(connection, message_id), NOW, "unreachable", asked=False)
    assert row(connection, message_id).attempts == 0
    outbox.postponed(connection, row(connection, message_id), NOW, "not_taken")
    assert row(connection, message_id).attempts == 1


def test_what_waited_for_days_is_given_up_together_and_sent_again_by_hand_as_if_new(connection: Connection) -> None:
    old, young, sent = put(connection), put(connection, later=SECOND), put(connection)
    outbox.sent(connection, row(connection, sent))
    assert outbox.give_up_the_old(connection, NOW + PATIENCE - SECOND, "unreachable") == 0
    assert outbox.give_up_the_old(connection, NOW + PATIENCE, "unreachable") == 1
    assert [row(connection, m).state for m in (old, young, sent)] == [FAILED, WAITING, SENT]
    outbox.recorded(connection, row(connection, old), NOW)
    again = NOW + PATIENCE
    assert outbox.send_again(connection, again, [young, sent]) == 0
    assert outbox.send_again(connection, again, []) == 0
    assert outbox.send_again(connection, again, [old]) == 1
    found = row(connection, old)
    assert (found.state, found.try_at, found.tried_since, found.recorded_at) == (
        WAITING,
        again,
        again,
        None,
    )
    assert outbox.give_up_the_old(connection, again + PATIENCE - SECOND * 2, "unreachable") == 1, "the young one alone"
    assert not outbox.postponed(connection, found, again + PATIENCE - SECOND, "not_taken"), "its days count from then"
    assert outbox.send_again(connection, again) == 1, "all that failed"
    assert row(connection, sent).state == SENT


def test_one_that_went_through_is_not_given_back_to_those_that_wait(connection: Connection) -> None:
    waiting, sent = put(connection), put(connection)
    outbox.sent(connection, row(connection, sent))
    for message_id in (waiting, sent):
        outbox.take_back(connection, message_id)
    assert outbox.counts(connection) == {WAITING: 0, SENT: 1, DROPPED: 0, FAILED: 0, outbox.SETTLED: 0}


def test_of_those_that_left_one_kind_is_recorded_once_and_of_what_became_of_them_last(connection: Connection) -> None:
    first, second = put(connection), put(connection, later=SECOND)
    put(connection)  # still on its way
    other_kind = put(connection, kind="reminder")
    for message_id in (second, first, other_kind):
        outbox.sent(connection, row(connection, message_id))
    assert ids(outbox.unrecorded(connection, "proposal")) == [first, second]
    assert ids(outbox.unrecorded(connection, "proposal", limit=1)) == [first]
    outdated = row(connection, first)
    outbox.failed(connection, outdated, "mail_refused")
    outbox.recorded(connection, outdated, NOW)
    assert ids(outbox.unrecorded(connection, "proposal")) == [first, second], "something else became of it meanwhile"
    outbox.recorded(connection, row(connection, first), NOW)
    assert ids(outbox.unrecorded(connection, "proposal")) == [second]


def test_nothing_leaves_about_one_who_was_erased_and_the_others_keep_theirs(connection: Connection) -> None:
    put(connection, client_id=CLIENT)
    kept, about_nobody = put(connection, client_id=OTHER), put(connection)
    assert outbox.clients(connection) == {CLIENT, OTHER}
    outbox.forget_client(connection, CLIENT)
    assert outbox.clients(connection) == {OTHER}
    assert set(ids(outbox.due(connection, NOW))) == {kept, about_nobody}


def test_failures_are_shown_the_latest_first_and_so_many_at_most(connection: Connection) -> None:
    messages = [put(connection, later=SECOND * n) for n in range(3)]
    for message_id in messages:
        outbox.failed(connection, row(connection, message_id), "mail_refused")
    assert ids(outbox.failures(connection)) == messages[::-1]
    assert ids(outbox.failures(connection, limit=2)) == messages[:0:-1]


@pytest.mark.parametrize(
    ("reason", "longest"),
    [
        (mail_server.UNREACHABLE, timedelta(minutes=5)),
        (mail_server.UNANSWERED, timedelta(minutes=5)),
        (mail_server.LOG_IN_REFUSED, timedelta(hours=1)),
        (mail_server.SENDER_REFUSED, timedelta(hours=1)),
    ],
)
def test_a_server_that_is_away_is_asked_less_and_less_often(
    connection: Connection, reason: str, longest: timedelta
) -> None:
    assert mail_server.away(connection) is None
    for after, pause in (
        (timedelta(0), timedelta(seconds=15)),
        (timedelta(minutes=1), timedelta(seconds=15)),
        (timedelta(minutes=2), timedelta(seconds=30)),
        (timedelta(hours=5), longest),
    ):
        mail_server.went_away(connection, NOW + after, reason)
        away = mail_server.away(connection)
        assert away == mail_server.Away(NOW, NOW + after + pause, reason), "since when stays, whatever the reason"
    mail_server.is_back(connection)
    assert mail_server.away(connection) is None


def test_what_came_of_a_digest_and_when_is_not_kept(connection: Connection) -> None:
    message_id = put(connection)
    before = outbox.due(connection, NOW)[0]
    outbox.claim(connection, message_id, NOW)
    outbox.settled(connection, before)
    row = connection.execute(outbox.outbox.select()).one()
    assert (row.state, row.attempts, row.error, row.try_at) == (outbox.SETTLED, 0, None, row.put_at)
    outbox.forget_settled(connection, NOW)
    assert outbox.counts(connection)[outbox.SETTLED] == 1
    outbox.forget_settled(connection, NOW + timedelta(days=1))
    assert outbox.counts(connection)[outbox.SETTLED] == 0
